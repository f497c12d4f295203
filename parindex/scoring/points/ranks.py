"""Classes and ranks: what looks at an index, exact or as printed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from parindex.scoring.digits import PLACES, UNIT, half_up, scaled
from parindex.scoring.law.model import CriteriaSet

T = TypeVar("T")


def compared(criteria_set: CriteriaSet, index: int) -> int:
    """The index (scaled) that classes and ties look at."""
    if criteria_set.compare == "exact":
        return index
    return printed(index, criteria_set.print_places)


def printed(index: int, places: int) -> int:
    """A scaled number rounded half up to the places that are printed, still scaled."""
    return half_up(index, UNIT, places) * int(10 ** (PLACES - places))


def class_of(criteria_set: CriteriaSet, index: int) -> str | None:
    """The first class that the index reaches; None below the lowest."""
    value = compared(criteria_set, index)
    return next((item.name for item in criteria_set.classes if value >= scaled(item.from_)), None)


def ranks(criteria_set: CriteriaSet, index: Sequence[int | None]) -> list[int | None]:
    """The rank of each index (scaled), None where there is none; the largest is 1, equal ones share the better rank."""
    if criteria_set.compare != "exact":
        index = [None if value is None else compared(criteria_set, value) for value in index]
    how_many = Counter(value for value in index if value is not None)
    rank, after = {}, 1
    for value in sorted(how_many, reverse=True):
        rank[value] = after
        after += 1 if criteria_set.ties == "dense" else how_many[value]
    return [None if value is None else rank[value] for value in index]


def ranks_of(criteria_set: CriteriaSet, index: Mapping[T, int | None]) -> dict[T, int]:
    """The rank of each that has an index."""
    found = zip(index, ranks(criteria_set, list(index.values())), strict=True)
    return {one: rank for one, rank in found if rank is not None}
