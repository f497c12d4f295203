"""The head of a table of criteria: on which rows it stands, and which column holds what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Final

import msgspec

from parindex.criteria_workbook.layout import ColumnHead, plain
from parindex.criteria_workbook.located import cell_text
from parindex.criteria_workbook.outline import label
from parindex.reading.xlsx_cells import SheetCells, XlsxCell

MOST_HEADER_ROW: Final = 60

HEADS: Final = {
    "number": ColumnHead("number", "STT", "No."),
    "code": ColumnHead("code", "Mã", "Code"),
    "title": ColumnHead("title", "Tên tiêu chí", "Title"),
    "max": ColumnHead("max", "Điểm tối đa", "Maximum"),
    "appraiser": ColumnHead("appraiser", "Cơ quan thẩm định", "Appraiser"),
}
_NUMBER: Final = ("stt", "tt", "sott", "sothutu", "no", "number")
_CODE: Final = ("ma", "maso", "matieuchi", "code")
_TITLE: Final = ("tieuchi", "noidung", "linhvuc", "chitieu", "criteri", "content")
_TITLE_WHOLE: Final = ("ten", "title", "name", "titlevi", "namevi")
_QUESTION: Final = ("cauhoi", "cauhoikhaosat", "question")
"""What a survey calls its criteria, where no column is called otherwise."""
_MAX: Final = ("diemtoida", "diemchuan", "thangdiem", "sodiemtoida", "maxpoints", "maximum")
_MAX_WHOLE: Final = ("diem", "max", "points", "sodiem", "diemso")
_APPRAISER: Final = ("coquanthamdinh", "donvithamdinh", "appraiser")
_NOTE: Final = (
    "ghichu",
    "tailieu",
    "yeucau",
    "cachtinh",
    "huongdan",
    "kiemchung",
    "note",
    "remark",
    "evidence",
    "solieu",
    "phutrach",
    "chutri",
    "owner",
    "rule",
    "apdung",
    "applieswhen",
    "muctieu",
    "target",
)
_TARGET: Final = ("chitieu", "target")
_ANSWER: Final = re.compile(r"(?:.*\s)?([A-H])[.):]?")
_PART_CODE: Final = ("partcode", "maphan")
_PART: Final = ("partvi", "part", "phan", "tenphan")
_GROUP: Final = ("groupvi", "group", "nhom", "nhomtieuchi", "nhomchitieu", "linhvuc")
_LETTERED: Final = re.compile(r"[A-ZĐ]{1,6}[0-9]{0,2}(?:\.[0-9A-ZĐ]{1,6})+")
_LEVEL: Final = ("cap", "capdo", "level")
_ENTERED: Final = ("conhaplieu", "nhaplieu", "entered")


class AnnexTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table of criteria on a sheet."""

    sheet: SheetCells
    """The sheet."""
    first: int
    """The first row of its header, from 0."""
    top: int
    """The last row of its header, from 0."""
    columns: Mapping[str, int]
    """Which column holds what."""
    notes: Mapping[int, str]
    """Columns of notes with their heads."""
    names: Sequence[int]
    """Columns beside the title that also name areas, criteria or parts."""
    maxima: Sequence[int]
    """Columns that could all be the maximum, where it is not plain which; else empty."""
    repeated: Mapping[str, int]
    """Columns that repeat in each row to which part and group it belongs, or how deep it lies."""
    passed_over: int | None
    """A column of plain points beside one that says that it is the maximum."""


