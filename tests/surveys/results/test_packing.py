"""Packed blocks of a round give the numbers that its responses give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parindex.errors import Refused
from parindex.statistics import MISSING, pack, packed_parts, streamed, unpack
from parindex.store.database import Database
from parindex.surveys.answers.intake import Intake
from parindex.surveys.results import estimates
from parindex.surveys.results.packing import packed_blocks
from tests.surveys.results.test_estimates import answered_round
from tests.surveys.survey_fields import Field


async def test_the_blocks_of_a_round_give_the_estimates_of_its_responses(
    db: Database, intake: Intake, field: Field
) -> None:
    given = await answered_round(db, intake, field)
    await estimates.compute(db, field.tenant_id, field.round.id, actor="system")
    async with db.transaction(field.tenant_id) as connection:
        found = {(e.agency, e.measure): e for e in await estimates.of_cycle(connection, field.round.cycle_id)}
        packed = await packed_blocks(connection, field.round.id)
    assert len(packed.blocks) == len({(unit.stratum, unit.psu) for unit in field.units})
    blocks = [unpack(block) for block in packed.blocks]
    assert sum(len(block.weights) for block in blocks) == len(given)
    shares = [
        pack(replace(b, items=np.where(b.items == MISSING, MISSING, b.items >= 4).astype(np.int8))) for b in blocks
    ]
    means = streamed(packed_parts(shares, labels=[packed.agencies], by=[0]), lonely_psu="adjust").means()
    seen = 0
    for at in range(len(means.keys)):
        for item, code in enumerate(packed.items):
            own = means.estimate(at, item)
            agency = next(a for a in ("tinh-a", "tinh-b") if (a, code) in found and _same(found[a, code], own))
            seen += found[agency, code].df == own.df
    assert seen == 2 * len(packed.items)


def _same(stored: object, own: object) -> bool:
    pair = [(float(getattr(e, "value")), float(getattr(e, "se")), getattr(e, "n")) for e in (stored, own)]  # noqa: B009
    return bool(np.allclose(pair[0], pair[1], rtol=1e-9, atol=1e-10))


async def test_an_open_round_is_not_packed(db: Database, field: Field) -> None:
    async with db.transaction(field.tenant_id) as connection:
        with pytest.raises(Refused, match="round_not_locked"):
            await packed_blocks(connection, field.round.id)
