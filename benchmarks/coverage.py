"""Coverage of rank sets and of intervals, by simulation: what 95 % holds, and what it does not.

*Rank sets.* In every round each unit's index is the mean of its PSUs, with the error that these PSUs give; a round counts
where the sets of all units together hold the true ranks. All units are alike, which is where sets fail most, or one
standard error apart on average (*spread*). Independent units: *plain* takes errors as known, as csranks does; *aware*
divides each unit's draws by √(χ²/df); *pooled* takes one variance of all. Units that share PSUs or raters, of whom each
sees every unit: *one χ²* draws with the covariance and one χ² a draw, *pairs* tests every pair by t with Holm. Two
surveys: one in blocks, one shared, each with its own degrees of freedom.

Under 5 df the engine places nobody, and coverage is 100 %; here it is made to claim, so that it can be seen why.

*Intervals* of a share from some communes of 10 answers with an intraclass correlation of 0.05: *t*, and *auto*.

*Quantiles* of such communes: answers of five levels whose shares add up to p at the end of a level (*met*) or do not
(*between*), and a measure that hardly repeats. *t* is carried back from the share at or below the quantile, as R's survey
does; *auto* inverts the test where answers are tied. A bound that does not exist is none that fails.

*Silent communes*: eight of the forty of a province are drawn and one in four of those stays silent; the error that the mean
variance gives against how much the estimates of all rounds vary, with silent communes *left out* of the design, and *kept*
in it with a row that says nothing.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy import special

from benchmarks import reference
from parindex.statistics import Design, SurveyErrors, TaylorSample, estimate, mean_target, quantile_estimate
from parindex.statistics.ranks.difference_errors import difference_variances
from parindex.statistics.ranks.pair_tests import PairTests
from parindex.statistics.ranks.rank_draws import correlated_draws
from parindex.statistics.ranks.rank_sets import rank_sets
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.intervals import AnswersBehind, IntervalKind, clustering, interval

PROVINCES: Final = 34
UNITS: Final = (10, 34)
DEGREES: Final = (2, 3, 8, 30, 100)
WAYS: Final = ("plain", "aware", "pooled")
POPULATIONS: Final = ("spread", "alike")
SHARES: Final = (0.5, 0.85, 0.95, 0.98, 1.0)
COMMUNES: Final = (3, 6, 12)
ANSWERS: Final = 10
QUANTILES: Final = (0.1, 0.25, 0.5, 0.9)
LEVELS: Final = {"met": (0.1, 0.25, 0.5, 0.9), "between": (0.05, 0.15, 0.4, 0.75)}
"""Shares at or below the first four of five levels."""
ICC: Final = 0.05
SEVERITY: Final = 3.0
"""Standard deviation of what a rater takes to every unit, against 1 of a single rating."""
FRAME: Final = 40
"""Communes of a province."""
DRAWN: Final = 8
SILENT: Final = 0.25
"""Share of the communes drawn in which nobody answers."""
DRAWS: Final = 2000
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often one way held what is true, and how wide it was."""

    held: float
    """Share of the rounds."""
    error: float
    """Monte Carlo standard error of that share."""
    width: float
    """Mean number of ranks in a set, or mean width of an interval."""


@dataclass(frozen=True, slots=True)
class SilentErrors:
    """What silent communes make of the error of an estimate."""

    truth: float
    """Standard deviation of the estimates over all rounds."""
    left_out: float
    """Root of the mean variance without the silent communes: m ÷ (m − 1), f = m ÷ N."""
    kept: float
    """The same with them in the design, as units whose total is 0."""


def coverage(psus: int, population: str, rounds: int, seed: int = 1, provinces: int = PROVINCES) -> dict[str, Coverage]:
    """Simulate rounds of independent units and count the ones whose sets hold the true ranks."""
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
    return {way: counted(held[way], width[way], rounds) for way in WAYS}


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


def shared_coverage(df: int, rounds: int, seed: int = 1, units: int = PROVINCES) -> dict[str, Coverage]:
    """Simulate rounds in which df + 1 raters each rate every unit, and units are alike."""
    random = np.random.Generator(np.random.PCG64(seed))
    held = dict.fromkeys(("one χ²", "pairs"), 0)
    for number in range(rounds):
        estimates, matrix = rated(random, df + 1, units)
        z = correlated_draws(matrix, df, DRAWS, number)
        drawn = PairTests(estimates, np.sqrt(difference_variances(matrix)), z, LEVEL, stepdown=True)
        held["one χ²"] += not drawn.simultaneous()[0].any()
        found = rank_sets(estimates, surveys=[shared_errors(matrix, df)], level=LEVEL, least_df=0)
        held["pairs"] += not found.better.any()
    return {way: counted(count, math.nan, rounds) for way, count in held.items()}


