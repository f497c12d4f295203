"""What a tenant decides for itself."""

from __future__ import annotations

from typing import Final

import msgspec

from parindex import audit
from parindex.access.model import Person
from parindex.access.office import queries
from parindex.access.policy import require
from parindex.store.database import Connection

FOCAL_POINTS: Final = "focal_points_manage_people"
"""Name of :attr:`TenantChoices.focal_points_manage_people`."""


class TenantChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided; what was not is as it stands here."""

    focal_points_manage_people: bool = False
    """Whether a focal point manages the people of the own agency."""

    leaders_declare_nothing: bool = False
    """Whether nobody approves and sends a sheet of which they declared a leaf themselves."""


async def choices(connection: Connection) -> TenantChoices:
    """What the tenant decided."""
    return msgspec.convert(await queries.settings(connection), TenantChoices)


async def choose(connection: Connection, person: Person | None, wanted: TenantChoices) -> None:
    """Decide anew; what is the same writes nothing.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    actor = require(person, "tenant:set").actor
    before, after = msgspec.to_builtins(await choices(connection)), msgspec.to_builtins(wanted)
    for name in after:
        if before[name] != after[name]:
            await queries.write_setting(connection, name, after[name])
            await audit.record(
                connection, actor=actor, tag="access:tenant:set", subject=name,
                before={"value": before[name]}, after={"value": after[name]},
            )  # fmt: skip
