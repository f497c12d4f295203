"""The reference loop: how fast this machine is while a benchmark runs, so that seconds can be compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Final

LOOPS: Final = 1_000_000
"""Steps of the loop; a core of the machine that the README names takes about 28 ms when it is quiet."""


def loop() -> float:
    """Seconds of a core that a million steps of plain Python take now."""
    started = time.process_time()
    total = 0
    for step in range(LOOPS):
        total += step
    return time.process_time() - started


def median(work: Callable[[], object], rounds: int) -> float:
    """Median seconds of some rounds, of the cores that this process used: other processes do not count."""
    return statistics.median(timed(work) for _ in range(rounds))


def timed(work: Callable[[], object]) -> float:
    """Seconds of one round, of all threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def footer() -> str:
    """The last line of every benchmark."""
    times = sorted(loop() for _ in range(5))
    return f"reference loop ({LOOPS:,} steps): {times[2] * 1000:.0f} ms, {date.today():%d/%m/%Y}"
