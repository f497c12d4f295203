"""What is looked at before a leader signs a sheet and sends it to the appraisers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from parindex.access import Person
from parindex.assessments.model import Sheet
from parindex.assessments.risks.finding import at_risk
from parindex.assessments.sheets import declaring, permission, queries, separation, submission
from parindex.assessments.sheets.board import Board, board_of
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.errors import CATALOGUE, N_, Refused
from parindex.store.database import Connection

RISKS: Final[Mapping[str, str]] = {
    "over_whole": N_("Tiêu chí %(criterion)s: tử số lớn hơn mẫu số."),
    "waived": N_("Tiêu chí %(criterion)s: mẫu số bằng 0 nên không tính vào điểm tối đa."),
    "document_outside_period": N_("Tiêu chí %(criterion)s: tài liệu %(numbers)s ban hành ngoài thời gian được tính."),
    "document_without_number": N_("Tiêu chí %(criterion)s: có tài liệu không ghi số, ký hiệu."),
    "one_file_two_numbers": N_("Tiêu chí %(criterion)s: cùng một tệp đứng tên nhiều số, ký hiệu: %(numbers)s."),
    "no_explanation": N_("Tiêu chí %(criterion)s: chưa có tài liệu nào hợp lệ và chưa có giải trình, có thể không được tính điểm."),
}  # fmt: skip
"""What is said of each kind of risk."""


async def of_submission(
    connection: Connection, person: Person | None, sheet_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a sheet is sent.

    Args:
        connection: In a transaction of the tenant.
        person: Who would send it.
        sheet_id: The sheet.
        hold: Nobody else changes the sheet until the transaction ends.

    Raises:
        Refused: ``not_found``, ``sheet_wrong_state``, ``sheet_shut``, ``cycle_wrong_state``, ``not_allowed``.
    """
    sheet = await (declaring.locked(connection, sheet_id) if hold else queries.by_id(connection, sheet_id))
    if sheet is None:
        raise Refused("not_found")
    permission.require(person, "sheet:submit", sheet)
    board = await board_of(connection, sheet)
    permission.require_open(sheet, board.cycle)
    total = board.points_now.total
    return DeedCheck(
        deed="sheet:submit",
        subject=str(sheet.id),
        title=said(N_("Duyệt và gửi thẩm định")),
        about=said(N_("%(agency)s · phiếu tự đánh giá năm %(year)s"), agency=sheet.agency_name, year=str(board.cycle.year)),
        headline=said(N_("%(points)s trên %(max)s điểm tự đánh giá"), points=total.points, max=total.max),
        numbers=_numbers(board),
        lasting=(
            said(N_("Sau khi gửi, phiếu được khóa để thẩm định; chỉ rút lại được một lần, trước khi tổ thẩm định mở ra xem.")),
            said(N_("Điểm tự đánh giá được giữ nguyên như lúc gửi và công khai cùng kết quả.")),
        ),
        lines=(*await _apart(connection, person, sheet), *_lines(board)),
        marked=board.cycle.marked,
    )  # fmt: skip


async def of_resending(
    connection: Connection, person: Person | None, sheet_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before the leaves that a corrected set has opened again are sent; as :func:`of_submission`.

    Raises:
        Refused: ``nothing_reopened``, ``reopened_shut``, ``cycle_wrong_state``, ``not_found``, ``not_allowed``.
    """
    sheet = await (declaring.locked(connection, sheet_id) if hold else queries.by_id(connection, sheet_id))
    if sheet is None:
        raise Refused("not_found")
    permission.require(person, "sheet:resend", sheet)
    board = await board_of(connection, sheet)
    codes = tuple(entry.code for entry in submission.resendable(board))
    leaves = [board.points_now.leaves[code] for code in codes]
    here = f"/work/sheets/{sheet.id}"
    return DeedCheck(
        deed="sheet:resend",
        subject=str(sheet.id),
        title=said(N_("Duyệt và gửi lại các tiêu chí được mở lại")),
        about=said(N_("%(agency)s · phiếu tự đánh giá năm %(year)s"), agency=sheet.agency_name, year=str(board.cycle.year)),
        headline=said(
            N_("%(points)s trên %(max)s điểm tự đánh giá"), points=sum(leaf.points or 0 for leaf in leaves),
            max=sum(leaf.max for leaf in leaves),
        ),
        numbers=(CheckNumber(value=len(codes), what=said(N_("tiêu chí thành phần gửi lại")), names=codes),),
        lasting=(
            said(N_("Sau khi gửi, các tiêu chí này được khóa để thẩm định; không rút lại được.")),
            said(N_("Các tiêu chí khác của phiếu giữ nguyên nội dung, điểm và kết quả thẩm định.")),
        ),
        lines=(
            *await _apart(connection, person, sheet),
            *(
                OddLine(
                    code=gap.code, told=said(CATALOGUE[gap.code].detail, criterion=gap.field),
                    href=f"{here}/{gap.field}", impossible=True,
                )
                for gap in submission.gaps(board)
                if gap.field in codes
            ),
        ),
        marked=board.cycle.marked,
    )  # fmt: skip


async def _apart(connection: Connection, person: Person | None, sheet: Sheet) -> tuple[OddLine, ...]:
    count = await separation.declared_by(connection, person, sheet.id)
    told = said(CATALOGUE["own_declaration"].detail, count=count)
    return (OddLine(code="own_declaration", told=told, impossible=True),) if count else ()


def _numbers(board: Board) -> tuple[CheckNumber, ...]:
    total = board.points_now.total
    proposed = [code for code, entry in board.entries.items() if entry.inapplicable]
    documents = {one.document.id for attached in board.attached.values() for one in attached}
    numbers = [
        CheckNumber(value=total.declared, what=said(N_("tiêu chí thành phần đã kê khai"))),
        CheckNumber(value=len(documents), what=said(N_("tài liệu kiểm chứng"))),
    ]
    if proposed:
        then = said(N_("Chỉ khi tổ thẩm định đồng ý thì mới không tính vào điểm tối đa."))
        what = said(N_("đề nghị không áp dụng"))
        numbers.append(CheckNumber(value=len(proposed), what=what, then=then, names=tuple(proposed)))
    return tuple(numbers)


def _lines(board: Board) -> list[OddLine]:
    sheet, total = board.sheet, board.points_now.total
    here = f"/work/sheets/{sheet.id}"
    lines = [
        OddLine(
            code=gap.code, told=said(CATALOGUE[gap.code].detail, criterion=gap.field), href=f"{here}/{gap.field}",
            impossible=True,
        )
        for gap in submission.gaps(board)
    ]  # fmt: skip
    if sheet.days_late:
        told = said(N_("Nộp chậm %(days)s ngày; biên nhận và tổ thẩm định đều ghi rõ."), days=sheet.days_late)
        lines.append(OddLine(code="late", told=told, href=here))
    lines += _at_risk(board, sheet)
    if total.leaves and total.points == 0:
        lines.append(OddLine(code="no_points", told=said(N_("Điểm tự đánh giá bằng 0.")), href=here))
    if total.max and total.points == total.max:
        told = said(N_("Mọi tiêu chí đều tự chấm điểm tối đa."))
        lines.append(OddLine(code="all_points", told=told, href=here))
    return lines


def _at_risk(board: Board, sheet: Sheet) -> list[OddLine]:
    return [
        OddLine(
            code=risk.kind, told=said(RISKS[risk.kind], criterion=risk.code, numbers=risk.about),
            href=f"/work/sheets/{sheet.id}/{risk.code}",
        )
        for leaf in at_risk(board)
        for risk in leaf.risks
    ]  # fmt: skip
