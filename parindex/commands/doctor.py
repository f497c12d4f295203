"""``parindex doctor``: compares settings, database, audit record and files with each other, and says what it found."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from parindex.commands.examination.finding import Condition, DoctorFinding, broken, judged
from parindex.commands.failures import told
from parindex.errors import N_
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure
from parindex.text import language, translator

if TYPE_CHECKING:
    from parindex.access.tenants import Tenant
    from parindex.store.database import Database
    from parindex.store.inspection import Inspection
    from parindex.store.installation import Addresses

SAID: Final[Mapping[Condition, str]] = {"good": N_("tốt"), "warning": N_("LƯU Ý"), "broken": N_("HỎNG")}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("doctor")
    parser.add_argument(
        "--new-head",
        metavar="REASON",
        help=N_("trước tiên lập lại audit-head.jsonl từ cơ sở dữ liệu; lý do được ghi vào nhật ký"),
    )
    parser.add_argument(
        "--full", action="store_true", help=N_("đọc lại mọi tệp tài liệu kiểm chứng, không chỉ một phần")
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something is broken, 2 when it cannot be looked at."""
    try:
        settings = from_environment()
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    try:
        findings = asyncio.run(_examine(settings, full=arguments.full, new_head=arguments.new_head))
    except (ServerFailure, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    translate = translator(language(arguments.lang))
    healthy = all(finding.condition != "broken" for finding in findings)
    for finding in findings:
        said = f"{translate(SAID[finding.condition])}: {finding.message.text(translate)}"
        print(said, file=sys.stdout if healthy else sys.stderr)
    return 0 if healthy else 1


async def _examine(settings: Settings, *, full: bool, new_head: str | None) -> list[DoctorFinding]:
    from parindex.store.database import Database
    from parindex.store.installation import database

    if not settings.data.is_dir():
        missing = broken(N_("thiếu thư mục dữ liệu %(folder)s (PARINDEX_DATA)"), folder=settings.data.absolute())
        if not settings.database_url:
            return [missing]
    else:
        missing = None
    async with database(settings, migrated=False) as addresses:
        app = await Database.connect(addresses.app, size=2, patience=None)
        sealer = await Database.connect(addresses.sealer, size=2, patience=None)
        try:
            if new_head:
                await _renew_head(settings, app, sealer, new_head)
            found = [each async for each in _findings(settings, addresses, app, sealer, full=full)]
        finally:
            await app.close()
            await sealer.close()
    return [missing, *found] if missing else found


async def _renew_head(settings: Settings, app: Database, sealer: Database, reason: str) -> None:
    from parindex.access import tenants
    from parindex.audit import heads
    from parindex.audit import sealer as sealing

    tenant = await tenants.by_code(app, settings.tenant)
    if tenant is not None:
        await sealing.renew_head_file(app, sealer, settings.data / heads.NAME, tenant.id, reason)


async def _findings(
    settings: Settings, addresses: Addresses, app: Database, sealer: Database, *, full: bool
) -> AsyncIterator[DoctorFinding]:
    from parindex.access import tenants
    from parindex.audit import heads
    from parindex.commands.examination import files, guards, record
    from parindex.store.evidence_files import EvidenceStore
    from parindex.store.inspection import inspect
    from parindex.store.migrate import newest

    async with app.transaction(None) as connection:
        found = await inspect(connection)
    for finding in _database(found):
        yield finding
    yield await _clocks(app)
    head_file = settings.data / heads.NAME
    if found.schema is None:
        return
    if found.schema != newest():
        async for finding in record.chain(sealer, head_file):
            yield finding
        return
    every = await tenants.every(app)
    yield _tenant(settings, every)
    store = EvidenceStore(settings.data / "evidence", limit=settings.evidence_limit)
    for findings in (
        guards.guards(app),
        guards.log_copies(app),
        _locks(app, every),
        record.years(sealer),
        record.chain(sealer, head_file),
        _rows(addresses, every),
        files.evidence(app, store, every, full=full),
        files.keys(settings, app, every),
        files.secrets(settings, app),
    ):
        async for finding in findings:
            yield finding


def _database(found: Inspection) -> Iterator[DoctorFinding]:
    from parindex.store.embedded import OLDEST
    from parindex.store.migrate import newest

    yield judged(found.major_version >= OLDEST, N_("PostgreSQL %(version)s"), version=found.major_version)
    yield judged(
        found.schema == newest(), N_("cấu trúc dữ liệu %(found)s, cần %(needed)s"),
        found=found.schema or "–", needed=newest(),
    )  # fmt: skip
    if found.schema is None:
        return
    role = N_("vai trò cơ sở dữ liệu %(role)s không vượt được phân quyền theo dòng")
    yield judged(not found.bypasses, role, role=found.role)
    exposed = N_("%(n)s bảng chưa tách theo đơn vị chủ trì")
    yield judged(not found.exposed, exposed, n=len(found.exposed))


async def _clocks(app: Database) -> DoctorFinding:
    from parindex.store.database import MOST_SECONDS_APART

    ahead = await app.seconds_ahead()
    apart = N_("đồng hồ của máy này và của cơ sở dữ liệu lệch nhau %(seconds)s giây")
    return judged(abs(ahead) <= MOST_SECONDS_APART, apart, seconds=round(abs(ahead)))


def _tenant(settings: Settings, every: list[Tenant]) -> DoctorFinding:
    """The tenant that the settings name; a database without any has not begun yet."""
    if not every:
        return judged(True, N_("chưa có đơn vị chủ trì nào: hãy nạp năm đầu tiên bằng parindex load"))
    known = [tenant.code for tenant in every]
    if settings.tenant in known:
        return judged(True, N_("đơn vị chủ trì %(tenant)s"), tenant=settings.tenant)
    return broken(
        N_("PARINDEX_TENANT=%(tenant)s: không có đơn vị chủ trì nào mang mã này; đang có: %(known)s"),
        tenant=settings.tenant, known=known,
    )  # fmt: skip


async def _locks(app: Database, every: list[Tenant]) -> AsyncIterator[DoctorFinding]:
    """Locks of survey rounds that have not come to their end; one that has stood still for long is broken."""
    from parindex.surveys.rounds import lock

    for tenant in every:
        async with app.transaction(tenant.id) as connection:
            for held in await lock.under_way(connection):
                yield judged(
                    not held.stuck,
                    N_(
                        "đợt khảo sát %(round)s (%(tenant)s) đang khóa: %(step)s, %(minutes)s phút; mở trang của đợt để khóa tiếp"
                    ),
                    round=held.round_id, tenant=tenant.code, step=held.step, minutes=held.seconds // 60,
                )  # fmt: skip


async def _rows(addresses: Addresses, every: list[Tenant]) -> AsyncIterator[DoctorFinding]:
    """As the owner of the tables, who alone reads the secret of the digests."""
    import asyncpg

    from parindex.commands.examination import record

    owner = await asyncpg.connect(addresses.migrator, timeout=10)
    try:
        async for finding in record.rows(owner, every):
            yield finding
        async for finding in record.answers(owner, every):
            yield finding
    finally:
        await owner.close()
