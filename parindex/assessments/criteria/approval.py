"""A second person reads a draft line by line, disputes, approves or sends it back; then it is published for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from parindex import access, audit, scoring
from parindex.access import Person
from parindex.assessments.criteria import drafts, published_sets, queries
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.model import SetDecision, SetUse
from parindex.assessments.criteria.published_sets import SetApproval
from parindex.audit.reasoned_decision import LONGEST_REASON
from parindex.criteria_workbook import yaml_text
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.scoring import CriteriaSet
from parindex.store.database import Connection
from parindex.store.ids import new_id

LONGEST_REMARK = 4000


class ReadingSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has read a draft as it is now."""

    person_id: UUID
    """Who."""

    name: str
    """Their name."""

    codes: frozenset[str]
    """Leaves that were read as they are; one that changed since is not of them."""

    last: datetime
    """When they read last."""


def line_digests(criteria_set: CriteriaSet) -> dict[str, str]:
    """What each leaf says, with what it takes of the set, as a digest: who has read it has read this."""
    document = scoring.to_document(criteria_set)
    shared = document.get("inputs", {})
    return {leaf["code"]: _digest([leaf, shared]) for leaf in _leaves(document)}


async def readings(connection: Connection, held: OpenedDraft) -> list[ReadingSoFar]:
    """Who has read how much of a draft as it is now, the furthest first."""
    now = line_digests(held.criteria_set) if held.criteria_set else {}
    found: dict[UUID, tuple[str, set[str], datetime]] = {}
    for row in await queries.readings(connection, held.draft.id):
        name, codes, last = found.get(row["person_id"], (row["name"], set(), row["at"]))
        if now.get(row["code"]) == row["line_digest"]:
            codes.add(row["code"])
        found[row["person_id"]] = (name, codes, max(last, row["at"]))
    told = [
        ReadingSoFar(person_id=who, name=name, codes=frozenset(codes), last=last)
        for who, (name, codes, last) in found.items()
    ]
    return sorted(told, key=lambda one: (-len(one.codes), one.name))


async def mark_read(connection: Connection, person: Person | None, draft_id: UUID, codes: Collection[str]) -> int:
    """Put down that a person has read lines as they are now. Gives how many.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    held = await drafts.opened(connection, person, draft_id)
    reader = access.require(person, "criteria_set:approve", state=held.draft.state, own=False)
    now = line_digests(held.criteria_set) if held.criteria_set else {}
    lines = {code: now[code] for code in codes if code in now}
    if lines:
        await queries.mark_read(connection, draft_id, reader.id, lines)
        await audit.record(
            connection, actor=reader.actor, tag="criteria:draft:read", subject=str(draft_id),
            after={"revision": held.revision.number, "lines": sorted(lines)},
        )  # fmt: skip
    return len(lines)


async def remark(
    connection: Connection, person: Person | None, draft_id: UUID, *, code: str, kind: Literal["comment", "dispute"],
    said: str,
) -> UUID:  # fmt: skip
    """Say something of a line, or of the whole set.

    Raises:
        Refused: ``invalid_fields``, ``not_found``, ``not_allowed``.
    """
    held = await drafts.opened(connection, person, draft_id)
    actor = access.require(person, "criteria_set:comment", state=held.draft.state).actor
    if code and code not in {line.code for line in held.revision.outline}:
        raise Refused("not_found")
    text = _text(said, "said")
    remark_id = new_id()
    values = {"revision": held.revision.number, "code": code, "kind": kind, "said": text, "by": actor}
    await queries.insert_remark(connection, remark_id, draft_id, values)
    await audit.record(
        connection, actor=actor, tag="criteria:draft:comment", subject=str(draft_id),
        after={"remark": str(remark_id), "criterion": code, "kind": kind, "revision": held.revision.number},
    )  # fmt: skip
    return remark_id


async def answer(connection: Connection, person: Person | None, draft_id: UUID, remark_id: UUID, said: str) -> None:
    """Answer what was said; a dispute that was answered no longer keeps the set.

    Raises:
        Refused: ``invalid_fields``, ``not_found``, ``not_allowed``.
    """
    held = await drafts.opened(connection, person, draft_id)
    actor = access.require(person, "criteria_set:comment", state=held.draft.state).actor
    row = await queries.answer_remark(connection, draft_id, remark_id, _text(said, "answer"), actor)
    if row is None:
        raise Refused("not_found")
    await audit.record(
        connection, actor=actor, tag="criteria:draft:answer", subject=str(draft_id),
        after={"remark": str(remark_id), "criterion": row["code"]},
    )  # fmt: skip


async def submit(connection: Connection, person: Person | None, draft_id: UUID) -> None:
    """Hand a draft to whoever approves it.

    Raises:
        Refused: ``criteria_draft_broken`` while something is wrong with it; ``criteria_draft_moved``,
            ``not_found``, ``not_allowed``.
    """
    held = await moving(connection, person, draft_id, "criteria_set:submit")
    if held.revision.errors:
        raise Refused("criteria_draft_broken", count=len(held.revision.errors))
    await _step(connection, held, "submitted", _actor(person))


async def approve(connection: Connection, person: Person | None, draft_id: UUID) -> None:
    """Approve a draft: never one's own.

    Raises:
        Refused: ``own_criteria_set`` where a version is the person's own; ``criteria_draft_moved``,
            ``not_found``, ``not_allowed``.
    """
    held = await moving(connection, person, draft_id, "criteria_set:approve")
    await _step(connection, held, "approved", _actor(person))


async def send_back(connection: Connection, person: Person | None, draft_id: UUID, reason: str) -> None:
    """Send a draft back to those who draft, with a reason.

    Raises:
        Refused: ``invalid_fields``, ``criteria_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(connection, person, draft_id, "criteria_set:return")
    await _step(connection, held, "returned", _actor(person), reason=_reason(reason))


