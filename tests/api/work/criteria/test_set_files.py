"""Files and names by which somebody tries more than drafting a set."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.assessments.criteria.given_sets import LARGEST
from tests.api.work.criteria.set_uploads import post_with_file
from tests.assessments.conftest import SET
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]

NEXT = SET.replace('"2026.1"', '"2027.1"')


def bomb() -> bytes:
    """A small archive that unpacks to a lot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02", b"PK\x03\x04broken", b"&a [*a]", b"x" * 10],
    ids=["bytes", "zip", "anchor", "word"],
)
async def test_bytes_that_are_no_set_are_refused_and_nothing_is_kept(
    client: AsyncClient, signed_in: SignIn, content: bytes
) -> None:
    await signed_in("index_manager")
    answer = await post_with_file(client, "/work/criteria/new", "x.xlsx" if content[:2] == b"PK" else "x.yaml", content)
    assert answer.status_code == 422
    assert "Không có bộ nào đang soạn." in (await client.get("/work/criteria")).text


async def test_a_workbook_that_unpacks_to_a_lot_is_refused(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    answer = await post_with_file(client, "/work/criteria/new", "x.xlsx", bomb())
    assert answer.status_code == 422


async def test_a_file_that_is_too_large_is_refused(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    within = await post_with_file(client, "/work/criteria/new", "x.yaml", b"#" * (LARGEST + 1))
    assert within.status_code == 422
    assert "được nhận đến" in within.text
    beyond = await post_with_file(client, "/work/criteria/new", "x.yaml", b"#" * (LARGEST + 300_000))
    assert beyond.status_code == 413


async def test_a_script_in_a_name_of_a_set_or_a_file_is_shown_as_text(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    text = NEXT.replace("Ban hành kế hoạch", "<script>alert(1)</script>")
    begun = await post_with_file(client, "/work/criteria/new", "<script>x.yaml", text.encode())
    path = begun.headers["location"]
    for page in ("", "/preview", "/rules", "/lines", "/rules/1.1", "/appraisers", "/cases"):
        shown = (await client.get(path + page)).text
        assert "<script>alert" not in shown
        assert "<script>x" not in shown
    source = await client.get(f"{path}/source")
    assert "attachment" in source.headers["content-disposition"]


@pytest.mark.parametrize("role", ["specialist", "leader", "appraiser", "administrator", "interviewer"])
async def test_others_see_no_draft_and_send_none(client: AsyncClient, signed_in: SignIn, role: str) -> None:
    await signed_in("index_manager")
    path = (await post_with_file(client, "/work/criteria/new", "x.yaml", NEXT.encode())).headers["location"]
    await signed_in(role)
    for address in ("/work/criteria", path, f"{path}/preview", f"{path}/source", f"{path}/lines"):
        assert (await client.get(address)).status_code == 403
    assert (await post_with_file(client, "/work/criteria/new", "x.yaml", NEXT.encode())).status_code == 403
    assert (await post_form(client, f"{path}/cases", cases="x")).status_code == 403


async def test_a_draft_costs_the_same_however_much_is_said_of_it(
    client: AsyncClient, signed_in: SignIn, count_queries: Callable[[], int]
) -> None:
    await signed_in("index_manager")
    path = (await post_with_file(client, "/work/criteria/new", "x.yaml", NEXT.encode())).headers["location"]
    await client.get(path)

    async def cost(address: str) -> int:
        before = count_queries()
        await client.get(address)
        return count_queries() - before

    pages = (path, f"{path}/lines", f"{path}/rules")
    few = [await cost(page) for page in pages]
    for code in ("1.1", "1.2", "1.3", "2.2"):
        await post_form(client, f"{path}/remarks", code=code, said="Đề nghị nêu căn cứ.")
    assert [await cost(page) for page in pages] == few
