"""A rule with maximum, names and years taken out: what two years are compared by."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any


class Essence:
    """Takes the maximum, the names of inputs and the year of the set out of what one rule says.

    Args:
        names: From the name of an input to its number in the order of the rule, such as `#0`.
        maximum: Of the leaf.
        year: The first that the set measures.
    """

    def __init__(self, names: Mapping[str, str], maximum: Decimal, year: int):
        self.names, self.maximum, self.year = names, maximum, year

    def plain(self, value: Any, key: str = "") -> Any:
        """A canonical document: points as shares of the maximum, days in years from the first."""
        if isinstance(value, Mapping):
            return {name: self.plain(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item, key) for item in value]
        if key == "points":
            return self.share(Decimal(value))
        if key == "until":
            return self.day(date.fromisoformat(value))
        return self.name(value) if isinstance(value, str) else value

    def name(self, name: str) -> str:
        """The number of an input; any other word as it is."""
        return self.names.get(name, name)

    def share(self, points: Decimal) -> str:
        """Points as a share of the maximum."""
        return str(Fraction(points) / Fraction(self.maximum))

    def day(self, value: date) -> str:
        """A day, its year counted from the first of the set."""
        return f"{value.year - self.year:+d}-{value.month:02d}-{value.day:02d}"

    def expression(self, text: str) -> str:
        """A formula with the numbers of its inputs."""
        words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|[<>=!]=|\S", text)
        return " ".join(self.name(word) for word in words)
