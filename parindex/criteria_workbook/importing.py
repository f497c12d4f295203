"""A workbook that somebody sends, as a criteria set: ours, or the annex of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.annex import Annex
from parindex.criteria_workbook.annex_head import (
    AnnexTable,
    find_head_without_maximum,
    find_table,
    find_unit_columns,
    without_running_number,
)
from parindex.criteria_workbook.annex_tabs import RomanTabs, roman_tabs
from parindex.criteria_workbook.area_blocks import AreaBlocks, find_area_head
from parindex.criteria_workbook.csv_annex import csv_cells
from parindex.criteria_workbook.flat_rows import FlatRows
from parindex.criteria_workbook.located import LocatedRow, Register
from parindex.criteria_workbook.marks import tell_marks
from parindex.criteria_workbook.problems import CellPlace, Heading, WorkbookProblem
from parindex.criteria_workbook.set_sheets import is_ours, set_tree
from parindex.criteria_workbook.unit_columns import UnitColumns
from parindex.papers.workbook import LONGEST_CELL
from parindex.reading.workbook_rows import is_workbook
from parindex.reading.xlsx_cells import SheetCells, read_cells, unseen_sheets
from parindex.reading.xlsx_package import UnreadableWorkbook
from parindex.scoring import CriteriaSet, Criterion, check_tree, leaf_inputs, leaves
from parindex.scoring.law.yaml_tree import Node
from parindex.text import UNKNOWN
from parindex.wording import reasons, rule_text

_TEXT_FILES: Final = (".csv", ".tsv", ".txt")


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What reading one workbook found."""

    criteria_set: CriteriaSet | None
    """None where there are problems."""
    problems: tuple[WorkbookProblem, ...] = ()
    """Everything wrong, in the order of the workbook."""
    notes: tuple[WorkbookProblem, ...] = ()
    """What was understood that was not written, and what was left out."""
    unreadable: bool = False
    """The bytes are no workbook at all, or do not have the sheet that was asked for."""
    ours: bool = False
    """A workbook that we wrote, which says itself what an annex has to be told."""
    tree: Node | None = None
    """What was read, also where it is no set; its lines are running numbers of `places`."""
    places: Sequence[CellPlace] = ()
    """The cells by the lines of `tree`."""


def read_workbook(data: bytes, name: str, heading: Heading | None = None, sheet: str | None = None) -> Imported:
    """Read a workbook. Never raises, whatever the bytes are.

    Args:
        data: The file.
        name: What messages call it.
        heading: What an annex does not say; our own workbook says it itself.
        sheet: The sheet of an annex to read where several hold a table.
    """
    register = Register()
    try:
        sheets: Sequence[SheetCells]
        unseen: Sequence[str] = ()
        if name.lower().endswith(_TEXT_FILES) and not is_workbook(data):
            only, register.asking = csv_cells(data)
            sheets = [only]
        else:
            sheets, unseen = read_cells(data), unseen_sheets(data)
    except UnreadableWorkbook as error:
        place = CellPlace(error.sheet, error.row, error.column)
        problem = WorkbookProblem(
            code=error.code, place=place, values={} if error.found is None else {"found": error.found}
        )
        return Imported(criteria_set=None, problems=(problem,), unreadable=True)
    names = [*(one.name for one in sheets), *unseen]
    for hidden in unseen:
        register.note(register.line(CellPlace(hidden)), "sheet_hidden", found=hidden)
    ours = is_ours(sheets)
    if sheet is not None and not ours and not any(_is_called(one, sheet) for one in sheets):
        register.fail(register.line(CellPlace()), "sheet_unknown", found=sheet, expected=_told(names))
        return Imported(criteria_set=None, problems=register.sorted(register.problems, names), unreadable=True)
    if ours:
        tree: Any
        tree, rows = set_tree(sheets, register)
        for one in sheets:
            tell_marks(one, register)
    else:
        rows = {}
        tree = _one_table(sheets, register, heading or Heading(family="phu-luc", version="1"), sheet)
    if tree is None:
        return Imported(criteria_set=None, problems=register.sorted(register.problems, names), ours=ours)
    checked = check_tree(tree, name)
    register.take(checked)
    criteria_set = None if register.problems else checked.criteria_set
    if criteria_set is not None:
        _note_words(criteria_set, rows)
    return Imported(
        criteria_set=criteria_set,
        problems=register.sorted(register.problems, names),
        notes=register.sorted(register.notes, names),
        ours=ours,
        tree=tree,
        places=register.places,
    )


