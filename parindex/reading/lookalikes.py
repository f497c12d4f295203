"""Names that a reader cannot tell apart: letters of other scripts, other compositions, other widths.

What nobody sees is left out by `parindex.reading.text` wherever a name comes in, so two names that differed in it are
equal here; what is left to find are letters that look like others.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

import msgspec

from parindex.reading.text import cell, code_point

NamePlace = TypeVar("NamePlace")

_CYRILLIC: Final = "АВЕЅІЈКМНОРСТУХҮѴԌԚԜаеорсухѕіјԁһӏԛԝѵгпк"
_CYRILLIC_LATIN: Final = "ABESIJKMHOPCTYXYVGQWaeopcyxsijdhlqwvrnk"
_GREEK: Final = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹαινορυϲϳκχ"
_GREEK_LATIN: Final = "ABEZHIKMNOPTYXCaivopucjkx"
_OTHERS: Final = "ıɑɡℓ∂"
_OTHERS_LATIN: Final = "iagld"
_LATIN: Final = str.maketrans(_CYRILLIC + _GREEK + _OTHERS, _CYRILLIC_LATIN + _GREEK_LATIN + _OTHERS_LATIN)
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"), "-")
_WHOLE: Final = re.compile(r"0*([0-9]+)(?:\.0+)?", re.ASCII)
"""A whole number, also with noughts before it or behind a point."""
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")


ALIKE: Final = 3 / 5
"""How much of two words is the same, from 0 to 1, so that one may be meant by the other: “sở” is no slip for “ministry”."""
LONGEST: Final = 200
"""Characters of a word that are compared."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like it, in whatever case, or None where none looks like it.

    >>> nearest("weigths", ["weights", "strata"]), nearest("sở", ["ministry"]), nearest("Q1", ["q1", "q2"])
    ('weights', None, 'q1')
    """
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.casefold(), one)
    found = difflib.get_close_matches(word[:LONGEST].casefold(), list(folded), n=1, cutoff=ALIKE)
    return folded[found[0]] if found else None


class Twin(msgspec.Struct, Generic[NamePlace], frozen=True, kw_only=True):
    """Two names that look alike."""

    first: NamePlace
    """Where the one stands that came first."""

    second: NamePlace
    """Where the other stands."""

    name: str
    """The other, as it is kept."""

    earlier: str
    """The one that came first, as it is kept."""

    strange: str | None
    """The letter that gives it away, as ``U+0412``; none where the names are equal or differ in case alone."""


def shape(name: str) -> str:
    """What a reader sees of a name, in whatever case: names of one shape look alike.

    >>> shape("Sở \\N{CYRILLIC CAPITAL LETTER EN}ội vụ") == shape("sở Hội  vụ"), shape("Hòa") == shape("Hoà")
    (True, False)
    """
    seen = unicodedata.normalize("NFKC", cell(name)).translate(_LATIN).translate(_DASHES)
    # Marks stand apart while letters are replaced: й is и with a mark, ớ is none of the other scripts.
    parts = unicodedata.normalize("NFD", seen).translate(_LATIN)
    return cell(unicodedata.normalize("NFC", parts)).casefold()


def foreign_letter(name: str) -> str | None:
    """The first Cyrillic or Greek letter of a name that stands for a Latin one, as ``U+0430``.

    Within a word with Latin letters, or in a word of its own that is made of such letters beside Latin words; a lone
    ``α`` and a name that is wholly of another alphabet are meant so.

    >>> foreign_letter("S\\N{CYRILLIC SMALL LETTER O} Nội vụ"), foreign_letter("Sở Nội vụ")
    ('U+043E', None)
    """
    if name.isascii():
        return None
    words = ["".join(filter(str.isalpha, word)) for word in name.split()]
    scripts = [{_script(symbol) for symbol in word} for word in words]
    if not any("LATIN" in found for found in scripts):
        return None
    for word, found in zip(words, scripts, strict=True):
        foreign = [symbol for symbol in word if _script(symbol) in ("CYRILLIC", "GREEK")]
        if foreign and ("LATIN" in found or (len(word) > 1 and all(ord(symbol) in _LATIN for symbol in word))):
            return code_point(foreign[0])
    return None


def twins(names: Iterable[tuple[NamePlace, str]]) -> Iterator[Twin[NamePlace]]:
    """Every name that looks like an earlier one, with both places; of equal names too. ``4``, ``04`` and ``4.0`` are alike.

    >>> names = [(2, "snb"), (3, "stc"), (4, "sn\\N{CYRILLIC CAPITAL LETTER VE}"), (5, "STC")]
    >>> [(one.first, one.second, one.strange) for one in twins(names)]
    [(2, 4, 'U+0412'), (3, 5, None)]
    """
    earlier: dict[str, tuple[NamePlace, str]] = {}
    for place, given in names:
        name = cell(given)
        seen = _code(shape(name))
        if not seen:
            continue
        if seen not in earlier:
            earlier[seen] = (place, name)
            continue
        first, other = earlier[seen]
        yield Twin(first=first, second=place, name=name, earlier=other, strange=_difference(other, name))


def _code(seen: str) -> str:
    """A whole number as people write it, without the noughts that programs put before and behind it."""
    found = _WHOLE.fullmatch(seen)
    return found[1] if found else seen


def _difference(one: str, other: str) -> str | None:
    """What stands in one of two names and not in the other; the letter of another script before others."""
    differing = [symbol for a, b in ((other, one), (one, other)) for symbol in a if symbol not in b]
    foreign = [symbol for symbol in differing if not symbol.isascii() and _script(symbol) != "LATIN"]
    return next((code_point(symbol) for symbol in (*foreign, *differing) if not _only_case(symbol, one, other)), None)


def _only_case(symbol: str, one: str, other: str) -> bool:
    return symbol.casefold() in one.casefold() and symbol.casefold() in other.casefold()


def _script(symbol: str) -> str:
    name = unicodedata.name(symbol, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")
