"""A year goes on with a further version of its set by a job: every sheet of it, or none, and told how many are done."""

from __future__ import annotations

from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex import jobs
from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.assessments.amendments import amended_sheets, amending, amending_check, amending_job
from parindex.assessments.cycles import closing
from parindex.audit.confirmation import Confirmation, confirm
from parindex.errors import Refused
from parindex.jobs import job_requests, queries
from parindex.store.database import Connection
from tests.assessments.amendments.test_amending import LAST, PAPER, WIDER, newer
from tests.assessments.conftest import EARLY, Year
from tests.assessments.years_of_provinces import counted, year_of
from tests.jobs.small_jobs import state

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def ready(services: Services, tenant: UUID, count: int) -> tuple[Year, UUID]:
    """A year of so many provinces whose sheets were locked as they were, and a further version of its set."""
    year = await year_of(services.db, tenant, count)
    async with services.db.transaction(tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    return year, await newer(year, WIDER)


async def asked(year: Year, set_id: UUID) -> UUID:
    """What the page asks for once every line is ticked."""
    secretary = year.people["secretary"]
    async with year.db.transaction(year.tenant) as connection:
        zone = (await tenants.by_id(connection, year.tenant)).zone
        check = await amending_check.of_amending(connection, secretary, year.cycle, set_id)
        given = Confirmation(shown=check.digest, lines=tuple(line.key for line in check.surprising))
        lines = amending_check.of_decision(PAPER)
        mark = await confirm(connection, check, given, by=secretary.actor, typed=lines)
        return await amending_job.ask(
            connection, secretary, year.cycle, set_id, decided=PAPER, last_day=LAST, zone=zone, confirmed=mark
        )


async def touched(owner: Owner, cycle: UUID) -> int:
    """Entries of a year that an amendment has reached."""
    return int(
        await owner.fetchval(
            """select count(*) from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
            where s.cycle_id = $1 and (e.reopened_by is not null or e.retired_by is not null)""",
            cycle,
        )
    )


async def ends(owner: Owner, cycle: UUID) -> list[tuple[Any, ...]]:
    """Everything that an amendment leaves in sheets."""
    rows = await owner.fetch(
        """select a.code, s.state, s.declared, s.applicable, s.points_now, s.max_now, e.code as leaf, e.max, e.facts::text,
            e.judged, e.state, e.reopened_by is null, e.retired_by is null, p.stage, p.points, p.state, o.facts::text, o.state
        from sheets s join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        left join entry_points p on p.tenant_id = e.tenant_id and p.entry_id = e.id
        left join superseded_entries o on o.tenant_id = e.tenant_id and o.entry_id = e.id
        where s.cycle_id = $1 order by a.code, e.code, p.stage""",
        cycle,
    )
    return [tuple(row) for row in rows]


async def test_every_sheet_goes_on_and_how_many_did_is_told(
    services: Services, tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amended_sheets, "TOGETHER", 4)
    year, set_id = await ready(services, tenant, 7)
    told: list[tuple[int, int, str | None]] = []
    tell = queries.tell_progress

    async def telling(connection: Connection, job_id: UUID, done: int, total: int, words: str | None) -> None:
        told.append((done, total, words))
        await tell(connection, job_id, done, total, words)

    monkeypatch.setattr(queries, "tell_progress", telling)
    job = await asked(year, set_id)
    assert await asked(year, set_id) == job, "who asks twice is given the one job"
    async with services.db.transaction(tenant) as connection:
        assert await amending.of_cycle(connection, year.cycle) == []
        assert (await amending_job.under_way(connection, year.cycle)) is not None
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "done"
    assert told == [(done, 7, amending_job.CARRYING) for done in (0, 4)]
    async with services.db.transaction(tenant) as connection:
        (done,) = await amending.of_cycle(connection, year.cycle)
        assert await amending_job.under_way(connection, year.cycle) is None
    assert (done.decided, done.reopened, done.retired) == (PAPER, ("1.2", "1.4", "2.2"), ("1.3",))
    assert await touched(owner, year.cycle) == 7 * 4


async def test_how_many_sheets_go_on_together_makes_no_difference(
    services: Services, tenant: UUID, other_tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for where, size in ((tenant, 250), (other_tenant, 2)):
        monkeypatch.setattr(amended_sheets, "TOGETHER", size)
        year, set_id = await ready(services, where, 6)
        async with services.db.transaction(where) as connection:
            await amending.amend(connection, year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=LAST)
        found.append(await ends(owner, year.cycle))
    assert found[0] == found[1]
    assert {(row[1], row[10]) for row in found[0] if row[6] == "1.2"} == {
        ("auto_locked", "reopened"), ("no_submission", "open"),
    }  # fmt: skip


async def test_a_year_goes_on_with_as_many_statements_for_25_agencies_as_for_5(
    services: Services, tenant: UUID, other_tenant: UUID
) -> None:
    found = []
    for where, count in ((tenant, 5), (other_tenant, 25)):
        year, set_id = await ready(services, where, count)
        async with services.db.transaction(where) as connection:
            with counted(connection) as sent:
                await amending.amend(
                    connection, year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=LAST
                )
        found.append(len(sent))
    assert found[0] == found[1] <= 24


async def test_sheets_that_wait_for_their_leaders_go_back_with_as_many_statements_for_more(
    services: Services, tenant: UUID, other_tenant: UUID, owner: Owner
) -> None:
    found = []
    for where, count in ((tenant, 5), (other_tenant, 11)):
        year = await year_of(services.db, where, count)
        await owner.execute(
            "update sheets set state = 'with_leader' where tenant_id = $1 and state = 'drafting'", where
        )
        set_id = await newer(year, WIDER)
        async with services.db.transaction(where) as connection:
            with counted(connection) as sent:
                await amending.amend(
                    connection, year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=LAST
                )
        found.append(len(sent))
        rows = await owner.fetch(
            """select s.return_reason, t.reason, t.from_state from sheets s
            join sheet_transitions t on t.tenant_id = s.tenant_id and t.sheet_id = s.id and t.to_state = 'drafting'
            where s.tenant_id = $1 and s.state = 'drafting' and t.from_state = 'with_leader'""",
            where,
        )
        assert [tuple(row) for row in rows] == [(PAPER.reason, PAPER.reason, "with_leader")] * (
            count - len(range(0, count, 5))
        )
    assert found[0] == found[1]


async def test_a_job_that_is_stopped_leaves_the_year_with_its_set(
    services: Services, tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amended_sheets, "TOGETHER", 4)
    year, set_id = await ready(services, tenant, 7)

    async def stopping(connection: Connection, job_id: UUID, done: int, *_: Any) -> None:
        if done == 4:
            await job_requests.cancel(connection, job_id, by="system")

    monkeypatch.setattr(queries, "tell_progress", stopping)
    job = await asked(year, set_id)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "cancelled"
    assert await touched(owner, year.cycle) == 0
    assert await owner.fetchval("select count(*) from set_amendments") == 0
    assert await owner.fetchval("select criteria_set_id from cycles where id = $1", year.cycle) != set_id


async def test_what_agencies_do_meanwhile_does_not_stop_it_and_what_was_confirmed_does(
    services: Services, tenant: UUID, owner: Owner
) -> None:
    year = await year_of(services.db, tenant, 5)
    set_id, other = await newer(year, WIDER), await newer(year, WIDER.replace('"2026.2"', '"2026.3"'))
    job = await asked(year, set_id)
    async with services.db.transaction(tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "done", "sheets were locked after it was confirmed"
    with pytest.raises(Refused, match="check_impossible"):
        await asked(year, other)


async def test_an_amendment_that_another_has_overtaken_is_not_done(
    services: Services, tenant: UUID, owner: Owner
) -> None:
    year, set_id = await ready(services, tenant, 3)
    job = await asked(year, set_id)
    async with services.db.transaction(tenant) as connection:
        await amending.amend(connection, year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=LAST)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "failed"
    assert await owner.fetchval("select error_code from jobs where id = $1", job) == "check_outdated"
    assert await owner.fetchval("select count(*) from set_amendments") == 1


async def test_whoever_lost_the_right_since_amends_nothing(services: Services, tenant: UUID, owner: Owner) -> None:
    year, set_id = await ready(services, tenant, 3)
    job = await asked(year, set_id)
    async with services.db.transaction(tenant) as connection:
        await connection.execute("update grants set valid_to = now() where person_id = $1", year.people["secretary"].id)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "failed"
    assert await touched(owner, year.cycle) == 0
