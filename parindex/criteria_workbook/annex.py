"""A table as a decision's annex prints it: STT, name, maximum, notes. Every leaf is judged, to be refined."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from parindex.criteria_workbook.adjustments import Adjustments, adjustment_kind, block_letter, whole_totals
from parindex.criteria_workbook.annex_head import HEADS, AnnexTable
from parindex.criteria_workbook.answer_rows import answer_rows, is_answer
from parindex.criteria_workbook.layout import plain
from parindex.criteria_workbook.located import LocatedRow, Register, cell_text, mapping, sequence, word
from parindex.criteria_workbook.nesting import OutlineEntry, is_closing, is_footnote, is_total, total
from parindex.criteria_workbook.outline import Label, Outline, is_bullet, label, split
from parindex.criteria_workbook.problems import CellPlace, Heading
from parindex.criteria_workbook.set_sheets import whole_code
from parindex.criteria_workbook.unread_columns import tell_unread
from parindex.reading.text import nfc
from parindex.reading.xlsx_cells import XlsxCell
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar
from parindex.text import TIME_ZONE, fold

MOST_MERGED_ROWS: Final = 2_000
MOST_AHEAD: Final = 500
"""Rows in which the number after one that could be two things is looked for."""
_DECISION: Final = re.compile(
    r"Quyết định số\s+(?P<number>\d\S*)\s+ngày\s+(?P<day>\d{1,2})(?:/|\s+tháng\s+)(?P<month>\d{1,2})(?:/|\s+năm\s+)"
    r"(?P<year>\d{4})(?:\s+của\s+(?P<issuer>[^)]+))?",
    re.IGNORECASE,
)
_TIERS: Final = {
    "commune": ("cap xa", "cac xa", "xa, phuong", "ubnd xa", "commune", "communes"),
    "department": ("cac so", "cap so", "cac so,", "so, ban", "so, nganh", "department", "departments"),
    "district": ("cap huyen", "cac huyen", "district", "districts"),
    "ministry": ("cap bo", "cac bo", "cac bo,", "ministry", "ministries"),
}
"""Words of a title that name a tier."""
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


def _without_scale(title: str) -> tuple[str, list[str]]:
    """A name, and the lines of a scale that stand below it in its cell.

    >>> _without_scale("Ban hành kế hoạch:\\n- Đúng hạn: 2,5 điểm\\n- Chậm: 1 điểm")
    ('Ban hành kế hoạch', ['- Đúng hạn: 2,5 điểm', '- Chậm: 1 điểm'])
    """
    first, *lines = [line.strip() for line in title.split("\n") if line.strip()] or [""]
    at = next((at for at, line in enumerate(lines) if is_bullet(line) or is_answer(line)), len(lines))
    name = " ".join([first, *lines[:at]])
    return (name.rstrip(": ") if at < len(lines) else name), lines[at:]


def _with_points(line: str, row: LocatedRow) -> str:
    """A line with the points that stand beside it."""
    return ": ".join(part for part in (line, row.written("max")) if part)


class Annex:
    """Reads one table into the tree that the loader checks."""

    repeats = False
    """Whether columns of part, group and level are read."""

    def __init__(self, table: AnnexTable, heading: Heading, register: Register):
        self.table = table
        self.heading = heading
        self.register = register
        self.outline = Outline()
        self.top: list[OutlineEntry] = []
        self.path: list[OutlineEntry] = []
        self.guidance: dict[int, list[str]] = {}
        self.last_upper: Label | None = None
        self.last_text = ""
        self.answers: dict[int, str] = {}
        self.summed = False
        self.last_points = self.last_with_points()
        self.ahead: list[LocatedRow] = []
        self.leaves = 0
        self.numbers: list[str] | None = None
        self.heads = HEADS
        self.part_codes: dict[str, str] = {}
        self.made: dict[int, LocatedRow] = {}
        self.adjustments = Adjustments()
        self.block: OutlineEntry | None = None
        self.first_number = 0
        self.appraisers = self.down(table.columns.get("appraiser"))
        self.titles = self.down(table.columns.get("title"))

    def tree(self) -> Mapping_:
        """The whole set."""
        self.read_rows()
        line = self.register.line(CellPlace(self.table.sheet.name))
        self.top = self.adjustments.take(self.top, self.guidance)
        if not self.top and not self.adjustments:
            self.register.fail(line, "no_rows")
        areas = [self.node(entry, 1) for entry in self.shaped()]
        adjustments = self.adjustments.node(line)
        if n := self.leaves + self.adjustments.count():
            self.register.note(line, "judged", n=n)
        return mapping(line, **self.general(line), areas=sequence(line, areas), adjustments=adjustments)

    def read_rows(self) -> None:
        """Every row below the head."""
        for column in self.table.names:
            head = self.register.line(CellPlace(self.table.sheet.name, self.table.first + 1, column))
            self.register.fail(head, "several_names")
        self.tell_maxima()
        self.answers = answer_rows(self.table)
        for at in range(self.table.top + 1, len(self.table.sheet.rows)):
            self.read(at)
        self.path = []
        for row in self.ahead if self.top else ():
            self.sum(row)

    def recode(self, entry: OutlineEntry, code: str) -> None:
        """Give a row and what is below it codes that begin with another."""
        for part in entry.parts:
            self.recode(part, code + part.code.removeprefix(entry.code))
        entry.code = code

    def tell_maxima(self) -> None:
        """Ask which column is the maximum, or say which one was taken; and name the columns that are not read."""
        used = {*self.table.columns.values(), *self.table.notes, *self.table.names}
        tell_unread(self.table, used | (set(self.table.repeated.values()) if self.repeats else set()), self.register)
        if self.table.maxima:
            heads = [cell_text(self.table.sheet.rows[self.table.top][column]) for column in self.table.maxima]
            place = CellPlace(self.table.sheet.name, self.table.top + 1, self.table.maxima[0])
            self.register.fail(self.register.line(place), "several_maxima", found=heads)
        elif self.table.passed_over is not None:
            top = self.table.sheet.rows[self.table.top]
            place = CellPlace(self.table.sheet.name, self.table.top + 1, self.table.columns["max"])
            taken, other = cell_text(top[self.table.columns["max"]]), cell_text(top[self.table.passed_over])
            self.register.note(self.register.line(place), "maximum_taken", found=other, expected=taken)

    def down(self, column: int | None) -> dict[int, XlsxCell]:
        """Values of a column that is merged over several rows."""
        values: dict[int, XlsxCell] = {}
        for (top, left), (bottom, _) in self.table.sheet.merged:
            last = min(bottom, top + MOST_MERGED_ROWS, len(self.table.sheet.rows) - 1)
            if left == column and self.table.top < top <= last:
                values |= dict.fromkeys(range(top, last + 1), self.table.sheet.rows[top][left])
        return values

    # rows

    def row(self, at: int) -> LocatedRow:
        """One row by the meaning of its columns."""
        cells = self.table.sheet.rows[at]
        named: dict[str, tuple[int, XlsxCell]] = {
            key: (column, cells[column]) for key, column in self.table.columns.items()
        }
        if at in self.appraisers:
            named["appraiser"] = (named["appraiser"][0], self.appraisers[at])
        for column in self.table.notes:
            named[f"note {column}"] = (column, cells[column])
        return LocatedRow(self.register, self.table.sheet.name, at + 1, named, HEADS)

    def read(self, at: int) -> None:
        """One row: a criterion, a line of the one above, a total, a footnote or nothing."""
        row = self.row(at)
        if not row or self.is_header(row):
            return
        if at in self.answers and self.path:
            self.answer(row, self.answers[at])
            return
        number, title = self.label_and_title(row)
        if (is_total(title) or is_total(number)) and not (number and adjustment_kind(title)):
            self.sum(row)
            return
        if not number and (letter := block_letter(title)):
            self.block = OutlineEntry(row, letter)
            self.block.title = title
            self.top.append(self.block)
            self.path = [self.block]
            self.more(row)
            return
        found = label(number, self.last_upper, self.following(at)) if number else None
        if found is None:
            self.unlabelled(row, number, title)
            return
        self.summed = self.summed or (is_footnote(number) and self.is_last(row))
        if self.summed and self.is_last(row):
            row.note(None, "row_skipped", found=f"{number} {title}".strip())
            return
        if not title:
            row.fail("title", "no_text", expected=HEADS["title"])
        self.add(row, found, title)

    def last_with_points(self) -> int:
        """The last row with anything in the column of maxima."""
        column = self.table.columns.get("max")
        rows = self.table.sheet.rows
        return max((at for at, row in enumerate(rows) if column is not None and row[column] is not None), default=0)

    def answer(self, row: LocatedRow, line: str) -> None:
        """An answer of a survey with what it counts: a line of the criterion above."""
        self.guidance.setdefault(id(self.path[-1]), []).append(line)
        row.note(None, "answer_kept", found=line, expected=self.path[-1].code)

    def following(self, at: int) -> list[str]:
        """What stands in the column of numbers further down, where it stands alone."""
        if self.numbers is None:
            key = "number" if "number" in self.table.columns else "code"
            column = self.table.columns.get(key)
            cells = [None if column is None else row[column] for row in self.table.sheet.rows]
            self.numbers = [cell.strip().strip("().:") if isinstance(cell, str) else "" for cell in cells]
        return self.numbers[at + 1 : at + 1 + MOST_AHEAD]

    def is_header(self, row: LocatedRow) -> bool:
        """The head again on the next page, or the line of column numbers below it."""
        if row.value("title") is None:
            return False
        title = row.written("title").strip("()[]")
        head = self.table.sheet.rows[self.table.top][self.table.columns["title"]]
        return title.isdigit() or (isinstance(head, str) and plain(head) == plain(row.written("title")))

    def label_and_title(self, row: LocatedRow) -> tuple[str, str]:
        """The number and the name, also where both stand in one cell."""
        number, title = self.number(row), row.written("title")
        for written in (number if not title else "", title if not number else ""):
            parted = split(written) if written else None
            if parted:
                return parted
        return number, title

    def number(self, row: LocatedRow) -> str:
        """What stands in the column of numbers."""
        key = "number" if "number" in self.table.columns else "code"
        value = row.value(key)
        if isinstance(value, date):
            row.fail(key, "code_is_day", found=row.written(key))
            return "1"
        if isinstance(value, Decimal):
            return whole_code(row.written(key), self.last_text, row, key)
        return row.written(key)

    def add(self, row: LocatedRow, found: Label, title: str) -> None:
        """Put a numbered row in its place."""
        level = self.outline.level(found)
        if level == 1 and (self.block is None or found.number == self.first_number + 1):
            self.block, self.first_number = None, found.number
        elif self.block is not None:
            level = max(level, 2)
        if found.style == "upper":
            self.last_upper = found
        self.last_text = found.text
        code = found.text if "number" not in self.table.columns else row.written("code")
        code = code or self.outline.code(found)
        if {row.line("number"), row.line("code")} & self.register.spoiled:
            code = f"X{row.number}"
        del self.path[level - 1 :]
        if self.block is not None:
            code = f"{self.path[-1].code}.{len(self.path[-1].parts) + 1}"
        entry = OutlineEntry(row, code)
        (self.path[-1].parts if self.path else self.top).append(entry)
        self.path.append(entry)
        entry.title, scale = _without_scale(title)
        if scale:
            self.guidance.setdefault(id(entry), []).extend(scale)
        self.more(row)

    def unlabelled(self, row: LocatedRow, number: str, title: str) -> None:
        """A row without a number that is understood."""
        if number and title and row.value("max") is not None and not is_footnote(number):
            row.fail("number", "label_unread", found=number)
            return
        self.summed = self.summed or self.closes(row) or (is_footnote(title or number) and self.is_last(row))
        if is_footnote(title or number) or self.summed or not self.path:
            row.note(None, "row_skipped", found=title or number or self.noted(row) or "…")
        elif row.value("max") is not None and not is_bullet(title or number) and not self.is_continued(row):
            row.fail("number", "row_without_label", found=title or row.written("max"))
        elif number or title:
            self.guidance.setdefault(id(self.path[-1]), []).append(_with_points(f"{number} {title}".strip(), row))
            self.more(row)
        else:
            self.more(row, points=True)

    def is_last(self, row: LocatedRow) -> bool:
        """Whether no row from this one on has points."""
        return row.number > self.last_points + 1

    def noted(self, row: LocatedRow) -> str:
        """What the first column of notes with words says."""
        return next((said for column in self.table.notes if (said := row.written(f"note {column}"))), "")

    def closes(self, row: LocatedRow) -> bool:
        """Whether the signatures begin, in whatever column: nothing from there on belongs to a criterion."""
        said = [row.written(key) for key in row.cells if key != "max"]
        return row.value("max") is None and any(map(is_closing, said))

    def is_continued(self, row: LocatedRow) -> bool:
        """Whether the cell of its name is merged with the one above: a line of that criterion."""
        return row.number - 1 in self.titles and row.value("title") is None

    def more(self, row: LocatedRow, *, points: bool = False) -> None:
        """What the columns of notes say, for the criterion that is being read; the last of them with the points."""
        lines = self.guidance.setdefault(id(self.path[-1]), [])
        several = len(self.table.notes) > 1
        written = [(head, row.written(f"note {column}")) for column, head in self.table.notes.items()]
        told = [f"{head}: {note}" if several else note for head, note in written if note]
        if points and row.written("max"):
            told[-1:] = [_with_points(told[-1] if told else "", row)]
        lines += told

    def sum(self, row: LocatedRow) -> None:
        """A total is that of a row being read or of everything so far; above every row it is that of all of them."""
        if not self.top:
            self.ahead.append(row)
            return
        said = row.stated("max")
        everything = sum((total(entry) for entry in self.top), Decimal(0))
        if said in whole_totals(self.top):
            self.summed = True
        elif said is not None and abs(said) not in {abs(total(entry)) for entry in self.path}:
            row.fail("max", "total_differs", found=said, expected=everything)

    # nodes

    def shaped(self) -> list[OutlineEntry]:
        """The areas; a flat list is one area."""
        if any(entry.parts for entry in self.top) or not self.top:
            return self.top
        whole = OutlineEntry(self.top[0].row, "1")
        whole.title = self.title()
        for entry in self.top:
            entry.code = f"1.{entry.code}"
        whole.parts = self.top
        return [whole]

    def node(self, entry: OutlineEntry, depth: int) -> Mapping_:
        """One area or criterion with what is below it."""
        row = entry.row
        whole = entry.parts and entry.parts[0].row is row
        title: Node = word(row.line("title"), nfc(entry.title)) if entry.title else row.null("title")
        lines = [] if whole else self.guidance.get(id(entry), [])
        guidance = mapping(row.line("title"), vi=word(row.line("title"), "\n".join(lines))) if lines else None
        common: dict[str, Node | None] = {
            "code": word(row.line("code"), entry.code),
            "title": mapping(row.line("title"), vi=title),
            "appraiser": None if whole else self.appraiser(row),
        }
        if entry.parts:
            maximum = None if whole else row.decimal("max")
            parts = sequence(row.line(), [self.node(part, depth + 1) for part in entry.parts])
            if depth > 1:
                common["guidance"] = guidance
            return mapping(row.line(), **common, max=maximum, criteria=parts)
        if depth == 1:
            row.fail(None, "leaf_at_top", found=entry.code)
            return mapping(row.line(), **common)
        return self.leaf(entry, common | {"guidance": guidance})

    def leaf(self, entry: OutlineEntry, common: Mapping[str, Node | None]) -> Mapping_:
        """A criterion that is scored."""
        row = entry.row
        self.leaves += 1
        judged = mapping(row.line(), judged=Scalar(line=row.line(), column=1, text="true", kind="boolean"))
        return mapping(row.line(), **common, max=self.maximum(row), rule=judged)

    def maximum(self, row: LocatedRow) -> Node:
        """The points of a criterion, which has to have some."""
        maximum = row.decimal("max")
        if maximum is None:
            row.fail("max", "no_number", expected=HEADS["max"])
            maximum = row.null("max")
        return maximum

    def appraiser(self, row: LocatedRow) -> Scalar | None:
        """A body by a word for machines: what an annex calls “Sở Nội vụ” is `so-noi-vu`."""
        written = row.written("appraiser")
        if not written:
            return None
        slug = written if _SLUG.match(written) else re.sub(r"[^a-z0-9]+", "-", fold(written)).strip("-")
        return word(row.line("appraiser"), slug)

    # the set

    def above(self) -> list[str]:
        """The lines over the table."""
        lines = []
        for row in self.table.sheet.rows[: self.table.first]:
            text = " ".join(nfc(cell) for cell in row if isinstance(cell, str))
            if text:
                lines.append(" ".join(text.split()))
        return lines

    def title(self) -> str:
        """The line over the table that names the set."""
        lines = [line for line in self.above() if not line.startswith("(")]
        named = [line for line in lines if any(word in fold(line) for word in ("tieu chi", "chi so", "criteria"))]
        return self.heading.title or (named or sorted(lines, key=len, reverse=True) or [self.heading.family])[0]

    def general(self, line: int) -> dict[str, Node | None]:
        """What the set says of itself."""
        years = Scalar(line=line, column=1, text=str(self.year(line)), kind="integer")
        return {
            "set": word(line, self.heading.family),
            "version": word(line, self.heading.version),
            "title": mapping(line, vi=word(line, self.title())),
            "status": word(line, "official" if self.heading.official else "illustrative"),
            "tier": word(line, self.tier(line)),
            "years": sequence(line, [years]),
            "legal_basis": self.laws(line),
        }

    def year(self, line: int) -> int:
        """The year that is given or that the title names; else one is taken, and said."""
        if self.heading.year is not None:
            return self.heading.year
        for text in (self.title(), *self.above()):
            found = re.search(r"(?:năm|year)\s+((?:19|20)[0-9]{2})", text, re.IGNORECASE)
            if found:
                return int(found[1])
        named = re.match(r"(?:19|20)[0-9]{2}(?![0-9])", self.heading.version)
        year = int(named[0]) if named else datetime.now(TIME_ZONE).year
        self.register.note(line, "year_taken", expected=year)
        return year

    def tier(self, line: int) -> str:
        """The tier that is given; else the one that the title speaks of, and that is said."""
        if self.heading.tier is not None:
            return self.heading.tier
        title = f" {fold(' '.join((self.title(), *self.above())))} "
        tier = next((tier for tier, words in _TIERS.items() if any(f" {one} " in title for one in words)), "province")
        self.register.note(line, "tier_taken", expected=tier)
        return tier

    def laws(self, line: int) -> Node | None:
        """The decision that the annex goes with, where its line says number and date."""
        found = next((match for text in self.above() if (match := _DECISION.search(text))), None)
        if found is None:
            return None
        try:
            issued = date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
        except ValueError:
            return None
        issuer = (found["issuer"] or "").strip()
        one = mapping(
            line,
            number=word(line, found["number"].rstrip(",;")),
            date=word(line, issued),
            issuer=word(line, issuer) if issuer else None,
        )
        return sequence(line, [one])
