"""Computing a cycle: what is missing first, then accepted facts and estimates into one stored document."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import audit, jobs, scoring
from parindex.access import Person
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles import steps
from parindex.assessments.cycles.accepted_facts import facts_of_cycle
from parindex.errors import N_, FieldError, Refused
from parindex.rankings import cell_suppression, methods, queries
from parindex.rankings.compute import compare, score
from parindex.rankings.digits import double
from parindex.rankings.imported import criteria_document
from parindex.rankings.index_errors import survey_leaves
from parindex.rankings.index_intervals import with_clusters
from parindex.rankings.model import (
    AgencyDocument,
    Computation,
    CovarianceDocument,
    EstimateDocument,
    Mark,
    NodeDocument,
    ResultDocument,
    SurveyDocument,
    YearSources,
)
from parindex.rankings.stored import CycleRow, StoredComputation
from parindex.reading.canonical_json import canonical
from parindex.scoring.digits import shortest
from parindex.store.database import Connection, Row
from parindex.store.ids import new_id
from parindex.surveys.model import EstimateRun, Round, SurveyEstimate
from parindex.surveys.questionnaire import loading
from parindex.surveys.results import estimates
from parindex.surveys.results.estimate_intervals import clusters_behind
from parindex.surveys.results.estimates import Covariance
from parindex.surveys.rounds import opening

LEVEL: Final = "0.95"
"""Confidence of intervals and rank sets."""

DRAWS: Final = 10_000
SEED: Final = 1

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
    elif cycle.state not in ("consolidation", "approval", "published", "archived"):
        found.append(
            YearGap(
                code="appraisal_open", message=N_("Chưa đóng bước thẩm định."),
                owes=N_("Thành viên tổ thẩm định, thư ký Hội đồng"), href=f"/work/cycles/{cycle.id}",
            )
        )  # fmt: skip
    criteria_set = set_of(cycle)
    held = await opening.of_cycle(connection, cycle.id)
    known = await estimates.of_cycle(connection, cycle.id)
    agencies = await queries.agencies(connection, cycle.id)
    for instrument, names in _needed(criteria_set).items():
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
    kept = await cycle_queries.final_points_of_cycle(connection, cycle_id)
    given = await gather(connection, cycle)
    await told(2)
    return await store(connection, cycle_id, given, by=actor, kept=kept, told=told)


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
    kept: Sequence[Row] = (),
    told: jobs.StageTold = jobs.nobody,
) -> StoredComputation:
    """Compute and append; the newest computation is kept when nothing changed.

    Args:
        connection: In a transaction.
        cycle_id: The cycle.
        given: What its year is computed from.
        by: Who asks.
        kept: The points that the appraisal left: the year computes the same, or is refused.
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
    _refuse_other_points(scored.results, kept)
    await told(3)
    computed = await asyncio.to_thread(compare, scored)
    await told(4)
    document = await asyncio.to_thread(_document, computed)
    last = await queries.latest_computation(connection, cycle_id)
    if last is not None and last.document == document:
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


def _refuse_other_points(results: Sequence[ResultDocument], kept: Sequence[Row]) -> None:
    """Refuse a year whose points are not those that its appraisal left.

    Raises:
        Refused: ``year_points_differ`` naming the first agency and leaf.
    """
    nodes = {result.agency: result.nodes for result in results}
    differing = [row for row in kept if _kept(row) != _computed(nodes[row["agency"]][row["leaf"]])]
    if differing:
        agency, leaf = differing[0]["agency"], differing[0]["leaf"]
        raise Refused(
            "year_points_differ", count=len(differing), agency=agency, criterion=leaf, kept=_kept(differing[0]),
            computed=_computed(nodes[agency][leaf]),
        )  # fmt: skip


def _kept(row: Row) -> str:
    return row["state"] if row["points"] is None else shortest(row["points"])


def _computed(node: NodeDocument) -> str:
    return node.state if node.points is None else shortest(Decimal(node.points))


async def gather(connection: Connection, cycle: CycleRow) -> YearSources:
    """Everything that a year is computed from, as it stands now."""
    criteria_set = set_of(cycle)
    facts = await facts_of_cycle(connection, cycle.id)
    taking_part = await queries.agencies(connection, cycle.id)
    held = await opening.of_cycle(connection, cycle.id)
    known = await estimates.of_cycle(connection, cycle.id)
    minimum = {survey.instrument_code: survey.min_n for survey in held}
    wanted = {name for names in _needed(criteria_set).values() for name in names}
    runs = {one.id: run for one in held if (run := await estimates.newest_run(connection, one.id)) is not None}
    surveys = await _surveys(connection, held, runs)
    documents = tuple(
        sorted(
            _estimates(known, wanted, {agency.code for agency in taking_part}, runs),
            key=lambda e: (e.agency, e.name),
        )
    )
    agencies = tuple(
        AgencyDocument(
            code=agency.code, name_vi=agency.name_vi, name_en=agency.name_en, order=order,
            region=facts.get(agency.code, {}).get("@region", agency.region),
            ranked=agency.ranked, submitted=any(not name.startswith("@") for name in facts.get(agency.code, {})),
            facts={k: v for k, v in facts.get(agency.code, {}).items() if k not in ("@region", "@ranked")},
        )
        for order, agency in enumerate(taking_part, start=1)
    )  # fmt: skip
    return YearSources(
        family=cycle.family, year=cycle.year, tier=cycle.tier, marked=cycle.marked or _mark_of(criteria_set), level=LEVEL, seed=SEED, draws=DRAWS,
        criteria_set=criteria_document(criteria_set),
        survey_leaves=tuple(leaf.code for leaf in survey_leaves(criteria_set)),
        agencies=agencies, surveys=surveys, estimates=documents,
        covariances=_covariances(
            await estimates.covariances_of_cycle(connection, cycle.id),
            {(e.agency, e.name) for e in documents if e.se is not None},
        ),
        suppressed=cell_suppression.decide(((e.agency, e.name, e.n) for e in documents), minimum), printed=None,
        methods=methods.current(surveys),
    )  # fmt: skip


