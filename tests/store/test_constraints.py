"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from itertools import product
from uuid import UUID

import asyncpg
import pytest

from parindex.access import people
from parindex.access.model import ROLES
from parindex.agencies import NewAgency, add
from parindex.assessments.cycles.steps import STEPS, STOPS
from parindex.errors import Refused
from parindex.store.database import Database
from parindex.store.ids import new_id
from tests.surveys.survey_fields import a_cycle

STATES = (
    "draft", "issued", "self_assessment", "appraisal_1", "explanation", "appraisal_2", "council", "consolidation",
    "approval", "published", "archived", "paused", "cancelled",
)  # fmt: skip


@pytest.mark.parametrize("marked", [None, "imported"])
async def test_a_year_takes_the_steps_that_the_room_knows_and_no_other(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, tenant: UUID, marked: str | None
) -> None:
    async with db.transaction(tenant) as connection:
        cycle, _ = await a_cycle(connection, ("a",))
    # A year that stands still goes on only where it stood: no step of this one led there.
    stops = {
        (before, after) for before, after in STOPS if (before, after) == ("paused", "cancelled") or before != "paused"
    }
    known = STEPS | stops | ({("draft", "consolidation")} if marked else set())
    await owner.execute("update cycles set marked = $1", marked)
    taken: set[tuple[str, str]] = set()
    refused_by: set[str] = set()
    for before, after in product(STATES, STATES):
        await owner.execute("set session_replication_role = replica")
        await owner.execute("update cycles set state = $2 where id = $1", cycle, before)
        await owner.execute("set session_replication_role = origin")
        try:
            await owner.execute("update cycles set state = $2 where id = $1", cycle, after)
        except asyncpg.CheckViolationError as error:
            refused_by.add(error.constraint_name)
        else:
            taken.add((before, after))
    assert refused_by == {"ck_cycles_change"}
    assert taken == known | {(state, state) for state in STATES}


def agency(code: str, start: date, end: date | None) -> NewAgency:
    return NewAgency(code=code, name_vi=f"Tỉnh {code}", tier="province", valid_from=start, valid_to=end)


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        (date(2024, 1, 1), date(2025, 1, 1), True),
        (date(2024, 1, 1), date(2025, 1, 2), False),
        (date(2025, 12, 31), None, False),
        (date(2026, 1, 1), None, True),
        (date(2025, 3, 1), date(2025, 4, 1), False),
        (date(2020, 1, 1), None, False),
    ],
)
async def test_two_agencies_never_bear_one_code_on_one_day(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, tenant: UUID, start: date, end: date | None, fits: bool
) -> None:
    async with db.transaction(tenant) as connection:
        await add(connection, agency("01", date(2025, 1, 1), date(2026, 1, 1)), by="system")
        await add(connection, agency("011", start, end), by="system")
    insert = """insert into agencies (tenant_id, id, code, name_vi, tier, sort_key, search_key, valid_from, valid_to)
        values ($1, $2, '01', 'x', 'province', 'x', 'x', $3, $4)"""
    if fits:
        await owner.execute(insert, tenant, new_id(), start, end)
    else:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await owner.execute(insert, tenant, new_id(), start, end)


async def test_of_two_who_enter_a_code_at_once_one_is_told_that_it_exists(
    db: Database, tenant: UUID, other_tenant: UUID
) -> None:
    both_looked = asyncio.Barrier(2)

    async def enter(new: NewAgency) -> None:
        async with db.transaction(tenant) as connection:
            await connection.execute("select 1")
            await both_looked.wait()
            await add(connection, new, by="system")

    told = await asyncio.gather(
        enter(agency("01", date(2025, 1, 1), None)), enter(agency("01", date(2025, 6, 1), None)), return_exceptions=True
    )
    assert sorted(each.code if isinstance(each, Refused) else repr(each) for each in told) == ["None", "agency_exists"]
    async with db.transaction(other_tenant) as connection:
        await add(connection, agency("01", date(2025, 1, 1), None), by="system")


async def test_the_database_knows_the_roles_of_the_room(owner: asyncpg.Connection[asyncpg.Record]) -> None:
    told = await owner.fetchval("select pg_get_constraintdef(oid) from pg_constraint where conname = 'ck_grants_role'")
    assert set(re.findall(r"'(\w+)'", told)) == set(ROLES)


async def test_a_role_that_does_not_exist_is_refused_by_the_database(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        person = await people.add_person(connection, login="lan", name="Lan", roles=list(ROLES))
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute(
            "insert into grants (tenant_id, id, person_id, role) values ($1, $2, $3, 'king')", tenant, new_id(), person
        )


async def test_a_writer_is_looked_up_by_key_and_nobody_names_another(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, ("a",))
        person = await people.add_person(connection, login="lan", name="Lan", roles=[])
    sheet, entry = new_id(), new_id()
    await owner.execute(
        "insert into sheets (tenant_id, id, cycle_id, agency_id, applicable, state) values ($1, $2, $3, $4, 1, 'drafting')",
        tenant, sheet, cycle, agencies[0],
    )  # fmt: skip
    await owner.execute(
        "insert into entries (tenant_id, id, sheet_id, code, max, updated_by) values ($1, $2, $3, '1', 1, 'system')",
        tenant, entry, sheet,
    )  # fmt: skip
    assert await owner.fetchval("select updated_by_id from entries") is None
    await owner.execute("update entries set updated_by = $1", str(person))
    assert await owner.fetchval("select updated_by_id from entries") == person
    await owner.execute("update entries set updated_by_id = gen_random_uuid()")
    assert await owner.fetchval("select updated_by_id from entries") == person
    await owner.execute(
        "insert into sheet_inputs (tenant_id, sheet_id, name, value, updated_by) values ($1, $2, 'a', '1', $3)",
        tenant, sheet, str(person),
    )  # fmt: skip
    assert await owner.fetchval("select updated_by_id from sheet_inputs") == person
