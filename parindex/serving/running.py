"""From a socket to the application, or a worker alone, until told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any, cast

import uvicorn
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from parindex.api.shared.services import Services
from parindex.api.v1 import responses_intake
from parindex.app import compose, create_app, hire
from parindex.messages import N_
from parindex.reading.causes import system_cause
from parindex.serving.admission import Admission
from parindex.settings import BrokenSetting, Settings
from parindex.store.installation import Addresses


def listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is started.

    Raises:
        BrokenSetting: the port is taken or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise BrokenSetting(
            N_("không mở được cổng %(port)s ở %(host)s (%(cause)s): hãy chọn cổng khác bằng PORT"),
            host=settings.host, port=settings.port, cause=system_cause(error),
        ) from error  # fmt: skip
    return taken


def stop_as_when_interrupted() -> None:
    """SIGTERM ends a command as Ctrl-C does: what it started is stopped, its own database too.

    uvicorn sends itself again what told it to stop; by the system's own handler that would end the process at once.
    A shell that starts a command in the background has it ignore Ctrl-C, but not this.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def configuration(app: Litestar, services: Services) -> uvicorn.Config:
    """How an application is served: behind the door, and behind what takes responses before it."""
    admission = Admission(services.settings)
    before = responses_intake.before(answer_head(app), services)
    return uvicorn.Config(
        admission.around(behind_proxies(before, services.settings.proxies)), http=admission.protocol(),
        ws="none", timeout_keep_alive=services.settings.keep_alive_seconds, access_log=False, log_config=None,
        lifespan="on", server_header=False, timeout_graceful_shutdown=10, proxy_headers=False,
    )  # fmt: skip


def behind_proxies(app: ASGIApp, proxies: list[str]) -> ASGIApp:
    """Know a client by what a trusted proxy says of it."""
    return cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=proxies))


def spare_the_collector() -> None:
    """Look for cycles seldom: requests make many objects, few cycles, and what was loaded at the start stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def answer_head(app: ASGIApp) -> ASGIApp:
    """Answer HEAD as GET; the server, whose own scope still says HEAD, leaves the body out."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await app(scope, receive, send)

    return handle


async def serve(
    settings: Settings,
    addresses: Addresses,
    listening: socket.socket,
    *,
    beside: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        settings: How to run.
        addresses: The database.
        listening: From :func:`listen`.
        beside: Work that runs while pages are already served.
    """
    services = await compose(settings, addresses.app, owner_url=addresses.migrator)
    worker = await hire(services, addresses) if settings.worker else None
    app = create_app(services, sealer_url=addresses.sealer, worker=worker)
    server = uvicorn.Server(configuration(app, services))
    spare_the_collector()
    if beside is None:
        await server.serve(sockets=[listening])
        return
    await _both(server, listening, beside)


async def _both(server: uvicorn.Server, listening: socket.socket, beside: Callable[[], Awaitable[None]]) -> None:
    async def work() -> None:
        while not server.started and not server.should_exit:
            await asyncio.sleep(0.02)
        await beside()

    working = asyncio.ensure_future(work())
    working.add_done_callback(lambda task: _stop_on_failure(server, task))
    try:
        await server.serve(sockets=[listening])
    finally:
        if not working.done():
            working.cancel()
        outcome = (await asyncio.gather(working, return_exceptions=True))[0]
        if isinstance(outcome, Exception):
            raise outcome


def _stop_on_failure(server: uvicorn.Server, task: object) -> None:
    if isinstance(task, asyncio.Future) and not task.cancelled() and task.exception():
        server.should_exit = True


async def work(settings: Settings, addresses: Addresses) -> None:
    """Do jobs until SIGINT or SIGTERM."""
    services = await compose(settings, addresses.app, pool=1)
    worker = await hire(services, addresses)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await worker.db.close()
        await services.close()
