"""Weights and estimates against the textbook, written out by hand; suppression; runs."""

from __future__ import annotations

import asyncio
import contextlib
import math
from datetime import timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

import asyncpg
import numpy as np
import pytest

from parindex.errors import Refused
from parindex.statistics.survey.intervals import ICC
from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.model import UnitProgress
from parindex.surveys.questionnaire.instrument import SKIPPED
from parindex.surveys.results import estimates, estimates_job
from parindex.surveys.results.weighting import weigh
from parindex.surveys.rounds import lock, opening
from tests.surveys.survey_fields import TODAY, Field, a_field, answered, submission, unit

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
AGENCY = UUID(int=1)


def progress(psu: int, ssu: int, came: int, **changes: object) -> UnitProgress:
    return UnitProgress(unit=unit(AGENCY, "S", psu, ssu, **changes), invited=10, answered=came)


def test_the_weight_is_the_inverse_chance_times_drawn_over_answered_in_the_class() -> None:
    units = [progress(0, 0, 5), progress(0, 1, 10, drawn=20), progress(1, 0, 10)]
    weights = weigh(units)
    first, second, third = (weights.of_unit[each.unit.id] for each in units)
    base = (1 / 0.1) * (8 / 2)
    assert third == pytest.approx(base * 50 * 10 / 10)
    drawn = base * 50 * 10 + base * 25 * 20
    came = base * 50 * 5 + base * 25 * 10
    assert first == pytest.approx(base * 50 * drawn / came)
    assert second == pytest.approx(base * 25 * drawn / came)


def test_the_adjusted_weights_of_a_class_add_up_to_the_design_weights_of_everybody_drawn() -> None:
    units = [progress(p, s, came=1 + (p * 2 + s) % 7, drawn=10) for p in range(5) for s in range(2)]
    weights = weigh(units)
    total = sum(weights.of_unit[each.unit.id] * each.answered for each in units)
    assert total == pytest.approx(sum(each.unit.drawn / each.unit.probability for each in units))


def test_a_class_without_answers_is_represented_by_its_stratum() -> None:
    units = [progress(0, 0, 0), progress(1, 0, 5), progress(2, 0, 10)]
    weights = weigh(units)
    assert weights.widened == ("S/S-X0",)
    total = sum(weights.of_unit[each.unit.id] * each.answered for each in units if each.answered)
    assert total == pytest.approx(sum(each.unit.drawn / each.unit.probability for each in units))


def test_weighting_costs_effective_size_and_says_how_much() -> None:
    weights = weigh([progress(0, 0, 5), progress(1, 0, 10), progress(2, 0, 2)])
    design, final = weights.steps
    assert (design.step, final.step) == ("design", "nonresponse")
    assert design.n_eff == pytest.approx(17)
    assert final.n_eff < 17


async def answered_round(db: Database, intake: Intake, field: Field) -> np.ndarray:
    """Answer every invitation; the scored answers in the order of the invitations."""
    random = np.random.default_rng(5)
    scored = [place.first for place in field.layout.scored]
    given = random.integers(1, 6, (len(field.tokens), len(scored)))
    given[random.random(given.shape) < 0.1] = SKIPPED
    for place, line in enumerate(given):
        answers = answered(field.layout)
        for position, value in zip(scored, line, strict=True):
            answers[position] = int(value)
        await intake.submit(field.tenant_id, field.round.id, submission(field, place, answers=tuple(answers)))
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    return given


