"""Points of a sheet as it stands: leaf by leaf with the reason, and what is known above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from parindex import scoring
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.model import AppraisalDecision, SharedFact, Sheet, SheetEntry
from parindex.scoring import LeafScore, Reason, Refusal, RefusedFacts, Value
from parindex.scoring.law.inputs import DAYS_LATE

SHEETS_KEPT: Final = 256
"""Sheets that are held as they were last scored: whoever opens leaf after leaf changes one of 150 at a time."""


class LeafNow(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one leaf now."""

    code: str
    """The leaf."""

    points: Decimal | None
    """``None`` unless scored."""

    max: Decimal
    """Its maximum in the set."""

    state: str
    """``scored``, ``not_applicable``, ``unknown``, ``none`` or ``refused``."""

    reason: Reason | None
    """Why; ``None`` for refused facts."""

    refusals: tuple[Refusal, ...] = ()
    """Why its facts cannot be scored."""

    flags: tuple[str, ...] = ()
    """What an appraiser has to look at: ``over_whole``, ``waived``."""

    @property
    def known(self) -> bool:
        """Whether its points can be told, or that it does not apply."""
        return self.state in ("scored", "not_applicable")

    @property
    def excluded(self) -> bool:
        """Whether an attribute of the agency takes it out, without anybody proposing it."""
        return self.state == "not_applicable" and self.reason is not None and self.reason.why == "attribute"


