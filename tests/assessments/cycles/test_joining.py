"""An agency comes to a year whose plan was issued: with a sheet, days and a decision, once, and only of its tier."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.agencies import NewAgency, add
from parindex.assessments.council import join_checks
from parindex.assessments.cycles import extending, joining, listing, members
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.rankings import gathering
from parindex.rankings import queries as ranking_queries
from parindex.store.database import Connection
from tests.assessments.conftest import Year

PAPER = ReasonedDecision(number="40/QĐ-HĐ", date=date(2026, 11, 9), reason="Cơ quan mới thành lập")
NEW = NewAgency(code="MM", name_vi="Tỉnh Mai Mộc", short_name="Mai Mộc", tier="province", valid_from=date(2020, 1, 1))


async def entered(year: Year, new: NewAgency = NEW) -> UUID:
    async with year.db.transaction(year.tenant) as connection:
        return await add(connection, new, by="system")


async def join(connection: Connection, year: Year, *, ranked: bool = True, last_day: date | None = None) -> None:
    person = year.people["secretary"]
    await joining.join(
        connection, person, year.cycle, "MM", attributes={"has_ports": "false"}, ranked=ranked, last_day=last_day,
        decided=PAPER,
    )  # fmt: skip


async def test_it_gets_a_sheet_like_every_other_and_the_year_says_by_which_decision(year: Year) -> None:
    agency = await entered(year)
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year)
        sheets = {one.agency_code: one for one in await sheet_queries.of_cycle(connection, year.cycle)}
        assert (sheets["MM"].state, sheets["MM"].ranked, sheets["MM"].extended) == ("not_started", True, False)
        assert sheets["MM"].due == sheets["HL"].due
        assert sheets["MM"].applicable == sheets["NL"].applicable  # neither has ports
        assert len(await sheet_queries.entries(connection, sheets["MM"].id)) == 7
        assert (await members.of_cycle(connection, year.cycle))[agency].attributes == {"has_ports": "false"}
        (told,) = await joining.of_cycle(connection, year.cycle)
        assert (told.code, told.ranked, told.decision_number, told.reason) == ("MM", True, PAPER.number, PAPER.reason)
        row = await connection.fetchrow("select * from audit_rows where tag = 'cycle:agencies:join'")
        assert msgspec.json.decode(row["after"])["decision"] == PAPER.number
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
    assert {one.code: one.ranked for one in given.agencies} == {"HL": True, "TH": True, "NL": True, "MM": True}


async def test_a_late_one_may_be_scored_and_not_ranked(year: Year) -> None:
    await entered(year)
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year, ranked=False)
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
    assert {one.code: one.ranked for one in given.agencies}["MM"] is False


async def test_a_last_day_of_its_own_stands_with_its_decision(year: Year) -> None:
    agency = await entered(year)
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year, last_day=date(2099, 1, 31))
        sheets = {one.agency_code: one for one in await sheet_queries.of_cycle(connection, year.cycle)}
        assert (sheets["MM"].extended, sheets["HL"].extended) == (True, False)
        (change,) = await extending.changes(connection, year.cycle)
        assert (change.agency, change.decided.number) == ("Mai Mộc", PAPER.number)
    assert agency


async def test_where_no_sheet_is_taken_any_more_a_last_day_is_needed(year: Year, owner: Connection) -> None:
    await entered(year)
    await owner.execute(
        "update cycles set deadline = now() - interval '2 days', closes = now() - interval '1 day' where id = $1",
        year.cycle,
    )
    with pytest.raises(Refused, match="invalid_fields") as told:
        async with year.db.transaction(year.tenant) as connection:
            await join(connection, year)
    assert [(one.field, one.code) for one in told.value.fields] == [("last_day", "join_after_deadline")]
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year, last_day=date(2099, 1, 31))


@pytest.mark.parametrize(
    ("state", "may"),
    [("draft", False), ("issued", True), ("self_assessment", True), ("appraisal_1", False), ("consolidation", False),
     ("approval", False), ("published", False), ("paused", False), ("cancelled", False)],
)  # fmt: skip
async def test_only_before_and_while_sheets_are_taken(year: Year, owner: Connection, state: str, may: bool) -> None:
    await entered(year)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update cycles set state = $2 where id = $1", year.cycle, state)
    if may:
        async with year.db.transaction(year.tenant) as connection:
            await join(connection, year)
            sheets = [one.agency_code for one in await sheet_queries.of_cycle(connection, year.cycle)]
        assert ("MM" in sheets) is (state == "self_assessment")  # the others get theirs when the year is opened
        return
    with pytest.raises(Refused, match="cycle_wrong_state"):
        async with year.db.transaction(year.tenant) as connection:
            await join(connection, year)


async def test_it_comes_once_and_so_does_its_code(year: Year) -> None:
    await entered(year)
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year)
    with pytest.raises(Refused, match="agency_in_year"):
        async with year.db.transaction(year.tenant) as connection:
            await join(connection, year)
    async with year.db.transaction(year.tenant) as connection:
        cycle = await listing.by_id(connection, year.cycle)
        assert await joining.candidates(connection, cycle) == []


async def test_one_of_another_tier_or_of_no_day_does_not_come(year: Year) -> None:
    await entered(year, msgspec.structs.replace(NEW, tier="department"))
    with pytest.raises(Refused, match="agency_of_other_tier"):
        async with year.db.transaction(year.tenant) as connection:
            await join(connection, year)
    async with year.db.transaction(year.tenant) as connection:
        cycle = await listing.by_id(connection, year.cycle)
        for code in ("KHONG-CO", "", "\N{LATIN SMALL LETTER A}" * 400):
            with pytest.raises(Refused, match="unknown_agency"):
                await joining.candidate(connection, cycle, code)


@pytest.mark.parametrize("role", ["index_manager", "council_chair", "approver", "auditor", "administrator"])
async def test_the_secretary_alone_adds_one(year: Year, role: str) -> None:
    await entered(year)
    person = await year.person(role)
    with pytest.raises(Refused, match="not_allowed"):
        async with year.db.transaction(year.tenant) as connection:
            await joining.join(
                connection, person, year.cycle, "MM", attributes={}, ranked=True, last_day=None, decided=PAPER
            )


async def test_what_it_means_is_told_before(year: Year) -> None:
    await entered(year, msgspec.structs.replace(NEW, valid_from=date(2026, 3, 1)))
    async with year.db.transaction(year.tenant) as connection:
        check = await join_checks.of_joining(connection, year.people["secretary"], year.cycle, "MM")
    assert {line.code for line in check.lines} == {"part_of_year", "no_accounts"}
    assert check.numbers[0].value == 3


async def test_the_record_of_it_never_changes(year: Year) -> None:
    await entered(year)
    async with year.db.transaction(year.tenant) as connection:
        await join(connection, year)
    for statement in ("update cycle_joinings set reason = 'x'", "delete from cycle_joinings"):
        with pytest.raises(asyncpg.PostgresError):
            async with year.db.transaction(year.tenant) as connection:
                await connection.execute(statement)
