"""Numbers of a round with their errors: computed from its answers, or brought from elsewhere."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import __version__, audit, jobs
from parindex.errors import Refused
from parindex.statistics import IndexEstimate, ItemGroups, Moments, merged
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from parindex.surveys.model import AgencyEstimate, EstimateRun, SurveyEstimate
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results import queries
from parindex.surveys.results.cell_threshold import is_small
from parindex.surveys.results.codebook import LONELY, measures
from parindex.surveys.results.packing import packed_blocks, packing_of, scored_part
from parindex.surveys.results.weighting import Weights, weigh
from parindex.surveys.rounds import opening
from parindex.surveys.rounds import queries as round_queries

PLACES: Final = Decimal("1e-10")
"""What scoring is given: a decimal rounded half up to ten places."""

WAITING: Final = 1 << 22
"""Bytes of blocks that are added up at a time."""

EstimateRecord = tuple[UUID, str, Decimal | None, float | None, int | None, int | None, float | None, bool]
"""Agency id, measure, value, se, df, n, n_eff, suppressed: a row of ``survey_estimates``."""


class Covariance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Estimates that share respondents; what stands in no common block is independent."""

    cells: tuple[tuple[str, str], ...]
    """(agency code, measure) of each row and column."""

    matrix: tuple[tuple[float, ...], ...]
    """Symmetric; its diagonal is the square of the standard errors."""


async def compute(
    database: Database,
    tenant_id: UUID,
    round_id: UUID,
    *,
    actor: str,
    told: jobs.StageTold = jobs.nobody,
    storing: Callable[[], AbstractAsyncContextManager[Connection]] | None = None,
) -> UUID:
    """Compute all measures of a locked round and store them as a new run.

    Two transactions: the first reads the answers, commune by commune, and keeps their sums only; the arithmetic after
    it holds no connection and no lock, for a locked round cannot change. The same answers by the same method of the
    same version give the same digits: whoever asks again, or at the same moment as another, is given the run that
    stands.

    Args:
        database: The application's database.
        tenant_id: Tenant of the round.
        round_id: A locked round.
        actor: Who asks.
        told: Told after each of three stages: weighed, read, estimated.
        storing: Opens the transaction that the run is stored in; one of the database where it is not given.

    Returns:
        The run, new or as it stands.

    Raises:
        Refused: ``round_not_locked``, ``round_without_answers``.
    """
    async with database.transaction(tenant_id, snapshot=True) as connection:
        locked = await opening.locked(connection, round_id)
        weights = weigh(locked.units)
        await told(1)
        moments = await _added_up(connection, locked, weights)
        codes = {row["id"]: row["code"] for row in await round_queries.agency_names(connection, round_id)}
    held, layout, units = locked.round, locked.layout, locked.units
    await told(2)
    index = await asyncio.to_thread(_groups(layout).index, moments, kind="auto")
    named = {"index": index.overall, **index.groups, **index.items}
    rows = [_row(measure, one, held.min_n) for measure, own in named.items() for one in own]
    answered = {(each.unit.stratum, each.unit.psu) for each in units if each.answered}
    drawn = {(each.unit.stratum, each.unit.psu) for each in units}
    responses = moments.rows - moments.unassigned
    score = layout.instrument.score
    method = {
        "instrument": layout.instrument.instrument, "version": layout.instrument.version,
        "score": msgspec.to_builtins(score), "weights": [msgspec.to_builtins(step) for step in weights.steps],
        "widened_classes": list(weights.widened), "variance": "taylor", "stages": "psu_with_replacement",
        "psus": len(answered), "silent_psus": len(drawn) - len(answered),
        "strata": len({stratum for stratum, _ in answered}), "lonely_psu": LONELY, "interval": "auto",
        "deff": {name or "index": None if math.isnan(deff) else deff for name, deff in index.deff.items()},
        "deff_of": _deff_of({"index": index.overall, **index.groups}, codes, held.min_n),
        "at_edge": _at_edge(named, codes, held.min_n), "df_least": _df_least(named, codes, held.min_n), "min_n": held.min_n, "engine": __version__,
    }  # fmt: skip
    await told(3)
    async with storing() if storing else database.transaction(tenant_id) as connection:
        await round_queries.close_gate(connection, round_id)
        standing = await newest_run(connection, round_id)
        if standing is not None and _method_text(standing.method) == _method_text(method):
            run_id = standing.id
        else:
            run_id = await _store(connection, round_id, rows, method, responses, "surveys:estimates:compute", actor)
    return run_id


