"""What a rule says about one leaf, and what a rule is once it is made ready: a judge."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from parindex.scoring.digits import half_up
from parindex.scoring.law.inputs import Value

LeafFacts = Mapping[str, Value]


class Verdict(msgspec.Struct, frozen=True):
    """What a rule says about one leaf."""

    state: Literal["scored", "not_applicable", "unknown", "none"]
    """As of a leaf."""
    points: int = 0
    """Scaled by 10¹²; 0 unless scored."""
    step: Mapping[str, Any] | None = None
    """The step or branch taken."""
    missing: tuple[str, ...] = ()
    """Facts without which it is unknown, by full name."""
    refusal: str | None = None
    """Why these facts cannot be scored."""
    why: str | None = None
    """Why it does not apply."""
    flags: tuple[str, ...] = ()
    """What an appraiser has to look at: `over_whole`, `waived`."""


OVER_WHOLE: Final = "over_whole"
"""The part is larger than the whole."""
WAIVED: Final = "waived"
"""The leaf left the maximum because a denominator was declared 0."""

Judge = Callable[[LeafFacts], Verdict]


def within(top: int, below: int, maximum: int, step: Mapping[str, Any] | None = None) -> Verdict:
    """Scaled points top ÷ below, refused outside 0…max, rounded once."""
    if top < 0 or top > maximum * below:
        return Verdict("scored", refusal="points_outside", points=half_up(top, below, 0), step=step)
    return Verdict("scored", (2 * top + below) // (2 * below), step)
