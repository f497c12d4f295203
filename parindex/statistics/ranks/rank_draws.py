"""Draws of estimates without differences: spread evenly, made again exactly from a seed, as noisy as their errors."""

from __future__ import annotations

from typing import Final

import numpy as np

from parindex.statistics.draws import normal_draws, root_of
from parindex.statistics.survey.design import Floats, Integers

GENERATOR: Final = "scrambled Sobol, PCG64"
SMALLEST_CHI_SQUARE: Final = 1e-200
SMALLEST_DF: Final = 1e-9
UNITS_AT_ONCE: Final = 64


def independent_draws(
    errors: Floats, df: Floats, draws: int, seed: int, *, pooled: bool, order: Integers | None = None
) -> Floats:
    """(p, draws) of independent units, each with the noise of its own error; transposed they lie in one piece.

    Args:
        errors: (p,) standard errors.
        df: (p,) degrees of freedom; infinite: a Gaussian draw.
        draws: Number of draws.
        seed: Seed of the draws.
        pooled: Whether all errors come from one variance, and share its noise.
        order: Units in the order of the result's rows; not given: as they are. It changes no draw.
    """
    order = np.arange(len(errors)) if order is None else order
    generator = np.random.Generator(np.random.PCG64(seed))
    z = normal_draws(len(errors), draws, generator, order)
    z *= errors[order]
    if np.isinf(df).all():
        return z.T
    if pooled:
        z /= noise_of_variance(generator, float(df[0]), draws)[:, None]
        return z.T
    place = np.argsort(order)
    noisy = np.flatnonzero(np.isfinite(df))
    for first in range(0, len(noisy), UNITS_AT_ONCE):
        units = noisy[first : first + UNITS_AT_ONCE]
        z[:, place[units]] /= np.column_stack([noise_of_variance(generator, float(df[unit]), draws) for unit in units])
    return z.T


def correlated_draws(matrix: Floats, df: float, draws: int, seed: int) -> Floats:
    """(p, draws) with a covariance, one χ² a draw at the smallest degrees of freedom."""
    generator = np.random.Generator(np.random.PCG64(seed))
    z = np.asarray(root_of(matrix) @ normal_draws(len(matrix), draws, generator).T)
    if np.isinf(df):
        return z
    z /= noise_of_variance(generator, df, draws)
    return z


def noise_of_variance(generator: np.random.Generator, df: float, draws: int) -> Floats:
    """(draws,) √(χ²_df ÷ df), never 0."""
    df = max(df, SMALLEST_DF)
    return np.asarray(np.sqrt(np.maximum(generator.chisquare(df, draws), SMALLEST_CHI_SQUARE) / df))
