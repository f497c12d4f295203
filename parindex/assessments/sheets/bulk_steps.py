"""Many sheets taking one step together, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence

from parindex import audit
from parindex.assessments.model import Sheet
from parindex.assessments.sheets import queries
from parindex.store.database import Connection
from parindex.store.ids import new_id


async def move_all(
    connection: Connection, sheets: Sequence[Sheet], state: str, *, by: str, reason: str | None = None
) -> None:
    """Take one step of each sheet's way; the database refuses steps that do not exist.

    Args:
        connection: In a transaction.
        sheets: Those that take it.
        state: Where they stand then.
        by: Who moves them.
        reason: Why; those who fill in a sheet that comes back to them read it there.
    """
    if not sheets:
        return
    await queries.set_states(connection, [sheet.id for sheet in sheets], state, reason)
    moved = [(new_id(), sheet.id, sheet.state) for sheet in sheets]
    await queries.insert_transitions(connection, moved, state, by, reason)
    await audit.record_all(
        connection,
        by,
        [
            audit.Change(
                tag="agency:sheet:move", subject=str(sheet.id), before={"state": sheet.state},
                after={"state": state, "reason": reason, "receipt": None},
            )
            for sheet in sheets
        ],
    )  # fmt: skip
