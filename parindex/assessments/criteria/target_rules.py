"""The target of an annex ("> 95 %", "Có/Không") made a rule by a person, beside its text.

:func:`suggested` reads what a target may mean and never settles it; :func:`rule_parts` writes the rule that a person chose;
:func:`with_rules` puts rules into a document. The page and every other way go through these three.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias, get_args

import msgspec

from parindex.reading.text import nfc
from parindex.scoring import CriteriaSet, Criterion, kind, leaves, shortest
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_, read_tree

RuleChoice: TypeAlias = Literal["yes_no", "reach", "share", "count", "each", "deduct", "date", "judged", "yaml"]
"""Kinds that the page offers; ``yaml`` writes any rule as the file does."""

CHOICES: Final[tuple[RuleChoice, ...]] = get_args(RuleChoice)

_TARGET: Final = re.compile(r"Cách tính điểm: ((?:.|\n)*?)(?=\n[A-ZĐÀ-Ỹ][^\n:]{2,40}: |\Z)")
_YES_NO: Final = re.compile(r"có\s*/\s*không\.?", re.IGNORECASE)
_PERCENT: Final = re.compile(
    r"(?:-\s*)?(?:tỷ lệ\D{0,40}?)?([<>]=?|≥|≤|từ|trên)?\s*([0-9]{1,3}(?:[.,][0-9]+)?)\s*%(?: trở lên)?\.?",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(r"(?:0?[.,][0-9]{1,4}|1(?:[.,]0+)?)")
_NUMBER: Final = re.compile(r"([<>]=?|≥|≤)\s*([0-9]{1,6})\s+(\D{2,60})")
_STRICT: Final = (">", "trên")


class RuleGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as a person chose it."""

    choice: RuleChoice
    """Which kind."""

    label: str = ""
    """What is declared: the fact, or the part of a share."""

    whole: str = ""
    """What it is a part of; empty: a percentage is declared."""

    threshold: Decimal | None = None
    """What has to be reached: percent of a share, a number of a count."""

    strict: bool = False
    """Whether it has to be exceeded."""

    floor: Decimal | None = None
    """Percent below which a share gives nothing."""

    points: Decimal | None = None
    """Points of each."""

    until: date | None = None
    """The last day that gives all points."""

    when_zero: Literal["not_applicable", "full", "zero"] = "not_applicable"
    """What holds where the whole is 0."""

    yaml: str = ""
    """``rule:`` and ``inputs:`` as the file has them."""


class WrongRule(ValueError):
    """A rule that cannot be written, with the field that keeps it."""

    def __init__(self, field: str, code: str, **values: Any) -> None:
        super().__init__(code)
        self.field = field
        self.code = code
        self.values = values


class RuleParts(msgspec.Struct, frozen=True, kw_only=True):
    """What of a leaf says how its points are made."""

    rule: Mapping[str, Any]
    """As the document has it."""

    inputs: Mapping[str, Any]
    """The facts that it takes, by name."""


def target_of(guidance: str) -> str:
    """The target that an annex gave a leaf, out of its guidance; empty for none.

    >>> target_of("Cách tính điểm: >95%\\nPhụ trách: Phòng Văn hóa")
    '>95%'
    """
    found = _TARGET.search(guidance)
    return found[1].strip() if found else ""


def suggested(target: str, title: str) -> RuleGiven | None:
    """What a target may mean; ``None`` where it could mean several things, which a person settles.

    >>> suggested("Có/Không", "Ban hành kế hoạch").choice
    'yes_no'
    >>> one = suggested("> 95 %", "Hồ sơ đúng hạn")
    >>> one.choice, one.threshold, one.strict
    ('reach', Decimal('95'), True)
    >>> suggested("1.0", "Mức độ hoàn thành").choice, suggested("Có/Không 100%", "Ban hành"), suggested("Đúng thời gian", "x")
    ('share', None, None)
    """
    text = nfc(target)
    if _YES_NO.fullmatch(text):
        return RuleGiven(choice="yes_no", label=title)
    if found := _PERCENT.fullmatch(text):
        return _of_percent(found[1] or "", Decimal(found[2].replace(",", ".")), title)
    if _SHARE.fullmatch(text):
        return _of_percent("", Decimal(text.replace(",", ".")) * 100, title)
    if (found := _NUMBER.fullmatch(text)) and not found[1].startswith(("<", "≤")):
        return RuleGiven(
            choice="count", label=f"Số {found[3].strip(' .;')}", threshold=Decimal(found[2]), strict=found[1] in _STRICT
        )
    return None


