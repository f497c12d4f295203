"""A stranger stops nobody: how many come in, and who gives way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parindex.serving.admission import Admission
from parindex.settings import Settings
from tests.serving.houses import GET, House

LATE = GET.replace(b"length", b"late")
NOBODY = "192.0.2.1"
"""An address from which no test comes, so that no proxy is trusted."""


async def test_an_address_has_its_part_and_no_more() -> None:
    async with House().open(trusted_proxies=NOBODY, connections_per_address=3) as house:
        busy = [await house.line(LATE) for _ in range(3)]
        await house.sees("/late", 3)
        fourth = await house.line(GET)
        assert await fourth.refused() == (503, "server_busy")
        await house.serves(of="127.0.0.2")
        house.go_on.set()
        assert [(await line.answer())[0] for line in busy] == [200] * 3


async def test_a_proxy_that_is_trusted_has_no_part_of_its_own() -> None:
    async with House().open(trusted_proxies="127.0.0.0/8", connections_per_address=3) as house:
        busy = [await house.line(LATE) for _ in range(6)]
        await house.sees("/late", 6)
        house.go_on.set()
        assert [(await line.answer())[0] for line in busy] == [200] * 6


async def test_who_has_its_part_gives_up_what_waits_longest_for_it() -> None:
    async with House().open(trusted_proxies=NOBODY, connections_per_address=2) as house:
        busy = await house.line(LATE)
        await house.sees("/late")
        idle = await house.line(GET)
        await idle.answer()
        await house.serves()
        await idle.over()
        house.go_on.set()
        assert (await busy.answer())[0] == 200


async def test_where_the_house_is_full_whoever_holds_most_gives_way() -> None:
    async with House().open(trusted_proxies=NOBODY, connections=6, connections_per_address=5) as house:
        many = [await house.line(b"GET / HTTP/1.1\r\n", of="127.0.0.2") for _ in range(5)]
        one = await house.line(GET, of="127.0.0.3")
        await one.answer()
        await house.serves(of="127.0.0.4")
        assert await many[0].refused() == (503, "server_busy")
        one.send(GET)
        assert (await one.answer())[0] == 200


async def test_where_nobody_only_waits_a_newcomer_is_told_to_come_again() -> None:
    async with House().open(connections=2) as house:
        busy = [await house.line(LATE) for _ in range(2)]
        await house.sees("/late", 2)
        third = await house.line(GET)
        assert await third.refused() == (503, "server_busy")
        house.go_on.set()
        assert [(await line.answer())[0] for line in busy] == [200] * 2
        for line in busy:
            line.close()
        await house.serves()


async def test_a_flood_of_half_requests_from_one_address_keeps_nobody_out() -> None:
    async with House().open(trusted_proxies=NOBODY, connections=40, connections_per_address=30) as house:
        flood = [await house.line(b"GET / HTTP/1.1\r\n", of="127.0.0.2") for _ in range(200)]
        for _ in range(5):
            await house.serves(of="127.0.0.3")
        for line in flood[:170]:
            assert await line.refused() == (503, "server_busy")
        for line in flood[170:]:
            line.close()


@pytest.mark.parametrize(
    ("trusted", "said", "known"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.0/8", "203.0.113.7, 127.0.0.9", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (NOBODY, "203.0.113.7", "127.0.0.1"),
    ],
)
async def test_a_client_is_known_by_what_a_trusted_proxy_says_of_it(trusted: str, said: str, known: str) -> None:
    async with House().open(trusted_proxies=trusted) as house:
        line = await house.line(GET.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: " + said.encode() + b"\r\n\r\n"))
        await line.answer()
        assert house.clients == [known]
        line.close()


class Socket:
    """As much of a transport as says who is there."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.written = b""
        self.closed = False

    def get_extra_info(self, name: str) -> Any:
        return self if name == "socket" else None

    def getpeername(self) -> tuple[str, int]:
        return self.address, id(self)

    getsockname = getpeername

    def write(self, content: bytes) -> None:
        self.written += content

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("addresses", "admitted"),
    [
        (["2001:db8::1", "2001:db8::ffff:1"], 1),
        (["2001:db8::1", "2001:db8:0:1::1"], 2),
        (["::ffff:203.0.113.7", "203.0.113.7"], 1),
        (["fe80::1%eth0", "fe80::2%eth0"], 1),
        (["203.0.113.7", "203.0.113.8"], 2),
        (["::1", "127.0.0.1", "::ffff:127.0.0.1", "::1"], 4),
    ],
)
async def test_what_one_holder_of_a_line_can_change_for_nothing_is_one_address(
    addresses: list[str], admitted: int
) -> None:
    admission = Admission(Settings(connections_per_address=1))
    state = type("State", (), {"connections": set(), "tasks": set(), "default_headers": []})()
    sockets = [Socket(address) for address in addresses]
    import uvicorn

    config = uvicorn.Config("tests.serving.houses:House", log_config=None)
    config.load()
    lines: list[Any] = []
    for place in sockets:
        made: Any = admission.protocol()
        lines.append(made(config=config, server_state=state, app_state={}, _loop=asyncio.get_running_loop()))
        lines[-1].connection_made(place)
    assert len(sockets) - sum(place.closed for place in sockets) == admitted
    for line in lines:
        line.connection_lost(None)