def _mark_of(criteria_set: scoring.CriteriaSet) -> Mark | None:
    return "illustrative" if criteria_set.status == "illustrative" else None


def _estimates(
    known: Sequence[SurveyEstimate], wanted: set[str], codes: set[str], runs: Mapping[UUID, EstimateRun]
) -> list[EstimateDocument]:
    found = []
    for one in known:
        name = f"survey:{one.instrument}.{one.measure}"
        if one.agency not in codes:
            continue
        if one.not_held:
            found += [
                _estimate(one, other, "not_held") for other in wanted if other.startswith(f"survey:{one.instrument}.")
            ]
        elif name in wanted:
            estimated = _estimate(one, name, "suppressed" if one.suppressed else "estimated")
            behind = partial(clusters_behind, runs[one.round_id], one.agency, one.measure)
            found.append(with_clusters(estimated, one.n_eff, behind))
    return list({(one.agency, one.name): one for one in found}.values())


def _estimate(one: SurveyEstimate, name: str, state: Any) -> EstimateDocument:
    value = None if state != "estimated" or one.value is None else shortest(one.value)
    known = value is not None and one.se is not None and (one.df is None or one.df > 0)
    return EstimateDocument(
        agency=one.agency, name=name, state=state, value=value, decimal=value,
        se=double(one.se) if known and one.se is not None else None,
        df=double(one.df) if value is not None and one.df is not None else None, n=one.n,
    )  # fmt: skip


def _needed(criteria_set: scoring.CriteriaSet) -> dict[str, list[str]]:
    """Names of the estimates that the set takes, by instrument."""
    found: dict[str, list[str]] = {}
    for leaf in survey_leaves(criteria_set):
        found.setdefault(leaf.rule.instrument, []).extend(leaf.weights)
    return found


async def _surveys(
    connection: Connection, held: Sequence[Round], runs: Mapping[UUID, EstimateRun]
) -> tuple[SurveyDocument, ...]:
    """What is said of each survey that has estimates; what only its own intervals need stands beside each estimate."""
    found = []
    for survey in held:
        run = runs.get(survey.id)
        if run is None:
            continue
        method = _texts({name: value for name, value in run.method.items() if name != "at_edge"})
        asked = None
        if survey.instrument_id is not None:
            asked = (await opening.layout(connection, survey.instrument_id)).instrument
        found.append(
            SurveyDocument(
                instrument=survey.instrument_code, version=asked.version if asked else None,
                digest=loading.digest(asked) if asked else None, title=survey.title_vi, method=method,
                held_from=survey.opens_on, held_until=survey.closes_on, minimum=survey.min_n, n=run.responses, strata=run.method.get("strata"), psus=run.method.get("psus"),
            )
        )  # fmt: skip
    return tuple(found)


def _texts(value: Any) -> Any:
    """The same with every double as text, so that it has one spelling."""
    match value:
        case dict():
            return {key: _texts(item) for key, item in value.items()}
        case list() | tuple():
            return [_texts(item) for item in value]
        case float():
            return double(value)
    return value


def _covariances(
    blocks: Sequence[tuple[str, Covariance]], shown: set[tuple[str, str]]
) -> tuple[CovarianceDocument, ...]:
    """Blocks over the estimates of the year; a cell that is not shown is left out of its block."""
    found = []
    for instrument, block in blocks:
        cells = [(agency, f"survey:{instrument}.{measure}") for agency, measure in block.cells]
        kept = [i for i, cell in enumerate(cells) if cell in shown]
        if len(kept) > 1:
            matrix = tuple(tuple(double(block.matrix[i][j]) for j in kept) for i in kept)
            found.append(CovarianceDocument(cells=tuple(cells[i] for i in kept), matrix=matrix))
    return tuple(found)


def set_of(cycle: CycleRow) -> scoring.CriteriaSet:
    """The criteria set of a cycle."""
    return scoring.from_document(msgspec.json.decode(cycle.set_document))


async def submit(connection: Connection, person: Person | None, cycle_id: UUID) -> None:
    """Hand the newest computation to the approver.

    Raises:
        Refused: ``not_allowed``, ``no_computation``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:submit", cycle).actor
    if await latest(connection, cycle_id) is None:
        raise Refused("no_computation")
    await steps.step(connection, cycle, "approval", by=actor)


async def send_back(connection: Connection, person: Person | None, cycle_id: UUID, reason: str) -> None:
    """The approver sends a year back, with the reason that the secretary reads.

    Raises:
        Refused: ``not_allowed``, ``invalid_fields``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:return", cycle).actor
    if not reason.strip():
        raise Refused("invalid_fields", fields=(FieldError(field="reason", code="field_empty"),))
    await steps.step(connection, cycle, "consolidation", by=actor, reason=reason.strip())


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


async def returned(connection: Connection, cycle_id: UUID) -> str | None:
    """Why the approver sent a year back, where that was its last step."""
    return await queries.returned(connection, cycle_id)


async def latest(connection: Connection, cycle_id: UUID) -> StoredComputation | None:
    """The newest computation of a cycle."""
    return await queries.latest_computation(connection, cycle_id)


def decoded(stored: StoredComputation) -> Computation:
    """A stored computation as values."""
    return msgspec.json.decode(stored.document, type=Computation)
