"""What stands beside a field: how the points are made, and what was declared a year before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient

from parindex import scoring
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Database
from tests.assessments.conftest import FACTS, SET, Year, open_year

SignIn: TypeAlias = Callable[..., Awaitable[UUID]]
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def next_year(year: Year, owner: Owner) -> UUID:
    """The sheet of the year after, once that of this year is closed as it was declared."""
    specialist = await year.person("specialist", agency="HL")
    async with year.db.transaction(year.tenant) as connection:
        said = [Declaration(code=code, facts=FACTS[code]) for code in ("1.1", "2.1.1")]
        await declaring.save(connection, specialist, year.sheets["HL"], said)
        source = SET.replace('"2026.1"', '"2027.1"').replace("years: [2026]", "years: [2027]")
        small = scoring.load_bytes(source.encode(), "minh-hoa/2027.1.yaml")
        set_id = await published_sets.publish(connection, small, source=source, by="system")
    await owner.execute("alter table sheets disable trigger user")
    await owner.execute("update sheets set state = 'closed' where id = $1", year.sheets["HL"])
    await owner.execute("alter table sheets enable trigger user")
    async with year.db.transaction(year.tenant) as connection:
        after = await steps.create(
            connection, family="par-index", year=2027, tier="province", criteria_set_id=set_id,
            participants=[steps.Participant(agency_id=year.agencies["HL"], attributes={"has_ports": "true"})],
            bodies=dict.fromkeys(("home-affairs", "government-office"), (year.agencies["BNV"], year.agencies["BTP"])),
            opens_on=date(2026, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10),
            marked="simulated", by="system",
        )  # fmt: skip
        await steps.open_year(connection, year.people["secretary"], after)
        (sheet,) = await sheet_queries.of_cycle(connection, after)
    return sheet.id


async def test_the_rule_of_a_leaf_stands_beside_its_fields(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    page = (await client.get(f"/work/sheets/{year.sheets['HL']}/2.2")).text
    assert "Cách tính điểm" in page
    assert "Năm 2025" not in page


async def test_what_was_declared_a_year_before_stands_beside_own_and_shared_fields(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: Owner
) -> None:
    sheet = await next_year(year, owner)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    page = (await client.get(f"/work/sheets/{sheet}/2.1.1")).text
    assert "Năm 2026: 90" in page
    assert "Dùng chung cho 2 tiêu chí. Năm 2026: 100" in page


async def test_a_fact_that_was_of_another_type_a_year_before_is_left_out(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: Owner
) -> None:
    sheet = await next_year(year, owner)
    await owner.execute("alter table entries disable trigger user")
    await owner.execute(
        """update entries set facts = '{"2.1.1.on_time": "true"}' where sheet_id = $1 and code = '2.1.1'""",
        year.sheets["HL"],
    )
    await owner.execute("alter table entries enable trigger user")
    await signed_in("specialist", agency_id=year.agencies["HL"])
    answer = await client.get(f"/work/sheets/{sheet}/2.1.1")
    assert answer.status_code == 200
    assert answer.text.count("Năm 2026: ") == 1
