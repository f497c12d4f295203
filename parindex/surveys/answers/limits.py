"""Limits per link and per guesser, in memory only: a whole office may share one address.

A valid link has an allowance of its own and never waits for others' failures: only *failed* tokens and codes count
against the address that tried them, after they failed. Tokens have 128 bits and receipts 60, so that what the allowance
spares is work, not secrecy. Addresses are kept as digests under a secret of this process and are never written anywhere.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from typing import Final

from parindex.errors import Refused

_SECRET: Final = os.urandom(16)
_MOST_KEPT: Final = 100_000


class Limit:
    """A bucket a key: ``burst`` at once, ``per_minute`` afterwards."""

    def __init__(self, *, burst: int, per_minute: float) -> None:
        self._burst = burst
        self._rate = per_minute / 60
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one from a key's allowance.

        Raises:
            Refused: ``too_many_requests``.
        """
        name, now = self._name(key), time.monotonic()
        left = self._left(name, now)
        if left < 1:
            raise Refused("too_many_requests", seconds=max(1, round(1 / self._rate)))
        self._buckets[name] = (left - 1, now)
        self._buckets.move_to_end(name)
        while len(self._buckets) > _MOST_KEPT:
            self._buckets.popitem(last=False)

    def _left(self, name: bytes, now: float) -> float:
        left, at = self._buckets.get(name, (self._burst, now))
        return min(self._burst, left + (now - at) * self._rate)

    @staticmethod
    def _name(key: str) -> bytes:
        return hashlib.blake2b(key.encode(), key=_SECRET, digest_size=16).digest()
