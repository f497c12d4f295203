"""Owner bodies leave as a list and come back the same; a list is told row by row before anything is written."""

from __future__ import annotations

import re

import pytest
from httpx import AsyncClient

from parindex.papers.csv_file import csv_bytes
from parindex.reading.tables import read_table
from tests.api.work.years.test_owners import SignIn, draft, opened, owners  # noqa: F401 - fixtures
from tests.assessments.conftest import Year
from tests.assessments.owners.test_owner_bodies import OF_HOME_AFFAIRS, own
from tests.conftest import post_form

HEAD = ("agency", "leaf", "owner")


async def upload(client: AsyncClient, path: str, content: bytes) -> str:
    """The address of the report, or the page that refused the file."""
    await client.get("/sign-in")
    sent = await client.post(
        path, data={"_csrf_token": client.cookies["csrftoken"]}, files={"file": ("owners.csv", content)}
    )
    return str(sent.headers["location"]) if sent.status_code == 303 else sent.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_list_comes_back_the_same(client: AsyncClient, draft: Year, signed_in: SignIn, kind: str) -> None:  # noqa: F811
    await own(draft, OF_HOME_AFFAIRS)
    await signed_in("index_manager")
    path = f"/work/years/{draft.cycle}/owners"
    sent = await client.get(f"{path}.{kind}")
    assert sent.status_code == 200
    rows = [row.cells for row in read_table(sent.content).rows]
    assert {row["agency"] for row in rows} == {"HL", "TH"}
    assert {row["leaf"]: row["owner"] for row in rows if row["agency"] == "HL" and row["owner"]} == OF_HOME_AFFAIRS
    assert next(row["owner_name"] for row in rows if row["owner"] == "HL.SNV") == "Sở Nội vụ Hòa Lâm"
    report = (await client.get(await upload(client, f"{path}/import", sent.content))).text
    assert "đã đúng như tệp" in report
    await own(draft, {})
    there = await upload(client, f"{path}/import", sent.content)
    assert "4 dòng sửa, 10 dòng đã đúng, 0 dòng lỗi" in (await client.get(there)).text
    assert await owners(draft) == {}
    assert (await post_form(client, there)).status_code == 303
    assert await owners(draft) == OF_HOME_AFFAIRS
    assert (await client.get(f"{path}.{kind}")).content == sent.content or kind == "xlsx"


async def test_good_rows_are_written_and_the_others_go_home_with_their_reasons(
    client: AsyncClient, draft: Year, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await own(draft, {"1.2": "HL.STC"})
    await signed_in("index_manager")
    path = f"/work/years/{draft.cycle}/owners/import"
    rows = [
        ("HL", "1.1", "HL.SNV"), ("HL", "1.2", ""), ("HL", "1.1", "HL.STC"), ("KHONG", "1.1", ""), ("HL", "9.9", ""),
        ("HL", "1.3", "TH.SNV"), ("HL", "", "HL.SNV"), ("TH", "2.2", ""),
    ]  # fmt: skip
    there = await upload(client, path, csv_bytes(HEAD, rows))
    shown = (await client.get(there)).text
    assert "2 dòng sửa, 1 dòng đã đúng, 5 dòng lỗi" in shown
    assert "HL.STC → đơn vị tự kê khai" in shown
    for told in ("đã có ở dòng 2", "không có cơ quan mã “KHONG”", "không có tiêu chí “9.9”", "“TH.SNV” không phải mã"):
        assert told in shown, told
    assert await owners(draft) == {"1.2": "HL.STC"}
    assert (await post_form(client, there)).status_code == 303
    assert await owners(draft) == {"1.1": "HL.SNV"}
    assert "Không còn dòng đúng nào phải ghi; còn 5 dòng lỗi." in (await client.get(there)).text
    left = read_table((await client.get(f"{there}/left.csv")).content)
    assert len(left.rows) == 5
    assert re.search("trực thuộc HL", left.rows[3].cells[left.head[-1]])


async def test_a_file_that_is_no_list_is_refused_with_what_it_lacks(
    client: AsyncClient, draft: Year, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await signed_in("index_manager")
    path = f"/work/years/{draft.cycle}/owners/import"
    assert "owner" in await upload(client, path, b"agency,leaf\nHL,1.1\n")
    there = await upload(client, path, b"agency,leaf,owner\n")
    assert "Chưa có tiêu chí nào sau dòng tiêu đề" in (await client.get(there)).text


async def test_only_who_drafts_takes_a_list_and_only_of_a_draft(
    client: AsyncClient, draft: Year, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    path = f"/work/years/{draft.cycle}/owners"
    await signed_in("auditor")
    assert (await client.get(f"{path}.csv")).status_code == 200
    assert (await client.get(f"{path}/import")).status_code == 403
    await signed_in("specialist", agency_id=draft.agencies["HL"])
    assert (await client.get(f"{path}.csv")).status_code == 403
    await signed_in("secretary")
    there = await upload(client, f"{path}/import", b"agency,leaf,owner\nHL,1.1,HL.SNV\n")
    await opened(draft)
    await signed_in("secretary")
    assert (await client.get(f"{path}/import")).status_code == 409
    assert (await post_form(client, there)).status_code == 409
    assert await owners(draft) == {}
