"""Shapes of the registry."""

from __future__ import annotations

from datetime import date, datetime
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
    "registry:agency:become": N_("Đổi tên, thuộc tính hoặc cơ quan cấp trên kể từ một ngày"),
    "registry:agency:close": N_("Kết thúc hiệu lực của cơ quan"),
    "registry:agency:succeed": N_("Ghi nhận cơ quan kế thừa"),
    "registry:agency:dawn": N_("Thay đổi danh mục đến ngày có hiệu lực"),
    "registry:deed:take_back": N_("Hủy một lần ghi danh mục của hôm nay"),
}
"""Audit tags of this room."""

DEED_KINDS: Final[dict[str, str]] = {
    "add": N_("Thêm cơ quan"),
    "change": N_("Đổi từ ngày"),
    "close": N_("Kết thúc hiệu lực"),
    "merge": N_("Sáp nhập, hợp nhất"),
    "split": N_("Chia, tách"),
    "correct": N_("Sửa chỗ ghi sai"),
}
"""What may be done to the registry, and its name."""


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

    parent: str | None = None
    """Code of the agency above it, on the first day."""

    region: str | None = None
    """Region that rankings may be grouped by."""

    has_one_stop: bool | None = None
    """Whether it has a one-stop desk (bộ phận một cửa); ``None``: not known."""

    population: int | None = None
    """People who live in it; ``None``: not known."""

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

    parent_id: UUID | None = None
    """The agency above it."""

    @property
    def short(self) -> str:
        """The name for narrow columns."""
        return self.short_name or self.name_vi

    def name(self, lang: str) -> str:
        """The name in a language, in Vietnamese where there is no other."""
        return self.name_en if lang == "en" and self.name_en else self.name_vi


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The document by which something of the registry is done."""

    number: str
    """Số, ký hiệu, such as ``202/2025/QH15``."""

    date: date
    """Its day."""


class AgencyPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency was from a day on, until it became otherwise."""

    id: UUID
    """Of the period."""

    agency_id: UUID
    """Whose it is."""

    valid_from: date
    """First day."""

    valid_to: date | None
    """First day on which it was otherwise or no more."""

    name_vi: str
    """Full name."""

    name_en: str | None
    """English name."""

    short_name: str | None
    """Name for narrow columns."""

    region: str | None
    """Region."""

    official_order: int | None
    """Place in the official list."""

    parent_id: UUID | None
    """The agency above it."""

    has_one_stop: bool | None
    """Whether it has a one-stop desk."""

    population: int | None
    """People who live in it."""

    deed_id: UUID | None = None
    """By which deed it began; ``None``: before deeds were kept."""


VALUES: Final = (
    "name_vi", "name_en", "short_name", "region", "official_order", "parent_id", "has_one_stop", "population",
)  # fmt: skip
"""What of an agency may become otherwise from a day on."""


class RegistryDeed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to the registry."""

    id: UUID
    """Its id."""

    kind: str
    """One of :data:`DEED_KINDS`."""

    effective_on: date | None
    """From which day; ``None`` for a correction."""

    basis_number: str | None
    """Số, ký hiệu of the document."""

    basis_date: date | None
    """Its day."""

    agency_ids: tuple[UUID, ...]
    """What it touched; among the deeds of one agency that one alone."""

    entered_at: datetime
    """When it was entered."""

    entered_by: str
    """By whom."""

    taken_back_at: datetime | None
    """When it was taken back."""


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """One agency that took over from another."""

    predecessor_id: UUID
    """From which."""

    successor_id: UUID
    """Which."""

    predecessor: str
    """Code of the former."""

    predecessor_name: str
    """Its last name."""

    successor: str
    """Code of the latter."""

    successor_name: str
    """Its name."""

    decision: str
    """By which document."""

    effective_on: date
    """First day of the latter."""
