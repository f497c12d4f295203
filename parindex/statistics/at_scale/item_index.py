"""An index that is the equal-weight mean of item scores, with the covariance of its items in its error.

It is made of ``Moments``: the sums of every unit of the sample hold the covariance of items that the same people
answered, and a further column for each group of items says who answered one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parindex.statistics.at_scale.means import Means
from parindex.statistics.at_scale.moments import Moments
from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import NAN
from parindex.statistics.survey.intervals import IntervalKind, UsedKind, at_edge, interval, kind_of
from parindex.statistics.survey.variance import average_factor, placed_scores, taylor_variances

OVERALL = ""
"""The name of the index over all items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEstimate:
    """The estimate of one index (an item, a group of items, or all items) in one domain."""

    domain: str
    """The domain's value as the data wrote it; empty where the rows have no domains."""
    name: str
    """The group's name, the item's name, or ``OVERALL``."""
    value: float
    """Mean of its items' scores; NaN while one of its items has no answer in the domain."""
    se: float
    """Standard error, the covariance of the items taken into account; NaN without a value."""
    ci: tuple[float, float] | None
    """Confidence interval; ``None`` without degrees of freedom."""
    df: int
    """PSUs less strata with a row that answered one of its items."""
    df_least: int
    """The fewest that one of its items has, which decide whether a rank is claimed."""
    n: int
    """Rows that answered one of its items, with positive weight."""
    n_eff: float
    """(Σw)² ÷ Σw² of these rows."""
    deff: float = NAN
    """Its design effect in the domain, of a group the largest of its items'; NaN where all its rows agree."""
    ci_kind: UsedKind | None = None
    """Which kind the interval is; ``None`` where there is none."""
    clustering: float | None = None
    """How much clusters inflate its variance; given where the value is 0 or 1, as its interval needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIndex:
    """The index of every domain: over all items, by group and by item."""

    domains: tuple[str, ...]
    """Domains that have a row, in natural order; one empty string where the rows are of no domains."""
    overall: tuple[IndexEstimate, ...]
    """(D,) the index over all items."""
    groups: dict[str, tuple[IndexEstimate, ...]]
    """(D,) by group: criteria, areas."""
    items: dict[str, tuple[IndexEstimate, ...]]
    """(D,) by item: its score."""
    deff: dict[str, float]
    """By group (``OVERALL`` too) and item: the design effect over all rows, of a group the largest of its items';
    NaN where all rows agree. It stands in for that of a domain where the index is 0 or 1."""


class ItemGroups:
    """Items, and the groups of them that have an index: all together, then those that are named.

    An item's score is the weighted mean of its column over the rows that answered it (pairwise: an unanswered item
    doesn't remove the row from the others). For SIPAS give columns of 1 (answer 4 or 5) and 0, so that an item's score
    is the share of satisfied answers. A group's index is the plain mean of its items' scores, and its variance is that
    of the summed scores, so that it holds the covariance of items that the same people answered.

    >>> from parindex.statistics import Moments, part_of
    >>> items = ItemGroups(["service", "result"])
    >>> rows = part_of([1, 1, 1, 1], [[1, 0], [1, 1], [0, 1], [1, np.nan]], stages=[[1, 2, 3, 4]])
    >>> index = items.index(Moments.of(items.part(rows))).overall[0]
    >>> round(index.value, 4), index.n, index.df
    (0.7083, 4, 3)
    """

    def __init__(self, names: Sequence[str], groups: Mapping[str, Sequence[str]] | None = None) -> None:
        """Number the items.

        Args:
            names: (k,) names of the items.
            groups: Names of the items in each group; groups may overlap.

        Raises:
            ValueError: where the names do not fit.
        """
        place = {name: at for at, name in enumerate(names)}
        if len(place) != len(names):
            raise ValueError("item names repeat")
        named = dict(groups or {})
        if unknown := {item for group in named.values() for item in group} - place.keys():
            raise ValueError(f"groups name items that are not there: {sorted(unknown)}")
        self.names = tuple(names)
        self.groups = {OVERALL: list(range(len(names))), **{n: [place[i] for i in g] for n, g in named.items()}}

    def part(self, part: SurveyPart) -> SurveyPart:
        """The rows with a further column for each group: 1 where one of its items is answered, else missing."""
        stored = part.items.dtype == np.int8
        values = part.items if stored else part.items.astype(np.float64)
        known = values != MISSING if stored else ~np.isnan(values)
        answered = np.column_stack([known[:, items].any(axis=1) for items in self.groups.values()])
        marks = np.where(answered, 1, MISSING if stored else NAN).astype(values.dtype)
        return SurveyPart(
            weights=part.weights,
            items=np.hstack([values, marks]),
            strata=part.strata,
            stages=part.stages,
            counts=part.counts,
            domain=part.domain,
            keys=part.keys,
        )

    def index(self, moments: Moments, *, level: float = 0.95, kind: IntervalKind = "t") -> ItemIndex:
        """Estimate the indices of every domain with Taylor errors.

        Args:
            moments: Of parts that ``part`` made, with open strata: the domains never drop a unit.
            level: Coverage of the intervals.
            kind: Interval; ``auto``, ``logit`` and ``beta`` treat the index as a share.

        Raises:
            StatisticsError: ``units_closed``; ``lonely_psu`` under the rule ``fail``; ``no_rows``.
            ValueError: where the moments have other columns.
        """
        k = len(self.names)
        if moments.frame.items != k + len(self.groups):
            raise ValueError(f"{k + len(self.groups)} columns expected, {moments.frame.items} there")
        means = moments.means()
        deff, own = self._deff(moments.whole().means())[0], self._deff(means)
        whole = dict(zip([*self.names, *self.groups], deff.tolist(), strict=True))
        exists = np.column_stack([np.isfinite(means.value[:, items]).all(axis=1) for items in self.groups.values()])
        plain = np.column_stack([means.value[:, items].mean(axis=1) for items in self.groups.values()])
        value = np.hstack([means.value[:, :k], np.where(exists, plain, NAN)])
        se = np.hstack([means.se[:, :k], np.where(exists, self._errors(moments), NAN)])
        met = np.flatnonzero(means.rows).tolist()
        domains = ["".join(moments.keys[at][:1]) for at in met]

        least = np.column_stack([means.df[:, :k], *(means.df[:, items].min(axis=1) for items in self.groups.values())])

        def of_column(column: int, name: str) -> tuple[IndexEstimate, ...]:
            places = [(at, column) for at in met]
            return tuple(
                _estimate(means, place, (domain, name), value, se, least, own, whole[name], level=level, kind=kind)
                for place, domain in zip(places, domains, strict=True)
            )

        by_group = {name: of_column(column, name) for column, name in enumerate(self.groups, k)}
        return ItemIndex(
            domains=tuple(domains),
            overall=by_group.pop(OVERALL),
            groups=by_group,
            items={name: of_column(column, name) for column, name in enumerate(self.names)},
            deff=whole,
        )

    def _deff(self, means: Means) -> Floats:
        """(D, items + groups) the design effect of every item, and of every group the largest of its items'."""
        of_item = means.deff_wr[:, : len(self.names)]
        finite = np.where(np.isfinite(of_item), of_item, -np.inf)
        largest = [finite[:, items].max(axis=1, initial=-np.inf) for items in self.groups.values()]
        return np.column_stack([of_item, *(np.where(np.isinf(one), NAN, one) for one in largest)])

    def _errors(self, moments: Moments) -> Floats:
        """(D, groups) standard errors: in each unit the scores of a group's items are summed before they are squared."""
        moments.design()
        k, cells, units = len(self.names), moments.cells, moments.units
        shares = np.column_stack([np.bincount(items, minlength=k) / len(items) for items in self.groups.values()])
        starts = units.stratum_starts()
        ends = np.append(starts, len(units))[1:]
        found = np.zeros((len(moments.keys), len(self.groups)))
        for domain in range(len(moments.keys)):
            places = np.flatnonzero(cells.domain == domain)
            if not len(places):
                continue
            strata = np.unique(np.searchsorted(starts, cells.unit[places], side="right") - 1)
            near = np.concatenate([np.arange(starts[stratum], ends[stratum]) for stratum in strata])
            design = units.chosen(near).design(moments.frame.lonely_psu)
            unit = np.searchsorted(near, cells.unit[places])
            scores = _scores(cells.sums.weight[places, :k], cells.sums.top[places, :k]) @ shares
            placed = placed_scores(design.n, [unit] * len(self.groups), list(scores.T))
            average = np.full(len(self.groups), average_factor(design, unit))
            found[domain] = np.sqrt(taylor_variances(design, placed, average))
        return found


