"""An instrument: one version of a questionnaire, as data. A published version never changes."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

NOT_ASKED: Final = None
DONT_KNOW: Final = -1
NOT_APPLICABLE: Final = -2
REFUSED: Final = -3
SKIPPED: Final = -4
ILLEGIBLE: Final = -5


class InstrumentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words in both languages."""

    vi: str
    """Vietnamese."""

    en: str | None = None
    """English; absent: the English page shows the Vietnamese, marked as such."""


class InstrumentBasis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A paper on which the instrument rests."""

    number: str
    """Number and symbol."""

    date: date
    """Day of signature."""

    issuer: str
    """Who signed."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer of a scale."""

    code: int
    """What is stored, 1-32767; of a multiple choice only the order of its element."""

    text: InstrumentText
    """What the respondent reads."""

    specify: bool = False
    """Whether the respondent may add words."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question. Exactly one of ``scale``, ``many`` and ``write`` is given."""

    code: str
    """Unique in the instrument; of a scored item also the name of its measure."""

    text: InstrumentText
    """The question."""

    scale: str | None = None
    """Scale of which one answer is chosen."""

    many: str | None = None
    """Scale of which any number of answers is chosen."""

    write: Literal["text", "date", "decimal"] | None = None
    """What is written."""

    dont_know: bool = False
    """Whether "don't know" is offered below the scale."""

    not_applicable: bool = False
    """Whether "not applicable" is offered below the scale."""

    missing: Literal["allowed", "confirm", "refused"] = "confirm"
    """Whether the item may be left out: freely, after the respondent confirms it, or not at all."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Questions on one page. A group in an area is a scored criterion."""

    code: str
    """Unique in the instrument; of a scored group also the name of its measure."""

    title: InstrumentText
    """Heading of the page."""

    ask: InstrumentText | None = None
    """What is asked of every item below."""

    area: str | None = None
    """Area that the group's score enters; absent: not scored."""

    items: tuple[Item, ...]
    """The questions, in order."""


class QuestionnaireArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Scored groups together."""

    code: str
    """Name of its measure."""

    title: InstrumentText
    """Heading."""


class InstrumentForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which groups a round asks; the rest of the answers stay NULL, not asked."""

    groups: tuple[str, ...]
    """Codes, in the order of the pages."""

    minutes: int
    """How long it takes; no page says less than eight seconds a question."""


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an item's score is. Exactly one is given."""

    share_of: tuple[int, ...] | None = None
    """Share of these answers among the valid ones."""

    mean_of: tuple[int, int] | None = None
    """Mean, scaled so that the first answer is 0 and the second 1."""


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a questionnaire."""

    instrument: str
    """Code: the folder."""

    version: str
    """Version: the file."""

    title: InstrumentText
    """Name of the questionnaire."""

    status: Literal["official", "transcribed", "illustrative"]
    """Where the text comes from."""

    years: tuple[int, ...]
    """Years for which it was made."""

    legal_basis: tuple[InstrumentBasis, ...] = ()
    """Papers."""

    source: str | None = None
    """Where the text was taken from."""

    score: Score
    """Score of an item."""

    weights: Literal["items"] = "items"
    """What counts the same in the overall index: every item."""

    forms: dict[str, InstrumentForm]
    """Ways of asking it, by name."""

    scales: dict[str, tuple[Option, ...]]
    """Answers, by name."""

    areas: tuple[QuestionnaireArea, ...] = ()
    """Areas of scored groups."""

    groups: tuple[Group, ...]
    """Every group; their order is the order of the stored answers."""
