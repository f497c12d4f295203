"""Who is signed in, and as what."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from parindex.errors import N_

ROLES: Final[dict[str, str]] = {
    "administrator": N_("Quản trị hệ thống"),
    "index_manager": N_("Quản trị bộ chỉ số"),
    "specialist": N_("Chuyên viên"),
    "focal_point": N_("Đầu mối cải cách hành chính"),
    "leader": N_("Lãnh đạo đơn vị"),
    "appraiser": N_("Thành viên tổ thẩm định"),
    "secretary": N_("Thư ký Hội đồng"),
    "council_member": N_("Thành viên Hội đồng"),
    "council_chair": N_("Chủ tịch Hội đồng"),
    "interviewer": N_("Điều tra viên"),
    "approver": N_("Người phê duyệt công bố"),
    "auditor": N_("Thanh tra, kiểm toán"),
    "field_supervisor": N_("Giám sát khảo sát"),
    "steering_reader": N_("Lãnh đạo, Ban Chỉ đạo"),
    "system_account": N_("Hệ thống khác"),
}
"""Roles and their names."""

SYSTEM: Final = "system_account"
"""The role of an account that no person uses: it has no other role, no password and no link."""


class StandIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person does for another, in their own name: a delegation that holds now."""

    id: UUID
    """The delegation."""

    of: UUID
    """Whose right it is."""

    name: str
    """Name of that person."""

    role: str
    """The role of theirs that it comes from."""

    actions: frozenset[str]
    """What of that role's actions was delegated."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person who is signed in, with what holds now."""

    tenant_id: UUID
    """The tenant that the account belongs to."""

    id: UUID
    """The person."""

    login: str
    """Name typed at sign-in, unique in the tenant."""

    name: str
    """Name shown."""

    agency_id: UUID | None
    """The agency that the person works for; ``None`` for the tenant's own staff."""

    agency_name: str | None
    """Its Vietnamese name."""

    roles: frozenset[str]
    """Roles in force, of :data:`ROLES`: granted, or of those in whose place the person stands."""

    stands_in: tuple[StandIn, ...] = ()
    """In whose place, for roles that are not the person's own: of such a role only what was delegated is allowed."""

    @property
    def actor(self) -> str:
        """How the audit record names this person."""
        return str(self.id)

    def acts_for(self, role: str, action: str) -> StandIn | None:
        """In whose place the person does something of a role; ``None`` for what is of a role of their own."""
        return next((one for one in self.stands_in if one.role == role and action in one.actions), None)

    def holds(self, role: str) -> bool:
        """Whether a role is the person's own."""
        return role in self.roles and all(one.role != role for one in self.stands_in)
