"""Cells that know their place, and the nodes of a set made from them.

The loader names a place by a line; here the line of a node is the running number of its cell, from which sheet,
row and column are found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.kept_text import given
from parindex.criteria_workbook.layout import ColumnHead, ColumnWords
from parindex.criteria_workbook.numbers import NotANumber, number, two_readings
from parindex.criteria_workbook.problems import CellPlace, WorkbookProblem
from parindex.reading.complaint import Complaint
from parindex.reading.dates import FIRST_YEAR, LAST_YEAR, day
from parindex.reading.xlsx_cells import PercentCell, SheetCells, XlsxCell
from parindex.scoring import Checked, shortest
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_

MOST_HEADER_ROW: Final = 60
"""A header is looked for in the first rows."""


class Register:
    """Numbers the places of a workbook and collects what is wrong at them."""

    def __init__(self) -> None:
        self.places: list[CellPlace] = [CellPlace()]
        self.asking = False
        """Whether the rows come from a file in which a number like 1,250 is always asked about."""
        self.spoiled: set[int] = set()
        self.problems: list[tuple[int, WorkbookProblem]] = []
        self.notes: list[tuple[int, WorkbookProblem]] = []

    def line(self, place: CellPlace) -> int:
        """The running number of a place."""
        self.places.append(place)
        return len(self.places) - 1

    def fail(self, line: int, code: str, **values: Any) -> None:
        """Note what is wrong at a place; what the loader would add about the same cell is left out."""
        self.spoiled.add(line)
        self.problems.append((line, WorkbookProblem(code=code, values=values, place=self.places[line])))

    def note(self, line: int, code: str, **values: Any) -> None:
        """Note what was understood."""
        self.notes.append((line, WorkbookProblem(code=code, values=values, place=self.places[line])))

    def take(self, checked: Checked) -> None:
        """Defects of the loader, at their cells."""
        for defect in checked.defects:
            if defect.line not in self.spoiled:
                place = self.places[defect.line]
                values = dict(defect.values)
                if isinstance(values.get("first"), int):
                    values["first"] = self.places[values["first"]]
                self.problems.append(
                    (defect.line, WorkbookProblem(code=defect.code, values=values, place=place, defect=defect))
                )

    def sorted(self, told: Sequence[tuple[int, WorkbookProblem]], sheets: Sequence[str]) -> tuple[WorkbookProblem, ...]:
        """In the order of the workbook."""
        order = {name: at for at, name in enumerate(sheets)}

        def key(one: tuple[int, WorkbookProblem]) -> tuple[int, int, int]:
            place = one[1].place
            return order.get(place.sheet, -1), place.row, -1 if place.column is None else place.column

        return tuple(problem for _, problem in sorted(told, key=key))


class LocatedRow:
    """One row of a table, by column key."""

    def __init__(
        self,
        register: Register,
        sheet: str,
        number: int,
        cells: Mapping[str, tuple[int, XlsxCell]],
        heads: Mapping[str, ColumnHead],
    ):
        self.register = register
        self.sheet = sheet
        self.number = number
        self.cells = cells
        self.heads = heads
        self.lines: dict[str | None, int] = {}

    def line(self, key: str | None = None) -> int:
        """The running number of a cell, or of the row."""
        if key not in self.lines:
            column = self.cells[key][0] if key is not None and key in self.cells else None
            self.lines[key] = self.register.line(CellPlace(self.sheet, self.number, column))
        return self.lines[key]

    def value(self, key: str) -> XlsxCell:
        """What stands in a cell; text trimmed and composed, None where it is empty."""
        cell = self.cells[key][1] if key in self.cells else None
        if isinstance(cell, str):
            return given(cell) or None
        return cell

    def __bool__(self) -> bool:
        return any(self.value(key) is not None for key in self.cells)

    def fail(self, key: str | None, code: str, **values: Any) -> None:
        """Note what is wrong with a cell or with the row."""
        self.register.fail(self.line(key), code, **values)

    def note(self, key: str | None, code: str, **values: Any) -> None:
        """Note what was understood."""
        self.register.note(self.line(key), code, **values)

    def written(self, key: str) -> str:
        """A cell as text, empty where there is nothing."""
        return cell_text(self.value(key))

    # nodes

    def null(self, key: str | None = None) -> Scalar:
        """Something that is not there, or that was already said to be wrong."""
        return Scalar(line=self.line(key), column=1, text="", kind="null")

    def text(self, key: str) -> Scalar | None:
        """Text, also from a number that was typed without its quotes."""
        text = self.written(key)
        return Scalar(line=self.line(key), column=1, text=text, kind="text") if text else None

    def required(self, key: str) -> Scalar:
        """Text that has to be there."""
        found = self.text(key)
        if found is None:
            self.fail(key, "no_text", expected=self.heads[key])
            return self.null(key)
        return found

    def decimal(self, key: str) -> Scalar | None:
        """A number; None where the cell is empty."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, str):
            text = value
            try:
                value = number(text, ask=self.register.asking)
            except NotANumber as error:
                readings = two_readings(text, ask=self.register.asking) if error.code == "two_numbers" else {}
                self.fail(key, error.code, found=text, **readings)
                return self.null(key)
        if isinstance(value, PercentCell):
            self.fail(key, "percent_format", found=cell_text(value), whole=value * 100, decimal=Decimal(value))
            return self.null(key)
        if isinstance(value, bool) or not isinstance(value, Decimal):
            self.fail(key, "not_number", found=cell_text(value))
            return self.null(key)
        return Scalar(line=self.line(key), column=1, text=shortest(value), kind="float")

    def stated(self, key: str) -> Decimal | None:
        """A number that is only looked at; None for anything else."""
        value = self.value(key)
        try:
            read = number(value, ask=self.register.asking) if isinstance(value, str) else value
        except NotANumber:
            return None
        return read if isinstance(read, Decimal) else None

    def word(self, key: str, words: ColumnWords) -> str | None:
        """The key of a word of a list; None where the cell is empty or wrong, and then that is noted."""
        value = self.value(key)
        if value is None:
            return None
        found = layout.meant(words, self.written(key))
        if found is None:
            self.fail(key, "not_word", found=self.written(key), expected=list(words.values()))
        return found

    def chosen(self, key: str, words: ColumnWords) -> Scalar | None:
        """A word of a list as the word of the YAML."""
        if self.value(key) is None:
            return None
        found = self.word(key, words)
        if found is None:
            return self.null(key)
        return Scalar(line=self.line(key), column=1, text=found, kind="text")

    def flag(self, key: str) -> Scalar | None:
        """Yes or no."""
        value = self.value(key)
        if value is None:
            return None
        found = "true" if layout.plain(self.written(key)) == "x" else self.word(key, layout.YES)
        if found is None:
            return self.null(key)
        return Scalar(line=self.line(key), column=1, text=found, kind="boolean")

    def day(self, key: str) -> Scalar | None:
        """A date."""
        value = self.value(key)
        if value is None:
            return None
        try:
            found = day(self.written(key))
        except Complaint as complaint:
            code = "year_outside" if complaint.code == "value_year_outside" else "not_day"
            self.fail(key, code, found=self.written(key), expected=f"{FIRST_YEAR}-{LAST_YEAR}")
            return self.null(key)
        return Scalar(line=self.line(key), column=1, text=found.isoformat(), kind="text")

    def label(self, vi: str, en: str) -> Mapping_ | None:
        """A text in Vietnamese, with English where it stands."""
        vietnamese, english = self.text(vi), self.text(en)
        if vietnamese is None and english is None:
            return None
        if vietnamese is None:
            self.fail(vi, "no_text", expected=self.heads[vi])
            vietnamese = self.null(vi)
        return mapping(self.line(vi), vi=vietnamese, en=english)


