"""What is wrong with a workbook, by sheet and cell, in words that say how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.criteria_workbook import layout
from parindex.messages import figure, listed
from parindex.reading.xlsx_cells import column_letters
from parindex.scoring import Defect
from parindex.text import N_, NC_, UNKNOWN, Language, translator
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


class CellPlace(msgspec.Struct, frozen=True):
    """A cell, or a row, or a sheet."""

    sheet: str = ""
    """Name of the sheet; empty: the whole file."""
    row: int = 0
    """From 1; 0: the whole sheet."""
    column: int | None = None
    """From 0; None: the whole row."""

    def text(self, lang: Language) -> str:
        """Where it is, as people look for it."""
        parts, _ = [], translator(lang)
        if self.sheet:
            parts.append(f"sheet “{self.sheet}”")
        if self.row:
            parts.append(_("dòng %(n)s", n=self.row))
        if self.row and self.column is not None:
            parts.append(_("ô %(cell)s", cell=f"{column_letters(self.column)}{self.row}"))
        return ", ".join(parts)


class WorkbookProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong, or as a note one thing understood that was not written."""

    code: str
    """Which kind."""
    values: Mapping[str, Any] = {}
    """What the sentence needs."""
    place: CellPlace
    """Where."""
    defect: Defect | None = None
    """A defect of the set itself, told in the words of `complaints`."""


