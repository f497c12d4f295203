"""The facts of a year as they hold: what rankings are computed from."""

from __future__ import annotations

from uuid import UUID

import msgspec

from parindex.assessments.appraisal import queries as appraisal_queries
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Sheet, SheetEntry
from parindex.assessments.sheets import points_now
from parindex.assessments.sheets import queries as sheet_queries
from parindex.errors import Refused
from parindex.store.database import Connection


async def facts_of_cycle(connection: Connection, cycle_id: UUID) -> dict[str, dict[str, str]]:
    """Canonical text of every fact by agency code, agencies in official order.

    Appraised facts stand in place of declared ones; ``<code>.decided`` holds points set by a decision,
    ``<code>.not_applicable`` what an appraiser accepted as such. What nobody declared is absent. An agency
    without submission has its attributes only (``@region`` and ``@ranked`` among them).

    Raises:
        Refused: ``not_found``.
    """
    cycle = await cycle_queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("not_found")
    known = await published(connection, cycle.criteria_set_id)
    entries: dict[UUID, list[SheetEntry]] = {}
    for entry in await sheet_queries.entries_of_cycle(connection, cycle_id):
        entries.setdefault(entry.sheet_id, []).append(entry)
    shared: dict[UUID, dict[str, str]] = {}
    for row in await sheet_queries.shared_of_cycle(connection, cycle_id):
        text = row["value"] if row["accepted"] is None else row["accepted"]
        if text is not None and row["name"] in known.criteria_set.inputs:
            shared.setdefault(row["sheet_id"], {})[row["name"]] = text
    standing = {d.entry_id: d for d in await appraisal_queries.standing_of_cycle(connection, cycle_id)}
    facts: dict[str, dict[str, str]] = {}
    for sheet in await sheet_queries.of_cycle(connection, cycle_id):
        if sheet.state == "handed_over":
            continue  # its successor may bear its code
        own = facts[sheet.agency_code] = whose(sheet)
        if sheet.state in ("not_started", "no_submission"):
            own |= points_now.attributes(known, sheet.attributes)
            continue
        own |= points_now.of_sheet(known, sheet)
        own |= shared.get(sheet.id, {})
        for entry in entries.get(sheet.id, ()):
            own |= points_now.after(entry, standing.get(entry.id))
    if not facts:
        facts = await _without_sheets(connection, cycle_id)
    return facts


def whose(sheet: Sheet) -> dict[str, str]:
    """What is known of an agency without any declaration."""
    facts = {} if sheet.region is None else {"@region": sheet.region}
    return facts if sheet.ranked else {**facts, "@ranked": "false"}


async def _without_sheets(connection: Connection, cycle_id: UUID) -> dict[str, dict[str, str]]:
    """A year that was imported rather than declared: agencies and their attributes."""
    found: dict[str, dict[str, str]] = {}
    for row in await cycle_queries.agencies(connection, cycle_id):
        given: dict[str, str] = msgspec.json.decode(row["attributes"])
        facts = {f"@{name}": text for name, text in given.items()}
        if row["region"] is not None:
            facts["@region"] = row["region"]
        found[row["code"]] = facts if row["ranked"] else {**facts, "@ranked": "false"}
    return found
