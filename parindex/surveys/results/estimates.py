"""Numbers of a round with their errors: computed from its answers, or brought from elsewhere."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex import __version__, audit
from parindex.errors import Refused
from parindex.statistics import Design, IndexEstimate, mean_of_items
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from parindex.surveys.model import Estimate, EstimateRun, UnitProgress
from parindex.surveys.questionnaire.answer_layout import Layout
from parindex.surveys.results import queries
from parindex.surveys.results.weighting import Weights, weigh
from parindex.surveys.rounds import opening
from parindex.surveys.rounds import queries as round_queries

PLACES: Final = Decimal("1e-10")
"""What scoring is given: a decimal rounded half up to ten places."""

Row = tuple[UUID, str, Decimal | None, float | None, int | None, int | None, float | None, bool]
"""Agency id, measure, value, se, df, n, n_eff, suppressed: a row of ``survey_estimates``."""


class Sampled(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of a round as arrays, sorted by stratum, commune and village."""

    weights: NDArray[np.float64]
    """(n,) weight of each answer."""

    strata: list[str]
    """(n,) stratum."""

    psus: list[str]
    """(n,) commune."""

    agencies: list[str]
    """(n,) agency id."""

    scores: NDArray[np.float64]
    """(n, k) item scores 0-1, NaN where not answered."""


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
    told: Callable[[int], None] = lambda _: None,
) -> UUID:
    """Compute all measures of a locked round and store them as a new run.

    Two transactions: the arithmetic between them holds no connection and no lock, for a locked round cannot change.
    The same answers by the same method of the same version give the same digits: whoever asks again, or at the same
    moment as another, is given the run that stands.

    Args:
        database: The application's database.
        tenant_id: Tenant of the round.
        round_id: A locked round.
        actor: Who asks.
        told: Told after each of four stages: read, weighed, estimated, stored.

    Returns:
        The run, new or as it stands.

    Raises:
        Refused: ``round_not_locked``, ``round_without_answers``.
    """
    async with database.transaction(tenant_id, snapshot=True) as connection:
        locked = await opening.locked(connection, round_id)
        answers = await opening.scored_answers(connection, locked)
    held, layout, units = locked.round, locked.layout, locked.units
    told(1)
    weights = weigh(units)
    told(2)
    rows = await asyncio.to_thread(_computed, layout, units, weights, answers, held.min_n)
    score = layout.instrument.score
    method = {
        "instrument": layout.instrument.instrument, "version": layout.instrument.version,
        "score": msgspec.to_builtins(score), "weights": [msgspec.to_builtins(step) for step in weights.steps],
        "widened_classes": list(weights.widened), "variance": "taylor", "stages": "psu_with_replacement",
        "psus": len({(each.unit.stratum, each.unit.psu) for each in units}),
        "strata": len({each.unit.stratum for each in units}), "min_n": held.min_n, "engine": __version__,
    }  # fmt: skip
    told(3)
    async with database.transaction(tenant_id) as connection:
        await round_queries.close_gate(connection, round_id)
        standing = await newest_run(connection, round_id)
        if standing is not None and _method_text(standing.method) == _method_text(method):
            run_id = standing.id
        else:
            run_id = await _store(connection, round_id, rows, method, len(answers), "surveys:estimates:compute", actor)
    told(4)
    return run_id