_PROBLEMS: Final[Mapping[str, str]] = {
    # the file
    "not_xlsx": N_("không đọc được tệp này như một bảng tính. Hãy lưu lại dạng Excel Workbook (.xlsx)."),
    "not_csv": N_("không đọc được tệp này như một CSV. Hãy lưu lại dạng “CSV UTF-8”, kiểm tra dấu ngoặc kép."),
    "not_utf8": N_("gặp %(found)s, không phải văn bản UTF-8. Hãy lưu lại tệp dạng “CSV UTF-8” hoặc .xlsx."),
    "locked": N_("tệp có mật khẩu hoặc là dạng .xls cũ. Hãy bỏ mật khẩu và lưu lại dạng .xlsx."),
    "sheet_too_large": N_(
        "sheet quá lớn: đến ô này đã quá giới hạn. Hãy xóa các dòng, cột trống ở cuối sheet rồi lưu lại."
    ),
    "too_large": N_("tệp hoặc một sheet quá lớn. Hãy xóa các dòng, cột trống ở cuối sheet rồi lưu lại."),
    "no_table": N_(
        "không thấy bảng tiêu chí: cần một dòng tiêu đề có cột tên tiêu chí (hoặc nội dung) và cột “%(column)s”."
    ),
    "sheet_unknown": N_("không có sheet “%(found)s”. Các sheet của tệp: %(expected)s."),
    "no_sheet": N_("thiếu sheet “%(expected)s”. Hãy thêm sheet này hoặc xuất lại tệp từ bộ tiêu chí."),
    "no_header": N_("không thấy dòng tiêu đề có các cột: %(expected)s."),
    "no_rows": N_("bảng không có tiêu chí nào. Hãy điền từ dòng dưới tiêu đề."),
    # cells
    "not_number": N_("“%(found)s” không phải số. Hãy viết số như 1,5 (không kèm chữ)."),
    "two_numbers": N_(
        "“%(found)s” có thể là hai số khác nhau. Hãy viết %(decimal)s nếu là số lẻ, %(whole)s nếu là số nghìn."
    ),
    "percent_sign": N_(
        "“%(found)s” có dấu %%: hãy viết số không kèm dấu %% (0,7 cho tỷ lệ, 70 cho số liệu phần trăm)."
    ),
    "not_word": N_("“%(found)s” không hợp lệ; chọn một trong: %(expected)s."),
    "not_day": N_("“%(found)s” không phải ngày; hãy viết như 31/12/2025."),
    "year_outside": N_("ngày %(found)s có năm ngoài khoảng %(expected)s. Hãy kiểm tra lại năm đã gõ."),
    "number_range": N_("“%(found)s” là một khoảng. Hãy chỉ viết số lớn nhất, ví dụ 2."),
    "code_is_day": N_("mã bị bảng tính đổi thành ngày (%(found)s). Hãy định dạng ô dạng Text rồi gõ lại mã."),
    "no_number": N_("thiếu “%(expected)s”. Hãy điền số vào ô này."),
    "no_text": N_("thiếu “%(expected)s”. Hãy điền vào ô này."),
    "year_unread": N_("“%(found)s” không phải năm. Hãy viết như 2026; 2027."),
    "cell_error": N_("ô này báo lỗi %(found)s trong bảng tính. Hãy sửa công thức hoặc gõ lại nội dung."),
    "formula_unvalued": N_(
        "ô này là công thức chưa có kết quả lưu trong tệp. Hãy mở bằng bảng tính, lưu lại rồi nhập."
    ),
    "percent_format": N_(
        "ô định dạng phần trăm: %(found)s có thể là %(whole)s điểm hoặc %(decimal)s điểm. "
        "Hãy đổi sang định dạng số rồi gõ lại số điểm."
    ),
    "several_maxima": N_(
        "có nhiều cột có thể là điểm tối đa (%(found)s): không rõ phải lấy cột nào. "
        "Hãy xóa hoặc đổi tên các cột không dùng, ví dụ thành “Điểm cũ”."
    ),
    # rows
    "row_without_code": N_("có nội dung “%(found)s” nhưng thiếu mã. Hãy điền mã (hoặc “Cấp”), hay xóa dòng."),
    "label_unread": N_("không hiểu số thứ tự “%(found)s”. Hãy dùng I, 1, 1.1, 1.1.1, a) …"),
    "several_names": N_(
        "bảng có nhiều cột ghi tên. Hãy viết lĩnh vực, tiêu chí, tiêu chí thành phần thành các dòng trong một cột."
    ),
    "row_without_label": N_(
        "“%(found)s” có điểm tối đa nhưng thiếu số thứ tự. Hãy điền STT (I, 1, 1.1, a) …), hay bỏ điểm."
    ),
    "level_jump": N_(
        "cấp %(found)s đứng ngay dưới cấp %(before)s. Hãy thêm dòng cấp %(expected)s ở giữa hoặc sửa “Cấp”."
    ),
    "leaf_at_top": N_("lĩnh vực “%(found)s” chưa có tiêu chí nào bên dưới. Hãy thêm tiêu chí."),
    "total_differs": N_("dòng tổng ghi %(found)s nhưng các tiêu chí cộng lại là %(expected)s. Hãy sửa một trong hai."),
    "open_below": N_(
        "“%(found)s” không phải lĩnh vực: cấp dưới chỉ bổ sung được vào cả một lĩnh vực. Hãy để trống ô này."
    ),
    "no_rule": N_(
        "“%(found)s” chưa có cách tính ở sheet “%(expected)s”. Hãy thêm một dòng; “Thẩm định” nếu chưa có quy tắc."
    ),
    "repeated_rule": N_("“%(found)s” đã có cách tính ở dòng %(first)s. Hãy bỏ một dòng."),
    "rule_of_nobody": N_(
        "mã “%(found)s” không có ở sheet tiêu chí, hoặc có tiêu chí con nên không có cách tính riêng. Hãy sửa mã hoặc xóa."
    ),
    "line_of_no_rule": N_("dòng này không thuộc quy tắc nào. Hãy điền “Cách tính” ở dòng đầu của quy tắc."),
    "step_of_other_rule": N_("“%(found)s” không dùng cho cách tính này; cần: %(expected)s."),
    "option_of_nobody": N_("phương án này không thuộc số liệu nào. Hãy điền tên và kiểu ở dòng đầu của số liệu."),
    "repeated_item": N_("“%(found)s” lặp lại. Hãy bỏ một dòng."),
    "unknown_item": N_("không có mục “%(found)s”; các mục: %(expected)s."),
    "no_item": N_("thiếu mục “%(expected)s”. Hãy điền."),
    "cap_missing": N_("có mục ở sheet “%(found)s” nhưng thiếu “%(expected)s” ở sheet thông tin chung."),
    "no_maximum": N_(
        "dòng này giống tiêu đề của bảng tiêu chí nhưng không có cột “%(column)s”, nên chưa đọc được các dòng bên dưới. "
        "Hãy thêm cột này."
    ),
    "cell_beyond_head": N_(
        "ô này (“%(found)s”) nằm ngoài các cột có tiêu đề. Nếu là phần lẻ của một số, hãy đặt số đó trong dấu ngoặc kép; "
        "nếu không, hãy thêm tiêu đề cho cột hoặc xóa ô."
    ),
    "maximum_merged": N_(
        "điểm tối đa %(found)s nằm trong ô gộp của %(n)s dòng nên không rõ mỗi dòng được bao nhiêu. Hãy bỏ gộp ô và ghi điểm "
        "từng dòng."
    ),
    # notes
    "column_unread": N_("không đọc cột “%(found)s” (%(n)s ô có nội dung)."),
    "cells_without_head": N_("cột này không có tiêu đề nên không được đọc: %(n)s ô, ô đầu tiên ghi “%(found)s”."),
    "sheet_left_out": N_("không đọc sheet “%(found)s”. Nếu đây là phụ lục khác, hãy dùng --sheet."),
    "sheet_hidden": N_("không đọc sheet “%(found)s” vì đang bị ẩn. Hãy bỏ ẩn nếu cần đọc."),
    "read_as_bonus": N_("“%(found)s” được đọc là điểm cộng, ngoài tổng điểm của các lĩnh vực."),
    "read_as_penalty": N_("“%(found)s” được đọc là điểm trừ."),
    "maximum_taken": N_("có hai cột có thể là điểm tối đa; đã lấy “%(expected)s”, không lấy “%(found)s”."),
    "row_hidden": N_("dòng đang bị ẩn (“%(found)s”) vẫn được đọc. Hãy xóa dòng nếu không còn dùng."),
    "row_filtered": N_("dòng đang bị lọc khuất (“%(found)s”) vẫn được đọc. Hãy xóa dòng nếu không còn dùng."),
    "row_struck": N_("dòng có chữ bị gạch ngang (“%(found)s”) vẫn được đọc. Hãy xóa dòng nếu không còn dùng."),
    "column_hidden_read": N_("cột “%(found)s” đang bị ẩn vẫn được đọc. Hãy bỏ ẩn hoặc xóa cột nếu không còn dùng."),
    "column_hidden": N_("cột “%(found)s” đang bị ẩn và không được dùng."),
    "legacy_font": N_(
        "%(n)s ô viết bằng phông chữ cũ, bảng mã %(found)s, đã được chuyển sang Unicode. Hãy kiểm tra lại chữ."
    ),
    "parent_made": N_(
        "“%(found)s” không có dòng riêng; đã thêm với tên “%(expected)s”. Hãy đặt lại tên trong tệp YAML."
    ),
    "group_carried": N_("nhóm “%(found)s” được ghi lặp từ dòng trên nhưng mã %(expected)s không thuộc nhóm này."),
    "target_number": N_(
        "“%(found)s” ở cột “%(expected)s” có thể là một tỷ lệ phần trăm (1 là 100%%); được giữ nguyên văn."
    ),
    "negative_maximum": N_("điểm tối đa âm (%(found)s): được đọc là điểm trừ."),
    "code_written": N_("mã “%(found)s” được ghi thành %(expected)s: mã chỉ gồm chữ số và chữ in hoa không dấu."),
    "units_left_out": N_("%(n)s cột đơn vị (%(found)s) là số liệu từng nơi, không thuộc bộ tiêu chí nên không đọc."),
    "rows_of_units": N_("%(n)s dòng bên dưới là kết quả từng đơn vị, không thuộc bộ tiêu chí nên không đọc."),
    "maximum_given": N_(
        "bảng không có cột điểm tối đa: “%(found)s” tạm được %(expected)s điểm. Hãy sửa điểm trong tệp YAML."
    ),
    "leaf_made": N_(
        "bảng chỉ ghi điểm tối đa của lĩnh vực “%(found)s”: đã thêm một tiêu chí %(expected)s mang cả số điểm đó."
    ),
    "code_misprinted": N_("hàng này ghi hai mã khác nhau; đã lấy %(expected)s, không lấy %(found)s."),
    "answer_kept": N_(
        "“%(found)s” là một phương án trả lời: được giữ nguyên văn ở %(expected)s, chưa là cách tính điểm."
    ),
    "total_rounded": N_("dòng tổng ghi %(found)s là số đã làm tròn; các tiêu chí cộng lại là %(expected)s."),
    "sheets_joined": N_("%(n)s sheet đánh số La Mã được ghép thành các lĩnh vực của một bộ."),
    "tier_taken": N_("phụ lục không ghi cấp đánh giá; đã lấy “%(expected)s”. Nếu khác, hãy thêm --tier."),
    "year_taken": N_("không thấy năm trong tiêu đề; đã lấy %(expected)s. Nếu khác, hãy thêm --year."),
    "code_completed": N_("mã %(found)s (ô số) đứng sau %(before)s nên được hiểu là %(expected)s."),
    "code_given": N_("dòng chưa có mã; đã đặt mã %(expected)s."),
    "row_skipped": N_("đã bỏ qua dòng “%(found)s”."),
    "column_skipped": N_("không dùng cột “%(found)s”."),
    "words_differ": N_("cột “%(found)s” đã được sửa nhưng chỉ để đọc; cách tính lấy từ sheet “%(expected)s”."),
    "judged": N_("%(n)s tiêu chí được nhập là do thẩm định chấm; hãy bổ sung cách tính."),
    "several_tables": N_("có nhiều sheet chứa bảng tiêu chí; chỉ dùng sheet này. Dùng --sheet để chọn sheet khác."),
}

