"""Results with a head of four lines: number of an area over several columns, its name, its maximum, what each column
holds (survey, appraised, total, per cent). The rows below are units; the head is what a set can be read from. Blocks of
points that are added or taken away, numbered or not, are no areas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from parindex.criteria_workbook.adjustments import AdjustmentKind, Adjustments, adjustment_kind, block_letter, totals_of
from parindex.criteria_workbook.annex import Annex
from parindex.criteria_workbook.annex_head import MOST_HEADER_ROW, AnnexTable
from parindex.criteria_workbook.layout import plain
from parindex.criteria_workbook.located import LocatedRow, Register, mapping, sequence, word
from parindex.criteria_workbook.nesting import OutlineEntry, is_total, tell_total
from parindex.criteria_workbook.outline import roman_value
from parindex.criteria_workbook.problems import CellPlace, Heading
from parindex.reading.xlsx_cells import SheetCells, XlsxCell
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar

_NUMBER: Final = re.compile(r"(?:lĩnh vực|phần|nội dung|area|part)?\s*([IVXLC]{1,6}|[0-9]{1,2})[.):]?", re.IGNORECASE)
_SURVEY: Final = ("dieutra", "dtxhh", "khaosat", "xahoihoc", "survey")
_APPRAISED: Final = ("thamdinh", "appraised")
_WHOLE: Final = ("tong", "total", "tyle", "percent", "cong")
_ALL: Final = ("tonghop", "tongdiem", "tongcong", "chisotonghop", "toanbo")
_POINTS: Final = re.compile(r"\s*-?[0-9][0-9., ]{0,11}(?:\s*(?:điểm|đ|points?))?\s*", re.IGNORECASE)
HEIGHT: Final = 4
"""Lines of the head."""
LONGEST_KIND: Final = 40
"""Letters of what a column is said to hold: criteria speak of the public, officials and sums too, in sentences."""


class AreaBlock(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of one area, of points beside the areas, or of everything together."""

    number: int
    """Its number; 0: the block of totals, or of points beside the areas that has none."""
    first: int
    """Its first column, from 0."""
    last: int
    """The column after its last."""
    name: str
    """What it is called."""

    @property
    def adjusts(self) -> AdjustmentKind | None:
        """Whether its points are added or taken away beside the areas."""
        return adjustment_kind(self.name)

    @property
    def is_area(self) -> bool:
        """Whether it is an area."""
        return self.number > 0 and self.adjusts is None


class AreaHead(msgspec.Struct, frozen=True, kw_only=True):
    """Such a head on a sheet."""

    sheet: SheetCells
    """The sheet."""
    first: int
    """Its first line, from 0."""
    blocks: tuple[AreaBlock, ...]
    """The areas from left to right, then the totals where they stand."""


def find_area_head(sheet: SheetCells) -> AreaHead | None:
    """The first four lines that are such a head; none where there are none."""
    for first in range(min(len(sheet.rows) - HEIGHT + 1, MOST_HEADER_ROW)):
        numbers, names, maxima, kinds = sheet.rows[first : first + HEIGHT]
        starts = [at for at, cell in enumerate(numbers) if _number(cell) or _is_beside(cell)]
        starts = sorted({*starts, *(at for at, cell in enumerate(names) if _is_beside(cell) and numbers[at] is None)})
        if not any(_number(numbers[at]) for at in starts):
            continue
        blocks = [
            AreaBlock(number=_number(numbers[at]), first=at, last=last, name=_words(names[at]) or _words(numbers[at]))
            for at, last in zip(starts, [*starts[1:], len(numbers)], strict=True)
        ]
        if all(_is_block(block, names, maxima, kinds) for block in blocks if block.is_area):
            return AreaHead(sheet=sheet, first=first, blocks=tuple(blocks))
    return None


def _is_block(
    block: AreaBlock, names: Sequence[XlsxCell], maxima: Sequence[XlsxCell], kinds: Sequence[XlsxCell]
) -> bool:
    """Whether below a number stand a name, a maximum and at least two kinds of points, and nothing else."""
    told = [_kind(cell) for cell in kinds[block.first : block.last] if cell is not None]
    numbers = [cell for cell in maxima[block.first : block.last] if cell is not None]
    return (
        isinstance(names[block.first], str)
        and bool(numbers)
        and all(isinstance(cell, Decimal) or _POINTS.fullmatch(str(cell)) for cell in numbers)
        and len(told) >= 2
        and None not in told
    )


