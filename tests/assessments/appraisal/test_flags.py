"""A flagged leaf is looked at alone, a waived one needs its appraiser, and days late come from the platform's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from parindex.assessments.appraisal import accepting, deciding
from parindex.assessments.appraisal import queue as appraisals
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.council import matrix
from parindex.assessments.cycles import closing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles.accepted_facts import facts_of_cycle
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import queries
from parindex.errors import Refused
from parindex.store.database import Database
from parindex.text import TIME_ZONE
from tests.assessments import conftest
from tests.assessments.conftest import EARLY, FACTS, Year
from tests.assessments.sheets.test_declaring import board, hand_in, save, submit

CODE = "2.1.2"
LATE = """  penalty: {cap: 1, items: [{code: P1, title: {vi: "Nộp chậm"}, max: 1, evidence: none, appraiser: home-affairs,
    rule: {each: days_late, points: 0.1}}]}
"""


async def sent_with(year: Year, agency: str, **changed: dict[str, str]) -> None:
    """A sheet handed in and submitted, some leaves declared otherwise."""
    person = await year.person("specialist", agency=agency)
    declared = {code: FACTS[code] | changed.get("facts", {}) for code in FACTS}
    declared = {
        code: {name: text for name, text in facts.items() if name in FACTS[code]} for code, facts in declared.items()
    }
    await save(
        year, person, agency,
        *(Declaration(code=code, facts=facts, explanation="Theo báo cáo năm.") for code, facts in declared.items()),
    )  # fmt: skip
    await hand_in(year, person, agency)
    await submit(year, await year.person("leader", agency=agency), agency)


@pytest.fixture
async def flagged(year: Year) -> Year:
    """TH had no dossiers, HL settled more than it had."""
    await sent_with(year, "TH", facts={"dossiers": "0", "2.1.1.on_time": "0", "2.1.2.online": "0"})
    await sent_with(year, "HL", facts={"2.1.2.online": "110"})
    year.people["HL"] = await year.person("appraiser", agency="HL")
    year.people["BTP"] = await year.person("appraiser", agency="BTP")
    return year


async def accept_rest(year: Year, body: str, code: str) -> int:
    async with year.db.transaction(year.tenant) as connection:
        return await accepting.accept_rest(connection, year.people[body], year.cycle, code)


async def states(year: Year, code: str) -> dict[str, str]:
    async with year.db.transaction(year.tenant) as connection:
        entries = {one.sheet_id: one for one in await queries.entries_of_code(connection, year.cycle, code)}
    return {agency: entries[sheet].state for agency, sheet in year.sheets.items()}


async def test_a_leaf_with_a_flag_is_not_accepted_with_the_rest(flagged: Year) -> None:
    assert await accept_rest(flagged, "HL", CODE) == 0
    assert await accept_rest(flagged, "BTP", CODE) == 0
    assert await states(flagged, CODE) == {"TH": "open", "HL": "open", "NL": "open"}
    assert await accept_rest(flagged, "HL", "2.1.1") == 1


@pytest.mark.parametrize(("body", "agency"), [("HL", "TH"), ("BTP", "HL")])
async def test_an_appraiser_accepts_it_alone(flagged: Year, body: str, agency: str) -> None:
    async with flagged.db.transaction(flagged.tenant) as connection:
        ruling = Ruling(code=CODE, kind="accept")
        await deciding.decide(connection, flagged.people[body], flagged.sheets[agency], [ruling])
    assert (await states(flagged, CODE))[agency] == "agreed"


async def test_the_flags_are_kept_with_the_points(flagged: Year) -> None:
    async with flagged.db.transaction(flagged.tenant) as connection:
        kept = await queries.points_of_code(connection, flagged.cycle, CODE)
        entries = {one.sheet_id: one.id for one in await queries.entries_of_code(connection, flagged.cycle, CODE)}
    th, hl = (kept[entries[flagged.sheets[agency]]]["self"] for agency in ("TH", "HL"))
    assert (th.state, th.waived, th.flagged, th.reason["flags"]) == ("not_applicable", True, True, ["waived"])
    assert (hl.points, hl.waived, hl.flagged, hl.reason["flags"]) == (Decimal(4), False, True, ["over_whole"])


async def test_a_waived_leaf_waits_for_its_appraiser_in_every_count(flagged: Year) -> None:
    async with flagged.db.transaction(flagged.tenant) as connection:
        queue = await appraisals.queue(connection, flagged.people["HL"], flagged.cycle)
        rows = await cycle_queries.summary_of_cycle(connection, flagged.cycle)
        cells = (await matrix.matrix(connection, flagged.people["secretary"], flagged.cycle)).cells
    assert queue.counts[CODE] == (1, 0, 0)
    assert {row["sheet_id"] for row in rows if row["code"] == CODE and row["to_decide"]} == {
        flagged.sheets["TH"], flagged.sheets["HL"],
    }  # fmt: skip
    assert cells[flagged.sheets["TH"], "2"].total == 3


async def test_a_year_does_not_close_over_a_waived_leaf(flagged: Year) -> None:
    flagged.people["BNV"] = await flagged.person("appraiser", agency="BNV")
    async with flagged.db.transaction(flagged.tenant) as connection:
        await closing.close_self_assessment(connection, flagged.people["secretary"], flagged.cycle, EARLY)
    for body, codes in (("BNV", ("1.1", "1.2", "1.3")), ("HL", ("2.1.1", "2.2")), ("BTP", ("2.1.1", "2.2"))):
        for code in codes:
            await accept_rest(flagged, body, code)
    with pytest.raises(Refused, match="cycle_undecided") as told:
        async with flagged.db.transaction(flagged.tenant) as connection:
            await closing.close_appraisal(connection, flagged.people["secretary"], flagged.cycle)
    assert told.value.values["entries"] == "Hòa Lâm 2.1.2; TP Tân Hải 2.1.2"


# days late


@pytest.fixture
async def late_year(db: Database, tenant: object, monkeypatch: pytest.MonkeyPatch) -> Year:
    """The small year with a penalty for late sheets."""
    monkeypatch.setattr(conftest, "SET", conftest.SET + LATE)
    return await conftest.open_year(db, tenant)  # type: ignore[arg-type]


async def test_a_sheet_in_time_is_no_day_late(late_year: Year) -> None:
    person = await late_year.person("specialist", agency="TH")
    await save(late_year, person, "TH", Declaration(code="1.1", facts=FACTS["1.1"]))
    assert (await board(late_year, person, "TH")).sheet.days_late == 0
    async with late_year.db.transaction(late_year.tenant) as connection:
        facts = await facts_of_cycle(connection, late_year.cycle)
    assert facts["TH"]["@days_late"] == "0"
    assert "@days_late" not in facts["HL"]


async def test_days_late_are_counted_until_the_sheet_is_handed_in(
    late_year: Year, clocked: Database, owner: asyncpg.Connection
) -> None:
    late_year.db = clocked
    await owner.execute("update cycles set closes = deadline + interval '30 days'")
    clocked.clock = datetime(2099, 1, 23, 1, tzinfo=TIME_ZONE)
    await sent_with(late_year, "TH")
    person = await late_year.person("specialist", agency="HL")
    await save(late_year, person, "HL", Declaration(code="1.1", facts=FACTS["1.1"]))
    clocked.clock += timedelta(days=7)
    async with clocked.transaction(late_year.tenant) as connection:
        facts = await facts_of_cycle(connection, late_year.cycle)
    assert (facts["TH"]["@days_late"], facts["HL"]["@days_late"]) == ("3", "10")


async def test_what_the_platform_gives_is_no_leaf_of_the_agency(late_year: Year) -> None:
    person = await late_year.person("specialist", agency="TH")
    found = await board(late_year, person, "TH")
    assert "P1" not in found.published.fields
    assert "P1" not in found.entries


async def test_a_set_without_such_a_penalty_is_told_no_days(flagged: Year) -> None:
    async with flagged.db.transaction(flagged.tenant) as connection:
        facts = await facts_of_cycle(connection, flagged.cycle)
    assert not any("@days_late" in own for own in facts.values())
