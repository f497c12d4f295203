"""Failures of signing in, of invitations and of rights."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

ACCESS: Final[dict[str, FailureKind]] = {
    "sign_in_needed": FailureKind(
        401,
        N_("Cần đăng nhập"),
        N_("Trang này dành cho cán bộ được giao nhiệm vụ. Đề nghị đăng nhập để tiếp tục."),
    ),
    "sign_in_failed": FailureKind(
        401,
        N_("Chưa đăng nhập được"),
        N_(
            "Tên đăng nhập hoặc mật khẩu không đúng. Đề nghị kiểm tra lại; sau nhiều lần sai, nơi này phải chờ một lúc mới thử tiếp được."
        ),
    ),
    "sign_in_paused": FailureKind(
        429,
        N_("Tạm dừng nhận mật khẩu từ nơi này"),
        N_(
            "Mật khẩu đã bị nhập sai nhiều lần. Đề nghị thử lại sau %(minutes)s phút; trình duyệt đã từng đăng nhập vào tài khoản này không phải chờ."
        ),
    ),
    "not_allowed": FailureKind(
        403,
        N_("Không có quyền thực hiện việc này"),
        N_(
            "Vai trò hiện tại không được làm việc này ở trạng thái hiện tại của hồ sơ. Đề nghị liên hệ đầu mối của đơn vị chủ trì nếu cần."
        ),
    ),
    "invitation_invalid": FailureKind(
        410,
        N_("Liên kết đã hết hiệu lực"),
        N_("Liên kết đã được dùng, đã hết hạn hoặc không đúng. Đề nghị xin liên kết mới từ quản trị hệ thống."),
    ),
    "passwords_differ": FailureKind(
        422, N_("Hai lần nhập mật khẩu không giống nhau"), N_("Đề nghị nhập lại cùng một mật khẩu ở cả hai ô.")
    ),
    "password_weak": FailureKind(
        422, N_("Mật khẩu chưa đủ mạnh"), N_("Mật khẩu cần ít nhất 12 ký tự và không trùng tên đăng nhập.")
    ),
    "password_common": FailureKind(
        422,
        N_("Mật khẩu dễ đoán"),
        N_(
            "Mật khẩu này ghép từ những từ hay được thử trước: từ thông dụng, tên hệ thống, tên cơ quan, tên người, năm, dãy phím. Đề nghị chọn một câu của riêng anh/chị."
        ),
    ),
    "draft_too_long": FailureKind(413, N_("Nội dung đang nhập dài quá mức giữ tạm được; đề nghị bấm lưu.")),
    "drafts_full": FailureKind(
        409,
        N_("Đang có quá nhiều biểu mẫu nhập dở"),
        N_("Hệ thống giữ nội dung chưa lưu của tối đa %(limit)s biểu mẫu cho mỗi người. Đề nghị lưu hoặc bỏ bớt."),
    ),
}
