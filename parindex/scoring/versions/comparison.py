"""What changed between two criteria sets, criterion by criterion, and what that does to the maxima."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from parindex.scoring.digits import shortest
from parindex.scoring.law.canonical import digest, to_document
from parindex.scoring.law.inputs import Input, Text
from parindex.scoring.law.model import Adjustment, CriteriaSet, Criterion, Place
from parindex.scoring.versions.matching import Became, MatchedPair, pairs

DifferenceKind = Literal[
    "added", "removed", "moved", "reweighted", "reruled", "inputs", "applicability", "evidence", "appraiser", "reworded"
]
KINDS: Final[tuple[DifferenceKind, ...]] = (
    "added", "removed", "moved", "reweighted", "reruled", "inputs", "applicability", "evidence", "appraiser", "reworded",
)  # fmt: skip
"""From what changes points most to what changes them least."""

HEADING: Final = (
    "title", "status", "tier", "years", "supersedes", "extends", "legal_basis", "print_places", "compare", "ties", "no_survey",
    "classes", "attributes",
)  # fmt: skip


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was so and is otherwise now."""

    kind: DifferenceKind | None = None
    """Which kind of change it is; None in the heading of a set."""
    what: str
    """Which part of the criterion: `title`, `max`, `rule`, `label`, `needs`, …"""
    name: str | None = None
    """The input or attribute where one is meant."""
    before: Any = None
    """As JSON, numbers as text; None where there was nothing."""
    after: Any = None
    """As JSON, numbers as text; None where there is nothing."""


class SetChange(msgspec.Struct, frozen=True, kw_only=True):
    """One area, criterion or leaf that is not what it was."""

    kinds: tuple[DifferenceKind, ...]
    """How it changed, in the order of `KINDS`."""
    older: str | None
    """Its code in the older set."""
    newer: str | None
    """Its code in the newer set."""
    part: str
    """Areas, bonus or penalty."""
    depth: int
    """1 lĩnh vực, 2 tiêu chí, 3 and deeper tiêu chí thành phần."""
    leaf: bool
    """Whether a rule scores it."""
    title: Text
    """In the newer set, or where it is gone in the older."""
    max_before: Decimal | None
    """Its maximum in the older set."""
    max_after: Decimal | None
    """Its maximum in the newer set."""
    details: tuple[Detail, ...] = ()
    """What exactly; empty where it came or went."""
    became: tuple[str, ...] = ()
    """Of what is gone: the leaves into which a crosswalk says it was split or merged."""
    came_from: tuple[str, ...] = ()
    """Of what is added: the leaves from which a crosswalk says it was split or merged."""


class Maximum(msgspec.Struct, frozen=True, kw_only=True):
    """What one area, or the whole, could give and can give."""

    older: str | None
    """Code in the older set; `total`, `bonus` and `penalty` are no areas."""
    newer: str | None
    """Code in the newer set."""
    title: Text | None
    """Of an area."""
    before: Decimal
    """Maximum (cap) in the older set, 0 where there was none."""
    after: Decimal
    """Maximum (cap) in the newer set, 0 where there is none."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two sets side by side."""

    older: CriteriaSet
    """The one before."""
    newer: CriteriaSet
    """The one after."""
    pairs: tuple[MatchedPair, ...]
    """Every node of both, once."""
    heading: tuple[Detail, ...]
    """What changed of the set itself."""
    changes: tuple[SetChange, ...]
    """What changed below, in the order of the newer law; what is gone last."""
    maxima: tuple[Maximum, ...]
    """Areas in the order of the newer law, then total, bonus and penalty."""

    def count(self, kind: DifferenceKind, *, leaves: bool = False) -> int:
        """How many nodes (or leaves) changed in one way."""
        return sum(kind in one.kinds for one in self.changes if one.leaf or not leaves)


def compare(older: CriteriaSet, newer: CriteriaSet, *, became: Became | None = None) -> Comparison:
    """Compare two sets; they need not be of one family.

    Args:
        older: The set before.
        newer: The set after.
        became: What a crosswalk says of every leaf (`Crosswalk.became`); without it leaves are matched by code
            and title.
    """
    matched = pairs(older, newer, became)
    came = {} if became is None else _came(became)
    homes = {new.code: old.code for old, new in matched if old is not None and new is not None}
    changes = (_change(older, newer, pair, homes) for pair in matched)
    return Comparison(
        older=older,
        newer=newer,
        pairs=matched,
        heading=tuple(_heading(older, newer)),
        changes=tuple(_joined(one, became or {}, came) for one in changes if one is not None),
        maxima=tuple(_maxima(older, newer, matched)),
    )


