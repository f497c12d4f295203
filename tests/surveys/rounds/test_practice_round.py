"""The practice round: the size of the real survey, the design that was asked for, and numbers that fit it."""

from __future__ import annotations

import time
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from parindex.practice import responses, sample
from parindex.store.database import Database
from parindex.surveys.results import estimates
from parindex.surveys.rounds import opening
from tests.surveys.survey_fields import a_cycle

CODES = tuple(f"P{n:02}" for n in range(1, 35))


async def seed(db: Database, tenant: UUID, respondents: int) -> tuple[UUID, UUID]:
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, CODES)
    by_code = dict(zip(CODES, agencies, strict=True))
    return cycle, await responses.seed_round(db, tenant, cycle, by_code, seed=1, respondents=respondents, year=2025)


@pytest.mark.slow
async def test_a_round_of_the_real_size_is_made_within_its_budget(db: Database, tenant: UUID) -> None:
    started = time.perf_counter()
    cycle, round_id = await seed(db, tenant, 36_525)
    print(f"36,525 answers in {time.perf_counter() - started:.1f} s")
    async with db.transaction(tenant) as connection:
        found = await estimates.of_cycle(connection, cycle)
        units = await opening.progress(connection, round_id)
    assert len(found) == 34 * 51
    assert sum(each.answered for each in units) == 36_525
    index = [one for one in found if one.measure == "index"]
    assert sum(one.n or 0 for one in index) == 36_525
    national = float(np.mean([float(one.value or 0) for one in index]))
    assert 0.80 < national < 0.88
    assert all(one.df is not None and one.df >= 11 for one in index)
    assert all(one.se is not None and 0.004 < one.se < 0.03 for one in index)


def test_every_province_has_twelve_communes_of_two_villages_drawn_by_size() -> None:
    agencies = {code: UUID(int=n) for n, code in enumerate(CODES)}
    units, counts = sample.draw(agencies, 36_525, np.random.default_rng(7))
    assert sum(counts) == 36_525
    for code in CODES:
        mine = [unit for unit in units if unit.stratum == code]
        communes = {unit.psu for unit in mine}
        assert len(communes) >= 12
        assert len(mine) == 2 * len(communes)
        assert len({unit.psu_probability for unit in mine}) > 1
    assert all(0 < unit.probability < 1 for unit in units)


@pytest.mark.parametrize("respondents", [0, 1, 33, 34, 100, 34 * 24, 34 * 32 + 1])
def test_so_few_answers_that_villages_or_provinces_have_none_are_drawn_exactly_too(respondents: int) -> None:
    agencies = {code: UUID(int=n) for n, code in enumerate(CODES)}
    units, counts = sample.draw(agencies, respondents, np.random.default_rng(7))
    assert sum(counts) == respondents
    assert min(counts) >= 0
    assert all(1 <= unit.drawn <= unit.population for unit in units)


@pytest.mark.parametrize(("total", "most_at_zero"), [(23, 24), (24, 0), (25, 0)])
def test_every_part_has_a_share_as_soon_as_there_is_one_for_each(total: int, most_at_zero: int) -> None:
    counts = sample._shares(np.full(24, 1 / 24), total, np.random.default_rng(1))
    assert sum(counts) == total
    assert counts.count(0) <= most_at_zero
    assert (0 in counts) == (total < 24)


def test_systematic_selection_gives_each_unit_its_probability() -> None:
    random = np.random.default_rng(3)
    probability = random.uniform(0.05, 0.95, 30)
    probability *= 12 / probability.sum()
    came = np.zeros(30)
    for _ in range(4000):
        chosen = sample.systematic(probability, random)
        assert len(chosen) == len(set(chosen)) == 12
        came[chosen] += 1
    assert np.abs(came / 4000 - probability).max() < 0.04


async def test_the_leaders_survey_comes_with_errors_and_their_covariance(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, CODES)
    await responses.seed_leaders(db, tenant, cycle, dict(zip(CODES, agencies, strict=True)), seed=2, year=2025)
    async with db.transaction(tenant) as connection:
        found = await estimates.of_cycle(connection, cycle)
        blocks = await estimates.covariances_of_cycle(connection, cycle)
    assert {one.measure for one in found} == set(responses.LEADER_MEASURES)
    assert len(found) == 34 * 6
    assert len(blocks) == 34
    errors = {(one.agency, one.measure): one.se for one in found}
    for instrument, block in blocks:
        assert instrument == "leaders"
        for i, cell in enumerate(block.cells):
            assert block.matrix[i][i] ** 0.5 == pytest.approx(errors[cell])
        assert np.linalg.eigvalsh(np.array(block.matrix)).min() > 0
    assert all(one.value == one.value.quantize(Decimal("1e-10")) for one in found if one.value is not None)


async def test_an_open_round_gives_links_that_can_be_tried(db: Database, tenant: UUID) -> None:
    from datetime import date

    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, CODES[:3])
    round_id, tokens = await responses.seed_open_round(
        db, tenant, cycle, dict(zip(CODES[:3], agencies, strict=True)), seed=4, year=2026,
        opens_on=date(2026, 11, 1), closes_on=date(2099, 12, 31),
    )  # fmt: skip
    assert len(set(tokens)) == 20
    async with db.transaction(tenant) as connection:
        units = await opening.progress(connection, round_id)
    assert sum(each.answered for each in units) > 0
