"""The sheets of a set's workbook, their columns, and the words that stand for the words of the YAML.

These are no sentences: they are how the file is spelled. Both spellings stand here, because a workbook is read in
either language whoever reads it, and one that was written years ago is read for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from parindex.papers.workbook import Content
from parindex.text import LANGUAGES, Language, fold


class ColumnHead(msgspec.Struct, frozen=True):
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

MAXIMUM: Final = ColumnHead("max", "Điểm tối đa", "Maximum", 9, "number")
"""The column by which a table of criteria is known."""

_CRITERIA: Final = (
    ColumnHead("number", "STT", "No.", 6, "centre"),
    ColumnHead("code", "Mã", "Code", 9),
    ColumnHead("title", "Lĩnh vực, tiêu chí, tiêu chí thành phần", "Area, criterion, sub-criterion", 44, "long"),
    MAXIMUM,
    ColumnHead("words", "Cách tính điểm", "How points are made", 44, "long"),
    ColumnHead("facts", "Số liệu kê khai", "Facts declared", 32, "long"),
    ColumnHead("guidance", "Yêu cầu và tài liệu kiểm chứng", "Requirements and evidence", 36, "long"),
    ColumnHead("appraiser", "Cơ quan thẩm định", "Appraiser", 16),
    ColumnHead("level", "Cấp", "Level", 6, "number"),
    ColumnHead("evidence", "Kiểm chứng", "Evidence", 14),
    ColumnHead("needs", "Chỉ áp dụng khi", "Needs", 18),
    ColumnHead("may", "Được đề nghị không áp dụng", "May be inapplicable", 14, "centre"),
    ColumnHead("title_en", "Tên (tiếng Anh)", "Title (English)", 36, "long"),
    ColumnHead("guidance_en", "Yêu cầu (tiếng Anh)", "Requirements (English)", 36, "long"),
    ColumnHead("evidence_from", "Kiểm chứng ban hành từ ngày", "Evidence from", 14),
    ColumnHead("evidence_to", "Kiểm chứng ban hành đến ngày", "Evidence to", 14),
    ColumnHead("confirmed_by", "Cơ quan xác nhận", "Confirmed by", 16),
)
_INPUTS: Final = (
    ColumnHead("name", "Tên số liệu", "Name", 18),
    ColumnHead("type", "Kiểu", "Type", 14),
    ColumnHead("label", "Nhãn", "Label", 40, "long"),
    ColumnHead("unit", "Đơn vị tính", "Unit", 14),
    ColumnHead("most", "Phần trăm lớn nhất", "Largest percent", 11, "number"),
    ColumnHead("option", "Phương án", "Option", 18),
    ColumnHead("label_en", "Nhãn (tiếng Anh)", "Label (English)", 40, "long"),
    ColumnHead("unit_en", "Đơn vị tính (tiếng Anh)", "Unit (English)", 14),
)
COLUMNS: Final[Mapping[str, tuple[ColumnHead, ...]]] = {
    "criteria": (*_CRITERIA, ColumnHead("open", "Cấp dưới được bổ sung", "Open to additions", 14, "centre")),
    "bonus": tuple(head for head in _CRITERIA if head.key != "level"),
    "penalty": tuple(head for head in _CRITERIA if head.key != "level"),
    "rules": (
        ColumnHead("code", "Mã", "Code", 9),
        ColumnHead("kind", "Cách tính", "Rule", 14),
        ColumnHead("subject", "Số liệu, điều tra hoặc chỉ số", "Input, survey or index", 24),
        ColumnHead("denominator", "Mẫu số hoặc kết quả điều tra", "Denominator or measure", 24),
        ColumnHead("when_zero", "Khi mẫu số bằng 0", "When zero", 16),
        ColumnHead("target", "Mức đủ điểm", "Target", 9, "number"),
        ColumnHead("floor", "Mức sàn", "Floor", 9, "number"),
        ColumnHead("reading", "Đọc kết quả theo", "Read as", 14),
        ColumnHead("step", "Loại dòng", "Line", 12),
        ColumnHead("at", "Mốc, phương án, ngày hoặc điều kiện", "Threshold, option, date or condition", 32, "long"),
        ColumnHead("points", "Điểm hoặc công thức", "Points or formula", 32, "long"),
        ColumnHead("share", "Tỷ lệ so với điểm tối đa", "Share of the maximum", 12, "number"),
        ColumnHead("over", "Khi tử số lớn hơn mẫu số", "When the part is larger", 16),
    ),
    "inputs": (ColumnHead("code", "Mã", "Code", 9), *_INPUTS, ColumnHead("part_of", "Là một phần của", "Part of", 18)),
    "attributes": _INPUTS,
    "general": (
        ColumnHead("item", "Mục", "Item", 44),
        ColumnHead("value", "Nội dung", "Content", 60, "long"),
    ),
    "classes": (
        ColumnHead("name", "Xếp loại", "Class", 24),
        ColumnHead("from", "Từ chỉ số (%)", "From index (%)", 14, "number"),
    ),
    "laws": (
        ColumnHead("law", "Số, ký hiệu", "Number", 24),
        ColumnHead("date", "Ngày ban hành", "Date", 14),
        ColumnHead("issuer", "Cơ quan ban hành", "Issuer", 36),
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
    "extends_set": ("Bổ sung cho bộ khung", "Extends the framework"),
    "extends_version": ("Phiên bản của bộ khung", "Version of the framework"),
    "extends_digest": ("Mã kiểm tra SHA-256 của bộ khung", "SHA-256 of the framework"),
    "print_places": ("Số chữ số thập phân khi in", "Decimal places in print"),
    "compare": ("Xếp loại, xếp hạng theo", "Classes and ranks look at"),
    "ties": ("Thứ hạng khi bằng điểm", "Ranks after a tie"),
    "no_survey": ("Khi không tổ chức điều tra", "Without a survey"),
    "bonus": ("Điểm thưởng tối đa", "Cap of the bonus"),
    "penalty": ("Điểm trừ tối đa", "Cap of the penalty"),
}
"""The lines of the general sheet."""

ColumnWords = Mapping[str, tuple[str, str]]

STEPS: Final[ColumnWords] = {
    "from": ("Từ", "From"),
    "to": ("Đến", "To"),
    "start": ("Đầu", "Start"),
    "end": ("Cuối", "End"),
    "option": ("Phương án", "Option"),
    "item": ("Nội dung", "Item"),
    "until": ("Đến ngày", "Until"),
    "branch": ("Nhánh", "Branch"),
}
READINGS: Final[ColumnWords] = {
    "share": ("Tỷ lệ", "Share"),
    "bands": ("Bậc", "Bands"),
    "linear": ("Đường thẳng", "Linear"),
    "options": ("Phương án", "Options"),
}
WHEN_ZERO: Final[ColumnWords] = {
    "not_applicable": ("Không áp dụng", "Not applicable"),
    "full": ("Đủ điểm", "Full"),
    "zero": ("0 điểm", "Zero"),
}
EXCESS: Final[ColumnWords] = {
    "refuse": ("Từ chối số liệu", "Refuse"),
    "flag": ("Đánh dấu", "Flag"),
    "allow": ("Cho phép", "Allow"),
}
NOT_APPLICABLE: Final[ColumnWords] = {"not_applicable": ("Không áp dụng", "Not applicable")}
TYPES: Final[ColumnWords] = {
    "boolean": ("Có/Không", "Boolean"),
    "count": ("Số đếm", "Count"),
    "decimal": ("Số thập phân", "Decimal"),
    "percent": ("Phần trăm", "Percent"),
    "choice": ("Phương án", "Choice"),
    "date": ("Ngày", "Date"),
    "text": ("Chữ", "Text"),
}
EVIDENCE: Final[ColumnWords] = {
    "required": ("Bắt buộc", "Required"),
    "optional": ("Không bắt buộc", "Optional"),
    "none": ("Không", "None"),
}
STATUS: Final[ColumnWords] = {
    "illustrative": ("Minh họa", "Illustrative"),
    "official": ("Chính thức", "Official"),
}
COMPARE: Final[ColumnWords] = {
    "exact": ("Giá trị chính xác", "Exact value"),
    "printed": ("Giá trị đã in", "Printed value"),
}
TIES: Final[ColumnWords] = {
    "competition": ("1 2 2 4", "1 2 2 4 (competition)"),
    "dense": ("1 2 2 3", "1 2 2 3 (dense)"),
}
NO_SURVEY: Final[ColumnWords] = {
    "rescale": ("Quy đổi thang điểm", "Rescale"),
    "zero": ("Tính 0 điểm", "Zero"),
    "refuse": ("Từ chối chấm", "Refuse"),
}
YES: Final[ColumnWords] = {"true": ("Có", "Yes"), "false": ("Không", "No")}
SHARED: Final = ("Chung", "Shared")
"""In place of a code: an input of the whole set."""

CHOICES: Final[Mapping[tuple[str, str], ColumnWords]] = {
    ("criteria", "evidence"): EVIDENCE,
    ("criteria", "may"): YES,
    ("criteria", "open"): YES,
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


def said(words: ColumnWords, key: str | None, lang: Language) -> str | None:
    """The word of a list in one language."""
    return None if key is None else in_language(words[key], lang)


def meant(words: ColumnWords, written: str) -> str | None:
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
