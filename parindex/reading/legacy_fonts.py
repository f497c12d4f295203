"""Vietnamese typed for old fonts, whose letters stand in the place of others: TCVN3 (.VnTime) and VNI (VNI-Times)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LATIN_1: Final = bytes([*range(0xA1, 0xAF), *range(0xB5, 0xBA), *range(0xBB, 0xBF), *range(0xC6, 0xCD), *range(0xCE, 0xD9),
                         *range(0xDC, 0xE0), *range(0xE1, 0xF0), *range(0xF1, 0xFF)]).decode("latin-1")  # fmt: skip
_TCVN3_LETTERS: Final = (
    "ĂÂÊÔƠƯĐăâêôơưđ" "àảãáạ" "ằẳẵắ" "ặầẩẫấậè" "ẻẽéẹềểễếệìỉ" "ĩíịò" "ỏõóọồổỗốộờởỡớợù" "ủũúụừửữứựỳỷỹýỵ"
)  # fmt: skip
_TCVN3: Final = str.maketrans(_LATIN_1, _TCVN3_LETTERS)
_TCVN3_ONLY: Final = re.compile(
    "[\u00a1-\u00bf\u00c5-\u00c7\u00cb\u00ce-\u00d1\u00d6-\u00d8\u00dc-\u00df\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6-\u00f8\u00fb\u00fc\u00fe]"
)
"""Letters of TCVN3 that Vietnamese in Unicode does not have."""
_TCVN3_SURE: Final = re.compile(
    "\u00ae(?=[a-z\u00a1-\u00fe])|(?<=[a-zA-Z])[\u00b5\u00b6\u00b8\u00b9\u00bc-\u00be\u00ac](?![0-9])"
)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_MARKS: Final = {
    **dict(zip("øùûõï", (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True)),
    **dict(zip("âàáåãä", (_CIRCUMFLEX + tone for tone in ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)), strict=True)),
    **dict(zip("êèéúüë", (_BREVE + tone for tone in ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)), strict=True)),
}
_SINGLE: Final = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI: Final = re.compile("([aeouyôö])([" + "".join(_MARKS) + "])|[" + "".join(_SINGLE) + "]", re.IGNORECASE)
_VNI_SURE: Final = re.compile("[aeouyôö][øûïåäëü]|(?<![a-z])ñ[a-zôöæ]", re.IGNORECASE)


_TONES: Final = dict.fromkeys(map(ord, _GRAVE + _ACUTE + _HOOK + _TILDE + _DOT))
_SYLLABLE: Final = re.compile(
    "(?:ngh?|nh|ch|gh|gi|kh|kr|ph|pl|qu|th|tr|[bcdđghklmnpqrstvx])?"
    "(?:[aăâeêioôơuưy]|a[iouy]|â[uy]|eo|êu|i[aêu]|iêu|o[aăeio]|oa[ioy]|oeo|[ôơ]i|u[aâêiôơy]|uâ[yu]|uôi|uy[aêu]|ư[aiơu]|ươ[iu]|yêu?)"
    "(?:ch|ng|nh|[ckmnpt])?"
)
"""How a word of one beat is written, without its tone; names of the highlands, as Đắk Lắk and Krông, among them."""
_VOWEL: Final = re.compile("[aăâeêioôơuưy]")
_WORD: Final = re.compile(r"[^\W\d_]+[\u0300-\u036f]*")
_REAL_WORDS: Final = 4 / 5
"""How many of the words that a conversion changes are Vietnamese then, where nothing but the letters tells."""


FONTS: Final = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}
"""A font of each encoding."""


def encoding_of_font(font: str) -> str:
    """The encoding for which a font was made; empty for one of Unicode.

    >>> encoding_of_font(".VnTimeH"), encoding_of_font("VNI-Times"), encoding_of_font("Times New Roman")
    ('TCVN3', 'VNI', '')
    """
    name = font.strip().casefold()
    return "TCVN3" if name.startswith(".vn") else "VNI" if name.startswith("vni") else ""


def converted(text: str, font: str = "") -> tuple[str, str]:
    """A text in Unicode, and the encoding that it was in; empty where nothing was changed.

    >>> converted("ChØ ®¹o ®iÒu hµnh"), converted("Keá hoaïch"), converted("Kế hoạch", "VNI-Times")
    (('Chỉ đạo điều hành', 'TCVN3'), ('Kế hoạch', 'VNI'), ('Kế hoạch', ''))
    """
    if text.isascii():
        return text, ""
    if named := encoding_of_font(font):
        return _read_as(text, named, font)
    read, encoding = _read_as(text, _guessed(text))
    return (read, encoding) if encoding and _is_vietnamese(text, read) else (text, "")


def _read_as(text: str, encoding: str, font: str = "") -> tuple[str, str]:
    """A text that was in an encoding, in Unicode; and the encoding, empty where it was in Unicode all the same."""
    if encoding == "TCVN3" and not _is_unicode(text, sure=_TCVN3_ONLY):
        read = text.translate(_TCVN3)
        capitals = font.strip().casefold().startswith(".vn") and font.strip().endswith("H")
        return read.upper() if capitals else read, encoding
    if encoding == "VNI" and not _is_unicode(text, sure=_VNI):
        return unicodedata.normalize("NFC", _VNI.sub(_letter, text)), encoding
    return text, ""


def _is_vietnamese(text: str, read: str) -> bool:
    """Whether words that a conversion changes are Vietnamese then: of “Citroën naïve” it makes none that is.

    >>> _is_vietnamese("Keá hoaïch", "Kế hoạch"), _is_vietnamese("Yáñez Ordóñez", "Ŷ́đez Ordĩđez")
    (True, False)
    """
    changed = [after for before, after in zip(text.split(), read.split(), strict=True) if before != after]
    words = [word for part in changed for word in _WORD.findall(part) if not word.isascii()]
    spoken = [word for word in words if _VOWEL.search(_without_tone(word))]
    return bool(spoken) and sum(map(is_syllable, spoken)) >= _REAL_WORDS * len(spoken)


def is_syllable(word: str) -> bool:
    """Whether a word is written as Vietnamese ones are: one beat, one tone at most.

    >>> [is_syllable(word) for word in ("Nghiêng", "quyết", "Ở", "Anạs", "Nọ̆l", "Ỵle", "đúng")]
    [True, True, True, False, False, False, True]
    """
    tones = sum(ord(symbol) in _TONES for symbol in unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(_without_tone(word)) is not None


def _without_tone(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.casefold()).translate(_TONES))


def converted_cells(rows: Sequence[Sequence[str]]) -> tuple[list[list[str]], dict[tuple[int, int], str]]:
    """The cells of a file without fonts in Unicode, and where which encoding stood.

    Where some cells can be of one encoding only, the others are of it too: a short word alone tells nothing.

    >>> converted_cells([["ChØ ®¹o ®iÒu hµnh", "Së"], ["a", "1"]])
    ([['Chỉ đạo điều hành', 'Sở'], ['a', '1']], {(0, 0): 'TCVN3', (0, 1): 'TCVN3'})
    """
    sure = {encoding for row in rows for text in row if (encoding := converted(text)[1])}
    font = FONTS[next(iter(sure))] if len(sure) == 1 else ""
    texts, found = [list(row) for row in rows], {}
    for at, row in enumerate(texts if sure else ()):
        for column, text in enumerate(row):
            read, encoding = converted(text, font)
            if encoding and read != text and _is_vietnamese(text, read):
                row[column], found[at, column] = read, encoding
    return texts, found


def _guessed(text: str) -> str:
    """By what stands in a text alone: only where nothing else can be meant."""
    mixed = any(symbol > "\u1e9f" for symbol in text)
    if len(_TCVN3_SURE.findall(text)) > mixed and len(_TCVN3_ONLY.findall(text)) >= 2:
        return "TCVN3"
    if mixed:
        return ""
    return "VNI" if len(_VNI_SURE.findall(text)) >= 1 and len(_VNI.findall(text)) >= 2 else ""


def _is_unicode(text: str, *, sure: re.Pattern[str]) -> bool:
    """Whether words under an old font were typed in Unicode all the same."""
    return any("\u1ea0" <= symbol <= "\u1ef9" for symbol in text) and not sure.search(text)


def _letter(found: re.Match[str]) -> str:
    if found[1] is None:
        single = _SINGLE[found[0].lower()]
        return single.upper() if found[0].isupper() else single
    base = found[1]
    if base.lower() in "ôö":
        horned = {"ô": "ơ", "ö": "ư"}[base.lower()]
        base = horned.upper() if base.isupper() else horned
    return unicodedata.normalize("NFC", base + _MARKS[found[2].lower()])
