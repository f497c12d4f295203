"""What a table, a number or a day from outside is refused with, wherever it comes in."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

READING: Final[dict[str, FailureKind]] = {
    "not_utf8": FailureKind(
        422,
        N_("Tệp không phải UTF-8"),
        N_(
            "Dòng %(row)s: gặp %(found)s, không phải văn bản UTF-8. Nhận CSV hoặc sổ tính .xlsx; đề nghị giải nén hoặc mở tệp rồi lưu lại dạng CSV UTF-8."
        ),
    ),
    "delimiter_unknown": FailureKind(
        422,
        N_("Dấu phân cách ô không nhận được"),
        N_(
            "Dòng %(row)s: các ô cách nhau bằng “%(found)s”. Nhận dấu phẩy, dấu chấm phẩy hoặc tab; đề nghị lưu lại tệp dạng CSV UTF-8."
        ),
    ),
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
    "column_unknown": FailureKind(
        422, N_("Cột lạ"), N_("Dòng %(row)s: không có cột nào tên %(column)s. Các cột nhận được: %(known)s.")
    ),
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
        N_("Dòng %(row)s, cột %(column)s: “%(found)s” ngoài khoảng cho phép; cần %(range)s."),
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
    "workbook_unreadable": FailureKind(
        422,
        N_("Không đọc được bảng tính"),
        N_(
            "Tệp không phải sổ tính .xlsx, hoặc đã hỏng. Đề nghị lưu lại tệp dạng Excel Workbook (.xlsx) hoặc CSV UTF-8."
        ),
    ),
    "workbook_locked": FailureKind(
        422,
        N_("Bảng tính có mật khẩu hoặc là dạng .xls cũ"),
        N_("Đề nghị bỏ mật khẩu và lưu lại tệp dạng Excel Workbook (.xlsx)."),
    ),
    "workbook_too_large": FailureKind(
        422,
        N_("Bảng tính quá lớn"),
        N_("Đề nghị xóa các dòng, cột trống ở cuối sheet rồi lưu lại, hoặc lưu sheet cần đọc dạng CSV UTF-8."),
    ),
    "sheets_several": FailureKind(
        422,
        N_("Có nhiều sheet chứa bảng cần đọc"),
        N_(
            "Không rõ phải đọc sheet nào: %(found)s. Đề nghị nêu tên sheet ở nơi nhận được (--sheet, khóa sheet) hoặc chỉ "
            "để lại một sheet có bảng này."
        ),
    ),
    "sheet_none": FailureKind(
        422,
        N_("Không sheet nào có bảng cần đọc"),
        N_("Các sheet: %(found)s. Dòng đầu của bảng cần có các cột: %(expected)s."),
    ),
    "sheet_unknown": FailureKind(
        422, N_("Không có sheet này"), N_("Không có sheet “%(found)s”. Các sheet có nội dung: %(known)s.")
    ),
    "sheet_hidden": FailureKind(
        422,
        N_("Sheet đang bị ẩn"),
        N_("Không đọc sheet đang bị ẩn: %(found)s. Hãy bỏ ẩn nếu đó là bảng cần đọc, hoặc chép bảng sang sheet khác."),
    ),
    "sheet_of_csv": FailureKind(
        422, N_("Tệp không có sheet"), N_("Tệp không phải sổ tính .xlsx nên không có sheet “%(found)s”.")
    ),
    "cell_error": FailureKind(
        422,
        N_("Ô báo lỗi"),
        N_("Dòng %(row)s, cột %(column)s: ô báo lỗi %(found)s. Hãy sửa công thức hoặc gõ lại nội dung."),
    ),
    "cell_unvalued": FailureKind(
        422,
        N_("Công thức chưa có kết quả"),
        N_(
            "Dòng %(row)s, cột %(column)s: ô là công thức chưa có kết quả lưu trong tệp. Hãy mở bằng bảng tính, lưu lại rồi gửi."
        ),
    ),
    "cell_struck": FailureKind(
        422,
        N_("Ô có chữ bị gạch ngang"),
        N_(
            "Dòng %(row)s, cột %(column)s: “%(found)s” bị gạch ngang. Hãy xóa nội dung, hoặc bỏ gạch ngang nếu còn dùng."
        ),
    ),
    "cell_old_font": FailureKind(
        422,
        N_("Ô viết bằng phông chữ cũ"),
        N_("Dòng %(row)s, cột %(column)s: chữ viết theo bảng mã %(found)s. Hãy chuyển sang Unicode rồi lưu lại."),
    ),
    "cells_merged": FailureKind(
        422,
        N_("Ô bị gộp"),
        N_("Dòng %(row)s, cột %(column)s: “%(found)s” nằm trong ô gộp. Hãy bỏ gộp ô và điền đủ từng dòng."),
    ),
    "cell_percent": FailureKind(
        422,
        N_("Ô định dạng phần trăm"),
        N_(
            "Dòng %(row)s, cột %(column)s: ô hiện %(found)s%%, có thể là %(found)s hoặc %(decimal)s. Hãy đổi sang định dạng số rồi gõ lại."
        ),
    ),
    "rows_hidden": FailureKind(
        422,
        N_("Có dòng bị ẩn hoặc bị lọc khuất"),
        N_(
            "Dòng %(row)s đang không hiện ra (tất cả %(n)s dòng như vậy). Hãy bỏ ẩn, bỏ lọc, hoặc xóa các dòng không dùng."
        ),
    ),
}
