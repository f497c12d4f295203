"""A year stands still, goes on where it stood, or is given up; nothing moves in it meanwhile."""

from __future__ import annotations

from datetime import date

import asyncpg
import pytest

from parindex.assessments.cycles import closing, listing, pausing, queries, steps
from parindex.assessments.sheets import declaring, submission
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from tests.assessments.conftest import EARLY, Year
from tests.assessments.sheets.test_declaring import complete

PAPER = ReasonedDecision(number="31/QĐ-HĐ", date=date(2026, 11, 5), reason="Sắp xếp lại đơn vị hành chính")


async def test_a_year_goes_on_from_the_step_in_which_it_stood(year: Year) -> None:
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        assert (await pausing.pause(connection, secretary, year.cycle, PAPER)).state == "paused"
        assert await pausing.paused_in(connection, year.cycle) == "self_assessment"
    async with year.db.transaction(year.tenant) as connection:
        assert (await pausing.resume(connection, secretary, year.cycle, PAPER)).state == "self_assessment"
        way = [
            (row["to_state"], row["decision_number"], row["decided_on"])
            for row in await queries.transitions(connection, year.cycle)
        ]
    assert way[-2:] == [("paused", PAPER.number, PAPER.date), ("self_assessment", PAPER.number, PAPER.date)]


async def test_nobody_declares_hands_in_or_closes_while_it_stands_still(year: Year) -> None:
    secretary = await year.person("secretary")
    specialist = await complete(year, "HL")
    async with year.db.transaction(year.tenant) as connection:
        await pausing.pause(connection, secretary, year.cycle, PAPER)
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await submission.hand_in(connection, specialist, year.sheets["HL"])
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await closing.close_self_assessment(connection, secretary, year.cycle, EARLY)
        assert await closing.lock_what_is_over(connection, year.cycle) == 0
    for statement in (
        "update sheets set state = 'with_leader' where state = 'drafting'",
        "update entries set explanation = 'khác', row_version = row_version + 1",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with year.db.transaction(year.tenant) as connection:
                await connection.execute(statement)


async def test_a_later_deadline_comes_with_going_on(year: Year) -> None:
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        await pausing.pause(connection, secretary, year.cycle, PAPER)
        before = await listing.by_id(connection, year.cycle)
        assert before.due is not None
    async with year.db.transaction(year.tenant) as connection:
        later = date(before.due.year + 1, 1, 1)
        cycle = await pausing.resume(connection, secretary, year.cycle, PAPER, last_day=later)
        assert cycle.due is not None
        assert cycle.due > before.due
        (moved,) = await queries.deadline_changes(connection, year.cycle)
        assert moved.decided.number == PAPER.number


async def test_it_goes_nowhere_else_and_the_database_says_so_too(year: Year) -> None:
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        await pausing.pause(connection, secretary, year.cycle, PAPER)
    for state in ("appraisal_1", "consolidation", "published", "draft"):
        with pytest.raises(asyncpg.CheckViolationError):
            async with year.db.transaction(year.tenant) as connection:
                await connection.execute("update cycles set state = $1", state)
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await pausing.pause(connection, secretary, year.cycle, PAPER)


async def test_a_year_that_was_given_up_makes_room_for_another(year: Year) -> None:
    chair = await year.person("council_chair")
    async with year.db.transaction(year.tenant) as connection:
        held = await listing.by_id(connection, year.cycle)
        await pausing.cancel(connection, chair, year.cycle, PAPER)
    async with year.db.transaction(year.tenant) as connection:
        again = await steps.create(
            connection, family=held.family, year=held.year, tier=held.tier, criteria_set_id=held.criteria_set_id,
            participants=(), bodies={}, by="system",
        )  # fmt: skip
        assert (await listing.by_id(connection, year.cycle)).state == "cancelled"
        assert (await listing.by_id(connection, again)).state == "draft"
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await pausing.cancel(connection, chair, year.cycle, PAPER)


async def test_an_issued_year_changes_no_more_and_is_opened(year: Year) -> None:
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        held = await listing.by_id(connection, year.cycle)
        cycle = await steps.create(
            connection, family=held.family, year=2026, tier="department", criteria_set_id=held.criteria_set_id,
            participants=[steps.Participant(agency_id=year.agencies["BNV"])], by="system",
            bodies=dict.fromkeys(("home-affairs", "government-office"), (year.agencies["BNV"], year.agencies["BTP"])),
        )  # fmt: skip
        await pausing.issue(connection, secretary, cycle, PAPER)
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await pausing.issue(connection, secretary, cycle, PAPER)
        await steps.open_year(connection, secretary, cycle)
        assert (await listing.by_id(connection, cycle)).state == "self_assessment"


@pytest.mark.parametrize(
    ("deed", "roles"),
    [
        (pausing.pause, {"secretary", "council_chair"}),
        (pausing.cancel, {"council_chair", "approver"}),
    ],
)
async def test_only_these_roles_stop_a_year(year: Year, deed: object, roles: set[str]) -> None:
    assert callable(deed)
    for role in ("specialist", "leader", "index_manager", "administrator", "auditor", "approver", "secretary"):
        person = await year.person(role)
        async with year.db.transaction(year.tenant) as connection:
            if role in roles:
                continue
            with pytest.raises(Refused, match="not_allowed"):
                await deed(connection, person, year.cycle, PAPER)


async def test_a_sheet_is_taken_back_as_often_as_its_year_allows(year: Year) -> None:
    leader, specialist = await year.person("leader", agency="HL"), await complete(year, "HL")
    async with year.db.transaction(year.tenant) as connection:
        await connection.execute("update cycles set withdrawals = 2")
    for _ in range(2):
        async with year.db.transaction(year.tenant) as connection:
            await submission.hand_in(connection, specialist, year.sheets["HL"])
            await submission.submit(connection, leader, year.sheets["HL"])
            await submission.withdraw(connection, leader, year.sheets["HL"], "Thiếu một tài liệu")
    async with year.db.transaction(year.tenant) as connection:
        await submission.hand_in(connection, specialist, year.sheets["HL"])
        await submission.submit(connection, leader, year.sheets["HL"])
        assert (await declaring.locked(connection, year.sheets["HL"])).withdrawals == 2
        with pytest.raises(Refused, match="withdrawal_refused"):
            await submission.withdraw(connection, leader, year.sheets["HL"], "Lần thứ ba")
