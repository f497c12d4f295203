"""What is told beside scores, in every format: flags of leaves, agencies whose names look alike, groups that nobody is in."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from parindex.commands.reading import Unreadable, said
from parindex.messages import N_, Message, listed
from parindex.text import language, translator
from parindex.wording.evidence_asked import FLAGS
from parindex.wording.lookalikes import alike, row_place

if TYPE_CHECKING:
    from parindex.scoring import AgencyScore, CriteriaSet

COLUMN: Final = "flags"
"""Head of the column of a CSV that has the flags; there is none where no leaf has any."""

MOST: Final = 20
"""Flagged leaves that are told one by one."""

_FLAGGED: Final = N_("%(agency)s, %(code)s (%(flag)s): %(why)s")
_MORE: Final = N_("còn %(n)s tiêu chí như vậy; xem flags trong kết quả.")
TOTAL: Final = N_("%(place)s: “%(name)s” trông như dòng tổng nhưng được tính như mọi dòng; nếu là tổng, hãy bỏ đi.")
AGENCY: Final = N_("tên cơ quan")


class Flagged:
    """The flags of leaves, gathered agency by agency."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        from parindex.scoring import leaves

        self._leaves = [place.code for place in leaves(criteria_set)]
        self._notes: list[Message] = []
        self.count = 0

    def cell(self, one: AgencyScore) -> str:
        """The flags of an agency as ``1.2:over_whole 1.3:waived``; they are told at the end."""
        found = [(code, flag) for code in self._leaves for flag in one.flags(code)]
        for code, flag in found[: MOST - len(self._notes)]:
            told = {"agency": one.agency, "code": code, "flag": flag}
            self._notes.append(Message(_FLAGGED, **told, why=Message(FLAGS[flag])))
        self.count += len(found)
        return " ".join(f"{code}:{flag}" for code, flag in found)

    @property
    def notes(self) -> list[Message]:
        """What is told of them."""
        more = self.count - len(self._notes)
        return [*self._notes, *([Message(_MORE, n=more)] if more else [])]


def twins_of(what: str, file: str, rows: Mapping[str, int]) -> list[Message]:
    """Names that look like a total of all, and those that look alike, with the first row of each.

    Args:
        what: What the names are of.
        file: Where they stand, of a workbook with its sheet.
        rows: First row of each name.
    """
    from parindex.criteria_workbook.nesting import is_total

    named = [(row_place(file, row), agency) for agency, row in rows.items()]
    totals = [Message(TOTAL, place=place, name=name) for place, name in named if is_total(name)]
    return [*totals, *alike(what, named)]


def of_groups(attribute: str, values: Sequence[tuple[str, object]]) -> list[Message]:
    """What is said of the attribute that divides agencies into groups.

    Args:
        attribute: Its name, with ``@``.
        values: Each agency with its value; ``None`` where it has none.

    Raises:
        Unreadable: no agency has a value, so that nothing would be divided.
    """
    without = [agency for agency, value in values if value is None]
    if len(without) == len(values):
        raise Unreadable(N_("Không cơ quan nào trong tệp số liệu có %(found)s để chia nhóm."), found=attribute)
    first: dict[str, str] = {}
    for agency, value in values:
        if isinstance(value, str):
            first.setdefault(value, agency)
    notes = alike(attribute, [(agency, value) for value, agency in first.items()])
    if without:
        shown = listed([*without[:8], *["…"] * (len(without) > 8)])
        lacking = N_("%(n)s cơ quan không có %(found)s nên không xếp hạng trong nhóm: %(names)s.")
        notes.append(Message(lacking, n=len(without), found=attribute, names=shown))
    return notes


def tell(notes: Iterable[Message], lang: str) -> None:
    """Each note on a line of standard error."""
    translate = translator(language(lang))
    for note in notes:
        print(f"{said('warning', lang)}: {note.text(translate)}", file=sys.stderr)
