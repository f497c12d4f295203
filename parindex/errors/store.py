"""Failures of the database and of the store of files."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

STORE: Final[dict[str, FailureKind]] = {
    "database_unavailable": FailureKind(
        503,
        N_("Hệ thống tạm thời không ghi được dữ liệu"),
        N_("Cơ sở dữ liệu không trả lời. Chưa có gì bị thay đổi; đề nghị giữ nguyên trang này và gửi lại sau ít phút."),
    ),
    "storage_full": FailureKind(
        507,
        N_("Kho lưu trữ đã đầy"),
        N_("Tệp chưa được lưu. Đề nghị báo quản trị hệ thống; nội dung khác không bị ảnh hưởng."),
    ),
    "file_empty": FailureKind(422, N_("Tệp rỗng"), N_("Tệp không có nội dung. Đề nghị chọn lại.")),
    "file_too_large": FailureKind(
        413, N_("Tệp quá lớn"), N_("Giới hạn là %(limit)s một tệp. Đề nghị giảm dung lượng hoặc tách tệp.")
    ),
    "file_type_refused": FailureKind(
        415,
        N_("Loại tệp này không được nhận"),
        N_(
            "Nội dung tệp không phải một trong các loại: %(expected)s. Loại tệp được nhận theo nội dung, không theo tên."
        ),
    ),
    "file_harmful": FailureKind(
        422, N_("Tệp bị từ chối vì có mã độc"), N_("Tệp chưa được lưu. Đề nghị kiểm tra máy và tệp gốc.")
    ),
}
