"""Failures of a survey: its questionnaire and rounds, the answers, the results."""

from __future__ import annotations

from typing import Final

from parindex.errors.kind import FailureKind
from parindex.messages import N_

SURVEYS: Final[dict[str, FailureKind]] = {
    # answers
    "survey_round_unknown": FailureKind(
        404, N_("Không tìm thấy đợt khảo sát này"), N_("Đề nghị kiểm tra lại liên kết hoặc mã QR.")
    ),
    "round_closed": FailureKind(
        410,
        N_("Đợt khảo sát đã khóa"),
        N_("Đợt khảo sát này không còn nhận phiếu trả lời. Xin cảm ơn ông/bà đã quan tâm."),
    ),
    "round_over": FailureKind(
        410,
        N_("Đợt khảo sát đã hết thời hạn trả lời"),
        N_(
            "Phiếu trả lời được nhận đến 24 giờ ngày %(date)s. Phiếu này chưa được gửi; các câu đã trả lời vẫn được giữ và ông/bà có thể trả lời tiếp nếu đợt khảo sát được gia hạn."
        ),
    ),
    "round_not_open": FailureKind(409, N_("Đợt khảo sát chưa mở"), N_("Phiếu trả lời được nhận từ ngày %(date)s.")),
    "invitation_unknown": FailureKind(
        404,
        N_("Không tìm thấy mã trả lời này"),
        N_("Liên kết có thể bị thiếu ký tự. Đề nghị quét lại mã QR hoặc mở lại nguyên liên kết đã nhận."),
    ),
    "invitation_used": FailureKind(
        409,
        N_("Mã trả lời này đã được dùng"),
        N_(
            "Mỗi mã chỉ nhận một phiếu và phiếu đã được nhận. Ông/bà có thể rút phiếu bằng mã biên nhận khi đợt khảo sát còn mở."
        ),
    ),
    "response_differs": FailureKind(
        409,
        N_("Phiếu này đã được gửi với nội dung khác"),
        N_("Phiếu nhận trước được giữ nguyên; nội dung gửi sau không được ghi."),
    ),
    "response_refused": FailureKind(
        422,
        N_("Phiếu trả lời không ghi được"),
        N_("Nội dung phiếu không đúng quy định của đợt khảo sát. Chưa có gì được ghi."),
    ),
    "sample_unit_unknown": FailureKind(
        422, N_("Đơn vị mẫu không thuộc đợt khảo sát này"), N_("Đề nghị chọn lại đơn vị mẫu.")
    ),
    "answers_invalid": FailureKind(
        422,
        N_("Phiếu có câu trả lời không đúng bộ câu hỏi"),
        N_("Đề nghị sửa các câu được nêu rồi gửi lại; chưa có gì được ghi."),
    ),
    "answers_length": FailureKind(
        422, N_("Số lượng câu trả lời không đúng"), N_("Bộ câu hỏi này cần đúng %(n)s giá trị.")
    ),
    "answer_type": FailureKind(
        422, N_("Câu trả lời phải là số nguyên"), N_("Mỗi giá trị là mã của câu trả lời hoặc null.")
    ),
    "answer_missing": FailureKind(422, N_("Ông/bà chưa chọn câu trả lời nào cho câu này.")),
    "answer_unknown": FailureKind(
        422, N_("Câu trả lời không có trong bộ câu hỏi"), N_("Đề nghị chọn một trong các câu trả lời đã cho.")
    ),
    "text_unknown": FailureKind(422, N_("Câu này không nhận lời viết")),
    "text_invalid": FailureKind(422, N_("Lời viết không hợp lệ"), N_("Lời viết có từ 1 đến %(n)s ký tự.")),
    "text_not_date": FailureKind(422, N_("Ngày không đúng"), N_("Đề nghị nhập ngày có thật, ví dụ 12/11/2026.")),
    "text_not_decimal": FailureKind(422, N_("Số không đúng"), N_("Đề nghị nhập một số, ví dụ 12,5.")),
    "text_mismatch": FailureKind(422, N_("Lời viết và câu trả lời không khớp nhau")),
    "outcome_unknown": FailureKind(
        503,
        N_("Chưa rõ phiếu đã được ghi hay chưa"),
        N_("Kết nối bị ngắt khi đang ghi. Đề nghị gửi lại: phiếu gửi nhiều lần chỉ được ghi một lần."),
    ),
    "intake_full": FailureKind(
        503,
        N_("Đang có quá nhiều phiếu gửi cùng lúc"),
        N_("Phiếu chưa được ghi. Đề nghị gửi lại sau %(seconds)s giây."),
    ),
    "visit_over": FailureKind(
        410,
        N_("Phiên trả lời đã kết thúc"),
        N_("Đề nghị quét lại mã QR hoặc mở lại liên kết đã nhận; các câu đã trả lời vẫn được giữ."),
    ),
    "receipt_unknown": FailureKind(
        404,
        N_("Không tìm thấy phiếu của mã biên nhận này"),
        N_("Đề nghị kiểm tra lại từng ký tự. Phiếu đã rút thì không còn trong hệ thống."),
    ),
    # questionnaire and rounds
    "instrument_differs": FailureKind(
        409,
        N_("Phiên bản bộ câu hỏi đã ban hành với nội dung khác"),
        N_("%(code)s %(version)s đã được ban hành và không thay đổi được. Đề nghị dùng số phiên bản mới."),
    ),
    "instrument_unnamed": FailureKind(
        422,
        N_("Chưa biết tệp này là bộ câu hỏi nào"),
        N_("Tệp không ghi mã bộ câu hỏi (instrument) hoặc phiên bản (version). Đề nghị ghi ở đầu tệp rồi tải lại."),
    ),
    "too_many_invitations": FailureKind(
        422, N_("Quá nhiều mã trả lời trong một lần"), N_("Mỗi lần tạo tối đa %(most)s mã.")
    ),
    "invitations_invalid": FailureKind(
        422, N_("Chưa tạo được mã trả lời"), N_("Đề nghị chọn một đơn vị mẫu và nhập số mã từ 1 đến 500.")
    ),
    "invitations_made": FailureKind(
        409,
        N_("Các mã này đã được tạo"),
        N_(
            "Tải lại trang không tạo thêm mã. Liên kết và mã QR chỉ hiện một lần; nếu chưa kịp in, đề nghị tạo mã mới dưới đây."
        ),
    ),
    "decision_needed": FailureKind(
        422,
        N_("Chưa có số quyết định hoặc lý do"),
        N_("Việc khóa hủy vĩnh viễn các liên kết nên cần số quyết định và lý do."),
    ),
    "round_asked": FailureKind(
        409,
        N_("Đợt khảo sát đã hỏi người trả lời"),
        N_("Chỉ sửa được tên, thời hạn và số phiếu tối thiểu của đợt chưa gửi mã trả lời và chưa nhận phiếu nào."),
    ),
    # results
    "round_not_locked": FailureKind(
        409,
        N_("Đợt khảo sát chưa khóa"),
        N_("Kết quả chỉ tính được sau khi khóa đợt khảo sát, khi các phiếu không còn thay đổi."),
    ),
    "round_without_answers": FailureKind(409, N_("Đợt khảo sát chưa có phiếu trả lời"), N_("Chưa có gì để tính.")),
    "measure_invalid": FailureKind(422, N_("Kết quả nhập vào không hợp lệ"), N_("%(what)s.")),
}
