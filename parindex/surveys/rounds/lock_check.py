"""What is looked at before a round is locked: what was answered, who stays below the least number, what is destroyed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before
from parindex.errors import N_, Refused
from parindex.store.database import Connection
from parindex.surveys.model import Round, UnitProgress
from parindex.surveys.rounds import opening, progress, queries

LOW: Final = 50
"""Percent of those drawn below which it is told that few answered: chosen here, no law sets one."""


async def of_lock(connection: Connection, round_id: UUID, *, today: date, hold: bool = False) -> DeedCheck:
    """Before an open round is locked.

    Args:
        connection: In a transaction of the tenant.
        round_id: The round.
        today: In the tenant's zone.
        hold: Nobody answers until the transaction ends.

    Raises:
        Refused: ``survey_round_unknown``; ``round_closed`` where it is locked or being locked already.
    """
    if hold:
        await queries.close_gate(connection, round_id)
    held = await opening.get(connection, round_id)
    if held.state != "open":
        raise Refused("round_closed")
    units = await opening.progress(connection, round_id)
    names = {key: one.name_vi for key, one in (await progress.agencies(connection, round_id)).items()}
    answered, drawn = sum(each.answered for each in units), sum(each.unit.drawn for each in units)
    return DeedCheck(
        deed="survey:lock",
        subject=str(round_id),
        title=said(N_("Khóa đợt khảo sát")),
        about=said("%(title)s", title=held.title_vi),
        headline=_headline(answered, drawn),
        numbers=_numbers(units, answered, drawn),
        lasting=(
            said(N_("Liên kết giữa mã trả lời và phiếu, các câu chưa gửi và khóa bí mật của đợt bị hủy vĩnh viễn.")),
            said(N_("Sau khi khóa không nhận và không rút phiếu được nữa; khi đó mới tính kết quả.")),
        ),
        lines=tuple(_lines(held, units, names, today)),
        marked=held.marked,
    )


def of_decision(number: str, day: date, held_from: date) -> tuple[OddLine | None, ...]:
    """What looks wrong with the decision to lock a round that was opened on a day."""
    told = N_("Quyết định ký ngày %(day)s, trước ngày mở đợt khảo sát %(event)s.")
    return (signed_before(day, held_from, told), number_without_figure(number))


def rate(answered: int, drawn: int) -> Decimal | None:
    """Percent of those drawn who answered, in steps that a stream of answers does not move at every glance.

    >>> rate(7, 1000), rate(333, 1000), rate(0, 0)
    (Decimal('0.7'), Decimal('33'), None)
    """
    if not drawn:
        return None
    exact = Decimal(100 * answered) / drawn
    return exact.quantize(Decimal("0.1") if exact < 1 else Decimal(1), rounding="ROUND_FLOOR")


def _headline(answered: int, drawn: int) -> CheckSentence:
    share = rate(answered, drawn)
    if share is None:
        return said(N_("Đợt khảo sát không có mẫu"))
    return said(N_("Đã thu %(rate)s%% số phiếu của mẫu"), rate=share)


def _numbers(units: Sequence[UnitProgress], answered: int, drawn: int) -> tuple[CheckNumber, ...]:
    psus = {(each.unit.stratum, each.unit.psu) for each in units}
    heard = {(each.unit.stratum, each.unit.psu) for each in units if each.answered}
    return (
        CheckNumber(
            value=answered, what=said(N_("phiếu đã nhận")), steady=False,
            then=said(N_("Giữ lại, ghi lại theo thứ tự ngẫu nhiên.")),
        ),
        CheckNumber(value=drawn, what=said(N_("người được chọn"))),
        CheckNumber(
            value=len(psus) - len(heard), what=said(N_("xã chưa có phiếu nào")), steady=False,
            then=said(N_("Tính là không phản hồi.")),
        ),
    )  # fmt: skip


def _lines(held: Round, units: Sequence[UnitProgress], names: dict[UUID, str], today: date) -> list[OddLine]:
    here = f"/work/surveys/{held.id}"
    answered, drawn = sum(each.answered for each in units), sum(each.unit.drawn for each in units)
    lines = []
    share = rate(answered, drawn)
    if not answered:
        lines.append(OddLine(code="no_answers", told=said(N_("Chưa có phiếu trả lời nào.")), href=here))
    elif share is not None and share < LOW:
        told = said(N_("Mới thu %(rate)s%% số phiếu của mẫu."), rate=share)
        lines.append(OddLine(code="few_answers", told=told, href=here))
    if held.closes_on >= today:
        told = said(
            N_("Sớm %(days)s ngày: đợt khảo sát nhận phiếu đến hết ngày %(day)s."),
            days=(held.closes_on - today).days + 1, day=held.closes_on,
        )  # fmt: skip
        lines.append(OddLine(code="locked_early", told=told, href=here))
    counts = Counter(dict.fromkeys(names, 0))
    for each in units:
        counts[each.unit.agency_id] += each.answered
    below = tuple(names[agency] for agency in names if counts[agency] < held.min_n)
    if below:
        told = said(
            N_("%(n)s đơn vị dưới mức tối thiểu %(least)s phiếu, kết quả không được công bố: %(agencies)s."),
            n=len(below), least=held.min_n, agencies=below,
        )  # fmt: skip
        lines.append(OddLine(code="below_least", told=told, href=here))
    return lines
