"""``parindex doctor``: checks settings, database, isolation and the audit chain, and says what it found."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

from parindex.errors import N_
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure
from parindex.text import language, translator

GOOD = N_("tốt")
BAD = N_("HỎNG")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser("doctor", help="check settings, database, isolation and the audit chain")


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something is broken, 2 when it cannot be looked at."""
    try:
        settings = from_environment()
    except BrokenSetting as error:
        print(error, file=sys.stderr)
        return 2
    try:
        findings = asyncio.run(_examine(settings))
    except (ServerFailure, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    translate = translator(language(arguments.lang))
    for holds, message, values in findings:
        print(f"{translate(GOOD) if holds else translate(BAD)}: {translate(message, **values)}")
    return 0 if all(holds for holds, _, _ in findings) else 1


Finding = tuple[bool, str, dict[str, object]]


async def _examine(settings: Settings) -> list[Finding]:
    from parindex.store.database import Database
    from parindex.store.installation import database

    async with database(settings) as addresses:
        app, sealer = await Database.connect(addresses.app, size=2), await Database.connect(addresses.sealer, size=2)
        try:
            return [finding async for finding in _findings(settings, app, sealer)]
        finally:
            await app.close()
            await sealer.close()


async def _findings(settings: Settings, app: object, sealer: object) -> AsyncIterator[Finding]:
    from parindex.audit import sealer as sealing
    from parindex.store.database import Database
    from parindex.store.migrate import current, newest

    assert isinstance(app, Database)
    assert isinstance(sealer, Database)
    async with app.pool.acquire() as connection:
        version = await connection.fetchval("show server_version_num")
        schema = await current(connection)
        (role,) = await connection.fetch(
            "select rolsuper or rolbypassrls as dangerous, rolname from pg_roles where rolname = current_user"
        )
        exposed = await connection.fetchval(
            """select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
            where c.relkind in ('r', 'p') and not c.relispartition and not (c.relrowsecurity and c.relforcerowsecurity)"""
        )
    yield int(version) >= 150000, N_("PostgreSQL %(version)s"), {"version": int(version) // 10000}
    yield schema == newest(), N_("cấu trúc dữ liệu %(found)s, cần %(needed)s"), {"found": schema, "needed": newest()}
    yield (
        not role["dangerous"],
        N_("vai trò cơ sở dữ liệu %(role)s không vượt được phân quyền theo dòng"),
        {"role": role["rolname"]},
    )
    yield exposed == 0, N_("%(n)s bảng chưa tách theo đơn vị chủ trì"), {"n": exposed}
    report = await sealing.verify(sealer, settings.data / "audit-head.jsonl")
    yield (
        not report.breaks,
        N_("nhật ký: %(blocks)s khối, %(rows)s dòng đã niêm phong, %(unsealed)s dòng chưa niêm phong"),
        {"blocks": report.blocks, "rows": report.rows, "unsealed": report.unsealed},
    )
    for broken in report.breaks:
        yield (
            False,
            N_("khối nhật ký số %(block)s không còn nguyên vẹn (%(why)s)"),
            {"block": broken.block, "why": broken.why},
        )
