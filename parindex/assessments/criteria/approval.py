"""A second person reads a draft line by line, disputes, approves or sends it back; then it is published for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from parindex import access, audit, scoring
from parindex.access import Person
from parindex.approvals import flow
from parindex.approvals.model import Approval, Opened
from parindex.assessments.criteria import drafts, published_sets, queries
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.model import SetUse
from parindex.criteria_workbook import yaml_text
from parindex.errors import Refused
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
    text = flow.text(said, "said", LONGEST_REMARK)
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
    row = await queries.answer_remark(connection, draft_id, remark_id, flow.text(said, "answer", LONGEST_REMARK), actor)
    if row is None:
        raise Refused("not_found")
    await audit.record(
        connection, actor=actor, tag="criteria:draft:answer", subject=str(draft_id),
        after={"remark": str(remark_id), "criterion": row["code"]},
    )  # fmt: skip


class CriteriaSets:
    """Criteria sets as things that are drafted and approved."""

    thing: Final = "criteria_set"
    tables: Final = drafts.TABLES
    moved: Final = "criteria:draft:move"

    async def opened(self, connection: Connection, person: Person | None, draft_id: UUID, *, hold: bool) -> OpenedDraft:
        """A draft to be read."""
        return await drafts.opened(connection, person, draft_id, hold=hold)

    async def publish(self, connection: Connection, held: Opened, approval: Approval, by: str) -> UUID:
        """Publish what was approved.

        Raises:
            Refused: ``criteria_set_exists``.
        """
        assert isinstance(held, OpenedDraft)
        assert held.criteria_set is not None
        source = await _source(connection, held)
        return await published_sets.publish(connection, held.criteria_set, source=source, by=by, approval=approval)


SETS: Final = CriteriaSets()
submit = partial(flow.submit, SETS)
approve = partial(flow.approve, SETS)
send_back = partial(flow.send_back, SETS)
withdraw = partial(flow.withdraw, SETS)
publish = partial(flow.publish, SETS)
decisions = partial(flow.decisions, SETS)


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