def _kind(cell: XlsxCell) -> str | None:
    """What a column of a block holds: ``survey``, ``appraised``, or ``whole`` for totals and per cent."""
    if not isinstance(cell, str):
        return None
    head = plain(cell)
    if len(head) > LONGEST_KIND:
        return None
    if any(words in head for words in _SURVEY):
        return "survey"
    if any(words in head for words in _APPRAISED):
        return "appraised"
    return "whole" if not head or any(words in head for words in _WHOLE) else None


def _number(cell: XlsxCell) -> int:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() and 0 < cell < 100 else 0
    found = _NUMBER.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return 0 if found is None else (int(found[1]) if found[1].isdigit() else roman_value(found[1].upper()))


def _is_whole(cell: XlsxCell) -> bool:
    """Whether a cell heads the block of everything together."""
    return isinstance(cell, str) and (is_total(cell) or plain(cell).startswith(_ALL))


def _is_beside(cell: XlsxCell) -> bool:
    """Whether a cell without a number heads a block that is no area."""
    return _is_whole(cell) or (isinstance(cell, str) and block_letter(cell) is not None)


def _is_share(cell: XlsxCell) -> bool:
    """Whether a column holds per cent of the points, not points."""
    return isinstance(cell, str) and ("%" in cell or plain(cell).startswith(("tyle", "percent")))


