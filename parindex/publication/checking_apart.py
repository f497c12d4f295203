"""Checking a stranger's file in a process of its own: it takes no time and no memory from whoever reads pages.

One file is checked at a time; a few wait, of each sender fewer. The process lives as long as its file, and the system
holds it to the seconds and the memory that are set here.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections import Counter
from collections.abc import Collection
from typing import Final

import msgspec

from parindex.errors import Refused
from parindex.publication import verification
from parindex.publication.keys import PublicKey
from parindex.publication.verification import Verification

SECONDS: Final = 60
"""Most seconds of a check, of the clock as of the processor."""

MEMORY: Final = 1_500_000_000
"""Most bytes of data that the process may hold: an edition of 20 MB takes a third of it."""

WAITING: Final = 12
"""Most files that are checked or wait for it."""

WAITING_OF_ONE: Final = 3
"""Most of them from one sender, so that nobody fills the row alone."""


class Checker:
    """The row of files that are to be checked."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Begin with an empty row.

        Args:
            seconds: Most seconds of a check.
            memory: Most bytes of data that it may hold.
        """
        self._seconds = seconds
        self._memory = memory
        self._turn = asyncio.Lock()
        self._senders: Counter[str] = Counter()

    async def check(self, data: bytes, known: Collection[PublicKey], *, sender: str) -> Verification:
        """Check the bytes of an edition; its numbers are computed again only where a known key signed them.

        Args:
            data: The file.
            known: Public keys that are trusted.
            sender: Who sent it.

        Raises:
            Refused: ``verifying_busy``, ``verifying_too_heavy``.
        """
        if self._senders.total() >= WAITING or self._senders[sender] >= WAITING_OF_ONE:
            raise Refused("verifying_busy")
        self._senders[sender] += 1
        try:
            async with self._turn:
                return await self._checked(data, known)
        finally:
            self._senders[sender] -= 1
            self._senders += Counter()

    async def _checked(self, data: bytes, known: Collection[PublicKey]) -> Verification:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, str(self._memory), str(int(self._seconds) + 1),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._seconds):
                told, _ = await process.communicate(msgspec.json.encode(tuple(known)) + b"\n" + data)
        except TimeoutError:
            raise Refused("verifying_too_heavy") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise Refused("verifying_too_heavy")
        return msgspec.json.decode(told, type=Verification)


def main(memory: int, seconds: int) -> None:
    """Check what comes on standard input, within limits that the system holds."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    os.nice(10)
    known = msgspec.json.decode(sys.stdin.buffer.readline(), type=list[PublicKey])
    verdict = verification.verify(sys.stdin.buffer.read(), known, recomputing="of_known_keys")
    sys.stdout.buffer.write(msgspec.json.encode(verdict))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
