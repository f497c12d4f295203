"""A deadline holds: late work is refused, locking is the clock's, an extension locks again, every late thing says so."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex import jobs
from parindex.access import Person
from parindex.api.shared.services import Services
from parindex.assessments.cycles import closing, extending, listing
from parindex.assessments.evidence import register
from parindex.assessments.evidence.register import Attachment
from parindex.assessments.model import Cycle, Declaration, Sheet
from parindex.assessments.sheets import queries, submission
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Database
from parindex.text import TIME_ZONE
from tests.assessments.conftest import EARLY, FACTS, Year
from tests.assessments.sheets.test_declaring import complete, save

LAST = datetime(2099, 1, 21, tzinfo=TIME_ZONE)
"""24:00 of the last day of the small year."""

JUST_BEFORE = LAST - timedelta(seconds=1)
DECIDED = ReasonedDecision(number="15/QĐ-HĐ", date=date(2099, 1, 22), reason="Hệ thống gián đoạn hai ngày")


@pytest.fixture
def clocked_year(year: Year, clocked: Database) -> Year:
    """The small year, whose clock the test sets: ``year.db.clock``."""
    year.db = clocked
    clocked.clock = JUST_BEFORE
    return year


async def sheet_of(year: Year, agency: str) -> Sheet:
    async with year.db.transaction(year.tenant) as connection:
        found = await queries.by_id(connection, year.sheets[agency])
    assert found is not None
    return found


async def lock(year: Year) -> int:
    async with year.db.transaction(year.tenant) as connection:
        return await closing.lock_what_is_over(connection, year.cycle)


async def cycle_of(year: Year) -> Cycle:
    async with year.db.transaction(year.tenant) as connection:
        return await listing.by_id(connection, year.cycle)


async def extend(year: Year, to: date, *agencies: str, closing_day: date | None = None) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await extending.extend(
            connection, year.people["secretary"], year.cycle, last_day=to, closing_day=closing_day, decided=DECIDED,
            agencies=[year.agencies[code] for code in agencies] if agencies else None,
        )  # fmt: skip


async def submit(year: Year, agency: str, specialist: Person) -> str:
    leader = await year.person("leader", agency=agency)
    async with year.db.transaction(year.tenant) as connection:
        await submission.hand_in(connection, specialist, year.sheets[agency])
        return await submission.submit(connection, leader, year.sheets[agency])


# the server refuses what is late


async def test_the_last_second_is_in_time_and_the_next_is_too_late(clocked_year: Year) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    assert clocked_year.db.clock is not None
    clocked_year.db.clock += timedelta(seconds=1)
    with pytest.raises(Refused, match="sheet_shut") as told:
        await save(clocked_year, person, "HL", Declaration(code="1.2", facts=FACTS["1.2"]))
    assert told.value.values["until"] == "24:00 20/01/2099"


async def test_nothing_of_a_sheet_moves_after_the_deadline(clocked_year: Year) -> None:
    specialist = await complete(clocked_year, "HL")
    leader = await clocked_year.person("leader", agency="HL")
    sheet_id = clocked_year.sheets["HL"]
    clocked_year.db.clock = LAST
    paper = Attachment(code="1.1", document_id=UUID(int=1))
    deeds: tuple[Callable[[asyncpg.Connection], object], ...] = (
        lambda connection: submission.hand_in(connection, specialist, sheet_id),
        lambda connection: register.attach(connection, specialist, sheet_id, [paper]),
        lambda connection: register.detach(connection, specialist, sheet_id, "1.1", UUID(int=1)),
    )
    for deed in deeds:
        with pytest.raises(Refused, match="sheet_shut"):
            async with clocked_year.db.transaction(clocked_year.tenant) as connection:
                await deed(connection)  # type: ignore[misc]
    clocked_year.db.clock = JUST_BEFORE
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        await submission.hand_in(connection, specialist, sheet_id)
    clocked_year.db.clock = LAST
    with pytest.raises(Refused, match="sheet_shut"):
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await submission.submit(connection, leader, sheet_id)
    with pytest.raises(Refused, match="sheet_shut"):
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await submission.send_back(connection, leader, sheet_id, "Thiếu tài liệu")


# the database refuses it too


@pytest.mark.parametrize(
    "statement",
    [
        "update entries set explanation = 'muộn' where sheet_id = $1",
        "update sheets set state = 'with_leader' where id = $1",
        "insert into sheet_inputs (tenant_id, sheet_id, name, value, updated_by)"
        " select tenant_id, id, 'late', '1', 'system' from sheets where id = $1",
    ],
)
async def test_the_database_refuses_what_is_late_whoever_asks(clocked_year: Year, statement: str) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    clocked_year.db.clock = LAST
    with pytest.raises(asyncpg.CheckViolationError) as told:
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await connection.execute(statement, clocked_year.sheets["HL"])
    assert str(told.value.constraint_name).endswith("_in_time")
    clocked_year.db.clock = JUST_BEFORE
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        await connection.execute(statement, clocked_year.sheets["HL"])


@pytest.mark.parametrize("state", ["auto_locked", "no_submission"])
async def test_the_database_locks_no_sheet_before_its_time(clocked_year: Year, state: str) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    with pytest.raises(asyncpg.CheckViolationError, match="not locked before"):
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await connection.execute("update sheets set state = $2 where id = $1", clocked_year.sheets["HL"], state)


async def test_the_application_cannot_set_the_clock(db: Database, clocked: Database, tenant: UUID) -> None:
    moment = datetime(2001, 1, 1, tzinfo=TIME_ZONE)
    for database, set_by in ((clocked, moment), (db, None)):
        async with database.transaction(tenant) as connection:
            await connection.execute("select set_config('parindex.clock', $1, true)", moment.isoformat())
            told = await connection.fetchval("select parindex_now()")
            assert told == (set_by or await connection.fetchval("select now()"))


# locking is the clock's


async def test_the_clock_locks_what_is_there_and_the_year_goes_on(clocked_year: Year) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    await submit(clocked_year, "TH", await complete(clocked_year, "TH"))
    assert await lock(clocked_year) == 0
    assert (await cycle_of(clocked_year)).state == "self_assessment"
    clocked_year.db.clock = LAST
    assert await lock(clocked_year) == 2
    states = {agency: (await sheet_of(clocked_year, agency)).state for agency in ("HL", "TH", "NL")}
    assert states == {"HL": "auto_locked", "TH": "submitted", "NL": "no_submission"}
    assert (await cycle_of(clocked_year)).state == "appraisal_1"
    assert await lock(clocked_year) == 0


async def test_the_job_of_the_schedule_locks_every_year_of_the_tenant(
    clocked_year: Year, services: Services, owner: asyncpg.Connection
) -> None:
    await owner.execute("update cycles set opens_at = now() - interval '9 days', deadline = now(), closes = now()")
    async with services.db.transaction(clocked_year.tenant) as connection:
        (kind,) = [s.kind for s in services.jobs.schedules if s.name == "assessments:sheets:lock"]
        await jobs.enqueue(connection, jobs.Job(kind=kind, payload=kind.payload(), by="system"))
    await jobs.run_until_idle(services.db, services.jobs)
    clocked_year.db.clock = None
    assert (await sheet_of(clocked_year, "HL")).state == "no_submission"


async def test_closing_before_the_time_needs_a_decision_and_keeps_the_old_day(clocked_year: Year) -> None:
    secretary = clocked_year.people["secretary"]
    with pytest.raises(Refused, match="closing_early"):
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await closing.close_self_assessment(connection, secretary, clocked_year.cycle)
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        closed = await closing.close_self_assessment(connection, secretary, clocked_year.cycle, EARLY)
        (moved,) = await extending.changes(connection, clocked_year.cycle)
    assert (closed.state, closed.closes) == ("appraisal_1", JUST_BEFORE)
    assert (moved.agency, moved.closes_before, moved.closes, moved.decided) == (None, LAST, JUST_BEFORE, EARLY)


async def test_after_the_time_closing_by_hand_needs_none(clocked_year: Year) -> None:
    clocked_year.db.clock = LAST
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        closed = await closing.close_self_assessment(connection, clocked_year.people["secretary"], clocked_year.cycle)
    assert closed.state == "appraisal_1"


# an extension


async def test_an_extension_opens_one_sheet_again_and_locks_it_again(clocked_year: Year) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    clocked_year.db.clock = LAST + timedelta(days=1)
    await lock(clocked_year)
    await extend(clocked_year, date(2099, 1, 25), "HL", "NL")
    assert [(await sheet_of(clocked_year, a)).state for a in ("HL", "TH", "NL")] == [
        "drafting", "no_submission", "not_started",
    ]  # fmt: skip
    assert (await cycle_of(clocked_year)).state == "self_assessment"
    await save(clocked_year, person, "HL", Declaration(code="1.2", facts=FACTS["1.2"]))
    stranger = await clocked_year.person("specialist", agency="TH")
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(clocked_year, stranger, "TH", Declaration(code="1.2", facts=FACTS["1.2"]))
    assert await lock(clocked_year) == 0
    clocked_year.db.clock = datetime(2099, 1, 26, tzinfo=TIME_ZONE)
    with pytest.raises(Refused, match="sheet_shut"):
        await save(clocked_year, person, "HL", Declaration(code="1.3", facts=FACTS["1.3"]))
    assert await lock(clocked_year) == 2
    assert (await sheet_of(clocked_year, "HL")).state == "auto_locked"
    assert (await cycle_of(clocked_year)).state == "appraisal_1"


async def test_points_of_a_sheet_locked_twice_are_those_of_the_second_time(clocked_year: Year) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    clocked_year.db.clock = LAST
    await lock(clocked_year)
    await extend(clocked_year, date(2099, 1, 25), "HL")
    await save(clocked_year, person, "HL", Declaration(code="1.2", facts=FACTS["1.2"]))
    clocked_year.db.clock = datetime(2099, 1, 26, tzinfo=TIME_ZONE)
    await lock(clocked_year)
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        points = await queries.points_of_sheet(connection, clocked_year.sheets["HL"])
    assert sum(stage["self"].state == "scored" for stage in points.values()) == 2


async def test_an_extension_of_all_keeps_the_old_day_and_longer_extensions(clocked_year: Year) -> None:
    await extend(clocked_year, date(2099, 2, 10), "TH")
    await extend(clocked_year, date(2099, 1, 31))
    assert (await cycle_of(clocked_year)).closes == datetime(2099, 2, 1, tzinfo=TIME_ZONE)
    assert (await sheet_of(clocked_year, "HL")).closes == datetime(2099, 2, 1, tzinfo=TIME_ZONE)
    assert (await sheet_of(clocked_year, "TH")).closes == datetime(2099, 2, 11, tzinfo=TIME_ZONE)
    async with clocked_year.db.transaction(clocked_year.tenant) as connection:
        everybody, one = await extending.changes(connection, clocked_year.cycle)
    assert (everybody.agency, everybody.closes_before, everybody.decided) == (None, LAST, DECIDED)
    assert (one.agency, one.closes_before) == ("TP Tân Hải", LAST)


async def test_a_year_waits_for_the_longest_extension(clocked_year: Year) -> None:
    await extend(clocked_year, date(2099, 2, 10), "TH")
    clocked_year.db.clock = LAST
    assert await lock(clocked_year) == 2
    assert (await cycle_of(clocked_year)).state == "self_assessment"
    with pytest.raises(Refused, match="cycle_extended") as told:
        async with clocked_year.db.transaction(clocked_year.tenant) as connection:
            await closing.close_self_assessment(connection, clocked_year.people["secretary"], clocked_year.cycle)
    assert told.value.values["agencies"] == "TP Tân Hải (10/02/2099)"
    clocked_year.db.clock = datetime(2099, 2, 11, tzinfo=TIME_ZONE)
    assert await lock(clocked_year) == 1
    assert (await cycle_of(clocked_year)).state == "appraisal_1"


@pytest.mark.parametrize(
    ("to", "closing_day", "field", "code"),
    [
        (date(2099, 1, 20), None, "last_day", "extension_not_later"),
        (date(2099, 1, 21), None, None, None),
        (date(2099, 1, 25), date(2099, 1, 24), "closing_day", "closing_before_due"),
        (date(2099, 1, 25), date(2099, 1, 25), None, None),
    ],
)
async def test_an_extension_is_later_than_what_stands(
    clocked_year: Year, to: date, closing_day: date | None, field: str | None, code: str | None
) -> None:
    if field is None:
        await extend(clocked_year, to, "HL", closing_day=closing_day)
        return
    with pytest.raises(Refused, match="invalid_fields") as told:
        await extend(clocked_year, to, "HL", closing_day=closing_day)
    assert [(fault.field, fault.code) for fault in told.value.fields] == [(field, code)]


async def test_an_extension_into_the_past_is_refused(clocked_year: Year) -> None:
    clocked_year.db.clock = LAST + timedelta(days=9)
    with pytest.raises(Refused, match="invalid_fields"):
        await extend(clocked_year, date(2099, 1, 28), "HL")


async def test_nobody_outside_the_year_is_given_time(clocked_year: Year) -> None:
    with pytest.raises(Refused, match="invalid_fields") as told:
        await extend(clocked_year, date(2099, 1, 25), "HL", "BNV")
    assert [fault.code for fault in told.value.fields] == ["extension_for_nobody"]


async def test_only_secretary_and_chair_give_time(clocked_year: Year) -> None:
    for role, allowed in (("council_chair", True), ("council_member", False), ("administrator", False)):
        clocked_year.people["secretary"] = await clocked_year.person(role)
        if allowed:
            await extend(clocked_year, date(2099, 1, 25), "HL")
        else:
            with pytest.raises(Refused, match="not_allowed"):
                await extend(clocked_year, date(2099, 1, 26), "HL")


# every late thing says so


async def test_a_sheet_taken_late_says_how_many_days(clocked_year: Year, owner: asyncpg.Connection) -> None:
    await extend(clocked_year, date(2099, 1, 22), "HL", closing_day=date(2099, 1, 31))
    specialist = await complete(clocked_year, "HL")
    clocked_year.db.clock = datetime(2099, 1, 24, 9, tzinfo=TIME_ZONE)
    await submit(clocked_year, "HL", specialist)
    clocked_year.db.clock = datetime(2099, 2, 24, 9, tzinfo=TIME_ZONE)
    assert (await sheet_of(clocked_year, "HL")).days_late == 2
    assert (await sheet_of(clocked_year, "TH")).days_late == 1, "counted to the closing of its year, not for ever"


async def test_a_locked_sheet_is_not_charged_for_a_job_that_came_late(clocked_year: Year) -> None:
    person = await clocked_year.person("specialist", agency="HL")
    await save(clocked_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    clocked_year.db.clock = LAST + timedelta(days=5)
    await lock(clocked_year)
    assert (await sheet_of(clocked_year, "HL")).days_late == 1


# in any order


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_the_order_of_extensions_and_clocks_a_sheet_is_taken_exactly_until_its_latest_day(
    clocked_year: Year, seed: int
) -> None:
    chance = random.Random(seed)
    agencies = ("HL", "TH", "NL")
    people = {code: await clocked_year.person("specialist", agency=code) for code in agencies}
    closes, own = LAST, dict.fromkeys(agencies, LAST)
    clock = clocked_year.db
    for turn in range(24):
        deed = chance.choice(("save", "save", "extend", "extend all", "lock", "move"))
        assert clock.clock is not None
        agency, later = chance.choice(agencies), timedelta(days=chance.randint(1, 6))
        if deed == "move":
            clock.clock += timedelta(hours=chance.randint(-30, 72))
        elif deed == "lock":
            await lock(clocked_year)
        elif deed == "save":
            taken = clock.clock < max(closes, own[agency])
            declared = Declaration(code="1.1", facts=FACTS["1.1"], explanation=f"Lần {turn}")
            locked = (await sheet_of(clocked_year, agency)).state not in ("not_started", "drafting")
            expected = "sheet_wrong_state" if locked else None if taken else "sheet_shut"
            assert await refusal(clocked_year, people[agency], agency, declared) == expected
        elif deed == "extend" and max(own[agency], closes) + later > clock.clock:
            own[agency] = max(own[agency], closes) + later
            await extend(clocked_year, (own[agency] - timedelta(days=1)).date(), agency)
        elif deed == "extend all" and closes + later > clock.clock:
            closes += later
            await extend(clocked_year, (closes - timedelta(days=1)).date())
        for code in agencies:
            sheet = await sheet_of(clocked_year, code)
            assert sheet.closes == max(closes, own[code])
            if sheet.state in ("drafting", "not_started") and clock.clock >= sheet.closes:
                assert sheet.shut


async def refusal(year: Year, person: Person, agency: str, declared: Declaration) -> str | None:
    """Why a declaration from a form that was made now is refused; none where it is taken."""
    async with year.db.transaction(year.tenant) as connection:
        entries = {entry.code: entry for entry in await queries.entries(connection, year.sheets[agency])}
    made_now = msgspec.structs.replace(declared, row_version=entries[declared.code].row_version)
    try:
        await save(year, person, agency, made_now)
    except Refused as refused:
        return refused.code
    return None
