"""What a room raises when what was asked cannot be done."""

from __future__ import annotations

from typing import Any

import msgspec

from parindex.errors.catalogue import CATALOGUE
from parindex.errors.kind import FailureKind


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form or document that cannot be taken."""

    field: str
    """Name of the form field or JSON path."""

    code: str
    """Code in the catalogue."""

    values: dict[str, Any] = {}
    """What the detail names."""


class Refused(Exception):
    """What was asked cannot be done; nothing was changed."""

    def __init__(self, code: str, /, *, fields: tuple[FieldError, ...] = (), **values: Any) -> None:
        """Refuse with a code of :data:`CATALOGUE` and the values that its detail names."""
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.values = values

    @property
    def kind(self) -> FailureKind:
        """The entry of the catalogue."""
        return CATALOGUE[self.code]

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code
