"""Rows of a table put below each other by their level, or by their code where they have none."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from parindex.criteria_workbook.layout import plain
from parindex.criteria_workbook.located import LocatedRow, Register

_TOTALS: Final = ("tongcong", "tongdiem", "tongso", "tong", "cong", "total", "subtotal", "grandtotal", "sum")
_FOOTNOTES: Final = ("ghichu", "chuthich", "note", "notes", "footnote", "luuy")
_CLOSING: Final = re.compile(
    r"(?i:nơi nhận)\s*(?::|\Z)|(?:TM|KT|TL|TUQ|Q)\.\s*[A-ZĐÀ-Ỹ]{2}|(?i:người lập(?: biểu| bảng)?|[^,.;:]{2,40}, ngày\s.{0,12}tháng\s.{0,12}năm\s.{0,8})\Z"
)
_PART: Final = r"(?:[IVXLC]{1,6}|[A-ZĐ]|[0-9]{1,2})"
_OF_PARTS: Final = re.compile(rf"(?i:tổng(?: lĩnh vực| phần| mục)?) \(?{_PART}(?: ?[+,] ?{_PART})*\)?[.:]?\Z")
"""A total that names what it adds up: “Tổng A+B”, “Tổng lĩnh vực I”."""
_NO_SUM: Final = re.compile(r"cộng (?:đồng|tác|sinh|hưởng|hòa|hoà|sản)\b")
"""Words that begin like a sum."""
MOST_LEVELS: Final = 30


class OutlineEntry:
    """One row with the rows below it."""

    def __init__(self, row: LocatedRow, code: str):
        self.row = row
        self.code = code
        self.title = ""
        self.parts: list[OutlineEntry] = []


def is_total(text: str) -> bool:
    """Whether a row is the total or a subtotal of others.

    >>> is_total("Tổng cộng"), is_total("Cộng lĩnh vực I:"), is_total("TỔNG A + B"), is_total("Tổng I")
    (True, True, True, True)
    >>> [is_total(text) for text in ("Công khai, minh bạch", "Tổng số hồ sơ", "Tổng đài 1022", "Cộng đồng giám sát")]
    [False, False, False, False]
    """
    word = plain(text)
    if word in _TOTALS:
        return True
    # "Cộng …" sums, "Công …" is a word like any other: the marks decide.
    head = " ".join(text.lower().split())
    if _OF_PARTS.match(" ".join(text.split())):
        return True
    return _NO_SUM.match(head) is None and head.startswith(
        ("cộng ", "tổng cộng", "tổng điểm", "cộng:", "tổng:", "tổng số điểm", "total ")
    )


def is_footnote(text: str) -> bool:
    """Whether a row explains the table rather than being part of it.

    >>> is_footnote("Ghi chú: áp dụng từ 2026"), is_footnote("(*) Theo Nghị định"), is_footnote("Ghi nhận")
    (True, True, False)
    """
    return plain(text.partition(":")[0]) in _FOOTNOTES or text.lstrip().startswith(("(*", "*", "(1)", "¹"))


def is_closing(text: str) -> bool:
    """Whether a line begins the block of signatures and recipients below a table.

    >>> is_closing("Nơi nhận:"), is_closing("TM. ỦY BAN NHÂN DÂN"), is_closing("Huế, ngày 5 tháng 1 năm 2026")
    (True, True, True)
    >>> is_closing("Nơi nhận hồ sơ có niêm yết"), is_closing("Báo cáo nộp trước ngày 5 tháng 1 năm 2026")
    (False, False)
    """
    return _CLOSING.match(" ".join(text.split())) is not None


def tell_total(row: LocatedRow, said: Decimal, expected: Decimal) -> None:
    """A total that is printed as another number: rounded it is noted, else it is wrong."""
    if expected.quantize(said, ROUND_HALF_UP) == said:
        row.note("max", "total_rounded", found=said, expected=expected)
    else:
        row.fail("max", "total_differs", found=said, expected=expected)


class Nest:
    """Builds the tree of the rows of one sheet."""

    def __init__(self, register: Register, *, flat: bool = False):
        self.register = register
        self.flat = flat
        self.top: list[OutlineEntry] = []
        self.path: list[OutlineEntry] = []
        self.levels: dict[str, int] = {}
        self.last_code = ""
        self.refused = False

    def add(self, row: LocatedRow, code: str) -> None:
        """Put a row in its place, or note why it has none."""
        level = self.level(row, code)
        if level is None:
            return
        if level > len(self.path) + 1:
            row.fail("level", "level_jump", found=level, before=len(self.path), expected=len(self.path) + 1)
            level = max(1, len(self.path))
        del self.path[level - 1 :]
        above = self.path[-1].parts if self.path else self.top
        if not code:
            code = f"{self.path[-1].code}.{len(above) + 1}" if self.path else str(len(above) + 1)
            row.note("code", "code_given", expected=code)
        entry = OutlineEntry(row, code)
        above.append(entry)
        self.path.append(entry)
        self.levels.setdefault(code, level)
        self.last_code = code

    def level(self, row: LocatedRow, code: str) -> int | None:
        """How deep a row lies; None for a row that is no criterion."""
        title = row.written("title") or row.written("number")
        if not code and self.leave_out(row, title):
            return None
        if self.flat:
            if not code:
                self.without_code(row, title)
            return 1 if code else None
        written = row.value("level")
        if written is not None:
            return self.written_level(row)
        if not code:
            self.without_code(row, title)
            return None
        above, _, _ = code.rpartition(".")
        while above and above not in self.levels:
            above, _, _ = above.rpartition(".")
        return self.levels[above] + 1 if above else 1

    def without_code(self, row: LocatedRow, title: str) -> None:
        """Note a row that has words and no place."""
        self.refused = True
        row.fail("code", "row_without_code", found=title)

    def written_level(self, row: LocatedRow) -> int:
        """The level that a row says itself."""
        found = row.decimal("level")
        level = Decimal(found.text) if found is not None and found.kind == "float" else None
        if level is None or level != level.to_integral_value() or not 1 <= level <= MOST_LEVELS:
            row.fail("level", "not_number", found=row.written("level"))
            return max(1, len(self.path))
        return int(level)

    def leave_out(self, row: LocatedRow, title: str) -> bool:
        """Whether a row without a code is a total, a footnote or nothing; a total is checked."""
        if is_total(title) or is_total(row.written("number")):
            self.check_total(row, row.stated("max"))
            return True
        if is_footnote(title) or (row.value("title") is None and row.value("max") is None):
            row.note(None, "row_skipped", found=title)
            return True
        return False

    def check_total(self, row: LocatedRow, said: Decimal | None) -> None:
        """A total is that of the area above it or of everything so far."""
        if said is None or not self.top:
            return
        everything = sum((total(entry) for entry in self.top), Decimal(0))
        if said not in {everything, *(total(entry) for entry in self.path)}:
            row.fail("max", "total_differs", found=said, expected=everything)


def total(entry: OutlineEntry) -> Decimal:
    """The points of a row: of its parts where it has any."""
    if entry.parts:
        return sum((total(part) for part in entry.parts), Decimal(0))
    return entry.row.stated("max") or Decimal(0)
