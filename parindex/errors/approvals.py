"""Failures of what one person drafts and another approves."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

APPROVALS: Final[dict[str, FailureKind]] = {
    "set_draft_closed": FailureKind(
        409,
        N_("Bản này không còn ở bước soạn"),
        N_(
            "Bản đã trình, đã phê duyệt hoặc đã ban hành nên không sửa được. Người phê duyệt trả lại thì sửa tiếp được."
        ),
    ),
    "set_draft_moved": FailureKind(
        409,
        N_("Bản này đã chuyển sang bước khác"),
        N_("Việc này không làm được ở bước hiện tại. Chưa có gì thay đổi; đề nghị tải lại trang."),
    ),
    "set_draft_broken": FailureKind(
        409,
        N_("Bản này còn %(count)s lỗi"),
        N_("Đề nghị sửa các lỗi được nêu dưới từng dòng rồi làm lại việc này."),
    ),
    "own_set_draft": FailureKind(
        403,
        N_("Không phê duyệt bản do chính mình soạn"),
        N_("Chính tài khoản này đã lưu một bản ở đây. Một người phê duyệt khác cần đọc và phê duyệt."),
    ),
}
"""Code and kind."""
