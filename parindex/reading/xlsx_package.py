"""What is packed in an XLSX: bounded by what it says of itself before anything is unpacked, read piece by piece."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from xml.parsers import expat

from parindex.reading.packed_file import BrokenPackage, PackedFile

MOST_BYTES: Final = 20_000_000
"""Of the file."""
MOST_UNPACKED: Final = 300_000_000
"""Of what is packed in it."""
MOST_MEMBERS: Final = 2_000
"""Of files packed in it."""
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins: what office programs wrote before, and how they keep a password or macros now."""

Attributes = Mapping[str, str]


class UnreadableWorkbook(Exception):
    """A file that is no workbook or no table, or too large a one.

    ``not_xlsx``, ``not_csv``, ``not_utf8``, ``too_large``, ``sheet_too_large`` or ``locked``.
    """

    def __init__(self, code: str, sheet: str = "", row: int = 0, column: int | None = None, found: object = None):
        super().__init__(code)
        self.code = code
        self.found = found
        """What stands there instead, where that is known."""
        self.sheet = sheet
        """The sheet that is too large; empty: the file."""
        self.row = row
        """The row of the cell at which it is, from 1."""
        self.column = column
        """Its column, from 0."""


class XlsxPackage:
    """The files of a workbook by their paths, whichever strokes and letters a program writes them with."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise UnreadableWorkbook("too_large")
        if data[:8] == COMPOUND:
            # An old .xls, or an .xlsx under a password: neither is opened here.
            raise UnreadableWorkbook("locked")
        try:
            self._packed = PackedFile(io.BytesIO(data), most_members=MOST_MEMBERS, most_unpacked=MOST_UNPACKED)
        except BrokenPackage as broken:
            raise _unreadable(broken) from None
        self.members = {_path(one.filename): one for one in self._packed.members}

    def __contains__(self, path: str) -> bool:
        return _path(path) in self.members

    def read(self, path: str, handler: XmlHandler) -> None:
        """Give every element of a file to a handler, in its order.

        Raises:
            UnreadableWorkbook: it is not there, is no XML, or declares entities.
        """
        member = self.members.get(_path(path))
        if member is None:
            raise UnreadableWorkbook("not_xlsx")
        try:
            read_xml(self._packed.pieces(member), handler)
        except UnreadableWorkbook:
            raise
        except BrokenPackage as broken:
            raise _unreadable(broken) from None
        except Exception:
            raise UnreadableWorkbook("not_xlsx") from None

    def related(self, path: str) -> dict[str, tuple[str, str]]:
        """What a file leads to: by id, the last word of the kind and the path."""
        folder, name = posixpath.split(path)
        relations = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, given: Attributes) -> None:
            if name == "Relationship":
                target = given.get("Target", "").replace("\\", "/")
                whole = target if target.startswith("/") else posixpath.join(folder, target)
                kind = given.get("Type", "").rpartition("/")[2]
                if len(found) >= MOST_MEMBERS:
                    raise UnreadableWorkbook("too_large")
                found[given.get("Id", "")] = (kind, posixpath.normpath(whole).lstrip("/"))

        if relations in self:
            self.read(relations, XmlHandler(start))
        return found


class XmlHandler:
    """Takes elements as they come."""

    def __init__(
        self,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _: None,
        text: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.start = start
        self.end = end
        self.text = text


def read_xml(pieces: Iterable[bytes], handler: XmlHandler) -> None:
    """Give every element of an XML file to a handler, in its order.

    Raises:
        UnreadableWorkbook: it declares entities.
        ExpatError: it is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: handler.start(_local(name), _named(given))
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse(*_: object) -> None:
    raise UnreadableWorkbook("not_xlsx")


def _unreadable(broken: BrokenPackage) -> UnreadableWorkbook:
    return UnreadableWorkbook("too_large" if broken.code == "too_large" else "not_xlsx")


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _named(given: Mapping[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in given.items()}
