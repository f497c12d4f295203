"""Who may come in: connections in all and from one address, and what was ended of those that waited too long.

A stranger stops nobody. No address holds more than its part; where the house is full, the connection that has
waited longest for its own sender gives way, of the address that holds most; and a request that is under way never
does. A trusted proxy stands for many, so the part of an address does not bind it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parindex.api.shared.holders import holder
from parindex.serving.connection import LimitedConnection
from parindex.settings import Settings

Peer: TypeAlias = "tuple[str, int]"
"""Address and port of whoever is connected."""

log = logging.getLogger("parindex.connections")


class Admission:
    """The connections of a server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._trusted = [ipaddress.ip_network(proxy) for proxy in settings.proxies]
        self._connections: dict[Peer, LimitedConnection] = {}
        self._crowds: dict[str, set[LimitedConnection]] = {}
        self._refused: Counter[str] = Counter()
        self._checked: float | None = None

    def protocol(self) -> type[asyncio.Protocol]:
        """The protocol of the server's connections."""

        class Admitted(LimitedConnection):
            admission = self

        return Admitted

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, whose connections are told of its answers."""

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            client = scope.get("client")
            connection = self._connections.get((client[0], client[1])) if client else None
            if scope["type"] != ScopeType.HTTP or connection is None:
                await app(scope, receive, send)
                return

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    connection.answer_begins()
                await send(message)
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    connection.answer_ends()

            await app(scope, receive, answer)

        return handle

    def admit(self, connection: LimitedConnection) -> bool:
        """Take a new connection up, if need be in the place of another; whether there was room."""
        connection.peer = _peer(connection.transport)
        connection.origin, bound = self._origin(connection.peer[0])
        crowd = self._crowds.get(connection.origin, set())
        if bound and len(crowd) >= self.settings.connections_per_address:
            room = self._make_room([crowd])
        elif len(self._connections) >= self.settings.connections:
            room = self._make_room(sorted(self._crowds.values(), key=len, reverse=True))
        else:
            room = True
        if room:
            self._crowds.setdefault(connection.origin, set()).add(connection)
            self._connections[connection.peer] = connection
            self._watch()
        return room

    def leave(self, connection: LimitedConnection) -> None:
        """A connection is over."""
        if self._connections.get(connection.peer) is connection:
            del self._connections[connection.peer]
        crowd = self._crowds.get(connection.origin, set())
        crowd.discard(connection)
        if not crowd:
            self._crowds.pop(connection.origin, None)

    def note(self, code: str) -> None:
        """Something was refused before it was a request."""
        self._refused[code] += 1
        self._watch()

    def _make_room(self, crowds: Iterable[set[LimitedConnection]]) -> bool:
        """End the connection that waits longest in the first crowd in which one waits."""
        for crowd in crowds:
            waiting = [connection for connection in crowd if connection.waiting]
            if waiting:
                longest = min(waiting, key=lambda connection: connection.since)
                self.leave(longest)
                longest.give_way()
                return True
        return False

    def _origin(self, address: str) -> tuple[str, bool]:
        """Under which name an address is counted, and whether the part of an address binds it."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return address, True
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if any(ip in network for network in self._trusted):
            return str(ip), False
        return holder(str(ip)), True

    def _watch(self) -> None:
        if self._checked is None:
            self._checked = asyncio.get_running_loop().time()
            self._check_later()

    def _check_later(self) -> None:
        settings = self.settings
        shortest = min(settings.head_seconds, settings.body_seconds, settings.keep_alive_seconds)
        asyncio.get_running_loop().call_later(min(1.0, shortest / 4), self._check)

    def _check(self) -> None:
        """Once a second: one timer for all costs less than one for each request."""
        now = asyncio.get_running_loop().time()
        passed, self._checked = now - (self._checked or now), now
        for connection in list(self._connections.values()):
            connection.check(now, passed)
        if self._refused:
            log.info("connections refused", extra={"refused": dict(self._refused)})
            self._refused.clear()
        if self._connections:
            self._check_later()
        else:
            self._checked = None


def _peer(transport: asyncio.Transport) -> Peer:
    """As the server names it to the application; it may be gone already."""
    try:
        name = transport.get_extra_info("socket").getpeername()
    except OSError:
        return "", 0
    return str(name[0]), int(name[1])
