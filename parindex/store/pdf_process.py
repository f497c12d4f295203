"""Asks a process of its own about a PDF: what its text is, how a page looks. Two at a time, each within its limits."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

from parindex.store import pdf_worker

SECONDS: Final = 15
"""Of the clock, for one question; the processor's seconds and the memory are bounded by the process itself."""

MOST_TOLD: Final = 64_000_000
"""Bytes of an answer."""

AT_ONCE: Final = 2
"""Processes of one running installation."""


class UnreadablePdf(Exception):
    """A PDF of which nothing can be told: broken, under a password, or too much for the limits."""


class PdfReader:
    """Reads PDF files, each in a process that ends with its answer."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """Begin with nothing to read.

        Args:
            seconds: Of the clock, for one question.
        """
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def text(self, path: Path) -> str:
        """The text of the first pages, a form feed between two of them.

        Raises:
            UnreadablePdf: nothing can be told of it.
        """
        return (await self._asked("text", str(path))).decode()

    async def count(self, path: Path) -> int:
        """How many pages there are.

        Raises:
            UnreadablePdf: nothing can be told of it.
        """
        return int(await self._asked("count", str(path)))

    async def picture(self, path: Path, page: int, width: int) -> bytes:
        """A PNG of a page.

        Args:
            path: The file.
            page: Counted from 1.
            width: In dots.

        Raises:
            UnreadablePdf: there is no such page, or it cannot be drawn within the limits.
        """
        return await self._asked("picture", str(path), str(page), str(width))

    async def _asked(self, *question: str) -> bytes:
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-m", pdf_worker.__name__, *question,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={},
            )  # fmt: skip
            assert process.stdout is not None
            try:
                async with asyncio.timeout(self._seconds):
                    told = await _read(process.stdout)
                    code = await process.wait()
            except TimeoutError:
                raise UnreadablePdf from None
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if code != 0:
            raise UnreadablePdf
        return told


async def _read(answer: asyncio.StreamReader) -> bytes:
    told = bytearray()
    while piece := await answer.read(1_048_576):
        told += piece
        if len(told) > MOST_TOLD:
            raise UnreadablePdf
    return bytes(told)
