"""A round's estimates through packed blocks are those of its responses, one by one."""

from __future__ import annotations

import tracemalloc
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import pytest

from parindex.access import tenants
from parindex.errors import Refused
from parindex.statistics import Design, unpack
from parindex.statistics.at_scale.survey_parts import MISSING
from parindex.store.database import Database
from parindex.surveys.questionnaire import loading
from parindex.surveys.results import estimates
from parindex.surveys.results.codebook import measures
from parindex.surveys.results.packing import _bytes, packed_blocks, packing_of
from parindex.surveys.results.weighting import weigh
from parindex.surveys.rounds import lock, opening
from tests.databases import Counting
from tests.properties.whole_sample_index import Numbers, whole_sample_index
from tests.surveys.survey_fields import TODAY, Field, a_cycle, a_field, unit

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

MIXED = """
instrument: tron
version: "1"
title: {{vi: "Trộn"}}
status: illustrative
years: [2026]
score: {score}
forms: {{full: {{groups: [M, A, B], minutes: 3}}}}
scales:
  five: [{five}]
  two: [{{code: 1, text: {{vi: "không"}}}}, {{code: 5, text: {{vi: "có"}}}}]
  ways: [{{code: 1, text: {{vi: "a"}}}}, {{code: 2, text: {{vi: "b"}}}}, {{code: 3, text: {{vi: "c"}}}}]
areas: [{{code: I, title: {{vi: "Một"}}}}, {{code: II, title: {{vi: "Hai"}}}}]
groups:
  - {{code: M, title: {{vi: "Cách"}}, items: [{{code: m, text: {{vi: "?"}}, many: ways}}]}}
  - code: A
    title: {{vi: "A"}}
    area: I
    items: [{{code: a1, text: {{vi: "?"}}, scale: five}}, {{code: a2, text: {{vi: "?"}}, scale: two}}]
  - {{code: K, title: {{vi: "Khác"}}, items: [{{code: k, text: {{vi: "?"}}, many: ways}}]}}
  - {{code: B, title: {{vi: "B"}}, area: II, items: [{{code: b1, text: {{vi: "?"}}, scale: five}}]}}
"""


async def mixed_round(db: Database, tenant: UUID, owner: Owner, score: str, codes: int) -> UUID:
    """A locked round of mixed questions, straight into the tables: absences, silent villages, a silent commune."""
    five = ", ".join(f"{{code: {code}, text: {{vi: '{code}'}}}}" for code in range(1, codes + 1))
    text = MIXED.format(score=score, five=five)
    async with db.transaction(tenant) as connection:
        cycle, agencies = await a_cycle(connection, ("tinh-a", "tinh-b", "tinh-c"))
        instrument_id = await opening.publish(connection, loading.load("tron/1.yaml", text), text, actor="system")
        held = await opening.open_round(
            connection, cycle_id=cycle, instrument_id=instrument_id, form="full", title_vi="Trộn", min_n=8,
            opens_on=TODAY, closes_on=TODAY, actor="system",
        )  # fmt: skip
        units = [
            unit(agency, f"S{a // 2}", 10 * a + psu, ssu, drawn=9)
            for a, agency in enumerate(agencies) for psu in range(1 if a == 2 else 5) for ssu in range(2)
        ]  # fmt: skip
        await opening.load_sample(connection, held.id, units, actor="system")
    random = np.random.default_rng(codes)
    of_row = np.repeat(np.arange(len(units)), random.integers(1, 9, len(units)))
    scored = np.stack([
        random.choice(possible, len(of_row))
        for possible in ([*range(1, codes + 1), -1, -4], [1, 5, 3, -2], [1, codes, 2, -5])
    ]).T.tolist()  # fmt: skip
    given = [
        (units[place].id, [0, 1, 1, first, second, None, None, None, third])
        for place, (first, second, third) in zip(of_row.tolist(), scored, strict=True) if place not in (2, 3, 7)
    ]  # fmt: skip
    columns = ("tenant_id", "survey_round", "id", "client_id", "content", "day", "channel", "sample_unit", "answers")
    await owner.copy_records_to_table(
        "responses", columns=columns,
        records=[(tenant, held.id, uuid4(), uuid4(), b"x", TODAY, "web", unit_id, row) for unit_id, row in given],
    )  # fmt: skip
    await lock.lock(db, tenant, held.id, decision="1", reason="x", actor="system")
    return held.id


async def right_numbers(db: Database, tenant: UUID, owner: Owner, round_id: UUID) -> dict[tuple[str, str], Numbers]:
    """(agency id, measure) → numbers from the rows of the responses."""
    async with db.transaction(tenant) as connection:
        locked = await opening.locked(connection, round_id)
    layout, weights = locked.layout, weigh(locked.units).of_unit
    by_id = {each.unit.id: each.unit for each in locked.units}
    rows = await owner.fetch("select sample_unit, answers from responses where survey_round = $1", round_id)
    of_row = [by_id[row["sample_unit"]] for row in rows]
    assert {each.unit.psu for each in locked.units} - {each.psu for each in of_row}
    items = np.array(
        [
            [layout.score(code) if (code := row["answers"][p.first]) in p.codes else np.nan for p in layout.scored]
            for row in rows
        ]
    )
    design = Design(
        [weights[row["sample_unit"]] for row in rows],
        strata=[each.stratum for each in of_row],
        stages=[[each.psu for each in of_row]],
        lonely_psu="average",
    )
    by = [str(each.agency_id) for each in of_row]
    place = {p.item.code: at for at, p in enumerate(layout.scored)}
    named = {"index": list(place), **measures(layout), **{code: [code] for code in place}}
    return whole_sample_index(design, items, by, {name: [place[code] for code in of] for name, of in named.items()})


