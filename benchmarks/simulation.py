"""The simulation path: a draw of all facts of 5,000 agencies × 100 leaves, against the limit and the exact path.

Every draw replaces every number and every estimate, so that nearly all leaves are worked out again; a second
figure replaces five of them, as a year's Monte Carlo replaces the estimates of its surveys. Both paths are compared on
the facts as they are.
"""

from __future__ import annotations

import argparse
import gc
import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks import reference
from benchmarks.scoring import drawn, hundred_leaves
from parindex import scoring
from parindex.scoring.points.compiled import compiled
from parindex.scoring.trials.simulation import Simulation

AGENCIES = 5000
LIMIT = 0.010
"""Seconds a draw."""

DRAWS = 20


def main() -> None:
    """Print the ratio against the limit and the exact path, and the largest difference between the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES)
    count = parser.parse_args().agencies
    criteria_set = hundred_leaves()
    facts = drawn(criteria_set, count)
    simulation = Simulation(criteria_set, facts)
    generator = np.random.default_rng(1)
    order = generator.permutation(count)
    expected = compiled(criteria_set).expected
    asked = {name for name, one in expected.items() if one.type not in {"text", "points"} and not name.startswith("@")}
    names = [name for name in asked if not np.isnan(simulation.column(name)).all()]
    # Facts of another agency in place of one's own: all that a leaf takes moves together, so nothing is refused.
    changes = {name: simulation.column(name)[order] for name in names}
    gc.collect()
    whole, own = measured(lambda: simulation.totals(changes))
    few = dict(list(changes.items())[:5])
    _, part = measured(lambda: simulation.totals(few))
    _, exact = measured(lambda: scoring.score(criteria_set, facts), 3)
    difference = largest_difference(simulation, scoring.score(criteria_set, facts))
    limit = LIMIT * count / AGENCIES
    size = f"{count:,} agencies × {len(list(scoring.leaves(criteria_set)))} leaves, all {len(names)} facts drawn"
    print(f"{size}: {own * 1000:.1f} ms a draw")
    print(f"  {own / limit:.2f} × the limit of {limit * 1000:.0f} ms (at most 1)")
    print(f"  time of this process; on the wall, with whatever else runs here, {whole * 1000:.1f} ms")
    print(f"  {exact / own:.0f} × as fast as the exact path ({exact * 1000:.0f} ms)")
    print(f"  {part * 1000:.1f} ms a draw of {len(few)} facts, as of a year's estimates")
    print(f"  largest difference of an index from the exact path: {difference:.1e} (at most 1e-9)")
    print(reference.footer())
    if difference > 1e-9:
        raise SystemExit(1)


def measured(work: Callable[[], object], rounds: int = DRAWS) -> tuple[float, float]:
    """Median seconds on the wall and of this process: on a busy machine others are on the wall too."""
    wall, own = [], []
    for _ in range(rounds):
        started = time.process_time()
        wall.append(reference.timed(work))
        own.append(time.process_time() - started)
    return statistics.median(wall), statistics.median(own)


def largest_difference(simulation: Simulation, scores: scoring.Scores) -> float:
    """Of an index; infinite where one path has an index and the other has none."""
    exact = [math.nan if one.index is None else float(one.index) for one in scores.agencies]
    found = simulation.run().index
    if not np.array_equal(np.isnan(found), np.isnan(exact)):
        return math.inf
    return float(np.nanmax(np.abs(found - exact)))


if __name__ == "__main__":
    main()
