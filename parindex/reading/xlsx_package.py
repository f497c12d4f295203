"""What is packed in an XLSX: bounded by what it says of itself before anything is unpacked, read piece by piece."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from xml.parsers import expat

MOST_BYTES: Final = 20_000_000
"""Of the file."""
MOST_UNPACKED: Final = 300_000_000
"""Of what is packed in it."""
MOST_MEMBERS: Final = 2_000
"""Of files packed in it."""
PIECE: Final = 65_536
_END: Final = b"PK\x05\x06"
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

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
        if data[:8] == _OLD:
            # An old .xls, or an .xlsx under a password: neither is opened here.
            raise UnreadableWorkbook("locked")
        _few_members(data)
        try:
            infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except Exception:
            raise UnreadableWorkbook("not_xlsx") from None
        if len(infos) > MOST_MEMBERS or sum(one.file_size for one in infos) > MOST_UNPACKED:
            raise UnreadableWorkbook("too_large")
        self.data = data
        self.members = {_path(one.filename): one for one in infos}

    def __contains__(self, path: str) -> bool:
        return _path(path) in self.members

    def read(self, path: str, handler: XmlHandler) -> None:
        """Give every element of a file to a handler, in its order.

        Raises:
            UnreadableWorkbook: it is not there, is no XML, or declares entities.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, given: handler.start(_local(name), _named(given))
        parser.EndElementHandler = lambda name: handler.end(_local(name))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            for piece in self._pieces(path):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except UnreadableWorkbook:
            raise
        except Exception:
            raise UnreadableWorkbook("not_xlsx") from None

    def _pieces(self, path: str) -> Iterator[bytes]:
        member = self.members.get(_path(path))
        if member is None:
            raise UnreadableWorkbook("not_xlsx")
        # Programs that write strokes of their own also write sums of their own, which no spreadsheet looks at.
        start = member.header_offset
        name, extra = struct.unpack_from("<HH", self.data, start + 26)
        packed = memoryview(self.data)[start + 30 + name + extra :][: member.compress_size]
        if member.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + PIECE]) for at in range(0, len(packed), PIECE))
        elif member.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflated(packed, member.file_size)
        else:
            raise UnreadableWorkbook("not_xlsx")

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


def _refuse(*_: object) -> None:
    raise UnreadableWorkbook("not_xlsx")


def _inflated(packed: memoryview, size: int) -> Iterator[bytes]:
    """What is packed, piece by piece, never more than it says of itself."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), PIECE):
        waiting = bytes(packed[at : at + PIECE])
        while waiting:
            piece = inflate.decompress(waiting, PIECE)
            waiting = inflate.unconsumed_tail
            size -= len(piece)
            if size < 0:
                raise UnreadableWorkbook("too_large")
            yield piece


def _few_members(data: bytes) -> None:
    """The end of the packing says how many files there are: looked at before a list of them is made."""
    end = data.rfind(_END)
    if end < 0 or len(data) < end + 22:
        raise UnreadableWorkbook("not_xlsx")
    if struct.unpack_from("<H", data, end + 10)[0] > MOST_MEMBERS:
        raise UnreadableWorkbook("too_large")


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _named(given: Mapping[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in given.items()}