async def withdraw(connection: Connection, person: Person | None, draft_id: UUID, reason: str) -> None:
    """Give a draft up; it stays readable, and its version may be drafted anew.

    Raises:
        Refused: ``invalid_fields``, ``criteria_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(connection, person, draft_id, "criteria_set:withdraw")
    await _step(connection, held, "withdrawn", _actor(person), reason=_reason(reason))


async def publish(connection: Connection, person: Person | None, draft_id: UUID, number: str, day: date) -> UUID:
    """Publish what was approved under a decision; nothing of it changes after this. Gives the set's id.

    Raises:
        Refused: ``criteria_set_exists``, ``criteria_draft_moved``, ``not_found``, ``not_allowed``.
    """
    held = await moving(connection, person, draft_id, "criteria_set:publish")
    actor = _actor(person)
    assert held.criteria_set is not None
    approved_by = held.steps[-1].by_person
    approval = SetApproval(
        draft_id=draft_id,
        revision=held.revision.number,
        approved_by=approved_by,
        decision_number=number,
        decided_on=day,
    )
    source = await _source(connection, held)
    set_id = await published_sets.publish(connection, held.criteria_set, source=source, by=actor, approval=approval)
    decided = {"decision_number": number, "decided_on": day}
    await queries.insert_decision(connection, set_id, {
        "draft_id": draft_id, "revision": held.revision.number, "approved_by": approved_by, "by": actor, **decided,
    })  # fmt: skip
    await _step(connection, held, "published", actor, published_id=set_id, **decided)
    return set_id


async def moving(connection: Connection, person: Person | None, draft_id: UUID, action: str) -> OpenedDraft:
    """A draft, held, with which somebody may do something now.

    Raises:
        Refused: ``own_criteria_set``, ``criteria_draft_moved`` where its state is another one; ``not_found``,
            ``not_allowed``.
    """
    held = await drafts.opened(connection, person, draft_id, hold=True)
    approving = action == "criteria_set:approve"
    own = held.drafted_by(person) if approving and person is not None else None
    if own and access.may(person, action, state=held.draft.state, own=False):
        raise Refused("own_criteria_set")
    if not access.may(person, action, state=held.draft.state, own=own) and may_ever(person, action):
        raise Refused("criteria_draft_moved")
    access.require(person, action, state=held.draft.state, own=own)
    return held


def may_ever(person: Person | None, action: str) -> bool:
    """Whether a person may do something with a draft in some state of it."""
    states = ("drafting", "submitted", "returned", "approved")
    return any(access.may(person, action, state=state, own=own) for state in states for own in (None, False))


async def decisions(connection: Connection) -> dict[UUID, SetDecision]:
    """How published sets were approved, by set; those loaded from files have none."""
    rows = [dict(row) for row in await queries.decisions(connection)]
    return {row.pop("criteria_set_id"): SetDecision(**row) for row in rows}


async def uses(connection: Connection) -> list[SetUse]:
    """Years with the sets that they are bound to, newest first."""
    return [SetUse(**dict(row)) for row in await queries.uses(connection)]


async def _source(connection: Connection, held: OpenedDraft) -> str:
    """The text that the set was read from where that is YAML and nothing was changed since; else the set as YAML."""
    assert held.criteria_set is not None
    if held.revision.way == "file" and held.revision.file_name.endswith((".yaml", ".yml")):
        content = await drafts.source_file(connection, held)
        if content is not None:
            return content.decode("utf-8-sig")
    return yaml_text(held.criteria_set)


async def _step(connection: Connection, held: OpenedDraft, to_state: str, by: str, **values: Any) -> None:
    told = {"revision": held.revision.number, "from_state": held.draft.state, "to_state": to_state, "by": by}
    await queries.insert_step(connection, new_id(), held.draft.id, {**told, **values})
    kept = {"decision": values.get("decision_number"), "day": values.get("decided_on"), "reason": values.get("reason")}
    await audit.record(
        connection, actor=by, tag="criteria:draft:move", subject=str(held.draft.id), before={"state": held.draft.state},
        after={"state": to_state, "revision": held.revision.number, "digest": held.revision.digest,
               **{key: value for key, value in kept.items() if value is not None}},
    )  # fmt: skip


def _actor(person: Person | None) -> str:
    assert person is not None
    return person.actor


def _reason(typed: str) -> str:
    return _text(typed, "reason", LONGEST_REASON)


def _text(typed: str, field: str, limit: int = LONGEST_REMARK) -> str:
    text = nfc(typed)
    if not text:
        raise Refused("invalid_fields", fields=(FieldError(field=field, code="field_empty"),))
    if len(text) > limit:
        raise Refused(
            "invalid_fields", fields=(FieldError(field=field, code="field_too_long", values={"limit": limit}),)
        )
    return text


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    adjustments = node.get("adjustments", {})
    for part in (*node.get("areas", ()), *node.get("criteria", ())):
        yield from _leaves(part)
    for part in ("bonus", "penalty"):
        yield from adjustments.get(part, {}).get("items", ())
    if "rule" in node:
        yield node


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
