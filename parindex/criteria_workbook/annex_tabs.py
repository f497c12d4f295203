"""Tables on sheets that are numbered I, II, III: each is an area of one set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from parindex.criteria_workbook.adjustments import Adjustments, adjustment_kind
from parindex.criteria_workbook.annex import Annex
from parindex.criteria_workbook.annex_head import AnnexTable
from parindex.criteria_workbook.located import Register, mapping, sequence, word
from parindex.criteria_workbook.outline import roman_value
from parindex.criteria_workbook.problems import CellPlace, Heading
from parindex.reading.text import cell
from parindex.scoring.law.yaml_tree import Mapping_, Node

_TAB: Final = re.compile(r"(?:(?:lĩnh vực|phần|area|part)\s+)?([IVXLC]{1,6})(?:[.):\-– ]+(.*))?", re.IGNORECASE)


def roman_tabs(tables: Sequence[AnnexTable]) -> list[AnnexTable]:
    """The tables on sheets with a Roman number of their own; none where there are not several."""
    found = [table for table in tables if _number(table.sheet.name)]
    numbers = {_number(table.sheet.name) for table in found}
    return found if len(numbers) == len(found) > 1 else []


def _number(name: str) -> int:
    found = _TAB.fullmatch(cell(name))
    return roman_value(found[1].upper()) if found else 0


class RomanTabs:
    """Reads several sheets into one set."""

    def __init__(self, tables: Sequence[AnnexTable], heading: Heading, register: Register):
        self.readers = [Annex(table, heading, register) for table in tables]
        self.register = register
        self.adjustments = Adjustments()

    def tree(self) -> Mapping_:
        """The whole set; what it says of itself stands above the first table."""
        first = self.readers[0]
        line = self.register.line(CellPlace(first.table.sheet.name))
        areas = [self.area(reader) for reader in self.readers]
        self.register.note(line, "sheets_joined", n=len(areas))
        adjustments = self.adjustments.node(line)
        if leaves := sum(reader.leaves for reader in self.readers) + self.adjustments.count():
            self.register.note(line, "judged", n=leaves)
        given = sequence(line, [one for one in areas if one is not None])
        return mapping(line, **first.general(line), areas=given, adjustments=adjustments)

    def area(self, reader: Annex) -> Node | None:
        """One sheet: the area that its first row names, or the one that its tab or the line above the table names."""
        reader.read_rows()
        name = reader.table.sheet.name
        line = self.register.line(CellPlace(name))
        number = str(_number(name))
        found = _TAB.fullmatch(cell(name))
        title = (found[2] if found else None) or next(reversed(reader.above()), "") or name
        for entry in reader.top if adjustment_kind(title) else ():
            reader.recode(entry, f"{number}.{entry.code}")
        taken = self.adjustments.count()
        reader.top = self.adjustments.take(reader.top, reader.guidance, adjustment_kind(title))
        if not reader.top and self.adjustments.count() > taken:
            return None
        if not reader.top:
            self.register.fail(line, "no_rows")
            return None
        if len(reader.top) == 1 and _number(reader.top[0].row.written("number")) and reader.top[0].parts:
            reader.recode(reader.top[0], number)
            return reader.node(reader.top[0], 1)
        for entry in reader.top:
            reader.recode(entry, f"{number}.{entry.code}")
        parts = [reader.node(entry, 2) for entry in reader.top]
        return mapping(
            line, code=word(line, number), title=mapping(line, vi=word(line, title)), criteria=sequence(line, parts)
        )
