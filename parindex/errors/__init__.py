"""Every failure that a person can meet, in one catalogue.

A room raises :class:`Refused` with a code; the edge (page, problem document, command line) makes the text in
the reader's language. Title says what happened, detail says why and what to do.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from parindex.errors.kind import FailureKind
from parindex.errors.request import REQUEST
from parindex.messages import N_

__all__ = ["CATALOGUE", "N_", "FailureKind", "FieldError", "Refused"]


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form or document that cannot be taken."""

    field: str
    """Name of the form field or JSON path."""

    code: str
    """Code in the catalogue."""

    values: dict[str, Any] = {}
    """What the detail names."""


class Refused(Exception):
    """What was asked cannot be done; nothing was changed."""

    def __init__(self, code: str, /, *, fields: tuple[FieldError, ...] = (), **values: Any) -> None:
        """Refuse with a code of :data:`CATALOGUE` and the values that its detail names."""
        super().__init__(code)
        self.code = code
        self.fields = fields
        self.values = values

    @property
    def kind(self) -> FailureKind:
        """The entry of the catalogue."""
        return CATALOGUE[self.code]

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


CATALOGUE: Final[dict[str, FailureKind]] = {
    **REQUEST,
    # access
    "sign_in_needed": FailureKind(
        401,
        N_("Cần đăng nhập"),
        N_("Trang này dành cho cán bộ được giao nhiệm vụ. Đề nghị đăng nhập để tiếp tục."),
    ),
    "sign_in_failed": FailureKind(
        401,
        N_("Chưa đăng nhập được"),
        N_(
            "Tên đăng nhập hoặc mật khẩu không đúng. Đề nghị kiểm tra lại; sau nhiều lần sai, tài khoản tạm dừng trong 15 phút."
        ),
    ),
    "sign_in_paused": FailureKind(
        429,
        N_("Tài khoản tạm dừng đăng nhập"),
        N_("Đã nhập sai nhiều lần. Đề nghị thử lại sau %(minutes)s phút."),
    ),
    "not_allowed": FailureKind(
        403,
        N_("Không có quyền thực hiện việc này"),
        N_(
            "Vai trò hiện tại không được làm việc này ở trạng thái hiện tại của hồ sơ. Đề nghị liên hệ đầu mối của đơn vị chủ trì nếu cần."
        ),
    ),
    "own_agency": FailureKind(
        403,
        N_("Không thẩm định phiếu của chính đơn vị mình"),
        N_("Phiếu này được giao cho cơ quan thẩm định thay thế theo quy định của kỳ đánh giá."),
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
    # registry of agencies
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
    "not_utf8": FailureKind(422, N_("Tệp không phải UTF-8"), N_("Đề nghị lưu lại tệp dạng CSV UTF-8.")),
    "no_rows": FailureKind(422, N_("Tệp không có dòng nào"), N_("Danh sách chưa có cơ quan nào sau dòng tiêu đề.")),
    "column_missing": FailureKind(422, N_("Thiếu cột"), N_("Dòng %(row)s: thiếu cột %(column)s.")),
    "column_unknown": FailureKind(422, N_("Cột lạ"), N_("Dòng %(row)s: không có cột nào tên %(column)s.")),
    "value_missing": FailureKind(422, N_("Thiếu giá trị"), N_("Dòng %(row)s: cột %(column)s đang để trống.")),
    "tier_unknown": FailureKind(
        422,
        N_("Cấp không đúng"),
        N_("Dòng %(row)s: cấp “%(found)s” không có trong danh mục. Các cấp: %(expected)s."),
    ),
    "order_not_number": FailureKind(
        422, N_("Số thứ tự không đúng"), N_("Dòng %(row)s: “%(found)s” không phải số thứ tự nguyên dương.")
    ),
    "day_unreadable": FailureKind(
        422,
        N_("Ngày không đọc được"),
        N_("Dòng %(row)s: “%(found)s” ở cột %(column)s cần viết dạng năm-tháng-ngày, ví dụ 2025-07-01."),
    ),
    "ends_before_start": FailureKind(
        422, N_("Thời hạn không đúng"), N_("Dòng %(row)s: ngày hết hiệu lực phải sau ngày bắt đầu.")
    ),
    "agency_twice": FailureKind(
        422, N_("Mã lặp lại"), N_("Dòng %(row)s: mã %(agency)s đã có ở dòng %(earlier)s với cùng ngày bắt đầu.")
    ),
    # assessment: cycles
    "criteria_set_exists": FailureKind(
        409,
        N_("Phiên bản bộ tiêu chí này đã ban hành với nội dung khác"),
        N_("Bộ %(family)s phiên bản %(version)s không thay đổi được nữa. Nội dung mới cần một phiên bản mới."),
    ),
    "cycle_exists": FailureKind(
        409,
        N_("Kỳ đánh giá này đã có"),
        N_("Năm %(year)s đã có kỳ đánh giá của cùng bộ chỉ số và cùng cấp."),
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
    "cycle_undecided": FailureKind(
        409,
        N_("Chưa đóng được thẩm định: còn %(count)s mục chưa quyết định"),
        N_("Các mục còn lại: %(entries)s."),
    ),
    # assessment: sheets
    "sheet_wrong_state": FailureKind(
        409,
        N_("Phiếu đã chuyển sang bước khác"),
        N_("Việc này không làm được ở bước hiện tại của phiếu. Chưa có gì thay đổi; đề nghị tải lại trang."),
    ),
    "sheet_incomplete": FailureKind(
        409,
        N_("Chưa gửi được phiếu: còn %(count)s tiêu chí chưa đủ"),
        N_("Đề nghị bổ sung các tiêu chí được nêu rồi gửi lại."),
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
        N_("Phiếu chỉ rút lại được một lần và trước khi tổ thẩm định mở ra xem."),
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
    "value_ambiguous": FailureKind(
        422,
        N_("Con số có thể đọc theo hai cách"),
        N_("“%(found)s” có thể là %(words)s hoặc %(decimal)s. Đề nghị nhập lại: %(plain)s hoặc %(decimal)s."),
    ),
    "value_not_number": FailureKind(
        422, N_("Không phải con số"), N_("“%(found)s” không phải con số. Ví dụ cách viết: 1234,5.")
    ),
    "value_not_whole": FailureKind(
        422, N_("Không phải số nguyên"), N_("“%(found)s” cần là số nguyên từ 0 trở lên, ví dụ 24650.")
    ),
    "value_negative": FailureKind(422, N_("Số âm"), N_("“%(found)s” không được nhỏ hơn 0.")),
    "value_too_large": FailureKind(422, N_("Số quá lớn"), N_("“%(found)s” lớn hơn mức cao nhất là %(most)s.")),
    "value_too_long": FailureKind(
        422, N_("Quá nhiều chữ số thập phân"), N_("“%(found)s” có nhiều hơn %(places)s chữ số thập phân.")
    ),
    "value_not_date": FailureKind(
        422, N_("Không phải ngày"), N_("“%(found)s” không phải một ngày. Cách viết: 31/12/2026.")
    ),
    "value_not_option": FailureKind(
        422, N_("Không có lựa chọn này"), N_("“%(found)s” không nằm trong các lựa chọn của tiêu chí.")
    ),
    "text_too_long": FailureKind(422, N_("Nội dung quá dài"), N_("Giới hạn là %(limit)s ký tự.")),
    # assessment: evidence
    "file_missing": FailureKind(422, N_("Chưa chọn tệp"), N_("Đề nghị chọn tệp tài liệu.")),
    "file_empty": FailureKind(422, N_("Tệp rỗng"), N_("Tệp không có nội dung. Đề nghị chọn lại.")),
    "file_too_large": FailureKind(
        413, N_("Tệp quá lớn"), N_("Giới hạn là %(limit)s một tệp. Đề nghị giảm dung lượng hoặc tách tệp.")
    ),
    "file_type_refused": FailureKind(
        415,
        N_("Loại tệp này không được nhận"),
        N_(
            "Nội dung tệp không phải một trong các loại: %(expected)s. Loại tệp được nhận theo nội dung, không theo tên."
        ),
    ),
    "file_harmful": FailureKind(
        422, N_("Tệp bị từ chối vì có mã độc"), N_("Tệp chưa được lưu. Đề nghị kiểm tra máy và tệp gốc.")
    ),
    "document_field_missing": FailureKind(422, N_("Thiếu thông tin tài liệu"), N_("Đề nghị điền mục này.")),
    "document_future": FailureKind(422, N_("Ngày ban hành chưa tới"), N_("Ngày ban hành không thể sau hôm nay.")),
    "secret_not_excluded": FailureKind(
        422,
        N_("Chưa xác nhận không phải bí mật nhà nước"),
        N_("Tài liệu thuộc bí mật nhà nước không được đưa lên hệ thống này. Đề nghị xác nhận trước khi gửi."),
    ),
    # assessment: appraisal
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
    # surveys: taking answers
    "survey_round_unknown": FailureKind(
        404, N_("Không tìm thấy đợt khảo sát này"), N_("Đề nghị kiểm tra lại liên kết hoặc mã QR.")
    ),
    "round_closed": FailureKind(
        410,
        N_("Đợt khảo sát đã khóa"),
        N_("Đợt khảo sát này không còn nhận phiếu trả lời. Xin cảm ơn ông/bà đã quan tâm."),
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
    # surveys: rounds
    "instrument_differs": FailureKind(
        409,
        N_("Phiên bản bộ câu hỏi đã ban hành với nội dung khác"),
        N_("%(code)s %(version)s đã được ban hành và không thay đổi được. Đề nghị dùng số phiên bản mới."),
    ),
    "too_many_invitations": FailureKind(
        422, N_("Quá nhiều mã trả lời trong một lần"), N_("Mỗi lần tạo tối đa %(most)s mã.")
    ),
    "invitations_invalid": FailureKind(
        422, N_("Chưa tạo được mã trả lời"), N_("Đề nghị chọn một đơn vị mẫu và nhập số mã từ 1 đến 500.")
    ),
    "decision_needed": FailureKind(
        422,
        N_("Chưa có số quyết định hoặc lý do"),
        N_("Việc khóa hủy vĩnh viễn các liên kết nên cần số quyết định và lý do."),
    ),
    "round_not_locked": FailureKind(
        409,
        N_("Đợt khảo sát chưa khóa"),
        N_("Kết quả chỉ tính được sau khi khóa đợt khảo sát, khi các phiếu không còn thay đổi."),
    ),
    "round_without_answers": FailureKind(409, N_("Đợt khảo sát chưa có phiếu trả lời"), N_("Chưa có gì để tính.")),
    "measure_invalid": FailureKind(422, N_("Kết quả nhập vào không hợp lệ"), N_("%(what)s.")),
    # years and editions
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
    "no_computation": FailureKind(
        409, N_("Năm này chưa được tính"), N_("Đề nghị thư ký tính kết quả và trình phê duyệt trước khi công bố.")
    ),
    "not_published": FailureKind(
        404,
        N_("Chưa đến kỳ công bố"),
        N_("Kết quả năm %(year)s chưa được công bố. Đề nghị xem kết quả năm %(last)s."),
    ),
    "not_decided": FailureKind(
        409,
        N_("Năm này chưa được công bố"),
        N_(
            "Kết quả năm %(year)s chưa có quyết định công bố. Đề nghị người phê duyệt công bố, hoặc nêu --decision, --date, --signer và --as."
        ),
    ),
    "edition_retracted": FailureKind(
        410,
        N_("Ấn bản này đã được thu hồi"),
        N_("Ấn bản %(number)s được thu hồi bằng một quyết định; địa chỉ được giữ, nội dung không còn hiển thị."),
    ),
    "already_retracted": FailureKind(
        409, N_("Ấn bản này đã được thu hồi trước đó"), N_("Ấn bản %(number)s không còn hiển thị.")
    ),
    "choice_unknown": FailureKind(
        422, N_("Không có lựa chọn này trong biểu mẫu"), N_("“%(found)s” không nằm trong các lựa chọn của mục này.")
    ),
    "number_out_of_range": FailureKind(422, N_("Con số ngoài khoảng cho phép; cần từ %(least)s đến %(most)s.")),
    "field_empty": FailureKind(422, N_("Mục này chưa có nội dung.")),
    "field_too_long": FailureKind(422, N_("Nội dung quá dài; tối đa %(limit)s ký tự.")),
    "date_unreadable": FailureKind(422, N_("Ngày không đúng. Đề nghị nhập ngày có thật, ví dụ 21/11/2026.")),
    "decision_in_future": FailureKind(422, N_("Ngày ban hành quyết định không thể sau hôm nay.")),
}
"""Codes are stable: clients and documents rely on them. ``docs/errors.md`` lists them and is tested."""
