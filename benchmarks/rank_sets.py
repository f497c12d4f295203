"""Rank sets of 63 provinces with 10,000 draws, against the R package csranks.

csranks took 11 s for the simultaneous sets on the machine that the README names, when the limit was set; R is not run
here. The limit is a two-hundredth of that. It is kept for simultaneous and marginal sets together, which is what
``rank_sets`` gives; the simultaneous ones alone, as csranks was asked for, are timed beside them.
"""

from __future__ import annotations

import numpy as np

from benchmarks import reference
from parindex.statistics.ranks.pair_tests import PairTests
from parindex.statistics.ranks.rank_draws import independent_draws
from parindex.statistics.ranks.rank_sets import rank_sets
from parindex.statistics.survey.design import Floats

CSRANKS = 11.0
"""Seconds."""

TIMES = 200
UNITS, DRAWS, LEVEL, SEED = 63, 10_000, 0.95, 1


def main() -> None:
    """Print the ratio against csranks and the limit."""
    random = np.random.default_rng(1)
    estimates = np.sort(random.normal(84, 3, UNITS))[::-1]
    errors = random.uniform(0.2, 0.6, UNITS)
    rank_sets(estimates, errors, draws=DRAWS)
    both = reference.median(lambda: rank_sets(estimates, errors, draws=DRAWS), 9)
    alone = reference.median(lambda: simultaneous(estimates, errors), 9)
    for name, seconds in (("marginal and simultaneous", both), ("simultaneous alone", alone)):
        print(f"{UNITS} agencies, {DRAWS:,} draws, stepdown, {name}: {seconds * 1000:.1f} ms")
        print(f"  {CSRANKS / seconds:.0f} × as fast as csranks ({CSRANKS:g} s, measured when the limit was set)")
        print(f"  {seconds / (CSRANKS / TIMES):.2f} × the limit of {1000 * CSRANKS / TIMES:.0f} ms (at most 1)")
    print(reference.footer())


def simultaneous(estimates: Floats, errors: Floats) -> float:
    """Draws and simultaneous sets alone; the critical value."""
    z = independent_draws(errors, np.full(UNITS, np.inf), DRAWS, SEED, pooled=False)
    sigma = np.sqrt(errors[:, None] ** 2 + errors[None, :] ** 2)
    return PairTests(estimates, sigma, z, LEVEL, stepdown=True).simultaneous()[1]


if __name__ == "__main__":
    main()
