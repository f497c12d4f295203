"""What is wrong with a criteria set or with facts, said so that it can be mended.

Every message has three parts: what was found, what is expected, how to mend it. Scoring gives code and
values; the words are here, in both languages side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from parindex import text
from parindex.scoring import Defect, Refusal, write_value
from parindex.text import Language
from parindex.wording.set_defects import DEFECTS

_REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "not_utf8": (
        "byte %(found)s không phải UTF-8. Hãy lưu lại tệp dạng “CSV UTF-8”.",
        "byte %(found)s is not UTF-8. Save the file as “CSV UTF-8”.",
    ),
    "control_character": (
        "tên cơ quan có ký tự điều khiển %(found)s. Hãy xóa ký tự này.",
        "the agency has the control character %(found)s. Remove it.",
    ),
    "bad_header": (
        "dòng tiêu đề là “%(found)s”; cần “%(expected)s”.",
        "the header is “%(found)s”; expected “%(expected)s”.",
    ),
    "bad_csv": ("không đọc được CSV (%(found)s). Kiểm tra dấu ngoặc kép.", "not CSV (%(found)s). Check the quotes."),
    "wrong_width": (
        "có %(found)s ô; cần %(expected)s (cơ quan, tên, giá trị).",
        "%(found)s cells; expected %(expected)s (agency, name, value).",
    ),
    "no_agency": ("thiếu tên cơ quan.", "the agency is missing."),
    "repeated_fact": (
        "“%(found)s” đã có ở dòng %(first)s. Hãy bỏ một dòng, kể cả khi giá trị bằng nhau.",
        "“%(found)s” was given in row %(first)s. Remove one, even if they are equal.",
    ),
    "unknown_name": (
        "không có số liệu tên “%(found)s” trong bộ tiêu chí.%(nearest)s",
        "the set has no fact “%(found)s”.%(nearest)s",
    ),
    "not_applicable_not_allowed": (
        "“%(found)s”: bộ tiêu chí không cho phép đề nghị không áp dụng ở đây. Hãy bỏ dòng này.",
        "“%(found)s”: the set does not allow “not applicable” here. Remove the row.",
    ),
    "decimal_comma": (
        "“%(found)s” dùng dấu phẩy thập phân; hãy viết dấu chấm, ví dụ 0.5.",
        "“%(found)s” has a decimal comma; write a point, as in 0.5.",
    ),
    "not_boolean": ("“%(found)s” không hợp lệ; cần true hoặc false.", "“%(found)s” is not true or false."),
    "not_count": (
        "“%(found)s” không phải số nguyên từ 0 trở lên (viết liền, không dấu phân cách).",
        "“%(found)s” is not a whole number of at least 0 (no separators).",
    ),
    "not_number": (
        "“%(found)s” không phải số; viết với dấu chấm thập phân, không kèm đơn vị.",
        "“%(found)s” is not a number; write it with a decimal point and without a unit.",
    ),
    "not_date": ("“%(found)s” không phải ngày; viết như 2025-01-31.", "“%(found)s” is not a date; write 2025-01-31."),
    "not_option": (
        "“%(found)s” không phải phương án; chọn một trong: %(expected)s.%(nearest)s",
        "“%(found)s” is not an option; choose one of: %(expected)s.%(nearest)s",
    ),
    "out_of_range": (
        "%(found)s nằm ngoài khoảng cho phép (%(range)s).",
        "%(found)s is outside the range allowed (%(range)s).",
    ),
    "too_many_places": (
        "%(found)s có quá %(expected)s chữ số thập phân.",
        "%(found)s has more than %(expected)s decimal places.",
    ),
    "value_too_long": ("giá trị “%(found)s” quá dài.", "the value “%(found)s” is too long."),
    "points_outside": (
        "số liệu cho %(points)s điểm, ngoài khoảng 0 đến %(max)s. Hãy kiểm tra: %(facts)s.",
        "the facts give %(points)s points, outside 0 to %(max)s. Check: %(facts)s.",
    ),
    "division_by_zero": (
        "công thức chia cho 0. Hãy kiểm tra: %(facts)s.",
        "the formula divides by 0. Check: %(facts)s.",
    ),
    "survey_not_held": (
        "không tổ chức điều tra “%(instrument)s” cho cơ quan này và bộ tiêu chí không cho phép.",
        "the survey “%(instrument)s” was not held for this agency, which the set refuses.",
    ),
}

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "mapping": ("một nhóm “khóa: giá trị”", "“key: value” pairs"),
    "list": ("một danh sách", "a list"),
    "text": ("chữ", "text"),
    "number": ("một số", "a number"),
    "boolean": ("true hoặc false", "true or false"),
    "date": ("một ngày", "a date"),
    "formula": ("một công thức", "a formula"),
    "code": ('mã như "1.2.1" hoặc B1 (chữ số, chữ in hoa, dấu chấm)', 'a code like "1.2.1" or B1'),
    "name": ("tên gồm a-z, 0-9 và _ , bắt đầu bằng chữ", "a name of a-z, 0-9 and _, beginning with a letter"),
    "slug": ("từ gồm a-z, 0-9 và -", "a word of a-z, 0-9 and -"),
    "word": ("một từ không có dấu cách và dấu chấm", "a word without spaces and dots"),
    "version": ('phiên bản như "2025.1"', 'a version like "2025.1"'),
    "condition": ("một điều kiện", "a condition"),
    "later": ("sau", "later"),
    "lower": ("thấp hơn", "lower"),
    "higher": ("cao hơn", "higher"),
    "both": ("cả hai", "both"),
    "older": ("bộ cũ", "the older set"),
    "newer": ("bộ mới", "the newer set"),
    "neither": ("không có", "neither"),
}

_OURS: Final[Mapping[str, tuple[str, ...]]] = {
    "wrong_type": ("expected",),
    "bad_form": ("expected",),
    "formula_sort": ("found", "expected"),
    "rule_or_criteria": ("found",),
    "crosswalk_kind": ("found",),
    "step_disordered": ("order",),
}
"""Which values are words of ours, told in the reader's language; all others were written by somebody and stay so.
`side` always is one."""


def defect_text(defect: Defect, lang: Language = "vi") -> str:
    """One defect or warning on one line, with its place where it came from a file."""
    words = _filled(DEFECTS, defect.code, defect.values, lang)
    if not defect.line:
        return words
    return f"{defect.file}:{defect.line}:{defect.column}: {words}"


def refusal_text(refusal: Refusal, lang: Language = "vi") -> str:
    """One refused fact or leaf on one line, with row, agency and leaf where they are known."""
    place = []
    if refusal.row is not None:
        place.append(("dòng " if lang == "vi" else "row ") + str(refusal.row))
    if refusal.agency:
        place.append(refusal.agency)
    if refusal.leaf:
        place.append(refusal.leaf)
    elif "name" in refusal.values:
        place.append(str(refusal.values["name"]))
    words = _filled(_REFUSALS, refusal.code, refusal.values, lang)
    return ", ".join(place) + ": " + words if place else words


def value_refusal_text(code: str, values: Mapping[str, Any], lang: Language = "vi") -> str:
    """One refused value, for the field of a form: code and values of a `RefusedValue`."""
    return _filled(_REFUSALS, code, values, lang)


_NAMED: Final = (
    "found", "expected", "points", "max", "facts", "instrument", "place", "first", "order", "type", "side", "key",
    "differing",
)  # fmt: skip
"""What a message may name; what is not given is a dash."""


def _filled(catalogue: Mapping[str, tuple[str, str]], code: str, values: Mapping[str, Any], lang: Language) -> str:
    column = 0 if lang == "vi" else 1
    shown: dict[str, str] = {key: _shown(value) for key, value in values.items()}
    for key in ("side", *_OURS.get(code, ())):
        shown[key] = _WORDS.get(shown.get(key, ""), (shown.get(key, text.UNKNOWN),) * 2)[column]
    if code == "case_value" and values.get("why") in _REFUSALS:
        shown["why"] = _filled(_REFUSALS, values["why"], values, lang)
    near = shown.get("nearest")
    ask = (" Có phải “%s” không?", " Did you mean “%s”?")[column]
    shown["nearest"] = ask % near if near else ""
    shown["range"] = _range(values)
    for key in _NAMED:
        shown.setdefault(key, text.UNKNOWN)
    return catalogue[code][column] % shown


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return write_value(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or text.UNKNOWN
    return str(value)


def _range(values: Mapping[str, Any]) -> str:
    least, most, above = values.get("least"), values.get("most"), values.get("above")
    parts = []
    if least is not None:
        parts.append(f"≥ {_shown(least)}")
    if above is not None:
        parts.append(f"> {_shown(above)}")
    if most is not None:
        parts.append(f"≤ {_shown(most)}")
    return ", ".join(parts)
