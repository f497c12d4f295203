"""A questionnaire, read question by question, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from parindex.access import Person
from parindex.api.work.instruments.draft_view import changed_questions
from parindex.api.work.reading_view import LineGroup, LineRead, ReadingPage, reading_page
from parindex.approvals.model import Opened, ReadingSoFar
from parindex.surveys.instruments.approval_checks import compared
from parindex.surveys.instruments.drafts import INSTRUMENTS, whole
from parindex.surveys.instruments.model import OpenedInstrument
from parindex.surveys.questionnaire.instrument import Instrument, Item
from parindex.text import Language, translator, words


def instrument_reading_page(
    person: Person, held: Opened, readings: Sequence[ReadingSoFar], area: str, lang: Language
) -> ReadingPage:
    """A draft, read question by question.

    Raises:
        Refused: ``set_draft_broken`` while it is no questionnaire.
    """
    assert isinstance(held, OpenedInstrument)
    _, found, changes = translator(lang), whole(held), compared(held)
    asked = {item.code: (group, item) for group in found.groups for item in group.items}
    changed = {row.code: row for row in changed_questions(changes, "changed", lang) if not row.area} if changes else {}

    def line(code: str) -> LineRead:
        group, item = asked[code]
        return LineRead(
            code=code, title=words(item.text, lang), rule=_answers(found, item, lang),
            guidance=words(group.ask, lang) if group.ask else "", change=changed.get(code),
        )  # fmt: skip

    groups = [
        LineGroup(code=group.code, label=group.code, codes=tuple(item.code for item in group.items))
        for group in found.groups
    ]
    return reading_page(
        person, INSTRUMENTS, held, f"/work/instruments/drafts/{held.draft.id}", readings, groups, line, lang, area=area,
        tabs_label=_("Trang, số câu hỏi chưa xem"),
    )  # fmt: skip


def _answers(found: Instrument, item: Item, lang: Language) -> str:
    """How a question is answered."""
    _ = translator(lang)
    if item.write is not None:
        return {"text": _("Viết lời"), "date": _("Viết ngày"), "decimal": _("Viết số")}[item.write]
    scale = found.scales[item.scale or item.many or ""]
    offered = [words(option.text, lang) for option in scale]
    offered += [_("Không biết")] if item.dont_know else []
    offered += [_("Không áp dụng")] if item.not_applicable else []
    way = _("Chọn nhiều:") if item.many is not None else _("Chọn một:")
    return f"{way} {'; '.join(offered)}"
