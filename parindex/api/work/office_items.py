"""What waits for whoever manages accounts, as the work list shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from parindex.access.office.office_waits import OfficeWaits
from parindex.api.shared.page import translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.waiting_item import WaitingItem

SOON: Final = timedelta(days=30)
"""How long before it is due a review of rights is shown."""


def unheld_item(request: PageRequest, count: int) -> WaitingItem:
    """Work that waits and that nobody has the role to do."""
    _ = translate(request)
    return WaitingItem(
        title=_("%(n)s loại việc đang chờ mà không còn ai giữ vai trò để làm", n=count), href=url("/work/people/unheld"),
        verb=_("Xem và giao"), since=None, note=_("Giao vai trò hoặc bàn giao cho người khác"),
    )  # fmt: skip


def office_items(request: PageRequest, waits: OfficeWaits) -> Iterator[WaitingItem]:
    """Links that ran out, unused accounts, the review that comes."""
    _ = translate(request)
    if waits.expired:
        yield WaitingItem(
            title=_("%(n)s người chưa vào lần nào, không có liên kết còn hạn", n=waits.expired),
            href=url("/work/people", tab="never"), verb=_("Mời lại"), since=None,
        )  # fmt: skip
    if waits.idle:
        yield WaitingItem(
            title=_("%(n)s tài khoản lâu không dùng", n=waits.idle), href=url("/work/people", tab="idle"),
            verb=_("Xem"), since=None, note=_("Không dùng 45 ngày thì tự khóa"),
        )  # fmt: skip
    if waits.review_due is not None and waits.review_due - SOON <= datetime.now(UTC):
        yield WaitingItem(
            title=_("Rà soát quyền"), href=url("/work/people/review"), verb=_("Rà soát"), since=waits.review_due,
            note=_("6 tháng một lần"),
        )  # fmt: skip
