"""An index that is the equal-weight mean of item scores, with the covariance of its items in its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.domains import Domains, domains_of
from parindex.statistics.survey.estimates import NAN
from parindex.statistics.survey.intervals import IntervalKind, interval
from parindex.statistics.survey.variance import average_factor, placed_scores, taylor_covariance, taylor_variances

OVERALL = ""
"""The name of the index over all items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEstimate:
    """The estimate of one index (an item, a group of items, or all items) in one domain."""

    domain: str
    """The domain's value as the data wrote it; empty without ``by``."""
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
    n: int
    """Rows that answered one of its items, with positive weight."""
    n_eff: float
    """(Σw)² ÷ Σw² of these rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIndex:
    """The index of every domain: over all items, by group and by item."""

    domains: tuple[str, ...]
    """Values of ``by`` in natural order; one empty string without ``by``."""
    overall: tuple[IndexEstimate, ...]
    """(D,) the index over all items."""
    groups: dict[str, tuple[IndexEstimate, ...]]
    """(D,) by group: criteria, areas."""
    items: dict[str, tuple[IndexEstimate, ...]]
    """(D,) by item: its score."""
    covariance: Floats
    """(D, D) covariance of ``overall`` between domains; NaN rows where one has no value."""
    unassigned: int
    """Rows without a value of ``by``."""


def mean_of_items(
    design: Design,
    items: Floats,
    *,
    by: Sequence[str | None] | None = None,
    names: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    level: float = 0.95,
    kind: IntervalKind = "t",
) -> ItemIndex:
    """Estimate the equal-weight mean of items, per domain, with Taylor errors.

    An item's score is the weighted mean of its column over the rows that answered it (pairwise: an
    unanswered item doesn't remove the row from the others). For SIPAS give columns of 1 (answer 4 or 5)
    and 0, so that an item's score is the share of satisfied answers. A group's index is the plain mean
    of its items' scores, and its variance is that of the summed scores, so that it holds the covariance
    of items that the same people answered.

    Args:
        design: The sample of all rows; domains never drop its units.
        items: (n, k) values, NaN where not answered.
        by: (n,) domain of each row as text, ``None``: in no domain.
        names: (k,) names of the items; ``"1"``, ``"2"``, … if not given.
        groups: Names of the items in each group; groups may overlap.
        level: Coverage of the intervals.
        kind: Interval; ``logit`` and ``beta`` treat the index as a share.

    Raises:
        StatisticsError: ``lonely_psu`` under the rule ``fail``.
        ValueError: where the shapes or names do not fit.

    >>> d = Design([1, 1, 1, 1])
    >>> answers = np.array([[1, 0], [1, 1], [0, 1], [1, np.nan]])
    >>> index = mean_of_items(d, answers).overall[0]
    >>> round(index.value, 4), index.n, index.df
    (0.7083, 4, 3)
    """
    n, k = items.shape
    if n != design.n:
        raise ValueError(f"{design.n} rows in the design, {n} in the items")
    labels = [str(i + 1) for i in range(k)] if names is None else list(names)
    combinations = _combinations(labels, groups or {})
    domains = domains_of([] if by is None else [by], n)
    parts = [_domain(design, items, rows, combinations, level, kind) for rows in domains.rows]
    keys = tuple(key[0] if key else "" for key in domains.keys)
    named = [
        tuple(replace(part.estimates[c], domain=key, name=name) for part, key in zip(parts, keys, strict=True))
        for c, (name, _) in enumerate(combinations)
    ]
    by_name = {name: named[c] for c, (name, _) in enumerate(combinations)}
    first_item = len(combinations) - k
    return ItemIndex(
        domains=keys,
        overall=named[0],
        groups={name: by_name[name] for name, _ in combinations[1:first_item]},
        items={name: named[first_item + i] for i, (name, _) in enumerate(combinations[first_item:])},
        covariance=_between(design, parts, domains),
        unassigned=domains.unassigned,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One domain: its estimates and the scores of its overall index."""

    estimates: list[IndexEstimate]
    scores: Floats


def _combinations(labels: list[str], groups: Mapping[str, Sequence[str]]) -> list[tuple[str, Floats]]:
    """Name and coefficients of every index: overall, groups, items."""
    place = {label: i for i, label in enumerate(labels)}
    if len(place) != len(labels):
        raise ValueError("item names repeat")
    if unknown := {item for group in groups.values() for item in group} - place.keys():
        raise ValueError(f"groups name items that are not there: {sorted(unknown)}")
    chosen: list[tuple[str, list[int]]] = [(OVERALL, list(range(len(labels))))]
    chosen += [(name, [place[item] for item in group]) for name, group in groups.items()]
    chosen += [(label, [i]) for i, label in enumerate(labels)]
    return [(name, np.bincount(at, minlength=len(labels)) / len(at)) for name, at in chosen]


def _domain(
    design: Design,
    items: Floats,
    rows: Integers,
    combinations: list[tuple[str, Floats]],
    level: float,
    kind: IntervalKind,
) -> _Part:
    """All indices of one domain from one matrix of scores."""
    w, answers = design.weights[rows], items[rows]
    known = ~np.isnan(answers)
    weighted = w[:, None] * known
    sums = weighted.sum(axis=0)
    filled = np.where(known, answers, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (weighted * filled).sum(axis=0) / sums
        scores = np.where(sums > 0, weighted * (filled - means) / sums, 0.0)
    coefficients = np.column_stack([c for _, c in combinations])
    combined = scores @ coefficients
    placed = placed_scores(design.n, [rows] * len(combinations), list(combined.T))
    average = np.full(len(combinations), average_factor(design, rows))
    deviation = np.sqrt(taylor_variances(design, placed, average))
    used = ((known.astype(np.float64) @ (coefficients > 0)) > 0) & (w > 0)[:, None]
    df, size, effective = design.df_of_each(rows, used), used.sum(axis=0), _effective_sizes(w, used)
    estimates = []
    for c in range(len(combinations)):
        part = coefficients[:, c] > 0
        exists = bool((sums[part] > 0).all())
        value = float(coefficients[part, c] @ means[part]) if exists else NAN
        se = float(deviation[c]) if exists else NAN
        estimates.append(
            IndexEstimate(
                domain="",
                name="",
                value=value,
                se=se,
                ci=interval(kind, value, se, int(df[c]), level, n=len(rows), share=True),
                df=int(df[c]),
                n=int(size[c]),
                n_eff=float(effective[c]),
            )
        )
    return _Part(estimates, combined[:, 0])


def _effective_sizes(weights: Floats, used: NDArray[np.bool_]) -> Floats:
    """(k,) Kish's effective sizes of the rows that each column uses; NaN of nothing."""
    squares = weights**2 @ used
    sizes: Floats = np.divide((weights @ used) ** 2, squares, out=np.full(used.shape[1], NAN), where=squares > 0)
    return sizes


def _between(design: Design, parts: list[_Part], domains: Domains) -> Floats:
    """Covariance of the overall indices between domains."""
    matrix = np.full((len(parts), len(parts)), NAN)
    exists = [d for d, part in enumerate(parts) if np.isfinite(part.estimates[0].value)]
    if exists:
        rows = [domains.rows[d] for d in exists]
        average = np.array([average_factor(design, r) for r in rows])
        placed = placed_scores(design.n, rows, [parts[d].scores for d in exists])
        matrix[np.ix_(exists, exists)] = taylor_covariance(design, placed, average)
    return matrix
