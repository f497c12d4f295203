"""From estimates to points of an index: exactly where points are a line of the estimates, by draws where they step.

Points of one survey's criteria share respondents, so their errors move together: I = Σ a·s has the variance aᵀΣa,
never the sum of squares of its parts. A rule with bands is not smooth, and no derivative says how its points vary:
estimates are drawn with their covariance, and the rule applied to every draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from parindex.statistics.draws import normal_draws, root_of
from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.survey.degrees_of_freedom import satterthwaite
from parindex.statistics.survey.design import Floats
from parindex.statistics.survey.intervals import quantile_of_t

ROWS_AT_ONCE: Final = 1024


class SurveyEstimates:
    """The estimates of one survey: dense within, independent of every other block.

    Args:
        values: (m,) finite estimates: agencies × criteria in any order.
        covariance: (m, m); or (m,) standard errors where the estimates share nothing.
        df: Degrees of freedom of the errors, the smallest where they differ; infinite: normal.

    Raises:
        StatisticsError: ``estimate_missing``, ``se_negative`` naming the units, ``df_not_positive``, and what
            ``checked_covariance`` raises.
    """

    def __init__(self, values: ArrayLike, covariance: ArrayLike, df: float = math.inf) -> None:
        self.values: Floats = np.asarray(values, dtype=np.float64)
        if self.values.ndim != 1 or not len(self.values):
            raise StatisticsError("no_units")
        if not np.isfinite(self.values).all():
            raise StatisticsError("estimate_missing", units=np.flatnonzero(~np.isfinite(self.values)).tolist())
        matrix = np.asarray(covariance, dtype=np.float64)
        if matrix.ndim == 1:
            if not (matrix >= 0).all():
                raise StatisticsError("se_negative", units=np.flatnonzero(~(matrix >= 0)).tolist())
            matrix = np.diag(matrix**2)
        self.covariance: Floats = checked_covariance(matrix, len(self.values))
        if not df > 0:
            raise StatisticsError("df_not_positive", units=list(range(len(self.values))))
        self.df = float(df)


@dataclass(frozen=True, slots=True)
class Points:
    """Points with their errors."""

    values: Floats
    """(p,) points."""
    covariance: Floats
    """(p, p) of the points."""
    df: Floats
    """(p,) degrees of freedom (Satterthwaite 1946); infinite where the points have no error or a normal one."""

    @property
    def se(self) -> Floats:
        """(p,) standard errors."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))

    def intervals(self, level: float = 0.95) -> Floats:
        """(p, 2) intervals of each one's points by itself."""
        half = self.se * np.array([quantile_of_t((1 + level) / 2, df) for df in self.df.tolist()])
        return np.column_stack([self.values - half, self.values + half])


def linear_points(
    blocks: Sequence[SurveyEstimates], coefficients: Sequence[ArrayLike], constant: ArrayLike = 0.0
) -> Points:
    """Points that are a line of the estimates: I = constant + Σ A·s over the blocks, Var(I) = Σ A·Σ_s·Aᵀ.

    Args:
        blocks: The estimates.
        coefficients: Per block (p, m): points of each unit for one more of each estimate.
        constant: (p,) points that come from no survey, and are without error here.

    Raises:
        StatisticsError: ``length_differs``.

    >>> survey = SurveyEstimates([80.0, 90.0], [[4.0, 2.0], [2.0, 9.0]], df=20)
    >>> found = linear_points([survey], [[[0.05, 0.02]]], 60.0)
    >>> found.values.round(6).tolist(), found.se.round(6).tolist(), found.df.tolist()
    ([65.8], [0.132665], [20.0])
    """
    if len(coefficients) != len(blocks) or not blocks:
        raise StatisticsError("length_differs", column="coefficients", rows=len(blocks), found=len(coefficients))
    matrices = [np.asarray(matrix, dtype=np.float64) for matrix in coefficients]
    p = len(matrices[0])
    values = np.broadcast_to(np.asarray(constant, dtype=np.float64), (p,)).copy()
    covariance, variances = np.zeros((p, p)), []
    for number, (block, matrix) in enumerate(zip(blocks, matrices, strict=True)):
        if matrix.shape != (p, len(block.values)):
            raise StatisticsError(
                "length_differs", column=f"coefficients[{number}]", rows=(p, len(block.values)), found=matrix.shape
            )
        part = matrix @ block.covariance @ matrix.T
        values += matrix @ block.values
        covariance += part
        variances.append(np.diag(part))
    df = satterthwaite(variances, [[block.df] for block in blocks])
    return Points(values, (covariance + covariance.T) / 2, df)


