"""``parindex load YEAR.yaml``: enter a tenant, its people, agencies, criteria set, cycle and survey from files.

Everything is entered in one transaction or nothing is. What differs from what stands is named, and changed where it may
change; the command may be repeated with a longer file. ``--delete-draft`` takes away a draft that was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from parindex.commands.failures import told
from parindex.text import N_, Language, language, translator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from parindex.commands.loading.files import YearFiles
    from parindex.commands.loading.plan import YearPlan
    from parindex.commands.loading.standing import StandingTenant
    from parindex.commands.loading.year_file import TenantGiven
    from parindex.settings import Settings
    from parindex.store.database import Connection


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("load")
    parser.add_argument("year", type=Path, metavar="YEAR.yaml", help=N_("tệp nêu mọi thứ cần nhập (docs/loading.md)"))
    parser.add_argument(
        "--delete-draft",
        metavar="CYCLE",
        help=N_("không nhập gì, xóa dự thảo của năm mà tệp nêu; gõ lại tên dạng 2026-province"),
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with one line a new account, 1 when something is refused, 2 when a file cannot be read."""
    import asyncpg

    from parindex.commands.loading.entering import NotStored
    from parindex.commands.loading.faults import BrokenYear
    from parindex.commands.loading.files import read_files
    from parindex.errors import Refused
    from parindex.settings import BrokenSetting, from_environment
    from parindex.store.causes import database_cause
    from parindex.store.embedded import ServerFailure

    lang = language(arguments.lang)
    try:
        files = read_files(arguments.year)
        settings = from_environment()
        if arguments.delete_draft is not None:
            print(asyncio.run(_delete(settings, files, arguments.delete_draft, lang)))
            return 0
        plan, links = asyncio.run(_load(settings, files))
    except BrokenYear as error:
        print(error.text(lang), file=sys.stderr)
        return error.exit_code
    except (Refused, NotStored) as error:
        print(told(error, lang), file=sys.stderr)
        return 1
    except (BrokenSetting, ServerFailure, OSError) as error:
        print(told(error, lang), file=sys.stderr)
        return 2
    except asyncpg.PostgresError as error:
        said = N_("Cơ sở dữ liệu báo lỗi trước khi nhập (%(why)s). Chưa nhập gì. Hãy chạy parindex doctor để kiểm tra.")
        print(translator(lang)(said, why=database_cause(error).text(translator(lang))), file=sys.stderr)
        return 2
    for line in _said(plan, lang):
        print(line, file=sys.stderr)
    for login, link in links:
        print(f"{login}\t{settings.base_url or ''}{link}")
    if links and settings.base_url is None:
        unset = N_(
            "Đường dẫn trên chưa có địa chỉ máy chủ: đặt PARINDEX_BASE_URL (ví dụ https://parindex.example) hoặc thêm địa chỉ vào trước."
        )
        print(translator(lang)(unset), file=sys.stderr)
    return 0


def _said(plan: YearPlan, lang: Language) -> list[str]:
    """What was changed, and what may be meant otherwise."""
    translate = translator(lang)
    note = translate(N_("lưu ý"))
    return [
        *(change.text(lang) for change in plan.changes),
        *(f"{note}: {one.text(translate)}" for one in plan.notes),
    ]


def _tenant(settings: Settings, files: YearFiles) -> AbstractAsyncContextManager[tuple[Connection, StandingTenant]]:
    """A transaction in which the tenant of a year is entered, with what it has already."""
    from contextlib import asynccontextmanager

    from parindex import audit
    from parindex.access import tenants
    from parindex.commands.loading.entering import storing
    from parindex.commands.loading.standing import standing_of
    from parindex.store.database import Database
    from parindex.store.installation import database
    from parindex.store.secrets import installation_folder, known_secret

    @asynccontextmanager
    async def entered() -> AsyncIterator[tuple[Connection, StandingTenant]]:
        given = files.year.tenant
        assert given is not None
        installation_folder(settings.data)
        async with database(settings) as addresses:
            app = await Database.connect(addresses.app, size=2)
            try:
                audit.use_secret(await known_secret(app, settings.data, "audit"))
                async with storing(files.read.file):
                    known = await tenants.by_code(app, given.code)
                    async with app.transaction(known.id if known else None) as connection:
                        if known is None:
                            await _with_key(connection, settings, given)
                        yield connection, await standing_of(connection, files, known)
            finally:
                await app.close()

    return entered()