class NodeSum(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a node above leaves."""

    points: Decimal = Decimal(0)
    """Sum of the points known."""

    max: Decimal = Decimal(0)
    """Sum of the maxima of leaves that apply, known or not."""

    declared: int = 0
    """Leaves known."""

    leaves: int = 0
    """Leaves that apply or are proposed not to."""

    def with_leaf(self, leaf: LeafNow) -> NodeSum:
        """The sum with one leaf more."""
        if leaf.excluded:
            return self
        applies = leaf.state != "not_applicable"
        return NodeSum(
            points=self.points + (leaf.points or 0),
            max=self.max + (leaf.max if applies else 0),
            declared=self.declared + leaf.known,
            leaves=self.leaves + 1,
        )


class PointsNow(msgspec.Struct, frozen=True, kw_only=True):
    """Points of a whole sheet now."""

    leaves: Mapping[str, LeafNow]
    """Every leaf that the agency declares."""

    sums: Mapping[str, NodeSum]
    """Every area and criterion above them."""

    total: NodeSum
    """All areas, without bonus and penalty."""

    bonus: Decimal = Decimal(0)
    """Points on top, no more than the set allows."""

    penalty: Decimal = Decimal(0)
    """Points off, no more than the set allows."""

    @property
    def points(self) -> Decimal:
        """What is known of all: areas and bonus, less the penalty."""
        return self.total.points + self.bonus - self.penalty


def counted(published: Published, facts: Mapping[str, str]) -> PointsNow:
    """Points of every declared leaf.

    Args:
        published: The set.
        facts: Canonical text by full name, of one agency.
    """
    return _tally(published, tuple(sorted(facts.items())))


@lru_cache(maxsize=SHEETS_KEPT)
def _tally(published: Published, facts: tuple[tuple[str, str], ...]) -> PointsNow:
    typed = values(published, dict(facts))
    leaves: dict[str, LeafNow] = {}
    sums: dict[str, NodeSum] = {}
    total = NodeSum()
    for place in published.leaves:
        leaf = leaves[place.code] = score(published, place.code, typed)
        for code in place.above:
            sums[code] = sums.get(code, NodeSum()).with_leaf(leaf)
        if place.part == "areas":
            total = total.with_leaf(leaf)
    known = {code: leaf.points for code, leaf in leaves.items()}
    return PointsNow(
        leaves=MappingProxyType(leaves),
        sums=MappingProxyType(sums),
        total=total,
        bonus=adjusted(published, "bonus", known),
        penalty=adjusted(published, "penalty", known),
    )


def adjusted(published: Published, part: Literal["bonus", "penalty"], points: Mapping[str, Decimal | None]) -> Decimal:
    """What the items of a bonus or penalty come to, no more than its cap.

    Args:
        published: The set.
        part: Which.
        points: By leaf; ``None`` where they are not known.
    """
    adjustment = getattr(published.criteria_set, part)
    every = (points.get(place.code) or Decimal(0) for place in published.leaves if place.part == part)
    return Decimal(0) if adjustment is None else min(sum(every, Decimal(0)), Decimal(adjustment.cap))


def score(published: Published, code: str, facts: Mapping[str, Value]) -> LeafNow:
    """Points of one leaf; facts that the rule refuses are told, not raised."""
    try:
        found: LeafScore = scoring.score_leaf(published.criteria_set, code, facts)
    except RefusedFacts as refused:
        most = published.places[code].node.max
        return LeafNow(code=code, points=None, max=most, state="refused", reason=None, refusals=refused.refusals)
    return LeafNow(
        code=code, points=found.points, max=found.max, state=found.state, reason=found.reason, flags=found.flags
    )


def values(published: Published, facts: Mapping[str, str]) -> dict[str, Value]:
    """Typed values of canonical texts."""
    return {name: _value(published, name, text) for name, text in facts.items()}


@lru_cache(maxsize=100_000)
def _value(published: Published, name: str, text: str) -> Value:
    return scoring.parse_value(published.criteria_set, name, text)


def attributes(published: Published, given: Mapping[str, str]) -> dict[str, str]:
    """The attributes that the set asks for, as facts."""
    return {f"@{name}": given[name] for name in published.criteria_set.attributes if name in given}


def of_sheet(published: Published, sheet: Sheet) -> dict[str, str]:
    """What is known of a sheet that nobody declares: attributes, and the days that it came late where a rule asks."""
    facts = attributes(published, sheet.attributes)
    return facts | {f"@{DAYS_LATE}": str(sheet.days_late)} if published.counts_days_late else facts


def declared(
    published: Published, sheet: Sheet, entries: Iterable[SheetEntry], shared: Iterable[SharedFact]
) -> dict[str, str]:
    """Facts as the agency declares them; what it proposes not to apply counts as such here."""
    facts = of_sheet(published, sheet)
    asked = published.criteria_set.inputs
    facts |= {fact.name: fact.value for fact in shared if fact.value is not None and fact.name in asked}
    for entry in entries:
        facts |= of_entry(entry)
        if entry.inapplicable:
            facts[f"{entry.code}.not_applicable"] = "true"
    return facts


def of_entry(entry: SheetEntry) -> dict[str, str]:
    """Declared facts of one entry by full name."""
    facts = dict(entry.facts)
    if entry.judged is not None:
        facts[f"{entry.code}.judged"] = scoring.write_value(entry.judged)
    return facts


def appraised(
    published: Published,
    sheet: Sheet,
    entries: Iterable[SheetEntry],
    shared: Iterable[SharedFact],
    standing: Mapping[object, AppraisalDecision],
) -> dict[str, str]:
    """Facts as they hold after appraisal; an entry that nobody decided keeps what was declared.

    Args:
        published: The set.
        sheet: The sheet.
        entries: Its entries.
        shared: Its shared facts.
        standing: The deciding decision of each entry, by entry id.
    """
    facts = of_sheet(published, sheet)
    asked = published.criteria_set.inputs
    facts |= {fact.name: fact.effective for fact in shared if fact.effective is not None and fact.name in asked}
    for entry in entries:
        facts |= after(entry, standing.get(entry.id))
    return facts


def after(entry: SheetEntry, decision: AppraisalDecision | None) -> dict[str, str]:
    """Facts of one entry alone as they hold after a decision; a proposal not to apply holds once accepted."""
    facts = of_entry(entry)
    if decision is None:
        return facts
    facts |= {name: text for name, text in decision.facts.items() if "." in name}
    if decision.inapplicable:
        facts[f"{entry.code}.not_applicable"] = "true"
    if decision.points is not None:
        facts[f"{entry.code}.decided"] = scoring.write_value(decision.points)
    return facts
