"""``parindex key``: makes the key with which a tenant signs its editions, and says its id."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from parindex.commands.failures import told
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from parindex.publication.keys import PublicKey
    from parindex.settings import Settings


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("key")
    parser.add_argument("--tenant", help=N_("mã đơn vị chủ trì (mặc định: đơn vị của hệ thống này)"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when the tenant has its key, 1 when none may be made, 2 when nothing can be looked at."""
    from parindex.errors import Refused
    from parindex.publication.keys import BrokenKey
    from parindex.settings import BrokenSetting, from_environment
    from parindex.store.embedded import ServerFailure

    lang = language(arguments.lang)
    try:
        settings = from_environment()
        tenant = arguments.tenant or settings.tenant
        key = asyncio.run(_made(settings, tenant))
    except Refused as refused:
        print(told(refused, lang), file=sys.stderr)
        return 1
    except (BrokenSetting, BrokenKey, ServerFailure, OSError) as error:
        print(told(error, lang), file=sys.stderr)
        return 2
    message = N_(
        "Khóa ký của đơn vị %(tenant)s: %(key)s (%(file)s). Giữ kín tệp, sao lưu riêng và công bố số khóa này."
    )
    print(translator(lang)(message, tenant=tenant, key=key.key_id, file=settings.data / "keys" / f"{tenant}.pem"))
    return 0


async def _made(settings: Settings, code: str) -> PublicKey:
    from parindex.access import tenants
    from parindex.errors import Refused
    from parindex.publication import known_keys
    from parindex.publication.keys import SigningKeys
    from parindex.store.database import Database
    from parindex.store.installation import database
    from parindex.store.secrets import installation_folder

    installation_folder(settings.data)
    async with database(settings) as addresses:
        app = await Database.connect(addresses.app, size=1)
        try:
            tenant = await tenants.by_code(app, code)
            if tenant is None:
                raise Refused("not_found")
            async with app.transaction(tenant.id) as connection:
                made = await known_keys.made(connection, SigningKeys(settings.data / "keys"), tenant, by="system")
        finally:
            await app.close()
    return made.public