def _is_called(sheet: SheetCells, name: str) -> bool:
    return layout.plain(sheet.name) == layout.plain(name)


def _told(names: Sequence[str]) -> str:
    """The sheets that there are; a CSV has none."""
    return ", ".join(f"“{name}”" for name in names if name) or UNKNOWN


def _one_table(sheets: Sequence[SheetCells], register: Register, heading: Heading, wanted: str | None) -> Any:
    if wanted is not None:
        sheets = [one for one in sheets if _is_called(one, wanted)]
    tables = [table for one in sheets if (table := _table_of(one)) is not None]
    if not tables:
        return _without_maxima(sheets, register, heading, wanted)
    if wanted is None and (tabs := roman_tabs(tables)):
        for table in tabs:
            tell_marks(table.sheet, register, table)
        _tell_left_out(sheets, [table.sheet for table in tabs], register)
        return RomanTabs(tabs, heading, register).tree()
    if len(tables) > 1:
        register.note(register.line(CellPlace(tables[0].sheet.name)), "several_tables")
    _tell_left_out(sheets, [tables[0].sheet], register)
    tell_marks(tables[0].sheet, register, tables[0])
    table, by_code = without_running_number(tables[0])
    return (FlatRows if table.repeated or by_code else Annex)(table, heading, register).tree()


def _table_of(sheet: SheetCells) -> AnnexTable | None:
    """The table of a sheet; none where a head of areas comes before: rows below a table may look like such a head."""
    table, areas = find_table(sheet), find_area_head(sheet)
    return None if table is not None and areas is not None and areas.first <= table.top else table


def _tell_left_out(sheets: Sequence[SheetCells], used: Sequence[SheetCells], register: Register) -> None:
    """Name the sheets that hold anything and are not read."""
    for one in sheets:
        if not any(one is other for other in used) and any(cell is not None for row in one.rows for cell in row):
            register.note(register.line(CellPlace(one.name)), "sheet_left_out", found=one.name)


def _without_maxima(sheets: Sequence[SheetCells], register: Register, heading: Heading, wanted: str | None) -> Any:
    """A head of areas, or a form with a column a unit; else why nothing is read."""
    heads = [head for one in sheets if (head := find_area_head(one)) is not None]
    forms = [table for one in sheets if (table := find_unit_columns(one)) is not None]
    if len(heads) + len(forms) > 1:
        register.note(register.line(CellPlace((heads or forms)[0].sheet.name)), "several_tables")
    _tell_left_out(sheets, [heads[0].sheet] if heads else [form.sheet for form in forms[:1]], register)
    if heads:
        tell_marks(heads[0].sheet, register)
        return AreaBlocks(heads[0], heading, register).tree()
    if forms:
        tell_marks(forms[0].sheet, register, forms[0])
        return UnitColumns(forms[0], heading, register).tree()
    _no_table(sheets, register, wanted)
    return None


def _no_table(sheets: Sequence[SheetCells], register: Register, wanted: str | None) -> None:
    """Say why nothing is read: a head without a maximum is named by its row."""
    found = [(one, head) for one in sheets if (head := find_head_without_maximum(one)) is not None]
    for one, head in found:
        register.fail(register.line(CellPlace(one.name, head + 1)), "no_maximum")
    if not found:
        register.fail(register.line(CellPlace(wanted or "")), "no_table")


def _note_words(criteria_set: CriteriaSet, rows: Mapping[str, LocatedRow]) -> None:
    """Say where a column that is written for reading was edited, since that changes nothing."""
    for place in leaves(criteria_set):
        node, row = place.node, rows.get(place.code)
        if row is None or not isinstance(node, Criterion):
            continue
        facts = [name for name, _ in leaf_inputs(criteria_set, node.code)]
        written = {
            "words": [rule_text.words(criteria_set, node, lang) for lang in ("vi", "en")],
            "facts": ["; ".join(reasons.label(criteria_set, name, lang) for name in facts) for lang in ("vi", "en")],
        }
        for key, ours in written.items():
            found = layout.plain(row.written(key))
            if found and found not in map(layout.plain, ours) and len(found) < LONGEST_CELL // 4:
                sheet = layout.SHEETS["rules" if key == "words" else "inputs"]
                row.note(key, "words_differ", found=row.heads[key], expected=sheet)
