"""What the agencies of a year may be grouped by: within a group they are ranked among themselves as well."""

from __future__ import annotations

from typing import Final

from parindex.errors import FieldError, Refused
from parindex.scoring import CriteriaSet

REGION: Final = "region"
"""The region of the registry; a set may declare it as well."""

FEW: Final = ("boolean", "choice")
"""Types of which a value is shared by many."""


def choices(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """Attributes that make groups: the region, and what the set asks of the agency itself with few answers.

    Whether an agency is ranked at all makes none.
    """
    asked = criteria_set.attributes.items()
    return (REGION, *(name for name, one in asked if one.type in FEW and name not in (REGION, "ranked")))


def refuse_unknown(criteria_set: CriteriaSet, attribute: str | None) -> None:
    """Refuse an attribute that makes no groups.

    Raises:
        Refused: ``invalid_fields`` of the field ``group_by``.
    """
    if attribute is not None and attribute not in choices(criteria_set):
        raise Refused("invalid_fields", fields=(FieldError(field="group_by", code="group_unknown"),))
