"""Rank sets cover what they say, and plain draws do not; a small version of the benchmark, within Monte Carlo error."""

from __future__ import annotations

import math
from functools import cache

import pytest

from benchmarks.coverage import LEVEL, Coverage, coverage, silent_errors

ROUNDS = 100
THREE_ERRORS = 3 * math.sqrt(LEVEL * (1 - LEVEL) / ROUNDS)


@cache
def covered(psus: int, population: str) -> dict[str, Coverage]:
    return coverage(psus, population, ROUNDS, provinces=8)


@pytest.mark.parametrize(("psus", "population"), [(3, "alike"), (11, "alike"), (3, "spread")])
def test_sets_that_know_their_degrees_of_freedom_cover_what_they_say(psus: int, population: str) -> None:
    found = covered(psus, population)
    assert found["aware"].held >= LEVEL - THREE_ERRORS
    assert found["pooled"].held >= LEVEL - THREE_ERRORS
    assert found["plain"].held <= found["aware"].held


def test_plain_sets_of_few_units_cover_far_less_where_provinces_are_alike() -> None:
    found = covered(3, "alike")
    assert found["plain"].held < LEVEL - 5 * THREE_ERRORS
    assert found["plain"].width < found["aware"].width


def test_the_error_of_a_round_with_silent_communes_is_that_of_its_estimates_when_they_leave_the_design() -> None:
    found = silent_errors(1000)
    assert found.left_out == pytest.approx(found.truth, rel=0.06)
    assert found.kept < 0.97 * found.left_out
