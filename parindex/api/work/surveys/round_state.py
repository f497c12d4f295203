"""Where a round stands, for people: its chip and its word, and how many of those drawn answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from parindex.surveys.model import Round
from parindex.text import Language, translator


class RoundChip(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a round."""

    chip: str
    """A key of ``components/state.html``."""

    text: str
    """Its word."""


def state_of(held: Round, today: date, lang: Language) -> RoundChip:
    """The state of a round on a day."""
    _ = translator(lang)
    if held.state == "locked":
        return RoundChip(chip="locked", text=_("Đã khóa"))
    if held.state == "locking":
        return RoundChip(chip="awaiting", text=_("Đang khóa"))
    if held.state == "imported":
        return RoundChip(chip="declared", text=_("Nhập kết quả"))
    if today < held.opens_on:
        return RoundChip(chip="not_started", text=_("Chưa mở"))
    if today > held.closes_on:
        return RoundChip(chip="awaiting", text=_("Chờ khóa"))
    return RoundChip(chip="appraising", text=_("Đang thu phiếu"))


def response_rate(answered: int, drawn: int) -> Decimal | None:
    """Percent of those drawn who answered; ``None`` where nobody was drawn.

    >>> response_rate(150, 600), response_rate(0, 0)
    (Decimal('25'), None)
    """
    return Decimal(100 * answered) / drawn if drawn else None
