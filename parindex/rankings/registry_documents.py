"""What a computed year says of its course: from whom an agency took over, what was chosen for one that ended, and how the
criteria set was corrected."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

import msgspec

WeightText: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,14}(/[1-9][0-9]{0,14})?\Z")]
"""A positive whole number, or one by another, such as ``6`` or ``201/31``."""


class _RegistryPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Immutable, closed, built by keyword, as every part of a computed year."""


class FormedDocument(_RegistryPart, frozen=True):
    """From whom an agency took over."""

    on: datetime.date
    """Its first day as such."""

    names: tuple[str, ...]
    """Names of its predecessors, in the order of the registry."""

    codes: tuple[str, ...]
    """Their codes."""

    decision: str
    """Number of the document."""


class WeightDocument(_RegistryPart, frozen=True):
    """What one agency counts in a weighted mean."""

    agency: str
    """Its code in this year."""

    weight: WeightText
    """Months of the year measured in which it existed, or people who lived in it the day before."""

    @property
    def fraction(self) -> Fraction:
        """The weight as a number."""
        return Fraction(self.weight)


class WeightsDocument(_RegistryPart, frozen=True):
    """How the agencies count from which a successor was formed."""

    by: Literal["months", "population"]
    """By what they are weighted."""

    parts: tuple[WeightDocument, ...]
    """Those that ended; after them the successor where it took part already with a sheet of its own."""


class SetChangeDocument(_RegistryPart, frozen=True):
    """The criteria set was corrected while the year was open."""

    older: str
    """Family and version before."""

    older_digest: str
    """Its digest."""

    newer: str
    """Family and version since."""

    newer_digest: str
    """Its digest."""

    decision: str
    """Number of the decision."""

    decided_on: datetime.date
    """Its day."""

    reopened: tuple[str, ...]
    """Leaves that were declared anew."""

    retired: tuple[str, ...]
    """Leaves that were not asked any more."""


class MergerDocument(_RegistryPart, frozen=True, omit_defaults=True):
    """What became of agencies that ended while the year was open."""

    treatment: Literal["inherit", "alone", "weighted"]
    """``inherit``: successors take part for their own period, predecessors do not. ``alone``: predecessors are scored and
    not ranked. ``weighted``: they are too, and the successor has the weighted mean of their points."""

    effective_on: datetime.date
    """First day of the successors."""

    decision: str
    """Number of the document."""

    predecessors: tuple[str, ...]
    """Codes of the agencies that ended."""

    successors: tuple[str, ...]
    """Codes of those that take part in their place; none where the predecessors are scored alone."""

    weights: WeightsDocument | None = None
    """Of ``weighted`` alone."""

    @property
    def unranked(self) -> frozenset[str]:
        """Codes in this year of agencies that are scored and not ranked because they ended."""
        if self.treatment == "alone":
            return frozenset(self.predecessors)
        return frozenset(one.agency for one in self.weights.parts) - {*self.successors} if self.weights else frozenset()
