"""Leaves are given to people of the agency: who has one declares it, hands it in, and gets it back with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from parindex.access import Person
from parindex.access.handovers import handing_over
from parindex.access.staff import queries
from parindex.assessments.assignments import assigned_sheet, assigning
from parindex.assessments.assignments.model import LeafPart
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring, submission
from parindex.errors import Refused
from tests.assessments.conftest import FACTS, Year


async def assign(
    year: Year, by: Person, codes: Sequence[str], to: Person, part: LeafPart = "owner", agency: str = "HL"
) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await assigning.assign(connection, by, year.sheets[agency], codes, to.id, part)


async def read(year: Year, person: Person, agency: str = "HL") -> assigned_sheet.AssignedSheet:
    async with year.db.transaction(year.tenant) as connection:
        return await assigned_sheet.read(connection, person, year.sheets[agency])


async def save(year: Year, person: Person, code: str, version: int = 1, text: str = "Theo báo cáo năm.") -> None:
    async with year.db.transaction(year.tenant) as connection:
        said = Declaration(code=code, facts=FACTS[code], explanation=text, row_version=version)
        await declaring.save(connection, person, year.sheets["HL"], [said])


async def hand_in(year: Year, person: Person) -> Sequence[str]:
    async with year.db.transaction(year.tenant) as connection:
        return await assigning.hand_in(connection, person, year.sheets["HL"])


async def give_back(year: Year, person: Person, codes: Sequence[str], reason: str = "Thiếu phụ lục") -> None:
    async with year.db.transaction(year.tenant) as connection:
        await assigning.give_back(connection, person, year.sheets["HL"], codes, reason)


async def staff(year: Year) -> tuple[Person, Person, Person]:
    """A focal point and two specialists of one agency."""
    focal = await year.person("focal_point", agency="HL", name="Lê Minh Đức")
    first = await year.person("specialist", agency="HL", name="Vũ Lan Anh")
    return focal, first, await year.person("specialist", agency="HL", name="Đỗ Quang Huy")


async def test_whoever_has_a_leaf_declares_it_and_colleagues_do_not(year: Year) -> None:
    focal, first, second = await staff(year)
    await assign(year, focal, ["1.1", "1.2"], first)
    with pytest.raises(Refused) as refused:
        await save(year, second, "1.1")
    assert (refused.value.code, refused.value.values["who"]) == ("leaf_of_others", "Vũ Lan Anh")
    await save(year, first, "1.1")
    await save(year, second, "2.2")  # nobody has this one
    await save(year, focal, "1.2")  # the focal point declares any


async def test_contributors_declare_too_and_monitors_do_not(year: Year) -> None:
    focal, first, second = await staff(year)
    third = await year.person("specialist", agency="HL")
    await assign(year, focal, ["1.1"], first)
    await assign(year, focal, ["1.1"], second, "contributor")
    await assign(year, focal, ["1.1"], third, "monitor")
    await save(year, second, "1.1")
    with pytest.raises(Refused, match="leaf_of_others"):
        await save(year, third, "1.1")


async def test_an_owner_takes_the_place_of_the_one_before_and_nothing_is_deleted(year: Year, owner) -> None:
    focal, first, second = await staff(year)
    await assign(year, focal, ["1.1"], first)
    await assign(year, focal, ["1.1"], second)
    held = (await read(year, focal)).board.sheet.assignments.of("1.1")
    assert [(one.name, one.part) for one in held] == [("Đỗ Quang Huy", "owner")]
    kept = await owner.fetch("select person_id, ended_at is null as holds from leaf_assignments order by since")
    assert [(row["person_id"], row["holds"]) for row in kept] == [(first.id, False), (second.id, True)]


async def test_giving_the_same_again_changes_nothing(year: Year, owner) -> None:
    focal, first, _ = await staff(year)
    await assign(year, focal, ["1.1"], first)
    await assign(year, focal, ["1.1"], first)
    assert await owner.fetchval("select count(*) from leaf_assignments") == 1
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'agency:leaf:assign'") == 1


async def test_leaves_of_whoever_left_are_open_to_their_colleagues_and_count_as_unowned(year: Year) -> None:
    focal, first, second = await staff(year)
    await assign(year, focal, ["1.1"], first)
    async with year.db.transaction(year.tenant) as connection:
        await queries.disable(connection, first.id, "left", "Chuyển công tác")
    await save(year, second, "1.1")
    assert (await read(year, focal)).board.sheet.assignments.owner("1.1").present is False  # type: ignore[union-attr]


@pytest.mark.parametrize("roles", [("specialist",), ("leader",)])
async def test_only_the_focal_point_gives_leaves(year: Year, roles: tuple[str, ...]) -> None:
    _, first, _ = await staff(year)
    other = await year.person(*roles, agency="HL")
    with pytest.raises(Refused, match="not_allowed"):
        await assign(year, other, ["1.1"], first)


async def test_a_stranger_is_given_no_leaf_and_gives_none(year: Year) -> None:
    focal, first, _ = await staff(year)
    stranger = await year.person("specialist", agency="TH")
    with pytest.raises(Refused) as refused:
        await assign(year, focal, ["1.1"], stranger)
    assert [fault.code for fault in refused.value.fields] == ["colleague_unknown"]
    theirs = await year.person("focal_point", agency="TH")
    with pytest.raises(Refused, match="not_found"):
        await assign(year, theirs, ["1.1"], first)


async def test_a_leaf_that_surveys_decide_or_that_is_none_is_given_to_nobody(year: Year) -> None:
    focal, first, _ = await staff(year)
    for code in ("3.1", "9.9"):
        with pytest.raises(Refused, match="not_declared_by_agencies"):
            await assign(year, focal, [code], first)
    with pytest.raises(Refused) as refused:
        await assign(year, focal, [], first)
    assert [fault.field for fault in refused.value.fields] == ["leaf"]


async def test_what_is_handed_in_lacks_nothing_and_counts_until_it_is_changed(year: Year) -> None:
    focal, first, _ = await staff(year)
    await assign(year, focal, ["1.1", "2.2"], first)
    await save(year, first, "1.1")
    with pytest.raises(Refused) as refused:
        await hand_in(year, first)
    assert [fault.field for fault in refused.value.fields] == ["2.2"]
    await save(year, first, "2.2")
    assert await hand_in(year, first) == ["1.1", "2.2"]
    with pytest.raises(Refused, match="nothing_to_hand_in"):
        await hand_in(year, first)
    await save(year, first, "1.1", version=2, text="Sửa lại theo góp ý.")
    assert await hand_in(year, first) == ["1.1"]


async def test_what_was_handed_in_is_given_back_with_a_reason(year: Year) -> None:
    focal, first, second = await staff(year)
    await assign(year, focal, ["1.1", "2.2"], first)
    for code in ("1.1", "2.2"):
        await save(year, first, code)
    await hand_in(year, first)
    with pytest.raises(Refused) as refused:
        await give_back(year, focal, ["1.1"], "  ")
    assert [fault.code for fault in refused.value.fields] == ["reason_missing"]
    with pytest.raises(Refused, match="not_allowed"):
        await give_back(year, second, ["1.1"])
    await give_back(year, focal, ["1.1"])
    with pytest.raises(Refused) as refused:
        await give_back(year, focal, ["1.1"])
    assert [fault.code for fault in refused.value.fields] == ["nothing_handed_in"]
    assert await hand_in(year, first) == ["1.1"]


async def test_a_sheet_whose_leaves_were_given_out_is_handed_in_by_the_focal_point(year: Year) -> None:
    focal, first, _ = await staff(year)
    for code in FACTS:
        await save(year, first, code)
    await assign(year, focal, ["1.1"], first)
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="sheet_of_focal_point"):
            await submission.hand_in(connection, first, year.sheets["HL"])
        await submission.hand_in(connection, focal, year.sheets["HL"])


async def test_without_a_focal_point_a_specialist_hands_in_the_sheet_as_before(year: Year) -> None:
    focal, first, _ = await staff(year)
    for code in FACTS:
        await save(year, first, code)
    await assign(year, focal, ["1.1"], first)
    async with year.db.transaction(year.tenant) as connection:
        await queries.disable(connection, focal.id, "left", "Chuyển công tác")
        await submission.hand_in(connection, first, year.sheets["HL"])


async def test_two_who_give_one_leaf_at_once_leave_one_owner(year: Year, owner) -> None:
    focal, first, second = await staff(year)
    await asyncio.gather(assign(year, focal, ["1.1"], first), assign(year, focal, ["1.1"], second))
    assert await owner.fetchval("select count(*) from leaf_assignments where ended_at is null") == 1


async def test_leaves_are_taken_back_from_whoever_has_them(year: Year) -> None:
    focal, first, second = await staff(year)
    await assign(year, focal, ["1.1"], first)
    await assign(year, focal, ["1.1"], second, "monitor")
    async with year.db.transaction(year.tenant) as connection:
        await assigning.release(connection, focal, year.sheets["HL"], ["1.1"], first.id)
    assert [one.name for one in (await read(year, focal)).board.sheet.assignments.of("1.1")] == ["Đỗ Quang Huy"]
    async with year.db.transaction(year.tenant) as connection:
        await assigning.release(connection, focal, year.sheets["HL"], ["1.1"])
    assert not (await read(year, focal)).board.sheet.assignments.by_code


async def test_leaves_change_hands_with_the_work_and_the_taker_keeps_the_part_that_answers_for_more(
    year: Year, owner
) -> None:
    focal, first, second = await staff(year)
    boss = await year.person("administrator", name="Trịnh Bảo Châu")
    await assign(year, focal, ["1.1", "1.2"], first)
    await assign(year, focal, ["1.1", "2.2"], second, "monitor")
    await assign(year, focal, ["2.1.1"], first, "contributor")
    await assign(year, focal, ["2.1.1"], second)
    async with year.db.transaction(year.tenant) as connection:
        await handing_over.hand_over(
            connection, boss, first.id, second.id, "Chuyển công tác", ZoneInfo("Asia/Ho_Chi_Minh")
        )
    held = (await read(year, focal)).board.sheet.assignments
    parts = {code: [(one.name, one.part) for one in held.of(code)] for code in ("1.1", "1.2", "2.1.1", "2.2")}
    assert parts == {
        "1.1": [("Đỗ Quang Huy", "owner")],
        "1.2": [("Đỗ Quang Huy", "owner")],
        "2.1.1": [("Đỗ Quang Huy", "owner")],
        "2.2": [("Đỗ Quang Huy", "monitor")],
    }
    assert await owner.fetchval("select after ->> 'leaves' from audit_rows where tag = 'access:work:hand_over'") == "3"
