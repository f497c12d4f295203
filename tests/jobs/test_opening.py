"""A year of many sheets is opened by a job: all of its sheets or none, and told how many there are."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex import jobs
from parindex.access import Person, tenants
from parindex.api.shared.services import Services
from parindex.assessments.council import opening_job, step_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, from_last_year, listing, steps
from parindex.assessments.cycles.from_last_year import YearDays
from parindex.audit.confirmation import Confirmation, confirm
from parindex.jobs import job_requests, queries
from parindex.scoring import load_bytes
from parindex.store.database import Connection
from tests.assessments.conftest import SET
from tests.assessments.years_of_provinces import counted, year_of
from tests.jobs.small_jobs import state

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NEXT = SET.replace('"2026.1"', '"2027.1"').replace("[2026]", "[2027]")
DAYS = YearDays(opens_on=date(2026, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10))
LEAVES = 7
"""That an agency declares, the bonus among them."""


async def drafted(services: Services, tenant: UUID, count: int) -> tuple[UUID, Person]:
    """A draft of so many provinces and three, and its secretary."""
    year = await year_of(services.db, tenant, count)
    secretary = await year.person("secretary", "index_manager")
    async with services.db.transaction(tenant) as connection:
        set_id = await published_sets.publish(connection, load_bytes(NEXT.encode(), "s.yaml"), source=NEXT, by="system")
        made = await from_last_year.draft(
            connection, secretary, source_id=year.cycle, family="par-index", tier="province", year=2027,
            criteria_set_id=set_id, days=DAYS,
        )  # fmt: skip
    return made, secretary


async def asked(services: Services, tenant: UUID, cycle: UUID, secretary: Person) -> UUID:
    """What the page asks for once every line is ticked."""
    async with services.db.transaction(tenant) as connection:
        zone = (await tenants.by_id(connection, tenant)).zone
        check = await step_checks.of_opening(connection, secretary, cycle, zone=zone)
        given = Confirmation(shown=check.digest, lines=tuple(line.key for line in check.surprising))
        mark = await confirm(connection, check, given, by=secretary.actor)
        return await opening_job.ask(connection, secretary, cycle, confirmed=mark)


async def test_every_agency_has_one_sheet_and_every_sheet_one_entry_a_leaf(
    services: Services, tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "TOGETHER", 4)
    cycle, secretary = await drafted(services, tenant, 7)
    told: list[tuple[int, int, str | None]] = []
    tell = queries.tell_progress

    async def telling(connection: Connection, job_id: UUID, done: int, total: int, words: str | None) -> None:
        told.append((done, total, words))
        await tell(connection, job_id, done, total, words)

    monkeypatch.setattr(queries, "tell_progress", telling)
    job = await asked(services, tenant, cycle, secretary)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "done"
    assert told == [(done, 10, opening_job.MAKING) for done in (0, 4, 8)]
    rows = await owner.fetch(
        """select s.agency_id, count(e.id) as entries, count(distinct e.code) as codes, sum(e.max) as most
        from sheets s join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        where s.cycle_id = $1 group by 1""",
        cycle,
    )
    assert {(row["entries"], row["codes"], row["most"]) for row in rows} == {(LEAVES, LEAVES, 21)}
    assert len(rows) == 10
    async with services.db.transaction(tenant) as connection:
        assert (await listing.by_id(connection, cycle)).state == "self_assessment"


async def test_how_many_sheets_are_made_together_makes_no_difference(
    services: Services, tenant: UUID, other_tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for where, size in ((tenant, 100), (other_tenant, 1)):
        monkeypatch.setattr(steps, "TOGETHER", size)
        cycle, secretary = await drafted(services, where, 3)
        async with services.db.transaction(where) as connection:
            await steps.open_year(connection, secretary, cycle)
        rows = await owner.fetch(
            """select a.code, s.state, s.applicable, e.code as leaf, e.max, e.facts::text, e.state as entry
            from sheets s join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
            join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id where s.cycle_id = $1 order by 1, 4""",
            cycle,
        )
        ends.append([tuple(row) for row in rows])
    assert ends[0] == ends[1]
    assert {row[2] for row in ends[0]} == {5, 6}


async def test_a_year_is_opened_with_as_many_statements_for_25_agencies_as_for_5(
    services: Services, tenant: UUID, other_tenant: UUID
) -> None:
    found = []
    for where, count in ((tenant, 5), (other_tenant, 25)):
        cycle, secretary = await drafted(services, where, count)
        async with services.db.transaction(where) as connection:
            with counted(connection) as sent:
                await steps.open_year(connection, secretary, cycle)
        found.append(len(sent))
    assert found[0] == found[1] <= 12


async def test_a_job_that_is_stopped_leaves_a_draft_without_a_sheet(
    services: Services, tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "TOGETHER", 4)
    cycle, secretary = await drafted(services, tenant, 7)

    async def stopping(connection: Connection, job_id: UUID, done: int, *_: Any) -> None:
        if done == 8:
            await job_requests.cancel(connection, job_id, by="system")

    monkeypatch.setattr(queries, "tell_progress", stopping)
    job = await asked(services, tenant, cycle, secretary)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "cancelled"
    assert await owner.fetchval("select count(*) from sheets where cycle_id = $1", cycle) == 0
    assert await owner.fetchval("select state from cycles where id = $1", cycle) == "draft"


async def test_a_draft_that_changed_since_it_was_confirmed_is_not_opened(
    services: Services, tenant: UUID, owner: Owner
) -> None:
    cycle, secretary = await drafted(services, tenant, 3)
    job = await asked(services, tenant, cycle, secretary)
    async with services.db.transaction(tenant) as connection:
        changes = drafting.DraftChanges(last_day=date(2099, 2, 1))
        await drafting.change(connection, cycle, changes, by=secretary.actor)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "failed"
    assert await owner.fetchval("select error_code from jobs where id = $1", job) == "check_outdated"
    assert await owner.fetchval("select count(*) from sheets where cycle_id = $1", cycle) == 0


async def test_whoever_lost_the_right_since_opens_nothing(services: Services, tenant: UUID, owner: Owner) -> None:
    cycle, secretary = await drafted(services, tenant, 3)
    job = await asked(services, tenant, cycle, secretary)
    async with services.db.transaction(tenant) as connection:
        await connection.execute("update grants set valid_to = now() where person_id = $1", secretary.id)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "failed"
    assert await owner.fetchval("select count(*) from sheets where cycle_id = $1", cycle) == 0


async def test_who_asks_twice_is_given_the_one_job(services: Services, tenant: UUID) -> None:
    cycle, secretary = await drafted(services, tenant, 3)
    assert await asked(services, tenant, cycle, secretary) == await asked(services, tenant, cycle, secretary)


@pytest.mark.parametrize(("most", "long"), [(LEAVES * 6, False), (LEAVES * 6 - 1, True)])
async def test_a_year_is_long_beyond_so_many_entries(
    services: Services, tenant: UUID, monkeypatch: pytest.MonkeyPatch, most: int, long: bool
) -> None:
    cycle, _ = await drafted(services, tenant, 3)
    monkeypatch.setattr(opening_job, "AT_ONCE", most)
    async with services.db.transaction(tenant) as connection:
        assert await opening_job.is_long(connection, cycle) is long