async def _with_key(connection: Connection, settings: Settings, given: TenantGiven) -> None:
    """Make a tenant, and the key with which it will sign its editions."""
    from parindex.access import tenants
    from parindex.publication import known_keys
    from parindex.publication.keys import SigningKeys

    tenant_id = await tenants.add(connection, code=given.code, name_vi=given.name_vi, name_en=given.name_en)
    tenant = await tenants.by_id(connection, tenant_id)
    await known_keys.made(connection, SigningKeys(settings.data / "keys"), tenant, by="system")


async def _load(settings: Settings, files: YearFiles) -> tuple[YearPlan, list[tuple[str, str]]]:
    """What was done, and the links of new accounts.

    Raises:
        BrokenYear: everything that is wrong, also what only shows beside what stands, where the database is there.
    """
    from parindex.commands.loading.entering import YearEntry
    from parindex.commands.loading.faults import BrokenYear
    from parindex.commands.loading.standing import nothing_standing
    from parindex.errors import Refused
    from parindex.store.embedded import ServerFailure

    tenant = files.year.tenant
    if tenant is None:
        raise BrokenYear([*files.faults, *planned(files, nothing_standing()).faults])
    try:
        async with _tenant(settings, files) as (connection, standing):
            plan = planned(files, standing)
            if faults := (*files.faults, *plan.faults):
                raise BrokenYear(faults)
            tokens = await YearEntry(connection, files, standing, plan).enter()
    except (Refused, ServerFailure, OSError):
        if files.faults:
            raise BrokenYear(files.faults) from None
        raise
    prefix = "" if tenant.code == settings.tenant else f"/t/{tenant.code}"
    return plan, [(login, f"{prefix}/invitations/{token}") for login, token in tokens]


def planned(files: YearFiles, standing: StandingTenant) -> YearPlan:
    """What entering the files will do, or why it cannot be done."""
    from parindex.commands.loading import comparing, comparing_draft, comparing_year, lookalike_names
    from parindex.commands.loading.plan import YearPlan

    plan = YearPlan()
    comparing.compare_tenant(files, standing, plan)
    comparing.compare_agencies(files, standing, plan)
    comparing.compare_people(files, standing, plan)
    comparing_year.compare_set(files, standing, plan)
    comparing_year.compare_cycle(files, standing, plan)
    comparing_draft.compare_draft(files, standing, plan)
    comparing_year.compare_survey(files, standing, plan)
    comparing_draft.compare_mergers(files, standing, plan)
    lookalike_names.note_twins(files, standing, plan)
    return plan


async def _delete(settings: Settings, files: YearFiles, named: str, lang: Language) -> str:
    """Delete the draft of the year that the file is of.

    Raises:
        BrokenYear: the file does not say which year, or another one than was named; there is no such year.
        Refused: it was opened, or holds anything of people.
    """
    from parindex.assessments.cycles import drafting
    from parindex.commands.failures import UNREADABLE
    from parindex.commands.loading.entering import ACTOR
    from parindex.commands.loading.faults import BrokenYear, LoadFault
    from parindex.messages import Failure

    given = files.year.cycle
    if files.year.tenant is None or given is None:
        missing = Failure(N_("tệp không nêu kỳ đánh giá nào để xóa."))
        raise BrokenYear(files.read.faults or [LoadFault(file=files.read.file, what=missing, exit_code=UNREADABLE)])
    if named not in (given.name, f"{given.family}/{given.name}"):
        said = N_(
            "cycle: tệp này là của kỳ %(kept)s, không phải %(found)s. Để xóa, hãy gõ đúng: --delete-draft %(kept)s."
        )
        told_so = files.read.fault("cycle", Failure(said, kept=given.name, found=named), exit_code=UNREADABLE)
        raise BrokenYear([told_so])
    async with _tenant(settings, files) as (connection, standing):
        if standing.year is None:
            absent = Failure(N_("cycle: chưa có kỳ %(name)s nào để xóa."), name=given.name)
            raise BrokenYear([files.read.fault("cycle", absent)])
        await drafting.delete(connection, standing.year.cycle.id, by=ACTOR)
    said = N_(
        "Đã xóa bản thảo của kỳ %(name)s cùng các đợt khảo sát chưa hỏi ai; cơ quan, tài khoản và bộ tiêu chí còn nguyên."
    )
    return translator(lang)(said, name=given.name)
