"""A small house behind the door, on loopback: what an application would do with a request, and clients byte by byte."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import uvicorn
from litestar.types import ASGIApp, Receive, Scope, Send

from parindex.serving.admission import Admission
from parindex.serving.running import answer_head, behind_proxies
from parindex.settings import Settings

GET = b"GET /length HTTP/1.1\r\nHost: x\r\n\r\n"


class House:
    """What the application saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.clients: list[str] = []
        self.ended: list[str] = []
        self.go_on = asyncio.Event()
        self.port = 0
        self.lines: list[Line] = []

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """``/length`` tells the length of the body; others answer late, at once, or at length."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        self.seen.append(path)
        self.clients.append(scope["client"][0] if scope["client"] else "")
        try:
            await self.answer(path, receive, send)
        finally:
            self.ended.append(path)

    async def answer(self, path: str, receive: Receive, send: Send) -> None:
        if path == "/late":
            await self.go_on.wait()
        length, message = 0, cast(Any, {"more_body": path != "/at-once"})
        while message.get("more_body"):
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            length += len(message["body"])
        body = b"a" * 30_000_000 if path == "/large" else str(length).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send(cast(Any, {"type": "http.response.start", "status": 200, "headers": headers}))
        for start in range(0, len(body), 1_000_000):
            more = start + 1_000_000 < len(body)
            await send({"type": "http.response.body", "body": body[start : start + 1_000_000], "more_body": more})

    @asynccontextmanager
    async def open(self, **settings: Any) -> AsyncIterator[House]:
        """Serve until the block ends."""
        held = Settings(**settings)
        admission = Admission(held)
        app: ASGIApp = admission.around(behind_proxies(answer_head(self.app), held.proxies))
        config = uvicorn.Config(
            cast(Any, app), http=admission.protocol(), ws="none", lifespan="off", access_log=False, log_config=None,
            timeout_keep_alive=held.keep_alive_seconds, timeout_graceful_shutdown=5, proxy_headers=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
            serving = asyncio.create_task(server.serve(sockets=[taken]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            try:
                yield self
            finally:
                self.go_on.set()
                for line in self.lines:
                    line.close()
                server.should_exit = True
                await serving

    async def line(self, sent: bytes = b"", *, of: str = "127.0.0.1") -> Line:
        """A connection from an address of this machine, on which something was sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(of, 0))
        line = Line(reader, writer)
        self.lines.append(line)
        line.send(sent)
        return line

    async def sees(self, path: str, times: int = 1) -> None:
        """Wait until the application was asked for something."""
        async with asyncio.timeout(20):
            while self.seen.count(path) < times:
                await asyncio.sleep(0.01)

    async def ends(self, path: str) -> None:
        """Wait until the application is done with something."""
        async with asyncio.timeout(20):
            while path not in self.ended:
                await asyncio.sleep(0.01)

    async def serves(self, *, of: str = "127.0.0.1") -> None:
        """A well-behaved client is served."""
        line = await self.line(GET, of=of)
        assert await line.answer() == (200, {}, b"0")
        line.close()


class Line:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, content: bytes) -> None:
        """Write, and wait for nothing."""
        self.writer.write(content)

    async def answer(self, *, head: bool = False) -> tuple[int, dict[str, Any], bytes]:
        """Status, problem document and body of the next answer."""
        async with asyncio.timeout(20):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            body = b"" if head else await self.reader.readexactly(int(headers.get("content-length", 0)))
        told = json.loads(body) if headers.get("content-type") == "application/problem+json" else {}
        return int(first.split()[1]), told, body

    async def refused(self) -> tuple[int, str]:
        """Status and code of the problem document with which the connection ends."""
        status, told, _ = await self.answer()
        assert status == told["status"]
        await self.over()
        return status, told["code"]

    async def over(self) -> None:
        """Wait until the server has ended the connection."""
        async with asyncio.timeout(20):
            try:
                while await self.reader.read(1_000_000):
                    pass
            except ConnectionError:
                pass
        self.close()

    def close(self) -> None:
        self.writer.close()
