"""What the page shows on which a second person reads a draft line by line: of a set, of a questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.page import Page, url
from parindex.api.work.draft_rows_view import ChangedRow, ChangeTab
from parindex.api.work.draft_view import RemarkShown, remark_shown
from parindex.approvals.model import Drafted, Opened, ReadingSoFar
from parindex.text import Language, translator


class LineRead(msgspec.Struct, frozen=True, kw_only=True):
    """A line to be read."""

    code: str
    """Its code."""

    title: str
    """What it is called, or what it asks."""

    max: Decimal | None = None
    """Its points; ``None`` of a question."""

    rule: str
    """How they are made, or how it is answered."""

    guidance: str = ""
    """What the set says of its evidence, or what its page asks."""

    body: str = ""
    """Who appraises it."""

    change: ChangedRow | None
    """What changed of it; ``None`` for nothing."""

    read: bool = False
    """Whether the reader has read it as it is."""

    remarks: tuple[RemarkShown, ...] = ()
    """What was said of it."""


class LineGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that are read together."""

    code: str
    """Of the area or the page."""

    label: str
    """What its tab says."""

    codes: tuple[str, ...]
    """Its lines."""


class ReadingPage(Page, frozen=True, kw_only=True):
    """A draft, read line by line, an area or a page at a time."""

    template: ClassVar[str] = "work/reading.html"

    title: str
    """Family and version."""

    told: str
    """How far the reader has come."""

    tabs_label: str
    """What the tabs are."""

    areas: tuple[ChangeTab, ...]
    """Areas or pages with the lines that are left."""

    lines: tuple[LineRead, ...]
    """Of the chosen one."""

    marks: bool
    """Whether the reader's reading is counted."""

    comment: bool
    """Whether the reader may say something."""

    action: str
    """Where what was read goes."""

    back: str
    """The draft's page."""


def reading_page(
    person: Person, kind: Drafted, held: Opened, here: str, readings: Sequence[ReadingSoFar], groups: Sequence[LineGroup],
    line: Callable[[str], LineRead], lang: Language, *, area: str, tabs_label: str,
) -> ReadingPage:  # fmt: skip
    """A draft that is whole, read line by line.

    Args:
        person: Who reads.
        kind: What is drafted.
        held: The draft.
        here: Its page.
        readings: Who has read how much of it.
        groups: Lines that are read together, in order.
        line: A line by its code.
        lang: The reader's language.
        area: Code of the group; empty: the first in which something is left.
        tabs_label: What the groups are.
    """
    _, own = translator(lang), next((one for one in readings if one.person_id == person.id), None)
    read = own.codes if own else frozenset()
    left = {group.code: sum(code not in read for code in group.codes) for group in groups if group.codes}
    chosen = area if area in left else next((code for code, n in left.items() if n), next(iter(left)))
    shown = next(group for group in groups if group.code == chosen)
    total = sum(len(group.codes) for group in groups)
    return ReadingPage(
        title=f"{held.draft.family} {held.draft.version}",
        told=_("Đã xem %(n)s trên %(total)s dòng.", n=len(read), total=total), tabs_label=tabs_label,
        areas=tuple(
            ChangeTab(
                href=url(f"{here}/lines", area=group.code), label=group.label, count=left[group.code],
                current=group.code == chosen,
            )
            for group in groups
            if group.code in left
        ),
        lines=tuple(
            msgspec.structs.replace(
                line(code), read=code in read,
                remarks=tuple(remark_shown(one) for one in held.remarks if one.code == code),
            )
            for code in shown.codes
        ),
        marks=access.may(person, f"{kind.thing}:approve", state=held.draft.state, own=held.drafted_by(person)),
        comment=access.may(person, f"{kind.thing}:comment", state=held.draft.state),
        action=url(f"{here}/lines", area=chosen), back=url(here),
    )  # fmt: skip
