"""The office says who declares which leaf; owner bodies find their part on their pages, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.cycles import steps
from parindex.assessments.owners import owner_bodies
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Database
from tests.assessments.conftest import Year
from tests.assessments.owners.test_owner_bodies import drafted, own
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def draft(db: Database, tenant: UUID) -> Year:
    return await drafted(db, tenant)


async def owners(year: Year) -> dict[str, str]:
    """By leaf of HL the code of the body."""
    codes = {agency: code for code, agency in year.agencies.items()}
    async with year.db.transaction(year.tenant) as connection:
        found = (await owner_bodies.of_cycle(connection, year.cycle)).get(year.agencies["HL"], {})
    return {code: codes[body] for code, body in found.items()}


async def opened(year: Year) -> str:
    """Open the year; the address of the sheet of HL."""
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        await steps.open_year(connection, secretary, year.cycle)
        year.sheets = {one.agency_code: one.id for one in await sheet_queries.of_cycle(connection, year.cycle)}
    return f"/work/sheets/{year.sheets['HL']}"


async def test_leaves_are_given_one_by_one_and_by_area(client: AsyncClient, draft: Year, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = f"/work/years/{draft.cycle}/owners"
    shown = (await client.get(f"/work/years/{draft.cycle}/draft")).text
    assert path in shown
    shown = (await client.get(path)).text
    assert "Sở Nội vụ Hòa Lâm" not in shown  # Tân Hải stands first in the official list
    shown = (await client.get(f"{path}?agency={draft.agencies['HL']}")).text
    assert "Sở Nội vụ Hòa Lâm" in shown
    assert "Sở Nội vụ Tân Hải" not in shown
    given = {
        "agency": str(draft.agencies["HL"]), "area:1": str(draft.agencies["HL.SNV"]),
        "owner:1.2": str(draft.agencies["HL.STC"]), "owner:2.2": str(draft.agencies["HL.STC"]),
    }  # fmt: skip
    done = await post_form(client, path, **given)
    assert done.status_code == 303, done.text
    assert "Đã lưu cơ quan chủ trì." in (await client.get(done.headers["location"])).text
    assert await owners(draft) == {"1.1": "HL.SNV", "1.2": "HL.STC", "1.3": "HL.SNV", "2.2": "HL.STC"}
    assert (await post_form(client, path, agency=given["agency"], **{"owner:1.1": given["area:1"]})).status_code == 303
    assert await owners(draft) == {"1.1": "HL.SNV"}


@pytest.mark.parametrize("value", ["TH.SNV", "BNV", "HL"])
async def test_who_stands_elsewhere_is_refused_beside_the_leaf(
    client: AsyncClient, draft: Year, signed_in: SignIn, value: str
) -> None:
    await signed_in("index_manager")
    path, agency = f"/work/years/{draft.cycle}/owners", str(draft.agencies["HL"])
    refused = await post_form(client, path, agency=agency, **{"owner:1.1": str(draft.agencies[value])})
    assert refused.status_code == 422
    assert "Cơ quan chủ trì phải là đơn vị trực thuộc" in refused.text
    assert await owners(draft) == {}


@pytest.mark.parametrize("agency", ["", "x", "BNV"])
async def test_the_sheet_of_nobody_is_not_found(
    client: AsyncClient, draft: Year, signed_in: SignIn, agency: str
) -> None:
    await signed_in("index_manager")
    given = str(draft.agencies.get(agency, agency))
    assert (await post_form(client, f"/work/years/{draft.cycle}/owners", agency=given)).status_code == 404
    assert (await client.get(f"/work/years/{draft.cycle}/owners?agency={given}")).status_code == 200


async def test_owners_are_read_by_who_reads_years_and_given_while_it_is_a_draft(
    client: AsyncClient, draft: Year, signed_in: SignIn
) -> None:
    path, agency = f"/work/years/{draft.cycle}/owners", str(draft.agencies["HL"])
    await signed_in("specialist", agency_id=draft.agencies["HL"])
    assert (await client.get(path)).status_code == 403
    assert (await post_form(client, path, agency=agency)).status_code == 403
    await signed_in("auditor")
    assert "Lưu cơ quan chủ trì" not in (await client.get(path)).text
    assert (await post_form(client, path, agency=agency)).status_code == 403
    await opened(draft)
    await signed_in("secretary")
    assert "Lưu cơ quan chủ trì" not in (await client.get(path)).text
    assert (await post_form(client, path, agency=agency)).status_code == 409


async def test_an_owner_finds_its_part_declares_it_and_sees_nothing_else(
    client: AsyncClient, draft: Year, signed_in: SignIn
) -> None:
    await own(draft, {"1.1": "HL.SNV", "2.1.1": "HL.STC"})
    sheet = await opened(draft)
    await signed_in("specialist", "leader", agency_id=draft.agencies["HL.SNV"])
    waiting = (await client.get("/work")).text
    assert "Kê khai phần chủ trì" in waiting
    assert sheet in waiting
    shown = (await client.get(sheet)).text
    assert "Trang này chỉ có các tiêu chí do Sở Nội vụ Hòa Lâm chủ trì" in shown
    assert "Ban hành kế hoạch" in shown
    for other in ("Sáng kiến", "Thủ tục hành chính", "Trực tuyến", "Giải thưởng"):
        assert other not in shown
    assert (await client.get(f"{sheet}/1.1")).status_code == 200
    assert (await client.get(f"{sheet}/1.1/evidence")).status_code == 200
    saved = await post_form(client, f"{sheet}/1.1", **{"fact:1.1.issued": "true", "row_version": "1"})
    assert saved.status_code == 303, saved.text
    for rest in ("1.2", "2.1.1", "1.2/evidence"):
        assert (await client.get(f"{sheet}/{rest}")).status_code == 404
    assert (await post_form(client, f"{sheet}/2.1.1", **{"fact:dossiers": "7"})).status_code == 404
    for step in ("hand-in", "decide", "withdraw", "receipt"):
        assert (await client.get(f"{sheet}/{step}")).status_code == 403
    assert (await post_form(client, f"{sheet}/hand-in")).status_code == 403


async def test_the_province_sees_who_declares_a_leaf_and_what_was_declared(
    client: AsyncClient, draft: Year, signed_in: SignIn
) -> None:
    await own(draft, {"1.1": "HL.SNV"})
    sheet = await opened(draft)
    await signed_in("specialist", agency_id=draft.agencies["HL.SNV"])
    await post_form(client, f"{sheet}/1.1", **{"fact:1.1.issued": "true", "row_version": "1"})
    await signed_in("specialist", agency_id=draft.agencies["HL"])
    shown = (await client.get(f"{sheet}/1.1")).text
    assert "Cơ quan chủ trì: Sở Nội vụ Hòa Lâm" in shown
    assert "chỉ có các tiêu chí" not in (await client.get(sheet)).text
    assert "Cơ quan chủ trì" not in (await client.get(f"{sheet}/1.2")).text


async def test_bodies_of_another_province_and_people_without_an_agency_see_nothing(
    client: AsyncClient, draft: Year, signed_in: SignIn
) -> None:
    await own(draft, {"1.1": "HL.SNV"})
    sheet = await opened(draft)
    for agency in ("TH.SNV", "TH", "HL.STC"):
        await signed_in("specialist", agency_id=draft.agencies[agency])
        assert (await client.get(sheet)).status_code == 404
        assert sheet not in (await client.get("/work")).text
    await signed_in("specialist")
    assert (await client.get(sheet)).status_code == 404
