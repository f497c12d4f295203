"""What can be wrong with a criteria set, its cases and its crosswalks, by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parindex.text import N_

DEFECTS: Final[Mapping[str, str]] = {
    # the file
    "too_large": N_("tệp dài %(found)s byte; tối đa %(expected)s. Hãy tách bộ tiêu chí hoặc bỏ phần không dùng."),
    "not_utf8": N_(
        "gặp %(found)s, không phải văn bản UTF-8; cần tệp YAML. Hãy giải nén hoặc mở tệp rồi lưu lại với bảng mã UTF-8."
    ),
    "yaml_syntax": N_(
        "không đọc được YAML (%(found)s). Kiểm tra thụt lề (chỉ dùng dấu cách), dấu ngoặc và dấu hai chấm."
    ),
    "control_character": N_("có ký tự điều khiển %(found)s. Hãy xóa ký tự này."),
    "invisible_character": N_("có ký tự không nhìn thấy được %(found)s. Hãy xóa ký tự này rồi gõ lại."),
    "empty_file": N_("tệp không có nội dung. Hãy điền nội dung, hoặc kiểm tra lại tên tệp."),
    "several_documents": N_("tệp có nhiều tài liệu YAML; chỉ được một. Hãy bỏ dòng “---” thứ hai."),
    "anchor": N_("có neo %(found)s; không dùng neo và bí danh. Hãy viết đầy đủ nội dung."),
    "alias": N_("có bí danh %(found)s; không dùng neo và bí danh. Hãy viết đầy đủ nội dung."),
    "tag": N_("có thẻ kiểu %(found)s; không dùng thẻ kiểu. Hãy bỏ thẻ."),
    "too_nested": N_("lồng quá %(expected)s cấp. Hãy bớt cấp."),
    "too_deep": N_("quá %(expected)s cấp tiêu chí. Hãy bớt cấp."),
    "complex_key": N_("khóa phải là một từ. Hãy viết khóa đơn giản."),
    "repeated_key": N_("khóa “%(found)s” lặp lại (lần đầu ở dòng %(first)s). Hãy bỏ một trong hai."),
    # keys and values
    "unknown_key": N_("không có khóa “%(found)s”; các khóa được dùng: %(expected)s.%(nearest)s"),
    "framework_missing": N_(
        "bộ này bổ sung cho bộ khung %(found)s, nhưng chưa tìm thấy bộ khung đó. Hãy đặt tệp của bộ khung vào thư mục của nó, nêu bằng "
        "--framework, hoặc ban hành bộ khung trước."
    ),
    "framework_other": N_("bộ khung được đưa là %(found)s; bộ này bổ sung cho %(expected)s. Hãy đưa đúng bộ khung."),
    "framework_area": N_("bộ khung không có lĩnh vực “%(found)s”; chỉ bổ sung vào lĩnh vực của bộ khung.%(nearest)s"),
    "framework_closed": N_("bộ khung không để mở lĩnh vực “%(found)s”. Hãy bỏ phần bổ sung ở lĩnh vực này."),
    "missing_key": N_("thiếu “%(expected)s”. Hãy thêm “%(expected)s: …”."),
    "wrong_type": N_("có “%(found)s”; cần %(expected)s. Hãy sửa giá trị."),
    "quote_it": N_(
        '“%(found)s” không có dấu ngoặc kép nên bị đọc thành số hoặc giá trị đúng/sai. Hãy viết "%(found)s".'
    ),
    "quoted_number": N_("“%(found)s” là chữ; cần một số. Hãy viết số không có dấu ngoặc, dùng dấu chấm thập phân."),
    "empty_text": N_("nội dung trống; cần có chữ. Hãy điền nội dung."),
    "empty_list": N_("danh sách trống; cần ít nhất một mục."),
    "repeated_item": N_("“%(found)s” lặp lại. Hãy bỏ một mục."),
    "bad_form": N_("“%(found)s” không đúng dạng; cần %(expected)s."),
    "not_one_of": N_("“%(found)s” không hợp lệ; chọn một trong: %(expected)s.%(nearest)s"),
    "bad_date": N_("“%(found)s” không phải ngày; cần dạng năm-tháng-ngày như 2025-01-31."),
    "year_outside": N_("ngày %(found)s có năm ngoài khoảng cho phép (%(range)s). Hãy kiểm tra lại năm."),
    "out_of_range": N_("%(found)s nằm ngoài khoảng cho phép (%(range)s). Hãy sửa giá trị."),
    "too_many_places": N_("%(found)s có quá %(expected)s chữ số thập phân. Hãy làm tròn."),
    "number_too_long": N_("%(found)s quá lớn hoặc quá dài. Hãy rút gọn."),
    "key_of_other_type": N_("“%(found)s” chỉ dùng cho kiểu %(expected)s. Hãy bỏ hoặc đổi kiểu."),
    # structure
    "repeated_code": N_("mã “%(found)s” đã dùng ở dòng %(first)s; mỗi mã chỉ dùng một lần. Hãy đổi mã."),
    "rule_or_criteria": N_("tiêu chí phải có “rule” hoặc “criteria”, đúng một trong hai (đang có: %(found)s)."),
    "leaf_only": N_(
        "“%(found)s” chỉ dùng cho tiêu chí được chấm điểm trực tiếp. Hãy chuyển xuống tiêu chí thành phần."
    ),
    "item_not_leaf": N_("mục điểm thưởng, điểm trừ “%(found)s” không được có tiêu chí con. Hãy viết “rule”."),
    "no_appraiser": N_(
        "“%(found)s” chưa nêu cơ quan thẩm định cho: %(leaves)s; không năm nào mở được với bộ này. Hãy thêm “appraiser: …”."
    ),
    "max_differs": N_("điểm tối đa ghi %(found)s, tổng các phần là %(expected)s. Hãy sửa một trong hai."),
    "shadowed_input": N_("số liệu “%(found)s” trùng tên với số liệu chung. Hãy đổi tên hoặc dùng số liệu chung."),
    "unused_input": N_("số liệu “%(found)s” không được quy tắc nào dùng. Hãy dùng hoặc bỏ."),
    "undeclared_input": N_("số liệu “%(found)s” chưa được khai báo. Hãy thêm vào “inputs”.%(nearest)s"),
    "undeclared_attribute": N_("thuộc tính “%(found)s” chưa được khai báo. Hãy thêm vào “attributes”.%(nearest)s"),
    "reserved_name": N_("tên “%(found)s” được dành riêng. Hãy đổi tên."),
    "input_type": N_("“%(name)s” có kiểu %(found)s; ở đây cần %(expected)s."),
    "part_of_itself": N_("“%(found)s” là một phần của chính nó. Hãy sửa “part_of”."),
    "window_empty": N_("ngày cuối %(found)s đứng trước ngày đầu %(expected)s. Hãy sửa một trong hai ngày."),
    # rules
    "unknown_rule": N_("không có quy tắc “%(found)s”; các quy tắc: %(expected)s.%(nearest)s"),
    "several_rules": N_("có nhiều quy tắc cùng lúc (%(found)s); chỉ được một."),
    "not_a_pair": N_("có %(found)s tên; cần đúng hai: [tử số, mẫu số]."),
    "points_or_shares": N_("cần đúng một trong hai: “points” hoặc “shares”."),
    "option_missing": N_(
        "chưa nêu phương án “%(expected)s”. Hãy ghi điểm, tỷ lệ hoặc not_applicable cho mọi phương án."
    ),
    "unknown_option": N_("không có phương án “%(found)s”; các phương án: %(expected)s.%(nearest)s"),
    "when_zero_missing": N_("mẫu số “%(found)s” có thể bằng 0. Hãy thêm “when_zero:” (%(expected)s)."),
    "when_zero_needless": N_("“%(found)s” không chia cho số nào nên không cần “when_zero”. Hãy bỏ."),
    "over_needless": N_("“%(found)s” không chia cho số nào nên không cần “over”. Hãy bỏ."),
    "step_over_max": N_("%(found)s lớn hơn điểm tối đa %(expected)s. Hãy sửa điểm hoặc điểm tối đa."),
    "step_disordered": N_("bậc %(found)s sai thứ tự: phải %(order)s %(expected)s. Hãy sắp xếp lại."),
    "step_unreachable": N_("bậc %(found)s không bao giờ đạt tới (giới hạn %(expected)s). Hãy sửa ngưỡng hoặc bỏ bậc."),
    "mixed_steps": N_("trộn “%(found)s” với “%(expected)s” trong một danh sách. Hãy dùng một loại."),
    "flat_line": N_("hai đầu đường thẳng cùng ở %(found)s. Hãy chọn hai mốc khác nhau."),
    "last_branch_when": N_("nhánh cuối không được có “when”. Hãy bỏ “when” hoặc thêm một nhánh cuối."),
    "branch_unreachable": N_(
        "nhánh không có “when” đứng trước nhánh khác nên các nhánh sau không bao giờ áp dụng. Hãy thêm “when”."
    ),
    "condition_decided": N_(
        "điều kiện “%(found)s” không phụ thuộc số liệu nào nên luôn đúng hoặc luôn sai. Hãy bỏ nhánh thừa."
    ),
    "formula_divides_by_zero": N_("“%(found)s” luôn chia cho 0. Hãy sửa công thức."),
    "formula_too_large": N_("công thức quá dài (tối đa %(expected)s). Hãy tách thành nhiều nhánh."),
    "formula_too_deep": N_("công thức lồng quá %(expected)s cấp ngoặc. Hãy viết gọn lại."),
    "formula_sign": N_(
        "ký tự “%(found)s” (vị trí %(place)s) không dùng được trong công thức: chỉ + - * / ( ) , < <= > >= == !=."
    ),
    "formula_unexpected": N_("“%(found)s” (vị trí %(place)s) đứng sai chỗ trong công thức. Kiểm tra dấu và ngoặc."),
    "formula_expected": N_("có “%(found)s” (vị trí %(place)s); cần “%(expected)s”."),
    "formula_sort": N_("ở vị trí %(place)s cần %(expected)s nhưng có %(found)s."),
    "formula_number": N_("số %(found)s trong công thức quá dài (tối đa %(expected)s chữ số thập phân)."),
    "formula_name": N_("“%(found)s” (vị trí %(place)s) chưa được khai báo. Hãy thêm vào “inputs”.%(nearest)s"),
    "formula_input_type": N_("“%(found)s” có kiểu %(type)s nên không dùng được trong công thức: cần số hoặc đúng/sai."),
    "formula_round": N_("round(x, n): n phải là số nguyên từ 0 đến %(expected)s viết thẳng."),
    "formula_arguments": N_("hàm %(found)s() thiếu hoặc thừa tham số (ít nhất %(expected)s)."),
    # worked cases
    "case_value": N_("ví dụ “%(name)s”: %(fact)s: %(why)s"),
    "case_code": N_("ví dụ “%(name)s”: không có mã “%(found)s” trong bộ tiêu chí.%(nearest)s"),
    "case_differs": N_("ví dụ “%(name)s”: %(what)s là %(found)s, ví dụ ghi %(expected)s. Hãy sửa ví dụ hoặc quy tắc."),
    "case_refused": N_("ví dụ “%(name)s”: số liệu bị từ chối ở %(found)s. Hãy sửa số liệu, hoặc ghi “refused”."),
    # crosswalks
    "crosswalk_other_set": N_(
        "“%(key)s” là “%(found)s” nhưng bộ tiêu chí đưa vào có “%(expected)s”. Hãy dùng đúng hai bộ tiêu "
        "chí, hoặc lập lại bảng đối chiếu nếu bộ tiêu chí đã đổi."
    ),
    "crosswalk_kind": N_("mỗi dòng cần đúng một trong: %(expected)s (đang có: %(found)s)."),
    "crosswalk_to": N_("“%(found)s” không có “to”. Hãy bỏ “to”."),
    "crosswalk_several": N_(
        "có %(found)s mã; tách ra (hoặc gộp lại) cần ít nhất hai mã. Hãy thêm mã hoặc dùng “reworded”."
    ),
    "crosswalk_code": N_("“%(found)s” không phải tiêu chí được chấm điểm trực tiếp của %(side)s.%(nearest)s"),
    "crosswalk_repeated": N_(
        "“%(found)s” của %(side)s đã có ở dòng %(first)s; mỗi tiêu chí chỉ ghi một lần. Hãy bỏ một dòng."
    ),
    "crosswalk_missing": N_("thiếu “%(found)s” của %(side)s. Hãy ghi tiêu chí này trở thành gì, hoặc từ đâu mà có."),
    "crosswalk_not_same": N_(
        "“%(found)s” không giữ nguyên (%(differing)s). Hãy dùng “reworded”, hoặc “dropped” và “new”."
    ),
    "crosswalk_not_reworded": N_(
        "“%(found)s” không chỉ sửa câu chữ: cách chấm đã khác (%(differing)s). Hãy dùng “dropped” và “new”."
    ),
    "crosswalk_nothing_differs": N_("“%(found)s” không có gì khác. Hãy dùng “same”."),
    "crosswalk_apart": N_("“%(found)s” ghi là bãi bỏ rồi thêm mới nhưng không có gì khác; có phải “same” không?"),
    # warnings
    "top_under_max": N_("bậc cao nhất chỉ được %(found)s, chưa tới điểm tối đa %(expected)s."),
    "leading_nought": N_(
        "“%(found)s” được đọc là %(expected)s; có phần mềm đọc số bắt đầu bằng 0 theo cách khác. Hãy viết %(expected)s."
    ),
    "no_label": N_("“%(found)s” chưa có nhãn; người dùng sẽ thấy tên kỹ thuật. Hãy thêm “label”."),
    "percent_as_share": N_(
        "số liệu phần trăm so với ngưỡng %(found)s: ngưỡng viết theo phần trăm (70, không phải 0.7)?"
    ),
}
