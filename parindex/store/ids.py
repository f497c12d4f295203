"""Identifiers made here, so that the database needs no extension and no version above 15."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562), strictly increasing within this process.

    Sub-millisecond order comes from a 12-bit counter in ``rand_a`` (RFC 9562, section 6.2, method 1).
    """
    global _last  # noqa: PLW0603 - the counter of the process
    with _lock:
        stamp = (time.time_ns() // 1_000_000) << 12
        _last = stamp = max(stamp, _last + 1)
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(stamp >> 12 << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | random)