def _of_percent(sign: str, percent: Decimal, title: str) -> RuleGiven | None:
    if sign in ("<", "<=", "≤") or not 0 < percent <= 100:
        return None
    label = title
    if percent == 100 and not sign:
        return RuleGiven(choice="share", label=label, threshold=percent)
    return RuleGiven(choice="reach", label=label, threshold=percent, strict=sign.lower() in _STRICT)


def rule_parts(given: RuleGiven, most: Decimal) -> RuleParts:
    """The rule that a person chose, as the document has it.

    Args:
        given: What was chosen.
        most: The maximum of the leaf.

    Raises:
        WrongRule: what is missing, or cannot be, by field.
    """
    if given.choice == "judged":
        return RuleParts(rule={"judged": True}, inputs={})
    if given.choice == "yaml":
        return _of_yaml(given.yaml)
    if not given.label:
        raise WrongRule("label", "field_empty")
    return _WRITERS[given.choice](given, most)


def _yes_no(given: RuleGiven, _most: Decimal) -> RuleParts:
    return RuleParts(rule={"yes_no": "done"}, inputs={"done": _input("boolean", given.label)})


def _reach(given: RuleGiven, most: Decimal) -> RuleParts:
    """All points where a threshold is reached, or exceeded, and none below it."""
    threshold, points = _needed(given.threshold, "threshold"), shortest(most)
    if not 0 < threshold <= 100:
        raise WrongRule("threshold", "number_out_of_range", least=1, most=100)
    if not given.whole:
        return _one(given, "percent", threshold, points)
    inputs = {"done": {**_input("count", given.label), "part_of": "total"}, "total": _input("count", given.whole)}
    share = threshold / 100
    if not given.strict:
        return RuleParts(
            rule={
                "bands": ["done", "total"],
                "steps": [{"from": shortest(share), "points": points}],
                "when_zero": given.when_zero,
            },
            inputs=inputs,
        )
    zero = {"full": "max", "zero": "0"}.get(given.when_zero)
    if zero is None:
        raise WrongRule("when_zero", "rule_zero_unsaid")
    branches = [
        {"when": "total == 0", "points": zero},
        {"when": f"done > total * {shortest(share)}", "points": "max"},
        {"points": "0"},
    ]
    return RuleParts(rule={"formula": branches}, inputs=inputs)


def _count(given: RuleGiven, most: Decimal) -> RuleParts:
    """All points where a number is reached, or exceeded."""
    threshold = _needed(given.threshold, "threshold")
    if threshold != threshold.to_integral_value():
        raise WrongRule("threshold", "value_not_whole", found=shortest(threshold))
    return _one(given, "count", threshold, shortest(most))


def _one(given: RuleGiven, kind: str, threshold: Decimal, points: str) -> RuleParts:
    """One declared number that has to reach a threshold."""
    inputs = {"reached": _input(kind, given.label)}
    if given.strict:
        branches = [{"when": f"reached > {shortest(threshold)}", "points": "max"}, {"points": "0"}]
        return RuleParts(rule={"formula": branches}, inputs=inputs)
    return RuleParts(
        rule={"bands": "reached", "steps": [{"from": shortest(threshold), "points": points}]}, inputs=inputs
    )


def _share(given: RuleGiven, most: Decimal) -> RuleParts:
    """Points in proportion to a share, all of them from a target on."""
    target = given.threshold if given.threshold is not None else Decimal(100)
    if not 0 < target <= 100:
        raise WrongRule("threshold", "number_out_of_range", least=1, most=100)
    if given.floor is not None and not 0 <= given.floor < target:
        raise WrongRule("floor", "number_out_of_range", least=0, most=target)
    if not given.whole:
        ends = {"from": {"at": "0", "points": "0"}, "to": {"at": shortest(target), "points": shortest(most)}}
        if given.floor:
            low = shortest(given.floor)
            branches = [
                {"when": f"reached < {low}", "points": "0"},
                {"points": f"min(max, max * reached / {shortest(target)})"},
            ]
            return RuleParts(rule={"formula": branches}, inputs={"reached": _input("percent", given.label)})
        return RuleParts(rule={"linear": "reached", **ends}, inputs={"reached": _input("percent", given.label)})
    rule: dict[str, Any] = {"ratio": ["done", "total"]}
    if target != 100:
        rule["target"] = shortest(target / 100)
    if given.floor:
        rule["floor"] = shortest(given.floor / 100)
    inputs = {"done": {**_input("count", given.label), "part_of": "total"}, "total": _input("count", given.whole)}
    return RuleParts(rule={**rule, "when_zero": given.when_zero}, inputs=inputs)


