"""Failures of a request as such, before it is known what was asked for."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

REQUEST: Final[dict[str, FailureKind]] = {
    "not_found": FailureKind(
        404,
        N_("Không tìm thấy trang này"),
        N_(
            "Địa chỉ có thể đã được gõ nhầm hoặc nội dung chưa công bố. Đề nghị kiểm tra lại địa chỉ hoặc về trang đầu."
        ),
    ),
    "host_unknown": FailureKind(
        421,
        N_("Máy chủ này không phục vụ tên miền đó"),
        N_("Đề nghị dùng địa chỉ chính thức của hệ thống. Quản trị hệ thống đặt địa chỉ ấy ở PARINDEX_BASE_URL."),
    ),
    "other_site": FailureKind(
        403,
        N_("Biểu mẫu được gửi từ một trang khác"),
        N_("Chưa ghi gì. Đề nghị mở trang của hệ thống rồi gửi lại từ đó."),
    ),
    "method_not_allowed": FailureKind(
        405, N_("Địa chỉ này không nhận cách gửi đã dùng"), N_("Đề nghị quay lại trang trước và thử lại.")
    ),
    "form_expected": FailureKind(
        415,
        N_("Kiểu nội dung này không được nhận"),
        N_("Biểu mẫu được gửi dưới dạng application/x-www-form-urlencoded hoặc multipart/form-data."),
    ),
    "file_form_expected": FailureKind(
        415,
        N_("Kiểu nội dung này không được nhận"),
        N_("Biểu mẫu có tệp được gửi dưới dạng multipart/form-data."),
    ),
    "json_expected": FailureKind(
        415,
        N_("Kiểu nội dung này không được nhận"),
        N_("Phiếu trả lời được gửi dưới dạng application/json."),
    ),
    "bad_request": FailureKind(
        400,
        N_("Yêu cầu không đọc được"),
        N_("Đề nghị quay lại trang trước, kiểm tra nội dung đã nhập và gửi lại."),
    ),
    "invalid_fields": FailureKind(
        422,
        N_("Chưa ghi được: có nội dung cần sửa"),
        N_("Đề nghị sửa các mục được nêu rồi gửi lại; nội dung đã nhập còn nguyên."),
    ),
    "too_large": FailureKind(
        413,
        N_("Nội dung gửi lên quá lớn"),
        N_("Giới hạn là %(limit)s. Đề nghị giảm dung lượng hoặc chia nhỏ."),
    ),
    "address_too_long": FailureKind(
        414,
        N_("Địa chỉ quá dài"),
        N_("Địa chỉ cùng các tham số có tối đa %(most)s ký tự. Đề nghị rút gọn điều kiện tìm kiếm rồi thử lại."),
    ),
    "headers_too_large": FailureKind(
        431,
        N_("Phần đầu của yêu cầu quá lớn"),
        N_("Giới hạn là %(limit)s. Đề nghị xóa cookie của trang này trong trình duyệt rồi thử lại."),
    ),
    "request_too_slow": FailureKind(
        408,
        N_("Yêu cầu được gửi quá chậm"),
        N_("Máy chủ chưa nhận đủ nội dung trong thời hạn nên chưa ghi gì. Đề nghị kiểm tra đường truyền rồi gửi lại."),
    ),
    "server_busy": FailureKind(
        503,
        N_("Máy chủ đang có quá nhiều kết nối"),
        N_("Yêu cầu chưa được nhận. Đề nghị thử lại sau ít phút."),
    ),
    "too_many_requests": FailureKind(
        429, N_("Có quá nhiều yêu cầu trong thời gian ngắn"), N_("Đề nghị chờ %(seconds)s giây rồi thử lại.")
    ),
    "internal": FailureKind(
        500,
        N_("Hệ thống gặp lỗi"),
        N_("Lỗi đã được ghi lại với mã %(reference)s. Đề nghị thử lại; nếu vẫn lỗi, báo mã này cho quản trị hệ thống."),
    ),
    "stale_csrf": FailureKind(
        403,
        N_("Trang đã mở quá lâu nên chưa gửi được"),
        N_("Đề nghị tải lại trang rồi gửi lại; nội dung đã lưu không bị mất."),
    ),
    "sign_in_again": FailureKind(
        403,
        N_("Trang đăng nhập này đã cũ"),
        N_("Có một lần đăng nhập hoặc đăng xuất ở thẻ khác. Đề nghị nhập lại mật khẩu."),
    ),
    # fields of forms
    "choice_unknown": FailureKind(
        422, N_("Không có lựa chọn này trong biểu mẫu"), N_("“%(found)s” không nằm trong các lựa chọn của mục này.")
    ),
    "number_out_of_range": FailureKind(422, N_("Con số ngoài khoảng cho phép; cần từ %(least)s đến %(most)s.")),
    "field_empty": FailureKind(422, N_("Mục này chưa có nội dung.")),
    "field_too_long": FailureKind(422, N_("Nội dung quá dài; tối đa %(limit)s ký tự.")),
}
