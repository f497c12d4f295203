"""What scoring gives back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import msgspec

PointsState = Literal["scored", "not_applicable", "unknown", "none"]
"""Scored; does not apply; a fact is not yet known; a bonus or penalty without facts."""

Status = Literal["complete", "incomplete", "no_submission"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a leaf has its points: what a sentence in any language is made of."""

    rule: str
    """Kind of rule, such as `bands`."""
    state: PointsState
    """As of the leaf."""
    points: Decimal | None
    """As of the leaf."""
    max: Decimal
    """As of the leaf."""
    facts: Mapping[str, str] = {}
    """The facts used, by full name, in canonical text."""
    step: Mapping[str, Any] | None = None
    """The step or branch taken, such as `{"from": "0.7", "points": "2"}`."""
    arithmetic: Mapping[str, str] = {}
    """Intermediate numbers, such as `{"ratio": "9/10"}`: exact rationals as text."""
    missing: tuple[str, ...] = ()
    """Full names of the facts without which it is unknown."""
    next: Mapping[str, Any] | None = None
    """What one more step gives, such as `{"from": "0.9", "points": "2", "gain": "0.5"}`."""
    why: str | None = None
    """Why it does not apply (`attribute`, `accepted`, `option`, `when_zero`, `not_held`)."""
    decided: Decimal | None = None
    """Points set by an appraisal decision, which then replace the rule's."""
    by_rule: Decimal | None = None
    """What the rule alone gives where `decided` replaces it."""


class NodeScore(msgspec.Struct, frozen=True, kw_only=True):
    """One area, criterion, bonus or penalty item of one agency."""

    points: Decimal | None
    """None unless scored."""
    max: Decimal
    """Of a leaf its maximum in the set; of a sum what applies."""
    state: PointsState
    """See `PointsState`."""
    index: Decimal | None = None
    """Points × 100 ÷ max, 12 places; None unless scored."""
    rank: int | None = None
    """Of an area: among the agencies scored there; None elsewhere."""


class LeafScore(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf of one agency, with its reason."""

    points: Decimal | None
    """None unless scored."""
    max: Decimal
    """Its maximum in the set."""
    state: PointsState
    """See `PointsState`."""
    reason: Reason
    """Why."""
    flags: tuple[str, ...] = ()
    """What an appraiser has to look at: `over_whole` (a part larger than its whole), `waived` (a denominator of 0)."""
