"""The first page and the rankings, drawn before anybody asks: after a start, and after a publication, whoever made it.

What takes long is done once and kept: the editions are decoded, the templates compiled. A reader's request finds both.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Message

from parindex.access import tenants
from parindex.access.tenants import Tenant
from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.publication import edition_cache, editions
from parindex.publication.model import EditionRow
from parindex.store.database import UNAVAILABLE

PAUSE: Final = 2.0
"""Seconds between two looks for editions that were published since."""

log = logging.getLogger("parindex.pages")


class DrawnAhead:
    """Draws the public pages of every edition that came since the last look.

    Args:
        app: The application, asked as a browser asks it.
        services: What it runs on.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app, self.services = app, services
        self._drawn: set[UUID] = set()

    async def run(self) -> None:
        """Look for ever; survives a database that goes away."""
        while True:
            try:
                await self.draw()
            except (*UNAVAILABLE, asyncpg.PostgresError, Refused) as error:
                log.warning("pages not drawn ahead", extra={"cause": type(error).__name__})
            await asyncio.sleep(PAUSE)

    async def draw(self) -> list[str]:
        """Draw what is new; the addresses that were drawn."""
        drawn = []
        for tenant in await tenants.every(self.services.db):
            async with self.services.db.transaction(tenant.id) as connection:
                rows = editions.newest_of_each(await editions.listed(connection))
                fresh = [row for row in rows if row.id not in self._drawn]
                for row in fresh:
                    await edition_cache.reading(connection, row)
            for path in self._paths(tenant, fresh):
                await self._ask(path)
                drawn.append(path)
            self._drawn |= {row.id for row in fresh}
        return drawn

    def _paths(self, tenant: Tenant, fresh: list[EditionRow]) -> list[str]:
        prefix = "" if tenant.code == self.services.settings.tenant else f"/t/{tenant.code}"
        return [f"{prefix}/", *(f"{prefix}/rankings/{row.year}/{row.tier}" for row in fresh)] if fresh else []

    async def _ask(self, path: str) -> None:
        """Ask for a page and throw it away."""
        settings = self.services.settings
        address = urlsplit(settings.base_url or settings.address)
        scope: HTTPScope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "scheme": address.scheme, "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"host", address.netloc.encode()), (b"accept", b"text/html")],
            "client": ("127.0.0.1", 0), "server": ("127.0.0.1", settings.port), "extensions": {},
        }  # type: ignore[typeddict-item]  # fmt: skip

        async def receive() -> HTTPReceiveMessage:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 200:
                log.warning("page not drawn ahead", extra={"path": path, "status": message["status"]})

        await self.app(scope, receive, send)
