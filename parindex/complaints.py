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

_DEFECTS: Final[Mapping[str, tuple[str, str]]] = {
    # the file
    "too_large": (
        "tệp dài %(found)s byte; tối đa %(expected)s. Hãy tách bộ tiêu chí hoặc bỏ phần không dùng.",
        "the file has %(found)s bytes; at most %(expected)s are read. Split the set or leave out what is unused.",
    ),
    "not_utf8": (
        "byte %(found)s không phải UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.",
        "byte %(found)s is not UTF-8. Save the file as UTF-8.",
    ),
    "yaml_syntax": (
        "không đọc được YAML (%(found)s). Kiểm tra thụt lề (chỉ dùng dấu cách), dấu ngoặc và dấu hai chấm.",
        "this is not YAML (%(found)s). Check indentation (spaces only), brackets and colons.",
    ),
    "control_character": (
        "có ký tự điều khiển %(found)s. Hãy xóa ký tự này.",
        "control character %(found)s. Remove it.",
    ),
    "empty_file": (
        "tệp không có nội dung. Hãy điền nội dung; một bộ tiêu chí bắt đầu bằng “set:”.",
        "the file is empty. Fill it in; a criteria set begins with “set:”.",
    ),
    "several_documents": (
        "tệp có nhiều tài liệu YAML; chỉ được một. Hãy bỏ dòng “---” thứ hai.",
        "the file has several YAML documents; one is allowed. Remove the second “---”.",
    ),
    "anchor": (
        "có neo %(found)s; không dùng neo và bí danh. Hãy viết đầy đủ nội dung.",
        "anchor %(found)s; anchors and aliases are not used. Write the content out.",
    ),
    "alias": (
        "có bí danh %(found)s; không dùng neo và bí danh. Hãy viết đầy đủ nội dung.",
        "alias %(found)s; anchors and aliases are not used. Write the content out.",
    ),
    "tag": (
        "có thẻ kiểu %(found)s; không dùng thẻ kiểu. Hãy bỏ thẻ.",
        "tag %(found)s; tags are not used. Remove it.",
    ),
    "too_nested": (
        "lồng quá %(expected)s cấp. Hãy bớt cấp.",
        "nested more than %(expected)s deep. Use fewer levels.",
    ),
    "too_deep": (
        "quá %(expected)s cấp tiêu chí. Hãy bớt cấp.",
        "more than %(expected)s levels of criteria. Use fewer levels.",
    ),
    "complex_key": ("khóa phải là một từ. Hãy viết khóa đơn giản.", "a key has to be a word. Write a plain key."),
    "repeated_key": (
        "khóa “%(found)s” lặp lại (lần đầu ở dòng %(first)s). Hãy bỏ một trong hai.",
        "key “%(found)s” is repeated (first on line %(first)s). Remove one of the two.",
    ),
    # keys and values
    "unknown_key": (
        "không có khóa “%(found)s”; các khóa được dùng: %(expected)s.%(nearest)s",
        "unknown key “%(found)s”; known here: %(expected)s.%(nearest)s",
    ),
    "extends": (
        "“extends” được dành cho phiên bản sau, chưa dùng được. Hãy viết đầy đủ bộ tiêu chí.",
        "“extends” is reserved and not understood yet. Write the set out in full.",
    ),
    "missing_key": (
        "thiếu “%(expected)s”. Hãy thêm “%(expected)s: …”.",
        "“%(expected)s” is missing. Add “%(expected)s: …”.",
    ),
    "wrong_type": (
        "có “%(found)s”; cần %(expected)s. Hãy sửa giá trị.",
        "found “%(found)s”; expected %(expected)s. Change the value.",
    ),
    "quote_it": (
        '“%(found)s” không có dấu ngoặc kép nên bị đọc thành số hoặc giá trị đúng/sai. Hãy viết "%(found)s".',
        '“%(found)s” without quotes is read as a number or a truth value. Write "%(found)s".',
    ),
    "quoted_number": (
        "“%(found)s” là chữ; cần một số. Hãy viết số không có dấu ngoặc, dùng dấu chấm thập phân.",
        "“%(found)s” is text; a number is expected. Write it without quotes, with a decimal point.",
    ),
    "empty_text": ("nội dung trống; cần có chữ. Hãy điền nội dung.", "empty; text is expected. Fill it in."),
    "empty_list": ("danh sách trống; cần ít nhất một mục.", "empty; at least one item is expected. Add one."),
    "repeated_item": ("“%(found)s” lặp lại. Hãy bỏ một mục.", "“%(found)s” is repeated. Remove one."),
    "bad_form": (
        "“%(found)s” không đúng dạng; cần %(expected)s.",
        "“%(found)s” has the wrong form; expected %(expected)s.",
    ),
    "not_one_of": (
        "“%(found)s” không hợp lệ; chọn một trong: %(expected)s.%(nearest)s",
        "“%(found)s” is not allowed; choose one of: %(expected)s.%(nearest)s",
    ),
    "bad_date": (
        "“%(found)s” không phải ngày; cần dạng năm-tháng-ngày như 2025-01-31.",
        "“%(found)s” is not a date; write it like 2025-01-31.",
    ),
    "out_of_range": (
        "%(found)s nằm ngoài khoảng cho phép (%(range)s). Hãy sửa giá trị.",
        "%(found)s is outside the range allowed (%(range)s). Change the value.",
    ),
    "too_many_places": (
        "%(found)s có quá %(expected)s chữ số thập phân. Hãy làm tròn.",
        "%(found)s has more than %(expected)s decimal places. Round it.",
    ),
    "number_too_long": ("%(found)s quá lớn hoặc quá dài. Hãy rút gọn.", "%(found)s is too large or too long."),
    "key_of_other_type": (
        "“%(found)s” chỉ dùng cho kiểu %(expected)s. Hãy bỏ hoặc đổi kiểu.",
        "“%(found)s” belongs to type %(expected)s only. Remove it or change the type.",
    ),
    # structure
    "repeated_code": (
        "mã “%(found)s” đã dùng ở dòng %(first)s; mỗi mã chỉ dùng một lần. Hãy đổi mã.",
        "code “%(found)s” was used on line %(first)s; a code is used once. Change it.",
    ),
    "rule_or_criteria": (
        "tiêu chí phải có “rule” hoặc “criteria”, đúng một trong hai (đang có: %(found)s).",
        "a criterion has either “rule” or “criteria” (found: %(found)s). Keep exactly one.",
    ),
    "leaf_only": (
        "“%(found)s” chỉ dùng cho tiêu chí được chấm điểm trực tiếp. Hãy chuyển xuống tiêu chí thành phần.",
        "“%(found)s” belongs to a leaf. Move it to the parts.",
    ),
    "item_not_leaf": (
        "mục điểm thưởng, điểm trừ “%(found)s” không được có tiêu chí con. Hãy viết “rule”.",
        "item “%(found)s” of bonus or penalty may not have parts. Give it a “rule”.",
    ),
    "max_differs": (
        "điểm tối đa ghi %(found)s, tổng các phần là %(expected)s. Hãy sửa một trong hai.",
        "the maximum says %(found)s, its parts sum to %(expected)s. Correct one of them.",
    ),
    "shadowed_input": (
        "số liệu “%(found)s” trùng tên với số liệu chung. Hãy đổi tên hoặc dùng số liệu chung.",
        "input “%(found)s” has the name of a set-level input. Rename it or use the shared one.",
    ),
    "unused_input": (
        "số liệu “%(found)s” không được quy tắc nào dùng. Hãy dùng hoặc bỏ.",
        "input “%(found)s” is used by no rule. Use it or remove it.",
    ),
    "undeclared_input": (
        "số liệu “%(found)s” chưa được khai báo. Hãy thêm vào “inputs”.%(nearest)s",
        "input “%(found)s” is not declared. Add it to “inputs”.%(nearest)s",
    ),
    "undeclared_attribute": (
        "thuộc tính “%(found)s” chưa được khai báo. Hãy thêm vào “attributes”.%(nearest)s",
        "attribute “%(found)s” is not declared. Add it to “attributes”.%(nearest)s",
    ),
    "reserved_name": ("tên “%(found)s” được dành riêng. Hãy đổi tên.", "the name “%(found)s” is reserved. Rename it."),
    "input_type": (
        "“%(name)s” có kiểu %(found)s; ở đây cần %(expected)s.",
        "“%(name)s” is of type %(found)s; expected here: %(expected)s.",
    ),
    # rules
    "unknown_rule": (
        "không có quy tắc “%(found)s”; các quy tắc: %(expected)s.%(nearest)s",
        "unknown rule “%(found)s”; rules are: %(expected)s.%(nearest)s",
    ),
    "several_rules": (
        "có nhiều quy tắc cùng lúc (%(found)s); chỉ được một.",
        "several rules at once (%(found)s); keep one.",
    ),
    "not_a_pair": (
        "có %(found)s tên; cần đúng hai: [tử số, mẫu số].",
        "%(found)s names; exactly two are expected: [numerator, denominator].",
    ),
    "points_or_shares": (
        "cần đúng một trong hai: “points” hoặc “shares”.",
        "exactly one of “points” and “shares” is expected.",
    ),
    "option_missing": (
        "chưa nêu phương án “%(expected)s”. Hãy ghi điểm, tỷ lệ hoặc not_applicable cho mọi phương án.",
        "option “%(expected)s” is not listed. Give every option points, a share or not_applicable.",
    ),
    "unknown_option": (
        "không có phương án “%(found)s”; các phương án: %(expected)s.%(nearest)s",
        "unknown option “%(found)s”; options are: %(expected)s.%(nearest)s",
    ),
    "when_zero_missing": (
        "mẫu số “%(found)s” có thể bằng 0. Hãy thêm “when_zero:” (%(expected)s).",
        "the denominator “%(found)s” can be 0. Add “when_zero:” (%(expected)s).",
    ),
    "when_zero_needless": (
        "“%(found)s” không chia cho số nào nên không cần “when_zero”. Hãy bỏ.",
        "“%(found)s” is not divided, so “when_zero” says nothing. Remove it.",
    ),
    "step_over_max": (
        "%(found)s lớn hơn điểm tối đa %(expected)s. Hãy sửa điểm hoặc điểm tối đa.",
        "%(found)s is over the maximum of %(expected)s. Correct the points or the maximum.",
    ),
    "step_disordered": (
        "bậc %(found)s sai thứ tự: phải %(order)s %(expected)s. Hãy sắp xếp lại.",
        "the step %(found)s is out of order: it has to be %(order)s than %(expected)s. Reorder.",
    ),
    "step_unreachable": (
        "bậc %(found)s không bao giờ đạt tới (giới hạn %(expected)s). Hãy sửa ngưỡng hoặc bỏ bậc.",
        "the step %(found)s can never be reached (bound %(expected)s). Change its threshold or remove it.",
    ),
    "mixed_steps": (
        "trộn “%(found)s” với “%(expected)s” trong một danh sách. Hãy dùng một loại.",
        "“%(found)s” mixed with “%(expected)s” in one list. Use one of them.",
    ),
    "flat_line": (
        "hai đầu đường thẳng cùng ở %(found)s. Hãy chọn hai mốc khác nhau.",
        "both ends of the line are at %(found)s. Choose two different ones.",
    ),
    "last_branch_when": (
        "nhánh cuối không được có “when”. Hãy bỏ “when” hoặc thêm một nhánh cuối.",
        "the last branch has no “when”. Remove it or add a last branch.",
    ),
    "branch_unreachable": (
        "nhánh không có “when” đứng trước nhánh khác nên các nhánh sau không bao giờ áp dụng. Hãy thêm “when”.",
        "a branch without “when” before others: they never apply. Add “when”.",
    ),
    "formula_too_large": (
        "công thức quá dài (tối đa %(expected)s). Hãy tách thành nhiều nhánh.",
        "the formula is too long (at most %(expected)s). Split it into branches.",
    ),
    "formula_too_deep": (
        "công thức lồng quá %(expected)s cấp ngoặc. Hãy viết gọn lại.",
        "the formula nests more than %(expected)s brackets. Simplify it.",
    ),
    "formula_sign": (
        "ký tự “%(found)s” (vị trí %(place)s) không dùng được trong công thức: chỉ + - * / ( ) , < <= > >= == !=.",
        "“%(found)s” (place %(place)s) is not part of a formula: only + - * / ( ) , < <= > >= == != are.",
    ),
    "formula_unexpected": (
        "“%(found)s” (vị trí %(place)s) đứng sai chỗ trong công thức. Kiểm tra dấu và ngoặc.",
        "“%(found)s” (place %(place)s) is not expected there. Check signs and brackets.",
    ),
    "formula_expected": (
        "có “%(found)s” (vị trí %(place)s); cần “%(expected)s”.",
        "found “%(found)s” (place %(place)s); expected “%(expected)s”.",
    ),
    "formula_sort": (
        "ở vị trí %(place)s cần %(expected)s nhưng có %(found)s.",
        "at place %(place)s %(expected)s is needed, this is %(found)s.",
    ),
    "formula_number": (
        "số %(found)s trong công thức quá dài (tối đa %(expected)s chữ số thập phân).",
        "the number %(found)s is too long (at most %(expected)s decimal places).",
    ),
    "formula_name": (
        "“%(found)s” (vị trí %(place)s) chưa được khai báo. Hãy thêm vào “inputs”.%(nearest)s",
        "“%(found)s” (place %(place)s) is not declared. Add it to “inputs”.%(nearest)s",
    ),
    "formula_input_type": (
        "“%(found)s” có kiểu %(type)s nên không dùng được trong công thức: cần số hoặc đúng/sai.",
        "“%(found)s” is of type %(type)s and cannot stand in a formula: a number or boolean can.",
    ),
    "formula_round": (
        "round(x, n): n phải là số nguyên từ 0 đến %(expected)s viết thẳng.",
        "round(x, n): n is a plain whole number from 0 to %(expected)s.",
    ),
    "formula_arguments": (
        "hàm %(found)s() thiếu hoặc thừa tham số (ít nhất %(expected)s).",
        "%(found)s() has the wrong number of arguments (at least %(expected)s).",
    ),
    # worked cases
    "case_value": (
        "ví dụ “%(name)s”: %(fact)s: %(why)s",
        "case “%(name)s”: %(fact)s: %(why)s",
    ),
    "case_code": (
        "ví dụ “%(name)s”: không có mã “%(found)s” trong bộ tiêu chí.%(nearest)s",
        "case “%(name)s”: the set has no code “%(found)s”.%(nearest)s",
    ),
    "case_differs": (
        "ví dụ “%(name)s”: %(what)s là %(found)s, ví dụ ghi %(expected)s. Hãy sửa ví dụ hoặc quy tắc.",
        "case “%(name)s”: %(what)s is %(found)s, the case says %(expected)s. Correct the case or the rule.",
    ),
    "case_refused": (
        "ví dụ “%(name)s”: số liệu bị từ chối ở %(found)s. Hãy sửa số liệu, hoặc ghi “refused”.",
        "case “%(name)s”: facts are refused at %(found)s. Correct them, or expect “refused”.",
    ),
    # crosswalks
    "crosswalk_other_set": (
        "“%(key)s” là “%(found)s” nhưng bộ tiêu chí đưa vào có “%(expected)s”. Hãy dùng đúng hai bộ tiêu "
        "chí, hoặc lập lại bảng đối chiếu nếu bộ tiêu chí đã đổi.",
        "“%(key)s” is “%(found)s”, the set given has “%(expected)s”. Give the two sets that it was made "
        "for, or review it again if a set changed.",
    ),
    "crosswalk_kind": (
        "mỗi dòng cần đúng một trong: %(expected)s (đang có: %(found)s).",
        "an entry has exactly one of: %(expected)s (found: %(found)s).",
    ),
    "crosswalk_to": ("“%(found)s” không có “to”. Hãy bỏ “to”.", "“%(found)s” has no counterpart. Remove “to”."),
    "crosswalk_several": (
        "có %(found)s mã; tách ra (hoặc gộp lại) cần ít nhất hai mã. Hãy thêm mã hoặc dùng “reworded”.",
        "%(found)s codes; a split or merger has at least two. Add codes or use “reworded”.",
    ),
    "crosswalk_code": (
        "“%(found)s” không phải tiêu chí được chấm điểm trực tiếp của %(side)s.%(nearest)s",
        "“%(found)s” is no leaf of %(side)s.%(nearest)s",
    ),
    "crosswalk_repeated": (
        "“%(found)s” của %(side)s đã có ở dòng %(first)s; mỗi tiêu chí chỉ ghi một lần. Hãy bỏ một dòng.",
        "“%(found)s” of %(side)s stood on line %(first)s; a leaf stands once. Remove one.",
    ),
    "crosswalk_missing": (
        "thiếu “%(found)s” của %(side)s. Hãy ghi tiêu chí này trở thành gì, hoặc từ đâu mà có.",
        "“%(found)s” of %(side)s is missing. Say what it became, or where it came from.",
    ),
    "crosswalk_not_same": (
        "“%(found)s” không giữ nguyên (%(differing)s). Hãy dùng “reworded”, hoặc “dropped” và “new”.",
        "“%(found)s” is not the same (%(differing)s). Use “reworded”, or “dropped” and “new”.",
    ),
    "crosswalk_not_reworded": (
        "“%(found)s” không chỉ sửa câu chữ: cách chấm đã khác (%(differing)s). Hãy dùng “dropped” và “new”.",
        "“%(found)s” is more than reworded: it is scored otherwise (%(differing)s). Use “dropped” and “new”.",
    ),
    "crosswalk_nothing_differs": (
        "“%(found)s” không có gì khác. Hãy dùng “same”.",
        "nothing differs in “%(found)s”. Use “same”.",
    ),
    "crosswalk_apart": (
        "“%(found)s” ghi là bãi bỏ rồi thêm mới nhưng không có gì khác; có phải “same” không?",
        "“%(found)s” is dropped and new although nothing differs. Is it “same”?",
    ),
    # warnings
    "top_under_max": (
        "bậc cao nhất chỉ được %(found)s, chưa tới điểm tối đa %(expected)s.",
        "the top step gives %(found)s only, under the maximum of %(expected)s.",
    ),
    "no_label": (
        "“%(found)s” chưa có nhãn; người dùng sẽ thấy tên kỹ thuật. Hãy thêm “label”.",
        "“%(found)s” has no label; people will see its name. Add “label”.",
    ),
    "percent_as_share": (
        "số liệu phần trăm so với ngưỡng %(found)s: ngưỡng viết theo phần trăm (70, không phải 0.7)?",
        "a percent compared with %(found)s: thresholds on it are in percent (70, not 0.7). Is it meant so?",
    ),
}

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
    words = _filled(_DEFECTS, defect.code, defect.values, lang)
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
