"""Tests of pairs of units whose estimates share PSUs or raters: Student's t by pair, Holm's correction over all pairs.

With a covariance estimated from few PSUs neither one χ² a draw nor a Wishart draw covers what it says. A pair needs one
number only, the variance of its difference, and that has degrees of freedom of its own: T_jk = |θ_j − θ_k| ÷ √(Σ_s d'Σ̂_s d)
over the surveys s, ν_jk by Satterthwaite over their independent terms. A survey in *blocks*, of which no two units share
anything, brings σ_j² and σ_k² with the units' own degrees of freedom; a *shared* one brings d'Σ̂_s d with its own. Holm
(1979) holds whatever the dependence between pairs. Nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from scipy import special

from parindex.statistics.ranks.difference_errors import difference_variances
from parindex.statistics.ranks.pair_tests import Flags, blocks
from parindex.statistics.survey.design import Floats, Integers

SurveyKind = Literal["shared", "blocks"]
SURVEY_KINDS: Final[tuple[SurveyKind, ...]] = get_args(SurveyKind)


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


def pair_errors(surveys: Sequence[SurveyErrors], part: slice = slice(None)) -> tuple[Floats, Floats]:
    """(k, p) variance of each difference of some units, and its degrees of freedom; infinite where no part takes any.

    >>> one = SurveyErrors(covariance=np.diag([1.0, 1.0]), df=np.array([10.0, 10.0]), kind="blocks")
    >>> variance, df = pair_errors([one])
    >>> variance[0, 1].item(), df[0, 1].item()
    (2.0, 20.0)
    """
    shape = len(surveys[0].df[part]), len(surveys[0].df)
    variance, taken = np.zeros(shape), np.zeros(shape)
    for survey in surveys:
        of_difference = difference_variances(survey.covariance, part)
        variance += of_difference
        together = of_difference**2 / np.minimum(survey.df[part, None], survey.df[None, :])
        if survey.kind == "blocks":
            alone = survey.own**2 / survey.df
            together = np.where(survey.covariance[part] == 0, alone[part, None] + alone[None, :], together)
        taken += together
    return variance, np.divide(variance**2, taken, out=np.full(shape, np.inf), where=taken > 0)


class HolmTests:
    """All pairs of units, tested by t with degrees of freedom of their own and held together by Holm.

    Rows of the tests are made a few at a time; of 3,321 units only the 5.5 million p-values stand together.

    Args:
        theta: (p,) estimates, the largest best.
        surveys: What their errors come from.
        level: Coverage of all pairs that are asked together.
        stepdown: Whether Holm's steps are taken; else every pair is held to Bonferroni's.
    """

    def __init__(self, theta: Floats, surveys: Sequence[SurveyErrors], level: float, *, stepdown: bool) -> None:
        self.theta, self.surveys = theta, surveys
        self.alpha, self.stepdown = 1 - level, stepdown

    def simultaneous(self) -> Flags:
        """(p, p) who is significantly better than whom, all pairs together."""
        p = len(self.theta)
        p_values, filled = np.empty(p * (p - 1) // 2), 0
        for part, (better, worse) in self._rows():
            pairs = self._later(part, p)
            own = 2 * np.minimum(better, worse)[pairs]
            p_values[filled : filled + len(own)] = own
            filled += len(own)
        rejected, filled = self._rejected(p_values), 0
        apart = np.zeros((p, p), dtype=bool)
        for part in blocks(p, p):
            pairs = self._later(part, p)
            count = int(pairs.sum())
            apart[part][pairs] = rejected[filled : filled + count]
            filled += count
        return np.asarray((apart | apart.T) & (self.theta[:, None] > self.theta[None, :]))

    def marginal(self, side: str) -> tuple[Integers, Integers]:
        """(p,) numbers of significantly better and worse units, each unit on its own against the p − 1 others.

        Args:
            side: ``two``, or only ``lower`` or ``upper`` bounds of ranks are tested, by one tail.
        """
        p = len(self.theta)
        above, below = np.zeros((2, p), dtype=np.int64)
        for part, rows in self._rows():
            for unit, row in zip(range(p)[part], zip(*rows, strict=True), strict=True):
                worse, better = (np.delete(tails, unit) for tails in row)
                if side == "two":
                    apart = self._rejected(2 * np.minimum(better, worse))
                    above[unit], below[unit] = (apart & (better < worse)).sum(), (apart & (worse < better)).sum()
                elif side == "lower":
                    above[unit] = self._rejected(better).sum()
                else:
                    below[unit] = self._rejected(worse).sum()
        return above, below

    def _rows(self) -> Iterator[tuple[slice, tuple[Floats, Floats]]]:
        """Some units at a time: (k, p) one-sided p-values of being better than each other unit, and of being worse."""
        p = len(self.theta)
        for part in blocks(p, p):
            difference = self.theta[part, None] - self.theta[None, :]
            variance, df = pair_errors(self.surveys, part)
            errors = np.sqrt(variance)
            yield part, (_upper_tails(difference, errors, df), _upper_tails(-difference, errors, df))

    @staticmethod
    def _later(part: slice, p: int) -> Flags:
        """(k, p) pairs of some units with those that come later: each pair once."""
        return np.arange(p)[part, None] < np.arange(p)[None, :]

    def _rejected(self, p_values: Floats) -> Flags:
        """Whether each p-value is small enough; Holm's steps end at a threshold, which never parts equal ones."""
        tests = len(p_values)
        if not self.stepdown:
            return np.asarray(np.minimum(p_values, 1.0) * tests <= self.alpha)
        smallest = np.sort(p_values)
        held = np.minimum(smallest, 1.0) * np.arange(tests, 0.0, -1.0) > self.alpha
        steps = int(held.argmax()) if held.any() else tests
        return np.asarray(p_values <= smallest[steps - 1]) if steps else np.zeros(tests, dtype=bool)


def _upper_tails(difference: Floats, errors: Floats, df: Floats) -> Floats:
    """(k, p) probability of so large a difference where there is none; of certain ones 0, 1, of no difference ½."""
    known = errors > 0
    t = np.divide(difference, errors, out=np.zeros_like(difference), where=known)
    tails = np.where(np.isinf(df), special.ndtr(-t), special.stdtr(np.where(np.isinf(df), 1.0, df), -t))
    return np.asarray(np.where(known, tails, 0.5 - 0.5 * np.sign(difference)))