async def bring(
    connection: Connection,
    round_id: UUID,
    rows: Sequence[EstimateRecord],
    *,
    method: Mapping[str, Any],
    responses: int,
    covariances: Sequence[Covariance] = (),
    actor: str,
) -> UUID:
    """Store estimates computed elsewhere, in a round whose state is ``imported``.

    Raises:
        Refused: ``measure_invalid``; ``round_not_locked`` for a round that has answers of its own.
    """
    held = await opening.get(connection, round_id)
    if held.state != "imported":
        raise Refused("round_not_locked")
    for _, measure, value, se, df, *_ in rows:
        if value is not None and not (0 <= value <= 1 and value == exact(value)):
            raise Refused("measure_invalid", what=f"{measure}: 0 ≤ {value} ≤ 1")
        if (se is not None and not se >= 0) or (df is not None and df < 0):
            raise Refused("measure_invalid", what=f"{measure}: se {se}, df {df}")
    shown = [_withheld(row) if row[5] is not None and is_small(row[5], held.min_n) else row for row in rows]
    return await _store(
        connection, round_id, shown, dict(method), responses, "surveys:estimates:bring", actor, covariances
    )


def _withheld(row: EstimateRecord) -> EstimateRecord:
    agency_id, measure, *_, n, _, _ = row
    return (agency_id, measure, None, None, None, n, None, True)


async def of_cycle(
    connection: Connection, cycle_id: UUID, measures: Sequence[str] | None = None
) -> list[SurveyEstimate]:
    """The newest estimates of every round of a cycle.

    An agency of the cycle for which a round with estimates has none appears once an instrument with
    ``measure="index"`` and ``not_held``.
    """
    found = [SurveyEstimate(**dict(row)) for row in await queries.estimates_of_cycle(connection, cycle_id, measures)]
    everywhere = await queries.cycle_agency_codes(connection, cycle_id)
    for held in await opening.of_cycle(connection, cycle_id):
        if await queries.newest_run(connection, held.id) is None:
            continue
        here = {one.agency for one in found if one.round_id == held.id}
        found += [
            SurveyEstimate(
                agency=row["code"], instrument=held.instrument_code, measure="index", value=None, se=None, df=None,
                n=None, n_eff=None, suppressed=False, not_held=True, round_id=held.id,
            )
            for row in everywhere if row["code"] not in here
        ]  # fmt: skip
    return found


async def newest_run(connection: Connection, round_id: UUID) -> EstimateRun | None:
    """The last computation of a round."""
    row = await queries.newest_run(connection, round_id)
    if row is None:
        return None
    return EstimateRun(**{**dict(row), "method": msgspec.json.decode(row["method"])})


async def of_run(connection: Connection, run_id: UUID) -> list[AgencyEstimate]:
    """Every number of a computation, agencies in official order."""
    return [AgencyEstimate(**dict(row)) for row in await queries.estimates_of_run(connection, run_id, None)]


async def covariances_of_cycle(connection: Connection, cycle_id: UUID) -> list[tuple[str, Covariance]]:
    """(instrument, block) of the newest estimates of every round of a cycle."""
    found = []
    for row in await queries.covariances_of_cycle(connection, cycle_id):
        cells = msgspec.json.decode(row["cells"], type=tuple[tuple[str, str], ...])
        k = len(cells)
        flat = row["matrix"]
        matrix = tuple(tuple(flat[i * k : (i + 1) * k]) for i in range(k))
        found.append((row["instrument"], Covariance(cells=cells, matrix=matrix)))
    return found


def exact(value: float | Decimal) -> Decimal:
    """An estimate as scoring takes it.

    >>> exact(0.83945678901235), exact(2 / 3)
    (Decimal('0.8394567890'), Decimal('0.6666666667'))
    """
    return Decimal(value).quantize(PLACES, rounding=ROUND_HALF_UP)


