"""What the list of rounds shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex.api.shared.page import Page, url
from parindex.api.work.surveys.round_state import RoundChip, response_rate, state_of
from parindex.surveys.model import Round
from parindex.surveys.rounds.progress import FieldTotals
from parindex.text import Language


class RoundLine(msgspec.Struct, frozen=True, kw_only=True):
    """One round."""

    title: str
    """Its title."""

    href: str
    """Its page."""

    state: RoundChip
    """Where it stands."""

    until: date
    """Last day of the field."""

    drawn: int | None
    """People drawn; none where nobody was."""

    answered: int | None
    """Responses; none of imported estimates."""

    rate: Decimal | None
    """Percent of those drawn who answered."""


class RoundsPage(Page, frozen=True, kw_only=True):
    """Every round with its field progress."""

    template: ClassVar[str] = "work/surveys/rounds.html"

    rounds: tuple[RoundLine, ...]
    """Newest first."""

    only_open: bool
    """Whether the reader is shown those alone that take answers."""


def rounds_page(
    held: Sequence[Round], totals: Mapping[UUID, FieldTotals], today: date, lang: Language, *, only_open: bool
) -> RoundsPage:
    """Rounds with their field progress."""
    return RoundsPage(only_open=only_open, rounds=tuple(_line(one, totals[one.id], today, lang) for one in held))


def _line(held: Round, totals: FieldTotals, today: date, lang: Language) -> RoundLine:
    return RoundLine(
        title=held.title(lang),
        href=url(f"/work/surveys/{held.id}"),
        state=state_of(held, today, lang),
        until=held.closes_on,
        drawn=totals.drawn or None,
        answered=totals.answered if held.state != "imported" else None,
        rate=response_rate(totals.answered, totals.drawn),
    )
