"""``parindex serve``: the platform on the database that the settings name."""

from __future__ import annotations

import argparse
import sys

from parindex import logs
from parindex.commands.failures import told
from parindex.messages import N_
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure
from parindex.store.installation import Addresses
from parindex.text import Language, language, translator


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser("serve")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    import uvloop

    from parindex.serving import listen, stop_as_when_interrupted

    try:
        settings = from_environment()
        listening = listen(settings)
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    logs.configure()
    stop_as_when_interrupted()
    try:
        uvloop.run(_serve(settings, listening, language(arguments.lang)))
    except KeyboardInterrupt:
        return 0
    except (ServerFailure, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings, listening: object, lang: Language) -> None:
    import socket

    from parindex.serving import serve
    from parindex.store.installation import database

    assert isinstance(listening, socket.socket)

    async with database(settings) as addresses:

        async def tell() -> None:
            print(settings.address, file=sys.stderr, flush=True)
            if (first := await _first_link(settings, addresses, lang)) is not None:
                print(first, file=sys.stderr, flush=True)

        await made_tenant(settings, addresses)
        await serve(settings, addresses, listening, beside=tell)


async def made_tenant(settings: Settings, addresses: Addresses) -> None:
    """An empty installation gets its own tenant, which its first administrator names."""
    from parindex.access import tenants
    from parindex.store.database import Database

    app = await Database.connect(addresses.app, size=1)
    try:
        if not await tenants.every(app):
            async with app.transaction(None) as connection:
                await tenants.add(connection, code=settings.tenant, name_vi=N_("Đơn vị chủ trì chưa đặt tên"))
    finally:
        await app.close()


async def _first_link(settings: Settings, addresses: Addresses, lang: Language) -> str | None:
    """The link by which the first administrator is made; none where there is one."""
    from parindex.access import tenants
    from parindex.access.office import first_administrator
    from parindex.store.database import Database

    app = await Database.connect(addresses.app, size=1)
    try:
        tenant = await tenants.by_code(app, settings.tenant)
        if tenant is None:
            return None
        async with app.transaction(tenant.id) as connection:
            token = await first_administrator.offer(connection)
    finally:
        await app.close()
    if token is None:
        return None
    said = N_("Chưa có quản trị hệ thống. Mở liên kết này trong 24 giờ để tạo, chỉ dùng được một lần:")
    return f"{translator(lang)(said)}\n{settings.base_url or settings.address}/first/{token}"
