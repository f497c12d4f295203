"""The pages of code lists: the next version is told code by code, issued by its document, and downloaded again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from httpx import AsyncClient, Response

from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]

HERE = "/work/agencies/lists/document_types"
PAPER = {"number": "12/QĐ-SNV", "date": "05/01/2026"}


async def upload(client: AsyncClient, text: str, path: str = HERE) -> Response:
    await client.get("/work/agencies/lists")
    token = client.cookies["csrftoken"]
    return await client.post(f"{path}/import", data={"_csrf_token": token}, files={"file": ("ma.csv", text.encode())})


async def test_a_version_is_told_issued_and_downloaded(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    assert "Chưa có phiên bản nào" in (await client.get("/work/agencies/lists")).text
    assert "chưa có phiên bản nào" in (await client.get(HERE)).text
    sent = await upload(client, "code,name_vi\nKH,Kế hoạch\nBC,Báo cáo\n")
    assert sent.status_code == 303
    report = sent.headers["location"]
    assert "2 mã mới, 0 mã đổi, 0 mã bỏ, 0 mã giữ nguyên, 0 dòng lỗi" in (await client.get(report)).text
    refused = await post_form(client, report, number="", date="")
    assert refused.status_code == 422
    done = await post_form(client, report, **PAPER)
    assert done.headers["location"] == HERE
    shown = (await client.get(HERE)).text
    assert "Phiên bản 1, 2 mã, theo 12/QĐ-SNV ngày 05/01/2026" in shown
    assert "Kế hoạch" in shown
    assert "Báo cáo" not in (await client.get(f"{HERE}?q=ke hoach")).text.split("<tbody", 1)[1].split("</tbody", 1)[0]
    second = (await upload(client, "code,name_vi\nKH,Kế hoạch công tác\n")).headers["location"]
    told = (await client.get(second)).text
    assert "name_vi: Kế hoạch → Kế hoạch công tác" in told
    assert "0 mã mới, 1 mã đổi, 1 mã bỏ" in told
    await post_form(client, second, **PAPER)
    assert (await client.get(f"{HERE}/codes.csv")).text.splitlines()[1:] == ["KH,Kế hoạch công tác,,,"]
    assert len((await client.get(f"{HERE}/codes.csv?version=1")).text.splitlines()) == 3
    assert (await client.get(f"{HERE}/codes.xlsx")).content.startswith(b"PK")
    assert (await client.get(f"{HERE}?version=9")).status_code == 404
    assert (await client.get(f"{HERE}?version=x")).status_code == 404


async def test_a_wrong_row_stops_the_version_and_is_told(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    report = (await upload(client, "code,name_vi\nKH,Kế hoạch\nKH,Lần hai\n")).headers["location"]
    told = (await client.get(report)).text
    assert "Dòng 3, cột code: mã KH đã có ở dòng 2." in told
    assert "Ban hành phiên bản mới" not in told
    first = (await upload(client, "code,name_vi\nKH,Kế hoạch\n")).headers["location"]
    await post_form(client, first, **PAPER)
    assert (
        "0 mã bỏ, 0 mã giữ nguyên, 1 dòng lỗi"
        in (await client.get((await upload(client, "code,name_vi\nKH,\n")).headers["location"])).text
    )
    refused = await post_form(client, report, **PAPER)
    assert refused.status_code == 422
    other = await upload(client, "Mã;Tên\n")
    assert other.status_code == 422
    assert (await upload(client, "")).status_code == 422


async def test_everybody_here_reads_the_lists_and_the_index_manager_alone_changes_them(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("auditor")
    assert "/import" not in (await client.get("/work/agencies/lists")).text.split("<main", 1)[1]
    assert (await client.get(HERE)).status_code == 200
    assert (await client.get(f"{HERE}/import")).status_code == 403
    assert (await upload(client, "code,name_vi\nKH,Kế hoạch\n")).status_code == 403
    assert (await client.get("/work/agencies/lists/planets")).status_code == 404
