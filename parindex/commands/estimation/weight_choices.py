"""What a design file says about weights: non-response, calibration, trimming."""

from __future__ import annotations

from typing import Final

import msgspec

NONRESPONSE_METHODS: Final = ("class", "propensity")


class NonresponseChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How weights are adjusted for those who did not answer."""

    responded: str
    """Column that says who answered: 1 or true, 0 or false."""
    method: str
    """``class`` or ``propensity``."""
    classes: tuple[str, ...] = ()
    """Columns that cross to classes."""
    least: int = 1
    """Answers that a class needs; smaller ones are joined."""
    largest: float = float("inf")
    """Largest factor of a class; others are joined."""
    on: tuple[str, ...] = ()
    """Columns of the regression whose values are names."""
    numbers: tuple[str, ...] = ()
    """Columns of the regression whose values are numbers."""
    groups: int = 5
    """Classes of similar propensity; 0: each weight is divided by its own propensity."""
    weighted: bool = False
    """Whether the regression is weighted."""


class CalibrationChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How weights are calibrated."""

    method: str
    """``raking``, ``linear``, ``logit`` or ``post-stratification``."""
    margins: str
    """File of the margins, as seen from the design file."""
    sheet: str | None = None
    """Its sheet, where it is a workbook with several that hold margins."""
    bounds: tuple[float, float] | None = None
    """Least and largest factor of a weight."""


class TrimmingChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How weights are trimmed."""

    lower: float = 0.0
    """Least weight."""
    upper: float = float("inf")
    """Largest weight."""
    of: str = "weight"
    """What the bounds count: ``weight``, or multiples of the ``mean`` or ``median`` weight."""
    strict: bool = False
    """Whether trimming is repeated until no weight is outside."""


NONRESPONSE_KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "class": (("classes",), ("least", "largest")),
    "propensity": ((), ("on", "numbers", "groups", "weighted")),
}
"""Keys that a method of adjustment needs, and those that it may have."""
