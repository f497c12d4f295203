"""What a table, a number or a day from outside is refused with, wherever it comes in."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

READING: Final[dict[str, FailureKind]] = {
    "not_utf8": FailureKind(422, N_("Tệp không phải UTF-8"), N_("Đề nghị lưu lại tệp dạng CSV UTF-8.")),
    "bad_csv": FailureKind(
        422, N_("Tệp không đúng dạng CSV"), N_("Dòng %(row)s: không đọc được (%(found)s). Kiểm tra dấu ngoặc kép.")
    ),
    "heads_repeated": FailureKind(
        422,
        N_("Tiêu đề lặp lại"),
        N_("Dòng %(row)s: có nhiều cột cùng tên %(found)s. Đề nghị bỏ hoặc đổi tên một cột."),
    ),
    "row_too_long": FailureKind(
        422,
        N_("Dòng thừa ô"),
        N_(
            "Dòng %(row)s có %(found)s ô, tiêu đề có %(expected)s cột; ô thừa đầu tiên là “%(surplus)s”. Đặt giá trị có dấu phân cách trong ngoặc kép."
        ),
    ),
    "row_too_short": FailureKind(
        422,
        N_("Dòng thiếu ô"),
        N_("Dòng %(row)s có %(found)s ô, tiêu đề có %(expected)s cột. Ô trống cũng cần dấu phân cách."),
    ),
    "unmeant_character": FailureKind(
        422,
        N_("Có ký tự không hiển thị được"),
        N_("Dòng %(row)s, cột %(column)s: có ký tự %(found)s. Hãy xóa ký tự này rồi gõ lại."),
    ),
    "column_missing": FailureKind(422, N_("Thiếu cột"), N_("Dòng %(row)s: thiếu cột %(column)s.")),
    "column_unknown": FailureKind(422, N_("Cột lạ"), N_("Dòng %(row)s: không có cột nào tên %(column)s.")),
    "value_missing": FailureKind(422, N_("Thiếu giá trị"), N_("Dòng %(row)s: cột %(column)s đang để trống.")),
    "value_ambiguous": FailureKind(
        422,
        N_("Con số có thể đọc theo hai cách"),
        N_("“%(found)s” có thể là %(words)s hoặc %(decimal)s. Đề nghị nhập lại: %(plain)s hoặc %(decimal)s."),
    ),
    "value_not_number": FailureKind(
        422, N_("Không phải con số"), N_("“%(found)s” không phải con số. Ví dụ cách viết: 1234,5.")
    ),
    "value_not_whole": FailureKind(
        422, N_("Không phải số nguyên"), N_("“%(found)s” cần là số nguyên từ 0 trở lên, ví dụ 24650.")
    ),
    "value_negative": FailureKind(422, N_("Số âm"), N_("“%(found)s” không được nhỏ hơn 0.")),
    "value_too_large": FailureKind(422, N_("Số quá lớn"), N_("“%(found)s” lớn hơn mức cao nhất là %(most)s.")),
    "value_too_long": FailureKind(
        422, N_("Quá nhiều chữ số thập phân"), N_("“%(found)s” có nhiều hơn %(places)s chữ số thập phân.")
    ),
    "value_not_date": FailureKind(
        422, N_("Không phải ngày"), N_("“%(found)s” không phải một ngày. Cách viết: 31/12/2026.")
    ),
    "value_not_option": FailureKind(
        422, N_("Không có lựa chọn này"), N_("“%(found)s” không nằm trong các lựa chọn của tiêu chí.")
    ),
    "value_year_outside": FailureKind(
        422,
        N_("Năm không đúng"),
        N_("Ngày “%(found)s” có năm ngoài khoảng %(least)s-%(most)s. Đề nghị kiểm tra lại năm đã gõ."),
    ),
    "value_date_far": FailureKind(
        422,
        N_("Ngày cách xa năm đánh giá"),
        N_("Ngày “%(found)s” nằm ngoài các năm %(least)s-%(most)s. Đề nghị kiểm tra lại năm đã gõ."),
    ),
    "cell_refused": FailureKind(422, N_("Giá trị không nhận được"), N_("Dòng %(row)s, cột %(column)s: %(why)s")),
    "number_outside": FailureKind(
        422,
        N_("Con số ngoài khoảng cho phép"),
        N_("Dòng %(row)s, cột %(column)s: “%(found)s” ngoài khoảng cho phép; cần từ %(least)s đến %(most)s."),
    ),
    "rows_differ": FailureKind(
        422,
        N_("Hai dòng khác nhau"),
        N_(
            "Dòng %(row)s, cột %(column)s: “%(found)s” khác “%(expected)s” ở dòng %(earlier)s, mà hai dòng cùng %(place)s."
        ),
    ),
    "agency_unknown": FailureKind(
        422,
        N_("Không có cơ quan này"),
        N_("Dòng %(row)s, cột %(column)s: không có cơ quan nào mang mã “%(found)s” trong danh mục."),
    ),
    "table_empty": FailureKind(
        422, N_("Tệp không có dòng nào"), N_("Dòng %(row)s: sau dòng tiêu đề không có dòng nào.")
    ),
    "rows_repeated": FailureKind(
        422, N_("Dòng lặp lại"), N_("Dòng %(row)s: %(place)s đã có ở dòng %(earlier)s. Đề nghị bỏ một dòng.")
    ),
}
