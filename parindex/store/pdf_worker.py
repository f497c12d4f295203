"""A process of its own that reads one PDF: ``python -m parindex.store.pdf_worker WHAT FILE``.

``text FILE``, ``count FILE`` or ``picture FILE PAGE WIDTH``.

It bounds its own memory and time before it opens anything, writes no file, and says what it found on standard output:
the text of the first pages, the number of pages, or a picture of one. Whatever is wrong with the PDF, its caller
learns it from the exit code alone.
"""

from __future__ import annotations

import resource
import struct
import sys
import zlib
from typing import Any, Final

MOST_MEMORY: Final = 1_000_000_000
"""Bytes of address space."""

MOST_SECONDS: Final = 10
"""Of the processor."""

MOST_PAGES: Final = 200
"""Whose text is read."""

MOST_TEXT: Final = 2_000_000
"""Characters of text."""

MOST_DOTS: Final = 16_000_000
"""Of a picture: a page may say that it is a kilometre wide."""


def bound() -> None:
    """Take the limits that this process cannot leave again."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def text_of(path: str) -> str:
    """The text of the first pages, a form feed between two of them."""
    import pypdfium2

    texts, left = [], MOST_TEXT
    pdf = pypdfium2.PdfDocument(path)
    for number in range(min(len(pdf), MOST_PAGES)):
        page = pdf[number]
        told = page.get_textpage().get_text_bounded()[:left]
        texts.append(told)
        left -= len(told)
        page.close()
        if left <= 0:
            break
    return "\f".join(texts)


def count_of(path: str) -> int:
    """How many pages there are."""
    import pypdfium2

    return len(pypdfium2.PdfDocument(path))


def picture_of(path: str, number: int, width: int) -> bytes:
    """A PNG of one page, counted from 1."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    page = pdf[number - 1]
    wide, high = page.get_size()
    scale = min(width / wide, (MOST_DOTS / (wide * high)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
    return png(bitmap)


def png(bitmap: Any) -> bytes:
    """A bitmap of three or four bytes a dot as a PNG; what is transparent was painted white before."""
    step, rows = bitmap.n_channels, bytearray()
    content = memoryview(bitmap.buffer).cast("B")
    for row in range(bitmap.height):
        line = content[row * bitmap.stride : row * bitmap.stride + bitmap.width * step]
        rows.append(0)
        if step == 4:
            kept = bytearray(bitmap.width * 3)
            kept[0::3], kept[1::3], kept[2::3] = line[0::4], line[1::4], line[2::4]
            rows += kept
        else:
            rows += line
    head = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 0 if step == 1 else 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )


def main(what: str, path: str, *rest: str) -> None:
    """Answer one question about one file."""
    bound()
    if what == "text":
        sys.stdout.buffer.write(text_of(path).encode("utf-8", "replace"))
    elif what == "count":
        sys.stdout.buffer.write(b"%d" % count_of(path))
    else:
        sys.stdout.buffer.write(picture_of(path, int(rest[0]), int(rest[1])))


if __name__ == "__main__":
    main(*sys.argv[1:])
