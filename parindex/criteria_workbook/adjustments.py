"""Points that are added or taken away beside the areas: a block that is called so, and whatever has a maximum below 0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, Literal

import msgspec

from parindex.criteria_workbook.located import mapping, sequence, word
from parindex.criteria_workbook.nesting import OutlineEntry
from parindex.scoring import shortest
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar

AdjustmentKind = Literal["bonus", "penalty", "both"]
_WORD: Final = r"(?:cộng|thưởng|trừ|phạt)"
_JOINED: Final = rf"(?:\s*(?:/|,|;|-|–|và|hoặc)\s*(?:điểm\s+)?{_WORD})*"
_BLOCK: Final = re.compile(
    rf"(?:(?:các|phần|nội dung|tiêu chí|nhóm|mục|khoản)\s+)*"
    rf"(?:điểm\s+{_WORD}{_JOINED}|{_WORD}{_JOINED}\s+điểm(?!\s+(?:{_WORD}|lĩnh vực))|bonus\b|penalt(?:y|ies)\b)(?!\s*tác)",
    re.IGNORECASE,
)
_TAKEN: Final = re.compile(r"trừ|phạt|penalt", re.IGNORECASE)
_ADDED: Final = re.compile(r"cộng|thưởng|bonus", re.IGNORECASE)


def adjustment_kind(title: str) -> AdjustmentKind | None:
    """What a name says its points are; none for a name like any other.

    >>> [adjustment_kind(text) for text in ("ĐIỂM CỘNG (tối đa 4)", "Điểm trừ", "Điểm thưởng/trừ", "Trừ điểm", "Công khai")]
    ['bonus', 'penalty', 'both', 'penalty', None]
    """
    found = _BLOCK.match(" ".join(title.split()))
    if found is None:
        return None
    added, taken = _ADDED.search(found[0]), _TAKEN.search(found[0])
    return "both" if added and taken else "penalty" if taken else "bonus"


def block_letter(title: str) -> str | None:
    """The code of a block without a number of its own; none for a line that only begins with such words.

    >>> block_letter("ĐIỂM TRỪ (tối đa 3 điểm):"), block_letter("Trừ điểm khi nộp chậm")
    ('P', None)
    """
    text = " ".join(title.split())
    found = _BLOCK.match(text)
    rest = "" if found is None else text[found.end() :].strip().rstrip(":").strip()
    if found is None or (rest and not (rest.startswith("(") and rest.endswith(")"))):
        return None
    return {"bonus": "B", "penalty": "P", "both": "BP"}[adjustment_kind(title) or "both"]


class AdjustmentItem(msgspec.Struct, frozen=True):
    """One of them."""

    entry: OutlineEntry
    """Its row."""
    lines: Sequence[str]
    """What else is said about it."""


class Adjustments:
    """Takes them out of the rows that were read."""

    def __init__(self) -> None:
        self.items: dict[str, list[AdjustmentItem]] = {"bonus": [], "penalty": []}
        self.caps = {"bonus": Decimal(0), "penalty": Decimal(0)}

    def __bool__(self) -> bool:
        return any(self.items.values())

    def count(self) -> int:
        """How many they are."""
        return sum(map(len, self.items.values()))

    def take(
        self,
        entries: Sequence[OutlineEntry],
        guidance: Mapping[int, list[str]],
        kind: AdjustmentKind | None = None,
        *,
        capped: bool = False,
    ) -> list[OutlineEntry]:
        """What is left for the areas; a block says at most how much it counts, else its rows do together."""
        kept: list[OutlineEntry] = []
        for entry in entries:
            own = adjustment_kind(entry.title) or kind
            said = entry.row.stated("max")
            if not entry.parts:
                negative = said is not None and said < 0
                told: AdjustmentKind | None = "penalty" if negative else "bonus" if own == "both" else own
                if told is None:
                    kept.append(entry)
                else:
                    self.add(told, entry, guidance.get(id(entry), []), capped=capped)
                continue
            whole = said is not None and own in ("bonus", "penalty")
            if whole and said is not None and own is not None and not capped:
                self.caps[own] += abs(said)
            entry.parts = self.take(entry.parts, guidance, own, capped=capped or whole)
            if entry.parts:
                kept.append(entry)
        return kept

    def add(self, kind: str, entry: OutlineEntry, lines: Sequence[str], *, capped: bool = False) -> None:
        """One row, and that is said."""
        said = entry.row.stated("max")
        if said is not None and said < 0:
            entry.row.note("max", "negative_maximum", found=said)
        else:
            entry.row.note("max", "read_as_bonus" if kind == "bonus" else "read_as_penalty", found=entry.title)
        self.items[kind].append(AdjustmentItem(entry, lines))
        if not capped:
            self.caps[kind] += abs(said or Decimal(0))

    def node(self, line: int) -> Node | None:
        """All of them as the set has them."""
        if not self:
            return None
        parts: dict[str, Node | None] = {}
        for kind, items in self.items.items():
            cap = Scalar(line=line, column=1, text=shortest(self.caps[kind]), kind="float")
            if items:
                parts[kind] = mapping(line, cap=cap, items=sequence(line, [_item(one) for one in items]))
        return mapping(line, **parts)


def _item(item: AdjustmentItem) -> Mapping_:
    """One of them, with what it adds or takes away as its maximum."""
    entry, row = item.entry, item.entry.row
    said = row.stated("max")
    maximum: Node = row.decimal("max") or row.null("max")
    if said is None and row.value("max") is None:
        row.fail("max", "no_number", expected=row.heads["max"])
    elif said is not None:
        maximum = Scalar(line=row.line("max"), column=1, text=shortest(abs(said)), kind="float")
    title = row.line("title")
    return mapping(
        row.line(), code=word(row.line("code"), entry.code), title=mapping(title, vi=word(title, entry.title)),
        max=maximum, guidance=mapping(title, vi=word(title, "\n".join(item.lines))) if item.lines else None,
        rule=mapping(row.line(), judged=Scalar(line=row.line(), column=1, text="true", kind="boolean")),
    )  # fmt: skip


def whole_totals(entries: Sequence[OutlineEntry]) -> set[Decimal]:
    """What a line may print as the total of everything: with or without what is added and taken away."""
    sums = {"areas": Decimal(0), "bonus": Decimal(0), "penalty": Decimal(0)}
    _count(entries, None, sums)
    return totals_of(sums["areas"], sums["bonus"], sums["penalty"])


def totals_of(areas: Decimal, bonus: Decimal, penalty: Decimal) -> set[Decimal]:
    """The same from the three sums."""
    return {areas + bonus * added - penalty * taken for added, taken in product((0, 1), (0, 1))}


def _count(entries: Sequence[OutlineEntry], kind: AdjustmentKind | None, sums: dict[str, Decimal]) -> None:
    for entry in entries:
        own = adjustment_kind(entry.title) or kind
        if entry.parts:
            _count(entry.parts, own, sums)
            continue
        said = entry.row.stated("max") or Decimal(0)
        sums["penalty" if said < 0 or own == "penalty" else "areas" if own is None else "bonus"] += abs(said)
