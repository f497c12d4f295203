"""What a table, a number or a day from outside is refused with, wherever it comes in."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

READING: Final[dict[str, FailureKind]] = {
    "not_utf8": FailureKind(422, N_("Tệp không phải UTF-8"), N_("Đề nghị lưu lại tệp dạng CSV UTF-8.")),
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
}
