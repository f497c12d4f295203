"""A body may be the agency above each agency: it appraises those below it, and whom the year names the others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from parindex import agencies
from parindex.access import Person
from parindex.assessments.appraisal import accepting, leaf_across, mandates, queue
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.council import step_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, from_last_year, members, queries
from parindex.errors import Refused
from parindex.store.database import Connection
from tests.assessments.appraisal.test_deciding import decide
from tests.assessments.conftest import Year
from tests.assessments.cycles.test_from_last_year import DAYS, next_set
from tests.assessments.sheets.test_declaring import complete, hand_in, submit

ACCEPT = Ruling(code="1.1", kind="accept")
BODIES = ("home-affairs", "government-office")


async def put_below(connection: Connection, code: str, above: str | None) -> None:
    await agencies.change(connection, await agencies.find(connection, code), {"parent": above}, by="system")


@pytest.fixture
async def sent(year: Year) -> Year:
    """TH lies below BTP, above HL is nobody; the first area is appraised from above."""
    for agency in ("HL", "TH"):
        await hand_in(year, await complete(year, agency), agency)
        await submit(year, await year.person("leader", agency=agency), agency)
    async with year.db.transaction(year.tenant) as connection:
        await put_below(connection, "TH", "BTP")
        await connection.execute("update cycle_bodies set above = true where body = 'home-affairs'")
    for agency in ("BNV", "BTP", "HL", "TH"):
        year.people[agency] = await year.person("appraiser", agency=agency)
    return year


async def accepted(year: Year, person: Person, code: str) -> int:
    async with year.db.transaction(year.tenant) as connection:
        return await accepting.accept_rest(connection, person, year.cycle, code)


async def test_the_agency_above_appraises_what_lies_below_it_and_nothing_else(sent: Year) -> None:
    await decide(sent, sent.people["BTP"], "TH", ACCEPT)
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BTP"], "HL", ACCEPT)


async def test_whom_the_year_names_appraises_where_nobody_stands_above(sent: Year) -> None:
    await decide(sent, sent.people["BNV"], "HL", ACCEPT)
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BNV"], "TH", ACCEPT)


async def test_nobody_appraises_their_own_agency_whoever_stands_above(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        await connection.execute("update cycle_bodies set above = true")
    for own in ("TH", "HL"):
        with pytest.raises(Refused, match="own_agency"):
            await decide(sent, sent.people[own], own, ACCEPT)


async def test_other_areas_stay_with_whom_the_year_names(sent: Year) -> None:
    await decide(sent, sent.people["HL"], "TH", Ruling(code="2.1.1", kind="accept"))
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BTP"], "TH", Ruling(code="2.1.1", kind="accept"))


async def test_accepting_the_rest_takes_each_ones_own(sent: Year) -> None:
    assert [await accepted(sent, sent.people[who], "1.1") for who in ("BTP", "BNV", "BTP", "BNV")] == [1, 1, 0, 0]


async def test_the_queue_and_the_leaf_show_each_ones_own(sent: Year) -> None:
    found: dict[str, Any] = {}
    async with sent.db.transaction(sent.tenant) as connection:
        for who in ("BTP", "BNV"):
            counts = (await queue.queue(connection, sent.people[who], sent.cycle)).counts
            across = await leaf_across.read(connection, sent.people[who], sent.cycle, "1.1")
            found[who] = (counts["1.1"], [sheet.agency_code for sheet, _ in across.rows])
        assert found == {"BTP": ((1, 0, 0), ["TH"]), "BNV": ((1, 0, 0), ["HL", "NL"])}
        with pytest.raises(Refused, match="not_allowed"):
            await leaf_across.read(connection, sent.people["TH"], sent.cycle, "1.1")


async def test_an_agency_that_came_under_another_is_appraised_by_that_one(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        await put_below(connection, "TH", "BNV")
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BTP"], "TH", ACCEPT)
    await decide(sent, sent.people["BNV"], "TH", ACCEPT)


async def test_every_area_of_every_sheet_has_one_agency_that_appraises_it(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        given = [await mandates.mandate(connection, sent.people[who], sent.cycle) for who in ("BNV", "BTP", "HL", "TH")]
    for body in BODIES:
        for agency in ("HL", "TH", "NL"):
            assert sum(one.covers(body, sent.agencies[agency]) for one in given) == 1, (body, agency)


async def next_draft(connection: Connection, year: Year, manager: Person) -> UUID:
    return await from_last_year.draft(
        connection, manager, source_id=year.cycle, family="par-index", tier="province", year=2027, days=DAYS,
        criteria_set_id=await next_set(connection),
    )  # fmt: skip


async def test_next_year_keeps_who_appraises_from_above_until_the_draft_says_otherwise(sent: Year) -> None:
    manager = await sent.person("index_manager")
    async with sent.db.transaction(sent.tenant) as connection:
        made = await next_draft(connection, sent, manager)
        assert {body: one.above for body, one in (await members.bodies(connection, made)).items()} == {
            "home-affairs": True, "government-office": False,
        }  # fmt: skip
        pair = (sent.agencies["BNV"], sent.agencies["BTP"])
        for above, expected in ((None, True), (["government-office"], False)):
            changes = drafting.DraftChanges(bodies=dict.fromkeys(BODIES, pair), above=above)
            await drafting.change(connection, made, changes, by="system")
            assert (await members.bodies(connection, made))["home-affairs"].above is expected
        assert (await members.bodies(connection, made))["government-office"].above is True


async def test_before_opening_it_is_told_above_whom_there_is_nobody_and_who_above_has_no_appraiser(sent: Year) -> None:
    manager = await sent.person("index_manager")
    async with sent.db.transaction(sent.tenant) as connection:
        made = await next_draft(connection, sent, manager)
        check = await step_checks.of_opening(connection, manager, made, action="cycle:read")
        lines = {line.code: line.told.values for line in check.lines}
        assert lines["nobody_above"]["agencies"] == ("Hòa Lâm", "Ngọc Lũng")
        assert "nobody_appraises" not in lines
        new = agencies.NewAgency(code="BTC", name_vi="Bộ Tài chính (mô phỏng)", tier="ministry")
        await agencies.add_all(connection, [new], by="system")
        await put_below(connection, "NL", "BTC")
        check = await step_checks.of_opening(connection, manager, made, action="cycle:read")
        lines = {line.code: line.told.values for line in check.lines}
        assert lines["nobody_above"]["agencies"] == ("Hòa Lâm",)
        assert lines["nobody_appraises"]["agencies"] == ("Bộ Tài chính (mô phỏng)",)


async def test_the_public_page_of_a_set_names_the_agency_above_and_no_single_one(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        set_id = await connection.fetchval("select criteria_set_id from cycles where id = $1", sent.cycle)
        found = await published_sets.appraisers_of(connection, set_id)
        assert found["home-affairs"][0] == published_sets.ABOVE
        assert found["government-office"][0] == "Tỉnh Hòa Lâm"
        assert {row["body"] for row in await queries.bodies(connection, sent.cycle)} == set(BODIES)
