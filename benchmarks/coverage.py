"""Coverage of the rank sets of 34 provinces with 3, 6, 11 and 30 PSUs each: ours beside plain Gaussian draws.

In every round each province's index is the mean of its PSUs, with the error that these PSUs give. A round counts where
the sets of all provinces together hold the true ranks. Three ways: *plain* takes the errors as known, as csranks does;
*aware* divides each province's draws by √(χ²/df), df = PSUs − 1; *pooled* takes one variance of all. Two populations:
indices one standard error apart on average, and all alike, which is where sets fail most.

Under 5 df the engine claims no rank, and coverage is 100 %; here it is made to claim, so that it can be seen why.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks import reference
from parindex.statistics.ranks.rank_sets import rank_sets
from parindex.statistics.survey.design import Floats, Integers

PROVINCES: Final = 34
PSUS: Final = (3, 6, 11, 30)
WAYS: Final = ("plain", "aware", "pooled")
POPULATIONS: Final = ("spread", "alike")
DRAWS: Final = 2000
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often the sets of one way held all true ranks, and how wide they were."""

    held: float
    """Share of the rounds."""
    error: float
    """Monte Carlo standard error of that share."""
    width: float
    """Mean number of ranks in a set."""


def coverage(psus: int, population: str, rounds: int, seed: int = 1, provinces: int = PROVINCES) -> dict[str, Coverage]:
    """Simulate rounds and count the ones whose sets hold the true ranks."""
    random = np.random.Generator(np.random.PCG64(seed))
    truth = random.normal(0, math.sqrt(provinces), provinces) if population == "spread" else np.zeros(provinces)
    first = 1 + (truth[:, None] > truth[None, :]).sum(axis=0)
    last = provinces - (truth[:, None] < truth[None, :]).sum(axis=0)
    held, width = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0.0)
    for number in range(rounds):
        sample = truth[:, None] + random.normal(0, math.sqrt(psus), (provinces, psus))
        errors = sample.std(axis=1, ddof=1) / math.sqrt(psus)
        for way in WAYS:
            sets = sets_of(way, sample.mean(axis=1), errors, psus, number)
            held[way] += bool(((sets[:, 0] <= first) & (last <= sets[:, 1])).all())
            width[way] += float((sets[:, 1] - sets[:, 0] + 1).mean())
    return {
        way: Coverage(held[way] / rounds, monte_carlo_error(held[way] / rounds, rounds), width[way] / rounds)
        for way in WAYS
    }


def sets_of(way: str, estimates: Floats, errors: Floats, psus: int, seed: int) -> Integers:
    """(p, 2) simultaneous sets of one way."""
    return rank_sets(
        estimates,
        errors,
        df=None if way == "plain" else np.full(len(estimates), psus - 1.0),
        variance="pooled" if way == "pooled" else "own",
        level=LEVEL,
        draws=DRAWS,
        seed=seed,
        least_df=0,
    ).simultaneous


def monte_carlo_error(share: float, rounds: int) -> float:
    """Standard error of a share that was counted in rounds."""
    return math.sqrt(share * (1 - share) / rounds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    print(f"{PROVINCES} provinces, {rounds} rounds, {DRAWS:,} draws, sets of {LEVEL:.0%} for all provinces together")
    print("population  PSUs  " + "  ".join(f"{way:>22}" for way in WAYS))
    for population in POPULATIONS:
        for psus in PSUS:
            found = coverage(psus, population, rounds)
            cells = [f"{c.held:6.1%} ± {c.error:5.1%}, {c.width:4.1f}" for c in found.values()]
            print(f"{population:<10}  {psus:>4}  " + "  ".join(f"{cell:>22}" for cell in cells))
    print("share of rounds whose sets hold all true ranks ± Monte Carlo error, mean number of ranks in a set")
    print(reference.footer())


if __name__ == "__main__":
    main()
