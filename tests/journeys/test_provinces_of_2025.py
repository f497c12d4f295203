"""A reader after the mergers of 2025: 34 provinces are ranked, and every line of the past says where it may be followed."""

from __future__ import annotations

from datetime import date

from playwright.async_api import expect

from parindex import agencies
from parindex.api.shared.services import Services
from tests.agencies.provinces_of_2025 import enter_63, merge_to_34
from tests.publication.published_provinces import codes, publish, tenant_of


async def two_years(services: Services) -> tuple[dict[str, str], dict[str, str]]:
    """2024 with 63 provinces and 2025 with 34, published; codes by name, then and now."""
    tenant = await tenant_of(services)
    async with services.db.transaction(tenant.id) as connection:
        before = await enter_63(connection)
        then = {
            one.name_vi: one.code for one in await agencies.listed(connection, tier="province", day=date(2024, 12, 31))
        }
    await publish(services, tenant, 2024)
    async with services.db.transaction(tenant.id) as connection:
        now = await codes(connection, await merge_to_34(connection, before))
    await publish(services, tenant, 2025)
    return then, now


async def test_a_reader_follows_provinces_across_their_merger(site, visit):
    then, now = site.call(two_years(site.services))
    visitor = await visit(site)
    page = await visitor.open("/rankings/2025/province")
    await expect(page.locator("main tbody tr")).to_have_count(34)
    assert await visitor.flaws() == []
    page = await visitor.open("/rankings/2024/province")
    await expect(page.locator("main tbody tr")).to_have_count(63)

    page = await visitor.open(f"/agencies/{now['Hà Nội']}")
    await expect(page.locator("svg .path").first).to_be_visible()
    assert await visitor.flaws() == []
    page = await visitor.open(f"/agencies/{now['Tuyên Quang']}")
    await expect(page.locator("main")).to_contain_text(
        "Kế thừa Hà Giang, Tuyên Quang từ ngày 01/07/2025 (202/2025/QH15)"
    )
    await expect(page.locator("svg .path")).to_have_count(0)
    assert await visitor.flaws() == []

    page = await visitor.open(f"/agencies/{then['Hà Giang']}")
    await page.locator("#heirs").get_by_role("link", name="Tuyên Quang").click()
    await expect(page.locator("h1")).to_contain_text("Tuyên Quang")
    assert await visitor.flaws() == []
