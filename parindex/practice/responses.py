"""Simulated survey rounds: a sample, invitations and answers that go in through the functions of the pages."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import numpy as np

from parindex.errors import Refused
from parindex.practice import opinions, sample
from parindex.practice.sheets import Told
from parindex.store.database import Database
from parindex.surveys.answers import storing
from parindex.surveys.model import Round, SampleUnit, Submission
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results import estimates
from parindex.surveys.rounds import invitations, lock, opening

BATCH: Final = 1000
LEADER_MEASURES: Final = ("area2", "area3", "area4", "area5", "area6", "area7")
"""What the illustrative provincial set takes from the leaders' survey."""

OPTION_SHARES: Final = np.array([1.0, 0.6, 0.2, 0.0])
"""A, B, C, D of the leaders' survey."""


async def seed_round(
    db: Database,
    tenant_id: UUID,
    cycle_id: UUID,
    agencies: Mapping[str, UUID],
    *,
    seed: int,
    respondents: int,
    year: int,
    told: Told | None = None,
) -> UUID:
    """A finished round of a practice year: answered, locked and computed.

    Args:
        db: The application's database.
        tenant_id: Tenant of the cycle.
        cycle_id: Cycle that the estimates enter.
        agencies: Provinces by code.
        seed: Of the generator.
        respondents: Answers in all.
        year: The survey is held in October and November of this year.
        told: Told how many answers are in.

    Returns:
        The round.
    """
    random = np.random.default_rng(seed)
    units, counts = sample.draw(agencies, respondents, random)
    first = date(year, 10, 1)
    held, layout = await _open(
        db, tenant_id, cycle_id, units, form="full", opens_on=first, closes_on=date(year, 11, 30), year=year
    )
    sent = _submissions(layout, held, units, counts, random, first)
    await _fill(db, tenant_id, held.id, sent, respondents, told)
    await _invite_silent(db, tenant_id, held.id, units, counts)
    await lock.lock(
        db,
        tenant_id,
        held.id,
        decision=f"01/QĐ-KS-{year}",
        reason="Kết thúc thu thập phiếu (mô phỏng)",
        actor="system",
        decided_on=date(year, 12, 1),
    )
    await estimates.compute(db, tenant_id, held.id, actor="system")
    return held.id


async def seed_open_round(
    db: Database,
    tenant_id: UUID,
    cycle_id: UUID,
    agencies: Mapping[str, UUID],
    *,
    seed: int,
    year: int,
    opens_on: date,
    closes_on: date,
    answered: int = 300,
    links: int = 20,
) -> tuple[UUID, list[str]]:
    """A round in the field: a drawn sample, some answers, and invitations that a newcomer can try.

    Returns:
        The round, and tokens for ``/s/<token>`` in the first province.
    """
    random = np.random.default_rng(seed)
    units, counts = sample.draw(agencies, 36_525, random)
    held, layout = await _open(
        db, tenant_id, cycle_id, units, form="short", opens_on=opens_on, closes_on=closes_on, year=year
    )
    spread = random.multinomial(answered, np.array(counts) / sum(counts))
    few = [min(count, int(came)) for count, came in zip(counts, spread, strict=True)]
    await _fill(db, tenant_id, held.id, _submissions(layout, held, units, few, random, opens_on), sum(few), None)
    first = [units[place % min(len(units), 24)].id for place in range(links)]
    async with db.transaction(tenant_id) as connection:
        tokens = await invitations.make(connection, held.id, first, actor="system")
    return held.id, tokens


async def seed_leaders(
    db: Database, tenant_id: UUID, cycle_id: UUID, agencies: Mapping[str, UUID], *, seed: int, year: int
) -> UUID:
    """The leaders' survey of a practice year as estimates with errors, degrees of freedom and covariance.

    Each rater rates one agency on every measure; raters are the primary units, so an agency's measures vary
    together and agencies are independent.
    """
    random = np.random.default_rng(seed)
    rows: list[estimates.EstimateRecord] = []
    blocks = []
    responses = 0
    for code, agency_id in agencies.items():
        raters = int(random.integers(140, 260))
        responses += raters
        ratings = _ratings(raters, random)
        means = ratings.mean(axis=0)
        matrix = np.cov(ratings, rowvar=False) / raters
        for k, measure in enumerate(LEADER_MEASURES):
            se = float(np.sqrt(matrix[k, k]))
            rows.append(
                (agency_id, measure, estimates.exact(float(means[k])), se, raters - 1, raters, float(raters), False)
            )
        blocks.append(estimates.Covariance(
            cells=tuple((code, measure) for measure in LEADER_MEASURES),
            matrix=tuple(tuple(float(value) for value in line) for line in matrix),
        ))  # fmt: skip
    async with db.transaction(tenant_id) as connection:
        held = await opening.open_imported(
            connection, cycle_id=cycle_id, instrument_code="leaders",
            title_vi=f"Khảo sát lãnh đạo, quản lý năm {year} (mô phỏng)",
            title_en=f"Survey of leaders and managers, {year} (simulated)",
            opens_on=date(year, 11, 1), closes_on=date(year, 12, 15), marked="simulated", actor="system",
        )  # fmt: skip
        method = {"variance": "raters as primary units", "options": [float(s) for s in OPTION_SHARES], "seed": seed}
        await estimates.bring(
            connection, held.id, rows, method=method, responses=responses, covariances=blocks, actor="system"
        )
    return held.id