def _scores(weight: Floats, top: Floats) -> Floats:
    """(units, k) linearised totals of the items' means, (B − r·A) ÷ A₊; 0 of an item that nobody answered."""
    total = weight.sum(axis=0)
    some = np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, (top - top.sum(axis=0) / some * weight) / some, 0.0))


def _estimate(
    means: Means,
    at: tuple[int, int],
    named: tuple[str, str],
    value: Floats,
    se: Floats,
    least: Integers,
    deff: Floats,
    whole: float,
    *,
    level: float,
    kind: IntervalKind,
) -> IndexEstimate:
    """The index of one domain and column, with that column's rows."""
    df, found = int(means.df[at]), float(value[at])
    behind = means.behind(*at, whole) if at_edge(found) else None
    ci = interval(kind, found, float(se[at]), df, level, n=int(means.rows[at[0]]), share=True, behind=behind)
    return IndexEstimate(
        domain=named[0],
        name=named[1],
        value=found,
        se=float(se[at]),
        ci=ci,
        df=df,
        df_least=min(df, int(least[at])),
        n=int(means.n[at]),
        n_eff=float(means.n_eff[at]),
        deff=float(deff[at]),
        ci_kind=None if ci is None else kind_of(kind, found, share=True),
        clustering=None if behind is None else behind.deff,
    )