def _words(cell: XlsxCell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


class AreaBlocks:
    """Reads the head into a set: each area with what it is made of, as far as the head says how many points that is."""

    def __init__(self, head: AreaHead, heading: Heading, register: Register):
        table = AnnexTable(
            sheet=head.sheet, first=head.first, top=head.first + HEIGHT - 1, columns={}, notes={}, names=(),
            maxima=(), repeated={}, passed_over=None,
        )  # fmt: skip
        self.annex = Annex(table, heading, register)
        self.head = head
        self.register = register
        self.leaves = 0
        self.sum = Decimal(0)
        self.sums: dict[str, Decimal] = {}
        self.is_parted = True
        self.adjustments = Adjustments()

    def tree(self) -> Mapping_:
        """The whole set."""
        name = self.head.sheet.name
        line = self.register.line(CellPlace(name))
        blocks = [block for block in self.head.blocks if not self.is_unseen(block)]
        kinds = {block.first: block.adjusts or self.below_zero(block) for block in blocks}
        areas = [self.area(block) for block in blocks if block.number and kinds[block.first] is None]
        for block in blocks:
            if (kind := kinds[block.first]) is not None:
                self.adjust(block, kind)
        for block in blocks:
            if not block.number and block.adjusts is None:
                self.check_total(block)
        units = sum(any(cell is not None for cell in row) for row in self.head.sheet.rows[self.head.first + HEIGHT :])
        if units:
            self.register.note(
                self.register.line(CellPlace(name, self.head.first + HEIGHT + 1)), "rows_of_units", n=units
            )
        adjustments = self.adjustments.node(line)
        self.register.note(line, "judged", n=self.leaves + self.adjustments.count())
        return mapping(line, **self.annex.general(line), areas=sequence(line, areas), adjustments=adjustments)

    def is_unseen(self, block: AreaBlock) -> bool:
        """Whether none of its columns is shown, which is said."""
        unseen = self.head.sheet.unseen_columns >= {*range(block.first, block.last)}
        if unseen:
            self.register.note(self.row(block, block.first).line("title"), "column_hidden", found=block.name)
        return unseen

    def below_zero(self, block: AreaBlock) -> AdjustmentKind | None:
        """A block of which every maximum is below 0 takes points away, whatever it is called."""
        maxima = self.head.sheet.rows[self.head.first + 2]
        filled = [at for at in range(block.first, block.last) if maxima[at] is not None]
        said = [self.row(block, at).stated("max") for at in filled]
        return "penalty" if said and all(value is not None and value < 0 for value in said) else None

    def adjust(self, block: AreaBlock, kind: AdjustmentKind) -> None:
        """Points beside the areas: as many as the column of totals says, else the largest of the block."""
        maxima, kinds = self.head.sheet.rows[self.head.first + 2 : self.head.first + HEIGHT]
        columns = [at for at in range(block.first, block.last) if maxima[at] is not None and not _is_share(kinds[at])]
        whole = [at for at in columns if _kind(kinds[at]) == "whole"]
        said = {at: abs(value) for at in whole or columns if (value := self.row(block, at).stated("max")) is not None}
        row = self.row(block, max(said, key=lambda at: said[at]) if said else (whole or columns or [block.first])[0])
        stated = row.stated("max")
        taken = kind == "penalty" or (stated is not None and stated < 0)
        entry = OutlineEntry(row, str(block.number) if block.number else block_letter(block.name) or "BP")
        entry.title = block.name
        self.adjustments.add("penalty" if taken else "bonus", entry, [])

    def row(self, block: AreaBlock, column: int, line: int = 2) -> LocatedRow:
        """A cell of the head by what stands in it."""
        at = self.head.first + line
        cells = {
            "title": (block.first, self.head.sheet.rows[self.head.first + 1][block.first]),
            "max": (column, self.head.sheet.rows[at][column]),
        }
        return LocatedRow(self.register, self.head.sheet.name, at + 1, cells, self.annex.heads)

    def parts(self, block: AreaBlock) -> list[tuple[str, int]]:
        """Survey and appraisal with their columns, where each has a maximum of its own."""
        kinds = self.head.sheet.rows[self.head.first + HEIGHT - 1]
        maxima = self.head.sheet.rows[self.head.first + 2]
        own = [
            (_words(kinds[at]), at)
            for at in range(block.first, block.last)
            if _kind(kinds[at]) in ("survey", "appraised") and maxima[at] is not None
        ]
        several = sum(maxima[at] is not None for at in range(block.first, block.last)) > 1
        return own if several else []

    def area(self, block: AreaBlock) -> Node:
        """One area with its criteria; its only one where the head does not say how its points are parted."""
        maxima = self.head.sheet.rows[self.head.first + 2]
        columns = [at for at in range(block.first, block.last) if maxima[at] is not None]
        code = str(block.number)
        leaves = [
            self.leaf(f"{code}.{n}", name, self.row(block, at)) for n, (name, at) in enumerate(self.parts(block), 1)
        ]
        if leaves:
            self.check_area(block)
        else:
            self.is_parted = False
            row = self.row(block, columns[0])
            row.note("max", "leaf_made", found=block.name, expected=f"{code}.1")
            leaves = [self.leaf(f"{code}.1", block.name, row)]
        title = self.row(block, columns[0]).line("title")
        return mapping(
            title, code=word(title, code), title=mapping(title, vi=word(title, block.name)),
            criteria=sequence(title, leaves),
        )  # fmt: skip

    def leaf(self, code: str, name: str, row: LocatedRow) -> Node:
        """A criterion that is judged."""
        self.leaves += 1
        maximum = row.decimal("max") or row.null("max")
        self.sum += row.stated("max") or Decimal(0)
        kind = _kind(name) or ""
        self.sums[kind] = self.sums.get(kind, Decimal(0)) + (row.stated("max") or Decimal(0))
        line = row.line("max")
        judged = mapping(line, judged=Scalar(line=line, column=1, text="true", kind="boolean"))
        return mapping(line, code=word(line, code), title=mapping(line, vi=word(line, name)), max=maximum, rule=judged)

    def check_total(self, block: AreaBlock) -> None:
        """What is printed as the maximum of everything, wherever in its block it stands."""
        maxima = self.head.sheet.rows[self.head.first + 2]
        kinds = self.head.sheet.rows[self.head.first + HEIGHT - 1]
        said = [at for at in range(block.first, block.last) if maxima[at] is not None and not _is_share(kinds[at])]
        rows = {at: row for at in said if (row := self.row(block, at)).stated("max") is not None}
        parts = (
            {at: kind for at in rows if (kind := _kind(kinds[at])) in ("survey", "appraised")} if len(rows) > 1 else {}
        )
        whole = {at: row.stated("max") or Decimal(0) for at, row in rows.items() if at not in parts}
        if whole and not self.with_adjustments(self.sum) & {*whole.values()}:
            at = max(whole, key=lambda one: whole[one])
            tell_total(rows[at], whole[at], self.sum)
        for at, kind in parts.items() if self.is_parted else ():
            value, expected = rows[at].stated("max") or Decimal(0), self.sums.get(kind, Decimal(0))
            if value not in self.with_adjustments(expected):
                tell_total(rows[at], value, expected)

    def with_adjustments(self, areas: Decimal) -> set[Decimal]:
        """What may be printed as a total of the areas: with or without what stands beside them."""
        return totals_of(areas, self.adjustments.caps["bonus"], self.adjustments.caps["penalty"])

    def check_area(self, block: AreaBlock) -> None:
        """What is printed as the maximum of an area beside the parts that it has."""
        maxima, kinds = self.head.sheet.rows[self.head.first + 2 : self.head.first + HEIGHT]
        parts = {at for _, at in self.parts(block)}
        expected = sum((self.row(block, at).stated("max") or Decimal(0) for at in parts), Decimal(0))
        for at in range(block.first, block.last):
            said = None if maxima[at] is None else self.row(block, at).stated("max")
            if at not in parts and said is not None and not _is_share(kinds[at]) and said != expected:
                tell_total(self.row(block, at), said, expected)