async def bring(
    connection: Connection,
    round_id: UUID,
    rows: Sequence[Row],
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
    if (await opening.get(connection, round_id)).state != "imported":
        raise Refused("round_not_locked")
    for _, measure, value, se, df, *_ in rows:
        if value is not None and not (0 <= value <= 1 and value == exact(value)):
            raise Refused("measure_invalid", what=f"{measure}: 0 ≤ {value} ≤ 1")
        if (se is not None and not se >= 0) or (df is not None and df < 0):
            raise Refused("measure_invalid", what=f"{measure}: se {se}, df {df}")
    return await _store(
        connection, round_id, rows, dict(method), responses, "surveys:estimates:bring", actor, covariances
    )


async def of_cycle(connection: Connection, cycle_id: UUID, measures: Sequence[str] | None = None) -> list[Estimate]:
    """The newest estimates of every round of a cycle.

    An agency of the cycle for which a round with estimates has none appears once an instrument with
    ``measure="index"`` and ``not_held``.
    """
    found = [Estimate(**dict(row)) for row in await queries.estimates_of_cycle(connection, cycle_id, measures)]
    everywhere = await queries.cycle_agency_codes(connection, cycle_id)
    for held in await opening.of_cycle(connection, cycle_id):
        if await queries.newest_run(connection, held.id) is None:
            continue
        here = {one.agency for one in found if one.round_id == held.id}
        found += [
            Estimate(
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


def measures(layout: Layout) -> dict[str, list[str]]:
    """Areas and criteria of an instrument, each with its items."""
    found: dict[str, list[str]] = {area.code: [] for area in layout.instrument.areas}
    for place in layout.scored:
        found[str(place.group.area)].append(place.item.code)
    for place in layout.scored:
        found.setdefault(place.group.code, []).append(place.item.code)
    return found


def item_scores(layout: Layout, answers: NDArray[np.int16], offset: int) -> NDArray[np.float64]:
    """(n, k) scores 0-1 of the scored items; NaN where there is no valid answer.

    Args:
        layout: Of the instrument.
        answers: (n, m) stored codes from position ``offset`` on, with 0 for NULL.
        offset: Position of the first column.
    """
    score = layout.instrument.score
    columns = []
    for place in layout.scored:
        given = answers[:, place.first - offset].astype(np.float64)
        valid = np.isin(given, list(place.codes))
        if score.share_of is not None:
            points = np.isin(given, score.share_of).astype(np.float64)
        else:
            assert score.mean_of is not None
            low, high = score.mean_of
            points = (given - low) / (high - low)
        columns.append(np.where(valid, points, np.nan))
    return np.column_stack(columns)


def sampled(layout: Layout, units: Sequence[UnitProgress], weights: Weights, answers: Iterable[Any]) -> Sampled:
    """Arrays from rows of (sample unit, answers of the scored positions)."""
    by_id = {each.unit.id: each.unit for each in units}
    rows = list(answers)
    of_row = [by_id[row["sample_unit"]] for row in rows]
    codes = np.array([[0 if value is None else value for value in row["answers"]] for row in rows], dtype=np.int16)
    order = sorted(
        range(len(rows)), key=lambda i: (of_row[i].stratum, of_row[i].psu, of_row[i].ssu, codes[i].tobytes())
    )
    offset = min(place.first for place in layout.scored)
    return Sampled(
        weights=np.array([weights.of_unit[of_row[i].id] for i in order]),
        strata=[of_row[i].stratum for i in order],
        psus=[of_row[i].psu for i in order],
        agencies=[str(of_row[i].agency_id) for i in order],
        scores=item_scores(layout, codes[order], offset),
    )


def _computed(
    layout: Layout, units: Sequence[UnitProgress], weights: Weights, answers: Sequence[Any], min_n: int
) -> list[Row]:
    data = sampled(layout, units, weights, answers)
    silent = _silent_psus(units)
    design = Design(
        np.concatenate([data.weights, np.zeros(len(silent))]),
        strata=np.array(data.strata + [stratum for stratum, _ in silent]),
        stages=[np.array(data.psus + [psu for _, psu in silent])],
        lonely_psu="adjust",
    )
    scores = np.vstack([data.scores, np.full((len(silent), data.scores.shape[1]), np.nan)])
    index = mean_of_items(
        design, scores, by=[*data.agencies, *([None] * len(silent))],
        names=[place.item.code for place in layout.scored], groups=measures(layout),
    )  # fmt: skip
    named = {"index": index.overall, **index.groups, **index.items}
    return [_row(UUID(one.domain), measure, one, min_n) for measure, ones in named.items() for one in ones]


def _silent_psus(units: Sequence[UnitProgress]) -> list[tuple[str, str]]:
    """Communes that were drawn and from which nobody answered: they stay in the design with weight 0."""
    answered = {(each.unit.stratum, each.unit.psu) for each in units if each.answered}
    return sorted({(each.unit.stratum, each.unit.psu) for each in units} - answered)


def _row(agency_id: UUID, measure: str, one: IndexEstimate, min_n: int) -> Row:
    if one.n < min_n:
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
    rows: Sequence[Row],
    method: Mapping[str, Any],
    responses: int,
    tag: str,
    actor: str,
    covariances: Sequence[Covariance] = (),
) -> UUID:
    run_id = new_id()
    await queries.insert_run(connection, (run_id, round_id, _method_text(method), responses, actor))
    await queries.insert_estimates(connection, run_id, rows)
    for number, block in enumerate(covariances):
        flat = [value for line in block.matrix for value in line]
        await queries.insert_covariance(connection, run_id, number, msgspec.json.encode(block.cells).decode(), flat)
    await audit.record(
        connection, actor=actor, tag=tag, subject=str(round_id),
        after={"run": str(run_id), "responses": responses, "estimates": len(rows)},
    )  # fmt: skip
    return run_id
