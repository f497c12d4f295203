"""The audit record: its chain, the file that remembers its head, and the tables beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from parindex.commands.examination.finding import DoctorFinding, broken, judged
from parindex.errors import N_

if TYPE_CHECKING:
    from pathlib import Path

    import asyncpg

    from parindex.access.tenants import Tenant
    from parindex.audit.model import HeadFault
    from parindex.store.database import Database

HEADS: Final[Mapping[HeadFault, str]] = {
    "missing": N_(
        "thiếu tệp %(file)s hoặc tệp trống, trong khi nhật ký đã có %(newest)s khối: không còn gì ngoài cơ sở dữ liệu để đối chiếu. Hãy khôi phục tệp từ bản sao lưu; nếu không có, chấp nhận bằng parindex doctor --new-head LÝ_DO"
    ),
    "begins_late": N_("tệp %(file)s bị cắt mất phần đầu: hãy khôi phục tệp từ bản sao lưu"),
    "behind": N_(
        "tệp %(file)s chỉ ghi đến khối %(told)s trong khi nhật ký đã đến khối %(newest)s: tệp bị cắt mất phần cuối, hoặc đĩa đầy nên không ghi được. Nếu đĩa đầy, hãy giải phóng đĩa; khi chạy lại, hệ thống tự ghi phần còn thiếu"
    ),
    "ahead": N_(
        "tệp %(file)s mới hơn cơ sở dữ liệu: tệp ghi đến khối %(told)s, cơ sở dữ liệu chỉ đến khối %(newest)s. Cơ sở dữ liệu được khôi phục từ bản sao lưu cũ hơn, hoặc nhật ký bị cắt; mọi thay đổi giữa hai mốc không còn. Hãy khôi phục bản sao lưu mới hơn; nếu không có bản nào mới hơn, hãy chấp nhận bằng parindex doctor --new-head LÝ_DO"
    ),
    "other_chain": N_(
        "tệp %(file)s ghi giá trị băm khác với nhật ký ở %(differing)s khối, khối đầu tiên là %(first)s: nhật ký đã bị viết lại, hoặc tệp thuộc về cơ sở dữ liệu khác"
    ),
    "torn": N_(
        "tệp %(file)s có %(torn)s dòng bị đứt, thường do đĩa đầy: khi chạy, hệ thống tự sửa; nếu đang chạy, hãy khởi động lại"
    ),
}
"""What is said of the file."""

ROWS: Final[Mapping[str, str]] = {
    "changed": N_("bảng %(table)s (%(tenant)s): %(count)s dòng bị sửa ngoài nhật ký: %(keys)s"),
    "missing": N_("bảng %(table)s (%(tenant)s): %(count)s dòng bị xóa ngoài nhật ký: %(keys)s"),
    "added": N_("bảng %(table)s (%(tenant)s): %(count)s dòng được thêm ngoài nhật ký: %(keys)s"),
}
"""What is said of rows."""


async def years(sealer: Database) -> AsyncIterator[DoctorFinding]:
    """This year or the next, where the record has no partition for it; the sealer makes one a year ahead."""
    from parindex.audit import sealer as sealing

    async with sealer.transaction(None) as connection:
        for year in await sealing.missing_years(connection, datetime.now(UTC).date()):
            yield broken(N_("nhật ký chưa có phân vùng của năm %(year)s"), year=year)


async def chain(sealer: Database, head_file: Path) -> AsyncIterator[DoctorFinding]:
    """Every block beside its rows, and the file outside the database beside the chain."""
    from parindex.audit import sealer as sealing

    report = await sealing.verify(sealer)
    yield judged(
        not report.breaks,
        N_("nhật ký: %(blocks)s khối, %(rows)s dòng đã niêm phong, %(unsealed)s dòng chưa niêm phong"),
        blocks=report.blocks, rows=report.rows, unsealed=report.unsealed,
    )  # fmt: skip
    for fault in report.breaks:
        yield broken(N_("khối nhật ký số %(block)s không còn nguyên vẹn (%(why)s)"), block=fault.block, why=fault.why)
    heads = await sealing.compare_heads(sealer, head_file, report)
    for fault_of_file in heads.faults:
        yield broken(
            HEADS[fault_of_file], file=head_file, told=heads.told, newest=heads.newest, torn=heads.torn,
            differing=len(heads.differing), first=next(iter(heads.differing), 0),
        )  # fmt: skip
    if not heads.faults:
        yield judged(True, N_("tệp đầu chuỗi nhật ký khớp với cơ sở dữ liệu, đến khối %(told)s"), told=heads.told)


async def rows(owner: asyncpg.Connection[asyncpg.Record], tenants: list[Tenant]) -> AsyncIterator[DoctorFinding]:
    """Every table that deeds write beside what the record says of its rows, and changes without a deed."""
    from parindex.store import watched_rows as watched

    told = 0
    for tenant in tenants:
        async with owner.transaction(isolation="repeatable_read"):
            for found in await watched.differences(owner, tenant.id):
                told += 1
                yield broken(
                    ROWS[found.why], table=found.table, tenant=tenant.code, count=found.count,
                    keys=", ".join(found.keys) + (" …" if found.count > len(found.keys) else ""),
                )  # fmt: skip
            for change in await watched.deedless(owner, tenant.id):
                told += 1
                yield broken(
                    N_(
                        "bảng %(table)s (%(tenant)s): %(count)s lần ghi không kèm việc nào trong nhật ký, do vai trò %(role)s, lần đầu lúc %(at)s"
                    ),
                    table=change.table, tenant=tenant.code, count=change.count, role=change.role,
                    at=change.at.isoformat(timespec="seconds"),
                )  # fmt: skip
    if not told:
        yield judged(True, N_("%(tables)s bảng dữ liệu khớp với nhật ký"), tables=len(watched.WATCHED))


async def answers(owner: asyncpg.Connection[asyncpg.Record], tenants: list[Tenant]) -> AsyncIterator[DoctorFinding]:
    """Invitations and answers of each round beside the record, by number and digest only."""
    from parindex.store.database import enter
    from parindex.surveys.rounds import counted

    for tenant in tenants:
        async with owner.transaction(isolation="repeatable_read"):
            await enter(owner, tenant.id)
            for found in await counted.differences(owner):
                message = N_(
                    "đợt khảo sát %(round)s (%(tenant)s): bảng %(table)s có %(held)s dòng, nhật ký ghi %(told)s dòng"
                )
                if found.why == "content":
                    message = N_("đợt khảo sát %(round)s (%(tenant)s): nội dung bảng %(table)s bị sửa ngoài hệ thống")
                yield broken(
                    message,
                    round=found.round_id,
                    tenant=tenant.code,
                    table=found.table,
                    held=found.held,
                    told=found.told,
                )
