"""What the engine refuses, as a code and values: the text is made where the language is known."""

from __future__ import annotations


class StatisticsError(ValueError):
    """A design, a margin or a matrix that cannot be estimated from.

    Attributes:
        code: A stable name of the fault, such as ``lonely_psu``.
        values: What the fault is about: strata, units, rows (counted from 0), counts.
    """

    code: str
    values: dict[str, object]

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}" if values else code)