def _came(became: Became) -> dict[str, tuple[str, ...]]:
    """By leaf of the newer set the leaves of the older one that it came from."""
    came: dict[str, tuple[str, ...]] = {}
    for old, codes in became.items():
        for code in codes:
            came[code] = (*came.get(code, ()), old)
    return came


def _joined(one: SetChange, became: Became, came: Became) -> SetChange:
    """With what a crosswalk knows of its parts or origins."""
    if one.newer is None and one.older is not None:
        return msgspec.structs.replace(one, became=tuple(became.get(one.older, ())))
    if one.older is None and one.newer is not None:
        return msgspec.structs.replace(one, came_from=tuple(came.get(one.newer, ())))
    return one


def _change(older: CriteriaSet, newer: CriteriaSet, pair: MatchedPair, homes: Mapping[str, str]) -> SetChange | None:
    old, new = pair
    details: list[Detail] = []
    if old is None or new is None:
        kinds: tuple[DifferenceKind, ...] = ("added",) if old is None else ("removed",)
    else:
        details = [*_moved(old, new, homes), *leaf_details(older, old, newer, new)]
        found = {detail.kind for detail in details}
        kinds = tuple(kind for kind in KINDS if kind in found)
    shown = new or old
    if shown is None or not kinds:
        return None
    return SetChange(
        kinds=kinds,
        older=old.code if old else None,
        newer=new.code if new else None,
        part=shown.part,
        depth=shown.depth,
        leaf=shown.is_leaf,
        title=shown.node.title,
        max_before=old.node.max if old else None,
        max_after=new.node.max if new else None,
        details=tuple(details),
    )


def _moved(old: Place, new: Place, homes: Mapping[str, str]) -> Iterator[Detail]:
    if old.code != new.code:
        yield Detail(kind="moved", what="code", before=old.code, after=new.code)
    above = new.above[-1] if new.above else None
    if old.part != new.part:
        yield Detail(kind="moved", what="part", before=old.part, after=new.part)
    elif (homes.get(above) if above else None) != (old.above[-1] if old.above else None):
        yield Detail(kind="moved", what="above", before=old.above[-1] if old.above else None, after=above)


def leaf_details(older: CriteriaSet, old: Place, newer: CriteriaSet, new: Place) -> list[Detail]:
    """Everything but code and place in which two nodes differ, most important first."""
    details = [*_rules(older, old, newer, new), *_conditions(old, new), *_words(old, new)]
    order = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(details, key=lambda detail: order[detail.kind or "reworded"])


def _differ(kind: DifferenceKind, what: str, before: Any, after: Any, name: str | None = None) -> Iterator[Detail]:
    if before != after:
        yield Detail(kind=kind, what=what, name=name, before=before, after=after)


def _rules(older: CriteriaSet, old: Place, newer: CriteriaSet, new: Place) -> Iterator[Detail]:
    yield from _differ("reweighted", "max", shortest(old.node.max), shortest(new.node.max))
    yield from _differ("reruled", "rule", _rule(old), _rule(new))
    if not (old.is_leaf and new.is_leaf):
        return
    before, after = inputs_of(older, old), inputs_of(newer, new)
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        yield from _differ("inputs", "input", was and _asked(was), now and _asked(now), name)
        if was is not None and now is not None:
            yield from _differ("reworded", "label", _said(was), _said(now), name)


def _rule(place: Place) -> dict[str, Any] | None:
    node = place.node
    return node.rule.document() if isinstance(node, Criterion) and node.rule is not None else None


def inputs_of(criteria_set: CriteriaSet, place: Place) -> dict[str, Input]:
    """The inputs that a leaf takes, its own and those of the set, by the name that its rule uses."""
    from parindex.scoring.points.compiled import compiled

    leaf = compiled(criteria_set).leaf[place.code]
    declared = {leaf.names.of(name): (name, one) for name, one in {**criteria_set.inputs, **leaf.names.local}.items()}
    return dict(declared[name] for name in leaf.facts if name in declared)


def _asked(one: Input) -> dict[str, Any]:
    most = None if one.most is None or one.most == 100 else shortest(one.most)
    found = {"type": one.type, "options": list(one.options), "most": most, "part_of": one.part_of}
    return {key: value for key, value in found.items() if value}


def _said(one: Input) -> dict[str, Any]:
    found = {
        "label": _text(one.label),
        "unit": _text(one.unit),
        "options": {option: _text(text) for option, text in one.option_labels.items()},
    }
    return {key: value for key, value in found.items() if value}


