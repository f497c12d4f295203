"""What is derived from a round's secret, and therefore gone when the lock destroys it."""

from __future__ import annotations

import hmac
from typing import Final
from uuid import UUID

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PAIRS: Final = [second + first for first in _ALPHABET for second in _ALPHABET]
"""Ten bits each, the lower five first."""

_LENGTH: Final = 6
"""Pairs of a code."""


def client_id(secret: bytes, invitation_id: UUID) -> UUID:
    """The one name of an invitation's response, from whichever device it is sent."""
    return UUID(bytes=_mac(secret, b"client", invitation_id.bytes)[:16], version=4)


def receipt_code(secret: bytes, sent_as: UUID) -> str:
    """The code that a respondent gets: 60 bits, without letters that look alike."""
    number = int.from_bytes(_mac(secret, b"receipt", sent_as.bytes)[:8])
    return "".join([_PAIRS[number >> 10 * place & 1023] for place in range(_LENGTH)])


def receipt_digest(secret: bytes, code: str) -> bytes:
    """What the link keeps of a code."""
    return _mac(secret, b"stored receipt", code.encode())


def plain_code(typed: str) -> str:
    """A code as stored, from what a person types: spaces, dashes and small letters do not matter."""
    return "".join(symbol for symbol in typed.upper() if symbol in _ALPHABET)


def spaced(code: str) -> str:
    """A code as printed: ``7K4M – 92QX – 3HTW``."""
    return " – ".join(code[i : i + 4] for i in range(0, len(code), 4))


def batch_digest(secret: bytes, contents: list[bytes]) -> str:
    """What the audit row of a batch holds of its answers."""
    return _mac(secret, b"batch", b"".join(contents)).hex()


def _mac(secret: bytes, purpose: bytes, value: bytes) -> bytes:
    return hmac.digest(secret, purpose + b"\x00" + value, "sha256")
