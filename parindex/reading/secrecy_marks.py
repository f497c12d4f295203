"""Whether a document says of itself that it is a state secret: MẬT, TỐI MẬT, TUYỆT MẬT.

A mark is told from a word of prose by how it stands, so that a plan for protecting state secrets ("bảo vệ bí mật nhà
nước"), a density ("mật độ") or a password ("mật khẩu") is no secret. What counts is written down in
docs/decisions/0031-a-mark-of-secrecy-is-told-by-how-it-stands.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from parindex.reading.text import nfc

LEVELS: Final = ("TUYỆT MẬT", "TỐI MẬT", "MẬT")
"""The degrees of secrecy, the highest first."""

_UNMARKED: Final = {"TUYET MAT": "TUYỆT MẬT", "TOI MAT": "TỐI MẬT", "MAT": "MẬT"}
"""The same as names of files are written, without marks."""

_CLOSED: Final = {level.replace(" ", ""): level for level in LEVELS}
"""The same without blanks: stamps are often spaced."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_CUT: Final = re.compile(r"[()\[\]{}<>«»“”\"/|:;_.]|\s[-–—]\s|[–—]")
"""What parts a mark from prose. A comma does not: it parts the degrees in a list of them."""

_BRACKETED: Final = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_BEFORE: Final = frozenset(["BÍ", "BẢO", "CƠ", "THÂN", "TÚI", "ĐỘ", "KÍN"])
"""Words that make another word with ``mật`` after them."""

_AFTER: Final = frozenset(
    ["ĐỘ", "KHẨU", "MÃ", "ONG", "THIẾT", "VỤ", "ĐÀM", "THƯ", "DANH", "NGHỊ", "NGỌT", "LỆNH", "ƯỚC"]
)
"""Words that make another word with ``mật`` before them."""

_LABEL: Final = re.compile(r"^\W*(?:dấu |mức )?độ mật\s*[:\-–]\s*(.*)$", re.IGNORECASE)
_NUMBER_LINE: Final = re.compile(r"^\W*số\s*:\s*(.*)$", re.IGNORECASE)
_LONGEST_STAMP: Final = 40
"""Characters of a line that may be a stamp."""


def in_number(text: str) -> str | None:
    """The degree that a document's number tells; in a number ``mật`` has no other meaning.

    >>> in_number("12/BC-UBND (Mật)"), in_number("05/KH-TỐI MẬT"), in_number("12/BC-MAT"), in_number("12/BC-MTTQ")
    ('MẬT', 'TỐI MẬT', 'MẬT', None)
    """
    words = [word.upper() for word in _WORD.findall(nfc(text))]
    return _degree(words) or _unmarked_at_end(words)


def in_words(text: str) -> str | None:
    """The degree that a title, an abstract or a name of an office tells.

    >>> in_words("Báo cáo công tác bảo vệ bí mật nhà nước"), in_words("Quy chế quản lý văn bản mật, tối mật")
    (None, None)
    >>> in_words("Báo cáo quý III (Mật)"), in_words("TỐI MẬT: Kế hoạch"), in_words("Phương án MẬT của tỉnh")
    ('MẬT', 'TỐI MẬT', 'MẬT')
    """
    whole = nfc(text)
    for part in _CUT.split(whole):
        if level := _exactly(part):
            return level
    return _in_capitals_of(whole)


def in_name(text: str) -> str | None:
    """The degree that the name of a file tells, with or without marks.

    >>> in_name("BC_Mật.pdf"), in_name("ke-hoach-tuyet-mat.pdf"), in_name("12-BC (MAT).pdf"), in_name("Mật độ dân số.xlsx")
    ('MẬT', 'TUYỆT MẬT', 'MẬT', None)
    >>> in_name("bi-mat-nha-nuoc.pdf"), in_name("mat-tran-to-quoc.pdf"), in_name("Bao mat.docx")
    (None, None, None)
    """
    stem = nfc(text).rpartition(".")[0] or nfc(text)
    words = [word.upper() for word in _WORD.findall(stem)]
    inside = [" ".join(_WORD.findall(part)).upper() for part in _BRACKETED.findall(stem)]
    if level := next((part for part in inside if part in LEVELS), None) or _in_capitals_of(stem):
        return level
    if "MẬT" in (words[:1] + words[-1:]) and (level := _degree(words)):
        return level
    for first, second in pairwise(words):
        joined = f"{first} {second}"
        if joined in ("TUYỆT MẬT", "TUYET MAT", "TỐI MẬT") or (joined == "TOI MAT" and _at_an_end(words, joined)):
            return _UNMARKED.get(joined, joined)
    if level := next((_UNMARKED[part] for part in inside if part in _UNMARKED), None):
        return level
    if len(words) == 1:
        return _UNMARKED.get(words[0])
    return "MẬT" if words and _WORD.findall(stem)[-1] == "MAT" and stem != stem.upper() else None


def in_lines(lines: Iterable[str]) -> str | None:
    """The degree that a document's own text tells: a stamp on a line of its own, the line of its number, ``Độ mật:``.

    Degrees on lines that follow one another are a list of the degrees, such as the head of a table, and no stamp.

    >>> in_lines(["UBND TỈNH", "Số: 12/BC-UBND", "T Ố I  M Ậ T", "BÁO CÁO"])
    'TỐI MẬT'
    >>> in_lines(["Độ mật", "Tuyệt mật", "TUYỆT MẬT", "TỐI MẬT", "MẬT", "Tổng"]), in_lines(["Mật"])
    (None, None)
    """
    kept = [line for line in map(nfc, lines) if line]
    stamps = ["", *map(_stamp, kept), ""]
    for at, line in enumerate(kept, start=1):
        here = stamps[at]
        if here and {stamps[at - 1], stamps[at + 1]} <= {"", here}:
            return here
        if level := _told_beside(line):
            return level
    return None


def _stamp(line: str) -> str:
    if len(line) > _LONGEST_STAMP:
        return ""
    letters = "".join(_WORD.findall(line))
    return _CLOSED.get(letters, "")


def _told_beside(line: str) -> str | None:
    if label := _LABEL.match(line):
        return _exactly(label[1])
    if number := _NUMBER_LINE.match(line):
        return _in_capitals(number[1]) or next(filter(None, map(_exactly, _CUT.split(number[1]))), None)
    return None


def _exactly(part: str) -> str | None:
    """The degree that a piece of text is, and nothing else."""
    found = " ".join(_WORD.findall(part)).upper()
    return found if found in LEVELS else None


def _in_capitals_of(text: str) -> str | None:
    """The same; text that is all in capital letters tells nothing by them."""
    return None if text == text.upper() else _in_capitals(text)


def _in_capitals(text: str) -> str | None:
    """The degree in capital letters within other text, unless it is a part of another word."""
    return _degree(_WORD.findall(text))


def _degree(words: list[str]) -> str | None:
    for at, word in enumerate(words):
        if word != "MẬT":
            continue
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if before in ("TUYỆT", "TỐI"):
            return f"{before} MẬT"
        if before.upper() not in _BEFORE and after.upper() not in _AFTER:
            return "MẬT"
    return None


def _unmarked_at_end(words: list[str]) -> str | None:
    if not words or words[-1] != "MAT":
        return None
    return _UNMARKED.get(" ".join(words[-2:]), "MẬT")


def _at_an_end(words: list[str], joined: str) -> bool:
    return joined in (" ".join(words[:2]), " ".join(words[-2:]))
