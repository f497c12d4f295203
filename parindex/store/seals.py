"""Bytes that we gave away and know again: told by a seal that only this installation can make."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

MAC: Final = 16
"""Bytes of a seal."""


def sealed(told: bytes, secret: bytes, purpose: bytes) -> str:
    """Bytes with their seal, as letters that a cookie may hold.

    Args:
        told: The bytes, of the same length for a purpose.
        secret: Of the installation.
        purpose: What they are for, and whose; it is not told.
    """
    return base64.urlsafe_b64encode(told + _mac(told, secret, purpose)).decode()


def unsealed(value: str, length: int, secret: bytes, purpose: bytes) -> bytes | None:
    """The bytes that were sealed for a purpose; ``None`` for anything else.

    >>> value = sealed(b"four", b"secret", b"visit")
    >>> unsealed(value, 4, b"secret", b"visit"), unsealed(value, 4, b"secret", b"other"), unsealed("?", 4, b"", b"")
    (b'four', None, None)
    """
    try:
        raw = base64.urlsafe_b64decode(value)
    except ValueError:
        return None
    told, mac = raw[:length], raw[length:]
    if len(raw) != length + MAC or not hmac.compare_digest(mac, _mac(told, secret, purpose)):
        return None
    return told


def _mac(told: bytes, secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, purpose + told, hashlib.sha256).digest()[:MAC]
