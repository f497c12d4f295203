"""People from a sheet: what each row says, and what would become of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.errors import N_, FieldError

RowOutcome: TypeAlias = Literal["new", "role", "same", "bad"]

COLUMNS: Final = {
    "name": N_("Họ tên"),
    "login": N_("Tên đăng nhập"),
    "email": N_("Thư điện tử"),
    "agency": N_("Mã đơn vị"),
    "role": N_("Vai trò"),
    "first": N_("Từ ngày"),
    "last": N_("Đến ngày"),
}
"""Columns of the sheet, by field; heads are these Vietnamese words in any case, with or without marks."""

NEEDED: Final = ("name", "role")
"""Columns that must be there."""

LARGEST: Final = 2_000_000
"""Bytes of a sheet."""

MOST_ROWS: Final = 5_000
"""Rows of a sheet."""

OF_AN_AGENCY: Final = frozenset({"specialist", "focal_point", "leader", "appraiser"})
"""Roles that are nothing without an agency."""


class SheetPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was read."""

    number: int
    """Row, from 1; of a workbook with its sheet and the letters of its columns."""

    cells: Mapping[str, str]
    """What stands in it, by field."""

    faults: tuple[FieldError, ...] = ()
    """What its reading alone finds wrong; ``field`` is the field of :data:`COLUMNS`."""


class SheetRead(msgspec.Struct, frozen=True, kw_only=True):
    """A whole sheet."""

    rows: tuple[SheetPerson, ...]
    """From the top."""

    heads: Mapping[str, str]
    """How each field's column is headed in this sheet."""

    passed_over: tuple[str, ...]
    """Heads of columns that nobody reads."""


class KnownAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency of today."""

    id: UUID
    """UUIDv7."""

    code: str
    """Official code."""

    name: str
    """Vietnamese name."""

    short: str | None
    """For narrow columns."""


class KnownAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that is there."""

    id: UUID
    """The person."""

    name: str
    """As they are called."""

    agency_id: UUID | None
    """The agency."""

    agency: str | None
    """Its name."""

    closed: bool
    """Whether nobody signs in with it."""

    signs_in: bool
    """Whether a password was set."""

    roles: tuple[tuple[str, datetime, datetime | None], ...]
    """Roles that hold or will: role, first moment, first moment after it."""


class PlannedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a row."""

    number: int
    """Row of the sheet."""

    cells: Mapping[str, str]
    """What stands in it, by field."""

    outcome: RowOutcome
    """A new account, a role more for one that is there, nothing new, or nothing because of a fault."""

    faults: tuple[FieldError, ...] = ()
    """What is wrong with it."""

    login: str = ""
    """As it will be stored."""

    agency: KnownAgency | None = None
    """The agency."""

    role: str = ""
    """Key of the role."""

    first: date | None = None
    """First day; ``None``: today."""

    last: date | None = None
    """Last day."""


class HeldImport(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that was sent and is kept for some days."""

    id: UUID
    """UUIDv7."""

    file_name: str
    """As it was called."""

    content: bytes
    """The file."""

    at: datetime
    """When it came."""

    written_at: datetime | None
    """When its good rows were written."""

    written: tuple[UUID, ...]
    """Accounts that it made."""


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of every row, in the order of the sheet."""

    rows: tuple[PlannedPerson, ...]
    """All rows."""

    heads: Mapping[str, str]
    """How each field's column is headed."""

    passed_over: tuple[str, ...]
    """Heads of columns that nobody reads."""

    def of(self, *outcomes: RowOutcome) -> tuple[PlannedPerson, ...]:
        """Rows of which something becomes."""
        return tuple(row for row in self.rows if row.outcome in outcomes)