async def test_index_and_error_are_those_of_the_textbook(db: Database, intake: Intake, field: Field) -> None:
    given = await answered_round(db, intake, field)
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        found = {(e.agency, e.measure): e for e in await estimates.of_cycle(connection, field.round.cycle_id)}
    assert len(found) == 2 * 51
    satisfied = np.where(given == SKIPPED, np.nan, given >= 4)
    unit_of = np.repeat(np.arange(16), 3)
    mine = unit_of < 8
    weight = 1 / field.units[0].probability * 10 / 3
    shares = np.nanmean(satisfied[mine], axis=0)
    index = found["tinh-a", "index"]
    assert index.value == estimates.exact(float(shares.mean()))
    assert found["tinh-a", "I"].value == estimates.exact(float(shares[:23].mean()))
    assert found["tinh-a", "II.E"].value == estimates.exact(float(shares[36:].mean()))
    assert found["tinh-a", "39"].value == estimates.exact(float(shares[38]))
    known = ~np.isnan(satisfied[mine])
    z = np.where(known, weight * (np.nan_to_num(satisfied[mine]) - shares), 0) / (weight * known.sum(axis=0))
    psu_totals = np.array([z.mean(axis=1)[unit_of[mine] // 2 == psu].sum() for psu in range(4)])
    se = math.sqrt(4 / 3 * ((psu_totals - psu_totals.mean()) ** 2).sum())
    assert index.se == pytest.approx(se, rel=1e-12)
    assert (index.df, index.n) == (3, 24)
    assert index.n_eff == pytest.approx(24)


async def test_a_measure_under_the_minimum_is_suppressed_and_stored_without_value(
    db: Database, intake: Intake, tenant: UUID, owner: Owner
) -> None:
    field = await a_field(db, tenant, min_n=25)
    await answered_round(db, intake, field)
    await estimates.compute(db, tenant, field.round.id, actor="system")
    async with db.transaction(tenant) as connection:
        found = await estimates.of_cycle(connection, field.round.cycle_id)
    assert all(one.suppressed and one.value is None and one.se is None for one in found)
    assert await owner.fetchval("select count(*) from survey_estimates where value is not null or se is not null") == 0


async def test_a_measure_with_exactly_the_minimum_is_shown(db: Database, intake: Intake, tenant: UUID) -> None:
    field = await a_field(db, tenant, min_n=24)
    await answered_round(db, intake, field)
    await estimates.compute(db, tenant, field.round.id, actor="system")
    async with db.transaction(tenant) as connection:
        found = await estimates.of_cycle(connection, field.round.cycle_id)
    assert {one.n for one in found if one.measure == "index"} == {24}
    assert not any(one.suppressed or one.value is None for one in found if one.measure == "index")


async def test_numbers_come_only_from_a_locked_round_with_answers(db: Database, intake: Intake, field: Field) -> None:
    with pytest.raises(Refused, match="round_not_locked"):
        await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    with pytest.raises(Refused, match="round_without_answers"):
        await estimates.compute(db, field.tenant_id, field.round.id, actor="system")


async def test_who_asks_again_or_at_the_same_moment_is_given_the_run_that_stands(
    db: Database, intake: Intake, field: Field, owner: Owner
) -> None:
    await answered_round(db, intake, field)
    asked = (estimates.compute(db, field.tenant_id, field.round.id, actor="system") for _ in range(3))
    first, *others = await asyncio.gather(*asked)
    again = await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    assert {*others, again} == {first}
    assert await owner.fetchval("select count(*) from estimate_runs") == 1


async def test_another_version_of_the_engine_computes_anew_and_supersedes_the_first(
    db: Database, intake: Intake, field: Field, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered_round(db, intake, field)
    first = await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    monkeypatch.setattr(estimates, "__version__", "0.1.1")
    second = await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    same = """select agency_id, measure, value, se, df, n, n_eff from survey_estimates where run_id = $1
        order by agency_id, measure"""
    a, b = [tuple(map(tuple, await owner.fetch(same, run))) for run in (first, second)]
    assert a == b
    async with db.transaction(field.tenant_id) as connection:
        newest = await estimates.newest_run(connection, field.round.id)
    assert newest is not None
    assert newest.id == second
    assert newest.method["score"] == {"share_of": [4, 5], "mean_of": None}
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update survey_estimates set value = 0")


async def an_agency_outside(db: Database, field: Field) -> None:
    """``tinh-c``, of the cycle and of no sample."""
    async with db.transaction(field.tenant_id) as connection:
        await connection.execute(
            """with added as (
                insert into agencies (tenant_id, id, code, name_vi, tier, official_order, sort_key, search_key, valid_from)
                select tenant_id, gen_random_uuid(), 'tinh-c', 'Tỉnh C', tier, 9, 'c', 'c', valid_from from agencies limit 1
                returning tenant_id, id)
            insert into cycle_agencies (tenant_id, cycle_id, agency_id) select tenant_id, $1, id from added""",
            field.round.cycle_id,
        )


async def test_an_agency_outside_the_sample_is_not_held_which_is_not_zero(
    db: Database, intake: Intake, field: Field
) -> None:
    await answered_round(db, intake, field)
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    await an_agency_outside(db, field)
    async with db.transaction(field.tenant_id) as connection:
        found = await estimates.of_cycle(connection, field.round.cycle_id)
    absent = [one for one in found if one.agency == "tinh-c"]
    assert [(one.not_held, one.value, one.n) for one in absent] == [(True, None, None)]


async def test_a_round_without_estimates_says_nothing_of_agencies_and_hides_no_other_round(
    db: Database, intake: Intake, field: Field
) -> None:
    await an_agency_outside(db, field)
    await answered_round(db, intake, field)
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        for closes_on in (TODAY, field.round.closes_on + timedelta(1)):
            await opening.open_imported(
                connection, cycle_id=field.round.cycle_id, instrument_code="leaders", title_vi="Lãnh đạo",
                opens_on=TODAY, closes_on=closes_on, actor="system",
            )  # fmt: skip
        rounds = await opening.of_cycle(connection, field.round.cycle_id)
        found = await estimates.of_cycle(connection, field.round.cycle_id)
    assert [one.instrument_code for one in rounds] == ["leaders", "sipas", "leaders"]
    assert [(one.agency, one.instrument) for one in found if one.not_held] == [("tinh-c", "sipas")]


async def test_a_run_keeps_how_much_clusters_inflate_the_variance_of_what_everybody_says(
    db: Database, intake: Intake, field: Field
) -> None:
    for place in range(len(field.tokens)):
        answers = answered(field.layout, value=4 if place % 5 else 2)
        answers[field.layout.scored[0].first] = 5
        await intake.submit(field.tenant_id, field.round.id, submission(field, place, answers=tuple(answers)))
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        run = await estimates.newest_run(connection, field.round.id)
    assert run is not None
    item = field.layout.scored[0].item.code
    expected = 1 + (24 / 4 - 1) * ICC
    assert run.method["at_edge"] == {item: {code: pytest.approx(expected) for code in ("tinh-a", "tinh-b")}}


async def test_a_run_keeps_the_design_effect_of_each_agency_and_of_nothing_that_is_suppressed(
    db: Database, intake: Intake, field: Field
) -> None:
    for place in range(len(field.tokens)):
        await intake.submit(
            field.tenant_id, field.round.id,
            submission(field, place, answers=tuple(answered(field.layout, value=4 if place % 5 else 2))),
        )  # fmt: skip
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        run = await estimates.newest_run(connection, field.round.id)
        assert run is not None
        cells = await estimates.of_run(connection, run.id)
    shown = {one.agency for one in cells if one.measure == "index" and not one.suppressed}
    assert set(run.method["deff_of"]["index"]) == shown
    assert all(effect > 0 for effect in run.method["deff_of"]["index"].values())


async def test_brought_estimates_are_checked(db: Database, field: Field) -> None:
    async with db.transaction(field.tenant_id) as connection:
        held = await opening.open_imported(
            connection, cycle_id=field.round.cycle_id, instrument_code="leaders", title_vi="Lãnh đạo", opens_on=TODAY,
            closes_on=TODAY, actor="system",
        )  # fmt: skip
    wrong = ((Decimal("1.1"), 0.1), (Decimal("-0.1"), 0.1), (Decimal("0.12345678901"), 0.1), (Decimal("0.5"), -1.0))
    for value, se in wrong:
        row = (field.agencies[0], "area2", value, se, 10, 40, 40.0, False)
        with pytest.raises(Refused, match="measure_invalid"):
            async with db.transaction(field.tenant_id) as connection:
                await estimates.bring(connection, held.id, [row], method={}, responses=40, actor="system")
    with pytest.raises(Refused, match="round_not_locked"):
        async with db.transaction(field.tenant_id) as connection:
            await estimates.bring(connection, field.round.id, [], method={}, responses=0, actor="system")


@pytest.mark.parametrize(("df", "taken"), [(-1, False), (0, True), (0.5, True)])
async def test_brought_degrees_of_freedom_may_be_few_and_never_negative(
    db: Database, field: Field, df: float, taken: bool
) -> None:
    async with db.transaction(field.tenant_id) as connection:
        held = await opening.open_imported(
            connection, cycle_id=field.round.cycle_id, instrument_code="leaders", title_vi="Lãnh đạo", opens_on=TODAY,
            closes_on=TODAY, actor="system",
        )  # fmt: skip
        row = (field.agencies[0], "area2", Decimal("0.5"), 0.1, df, 40, 40.0, False)
        with contextlib.nullcontext() if taken else pytest.raises(Refused, match="measure_invalid"):
            await estimates.bring(connection, held.id, [row], method={}, responses=40, actor="system")


@pytest.mark.parametrize(("df", "n_eff"), [(10, 28.0), (100, 28.0), (10, None), (None, None)])
@pytest.mark.parametrize(("answers", "shown"), [(30, True), (29, False)])
async def test_a_brought_estimate_of_too_few_answers_keeps_no_value(
    db: Database, field: Field, answers: int, shown: bool, df: int | None, n_eff: float | None
) -> None:
    """Whatever else is brought with it."""
    async with db.transaction(field.tenant_id) as connection:
        held = await opening.open_imported(
            connection, cycle_id=field.round.cycle_id, instrument_code="leaders", title_vi="Lãnh đạo", opens_on=TODAY,
            closes_on=TODAY, actor="system",
        )  # fmt: skip
        row = (field.agencies[0], "area2", Decimal("0.5"), 0.1, df, answers, n_eff, False)
        run = await estimates.bring(connection, held.id, [row], method={}, responses=40, actor="system")
        kept = (await estimates.of_run(connection, run))[0]
    assert (kept.n, kept.suppressed) == (answers, not shown)
    assert (kept.value is not None, kept.se is not None) == (shown, shown)
    assert kept.n_eff == (n_eff if shown else None)


async def test_each_stage_of_a_computation_is_told_once_and_in_its_order(
    db: Database, intake: Intake, field: Field
) -> None:
    await answered_round(db, intake, field)
    stages: list[int] = []

    async def told(stage: int) -> None:
        stages.append(stage)

    await estimates.compute(db, field.tenant_id, field.round.id, actor="system", told=told)
    assert stages == list(range(1, len(estimates_job.STAGES)))
