"""Browsers that signed in before: a signed cookie says so, and the guesses of strangers do not slow them down.

The cookie names nobody: it holds a random number and a seal over that number, the tenant and the login. Without the
password it opens nothing, and failures of a browser are counted against it too.
"""

from __future__ import annotations

import secrets
import time
from typing import Final
from uuid import UUID

from parindex.access.people import login_name
from parindex.store import seals

COOKIE: Final = "parindex_browser"
SECONDS: Final = 400 * 86_400
"""How long a browser stays known: the longest that browsers keep a cookie."""

MOST: Final = 4
"""Logins that a browser is known for."""

_NONCE: Final = 12
_STAMP: Final = 4


def remember(kept: str | None, tenant_id: UUID, login: str, secret: bytes) -> str:
    """The cookie of a browser that has just signed in, beside what it was known for before."""
    told = secrets.token_bytes(_NONCE) + int(time.time()).to_bytes(_STAMP, "big")
    made = seals.sealed(told, secret, _purpose(tenant_id, login))
    before = [part for part in (kept or "").split(".")[:MOST] if part and not _holds(part, tenant_id, login, secret)]
    return ".".join([made, *before][:MOST])


def known(kept: str | None, tenant_id: UUID, login: str, secret: bytes) -> bytes | None:
    """What a browser is known by for a login; ``None`` where it never signed in with that."""
    for part in (kept or "").split(".")[:MOST]:
        if (number := _holds(part, tenant_id, login, secret)) is not None:
            return number
    return None


def _holds(part: str, tenant_id: UUID, login: str, secret: bytes) -> bytes | None:
    told = seals.unsealed(part, _NONCE + _STAMP, secret, _purpose(tenant_id, login))
    if told is None:
        return None
    fresh = time.time() - int.from_bytes(told[_NONCE:], "big") < SECONDS
    return told[:_NONCE] if fresh else None


def _purpose(tenant_id: UUID, login: str) -> bytes:
    return b"known browser" + tenant_id.bytes + login_name(login).encode()