def _text(text: Text | None) -> dict[str, str] | None:
    if text is None:
        return None
    return {"vi": text.vi} | ({"en": text.en} if text.en is not None else {})


def _conditions(old: Place, new: Place) -> Iterator[Detail]:
    yield from _differ("applicability", "needs", sorted(set(old.needs)), sorted(set(new.needs)))
    yield from _differ(
        "applicability", "may_be_inapplicable", old.may_be_inapplicable, new.may_be_inapplicable
    )  # fmt: skip
    yield from _differ("appraiser", "appraiser", old.appraiser, new.appraiser)
    if old.is_leaf and new.is_leaf and isinstance(old.node, Criterion) and isinstance(new.node, Criterion):
        yield from _differ("appraiser", "confirmed_by", old.node.confirmed_by, new.node.confirmed_by)
        yield from _differ("evidence", "evidence", old.node.evidence, new.node.evidence)
        for what in ("evidence_from", "evidence_to"):
            before, after = getattr(old.node, what), getattr(new.node, what)
            yield from _differ("evidence", what, before and before.isoformat(), after and after.isoformat())


def _words(old: Place, new: Place) -> Iterator[Detail]:
    yield from _differ("reworded", "title", _text(old.node.title), _text(new.node.title))
    before, after = getattr(old.node, "guidance", None), getattr(new.node, "guidance", None)
    yield from _differ("reworded", "guidance", _text(before), _text(after))


# the set itself


def _heading(older: CriteriaSet, newer: CriteriaSet) -> Iterator[Detail]:
    before, after = to_document(older), to_document(newer)
    for what in HEADING:
        if before.get(what) != after.get(what):
            yield Detail(what=what, before=_default(older, before, what), after=_default(newer, after, what))


def _default(criteria_set: CriteriaSet, document: Mapping[str, Any], what: str) -> Any:
    """As written; a default that the canonical form leaves out is spelt."""
    return document.get(what, getattr(criteria_set, what) if what in HEADING[7:11] else None)


def _maxima(older: CriteriaSet, newer: CriteriaSet, matched: tuple[MatchedPair, ...]) -> Iterator[Maximum]:
    for old, new in matched:
        shown = new or old
        if shown is not None and shown.depth == 1:
            yield Maximum(
                older=old.code if old else None,
                newer=new.code if new else None,
                title=shown.node.title,
                before=old.node.max if old else Decimal(0),
                after=new.node.max if new else Decimal(0),
            )
    yield Maximum(older="total", newer="total", title=None, before=older.max, after=newer.max)
    for part in ("bonus", "penalty"):
        before, after = _cap(getattr(older, part)), _cap(getattr(newer, part))
        if before or after:
            yield Maximum(older=part, newer=part, title=None, before=before, after=after)


def _cap(adjustment: Adjustment | None) -> Decimal:
    return adjustment.cap if adjustment else Decimal(0)


# JSON


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON-safe values; decimals are strings."""
    return {
        "older": identity(comparison.older),
        "newer": identity(comparison.newer),
        "heading": [_detail_document(detail) for detail in comparison.heading],
        "counts": {kind: comparison.count(kind) for kind in KINDS},
        "maxima": [_maximum_document(one) for one in comparison.maxima],
        "changes": [_change_document(one) for one in comparison.changes],
    }


def identity(criteria_set: CriteriaSet) -> dict[str, str]:
    """What binds something to a set: family, version, digest."""
    return {"set": criteria_set.family, "version": criteria_set.version, "digest": digest(criteria_set)}


def _detail_document(detail: Detail) -> dict[str, Any]:
    found = {"kind": detail.kind, "what": detail.what, "name": detail.name}
    return {key: value for key, value in found.items() if value is not None} | {
        "before": detail.before,
        "after": detail.after,
    }


def _maximum_document(one: Maximum) -> dict[str, Any]:
    return {
        "older": one.older,
        "newer": one.newer,
        "title": _text(one.title),
        "before": shortest(one.before),
        "after": shortest(one.after),
        "change": shortest(one.after - one.before),
    }


def _change_document(one: SetChange) -> dict[str, Any]:
    return {
        "kinds": list(one.kinds),
        "older": one.older,
        "newer": one.newer,
        "part": one.part,
        "leaf": one.leaf,
        "title": _text(one.title),
        "max_before": None if one.max_before is None else shortest(one.max_before),
        "max_after": None if one.max_after is None else shortest(one.max_after),
        "details": [_detail_document(detail) for detail in one.details],
        "became": list(one.became),
        "came_from": list(one.came_from),
    }
