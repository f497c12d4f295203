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
    "population_not_number": FailureKind(
        422,
        N_("Dân số không đúng"),
        N_("Dòng %(row)s, cột population: “%(found)s” không phải số nguyên từ 0 đến %(most)s."),
    ),
    "one_stop_unclear": FailureKind(
        422,
        N_("Không rõ có bộ phận một cửa hay không"),
        N_("Dòng %(row)s, cột has_one_stop: “%(found)s” cần là true hoặc false (có hoặc không)."),
    ),
    "parent_itself": FailureKind(
        422,
        N_("Cơ quan cấp trên là chính nó"),
        N_("Dòng %(row)s, cột parent: mã “%(found)s” là mã của chính cơ quan này."),
    ),
    "parent_not_listed": FailureKind(
        422,
        N_("Không có cơ quan cấp trên này"),
        N_("Dòng %(row)s, cột parent: mã “%(found)s” không có trong danh mục còn hiệu lực và không có trong tệp."),
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
    "parent_unknown": FailureKind(
        422,
        N_("Không có cơ quan cấp trên này"),
        N_(
            "Cơ quan cấp trên %(parent)s của %(agency)s không có hiệu lực vào ngày %(day)s. Đề nghị kiểm tra mã và ngày."
        ),
    ),
    "parent_circle": FailureKind(
        422,
        N_("Cơ quan đứng trên chính mình"),
        N_("Với cơ quan cấp trên này, %(agency)s sẽ đứng trên chính mình. Đề nghị chọn cơ quan cấp trên khác."),
    ),
    "nothing_changed": FailureKind(
        422, N_("Không có gì thay đổi"), N_("Từ ngày này %(agency)s đã đúng như nội dung vừa nhập.")
    ),
    "agency_begins_later": FailureKind(
        422,
        N_("Cơ quan chưa có vào ngày này"),
        N_("Cơ quan %(agency)s bắt đầu từ ngày %(day)s nên không thể kết thúc vào ngày đã chọn."),
    ),
    "agency_ended": FailureKind(
        422, N_("Cơ quan đã hết hiệu lực"), N_("Cơ quan %(agency)s đã hết hiệu lực từ ngày %(day)s.")
    ),
    "merge_of_one": FailureKind(
        422,
        N_("Chưa đủ cơ quan để sáp nhập"),
        N_("Hợp nhất thành cơ quan mới cần ít nhất hai cơ quan. Nếu chỉ đổi tên, dùng chức năng đổi tên từ một ngày."),
    ),
    "merge_into_itself": FailureKind(
        422,
        N_("Cơ quan nhận trùng với cơ quan kết thúc"),
        N_("Một cơ quan không thể vừa kết thúc vừa nhận sáp nhập. Đề nghị bỏ cơ quan nhận khỏi danh sách kết thúc."),
    ),
    "tiers_differ": FailureKind(
        422, N_("Các cơ quan không cùng cấp"), N_("%(agencies)s không cùng cấp với %(agency)s.")
    ),
    "split_into_one": FailureKind(
        422, N_("Chưa đủ cơ quan để chia tách"), N_("Chia tách cần ít nhất hai cơ quan mới.")
    ),
    "deed_not_of_today": FailureKind(
        409,
        N_("Chỉ hủy được lần ghi của hôm nay"),
        N_("Lần ghi này có từ trước hôm nay. Đề nghị ghi một thay đổi mới theo văn bản thay thế."),
    ),
    "deed_followed": FailureKind(
        409,
        N_("Đã có lần ghi khác sau đó"),
        N_("Cơ quan này đã có lần ghi khác sau lần ghi cần hủy. Đề nghị hủy lần ghi mới nhất trước."),
    ),
    "deed_in_use": FailureKind(
        409,
        N_("Cơ quan mới đã được dùng"),
        N_("%(agencies)s đã có tài khoản, tài liệu hoặc tham gia kỳ đánh giá nên không hủy được lần ghi này."),
    ),
    "deed_in_years": FailureKind(
        409,
        N_("Lần ghi này đã chạm đến phiếu của kỳ đánh giá"),
        N_("Cách xử lý phiếu đã được áp dụng trong kỳ đang mở nên không hủy được lần ghi này."),
    ),
    "part_without_name": FailureKind(
        422, N_("Thiếu mã hoặc tên"), N_("Mỗi dòng gồm mã, dấu cách và tên của một cơ quan mới.")
    ),
    "list_tier_fixed": FailureKind(
        422,
        N_("Cấp không đổi được"),
        N_(
            "Dòng %(row)s, cột tier: %(agency)s đang là cấp %(kept)s, tệp ghi %(found)s. Nếu đã nhập sai, kết thúc cơ quan này và nhập cơ quan với mã khác."
        ),
    ),
    "list_from_fixed": FailureKind(
        422,
        N_("Ngày bắt đầu không đổi được"),
        N_(
            "Dòng %(row)s, cột valid_from: %(agency)s đang bắt đầu từ %(kept)s, tệp ghi %(found)s. Để trống ô này, hoặc nhập cơ quan mới từ sau ngày mã này hết hiệu lực."
        ),
    ),
    "list_to_refused": FailureKind(
        422,
        N_("Ngày hết hiệu lực không đúng"),
        N_(
            "Dòng %(row)s, cột valid_to: %(found)s phải sau ngày bắt đầu của %(agency)s và trước cơ quan sau mang cùng mã."
        ),
    ),
    "list_gone": FailureKind(
        404, N_("Tệp nhập không còn"), N_("Tệp này được giữ ba ngày và đã hết hạn. Đề nghị tải tệp lên lại.")
    ),
    "codes_broken": FailureKind(
        422, N_("Bảng mã còn lỗi, chưa ban hành"), N_("Có %(count)s chỗ cần sửa. Đề nghị sửa hết rồi tải lên lại.")
    ),
    "codes_too_many": FailureKind(
        422, N_("Bảng mã quá dài"), N_("Một bảng mã có tối đa %(limit)s mã. Đề nghị chia thành nhiều bảng.")
    ),
    "codes_no_rows": FailureKind(422, N_("Tệp không có dòng nào"), N_("Chưa có mã nào sau dòng tiêu đề.")),
    "codes_same": FailureKind(
        409,
        N_("Bảng mã đã đúng như tệp"),
        N_("Phiên bản %(version)s đã có đúng các mã này: không có gì để ban hành."),
    ),
    "code_twice": FailureKind(
        422, N_("Mã lặp lại"), N_("Dòng %(row)s, cột code: mã %(found)s đã có ở dòng %(earlier)s.")
    ),
    "code_parent_unknown": FailureKind(
        422, N_("Không có mã cấp trên này"), N_("Dòng %(row)s, cột parent: mã %(found)s không có trong tệp.")
    ),
    "code_parent_circle": FailureKind(
        422,
        N_("Mã đứng trên chính mình"),
        N_("Dòng %(row)s, cột parent: với mã cấp trên %(found)s, mã này đứng trên chính mình."),
    ),
    "code_text_long": FailureKind(
        422, N_("Nội dung quá dài"), N_("Dòng %(row)s, cột %(column)s: “%(found)s…” dài hơn %(limit)s ký tự.")
    ),
}
