"""Failures of the registry of agencies and of a list that is loaded into it."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

AGENCIES: Final[dict[str, FailureKind]] = {
    "unknown_agency": FailureKind(
        404,
        N_("Không tìm thấy cơ quan này"),
        N_("Danh mục không có cơ quan mã %(agency)s còn hiệu lực vào ngày này. Đề nghị kiểm tra lại mã."),
    ),
    "agency_exists": FailureKind(
        409,
        N_("Mã cơ quan đã được dùng"),
        N_("Mã %(agency)s đang thuộc một cơ quan khác còn hiệu lực. Chưa nhập cơ quan nào."),
    ),
    "agencies_broken": FailureKind(
        422,
        N_("Danh sách cơ quan còn lỗi, chưa nhập cơ quan nào"),
        N_("Có %(count)s chỗ cần sửa. Đề nghị sửa hết rồi nhập lại."),
    ),
    "no_rows": FailureKind(422, N_("Tệp không có dòng nào"), N_("Danh sách chưa có cơ quan nào sau dòng tiêu đề.")),
    "agency_code": FailureKind(
        422,
        N_("Mã cơ quan không đúng"),
        N_(
            "Dòng %(row)s, cột code: mã “%(found)s” không đúng dạng của Quyết định 20/2020/QĐ-TTg (chữ in hoa A-Z, chữ số, dấu chấm, gạch ngang; tối đa 35 ký tự). Sai ở: %(strange)s."
        ),
    ),
    "agency_code_refused": FailureKind(
        422,
        N_("Mã cơ quan không đúng"),
        N_(
            "Mã “%(agency)s” không đúng dạng của Quyết định 20/2020/QĐ-TTg (chữ in hoa A-Z, chữ số, dấu chấm, gạch ngang; tối đa 35 ký tự). Sai ở: %(strange)s."
        ),
    ),
    "agency_fixed": FailureKind(
        409,
        N_("Không đổi được thông tin này của cơ quan"),
        N_("%(columns)s của cơ quan %(agency)s không đổi được: các kỳ đánh giá dựa vào đó."),
    ),
    "tier_unknown": FailureKind(
        422,
        N_("Cấp không đúng"),
        N_("Dòng %(row)s, cột tier: cấp “%(found)s” không có trong danh mục. Các cấp: %(expected)s."),
    ),
    "order_not_number": FailureKind(
        422,
        N_("Số thứ tự không đúng"),
        N_("Dòng %(row)s, cột official_order: “%(found)s” không phải số thứ tự từ 1 đến %(most)s."),
    ),
    "day_unreadable": FailureKind(
        422,
        N_("Ngày không đọc được"),
        N_(
            "Dòng %(row)s: “%(found)s” ở cột %(column)s cần là một ngày có thật từ năm 1900 đến 2100, ví dụ 2025-07-01 hoặc 01/07/2025."
        ),
    ),
    "ends_before_start": FailureKind(
        422, N_("Thời hạn không đúng"), N_("Dòng %(row)s, cột valid_to: ngày hết hiệu lực phải sau ngày bắt đầu.")
    ),
    "agency_twice": FailureKind(
        422,
        N_("Mã lặp lại"),
        N_("Dòng %(row)s, cột code: mã %(agency)s đã có ở dòng %(earlier)s với cùng ngày bắt đầu."),
    ),
    "agency_overlaps": FailureKind(
        422,
        N_("Mã đang có hiệu lực ở dòng khác"),
        N_(
            "Dòng %(row)s, cột code: mã %(agency)s ở dòng %(earlier)s còn hiệu lực vào những ngày này. Mỗi ngày một mã chỉ thuộc một cơ quan: đề nghị sửa valid_from hoặc valid_to."
        ),
    ),
}
