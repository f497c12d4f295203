"""What a cycle is computed from: its set, its agencies with accepted facts, the estimates of its surveys."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import scoring
from parindex.agencies import queries as registry
from parindex.agencies.model import Succession
from parindex.assessments.amendments import amending
from parindex.assessments.cycles.accepted_facts import facts_of_cycle
from parindex.assessments.mergers import treatments
from parindex.rankings import cell_suppression, methods, queries
from parindex.rankings.digits import double
from parindex.rankings.imported import criteria_document
from parindex.rankings.index_errors import survey_leaves
from parindex.rankings.index_intervals import with_clusters
from parindex.rankings.model import (
    AgencyDocument,
    CovarianceDocument,
    EstimateDocument,
    Mark,
    SurveyDocument,
    YearSources,
)
from parindex.rankings.registry_documents import (
    FormedDocument,
    MergerDocument,
    SetChangeDocument,
    WeightDocument,
    WeightsDocument,
)
from parindex.rankings.stored import CycleAgency, CycleRow
from parindex.scoring.digits import shortest
from parindex.store.database import Connection, Row
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


async def gather(connection: Connection, cycle: CycleRow) -> YearSources:
    """Everything that a year is computed from, as it stands now."""
    given, _ = await gather_named(connection, cycle)
    return given


async def gather_named(connection: Connection, cycle: CycleRow) -> tuple[YearSources, dict[UUID, str]]:
    """The same, with the code by which each agency goes in this year."""
    criteria_set = set_of(cycle)
    facts = await facts_of_cycle(connection, cycle.id)
    taking_part = await queries.agencies(connection, cycle.id, date(cycle.year, 12, 31))
    codes = codes_of(taking_part)
    declaring = {agency.code: codes[agency.id] for agency in taking_part if not agency.derived}
    formed = await formed_by(connection, [agency.id for agency in taking_part], cycle.year)
    held = await opening.of_cycle(connection, cycle.id)
    known = await estimates.of_cycle(connection, cycle.id)
    minimum = {survey.instrument_code: survey.min_n for survey in held}
    wanted = {name for names in needed(criteria_set).values() for name in names}
    runs = {one.id: run for one in held if (run := await estimates.newest_run(connection, one.id)) is not None}
    surveys = await _surveys(connection, held, runs)
    documents = tuple(
        sorted(
            (msgspec.structs.replace(one, agency=declaring[one.agency])
             for one in _estimates(known, wanted, declaring.keys(), runs)),
            key=lambda e: (e.agency, e.name),
        )
    )  # fmt: skip
    agencies = tuple(
        _agency(agency, codes[agency.id], order, _own(agency, facts), formed)
        for order, agency in enumerate(taking_part, start=1)
    )
    blocks = [
        (name, _renamed(block, declaring)) for name, block in await estimates.covariances_of_cycle(connection, cycle.id)
    ]
    given = YearSources(
        family=cycle.family, year=cycle.year, tier=cycle.tier, marked=cycle.marked or _mark_of(criteria_set), level=LEVEL, seed=SEED, draws=DRAWS,
        criteria_set=criteria_document(criteria_set),
        survey_leaves=tuple(leaf.code for leaf in survey_leaves(criteria_set)),
        agencies=agencies, surveys=surveys, estimates=documents,
        covariances=_covariances(blocks, {(e.agency, e.name) for e in documents if e.se is not None}),
        suppressed=cell_suppression.decide(((e.agency, e.name, e.n) for e in documents), minimum), printed=None,
        methods=methods.current(surveys, await cycle_mergers(connection, cycle.id, codes), await set_changes(connection, cycle.id)),
        group_by=cycle.group_by,
    )  # fmt: skip
    return given, codes


def codes_of(taking_part: Sequence[CycleAgency]) -> dict[UUID, str]:
    """By which code each agency goes in a year: its own, and where another bears it too that ended earlier, the code and
    the day on which it ended."""
    last: dict[str, CycleAgency] = {}
    for one in taking_part:
        known = last.get(one.code)
        if known is None or (known.ends_on or date.max) < (one.ends_on or date.max):
            last[one.code] = one
    return {
        one.id: one.code if last[one.code].id == one.id else f"{one.code}-{one.ends_on or date.max:%Y%m%d}"
        for one in taking_part
    }


def _own(agency: CycleAgency, facts: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """What is known of an agency itself: of one that was formed within the year and has no sheet, its attributes."""
    if agency.derived:
        return {f"@{name}": str(text) for name, text in agency.attributes.items()}
    return facts.get(agency.code, {})


def _agency(
    agency: CycleAgency, code: str, order: int, facts: Mapping[str, str], formed: Mapping[UUID, FormedDocument]
) -> AgencyDocument:
    kept = {name: text for name, text in facts.items() if name not in ("@region", "@ranked")}
    return AgencyDocument(
        code=code, name_vi=agency.name_vi, name_en=agency.name_en, order=order,
        region=facts.get("@region", agency.region), ranked=agency.ranked,
        submitted=any(not name.startswith("@") for name in facts), facts=kept, formed=formed.get(agency.id),
    )  # fmt: skip


def _renamed(block: Covariance, codes: Mapping[str, str]) -> Covariance:
    cells = tuple((codes.get(agency, agency), measure) for agency, measure in block.cells)
    return msgspec.structs.replace(block, cells=cells)


async def cycle_mergers(
    connection: Connection, cycle_id: UUID, codes: Mapping[UUID, str]
) -> tuple[MergerDocument, ...]:
    """What was chosen for agencies that ended while the year was open."""
    return tuple(
        MergerDocument(
            treatment=row["treatment"], effective_on=row["effective_on"], decision=row["decision"],
            predecessors=tuple(row["predecessors"]), successors=tuple(row["successors"]), weights=_weights(row, codes),
        )
        for row in await treatments.of_cycle(connection, cycle_id)
    )  # fmt: skip


def _weights(row: Row, codes: Mapping[UUID, str]) -> WeightsDocument | None:
    if row["weighted_by"] is None:
        return None
    parts = zip(row["parts"], row["weights"], strict=True)
    return WeightsDocument(
        by=row["weighted_by"], parts=tuple(WeightDocument(agency=codes[one], weight=weight) for one, weight in parts)
    )


async def set_changes(connection: Connection, cycle_id: UUID) -> tuple[SetChangeDocument, ...]:
    """How the criteria set was corrected while the year was open."""
    return tuple(
        SetChangeDocument(
            older=one.older, older_digest=one.older_digest, newer=one.newer, newer_digest=one.newer_digest,
            decision=one.decided.number, decided_on=one.decided.date, reopened=one.reopened, retired=one.retired,
        )
        for one in await amending.of_cycle(connection, cycle_id)
    )  # fmt: skip


async def formed_by(connection: Connection, agencies: Sequence[UUID], year: int) -> dict[UUID, FormedDocument]:
    """From whom agencies took over last until the end of a year."""
    found: dict[UUID, list[Succession]] = {}
    for one in await registry.successions(connection, agencies):
        if one.successor_id in agencies and one.effective_on.year <= year:
            told = found.setdefault(one.successor_id, [])
            if told and told[0].effective_on < one.effective_on:
                told.clear()
            told.append(one)
    return {
        agency: FormedDocument(
            on=told[0].effective_on, names=tuple(one.predecessor_name for one in told),
            codes=tuple(one.predecessor for one in told), decision=told[0].decision,
        )
        for agency, told in found.items()
    }  # fmt: skip


def _mark_of(criteria_set: scoring.CriteriaSet) -> Mark | None:
    return "illustrative" if criteria_set.status == "illustrative" else None


def _estimates(
    known: Sequence[SurveyEstimate], wanted: Collection[str], codes: Collection[str], runs: Mapping[UUID, EstimateRun]
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
            found.append(_with_least(with_clusters(estimated, one.n_eff, behind), runs[one.round_id], one))
    return list({(one.agency, one.name): one for one in found}.values())


def _estimate(one: SurveyEstimate, name: str, state: Any) -> EstimateDocument:
    value = None if state != "estimated" or one.value is None else shortest(one.value)
    known = value is not None and one.se is not None and (one.df is None or one.df > 0)
    return EstimateDocument(
        agency=one.agency, name=name, state=state, value=value, decimal=value,
        se=double(one.se) if known and one.se is not None else None,
        df=double(one.df) if value is not None and one.df is not None else None, n=one.n,
    )  # fmt: skip


def _with_least(found: EstimateDocument, run: EstimateRun, one: SurveyEstimate) -> EstimateDocument:
    """With the fewest degrees of freedom of its items, where they are fewer than its own."""
    least = run.method.get("df_least", {}).get(one.measure, {}).get(one.agency)
    return found if least is None or found.df is None else msgspec.structs.replace(found, df_least=double(float(least)))


def needed(criteria_set: scoring.CriteriaSet) -> dict[str, list[str]]:
    """Names of the estimates that the set takes, by instrument."""
    found: dict[str, list[str]] = {}
    for leaf in survey_leaves(criteria_set):
        found.setdefault(leaf.rule.instrument, []).extend(leaf.weights)
    return found


OF_ESTIMATES: Final = ("at_edge", "df_least", "deff_of")
"""What a run keeps of single estimates: an edition says it beside each, where it says it."""


async def _surveys(
    connection: Connection, held: Sequence[Round], runs: Mapping[UUID, EstimateRun]
) -> tuple[SurveyDocument, ...]:
    """What is said of each survey that has estimates; what only its own intervals need stands beside each estimate."""
    found = []
    for survey in held:
        run = runs.get(survey.id)
        if run is None:
            continue
        method = _texts({name: value for name, value in run.method.items() if name not in OF_ESTIMATES})
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
