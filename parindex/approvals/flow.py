"""The way of a draft: handed over, approved by a second person or sent back, published under a decision, given up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from parindex import access, audit
from parindex.access import Person
from parindex.approvals import queries
from parindex.approvals.model import OPEN_STATES, Approval, Drafted, Opened, PublishingDecision
from parindex.audit.reasoned_decision import LONGEST_REASON
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.store.ids import new_id


async def submit(kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID) -> None:
    """Hand a draft to whoever approves it.

    Raises:
        Refused: ``set_draft_broken`` while something is wrong with it; ``set_draft_moved``, ``not_found``,
            ``not_allowed``.
    """
    held = await moving(kind, connection, person, draft_id, "submit")
    if held.revision.errors:
        raise Refused("set_draft_broken", count=len(held.revision.errors))
    await _step(kind, connection, held, "submitted", _actor(person))


async def approve(kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID) -> None:
    """Approve a draft: never one's own.

    Raises:
        Refused: ``own_set_draft`` where a version is the person's own; ``set_draft_moved``, ``not_found``,
            ``not_allowed``.
    """
    held = await moving(kind, connection, person, draft_id, "approve")
    await _step(kind, connection, held, "approved", _actor(person))


async def send_back(kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID, reason: str) -> None:
    """Send a draft back to those who draft, with a reason.

    Raises:
        Refused: ``invalid_fields``, ``set_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(kind, connection, person, draft_id, "return")
    await _step(kind, connection, held, "returned", _actor(person), reason=text(reason, "reason", LONGEST_REASON))


async def withdraw(kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID, reason: str) -> None:
    """Give a draft up; it stays readable, and its version may be drafted anew.

    Raises:
        Refused: ``invalid_fields``, ``set_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(kind, connection, person, draft_id, "withdraw")
    await _step(kind, connection, held, "withdrawn", _actor(person), reason=text(reason, "reason", LONGEST_REASON))


async def publish(
    kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID, number: str, day: date
) -> UUID:
    """Publish what was approved under a decision; nothing of it changes after this. Gives the id of what was published.

    Raises:
        Refused: what the kind refuses; ``set_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(kind, connection, person, draft_id, "publish")
    actor, revision = _actor(person), held.revision.number
    approval = Approval(
        draft_id=draft_id, revision=revision, approved_by=held.steps[-1].by_person, decision_number=number, decided_on=day
    )  # fmt: skip
    published_id = await kind.publish(connection, held, approval, actor)
    await queries.insert_decision(connection, kind.tables, published_id, {
        "draft_id": draft_id, "revision": revision, "approved_by": approval.approved_by, "by": actor,
        "decision_number": number, "decided_on": day,
    })  # fmt: skip
    await _step(
        kind, connection, held, "published", actor, published_id=published_id, decision_number=number, decided_on=day
    )
    return published_id


async def moving(
    kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID, deed: str, *, hold: bool = True
) -> Opened:
    """A draft with which somebody may do something now; ``hold``: nobody changes it until the transaction ends.

    Raises:
        Refused: ``own_set_draft``, ``set_draft_moved`` where its state is another one; ``not_found``, ``not_allowed``.
    """
    action = f"{kind.thing}:{deed}"
    held = await kind.opened(connection, person, draft_id, hold=hold)
    own = held.drafted_by(person) if deed == "approve" and person is not None else None
    if own and access.may(person, action, state=held.draft.state, own=False):
        raise Refused("own_set_draft")
    if not access.may(person, action, state=held.draft.state, own=own) and _may_ever(person, action):
        raise Refused("set_draft_moved")
    access.require(person, action, state=held.draft.state, own=own)
    return held


def refuse_closed(thing: str, person: Person | None, state: str) -> None:
    """A draft is changed while it is being drafted, and by those who draft.

    Raises:
        Refused: ``set_draft_closed``, ``not_allowed``.
    """
    action = f"{thing}:draft"
    if state not in OPEN_STATES and access.may(person, action, state="drafting"):
        raise Refused("set_draft_closed")
    access.require(person, action, state=state)


async def decisions(kind: Drafted, connection: Connection) -> dict[UUID, PublishingDecision]:
    """How things were approved, by what was published; those loaded from files have none."""
    rows = [dict(row) for row in await queries.decisions(connection, kind.tables)]
    return {row.pop("published_id"): PublishingDecision(**row) for row in rows}


def text(typed: str, field: str, limit: int) -> str:
    """Words that have to be there.

    Raises:
        Refused: ``invalid_fields``.
    """
    found = nfc(typed)
    if not found:
        raise Refused("invalid_fields", fields=(FieldError(field=field, code="field_empty"),))
    if len(found) > limit:
        fault = FieldError(field=field, code="field_too_long", values={"limit": limit})
        raise Refused("invalid_fields", fields=(fault,))
    return found


def _may_ever(person: Person | None, action: str) -> bool:
    states = ("drafting", "submitted", "returned", "approved")
    return any(access.may(person, action, state=state, own=own) for state in states for own in (None, False))


async def _step(
    kind: Drafted, connection: Connection, held: Opened, to_state: str, by: str, **values: Any
) -> None:  # fmt: skip
    told = {"revision": held.revision.number, "from_state": held.draft.state, "to_state": to_state, "by": by}
    await queries.insert_step(connection, kind.tables, new_id(), held.draft.id, {**told, **values})
    kept = {"decision": values.get("decision_number"), "day": values.get("decided_on"), "reason": values.get("reason")}
    await audit.record(
        connection, actor=by, tag=f"{kind.told}:move", subject=str(held.draft.id), before={"state": held.draft.state},
        after={"state": to_state, "revision": held.revision.number, "digest": held.revision.digest,
               **{key: value for key, value in kept.items() if value is not None}},
    )  # fmt: skip


def _actor(person: Person | None) -> str:
    assert person is not None
    return person.actor
