"""A published year is corrected on pages: reopened under a decision, corrected with reasons, published as its next edition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.shared.services import Services
from parindex.text import TIME_ZONE
from tests.conftest import post_checked, post_form
from tests.publication.corrected_years import Published, first_edition

SignIn = Callable[..., Awaitable[UUID]]
TODAY = f"{datetime.now(TIME_ZONE):%d/%m/%Y}"
REOPENED = {"number": "30/QĐ-HĐ", "date": TODAY, "reason": "Tỉnh 1 chưa ban hành kế hoạch."}
PUBLISHED = {"number": "31/QĐ-CCHC", "date": TODAY, "signer": "Lê Văn Minh"}
FIRST, SECOND = "/editions/2026-province.1", "/editions/2026-province.2"


@pytest.fixture
async def published(services: Services) -> Published:
    return await first_edition(services.db, services.keys)


def at(published: Published, deed: str = "") -> str:
    return f"/work/years/{published.year.cycle}{deed}"


async def correct(client: AsyncClient, published: Published, reason: str = "Kế hoạch không có trong hồ sơ.") -> int:
    """A wrong fact of T01, on the page of its leaf."""
    path = f"/work/appraisals/{published.year.cycle}/1.1"
    version = (await client.get(f"{path}?agency=T01")).text.partition('name="row_version" value="')[2].partition('"')[0]
    given = {"agency": "T01", "kind": "change_facts", "fact:1.1.issued": "false", "row_version": version}
    return (await post_form(client, path, **given, **{"reason:change_facts": reason})).status_code


async def test_a_published_year_is_reopened_corrected_and_published_as_edition_2_on_pages(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    assert "Mở lại để đính chính" in (await client.get(at(published))).text
    done = await post_checked(client, at(published, "/reopen"), **REOPENED)
    assert done.headers["location"] == at(published)
    shown = (await client.get(at(published))).text
    assert "Theo quyết định 30/QĐ-HĐ" in shown
    assert "Chưa tiêu chí nào được sửa." in shown

    await signed_in("appraiser", agency_id=published.year.agencies["BNV"])
    assert "Mở danh sách sửa" in (await client.get("/work")).text
    assert "Mở lại theo quyết định 30/QĐ-HĐ" in (await client.get(f"/work/appraisals/{published.year.cycle}")).text
    leaf = (await client.get(f"/work/appraisals/{published.year.cycle}/1.1?agency=T01")).text
    assert "Ghi đính chính" in leaf
    assert "Lý do (in công khai trong ấn bản đính chính)" in leaf
    assert "Yêu cầu giải trình" not in leaf
    assert await correct(client, published, reason="") == 422
    assert await correct(client, published) == 303

    await signed_in("secretary")
    assert "Kế hoạch không có trong hồ sơ." in (await client.get(at(published))).text
    early = (await client.get(at(published, "/submit"))).text
    assert "Phải xử lý trước khi làm" in early
    assert (await post_checked(client, at(published, "/compute"))).status_code == 303
    assert (await post_checked(client, at(published, "/submit"))).status_code == 303

    await signed_in("approver")
    asked = (await client.get(at(published, "/publish"))).text
    assert "ô khác với ấn bản 2026-province.1" in asked
    assert (await client.get(FIRST)).status_code == 200
    done = await post_checked(client, at(published, "/publish"), **PUBLISHED)
    assert done.headers["location"] == SECOND

    old, new = (await client.get(FIRST)).text, (await client.get(SECOND)).text
    assert "2026-province.2" in old
    assert "30/QĐ-HĐ" in new
    assert "Kế hoạch không có trong hồ sơ." in new or "corrections" in new


async def test_a_retracted_year_is_reopened_on_its_page(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await published.retract(published.first.number)
    assert (await client.get(FIRST)).status_code == 410
    await signed_in("approver")
    assert "Mở lại để đính chính" in (await client.get(at(published))).text
    assert (await post_checked(client, at(published, "/reopen"), **REOPENED)).status_code == 303
    assert await published.state() == "correction"


async def test_a_decision_older_than_the_publication_does_not_reopen_with_one_click(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    asked = (await client.get(at(published, "/reopen"))).text
    shown = asked.partition('name="shown" value="')[2].partition('"')[0]
    refused = await post_form(client, at(published, "/reopen"), **REOPENED | {"date": "04/05/2026"}, shown=shown)
    assert refused.status_code == 422
    assert "trước ngày công bố" in refused.text
    assert await published.state() == "published"


async def test_the_chair_corrects_any_leaf_and_nobody_elses_page_offers_it(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await published.reopen()
    leaf = f"/work/appraisals/{published.year.cycle}/1.1?agency=T01"
    queue = f"/work/appraisals/{published.year.cycle}"
    await signed_in("council_member")
    assert "Ghi đính chính" not in (await client.get(leaf)).text
    assert "Tổ thẩm định và Chủ tịch Hội đồng đang sửa" in (await client.get(queue)).text
    assert await correct(client, published) == 403
    await signed_in("appraiser", agency_id=published.year.agencies["BTP"])
    assert (await client.get(leaf)).status_code == 404
    await signed_in("council_chair")
    assert "Mở từng tiêu chí, chọn đơn vị, sửa" in (await client.get(queue)).text
    assert "Ghi đính chính" in (await client.get(leaf)).text
    assert await correct(client, published) == 303


async def test_a_correction_of_which_nothing_came_is_ended_with_its_reason(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await published.reopen()
    await signed_in("secretary")
    path = at(published, "/give-up-correction")
    assert (await post_form(client, path, reason=" ")).status_code == 422
    assert (await post_form(client, path, reason="Số liệu đúng như đã công bố.")).status_code == 303
    assert await published.state() == "published"


async def test_a_correction_with_changes_is_not_ended_without_an_edition(
    client: AsyncClient, published: Published, signed_in: SignIn
) -> None:
    await published.reopen()
    await published.correct()
    await signed_in("secretary")
    refused = await post_form(client, at(published, "/give-up-correction"), reason="Thôi.")
    assert refused.status_code == 409
    assert "Đã có nội dung được sửa" in refused.text
    assert await published.state() == "correction"
