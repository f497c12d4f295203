"""Declaring: the server computes, nothing is overwritten unseen, drafts are nobody else's business."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import asyncpg
import pytest

from parindex.access import Person
from parindex.assessments.cycles import steps as cycles
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring, queries, submission
from parindex.assessments.sheets.board import board_of, read_board
from parindex.errors import Refused
from parindex.store.database import Database
from tests.assessments.conftest import FACTS, Year


async def save(year: Year, person: Person, agency: str, *declarations: Declaration) -> declaring.points_now.PointsNow:
    async with year.db.transaction(year.tenant) as connection:
        return await declaring.save(connection, person, year.sheets[agency], declarations)


async def board(year: Year, person: Person, agency: str) -> declaring.Board:
    async with year.db.transaction(year.tenant) as connection:
        return await read_board(connection, person, year.sheets[agency])


async def complete(year: Year, agency: str) -> Person:
    person = await year.person("specialist", agency=agency)
    codes = [code for code in FACTS if not (agency == "NL" and code == "1.3")]
    await save(
        year, person, agency,
        *(Declaration(code=code, facts=FACTS[code], explanation="Theo báo cáo năm.") for code in codes),
    )  # fmt: skip
    return person


async def test_points_come_from_the_rule_with_their_reason(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    points_now = await save(year, person, "HL", Declaration(code="2.1.1", facts=FACTS["2.1.1"]))
    assert points_now.leaves["2.1.1"].points == Decimal("3.6")
    assert points_now.leaves["2.1.1"].reason is not None
    assert points_now.leaves["2.1.2"].state == "unknown"
    assert points_now.total.points == Decimal("3.6")


async def test_the_first_save_begins_the_sheet_and_keeps_its_progress(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    await save(year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    found = await board(year, person, "HL")
    assert (found.sheet.state, found.sheet.declared, found.sheet.applicable) == ("drafting", 1, 6)
    assert found.sheet.points_now == 2


async def test_an_attribute_that_is_false_takes_a_leaf_out_of_the_count(year: Year) -> None:
    person = await year.person("specialist", agency="NL")
    found = await board(year, person, "NL")
    assert found.sheet.applicable == 5
    assert found.points_now.leaves["1.3"].excluded


async def test_a_shared_fact_counts_for_every_leaf_that_takes_it(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    await save(year, person, "HL", Declaration(code="2.1.1", facts=FACTS["2.1.1"]))
    points_now = await save(year, person, "HL", Declaration(code="2.1.2", facts={"2.1.2.online": "50"}))
    assert points_now.leaves["2.1.2"].points == 2


async def test_saying_the_same_twice_changes_nothing(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    once = Declaration(code="1.1", facts=FACTS["1.1"])
    await save(year, person, "HL", once)
    await save(year, person, "HL", once)
    assert (await board(year, person, "HL")).entries["1.1"].row_version == 2


async def test_the_second_editor_is_shown_both_values(year: Year) -> None:
    first = await year.person("specialist", agency="HL", name="Trần Quốc Bảo")
    second = await year.person("specialist", agency="HL")
    await save(year, first, "HL", Declaration(code="1.2", facts={"1.2.judged": "2"}))
    with pytest.raises(declaring.Stale) as told:
        await save(year, second, "HL", Declaration(code="1.2", facts={"1.2.judged": "3"}))
    assert told.value.entry.judged == 2
    assert told.value.mine.facts == {"1.2.judged": "3"}
    assert told.value.values["who"] == "Trần Quốc Bảo"
    assert (await board(year, first, "HL")).entries["1.2"].judged == 2


async def test_a_shared_fact_is_not_overwritten_from_another_leaf(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    await save(
        year, person, "HL", Declaration(code="2.1.1", facts={"dossiers": "100"}, shared_versions={"dossiers": 0})
    )
    late = Declaration(code="2.1.2", facts={"dossiers": "200"}, shared_versions={"dossiers": 0})
    with pytest.raises(declaring.Stale) as told:
        await save(year, person, "HL", late)
    assert told.value.shared["dossiers"].value == "100"


async def test_of_two_at_once_one_is_told(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    await save(year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    outcomes = await asyncio.gather(
        *(save(year, person, "HL", Declaration(code="1.2", facts={"1.2.judged": str(n)})) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, declaring.Stale) for outcome in outcomes) == 3


async def test_another_agencys_draft_is_invisible(year: Year) -> None:
    await complete(year, "HL")
    for roles, agency in ((("specialist", "leader"), "TH"), (("appraiser",), "BNV"), (("secretary",), None)):
        stranger = await year.person(*roles, agency=agency)
        with pytest.raises(Refused, match="not_found"):
            await board(year, stranger, "HL")
        with pytest.raises(Refused, match="not_found"):
            await save(year, stranger, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    with pytest.raises(Refused, match="sign_in_needed"):
        await board(year, None, "HL")  # type: ignore[arg-type]


async def test_another_tenant_sees_no_sheet(year: Year, db: Database, other_tenant: object) -> None:
    person = await complete(year, "HL")
    async with db.transaction(other_tenant) as connection:  # type: ignore[arg-type]
        with pytest.raises(Refused, match="not_found"):
            await read_board(connection, person, year.sheets["HL"])


async def test_facts_that_the_rule_refuses_are_kept_and_cannot_be_handed_in(year: Year) -> None:
    person = await complete(year, "HL")
    found = await board(year, person, "HL")
    wrong = Declaration(
        code="2.1.1", facts={"dossiers": "100", "2.1.1.on_time": "101"}, explanation="x",
        row_version=found.entries["2.1.1"].row_version,
    )  # fmt: skip
    points_now = await save(year, person, "HL", wrong)
    assert points_now.leaves["2.1.1"].state == "refused"
    with pytest.raises(Refused, match="sheet_incomplete") as told:
        await hand_in(year, person, "HL")
    assert [(gap.field, gap.code) for gap in told.value.fields] == [("2.1.1", "gap_refused")]


async def hand_in(year: Year, person: Person, agency: str) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await submission.hand_in(connection, person, year.sheets[agency])


async def submit(year: Year, person: Person, agency: str) -> str:
    async with year.db.transaction(year.tenant) as connection:
        return await submission.submit(connection, person, year.sheets[agency])


async def test_what_is_missing_is_listed_at_once(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    await save(
        year, person, "HL",
        Declaration(code="1.1", facts=FACTS["1.1"]),
        Declaration(code="2.2", inapplicable=True),
    )  # fmt: skip
    with pytest.raises(Refused, match="sheet_incomplete") as told:
        await hand_in(year, person, "HL")
    assert {gap.field: gap.code for gap in told.value.fields} == {
        "1.1": "gap_evidence",
        "1.2": "gap_facts",
        "1.3": "gap_facts",
        "2.1.1": "gap_facts",
        "2.1.2": "gap_facts",
        "2.2": "gap_why_inapplicable",
    }


async def test_the_way_of_a_sheet_to_the_appraisers(year: Year) -> None:
    person = await complete(year, "HL")
    leader = await year.person("leader", agency="HL", name="Trần Quốc Bảo")
    await hand_in(year, person, "HL")
    await hand_in(year, person, "HL")
    async with year.db.transaction(year.tenant) as connection:
        await submission.send_back(connection, leader, year.sheets["HL"], "Đề nghị rà soát mục 2.1")
    assert (await board(year, person, "HL")).sheet.return_reason == "Đề nghị rà soát mục 2.1"
    await hand_in(year, person, "HL")
    receipt = await submit(year, leader, "HL")
    assert receipt == "HL-2026-0001"
    assert await submit(year, leader, "HL") == receipt
    async with year.db.transaction(year.tenant) as connection:
        steps = await queries.transitions(connection, year.sheets["HL"])
        points = await queries.points_of_sheet(connection, year.sheets["HL"])
    assert [step.to_state for step in steps] == [
        "submitted", "with_leader", "drafting", "with_leader", "drafting",
    ]  # fmt: skip
    entries = (await board(year, person, "HL")).entries
    assert points[entries["2.1.1"].id]["self"].points == Decimal("3.6")


@pytest.mark.parametrize("role", ["specialist", "focal_point", "appraiser", "secretary"])
async def test_only_the_leader_approves(year: Year, role: str) -> None:
    person = await complete(year, "HL")
    await hand_in(year, person, "HL")
    other = await year.person(role, agency="HL")
    with pytest.raises(Refused, match=r"not_allowed|not_found"):
        await submit(year, other, "HL")


async def test_a_sent_sheet_is_locked_even_for_the_database(year: Year, owner: asyncpg.Connection) -> None:
    person = await complete(year, "HL")
    await hand_in(year, person, "HL")
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(year, person, "HL", Declaration(code="1.1", facts={}))
    with pytest.raises(asyncpg.CheckViolationError, match="being drafted"):
        await owner.execute("update entries set facts = '{}' where sheet_id = $1", year.sheets["HL"])


async def test_a_sheet_is_withdrawn_once(year: Year) -> None:
    person = await complete(year, "HL")
    leader = await year.person("leader", agency="HL")
    for number in (1, 2):
        await hand_in(year, person, "HL")
        assert await submit(year, leader, "HL") == f"HL-2026-000{number}"
        async with year.db.transaction(year.tenant) as connection:
            if number == 1:
                await submission.withdraw(connection, leader, year.sheets["HL"], "Sai số liệu")
            else:
                with pytest.raises(Refused, match="withdrawal_refused"):
                    await submission.withdraw(connection, leader, year.sheets["HL"], "Sai nữa")


async def test_receipts_are_never_shared(year: Year) -> None:
    leaders = {}
    for agency in ("HL", "TH", "NL"):
        await hand_in(year, await complete(year, agency), agency)
        leaders[agency] = await year.person("leader", agency=agency)
    receipts = await asyncio.gather(*(submit(year, leader, agency) for agency, leader in leaders.items()))
    assert {receipt[-4:] for receipt in receipts} == {"0001", "0002", "0003"}


async def test_a_leaf_of_a_survey_is_not_declared(year: Year) -> None:
    person = await year.person("specialist", agency="HL")
    with pytest.raises(Refused, match="not_declared_by_agencies"):
        await save(year, person, "HL", Declaration(code="3.1"))


async def test_a_year_without_a_substitute_does_not_open(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        board_now = await board_of(connection, (await queries.of_cycle(connection, year.cycle))[0])
        cycle = await cycles.create(
            connection, family="par-index", year=2027, tier="province", criteria_set_id=board_now.published.id,
            participants=[cycles.Participant(agency_id=year.agencies["HL"])],
            bodies={"home-affairs": (year.agencies["BNV"], year.agencies["BTP"]),
                    "government-office": (year.agencies["BTP"], None)},
            by="system",
        )  # fmt: skip
        with pytest.raises(Refused, match="cycle_body_missing") as told:
            await cycles.open_year(connection, year.people["secretary"], cycle)
    assert told.value.values == {"areas": "2 Thủ tục hành chính"}
