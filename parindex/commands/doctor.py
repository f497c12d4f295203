"""``parindex doctor``: checks settings, database, isolation and the audit chain, and says what it found."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from parindex.commands.failures import told
from parindex.errors import N_
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure
from parindex.text import language, translator

if TYPE_CHECKING:
    from parindex.store.database import Database

GOOD = N_("tốt")
BAD = N_("HỎNG")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser("doctor")


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something is broken, 2 when it cannot be looked at."""
    try:
        settings = from_environment()
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    try:
        findings = asyncio.run(_examine(settings))
    except (ServerFailure, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    translate = translator(language(arguments.lang))
    healthy = all(holds for holds, _, _ in findings)
    for holds, message, values in findings:
        said = f"{translate(GOOD) if holds else translate(BAD)}: {translate(message, **values)}"
        print(said, file=sys.stdout if healthy else sys.stderr)
    return 0 if healthy else 1


DoctorFinding = tuple[bool, str, dict[str, object]]
"""Whether it holds, the sentence, and what the sentence names."""


async def _examine(settings: Settings) -> list[DoctorFinding]:
    from parindex.store.database import Database
    from parindex.store.installation import database

    async with database(settings, migrated=False) as addresses:
        app, sealer = await Database.connect(addresses.app, size=2), await Database.connect(addresses.sealer, size=2)
        try:
            return [finding async for finding in _findings(settings, app, sealer)]
        finally:
            await app.close()
            await sealer.close()


async def _findings(settings: Settings, app: Database, sealer: Database) -> AsyncIterator[DoctorFinding]:
    from parindex.store.embedded import OLDEST
    from parindex.store.inspection import inspect
    from parindex.store.migrate import newest

    async with app.pool.acquire() as connection:
        found = await inspect(connection)
    yield found.major_version >= OLDEST, N_("PostgreSQL %(version)s"), {"version": found.major_version}
    yield (
        found.schema == newest(),
        N_("cấu trúc dữ liệu %(found)s, cần %(needed)s"),
        {"found": found.schema or "–", "needed": newest()},
    )
    if found.schema is None:
        return
    yield (
        not found.bypasses,
        N_("vai trò cơ sở dữ liệu %(role)s không vượt được phân quyền theo dòng"),
        {"role": found.role},
    )
    yield not found.exposed, N_("%(n)s bảng chưa tách theo đơn vị chủ trì"), {"n": len(found.exposed)}
    if found.schema == newest():
        async for finding in _locks(app):
            yield finding
        async for finding in _years(sealer):
            yield finding
    async for finding in _chain(settings, sealer):
        yield finding


async def _locks(app: Database) -> AsyncIterator[DoctorFinding]:
    """Locks of survey rounds that have not come to their end; one that has stood still for long is broken."""
    from parindex.access import tenants
    from parindex.surveys.rounds import lock

    for tenant in await tenants.every(app):
        async with app.transaction(tenant.id) as connection:
            for held in await lock.under_way(connection):
                yield (
                    not held.stuck,
                    N_(
                        "đợt khảo sát %(round)s (%(tenant)s) đang khóa: %(step)s, %(minutes)s phút; mở trang của đợt để khóa tiếp"
                    ),
                    {"round": held.round_id, "tenant": tenant.code, "step": held.step, "minutes": held.seconds // 60},
                )


async def _years(sealer: Database) -> AsyncIterator[DoctorFinding]:
    """This year or the next, where the record has no partition for it; the sealer makes one a year ahead."""
    from parindex.audit import sealer as sealing

    async with sealer.transaction(None) as connection:
        for year in await sealing.missing_years(connection, datetime.now(UTC).date()):
            yield False, N_("nhật ký chưa có phân vùng của năm %(year)s"), {"year": year}


async def _chain(settings: Settings, sealer: Database) -> AsyncIterator[DoctorFinding]:
    from parindex.audit import sealer as sealing

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
