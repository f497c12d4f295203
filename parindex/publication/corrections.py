"""Correcting what was published: a year is reopened, or its correction is given up; what an edition supersedes."""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.appraisal import correcting
from parindex.assessments.cycles import corrections, steps
from parindex.assessments.cycles.year_correction import YearCorrection
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.publication import corrected_cells, queries
from parindex.publication.model import CorrectionDecision, EditionRow, Superseded
from parindex.rankings import queries as year_queries
from parindex.rankings import years
from parindex.rankings.model import Computation
from parindex.store.database import Connection


async def reopen(
    connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision
) -> EditionRow:
    """Reopen a published year, whether its edition is shown or retracted; gives the edition to be superseded.

    Raises:
        Refused: ``not_allowed``, ``not_found``, ``cycle_wrong_state``, ``year_imported``.
    """
    cycle = await steps.locked(connection, cycle_id)
    steps.require(person, "year:reopen", cycle)
    last = await queries.last(connection, cycle.family, cycle.year, cycle.tier)
    if last is None:
        raise Refused("cycle_wrong_state")
    await corrections.reopen(connection, person, cycle_id, edition_id=last.id, decided=decided)
    return last


async def give_up(connection: Connection, person: Person | None, cycle_id: UUID, reason: str) -> None:
    """End a correction of which nothing came: the year is published as it was.

    Raises:
        Refused: ``correction_has_changes`` where the year computes something else than is published, or was not
            computed since its last correction; ``reason_missing``, ``not_allowed``, ``cycle_wrong_state``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:give_up_correction", cycle).actor
    if not reason.strip():
        raise Refused("reason_missing")
    correction = await corrections.standing(connection, cycle)
    assert correction is not None
    if not await _as_published(connection, correction):
        raise Refused("correction_has_changes")
    await steps.step(connection, cycle, "published", by=actor, reason=reason.strip())


async def _as_published(connection: Connection, correction: YearCorrection) -> bool:
    """Whether nothing was corrected, or computing it again gave what is published."""
    computed = await years.latest(connection, correction.cycle_id)
    edition = await queries.by_id(connection, correction.edition_id)
    if computed is None or computed.id == edition.computation_id:
        return not await correcting.of_correction(connection, correction.id)
    published = await year_queries.computation(connection, edition.computation_id)
    fresh = computed.at >= await corrections.corrected_at(connection, correction)
    return fresh and computed.digest == published.digest


async def superseded(connection: Connection, cycle_id: UUID, computation: Computation) -> Superseded | None:
    """What a computed year supersedes, with every cell that it says otherwise; none where it is published first."""
    given = computation.given
    last = await queries.last(connection, given.family, given.year, given.tier)
    if last is None:
        return None
    cycle = await steps.locked(connection, cycle_id)
    correction = await corrections.standing(connection, cycle)
    decisions = await correcting.of_correction(connection, correction.id) if correction else ()
    before = await year_queries.computation(connection, last.computation_id)
    cells = corrected_cells.cells(
        await asyncio.to_thread(years.decoded, before), computation, sealed=last.retracted,
        reasons={(one.agency, one.code): one.reason for one in decisions},
        reason=correction.decided.reason if correction else "",
    )  # fmt: skip
    return Superseded(
        number=last.number,
        digest=last.digest,
        retracted=last.retracted,
        decision=CorrectionDecision(**msgspec.structs.asdict(correction.decided)) if correction else None,
        cells=cells,
    )
