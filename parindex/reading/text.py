"""Text as it is kept: composed, without blanks around it, without what nobody sees."""

from __future__ import annotations

import unicodedata
from typing import Final

from parindex.reading.complaint import Complaint

LONGEST_TOLD: Final = 60
"""Characters of a refused text that its complaint repeats."""

MINUS: Final = "\N{MINUS SIGN}"

_YES: Final = ("true", "có", "1")
_NO: Final = ("false", "không", "0")
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Unicode's categories of controls, format characters, lone surrogates, private and unassigned ones."""


def nfc(value: str) -> str:
    """Composed form, outer blanks cut: what every boundary stores.

    >>> nfc("  Ho\N{COMBINING GRAVE ACCENT}a La\N{COMBINING CIRCUMFLEX ACCENT}m ") == "Hòa Lâm"
    True
    """
    return unicodedata.normalize("NFC", value).strip()


def paragraphs(value: str) -> str:
    """The same with the ends of lines as one character, whoever sent them."""
    return nfc(value.replace("\r\n", "\n"))


def one_line(value: str) -> str:
    """What stands in a field of one line: inner runs of blanks are one, what nobody sees is left out.

    >>> one_line(" 214/QĐ-CCHC\\N{ZERO WIDTH SPACE}\\N{NO-BREAK SPACE} ngày\\t6/4 ")
    '214/QĐ-CCHC ngày 6/4'
    """
    seen = [symbol for symbol in value if symbol.isspace() or unicodedata.category(symbol) not in _INVISIBLE]
    return nfc(" ".join("".join(seen).split()))


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
