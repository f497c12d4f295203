"""Intervals of estimates and of what surveys make of an index, and the errors that agencies are compared by.

An estimate's interval is logit, or Clopper–Pearson where it is 0 or 1. Estimates of one survey are combined by their
covariance first; surveys are joined by their own intervals (MOVER). A leaf that reads its estimate in steps has no
constant: the ends of the estimate's interval are carried through its rule, together with whatever else its survey says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from parindex.rankings.digits import double
from parindex.rankings.index_errors import Errors, EstimateKey, SurveyLeaf
from parindex.rankings.intervals import leaf_points
from parindex.rankings.model import CovarianceDocument, EstimateDocument, IntervalName, ResultDocument
from parindex.scoring import AgencyFacts, CriteriaSet
from parindex.statistics.survey.estimates import without_error
from parindex.statistics.survey.intervals import (
    AnswersBehind,
    IntervalBounds,
    at_edge,
    error_at_edge,
    interval,
    kind_of,
    mover,
)

NamedInterval = tuple[IntervalBounds, IntervalName]
"""Bounds, and which kind they are."""

CARRIED: Final[IntervalName] = "carried"
JOINED: Final[IntervalName] = "mover"


def of_estimate(estimate: EstimateDocument, level: float) -> NamedInterval | None:
    """The interval of one estimate, 0 to 1; none without an error or degrees of freedom."""
    if estimate.value is None or estimate.se is None:
        return None
    value, behind = float(estimate.value), _behind(estimate)
    bounds = interval("auto", value, float(estimate.se), _df(estimate), level, n=0, share=True, behind=behind)
    return None if bounds is None else (bounds, _name(value))


def _name(value: float) -> IntervalName:
    return "clopper-pearson" if kind_of("auto", value, share=True) == "clopper-pearson" else "logit"


def _behind(estimate: EstimateDocument) -> AnswersBehind | None:
    if estimate.n is None or estimate.n_eff is None or estimate.deff is None:
        return None
    return AnswersBehind(n=estimate.n, n_eff=float(estimate.n_eff), deff=float(estimate.deff))


def _df(estimate: EstimateDocument) -> float:
    return math.inf if estimate.df is None else float(estimate.df)


def with_clusters(estimate: EstimateDocument, n_eff: float | None, deff: Callable[[], float]) -> EstimateDocument:
    """An estimate of 0 or 1 with what its interval needs: nothing else tells how much it may be trusted."""
    if estimate.value is None or not at_edge(float(estimate.value)) or estimate.n is None:
        return estimate
    size = float(estimate.n) if n_eff is None else n_eff
    return msgspec.structs.replace(estimate, n_eff=double(size), deff=double(deff()))


def compared_by(
    estimates: Iterable[EstimateDocument],
    covariances: Sequence[CovarianceDocument],
    level: float,
    *,
    doubted: bool = True,
) -> tuple[list[EstimateDocument], list[CovarianceDocument]]:
    """Estimates and covariances with the errors that agencies are compared by.

    A share of 0 or 1 has a standard error of 0, which is no certainty: its error is the width of its interval ÷ t. Where
    nothing tells that width it has none, as any other error of 0 that was estimated.

    Args:
        estimates: All estimates of a year.
        covariances: Those of estimates that share respondents.
        level: Coverage of the intervals.
        doubted: Whether an error of 0 with degrees of freedom is doubted in the middle of the scale too.
    """
    found, moved = [], set()
    for estimate in estimates:
        if estimate.value is None or estimate.se is None:
            found.append(estimate)
            continue
        value, se = float(estimate.value), float(estimate.se)
        if at_edge(value) and not se > 0:
            known = of_estimate(estimate, level)
            error = None if known is None else double(error_at_edge(known[0], _df(estimate), level))
        elif doubted and estimate.df is not None and not at_edge(value) and without_error(se, value):
            error = None
        else:
            found.append(estimate)
            continue
        found.append(msgspec.structs.replace(estimate, se=error))
        moved.add((estimate.agency, estimate.name))
    return found, [_without(block, moved) for block in covariances]


def _without(block: CovarianceDocument, cells: set[EstimateKey]) -> CovarianceDocument:
    kept = [place for place, cell in enumerate(block.cells) if cell not in cells]
    if len(kept) == len(block.cells):
        return block
    matrix = tuple(tuple(block.matrix[i][j] for j in kept) for i in kept)
    return CovarianceDocument(cells=tuple(block.cells[i] for i in kept), matrix=matrix)


class Joining:
    """Joins the intervals of an agency's surveys to that of a sum, such as its index.

    Args:
        criteria_set: The law.
        estimates: All estimates, with their own errors.
        errors: Errors of all agencies, under any constants: only their covariance is asked for.
        level: Coverage.
    """

    def __init__(
        self, criteria_set: CriteriaSet, estimates: Iterable[EstimateDocument], errors: Errors, level: float
    ) -> None:
        self.criteria_set, self.errors, self.level = criteria_set, errors, level
        self.estimates = {(one.agency, one.name): one for one in estimates}

    def of(
        self, value: float, result: ResultDocument, leaves: Sequence[SurveyLeaf], scale: float, facts: AgencyFacts
    ) -> NamedInterval | None:
        """The interval of a sum of which surveys decide some leaves.

        Args:
            value: The sum.
            result: The agency.
            leaves: The leaves that surveys decide in it; those that are not scored are left out.
            scale: What a point counts in the sum.
            facts: Facts of the agency, for rules in steps.
        """
        parts = self._surveys(result, leaves, scale, facts)
        if not parts:
            return None
        bounds = mover(value, [(middle, ends) for middle, ends, _ in parts])
        return bounds, parts[0][2] if len(parts) == 1 else JOINED

    def of_mean(
        self,
        value: float,
        parts: Sequence[tuple[float, ResultDocument, AgencyFacts]],
        leaves: Sequence[SurveyLeaf],
        scale: float,
    ) -> NamedInterval | None:
        """The interval of a weighted mean of agencies: what every survey brings to every one of them, joined.

        None where two of them share respondents, for then their intervals are not independent.

        Args:
            value: The mean.
            parts: What each agency counts, its result and its facts.
            leaves: The leaves that surveys decide.
            scale: What a point of the mean counts.
        """
        asked = [[(one.agency, name) for leaf in leaves for name in leaf.weights] for _, one, _ in parts]
        if any(self.errors.shared(asked[i], asked[j]) for i in range(len(asked)) for j in range(i)):
            return None
        found = []
        for weight, result, facts in parts:
            own = self._surveys(result, leaves, weight * scale, facts)
            if own is None:
                return None
            found += own
        if not found:
            return None
        return mover(value, [(middle, ends) for middle, ends, _ in found]), JOINED

    def _surveys(
        self, result: ResultDocument, leaves: Sequence[SurveyLeaf], scale: float, facts: AgencyFacts
    ) -> list[tuple[float, IntervalBounds, IntervalName]] | None:
        """What each survey brings to a sum of an agency; none where one has no interval."""
        scored = [leaf for leaf in leaves if result.nodes[leaf.code].state == "scored"]
        parts = []
        for instrument in sorted({leaf.rule.instrument for leaf in scored}):
            own = [leaf for leaf in scored if leaf.rule.instrument == instrument]
            part = self._survey(result, own, scale, facts)
            if part is None:
                return None
            parts.append(part)
        return parts

    def _survey(
        self, result: ResultDocument, leaves: Sequence[SurveyLeaf], scale: float, facts: AgencyFacts
    ) -> tuple[float, IntervalBounds, IntervalName] | None:
        """What one survey brings to the sum: the value, its bounds and their kind."""
        own = {}
        for name in {name for leaf in leaves for name in leaf.weights}:
            estimate = self.estimates.get((result.agency, name))
            known = None if estimate is None else of_estimate(estimate, self.level)
            if estimate is None or estimate.value is None or known is None:
                return None
            own[name] = (float(estimate.value), known)
        if not all(leaf.linear for leaf in leaves):
            return self._carried(result, leaves, scale, facts, own)
        a: dict[str, float] = {}
        for leaf in leaves:
            for name, weight in leaf.weights.items():
                a[name] = a.get(name, 0.0) + weight * scale
        value = math.fsum(a[name] * own[name][0] for name in a)
        if len(a) == 1:
            ((name, constant),) = a.items()
            (low, high), kind = own[name][1]
            return value, (constant * low, constant * high), kind
        return self._combined(result.agency, a, value, sum(leaf.max for leaf in leaves) * scale, own)

    def _combined(
        self,
        agency: str,
        a: Mapping[str, float],
        value: float,
        most: float,
        own: Mapping[str, tuple[float, NamedInterval]],
    ) -> tuple[float, IntervalBounds, IntervalName] | None:
        """Several estimates of one survey as one share of what they can make."""
        error = self.errors.of_sum(agency, a)
        if error is None:
            return None
        share = value / most if most > 0 else math.nan
        bounds = interval("logit", share, error.se / most, error.df, self.level, n=0, share=True)
        if bounds is None:
            ends = [math.fsum(a[name] * own[name][1][0][end] for name in a) for end in (0, 1)]
            return value, (ends[0], ends[1]), "clopper-pearson"
        return value, (bounds[0] * most, bounds[1] * most), "logit"

    def _carried(
        self,
        result: ResultDocument,
        leaves: Sequence[SurveyLeaf],
        scale: float,
        facts: AgencyFacts,
        own: Mapping[str, tuple[float, NamedInterval]],
    ) -> tuple[float, IntervalBounds, IntervalName]:
        """The ends of every estimate carried through its rule, all of them at once."""
        value, low, high = 0.0, 0.0, 0.0
        for leaf in leaves:
            points = float(result.nodes[leaf.code].points or 0)
            ends = [
                leaf_points(self.criteria_set, leaf, facts, {name: own[name][1][0][end] for name in leaf.weights})
                for end in (0, 1)
            ]
            value += points
            low += min(*ends, points)
            high += max(*ends, points)
        return value * scale, (low * scale, high * scale), CARRIED
