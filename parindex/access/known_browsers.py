"""Browsers that signed in before: a signed cookie says so, and the guesses of strangers do not slow them down.

The cookie names nobody: it holds a random number and a seal over that number, the tenant and the login. Without the
password it opens nothing, and failures of a browser are counted against it too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Final
from uuid import UUID

from parindex.access.people import login_name

COOKIE: Final = "parindex_browser"
SECONDS: Final = 400 * 86_400
"""How long a browser stays known: the longest that browsers keep a cookie."""

MOST: Final = 4
"""Logins that a browser is known for."""

_NONCE: Final = 12
_STAMP: Final = 4
_MAC: Final = 16


def remember(kept: str | None, tenant_id: UUID, login: str, secret: bytes) -> str:
    """The cookie of a browser that has just signed in, beside what it was known for before."""
    told = secrets.token_bytes(_NONCE) + int(time.time()).to_bytes(_STAMP, "big")
    made = base64.urlsafe_b64encode(told + _mac(told, tenant_id, login, secret)).decode()
    before = [part for part in (kept or "").split(".")[:MOST] if part and not _holds(part, tenant_id, login, secret)]
    return ".".join([made, *before][:MOST])


def known(kept: str | None, tenant_id: UUID, login: str, secret: bytes) -> bytes | None:
    """What a browser is known by for a login; ``None`` where it never signed in with that."""
    for part in (kept or "").split(".")[:MOST]:
        if (number := _holds(part, tenant_id, login, secret)) is not None:
            return number
    return None


def _holds(part: str, tenant_id: UUID, login: str, secret: bytes) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(part)
    except ValueError:
        return None
    told, mac = raw[: _NONCE + _STAMP], raw[_NONCE + _STAMP :]
    if len(raw) != _NONCE + _STAMP + _MAC or not hmac.compare_digest(mac, _mac(told, tenant_id, login, secret)):
        return None
    fresh = time.time() - int.from_bytes(told[_NONCE:], "big") < SECONDS
    return told[:_NONCE] if fresh else None


def _mac(told: bytes, tenant_id: UUID, login: str, secret: bytes) -> bytes:
    named = b"known browser" + tenant_id.bytes + told + login_name(login).encode()
    return hmac.new(secret, named, hashlib.sha256).digest()[:_MAC]
