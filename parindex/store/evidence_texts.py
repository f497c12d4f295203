"""What a file of evidence says, line by line, as far as it can be read cheaply; a picture says nothing."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import IO, Final
from xml.parsers.expat import ExpatError

from parindex.errors import Refused
from parindex.reading import secrecy_marks
from parindex.reading.packed_file import BrokenPackage, PackedFile
from parindex.reading.xlsx_package import UnreadableWorkbook, XmlHandler, read_xml
from parindex.store.evidence_contents import MOST_MEMBERS, MOST_UNPACKED
from parindex.store.pdf_process import PdfReader, UnreadablePdf

MOST_OF_A_PART: Final = 20_000_000
"""Bytes of a part of a document; a larger one is a table of numbers."""

MOST_TEXT: Final = 5_000_000
"""Characters of a document."""

_PARTS: Final = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|xl/(sharedStrings|worksheets/[^/]+|drawings/[^/]+)\.xml"
)
_TEXTS: Final = frozenset(["t", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"])
_ENDS: Final = frozenset(
    [
        "p",
        "si",
        "is",
        "br",
        "cr",
        "tab",
        "oddHeader",
        "oddFooter",
        "evenHeader",
        "evenFooter",
        "firstHeader",
        "firstFooter",
    ]
)
_PLACES: Final = re.compile(r"&(?:[LCRBIUSXY]|\d+|\"[^\"]*\")")
"""What a header of a sheet says of its places and letters, beside its text."""


class _Enough(Exception):
    """More text than is read."""


async def require_no_mark(path: Path, media_type: str, pdf: PdfReader) -> None:
    """Refuse a file whose own text says that it is a state secret.

    Raises:
        Refused: ``file_secret_marked``.
    """
    if level := secrecy_marks.in_lines(await lines_of(path, media_type, pdf)):
        raise Refused("file_secret_marked", mark=level)


async def lines_of(path: Path, media_type: str, pdf: PdfReader) -> list[str]:
    """The lines of a file; none where it cannot be read."""
    if media_type == "application/pdf":
        try:
            return (await pdf.text(path)).splitlines()
        except UnreadablePdf:
            return []
    if media_type.startswith("application/"):
        return await asyncio.to_thread(_packed_lines, path)
    return []


def _packed_lines(path: Path) -> list[str]:
    lines: list[str] = []
    with path.open("rb") as file:
        try:
            _read_parts(file, lines)
        except (BrokenPackage, UnreadableWorkbook, ExpatError, UnicodeError, LookupError, _Enough):
            return lines
    return lines


def _read_parts(file: IO[bytes], lines: list[str]) -> None:
    package = PackedFile(file, most_members=MOST_MEMBERS, most_unpacked=MOST_UNPACKED)
    left = MOST_TEXT
    for member in package.members:
        if not _PARTS.fullmatch(member.filename.lstrip("/")) or member.file_size > MOST_OF_A_PART:
            continue
        reading = _Reading(lines, left)
        read_xml(package.pieces(member), XmlHandler(reading.start, reading.end, reading.text))
        left = reading.left


class _Reading:
    """Gathers the text of paragraphs, shared strings and headers."""

    def __init__(self, lines: list[str], left: int) -> None:
        self.lines = lines
        self.left = left
        self.line: list[str] = []
        self.inside = False

    def start(self, name: str, _: object) -> None:
        self.inside = name in _TEXTS

    def end(self, name: str) -> None:
        self.inside = False
        if name in _ENDS and self.line:
            whole = "".join(self.line)
            self.lines.append(_PLACES.sub(" ", whole) if name[-6:] in ("Header", "Footer") else whole)
            self.line = []

    def text(self, piece: str) -> None:
        if not self.inside:
            return
        self.left -= len(piece)
        if self.left < 0:
            raise _Enough
        self.line.append(piece)
