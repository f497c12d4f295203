"""What a reader sees of a correction: which cells changed and why, beside the ranking; what a page of the old one says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from parindex.api.public.edition_names import name_of
from parindex.api.shared.links import EditionLink, edition_link
from parindex.api.shared.page import url
from parindex.publication.model import CorrectedCell, EditionRow, Superseded
from parindex.publication.reading import YearReading
from parindex.text import N_, Language, number, translator, words
from parindex.wording import reasons

SHOWN: Final = ("fact", "estimate", "points", "status", "total", "index", "class", "rank")
"""Kinds of cells that pages show; the file holds all."""

BESIDE_RANKING: Final = 30
"""Cells that stand beside a ranking."""

ON_EDITION: Final = 300
"""Cells that stand on the page of an edition."""

LABELS: Final[dict[str, str]] = {
    "status": N_("Tình trạng"),
    "total": N_("Tổng điểm"),
    "max": N_("Điểm tối đa áp dụng"),
    "appraised": N_("Điểm thẩm định"),
    "survey": N_("Điểm điều tra XHH"),
    "bonus": N_("Điểm thưởng"),
    "penalty": N_("Điểm trừ"),
    "index": N_("Chỉ số"),
    "class": N_("Xếp loại"),
    "rank": N_("Xếp hạng"),
    "group_rank": N_("Hạng trong nhóm"),
    "interval": N_("Khoảng tin cậy"),
    "rank_set": N_("Khoảng hạng"),
    "group_rank_set": N_("Khoảng hạng trong nhóm"),
}
"""What an agency has as a whole, in words."""

STATES: Final[dict[str, str]] = {
    "scored": N_("Đã tính"),
    "not_applicable": N_("Không áp dụng"),
    "unknown": N_("Chưa biết"),
    "none": N_("Không có"),
    "not_held": N_("Không khảo sát"),
    "suppressed": N_("Không nêu vì quá ít phiếu"),
    "complete": N_("Đủ số liệu"),
    "incomplete": N_("Chưa đủ số liệu"),
    "no_submission": N_("Chưa nộp phiếu"),
}
"""What stands in a cell that holds no number."""


class CellLine(msgspec.Struct, frozen=True, kw_only=True):
    """One cell that changed."""

    agency: str
    """Whose."""

    cell: str
    """What."""

    old: str
    """What stood there."""

    new: str
    """What stands there."""

    reason: str | None
    """Why; none where it follows from others."""


class CorrectionNote(msgspec.Struct, frozen=True, kw_only=True):
    """What an edition corrects in the one before."""

    of: EditionLink
    """The edition before."""

    sealed: bool
    """Whether that one was retracted: what stood there is not told."""

    decision: str | None
    """Number of the decision that reopened the year."""

    date: date | None
    """Its day."""

    reason: str | None
    """Why."""

    cells: tuple[CellLine, ...]
    """What changed, as far as the page holds it."""

    agencies: int
    """Agencies with a cell that changed."""

    more: int
    """Cells that only the file tells."""

    file: str
    """Every cell as CSV."""


class FollowerTold(msgspec.Struct, frozen=True, kw_only=True):
    """What took the place of an edition that stays readable."""

    edition: EditionLink
    """The edition in its place."""

    published: date
    """Since when."""

    retracted: bool
    """Whether that one was retracted."""


def follower(row: EditionRow, history: Sequence[EditionRow]) -> EditionRow | None:
    """The edition that stands in the place of another: the newest after it, one that is shown before any that is not."""
    later = sorted((one for one in history if one.serial > row.serial), key=lambda one: one.serial, reverse=True)
    return next((one for one in later if not one.retracted), later[0] if later else None)


def follower_told(row: EditionRow, history: Sequence[EditionRow]) -> FollowerTold | None:
    """The same for the page of the edition before."""
    found = follower(row, history)
    if found is None:
        return None
    return FollowerTold(edition=edition_link(found.number), published=found.published_on, retracted=found.retracted)


def correction_note(reading: YearReading, most: int, lang: Language) -> CorrectionNote | None:
    """What an edition corrects; none in the first of a year."""
    note = reading.edition.supersedes
    return None if note is None else note_of(reading, note, reading.edition.number, most, lang)


def note_of(reading: YearReading, note: Superseded, edition: str, most: int, lang: Language) -> CorrectionNote:
    """A correction in words.

    Args:
        reading: The year as it stands now.
        note: What it corrects.
        edition: Number of the edition that holds it; empty of one that is to come.
        most: Cells that the page holds.
        lang: The reader's language.
    """
    shown = sorted((cell for cell in note.cells if cell.kind in SHOWN), key=lambda cell: cell.reason is None)
    return CorrectionNote(
        of=edition_link(note.number),
        sealed=note.retracted,
        decision=note.decision.number if note.decision else None,
        date=note.decision.date if note.decision else None,
        reason=note.decision.reason if note.decision else None,
        cells=tuple(_line(reading, cell, lang) for cell in shown[:most]),
        agencies=len({cell.agency for cell in note.cells}),
        more=len(note.cells) - len(shown[:most]),
        file=url(f"/editions/{edition}/corrections.csv") if edition else "",
    )


def _line(reading: YearReading, cell: CorrectedCell, lang: Language) -> CellLine:
    return CellLine(
        agency=name_of(reading, cell.agency, lang) if cell.agency in reading.agencies else cell.agency,
        cell=_label(reading, cell, lang),
        old=_value(reading, cell, cell.old, lang),
        new=_value(reading, cell, cell.new, lang),
        reason=cell.reason,
    )


def _label(reading: YearReading, cell: CorrectedCell, lang: Language) -> str:
    _ = translator(lang)
    if cell.name is None:
        return _(LABELS[cell.kind])
    if cell.kind == "points":
        place = reading.places.get(cell.name)
        return f"{cell.name} {words(place.node.title, lang)}" if place else cell.name
    if cell.kind == "estimate":
        return _("Kết quả khảo sát %(name)s", name=cell.name.removeprefix("survey:"))
    if cell.name.endswith(".decided"):
        return _("%(code)s, điểm do cơ quan thẩm định đặt", code=cell.name.removesuffix(".decided"))
    if cell.name.endswith(".not_applicable"):
        return _("%(code)s, không áp dụng", code=cell.name.removesuffix(".not_applicable"))
    return reasons.label(reading.criteria_set, cell.name, lang)


def _value(reading: YearReading, cell: CorrectedCell, text: str | None, lang: Language) -> str:
    _ = translator(lang)
    if text is None:
        return number(None)
    if cell.kind == "fact":
        return reasons.value_text(reading.criteria_set, cell.name or "", text, lang)
    if text in STATES:
        return _(STATES[text])
    try:
        return number(Decimal(text), None if cell.kind in ("rank", "estimate") else 2, lang)
    except InvalidOperation:
        return text
