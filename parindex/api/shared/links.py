"""Links as components draw them."""

from __future__ import annotations

import msgspec

from parindex.api.shared.page import url


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Somewhere to go, such as another form of the page."""

    href: str
    """Where it leads."""

    label: str
    """What it is called."""


class CrumbLink(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way down to a page."""

    href: str | None
    """Where it leads; ``None``: the page itself."""

    label: str
    """What it is called."""


class EditionLink(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that is named."""

    number: str
    """Its number."""

    href: str
    """Its page."""


def edition_link(number: str) -> EditionLink:
    """An edition by its number."""
    return EditionLink(number=number, href=url(f"/editions/{number}"))
