"""The main menu: public for everybody, work by what a person may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from parindex.access import Person
from parindex.errors import N_

_PUBLIC: Final = (
    ("/", N_("Xếp hạng")),
    ("/agencies", N_("Đơn vị")),
    ("/surveys", N_("Khảo sát")),
    ("/open-data", N_("Dữ liệu mở")),
    ("/method", N_("Phương pháp")),
    ("/verify", N_("Xác minh")),
)
_WORK: Final = (
    ("/work", N_("Việc cần làm"), None),
    (
        "/work/years",
        N_("Kỳ đánh giá"),
        {"secretary", "council_member", "council_chair", "approver", "auditor", "index_manager"},
    ),
    (
        "/work/cycles",
        N_("Tiến độ"),
        {"secretary", "council_member", "council_chair", "approver", "auditor", "index_manager"},
    ),
    ("/work/overview", N_("Toàn cảnh"), {"steering_reader", "council_chair", "approver", "auditor"}),
    ("/work/criteria", N_("Bộ tiêu chí"), {"index_manager", "approver", "secretary", "auditor"}),
    ("/work/surveys", N_("Khảo sát"), {"secretary", "index_manager", "auditor", "interviewer", "field_supervisor"}),
    (
        "/work/agencies",
        N_("Đơn vị"),
        {"index_manager", "administrator", "secretary", "auditor"},
    ),
    ("/work/people", N_("Người dùng"), {"administrator", "auditor"}),
    ("/work/jobs", N_("Việc nền"), {"administrator", "auditor"}),
    ("/", N_("Kết quả công bố"), None),
)

_BESIDE: Final = {"/work/instruments": "/work/criteria"}
"""What has no entry of its own, and the entry that it stands under."""


class NavigationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the menu."""

    href: str
    """Where it leads."""

    label: str
    """What it is called."""

    current: bool
    """Whether the reader is there."""


def navigation(
    person: Person | None, path: str, translate: Callable[..., str], url: Callable[[str], str]
) -> tuple[NavigationEntry, ...]:
    """Entries of the menu; the longest address that the path lies below is the current one."""
    if person is None:
        entries = [(url(href), translate(label)) for href, label in _PUBLIC]
    else:
        entries = [
            (url(href), translate(label)) for href, label, roles in _WORK if roles is None or roles & person.roles
        ]
    at = next((home for beside, home in _BESIDE.items() if _below(path, url(beside))), None)
    shown = url(at) if at else path
    current = max((href for href, _ in entries if _below(shown, href)), key=len, default=None)
    return tuple(NavigationEntry(href=href, label=label, current=href == current) for href, label in entries)


def _below(path: str, href: str) -> bool:
    if href.rstrip("/") == "":
        return path == "/" or path.startswith("/rankings")
    return path == href or path.startswith(href + "/")
