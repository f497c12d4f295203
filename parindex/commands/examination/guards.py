"""What guards the tables beside what the migrations make: triggers, policies, rights, functions, constraints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from parindex.commands.examination.finding import DoctorFinding, broken, judged, warning
from parindex.errors import N_

if TYPE_CHECKING:
    from parindex.store.database import Database

LONGEST = 300
"""Characters shown of what something is."""


async def guards(app: Database) -> AsyncIterator[DoctorFinding]:
    """Each thing that is missing or was put there, or that all are as they were made."""
    from parindex.store import catalogue

    wanted = catalogue.expected()
    async with app.transaction(None, snapshot=True) as connection:
        found = await catalogue.read(connection)
    deviations = catalogue.deviations(found, wanted)
    for each in deviations:
        message = N_("cơ sở dữ liệu: thiếu %(kind)s của %(of)s: %(what)s")
        if not each.missing:
            message = N_("cơ sở dữ liệu: có %(kind)s lạ của %(of)s: %(what)s")
        yield broken(message, kind=each.kind, of=each.of, what=each.line[:LONGEST] or "–")
    if not deviations:
        yield judged(
            True, N_("bẫy, chính sách, quyền và hàm đúng như bản cài đặt: %(count)s mục"), count=len(wanted.lines)
        )


async def log_copies(app: Database) -> AsyncIterator[DoctorFinding]:
    """Where links between invitations and answers outlive the lock of a round: only the operator can end that."""
    from parindex.store.inspection import log_copies as look

    async with app.transaction(None) as connection:
        found = await look(connection)
    if found.archived:
        yield warning(
            N_(
                "archive_mode đang bật: nhật ký ghi trước (WAL) lưu trữ còn giữ liên kết giữa mã trả lời và phiếu sau khi khóa đợt khảo sát; hãy xóa các bản lưu từ trước lúc khóa"
            )
        )
    if found.replicas or found.slots:
        yield warning(
            N_(
                "có %(replicas)s máy chủ bản sao và %(slots)s khe sao chép: chúng giữ nhật ký ghi trước (WAL) có liên kết giữa mã trả lời và phiếu; sau khi khóa đợt khảo sát, hãy kiểm tra chúng đã theo kịp và bỏ khe không dùng"
            ),
            replicas=found.replicas,
            slots=found.slots,
        )
    if found.recycled:
        yield warning(
            N_(
                "wal_recycle đang bật: tệp nhật ký ghi trước (WAL) cũ được dùng lại mà không xóa nội dung; hãy đặt wal_recycle = off"
            )
        )
    if found.endless:
        yield warning(
            N_(
                "vai trò parindex_migrator chưa được kết thúc nhật ký ghi trước (WAL) khi khóa đợt khảo sát: hãy chạy lại parindex migrate --print-roles"
            )
        )
