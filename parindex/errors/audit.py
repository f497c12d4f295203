"""Failures of a deed that cannot be undone: it was not looked at as it is now."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

AUDIT: Final[dict[str, FailureKind]] = {
    "check_impossible": FailureKind(
        409,
        N_("Chưa làm được"),
        N_("Còn điều phải xử lý trước; từng điều và nơi xử lý được nêu trên trang. Chưa có gì thay đổi."),
    ),
    "check_changed": FailureKind(
        409,
        N_("Nội dung đã thay đổi sau khi trang được mở"),
        N_("Chưa có gì được thực hiện. Đề nghị xem lại các con số dưới đây rồi xác nhận lại."),
    ),
    "check_outdated": FailureKind(
        409,
        N_("Nội dung đã thay đổi sau khi được xác nhận"),
        N_("Việc này chưa được thực hiện. Đề nghị mở lại trang xác nhận, xem lại các con số rồi xác nhận lại."),
    ),
    "check_unconfirmed": FailureKind(
        422,
        N_("Còn điều bất thường chưa được xác nhận"),
        N_("Đề nghị xem từng điều, sửa ở nơi được nêu hoặc đánh dấu xác nhận. Chưa có gì thay đổi."),
    ),
    "line_unconfirmed": FailureKind(422, N_("Điều này chưa được xác nhận.")),
}
