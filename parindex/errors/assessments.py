"""Failures of a cycle, of its sheets, their evidence and their appraisal."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

ASSESSMENTS: Final[dict[str, FailureKind]] = {
    # criteria and cycles
    "criteria_set_exists": FailureKind(
        409,
        N_("Phiên bản bộ tiêu chí này đã ban hành với nội dung khác"),
        N_("Bộ %(family)s phiên bản %(version)s không thay đổi được nữa. Nội dung mới cần một phiên bản mới."),
    ),
    "set_draft_exists": FailureKind(
        409,
        N_("Phiên bản này đang được soạn hoặc đã ban hành"),
        N_(
            "Bộ %(family)s phiên bản %(version)s đã có. Mở bản đang soạn để sửa tiếp, hoặc đặt phiên bản khác cho nội dung mới."
        ),
    ),
    "set_unnamed": FailureKind(
        422,
        N_("Chưa biết tệp này là bộ tiêu chí nào"),
        N_("Tệp không ghi đủ tên bộ, phiên bản và cấp đánh giá. Đề nghị điền các mục này rồi tải lại."),
    ),
    "rule_unread": FailureKind(
        422,
        N_("Không đọc được quy tắc"),
        N_("Cần một đoạn YAML có “rule:” và, nếu quy tắc dùng số liệu, “inputs:”, như trong tệp bộ tiêu chí."),
    ),
    "rule_broken": FailureKind(
        422, N_("Quy tắc này chưa dùng được"), N_("Bộ tiêu chí không nhận quy tắc này: %(told)s")
    ),
    "rule_zero_unsaid": FailureKind(
        422,
        N_("Chưa nêu khi mẫu số bằng 0"),
        N_("Với mức phải vượt, khi tổng số bằng 0 đề nghị chọn đủ điểm hoặc không có điểm."),
    ),
    "body_form": FailureKind(
        422,
        N_("Tên cơ quan thẩm định không viết được như vậy"),
        N_("Tên gồm chữ thường không dấu, chữ số và gạch nối, ví dụ home-affairs."),
    ),
    "version_form": FailureKind(
        422,
        N_("Phiên bản không viết được như vậy"),
        N_("Phiên bản gồm chữ cái không dấu, chữ số, dấu chấm và gạch nối, ví dụ 2027.1."),
    ),
    "set_file_unread": FailureKind(
        422, N_("Chưa đọc được tệp này"), N_("Chưa có gì được lưu. Đề nghị xem các lỗi được nêu, sửa tệp rồi tải lại.")
    ),
    "set_file_too_large": FailureKind(
        413, N_("Tệp quá lớn"), N_("Tệp bộ tiêu chí được nhận đến %(limit)s. Chưa có gì được lưu.")
    ),
    "draft_of_other_set": FailureKind(
        422,
        N_("Tệp này là của bộ hoặc phiên bản khác"),
        N_("Tệp ghi “%(found)s”, bản đang soạn là “%(expected)s”. Đề nghị sửa trong tệp, hoặc tải lên thành bộ mới."),
    ),
    "set_draft_changed": FailureKind(
        409,
        N_("Vừa có bản mới hơn"),
        N_("%(who)s vừa lưu bản %(number)s. Chưa có gì bị ghi đè; đề nghị tải lại trang rồi làm lại trên bản mới."),
    ),
    "amendment_impossible": FailureKind(
        409,
        N_("Kỳ này chưa dùng được bộ tiêu chí sửa đổi"),
        N_("Bộ %(set)s còn điểm không chuyển được trong kỳ, nêu ở trang kiểm tra. Chưa có gì thay đổi."),
    ),
    "amendment_day_over": FailureKind(422, N_("Ngày cuối để kê khai lại phải còn ở phía trước.")),
    "entry_reopened": FailureKind(
        409,
        N_("Tiêu chí này đang được đơn vị kê khai lại"),
        N_(
            "Bộ tiêu chí đã sửa; đơn vị được kê khai lại đến hết %(until)s. Sau đó hoặc khi đơn vị gửi lại thì thẩm định được."
        ),
    ),
    "reopened_shut": FailureKind(
        409,
        N_("Đã hết hạn kê khai lại tiêu chí này"),
        N_("Tiêu chí được mở lại đến hết %(until)s. Nội dung đang lưu được giữ nguyên."),
    ),
    "fact_of_sent_leaves": FailureKind(
        409,
        N_("Số liệu này dùng chung với tiêu chí đã gửi"),
        N_(
            "Số liệu dùng cho các tiêu chí %(criteria)s, trong đó có tiêu chí không được mở lại, nên không sửa được ở đây."
        ),
    ),
    "leaf_of_others": FailureKind(
        403,
        N_("Tiêu chí được giao cho người khác"),
        N_("Tiêu chí %(criterion)s được giao cho %(who)s. Chưa có gì thay đổi; đầu mối của đơn vị giao lại nếu cần."),
    ),
    "sheet_of_focal_point": FailureKind(
        403,
        N_("Phiếu do đầu mối trình"),
        N_("Các tiêu chí của phiếu đã được giao: mỗi người nộp phần của mình, đầu mối của đơn vị trình cả phiếu."),
    ),
    "nothing_to_hand_in": FailureKind(
        409,
        N_("Không có phần việc nào để nộp"),
        N_("Chưa có tiêu chí nào được giao cho người này, hoặc mọi tiêu chí được giao đã nộp cho đầu mối."),
    ),
    "nothing_handed_in": FailureKind(
        409,
        N_("Chưa có phần nào được nộp"),
        N_("Không tiêu chí nào trong số đã chọn đang ở trạng thái đã nộp cho đầu mối."),
    ),
    "colleague_unknown": FailureKind(
        422,
        N_("Người này không kê khai cho đơn vị"),
        N_("Đề nghị chọn một chuyên viên hoặc đầu mối đang làm việc tại đơn vị."),
    ),
    "nothing_reopened": FailureKind(
        409,
        N_("Không có tiêu chí nào chờ gửi lại"),
        N_("Phiếu này không có tiêu chí được mở lại, hoặc đã gửi lại rồi."),
    ),
    "cycle_exists": FailureKind(
        409,
        N_("Kỳ đánh giá này đã có"),
        N_("Năm %(year)s đã có kỳ đánh giá của cùng bộ chỉ số và cùng cấp."),
    ),
    "framework_altered": FailureKind(
        422,
        N_("Bộ tiêu chí đã sửa bộ khung"),
        N_(
            "Bộ này ghi là bổ sung cho bộ %(set)s nhưng có nội dung của bộ khung bị sửa hoặc bỏ, hoặc bổ sung vào lĩnh vực"
            " không để mở. Đề nghị tải lên tệp chỉ gồm phần bổ sung."
        ),
    ),
    "set_unfit": FailureKind(
        422,
        N_("Bộ tiêu chí không dùng được cho kỳ này"),
        N_("Bộ %(set)s dành cho cấp khác hoặc chỉ dùng cho năm %(years)s. Đề nghị chọn bộ tiêu chí khác."),
    ),
    "no_year_chosen": FailureKind(422, N_("Chưa chọn kỳ nào.")),
    "substitute_itself": FailureKind(
        422, N_("Cơ quan thay thế phải là cơ quan khác: không đơn vị nào thẩm định phiếu của chính mình.")
    ),
    "agency_not_found": FailureKind(
        422, N_("“%(found)s” không phải mã hoặc tên của đúng một cơ quan. Đề nghị chọn trong danh sách gợi ý.")
    ),
    "owner_not_below": FailureKind(422, N_("Cơ quan chủ trì phải là đơn vị trực thuộc của đơn vị có phiếu.")),
    "owner_appraises": FailureKind(
        422, N_("Cơ quan này thẩm định trong kỳ nên không chủ trì tiêu chí nào: không ai thẩm định phần mình kê khai.")
    ),
    "owners_broken": FailureKind(
        422,
        N_("Tệp cơ quan chủ trì còn lỗi, chưa ghi gì"),
        N_("Có %(count)s chỗ cần sửa. Đề nghị sửa hết rồi tải lên lại."),
    ),
    "owners_no_rows": FailureKind(422, N_("Tệp không có dòng nào"), N_("Chưa có tiêu chí nào sau dòng tiêu đề.")),
    "owner_row_twice": FailureKind(
        422,
        N_("Tiêu chí lặp lại"),
        N_("Dòng %(row)s, cột leaf: tiêu chí %(leaf)s của %(agency)s đã có ở dòng %(earlier)s."),
    ),
    "owner_row_agency": FailureKind(
        422,
        N_("Cơ quan không tham gia kỳ này"),
        N_("Dòng %(row)s, cột agency: kỳ này không có cơ quan mã “%(found)s” tham gia."),
    ),
    "owner_row_leaf": FailureKind(
        422,
        N_("Không có tiêu chí này"),
        N_("Dòng %(row)s, cột leaf: bộ tiêu chí không có tiêu chí “%(found)s” do đơn vị tự kê khai."),
    ),
    "owner_row_below": FailureKind(
        422,
        N_("Cơ quan chủ trì không trực thuộc đơn vị có phiếu"),
        N_(
            "Dòng %(row)s, cột owner: “%(found)s” không phải mã của đơn vị trực thuộc %(agency)s đang có trong danh mục. Để"
            " trống nếu đơn vị tự kê khai."
        ),
    ),
    "owner_row_appraises": FailureKind(
        422,
        N_("Cơ quan này thẩm định trong kỳ"),
        N_(
            "Dòng %(row)s, cột owner: %(found)s thẩm định hoặc thẩm định thay trong kỳ này nên không chủ trì tiêu chí nào."
        ),
    ),
    "group_unknown": FailureKind(422, N_("Bộ tiêu chí không chia nhóm theo thuộc tính này.")),
    "day_before_opening": FailureKind(422, N_("Ngày này trước ngày bắt đầu tự đánh giá.")),
    "day_before_deadline": FailureKind(422, N_("Ngày này trước ngày hết hạn nhận phiếu.")),
    "year_imported": FailureKind(
        409,
        N_("Năm này nhập từ kết quả đã công bố ở nơi khác, không đính chính ở đây"),
        N_("Số liệu gốc không nằm trong hệ thống. Khi nơi công bố đính chính, đề nghị nhập lại từ văn bản của nơi đó."),
    ),
    "sheet_not_closed": FailureKind(
        409,
        N_("Phiếu này không có điểm chốt để đính chính"),
        N_("%(agency)s không nộp phiếu hoặc phiếu chưa được chốt khi công bố; không có tiêu chí nào để sửa."),
    ),
    "draft_opened": FailureKind(
        409,
        N_("Kỳ đánh giá đã mở, không xóa được"),
        N_("Năm %(year)s không còn là bản thảo. Chỉ xóa được kỳ chưa mở; việc sai của năm đã mở được sửa trong kỳ đó."),
    ),
    "draft_in_use": FailureKind(
        409,
        N_("Kỳ đánh giá đã có dữ liệu của người khác, không xóa được"),
        N_(
            "Năm %(year)s đã có mã trả lời, phiếu trả lời hoặc kết quả tính gắn với nó. Đề nghị giữ kỳ này và sửa những gì còn sửa được bằng cách nhập lại."
        ),
    ),
    "cycle_body_missing": FailureKind(
        409,
        N_("Chưa mở được kỳ đánh giá: chưa đủ cơ quan thẩm định"),
        N_(
            "Chưa chỉ định cơ quan thẩm định và cơ quan thay thế cho: %(areas)s. Mỗi lĩnh vực cần cả hai, để không đơn vị nào thẩm định phiếu của chính mình."
        ),
    ),
    "cycle_without_agencies": FailureKind(
        409, N_("Chưa mở được kỳ đánh giá: chưa có đơn vị nào"), N_("Đề nghị thêm các đơn vị được đánh giá.")
    ),
    "cycle_wrong_state": FailureKind(
        409,
        N_("Kỳ đánh giá không ở bước này"),
        N_("Việc này không làm được khi kỳ đánh giá ở bước hiện tại. Đề nghị tải lại trang để xem bước hiện tại."),
    ),
    "closing_early": FailureKind(
        409,
        N_("Chưa đến hạn đóng tự đánh giá"),
        N_(
            "Phiếu còn được nhận đến 24:00 ngày %(day)s và tự chốt khi hết hạn. Muốn đóng trước ngày đó, đề nghị nêu số, ngày và lý do của quyết định."
        ),
    ),
    "cycle_extended": FailureKind(
        409,
        N_("Chưa đóng được tự đánh giá: còn đơn vị được gia hạn"),
        N_("Còn trong thời gian gia hạn: %(agencies)s. Phiếu của các đơn vị này tự chốt khi hết hạn."),
    ),
    "extension_too_late": FailureKind(
        409,
        N_("Không gia hạn được phiếu đang thẩm định"),
        N_("Phiếu đã vào thẩm định hoặc đã chốt: %(agencies)s. Các phiếu khác chưa có gì thay đổi."),
    ),
    "extension_not_later": FailureKind(422, N_("Ngày hết hạn mới phải sau ngày %(day)s.")),
    "closing_before_due": FailureKind(422, N_("Ngày ngừng nhận phiếu không thể trước ngày hết hạn.")),
    "extension_for_unknown": FailureKind(
        422, N_("Không có trong kỳ đánh giá này: %(names)s. Mỗi dòng ghi mã hoặc tên của một đơn vị.")
    ),
    "extension_for_nobody": FailureKind(422, N_("Chưa chọn đơn vị nào của kỳ đánh giá này.")),
    "cycle_undecided": FailureKind(
        409,
        N_("Chưa đóng được thẩm định: còn %(count)s mục chưa quyết định"),
        N_("Các mục còn lại: %(entries)s."),
    ),
    # sheets
    "sheet_wrong_state": FailureKind(
        409,
        N_("Phiếu đã chuyển sang bước khác"),
        N_("Việc này không làm được ở bước hiện tại của phiếu. Chưa có gì thay đổi; đề nghị tải lại trang."),
    ),
    "sheet_shut": FailureKind(
        409,
        N_("Đã hết hạn nhận phiếu"),
        N_(
            "Phiếu chỉ được sửa và gửi đến %(until)s. Chưa có gì thay đổi. Nếu đơn vị cần thêm thời gian, đề nghị Hội đồng gia hạn bằng quyết định."
        ),
    ),
    "sheet_incomplete": FailureKind(
        409,
        N_("Chưa gửi được phiếu: còn %(count)s tiêu chí thành phần chưa đủ"),
        N_("Đề nghị bổ sung các tiêu chí được nêu rồi gửi lại."),
    ),
    "own_declaration": FailureKind(
        409,
        N_("Người đã kê khai không duyệt chính phiếu đó"),
        N_("%(count)s nội dung của phiếu do chính anh/chị kê khai. Đề nghị lãnh đạo khác của đơn vị duyệt và gửi."),
    ),
    "gap_facts": FailureKind(422, N_("Chưa đủ số liệu"), N_("Tiêu chí %(criterion)s: còn số liệu chưa kê khai.")),
    "gap_refused": FailureKind(
        422,
        N_("Số liệu không tính được điểm"),
        N_("Tiêu chí %(criterion)s: số liệu kê khai mâu thuẫn nên quy tắc không tính được điểm."),
    ),
    "gap_evidence": FailureKind(
        422,
        N_("Chưa có tài liệu hoặc giải trình"),
        N_("Chưa có tài liệu nào cho tiêu chí %(criterion)s. Thêm từ kho tài liệu, hoặc viết giải trình."),
    ),
    "gap_why_inapplicable": FailureKind(
        422,
        N_("Chưa nêu lý do không áp dụng"),
        N_("Tiêu chí %(criterion)s: đề nghị không áp dụng cần có giải trình."),
    ),
    "withdrawal_refused": FailureKind(
        409,
        N_("Không rút lại phiếu được nữa"),
        N_("Phiếu chỉ rút lại được trong số lần mà kỳ đánh giá cho phép và trước khi tổ thẩm định mở ra xem."),
    ),
    "sheet_decided": FailureKind(
        409,
        N_("Không trả lại được phiếu đã có quyết định thẩm định"),
        N_(
            "Tổ thẩm định đã quyết định hoặc yêu cầu giải trình %(count)s mục của phiếu. Chưa có gì thay đổi; đề nghị xử lý tiếp từng tiêu chí ở bước thẩm định."
        ),
    ),
    "reason_missing": FailureKind(422, N_("Chưa nêu lý do"), N_("Đề nghị nêu lý do; đơn vị sẽ đọc lý do này.")),
    "entry_changed": FailureKind(
        409,
        N_("Nội dung vừa được người khác sửa"),
        N_("%(who)s vừa sửa mục này lúc %(at)s. Hai giá trị được đặt cạnh nhau để chọn; chưa có gì bị ghi đè."),
    ),
    "not_declared_by_agencies": FailureKind(
        404,
        N_("Tiêu chí này không do đơn vị kê khai"),
        N_("Mã %(criterion)s không có trong phần tự kê khai của bộ tiêu chí."),
    ),
    "inapplicable_refused": FailureKind(
        422,
        N_("Không đề nghị “không áp dụng” cho tiêu chí này được"),
        N_("Bộ tiêu chí không cho phép tiêu chí %(criterion)s là không áp dụng."),
    ),
    "text_too_long": FailureKind(422, N_("Nội dung quá dài"), N_("Giới hạn là %(limit)s ký tự.")),
    # evidence
    "file_missing": FailureKind(422, N_("Chưa chọn tệp"), N_("Đề nghị chọn tệp tài liệu.")),
    "document_field_missing": FailureKind(422, N_("Thiếu thông tin tài liệu"), N_("Đề nghị điền mục này.")),
    "document_future": FailureKind(422, N_("Ngày ban hành chưa tới"), N_("Ngày ban hành không thể sau hôm nay.")),
    "document_doubled": FailureKind(
        422,
        N_("Văn bản này có thể đã có trong kho"),
        N_(
            "Kho của đơn vị đã có văn bản cùng nội dung, hoặc cùng số, ngày và cơ quan ban hành. Chưa có gì được lưu; đề nghị dùng lại văn bản đã có, hoặc xác nhận đăng ký riêng."
        ),
    ),
    "quota_reached": FailureKind(
        422,
        N_("Kho tài liệu của đơn vị đã hết chỗ"),
        N_(
            "Tệp chưa được lưu: đơn vị đã dùng %(used)s trong %(quota)s. Tài liệu đã đăng ký vẫn gắn được vào tiêu chí khác; cần thêm chỗ thì đề nghị báo quản trị hệ thống."
        ),
    ),
    "secret_not_excluded": FailureKind(
        422,
        N_("Chưa xác nhận không phải bí mật nhà nước"),
        N_("Tài liệu thuộc bí mật nhà nước không được đưa lên hệ thống này. Đề nghị xác nhận trước khi gửi."),
    ),
    "secret_marked": FailureKind(
        422,
        N_("Có chữ chỉ độ mật"),
        N_(
            "Mục này có “%(mark)s”. Tài liệu bí mật nhà nước không được đăng ký ở đây, kể cả số và trích yếu. Đề nghị dùng văn bản công khai cùng nội dung, hoặc bỏ chữ này nếu văn bản không thuộc bí mật nhà nước hay đã được giải mật."
        ),
    ),
    # appraisal
    "own_agency": FailureKind(
        403,
        N_("Không thẩm định phiếu của chính đơn vị mình"),
        N_("Phiếu này được giao cho cơ quan thẩm định thay thế theo quy định của kỳ đánh giá."),
    ),
    "sheet_not_with_appraisers": FailureKind(
        409,
        N_("Phiếu chưa được gửi thẩm định hoặc đã chốt"),
        N_("Chỉ thẩm định được phiếu đã gửi hoặc đã chốt tự động, khi kỳ đánh giá còn mở thẩm định."),
    ),
    "decision_missing": FailureKind(422, N_("Chưa chọn quyết định"), N_("Đề nghị chọn một trong các quyết định.")),
    "decision_without_facts": FailureKind(
        422,
        N_("Chưa có số liệu để đồng ý"),
        N_("Đơn vị chưa kê khai đủ nên quy tắc chưa tính được điểm. Có thể đặt điểm kèm lý do."),
    ),
    "facts_unchanged": FailureKind(
        422, N_("Chưa điều chỉnh số liệu nào"), N_("Số liệu chấp nhận trùng với số liệu kê khai.")
    ),
    "points_out_of_range": FailureKind(
        422, N_("Điểm ngoài khoảng cho phép"), N_("Điểm phải từ 0 đến %(max)s, tối đa 4 chữ số thập phân.")
    ),
    "nothing_asked": FailureKind(
        409,
        N_("Không có yêu cầu giải trình nào đang chờ"),
        N_("Yêu cầu đã được trả lời hoặc đã được quyết định. Mỗi yêu cầu trả lời một lần."),
    ),
    "agency_of_other_tier": FailureKind(
        409,
        N_("Cơ quan không cùng cấp với kỳ đánh giá"),
        N_("%(agency)s thuộc cấp khác với các đơn vị của kỳ năm %(year)s."),
    ),
    "agency_in_year": FailureKind(
        409,
        N_("Mã này đã có trong kỳ đánh giá"),
        N_("%(agency)s (%(code)s), hoặc một cơ quan khác mang mã này, đã tham gia kỳ năm %(year)s."),
    ),
    "join_after_deadline": FailureKind(
        422, N_("Hạn nhận phiếu của kỳ đã qua: ghi hạn nộp riêng của đơn vị theo quyết định.")
    ),
    "treatment_unchosen": FailureKind(
        422,
        N_("Chưa chọn cách xử lý phiếu"),
        N_("Kỳ năm %(year)s: chọn một cách xử lý phiếu của các cơ quan kết thúc."),
    ),
}