_KEYS: Final[Mapping[str, str]] = {
    "max": NC_("column", "Điểm tối đa"),
    "title": N_("Tên"),
    "vi": N_("Tên"),
    "code": N_("Mã"),
    "criteria": N_("tiêu chí"),
    "steps": N_("các dòng Từ hoặc Đến"),
    "points": N_("Điểm"),
    "shares": N_("Tỷ lệ so với điểm tối đa"),
    "from": N_("Từ (Đầu)"),
    "to": N_("Đến (Cuối)"),
    "as": N_("Đọc kết quả theo"),
    "when_zero": N_("Khi mẫu số bằng 0"),
    "options": N_("các dòng phương án"),
    "type": N_("Kiểu"),
    "areas": N_("lĩnh vực"),
    "years": N_("Năm đánh giá"),
    "tier": N_("Cấp đánh giá"),
    "measure": N_("Mẫu số hoặc kết quả điều tra"),
    "instrument": N_("Số liệu, điều tra hoặc chỉ số"),
}
"""Columns in place of the keys of the YAML."""


def problem_text(problem: WorkbookProblem, file: str, lang: Language = "vi") -> str:
    """One problem on one line, with its place."""
    where = ", ".join(part for part in (file, problem.place.text(lang)) if part)
    return f"{where}: {_words(problem, lang)}"


