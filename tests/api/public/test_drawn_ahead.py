"""Public pages are drawn before a reader asks for them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient

from parindex.access import tenants
from parindex.api.public import drawn_ahead
from parindex.api.public.drawn_ahead import DrawnAhead
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.publication import edition_cache
from parindex.publication.model import EditionRow
from parindex.settings import Settings
from parindex.store.embedded import EmbeddedServer
from tests.conftest import running
from tests.publication.published_years import of_year, published


async def publish(services: Services, code: str = "demo", year: int = 2025) -> EditionRow:
    tenant = await tenants.by_code(services.db, code)
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        return await published(connection, tenant, services.keys, of_year(year))


async def test_the_first_page_after_a_start_and_after_a_publication_is_not_drawn_in_the_readers_request(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await publish(services)
    edition_cache._decoded.clear()
    decoded: list[int] = []
    read = edition_cache.published

    def reading(data: bytes) -> object:
        decoded.append(len(data))
        return read(data)

    monkeypatch.setattr(edition_cache, "published", reading)
    app = create_app(services)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://parindex.test") as browser:
        ahead = DrawnAhead(app, services)
        assert await ahead.draw() == ["/", "/rankings/2025/province"]
        assert len(decoded) == 1
        for path in ("/", "/rankings/2025/province"):
            assert (await browser.get(path)).status_code == 200
        assert len(decoded) == 1
        assert await ahead.draw() == []
        await publish(services, "khac", year=2025)
        assert await ahead.draw() == ["/t/khac/", "/t/khac/rankings/2025/province"]
        assert len(decoded) == 2
        assert (await browser.get("/t/khac/")).status_code == 200
        assert len(decoded) == 2
    assert "page not drawn ahead" not in caplog.text


async def test_an_edition_is_decoded_beside_the_event_loop(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await publish(services)
    edition_cache._decoded.clear()
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    going, read = asyncio.create_task(turning()), edition_cache.published

    def slow(data: bytes) -> object:
        before = turns
        while turns < before + 5:
            pass
        return read(data)

    monkeypatch.setattr(edition_cache, "published", slow)
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        assert (await edition_cache.opened(connection, row)).computation is not None
    going.cancel()


async def test_who_serves_draws_ahead_and_goes_on_after_a_failure(
    server: EmbeddedServer, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tenant: UUID
) -> None:
    assert tenant
    drawn, draw, looks = asyncio.Event(), DrawnAhead.draw, 0

    async def drawing(ahead: DrawnAhead) -> list[str]:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError("away")
        found = await draw(ahead)
        drawn.set()
        return found

    monkeypatch.setattr(DrawnAhead, "draw", drawing)
    monkeypatch.setattr(drawn_ahead, "PAUSE", 0.01)
    settings = Settings(data=tmp_path / "data", base_url="http://parindex.test")
    services = await compose(settings, server.url("parindex_app", database_name), pool=2)
    async with running(create_app(services, sealer_url=server.url("parindex_sealer", database_name))):
        await asyncio.wait_for(drawn.wait(), 60)
