"""What this room writes in the audit record."""

from typing import Final

TAGS: Final[dict[str, str]] = {
    "criteria:set:publish": "Ban hành bộ tiêu chí",
    "cycle:cycle:create": "Lập kỳ đánh giá",
    "cycle:cycle:move": "Chuyển bước kỳ đánh giá",
    "agency:entry:save": "Kê khai một tiêu chí",
    "agency:input:save": "Kê khai số liệu dùng chung",
    "agency:entry:answer": "Trả lời yêu cầu giải trình",
    "agency:sheet:move": "Chuyển bước phiếu tự đánh giá",
    "agency:document:register": "Đăng ký tài liệu kiểm chứng",
    "agency:document:withdraw": "Thôi dùng tài liệu kiểm chứng",
    "agency:document:attach": "Gắn tài liệu vào tiêu chí",
    "agency:document:detach": "Gỡ tài liệu khỏi tiêu chí",
    "appraisal:entry:decide": "Quyết định thẩm định một tiêu chí",
}
"""Tag and its description in Vietnamese."""