def cell_text(value: XlsxCell) -> str:
    """Any cell as text: numbers shortest, days ISO."""
    if value is None:
        return ""
    if isinstance(value, PercentCell):
        return f"{shortest(value * 100)}%"
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value


def word(line: int, text: str) -> Scalar:
    """A word at a place."""
    return Scalar(line=line, column=1, text=text, kind="text")


def mapping(line: int, /, **values: Node | None) -> Mapping_:
    """Keys and values that are there."""
    entries: list[tuple[Scalar, Node]] = [(word(line, key), one) for key, one in values.items() if one is not None]
    return Mapping_(line=line, column=1, entries=entries)


def sequence(line: int, items: Sequence[Node]) -> Sequence_:
    """A list."""
    return Sequence_(line=line, column=1, items=list(items))


def heads_of(row: Sequence[XlsxCell], heads: Sequence[ColumnHead]) -> dict[str, int]:
    """Which column stands where, by what its head says."""
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        if not isinstance(cell, str):
            continue
        wanted = layout.plain(cell)
        for head in heads:
            if head.key not in found and wanted in {layout.plain(head.vi), layout.plain(head.en)}:
                found[head.key] = at
    return found


def table(register: Register, sheet: SheetCells, key: str) -> Iterator[LocatedRow]:
    """The rows of one of our sheets that have something in them."""
    heads = layout.COLUMNS[key]
    top, columns = next(
        (
            (at, found)
            for at, cells in enumerate(sheet.rows[:MOST_HEADER_ROW])
            if set(layout.REQUIRED[key]) <= set(found := heads_of(cells, heads))
        ),
        (-1, {}),
    )
    if top < 0:
        wanted = [head for head in heads if head.key in layout.REQUIRED[key]]
        register.fail(register.line(CellPlace(sheet.name)), "no_header", expected=wanted)
        return
    for at, cell in enumerate(sheet.rows[top]):
        if cell is not None and at not in columns.values():
            place = CellPlace(sheet.name, top + 1, at)
            register.note(register.line(place), "column_skipped", found=cell_text(cell))
    by_key = {head.key: head for head in heads}
    for at in range(top + 1, len(sheet.rows)):
        row = LocatedRow(
            register,
            sheet.name,
            at + 1,
            {name: (column, sheet.rows[at][column]) for name, column in columns.items()},
            by_key,
        )
        if row:
            yield row
