"""What looks wrong with a decision as it was typed: signed before what it decides on, without a figure, by half a name."""

from __future__ import annotations

from datetime import date

from parindex.audit.confirmation import CheckSentence, OddLine, said
from parindex.errors import N_


def signed_before(day: date, event: date | None, told: str) -> OddLine | None:
    """A decision that is older than what it decides on.

    Args:
        day: Its day.
        event: The day of what it decides on; ``None`` where there is none.
        told: The sentence; names ``day`` and ``event``.
    """
    if event is None or day >= event:
        return None
    return _line("decision_before", said(told, day=day, event=event), f"{day}")


def number_without_figure(number: str) -> OddLine | None:
    """A number of a decision that holds no digit: papers of offices are numbered."""
    if any(sign.isdigit() for sign in number):
        return None
    told = said(N_("Số quyết định “%(number)s” không có chữ số nào."), number=number)
    return _line("decision_number", told, number)


def signer_of_one_word(signer: str) -> OddLine | None:
    """A signer of whom one word was typed: a Vietnamese name has two at least."""
    if len(signer.split()) > 1:
        return None
    return _line("signer_short", said(N_("Người ký chỉ có một từ, không phải họ và tên đầy đủ.")), signer)


def _line(code: str, told: CheckSentence, bound: str) -> OddLine:
    return OddLine(code=code, told=told, bound=bound)
