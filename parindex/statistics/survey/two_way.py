"""Independence of two questions in a survey: Pearson's statistic corrected by Rao & Scott, and Wald's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.domains import domains_of, natural_key
from parindex.statistics.survey.estimates import Sample
from parindex.statistics.survey.linearisation import Target, mean_target, total_target

NO_EFFECT = 1e-12
"""A sum of design effects below this is rounding: nothing varies between units."""


@dataclass(frozen=True, slots=True)
class TestOfIndependence:
    """One test of a hypothesis."""

    statistic: float
    """Its statistic."""
    df: tuple[float, ...]
    """Its degrees of freedom: one of a χ², two of an F."""
    p: float
    """The chance of a statistic as large if the hypothesis holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """A two-way table of weighted counts and the tests of its independence."""

    rows: tuple[str, ...]
    """Levels of the first variable."""
    columns: tuple[str, ...]
    """Levels of the second variable."""
    totals: Floats
    """(r, c) weighted counts."""
    pearson: TestOfIndependence
    """Pearson's X² of the table scaled to the number of rows, p by the first-order correction of Rao & Scott."""
    f: TestOfIndependence
    """The second-order correction of Rao & Scott, as an F."""
    wald: TestOfIndependence
    """Wald's statistic of the differences from independence, as an F."""
    adjusted_wald: TestOfIndependence
    """Wald's statistic, adjusted for few PSUs."""


def independence(sample: Sample, first: Sequence[str | None], second: Sequence[str | None]) -> Independence:
    """Test whether two variables are independent in the population.

    Rows that lack one of them, or have no weight, are left out; their units stay in the design.

    Args:
        sample: The sample, with the way its errors are found.
        first: (n,) values of the variable in rows, ``None`` where missing.
        second: (n,) values of the variable in columns.

    Raises:
        StatisticsError: ``table_too_small`` with one row or column, ``table_cell_empty`` naming the cell;
            ``table_without_df`` where fewer units than strata and cells leave nothing to test with;
            ``table_without_variance`` where all units have the same table.
    """
    n = sample.design.n
    used = sample.design.used.tolist()
    crossing = domains_of(
        [[value if counts else None for value, counts in zip(column, used, strict=True)] for column in (first, second)],
        n,
    )
    levels = tuple(tuple(sorted({key[at] for key in crossing.keys}, key=natural_key)) for at in (0, 1))
    if min(map(len, levels)) < 2:
        raise StatisticsError("table_too_small", rows=len(levels[0]), columns=len(levels[1]))
    known = np.sort(np.concatenate(crossing.rows))
    found = dict(zip(crossing.keys, crossing.rows, strict=True))
    for row in levels[0]:
        for column in levels[1]:
            if (row, column) not in found:
                raise StatisticsError("table_cell_empty", row=row, column=column)
    indicators = [_indicator(n, found[row, column]) for row in levels[0] for column in levels[1]]
    df = int(sample.df(known))
    shape = len(levels[0]), len(levels[1])
    if df <= 0:
        raise StatisticsError("table_without_df", df=df)
    totals = [total_target(cell, known) for cell in indicators]
    cells = np.array([target.value(sample.design.weights) for target in totals]).reshape(shape)
    try:
        pearson, f = _pearson(sample, [mean_target(cell, known) for cell in indicators], shape, len(known), df)
        wald, adjusted = _wald(cells, sample.covariance(totals, cells.ravel()), df)
    except np.linalg.LinAlgError:
        raise StatisticsError("table_without_variance") from None
    return Independence(
        rows=levels[0], columns=levels[1], totals=cells, pearson=pearson, f=f, wald=wald, adjusted_wald=adjusted
    )


def _indicator(n: int, rows: Integers) -> Floats:
    cell = np.zeros(n)
    cell[rows] = 1.0
    return cell


def _interactions(r: int, c: int) -> Floats:
    """(rc, (r−1)(c−1)) contrasts of the cells that independence sets to 0."""
    row, column = np.divmod(np.arange(r * c), c)
    first = np.equal.outer(row, np.arange(1, r)).astype(np.float64)
    second = np.equal.outer(column, np.arange(1, c)).astype(np.float64)
    main = np.column_stack([np.ones(r * c), first, second])
    crossed = np.column_stack([first[:, i] * second[:, j] for j in range(c - 1) for i in range(r - 1)])
    return np.asarray(crossed - main @ np.linalg.lstsq(main, crossed, rcond=None)[0])


def _pearson(
    sample: Sample, targets: list[Target], shape: tuple[int, int], n: int, df: int
) -> tuple[TestOfIndependence, TestOfIndependence]:
    """Pearson's statistic corrected by the design effects of the interactions."""
    shares = np.array([target.value(sample.design.weights) for target in targets])
    table = shares.reshape(shape)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    statistic = float(n * ((table - expected) ** 2 / expected).sum())
    contrasts = _interactions(*shape) / shares[:, None]
    simple = contrasts.T @ (shares[:, None] / n * contrasts)
    design = contrasts.T @ sample.covariance(targets, shares) @ contrasts
    effects = np.linalg.solve(simple, design)
    count, sum_of_effects = len(effects), float(np.trace(effects))
    if not sum_of_effects > NO_EFFECT:
        raise np.linalg.LinAlgError
    top = sum_of_effects**2 / float(np.trace(effects @ effects))
    f = statistic / sum_of_effects
    return (
        TestOfIndependence(statistic, (count,), float(special.chdtrc(count, f * count))),
        TestOfIndependence(f, (top, top * df), float(special.fdtrc(top, top * df, f))),
    )


def _wald(table: Floats, covariance: Floats, df: int) -> tuple[TestOfIndependence, TestOfIndependence]:
    """The differences of the totals from independence, measured by their own covariance."""
    r, c = table.shape
    rows, columns, total = table.sum(axis=1), table.sum(axis=0), float(table.sum())
    slopes = np.eye(r * c)
    for cell in range(r * c):
        i, j = divmod(cell, c)
        in_row, in_column = np.repeat(np.arange(r) == i, c), np.tile(np.arange(c) == j, r)
        slopes[cell] -= (in_row * columns[j] + in_column * rows[i]) / total - rows[i] * columns[j] / total**2
    free = np.arange(r * c).reshape(r, c)[1:, 1:].ravel()
    matrix = (slopes @ covariance @ slopes.T)[np.ix_(free, free)]
    distance = (table - np.outer(rows, columns) / total).ravel()[free]
    statistic = float(distance @ np.linalg.solve(matrix, distance))
    top, bottom = len(free), df - len(free) + 1
    adjusted = statistic * bottom / (top * df)
    return (
        TestOfIndependence(statistic / top, (top, df), float(special.fdtrc(top, df, statistic / top))),
        TestOfIndependence(
            adjusted, (top, bottom), float(special.fdtrc(top, bottom, adjusted)) if bottom > 0 else float("nan")
        ),
    )
