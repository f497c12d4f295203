"""Adjustment for non-response: by class, or by the propensity to respond.

Within a class those who answered represent everybody drawn: factor = Σw·drawn ÷ Σw·answered (Särndal, Swensson &
Wretman 1992, ch. 15). The propensity is a logistic regression on what is known of everybody drawn (Little 1986):
the factor is its inverse, or that of a class of similar propensity, which is steadier.

The adjustment takes non-response to be random within a class, or given the variables of the regression. Its factors
count as fixed in the errors of estimates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers

STEPS: Final = 50
SAME_DEVIANCE: Final = 1e-12
CERTAIN: Final = 1e-8

ClassKey = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClass:
    """One class after small ones were joined."""

    key: ClassKey
    """Values of the variables that its members share; empty: everybody."""
    joined: tuple[ClassKey, ...]
    """The classes that it was made of; itself alone where none was too small."""
    drawn: float
    """Drawn, unweighted."""
    answered: float
    """Answered, unweighted."""
    factor: float
    """Σw·drawn ÷ Σw·answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAdjustment:
    """Weights adjusted by class."""

    weights: Floats
    """(n,) adjusted weights; 0 where nobody answered."""
    factors: Floats
    """(n,) factor of each row's class."""
    classes: tuple[ResponseClass, ...]
    """The classes, in the order of their keys."""

    @property
    def joined(self) -> tuple[ResponseClass, ...]:
        """The classes that were made of several."""
        return tuple(each for each in self.classes if len(each.joined) > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Propensity:
    """The probability to respond, by logistic regression."""

    coefficients: Floats
    """(k,) coefficients of the columns, intercept first."""
    probability: Floats
    """(n,) fitted probability of each row."""
    steps: int
    """Steps of the reweighted least squares."""


def adjust_by_class(
    weights: ArrayLike,
    answered: ArrayLike,
    classes: Sequence[Sequence[str]],
    *,
    drawn: ArrayLike | None = None,
    least: float = 1,
    largest: float = np.inf,
) -> ClassAdjustment:
    """Let those who answered represent everybody drawn in their class.

    A class with fewer than ``least`` answers, or with a factor above ``largest``, is joined with all classes that
    agree in every variable but the last; what is still too small, with all that agree in all but the last two; and
    so on. Put the variable that must not be crossed first: it is given up last.

    Args:
        weights: (n,) weights before.
        answered: (n,) 1 or 0, or how many answered of those a row stands for.
        classes: Variables that cross to classes, each (n,).
        drawn: (n,) how many were drawn, of those a row stands for; 1 if not given.
        least: Answers that a class needs, unweighted; at least 1.
        largest: Largest factor that a class may have.

    Raises:
        StatisticsError: ``response_invalid`` naming rows that answered more than were drawn, or less than 0;
            ``no_answers``; ``nobody_answered`` naming classes; ``response_class_missing``.

    >>> a = adjust_by_class([2, 2, 2, 2, 2], [1, 0, 1, 1, 1], [["n", "n", "s", "s", "s"]])
    >>> a.weights.tolist(), [(c.key, c.factor) for c in a.classes]
    ([4.0, 0.0, 2.0, 2.0, 2.0], [(('n',), 2.0), (('s',), 1.0)])
    """
    w = np.asarray(weights, dtype=np.float64)
    came = np.asarray(answered, dtype=np.float64)
    asked = np.ones_like(w) if drawn is None else np.asarray(drawn, dtype=np.float64)
    _check_response(w, came, asked)
    keys, cell = _crossed(classes, len(w))
    counted = (asked, came, w * asked, w * came)
    sums = np.array([np.bincount(cell, weights=v, minlength=len(keys)) for v in counted], dtype=np.float64)
    groups = _joined(keys, sums, least, largest)
    factors = np.empty(len(keys))
    found = []
    for key, members in groups:
        drawn_here, answered_here, wanted, held = sums[:, members].sum(axis=1).tolist()
        factor = wanted / held if held > 0 else 1.0
        factors[members] = factor
        joined = tuple(keys[m] for m in members)
        found.append(ResponseClass(key=key, joined=joined, drawn=drawn_here, answered=answered_here, factor=factor))
    adjusted = np.where(came > 0, w * factors[cell], 0.0)
    return ClassAdjustment(weights=adjusted, factors=factors[cell], classes=tuple(found))


def response_propensity(answered: ArrayLike, columns: ArrayLike, *, weights: ArrayLike | None = None) -> Propensity:
    """Fit the probability to respond by logistic regression (reweighted least squares).

    Args:
        answered: (n,) 1 or 0.
        columns: (n, k) what is known of everybody drawn, without intercept; see ``indicators``. Columns that
            others determine are harmless: the fit is the one of least length.
        weights: (n,) weights of the regression; all equal if not given.

    Raises:
        StatisticsError: ``response_invalid``; ``propensity_column_missing``; ``propensity_separated`` where the
            columns tell exactly who answered, so that no finite coefficients exist; ``no_answers``.

    >>> fit = response_propensity([1, 1, 0, 1, 0, 0], [[1], [1], [1], [0], [0], [0]])
    >>> fit.probability.round(4).tolist()
    [0.6667, 0.6667, 0.6667, 0.3333, 0.3333, 0.3333]
    """
    y = np.asarray(answered, dtype=np.float64)
    x = np.asarray(columns, dtype=np.float64).reshape(len(y), -1)
    prior = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    wrong = np.flatnonzero((y != 0) & (y != 1))
    if len(wrong):
        raise StatisticsError("response_invalid", rows=wrong.tolist())
    if not np.isfinite(x).all():
        raise StatisticsError("propensity_column_missing", rows=np.flatnonzero(~np.isfinite(x).all(axis=1)).tolist())
    if not (prior * y).any():
        raise StatisticsError("no_answers")
    spread = x.std(axis=0)
    centred = np.divide(x - x.mean(axis=0), spread, out=np.zeros_like(x), where=spread > 0)
    scaled = np.column_stack([np.ones_like(y), centred])
    beta, probability, steps = _fitted(y, scaled, prior)
    slopes = np.divide(beta[1:], spread, out=np.zeros_like(spread), where=spread > 0)
    intercept = beta[0] - float(slopes @ x.mean(axis=0))
    return Propensity(coefficients=np.concatenate([[intercept], slopes]), probability=probability, steps=steps)


def adjust_by_propensity(
    weights: ArrayLike, answered: ArrayLike, probability: ArrayLike, *, groups: int = 5
) -> ClassAdjustment:
    """Divide weights by the propensity to respond, or by the response of a class of similar propensity.

    Args:
        weights: (n,) weights before.
        answered: (n,) 1 or 0.
        probability: (n,) fitted probability of each row, above 0.
        groups: Classes of equal size by rising probability (5: quintiles; equal probabilities stay together); 0:
            each weight is divided by its own probability.

    Raises:
        StatisticsError: as ``adjust_by_class``; ``out_of_range`` for a probability of 0 or a negative number of
            groups.
    """
    p = np.asarray(probability, dtype=np.float64)
    if groups < 0:
        raise StatisticsError("out_of_range", name="groups", found=groups)
    if not (p > 0).all():
        raise StatisticsError("out_of_range", name="probability", found=float(p.min()))
    if groups:
        return adjust_by_class(weights, answered, [[str(group) for group in _quantile_groups(p, groups)]])
    w, came = np.asarray(weights, dtype=np.float64), np.asarray(answered, dtype=np.float64)
    _check_response(w, came, np.ones_like(w))
    return ClassAdjustment(weights=w / p * came, factors=1 / p, classes=())


def indicators(columns: Sequence[Sequence[str]]) -> Floats:
    """(n, k) columns of 0 and 1, one for each value of each variable but its first."""
    parts = []
    for column in columns:
        levels, codes = np.unique(np.asarray(column, dtype=object).astype(str), return_inverse=True)
        parts.append(np.eye(len(levels))[codes][:, 1:])
    return np.concatenate(parts, axis=1) if parts else np.empty((0, 0))


def _check_response(weights: Floats, answered: Floats, drawn: Floats) -> None:
    wrong = np.flatnonzero(~((answered >= 0) & (answered <= drawn)))
    if len(wrong):
        raise StatisticsError("response_invalid", rows=wrong.tolist())
    if not (weights * answered).any():
        raise StatisticsError("no_answers")


def _crossed(classes: Sequence[Sequence[str]], n: int) -> tuple[list[ClassKey], Integers]:
    """The classes in the order of their keys, and the class of each row."""
    for number, column in enumerate(classes):
        missing = [row for row, value in enumerate(column) if value is None]
        if missing:
            raise StatisticsError("response_class_missing", number=number, rows=missing)
    rows = list(zip(*classes, strict=True)) if classes else [()] * n
    keys = sorted(set(rows))
    place = {key: number for number, key in enumerate(keys)}
    return keys, np.array([place[row] for row in rows], dtype=np.int64)


def _joined(
    keys: list[ClassKey], sums: NDArray[np.float64], least: float, largest: float
) -> list[tuple[ClassKey, list[int]]]:
    """Classes with the cells that they are made of, small ones joined from the last variable up."""
    groups: dict[ClassKey, list[int]] = {key: [number] for number, key in enumerate(keys)}

    def too_small(members: list[int]) -> bool:
        _, came, wanted, held = sums[:, members].sum(axis=1).tolist()
        if wanted == 0:
            return False
        return bool(came < max(least, 1) or held == 0 or wanted > largest * held)

    for length in range(len(keys[0]) - 1, -1, -1):
        parents = {key[:length] for key, members in groups.items() if len(key) > length and too_small(members)}
        for parent in sorted(parents):
            inside = [key for key in groups if key[:length] == parent]
            groups[parent] = sorted(member for key in inside for member in groups.pop(key))
    lost = [key for key, members in groups.items() if sums[2, members].any() and not sums[3, members].any()]
    if lost:
        raise StatisticsError("nobody_answered", classes=["/".join(key) for key in lost])
    return sorted(groups.items())


def _fitted(y: Floats, x: Floats, prior: Floats) -> tuple[Floats, Floats, int]:
    """Coefficients, probabilities and steps of the logistic regression."""
    beta = np.zeros(x.shape[1])
    mean = float(prior @ y / prior.sum())
    beta[0] = special.logit(mean) if mean < 1 else np.inf
    if mean == 1:
        return beta, np.ones_like(y), 0
    deviance = np.inf
    for step in range(1, STEPS + 1):
        eta = x @ beta
        p = special.expit(eta)
        variance = prior * p * (1 - p)
        move, *_ = np.linalg.lstsq(np.sqrt(variance)[:, None] * x, _residual(y, p, prior, variance), rcond=1e-10)
        beta = beta + move
        eta = x @ beta
        before, deviance = (
            deviance,
            float(-2 * prior @ (y * special.log_expit(eta) + (1 - y) * special.log_expit(-eta))),
        )
        if abs(before - deviance) <= SAME_DEVIANCE * (abs(deviance) + 0.1):
            p = special.expit(eta)
            if (np.minimum(p, 1 - p)[prior > 0] < CERTAIN).any():
                break
            return beta, p, step
    raise StatisticsError("propensity_separated")


def _residual(y: Floats, p: Floats, prior: Floats, variance: Floats) -> Floats:
    """What the move is regressed on: residuals over their standard deviation."""
    return np.asarray(np.divide(prior * (y - p), np.sqrt(variance), out=np.zeros_like(y), where=variance > 0))


def _quantile_groups(values: Floats, groups: int) -> Integers:
    """Group of each value, of equal sizes by rank; equal values share the group of their first."""
    order = np.sort(values)
    first = np.searchsorted(order, values, side="left")
    return np.asarray(first * groups // len(values))
