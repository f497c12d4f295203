"""What can be delegated, and a delegation as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.messages import N_

DelegationKind: TypeAlias = Literal["approve_sheet", "run_steps", "appraise"]

MOST_DAYS: Final = 366
"""Days that a delegation may last."""


class Delegable(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a role that its holder may let somebody else do."""

    role: str
    """The role."""

    actions: frozenset[str]
    """Actions of the policy table that go with it; no other action of the role does."""

    title: str
    """What whoever stands in may do, a message id."""


DELEGABLE: Final[dict[str, Delegable]] = {
    "approve_sheet": Delegable(
        role="leader",
        actions=frozenset(
            ("sheet:read", "sheet:return", "sheet:submit", "sheet:withdraw", "evidence:read"),
        ),
        title=N_("Duyệt, ký, trả lại và rút phiếu của đơn vị"),
    ),
    "run_steps": Delegable(
        role="secretary",
        actions=frozenset(
            ("cycle:read", "cycle:open", "cycle:close_self_assessment", "cycle:close_appraisal", "sheet:read",
             "evidence:read", "appraisal:read"),
        ),
        title=N_("Mở, đóng các bước của kỳ đánh giá; không gia hạn"),
    ),
    "appraise": Delegable(
        role="appraiser",
        actions=frozenset(("appraisal:read", "appraisal:decide", "sheet:read", "evidence:read")),
        title=N_("Thẩm định thay; quyết định đã ghi giữ nguyên tên người quyết định"),
    ),
}  # fmt: skip
"""By kind. Extending deadlines, computing, publishing and managing people are lent to nobody."""


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """A right lent for some days."""

    id: UUID
    """UUIDv7."""

    kind: DelegationKind
    """Which part of which role."""

    from_person: UUID
    """Whose right it is."""

    from_name: str
    """Their name."""

    from_agency: str | None
    """Their agency."""

    to_person: UUID
    """Who stands in."""

    to_name: str
    """Their name."""

    valid_from: datetime
    """The first moment."""

    valid_to: datetime
    """The first moment after it."""

    reason: str
    """Why."""

    basis: str
    """The paper that it rests on; empty for none."""

    recorded_by: str | None
    """Name of who put it on record."""

    revoked_at: datetime | None
    """When it was taken back."""

    revoked_by: str | None
    """Name of who took it back."""