def _words(problem: WorkbookProblem, lang: Language) -> str:
    if problem.defect is not None:
        values = {key: _column(key, value, lang) for key, value in problem.values.items()}
        bare = msgspec.structs.replace(problem.defect, values=values, line=0)
        return complaints.defect_text(bare, lang)
    shown = {key: _shown(value, lang) for key, value in problem.values.items()}
    for key in ("found", "expected", "before", "first", "whole", "decimal"):
        shown.setdefault(key, UNKNOWN)
    shown["column"] = layout.MAXIMUM.vi
    return translator(lang)(_PROBLEMS[problem.code], **shown)


def _column(key: str, value: Any, lang: Language) -> Any:
    if isinstance(value, CellPlace):
        return f"{value.row}, sheet “{value.sheet}”"
    if key == "expected" and isinstance(value, str) and value in _KEYS:
        return translator(lang)(_KEYS[value])
    return value


def _shown(value: Any, lang: Language) -> str:
    if isinstance(value, CellPlace):
        return value.text(lang)
    if isinstance(value, Decimal):
        return figure(value, translator(lang))
    if isinstance(value, layout.ColumnHead):
        return value.title(lang)
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return layout.in_language(value, lang)
    if isinstance(value, list):
        return listed(_shown(one, lang) for one in value)
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "…"