async def _added_up(connection: Connection, locked: opening.Locked, weights: Weights) -> Moments:
    """The sums of a round's answers in every commune."""
    packing, groups = packing_of(locked), _groups(locked.layout)
    done: list[Moments] = []
    waiting: list[bytes] = []

    def add() -> None:
        done.append(Moments.of(groups.part(scored_part(packing, waiting)), lonely_psu=LONELY))

    async for block in packed_blocks(connection, locked, packing, weights):
        waiting.append(block)
        if sum(map(len, waiting)) >= WAITING:
            await asyncio.to_thread(add)
            waiting.clear()
    if waiting:
        await asyncio.to_thread(add)
    return await asyncio.to_thread(merged, done)


def _groups(layout: AnswerLayout) -> ItemGroups:
    return ItemGroups([place.item.code for place in layout.scored], measures(layout))


def _deff_of(
    named: Mapping[str, Sequence[IndexEstimate]], codes: Mapping[UUID, str], min_n: int
) -> dict[str, dict[str, float]]:
    """By measure and agency the design effect; of nothing that is suppressed, nor where all answers agree."""
    found: dict[str, dict[str, float]] = {}
    for measure, own in named.items():
        for one in own:
            if math.isfinite(one.deff) and not is_small(one.n, min_n):
                found.setdefault(measure, {})[codes[UUID(one.domain)]] = one.deff
    return found


def _at_edge(
    named: Mapping[str, Sequence[IndexEstimate]], codes: Mapping[UUID, str], min_n: int
) -> dict[str, dict[str, float]]:
    """By measure and agency how much clusters inflate the variance of what is 0 or 1; of nothing that is suppressed."""
    found: dict[str, dict[str, float]] = {}
    for measure, own in named.items():
        for one in own:
            if one.clustering is not None and not is_small(one.n, min_n):
                found.setdefault(measure, {})[codes[UUID(one.domain)]] = one.clustering
    return found


def _df_least(
    named: Mapping[str, Sequence[IndexEstimate]], codes: Mapping[UUID, str], min_n: int
) -> dict[str, dict[str, int]]:
    """By measure and agency the fewest degrees of freedom of an item, where it has fewer than what it is part of."""
    found: dict[str, dict[str, int]] = {}
    for measure, own in named.items():
        for one in own:
            if one.df_least < one.df and not is_small(one.n, min_n):
                found.setdefault(measure, {})[codes[UUID(one.domain)]] = one.df_least
    return found


def _row(measure: str, one: IndexEstimate, min_n: int) -> EstimateRecord:
    agency_id = UUID(one.domain)
    if is_small(one.n, min_n):
        return (agency_id, measure, None, None, None, one.n, None, True)
    if math.isnan(one.value):
        return (agency_id, measure, None, None, None, one.n, None, False)
    se = None if math.isnan(one.se) else one.se
    return (agency_id, measure, exact(one.value), se, one.df, one.n, one.n_eff, False)


def _method_text(method: Mapping[str, Any]) -> str:
    return msgspec.json.encode(method, order="sorted").decode()


async def _store(
    connection: Connection,
    round_id: UUID,
    rows: Sequence[EstimateRecord],
    method: Mapping[str, Any],
    responses: int,
    tag: str,
    actor: str,
    covariances: Sequence[Covariance] = (),
) -> UUID:
    run_id = new_id()
    await queries.insert_run(connection, (run_id, round_id, _method_text(method), responses, actor))
    await queries.insert_estimates(connection, run_id, rows)
    if covariances:
        await queries.insert_covariances(
            connection, run_id, [msgspec.json.encode(block.cells).decode() for block in covariances],
            [len(block.cells) for block in covariances],
            [value for block in covariances for line in block.matrix for value in line],
        )  # fmt: skip
    await audit.record(
        connection, actor=actor, tag=tag, subject=str(round_id),
        after={"run": str(run_id), "responses": responses, "estimates": len(rows)},
    )  # fmt: skip
    return run_id
