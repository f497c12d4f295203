"""The last day of a round moves under a decision, to a later day only, and the day before it stays on record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import extending, lock, opening
from parindex.text import TIME_ZONE
from tests.surveys.survey_fields import Field, a_field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

LAST_DAY = date(2099, 12, 31)
DECIDED = ReasonedDecision(number="20/QĐ-KS", date=date(2026, 11, 20), reason="Bão làm gián đoạn việc thu phiếu")


async def extend(db: Database, field: Field, last_day: date) -> None:
    async with db.transaction(field.tenant_id) as connection:
        await extending.extend(connection, field.round.id, last_day=last_day, decided=DECIDED, actor="system")


async def taken(intake: Intake, field: Field, place: int) -> bool:
    try:
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    except Refused as refused:
        return refused.code != "round_over"
    return True


@pytest.fixture
async def field(db: Database, tenant: object) -> Field:
    return await a_field(db, tenant)  # type: ignore[arg-type]


async def test_a_round_that_is_over_takes_answers_again_and_closes_again(clocked: Database, field: Field) -> None:
    intake = Intake(clocked)
    clocked.clock = datetime(2100, 1, 1, 8, tzinfo=TIME_ZONE)
    assert not await taken(intake, field, 0)
    await extend(clocked, field, date(2100, 1, 5))
    assert await taken(intake, field, 0)
    clocked.clock = datetime(2100, 1, 5, 23, 59, 59, tzinfo=TIME_ZONE)
    assert await taken(intake, field, 1)
    clocked.clock += timedelta(seconds=1)
    assert not await taken(intake, field, 2)


async def test_each_day_before_stays_on_record_with_its_decision(
    db: Database, clocked: Database, field: Field, owner: Owner
) -> None:
    for last_day in (date(2100, 1, 5), date(2100, 2, 1)):
        await extend(db, field, last_day)
    async with db.transaction(field.tenant_id) as connection:
        moved = await extending.extensions(connection, field.round.id)
        held = await opening.get(connection, field.round.id)
    assert held.closes_on == date(2100, 2, 1)
    assert [(one.closes_before, one.closes_on, one.decided) for one in moved] == [
        (date(2100, 1, 5), date(2100, 2, 1), DECIDED), (LAST_DAY, date(2100, 1, 5), DECIDED),
    ]  # fmt: skip
    told = await owner.fetchval("select after from audit_rows where tag = 'surveys:round:extend' order by id limit 1")
    assert "20/QĐ-KS" in told
    for change in ("update round_extensions set reason = 'khác'", "delete from round_extensions"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(change)


@pytest.mark.parametrize("last_day", [LAST_DAY, LAST_DAY - timedelta(days=1)])
async def test_a_day_that_is_no_later_is_refused(db: Database, field: Field, last_day: date) -> None:
    with pytest.raises(Refused) as refused:
        await extend(db, field, last_day)
    assert [(fault.field, fault.code) for fault in refused.value.fields] == [("last_day", "extension_not_later")]


async def test_a_day_that_is_over_is_refused_and_today_is_not(clocked: Database, field: Field) -> None:
    clocked.clock = datetime(2100, 3, 2, 8, tzinfo=TIME_ZONE)
    with pytest.raises(Refused) as refused:
        await extend(clocked, field, date(2100, 3, 1))
    assert refused.value.fields[0].values == {"day": "01/03/2100"}
    await extend(clocked, field, date(2100, 3, 2))


async def test_a_locked_round_is_not_opened_any_more(db: Database, field: Field) -> None:
    await lock.lock(db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc thu thập", actor="system")
    with pytest.raises(Refused, match="round_closed"):
        await extend(db, field, date(2100, 1, 5))


async def test_the_database_moves_no_day_without_its_decision_and_nothing_else_with_it(
    db: Database, field: Field
) -> None:
    await extend(db, field, date(2100, 1, 5))
    for change in ("closes_on = '2100-01-06'", "closes_on = '2026-11-30'", "min_n = 2", "opens_on = '2026-10-01'"):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with db.transaction(field.tenant_id) as connection:
                await connection.execute(f"update survey_rounds set {change}")
        assert refused.value.constraint_name == "ck_survey_rounds_unasked"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "UTC"]),
    seconds=st.integers(-3 * 86400, 3 * 86400),
)
async def test_whatever_the_zone_and_however_often_it_moved_a_round_takes_answers_until_24_00_of_its_last_day(
    clocked: Database, owner: Owner, field: Field, days: list[int], zone: str, seconds: int
) -> None:
    """The clock may stand anywhere before or after, and may have gone back since the last example."""
    await owner.execute("update tenants set time_zone = $1", zone)
    async with clocked.transaction(field.tenant_id) as connection:
        last = (await opening.get(connection, field.round.id)).closes_on
    clocked.clock = datetime(2026, 11, 20, tzinfo=ZoneInfo(zone))
    for more in days:
        last += timedelta(days=more)
        await extend(clocked, field, last)
    end = datetime(last.year, last.month, last.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    clocked.clock = end + timedelta(seconds=seconds)
    async with clocked.transaction(field.tenant_id) as connection:
        open_now = await connection.fetchval("select tenant_today() between opens_on and closes_on from survey_rounds")
    assert open_now == (seconds < 0)