def find_table(sheet: SheetCells) -> AnnexTable | None:
    """The first header with a title and a maximum; it may stand on two rows."""
    filled = _filled_across(sheet)
    for top in range(min(len(filled), MOST_HEADER_ROW)):
        below = filled[top + 1] if top + 1 < len(filled) else []
        joined = [_joined(one, two) for one, two in zip(filled[top], below, strict=False)]
        for height, row in ((1, joined), (0, filled[top])):
            columns, notes, names = _columns(row, sheet.unseen_columns)
            maxima = _maxima(row, sheet.unseen_columns)
            if "title" not in columns or not maxima:
                continue
            # The second row of a header names nothing of its own under the title.
            if height == 0 or below[columns["title"]] in {None, filled[top][columns["title"]]}:
                return AnnexTable(
                    sheet=sheet, first=top, top=top + height, columns=columns | {"max": maxima[0]},
                    notes={at: head for at, head in notes.items() if at != maxima[0]},
                    names=names, maxima=maxima if len(maxima) > 1 else (), passed_over=_plain_points(row, maxima[0]), repeated=_repeated(row, columns),
                )  # fmt: skip
    return None


def without_running_number(table: AnnexTable) -> tuple[AnnexTable, bool]:
    """The table by its codes where its numbers only count rows, and whether the codes alone say what lies below what."""
    rows = table.sheet.rows[table.top + 1 :]
    if not {"number", "code"} <= table.columns.keys():
        column = table.columns.get("code", table.columns.get("number"))
        if column is None or table.repeated or not _are_codes([cell_text(row[column]).strip() for row in rows]):
            return table, False
        kept = {key: at for key, at in table.columns.items() if key != "number"}
        return msgspec.structs.replace(table, columns={**kept, "code": column}), True
    pairs = [tuple(cell_text(row[table.columns[key]]).strip() for key in ("number", "code")) for row in rows]
    pairs = [(number, code) for number, code in pairs if number.rstrip(".").isdigit()]
    others = [row for row in rows if label(cell_text(row[table.columns["number"]])) is not None]
    if not table.repeated and (not pairs or len(pairs) < len(others) or any(not code for _, code in pairs)):
        return table, False
    kept = {key: column for key, column in table.columns.items() if key != "number"}
    return msgspec.structs.replace(table, columns=kept), any(label(code) is None for _, code in pairs)


def _are_codes(numbers: Sequence[str]) -> bool:
    """Whether what stands in the column of numbers are codes by themselves: I.1, A.2.1, without a 1 or 1.1 among them."""
    styles = [label(one) for one in numbers]
    plainly = any(found is not None and found.style.startswith("dots") for found in styles)
    return not plainly and any(_LETTERED.fullmatch(one.rstrip(".")) for one in numbers)


def find_unit_columns(sheet: SheetCells) -> AnnexTable | None:
    """A head of code, content and level without a maximum, beside which units have a column each."""
    for at, row in enumerate(_filled_across(sheet)[:MOST_HEADER_ROW]):
        columns, _, _ = _columns(row, sheet.unseen_columns)
        if not {"code", "title"} <= columns.keys():
            continue
        meant = {"level": _LEVEL, "entered": _ENTERED}
        heads = {column: plain(cell) for column, cell in enumerate(row) if isinstance(cell, str)}
        told = {key: next((one for one, head in heads.items() if head in words), None) for key, words in meant.items()}
        repeated = {key: column for key, column in told.items() if column is not None}
        if repeated:
            return AnnexTable(
                sheet=sheet, first=at, top=at, columns={key: columns[key] for key in ("code", "title")}, notes={},
                names=(), maxima=(), repeated=repeated, passed_over=None,
            )  # fmt: skip
    return None


def find_head_without_maximum(sheet: SheetCells) -> int | None:
    """The row of a header that has a number and a title and no maximum, from 0."""
    for at, row in enumerate(_filled_across(sheet)[:MOST_HEADER_ROW]):
        columns, _, _ = _columns(row, frozenset())
        if "title" in columns and ("number" in columns or "code" in columns):
            return at
    return None


def _maxima(row: Sequence[XlsxCell], unseen: Set[int]) -> list[int]:
    """Columns that could be the maximum: a head that says so wins over plain points, a shown one over a hidden one."""
    said: dict[str, int] = {}
    plainly: dict[str, int] = {}
    for at, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) <= 200 and at not in unseen and _meaning(plain(cell)) == "max":
            # A head that is merged over several columns stands in each of them.
            (plainly if plain(cell) in _MAX_WHOLE else said).setdefault(cell, at)
    found = list((said or plainly).values())
    return found or (_maxima(row, frozenset()) if unseen else [])


