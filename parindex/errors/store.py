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
    "database_full": FailureKind(
        507,
        N_("Cơ sở dữ liệu không còn chỗ để ghi"),
        N_("Chưa có gì bị thay đổi. Đề nghị báo quản trị hệ thống và giữ nguyên trang này để gửi lại sau."),
    ),
    "storage_closed": FailureKind(
        507,
        N_("Kho lưu trữ không đọc hoặc không ghi được"),
        N_(
            "Chưa lưu gì vì thư mục dữ liệu chỉ cho đọc hoặc ổ đĩa bị lỗi. Đề nghị báo quản trị hệ thống; nội dung khác không bị ảnh hưởng."
        ),
    ),
    "storage_full": FailureKind(
        507,
        N_("Kho lưu trữ đã đầy"),
        N_("Chưa lưu gì vì kho lưu trữ đã đầy. Đề nghị báo quản trị hệ thống; nội dung khác không bị ảnh hưởng."),
    ),
    "file_empty": FailureKind(422, N_("Tệp rỗng"), N_("Tệp không có nội dung. Đề nghị chọn lại.")),
    "file_too_large": FailureKind(
        413, N_("Tệp quá lớn"), N_("Giới hạn là %(limit)s một tệp. Đề nghị giảm dung lượng hoặc tách tệp.")
    ),
    "file_type_refused": FailureKind(
        415,
        N_("Loại tệp này không được nhận"),
        N_(
            "Nội dung tệp không phải một trong các loại: %(expected)s. Loại tệp được nhận theo nội dung, không theo tên; tệp có macro hoặc có mật khẩu không được nhận."
        ),
    ),
    "file_overpacked": FailureKind(
        422,
        N_("Tệp nén quá nhiều nội dung"),
        N_(
            "Tệp chưa được lưu vì nén quá nhiều nội dung: tệp Word hoặc Excel có tối đa %(members)s thành phần, sau khi mở nén tối đa %(limit)s. Đề nghị tách tài liệu hoặc gửi bản PDF."
        ),
    ),
    "file_harmful": FailureKind(
        422, N_("Tệp bị từ chối vì có mã độc"), N_("Tệp chưa được lưu vì có mã độc. Đề nghị kiểm tra máy và tệp gốc.")
    ),
    "file_secret_marked": FailureKind(
        422,
        N_("Tệp mang dấu chỉ độ mật"),
        N_(
            "Trong tệp có dấu “%(mark)s”. Tệp chưa được lưu: tài liệu bí mật nhà nước không được đưa lên hệ thống này. Đề nghị thay bằng văn bản công khai cùng nội dung, hoặc bản đã giải mật không còn dấu; nếu không có, đề nghị nêu ở phần giải trình để thẩm định tại chỗ."
        ),
    ),
}
