"""A sheet with a formal fault goes back with a reason and a time, and only while nothing on it is decided."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from parindex.access import Person
from parindex.assessments.appraisal import deciding, giving_back
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import closing, extending, listing
from parindex.assessments.model import Declaration, Sheet
from parindex.assessments.sheets import queries
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from tests.assessments.conftest import EARLY, FACTS, Year
from tests.assessments.sheets.test_declaring import complete, hand_in, save, submit

FAULT = ReasonedDecision(number="21/TB-HĐ", date=date(2026, 11, 3), reason="Báo cáo tự đánh giá chưa ký")


@pytest.fixture
async def sent(year: Year) -> Year:
    """HL sent its sheet."""
    year.people["specialist"] = await complete(year, "HL")
    await hand_in(year, year.people["specialist"], "HL")
    await submit(year, await year.person("leader", agency="HL"), "HL")
    return year


async def give_back(year: Year, person: Person | None = None, *, last_day: date = date(2099, 2, 1)) -> UUID:
    async with year.db.transaction(year.tenant) as connection:
        return await giving_back.give_back(
            connection, person or year.people["secretary"], year.sheets["HL"], last_day=last_day, decided=FAULT
        )


async def sheet_of(year: Year) -> Sheet:
    async with year.db.transaction(year.tenant) as connection:
        found = await queries.by_id(connection, year.sheets["HL"])
    assert found is not None
    return found


async def test_a_sheet_given_back_is_mended_and_sent_again_and_the_fault_is_told_until_then(
    sent: Year, owner: asyncpg.Connection
) -> None:
    first = (await sheet_of(sent)).receipt
    await give_back(sent)
    back = await sheet_of(sent)
    assert (back.state, back.formal_fault, back.return_reason) == ("drafting", FAULT.reason, None)
    assert back.extended
    tags = [row["tag"] for row in await owner.fetch("select tag from audit_rows where subject = $1", str(back.id))]
    assert "agency:sheet:give_back" in tags
    assert "cycle:deadline:move" in tags
    async with sent.db.transaction(sent.tenant) as connection:
        versions = {entry.code: entry.row_version for entry in await queries.entries(connection, back.id)}
    mended = Declaration(code="1.1", facts=FACTS["1.1"], explanation="Đã ký.", row_version=versions["1.1"])
    await save(sent, sent.people["specialist"], "HL", mended)
    await hand_in(sent, sent.people["specialist"], "HL")
    await submit(sent, await sent.person("leader", agency="HL"), "HL")
    again = await sheet_of(sent)
    assert (again.state, again.formal_fault) == ("submitted", None)
    assert again.receipt != first


async def test_the_day_before_stays_on_record_with_the_decision(sent: Year) -> None:
    before = await sheet_of(sent)
    await give_back(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        change = (await extending.changes(connection, sent.cycle))[0]
    assert change.due_before == before.due
    assert change.decided == FAULT


async def test_a_sheet_that_an_appraiser_only_opened_goes_back_but_not_one_on_which_something_is_decided(
    sent: Year,
) -> None:
    appraiser = await sent.person("appraiser", agency="BNV")
    async with sent.db.transaction(sent.tenant) as connection:
        await deciding.open_sheet(connection, appraiser, sent.sheets["HL"])
    await give_back(sent)
    await hand_in(sent, sent.people["specialist"], "HL")
    await submit(sent, await sent.person("leader", agency="HL"), "HL")
    async with sent.db.transaction(sent.tenant) as connection:
        asked = Ruling(code="1.1", kind="ask", reason="Thiếu trang 2.")
        await deciding.decide(connection, appraiser, sent.sheets["HL"], [asked])
    with pytest.raises(Refused, match="sheet_decided") as told:
        await give_back(sent, last_day=date(2099, 2, 9))
    assert told.value.values["count"] == 1
    assert (await sheet_of(sent)).state == "appraisal_1"


async def test_the_database_gives_back_no_sheet_on_which_something_is_decided(sent: Year) -> None:
    appraiser = await sent.person("appraiser", agency="BNV")
    async with sent.db.transaction(sent.tenant) as connection:
        await deciding.decide(connection, appraiser, sent.sheets["HL"], [Ruling(code="1.1", kind="accept")])
    with pytest.raises(asyncpg.CheckViolationError, match="decided"):
        async with sent.db.transaction(sent.tenant) as connection:
            await connection.execute("update sheets set state = 'drafting' where id = $1", sent.sheets["HL"])


async def test_a_year_under_appraisal_takes_the_sheet_again(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        await closing.close_self_assessment(connection, sent.people["secretary"], sent.cycle, EARLY)
    await give_back(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        assert (await listing.by_id(connection, sent.cycle)).state == "self_assessment"
    await hand_in(sent, sent.people["specialist"], "HL")


async def test_a_new_day_is_later_than_the_one_that_stands(sent: Year) -> None:
    with pytest.raises(Refused, match="invalid_fields"):
        await give_back(sent, last_day=date(2099, 1, 20))
    await give_back(sent, last_day=date(2099, 1, 21))


@pytest.mark.parametrize(
    ("role", "agency", "told"),
    [
        ("leader", "HL", "not_allowed"), ("appraiser", "BNV", "not_allowed"), ("secretary", "HL", "not_allowed"),
        ("specialist", "TH", "not_found"), ("secretary", "BNV", None),
    ],
)  # fmt: skip
async def test_only_the_secretary_gives_back_and_never_the_own_agency(
    sent: Year, role: str, agency: str, told: str | None
) -> None:
    person = await sent.person(role, agency=agency)
    if told is None:
        await give_back(sent, person)
        return
    with pytest.raises(Refused, match=told):
        await give_back(sent, person)
    assert (await sheet_of(sent)).state == "submitted"


async def test_a_sheet_that_was_not_sent_is_not_given_back(year: Year) -> None:
    await complete(year, "HL")
    with pytest.raises(Refused, match="not_found"):
        await give_back(year)