@pytest.mark.parametrize(
    ("score", "codes"), [("{share_of: [4, 5]}", 5), ("{mean_of: [1, 5]}", 5), ("{mean_of: [200, 1]}", 200)]
)
async def test_a_round_gives_the_numbers_of_its_responses(
    db: Database, tenant: UUID, owner: Owner, score: str, codes: int
) -> None:
    round_id = await mixed_round(db, tenant, owner, score, codes)
    right = await right_numbers(db, tenant, owner, round_id)
    run = await estimates.compute(db, tenant, round_id, actor="system")
    found = await owner.fetch("select * from survey_estimates where run_id = $1", run)
    assert {(str(row["agency_id"]), row["measure"]) for row in found} == right.keys()
    suppressed = 0
    for row in found:
        value, se, df, n, n_eff = right[str(row["agency_id"]), row["measure"]]
        suppressed += row["suppressed"]
        assert (row["n"], row["suppressed"]) == (n, n < 8)
        if row["suppressed"]:
            assert (row["value"], row["se"], row["df"], row["n_eff"]) == (None, None, None, None)
        else:
            assert row["value"] == estimates.exact(value)
            assert (row["se"] is None) == bool(np.isnan(se))
            assert (se if row["se"] is None else row["se"], row["df"], row["n_eff"]) == (
                pytest.approx(se, rel=1e-12, abs=1e-15, nan_ok=True), df, pytest.approx(n_eff, rel=1e-12)
            )  # fmt: skip
    assert 0 < suppressed < len(found)


async def test_the_blocks_are_those_of_the_communes_that_answered_and_silent_ones_leave_the_design(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    round_id = await mixed_round(db, tenant, owner, "{share_of: [4, 5]}", 5)
    async with db.transaction(tenant) as connection:
        locked = await opening.locked(connection, round_id)
        packing, weights = packing_of(locked), weigh(locked.units)
        blocks = [unpack(block) async for block in packed_blocks(connection, locked, packing, weights)]
    assert packing.scores == (0.0, 1.0), "the bytes of a share are its scores themselves"
    answered = {(each.unit.stratum, each.unit.psu) for each in locked.units if each.answered}
    assert ("S0", "X1") in {(each.unit.stratum, each.unit.psu) for each in locked.units} - answered
    assert [(block.stratum, block.unit) for block in blocks] == sorted(answered)
    assert all(block.weights.all() for block in blocks)
    assert sum(len(block.weights) for block in blocks) == sum(each.answered for each in locked.units)
    run = await estimates.compute(db, tenant, round_id, actor="system")
    async with db.transaction(tenant) as connection:
        found = await estimates.newest_run(connection, round_id)
    assert found is not None
    assert found.id == run
    method = found.method
    silent = {(each.unit.stratum, each.unit.psu) for each in locked.units} - answered
    assert (method["psus"], method["silent_psus"], method["lonely_psu"]) == (len(answered), len(silent), "average")
    assert method["interval"] == "auto"
    assert method["deff"]["index"] > 0


async def test_the_same_answers_give_the_same_bytes_whatever_order_they_lie_in(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    round_id = await mixed_round(db, tenant, owner, "{mean_of: [1, 5]}", 5)

    async def blocks() -> list[bytes]:
        async with db.transaction(tenant) as connection:
            locked = await opening.locked(connection, round_id)
            return [b async for b in packed_blocks(connection, locked, packing_of(locked), weigh(locked.units))]

    before = await blocks()
    await owner.execute("set session_replication_role = replica")
    await owner.execute(
        """with gone as (delete from responses where survey_round = $1 returning *)
        insert into responses select * from gone order by md5(id::text)""",
        round_id,
    )
    assert await blocks() == before


async def test_eight_times_the_responses_take_no_more_memory_and_no_more_queries(
    db: Database, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "WAITING", 1 << 14)
    peaks, asked = [], []
    for code, times in (("demo", 1), ("khac", 8)):
        own = await tenants.by_code(db, code)
        assert own is not None
        field = await a_field(db, own.id, people=0, communes=40)
        await owner.execute("update sample_units set drawn = 500 where survey_round = $1", field.round.id)
        await owner.execute(
            f"""insert into responses (tenant_id, survey_round, id, client_id, content, day, channel, sample_unit, answers)
            select $1, $2, gen_random_uuid(), gen_random_uuid(), 'x', current_date, 'web', u.id,
                array_fill(4::smallint, array[{field.layout.length}])
            from sample_units u, generate_series(1, $3) where u.survey_round = $2""",
            own.id, field.round.id, 13 * times,
        )  # fmt: skip
        await lock.lock(db, own.id, field.round.id, decision="1", reason="x", actor="system")
        counting = Counting(db.pool)
        tracemalloc.start()
        await estimates.compute(counting, own.id, field.round.id, actor="system")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        asked.append(len(counting.queries))
    assert asked[0] == asked[1] < 20
    assert peaks[1] < 1.3 * peaks[0]


async def test_an_open_round_is_not_packed(db: Database, field: Field) -> None:
    async with db.transaction(field.tenant_id) as connection:
        with pytest.raises(Refused, match="round_not_locked"):
            await opening.locked(connection, field.round.id)


@pytest.mark.parametrize("scores", [2, 127, 128, 129, 255])
def test_every_score_has_a_byte_of_its_own_and_none_is_that_of_an_absence(scores: int) -> None:
    stored = _bytes(scores)
    assert len(set(stored.tolist())) == scores
    assert MISSING not in stored
    assert stored[:128].tolist() == list(range(min(scores, 128)))
