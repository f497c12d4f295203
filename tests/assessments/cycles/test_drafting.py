"""A draft of a year changes and goes; a year that was opened does neither."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import deadlines, drafting, listing, queries, steps
from parindex.errors import Refused
from parindex.store.database import Connection, Database
from tests.assessments.conftest import SET, Year, registry, small_set


async def draft(connection: Connection) -> tuple[UUID, dict[str, UUID]]:
    known = await registry(connection)
    cycle_id = await steps.create(
        connection, family="par-index", year=2026, tier="province", by="system",
        criteria_set_id=await published_sets.publish(connection, small_set(), source=SET, by="system"),
        participants=[steps.Participant(agency_id=known["HL"], attributes={"has_ports": "true"})],
        bodies={"home-affairs": (known["BNV"], known["BTP"])},
        opens_on=date(2026, 11, 1), last_day=date(2027, 1, 20), appraisal_last_day=date(2027, 3, 10),
    )  # fmt: skip
    return cycle_id, known


async def test_a_draft_takes_other_days_bodies_and_agencies_and_keeps_what_is_not_named(
    db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, known = await draft(connection)
        changes = drafting.DraftChanges(
            last_day=date(2027, 1, 25), bodies={"home-affairs": (known["BTP"], known["BNV"])},
            participants=[
                steps.Participant(agency_id=known["HL"], attributes={"has_ports": "false"}, ranked=False),
                steps.Participant(agency_id=known["TH"]),
            ],
        )  # fmt: skip
        await drafting.change(connection, cycle_id, changes, by="system")
        held = await listing.by_id(connection, cycle_id)
        assert held.due == held.closes == deadlines.end_of(date(2027, 1, 25))
        assert held.opens_at == deadlines.start_of(date(2026, 11, 1))
        (body,) = await queries.bodies(connection, cycle_id)
        assert (body["agency_id"], body["substitute_id"]) == (known["BTP"], known["BNV"])
        members = {
            row["code"]: (row["attributes"], row["ranked"]) for row in await queries.agencies(connection, cycle_id)
        }
        assert members == {"HL": ('{"has_ports": "false"}', False), "TH": ("{}", True)}
        row = await connection.fetchrow(
            "select before::text, after::text from audit_rows where tag = 'cycle:cycle:change'"
        )
        assert row is not None
        before, after = (msgspec.json.decode(row[name]) for name in ("before", "after"))
        assert set(before) == {"due", "closes", "bodies"}
        assert set(after) == {"due", "closes", "bodies", "agencies"}
        assert before["bodies"] == {"home-affairs": [str(known["BNV"]), str(known["BTP"])]}


async def test_an_opened_year_is_neither_changed_nor_deleted(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await drafting.change(
                connection, year.cycle, drafting.DraftChanges(last_day=date(2027, 1, 25)), by="system"
            )
        with pytest.raises(Refused, match="draft_opened"):
            await drafting.delete(connection, year.cycle, by="system")
        assert await queries.agencies(connection, year.cycle)


async def test_a_deleted_draft_makes_room_for_the_right_one(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, _ = await draft(connection)
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await drafting.delete(connection, cycle_id, by="system")
        with pytest.raises(asyncpg.NoDataFoundError):
            async with connection.transaction():
                await queries.delete_draft(connection, cycle_id)
    async with db.transaction(tenant) as connection:
        deleted = await drafting.delete(connection, cycle_id, by="system")
        assert (deleted.id, deleted.year) == (cycle_id, 2026)
        with pytest.raises(Refused, match="not_found"):
            await listing.by_id(connection, cycle_id)
        assert await connection.fetchval("select count(*) from cycle_bodies") == 0
        assert await connection.fetchval("select count(*) from cycle_agencies") == 0


async def test_a_draft_that_something_hangs_on_stays(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, _ = await draft(connection)
        await queries.insert_transition(connection, cycle_id, cycle_id, "draft", "draft", "system", None)
        with pytest.raises(Refused, match="draft_in_use"):
            await drafting.delete(connection, cycle_id, by="system")
        assert (await listing.by_id(connection, cycle_id)).year == 2026
        assert len(await queries.bodies(connection, cycle_id)) == 1
