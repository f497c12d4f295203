"""A published year goes into the archive under a document: it is read as before and corrected no more."""

from __future__ import annotations

import asyncpg
import msgspec
import pytest
from httpx import AsyncClient

from parindex.assessments.council import stop_checks
from parindex.assessments.cycles import listing
from tests.api.work.years.test_correcting import FIRST, REOPENED, SignIn, at, published  # noqa: F401 - fixture
from tests.api.work.years.test_stopping import PAPER
from tests.conftest import post_checked, post_form
from tests.publication.corrected_years import Published


async def state(year: Published) -> str:
    async with year.year.db.transaction(year.tenant.id) as connection:
        return (await listing.by_id(connection, year.year.cycle)).state


async def test_a_published_year_is_archived_and_stays_readable(
    client: AsyncClient, published: Published, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await signed_in("secretary")
    assert "Đưa vào lưu trữ" in (await client.get(at(published))).text
    asked = (await client.get(at(published, "/archive"))).text
    assert "Kỳ đã lưu trữ không mở lại để đính chính được nữa." in asked
    done = await post_checked(client, at(published, "/archive"), **PAPER)
    assert done.headers["location"] == at(published)
    assert await state(published) == "archived"
    shown = (await client.get(at(published))).text
    assert "lưu trữ" in shown
    for gone in ("/archive", "/reopen"):
        assert f'href="{at(published, gone)}"' not in shown
    assert (await client.get(f"/work/cycles/{published.year.cycle}")).status_code == 200
    assert "Lưu trữ" in (await client.get("/work/years")).text
    assert (await client.get(FIRST)).status_code == 200
    assert (await client.get("/rankings/2026/province")).status_code == 200
    async with published.year.db.transaction(published.tenant.id) as connection:
        row = await connection.fetchrow(
            "select before, after from audit_rows where tag = 'cycle:cycle:move' order by id desc limit 1"
        )
    assert row is not None
    assert msgspec.json.decode(row["before"]) == {"state": "published"}
    after = msgspec.json.decode(row["after"])
    assert (after["state"], after["number"], after["reason"]) == ("archived", PAPER["number"], PAPER["reason"])


async def test_agencies_read_that_their_year_is_in_the_archive(
    client: AsyncClient, published: Published, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await signed_in("secretary")
    await post_checked(client, at(published, "/archive"), **PAPER)
    await signed_in("specialist", agency_id=published.year.agencies["T01"])
    told = (await client.get("/work")).text
    assert "Kỳ đánh giá được đưa vào lưu trữ theo 31/QĐ-HĐ ngày 05/11/2026" in told
    assert "Kỳ đánh giá tiếp tục" not in told


async def test_what_is_archived_is_neither_corrected_nor_archived_again(
    client: AsyncClient, published: Published, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await signed_in("secretary")
    await post_checked(client, at(published, "/archive"), **PAPER)
    for deed, given in (("/reopen", REOPENED), ("/archive", PAPER)):
        assert (await post_form(client, at(published, deed), **given)).status_code == 409
    assert await state(published) == "archived"


async def test_the_archive_needs_its_document_and_a_secretary_and_a_published_year(
    client: AsyncClient, published: Published, signed_in: SignIn  # noqa: F811
) -> None:  # fmt: skip
    await signed_in("approver")
    assert (await client.get(at(published, "/archive"))).status_code == 403
    await signed_in("secretary")
    assert (await post_form(client, at(published, "/archive"), number="", date="", reason="")).status_code == 422
    assert await state(published) == "published"
    await post_checked(client, at(published, "/reopen"), **REOPENED)
    assert (await client.get(at(published, "/archive"))).status_code == 409


@pytest.mark.parametrize(("days", "odd"), [(stop_checks.SOON_AFTER - 1, True), (stop_checks.SOON_AFTER, False)])
async def test_a_year_that_was_published_lately_says_so_before_it_is_archived(
    client: AsyncClient, published: Published, signed_in: SignIn,  # noqa: F811
    owner: asyncpg.Connection[asyncpg.Record], days: int, odd: bool,
) -> None:  # fmt: skip
    await owner.execute("alter table cycle_transitions disable trigger user")
    await owner.execute("update cycle_transitions set at = at - make_interval(days => $1)", days)
    await owner.execute("alter table cycle_transitions enable trigger user")
    await signed_in("secretary")
    asked = (await client.get(at(published, "/archive"))).text
    assert (f"Kết quả mới công bố {days} ngày" in asked) is odd
