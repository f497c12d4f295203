"""What the page of the method shows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex.agencies.model import TIERS
from parindex.api.shared.page import Page, url
from parindex.rankings.gathering import DRAWS, LEVEL
from parindex.scoring import CriteriaSet
from parindex.text import Language, translator, words


class MethodSet(msgspec.Struct, frozen=True, kw_only=True):
    """A criteria set in use."""

    title: str
    """What it is called."""

    href: str
    """Its page."""

    year: str
    """Years that it measures."""

    tier: str
    """Tier in words."""


class MethodPage(Page, frozen=True, kw_only=True):
    """How every number is made, and what it does not say."""

    template: ClassVar[str] = "public/method.html"

    level: int
    """Confidence of intervals and rank sets, in percent."""

    draws: int
    """Random draws behind a rank set."""

    sets: tuple[MethodSet, ...]
    """Newest first."""


def method_page(sets: Sequence[CriteriaSet], lang: Language) -> MethodPage:
    """The page of the method."""
    _ = translator(lang)
    return MethodPage(
        level=int(Decimal(LEVEL) * 100),
        draws=DRAWS,
        sets=tuple(
            MethodSet(
                title=words(law.title, lang),
                href=url("/criteria", law.family, law.version),
                year=", ".join(map(str, law.years)),
                tier=_(TIERS[law.tier]),
            )
            for law in sets
        ),
    )
