"""Where in a request a connection is, and at which byte a limit is passed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.errors import Refused
from parindex.serving.request_limits import MOST_HEAD_BYTES, MOST_LINE_BYTES, ConnectionReading, RequestPart

STREAM = (
    b"GET /one HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n"
    b"\r\nPOST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /three HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
    b"GET /four HTTP/1.1\r\nHo"
)


def read(*received: bytes) -> ConnectionReading:
    reading = ConnectionReading()
    for piece in received:
        reading.take(piece)
    return reading


def pieces(content: bytes, step: int) -> Iterator[bytes]:
    return (content[start : start + step] for start in range(0, len(content), step))


def refusal(*received: bytes) -> tuple[str, int]:
    """The code, and how many bytes had been taken; as a connection does, no piece is larger than there is room."""
    reading, taken = ConnectionReading(), 0
    for piece in received:
        rest = piece
        while rest:
            part, rest = rest[: reading.room], rest[reading.room :]
            try:
                reading.take(part)
            except Refused as refused:
                return refused.code, taken
            taken += len(part)
    return "", taken


@given(st.lists(st.integers(0, len(STREAM)), max_size=12).map(sorted))
def test_it_is_the_same_wherever_the_bytes_are_cut(cuts: list[int]) -> None:
    ends = [0, *cuts, len(STREAM)]
    reading = read(*(STREAM[start:end] for start, end in pairwise(ends)))
    assert (reading.heads, reading.whole, reading.place) == (3, 3, RequestPart.HEAD)


@pytest.mark.parametrize(
    ("so_far", "place"),
    [
        (b"", RequestPart.BETWEEN),
        (b"\r\n", RequestPart.BETWEEN),
        (b"G", RequestPart.HEAD),
        (b"GET / HTTP/1.1\r\n\r", RequestPart.HEAD),
        (b"GET / HTTP/1.1\r\n\r\n", RequestPart.BETWEEN),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", RequestPart.BODY),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na", RequestPart.BODY),
        (b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", RequestPart.BETWEEN),
    ],
)
def test_it_knows_where_in_a_request_it_is(so_far: bytes, place: RequestPart) -> None:
    assert read(so_far).place is place


@pytest.mark.parametrize(("length", "code"), [(MOST_LINE_BYTES, ""), (MOST_LINE_BYTES + 1, "address_too_long")])
def test_an_address_is_taken_up_to_its_limit(length: int, code: str) -> None:
    line = b"GET /" + b"a" * (length - 1) + b" HTTP/1.1\r\n\r\n"
    assert refusal(line)[0] == code
    assert refusal(*pieces(line, 100))[0] == code


@pytest.mark.parametrize(("excess", "code"), [(0, ""), (1, "headers_too_large")])
@pytest.mark.parametrize("step", [1, 1000, MOST_HEAD_BYTES])
def test_headers_are_taken_up_to_their_limit_whether_they_are_few_or_many(excess: int, code: str, step: int) -> None:
    start, end = b"GET / HTTP/1.1\r\n", b"\r\n\r\n"
    room = MOST_HEAD_BYTES - len(start) - len(end) + excess
    many = b"a: \r\n" * (room // 5 - 1)
    for headers in (b"Cookie: ".ljust(room, b"a"), many + b"b: ".ljust(room - len(many), b"b")):
        head = start + headers + end
        assert len(head) == MOST_HEAD_BYTES + excess
        assert refusal(*pieces(head, step))[0] == code


def test_what_came_before_a_head_and_after_it_does_not_count() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 30000\r\nCookie: " + b"a" * 20_000 + b"\r\n\r\n"
    assert refusal(*pieces((head + b"b" * 30_000) * 5, 30_000)) == ("", 5 * (len(head) + 30_000))


@pytest.mark.parametrize("size", [7, 1000, MOST_HEAD_BYTES])
@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/1.1\r\nCookie: ",
        b"GET / HTTP/1.1\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: ",
    ],
    ids=["value", "name", "chunk extension", "trailer"],
)
def test_what_has_no_end_is_refused_before_much_of_it_is_held(start: bytes, size: int) -> None:
    code, taken = refusal(start, *[b"a" * size] * (3 * MOST_HEAD_BYTES // size))
    assert code == "headers_too_large"
    assert taken <= MOST_HEAD_BYTES + len(start)


def test_empty_lines_have_no_end_either() -> None:
    assert refusal(*[b"\r\n" * 500] * 100)[0] == "headers_too_large"


def test_a_long_body_is_no_head() -> None:
    reading = read(b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n", *[b"a" * 25_000] * 20)
    assert (reading.whole, reading.body) == (1, 500_000)


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"X: a\nTransfer-Encoding: chunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
    ],
)
def test_a_body_whose_end_could_be_read_in_two_ways_is_refused(headers: bytes) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\n\r\n"
    assert refusal(request)[0] == "bad_request"


def test_after_another_protocol_was_asked_for_nothing_is_http() -> None:
    reading = read(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
    assert (reading.ended, reading.whole) == (True, 1)
