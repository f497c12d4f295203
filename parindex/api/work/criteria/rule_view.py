"""What the pages of rules show: targets beside what they may mean, and one leaf with its rule and a trial of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex import access, scoring
from parindex.access import Person
from parindex.api.shared.page import Page, url
from parindex.api.work.drafts_view import DraftMark
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.target_rules import CHOICES, RuleGiven, every_node, suggested, target_of
from parindex.errors import FieldError
from parindex.scoring import Criterion, kind
from parindex.scoring.law.yaml_tree import core_kind
from parindex.text import N_, Language, date_text, number, translator, words
from parindex.wording import rule_text

CHOICE_NAMES: Final[Mapping[str, str]] = {
    "yes_no": N_("Có hoặc không"),
    "reach": N_("Tỷ lệ đạt mức thì đủ điểm"),
    "share": N_("Điểm theo tỷ lệ đạt được"),
    "count": N_("Số lượng đạt mức thì đủ điểm"),
    "each": N_("Điểm cho mỗi lần"),
    "deduct": N_("Trừ điểm cho mỗi lần"),
    "date": N_("Đúng hạn ngày thì đủ điểm"),
    "judged": N_("Do thẩm định quyết định"),
    "yaml": N_("Viết như trong tệp (YAML)"),
}
"""Kinds of rules as the page calls them."""

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "yes_no": ("label",),
    "reach": ("label", "whole", "threshold", "strict", "when_zero"),
    "share": ("label", "whole", "threshold", "floor", "when_zero"),
    "count": ("label", "threshold", "strict"),
    "each": ("label", "points"),
    "deduct": ("label", "points"),
    "date": ("label", "until"),
    "judged": (),
    "yaml": ("yaml",),
}
"""Which fields each kind has."""

LABELS: Final[Mapping[str, str]] = {
    "label": N_("Số liệu đơn vị kê khai"),
    "whole": N_("Tổng số mà số liệu trên là một phần"),
    "threshold": N_("Mức phải đạt"),
    "strict": N_("Phải vượt mức này"),
    "floor": N_("Dưới mức này không có điểm (%%)"),
    "points": N_("Điểm mỗi lần"),
    "until": N_("Ngày cuối được đủ điểm"),
    "when_zero": N_("Khi tổng số bằng 0"),
    "yaml": N_("Quy tắc"),
}
"""What the fields are called."""

WHEN_ZERO: Final[Mapping[str, str]] = {
    "not_applicable": N_("Không áp dụng"),
    "full": N_("Đủ điểm"),
    "zero": N_("Không có điểm"),
}


class TargetRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that nobody gave a rule yet, or that has one."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    target: str
    """What the annex says; empty for nothing."""

    rule: str
    """Its rule in words; empty while it is judged."""

    suggestion: str
    """What the target may mean, in words; empty where a person has to settle it."""

    href: str
    """Where its rule is written."""


class TargetsPage(Page, frozen=True, kw_only=True):
    """The leaves of a draft with their targets and rules."""

    template: ClassVar[str] = "work/criteria/targets.html"

    title: str
    """Family and version."""

    back: str
    """The draft's page."""

    action: str
    """Where ticked suggestions go."""

    waiting: tuple[TargetRow, ...]
    """Leaves that are judged."""

    ruled: tuple[TargetRow, ...]
    """Leaves with a rule."""

    change: bool
    """Whether the reader may change them."""

    told: str
    """Why ticked suggestions were not taken; empty for nothing."""


