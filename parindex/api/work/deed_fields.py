"""The fields of the decisions by which deeds are done, as the page before a deed asks for them."""

from __future__ import annotations

from datetime import date
from typing import Final

from parindex.api.work.deed_check_view import CheckField
from parindex.audit import reasoned_decision
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_, FieldError, Refused

NUMBER: Final = CheckField(name="number", label=N_("Số, ký hiệu quyết định"), hint=N_("Ví dụ: 214/QĐ-CCHC"))
DAY: Final = CheckField(
    name="date", label=N_("Ngày ban hành"), kind="date", hint=N_("Ngày/tháng/năm, ví dụ 06/04/2026")
)
SIGNER: Final = CheckField(name="signer", label=N_("Người ký"), hint=N_("Họ và tên đầy đủ"))


def reason(label: str) -> CheckField:
    """Why; the label says who will read it."""
    return CheckField(name="reason", label=label, kind="textarea")


def decided(number: str, day: date | None, why: str, today: date) -> ReasonedDecision:
    """A decision as it was typed.

    Raises:
        Refused: ``invalid_fields`` with each field that cannot be taken.
    """
    if day is not None:
        return reasoned_decision.decision(number, day, why, today=today)
    faults: tuple[FieldError, ...] = (FieldError(field="date", code="field_empty"),)
    try:
        reasoned_decision.decision(number, today, why, today=today)
    except Refused as refused:
        faults += refused.fields
    raise Refused("invalid_fields", fields=faults)


def on_record(paper: ReasonedDecision) -> dict[str, str]:
    """A decision as it stands in the record."""
    return {"number": paper.number, "date": paper.date.isoformat(), "reason": paper.reason}