async def _open(
    db: Database,
    tenant_id: UUID,
    cycle_id: UUID,
    units: Sequence[SampleUnit],
    *,
    form: str,
    opens_on: date,
    closes_on: date,
    year: int,
) -> tuple[Round, AnswerLayout]:
    instrument, source = loading.bundled("sipas", "2025.1")
    async with db.transaction(tenant_id) as connection:
        instrument_id = await opening.publish(connection, instrument, source, actor="system")
        held = await opening.open_round(
            connection, cycle_id=cycle_id, instrument_id=instrument_id, form=form,
            title_vi=f"Khảo sát sự hài lòng của người dân năm {year} (mô phỏng)",
            title_en=f"Survey of people's satisfaction, {year} (simulated)",
            opens_on=opens_on, closes_on=closes_on, information=f"{year}.1", marked="simulated", actor="system",
        )  # fmt: skip
        await opening.load_sample(connection, held.id, units, actor="system")
        layout = await opening.layout(connection, instrument_id)
    return held, layout


def _submissions(
    layout: AnswerLayout,
    held: Round,
    units: Sequence[SampleUnit],
    counts: Sequence[int],
    random: np.random.Generator,
    first: date,
) -> Iterator[tuple[UUID, str, Submission]]:
    """(unit, token, submission) of everybody who answers, in an order that mixes the villages."""
    assert held.form is not None
    answers = opinions.answer(layout, held.form, units, counts, random)
    unasked = [place for place, allowed in enumerate(layout.plan(held.form).allowed) if None in allowed]
    village = np.repeat(np.arange(len(units)), counts)
    days = random.integers(0, 45, len(village))
    names = random.bytes(32 * len(village))
    for row in random.permutation(len(village)):
        given: list[int | None] = answers[row].tolist()
        for place in unasked:
            given[place] = None
        own = names[32 * row : 32 * row + 32]
        token = base64.urlsafe_b64encode(own[:16]).rstrip(b"=").decode()
        texts = {
            code: opinions.REMARKS[own[0] % len(opinions.REMARKS)]
            for code in ("other",)
            if given[layout.places[code].first] == 1
        }
        yield units[village[row]].id, token, Submission(
            client_id=UUID(bytes=own[16:], version=4), answers=tuple(given), texts=texts,
            token_hash=invitations.token_hash(token), channel="interview", day=first + timedelta(days=int(days[row])),
        )  # fmt: skip


async def _fill(
    db: Database,
    tenant_id: UUID,
    round_id: UUID,
    sent: Iterator[tuple[UUID, str, Submission]],
    total: int,
    told: Told | None,
) -> None:
    """Make the invitations and store the answers, a thousand at a time, on the round's first day."""
    done = 0
    async with db.transaction(tenant_id) as connection:
        held = await opening.get(connection, round_id)
        assert held.instrument_id is not None
        assert held.form is not None
        plan = (await opening.layout(connection, held.instrument_id)).plan(held.form)
    async with db.at(datetime.combine(held.opens_on, time(12), UTC)) as past:
        while batch := list(islice(sent, BATCH)):
            async with db.transaction(tenant_id) as connection:
                await invitations.store(
                    connection,
                    round_id,
                    [token for _, token, _ in batch],
                    [unit for unit, _, _ in batch],
                    actor="system",
                )
            for _, _, submission in batch:
                plan.check(submission.answers, submission.texts)
            async with past.transaction(tenant_id) as connection:
                outcomes = await storing.store(connection, round_id, [s for _, _, s in batch])
            for outcome in outcomes:
                if isinstance(outcome, Refused):
                    raise outcome
            done += len(batch)
            if told is not None:
                told(done, total)


async def _invite_silent(
    db: Database, tenant_id: UUID, round_id: UUID, units: Sequence[SampleUnit], counts: Sequence[int]
) -> None:
    """Invitations of the people who were drawn and do not answer."""
    silent = [unit.id for unit, came in zip(units, counts, strict=True) for _ in range(unit.drawn - came)]
    async with db.transaction(tenant_id) as connection:
        for start in range(0, len(silent), BATCH):
            part = silent[start : start + BATCH]
            tokens = [invitations.new_token() for _ in part]
            await invitations.store(connection, round_id, tokens, part, actor="system")


def _ratings(raters: int, random: np.random.Generator) -> np.ndarray:
    """(raters, measures) shares of the options that each rater chose."""
    agency = 1.45 + random.normal(0, 0.25, len(LEADER_MEASURES)) + random.normal(0, 0.25)
    latent = agency + random.normal(0, 0.8, (raters, 1)) + random.logistic(0, 1, (raters, len(LEADER_MEASURES)))
    option = np.searchsorted(np.array([-0.9, 1.1, 3.2]), -latent)
    ratings: np.ndarray = OPTION_SHARES[option]
    return ratings
