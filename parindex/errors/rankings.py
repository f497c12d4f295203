"""Failures of a year that is computed."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

RANKINGS: Final[dict[str, FailureKind]] = {
    "year_incomplete": FailureKind(
        409,
        N_("Chưa tính được kết quả của năm này"),
        N_("Còn %(count)s việc chưa xong. Đề nghị hoàn thành các việc được nêu rồi tính lại; chưa có gì bị thay đổi."),
    ),
    "year_lacks": FailureKind(409, N_("Còn thiếu: %(what)s")),
    "year_refused_facts": FailureKind(
        409,
        N_("Chưa tính được: có số liệu mà quy tắc không nhận"),
        N_(
            "%(count)s mục không tính được, đầu tiên là tiêu chí %(criterion)s của đơn vị %(agency)s. Đề nghị cơ quan thẩm định kiểm tra lại."
        ),
    ),
    "year_points_differ": FailureKind(
        409,
        N_("Chưa tính được: điểm thẩm định đã lưu khác điểm tính lại"),
        N_(
            "%(count)s tiêu chí có điểm lưu khi đóng thẩm định khác điểm tính từ số liệu được chấp nhận, đầu tiên là tiêu chí %(criterion)s của đơn vị %(agency)s: lưu %(kept)s, tính lại %(computed)s. Chưa có gì bị thay đổi; đề nghị người quản trị kiểm tra nhật ký của tiêu chí này."
        ),
    ),
    "computation_outdated": FailureKind(
        409,
        N_("Kết quả được tính trước lần đính chính cuối"),
        N_("Đề nghị thư ký tính lại kết quả, xem các ô thay đổi, rồi trình phê duyệt."),
    ),
    "nothing_corrected": FailureKind(
        409,
        N_("Không có ô nào thay đổi so với ấn bản đã công bố"),
        N_(
            "Một ấn bản đính chính phải sửa ít nhất một ô. Đề nghị sửa nội dung sai rồi tính lại, hoặc kết thúc đợt đính chính nếu không còn gì phải sửa."
        ),
    ),
    "no_computation": FailureKind(
        409, N_("Năm này chưa được tính"), N_("Đề nghị thư ký tính kết quả và trình phê duyệt trước khi công bố.")
    ),
}
