"""What a file of evidence is, by its content: its kind, and whether it holds harm.

Documents of Word and Excel are packed: how much they hold is bounded before they are unpacked, and what they hold is
looked at, packed documents in them too.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from xml.parsers.expat import ExpatError

import puremagic

from parindex.errors import Refused
from parindex.reading.packed_file import BrokenPackage, PackedFile
from parindex.reading.xlsx_package import COMPOUND, Attributes, UnreadableWorkbook, XmlHandler, read_xml
from parindex.text import file_size

ALLOWED: Final[dict[str, str]] = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (.docx)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel (.xlsx)",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
}
"""Media types that evidence may have, found from the content, and what people call them."""

ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
}
"""Endings of names that fit a media type; the first is given to a name that has none of them."""

MOST_MEMBERS: Final = 5_000
"""Files that a packed document may hold, those of packed documents in it included."""

MOST_UNPACKED: Final = 300_000_000
"""Bytes of them all."""

DEEPEST: Final = 3
"""Packed documents within one another."""

TEST_VIRUS: Final = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"

_HEAD: Final = 4_096
_BY_MAGIC: Final = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_BY_MEMBER: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1_024
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!")
_PACKED: Final = b"PK\x03\x04"
_VBA: Final = "_VBA_PROJECT".encode("utf-16-le")
_TYPES: Final = "[Content_Types].xml"
_MACRO_WORDS: Final = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "attachedtoolbars")
"""Of media types and relations: a part with macros is told by what it is, whatever it is called."""


def kind_of(path: Path) -> str:
    """The allowed media type of a content, the file's name playing no part.

    Raises:
        Refused: ``file_type_refused``, ``file_harmful``, ``file_overpacked``.
    """
    media_type = media_type_of(path)
    if media_type is None:
        raise Refused("file_type_refused", expected=", ".join(ALLOWED.values()))
    return media_type


def media_type_of(path: Path) -> str | None:
    """The same, or ``None``.

    Raises:
        Refused: ``file_harmful``, ``file_overpacked``.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(_PACKED):
            return _office_type(file)
    try:
        extensions = {found.extension for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        extensions = set()
    known = next((media for extension, media in _BY_MAGIC.items() if extension in extensions), None)
    return known or ("application/pdf" if _is_late_pdf(head) else None)


def _is_late_pdf(head: bytes) -> bool:
    """Whether the head of a PDF stands within the first 1,024 bytes, as readers of PDF allow; no program is one."""
    return _PDF in head[:_PDF_WITHIN] and not head.startswith(_PROGRAMS)


def _office_type(file: IO[bytes]) -> str | None:
    """Office files are told from other archives by what they hold; one with macros or a password is none."""
    looking = _Looking()
    try:
        names = looking.through(file)
    except _Macros:
        return None
    except BrokenPackage as broken:
        if broken.code == "too_large":
            raise Refused("file_overpacked", members=MOST_MEMBERS, limit=file_size(MOST_UNPACKED)) from None
        return None
    if _TYPES not in names:
        return None
    return next((media for member, media in _BY_MEMBER.items() if member in names), None)


class _Macros(Exception):
    """A document that runs programs."""


class _Looking:
    """Looks through a packed document and what is packed in it, with one bound over all."""

    def __init__(self) -> None:
        self.members = MOST_MEMBERS
        self.unpacked = MOST_UNPACKED

    def through(self, file: IO[bytes], depth: int = 1) -> set[str]:
        """The names in a package, after everything in it was looked at.

        Raises:
            BrokenPackage: it cannot be unpacked, or holds too much.
            Refused: ``file_harmful``.
            _Macros: it holds macros.
        """
        if depth > DEEPEST:
            raise BrokenPackage("too_large")
        package = PackedFile(file, most_members=self.members, most_unpacked=self.unpacked)
        self.members -= len(package.members)
        self.unpacked -= package.unpacked
        for member in package.members:
            self._member(package, member, depth)
        return {member.filename for member in package.members}

    def _member(self, package: PackedFile, member: zipfile.ZipInfo, depth: int) -> None:
        name = member.filename.replace("\\", "/").casefold()
        if "vbaproject" in name:
            raise _Macros
        if name in (_TYPES.casefold(), "/" + _TYPES.casefold()) or name.endswith(".rels"):
            _no_macros_told(package.pieces(member))
        with tempfile.SpooledTemporaryFile(1_000_000) as inner:
            compound, packed = _look_at(package.pieces(member), inner)
            if compound:
                raise _Macros
            if packed:
                inner.seek(0)
                self.through(inner, depth + 1)


def _look_at(pieces: Iterator[bytes], inner: IO[bytes]) -> tuple[bool, bool]:
    """Whether a part is a store of macros, and whether it is packed itself; it is then kept for looking through.

    Raises:
        Refused: ``file_harmful``.
    """
    tail, compound, packed, macros = b"", False, False, False
    for number, piece in enumerate(pieces):
        if number == 0:
            compound, packed = piece.startswith(COMPOUND), piece.startswith(_PACKED)
        seen = tail + piece
        if TEST_VIRUS in seen:
            raise Refused("file_harmful")
        macros = macros or (compound and _VBA in seen)
        tail = seen[-max(len(TEST_VIRUS), len(_VBA)) :]
        if packed:
            inner.write(piece)
    return macros, packed


def _no_macros_told(pieces: Iterator[bytes]) -> None:
    """Read what a package says of its parts.

    Raises:
        _Macros: of one it says that it holds macros.
        BrokenPackage: it is no XML.
    """

    def start(_: str, given: Attributes) -> None:
        told = f"{given.get('ContentType', '')} {given.get('Type', '')}".casefold()
        if any(word in told for word in _MACRO_WORDS):
            raise _Macros

    try:
        read_xml(pieces, XmlHandler(start))
    except (ExpatError, UnreadableWorkbook, UnicodeError, LookupError):
        raise BrokenPackage("not_zip") from None
