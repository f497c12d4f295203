"""One leaf across the agencies that a person sees, so that the yardstick stays the same."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.appraisal import mandates
from parindex.assessments.appraisal.mandates import Mandate
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Sheet, SheetEntry, StagePoints
from parindex.assessments.sheets import queries as sheet_queries
from parindex.errors import Refused
from parindex.scoring import Place
from parindex.store.database import Connection


class LeafAcross(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf across agencies."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    place: Place
    """The leaf."""

    mandate: Mandate
    """What the person appraises."""

    rows: list[tuple[Sheet, SheetEntry]]
    """Agencies in official order with their entries."""

    points: Mapping[UUID, Mapping[str, StagePoints]]
    """By entry and stage."""

    def sheet_of(self, agency: str) -> Sheet:
        """The sheet of an agency, by its code.

        Raises:
            Refused: ``unknown_agency``.
        """
        for sheet, _ in self.rows:
            if sheet.agency_code == agency:
                return sheet
        raise Refused("unknown_agency", agency=agency)

    def waits(self, sheet: Sheet, entry: SheetEntry) -> bool:
        """Whether an entry still waits for a decision."""
        if sheet.state not in WITH_APPRAISERS or entry.state in ("agreed", "changed"):
            return False
        own = self.points.get(entry.id, {}).get("self")
        declared = own is not None and (own.state == "scored" or own.waived or "refusals" in own.reason)
        return declared or entry.inapplicable or entry.state != "open"

    def flagged(self, entry: SheetEntry) -> bool:
        """Whether an entry has to be looked at alone."""
        own = self.points.get(entry.id, {}).get("self")
        return own is not None and own.flagged

    def next_waiting(self, agency: str) -> str | None:
        """The next agency that waits for the person, from the one after ``agency`` round to it."""
        here = next((place for place, (sheet, _) in enumerate(self.rows) if sheet.agency_code == agency), -1)
        for sheet, entry in [*self.rows[here + 1 :], *self.rows[: max(here, 0)]]:
            own = sheet.agency_id == self.mandate.agency_id
            if not own and self.waits(sheet, entry) and entry.state != "asked" and not entry.reopened:
                return sheet.agency_code
        return None

    def remaining(self) -> list[Sheet]:
        """The sheets whose entry nobody has looked at and the person may accept as declared, none with a flag."""
        return [
            sheet
            for sheet, entry in self.rows
            if entry.state == "open"
            and self.waits(sheet, entry)
            and not self.flagged(entry)
            and self.mandate.covers(self.place.appraiser, sheet.agency_id)
        ]


async def read(connection: Connection, person: Person | None, cycle_id: UUID, code: str) -> LeafAcross:
    """One leaf across the agencies that a person sees.

    Raises:
        Refused: ``sign_in_needed``, ``not_found``, ``not_allowed``, ``not_declared_by_agencies``.
    """
    cycle = await cycle_queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("sign_in_needed" if person is None else "not_found")
    actor = access.require(person, "appraisal:read", state="appraisal_1", own=False)
    known = await published(connection, cycle.criteria_set_id)
    place = known.leaf(code)
    given = await mandates.mandate(connection, actor, cycle_id)
    if "appraiser" in actor.roles and not given.touches(place.appraiser):
        raise Refused("not_allowed")
    entries = {entry.sheet_id: entry for entry in await sheet_queries.entries_of_code(connection, cycle_id, code)}
    return LeafAcross(
        cycle=cycle,
        published=known,
        place=place,
        mandate=given,
        rows=[
            (sheet, entries[sheet.id])
            for sheet in await sheet_queries.of_cycle(connection, cycle_id)
            if _listed(actor, given, place, sheet)
        ],
        points=await sheet_queries.points_of_code(connection, cycle_id, code),
    )


def _listed(person: Person, given: Mandate, place: Place, sheet: Sheet) -> bool:
    """Whether an agency belongs in a person's list of a leaf; the own one does, locked."""
    if "appraiser" not in person.roles or sheet.agency_id == person.agency_id:
        return True
    return given.covers(place.appraiser, sheet.agency_id)
