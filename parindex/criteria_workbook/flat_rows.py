"""A table whose rows repeat the part and the group that they belong to, as an office's software exports it.

Parts become areas, groups name the criteria above the rows, and what has no row of its own is made and said. The code
of a row is unique in its part only. A maximum below 0 is a penalty. Targets are no rules: they stand as guidance.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import msgspec

from parindex.criteria_workbook.adjustments import AdjustmentKind, adjustment_kind, totals_of
from parindex.criteria_workbook.annex import Annex
from parindex.criteria_workbook.layout import plain
from parindex.criteria_workbook.located import LocatedRow, mapping, sequence, word
from parindex.criteria_workbook.nesting import OutlineEntry, is_footnote, is_total, tell_total
from parindex.criteria_workbook.problems import CellPlace
from parindex.reading.xlsx_cells import PercentCell
from parindex.scoring.law.yaml_tree import Mapping_
from parindex.text import fold

_CODE: Final = re.compile(r"[0-9A-ZĐ]+(\.[0-9A-ZĐ]+)*", re.IGNORECASE)
_OWNERS: Final = re.compile(r"[\"“”*]+")
_TARGET: Final = re.compile(r"[01]([.,][0-9]+)?")
_HEADS: Final = {
    "rulevi": "Cách tính điểm",
    "rule": "Cách tính điểm",
    "ownervi": "Phụ trách",
    "owner": "Phụ trách",
    "applieswhen": "Áp dụng",
    "evidencevi": "Tài liệu kiểm chứng",
    "evidence": "Tài liệu kiểm chứng",
    "note": "Ghi chú",
}
"""Heads of programs in the words of officials."""
MOST_DEPTH: Final = 10
"""Parts of a code."""

Path = tuple[str, ...]
"""The parts of a code, the part of the table first where it has any."""


class AdjustmentBlock(msgspec.Struct, frozen=True):
    """A row of points beside the areas with other rows below it."""

    kind: AdjustmentKind
    """What they are."""
    capped: bool
    """Whether it, or one above it, says how much they count at most."""
    said: Decimal
    """How much it says."""


class FlatRows(Annex):
    """Reads one such table."""

    repeats = True

    def tree(self) -> Mapping_:
        """The whole set."""
        self.tell_maxima()
        self.repeated = {key: self.down(column) for key, column in self.table.repeated.items()}
        self.nodes: dict[Path, OutlineEntry] = {}
        self.named: dict[Path, str] = {}
        self.group: tuple[str, str] = ("", "")
        self.group_path: Path = ()
        self.parents = self.coded_parents()
        self.beside: dict[Path, AdjustmentBlock] = {}
        self.last_path: Path = ()
        for at in range(self.table.top + 1, len(self.table.sheet.rows)):
            self.read(at)
        for row in self.ahead if self.top or self.adjustments else ():
            self.check_sum(row)
        line = self.register.line(CellPlace(self.table.sheet.name))
        if not self.top and not self.adjustments:
            self.register.fail(line, "no_rows")
        for path, entry in self.nodes.items():
            entry.title = entry.title or self.named.get(path, "")
        self.name_parents()
        areas = [self.node(entry, 1) for entry in self.top]
        adjustments = self.adjustments.node(line)
        if n := self.leaves + self.adjustments.count():
            self.register.note(line, "judged", n=n)
        return mapping(
            line, **self.general(line), areas=sequence(line, areas), adjustments=adjustments
        )  # fmt: skip

    def row(self, at: int) -> LocatedRow:
        """One row with what it repeats."""
        row = super().row(at)
        cells = self.table.sheet.rows[at]
        for key, column in self.table.repeated.items():
            row.cells = {**row.cells, key: (column, self.repeated[key].get(at, cells[column]))}
        return row

    def read(self, at: int) -> None:
        """One row: a criterion, a total, a footnote or nothing."""
        row = self.row(at)
        if not row or self.is_header(row):
            return
        title = " ".join(row.written("title").split())
        code = self.number(row).strip().rstrip(".")
        if is_total(code) or (not code and is_total(title)):
            self.check_sum(row)
            return
        is_coded = _CODE.fullmatch(code) is not None
        is_note = is_footnote(title if is_coded else code or title)
        self.summed = self.summed or (not is_coded and self.closes(row)) or (is_note and self.is_last(row))
        is_left_out = (self.summed and self.is_last(row)) or (not is_coded and (self.summed or is_note))
        if is_left_out and row.value("max") is None:
            row.note(None, "row_skipped", found=title or code or self.noted(row) or "…")
            return
        if not title and not code and row.value("max") is None:
            return
        path = self.path_of(row, code)
        if path is None:
            return
        if not title:
            row.fail("title", "no_text", expected=self.heads["title"])
        self.name_group(row, path)
        self.place(row, path, title)

    def check_sum(self, row: LocatedRow) -> None:
        """A total is that of everything so far; above every row it is that of all of them."""
        if not self.top and not self.adjustments:
            self.ahead.append(row)
            return
        said, everything = row.stated("max"), sum((self.points(entry) for entry in self.top), Decimal(0))
        caps = self.adjustments.caps
        if said is None:
            return
        self.summed = said in totals_of(everything, caps["bonus"], caps["penalty"])
        above = [self.last_path[:depth] for depth in range(1, len(self.last_path))]
        part = {self.points(self.nodes[path]) for path in above if path in self.nodes}
        part |= {self.beside[path].said for path in above if path in self.beside}
        if not self.summed and abs(said) not in part:
            tell_total(row, said, everything)

    def points(self, entry: OutlineEntry) -> Decimal:
        """The points of a row: of its parts where it has any."""
        if entry.parts:
            return sum((self.points(part) for part in entry.parts), Decimal(0))
        return entry.row.stated("max") or Decimal(0)

    def coded_parents(self) -> set[tuple[str, str]]:
        """Part and code of every row that others lie below."""
        found: set[tuple[str, str]] = set()
        for at in range(self.table.top + 1, len(self.table.sheet.rows)):
            row = self.row(at)
            code = row.written("code").strip().rstrip(".").upper()
            while "." in code:
                code = code.rpartition(".")[0]
                found.add((_part_of(row), code))
        return found

    def path_of(self, row: LocatedRow, code: str) -> Path | None:
        """Where a row belongs; none, and that is said, where its code cannot be read."""
        if not code:
            row.fail("code", "row_without_code", found=row.written("title") or row.written("max"))
            return None
        if not _CODE.fullmatch(code) or code.count(".") >= MOST_DEPTH:
            row.fail("code", "label_unread", found=code)
            return None
        self.last_text = code
        part = _part_of(row)
        written = [*([self.part_code(part)] if part else []), *code.upper().split(".")]
        path = tuple(plain_code(one) for one in written)
        if list(path) != written and "Đ" in code.upper():
            row.note("code", "code_written", found=code, expected=".".join(path))
        return path

    def part_code(self, part: str) -> str:
        """The code of a part: its own, or its place among the parts."""
        if part not in self.part_codes:
            own = part.strip().rstrip(".").upper()
            self.part_codes[part] = own if _CODE.fullmatch(own) and len(own) <= 6 else f"P{len(self.part_codes) + 1}"
        return self.part_codes[part]

    def name_group(self, row: LocatedRow, path: Path) -> None:
        """A group names the nearest criterion above its first row; where it is carried further down is said."""
        group = " ".join(row.written("group").split())
        if not group:
            return
        key = (path[0] if "part code" in row.cells or "part" in row.cells else "", group)
        if key != self.group:
            above = [path[:depth] for depth in range(len(path) - 1, 0, -1)]
            free = [one for one in above if one not in self.named and not self.is_part(one)]
            self.group, self.group_path = key, free[0] if free else ()
            if free:
                self.named[free[0]] = group
        elif self.group_path and path[: len(self.group_path)] != self.group_path:
            row.note("group", "group_carried", found=group, expected=".".join(path))

    def is_part(self, path: Path) -> bool:
        """Whether a path is that of a part, which has a name of its own."""
        return len(path) == 1 and path[0] in map(plain_code, self.part_codes.values())

    def place(self, row: LocatedRow, path: Path, title: str) -> None:
        """Put a row below the ones whose codes begin its own."""
        entry = OutlineEntry(row, ".".join(path))
        entry.title = title
        self.guide(entry)
        self.last_path = path
        if self.is_beside(entry, path):
            return
        above = self.top
        for depth in range(1, len(path)):
            if path[:depth] not in self.nodes:
                made = self.nodes[path[:depth]] = OutlineEntry(row, ".".join(path[:depth]))
                self.made[id(made)] = row
                if depth == 1 and self.is_part(path[:1]):
                    made.title = " ".join(row.written("part").split())
                above.append(made)
            above = self.nodes[path[:depth]].parts
        self.nodes.setdefault(path, entry)
        above.append(entry)

    def is_beside(self, entry: OutlineEntry, path: Path) -> bool:
        """Whether points are added or taken away beside the areas, which is then noted; a row with others below says
        at most how much they count."""
        row, said = entry.row, entry.row.stated("max")
        above = [path[:depth] for depth in range(len(path) - 1, 0, -1)]
        block = next((self.beside[one] for one in above if one in self.beside), None)
        own = adjustment_kind(entry.title) or (block.kind if block else None)
        part, group = (adjustment_kind(" ".join(row.written(key).split())) for key in ("part", "group"))
        if (said is not None and said < 0) or "penalty" in (own, part, group):
            own = "penalty"
        elif own is None and (part == "bonus" or (group == "bonus" and part is None and "part" not in row.cells)):
            own = "bonus"
        if own is None:
            return False
        capped = block is not None and block.capped
        if (_part_of(row), row.written("code").strip().rstrip(".").upper()) in self.parents:
            whole = said is not None and own != "both" and not capped
            if said is not None and own != "both" and not capped:
                self.adjustments.caps[own] += abs(said)
            self.beside[path] = AdjustmentBlock(own, capped or whole, abs(said or Decimal(0)))
        else:
            lines = self.guidance.get(id(entry), [])
            self.adjustments.add("bonus" if own == "both" else own, entry, lines, capped=capped)
        return True

    def guide(self, entry: OutlineEntry) -> None:
        """What the other columns say, as lines; a number that may be a per cent is named."""
        lines = []
        for column, head in self.table.notes.items():
            key = f"note {column}"
            said = " ".join(_OWNERS.sub(" ", entry.row.written(key)).split())
            if isinstance(entry.row.value(key), PercentCell) or _TARGET.fullmatch(said):
                entry.row.note(key, "target_number", found=said, expected=head)
            if said:
                lines.append(f"{_HEADS.get(plain(head), head)}: {said}")
        if lines:
            self.guidance[id(entry)] = lines

    def name_parents(self) -> None:
        """Criteria without a row of their own: by their group, or by their code, and that is said."""
        for path, entry in self.nodes.items():
            if id(entry) not in self.made:
                continue
            if not entry.title:
                entry.title = f"Nhóm tiêu chí {'.'.join(path)}"
                self.made[id(entry)].note(None, "parent_made", found=entry.code, expected=entry.title)

    def node(self, entry: OutlineEntry, depth: int) -> Mapping_:
        """One criterion; what was made has no maximum of its own."""
        if id(entry) not in self.made:
            return super().node(entry, depth)
        row = entry.row
        parts = sequence(row.line(), [self.node(part, depth + 1) for part in entry.parts])
        return mapping(
            row.line(), code=word(row.line("code"), entry.code),
            title=mapping(row.line("title"), vi=word(row.line("title"), entry.title)), criteria=parts,
        )  # fmt: skip


def _part_of(row: LocatedRow) -> str:
    """The part that a row repeats, by its code where it has one."""
    return row.written("part code") or row.written("part")


def plain_code(written: str) -> str:
    """A part of a code in figures and plain capitals; Đ, which is no D, is DD.

    >>> plain_code("ĐT"), plain_code("iv")
    ('DDT', 'IV')
    """
    return re.sub(r"[^0-9A-Z]", "", fold(written.upper().replace("Đ", "DD")).upper()) or "X"
