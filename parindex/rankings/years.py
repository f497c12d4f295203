"""Computing a cycle: what is missing first, then accepted facts and estimates into one stored document."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import audit, jobs, scoring
from parindex.access import Person
from parindex.assessments.cycles import corrections, steps
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Cycle
from parindex.errors import N_, FieldError, Refused
from parindex.rankings import queries
from parindex.rankings.compute import compare, score
from parindex.rankings.gathering import gather_named, needed, set_of
from parindex.rankings.model import Computation, NodeDocument, ResultDocument, YearSources
from parindex.rankings.stored import CycleRow, StoredComputation
from parindex.reading.canonical_json import canonical
from parindex.scoring.digits import shortest
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.surveys.model import Round, SurveyEstimate
from parindex.surveys.results import estimates
from parindex.surveys.rounds import opening

TAGS: Final[dict[str, str]] = {"rankings:year:compute": N_("Tính kết quả của một kỳ đánh giá")}
"""Tags that this room records."""


class YearGap(msgspec.Struct, frozen=True, kw_only=True):
    """One thing without which a year cannot be computed."""

    code: str
    """Stable name, such as ``survey_open``."""

    message: str
    """What is missing, a message id."""

    values: dict[str, Any] = {}
    """What the message names."""

    owes: str
    """Who has to mend it, a message id."""

    href: str
    """Where it is mended."""


class KeptPoints(msgspec.Struct, frozen=True, kw_only=True):
    """What the appraisal left of one leaf."""

    agency: str
    """Its code in this year."""

    leaf: str
    """Code of the leaf."""

    points: Decimal | None
    """Points; ``None`` unless scored."""

    state: str
    """State of the points."""


async def missing(connection: Connection, cycle: CycleRow) -> tuple[YearGap, ...]:
    """What a cycle still lacks before its year can be computed, in the order in which it is mended."""
    found: list[YearGap] = []
    if cycle.state in ("draft", "issued", "self_assessment"):
        found.append(
            YearGap(
                code="self_assessment_open", message=N_("Chưa đóng bước tự đánh giá."),
                owes=N_("Thư ký Hội đồng"), href=f"/work/cycles/{cycle.id}",
            )
        )  # fmt: skip
    elif cycle.state not in ("consolidation", "approval", "published", "correction", "archived"):
        found.append(
            YearGap(
                code="appraisal_open", message=N_("Chưa đóng bước thẩm định."),
                owes=N_("Thành viên tổ thẩm định, thư ký Hội đồng"), href=f"/work/cycles/{cycle.id}",
            )
        )  # fmt: skip
    criteria_set = set_of(cycle)
    held = await opening.of_cycle(connection, cycle.id)
    known = await estimates.of_cycle(connection, cycle.id)
    agencies = [one for one in await queries.agencies(connection, cycle.id) if not one.derived]
    for instrument, names in needed(criteria_set).items():
        fault = _survey_fault(instrument, names, held, known, [agency.code for agency in agencies])
        if fault is not None:
            found.append(fault)
    return tuple(found)


def _survey_fault(
    instrument: str, names: Sequence[str], held: Sequence[Round], known: Sequence[SurveyEstimate], codes: Sequence[str]
) -> YearGap | None:
    mine = [survey for survey in held if survey.instrument_code == instrument]
    owes, href = N_("Thư ký Hội đồng"), "/work/surveys"
    if not mine:
        return YearGap(
            code="survey_missing", message=N_("Chưa có đợt khảo sát “%(instrument)s”."),
            values={"instrument": instrument}, owes=owes, href=href,
        )  # fmt: skip
    for survey in mine:
        if survey.state in ("open", "locking"):
            return YearGap(
                code="survey_open", message=N_("Đợt khảo sát “%(title)s” chưa khóa."),
                values={"title": survey.title_vi}, owes=owes, href=f"{href}/{survey.id}",
            )  # fmt: skip
    has = {(e.agency, f"survey:{e.instrument}.{e.measure}") for e in known} | {
        (e.agency, name) for e in known if e.not_held and e.instrument == instrument for name in names
    }
    lacking = [code for code in codes if any((code, name) not in has for name in names)]
    if not lacking:
        return None
    message = (
        N_("Chưa tính kết quả của đợt khảo sát “%(title)s”.")
        if len(lacking) == len(codes)
        else N_("Đợt khảo sát “%(title)s” chưa có kết quả của %(count)s đơn vị: %(agencies)s.")
    )
    values = {"title": mine[0].title_vi, "count": len(lacking), "agencies": ", ".join(lacking)}
    return YearGap(code="estimates_missing", message=message, values=values, owes=owes, href=f"{href}/{mine[0].id}")


async def compute_year(
    connection: Connection, person: Person | None, cycle_id: UUID, *, told: jobs.StageTold = jobs.nobody
) -> StoredComputation:
    """Compute a cycle and store the document; computing the same input again stores nothing new.

    Args:
        connection: In a transaction.
        person: Who asks.
        cycle_id: The cycle.
        told: Told after each of four stages: found complete, gathered, scored, compared.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``year_incomplete`` with everything that is missing,
            ``year_refused_facts`` with every leaf that cannot be scored, ``year_points_differ`` where the points
            that the appraisal left are not those that its facts give.
    """
    moved = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:compute", moved).actor
    cycle = await require_complete(connection, cycle_id)
    await told(1)
    given, codes = await gather_named(connection, cycle)
    kept = [
        KeptPoints(agency=codes[row["agency_id"]], leaf=row["leaf"], points=row["points"], state=row["state"])
        for row in await cycle_queries.final_points_of_cycle(connection, cycle_id)
    ]
    await told(2)
    correction = await corrections.standing(connection, moved)
    since = await corrections.corrected_at(connection, correction) if correction else None
    return await store(connection, cycle_id, given, by=actor, kept=kept, since=since, told=told)


async def require_complete(connection: Connection, cycle_id: UUID) -> CycleRow:
    """A cycle that lacks nothing.

    Raises:
        Refused: ``year_incomplete`` with everything that is missing.
    """
    cycle = await queries.cycle(connection, cycle_id)
    assert cycle is not None
    if lacking := await missing(connection, cycle):
        raise Refused(
            "year_incomplete",
            count=len(lacking),
            fields=tuple(FieldError(field=one.href, code="year_lacks", values={"what": one.code}) for one in lacking),
        )
    return cycle


async def store(
    connection: Connection,
    cycle_id: UUID,
    given: YearSources,
    *,
    by: str,
    kept: Sequence[KeptPoints] = (),
    since: datetime | None = None,
    told: jobs.StageTold = jobs.nobody,
) -> StoredComputation:
    """Compute and append; the newest computation is kept when nothing changed.

    Args:
        connection: In a transaction.
        cycle_id: The cycle.
        given: What its year is computed from.
        by: Who asks.
        kept: The points that the appraisal left: the year computes the same, or is refused.
        since: A computation before this moment is appended again, so that it counts as one of what is corrected.
        told: Told after the third and fourth of five stages.

    Raises:
        Refused: ``year_refused_facts``, ``year_points_differ``.
    """
    try:
        scored = await asyncio.to_thread(score, given)
    except scoring.RefusedFacts as error:
        first = error.refusals[0]
        raise Refused(
            "year_refused_facts", count=len(error.refusals), agency=first.agency, criterion=first.leaf, fault=first.code
        ) from error
    _refuse_other_points(scored.declared, kept)
    await told(3)
    computed = await asyncio.to_thread(compare, scored)
    await told(4)
    document = await asyncio.to_thread(_document, computed)
    last = await queries.latest_computation(connection, cycle_id)
    if last is not None and last.document == document and (since is None or last.at >= since):
        return last
    digest = hashlib.sha256(document).hexdigest()
    computation_id = new_id()
    await queries.insert_computation(connection, computation_id, cycle_id, by, digest, document)
    await audit.record(
        connection, actor=by, tag="rankings:year:compute", subject=str(cycle_id),
        before={"digest": last.digest} if last else None,
        after={"digest": digest, "computation": str(computation_id)},
    )  # fmt: skip
    made = await queries.latest_computation(connection, cycle_id)
    assert made is not None
    return made


def _document(computed: Computation) -> bytes:
    return canonical(msgspec.to_builtins(computed))


def _refuse_other_points(results: Sequence[ResultDocument], kept: Sequence[KeptPoints]) -> None:
    """Refuse a year whose points are not those that its appraisal left.

    Raises:
        Refused: ``year_points_differ`` naming the first agency and leaf.
    """
    nodes = {result.agency: result.nodes for result in results}
    differing = [one for one in kept if _kept(one) != _computed(nodes[one.agency][one.leaf])]
    if differing:
        agency, leaf = differing[0].agency, differing[0].leaf
        raise Refused(
            "year_points_differ", count=len(differing), agency=agency, criterion=leaf, kept=_kept(differing[0]),
            computed=_computed(nodes[agency][leaf]),
        )  # fmt: skip


def _kept(one: KeptPoints) -> str:
    return one.state if one.points is None else shortest(one.points)


def _computed(node: NodeDocument) -> str:
    return node.state if node.points is None else shortest(Decimal(node.points))


async def submit(connection: Connection, person: Person | None, cycle_id: UUID) -> None:
    """Hand the newest computation to the approver.

    Raises:
        Refused: ``not_allowed``, ``no_computation``; of a year that is corrected ``computation_outdated`` where it was
            corrected since, ``nothing_corrected`` where it computes what is published.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:submit", cycle).actor
    await require_computed(connection, cycle)
    await steps.step(connection, cycle, "approval", by=actor)


