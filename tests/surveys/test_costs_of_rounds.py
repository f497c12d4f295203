"""What locking a round, computing and exporting it ask of the database does not grow with agencies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.results import estimates, microdata
from parindex.surveys.rounds import lock
from tests.surveys.survey_fields import a_field, submission


async def costs(
    db: Database, intake: Intake, tenant: UUID, agencies: int, count_queries: Callable[[], int]
) -> dict[str, int]:
    """Statements of each deed on a round of so many agencies, from which every invited person has answered."""
    codes = tuple(f"T{number:02}" for number in range(agencies))
    field = await a_field(db, tenant, codes=codes, people=2, communes=2)
    sent = [submission(field, place) for place in range(len(field.tokens))]
    await asyncio.gather(*(intake.submit(tenant, field.round.id, each) for each in sent))
    asked = [count_queries()]
    async with db.transaction(tenant) as connection:
        await lock.begin(connection, field.round.id, decision="01/QĐ", reason="Kết thúc", actor="system")
    asked.append(count_queries())
    await lock.finish(db, tenant, field.round.id)
    asked.append(count_queries())
    run = await estimates.compute(db, tenant, field.round.id, actor="system")
    asked.append(count_queries())
    data = await microdata.prepare(db, tenant, field.round.id, reason="Kiểm tra", actor="system")
    assert len([piece async for piece in microdata.stream(db, tenant, data)]) > 1
    asked.append(count_queries())
    async with db.transaction(tenant) as connection:
        assert len({row.agency for row in await estimates.of_run(connection, run)}) == agencies
    names = ("close the intake", "lock", "estimate", "export")
    return {name: after - before for name, before, after in zip(names, asked, asked[1:], strict=False)}


async def test_a_deed_over_a_round_asks_as_much_of_25_agencies_as_of_5(
    db: Database, intake: Intake, tenant: UUID, other_tenant: UUID, count_queries: Callable[[], int]
) -> None:
    small = await costs(db, intake, tenant, 5, count_queries)
    large = await costs(db, intake, other_tenant, 25, count_queries)
    assert large == small
    assert all(0 < asked <= 60 for asked in small.values()), small
