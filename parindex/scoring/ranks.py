"""Classes and ranks: what looks at an index, exact or as printed."""

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import TypeVar

from parindex.scoring.digits import PLACES, UNIT, half_up, scaled
from parindex.scoring.model import CriteriaSet

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


def ranks(
    criteria_set: CriteriaSet, agencies: Iterable[T], index: Callable[[T], int | None]
) -> Iterator[tuple[T, int]]:
    """The rank of each that has an index; the largest is 1, equal ones share the better rank."""
    known = [(value, one) for one in agencies if (value := index(one)) is not None]
    if criteria_set.compare != "exact":
        known = [(compared(criteria_set, value), one) for value, one in known]
    known.sort(key=itemgetter(0), reverse=True)
    rank, last = 0, None
    for place, (value, one) in enumerate(known, 1):
        if value != last:
            rank = rank + 1 if criteria_set.ties == "dense" else place
            last = value
        yield one, rank
