"""``parindex publish CYCLE --out DIR``: the published edition of a year as a folder that anyone can verify.

A year that waits for approval is published first when the decision is given, in the name of an account that may.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from parindex.commands.failures import told
from parindex.text import N_, Language, language, translator

if TYPE_CHECKING:
    from parindex.access import Person
    from parindex.access.tenants import Tenant
    from parindex.publication.keys import SigningKeys
    from parindex.publication.model import EditionRow
    from parindex.settings import Settings
    from parindex.store.database import Connection

CYCLE: Final = re.compile(r"(?:(?P<family>[a-z0-9][a-z0-9-]*)/)?(?P<year>\d{4})[-/](?P<tier>[a-z]+)")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("publish")
    parser.add_argument(
        "cycle", metavar="CYCLE", help=N_("<năm>-<cấp> hoặc <bộ chỉ số>/<năm>-<cấp>, ví dụ 2025-province")
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=N_("thư mục mới hoặc còn trống"))
    parser.add_argument("--tenant", help=N_("mã đơn vị chủ trì (mặc định: đơn vị của hệ thống này)"))
    parser.add_argument("--decision", help=N_("số quyết định công bố"))
    parser.add_argument("--date", help=N_("ngày ký, ví dụ 2026-04-06"))
    parser.add_argument("--signer", help=N_("người ký"))
    parser.add_argument("--as", dest="login", metavar="LOGIN", help=N_("tài khoản của người phê duyệt"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when the folder is written, 1 when there is nothing to write, 2 on wrong usage."""
    from parindex.errors import Refused
    from parindex.publication.keys import BrokenKey
    from parindex.settings import BrokenSetting, from_environment
    from parindex.store.embedded import ServerFailure

    lang = language(arguments.lang)
    translate = translator(lang)
    found = CYCLE.fullmatch(arguments.cycle)
    given = [arguments.decision, arguments.date, arguments.signer, arguments.login]
    if found is None or (any(given) and not all(given)):
        usage = N_("CYCLE có dạng 2025-province; --decision, --date, --signer và --as phải đi cùng nhau.")
        print(translate(usage), file=sys.stderr)
        return 2
    try:
        number = asyncio.run(_publish(from_environment(), arguments, found, lang))
    except Refused as refused:
        print(told(refused, lang), file=sys.stderr)
        return 1
    except (BrokenSetting, BrokenKey, ServerFailure, FileExistsError, OSError) as error:
        message = N_("Thư mục %(folder)s đã có tệp; đề nghị chọn thư mục mới.")
        exists = isinstance(error, FileExistsError)
        print(translate(message, folder=error) if exists else told(error, lang), file=sys.stderr)
        return 2
    message = N_("Đã ghi ấn bản %(number)s vào %(folder)s. Kiểm tra: parindex verify %(folder)s")
    print(translate(message, number=number, folder=arguments.out))
    return 0


async def _publish(settings: Settings, arguments: argparse.Namespace, cycle: re.Match[str], lang: Language) -> str:
    from parindex.access import tenants
    from parindex.errors import Refused
    from parindex.publication import edition_cache, known_keys, package, queries, titles
    from parindex.publication.keys import SigningKeys
    from parindex.publication.publish import FAMILY
    from parindex.store.database import Database
    from parindex.store.installation import database

    key = (cycle["family"] or FAMILY, int(cycle["year"]), cycle["tier"])
    keys = SigningKeys(settings.data / "keys")
    async with database(settings) as addresses:
        app = await Database.connect(addresses.app, size=1)
        try:
            tenant = await tenants.by_code(app, arguments.tenant or settings.tenant)
            if tenant is None:
                raise Refused("not_found")
            async with app.transaction(tenant.id) as connection:
                row: EditionRow | None = await queries.current(connection, *key)
                if row is None and arguments.login:
                    row = await _decide(connection, tenant, keys, key, arguments)
                if row is None:
                    raise Refused("not_decided", year=key[1])
                content = await edition_cache.content(connection, row)
                edition = await edition_cache.opened(connection, row)
                signing = await known_keys.signing(connection, keys, tenant)
            title = titles.ranking(edition.computation.given, translator(lang))
            found = await asyncio.to_thread(package.files, content, translator(lang), title)
            await asyncio.to_thread(package.write, arguments.out, found, signing)
        finally:
            await app.close()
    return row.number


async def _decide(
    connection: Connection, tenant: Tenant, keys: SigningKeys, key: tuple[str, int, str], arguments: argparse.Namespace
) -> EditionRow:
    from parindex.access.tenants import today_in
    from parindex.errors import Refused
    from parindex.publication import publish
    from parindex.rankings import queries

    cycle = await queries.cycle_of(connection, *key)
    if cycle is None:
        raise Refused("not_found")
    decided = publish.decision(arguments.decision, arguments.date, arguments.signer, today=today_in(tenant))
    person = await _person(connection, arguments.login)
    return await publish.publish(connection, tenant, keys, cycle_id=cycle.id, decided=decided, person=person)


async def _person(connection: Connection, login: str) -> Person | None:
    from parindex.access import queries
    from parindex.access.people import login_name

    found = await queries.secret_of_login(connection, login_name(login))
    return await queries.person_by_id(connection, found[0]) if found else None
