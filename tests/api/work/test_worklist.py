"""The work list shows only what waits for this person, oldest first, with one verb; the rest stands below."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex import jobs
from parindex.assessments.appraisal import accepting, deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import closing, steps
from parindex.errors import Refused
from parindex.jobs import tidying
from parindex.store.database import Connection, Database
from tests.assessments.conftest import EARLY, FACTS, Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in, submit

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def open_another_year(
    connection: Connection, year: Year, of: int = 2025, tier: str = "province", agencies: Sequence[str] = ("HL",)
) -> UUID:
    """Another year, still taking sheets."""
    set_id = await connection.fetchval("select criteria_set_id from cycles where id = $1", year.cycle)
    before = await steps.create(
        connection, family="par-index", year=of, tier=tier, criteria_set_id=set_id,
        participants=[
            steps.Participant(agency_id=year.agencies[code], attributes={"has_ports": "true"}) for code in agencies
        ],
        bodies=dict.fromkeys(("home-affairs", "government-office"), (year.agencies["BNV"], year.agencies["BTP"])),
        opens_on=date(2026, 10, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10),
        marked="simulated", by="system",
    )  # fmt: skip
    await steps.open_year(connection, year.people["secretary"], before)
    return before


def part(page: str, heading: str) -> str:
    """What stands under a heading."""
    after = page.split(heading, 1)
    return after[1].split("<h2>", 1)[0] if len(after) == 2 else ""


def verbs(page: str) -> list[str]:
    waiting = part(page, "<h2>Đang chờ xử lý")
    return [text.strip() for text in re.findall(r'<a class="button [a-z]+"[^>]*>([^<]+)<span class="sr">', waiting)]


async def test_each_thing_that_waits_has_one_verb_and_goes_when_it_is_done(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert verbs((await client.get("/work")).text) == ["Bắt đầu kê khai"]
    declared = await complete(year, "HL")
    assert verbs((await client.get("/work")).text) == ["Kê khai tiếp"]
    await hand_in(year, declared, "HL")
    page = (await client.get("/work")).text
    assert verbs(page) == []
    assert "Chờ lãnh đạo duyệt" in part(page, "<h2>Đang diễn ra")
    await signed_in("leader", agency_id=year.agencies["HL"])
    assert verbs((await client.get("/work")).text) == ["Duyệt phiếu"]
    await submit(year, await year.person("leader", agency="HL"), "HL")
    assert verbs((await client.get("/work")).text) == []
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    assert verbs((await client.get("/work")).text) == ["Bắt đầu thẩm định"]


async def test_what_waits_longest_stands_first(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    """A request of today stands below the sheet of a year that opened weeks ago."""
    await hand_in(year, await complete(year, "HL"), "HL")
    await submit(year, await year.person("leader", agency="HL"), "HL")
    appraiser = await year.person("appraiser", agency="BNV")
    async with db.transaction(tenant) as connection:
        ask = Ruling(code="1.1", kind="ask", reason="Đề nghị nêu số văn bản.", row_version=2)
        await deciding.decide(connection, appraiser, year.sheets["HL"], [ask])
        await open_another_year(connection, year)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    page = (await client.get("/work")).text
    assert verbs(page) == ["Bắt đầu kê khai", "Trả lời"]
    assert "Đề nghị nêu số văn bản." in page


async def test_an_appraisal_waits_for_the_secretary_once_nothing_is_undecided(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    await hand_in(year, await complete(year, "NL"), "NL")
    await submit(year, await year.person("leader", agency="NL"), "NL")
    async with db.transaction(tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    await signed_in("secretary")
    page = (await client.get("/work")).text
    assert verbs(page) == []
    assert "Cấp tỉnh năm 2026" in part(page, "<h2>Đang diễn ra")
    for body in ("BNV", "HL"):
        appraiser = await year.person("appraiser", agency=body)
        async with db.transaction(tenant) as connection:
            for code in FACTS:
                with contextlib.suppress(Refused):
                    await accepting.accept_rest(connection, appraiser, year.cycle, code)
    page = (await client.get("/work")).text
    assert verbs(page) == ["Xem và kết thúc thẩm định"]
    async with db.transaction(tenant) as connection:
        await closing.close_appraisal(connection, year.people["secretary"], year.cycle)
    assert verbs((await client.get("/work")).text) == ["Tổng hợp kết quả"]


async def test_two_tiers_of_a_year_are_told_apart(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await open_another_year(connection, year, of=2026, tier="ministry", agencies=["BNV"])
    await signed_in("secretary")
    followed = part((await client.get("/work")).text, "<h2>Đang diễn ra")
    titles = re.findall(r'<a href="/work/cycles/[^"]+"><b>([^<]+)</b></a>', followed)
    assert len(titles) == len(set(titles)) == 2
    assert "Cấp tỉnh năm 2026" in titles


@pytest.mark.parametrize("role", ["secretary", "council_chair", "specialist", "leader", "approver"])
async def test_the_list_asks_as_much_of_many_years_and_sheets_as_of_few(
    client: AsyncClient, year: Year, signed_in: SignIn, count_queries: Callable[[], int], role: str
) -> None:
    await signed_in(role, agency_id=year.agencies["HL"] if role in ("specialist", "leader") else None)

    async def asked() -> int:
        await client.get("/work")
        before = count_queries()
        assert (await client.get("/work")).status_code == 200
        return count_queries() - before

    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
        await open_another_year(connection, year)
    few = await asked()
    async with year.db.transaction(year.tenant) as connection:
        for of in (2024, 2023, 2022, 2021):
            another = await open_another_year(connection, year, of=of, agencies=["HL", "TH", "NL"])
            if of < 2023:
                await closing.close_self_assessment(connection, year.people["secretary"], another, EARLY)
    assert await asked() == few


async def test_failed_jobs_wait_for_the_administrator(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    await signed_in("administrator")
    assert verbs((await client.get("/work")).text) == []
    async with db.transaction(tenant) as connection:
        job = await jobs.enqueue(connection, jobs.Job(kind=tidying.KIND, payload=tidying.Tidy(), by="system"))
        await connection.execute(
            "update jobs set state = 'failed', ended_at = now(), error_code = 'internal' where id = $1", job
        )
    page = (await client.get("/work")).text
    assert verbs(page) == ["Xem và xử lý"]
    assert "1 việc chạy nền không thực hiện được" in page
