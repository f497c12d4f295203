"""What bytes are that should be text in UTF-8: packed files, documents, other encodings, told by how they begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

LOOKED_AT: Final = 1024
"""Bytes by which a file is told."""

_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"%PDF-": "PDF",
    b"\xd0\xcf\x11\xe0": "OLE2 (.xls, .doc)",
    b"PAR1": "Parquet",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
"""How files begin, the longer beginnings first."""


def other_form(data: bytes) -> str | None:
    """What a file is that is no text in UTF-8: an encoding or a format by its name; none where nothing tells.

    >>> other_form("a,b".encode("utf-16")), other_form("a,b".encode("utf-16-le")), other_form(b"\\x1f\\x8b\\x08")
    ('UTF-16', 'UTF-16', 'gzip')
    >>> other_form("mã,tên".encode()), other_form(b"a\\0b,c,d,e"), other_form(b"")
    (None, None, None)
    """
    beginning = data[:LOOKED_AT]
    for sign, name in _BEGINNINGS.items():
        if beginning.startswith(sign):
            return name
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    half = len(beginning) // 2
    # Latin letters in UTF-16 have a NUL in every second place; a slip of the hand has one somewhere.
    return "UTF-16" if half and min(even, odd) <= half // 4 and max(even, odd) > half // 2 else None


def undecodable(lines: Iterable[bytes]) -> tuple[int, str] | None:
    """The first line, from 1, that is no UTF-8, and the byte that is none; ``None`` where all are.

    >>> undecodable([b"a\\n", b"b\\xe9"]), undecodable(["Đ".encode()])
    ((2, '0xE9'), None)
    """
    for row, line in enumerate(lines, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return row, f"0x{line[error.start]:02X}"
    return None
