"""What the page shows on which a second person reads a draft line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex import access, scoring
from parindex.access import Person
from parindex.api.shared.page import Page, url
from parindex.api.work.criteria.draft_view import RemarkShown, remark_shown
from parindex.api.work.criteria.set_changes_view import ChangedRow, ChangeTab, shown_changes
from parindex.assessments.criteria.approval import ReadingSoFar
from parindex.assessments.criteria.differences import compared
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring import CriteriaSet, Criterion, Place
from parindex.text import Language, translator, words
from parindex.wording import rule_text


class LineRead(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf to be read."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    rule: str
    """How they are made."""

    guidance: str
    """What the set says of its evidence."""

    body: str
    """Who appraises it."""

    change: ChangedRow | None
    """What changed of it; ``None`` for nothing."""

    read: bool
    """Whether the reader has read it as it is."""

    remarks: tuple[RemarkShown, ...]
    """What was said of it."""


class SetReadingPage(Page, frozen=True, kw_only=True):
    """A draft, read line by line, an area at a time."""

    template: ClassVar[str] = "work/criteria/reading.html"

    title: str
    """Family and version."""

    told: str
    """How far the reader has come."""

    areas: tuple[ChangeTab, ...]
    """Areas with the lines that are left."""

    lines: tuple[LineRead, ...]
    """Of the chosen area."""

    marks: bool
    """Whether the reader's reading is counted."""

    comment: bool
    """Whether the reader may say something."""

    action: str
    """Where what was read goes."""

    back: str
    """The draft's page."""


def set_reading_page(
    person: Person, held: OpenedDraft, readings: Sequence[ReadingSoFar], area: str, lang: Language
) -> SetReadingPage:
    """A draft, which is a set, read line by line.

    Args:
        person: Who reads.
        held: The draft.
        readings: Who has read how much of it.
        area: Code of the area; ``+`` is bonus and penalty; empty: the first in which something is left.
        lang: The reader's language.
    """
    _, law = translator(lang), held.criteria_set
    assert law is not None
    own = next((one for one in readings if one.person_id == person.id), None)
    read = own.codes if own else frozenset()
    leaves = list(scoring.leaves(law))
    names = [*((one.code, words(one.title, lang)) for one in law.areas), ("+", _("Điểm thưởng, điểm trừ"))]
    groups = {code: [place for place in leaves if (place.area or "+") == code] for code, _name in names}
    left = {code: sum(place.code not in read for place in places) for code, places in groups.items() if places}
    chosen = area if area in left else next((code for code, n in left.items() if n), next(iter(left)))
    here = f"/work/criteria/drafts/{held.draft.id}"
    found = compared(held)
    changes = (
        {row.code: row for row in shown_changes(held, found, "changed", lang).rows if not row.area} if found else {}
    )
    return SetReadingPage( title=f"{law.family} {law.version}",
        told=_("Đã xem %(n)s trên %(total)s dòng.", n=len(read), total=len(leaves)),
        areas=tuple(
            ChangeTab(href=url(f"{here}/lines", area=code), label=name if code == "+" else code, count=left[code], current=code == chosen)
            for code, name in names if code in left
        ),
        lines=tuple(_line(law, held, place, changes, read, lang) for place in groups[chosen]),
        marks=access.may(person, "criteria_set:approve", state=held.draft.state, own=held.drafted_by(person)),
        comment=access.may(person, "criteria_set:comment", state=held.draft.state),
        action=url(f"{here}/lines", area=chosen), back=url(here),
    )  # fmt: skip


def _line(
    law: CriteriaSet,
    held: OpenedDraft,
    place: Place,
    changes: dict[str, ChangedRow],
    read: Collection[str],
    lang: Language,
) -> LineRead:
    node = place.node
    assert isinstance(node, Criterion)
    return LineRead(
        code=node.code, title=words(node.title, lang), max=node.max, rule=rule_text.words(law, node, lang),
        guidance=words(node.guidance, lang) if node.guidance else "", body=place.appraiser or "",
        change=changes.get(node.code), read=node.code in read,
        remarks=tuple(remark_shown(one) for one in held.remarks if one.code == node.code),
    )  # fmt: skip
