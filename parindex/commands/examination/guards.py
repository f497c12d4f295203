"""What guards the tables beside what the migrations make: triggers, policies, rights, functions, constraints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from parindex.commands.examination.finding import DoctorFinding, broken, judged
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
