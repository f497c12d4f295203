"""Failures of an edition: published, opened, retracted."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

PUBLICATION: Final[dict[str, FailureKind]] = {
    "not_published": FailureKind(
        404,
        N_("Chưa đến kỳ công bố"),
        N_("Kết quả năm %(year)s chưa được công bố. Đề nghị xem kết quả năm %(last)s."),
    ),
    "not_decided": FailureKind(
        409,
        N_("Năm này chưa được công bố"),
        N_(
            "Kết quả năm %(year)s chưa có quyết định công bố. Đề nghị người phê duyệt công bố, hoặc nêu --decision, --date, --signer và --as."
        ),
    ),
    "signing_key_missing": FailureKind(
        500,
        N_("Không tìm thấy khóa ký"),
        N_(
            "Tệp keys/%(tenant)s.pem không còn trong PARINDEX_DATA, trong khi đã có ấn bản được ký. Hệ thống không tự tạo khóa mới: đề nghị khôi phục tệp từ bản sao lưu, hoặc đặt khóa mới theo docs/operations.md."
        ),
    ),
    "signing_key_unmade": FailureKind(
        409,
        N_("Đơn vị chủ trì chưa có khóa ký"),
        N_(
            "Chưa công bố được. Đề nghị người vận hành hệ thống tạo khóa bằng lệnh parindex key --tenant %(tenant)s, rồi công bố lại; nội dung đã nhập không mất."
        ),
    ),
    "edition_retracted": FailureKind(
        410,
        N_("Ấn bản này đã được thu hồi"),
        N_("Ấn bản %(number)s được thu hồi bằng một quyết định; địa chỉ được giữ, nội dung không còn hiển thị."),
    ),
    "already_retracted": FailureKind(
        409, N_("Ấn bản này đã được thu hồi trước đó"), N_("Ấn bản %(number)s không còn hiển thị.")
    ),
    "correction_has_changes": FailureKind(
        409,
        N_("Đã có nội dung được sửa, không bỏ qua đợt đính chính được"),
        N_(
            "Kết quả tính lại khác với ấn bản đã công bố. Đề nghị trình phê duyệt ấn bản đính chính, hoặc sửa lại như đã công bố rồi tính lại trước khi kết thúc."
        ),
    ),
    "date_unreadable": FailureKind(422, N_("Ngày không đúng. Đề nghị nhập ngày có thật, ví dụ 21/11/2026.")),
    "decision_in_future": FailureKind(422, N_("Ngày ban hành quyết định không thể sau hôm nay.")),
    "verifying_busy": FailureKind(
        503,
        N_("Đang có nhiều tệp chờ kiểm tra"),
        N_(
            "Tệp chưa được kiểm tra. Đề nghị gửi lại sau ít phút, hoặc kiểm tra trên máy của mình bằng lệnh parindex verify."
        ),
    ),
    "verifying_too_heavy": FailureKind(
        422,
        N_("Tệp này cần nhiều thời gian hoặc bộ nhớ hơn mức của trang"),
        N_("Tệp chưa được kiểm tra xong. Đề nghị kiểm tra trên máy của mình bằng lệnh parindex verify."),
    ),
}
