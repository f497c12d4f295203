"""What this room writes in the audit record."""

from typing import Final

from parindex.errors import N_

TAGS: Final[dict[str, str]] = {
    "criteria:set:publish": N_("Ban hành bộ tiêu chí"),
    "criteria:draft:save": N_("Lưu một bản của bộ tiêu chí đang soạn"),
    "criteria:draft:read": N_("Xem từng dòng của bộ tiêu chí chờ phê duyệt"),
    "criteria:draft:comment": N_("Góp ý một dòng của bộ tiêu chí đang soạn"),
    "criteria:draft:answer": N_("Trả lời góp ý về bộ tiêu chí đang soạn"),
    "criteria:draft:move": N_("Trình, phê duyệt, trả lại hoặc ban hành bộ tiêu chí đang soạn"),
    "cycle:cycle:create": N_("Lập kỳ đánh giá"),
    "cycle:cycle:change": N_("Sửa kỳ đánh giá chưa mở"),
    "cycle:cycle:delete": N_("Xóa kỳ đánh giá chưa mở"),
    "cycle:deadline:move": N_("Đổi hạn nộp phiếu theo quyết định"),
    "cycle:correction:open": N_("Mở lại kỳ đã công bố để đính chính"),
    "cycle:owners:succeed": N_("Chuyển tiêu chí của cơ quan chủ trì kết thúc"),
    "cycle:agencies:join": N_("Thêm cơ quan vào kỳ đánh giá đã ban hành"),
    "cycle:agencies:merge": N_("Xử lý phiếu của cơ quan kết thúc trong kỳ đánh giá"),
    "cycle:set:amend": N_("Sửa bộ tiêu chí của kỳ đang mở"),
    "cycle:cycle:move": N_("Chuyển bước kỳ đánh giá"),
    "agency:entry:save": N_("Kê khai một tiêu chí"),
    "agency:input:save": N_("Kê khai số liệu dùng chung"),
    "agency:entry:answer": N_("Trả lời yêu cầu giải trình"),
    "agency:sheet:move": N_("Chuyển bước phiếu tự đánh giá"),
    "agency:sheet:reopen": N_("Mở lại tiêu chí của phiếu theo bộ tiêu chí sửa đổi"),
    "agency:sheet:give_back": N_("Trả lại phiếu có lỗi hình thức để bổ sung"),
    "agency:sheet:resend": N_("Gửi lại các tiêu chí được mở lại"),
    "agency:leaf:assign": N_("Giao tiêu chí cho người kê khai"),
    "agency:leaf:hand_in": N_("Nộp phần kê khai cho đầu mối"),
    "agency:leaf:give_back": N_("Trả lại phần kê khai đã nộp"),
    "agency:document:register": N_("Đăng ký tài liệu kiểm chứng"),
    "agency:document:withdraw": N_("Thôi dùng tài liệu kiểm chứng"),
    "agency:document:attach": N_("Gắn tài liệu vào tiêu chí"),
    "agency:document:detach": N_("Gỡ tài liệu khỏi tiêu chí"),
    "appraisal:entry:decide": N_("Quyết định thẩm định một tiêu chí"),
    "appraisal:entry:correct": N_("Đính chính một tiêu chí đã công bố"),
}
"""Tag and its description in Vietnamese."""
