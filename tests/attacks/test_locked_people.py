"""d. A lock on people stops no public page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import asyncpg
from httpx import AsyncClient

from parindex.access import sessions
from parindex.api.shared.services import Services
from tests.conftest import post_form

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_public_pages_are_shown_while_the_table_of_people_is_held(
    client: AsyncClient, services: Services, owner: Owner, signed_in: Callable[..., Awaitable[UUID]]
) -> None:
    await signed_in("specialist")
    own = {"cookie": f"{sessions.COOKIE}={client.cookies[sessions.COOKIE]}"}
    await client.get("/")
    pools = (services.people.pool, services.db.pool)
    assert pools[0] is not pools[1]
    async with owner.transaction():
        await owner.execute("lock table people in access exclusive mode")
        readers = [asyncio.create_task(client.get("/work", headers=own)) for _ in range(12)]
        guesser = asyncio.create_task(post_form(client, "/sign-in", login="lan", password="sai"))
        await asyncio.sleep(0.2)
        client.cookies.clear()
        visitors = await asyncio.wait_for(
            asyncio.gather(*(client.get(path) for path in ("/", "/agencies", "/method"))), 4
        )
        assert [answer.status_code for answer in visitors] == [200, 200, 200]
        shown = await client.get("/", headers=own)
        assert shown.status_code == 200
        assert {answer.status_code for answer in await asyncio.gather(*readers)} == {503}
        await asyncio.gather(guesser, return_exceptions=True)
    assert (await client.get("/work", headers=own)).status_code == 200
