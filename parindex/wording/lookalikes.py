"""Names that look alike, in the words of a note: both with their places, for one of them may be a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parindex.messages import N_, Message
from parindex.reading.csv_rows import SheetRow
from parindex.reading.lookalikes import Twin, foreign_letter, twins
from parindex.scoring import CriteriaSet, walk

MOST: Final = 20
"""Pairs of one list that are told; the rest is counted."""

ALIKE: Final = N_("%(what)s “%(name)s” ở %(second)s trông giống hệt tên ở %(first)s nhưng khác ký tự (%(strange)s).")
CASED: Final = N_("%(what)s “%(name)s” ở %(second)s chỉ khác “%(earlier)s” ở %(first)s ở chữ hoa, chữ thường.")
SAME: Final = N_("%(what)s “%(name)s” ở %(second)s trùng với tên ở %(first)s.")
FOREIGN: Final = N_("%(what)s “%(name)s” ở %(place)s có ký tự %(strange)s của bảng chữ khác trông giống chữ La-tinh.")
MORE: Final = N_("còn %(n)s cặp tên như vậy.")

_TITLE: Final = N_("tên")
_OPTION: Final = N_("phương án")

NamedPlace = tuple[Message | str, str]
"""Where a name stands, and the name."""


def alike(what: str, names: Iterable[NamedPlace], *, same: bool = True) -> list[Message]:
    """Notes on every pair of a list that looks alike, and on every name with a letter of another alphabet.

    Args:
        what: What the names are of, a message id.
        names: Where each stands, and the name.
        same: Whether names that are equal as they are kept are told too.
    """
    listed = list(names)
    notes = [
        Message(FOREIGN, what=Message(what), name=name, place=place, strange=strange)
        for place, name in listed
        if (strange := foreign_letter(name)) is not None
    ]
    del notes[MOST:]
    pairs = [twin for twin in twins(listed) if same or twin.strange is not None]
    notes += [_told(what, twin) for twin in pairs[:MOST]]
    if len(pairs) > MOST:
        notes.append(Message(MORE, n=len(pairs) - MOST))
    return notes


def row_place(file: str, row: int) -> Message:
    """A row of a file, of a workbook with its sheet."""
    if isinstance(row, SheetRow):
        return Message(N_("%(file)s, sheet “%(sheet)s”, dòng %(row)s"), file=file, sheet=row.sheet, row=int(row))
    return Message(N_("%(file)s, dòng %(row)s"), file=file, row=row)


def _told(what: str, twin: Twin[Message | str]) -> Message:
    told = {"what": Message(what), "name": twin.name, "first": twin.first, "second": twin.second}
    if twin.strange is not None:
        return Message(ALIKE, **told, strange=twin.strange)
    return Message(SAME, **told) if twin.name == twin.earlier else Message(CASED, **told, earlier=twin.earlier)


def set_twins(criteria_set: CriteriaSet, file: str) -> list[Message]:
    """Titles of one parent, and options of one input, that look alike."""
    notes: list[Message] = []
    siblings: dict[tuple[str, ...], list[NamedPlace]] = {}
    for place in walk(criteria_set):
        where = f"{file} {place.code}"
        siblings.setdefault((place.part, *place.above), []).append((where, place.node.title.vi))
        for name, asked in getattr(place.node, "inputs", {}).items():
            options: Iterable[str] = asked.options
            notes += alike(_OPTION, [(f"{where}.{name}", option) for option in options])
    for name, asked in (*criteria_set.attributes.items(), *criteria_set.inputs.items()):
        notes += alike(_OPTION, [(f"{file} {name}", option) for option in asked.options])
    for names in siblings.values():
        notes += alike(_TITLE, names, same=False)
    return notes
