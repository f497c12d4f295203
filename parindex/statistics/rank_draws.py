"""Draws of estimates without differences: spread evenly, made again exactly from a seed, as noisy as their errors."""

from __future__ import annotations

from typing import Final

import numpy as np

from parindex.statistics.design import Floats
from parindex.statistics.draws import as_normal, uniform_draws

GENERATOR: Final = "scrambled Sobol, PCG64"


def normal_draws(p: int, draws: int, generator: np.random.Generator) -> Floats:
    """(p, draws) standard normal draws from a scrambled Sobol sequence.

    A critical value is a tail quantile: spread evenly, the same number of draws misses it by half as much.
    """
    return as_normal(np.ascontiguousarray(uniform_draws(p, draws, generator).T))


def independent_draws(errors: Floats, df: Floats, draws: int, seed: int, *, pooled: bool) -> tuple[Floats, str]:
    """(p, draws) of independent units, each with the noise of its own error, and the name of the rule.

    Args:
        errors: (p,) standard errors.
        df: (p,) degrees of freedom; infinite: a Gaussian draw.
        draws: Number of draws.
        seed: Seed of the draws.
        pooled: Whether all errors come from one variance, and share its noise.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    z = normal_draws(len(errors), draws, generator)
    z *= errors[:, None]
    if np.isinf(df).all():
        return z, "gaussian"
    if pooled:
        z /= np.sqrt(generator.chisquare(df[0], draws) / df[0])
        return z, "pooled"
    for unit in np.flatnonzero(np.isfinite(df)):
        z[unit] /= np.sqrt(generator.chisquare(df[unit], draws) / df[unit])
    return z, "per_unit"


def correlated_draws(matrix: Floats, df: float, draws: int, seed: int) -> tuple[Floats, str]:
    """(p, draws) with a covariance, one χ² a draw at the smallest degrees of freedom, and the name of the rule."""
    generator = np.random.Generator(np.random.PCG64(seed))
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0))
    z = np.asarray(root @ normal_draws(len(matrix), draws, generator))
    if np.isinf(df):
        return z, "gaussian"
    z /= np.sqrt(generator.chisquare(df, draws) / df)
    return z, "smallest"
