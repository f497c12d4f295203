"""Failures of signing in, of invitations, of accounts and of rights."""

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
    "last_administrator": FailureKind(
        409,
        N_("Đây là quản trị hệ thống cuối cùng"),
        N_(
            "Cần ít nhất một quản trị hệ thống đang dùng, đã đặt mật khẩu và không có ngày hết hạn. Đề nghị giao vai trò này cho người khác trước."
        ),
    ),
    "account_closed": FailureKind(
        409,
        N_("Tài khoản đang đóng"),
        N_("Người này đã nghỉ, đang tạm dừng hoặc bị khóa vì lâu không dùng. Đề nghị mở lại tài khoản trước."),
    ),
    "own_account": FailureKind(
        409, N_("Không tự đóng tài khoản của mình"), N_("Đề nghị một quản trị hệ thống khác làm việc này.")
    ),
    "nobody_to_invite": FailureKind(
        409, N_("Không có ai chờ thư mời"), N_("Mọi người được chọn đã đặt mật khẩu hoặc tài khoản đã đóng.")
    ),
    "nothing_to_hand_over": FailureKind(
        409, N_("Không có gì để bàn giao"), N_("Người này không giữ vai trò nào, bây giờ và về sau.")
    ),
    "taker_elsewhere": FailureKind(
        422,
        N_("Không bàn giao được cho người này"),
        N_("Chỉ bàn giao được cho người đang dùng tài khoản trong cùng đơn vị."),
    ),
    "base_url_missing": FailureKind(
        409,
        N_("Chưa có địa chỉ đầy đủ của hệ thống"),
        N_(
            "Tệp trộn thư cần địa chỉ đầy đủ. Đề nghị người vận hành đặt PARINDEX_BASE_URL, ví dụ https://parindex.example."
        ),
    ),
    "first_link_invalid": FailureKind(
        410,
        N_("Liên kết tạo quản trị đầu tiên không còn dùng được"),
        N_(
            "Liên kết đã dùng, đã hết hạn, hoặc hệ thống đã có quản trị. Nếu chưa có, đề nghị chạy lại parindex serve để lấy liên kết mới."
        ),
    ),
    "login_taken": FailureKind(
        422, N_("Tên đăng nhập đã có"), N_("Đã có tài khoản dùng tên đăng nhập này. Đề nghị chọn tên khác.")
    ),
    "role_held": FailureKind(
        422, N_("Đã có vai trò này"), N_("Người này đã có vai trò này trong khoảng ngày đó. Đề nghị sửa ngày kết thúc.")
    ),
    "system_alone": FailureKind(
        422,
        N_("Vai trò này đứng riêng"),
        N_(
            "Tài khoản của hệ thống khác không có vai trò nào khác và không có mật khẩu. Đề nghị lập một tài khoản mới"
            " cho hệ thống."
        ),
    ),
    "system_no_link": FailureKind(
        409,
        N_("Tài khoản này không đăng nhập"),
        N_("Đây là tài khoản của một hệ thống khác, không có mật khẩu nên không có liên kết mời."),
    ),
    "day_passed": FailureKind(
        422, N_("Ngày đã qua"), N_("Ngày bắt đầu không thể trước hôm nay: quyền không có hiệu lực trở về trước.")
    ),
    "days_reversed": FailureKind(
        422, N_("Ngày kết thúc sớm quá"), N_("Ngày kết thúc không thể trước ngày bắt đầu hoặc trước hôm nay.")
    ),
    "password_wrong": FailureKind(
        422, N_("Mật khẩu hiện tại không đúng"), N_("Mật khẩu hiện tại không đúng. Đề nghị nhập lại.")
    ),
    "delegate_elsewhere": FailureKind(
        422,
        N_("Người được ủy quyền ở nơi khác"),
        N_("Chỉ ủy quyền được cho người đang dùng tài khoản trong cùng đơn vị."),
    ),
    "delegation_beyond_right": FailureKind(
        422,
        N_("Ủy quyền vượt quyền đang có"),
        N_(
            "Người ủy quyền phải tự có vai trò này trong suốt thời gian ủy quyền; quyền được người khác ủy quyền không ủy quyền tiếp được."
        ),
    ),
    "delegation_too_long": FailureKind(
        422, N_("Thời gian ủy quyền quá dài"), N_("Một lần ủy quyền kéo dài tối đa %(days)s ngày.")
    ),
    "delegated_already": FailureKind(
        422,
        N_("Đã ủy quyền trong thời gian này"),
        N_("Việc này đã được ủy quyền trong thời gian đó. Đề nghị thu lại trước."),
    ),
    "agency_code_unknown": FailureKind(
        422, N_("Không có đơn vị này"), N_("Danh mục không có đơn vị nào mã hoặc tên “%(found)s” còn hiệu lực.%(near)s")
    ),
    "agency_ambiguous": FailureKind(
        422,
        N_("Chưa rõ đơn vị nào"),
        N_("“%(found)s” khớp với nhiều đơn vị: %(known)s. Đề nghị ghi mã đơn vị."),
    ),
    "role_unknown": FailureKind(
        422, N_("Không có vai trò này"), N_("“%(found)s” không phải vai trò. Các vai trò: %(known)s.")
    ),
    "agency_needed": FailureKind(
        422,
        N_("Vai trò này cần đơn vị"),
        N_("Chuyên viên, đầu mối, lãnh đạo đơn vị và thành viên tổ thẩm định phải thuộc một đơn vị."),
    ),
    "login_of_other": FailureKind(
        422,
        N_("Tên đăng nhập của người khác"),
        N_("“%(found)s” đang là tài khoản của %(name)s. Đề nghị kiểm tra họ tên hoặc dùng tên đăng nhập khác."),
    ),
    "agency_of_other": FailureKind(
        422,
        N_("Tài khoản thuộc đơn vị khác"),
        N_("Tài khoản này đang thuộc %(agency)s. Đề nghị sửa đơn vị trên trang của người đó trước."),
    ),
    "name_differs": FailureKind(
        422,
        N_("Hai dòng cùng tên đăng nhập, khác người hoặc khác đơn vị"),
        N_(
            "Dòng %(earlier)s dùng tên đăng nhập này cho %(name)s. Đề nghị sửa họ tên, đơn vị hoặc tên đăng nhập của một dòng."
        ),
    ),
    "import_unreadable": FailureKind(
        422,
        N_("Chưa đọc được bảng tính"),
        N_("Đề nghị sửa những chỗ nêu dưới đây, hoặc dùng tệp mẫu. Chưa ghi gì."),
    ),
    "import_too_long": FailureKind(
        422,
        N_("Bảng tính quá nhiều dòng"),
        N_("Tệp có %(found)s dòng; mỗi lần nhận tối đa %(most)s dòng. Đề nghị chia tệp."),
    ),
    "email_wrong": FailureKind(
        422,
        N_("Không phải địa chỉ thư điện tử"),
        N_("“%(found)s” không phải địa chỉ thư điện tử, ví dụ ten@coquan.example."),
    ),
}
