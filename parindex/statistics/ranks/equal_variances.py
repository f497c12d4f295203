"""Whether variances may be one: what is asked before they are pooled (Bartlett 1937)."""

from __future__ import annotations

import numpy as np
from scipy import special

from parindex.statistics.survey.design import Floats


def bartlett(variances: Floats, df: Floats) -> float:
    """The probability of variances that differ so much where they are equal; 1 where nothing can be tested.

    With few degrees of freedom the test sees little: a large probability proves nothing.

    Args:
        variances: (p,) variances above 0, each of its own degrees of freedom.
        df: (p,) degrees of freedom; what is not finite or not above 0 is left out.

    >>> round(bartlett(np.array([1.0, 1.2, 0.9]), np.array([10.0, 10.0, 10.0])), 3)
    0.903
    >>> bartlett(np.array([1.0, 100.0]), np.array([20.0, 20.0])) < 1e-6
    True
    """
    kept = (variances > 0) & np.isfinite(df) & (df > 0)
    v, n = variances[kept], df[kept]
    if len(v) < 2:
        return 1.0
    total = float(n.sum())
    statistic = total * np.log(float(n @ v) / total) - float(n @ np.log(v))
    correction = 1 + (float((1 / n).sum()) - 1 / total) / (3 * (len(v) - 1))
    return float(special.chdtrc(len(v) - 1, max(statistic / correction, 0.0)))
