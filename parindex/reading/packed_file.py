"""A ZIP as documents are packed in: bounded by what it says of itself before anything is listed or unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, Literal

PIECE: Final = 65_536
_END: Final = b"PK\x05\x06"
_LARGE_END: Final = b"PK\x06\x06"
_LARGE_PLACE: Final = b"PK\x06\x07"
_END_BYTES: Final = 22
_PLACE_BYTES: Final = 20
_LARGE_BYTES: Final = 56
_LONGEST_COMMENT: Final = 65_535
_LISTED_BYTES: Final = 1_024
"""Most bytes of the list for one of its files: names and what programs add are far shorter."""
_ENCRYPTED: Final = 0x1


class BrokenPackage(Exception):
    """``not_zip``, or ``too_large``: more files, or more in them, than may be."""

    def __init__(self, code: Literal["not_zip", "too_large"]) -> None:
        super().__init__(code)
        self.code = code


class PackedFile:
    """The files of a ZIP in the order of its list, unpacked piece by piece, never more than each says of itself."""

    def __init__(self, file: IO[bytes], *, most_members: int, most_unpacked: int) -> None:
        """Read the list.

        Args:
            file: Can be read from any place.
            most_members: Files at most.
            most_unpacked: Bytes of all of them at most.

        Raises:
            BrokenPackage: it is no ZIP, or larger than it may be.
        """
        members, listed = _ends_with(file)
        if members > most_members or listed > most_members * _LISTED_BYTES:
            raise BrokenPackage("too_large")
        try:
            self.members = zipfile.ZipFile(file).infolist()
        except Exception:
            raise BrokenPackage("not_zip") from None
        if len(self.members) > most_members or self.unpacked > most_unpacked:
            raise BrokenPackage("too_large")
        self._file = file

    @property
    def unpacked(self) -> int:
        """Bytes of everything, by what the list says."""
        return sum(one.file_size for one in self.members)

    def pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """What is packed, piece by piece.

        Programs that write strokes of their own also write sums of their own, which no spreadsheet looks at.

        Raises:
            BrokenPackage: under a password, packed in another way than documents are, or more than its list says.
        """
        if member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BrokenPackage("not_zip")
        packed = self._packed(member)
        if member.compress_type == zipfile.ZIP_DEFLATED:
            packed = _inflated(packed)
        size = member.file_size
        for piece in packed:
            size -= len(piece)
            if size < 0:
                raise BrokenPackage("too_large")
            yield piece

    def _packed(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(member.header_offset + 26)
        lengths = self._file.read(4)
        if len(lengths) < 4:
            raise BrokenPackage("not_zip")
        at = member.header_offset + 30 + sum(struct.unpack("<HH", lengths))
        left = member.compress_size
        while left > 0:
            self._file.seek(at)
            piece = self._file.read(min(PIECE, left))
            if not piece:
                return
            at += len(piece)
            left -= len(piece)
            yield piece


def _ends_with(file: IO[bytes]) -> tuple[int, int]:
    """How many files the end of a ZIP tells, and how many bytes their list has: known before the list is read."""
    size = file.seek(0, 2)
    start = max(0, size - _END_BYTES - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_BYTES:
        raise BrokenPackage("not_zip")
    members, listed = struct.unpack_from("<HI", tail, end + 10)
    place = start + end - _PLACE_BYTES
    if place < 0:
        return members, listed
    file.seek(place)
    locator = file.read(_PLACE_BYTES)
    if not locator.startswith(_LARGE_PLACE):
        return members, listed
    # A large file tells both a second time, just before: readers believe that one.
    file.seek(max(0, place - _LARGE_BYTES))
    large = file.read(_LARGE_BYTES)
    if not large.startswith(_LARGE_END):
        raise BrokenPackage("not_zip")
    members, listed = struct.unpack_from("<QQ", large, 32)
    return members, listed


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for part in packed:
            waiting = part
            while waiting:
                piece = inflate.decompress(waiting, PIECE)
                waiting = inflate.unconsumed_tail
                yield piece
    except zlib.error:
        raise BrokenPackage("not_zip") from None
