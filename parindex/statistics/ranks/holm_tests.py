"""Tests of pairs of units whose estimates share PSUs or raters: Student's t by pair, Holm's correction over all pairs.

With a covariance estimated from few PSUs neither one χ² a draw nor a Wishart draw covers what it says. A pair needs one
number only, the variance of its difference, and that has degrees of freedom of its own: T_jk = |θ_j − θ_k| ÷ √(Σ_s d'Σ̂_s d)
over the surveys s, ν_jk by Satterthwaite over their independent terms. A survey in *blocks*, of which no two units share
anything, brings σ_j² and σ_k² with the units' own degrees of freedom; a *shared* one brings d'Σ̂_s d with its own. Holm
(1979) holds whatever the dependence between pairs. Nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from scipy import special

from parindex.statistics.ranks.pair_tests import Flags
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.years import holm

SurveyKind = Literal["shared", "blocks"]
SURVEY_KINDS: Final[tuple[SurveyKind, ...]] = get_args(SurveyKind)

ZERO_VARIANCE: Final = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyErrors:
    """The errors that one survey brings to the estimates of p units."""

    covariance: Floats
    """(p, p) covariance of the parts of the estimates that it decides; 0 for a unit that it does not touch."""
    df: Floats
    """(p,) degrees of freedom of these errors; infinite where they are known exactly."""
    kind: SurveyKind
    """Whether units share PSUs or raters in it."""

    @property
    def own(self) -> Floats:
        """(p,) variances."""
        return np.maximum(np.diag(self.covariance), 0.0)

    def among(self, units: Integers) -> SurveyErrors:
        """The same of some of the units."""
        return SurveyErrors(covariance=self.covariance[np.ix_(units, units)], df=self.df[units], kind=self.kind)


def kind_of_covariance(covariance: Floats) -> SurveyKind:
    """Units that vary apart are blocks; whatever else shares something.

    >>> kind_of_covariance(np.diag([1.0, 2.0])), kind_of_covariance(np.array([[1.0, 0.1], [0.1, 1.0]]))
    ('blocks', 'shared')
    """
    return "shared" if (covariance != np.diag(np.diag(covariance))).any() else "blocks"


def difference_variances(covariance: Floats) -> Floats:
    """(p, p) σ²_jk; exactly 0 where the two move together."""
    own = np.diag(covariance)
    sums = own[:, None] + own[None, :]
    squares = sums - 2 * covariance
    return np.asarray(np.where(squares <= ZERO_VARIANCE * sums, 0.0, squares))


def pair_errors(surveys: Sequence[SurveyErrors]) -> tuple[Floats, Floats]:
    """(p, p) variance of each difference, and its degrees of freedom; infinite where no part takes any.

    >>> one = SurveyErrors(covariance=np.diag([1.0, 1.0]), df=np.array([10.0, 10.0]), kind="blocks")
    >>> variance, df = pair_errors([one])
    >>> variance[0, 1].item(), df[0, 1].item()
    (2.0, 20.0)
    """
    p = len(surveys[0].df)
    variance, taken = np.zeros((p, p)), np.zeros((p, p))
    for survey in surveys:
        part = difference_variances(survey.covariance)
        variance += part
        together = part**2 / np.minimum(survey.df[:, None], survey.df[None, :])
        if survey.kind == "blocks":
            alone = survey.own**2 / survey.df
            together = np.where(survey.covariance == 0, alone[:, None] + alone[None, :], together)
        taken += together
    return variance, np.divide(variance**2, taken, out=np.full((p, p), np.inf), where=taken > 0)


class HolmTests:
    """All pairs of units, tested by t with degrees of freedom of their own and held together by Holm.

    Args:
        theta: (p,) estimates, the largest best.
        surveys: What their errors come from.
        level: Coverage of all pairs that are asked together.
        stepdown: Whether Holm's steps are taken; else every pair is held to Bonferroni's.
    """

    def __init__(self, theta: Floats, surveys: Sequence[SurveyErrors], level: float, *, stepdown: bool) -> None:
        self.alpha, self.stepdown = 1 - level, stepdown
        self.difference = theta[:, None] - theta[None, :]
        variance, df = pair_errors(surveys)
        self.above = _upper_tails(self.difference, np.sqrt(variance), df)

    def simultaneous(self) -> Flags:
        """(p, p) who is significantly better than whom, all pairs together."""
        p = len(self.difference)
        one, other = np.triu_indices(p, 1)
        rejected = np.zeros((p, p), dtype=bool)
        rejected[one, other] = self._rejected(2 * np.minimum(self.above, self.above.T)[one, other])
        return np.asarray((rejected | rejected.T) & (self.difference > 0))

    def marginal(self, side: str) -> tuple[Integers, Integers]:
        """(p,) numbers of significantly better and worse units, each unit on its own against the p − 1 others.

        Args:
            side: ``two``, or only ``lower`` or ``upper`` bounds of ranks are tested, by one tail.
        """
        p = len(self.difference)
        above, below = np.zeros(p, dtype=np.int64), np.zeros(p, dtype=np.int64)
        for unit in range(p):
            others = np.arange(p) != unit
            better, worse = self.above[others, unit], self.above[unit, others]
            if side == "two":
                apart = self._rejected(2 * np.minimum(better, worse))
                above[unit], below[unit] = (apart & (better < worse)).sum(), (apart & (worse < better)).sum()
            elif side == "lower":
                above[unit] = self._rejected(better).sum()
            else:
                below[unit] = self._rejected(worse).sum()
        return above, below

    def _rejected(self, p_values: Floats) -> Flags:
        p_values = np.minimum(p_values, 1.0)
        adjusted = holm(p_values) if self.stepdown else p_values * len(p_values)
        return np.asarray(adjusted <= self.alpha)


def _upper_tails(difference: Floats, errors: Floats, df: Floats) -> Floats:
    """(p, p) probability of so large a difference where there is none; of certain ones 0, 1, of no difference ½."""
    known = errors > 0
    t = np.divide(difference, errors, out=np.zeros_like(difference), where=known)
    tails = np.where(np.isinf(df), special.ndtr(-t), special.stdtr(np.where(np.isinf(df), 1.0, df), -t))
    return np.asarray(np.where(known, tails, 0.5 - 0.5 * np.sign(difference)))
