"""People who open pages: open arrivals over HTTP, timed from when they were meant to arrive.

A visitor who finds the server busy still arrives on time, so that waiting counts (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One page that somebody opens."""

    kind: str
    """The page in words; times are told by it."""

    path: str
    """Address."""

    cookie: str = ""
    """Of whoever is signed in."""


class Timed(msgspec.Struct, kw_only=True):
    """What the visits of one kind took."""

    seconds: list[float] = msgspec.field(default_factory=list)
    """From the meant arrival to the last byte."""

    size: int = 0
    """Bytes of the last answer, compressed."""

    failed: int = 0
    """Answers other than 200."""

    def quantile(self, q: float) -> float:
        """A quantile in milliseconds: the smallest time that q of the visits kept."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))]


async def get(port: int, visit: Visit) -> tuple[int, bytes]:
    """Status and body of a page, over a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    cookie = f"Cookie: {visit.cookie}\r\n" if visit.cookie else ""
    writer.write(
        f"GET {visit.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n"
        f"Connection: close\r\n{cookie}\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head[9:12]), body


async def arrive(
    port: int, choose: Callable[[random.Random], Visit], *, rate: float, seconds: float, seed: int = 1
) -> dict[str, Timed]:
    """Poisson arrivals for some seconds.

    Args:
        port: Of the server.
        choose: The next visit.
        rate: Arrivals a second.
        seconds: How long.
        seed: Of arrivals and choices.
    """
    generator = random.Random(seed)
    found: dict[str, Timed] = defaultdict(Timed)
    started = time.perf_counter()
    meant, running = started, []
    while (meant := meant + generator.expovariate(rate)) < started + seconds:
        visit = choose(generator)
        await asyncio.sleep(max(0.0, meant - time.perf_counter()))
        running.append(asyncio.create_task(_visit(port, visit, meant, found)))
    await asyncio.gather(*running)
    return dict(found)


async def one_by_one(port: int, visits: Sequence[Visit]) -> dict[str, Timed]:
    """The same pages with nobody else there."""
    found: dict[str, Timed] = defaultdict(Timed)
    for visit in visits:
        await _visit(port, visit, time.perf_counter(), found)
    return dict(found)


async def _visit(port: int, visit: Visit, meant: float, found: dict[str, Timed]) -> None:
    status, body = await get(port, visit)
    timed = found[visit.kind]
    timed.seconds.append(time.perf_counter() - meant)
    timed.size = len(body)
    timed.failed += status != 200
