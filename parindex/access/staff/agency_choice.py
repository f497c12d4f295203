"""An agency that somebody typed by code or name, and an address of mail."""

from __future__ import annotations

from uuid import UUID

from parindex.access.imports.model import OF_AN_AGENCY
from parindex.access.imports.plan import EMAIL
from parindex.access.staff import queries
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.text import fold

__all__ = ["OF_AN_AGENCY", "check_email", "chosen"]


async def chosen(connection: Connection, typed: str) -> UUID | None:
    """The agency of today that bears a code or a name; ``None`` for nothing typed.

    Raises:
        Refused: ``invalid_fields`` with ``agency_code_unknown``, ``agency_ambiguous`` at ``agency``.
    """
    if not typed:
        return None
    known = await queries.agencies_of_today(connection)
    wanted = fold(typed)
    found = [row for row in known if wanted in {fold(row[name] or "") for name in ("code", "name", "short")}]
    if len(found) == 1:
        agency_id: UUID = found[0]["id"]
        return agency_id
    if not found:
        fault = FieldError(field="agency", code="agency_code_unknown", values={"found": typed, "near": ""})
    else:
        names = "; ".join(f"{row['code']} {row['name']}" for row in found)
        fault = FieldError(field="agency", code="agency_ambiguous", values={"found": typed, "known": names})
    raise Refused("invalid_fields", fields=(fault,))


def check_email(typed: str) -> None:
    """Whether what was typed looks like an address of mail, or is nothing.

    Raises:
        Refused: ``invalid_fields`` with ``email_wrong``.
    """
    if typed and not EMAIL.fullmatch(typed):
        raise Refused(
            "invalid_fields", fields=(FieldError(field="email", code="email_wrong", values={"found": typed}),)
        )
