"""What new invitations show, once: links with codes to scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import msgspec
import segno

from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.surveys.model import Round, SampleUnit
from parindex.text import Language


class InvitationCard(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation."""

    href: str
    """The address that opens it."""

    code: str
    """The same as a code to scan: inline SVG."""


class InvitationsPage(Page, frozen=True, kw_only=True):
    """New invitations."""

    template: ClassVar[str] = "work/surveys/invitations.html"

    round: Link
    """The round."""

    place: str
    """Commune and village."""

    links: tuple[InvitationCard, ...]
    """One a person."""

    until: date
    """Last day on which they can be used."""


def invitations_page(
    held: Round, unit: SampleUnit, tokens: Sequence[str], origin: str, lang: Language
) -> InvitationsPage:
    """New invitations.

    Args:
        held: The round.
        unit: The village.
        tokens: Shown this once.
        origin: Scheme and host of this installation as the reader reached it.
        lang: The reader's language.
    """
    addresses = [f"{origin}{url(f'/s/{token}')}" for token in tokens]
    return InvitationsPage(
        round=Link(href=url(f"/work/surveys/{held.id}"), label=held.title(lang)),
        place=f"{unit.psu_name}, {unit.ssu_name}",
        links=tuple(
            InvitationCard(href=address, code=segno.make(address, error="m").svg_inline(scale=3, border=2))
            for address in addresses
        ),
        until=held.closes_on,
    )
