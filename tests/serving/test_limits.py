"""What one connection may send, how slowly, and what becomes of the others meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from parindex.serving import connection
from parindex.serving.request_limits import MOST_AT_ONCE
from tests.serving.houses import GET, House

POST = b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b"


async def test_a_header_of_80_megabytes_is_refused_early_and_others_are_answered_meanwhile() -> None:
    async with House().open() as house:
        attacker = await house.line(b"GET / HTTP/1.1\r\nCookie: ")
        sent = 0

        async def attack() -> None:
            nonlocal sent
            try:
                for _ in range(1250):
                    attacker.send(b"a" * 64_000)
                    await attacker.writer.drain()
                    sent += 64_000
            except ConnectionError:
                pass

        attacking = asyncio.create_task(attack())
        for _ in range(20):
            await house.serves()
        await attacking
        assert sent < 80_000_000
        assert house.seen == ["/length"] * 20


@pytest.mark.parametrize(
    ("request_head", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\nCookie: " + b"a" * 40_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\nCookie: " + b"a" * 32_000, 431, "headers_too_large"),
        (b"GET /" + b"a" * 9_000, 414, "address_too_long"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "bad_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400, "bad_request"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "bad_request"),
    ],
)
async def test_what_is_refused_before_it_is_a_request_is_a_problem_document(
    request_head: bytes, status: int, code: str
) -> None:
    async with House().open() as house:
        line = await house.line(request_head)
        assert await line.refused() == (status, code)
        assert house.seen == []


async def test_a_second_request_hidden_in_the_body_of_the_first_is_never_served() -> None:
    async with House().open() as house:
        head = b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        line = await house.line(head + b"0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await line.refused() == (400, "bad_request")
        assert house.seen == []


async def test_400_connections_that_say_nothing_or_half_are_ended_and_a_client_is_served_meanwhile() -> None:
    async with House().open(head_seconds=0.5) as house:
        lines = [await house.line(b"" if place % 2 else b"GET / HTTP/1.1\r\nHost: ") for place in range(400)]
        await house.serves()
        told = [await line.refused() for line in lines[::2]]
        for line in lines[1::2]:
            await line.over()
        assert set(told) == {(408, "request_too_slow")}
        await house.serves()


async def test_a_head_that_drips_is_no_faster_than_one_that_stops() -> None:
    async with House().open(head_seconds=0.3) as house:
        line = await house.line(b"GET / HTTP/1.1\r\n")
        over = asyncio.create_task(line.refused())
        while not over.done():
            line.send(b"a: b\r\n")
            await asyncio.sleep(0.02)
        assert await over == (408, "request_too_slow")


async def test_a_body_that_stops_is_ended_and_the_application_is_told() -> None:
    async with House().open(body_seconds=0.3) as house:
        line = await house.line(POST % (10, b"hello"))
        assert await line.refused() == (408, "request_too_slow")
        await house.ends("/length")


async def test_a_body_that_flows_may_take_longer() -> None:
    async with House().open(body_seconds=0.1) as house:
        line = await house.line(POST % (40_000, b""))
        for _ in range(10):
            line.send(b"a" * 4_000)
            await asyncio.sleep(0.05)
        assert await line.answer() == (200, {}, b"40000")


async def test_a_sender_does_not_answer_for_an_application_that_does_not_read() -> None:
    async with House().open(body_seconds=0.1) as house:
        line = await house.line(b"POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
        line.send(b"a" * 3_000_000)
        await house.sees("/late")
        await asyncio.sleep(0.6)
        house.go_on.set()
        assert await line.answer() == (200, {}, b"3000000")


async def test_a_slow_answer_of_ours_is_waited_for() -> None:
    async with House().open(head_seconds=0.1, keep_alive_seconds=1) as house:
        line = await house.line(GET.replace(b"length", b"late"))
        await house.sees("/late")
        line.send(b"\r\nGET /length HTTP/1.1\r\n")
        await asyncio.sleep(0.5)
        house.go_on.set()
        assert (await line.answer())[0] == 200


async def test_what_is_sent_after_an_answer_that_did_not_wait_for_it_is_not_read_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "LINGER", 0.2)
    async with House().open() as house:
        line = await house.line(b"POST /at-once HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert (await line.answer())[0] == 200
        over = asyncio.create_task(line.over())
        while not over.done():
            line.send(b"5\r\nhello\r\n")
            await asyncio.sleep(0.02)
        await over


async def test_an_idle_connection_ends_even_if_it_sends_empty_lines() -> None:
    async with House().open(keep_alive_seconds=1) as house:
        line = await house.line(GET)
        await line.answer()
        over = asyncio.create_task(line.over())
        while not over.done():
            line.send(b"\r\n")
            await asyncio.sleep(0.05)
        await over


async def test_a_reader_that_takes_nothing_of_a_long_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALLED", 0.2)
    async with House().open() as house:
        line = await house.line(GET.replace(b"length", b"large"))
        await house.ends("/large")
        line.close()


async def test_requests_sent_at_once_are_answered_in_order() -> None:
    async with House().open() as house:
        line = await house.line(b"".join(POST % (n, b"a" * n) for n in range(MOST_AT_ONCE)))
        assert [(await line.answer())[2] for _ in range(MOST_AT_ONCE)] == [b"%d" % n for n in range(MOST_AT_ONCE)]


async def test_more_requests_at_once_than_one_may_have_are_refused() -> None:
    async with House().open() as house:
        line = await house.line(GET * (MOST_AT_ONCE + 1))
        assert await line.refused() == (400, "bad_request")


async def test_an_answer_that_is_owed_is_given_before_junk_ends_the_connection() -> None:
    async with House().open() as house:
        line = await house.line(GET.replace(b"length", b"late"))
        await house.sees("/late")
        line.send(b"\x00\x01\x02")
        await asyncio.sleep(0.05)
        line.send(GET)
        await asyncio.sleep(0.05)
        house.go_on.set()
        assert (await line.answer())[0] == 200
        await line.over()
        assert house.seen == ["/late"]


async def test_after_a_request_for_another_protocol_the_answer_ends_the_connection() -> None:
    async with House().open() as house:
        line = await house.line(b"GET /length HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n" + GET)
        assert (await line.answer())[0] == 200
        await line.over()
        assert house.seen == ["/length"]


async def test_head_is_answered_without_a_body_and_the_connection_goes_on() -> None:
    async with House().open() as house:
        line = await house.line(GET.replace(b"GET", b"HEAD") + GET)
        assert await line.answer(head=True) == (200, {}, b"")
        assert await line.answer() == (200, {}, b"0")
        line.close()


async def test_who_asks_whether_to_go_on_is_told_when_somebody_reads() -> None:
    async with House().open() as house:
        line = await house.line(
            b"POST /length HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
        assert await line.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.send(b"hello")
        assert await line.answer() == (200, {}, b"5")
        line.close()
