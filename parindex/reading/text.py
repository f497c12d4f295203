"""Text as it is kept: composed, without blanks around it, without what nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from parindex.reading.complaint import Complaint

LONGEST_TOLD: Final = 60
"""Characters of a refused text that its complaint repeats."""

MINUS: Final = "\N{MINUS SIGN}"

_D_STROKE: Final = str.maketrans("\u00d0\u00f0\u0189\u0256", "ĐđĐđ")
"""Letters of Iceland and of Africa that look like Đ and đ and that keyboards and old fonts put in their place."""

_BLANKS: Final = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
"""Blanks that do not break a line or have another width: programs put them in by themselves, and nobody sees which."""

_YES: Final = ("true", "có", "1")
_NO: Final = ("false", "không", "0")
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Unicode's categories of controls, format characters, lone surrogates, private and unassigned ones."""

_ALSO_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
"""What nobody sees either: joiners, fillers, selectors of variants."""

_PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)
"""Text of which nothing is changed."""


def nfc(value: str) -> str:
    """Composed form with one letter Đ and one kind of blank, outer blanks cut: what every boundary stores.

    >>> nfc("  Ho\N{COMBINING GRAVE ACCENT}a La\N{COMBINING CIRCUMFLEX ACCENT}m ") == "Hòa Lâm"
    True
    >>> nfc("Lâm\N{NO-BREAK SPACE}\N{LATIN CAPITAL LETTER ETH}ồng")
    'Lâm Đồng'
    """
    return plain_blanks(composed(value)).strip()


def plain_blanks(value: str) -> str:
    """The same with every blank as the one that keyboards write; ends of lines and tabs stay.

    >>> plain_blanks("rất\N{NO-BREAK SPACE}tốt"), plain_blanks("24\N{NARROW NO-BREAK SPACE}650")
    ('rất tốt', '24 650')
    """
    return value if value.isascii() else value.translate(_BLANKS)


def composed(value: str) -> str:
    """The same with its outer blanks."""
    return value if value.isascii() else unicodedata.normalize("NFC", value).translate(_D_STROKE)


def cell(value: str) -> str:
    """What stands in a cell of a table: as ``nfc``, inner blanks one, format and direction characters left out.

    What no keyboard writes (controls, private and lone code points) stays, for whoever reads the table to name
    (`unmeant`); ends of lines are blanks.

    >>> cell(" SNV\\N{ZERO WIDTH SPACE} "), cell("Hòa\\N{NO-BREAK SPACE} Lâm"), cell("a\\x07")
    ('SNV', 'Hòa Lâm', 'a\\x07')
    """
    if _PLAIN.fullmatch(value) or not value:
        return value
    return nfc(" ".join("".join(filter(_seen, value)).split()))


def cells(values: Sequence[str]) -> list[str]:
    """Many cells, each distinct text read once: millions of rows hold few categories.

    >>> cells(["hoa-lac", "hoa-lac ", "hoa-lac"])
    ['hoa-lac', 'hoa-lac', 'hoa-lac']
    """
    known = {value: cell(value) for value in set(values)}
    return [known[value] for value in values]


def _seen(symbol: str) -> bool:
    return symbol not in _ALSO_INVISIBLE and (symbol.isspace() or unicodedata.category(symbol) != "Cf")


def invisible(value: str) -> str | None:
    """The first character that `cell` would leave out, as ``U+200B``; none where everything is seen."""
    if value.isascii():
        return None
    return next((code_point(symbol) for symbol in value if not _seen(symbol)), None)


def unmeant(value: str) -> str | None:
    """The first character that nobody can have meant, as ``U+0007``; none where there is none.

    >>> unmeant("Hòa Lâm"), unmeant("a\\x07"), unmeant("\\ue000")
    (None, 'U+0007', 'U+E000')
    """
    if value.isascii() and value.isprintable():
        return None
    return next((code_point(symbol) for symbol in value if _is_unmeant(symbol)), None)


def _is_unmeant(symbol: str) -> bool:
    if symbol == "\N{REPLACEMENT CHARACTER}":
        return True
    return not symbol.isspace() and unicodedata.category(symbol) in ("Cc", "Cs", "Co", "Cn")


def code_point(symbol: str) -> str:
    """A character by its number.

    >>> code_point("\\N{ZERO WIDTH SPACE}")
    'U+200B'
    """
    return f"U+{ord(symbol):04X}"


def paragraphs(value: str) -> str:
    """The same with the ends of lines as one character, whoever sent them."""
    return nfc(value.replace("\r\n", "\n"))


def one_line(value: str) -> str:
    """What stands in a field of one line: inner runs of blanks are one, what nobody sees is left out.

    >>> one_line(" 214/QĐ-CCHC\\N{ZERO WIDTH SPACE}\\N{NO-BREAK SPACE} ngày\\t6/4 ")
    '214/QĐ-CCHC ngày 6/4'
    """
    seen = [symbol for symbol in value if symbol.isspace() or unicodedata.category(symbol) not in _INVISIBLE]
    return cell("".join(seen))


def keepable(value: str) -> bool:
    """Whether a database and a file can keep a text: no NUL, no lone surrogate.

    >>> keepable("Hòa Lâm\\n"), keepable("a\\0b"), keepable("\\ud800")
    (True, False, False)
    """
    return "\0" not in value and not any("\ud800" <= symbol <= "\udfff" for symbol in value)


def yes_or_no(value: str) -> bool:
    """``có`` and ``không``, or as programs write them.

    Raises:
        Complaint: ``value_not_option``.
    """
    word = nfc(value).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Complaint("value_not_option", found=nfc(value)[:LONGEST_TOLD])