class Steps:
    """A rule that gives points by band.

    Args:
        edges: (b,) ascending bounds of the bands.
        points: (b + 1,) points of each band, the lowest estimates first; they may rise or fall.
        upper_closed: Whether an estimate on an edge belongs to the band below ("at most"), not above ("from").

    Raises:
        StatisticsError: ``length_differs``, ``edges_not_ascending``.

    >>> rule = Steps([0.5, 0.8], [0.0, 0.5, 1.0])
    >>> rule(np.array([0.49, 0.5, 0.8])).tolist()
    [0.0, 0.5, 1.0]
    """

    def __init__(self, edges: ArrayLike, points: ArrayLike, *, upper_closed: bool = False) -> None:
        self.edges: Floats = np.asarray(edges, dtype=np.float64)
        self.points: Floats = np.asarray(points, dtype=np.float64)
        self.upper_closed = upper_closed
        if len(self.points) != len(self.edges) + 1:
            raise StatisticsError("length_differs", column="points", rows=len(self.edges) + 1, found=self.points.shape)
        if not (np.diff(self.edges) > 0).all() or not np.isfinite(self.edges).all():
            raise StatisticsError("edges_not_ascending", found=self.edges.tolist())

    def __call__(self, estimates: Floats) -> Floats:
        """Points of estimates, of any shape."""
        return np.asarray(self.points[np.searchsorted(self.edges, estimates, "left" if self.upper_closed else "right")])

    def probabilities(self, value: ArrayLike, se: ArrayLike, df: float = math.inf) -> Floats:
        """(…, b + 1) the probability of each band for an estimate that varies about ``value``, by the t distribution.

        Without error (``se`` 0) the band of the value has probability 1.

        >>> Steps([0.8], [0, 1]).probabilities(0.8, 0.02).tolist()
        [0.5, 0.5]
        """
        centre = np.asarray(value, dtype=np.float64)[..., None]
        error = np.broadcast_to(np.asarray(se, dtype=np.float64)[..., None], centre.shape)
        distance = np.divide(
            self.edges - centre, error, out=np.zeros(centre.shape[:-1] + self.edges.shape), where=error > 0
        )
        below = special.ndtr(distance) if math.isinf(df) else special.stdtr(df, distance)
        under = self.edges >= centre if self.upper_closed else self.edges > centre
        below = np.where(error > 0, below, under)
        ends = (*below.shape[:-1], 1)
        return np.asarray(np.diff(np.concatenate([np.zeros(ends), below, np.ones(ends)], axis=-1), axis=-1))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPoints:
    """Points under draws of the estimates."""

    values: Floats
    """(p,) points of the estimates themselves: what is published."""
    mean: Floats
    """(p,) mean of the draws; near an edge it is not the published value."""
    covariance: Floats
    """(p, p) of the draws."""
    draws: Floats
    """(draws, p) the points of every draw."""
    seed: int
    """Seed of the draws."""

    @property
    def se(self) -> Floats:
        """(p,) standard deviations of the draws."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def intervals(self, level: float = 0.95) -> Floats:
        """(p, 2) central intervals of the draws: points that occur, so wider than asked rather than narrower."""
        tail = (1 - level) / 2
        low = np.quantile(self.draws, tail, axis=0, method="lower")
        return np.column_stack([low, np.quantile(self.draws, 1 - tail, axis=0, method="higher")])


def drawn_points(
    blocks: Sequence[SurveyEstimates], rule: Callable[[Floats], Floats], *, draws: int = 10_000, seed: int = 1
) -> DrawnPoints:
    """Points of any rule under draws of the estimates, with their covariance and the noise of their errors.

    A block's draws are normal about its estimates, divided by √(χ²_df/df): one χ² a draw, as in ``rank_sets``.

    Args:
        blocks: The estimates.
        rule: From (rows, all estimates in the order of the blocks) to (rows, p) points.
        draws: Number of draws.
        seed: Seed of the draws.

    Raises:
        StatisticsError: ``too_few_draws``, ``points_missing`` where the rule gives something else than numbers.

    >>> share = SurveyEstimates([0.80], [0.02])
    >>> step = Steps([0.8], [0.0, 1.0])
    >>> found = drawn_points([share], step, draws=4096)
    >>> found.values.tolist(), found.mean.round(2).tolist()
    ([1.0], [0.5])
    """
    if draws < 2:
        raise StatisticsError("too_few_draws", found=draws)
    parts = _deviations(blocks, draws, seed)
    centre = np.concatenate([block.values for block in blocks])
    found = []
    for start in range(0, draws, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        found.append(rule(centre + np.concatenate([part[rows] for part in parts], axis=1)))
    drawn = np.concatenate(found)
    if drawn.shape[0] != draws or drawn.ndim != 2 or not np.isfinite(drawn).all():
        raise StatisticsError("points_missing", expected=draws, found=drawn.shape)
    return DrawnPoints(
        values=np.asarray(rule(centre[None, :])[0]),
        mean=drawn.mean(axis=0),
        covariance=np.atleast_2d(np.cov(drawn, rowvar=False)),
        draws=drawn,
        seed=seed,
    )


def _deviations(blocks: Sequence[SurveyEstimates], draws: int, seed: int) -> list[Floats]:
    """Per block (draws, m) deviations from its estimates."""
    generator = np.random.Generator(np.random.PCG64(seed))
    roots = [root_of(block.covariance) for block in blocks]
    ends = np.cumsum([root.shape[1] for root in roots]).tolist()
    z = normal_draws(ends[-1], draws, generator) if ends[-1] else np.zeros((draws, 0))
    parts = []
    for block, root, own in zip(blocks, roots, np.split(z, ends[:-1], axis=1), strict=True):
        noisy = own / np.sqrt(generator.chisquare(block.df, (draws, 1)) / block.df) if math.isfinite(block.df) else own
        parts.append(np.asarray(noisy @ root.T))
    return parts