def two_survey_coverage(df: int, rounds: int, seed: int = 1, units: int = PROVINCES) -> Coverage:
    """Simulate rounds of two surveys: df + 1 PSUs in each unit, and as many raters who rate every unit."""
    random = np.random.Generator(np.random.PCG64(seed))
    held = 0
    for _ in range(rounds):
        sample = random.normal(0, 1, (units, df + 1))
        blocks = SurveyErrors(
            covariance=np.diag(sample.var(axis=1, ddof=1) / (df + 1)), df=np.full(units, float(df)), kind="blocks"
        )
        estimates, matrix = rated(random, df + 1, units)
        found = rank_sets(
            sample.mean(axis=1) + estimates, surveys=[blocks, shared_errors(matrix, df)], level=LEVEL, least_df=0
        )
        held += not found.better.any()
    return counted(held, math.nan, rounds)


def rated(random: np.random.Generator, raters: int, units: int) -> tuple[Floats, Floats]:
    """(p,) mean ratings of units that are alike, and their (p, p) covariance."""
    ratings = random.normal(0, SEVERITY, (raters, 1)) + random.normal(0, 1, (raters, units))
    return ratings.mean(axis=0), np.cov(ratings.T) / raters


def shared_errors(matrix: Floats, df: int) -> SurveyErrors:
    """The errors of one shared survey."""
    return SurveyErrors(covariance=matrix, df=np.full(len(matrix), float(df)), kind="shared")


def interval_coverage(share: float, communes: int, rounds: int, seed: int = 1) -> dict[str, Coverage]:
    """Simulate rounds of communes and count the intervals that hold the share."""
    random = np.random.Generator(np.random.PCG64(seed))
    kinds: tuple[IntervalKind, ...] = ("t", "auto")
    held, width = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0.0)
    n, spread = communes * ANSWERS, 1 / ICC - 1
    behind = AnswersBehind(n=n, n_eff=float(n), deff=clustering(None, n, communes, ICC))
    for _ in range(rounds):
        own = random.beta(share * spread, (1 - share) * spread, communes) if share < 1 else np.ones(communes)
        means = random.binomial(ANSWERS, own) / ANSWERS
        value, se = float(means.mean()), float(means.std(ddof=1)) / math.sqrt(communes)
        for kind in kinds:
            bounds = interval(kind, value, se, communes - 1, LEVEL, n=n, share=True, behind=behind)
            low, high = bounds or (0.0, 1.0)
            held[kind] += low <= share <= high
            width[kind] += high - low
    return {kind: counted(held[kind], width[kind], rounds) for kind in kinds}


