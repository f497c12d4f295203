"""A criteria set, read line by line, an area at a time."""

from __future__ import annotations

from collections.abc import Sequence

from parindex import scoring
from parindex.access import Person
from parindex.api.work.criteria.set_changes_view import shown_changes
from parindex.api.work.reading_view import LineGroup, LineRead, ReadingPage, reading_page
from parindex.approvals.model import Opened, ReadingSoFar
from parindex.assessments.criteria.approval import SETS
from parindex.assessments.criteria.differences import compared
from parindex.assessments.criteria.drafts import OpenedDraft, document_of
from parindex.assessments.criteria.published_sets import criterion_of
from parindex.text import Language, translator, words
from parindex.wording import rule_text


def set_reading_page(
    person: Person, held: Opened, readings: Sequence[ReadingSoFar], area: str, lang: Language
) -> ReadingPage:
    """A draft, read line by line; bonus and penalty are the area ``+``.

    Raises:
        Refused: ``set_draft_broken`` while it is no set.
    """
    assert isinstance(held, OpenedDraft)
    document_of(held)
    _, law = translator(lang), held.criteria_set
    assert law is not None
    places = {place.code: place for place in scoring.leaves(law)}
    found = compared(held)
    changes = (
        {row.code: row for row in shown_changes(held, found, "changed", lang).rows if not row.area} if found else {}
    )

    def line(code: str) -> LineRead:
        node = criterion_of(places[code])
        return LineRead(
            code=code, title=words(node.title, lang), max=node.max, rule=rule_text.words(law, node, lang),
            guidance=words(node.guidance, lang) if node.guidance else "", body=places[code].appraiser or "",
            change=changes.get(code),
        )  # fmt: skip

    names = [*((one.code, one.code) for one in law.areas), ("+", _("Điểm thưởng, điểm trừ"))]
    groups = [
        LineGroup(
            code=code, label=label, codes=tuple(place.code for place in places.values() if (place.area or "+") == code)
        )
        for code, label in names
    ]
    return reading_page(
        person, SETS, held, f"/work/criteria/drafts/{held.draft.id}", readings, groups, line, lang, area=area,
        tabs_label=_("Lĩnh vực, số dòng chưa xem"),
    )  # fmt: skip
