"""A second person reads a draft line by line, disputes, approves or sends it back; then it is published for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import scoring
from parindex.access import Person
from parindex.approvals import flow, line_readings, remarks
from parindex.approvals.model import Approval, Opened
from parindex.assessments.criteria import drafts, published_sets, queries
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.model import SetUse
from parindex.criteria_workbook import yaml_text
from parindex.scoring import CriteriaSet
from parindex.store.database import Connection


def line_digests(criteria_set: CriteriaSet) -> dict[str, str]:
    """What each leaf says, with what it takes of the set, as a digest: who has read it has read this."""
    document = scoring.to_document(criteria_set)
    shared = document.get("inputs", {})
    return {leaf["code"]: _digest([leaf, shared]) for leaf in _leaves(document)}


class CriteriaSets:
    """Criteria sets as things that are drafted and approved."""

    thing: Final = "criteria_set"
    tables: Final = drafts.TABLES
    told: Final = "criteria:draft"

    def lines(self, held: Opened) -> Mapping[str, str]:
        """What each leaf of a draft says."""
        assert isinstance(held, OpenedDraft)
        return line_digests(held.criteria_set) if held.criteria_set else {}

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
remark = partial(remarks.remark, SETS)
answer = partial(remarks.answer, SETS)
readings = partial(line_readings.readings, SETS)
mark_read = partial(line_readings.mark_read, SETS)
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
