"""Shapes of the registry."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from parindex.errors import N_

TIERS: Final[dict[str, str]] = {
    "ministry": N_("Bộ, cơ quan ngang bộ"),
    "province": N_("Tỉnh, thành phố"),
    "department": N_("Sở, ban, ngành"),
    "district": N_("Cấp huyện"),
    "commune": N_("Cấp xã"),
}
"""Tiers and their names."""

TAGS: Final[dict[str, str]] = {
    "registry:agency:add": N_("Thêm cơ quan vào danh mục"),
    "registry:agency:change": N_("Sửa thông tin cơ quan trong danh mục"),
    "registry:agency:succeed": N_("Ghi nhận cơ quan kế thừa"),
}
"""Audit tags of this room."""


class NewAgency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agency as it is entered in the registry."""

    code: str
    """Official code, kept as written; unique among agencies valid on one day."""

    name_vi: str
    """Full name, such as ``Tỉnh Hòa Lâm``."""

    name_en: str | None = None
    """English name."""

    short_name: str | None = None
    """Name for narrow columns, such as ``Hòa Lâm``."""

    tier: str
    """One of :data:`TIERS`."""

    region: str | None = None
    """Region that rankings may be grouped by."""

    official_order: int | None = None
    """Place in the official list, from 1; agencies without one follow in Vietnamese order."""

    valid_from: date = date(2025, 7, 1)
    """First day on which it exists."""

    valid_to: date | None = None
    """First day on which it no longer does."""


class Agency(NewAgency, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agency of the registry."""

    id: UUID
    """Its id, which stays when its name changes."""

    @property
    def short(self) -> str:
        """The name for narrow columns."""
        return self.short_name or self.name_vi

    def name(self, lang: str) -> str:
        """The name in a language, in Vietnamese where there is no other."""
        return self.name_en if lang == "en" and self.name_en else self.name_vi
