"""A merger from its page while a year is open: what becomes of the sheets is chosen there, and nothing is done without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex import jobs
from parindex.agencies import deeds, find, listed, queries, today_job
from parindex.agencies.ledger import today
from parindex.api.shared.services import Services
from parindex.assessments.mergers.treatments import field_of
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Connection, Database
from tests.assessments.conftest import Year, open_year
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

TYPED = {
    "day": "01/07/2026", "number": "12/NQ-HĐND", "date": "03/02/2026", "others": "NL", "code": "TN",
    "name_vi": "Tỉnh Tân Ngọc",
}  # fmt: skip
PATH = "/work/agencies/TH/merge/check?" + urlencode(TYPED)


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def test_nothing_is_done_until_it_is_chosen_what_becomes_of_the_sheets(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    asked = (await client.get(PATH)).text
    assert f'name="{field_of(year.cycle)}"' in asked
    assert "Cơ quan tiền thân chấm riêng, không xếp hạng" in asked
    assert "trọng số theo số tháng" in asked
    assert "Thành phố Tân Hải" in asked
    assert "TP Tân Hải 6, Ngọc Lũng 6" in asked
    assert "Không chia được theo dân số" in asked
    assert 'value="weighted_population"' not in asked
    refused = await post_checked(client, PATH)
    assert refused.status_code == 422
    assert "chọn một cách xử lý phiếu" in refused.text
    weighted = await post_checked(client, PATH, **{field_of(year.cycle): "weighted"})
    assert weighted.status_code == 422
    unknown = await post_checked(client, PATH, **{field_of(year.cycle): "weighted_population"})
    assert unknown.status_code == 422
    async with year.db.transaction(year.tenant) as connection:
        assert await queries.every_succession(connection) == []
    done = await post_checked(client, PATH, **{field_of(year.cycle): "inherit"})
    assert done.status_code == 303
    async with year.db.transaction(year.tenant) as connection:
        sheets = {one.agency_code: one.state for one in await sheet_queries.of_cycle(connection, year.cycle)}
        assert sheets == {"HL": "not_started", "TH": "handed_over", "NL": "handed_over", "TN": "not_started"}
    page = (await client.get("/work/agencies/TH?day=30/06/2026")).text
    assert "Đã bàn giao cho cơ quan kế thừa".lower() in page
    await signed_in("secretary")
    assert "Đã bàn giao cho cơ quan kế thừa" in (await client.get(f"/work/cycles/{year.cycle}")).text


async def test_an_extension_is_offered_to_those_who_still_hold_a_sheet(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    assert (await post_checked(client, PATH, **{field_of(year.cycle): "inherit"})).status_code == 303
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/extend"
    shown = (await client.get(path)).text
    async with year.db.transaction(year.tenant) as connection:
        successor = (await find(connection, "TN")).id
    for agency, there in ((year.agencies["HL"], True), (successor, True), (year.agencies["TH"], False)):
        assert (f'value="{agency}"' in shown) is there
    assert f'value="{year.agencies["NL"]}"' not in shown
    given = {"last_day": "25/01/2099", "number": "15/QĐ-HĐ", "date": "02/11/2026", "reason": "Bão"}
    named = await post_form(client, path, names="TH", **given)
    assert named.status_code == 422
    async with year.db.transaction(year.tenant) as connection:
        assert await connection.fetchval("select count(*) from deadline_changes") == 0


@pytest.mark.parametrize(
    ("day", "there", "gone"),
    [("30/06/2026", ("TH", "NL"), ("TN",)), ("01/07/2026", ("TN",), ("TH", "NL"))],
)
async def test_the_registry_and_what_is_drawn_of_it_are_of_the_day_on_both_sides_of_a_merger(
    client: AsyncClient, year: Year, signed_in: SignIn, day: str, there: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    await signed_in("index_manager")
    assert (await post_checked(client, PATH, **{field_of(year.cycle): "inherit"})).status_code == 303
    listed = (await client.get(f"/work/agencies?day={day}")).text
    codes = (await client.get(f"/work/agencies.csv?day={day}")).text
    for code in there:
        assert f"/work/agencies/{code}" in listed
        assert f"\n{code}," in codes
        assert (await client.get(f"/work/agencies/{code}?day={day}")).status_code == 200
    for code in gone:
        assert f'/work/agencies/{code}"' not in listed
        assert f"\n{code}," not in codes
    async with year.db.transaction(year.tenant) as connection:
        drafted = await _drafted(connection, day)
    assert set(there) <= drafted
    assert not drafted & set(gone)


async def _drafted(connection: Connection, day: str) -> set[str]:
    """Who would take part in a year whose first day is that."""
    first = datetime.strptime(day, "%d/%m/%Y").date()
    return {one.code for one in await listed(connection, tier="province", day=first)}


async def test_a_change_of_tomorrow_comes_into_force_by_the_clock(services: Services, year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        paper = deeds.basis("1/NQ", today(), today=today())
        await deeds.become(
            connection, year.agencies["TH"], {"name_vi": "Tỉnh Mai"}, day=today(), basis=paper, by="system"
        )
        await connection.execute("update agencies set name_vi = 'Tỉnh Hôm Qua' where code = 'TH'")
        await jobs.enqueue(connection, jobs.Job(kind=today_job.KIND, payload=today_job.WholeRegistry(), by="system"))
    await jobs.run_until_idle(services.db, services.jobs)
    async with year.db.transaction(year.tenant) as connection:
        (known,) = await queries.by_ids(connection, [year.agencies["TH"]])
        assert known.name_vi == (await find(connection, "TH")).name_vi == "Tỉnh Mai"
        told = await connection.fetchval("select count(*) from audit_rows where tag = 'registry:agency:dawn'")
        assert told == 1
