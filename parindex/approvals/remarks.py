"""What is said of the lines of a draft: a remark, or a dispute that keeps it until somebody answers."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from parindex import access, audit
from parindex.access import Person
from parindex.approvals import flow, queries
from parindex.approvals.model import Drafted, DraftRemark, Opened
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id

LONGEST_REMARK: Final = 4000


async def of_draft(connection: Connection, tables: str, draft_id: UUID) -> tuple[DraftRemark, ...]:
    """What was said of a draft, newest first."""
    return tuple(DraftRemark(**dict(one)) for one in await queries.remarks(connection, tables, draft_id))


async def remark(
    drafted: Drafted, connection: Connection, person: Person | None, draft_id: UUID, *, code: str,
    kind: Literal["comment", "dispute"], said: str,
) -> UUID:  # fmt: skip
    """Say something of a line, or of the whole.

    Raises:
        Refused: ``invalid_fields``, ``not_found``, ``not_allowed``.
    """
    held = await drafted.opened(connection, person, draft_id, hold=False)
    actor = access.require(person, f"{drafted.thing}:comment", state=held.draft.state).actor
    if code and code not in {line.code for line in held.revision.outline}:
        raise Refused("not_found")
    text = flow.text(said, "said", LONGEST_REMARK)
    remark_id = new_id()
    values = {"revision": held.revision.number, "code": code, "kind": kind, "said": text, "by": actor}
    await queries.insert_remark(connection, drafted.tables, remark_id, draft_id, values)
    await audit.record(
        connection, actor=actor, tag=f"{drafted.told}:comment", subject=str(draft_id),
        after={"remark": str(remark_id), "line": code, "kind": kind, "revision": held.revision.number},
    )  # fmt: skip
    return remark_id


async def answer(
    drafted: Drafted, connection: Connection, person: Person | None, draft_id: UUID, remark_id: UUID, said: str
) -> None:
    """Answer what was said; a dispute that was answered no longer keeps the draft.

    Raises:
        Refused: ``invalid_fields``, ``not_found``, ``not_allowed``.
    """
    held = await drafted.opened(connection, person, draft_id, hold=False)
    actor = access.require(person, f"{drafted.thing}:comment", state=held.draft.state).actor
    text = flow.text(said, "answer", LONGEST_REMARK)
    row = await queries.answer_remark(connection, drafted.tables, draft_id, remark_id, text, actor)
    if row is None:
        raise Refused("not_found")
    await audit.record(
        connection, actor=actor, tag=f"{drafted.told}:answer", subject=str(draft_id),
        after={"remark": str(remark_id), "line": row["code"]},
    )  # fmt: skip


def open_disputes(held: Opened) -> int:
    """Disputes that nobody answered."""
    return sum(one.kind == "dispute" and one.answer is None for one in held.remarks)
