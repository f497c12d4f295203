"""An edition made ready for reading: lookups, comparisons and intervals that pages ask for again and again.

Everything here follows from the edition alone and is made once for each; nothing is computed for an edition that
its document does not hold already or imply.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

import msgspec

from parindex import scoring
from parindex.publication.headline import Finding, find, in_order, unranked
from parindex.publication.model import Edition, EditionChange, SignedEdition
from parindex.rankings import first_format, index_intervals
from parindex.rankings import groups as year_groups
from parindex.rankings.compute import errors_of, facts_of
from parindex.rankings.index_errors import Errors, SurveyLeaf, survey_leaves
from parindex.rankings.index_intervals import Joining
from parindex.rankings.model import (
    AgencyDocument,
    Computation,
    EstimateDocument,
    ResultDocument,
    SuppressedDocument,
    YearSources,
)
from parindex.rankings.registry_documents import MergerDocument
from parindex.scoring import AgencyScore, CriteriaSet, Place
from parindex.scoring.points.scores import score_agency
from parindex.statistics.survey.intervals import IntervalBounds

KnownInterval = tuple[IntervalBounds, str]
"""Bounds, and the name of the kind that they are: ``t`` in the first format."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A node over all agencies that have points there."""

    median: Decimal
    """Median of the points (of a leaf) or of the index (of an area)."""

    best: Decimal
    """The highest."""

    n: int
    """How many agencies."""


class YearReading:
    """A computed year with its lookups; of a published edition also what was signed."""

    def __init__(self, computation: Computation, signed: SignedEdition | None = None, *, intact: bool = False) -> None:
        """Take a computation; of a published one also what was signed, and whether it is what was signed."""
        self.computation = computation
        self.signed = signed
        self.intact = intact

    @property
    def edition(self) -> Edition:
        """The edition; only where the year is published."""
        assert self.signed is not None
        return self.signed.edition

    @property
    def digest(self) -> str:
        """Of the edition; only where the year is published."""
        assert self.signed is not None
        return self.signed.digest

    @property
    def given(self) -> YearSources:
        """What the year was computed from."""
        return self.computation.given

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        """The law of the year."""
        return scoring.from_document(self.given.criteria_set.document)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Every node of the set by code, in the order of the law."""
        return {place.code: place for place in scoring.walk(self.criteria_set)}

    @cached_property
    def agencies(self) -> dict[str, AgencyDocument]:
        """Agencies by code, in the official order."""
        return {agency.code: agency for agency in self.given.agencies}

    @cached_property
    def results(self) -> dict[str, ResultDocument]:
        """Results by agency."""
        return {result.agency: result for result in self.computation.results}

    @cached_property
    def means(self) -> Mapping[str, MergerDocument]:
        """By code, the merger of which an agency has the weighted mean."""
        return self.given.methods.means if self.given.methods else {}

    @cached_property
    def changes(self) -> dict[str, EditionChange]:
        """Changes by agency; empty before publication and without a year to compare with."""
        return {change.agency: change for change in self.signed.edition.changes} if self.signed else {}

    @cached_property
    def ranked(self) -> Sequence[ResultDocument]:
        """The ranked agencies, best first."""
        return in_order(self.computation)

    @cached_property
    def unranked(self) -> Sequence[ResultDocument]:
        """The agencies without a rank, in the official order."""
        return unranked(self.computation)

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The value that each agency shares with its group; empty in a year without groups."""
        return {code: value for value, codes in year_groups.members(self.given).items() for code in codes}

    @cached_property
    def finding(self) -> Finding | None:
        """What a reader should know first."""
        return find(self.computation)

    @cached_property
    def law(self) -> tuple[SurveyLeaf, ...]:
        """The leaves that a survey decides."""
        return survey_leaves(self.criteria_set)

    @cached_property
    def estimates(self) -> Mapping[tuple[str, str], EstimateDocument]:
        """Estimates by agency and name."""
        return {(estimate.agency, estimate.name): estimate for estimate in self.given.estimates}

    @cached_property
    def suppressed(self) -> Sequence[SuppressedDocument]:
        """Cells that no output shows."""
        return self.given.suppressed

    @cached_property
    def compared(self) -> dict[str, Compared]:
        """Medians and best values by code: points of leaves and parents, index of areas."""
        found = {}
        for code, place in self.places.items():
            values = [value for result in self.ranked if (value := self.measured(result, place)) is not None]
            if values:
                found[code] = Compared(median=statistics.median(values), best=max(values), n=len(values))
        return found

    def measured(self, result: ResultDocument, place: Place) -> Decimal | None:
        """What an agency is compared by at a node: its index at an area, its points below."""
        node = result.nodes[place.code]
        value = node.index if place.depth == 1 else node.points
        return None if value is None else Decimal(value)

    def area_interval(self, result: ResultDocument, area: str) -> KnownInterval | None:
        """Interval of an area's index, where surveys decide a part of it in proportion."""
        node = result.nodes[area]
        leaves = [
            leaf
            for leaf in self.law
            if self.places[leaf.code].area == area and result.nodes[leaf.code].state == "scored"
        ]
        if node.index is None or not leaves or not all(leaf.linear for leaf in leaves) or result.agency in self.means:
            return None
        scale = 100 / float(node.max)
        if self.given.methods is not None:
            facts = facts_of(self.criteria_set, self.agencies[result.agency], self._own_estimates(result.agency))
            return self._joining.of(float(node.index), result, leaves, scale, facts)
        a: dict[str, float] = {}
        for leaf in leaves:
            for name, weight in leaf.weights.items():
                a[name] = a.get(name, 0.0) + weight * scale
        error = Errors(self.given.estimates, self.given.covariances, {result.agency: a}).of(result.agency)
        return (first_format.interval(float(node.index), error, float(self.given.level)), "t") if error else None

    @cached_property
    def _joining(self) -> Joining:
        return Joining(self.criteria_set, self.given.estimates, errors_of(self.given, {}), float(self.given.level))

    def _own_estimates(self, agency: str) -> list[EstimateDocument]:
        return [estimate for estimate in self.given.estimates if estimate.agency == agency]

    def estimate_interval(self, estimate: EstimateDocument) -> KnownInterval | None:
        """Interval of one estimate, 0 to 1."""
        if self.given.methods is not None:
            return index_intervals.of_estimate(estimate, float(self.given.level))
        if estimate.value is None or estimate.se is None:
            return None
        cell = {estimate.name: 1.0}
        error = Errors(self.given.estimates, (), {estimate.agency: cell}).of(estimate.agency)
        if error is None:
            return None
        low, high = first_format.interval(float(estimate.value), error, float(self.given.level))
        return (max(0.0, low), min(1.0, high)), "t"

    def score(self, agency: str) -> AgencyScore:
        """One agency scored again from its facts, for the reasons of its points."""
        facts = facts_of(self.criteria_set, self.agencies[agency], self.given.estimates)
        score = score_agency(self.criteria_set, facts)
        score.agency = agency
        return score
