"""Which criterion of a newer set is which of an older one: by code first, then by what the title says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from parindex.reading.canonical_json import canonical_text
from parindex.scoring.law.model import Area, CriteriaSet, Criterion, Place, walk

MatchedPair = tuple[Place | None, Place | None]
"""(older, newer); None where there is no counterpart."""

Became = Mapping[str, tuple[str, ...]]
"""By leaf of an older set the leaves of the newer one that it became."""

LIKE_AT_HOME: Final = 40
"""Percent of the words that titles under one code have to share."""
LIKE_ABROAD: Final = 75
"""Percent of the words that titles under different codes have to share."""


def pairs(older: CriteriaSet, newer: CriteriaSet, became: Became | None = None) -> tuple[MatchedPair, ...]:
    """Every node of both sets once, in the order of the newer law, then what is gone in that of the older.

    A criterion that keeps code and title is itself. After that an equal title elsewhere counts more than a
    different one under the same code, since a new criterion pushes the codes of those after it.

    Args:
        older: The set before.
        newer: The set after.
        became: What a crosswalk says of every leaf; then leaves are matched by it and by nothing else.
    """
    matching = _Matching(older, newer)
    if became is not None:
        matching.given(became)
    matching.pass_by(_same_code_and_title, across=True)
    matching.pass_elsewhere(100)
    matching.pass_by(_same_code_alike)
    matching.pass_elsewhere(LIKE_ABROAD)
    return tuple(matching.result())


def likeness(one: str, other: str) -> int:
    """Percent of the words that two titles share, whatever their case and order.

    >>> likeness("Ban hành kế hoạch", "ban hành Kế hoạch năm"), likeness("Tổ chức", "Tài chính")
    (88, 0)
    """
    first, second = _words(one), _words(other)
    total = first.total() + second.total()
    return 200 * (first & second).total() // total if total else 100


def _words(title: str) -> Counter[str]:
    return Counter(title.casefold().replace(",", " ").replace(".", " ").split())


def _plain(place: Place) -> str:
    return " ".join(place.node.title.vi.casefold().split())


def level(place: Place) -> str:
    """Area, criterion with parts, or leaf: only like is matched with like."""
    if isinstance(place.node, Area):
        return "area"
    return "leaf" if place.is_leaf else "sum"


def rule_text(place: Place) -> str:
    """The rule of a leaf in canonical form; empty elsewhere."""
    node = place.node
    return canonical_text(node.rule.document()) if isinstance(node, Criterion) and node.rule else ""


def _same_code_and_title(old: Place, new: Place) -> bool:
    return _plain(old) == _plain(new)


def _same_code_alike(old: Place, new: Place) -> bool:
    return likeness(old.node.title.vi, new.node.title.vi) >= LIKE_AT_HOME or (
        bool(rule_text(old)) and rule_text(old) == rule_text(new) and old.above == new.above and old.part == new.part
    )


class _Matching:
    """What is matched so far."""

    def __init__(self, older: CriteriaSet, newer: CriteriaSet):
        self.older, self.newer = tuple(walk(older)), tuple(walk(newer))
        self.of_new: dict[str, Place] = {}
        self.matched: set[str] = set()
        self.leaves_too = True

    def given(self, became: Became) -> None:
        """Match leaves as a crosswalk does: what became one leaf that nothing else became."""
        new = {place.code: place for place in self.newer}
        origins = Counter(code for codes in became.values() for code in codes)
        for old in self.older:
            codes = became.get(old.code, ())
            if len(codes) == 1 and origins[codes[0]] == 1:
                self.match(old, new[codes[0]])
        self.leaves_too = False

    def is_open(self, place: Place) -> bool:
        return self.leaves_too or not place.is_leaf

    def open_old(self) -> list[Place]:
        return [place for place in self.older if place.code not in self.matched and self.is_open(place)]

    def open_new(self) -> list[Place]:
        return [place for place in self.newer if place.code not in self.of_new and self.is_open(place)]

    def match(self, old: Place, new: Place) -> None:
        self.of_new[new.code] = old
        self.matched.add(old.code)

    def pass_by(self, alike: Callable[[Place, Place], bool], *, across: bool = False) -> None:
        """Match what has the same code; across: also a leaf with a criterion that has parts."""
        by_code = {place.code: place for place in self.open_new()}
        for old in self.open_old():
            new = by_code.get(old.code)
            if new is None or not (level(old) == level(new) or (across and "area" not in {level(old), level(new)})):
                continue
            if alike(old, new):
                self.match(old, new)

    def pass_elsewhere(self, least: int) -> None:
        """Match what has another code, the most alike first."""
        found = [
            (-like, rule_text(old) != rule_text(new), self.strange(old, new), i, j, old, new)
            for i, old in enumerate(self.open_old())
            for j, new in enumerate(self.open_new())
            if level(old) == level(new) and (like := self.like(old, new, least)) >= least
        ]
        for *_, old, new in sorted(found, key=lambda one: one[:5]):
            if old.code not in self.matched and new.code not in self.of_new:
                self.match(old, new)

    def like(self, old: Place, new: Place, least: int) -> int:
        if least == 100:
            return 100 if _plain(old) == _plain(new) else 0
        return likeness(old.node.title.vi, new.node.title.vi)

    def strange(self, old: Place, new: Place) -> bool:
        """Whether what is above is not matched with what was above."""
        above = self.of_new.get(new.above[-1]) if new.above else None
        return (above.code if above else None) != (old.above[-1] if old.above else None)

    def result(self) -> Iterator[MatchedPair]:
        for new in self.newer:
            yield self.of_new.get(new.code), new
        yield from ((old, None) for old in self.older if old.code not in self.matched)
