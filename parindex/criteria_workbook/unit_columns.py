"""A form with a column a unit: code, content and level of each row, and no maximum.

What the units filled in is no part of a set. The code stands in a column, in the content, or in both; a row that takes
data is a criterion. Since nothing says how many points it is worth, each gets one for the time being, and that is said
by its row.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from parindex.criteria_workbook.annex import Annex
from parindex.criteria_workbook.annex_head import AnnexTable
from parindex.criteria_workbook.flat_rows import plain_code
from parindex.criteria_workbook.layout import plain
from parindex.criteria_workbook.located import LocatedRow, Register, cell_text
from parindex.criteria_workbook.nesting import OutlineEntry, is_footnote, is_total
from parindex.criteria_workbook.numbers import NotANumber, number
from parindex.criteria_workbook.problems import CellPlace, Heading
from parindex.scoring.law.yaml_tree import Node, Scalar

_LEADING: Final = re.compile(
    r"([A-ZĐ]{1,3}(?:\.[0-9]{1,3})+|[0-9]{1,3}(?:\.[0-9]{1,3})+|[A-ZĐ]{1,3}(?=[.):])|[0-9]{1,3}(?=[.):]))[.):]?\s+(?=\S)"
)
_CODE: Final = re.compile(r"[0-9A-ZĐ]+(\.[0-9A-ZĐ]+)*", re.IGNORECASE)
_POINTS: Final = re.compile(
    r"\s*[(\[]\s*(?:tối đa|điểm tối đa|điểm)?\s*:?\s*(-?[0-9][0-9.,]*)\s*(?:điểm|đ|points?)\s*[)\]]\s*\Z", re.IGNORECASE
)
_NOT_ENTERED: Final = ("", "0", "false", "khong", "no")


def parted(content: str) -> tuple[str, str]:
    """The code with which a content begins, and the rest.

    >>> parted("A. Chỉ đạo"), parted("ĐT.1 Hạ tầng"), parted("UBND xã ban hành")
    (('A', 'Chỉ đạo'), ('ĐT.1', 'Hạ tầng'), ('', 'UBND xã ban hành'))
    """
    found = _LEADING.match(content)
    return (found[1], content[found.end() :]) if found else ("", content)


def points_in(content: str) -> Decimal | None:
    """The points that stand in brackets at the end of a content.

    >>> points_in("Ban hành kế hoạch (4 điểm)"), points_in("Kiểm tra (tối đa 1,5đ)"), points_in("Kiểm tra (2 lần)")
    (Decimal('4'), Decimal('1.5'), None)
    """
    found = _POINTS.search(content)
    try:
        return number(found[1]) if found else None
    except NotANumber:
        return None


class UnitColumns(Annex):
    """Reads one such table."""

    def __init__(self, table: AnnexTable, heading: Heading, register: Register):
        super().__init__(table, heading, register)
        self.taken: dict[str, int] = {}
        self.levels: list[int] = []

    def row(self, at: int) -> LocatedRow:
        """One row with its level and whether it takes data."""
        row = super().row(at)
        cells = self.table.sheet.rows[at]
        for key, column in self.table.repeated.items():
            row.cells = {**row.cells, key: (column, cells[column])}
        return row

    def read_rows(self) -> None:
        """Every row below the head."""
        self.tell_units()
        rows = [self.row(at) for at in range(self.table.top + 1, len(self.table.sheet.rows))]
        rows = [row for row in rows if row.written("code") or row.written("title")]
        self.columns_hold = self.is_code_column(rows)
        for row in rows:
            if not self.is_header(row):
                self.read_row(row)
        self.top = [entry for entry in self.top if self.has_criteria(entry)]

    def tell_units(self) -> None:
        """Name the columns of units once, at the head."""
        used = {*self.table.columns.values(), *self.table.repeated.values()}
        head = self.table.sheet.rows[self.table.top]
        named = [cell_text(cell) for at, cell in enumerate(head) if at not in used and isinstance(cell, str)]
        named = [name for name in named if plain(name) not in ("rowid", "id", "stt")]
        if named:
            line = self.register.line(CellPlace(self.table.sheet.name, self.table.top + 1))
            self.register.note(line, "units_left_out", n=len(named), found=", ".join(named))

    def is_code_column(self, rows: list[LocatedRow]) -> bool:
        """Whether the column of codes says what the contents say too; else it holds numbers of a program."""
        pairs = [(row.written("code").rstrip("."), parted(row.written("title"))[0]) for row in rows]
        both = [(one, other) for one, other in pairs if one and other]
        return 2 * sum(one == other for one, other in both) >= len(both)

    def read_row(self, row: LocatedRow) -> None:
        """One row in its place, or what is wrong with it."""
        written, (inside, title) = row.written("code").rstrip("."), parted(row.written("title"))
        if not written and not inside and (is_total(title) or is_footnote(title)):
            row.note(None, "row_skipped", found=title)
            return
        code = self.chosen(row, written, inside)
        if not code:
            row.fail("code", "row_without_code", found=title)
            return
        if not _CODE.fullmatch(code):
            row.fail("code", "label_unread", found=code)
            return
        if not title:
            row.fail("title", "no_text", expected=self.heads["title"])
        ours = ".".join(plain_code(part) for part in code.upper().split("."))
        if ours != code.upper():
            row.note("code", "code_written", found=code, expected=ours)
        entry = OutlineEntry(row, ours)
        said = points_in(title)
        if said is not None:
            row.cells = {**row.cells, "max": (row.cells["title"][0], said)}
        entry.title = " ".join((title if said is None else _POINTS.sub("", title)).split())
        self.put(entry, self.level(row, code))

    def chosen(self, row: LocatedRow, written: str, inside: str) -> str:
        """The code of a row: of the column or of the content, the other where that one is taken already."""
        code, other = (written, inside) if self.columns_hold else (inside or written, written)
        code = code or other
        if code in self.taken and other and other not in self.taken and self.columns_hold:
            code, other = other, code
        if other and other != code and self.columns_hold:
            row.note("code", "code_misprinted", found=other, expected=code)
        self.taken.setdefault(code, row.number)
        return code

    def level(self, row: LocatedRow, code: str) -> int:
        """How deep a row lies: as it says, else as its code has parts."""
        said = row.stated("level")
        whole = said is not None and said == said.to_integral_value() and 0 <= said <= 30
        return int(said) if said is not None and whole else code.count(".") + 1

    def put(self, entry: OutlineEntry, level: int) -> None:
        """Below the last row of a lesser level."""
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
            self.path.pop()
        (self.path[-1].parts if self.path else self.top).append(entry)
        self.path.append(entry)
        self.levels.append(level)

    def has_criteria(self, entry: OutlineEntry) -> bool:
        """Whether a row takes data or has rows below that do; what has neither is left out, and said."""
        if entry.parts:
            entry.parts = [part for part in entry.parts if self.has_criteria(part)]
            if entry.parts:
                return True
        entered = "entered" not in entry.row.cells or plain(entry.row.written("entered")) not in _NOT_ENTERED
        if not entered:
            entry.row.note(None, "row_skipped", found=entry.title)
        return entered

    def maximum(self, row: LocatedRow) -> Node:
        """What its content says in brackets; else one point until somebody says how many."""
        if "max" in row.cells:
            return super().maximum(row)
        row.note("title", "maximum_given", found=row.written("title"), expected=Decimal(1))
        return Scalar(line=row.line("title"), column=1, text="1", kind="float")
