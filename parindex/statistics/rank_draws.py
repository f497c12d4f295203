"""Draws of estimates without differences: spread evenly, made again exactly from a seed, as noisy as their errors."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import special

from parindex.statistics.design import Floats

GENERATOR: Final = "scrambled Sobol, PCG64"
SMALLEST_PROBABILITY: Final = 1e-16


def normal_draws(p: int, draws: int, generator: np.random.Generator) -> Floats:
    """(p, draws) standard normal draws from a scrambled Sobol sequence.

    A critical value is a tail quantile: spread evenly, the same number of draws misses it by half as much.
    """
    from scipy.stats import qmc  # takes a second, and most processes never draw

    sequence = qmc.Sobol(p, rng=generator)
    uniform = sequence.random_base2(max(1, math.ceil(math.log2(draws))))[:draws]
    z = np.ascontiguousarray(uniform.T)
    np.clip(z, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY, out=z)
    return np.asarray(special.ndtri(z, out=z))


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
