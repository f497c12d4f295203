"""The page before a deed, as it is asked for and as it comes back."""

from datetime import date

import msgspec

from parindex.api.work.deed_check_view import DeedCheckPage, DeedFrame, deed_check_page
from parindex.api.work.deed_fields import DAY, NUMBER, reason
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.errors import FieldError, Refused
from parindex.text import TIME_ZONE

NAMES = ("Ngọc Lũng", "Hưng Trạch", "Hòa Lâm", "Tây Lâm", "Ia Đrông", "Lương Xuyên", "Kỳ Nam", "Sa Khê", "Đại Phong",
         "Cao Trạch", "Bình Sơn", "Vân Khê", "Yên Lạc", "Sông Thao")  # fmt: skip
EARLY = OddLine(
    code="closed_early",
    told=said(
        "Sớm %(days)s ngày: phiếu còn được nhận đến hết ngày %(day)s và tự chốt khi hết hạn.", days=53,
        day=date(2027, 1, 20),
    ),
    href="/work/cycles/1",
)  # fmt: skip
UNSENT = OddLine(
    code="unsent", told=said("%(n)s trong %(all)s đơn vị chưa gửi phiếu.", n=8, all=34), href="/work/cycles/1"
)
BODIES = OddLine(
    code="body_missing", told=said("Chưa chỉ định cơ quan thẩm định và cơ quan thay thế cho: %(areas)s.", areas=("1 Chỉ đạo",)),
    href="/work/cycles/1", impossible=True,
)  # fmt: skip
CHECK = DeedCheck(
    deed="cycle:close_self_assessment",
    subject="1",
    title=said("Đóng tự đánh giá trước hạn"),
    about=said("Kỳ đánh giá năm %(year)s", year="2026"),
    headline=said("%(n)s trong %(all)s đơn vị chưa gửi phiếu", n=8, all=34),
    numbers=(
        CheckNumber(value=26, what=said("phiếu đã gửi"), then=said("Giữ nguyên, chuyển sang thẩm định.")),
        CheckNumber(value=14, what=said("đơn vị chưa bắt đầu"), then=said("Ghi là không nộp phiếu."), names=NAMES),
        CheckNumber(value=date(2027, 1, 20), what=said("hạn nộp phiếu")),
    ),
    lasting=(said("Đơn vị không sửa được phiếu đã chốt; chỉ mở lại từng phiếu bằng quyết định gia hạn."),),
    lines=(EARLY, UNSENT),
)
FRAME = DeedFrame(
    path="/work/cycles/1/close-self-assessment", back="/work/cycles/1", fields=(NUMBER, DAY, reason("Lý do, các đơn vị sẽ đọc")),
    heading="Quyết định cho phép đóng sớm",
)  # fmt: skip


def asked() -> DeedCheckPage:
    """Before anything was typed."""
    return deed_check_page(CHECK, FRAME, "vi", TIME_ZONE, typed={}, confirmed=(), refused=None)


def unconfirmed() -> DeedCheckPage:
    """One line ticked, one not, and a day that is none."""
    faults = (FieldError(field=UNSENT.key, code="line_unconfirmed"), FieldError(field="date", code="date_unreadable"))
    refused = Refused("check_unconfirmed", fields=faults)
    typed = {"number": "09/QĐ-HĐTĐ", "date": "31/02/2027", "reason": "Hội đồng họp sớm."}
    return deed_check_page(CHECK, FRAME, "vi", TIME_ZONE, typed=typed, confirmed=(EARLY.key,), refused=refused)


def impossible() -> DeedCheckPage:
    """Something has to be mended first."""
    check = msgspec.structs.replace(CHECK, lines=(BODIES, EARLY))
    return deed_check_page(check, FRAME, "vi", TIME_ZONE, typed={}, confirmed=(), refused=Refused("check_impossible"))
