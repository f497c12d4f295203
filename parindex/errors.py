"""Every failure that a person can meet, in one catalogue.

A room raises :class:`Refused` with a code; the edge (page, problem document, command line) makes the text in
the reader's language. Title says what happened, detail says why and what to do.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec


def N_(message: str) -> str:
    """Mark a message for translation at the edge."""
    return message


class Kind(msgspec.Struct, frozen=True):
    """One kind of failure."""

    status: int
    """HTTP status."""

    title: str
    """What happened, in Vietnamese; a message id."""

    detail: str = ""
    """Why, and what to do; may name values as ``%(name)s``."""


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form or document that cannot be taken."""

    field: str
    """Name of the form field or JSON path."""

    code: str
    """Code in the catalogue."""

    values: dict[str, Any] = {}
    """What the detail names."""


class Refused(Exception):
    """What was asked cannot be done; nothing was changed."""

    def __init__(self, code: str, /, *, fields: tuple[FieldError, ...] = (), **values: Any) -> None:
        """Refuse with a code of :data:`CATALOGUE` and the values that its detail names."""
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.values = values

    @property
    def kind(self) -> Kind:
        """The entry of the catalogue."""
        return CATALOGUE[self.code]

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


CATALOGUE: Final[dict[str, Kind]] = {
    # request
    "not_found": Kind(
        404,
        N_("Không tìm thấy trang này"),
        N_(
            "Địa chỉ có thể đã được gõ nhầm hoặc nội dung chưa công bố. Đề nghị kiểm tra lại địa chỉ hoặc về trang đầu."
        ),
    ),
    "method_not_allowed": Kind(
        405, N_("Địa chỉ này không nhận cách gửi đã dùng"), N_("Đề nghị quay lại trang trước và thử lại.")
    ),
    "bad_request": Kind(
        400,
        N_("Yêu cầu không đọc được"),
        N_("Đề nghị quay lại trang trước, kiểm tra nội dung đã nhập và gửi lại."),
    ),
    "invalid_fields": Kind(
        422,
        N_("Chưa ghi được: có nội dung cần sửa"),
        N_("Đề nghị sửa các mục được nêu rồi gửi lại; nội dung đã nhập còn nguyên."),
    ),
    "too_large": Kind(
        413,
        N_("Nội dung gửi lên quá lớn"),
        N_("Giới hạn là %(limit)s. Đề nghị giảm dung lượng hoặc chia nhỏ."),
    ),
    "too_many_requests": Kind(
        429, N_("Có quá nhiều yêu cầu trong thời gian ngắn"), N_("Đề nghị chờ %(seconds)s giây rồi thử lại.")
    ),
    "internal": Kind(
        500,
        N_("Hệ thống gặp lỗi"),
        N_(
            "Lỗi đã được ghi lại với mã %(reference)s. Đề nghị thử lại; nếu vẫn lỗi, báo mã này cho quản trị hệ thống."
        ),
    ),
    "database_unavailable": Kind(
        503,
        N_("Hệ thống tạm thời không ghi được dữ liệu"),
        N_(
            "Cơ sở dữ liệu không trả lời. Chưa có gì bị thay đổi; đề nghị giữ nguyên trang này và gửi lại sau ít phút."
        ),
    ),
    "storage_full": Kind(
        507,
        N_("Kho lưu trữ đã đầy"),
        N_("Tệp chưa được lưu. Đề nghị báo quản trị hệ thống; nội dung khác không bị ảnh hưởng."),
    ),
    "stale_csrf": Kind(
        403,
        N_("Trang đã mở quá lâu nên chưa gửi được"),
        N_("Đề nghị tải lại trang rồi gửi lại; nội dung đã lưu không bị mất."),
    ),
    # access
    "sign_in_needed": Kind(
        401,
        N_("Cần đăng nhập"),
        N_("Trang này dành cho cán bộ được giao nhiệm vụ. Đề nghị đăng nhập để tiếp tục."),
    ),
    "sign_in_failed": Kind(
        401,
        N_("Chưa đăng nhập được"),
        N_(
            "Tên đăng nhập hoặc mật khẩu không đúng. Đề nghị kiểm tra lại; sau nhiều lần sai, tài khoản tạm dừng trong 15 phút."
        ),
    ),
    "sign_in_paused": Kind(
        429,
        N_("Tài khoản tạm dừng đăng nhập"),
        N_("Đã nhập sai nhiều lần. Đề nghị thử lại sau %(minutes)s phút."),
    ),
    "not_allowed": Kind(
        403,
        N_("Không có quyền thực hiện việc này"),
        N_(
            "Vai trò hiện tại không được làm việc này ở trạng thái hiện tại của hồ sơ. Đề nghị liên hệ đầu mối của đơn vị chủ trì nếu cần."
        ),
    ),
    "own_agency": Kind(
        403,
        N_("Không thẩm định phiếu của chính đơn vị mình"),
        N_("Phiếu này được giao cho cơ quan thẩm định thay thế theo quy định của kỳ đánh giá."),
    ),
    "invitation_invalid": Kind(
        410,
        N_("Liên kết đã hết hiệu lực"),
        N_(
            "Liên kết đã được dùng, đã hết hạn hoặc không đúng. Đề nghị xin liên kết mới từ quản trị hệ thống."
        ),
    ),
    "password_weak": Kind(
        422, N_("Mật khẩu chưa đủ mạnh"), N_("Mật khẩu cần ít nhất 12 ký tự và không trùng tên đăng nhập.")
    ),
}
"""Codes are stable: clients and documents rely on them. ``docs/errors.md`` lists them and is tested."""