def _each(given: RuleGiven, most: Decimal) -> RuleParts:
    points = shortest(_positive(given.points, most))
    return RuleParts(rule={given.choice: "times", "points": points}, inputs={"times": _input("count", given.label)})


def _date(given: RuleGiven, most: Decimal) -> RuleParts:
    if given.until is None:
        raise WrongRule("until", "field_empty")
    steps = [{"until": given.until.isoformat(), "points": shortest(most)}]
    return RuleParts(rule={"by": "done_on", "steps": steps}, inputs={"done_on": _input("date", given.label)})


_WRITERS: Final[Mapping[RuleChoice, Callable[[RuleGiven, Decimal], RuleParts]]] = {
    "yes_no": _yes_no, "reach": _reach, "share": _share, "count": _count, "each": _each, "deduct": _each, "date": _date,
}  # fmt: skip


def _input(kind: str, label: str) -> dict[str, Any]:
    return {"type": kind, "label": {"vi": label}}


def _needed(value: Decimal | None, field: str) -> Decimal:
    if value is None:
        raise WrongRule(field, "field_empty")
    if value < 0:
        raise WrongRule(field, "number_out_of_range", least=0, most=100)
    return value


def _positive(value: Decimal | None, most: Decimal) -> Decimal:
    if value is None:
        raise WrongRule("points", "field_empty")
    if not 0 < value <= most:
        raise WrongRule("points", "number_out_of_range", least=0, most=most)
    return value


def _of_yaml(text: str) -> RuleParts:
    """``rule:`` and ``inputs:`` as the file has them; what is wrong inside is told by the loader with the whole set."""
    faults: list[Any] = []
    tree = read_tree(text.encode(), faults)
    found = _plain(tree) if tree is not None else None
    if not isinstance(found, dict) or not isinstance(found.get("rule"), dict) or set(found) - {"rule", "inputs"}:
        raise WrongRule("yaml", "rule_unread")
    inputs = found.get("inputs", {})
    if not isinstance(inputs, dict):
        raise WrongRule("yaml", "rule_unread")
    return RuleParts(rule=found["rule"], inputs=inputs)


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping_):
        return {key.text: _plain(value) for key, value in node.entries}
    if isinstance(node, Sequence_):
        return [_plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.text == "true" if node.kind == "boolean" else None if node.kind == "null" else node.text


def suggestions(criteria_set: CriteriaSet, codes: Collection[str]) -> dict[str, RuleParts]:
    """The rules that the targets of leaves may mean, of those among some codes that are judged and have such a target."""
    found: dict[str, RuleParts] = {}
    for place in leaves(criteria_set):
        node = place.node
        assert isinstance(node, Criterion)
        if node.code in codes and node.rule is not None and kind(node.rule) == "judged" and node.guidance is not None:
            given = suggested(target_of(node.guidance.vi), node.title.vi)
            if given is not None:
                found[node.code] = rule_parts(given, node.max)
    return found


def with_rules(document: Mapping[str, Any], rules: Mapping[str, RuleParts]) -> dict[str, Any]:
    """A document in which leaves have other rules; everything else of it stays as it is."""
    changed = deepcopy(dict(document))
    for node in every_node(changed):
        parts = rules.get(node["code"])
        if parts is None or "rule" not in node:
            continue
        for key in ("rule", "inputs"):
            node.pop(key, None)
        if parts.inputs:
            node["inputs"] = dict(parts.inputs)
        node["rule"] = dict(parts.rule)
    return changed


def with_appraisers(document: Mapping[str, Any], bodies: Mapping[str, str]) -> dict[str, Any]:
    """A document in which areas and items name other bodies to appraise them; an empty name names none."""
    changed = deepcopy(dict(document))
    for node in every_node(changed):
        if node["code"] in bodies:
            node.pop("appraiser", None)
            if bodies[node["code"]]:
                node["appraiser"] = bodies[node["code"]]
    return changed


def every_node(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Areas, criteria and leaves of a document, then the items of bonus and penalty."""
    for area in document.get("areas", ()):
        yield from _below(area)
    adjustments = document.get("adjustments", {})
    for part in ("bonus", "penalty"):
        yield from adjustments.get(part, {}).get("items", ())


def _below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("criteria", ()):
        yield from _below(part)
