"""What can be wrong with a criteria set, its cases and its crosswalks, by code: Vietnamese and English side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DEFECTS: Final[Mapping[str, tuple[str, str]]] = {
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
    "condition_decided": (
        "điều kiện “%(found)s” không phụ thuộc số liệu nào nên luôn đúng hoặc luôn sai. Hãy bỏ nhánh thừa.",
        "the condition “%(found)s” takes no input, so it is always true or always false. Remove the needless branch.",
    ),
    "formula_divides_by_zero": (
        "“%(found)s” luôn chia cho 0. Hãy sửa công thức.",
        "“%(found)s” always divides by 0. Correct the formula.",
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
