"""The answers of a locked round as a file: what it holds, who gets it, what it leaves out."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient

from parindex.errors import Refused
from parindex.store.database import Database
from parindex.surveys.answers.intake import Intake
from parindex.surveys.results import microdata, weighting
from parindex.surveys.results.codebook import WHY, columns
from parindex.surveys.rounds import lock, opening
from tests.surveys.survey_fields import Field, a_field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]


async def locked(intake: Intake, db: Database, field: Field, count: int) -> None:
    """Answers to the first ``count`` invitations, then the lock."""
    sent = [submission(field, place, texts={"A.2": "Tày"}) for place in range(count)]
    await asyncio.gather(*(intake.submit(field.tenant_id, field.round.id, each) for each in sent))
    await lock.lock(db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc", actor="system")


async def file(db: Database, field: Field) -> list[dict[str, str]]:
    data = await microdata.prepare(db, field.tenant_id, field.round.id, actor="system")
    content = b"".join([piece async for piece in microdata.stream(db, field.tenant_id, data)])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True))
    assert len(rows) == data.rows
    return rows


async def test_every_answer_stands_under_its_item_and_weights_sum_to_those_of_the_round(
    intake: Intake, field: Field, db: Database
) -> None:
    await locked(intake, db, field, len(field.tokens))
    rows = await file(db, field)
    async with db.transaction(field.tenant_id) as connection:
        units = await opening.progress(connection, field.round.id)
    expected = dict(zip(columns(field.layout), submission(field).answers, strict=True))
    for row in rows:
        assert {name: row[name] for name in expected} == {
            name: "" if value is None or value < 0 else str(value) for name, value in expected.items()
        }
        assert {name: row[name + WHY] for name in expected} == {
            name: str(value) if value is not None and value < 0 else "" for name, value in expected.items()
        }
    total = sum(float(row["weight"]) for row in rows)
    assert total == pytest.approx(weighting.weigh(units).steps[-1].total, rel=1e-12)
    assert Counter(row["agency"] for row in rows) == {"tinh-a": 24, "tinh-b": 24}
    assert len({(row["stratum"], row["psu"], row["ssu"]) for row in rows}) == len(units)
    for name, distinct in (("stratum", 2), ("psu", 8), ("ssu", 16)):
        assert {int(row[name]) for row in rows} == set(range(1, distinct + 1))


async def test_nothing_in_the_file_names_a_response_a_day_a_place_or_a_word(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await locked(intake, db, field, len(field.tokens))
    data = await microdata.prepare(db, field.tenant_id, field.round.id, actor="system")
    content = b"".join([piece async for piece in microdata.stream(db, field.tenant_id, data)]).decode()
    stored = await owner.fetch("select id::text, client_id::text, sample_unit::text, day::text from responses")
    held = {value for row in stored for value in row.values()}
    held |= {each.psu_name for each in field.units} | {each.ssu for each in field.units} | {"Tày"}
    assert not [value for value in held if value in content]


async def test_an_agency_below_the_minimum_is_left_out_whole_and_counted_on_record(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await locked(intake, db, field, 24 + 4)
    rows = await file(db, field)
    assert {row["agency"] for row in rows} == {"tinh-a"}
    told = await owner.fetchval("select after from audit_rows where tag = 'surveys:responses:export'")
    assert '"rows": 24' in told
    assert '"withheld_agencies": 1' in told


async def test_an_open_round_gives_no_file_and_leaves_no_record(field: Field, db: Database, owner: Owner) -> None:
    with pytest.raises(Refused, match="round_not_locked"):
        await microdata.prepare(db, field.tenant_id, field.round.id, actor="system")
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'surveys:responses:export'") == 0


async def test_a_reader_who_leaves_gives_the_connection_back(
    intake: Intake, db: Database, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = await a_field(db, tenant, people=10)
    await locked(intake, db, field, len(field.tokens))
    monkeypatch.setattr(microdata, "_CHUNKS", 1)
    data = await microdata.prepare(db, tenant, field.round.id, actor="system")
    for _ in range(2 * db.pool.get_max_size()):
        pieces = microdata.stream(db, tenant, data)
        await anext(pieces)
        await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
    assert db.pool.get_idle_size() == db.pool.get_size()


async def test_the_index_manager_takes_the_file_and_others_do_not(
    intake: Intake, client: AsyncClient, signed_in: SignIn, field: Field, db: Database
) -> None:
    address = f"/work/surveys/{field.round.id}/responses.csv"
    await signed_in("index_manager")
    assert (await client.get(address)).status_code == 403
    await locked(intake, db, field, len(field.tokens))
    given = await client.get(address)
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/csv; charset=utf-8"
    assert given.headers["content-disposition"].startswith("attachment")
    assert len(given.text.splitlines()) == 1 + len(field.tokens)
    assert "responses.csv" in (await client.get(f"/work/surveys/{field.round.id}")).text
    for role in ("secretary", "auditor", "appraiser"):
        await signed_in(role)
        assert (await client.get(address)).status_code == 403
