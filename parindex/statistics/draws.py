"""Draws that are spread evenly: the same number of them misses a mean or a tail by less than independent ones.

All that is uncertain in one simulation takes its columns from one sequence: two sequences, however scrambled, follow
each other.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from parindex.statistics.survey.design import Floats, Integers

SMALLEST_PROBABILITY: Final = 1e-16
DRAWS_AT_ONCE: Final = 1024
"""A power of two: a Sobol sequence may begin with no other number."""
MOST_EVEN: Final = 21_201
"""Columns for which a Sobol sequence is known (Joe & Kuo 2008)."""


def uniform_draws(columns: int, draws: int, generator: np.random.Generator, order: Integers | None = None) -> Floats:
    """(draws, columns) between 0 and 1 from a scrambled Sobol sequence; independent where it has too few columns.

    Args:
        columns: Number of columns.
        draws: Number of draws.
        generator: What scrambles.
        order: Columns in the order of the result; not given: as they are.
    """
    from scipy.stats import qmc  # takes a second, and most processes never draw

    if columns > MOST_EVEN:
        drawn = generator.random((draws, columns))
        return drawn if order is None else drawn[:, order]
    sequence = qmc.Sobol(columns, rng=generator)
    drawn = np.empty((draws, columns))
    for first in range(0, draws, DRAWS_AT_ONCE):
        part = sequence.random(DRAWS_AT_ONCE)[: draws - first]
        drawn[first : first + DRAWS_AT_ONCE] = part if order is None else part[:, order]
    return drawn


def normal_draws(columns: int, draws: int, generator: np.random.Generator, order: Integers | None = None) -> Floats:
    """(draws, columns) standard normal, as ``uniform_draws``."""
    return as_normal(uniform_draws(columns, draws, generator, order))


def as_normal(uniform: Floats) -> Floats:
    """Normal draws in the place of uniform ones, of any shape."""
    np.clip(uniform, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY, out=uniform)
    return np.asarray(special.ndtri(uniform, out=uniform))


def root_of(covariance: Floats) -> Floats:
    """(m, m) symmetric root of a covariance: root·root is the covariance.

    Of all roots the one that is the same on every machine: eigenvectors differ by sign, and by any turn within a repeated
    eigenvalue, from one processor's library to the next; this root does not depend on them (Higham, *Functions of
    Matrices*, 2008, theorem 1.29). Directions that do not vary are exactly 0.

    >>> root = root_of(np.array([[4.0, 2.0], [2.0, 1.0]]))
    >>> (root @ root).round(9).tolist(), bool((root == root.T).all())
    ([[4.0, 2.0], [2.0, 1.0]], True)
    """
    values, vectors = np.linalg.eigh(covariance)
    kept = values > 1e-14 * max(float(values[-1]), 0.0)
    root = (vectors[:, kept] * np.sqrt(values[kept])) @ vectors[:, kept].T
    return np.asarray((root + root.T) / 2)
