"""Kiosks and peers: idempotent, durable, and refused with a reason when hostile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from parindex.api.shared.services import Services
from parindex.api.v1 import survey_responses
from parindex.store.database import Database
from parindex.surveys.answers.limits import Limit
from parindex.surveys.rounds import lock
from tests.surveys.serving_responses import served
from tests.surveys.survey_fields import Field, answered

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_responses, "today_in", lambda _: date(2026, 11, 21))
    monkeypatch.setattr(survey_responses, "GUESSES", Limit(burst=5, per_minute=1))
    monkeypatch.setattr(survey_responses, "LINK", Limit(burst=1000, per_minute=1000))


@pytest.fixture(params=["the application", "the server"])
async def client(
    request: pytest.FixtureRequest, services: Services, client: AsyncClient, app: Litestar
) -> AsyncIterator[AsyncClient]:
    """A kiosk: the same is true of both ways in."""
    if request.param == "the application":
        yield client
        return
    async with served(app, services) as port, AsyncClient(base_url=f"http://127.0.0.1:{port}") as kiosk:
        yield kiosk


def body(field: Field, place: int = 0, **changes: Any) -> dict[str, Any]:
    given = {
        "id": str(uuid4()),
        "invitation": field.tokens[place],
        "answers": answered(field.layout),
        "channel": "kiosk",
    }
    return given | changes


async def send(client: AsyncClient, field: Field, content: Any, round_id: UUID | None = None) -> Response:
    return await client.post(f"/api/v1/survey-rounds/{round_id or field.round.id}/responses", json=content)


async def test_new_is_201_repeated_is_200_and_both_have_the_same_receipt(
    client: AsyncClient, field: Field, owner: Owner
) -> None:
    one = body(field)
    first, second = await send(client, field, one), await send(client, field, one)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["receipt"] == second.json()["receipt"]
    assert second.json()["repeated"] is True
    assert await owner.fetchval("select count(*) from responses") == 1


async def test_the_same_id_with_other_content_is_a_conflict(client: AsyncClient, field: Field) -> None:
    one = body(field)
    await send(client, field, one)
    other = await send(client, field, one | {"answers": answered(field.layout, value=1)})
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["code"] == "response_differs"


async def test_a_used_invitation_an_unknown_one_and_a_closed_round_are_told_apart(
    client: AsyncClient, field: Field, db: Database
) -> None:
    await send(client, field, body(field))
    assert (await send(client, field, body(field))).json()["code"] == "invitation_used"
    assert (await send(client, field, body(field, invitation="A" * 22))).json()["code"] == "invitation_unknown"
    assert (await send(client, field, body(field), uuid4())).json()["code"] == "survey_round_unknown"
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    closed = await send(client, field, body(field, 1))
    assert (closed.status_code, closed.json()["code"]) == (410, "round_closed")


HOSTILE: list[tuple[str, dict[str, Any], int]] = [
    ("too few answers", {"answers": [1]}, 422),
    ("too many answers", {"answers": [1] * 1999}, 422),
    ("more answers than any questionnaire", {"answers": [1] * 5000}, 400),
    ("a code that no item has", {"answers": [9] * 94}, 422),
    ("a number beyond smallint", {"answers": [10**12] * 94}, 422),
    ("a number beyond int64", {"answers": [10**30] * 94}, 422),
    ("a negative code that does not exist", {"answers": [-6] * 94}, 422),
    ("don't know where it is not offered", {"answers": [-1] * 94}, 422),
    ("nulls where the form asks", {"answers": [None] * 94}, 422),
    ("fractions", {"answers": [1.5] * 94}, 400),
    ("words", {"answers": ["không"] * 94}, 400),
    ("truth values", {"answers": [True] * 94}, 400),
    ("nested lists", {"answers": [[1]] * 94}, 400),
    ("an object for answers", {"answers": {"1": 2}}, 400),
    ("a text for an item that takes none", {"texts": {"1": "x"}}, 422),
    ("a text for an unknown item", {"texts": {"x" * 500: "x"}}, 422),
    ("an empty text", {"texts": {"A.2": "  "}}, 422),
    ("a text that is too long", {"texts": {"A.2": "x" * 2001}}, 422),
    ("control characters", {"texts": {"A.2": "a\x00b"}}, 422),
    ("an id that is none", {"id": "1"}, 400),
    ("a token of another length", {"invitation": "short"}, 400),
    ("an unknown channel", {"channel": "web"}, 400),
    ("an unknown field", {"score": 100}, 400),
]


@pytest.mark.parametrize(("what", "changes", "status"), HOSTILE, ids=[case[0] for case in HOSTILE])
async def test_hostile_input_is_refused_and_uses_nothing_up(
    client: AsyncClient, field: Field, owner: Owner, what: str, changes: dict[str, Any], status: int
) -> None:
    refused = await send(client, field, body(field, **changes))
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert await owner.fetchval("select count(*) from responses") == 0
    assert await owner.fetchval("select count(*) from invitations where used") == 0


async def test_every_fault_of_a_response_is_named_at_once(client: AsyncClient, field: Field) -> None:
    answers = answered(field.layout)
    answers[field.layout.places["3"].first] = 7
    answers[field.layout.places["9"].first] = None
    refused = await send(client, field, body(field, answers=answers, texts={"A.2": ""}))
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [
        ("3", "answer_unknown"), ("9", "answer_missing"), ("A.2", "text_invalid"),
    ]  # fmt: skip


async def test_a_body_that_is_too_large_or_not_json_is_refused(client: AsyncClient, field: Field) -> None:
    path = f"/api/v1/survey-rounds/{field.round.id}/responses"
    large = await client.post(
        path, content=b'{"id": "' + b"x" * 100_000 + b'"}', headers={"content-type": "application/json"}
    )
    assert large.status_code == 413
    broken = await client.post(path, content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400


async def test_guessed_tokens_are_limited_by_address_and_valid_ones_by_link(
    client: AsyncClient, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_responses, "LINK", Limit(burst=2, per_minute=1))
    one = body(field)
    assert [(await send(client, field, one)).status_code for _ in range(3)] == [201, 200, 429]
    assert (await send(client, field, body(field, 1))).status_code == 201
    codes = [(await send(client, field, body(field, invitation="A" * 21 + c))).status_code for c in "abcdefg"]
    assert codes == [404] * 5 + [429] * 2
    assert (await send(client, field, body(field, 2))).status_code == 201, (
        "a valid invitation waits for nobody's guesses"
    )


async def test_a_round_describes_the_order_of_its_answers(client: AsyncClient, field: Field) -> None:
    told = (await client.get(f"/api/v1/survey-rounds/{field.round.id}")).json()
    assert (told["instrument"], told["version"], told["form"]) == ("sipas", "2026", "short")
    assert len(told["positions"]) == field.layout.length
    first = told["positions"][field.layout.places["1"].first]
    assert (first["item"], first["asked"], [c for c in first["codes"] if c > 0]) == ("1", True, [1, 2, 3, 4, 5])
    assert (await client.get(f"/api/v1/survey-rounds/{uuid4()}")).status_code == 404


async def test_another_tenants_address_does_not_know_the_round(client: AsyncClient, field: Field) -> None:
    answer = await client.post(f"/t/khac/api/v1/survey-rounds/{field.round.id}/responses", json=body(field))
    assert (answer.status_code, answer.json()["code"]) == (404, "survey_round_unknown")
