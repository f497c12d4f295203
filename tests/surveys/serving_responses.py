"""A real server, whose responses are taken before the application."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from httpx import AsyncClient
from litestar import Litestar

from parindex.api.shared.services import Services
from parindex.serving import configuration


@asynccontextmanager
async def served(app: Litestar, services: Services) -> AsyncIterator[int]:
    """The port of a server that knows its tenant; whoever composed the services of the application closes them."""
    config = configuration(app, services)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        serving = asyncio.create_task(server.serve(sockets=[taken]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        try:
            async with AsyncClient(base_url=f"http://127.0.0.1:{port}") as first:
                await first.get("/sign-in")
            yield port
        finally:
            server.should_exit = True
            await serving
