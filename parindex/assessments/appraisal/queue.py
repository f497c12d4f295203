"""The appraiser's queue: the leaves that a person appraises in a year, with how far each is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.appraisal import correcting, mandates, queries
from parindex.assessments.appraisal.mandates import Mandate
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import corrections, listing
from parindex.assessments.cycles.year_correction import YearCorrection
from parindex.assessments.model import Cycle
from parindex.store.database import Connection, Row


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What a person appraises in a year."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    mandate: Mandate
    """For which bodies."""

    counts: Mapping[str, tuple[int, int, int]]
    """By leaf: (to decide, decided, answered by the agency and waiting)."""

    correction: YearCorrection | None = None
    """The correction that the year is in."""

    corrected: Mapping[str, int] = {}
    """By leaf: agencies for which it was corrected."""


async def queue(connection: Connection, person: Person | None, cycle_id: UUID) -> Queue:
    """The leaves that a person appraises, with how far each is; other agencies' own business stays out.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``sign_in_needed``.
    """
    cycle = await listing.by_id(connection, cycle_id)
    actor = access.require(person, "appraisal:read", state="appraisal_1", own=False)
    known = await published(connection, cycle.criteria_set_id)
    given = await mandates.mandate(connection, actor, cycle_id)
    correction = await corrections.standing(connection, cycle)
    leaves = await correcting.of_correction(connection, correction.id) if correction else ()
    return Queue(
        cycle=cycle,
        published=known,
        mandate=given,
        counts=_counts(known, given, actor, await queries.counts_by_code(connection, cycle_id, given.named)),
        correction=correction,
        corrected=Counter(leaf.code for leaf in leaves),
    )


def _counts(known: Published, given: Mandate, person: Person, rows: Sequence[Row]) -> dict[str, tuple[int, int, int]]:
    everything = "appraiser" not in person.roles
    found: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        if everything or given.covers(known.places[row["code"]].appraiser, row["agency_id"]):
            total, decided, answered = found.get(row["code"], (0, 0, 0))
            found[row["code"]] = (total + row["total"], decided + row["decided"], answered + row["answered"])
    return found
