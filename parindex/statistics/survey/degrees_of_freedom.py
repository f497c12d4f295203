"""Degrees of freedom of an error that is made of several."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.survey.design import Floats


def satterthwaite(variances: ArrayLike, df: ArrayLike) -> Floats:
    """(p,) degrees of freedom of sums of independent variances, (Σv)² ÷ Σ(v²/df) (Satterthwaite 1946).

    Sums are rounded once, so that the digits do not depend on the order of the parts.

    Args:
        variances: (b, p) parts of each of p variances; what is not above 0 takes no degree of freedom.
        df: (b, p) of each part, or (b, 1) of all that it is a part of; infinite where its error is known exactly.

    Returns:
        (p,) infinite where no part takes any; 0 where one that counts has none.

    >>> satterthwaite([[1.0, 1.0], [1.0, 0.0]], [[10.0], [10.0]]).tolist()
    [20.0, 10.0]
    """
    v = np.atleast_2d(np.asarray(variances, dtype=np.float64))
    each = np.broadcast_to(np.asarray(df, dtype=np.float64), v.shape)
    with np.errstate(divide="ignore"):
        taken = np.divide(v * v, each, out=np.zeros_like(v), where=v > 0)
    total, below = (np.array([math.fsum(column) for column in parts.T]) for parts in (v, taken))
    return np.asarray(np.divide(total * total, below, out=np.full(len(total), np.inf), where=below != 0))
