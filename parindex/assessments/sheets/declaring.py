"""Declaring entries of a sheet. The server computes the points; nobody overwrites anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from parindex import audit, scoring
from parindex.access import Person
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Declaration, SharedFact, Sheet, SheetEntry
from parindex.assessments.sheets import permission, points_now, queries
from parindex.assessments.sheets.board import cycle_of
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import clock


class Stale(Refused):
    """Somebody saved this entry, or a fact that it shares, after the form was made; nothing was overwritten."""

    def __init__(self, entry: SheetEntry, shared: Mapping[str, SharedFact], mine: Declaration) -> None:
        names = [entry.updated_by_name, *(fact.updated_by_name for fact in shared.values())]
        times = [entry.updated_at, *(fact.updated_at for fact in shared.values())]
        newest = max((at for at in times if at), default=None)
        who = next((name for name, at in zip(names, times, strict=True) if at == newest and name), "–")
        super().__init__("entry_changed", who=who, at=clock(newest))
        self.entry = entry
        self.shared = shared
        self.mine = mine


async def save(
    connection: Connection, person: Person | None, sheet_id: UUID, declarations: Sequence[Declaration]
) -> points_now.PointsNow:
    """Declare entries of one sheet: all of them or none.

    Saying the same again changes nothing and succeeds, whatever version the form was made from.

    Args:
        connection: In a transaction of the tenant.
        person: Who declares.
        sheet_id: The sheet.
        declarations: Read and typed; a fact that is absent is taken back.

    Returns:
        The points of the sheet after it.

    Raises:
        Refused: ``sheet_wrong_state``, ``not_allowed``, ``not_found``, ``not_declared_by_agencies``.
        Stale: somebody saved another value first.
    """
    sheet = await locked(connection, sheet_id)
    cycle = await cycle_of(connection, sheet)
    known = await published(connection, cycle.criteria_set_id)
    entries = {entry.code: entry for entry in await queries.entries(connection, sheet_id)}
    actor = _entitled(person, sheet, cycle, entries, declarations)
    shared = {fact.name: fact for fact in await queries.shared(connection, sheet_id)}
    changed = _changes(known, entries, shared, declarations)
    if not changed:
        return points_now.counted(known, points_now.declared(known, sheet, entries.values(), shared.values()))
    _refuse_facts_of_sent_leaves(known, sheet, entries, shared, changed)
    if sheet.state == "not_started":
        sheet = await move(connection, sheet, "drafting", by=actor)
    await _write(connection, sheet_id, entries, shared, changed, actor)
    for declaration in changed:
        entries[declaration.code] = _declared(entries[declaration.code], declaration)
    facts = points_now.declared(known, sheet, entries.values(), ())
    facts |= _shared_after(shared, changed)
    now = points_now.counted(known, facts)
    total = now.total
    await queries.set_progress(connection, [(sheet_id, total.declared, total.leaves, now.points, total.max)])
    return now


async def locked(connection: Connection, sheet_id: UUID) -> Sheet:
    """A sheet that nobody else changes until the transaction ends.

    Raises:
        Refused: ``not_found``.
    """
    sheet = await queries.by_id(connection, sheet_id, lock=True)
    if sheet is None:
        raise Refused("not_found")
    return sheet


async def move(
    connection: Connection,
    sheet: Sheet,
    state: str,
    *,
    by: str,
    reason: str | None = None,
    receipt: str | None = None,
    faulty: bool = False,
) -> Sheet:
    """Take one step of the sheet's way; the database refuses steps that do not exist.

    ``faulty``: it is given back for a formal fault, which is the reason.
    """
    kept = reason if (sheet.state, state) == ("with_leader", "drafting") else None
    await queries.set_state(connection, sheet.id, state, kept, reason if faulty else None)
    await queries.insert_transition(connection, new_id(), sheet.id, sheet.state, state, by, reason, receipt)
    await audit.record(
        connection, actor=by, tag="agency:sheet:move", subject=str(sheet.id),
        before={"state": sheet.state}, after={"state": state, "reason": reason, "receipt": receipt},
    )  # fmt: skip
    return msgspec.structs.replace(sheet, state=state)


async def held_for(connection: Connection, person: Person | None, sheet_id: UUID, code: str) -> Sheet:
    """A sheet, held, of which a person may declare a leaf now.

    Raises:
        Refused: ``not_declared_by_agencies``; as :func:`permission.require_declaring`.
    """
    sheet = await locked(connection, sheet_id)
    entry = next((one for one in await queries.entries(connection, sheet_id) if one.code == code), None)
    if entry is None:
        permission.require(person, "sheet:edit", sheet)
        raise Refused("not_declared_by_agencies", criterion=code)
    permission.require_declaring(person, sheet, await cycle_of(connection, sheet), entry)
    return sheet


def _entitled(
    person: Person | None, sheet: Sheet, cycle: Cycle, entries: Mapping[str, SheetEntry],
    declarations: Sequence[Declaration],
) -> str:  # fmt: skip
    """Who declares: every leaf of it has to be theirs to declare now."""
    actors = [
        permission.require_declaring(person, sheet, cycle, entries[one.code]).actor
        for one in declarations
        if one.code in entries
    ]
    if actors:
        return actors[0]
    actor = permission.require(person, "sheet:edit", sheet).actor
    permission.require_open(sheet, cycle)
    return actor


def _refuse_facts_of_sent_leaves(
    known: Published, sheet: Sheet, entries: Mapping[str, SheetEntry], shared: Mapping[str, SharedFact],
    changed: Sequence[Declaration],
) -> None:  # fmt: skip
    """Of a sheet that was sent a fact that leaves share changes only where all of them are open again."""
    if sheet.state not in WITH_APPRAISERS:
        return
    for name, _text in _shared_changes(shared, changed):
        if not all(entries[code].reopened for code in known.users[name]):
            raise Refused("fact_of_sent_leaves", criteria=", ".join(known.users[name]))


def _changes(
    known: Published,
    entries: Mapping[str, SheetEntry],
    shared: Mapping[str, SharedFact],
    declarations: Sequence[Declaration],
) -> list[Declaration]:
    """The declarations that change something; stale ones among them are refused."""
    changed = []
    for declaration in declarations:
        known.leaf(declaration.code)
        entry = entries[declaration.code]
        names = _shared_names(known, declaration)
        moved = {name: shared[name] for name in names if name in shared and _moved(shared[name], declaration)}
        same_entry = _declared(entry, declaration) == entry
        if same_entry and all(_value(shared, name) == declaration.facts.get(name) for name in names):
            continue
        if moved or (not same_entry and entry.row_version != declaration.row_version):
            raise Stale(entry, moved, declaration)
        changed.append(declaration)
    return changed


def _shared_names(known: Published, declaration: Declaration) -> list[str]:
    """The shared facts that a declaration speaks of: a form of all, a programme of those that it gives."""
    return [
        asked.name
        for asked in known.fields[declaration.code]
        if asked.shared and (asked.name in declaration.shared_versions or asked.name in declaration.facts)
    ]


def _moved(fact: SharedFact, declaration: Declaration) -> bool:
    version = declaration.shared_versions.get(fact.name, 0)
    return version != fact.row_version and declaration.facts.get(fact.name) != fact.value


def _value(shared: Mapping[str, SharedFact], name: str) -> str | None:
    fact = shared.get(name)
    return fact.value if fact else None


def _declared(entry: SheetEntry, declaration: Declaration) -> SheetEntry:
    """The entry with what is declared for it; shared facts belong to the sheet."""
    judged_name = f"{entry.code}.judged"
    judged = declaration.facts.get(judged_name)
    return msgspec.structs.replace(
        entry,
        facts={name: text for name, text in declaration.facts.items() if "." in name and name != judged_name},
        judged=None if judged is None else Decimal(judged),
        inapplicable=declaration.inapplicable,
        explanation=declaration.explanation,
    )


def _shared_after(shared: Mapping[str, SharedFact], changed: Sequence[Declaration]) -> dict[str, str]:
    facts = {name: fact.value for name, fact in shared.items()}
    facts |= dict(_shared_changes(shared, changed))
    return {name: text for name, text in facts.items() if text is not None}


def _shared_changes(shared: Mapping[str, SharedFact], changed: Sequence[Declaration]) -> list[tuple[str, str | None]]:
    said: dict[str, str | None] = {}
    for declaration in changed:
        said |= {name: declaration.facts.get(name) for name in declaration.shared_versions}
        said |= {name: text for name, text in declaration.facts.items() if "." not in name}
    return [(name, text) for name, text in said.items() if text != _value(shared, name)]


async def _write(
    connection: Connection,
    sheet_id: UUID,
    entries: Mapping[str, SheetEntry],
    shared: Mapping[str, SharedFact],
    changed: Sequence[Declaration],
    actor: str,
) -> None:
    after = {d.code: _declared(entries[d.code], d) for d in changed}
    moved = [entry for code, entry in after.items() if entry != entries[code]]
    await queries.write_entries(
        connection,
        [(e.id, e.facts, e.judged, e.inapplicable, e.explanation) for e in moved],
        actor,
    )
    said = _shared_changes(shared, changed)
    await queries.write_shared(connection, sheet_id, said, actor)
    changes = [
        audit.Change(
            tag="agency:entry:save", subject=str(entry.id), before=_told(entries[entry.code]), after=_told(entry)
        )
        for entry in moved
    ]
    changes += [
        audit.Change(
            tag="agency:input:save", subject=str(sheet_id), before={name: _value(shared, name)}, after={name: text}
        )
        for name, text in said
    ]
    await audit.record_all(connection, actor, changes)


def _told(entry: SheetEntry) -> dict[str, object]:
    return {
        "code": entry.code,
        "facts": entry.facts,
        "judged": None if entry.judged is None else scoring.write_value(entry.judged),
        "inapplicable": entry.inapplicable,
        "explanation": entry.explanation,
    }
