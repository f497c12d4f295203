"""Work in somebody's hands, work in nobody's, and work that changed hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.messages import N_

HeldKind: TypeAlias = Literal[
    "entries",
    "assigned",
    "handed_in",
    "requests",
    "decisions",
    "undecided",
    "drafts_of_sets",
    "to_approve",
    "years",
    "jobs",
]

HELD: Final[Mapping[HeldKind, str]] = {
    "entries": N_("tiêu chí thành phần đã kê khai trong phiếu chưa gửi"),
    "assigned": N_("tiêu chí được giao"),
    "handed_in": N_("phiếu đang chờ lãnh đạo duyệt"),
    "requests": N_("yêu cầu giải trình chưa trả lời"),
    "decisions": N_("quyết định thẩm định của kỳ chưa chốt"),
    "undecided": N_("tiêu chí thành phần chờ thẩm định"),
    "drafts_of_sets": N_("bộ tiêu chí, bộ câu hỏi đang soạn"),
    "to_approve": N_("bộ tiêu chí, bộ câu hỏi chờ phê duyệt"),
    "years": N_("kỳ đánh giá đang chờ bước tiếp theo"),
    "jobs": N_("việc chạy nền chưa xong"),
}
"""Kinds of work in somebody's hands, as they are counted."""

UnheldKind: TypeAlias = Literal[
    "declaring", "approving", "answering", "appraising", "steps", "publishing", "drafting", "reading"
]

UNHELD: Final[Mapping[UnheldKind, tuple[str, str]]] = {
    "declaring": (N_("Phiếu đang mở, không còn ai kê khai"), N_("chuyên viên hoặc đầu mối")),
    "approving": (N_("Phiếu đang mở, không còn lãnh đạo để duyệt và gửi"), N_("lãnh đạo đơn vị")),
    "answering": (N_("Yêu cầu giải trình, không còn ai trả lời"), N_("chuyên viên hoặc đầu mối")),
    "appraising": (N_("Kỳ đang thẩm định, không còn ai thẩm định"), N_("thành viên tổ thẩm định")),
    "steps": (N_("Kỳ đánh giá đang chạy, không còn thư ký"), N_("thư ký Hội đồng")),
    "publishing": (N_("Kỳ chờ phê duyệt, không còn người phê duyệt"), N_("người phê duyệt công bố")),
    "drafting": (N_("Bộ tiêu chí, bộ câu hỏi đang soạn, không còn ai soạn"), N_("quản trị bộ chỉ số")),
    "reading": (N_("Bộ tiêu chí, bộ câu hỏi chờ phê duyệt, không còn ai duyệt"), N_("người phê duyệt công bố")),
}
"""Kinds of work in nobody's hands: what it is, and the role that would do it."""


class UnheldWork(msgspec.Struct, frozen=True, kw_only=True):
    """Work that nobody can do, of one agency or of the office."""

    kind: UnheldKind
    """Of :data:`UNHELD`."""

    agency_id: UUID | None
    """Whose; ``None``: of the office."""

    agency: str | None
    """Its name."""

    agency_code: str | None
    """Its code."""

    count: int
    """Sheets, requests, years or drafts."""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """Work that changed hands."""

    from_person: UUID
    """Who held it."""

    from_name: str
    """Their name."""

    to_person: UUID
    """Who took it over."""

    to_name: str
    """Their name."""

    roles: tuple[str, ...]
    """Roles that went over."""

    reason: str
    """Why."""

    at: datetime
    """When."""
