"""Shapes of code lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from parindex.errors import N_

LISTS: Final[dict[str, str]] = {
    "levels": N_("Cấp hành chính"),
    "fields": N_("Lĩnh vực"),
    "document_types": N_("Loại văn bản"),
}
"""Lists that a tenant keeps, and their names."""

TAGS: Final[dict[str, str]] = {"registry:codes:issue": N_("Ban hành một phiên bản của bảng mã")}
"""Audit tags of this room."""


class CodeEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One code of a list."""

    code: str
    """As whoever issues the list writes it; unique in it."""

    name_vi: str
    """What it means."""

    name_en: str | None = None
    """The same in English."""

    parent: str | None = None
    """Code of the same list under which it stands."""

    note: str | None = None
    """What else to know."""

    def name(self, lang: str) -> str:
        """What it means, in a language; in Vietnamese where there is no other."""
        return self.name_en if lang == "en" and self.name_en else self.name_vi


class ListVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a list, without its codes."""

    list: str
    """One of :data:`LISTS`."""

    version: int
    """From 1."""

    entries: int
    """How many codes it has."""

    digest: str
    """SHA-256 of its codes as canonical JSON."""

    basis_number: str
    """Số, ký hiệu of the document by which it holds."""

    basis_date: date
    """Its day."""

    at: datetime
    """When it was entered."""


class CodeList(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a list with its codes."""

    held: ListVersion
    """Which."""

    entries: tuple[CodeEntry, ...]
    """In the order of the list."""

    @property
    def by_code(self) -> Mapping[str, CodeEntry]:
        """Its codes."""
        return {one.code: one for one in self.entries}


class ListChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a version changes in the one before."""

    new: tuple[CodeEntry, ...]
    """Codes that come."""

    changed: tuple[tuple[CodeEntry, CodeEntry], ...]
    """Codes that mean something else, before and after."""

    gone: tuple[CodeEntry, ...]
    """Codes that the new version no longer has."""

    same: int
    """Codes that stay as they are."""

    moved: bool
    """Whether codes that stay come in another order."""

    @property
    def nothing(self) -> bool:
        """Whether the version would be the one before."""
        return not (self.new or self.changed or self.gone or self.moved)
