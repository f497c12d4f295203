"""Times of a schedule, by the clock on the wall of a tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex import jobs
from parindex.jobs.cron import Cron
from parindex.jobs.model import JobKind, Payload
from parindex.jobs.scheduler import tick
from parindex.store.database import Database

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")


def last(cron: str, moment: str, zone: ZoneInfo = HANOI) -> str | None:
    found = Cron.read(cron).last(datetime.fromisoformat(moment).replace(tzinfo=zone).astimezone(UTC), zone)
    return None if found is None else found.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("cron", "moment", "due"),
    [
        ("* * * * *", "2026-11-28 17:01:30", "2026-11-28 17:01"),
        ("30 2 * * *", "2026-11-28 02:29:59", "2026-11-27 02:30"),
        ("30 2 * * *", "2026-11-28 02:30:00", "2026-11-28 02:30"),
        ("*/20 9-10 * * *", "2026-11-28 10:59", "2026-11-28 10:40"),
        ("0 8 * * 1-5", "2026-11-29 12:00", "2026-11-27 08:00"),
        ("0 8 * * 7", "2026-11-28 12:00", "2026-11-22 08:00"),
        ("0 0 1,15 * *", "2026-11-28 12:00", "2026-11-15 00:00"),
        ("0 0 31 * *", "2026-11-28 12:00", "2026-10-31 00:00"),
        ("0 0 29 2 *", "2027-03-01 12:00", "2024-02-29 00:00"),
        ("0 0 13 * 5", "2026-11-28 12:00", "2026-11-27 00:00"),
        ("0 0 31 2 *", "2026-11-28 12:00", None),
    ],
)
def test_the_latest_time_that_is_due(cron: str, moment: str, due: str | None) -> None:
    assert last(cron, moment) == due


def test_a_time_that_the_clock_skips_is_due_once_and_one_that_comes_twice_too() -> None:
    assert last("30 2 * * *", "2026-03-29 04:00", BERLIN) == "2026-03-29 03:30"
    cron = Cron.read("30 2 * * *")
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert len({cron.last(night + timedelta(minutes=step), BERLIN) for step in range(0, 300, 5)}) == 2


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("* * * *", "five fields"),
        ("60 * * * *", "minute: 60"),
        ("* 24 * * *", "hour: 24"),
        ("* * 0 * *", "day: 0"),
        ("* * * 13 *", "month: 13"),
        ("* * * * 8", "weekday: 8"),
        ("5-1 * * * *", "minute: 5-1"),
        ("*/0 * * * *", "minute"),
        ("a * * * *", "minute: a"),
    ],
)
def test_what_cannot_be_read_is_named(cron: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Cron.read(cron)


@given(
    minute=st.integers(0, 59), hour=st.integers(0, 23),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from([HANOI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("UTC")]),
)  # fmt: skip
def test_a_daily_time_is_never_ahead_and_at_most_a_day_and_an_hour_old(
    minute: int, hour: int, moment: datetime, zone: ZoneInfo
) -> None:
    due = Cron.read(f"{minute} {hour} * * *").last(moment, zone)
    assert due is not None
    assert timedelta(0) <= moment - due <= timedelta(hours=25, minutes=1)


class Nothing(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing."""


async def nothing(running: jobs.Running, payload: Nothing) -> None:
    del running, payload


DAILY = JobKind(name="test:day:begin", payload=Nothing, title="")
REGISTRY = jobs.Registry(
    {DAILY: nothing}, schedules=[jobs.Schedule(name="test:day:begin", cron="0 3 * * *", kind=DAILY)]
)


async def test_each_tick_asks_for_one_job_of_each_tenant_however_many_look(
    db: Database, tenant: UUID, other_tenant: UUID
) -> None:
    monday = datetime(2026, 11, 23, 12, tzinfo=HANOI)
    assert await tick(db, REGISTRY, monday) == 0
    for _ in range(3):
        await tick(db, REGISTRY, monday)
    assert await jobs.run_until_idle(db, REGISTRY) == 0
    tuesday = monday + timedelta(days=1)
    assert [await tick(db, REGISTRY, tuesday) for _ in range(3)] == [2, 0, 0]
    assert await jobs.run_until_idle(db, REGISTRY) == 2
    assert await tick(db, REGISTRY, monday) == 0
    for each in (tenant, other_tenant):
        async with db.transaction(each) as connection:
            assert await connection.fetchval("select count(*) from jobs") == 1


async def test_a_tick_falls_by_the_clock_of_its_tenant(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    async with db.transaction(other_tenant) as connection:
        await connection.execute("update tenants set time_zone = 'Europe/Berlin' where id = $1", other_tenant)
    await tick(db, REGISTRY, datetime(2026, 11, 23, 12, tzinfo=UTC))
    await tick(db, REGISTRY, datetime(2026, 11, 23, 21, tzinfo=UTC))
    async with db.transaction(tenant) as connection:
        assert await connection.fetchval("select count(*) from jobs") == 1
    async with db.transaction(other_tenant) as connection:
        assert await connection.fetchval("select count(*) from jobs") == 0


def test_a_schedule_without_its_handler_is_refused() -> None:
    with pytest.raises(ValueError, match="test:day:begin"):
        jobs.Registry({}, schedules=[jobs.Schedule(name="a", cron="* * * * *", kind=DAILY)])
