"""How and when an answer came: beside it until the lock, counted after it, and then nobody's own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient

from parindex.store.database import Database
from parindex.surveys.answers import withdrawal
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.results import fieldwork
from parindex.surveys.rounds import lock
from tests.surveys.survey_fields import Field, a_field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]
MIN_N = 5
FIRST = date(2026, 11, 2)


async def came(intake: Intake, db: Database, tenant: UUID, days: Sequence[int], channels: Sequence[str] = ()) -> Field:
    """A locked round of one agency, its answers come on these days and in these ways."""
    field = await a_field(db, tenant, codes=("tinh-a",), communes=4, people=8, min_n=MIN_N)
    ways = channels or ["interview"] * len(days)
    for place, (day, way) in enumerate(zip(days, ways, strict=True)):
        sent = submission(field, place * 7 % len(field.tokens), day=FIRST + timedelta(days=day), channel=way)
        await intake.submit(tenant, field.round.id, sent)
    await lock.lock(db, tenant, field.round.id, decision="1", reason="x", actor="system")
    return field


async def test_until_the_lock_a_response_keeps_its_day_and_how_it_came_lies_beside_it(
    intake: Intake, field: Field, owner: Owner
) -> None:
    await intake.submit(field.tenant_id, field.round.id, submission(field, channel="phone"))
    held = await owner.fetchrow("select id, day, channel, part from responses")
    assert held is not None
    assert (held["day"], held["channel"], held["part"]) == (submission(field).day, None, None)
    beside = await owner.fetch("select response_id, channel from response_paradata")
    assert [tuple(row) for row in beside] == [(held["id"], "phone")]


async def test_a_repetition_leaves_one_row_beside_and_a_withdrawal_none(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    sent = submission(field)
    receipt, _ = await asyncio.gather(*(intake.submit(field.tenant_id, field.round.id, sent) for _ in range(2)))
    assert await owner.fetchval("select count(*) from response_paradata") == 1
    async with db.transaction(field.tenant_id) as connection:
        await withdrawal.withdraw(connection, field.round.id, receipt.code)
    assert await owner.fetchval("select count(*) from response_paradata") == 0


PARTS = [
    ("three even parts", [0] * 6 + [1] * 6 + [2] * 6, {"early": 6, "middle": 6, "late": 6}),
    ("each just large enough", [0] * 5 + [1] * 5 + [2] * 5, {"early": 5, "middle": 5, "late": 5}),
    ("one answer short of three", [0] * 5 + [1] * 4 + [2] * 5, {"early": 5, "late": 9}),
    ("one large day", [0] * 10, {None: 10}),
    ("two days, one of them short", [0] * 10 + [1] * 4, {None: 14}),
    ("two days, each just large enough", [0] * 10 + [1] * 5, {"early": 10, "late": 5}),
    ("days of one answer each", list(range(16)), {"early": 5, "middle": 5, "late": 6}),
    ("too few for two", list(range(9)), {None: 9}),
    ("just enough for two", list(range(10)), {"early": 5, "late": 5}),
]


@pytest.mark.parametrize(("days", "parts"), [case[1:] for case in PARTS], ids=[case[0] for case in PARTS])
async def test_at_the_lock_the_day_becomes_early_middle_or_late_each_at_least_the_minimum(
    intake: Intake, db: Database, tenant: UUID, owner: Owner, days: list[int], parts: dict[str | None, int]
) -> None:
    await came(intake, db, tenant, days)
    assert Counter(row["part"] for row in await owner.fetch("select part from responses")) == parts
    assert await owner.fetchval("select count(*) from responses where day is not null or channel is not null") == 0
    assert all(count >= MIN_N for part, count in parts.items() if part)


async def test_what_is_early_is_before_what_is_late(intake: Intake, db: Database, tenant: UUID, owner: Owner) -> None:
    """Told by an answer that names its day."""
    field = await a_field(db, tenant, codes=("tinh-a",), communes=4, people=8, min_n=MIN_N)
    asked = field.layout.scored[0].first
    for place in range(18):
        answers = list(submission(field).answers)
        answers[asked] = 1 + place // 3
        sent = submission(field, place, day=FIRST + timedelta(days=place // 3), answers=tuple(answers))
        await intake.submit(tenant, field.round.id, sent)
    await lock.lock(db, tenant, field.round.id, decision="1", reason="x", actor="system")
    rows = await owner.fetch(f"select part, answers[{asked + 1}] as told from responses")
    by_part = {part: {row["told"] for row in rows if row["part"] == part} for part in ("early", "middle", "late")}
    assert max(by_part["early"]) < min(by_part["middle"]) <= max(by_part["middle"]) < min(by_part["late"])


async def test_parts_are_those_of_each_stratum(intake: Intake, db: Database, tenant: UUID, owner: Owner) -> None:
    """Where one stratum was asked after the other, its own first day is early."""
    field = await a_field(db, tenant, people=8, min_n=MIN_N)
    half = len(field.tokens) // 2
    for stratum in range(2):
        for place in range(15):
            day = FIRST + timedelta(days=100 * stratum + place // 5)
            await intake.submit(tenant, field.round.id, submission(field, stratum * half + place, day=day))
    await lock.lock(db, tenant, field.round.id, decision="1", reason="x", actor="system")
    rows = await owner.fetch(
        "select u.stratum, r.part, count(*) as n from responses r join sample_units u on u.id = r.sample_unit group by 1, 2"
    )
    assert {(row["stratum"], row["part"]): row["n"] for row in rows} == {
        (stratum, part): 5 for stratum in ("S0", "S1") for part in ("early", "middle", "late")
    }


WAYS = [
    ("each just large enough", {"web": 5, "phone": 5}, {"web": 5, "phone": 5}),
    ("one too small takes the smallest of the others", {"web": 4, "phone": 6, "post": 7}, {"merged": 10, "post": 7}),
    ("two too small are enough together", {"web": 4, "phone": 1, "post": 6}, {"merged": 5, "post": 6}),
    ("all too small", {"web": 2, "phone": 2}, {"merged": 4}),
]


@pytest.mark.parametrize(("ways", "counted"), [case[1:] for case in WAYS], ids=[case[0] for case in WAYS])
async def test_at_the_lock_ways_become_counts_of_at_least_the_minimum(
    intake: Intake, db: Database, tenant: UUID, owner: Owner, ways: dict[str, int], counted: dict[str, int]
) -> None:
    channels = [way for way, count in ways.items() for _ in range(count)]
    field = await came(intake, db, tenant, [0] * len(channels), channels)
    rows = await owner.fetch("select stratum, channel, responses from fieldwork_counts")
    assert {row["channel"]: row["responses"] for row in rows} == counted
    assert {row["stratum"] for row in rows} == {"S0"}
    async with db.transaction(tenant) as connection:
        told = await fieldwork.counts(connection, field.round.id)
    assert (told.ways, sum(told.parts.values())) == (counted, len(channels))


async def test_the_paradata_go_with_the_links_and_leave_not_even_a_relation(
    intake: Intake, db: Database, tenant: UUID, owner: Owner
) -> None:
    field = await came(intake, db, tenant, [0] * 6)
    assert await owner.fetchval("select count(*) from response_paradata") == 0
    assert await owner.fetchval("select to_regclass($1)", f"response_paradata_{field.round.id.hex}") is None


async def test_what_the_version_before_still_writes_is_counted_and_lost_all_the_same(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    for place in range(6):
        await intake.submit(field.tenant_id, field.round.id, submission(field, place))
    await owner.execute("delete from response_paradata")
    await owner.execute("update responses set channel = 'phone'")
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    rows = await owner.fetch("select channel, responses from fieldwork_counts")
    assert [tuple(row) for row in rows] == [("phone", 6)]
    assert await owner.fetchval("select count(*) from responses where channel is not null") == 0


async def test_counts_of_the_field_work_cannot_be_changed_nor_written_by_the_application(
    intake: Intake, db: Database, tenant: UUID, owner: Owner
) -> None:
    await came(intake, db, tenant, [0] * 6)
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update fieldwork_counts set responses = 7")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(tenant) as connection:
            await connection.execute("insert into fieldwork_counts select * from fieldwork_counts")


async def test_no_answer_of_a_locked_round_is_alone_by_when_or_how_it_came(
    intake: Intake, db: Database, tenant: UUID, owner: Owner
) -> None:
    """Before the lock most are alone in village, day and way; after it no response has a day or a way."""
    field = await a_field(db, tenant, communes=4, people=6, min_n=MIN_N)
    for place in range(len(field.tokens)):
        sent = submission(
            field, place, day=FIRST + timedelta(days=place % 9), channel=("web", "phone", "post")[place % 3]
        )
        await intake.submit(tenant, field.round.id, sent)
    alone = """select count(*) from (select 1 from responses r left join response_paradata p on p.response_id = r.id
        group by r.sample_unit, r.day, p.channel having count(*) = 1) a"""
    assert await owner.fetchval(alone) > len(field.tokens) / 2
    await lock.lock(db, tenant, field.round.id, decision="1", reason="x", actor="system")
    assert await owner.fetchval(alone) == 0
    in_parts = await owner.fetch(
        """select count(*) as n from responses r join sample_units u on u.id = r.sample_unit group by u.stratum, r.part"""
    )
    assert len(in_parts) == 6
    assert min(row["n"] for row in in_parts) >= MIN_N


async def test_the_page_of_a_locked_round_says_when_and_how_answers_came_in_counts(
    intake: Intake, db: Database, tenant: UUID, client: AsyncClient, signed_in: SignIn
) -> None:
    field = await came(intake, db, tenant, [0] * 5 + [1] * 5 + [2] * 5, ["phone"] * 9 + ["web"] * 6)
    await signed_in("secretary")
    shown = " ".join((await client.get(f"/work/surveys/{field.round.id}")).text.split())
    assert "Phiếu đến khi nào và bằng cách nào" in shown
    assert 'đầu đợt: <span class="num">5</span>' in shown
    assert 'qua điện thoại: <span class="num">9</span>' in shown
