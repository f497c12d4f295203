"""What is asked of an agency: the facts, their types and what a value of them may be.

Every number is a `Decimal` made from the text that a lawyer wrote, never from a float.
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

Value = bool | int | Decimal | str | datetime.date
"""One fact, typed: boolean, count, decimal or percent, choice or text, date."""

InputType = Literal["boolean", "count", "decimal", "percent", "choice", "date", "text"]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every value here is: immutable, closed, built by keyword."""


class Text(Frozen, frozen=True):
    """A text in Vietnamese, with English where somebody wrote it."""

    vi: str
    """Vietnamese, always there."""
    en: str | None = None
    """English, or None: the English page then shows the Vietnamese, marked as such."""

    def get(self, lang: str) -> str:
        """The text in `lang`, in Vietnamese where there is no English."""
        return self.en if lang == "en" and self.en is not None else self.vi


class Input(Frozen, frozen=True):
    """One fact that an agency declares (or an attribute of the agency)."""

    type: InputType
    """What a value of it may be; `text` only for attributes."""
    label: Text | None = None
    """What the official reads beside the field; without one the name is shown."""
    options: tuple[str, ...] = ()
    """The values of a choice, in the order of the law."""
    option_labels: Mapping[str, Text] = {}
    """What the official reads for an option; an option may go without."""
    most: Decimal | None = None
    """Largest percent allowed, 100 where not given."""
    unit: Text | None = None
    """What is counted ("hồ sơ"), for the sentence that explains the points."""
    part_of: str | None = None
    """The input that this number is a part of: a larger part is a refused fact."""


DAYS_LATE: Final = "days_late"
"""Days that a sheet was handed in late: a rule of a penalty may name it as it names an input."""

PLATFORM: Final[Mapping[str, Input]] = {DAYS_LATE: Input(type="count")}
"""Facts that the platform gives, by the name that a rule uses; in the facts they begin with @."""


class Expected(Frozen, frozen=True):
    """What the value of one fact may be."""

    type: Literal["boolean", "count", "decimal", "percent", "choice", "date", "text", "points", "share"]
    """Type of an input, or `points` (judged, decided) or `share` (estimates and results, 0-1)."""
    options: tuple[str, ...] = ()
    """Of a choice."""
    least: Decimal | None = None
    """Smallest number."""
    most: Decimal | None = None
    """Largest number."""
    places: int | None = None
    """Most decimal places."""
    allowed: bool = True
    """False: the name is known and may not be given (`not_applicable` where the set does not allow it)."""
