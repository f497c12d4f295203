"""Packed answers: the same bytes for the reader, whole or in pieces, and nothing left open."""

from __future__ import annotations

import asyncio
import gc
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar, Response, get
from litestar.exceptions import LitestarException
from litestar.params import FromPath
from litestar.response import Stream

from parindex.api.shared.compression import PACKED, SMALLEST

PIECES = [b"one " * 40, b"", b"two " * 4000]


@get("/whole/{size:int}", media_type="application/octet-stream", sync_to_thread=False)
def whole(size: FromPath[int]) -> Response[bytes]:
    return Response(b"a" * size, media_type="application/octet-stream", headers={"Vary": "Cookie"})


@get("/pieces", sync_to_thread=False)
def in_pieces() -> Stream:
    return Stream(iter(PIECES), media_type="application/octet-stream")


@get("/broken", sync_to_thread=False)
def broken() -> Stream:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        raise RuntimeError("the source went away")

    return Stream(pieces(), media_type="application/octet-stream")


APPLICATION = Litestar([whole, in_pieces, broken], compression_config=PACKED, openapi_config=None)


async def asked(path: str, accept: str = "gzip") -> tuple[Any, bytes]:
    """Headers of an answer, and its body as it travelled."""
    async with (
        AsyncClient(transport=ASGITransport(APPLICATION), base_url="http://test") as client,
        client.stream("GET", path, headers={"accept-encoding": accept}) as answer,
    ):
        assert answer.status_code == 200
        return answer.headers, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.mark.parametrize("size", [SMALLEST, SMALLEST + 1, 300_000])
async def test_a_large_answer_travels_packed_with_the_length_that_travels(size: int) -> None:
    headers, body = await asked(f"/whole/{size}")
    assert gzip.decompress(body) == b"a" * size
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    assert headers["vary"] == "Cookie,Accept-Encoding"


@pytest.mark.parametrize(("size", "accept"), [(0, "gzip"), (SMALLEST - 1, "gzip"), (SMALLEST, "br"), (SMALLEST, "")])
async def test_a_small_answer_and_a_reader_who_takes_no_gzip_get_it_as_it_is(size: int, accept: str) -> None:
    headers, body = await asked(f"/whole/{size}", accept)
    assert body == b"a" * size
    assert (headers.get("content-encoding"), headers["content-length"]) == (None, str(size))


async def test_pieces_travel_packed_and_can_be_read_before_the_next_one_comes() -> None:
    travelled: list[bytes] = []
    ended = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            travelled.append(message["body"])
            if not message["more_body"]:
                ended.set()

    scope = {
        "type": "http", "method": "GET", "path": "/pieces", "raw_path": b"/pieces", "query_string": b"",
        "headers": [(b"accept-encoding", b"gzip")], "http_version": "1.1", "scheme": "http", "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("test", 80), "state": {}, "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive() -> Any:
        await ended.wait()
        return {"type": "http.disconnect"}

    await APPLICATION(scope, receive, send)  # type: ignore[arg-type]
    unpacking = zlib.decompressobj(31)
    assert [unpacking.decompress(piece) for piece in travelled] == [*PIECES, b""]
    assert unpacking.eof
    headers, body = await asked("/pieces")
    assert (gzip.decompress(body), headers["content-encoding"]) == (b"".join(PIECES), "gzip")
    assert "content-length" not in headers


async def test_an_answer_that_breaks_off_leaves_nothing_open() -> None:
    """What is left open is complained of when it is collected; complaints are errors here."""
    with pytest.raises(LitestarException, match="after response started"):
        await asked("/broken")
    gc.collect()


async def test_a_form_without_its_token_is_refused_and_leaves_nothing_open(client: AsyncClient) -> None:
    """Its refusal is told outside of what packs: the answer that was begun never comes."""
    answer = await client.post("/sign-in", data={"name": "a"}, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 403
    gc.collect()
