"""What the intake reads itself, what it leaves to the application, and what becomes of a connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import pytest
from httpx import AsyncClient
from litestar import Litestar

from parindex.api.shared.page import SECURITY_HEADERS
from parindex.api.shared.services import Services
from parindex.api.v1 import responses_intake, survey_responses
from parindex.errors import Refused
from parindex.surveys.answers.limits import Limit
from tests.surveys.serving_responses import served
from tests.surveys.survey_fields import Field, answered

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture(autouse=True)
def open_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_responses, "today_in", lambda _: date(2026, 11, 21))
    monkeypatch.setattr(survey_responses, "GUESSES", Limit(burst=50, per_minute=1))


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the intake took before the application."""
    came: list[Any] = []
    accept = survey_responses.accept

    async def watched(*given: Any, **named: Any) -> Any:
        came.append(given[3])
        return await accept(*given, **named)

    monkeypatch.setattr(responses_intake, "accept", watched)
    return came


class Line:
    """One connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *parts: bytes) -> None:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
            await asyncio.sleep(0.02)

    async def answer(self) -> tuple[int, dict[str, str], dict[str, Any]]:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 20)).decode()
        first, *lines = head.strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        told = json.loads(body) if "json" in headers.get("content-type", "") else {}
        return int(first.split()[1]), headers, told


@pytest.fixture
async def line(services: Services, client: AsyncClient, app: Litestar) -> AsyncIterator[Line]:
    del client
    async with served(app, services) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield Line(reader, writer)
        writer.close()
        await asyncio.wait({asyncio.ensure_future(writer.wait_closed())})


def post(field: Field, place: int = 0, headers: str = "", **changes: Any) -> bytes:
    given = {
        "id": str(uuid4()),
        "invitation": field.tokens[place],
        "answers": answered(field.layout),
        "channel": "kiosk",
    }
    body = json.dumps(given | changes).encode()
    path = f"/api/v1/survey-rounds/{field.round.id}/responses"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_a_post_in_one_piece_is_answered_with_every_header_of_the_house(
    line: Line, field: Field, taken: list[Any]
) -> None:
    await line.send(post(field))
    status, headers, told = await line.answer()
    assert (status, told["repeated"], len(taken)) == (201, False, 1)
    assert {name.lower(): value for name, value in SECURITY_HEADERS.items()}.items() <= headers.items()
    assert "date" in headers


@pytest.mark.parametrize("cut", [1, 60, 150, -1])
async def test_a_post_in_pieces_is_stored_once_wherever_it_is_cut(
    line: Line, field: Field, owner: Owner, cut: int
) -> None:
    whole = post(field)
    await line.send(whole[:cut], whole[cut:])
    assert (await line.answer())[0] == 201
    assert await owner.fetchval("select count(*) from responses") == 1


async def test_posts_and_pages_take_turns_on_one_connection_even_when_sent_at_once(
    line: Line, field: Field, taken: list[Any]
) -> None:
    page = b"GET /api/v1/survey-rounds/%b HTTP/1.1\r\nHost: localhost\r\n\r\n" % str(field.round.id).encode()
    await line.send(post(field, 0) + page + post(field, 1) + post(field, 2), page, post(field, 3))
    answers = [await line.answer() for _ in range(6)]
    assert [status for status, _, _ in answers] == [201, 200, 201, 201, 200, 201]
    assert [told.get("id") for _, _, told in answers if "id" in told] == [str(field.round.id)] * 2
    assert len(taken) == 4


@pytest.mark.parametrize(
    "headers",
    ["Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "X\x01: y\r\n", "Content-Length : 5\r\n"],
)
async def test_a_post_that_two_readers_would_end_at_different_places_is_refused(
    line: Line, field: Field, taken: list[Any], headers: str
) -> None:
    await line.send(post(field, headers=headers))
    status, _, problem = await line.answer()
    assert (status, problem["code"], taken) == (400, "bad_request", [])
    assert await line.reader.read() == b""


@pytest.mark.parametrize(
    ("headers", "interim"),
    [("Connection: close\r\n", b""), ("Expect: 100-continue\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")],
)
async def test_a_head_that_asks_for_more_of_the_connection_is_served(
    line: Line, field: Field, taken: list[Any], headers: str, interim: bytes
) -> None:
    await line.send(post(field, headers=headers))
    assert await line.reader.readexactly(len(interim)) == interim
    assert (await line.answer())[0] == 201
    assert len(taken) == 1


async def test_a_chunked_post_is_stored(line: Line, field: Field, owner: Owner) -> None:
    head, _, body = post(field).partition(b"\r\n\r\n")
    head = head[: head.index(b"Content-Length")] + b"Transfer-Encoding: chunked"
    await line.send(
        head + b"\r\n\r\n%x\r\n%b\r\n" % (30, body[:30]), b"%x\r\n%b\r\n0\r\n\r\n" % (len(body) - 30, body[30:])
    )
    assert (await line.answer())[0] == 201
    assert await owner.fetchval("select count(*) from responses") == 1


@pytest.mark.parametrize("size", [survey_responses.MOST_BYTES, survey_responses.MOST_BYTES + 1])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_is_read_to_its_limit_and_no_further(
    line: Line, field: Field, taken: list[Any], size: int, chunked: bool
) -> None:
    body = post(field).partition(b"\r\n\r\n")[2].ljust(size)
    framed = b"%x\r\n%b\r\n0\r\n\r\n" % (size, body) if chunked else body
    how = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    path = f"/api/v1/survey-rounds/{field.round.id}/responses".encode()
    await line.send(b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + how + b"\r\n\r\n" + framed)
    status, headers, problem = await line.answer()
    if size > survey_responses.MOST_BYTES:
        assert (status, headers["content-type"], problem["code"]) == (413, "application/problem+json", "too_large")
        assert taken == []
    else:
        assert (status, len(taken)) == (201, 1)


async def test_a_refusal_is_a_problem_in_the_readers_language(line: Line, field: Field) -> None:
    told = []
    for language in ("vi", "en"):
        await line.send(post(field, headers=f"Cookie: lang={language}\r\n", invitation="A" * 22))
        status, headers, problem = await line.answer()
        assert (status, headers["content-type"]) == (404, "application/problem+json")
        assert headers["cache-control"] == "no-store"
        assert problem["code"] == "invitation_unknown"
        told.append(problem["title"])
    assert len(set(told)) == 2


async def test_a_fault_of_the_house_is_an_answer_without_its_inside(
    line: Line, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("inside")

    monkeypatch.setattr(responses_intake, "accept", broken)
    await line.send(post(field))
    status, _, problem = await line.answer()
    assert (status, problem["code"]) == (500, "internal")
    assert "inside" not in json.dumps(problem)


async def test_a_server_that_stops_answers_the_post_that_it_has_taken(
    services: Services, client: AsyncClient, app: Litestar, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    del client
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: Any, **__: Any) -> Any:
        began.set()
        await go_on.wait()
        raise Refused("intake_full", seconds=5)

    monkeypatch.setattr(responses_intake, "accept", slow)
    server = served(app, services)
    port = await server.__aenter__()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = Line(reader, writer)
    await line.send(post(field))
    await began.wait()
    stopping = asyncio.create_task(server.__aexit__(None, None, None))
    await asyncio.sleep(0.2)
    assert not stopping.done()
    go_on.set()
    status, headers, _ = await line.answer()
    assert (status, headers["retry-after"]) == (503, "5")
    assert await reader.read() == b""
    writer.close()
    await stopping
