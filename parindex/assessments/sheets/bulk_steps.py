"""Many sheets taking one step together, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence

from parindex import audit
from parindex.assessments.model import Sheet
from parindex.assessments.sheets import queries
from parindex.store.database import Connection
from parindex.store.ids import new_id


async def move_all(connection: Connection, sheets: Sequence[Sheet], state: str, *, by: str) -> None:
    """Take one step of each sheet's way, without a reason; the database refuses steps that do not exist."""
    if not sheets:
        return
    await queries.set_states(connection, [sheet.id for sheet in sheets], state)
    await queries.insert_transitions(connection, [(new_id(), sheet.id, sheet.state) for sheet in sheets], state, by)
    await audit.record_all(
        connection,
        by,
        [
            audit.Change(
                tag="agency:sheet:move", subject=str(sheet.id), before={"state": sheet.state},
                after={"state": state, "reason": None, "receipt": None},
            )
            for sheet in sheets
        ],
    )  # fmt: skip
