"""The file outside the database that remembers the head of the chain: a line a block."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

import msgspec

from parindex.audit.model import Head

NAME: Final = "audit-head.jsonl"
"""What the file is called in the installation's folder."""


class HeadLines(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds."""

    heads: tuple[Head, ...]
    """In the order of the file."""

    torn: int
    """Lines that are no head: cut short by a full disk or a crash."""

    @property
    def newest(self) -> Head | None:
        """The head of the highest number: two who seal may write in another order."""
        return max(self.heads, key=lambda head: head.number, default=None)


def remember(head_file: Path, *heads: Head) -> None:
    """Append heads to the file, on disk before this returns; what an earlier writing tore is cut off first.

    Raises:
        OSError: the disk is full, say; the file then ends where it ended.
    """
    with os.fdopen(os.open(head_file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        end = _whole(file.fileno())
        file.truncate(end)
        try:
            file.write(b"".join(msgspec.json.encode(head) + b"\n" for head in heads))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


def _whole(descriptor: int) -> int:
    """Bytes up to the end of the last whole line."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - 4096)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def read(head_file: Path) -> HeadLines:
    """Every head of the file; none where there is no file."""
    heads, torn = [], 0
    lines = head_file.read_bytes().splitlines() if head_file.exists() else []
    for line in lines:
        try:
            heads.append(msgspec.json.decode(line, type=Head))
        except (msgspec.DecodeError, UnicodeDecodeError):
            torn += 1
    return HeadLines(heads=tuple(heads), torn=torn)


def renew(head_file: Path, chain: Sequence[Head]) -> Path | None:
    """Write the file anew from a chain; the one that was there is kept beside it, under the name that is given back."""
    old = _free_name(head_file) if head_file.exists() else None
    if old:
        head_file.rename(old)
    remember(head_file, *chain)
    return old


def _free_name(head_file: Path) -> Path:
    names = (head_file.with_name(f"{head_file.stem}.{number}{head_file.suffix}") for number in count(1))
    return next(name for name in names if not name.exists())


def mend(head_file: Path) -> None:
    """Take out what is no head; the file is whole at any moment."""
    fresh = head_file.with_name(f".{head_file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    remember(fresh, *read(head_file).heads)
    fresh.rename(head_file)
