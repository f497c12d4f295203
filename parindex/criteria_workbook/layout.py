"""The sheets of a set's workbook, their columns, and the words that stand for the words of the YAML.

These are no sentences: they are how the file is spelled. Both spellings stand here, because a workbook is read in
either language whoever reads it, and one that was written years ago is read for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from parindex.papers.workbook import Content
from parindex.text import LANGUAGES, Language, fold


class Head(msgspec.Struct, frozen=True):
    """A column by its key, with its heads in both languages."""

    key: str
    """What the code calls it."""
    vi: str
    """Head in Vietnamese."""
    en: str
    """Head in English."""
    width: int = 12
    """In characters."""
    content: Content = "text"
    """What stands in it."""

    def title(self, lang: Language) -> str:
        """The head in one language."""
        return in_language((self.vi, self.en), lang)


def in_language(words: tuple[str, str], lang: Language) -> str:
    """Words of the workbook, which are read in either language, in one."""
    return words[LANGUAGES.index(lang)]


SHEETS: Final[Mapping[str, tuple[str, str]]] = {
    "criteria": ("Bộ tiêu chí", "Criteria"),
    "bonus": ("Điểm thưởng", "Bonus"),
    "penalty": ("Điểm trừ", "Penalty"),
    "rules": ("Quy tắc tính điểm", "Rules"),
    "inputs": ("Số liệu kê khai", "Inputs"),
    "attributes": ("Thuộc tính đơn vị", "Attributes"),
    "general": ("Thông tin chung", "General"),
    "classes": ("Xếp loại", "Classes"),
    "laws": ("Căn cứ pháp lý", "Legal basis"),
    "guide": ("Hướng dẫn", "Guide"),
}
"""Every sheet by key."""

MAXIMUM: Final = Head("max", "Điểm tối đa", "Maximum", 9, "number")
"""The column by which a table of criteria is known."""

_CRITERIA: Final = (
    Head("number", "STT", "No.", 6, "centre"),
    Head("code", "Mã", "Code", 9),
    Head("title", "Lĩnh vực, tiêu chí, tiêu chí thành phần", "Area, criterion, sub-criterion", 44, "long"),
    MAXIMUM,
    Head("words", "Cách tính điểm", "How points are made", 44, "long"),
    Head("facts", "Số liệu kê khai", "Facts declared", 32, "long"),
    Head("guidance", "Yêu cầu và tài liệu kiểm chứng", "Requirements and evidence", 36, "long"),
    Head("appraiser", "Cơ quan thẩm định", "Appraiser", 16),
    Head("level", "Cấp", "Level", 6, "number"),
    Head("evidence", "Kiểm chứng", "Evidence", 14),
    Head("needs", "Chỉ áp dụng khi", "Needs", 18),
    Head("may", "Được đề nghị không áp dụng", "May be inapplicable", 14, "centre"),
    Head("title_en", "Tên (tiếng Anh)", "Title (English)", 36, "long"),
    Head("guidance_en", "Yêu cầu (tiếng Anh)", "Requirements (English)", 36, "long"),
    Head("evidence_from", "Kiểm chứng ban hành từ ngày", "Evidence from", 14),
    Head("evidence_to", "Kiểm chứng ban hành đến ngày", "Evidence to", 14),
    Head("confirmed_by", "Cơ quan xác nhận", "Confirmed by", 16),
)
_INPUTS: Final = (
    Head("name", "Tên số liệu", "Name", 18),
    Head("type", "Kiểu", "Type", 14),
    Head("label", "Nhãn", "Label", 40, "long"),
    Head("unit", "Đơn vị tính", "Unit", 14),
    Head("most", "Phần trăm lớn nhất", "Largest percent", 11, "number"),
    Head("option", "Phương án", "Option", 18),
    Head("label_en", "Nhãn (tiếng Anh)", "Label (English)", 40, "long"),
    Head("unit_en", "Đơn vị tính (tiếng Anh)", "Unit (English)", 14),
)
COLUMNS: Final[Mapping[str, tuple[Head, ...]]] = {
    "criteria": _CRITERIA,
    "bonus": tuple(head for head in _CRITERIA if head.key != "level"),
    "penalty": tuple(head for head in _CRITERIA if head.key != "level"),
    "rules": (
        Head("code", "Mã", "Code", 9),
        Head("kind", "Cách tính", "Rule", 14),
        Head("subject", "Số liệu, điều tra hoặc chỉ số", "Input, survey or index", 24),
        Head("denominator", "Mẫu số hoặc kết quả điều tra", "Denominator or measure", 24),
        Head("when_zero", "Khi mẫu số bằng 0", "When zero", 16),
        Head("target", "Mức đủ điểm", "Target", 9, "number"),
        Head("floor", "Mức sàn", "Floor", 9, "number"),
        Head("reading", "Đọc kết quả theo", "Read as", 14),
        Head("step", "Loại dòng", "Line", 12),
        Head("at", "Mốc, phương án, ngày hoặc điều kiện", "Threshold, option, date or condition", 32, "long"),
        Head("points", "Điểm hoặc công thức", "Points or formula", 32, "long"),
        Head("share", "Tỷ lệ so với điểm tối đa", "Share of the maximum", 12, "number"),
        Head("over", "Khi tử số lớn hơn mẫu số", "When the part is larger", 16),
    ),
    "inputs": (Head("code", "Mã", "Code", 9), *_INPUTS, Head("part_of", "Là một phần của", "Part of", 18)),
    "attributes": _INPUTS,
    "general": (
        Head("item", "Mục", "Item", 44),
        Head("value", "Nội dung", "Content", 60, "long"),
    ),
    "classes": (Head("name", "Xếp loại", "Class", 24), Head("from", "Từ chỉ số (%)", "From index (%)", 14, "number")),
    "laws": (
        Head("law", "Số, ký hiệu", "Number", 24),
        Head("date", "Ngày ban hành", "Date", 14),
        Head("issuer", "Cơ quan ban hành", "Issuer", 36),
    ),
}
"""The columns of every sheet, in their order."""

REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "criteria": ("code", "title", "max"),
    "bonus": ("code", "title", "max"),
    "penalty": ("code", "title", "max"),
    "rules": ("code", "kind", "subject", "step", "at", "points"),
    "inputs": ("code", "name", "type", "label"),
    "attributes": ("name", "type", "label"),
    "general": ("item", "value"),
    "classes": ("name", "from"),
    "laws": ("law",),
}
"""Columns without which a sheet cannot be read."""

GENERAL: Final[Mapping[str, tuple[str, str]]] = {
    "set": ("Mã bộ tiêu chí", "Set"),
    "version": ("Phiên bản", "Version"),
    "title": ("Tên bộ tiêu chí", "Title"),
    "title_en": ("Tên bộ tiêu chí (tiếng Anh)", "Title (English)"),
    "status": ("Tình trạng", "Status"),
    "tier": ("Cấp đánh giá", "Tier"),
    "years": ("Năm đánh giá", "Years"),
    "supersedes": ("Thay thế phiên bản", "Supersedes"),
    "print_places": ("Số chữ số thập phân khi in", "Decimal places in print"),
    "compare": ("Xếp loại, xếp hạng theo", "Classes and ranks look at"),
    "ties": ("Thứ hạng khi bằng điểm", "Ranks after a tie"),
    "no_survey": ("Khi không tổ chức điều tra", "Without a survey"),
    "bonus": ("Điểm thưởng tối đa", "Cap of the bonus"),
    "penalty": ("Điểm trừ tối đa", "Cap of the penalty"),
}
"""The lines of the general sheet."""

Words = Mapping[str, tuple[str, str]]

STEPS: Final[Words] = {
    "from": ("Từ", "From"),
    "to": ("Đến", "To"),
    "start": ("Đầu", "Start"),
    "end": ("Cuối", "End"),
    "option": ("Phương án", "Option"),
    "item": ("Nội dung", "Item"),
    "until": ("Đến ngày", "Until"),
    "branch": ("Nhánh", "Branch"),
}
READINGS: Final[Words] = {
    "share": ("Tỷ lệ", "Share"),
    "bands": ("Bậc", "Bands"),
    "linear": ("Đường thẳng", "Linear"),
    "options": ("Phương án", "Options"),
}
WHEN_ZERO: Final[Words] = {
    "not_applicable": ("Không áp dụng", "Not applicable"),
    "full": ("Đủ điểm", "Full"),
    "zero": ("0 điểm", "Zero"),
}
EXCESS: Final[Words] = {
    "refuse": ("Từ chối số liệu", "Refuse"),
    "flag": ("Đánh dấu", "Flag"),
    "allow": ("Cho phép", "Allow"),
}
NOT_APPLICABLE: Final[Words] = {"not_applicable": ("Không áp dụng", "Not applicable")}
TYPES: Final[Words] = {
    "boolean": ("Có/Không", "Boolean"),
    "count": ("Số đếm", "Count"),
    "decimal": ("Số thập phân", "Decimal"),
    "percent": ("Phần trăm", "Percent"),
    "choice": ("Phương án", "Choice"),
    "date": ("Ngày", "Date"),
    "text": ("Chữ", "Text"),
}
EVIDENCE: Final[Words] = {
    "required": ("Bắt buộc", "Required"),
    "optional": ("Không bắt buộc", "Optional"),
    "none": ("Không", "None"),
}
STATUS: Final[Words] = {
    "illustrative": ("Minh họa", "Illustrative"),
    "official": ("Chính thức", "Official"),
}
COMPARE: Final[Words] = {
    "exact": ("Giá trị chính xác", "Exact value"),
    "printed": ("Giá trị đã in", "Printed value"),
}
TIES: Final[Words] = {
    "competition": ("1 2 2 4", "1 2 2 4 (competition)"),
    "dense": ("1 2 2 3", "1 2 2 3 (dense)"),
}
NO_SURVEY: Final[Words] = {
    "rescale": ("Quy đổi thang điểm", "Rescale"),
    "zero": ("Tính 0 điểm", "Zero"),
    "refuse": ("Từ chối chấm", "Refuse"),
}
YES: Final[Words] = {"true": ("Có", "Yes"), "false": ("Không", "No")}
SHARED: Final = ("Chung", "Shared")
"""In place of a code: an input of the whole set."""

CHOICES: Final[Mapping[tuple[str, str], Words]] = {
    ("criteria", "evidence"): EVIDENCE,
    ("criteria", "may"): YES,
    ("bonus", "evidence"): EVIDENCE,
    ("bonus", "may"): YES,
    ("penalty", "evidence"): EVIDENCE,
    ("penalty", "may"): YES,
    ("rules", "step"): STEPS,
    ("rules", "reading"): READINGS,
    ("rules", "when_zero"): WHEN_ZERO,
    ("rules", "over"): EXCESS,
    ("inputs", "type"): TYPES,
    ("attributes", "type"): TYPES,
}
"""Columns in which a word is chosen from a list, but for the kinds of rule (`rule_kinds.KINDS`)."""


def said(words: Words, key: str | None, lang: Language) -> str | None:
    """The word of a list in one language."""
    return None if key is None else in_language(words[key], lang)


def meant(words: Words, written: str) -> str | None:
    """The key that a word stands for: in either language, in any case, or the key itself.

    >>> meant(TYPES, "  có / không "), meant(TYPES, "boolean"), meant(TYPES, "?")
    ('boolean', 'boolean', None)
    """
    wanted = plain(written)
    for key, named in words.items():
        if wanted in {plain(key), *map(plain, named)}:
            return key
    return None


def plain(written: str) -> str:
    """A head or a word without case, marks, spaces and punctuation.

    >>> plain(" Điểm  tối đa (*) ")
    'diemtoida'
    """
    return "".join(letter for letter in fold(written) if letter.isalnum())
