"""The decision (quyết định) by which something is done that the calendar does not do by itself, with its reason."""

from __future__ import annotations

import datetime
from typing import Final

import msgspec

from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc

LONGEST_NUMBER: Final = 200
LONGEST_REASON: Final = 2000


class ReasonedDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The paper by which a deadline is moved, a step closed early or a published year reopened."""

    number: str
    """Số, ký hiệu."""

    date: datetime.date
    """Its day."""

    reason: str
    """Why; those whom it touches read it."""


def decision(number: str, on: datetime.date, reason: str, *, today: datetime.date) -> ReasonedDecision:
    """A decision from what was typed.

    Raises:
        Refused: ``invalid_fields`` with each field that cannot be taken.
    """
    faults = []
    for field, text, limit in (("number", nfc(number), LONGEST_NUMBER), ("reason", nfc(reason), LONGEST_REASON)):
        if not text:
            faults.append(FieldError(field=field, code="field_empty"))
        elif len(text) > limit:
            faults.append(FieldError(field=field, code="field_too_long", values={"limit": limit}))
    if on > today:
        faults.append(FieldError(field="date", code="decision_in_future"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    return ReasonedDecision(number=nfc(number), date=on, reason=nfc(reason))
