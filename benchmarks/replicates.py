"""500 Rao–Wu replicates from the sums of PSUs, against 0.05 s.

10,000 PSUs in 34 strata, 30 shares: 500 sets of factors are drawn and multiplied with the weighted sums of every PSU. The
peer in the same run is ``np.sum`` over the bytes of the factors, which any way has to read once. The errors are compared
with those of linearisation.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks import reference
from parindex.statistics import Moments, part_of
from parindex.statistics.survey.replicates import rao_wu

PSUS: Final = 10_000
STRATA: Final = 34
ITEMS: Final = 30
ROWS: Final = 20
REPLICATES: Final = 500
LIMIT: Final = 0.05


def main() -> None:
    """Print seconds against the limit; exit 1 where it is not kept."""
    random = np.random.default_rng(1)
    psu = np.repeat(np.arange(PSUS), ROWS)
    liking = np.clip(0.7 + random.normal(0, 0.1, PSUS), 0, 1)
    items = random.random((len(psu), ITEMS)) < liking[psu, None]
    weights = random.uniform(0.5, 2, len(psu))
    moments = Moments.of(part_of(weights, items, strata=psu * STRATA // PSUS, stages=[psu]))
    design = moments.design()

    def drawn() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return moments.replicated(rao_wu(design, count=REPLICATES, seed=1))

    found = drawn()
    sets = rao_wu(design, count=REPLICATES, seed=1)
    seconds = min(reference.timed(drawn) for _ in range(9))
    product = min(reference.timed(lambda: moments.replicated(sets)) for _ in range(9))
    reading = min(reference.timed(lambda: np.sum(np.asarray(sets.factors))) for _ in range(9))
    ratio = float((found[:, 0].std(axis=0, ddof=1) / moments.means().se[0]).mean())
    print(f"{REPLICATES} Rao–Wu replicates of {ITEMS} shares from the sums of {PSUS:,} PSUs: {seconds * 1000:.0f} ms")
    print(f"  {seconds / LIMIT:.2f} × the limit; of it {product * 1000:.0f} ms without drawing them")
    print(f"  {seconds / reading:.0f} × np.sum over the factors ({reading * 1000:.1f} ms)")
    print(f"  errors on average {ratio:.3f} × those of linearisation")
    print(reference.footer())
    if seconds > LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