def _filled_across(sheet: SheetCells) -> list[list[XlsxCell]]:
    """The first rows, with merged cells filled from left to right."""
    rows = [list(row) for row in sheet.rows[: MOST_HEADER_ROW + 1]]
    for (top, left), (bottom, right) in sheet.merged:
        for at in range(top, min(bottom + 1, len(rows))):
            for column in range(left + 1, min(right + 1, len(rows[at]))):
                rows[at][column] = rows[top][left]
    return rows


def _joined(one: XlsxCell, two: XlsxCell) -> XlsxCell:
    parts = [cell_text(cell).strip() for cell in (one, two) if cell is not None]
    return " ".join(dict.fromkeys(parts)) or None


def _repeated(row: Sequence[XlsxCell], columns: Mapping[str, int]) -> dict[str, int]:
    """Columns of part, group and level beside a column of codes; none in a table that is numbered by its rows."""
    if "code" not in columns:
        return {}
    meant = {"part code": _PART_CODE, "part": _PART, "group": _GROUP, "level": _LEVEL}
    heads = {at: plain(cell) for at, cell in enumerate(row) if isinstance(cell, str) and at != columns["title"]}
    found = {key: next((at for at, head in heads.items() if head in words), None) for key, words in meant.items()}
    return {key: at for key, at in found.items() if at is not None}


def _plain_points(row: Sequence[XlsxCell], maximum: int) -> int | None:
    """A column headed by points alone, beside the maximum."""
    heads = [(at, plain(cell)) for at, cell in enumerate(row) if isinstance(cell, str) and cell != row[maximum]]
    return next((at for at, head in heads if head in _MAX_WHOLE), None)


def _columns(row: Sequence[XlsxCell], unseen: Set[int]) -> tuple[dict[str, int], dict[int, str], list[int]]:
    columns: dict[str, int] = {}
    notes: dict[int, str] = {}
    names: list[int] = []
    for at, cell in enumerate(row):
        if not isinstance(cell, str) or len(cell) > 200 or at in unseen:
            continue
        head = plain(cell)
        key = _meaning(head)
        if key == "note":
            notes[at] = " ".join(cell.split())
        elif key is not None and key not in columns:
            columns[key] = at
        elif key == "title" and cell != row[columns[key]]:
            # Left of the maximum it names something, right of it it says more about what is named; so does a target.
            taken = plain(cell_text(row[columns[key]]))
            if "max" in columns or (head.startswith(_TARGET) and not taken.startswith(_TARGET)):
                notes[at] = " ".join(cell.split())
            else:
                names.append(at)
    if "title" not in columns:
        shown = [at for at, cell in enumerate(row) if isinstance(cell, str) and at not in unseen]
        if asked := [at for at in shown if plain(cell_text(row[at])) in _QUESTION]:
            columns["title"] = asked[0]
    return columns, notes | _answers(row, columns), names


def _answers(row: Sequence[XlsxCell], columns: Mapping[str, int]) -> dict[int, str]:
    """Columns that are headed A, B, C …: what each answer of a survey counts."""
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        letter = _ANSWER.fullmatch(" ".join(cell.split())) if isinstance(cell, str) else None
        if letter and at not in columns.values() and letter[1] == chr(ord("A") + len(found)):
            found[at] = letter[1]
    return found if len(found) > 1 else {}


def _meaning(head: str) -> str | None:  # noqa: PLR0911 - one return a column
    if head in _NUMBER:
        return "number"
    if head in _CODE:
        return "code"
    if any(word in head for word in _APPRAISER):
        return "appraiser"
    if any(word in head for word in _MAX) or head in _MAX_WHOLE:
        return "max"
    if any(word in head for word in _NOTE):
        return "note"
    if any(word in head for word in _TITLE) or head in _TITLE_WHOLE:
        return "title"
    return None