def quantile_coverage(answers: str, p: float, communes: int, rounds: int, seed: int = 1) -> dict[str, Coverage]:
    """Simulate rounds of communes and count the intervals that hold the p-quantile; their width where both bounds are.

    Args:
        answers: ``met``, ``between`` or ``measure``.
        p: Share below the quantile.
        communes: PSUs of 10 answers.
        rounds: Rounds.
        seed: Seed.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    cuts = special.ndtri(LEVELS[answers]) if answers in LEVELS else None
    truth = float(special.ndtri(p)) if cuts is None else 1.0 + float(np.searchsorted(LEVELS[answers], p - 1e-12))
    kinds: tuple[IntervalKind, ...] = ("t", "auto")
    held, width, whole = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0.0), dict.fromkeys(kinds, 0)
    n = communes * ANSWERS
    sample = TaylorSample(Design(np.ones(n), stages=[np.repeat(np.arange(communes), ANSWERS)]))
    for _ in range(rounds):
        own = random.normal(0, math.sqrt(ICC), (communes, 1))
        latent = (own + random.normal(0, math.sqrt(1 - ICC), (communes, ANSWERS))).ravel()
        values = np.asarray(latent if cuts is None else 1.0 + np.searchsorted(cuts, latent), dtype=np.float64)
        for kind in kinds:
            low, high = quantile_estimate(sample, values, np.arange(n), p, kind=kind).ci or (math.nan, math.nan)
            held[kind] += not (low > truth or truth > high)
            if math.isfinite(high - low):
                whole[kind] += 1
                width[kind] += high - low
    return {
        kind: Coverage(
            held[kind] / rounds,
            monte_carlo_error(held[kind] / rounds, rounds),
            width[kind] / whole[kind] if whole[kind] else math.nan,
        )
        for kind in kinds
    }


def silent_errors(rounds: int, seed: int = 1) -> SilentErrors:
    """Simulate rounds of one province in which communes stay silent, and look at the errors of its mean."""
    random = np.random.Generator(np.random.PCG64(seed))
    population = random.normal(80, 10, FRAME)
    found: list[tuple[float, float, float]] = []
    while len(found) < rounds:
        drawn = random.choice(FRAME, DRAWN, replace=False)
        answered = random.random(DRAWN) >= SILENT
        if answered.sum() < 2:
            continue  # what a lone commune contributes is another question
        values = np.where(answered, population[drawn], np.nan)
        estimate_, variance = _mean_and_variance(values[answered])
        found.append((estimate_, variance, _mean_and_variance(values)[1]))
    estimates, left_out, kept = np.array(found).T
    return SilentErrors(float(estimates.std(ddof=1)), math.sqrt(left_out.mean()), math.sqrt(kept.mean()))


def _mean_and_variance(values: Floats) -> tuple[float, float]:
    """The mean of the rows that have a value, and its variance; every row is a commune of the design."""
    n = len(values)
    design = Design(np.ones(n), stages=[np.arange(n)], fpc=[np.full(n, float(FRAME))])
    one = estimate(TaylorSample(design), mean_target(values, np.arange(n)))
    return one.value, one.se**2


def counted(held: int, width: float, rounds: int) -> Coverage:
    """A way over all rounds."""
    return Coverage(held / rounds, monte_carlo_error(held / rounds, rounds), width / rounds)


def monte_carlo_error(share: float, rounds: int) -> float:
    """Standard error of a share that was counted in rounds."""
    return math.sqrt(share * (1 - share) / rounds)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    print(
        f"{rounds} rounds, {DRAWS:,} draws, sets of {LEVEL:.0%} for all units together; share held ± Monte Carlo error"
    )
    for population in POPULATIONS:
        _table(f"independent, {population}", partial(_independent, population, rounds))
    _table("shared, alike", lambda df, units: shared_coverage(df, rounds, units=units))
    _table("two surveys, alike", lambda df, units: {"pairs": two_survey_coverage(df, rounds, units=units)})
    print("intervals: share held ± Monte Carlo error, mean width")
    for communes in COMMUNES:
        for share in SHARES:
            found = interval_coverage(share, communes, 10 * rounds)
            cells = [f"{kind} {c.held:6.1%} ± {c.error:4.1%}, {c.width:.3f}" for kind, c in found.items()]
            print(f"{communes:>3} communes, {share:.2f}  " + "   ".join(cells))
    print("quantiles: share held ± Monte Carlo error, mean width where both bounds exist")
    for answers in ("met", "between", "measure"):
        for communes in (6, 12, 40):
            for p in QUANTILES:
                found = quantile_coverage(answers, p, communes, rounds)
                cells = [f"{kind} {c.held:6.1%} ± {c.error:4.1%}, {c.width:.2f}" for kind, c in found.items()]
                print(f"{answers:<8} {communes:>3} communes, p {p:.2f}  " + "   ".join(cells))
    silent = silent_errors(10 * rounds)
    print(
        f"silent communes: estimates vary by {silent.truth:.3f}; error {silent.left_out:.3f} with them left out, "
        f"{silent.kept:.3f} with them in the design"
    )
    print(reference.footer())


def _independent(population: str, rounds: int, df: int, units: int) -> dict[str, Coverage]:
    return coverage(df + 1, population, rounds, provinces=units)


def _table(title: str, simulate: Callable[[int, int], dict[str, Coverage]]) -> None:
    for units in UNITS:
        for df in DEGREES:
            cells = [
                f"{way} {c.held:6.1%} ± {c.error:4.1%}" + ("" if math.isnan(c.width) else f", {c.width:4.1f}")
                for way, c in simulate(df, units).items()
            ]
            print(f"{title:<22} {units:>2} units, df {df:>3}  " + "   ".join(cells))


if __name__ == "__main__":
    main()
