"""What may cost a leaf its points."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

RiskKind = Literal[
    "document_outside_period", "document_without_number", "one_file_two_numbers", "no_explanation", "over_whole",
    "waived",
]  # fmt: skip
"""What is found; ``over_whole`` and ``waived`` are the flags that scoring gives."""


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found at a leaf."""

    kind: RiskKind
    """What."""

    code: str
    """The leaf."""

    about: str = ""
    """What it is found at: the numbers of documents; empty for the leaf itself."""


class LeafAtRisk(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf with something found."""

    code: str
    """The leaf."""

    declared: Decimal | None
    """Points as declared; ``None`` while they are not known."""

    expected: Decimal | None
    """Points if everything found is held against the leaf; ``None`` where the rules cannot tell."""

    risks: tuple[Risk, ...]
    """What was found: of the facts, then of each document, then of the leaf; nothing twice."""

    @property
    def difference(self) -> Decimal | None:
        """Points that may be lost; ``None`` where they cannot be told."""
        return None if self.declared is None or self.expected is None else self.declared - self.expected
