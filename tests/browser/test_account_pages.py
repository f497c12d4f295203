"""Sign-in pages in a real browser, at both widths."""

import pytest


@pytest.mark.parametrize("size", ["1280", "360"])
@pytest.mark.parametrize("path", ["/sign-in", "/khong-co-trang-nay", "/problems"])
async def test_the_page_is_accessible_fits_and_fetches_nothing_from_elsewhere(site, visit, size, path):
    visitor = await visit(site, size=size)
    await visitor.open(path)
    assert await visitor.axe() == []
    assert await visitor.overflow() <= 0
    assert visitor.foreign == []


async def test_the_reference_of_the_api_is_drawn_from_here(site, visit):
    visitor = await visit(site)
    await (await visitor.open("/api/v1")).wait_for_selector(".swagger-ui .info")
    assert visitor.foreign == []
