"""Sobol indices of the weights of 90 criteria for 63 agencies, n = 1024: 94,208 rankings, against 0.1 s.

The peers are a plain loop that makes each index and ranking by itself, run for a few criteria and scaled to all, whose
indices are compared; and ``np.sum`` over as many bytes as all the indices take. A second figure varies weights,
normalisation, aggregation and the error of nine survey criteria together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from benchmarks import reference
from parindex.statistics.composite.choices import choice_sensitivity
from parindex.statistics.composite.sensitivity import two_samples, weight_sensitivity

CRITERIA: Final = 90
AGENCIES: Final = 63
DRAWS: Final = 1024
LIMIT: Final = 0.1
"""Seconds."""

SPREAD: Final = 0.25
LOOPED: Final = 2
"""Criteria for which the plain loop is run."""

Array = np.ndarray[Any, Any]


def year(seed: int = 1) -> tuple[Array, Array, Array]:
    """Scores of agencies that are somewhat good at everything, weights, and errors of the survey criteria."""
    random = np.random.default_rng(seed)
    scores = np.clip(random.normal(70, 6, (AGENCIES, 1)) + random.normal(0, 15, (AGENCIES, CRITERIA)), 1, 100)
    errors = np.zeros((AGENCIES, CRITERIA))
    errors[:, ::10] = 2.0
    return scores, random.uniform(0.5, 2, CRITERIA), errors


def looped(scores: Array, weights: Array, criteria: int) -> tuple[Array, Array]:
    """(criteria, 2) S1 and ST of the first agency's index and of the rank shift, one ranking after the other."""
    order = np.argsort(np.argsort(-(scores @ weights)))
    a, b = (weights * (1 + SPREAD * (2 * u - 1)) for u in two_samples(CRITERIA, DRAWS, 1))

    def outputs(own: Array) -> tuple[float, float]:
        index = scores @ own / own.sum()
        return float(index[0]), float(np.abs(np.argsort(np.argsort(-index)) - order).mean())

    under_a, under_b = (np.array([outputs(row) for row in sample]) for sample in (a, b))
    centre = (under_a.mean(axis=0) + under_b.mean(axis=0)) / 2
    variance = (((under_a - centre) ** 2).mean(axis=0) + ((under_b - centre) ** 2).mean(axis=0)) / 2
    first, total = np.empty((criteria, 2)), np.empty((criteria, 2))
    for criterion in range(criteria):
        mixed = a.copy()
        mixed[:, criterion] = b[:, criterion]
        difference = np.array([outputs(row) for row in mixed]) - under_a
        first[criterion] = ((under_b - centre) * difference).mean(axis=0) / variance
        total[criterion] = (difference**2).mean(axis=0) / (2 * variance)
    return first, total


def both(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds on the wall and of the cores."""
    walls, cores = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        cores.append(reference.timed(work))
        walls.append(time.perf_counter() - started)
    return float(np.median(walls)), float(np.median(cores))


def main() -> None:
    """Print the ratios, and the largest difference from the plain loop."""
    scores, weights, errors = year()
    found = weight_sensitivity(scores, weights, spread=SPREAD, n=DRAWS)
    wall, cores = both(lambda: weight_sensitivity(scores, weights, spread=SPREAD, n=DRAWS), 15)
    rows = DRAWS * (CRITERIA + 2)
    started = time.process_time()
    first, total = looped(scores, weights, LOOPED)
    loop = (time.process_time() - started) * (CRITERIA + 2) / (LOOPED + 2)
    same = np.ones((rows, AGENCIES))
    _, summed = both(lambda: np.sum(same), 9)
    apart = max(
        float(np.abs(found.index.first[:LOOPED, 0] - first[:, 0]).max()),
        float(np.abs(found.index.total[:LOOPED, 0] - total[:, 0]).max()),
        float(np.abs(found.shift.total[:LOOPED, 0] - total[:, 1]).max()),
    )
    print(f"{CRITERIA} weights × {AGENCIES} agencies, n = {DRAWS}: {cores * 1000:.0f} ms for {rows:,} rankings")
    print(f"  {cores / LIMIT:.2f} × the limit of {LIMIT * 1000:.0f} ms (at most 1)")
    print(f"  time of this process; on the wall, with whatever else runs here, {wall * 1000:.0f} ms")
    print(
        f"  {loop / cores:.0f} × as fast as one ranking after the other ({loop:.1f} s, scaled from {LOOPED} criteria)"
    )
    print(f"  {cores / summed:.0f} × np.sum over the bytes of all the indices ({summed * 1000:.1f} ms)")
    print(f"  indices {apart:.0e} from those of the loop (at most 1e-9)")
    for name, se in (("without sampling error", None), ("with the error of 9 survey criteria", errors)):
        wall, cores = both(lambda se=se: choice_sensitivity(scores, weights, se=se, n=DRAWS), 5)  # type: ignore[misc]
        print(f"  weights × 3 normalisations × 3 means {name}: {cores * 1000:.0f} ms (wall {wall * 1000:.0f} ms)")
    print(reference.footer())
    if apart > 1e-9:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
