"""Pieces of the canonical form that several kinds of rule share: defaults are left out, decimals are shortest text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parindex.scoring.digits import shortest


def given(**values: Any) -> dict[str, Any]:
    """What is there: None and the empty are defaults."""
    return {key: value for key, value in values.items() if value is not None and value not in ([], {}, "")}


def unless(value: Any, default: Any) -> Any:
    """None where it is the default."""
    return None if value == default else value


def decimals(values: Mapping[str, Decimal | None]) -> dict[str, str]:
    """What each option is worth."""
    return {key: "not_applicable" if value is None else shortest(value) for key, value in values.items()}
