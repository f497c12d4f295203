"""What is wrong with a criteria set or with facts, said so that it can be mended.

Every message has three parts: what was found, what is expected, how to mend it. Scoring gives code and
values; the words are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from parindex import text
from parindex.messages import in_sentence, listed
from parindex.scoring import Defect, Refusal
from parindex.text import N_, NC_, Language, translator
from parindex.wording.set_defects import DEFECTS

_REFUSALS: Final[Mapping[str, str]] = {
    "not_utf8": N_(
        "gặp %(found)s, không phải văn bản UTF-8; nhận CSV hoặc sổ tính .xlsx. Hãy giải nén hoặc mở tệp rồi lưu lại dạng "
        "“CSV UTF-8”."
    ),
    "control_character": N_("có ký tự %(found)s không hiển thị được. Hãy xóa ký tự này rồi gõ lại."),
    "old_font": N_("chữ viết theo bảng mã cũ %(found)s. Hãy chuyển sang Unicode rồi lưu lại."),
    "bad_header": N_("dòng tiêu đề là “%(found)s”; cần “%(expected)s” (dấu phẩy, chấm phẩy hoặc tab)."),
    "no_header": N_("tệp không có nội dung; cần dòng tiêu đề “%(expected)s” (dấu phẩy, chấm phẩy hoặc tab)."),
    "bad_csv": N_("không đọc được CSV (%(found)s). Kiểm tra dấu ngoặc kép."),
    "wrong_width": N_("có %(found)s ô; cần %(expected)s (cơ quan, tên, giá trị)."),
    "no_agency": N_("thiếu tên cơ quan."),
    "no_name": N_("thiếu tên số liệu (cột name). Nếu là dòng tổng, hãy bỏ dòng này."),
    "repeated_fact": N_("“%(found)s” đã có ở dòng %(first)s. Hãy bỏ một dòng, kể cả khi giá trị bằng nhau."),
    "unknown_name": N_("không có số liệu tên “%(found)s” trong bộ tiêu chí.%(nearest)s"),
    "not_applicable_not_allowed": N_(
        "“%(found)s”: bộ tiêu chí không cho phép đề nghị không áp dụng ở đây. Hãy bỏ dòng này."
    ),
    "not_attribute": N_("“%(found)s” không phải thuộc tính của cơ quan; tệp này chỉ nhận các tên bắt đầu bằng @."),
    "decimal_comma": N_("“%(found)s” dùng dấu phẩy thập phân; hãy viết dấu chấm, ví dụ 0.5."),
    "not_boolean": N_("“%(found)s” không hợp lệ; cần true hoặc false."),
    "not_count": N_("“%(found)s” không phải số nguyên từ 0 trở lên (viết liền, không dấu phân cách)."),
    "not_number": N_("“%(found)s” không phải số; viết với dấu chấm thập phân, không kèm đơn vị."),
    "not_date": N_("“%(found)s” không phải ngày; viết như 2025-01-31 hoặc 31/01/2025."),
    "year_outside": N_("ngày %(found)s có năm ngoài khoảng cho phép (%(range)s). Hãy kiểm tra lại năm."),
    "date_far": N_(
        "ngày %(found)s cách xa năm của bộ tiêu chí; cần năm trong khoảng %(range)s. Hãy kiểm tra lại năm đã gõ."
    ),
    "two_readings": N_(
        "“%(found)s” có thể là hai số khác nhau, vì tệp dùng dấu chấm phẩy hoặc tab. Hãy viết lại thành một trong: %(expected)s."
    ),
    "two_readings_of_cell": N_(
        "“%(found)s” trong ô này là chữ, có thể là hai số khác nhau. Hãy gõ lại thành số, hoặc viết một trong: "
        "%(expected)s."
    ),
    "not_option": N_("“%(found)s” không phải phương án; chọn một trong: %(expected)s.%(nearest)s"),
    "out_of_range": N_("%(found)s nằm ngoài khoảng cho phép (%(range)s)."),
    "too_many_places": N_("%(found)s có quá %(expected)s chữ số thập phân."),
    "value_too_long": N_("giá trị “%(found)s” quá dài."),
    "points_outside": N_("số liệu cho %(points)s điểm, ngoài khoảng 0 đến %(max)s. Hãy kiểm tra: %(facts)s."),
    "division_by_zero": N_("công thức chia cho 0. Hãy kiểm tra: %(facts)s."),
    "over_whole": N_("“%(part)s” lớn hơn “%(whole)s” mà nó là một phần. Hãy kiểm tra: %(facts)s."),
    "survey_not_held": N_("không tổ chức điều tra “%(instrument)s” cho cơ quan này và bộ tiêu chí không cho phép."),
}

_WORDS: Final[Mapping[str, str]] = {
    "mapping": N_("một nhóm “khóa: giá trị”"),
    "list": N_("một danh sách"),
    "text": N_("chữ"),
    "number": N_("một số"),
    "boolean": N_("true hoặc false"),
    "date": N_("một ngày"),
    "formula": N_("một công thức"),
    "code": N_('mã như "1.2.1" hoặc B1 (chữ số, chữ in hoa, dấu chấm)'),
    "name": N_("tên gồm a-z, 0-9 và _ , bắt đầu bằng chữ"),
    "slug": N_("từ gồm a-z, 0-9 và -"),
    "tenant_code": N_("từ gồm a-z, 0-9 và -, tối đa 63 ký tự"),
    "word": N_("một từ không có dấu cách và dấu chấm"),
    "version": N_('phiên bản như "2025.1"'),
    "condition": N_("một điều kiện"),
    "later": N_("sau"),
    "lower": N_("thấp hơn"),
    "higher": N_("cao hơn"),
    "both": N_("cả hai"),
    "older": N_("bộ cũ"),
    "newer": N_("bộ mới"),
    "neither": NC_("crosswalk", "không có"),
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
    place = [f"sheet “{refusal.values['sheet']}”"] if "sheet" in refusal.values else []
    if refusal.row is not None:
        place.append(translator(lang)(N_("dòng %(n)s"), n=refusal.row))
    if "cell" in refusal.values:
        place.append(translator(lang)(N_("ô %(cell)s"), cell=refusal.values["cell"]))
    if refusal.agency:
        place.append(refusal.agency)
    if refusal.leaf:
        place.append(refusal.leaf)
    elif refusal.values.get("name"):
        place.append(str(refusal.values["name"]))
    nameless = refusal.code == "unknown_name" and refusal.values.get("found") == ""
    headless = refusal.code == "bad_header" and not refusal.values.get("found")
    code = "no_name" if nameless else "no_header" if headless else refusal.code
    in_cell = f"{code}_of_cell" if "cell" in refusal.values else code
    words = _filled(_REFUSALS, in_cell if in_cell in _REFUSALS else code, refusal.values, lang)
    return ", ".join(place) + ": " + words if place else words


def value_refusal_text(code: str, values: Mapping[str, Any], lang: Language = "vi") -> str:
    """One refused value, for the field of a form: code and values of a `RefusedValue`."""
    return _filled(_REFUSALS, code, values, lang)


_NAMED: Final = (
    "found", "expected", "points", "max", "facts", "instrument", "place", "first", "order", "type", "side", "key",
    "differing", "part", "whole", "leaves",
)  # fmt: skip
"""What a message may name; what is not given is a dash."""


def _filled(catalogue: Mapping[str, str], code: str, values: Mapping[str, Any], lang: Language) -> str:
    _ = translator(lang)
    shown: dict[str, str] = {key: _shown(value, _) for key, value in values.items()}
    for key in ("side", *_OURS.get(code, ())):
        word = shown.get(key, text.UNKNOWN)
        shown[key] = _(_WORDS[word]) if word in _WORDS else word
    if code == "case_value" and values.get("why") in _REFUSALS:
        shown["why"] = _filled(_REFUSALS, values["why"], values, lang)
    near = shown.get("nearest")
    shown["nearest"] = _(" Có phải “%(near)s” không?", near=near) if values.get("nearest") else ""
    shown["range"] = _range(values, _)
    for key in _NAMED:
        shown.setdefault(key, text.UNKNOWN)
    return _(catalogue[code], **shown)


def _shown(value: Any, translate: Callable[..., str]) -> str:
    return str(in_sentence(value, translate)) or text.UNKNOWN


def _range(values: Mapping[str, Any], translate: Callable[..., str]) -> str:
    signs = {"least": "≥", "above": ">", "most": "≤"}
    return listed(
        f"{sign} {_shown(values[end], translate)}" for end, sign in signs.items() if values.get(end) is not None
    )
