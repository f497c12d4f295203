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
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.results import microdata, weighting
from parindex.surveys.results.codebook import WHY, columns
from parindex.surveys.rounds import lock, opening
from tests.conftest import post_form
from tests.surveys.survey_fields import Field, a_field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]


async def locked(intake: Intake, db: Database, field: Field, count: int) -> None:
    """Answers to the first ``count`` invitations, then the lock."""
    sent = [submission(field, place, texts={"A.2": "Tày"}) for place in range(count)]
    await asyncio.gather(*(intake.submit(field.tenant_id, field.round.id, each) for each in sent))
    await lock.lock(db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc", actor="system")


async def file(db: Database, field: Field) -> list[dict[str, str]]:
    data = await microdata.prepare(db, field.tenant_id, field.round.id, reason="Kiểm tra", actor="system")
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
    assert len({(row["stratum"], row["psu"]) for row in rows}) == len(units) / 2
    for name, distinct in (("stratum", 2), ("psu", 8)):
        assert {int(row[name]) for row in rows} == set(range(1, distinct + 1))


async def test_nothing_in_the_file_names_a_response_a_day_a_place_or_a_word(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    days = {value.isoformat() for value in [submission(field).day]}
    await locked(intake, db, field, len(field.tokens))
    data = await microdata.prepare(db, field.tenant_id, field.round.id, reason="Kiểm tra", actor="system")
    content = b"".join([piece async for piece in microdata.stream(db, field.tenant_id, data)]).decode()
    stored = await owner.fetch("select id::text, client_id::text, sample_unit::text from responses")
    held = {value for row in stored for value in row.values()} | days | {"web", "early", "middle", "late"}
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
        await microdata.prepare(db, field.tenant_id, field.round.id, reason="Kiểm tra", actor="system")
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'surveys:responses:export'") == 0


async def test_a_reader_who_leaves_gives_the_connection_back(
    intake: Intake, db: Database, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = await a_field(db, tenant, people=10)
    await locked(intake, db, field, len(field.tokens))
    monkeypatch.setattr(microdata, "_CHUNKS", 1)
    data = await microdata.prepare(db, tenant, field.round.id, reason="Kiểm tra", actor="system")
    for _ in range(2 * db.pool.get_max_size()):
        pieces = microdata.stream(db, tenant, data)
        await anext(pieces)
        await anext(pieces)
        await pieces.aclose()  # type: ignore[attr-defined]
    assert db.pool.get_idle_size() == db.pool.get_size()


async def test_the_exact_file_holds_variance_units_and_weights_and_no_village(
    intake: Intake, field: Field, db: Database
) -> None:
    await locked(intake, db, field, len(field.tokens))
    (first, *_) = await file(db, field)
    assert [name for name in first if name not in {*columns(field.layout)} and not name.endswith(WHY)] == [
        "agency", "stratum", "psu", "weight",
    ]  # fmt: skip
    assert all(repr(float(row["weight"])) == row["weight"] for row in await file(db, field))


async def test_a_file_has_numbers_of_its_own_and_the_lines_of_the_lock(
    intake: Intake, db: Database, tenant: UUID, owner: Owner
) -> None:
    field = await a_field(db, tenant, communes=20, people=1)
    await locked(intake, db, field, len(field.tokens))
    one, other = await file(db, field), await file(db, field)
    assert [row["psu"] for row in one] != [row["psu"] for row in other]
    assert [row["agency"] for row in one] == [row["agency"] for row in other]
    stored = await owner.fetch(
        """select a.code, u.psu from responses r join sample_units u on u.id = r.sample_unit
        join agencies a on a.id = u.agency_id order by r.id"""
    )
    number_of = dict(zip(((row["code"], row["psu"]) for row in stored), (row["psu"] for row in one), strict=True))
    assert len(set(number_of.values())) == len(number_of) == 40
    assert [number_of[row["code"], row["psu"]] for row in stored] == [row["psu"] for row in one]


async def test_the_index_manager_takes_the_file_for_a_reason_and_others_do_not(
    intake: Intake, client: AsyncClient, signed_in: SignIn, field: Field, db: Database, owner: Owner
) -> None:
    address = f"/work/surveys/{field.round.id}"
    person = await signed_in("index_manager")
    assert (await client.get(f"{address}/exact-file")).status_code == 403
    await locked(intake, db, field, len(field.tokens))
    assert f'href="{address}/exact-file"' in (await client.get(address)).text
    page = (await client.get(f"{address}/exact-file")).text
    assert "Người có phương án chọn mẫu có thể suy ra xã, thôn từ quyền số." in page
    assert "về bản tải xuống: giữ kín, chỉ dùng vào việc đã ghi, xóa khi xong việc." in page
    assert (await client.get(f"{address}/responses.csv")).status_code == 405
    refused = await post_form(client, f"{address}/responses.csv", reason=" ")
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'surveys:responses:export'") == 0
    given = await post_form(client, f"{address}/responses.csv", reason="Báo cáo của Hội đồng")
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/csv; charset=utf-8"
    assert given.headers["content-disposition"].startswith("attachment")
    assert len(given.text.splitlines()) == 1 + len(field.tokens)
    told = await owner.fetchrow(
        "select actor, after ->> 'reason' from audit_rows where tag = 'surveys:responses:export'"
    )
    assert told is not None
    assert tuple(told) == (str(person), "Báo cáo của Hội đồng")
    for role in ("secretary", "auditor", "appraiser"):
        await signed_in(role)
        assert (await client.get(f"{address}/exact-file")).status_code == 403
        assert (await post_form(client, f"{address}/responses.csv", reason="x")).status_code == 403
