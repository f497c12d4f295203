"""Under which names the installation is served: the one of its base address, and this machine's own.

What a request calls us is a stranger's word. It is read here, never for a link.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from litestar.types import Scope

from parindex.errors import Refused
from parindex.settings import Settings

ANY_HOST: Final = frozenset({"/healthz", "/readyz"})
"""Addresses that are answered under any name, without a tenant: whoever watches a process may not know its name."""

_HOST: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,252}))(?::([0-9]{1,5}))?")


def check(scope: Scope, settings: Settings) -> None:
    """Refuse a request that calls us by a name that is not ours.

    Raises:
        Refused: ``bad_request`` for what is no name, ``host_unknown`` for another's.
    """
    name = _name(scope)
    base = urlsplit(settings.base_url).hostname if settings.base_url else None
    if name != base and not loopback(name):
        raise Refused("host_unknown")


@lru_cache(maxsize=1024)
def loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(scope: Scope, settings: Settings) -> str:
    """The address that links begin with: the base address, or this machine's, by which the request came."""
    return settings.base_url or f"{scope['scheme']}://{_told(scope)}"


def same_site(scope: Scope, settings: Settings) -> bool:
    """Whether a form was sent by a page of ours, as far as the browser says.

    A page that keeps its address to itself sends ``null``; then its token has to do.
    """
    said = _said(scope)
    if said.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    sender = said.get(b"origin", "null")
    if sender == "null":
        return True
    return sender.lower() in _own(scope, settings)


def sent_by_us(scope: Scope, settings: Settings) -> bool:
    """Whether the browser says that a page of ours sent a form; one that keeps silent does not say so."""
    said = _said(scope)
    return said.get(b"sec-fetch-site") == "same-origin" or said.get(b"origin", "null").lower() in _own(scope, settings)


def _said(scope: Scope) -> dict[bytes, str]:
    """The headers by name; of two of a name the last."""
    return {name: value.decode("latin-1").strip() for name, value in scope["headers"]}


def _own(scope: Scope, settings: Settings) -> set[str | None]:
    return {settings.base_url, f"http://{_told(scope)}", f"https://{_told(scope)}"}


def _told(scope: Scope) -> str:
    """What the request calls us, with the port."""
    named = [value.decode("latin-1").strip().lower() for name, value in scope["headers"] if name == b"host"]
    if len(named) != 1:
        raise Refused("bad_request")
    return named[0]


def _name(scope: Scope) -> str:
    """The same without the port.

    Raises:
        Refused: ``bad_request``.
    """
    parts = _HOST.fullmatch(_told(scope))
    if parts is None or int(parts[2] or 0) > 65_535:
        raise Refused("bad_request")
    return parts[1].strip("[]").rstrip(".")