class TrialField(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of the rule to be tried."""

    name: str
    """Of its field."""

    label: str
    """What it is called."""

    value: str
    """What was typed."""

    error: str
    """What is wrong with it."""


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the tried values give."""

    points: str
    """Points, or the state where there are none."""

    why: str
    """The reason, as agencies will read it."""


class RulePage(Page, frozen=True, kw_only=True):
    """One leaf with its rule."""

    template: ClassVar[str] = "work/criteria/rule.html"

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    target: str
    """What the annex says; empty for nothing."""

    guidance: str
    """Everything that the set says of its evidence."""

    rule: str
    """Its rule now, in words."""

    choices: tuple[FieldOption, ...]
    """Kinds of rules."""

    choice: str
    """The kind whose fields are shown."""

    fields: tuple[str, ...]
    """Which fields it has."""

    labels: Mapping[str, str]
    """What they are called."""

    zeros: tuple[FieldOption, ...]
    """What may hold where the whole is 0."""

    typed: Mapping[str, str]
    """What stands in them."""

    errors: tuple[FieldFault, ...]
    """What is wrong."""

    error_of: Mapping[str, str]
    """The same by field."""

    words: str
    """The rule that was typed, in words; empty before it was looked at."""

    trial: tuple[TrialField, ...]
    """Facts of the rule that was typed."""

    result: TrialResult | None
    """What the tried values give."""

    action: str
    """Where the form goes."""

    back: str
    """The list of rules."""

    after: str
    """The next leaf without a rule; empty for none."""

    change: bool
    """Whether the reader may change it."""

    draft: DraftMark | None
    """What was typed and not saved."""


def targets_page(person: Person, held: OpenedDraft, lang: Language, *, told: str = "") -> TargetsPage:
    """The leaves of a draft, which is a set, with their targets and rules."""
    law = held.criteria_set
    assert law is not None
    here = f"/work/criteria/drafts/{held.draft.id}"
    rows = []
    for place in scoring.leaves(law):
        node = place.node
        assert isinstance(node, Criterion)
        assert node.rule is not None
        judged = kind(node.rule) == "judged"
        target = target_of(node.guidance.vi) if node.guidance else ""
        found = suggested(target, node.title.vi) if judged and target else None
        rows.append(
            (judged, TargetRow(
                code=node.code, title=words(node.title, lang), max=node.max, target=target,
                rule="" if judged else rule_text.words(law, node, lang),
                suggestion=suggestion_words(found, lang) if found else "", href=url(f"{here}/rules", node.code),
            ))
        )  # fmt: skip
    return TargetsPage(
        title=f"{law.family} {law.version}", back=url(here), action=url(f"{here}/rules"),
        waiting=tuple(row for judged, row in rows if judged), ruled=tuple(row for judged, row in rows if not judged),
        change=access.may(person, "criteria_set:draft", state=held.draft.state), told=told,
    )  # fmt: skip


def suggestion_words(given: RuleGiven, lang: Language) -> str:
    """What a suggestion would do, in words."""
    _ = translator(lang)
    name = _(CHOICE_NAMES[given.choice])
    if given.threshold is None or (given.choice == "share" and given.threshold == 100):
        return name
    unit = "" if given.choice == "count" else "%"
    value = number(given.threshold, None, lang)
    sign = ">" if given.strict else _("từ")
    return f"{name}: {sign} {value}{unit}"


def stands(held: OpenedDraft, code: str, lang: Language) -> dict[str, str]:
    """What the fields of a leaf's rule hold before anybody typed: the suggestion of its target, or its rule as the file has it."""
    node = _node(held, code)
    target = target_of(node.guidance.vi) if node.guidance else ""
    assert node.rule is not None
    if kind(node.rule) == "judged":
        found = suggested(target, node.title.vi)
        return typed_of(found, lang) if found else {"choice": "judged", "label": node.title.vi}
    return {"choice": "yaml", "label": node.title.vi, "yaml": rule_yaml(held, code)}


def typed_of(given: RuleGiven, lang: Language) -> dict[str, str]:
    """A rule as the fields hold it."""
    values: dict[str, str] = {"choice": given.choice, "label": given.label, "whole": given.whole, "yaml": given.yaml}
    for name in ("threshold", "floor", "points"):
        value = getattr(given, name)
        values[name] = "" if value is None else number(value, None, lang)
    return {
        **values, "strict": "true" if given.strict else "", "until": date_text(given.until, lang) if given.until else "",
        "when_zero": given.when_zero,
    }  # fmt: skip


def rule_yaml(held: OpenedDraft, code: str) -> str:
    """``rule:`` and ``inputs:`` of a leaf as the file has them."""
    assert held.revision.document is not None
    node = next(one for one in every_node(msgspec.json.decode(held.revision.document)) if one["code"] == code)
    lines = []
    if "inputs" in node:
        lines.append("inputs:")
        lines += [f"  {name}: {_flow(value)}" for name, value in node["inputs"].items()]
    return "\n".join([*lines, f"rule: {_flow(node['rule'])}"])


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    text = "true" if value is True else "false" if value is False else str(value)
    plain = core_kind(text) in ("integer", "float", "boolean") or (text.replace("_", "").isalnum() and text.isascii())
    return text if plain else msgspec.json.encode(text).decode()


def rule_page(
    person: Person,
    held: OpenedDraft,
    code: str,
    lang: Language,
    *,
    typed: Mapping[str, str],
    errors: Sequence[FieldError] = (),
    told: str = "",
    trial: tuple[TrialField, ...] = (),
    result: TrialResult | None = None,
    draft: DraftMark | None = None,
) -> RulePage:
    """One leaf with its rule.

    Args:
        person: Who reads.
        held: The draft, which is a set.
        code: The leaf.
        lang: The reader's language.
        typed: What the fields hold.
        errors: What is wrong with them.
        told: The rule that was typed, in words.
        trial: Its facts.
        result: What the tried values give.
        draft: What was typed and not saved.
    """
    _, law, node = translator(lang), held.criteria_set, _node(held, code)
    assert law is not None
    here = f"/work/criteria/drafts/{held.draft.id}/rules"
    choice = typed.get("choice", "yes_no")
    choice = choice if choice in CHOICES else "yes_no"
    by_field = told_by_field(errors, lang)
    labels = {name: _(label) for name, label in LABELS.items()}
    waiting = [place.code for place in scoring.leaves(law) if _judged(place.node)]
    later = [one for one in waiting if one != code]
    return RulePage(
        code=code, title=words(node.title, lang), max=node.max,
        target=target_of(node.guidance.vi) if node.guidance else "",
        guidance=words(node.guidance, lang) if node.guidance else "", rule=rule_text.words(law, node, lang),
        choices=tuple(FieldOption(value=one, label=_(CHOICE_NAMES[one])) for one in CHOICES), choice=choice,
        fields=FIELDS[choice], labels=labels,
        zeros=tuple(FieldOption(value=value, label=_(label)) for value, label in WHEN_ZERO.items()),
        typed=typed, errors=faults(by_field, lang, labels), error_of=by_field, words=told, trial=trial, result=result,
        action=url(here, code), back=url(here), after=url(here, later[0]) if later else "",
        change=access.may(person, "criteria_set:draft", state=held.draft.state), draft=draft,
    )  # fmt: skip


def _node(held: OpenedDraft, code: str) -> Criterion:
    assert held.criteria_set is not None
    node = scoring.place_of(held.criteria_set, code).node
    assert isinstance(node, Criterion)
    return node


def _judged(node: object) -> bool:
    return isinstance(node, Criterion) and node.rule is not None and kind(node.rule) == "judged"
