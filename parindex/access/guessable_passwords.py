"""Whether a password is easily guessed: what is left of it without the words, rows of keys and years that all try.

A list of whole passwords would only hold those that somebody else thought of; nearly all of them are made of the same
few pieces. So the pieces are taken out: common words, words of this work and of its agencies, whatever names the
account and its house, years, rows of keys, repetitions, also where letters are written as digits and signs. What is
left must still be something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from parindex.access.password_words import COMMON, CONTEXT

SHORTEST: Final = 12
"""Characters of a password at least."""

LEFT: Final = 5
"""Letters and digits that have to be left."""

DIFFERENT: Final = 4
"""Different ones among them."""

ROW: Final = 3
"""Keys in a row that nobody needs to be told."""

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "abcdefghijklmnopqrstuvwxyz")
_SIGNS: Final = str.maketrans("@4831!0$57€", "aabeiiosste")
_YEAR: Final = re.compile(r"(19|20)\d\d")
_AGAIN: Final = re.compile(r"(.{1,12}?)\1{2,}")


def easily_guessed(password: str, about: Iterable[str] = ()) -> bool:
    """Whether what is left of a password is too little.

    Args:
        password: As it was typed.
        about: What names its owner and the house: login, names, codes.

    >>> [easily_guessed(p) for p in ("Parindex@2026", "BoNoiVu#2025!!", "P@ssw0rd2026", "123456789012", "Matkhau@123456")]
    [True, True, True, True, True]
    >>> easily_guessed("sáu con vịt qua cầu"), easily_guessed("nguyenlan2026", ["Nguyễn Lan"])
    (False, True)
    """
    words = sorted({word for name in about for word in _names(name)}, key=len, reverse=True)
    own = re.compile("|".join(map(re.escape, words))) if words else None
    plain = _YEAR.sub(" ", _folded(password))
    return any(_too_little(text, own) for text in (plain, plain.translate(_SIGNS)))


def _too_little(text: str, own: re.Pattern[str] | None) -> bool:
    rest = re.sub(r"[^a-z0-9 ]", "", text)
    if own is not None:
        rest = own.sub(" ", rest)
    rest = _AGAIN.sub(r" \1 ", _pieces().sub(" ", rest))
    left = rest.replace(" ", "")
    return len(left) < LEFT or len(set(left)) < DIFFERENT


def _folded(text: str) -> str:
    """Small letters without marks and blanks."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("\u0111", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter) and not letter.isspace())


def _names(name: str) -> Iterable[str]:
    """How a name is typed: as a whole, its longer words, its initials."""
    words = [re.sub(r"[^a-z0-9]", "", _folded(word)) for word in re.split(r"[\s@._-]+", name)]
    whole, initials = "".join(words), "".join(word[:1] for word in words)
    return (typed for typed in (whole, initials, *words) if len(typed) >= ROW)


@cache
def _pieces() -> re.Pattern[str]:
    """Every word and every row, the longest first."""
    rows = [
        way[start:end]
        for row in _ROWS
        for way in (row, row[::-1])
        for start in range(len(row))
        for end in range(start + ROW, len(row) + 1)
    ]
    return re.compile("|".join(sorted({*COMMON.split(), *CONTEXT.split(), *rows}, key=len, reverse=True)))
