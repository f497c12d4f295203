"""What is wrong with a workbook, by sheet and cell, in words that say how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.criteria_workbook import layout
from parindex.papers.xlsx_reading import column_letters
from parindex.scoring import Defect, shortest
from parindex.text import UNKNOWN, Language
from parindex.wording import complaints


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What an annex does not say and the one who imports it does."""

    family: str
    """Name of the set: its folder."""
    version: str
    """Its version: the file."""
    tier: str | None = None
    """Tier of the agencies; None where a workbook says it itself."""
    year: int | None = None
    """The year that it measures; None: what the title of the annex says."""
    official: bool = False
    """Whether the annex is in force; a set is illustrative unless somebody says so."""
    title: str | None = None
    """What people call it; None: the line above the table."""


class Place(msgspec.Struct, frozen=True):
    """A cell, or a row, or a sheet."""

    sheet: str = ""
    """Name of the sheet; empty: the whole file."""
    row: int = 0
    """From 1; 0: the whole sheet."""
    column: int | None = None
    """From 0; None: the whole row."""

    def text(self, lang: Language) -> str:
        """Where it is, as people look for it."""
        parts = []
        if self.sheet:
            parts.append(f"sheet “{self.sheet}”")
        if self.row:
            parts.append(f"dòng {self.row}" if lang == "vi" else f"row {self.row}")
        if self.row and self.column is not None:
            parts.append(f"{'ô' if lang == 'vi' else 'cell'} {column_letters(self.column)}{self.row}")
        return ", ".join(parts)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong, or as a note one thing understood that was not written."""

    code: str
    """Which kind."""
    values: Mapping[str, Any] = {}
    """What the sentence needs."""
    place: Place
    """Where."""
    defect: Defect | None = None
    """A defect of the set itself, told in the words of `complaints`."""


_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    # the file
    "not_xlsx": (
        "không đọc được tệp này như một bảng tính. Hãy lưu lại dạng Excel Workbook (.xlsx).",
        "this cannot be read as a workbook. Save it as an Excel workbook (.xlsx).",
    ),
    "locked": (
        "tệp có mật khẩu hoặc là dạng .xls cũ. Hãy bỏ mật khẩu và lưu lại dạng .xlsx.",
        "the file has a password or is an old .xls. Remove the password and save it as .xlsx.",
    ),
    "too_large": (
        "tệp hoặc một sheet quá lớn. Hãy xóa các dòng, cột trống ở cuối sheet rồi lưu lại.",
        "the file or a sheet is too large. Delete empty rows and columns at its end and save it again.",
    ),
    "no_table": (
        "không thấy bảng tiêu chí: cần một dòng tiêu đề có cột tên tiêu chí (hoặc nội dung) và cột “Điểm tối đa”.",
        "there is no table of criteria: expected a header with a column of titles and a column “Điểm tối đa”.",
    ),
    "no_sheet": (
        "thiếu sheet “%(expected)s”. Hãy thêm sheet này hoặc xuất lại tệp từ bộ tiêu chí.",
        "the sheet “%(expected)s” is missing. Add it, or export the set again.",
    ),
    "no_header": (
        "không thấy dòng tiêu đề có các cột: %(expected)s.",
        "there is no header with the columns: %(expected)s.",
    ),
    "no_rows": (
        "bảng không có tiêu chí nào. Hãy điền từ dòng dưới tiêu đề.",
        "the table has no criterion. Fill it in.",
    ),
    # cells
    "not_number": (
        "“%(found)s” không phải số. Hãy viết số như 1,5 (không kèm chữ).",
        "“%(found)s” is not a number. Write a number such as 1,5, without words.",
    ),
    "two_numbers": (
        "“%(found)s” có thể là hai số khác nhau. Hãy viết %(decimal)s nếu là số lẻ, %(whole)s nếu là số nghìn.",
        "“%(found)s” could be two numbers. Write %(decimal)s for the decimal, %(whole)s for the thousands.",
    ),
    "percent_sign": (
        "“%(found)s” có dấu %%: hãy viết số không kèm dấu %% (0,7 cho tỷ lệ, 70 cho số liệu phần trăm).",
        "“%(found)s” has a %% sign: write the number without it (0,7 for a ratio, 70 for an input in percent).",
    ),
    "not_word": (
        "“%(found)s” không hợp lệ; chọn một trong: %(expected)s.",
        "“%(found)s” is not allowed here; choose one of: %(expected)s.",
    ),
    "not_day": (
        "“%(found)s” không phải ngày; hãy viết như 31/12/2025.",
        "“%(found)s” is not a date; write it like 31/12/2025.",
    ),
    "code_is_day": (
        "mã bị bảng tính đổi thành ngày (%(found)s). Hãy định dạng ô dạng Text rồi gõ lại mã.",
        "the spreadsheet turned the code into a date (%(found)s). Format the cell as text and type it again.",
    ),
    "no_number": ("thiếu “%(expected)s”. Hãy điền số vào ô này.", "“%(expected)s” is missing. Fill in a number."),
    "no_text": ("thiếu “%(expected)s”. Hãy điền vào ô này.", "“%(expected)s” is missing. Fill it in."),
    "year_unread": (
        "“%(found)s” không phải năm. Hãy viết như 2026; 2027.",
        "“%(found)s” is not a year. Write 2026; 2027.",
    ),
    # rows
    "row_without_code": (
        "có nội dung “%(found)s” nhưng thiếu mã. Hãy điền mã (hoặc “Cấp”), hay xóa dòng.",
        "“%(found)s” has no code. Fill in its code (or level), or delete the row.",
    ),
    "label_unread": (
        "không hiểu số thứ tự “%(found)s”. Hãy dùng I, 1, 1.1, 1.1.1, a) …",
        "the number “%(found)s” is not understood. Use I, 1, 1.1, 1.1.1, a) …",
    ),
    "several_names": (
        "bảng có nhiều cột ghi tên. Hãy viết lĩnh vực, tiêu chí, tiêu chí thành phần thành các dòng trong một cột.",
        "the table has several columns of names. Write areas, criteria and parts as rows of one column.",
    ),
    "row_without_label": (
        "“%(found)s” có điểm tối đa nhưng thiếu số thứ tự. Hãy điền STT (I, 1, 1.1, a) …), hay bỏ điểm.",
        "“%(found)s” has a maximum and no number. Fill in its number (I, 1, 1.1, a) …), or remove the maximum.",
    ),
    "level_jump": (
        "cấp %(found)s đứng ngay dưới cấp %(before)s. Hãy thêm dòng cấp %(expected)s ở giữa hoặc sửa “Cấp”.",
        "level %(found)s stands below level %(before)s. Add a row of level %(expected)s between, or change the level.",
    ),
    "leaf_at_top": (
        "lĩnh vực “%(found)s” chưa có tiêu chí nào bên dưới. Hãy thêm tiêu chí.",
        "the area “%(found)s” has no criterion below. Add one.",
    ),
    "total_differs": (
        "dòng tổng ghi %(found)s nhưng các tiêu chí cộng lại là %(expected)s. Hãy sửa một trong hai.",
        "the total says %(found)s, the criteria sum to %(expected)s. Correct one of them.",
    ),
    "no_rule": (
        "“%(found)s” chưa có cách tính ở sheet “%(expected)s”. Hãy thêm một dòng; “Thẩm định” nếu chưa có quy tắc.",
        "“%(found)s” has no rule on the sheet “%(expected)s”. Add a line; “Judged” where there is no rule yet.",
    ),
    "repeated_rule": (
        "“%(found)s” đã có cách tính ở dòng %(first)s. Hãy bỏ một dòng.",
        "“%(found)s” has a rule on row %(first)s. Remove one.",
    ),
    "rule_of_nobody": (
        "mã “%(found)s” không có ở sheet tiêu chí, hoặc có tiêu chí con nên không có cách tính riêng. Hãy sửa mã hoặc xóa.",
        "“%(found)s” is not on the sheets of criteria, or has parts and so no rule. Correct the code or delete the row.",
    ),
    "line_of_no_rule": (
        "dòng này không thuộc quy tắc nào. Hãy điền “Cách tính” ở dòng đầu của quy tắc.",
        "this line belongs to no rule. Fill in the rule on the first line.",
    ),
    "step_of_other_rule": (
        "“%(found)s” không dùng cho cách tính này; cần: %(expected)s.",
        "“%(found)s” does not belong to this rule; expected: %(expected)s.",
    ),
    "option_of_nobody": (
        "phương án này không thuộc số liệu nào. Hãy điền tên và kiểu ở dòng đầu của số liệu.",
        "this option belongs to no input. Fill in name and type on the first line of the input.",
    ),
    "repeated_item": ("“%(found)s” lặp lại. Hãy bỏ một dòng.", "“%(found)s” is repeated. Remove one row."),
    "unknown_item": (
        "không có mục “%(found)s”; các mục: %(expected)s.",
        "there is no item “%(found)s”; items are: %(expected)s.",
    ),
    "no_item": ("thiếu mục “%(expected)s”. Hãy điền.", "the item “%(expected)s” is missing. Fill it in."),
    "cap_missing": (
        "có mục ở sheet “%(found)s” nhưng thiếu “%(expected)s” ở sheet thông tin chung.",
        "there are items on the sheet “%(found)s” and no “%(expected)s” on the general sheet.",
    ),
    # notes
    "tier_taken": (
        "phụ lục không ghi cấp đánh giá; đã lấy “%(expected)s”. Nếu khác, hãy thêm --tier.",
        "an annex does not say the tier; “%(expected)s” was taken. Give --tier if it is another.",
    ),
    "year_taken": (
        "không thấy năm trong tiêu đề; đã lấy %(expected)s. Nếu khác, hãy thêm --year.",
        "there is no year in the title; %(expected)s was taken. Give --year if it is another.",
    ),
    "code_completed": (
        "mã %(found)s (ô số) đứng sau %(before)s nên được hiểu là %(expected)s.",
        "the code %(found)s (a number cell) follows %(before)s and was read as %(expected)s.",
    ),
    "code_given": ("dòng chưa có mã; đã đặt mã %(expected)s.", "the row has no code; it was given %(expected)s."),
    "row_skipped": ("đã bỏ qua dòng “%(found)s”.", "the row “%(found)s” was left out."),
    "column_skipped": ("không dùng cột “%(found)s”.", "the column “%(found)s” is not used."),
    "words_differ": (
        "cột “%(found)s” đã được sửa nhưng chỉ để đọc; cách tính lấy từ sheet “%(expected)s”.",
        "the column “%(found)s” was changed, but is for reading only; the rule is that of the sheet “%(expected)s”.",
    ),
    "judged": (
        "%(n)s tiêu chí được nhập là do thẩm định chấm; hãy bổ sung cách tính.",
        "%(n)s criteria were read as judged; give them their rules.",
    ),
    "several_tables": (
        "có nhiều sheet chứa bảng tiêu chí; chỉ dùng sheet này. Dùng --sheet để chọn sheet khác.",
        "several sheets hold a table of criteria; this one is used. Choose another with --sheet.",
    ),
}

_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "max": ("Điểm tối đa", "Maximum"),
    "title": ("Tên", "Title"),
    "vi": ("Tên", "Title"),
    "code": ("Mã", "Code"),
    "criteria": ("tiêu chí", "criteria"),
    "steps": ("các dòng Từ hoặc Đến", "lines From or To"),
    "points": ("Điểm", "Points"),
    "shares": ("Tỷ lệ so với điểm tối đa", "Share of the maximum"),
    "from": ("Từ (Đầu)", "From (Start)"),
    "to": ("Đến (Cuối)", "To (End)"),
    "as": ("Đọc kết quả theo", "Read as"),
    "when_zero": ("Khi mẫu số bằng 0", "When zero"),
    "options": ("các dòng phương án", "lines of options"),
    "type": ("Kiểu", "Type"),
    "areas": ("lĩnh vực", "areas"),
    "years": ("Năm đánh giá", "Years"),
    "tier": ("Cấp đánh giá", "Tier"),
    "measure": ("Mẫu số hoặc kết quả điều tra", "Denominator or measure"),
    "instrument": ("Số liệu, điều tra hoặc chỉ số", "Input, survey or index"),
}
"""Columns in place of the keys of the YAML."""


def problem_text(problem: Problem, file: str, lang: Language = "vi") -> str:
    """One problem on one line, with its place."""
    where = ", ".join(part for part in (file, problem.place.text(lang)) if part)
    return f"{where}: {_words(problem, lang)}"


def _words(problem: Problem, lang: Language) -> str:
    if problem.defect is not None:
        values = {key: _column(key, value, lang) for key, value in problem.values.items()}
        bare = msgspec.structs.replace(problem.defect, values=values, line=0)
        return complaints.defect_text(bare, lang)
    shown = {key: _shown(value, lang) for key, value in problem.values.items()}
    for key in ("found", "expected", "before", "first"):
        shown.setdefault(key, UNKNOWN)
    return _PROBLEMS[problem.code][0 if lang == "vi" else 1] % shown


def _column(key: str, value: Any, lang: Language) -> Any:
    if isinstance(value, Place):
        return f"{value.row}, sheet “{value.sheet}”"
    if key == "expected" and isinstance(value, str) and value in _KEYS:
        return _KEYS[value][0 if lang == "vi" else 1]
    return value


def _shown(value: Any, lang: Language) -> str:
    at = 0 if lang == "vi" else 1
    if isinstance(value, Place):
        return value.text(lang)
    if isinstance(value, Decimal):
        return shortest(value).replace(".", ",") if lang == "vi" else shortest(value)
    if isinstance(value, layout.Head):
        return value.title(lang)
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return str(value[at])
    if isinstance(value, list):
        return ", ".join(_shown(one, lang) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "…"
