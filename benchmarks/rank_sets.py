"""Simultaneous rank sets of 63 provinces with 10,000 draws, against the R package csranks.

csranks took 11 s on the machine that the README names, when the limit was set; R is not run here. The limit is a
two-hundredth of that.
"""

from __future__ import annotations

import numpy as np

from benchmarks import reference
from parindex.statistics.rank_sets import rank_sets

CSRANKS = 11.0
"""Seconds."""

TIMES = 200
UNITS, DRAWS = 63, 10_000


def main() -> None:
    """Print the ratio against csranks and the limit."""
    random = np.random.default_rng(1)
    estimates = np.sort(random.normal(84, 3, UNITS))[::-1]
    errors = random.uniform(0.2, 0.6, UNITS)
    rank_sets(estimates, errors, draws=DRAWS)
    seconds = reference.median(lambda: rank_sets(estimates, errors, draws=DRAWS), 9)
    print(f"{UNITS} agencies, {DRAWS:,} draws, marginal and simultaneous, stepdown: {seconds * 1000:.1f} ms")
    print(f"  {CSRANKS / seconds:.0f} × as fast as csranks ({CSRANKS:g} s, measured when the limit was set)")
    print(f"  {seconds / (CSRANKS / TIMES):.2f} × the limit of {1000 * CSRANKS / TIMES:.0f} ms (at most 1)")
    print(reference.footer())


if __name__ == "__main__":
    main()