async def require_computed(connection: Connection, cycle: Cycle) -> None:
    """Refuse a year whose newest computation is none that may be published, as :func:`submit` tells."""
    computed = await queries.latest_computation(connection, cycle.id)
    if computed is None:
        raise Refused("no_computation")
    correction = await corrections.standing(connection, cycle)
    if correction is None:
        return
    if computed.at < await corrections.corrected_at(connection, correction):
        raise Refused("computation_outdated")
    before = await queries.latest_computation(connection, cycle.id, before=correction.at)
    if before is not None and before.digest == computed.digest:
        raise Refused("nothing_corrected")


async def send_back(connection: Connection, person: Person | None, cycle_id: UUID, reason: str) -> None:
    """The approver sends a year back, with the reason that the secretary reads.

    Raises:
        Refused: ``not_allowed``, ``invalid_fields``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:return", cycle).actor
    if not reason.strip():
        raise Refused("invalid_fields", fields=(FieldError(field="reason", code="field_empty"),))
    await corrections.step_back(connection, cycle, by=actor, reason=reason.strip())


async def returned(connection: Connection, cycle_id: UUID) -> str | None:
    """Why the approver sent a year back, where that was its last step."""
    return await queries.returned(connection, cycle_id)


async def every(connection: Connection) -> list[CycleRow]:
    """Every year, newest first."""
    return await queries.cycles(connection)


async def by_id(connection: Connection, cycle_id: UUID) -> CycleRow:
    """One year.

    Raises:
        Refused: ``not_found``.
    """
    cycle = await queries.cycle(connection, cycle_id)
    if cycle is None:
        raise Refused("not_found")
    return cycle


async def latest(connection: Connection, cycle_id: UUID) -> StoredComputation | None:
    """The newest computation of a cycle."""
    return await queries.latest_computation(connection, cycle_id)


async def computed(connection: Connection, cycles: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When each of some cycles was computed last; those that never were are left out."""
    return await queries.computed_at(connection, cycles) if cycles else {}


def decoded(stored: StoredComputation) -> Computation:
    """A stored computation as values."""
    return msgspec.json.decode(stored.document, type=Computation)
