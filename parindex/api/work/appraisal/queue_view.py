"""What the appraiser's queue shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.appraisal.leaf_view import address
from parindex.assessments.appraisal.queue import Queue
from parindex.assessments.model import Cycle
from parindex.scoring import Place
from parindex.text import words


class QueueLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf of the queue."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    max: Decimal
    """Its maximum."""

    total: int
    """Entries to decide."""

    decided: int
    """Of them decided."""

    answered: int
    """Of them answered by the agency, waiting for the appraiser."""

    href: str
    """The leaf across agencies."""

    corrected: int
    """Agencies for which it was corrected, while a published year is."""


class QueueArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area of the queue."""

    code: str | None
    """Its code; none for bonus and penalty."""

    title: str
    """Its title."""

    leaves: tuple[QueueLeaf, ...]
    """In the order of the law."""

    @property
    def total(self) -> int:
        """Entries to decide."""
        return sum(leaf.total for leaf in self.leaves)

    @property
    def decided(self) -> int:
        """Of them decided."""
        return sum(leaf.decided for leaf in self.leaves)


class CorrectionHead(msgspec.Struct, frozen=True, kw_only=True):
    """By which decision a published year is corrected."""

    number: str
    """Số, ký hiệu."""

    on: date
    """Its day."""

    reason: str
    """Why."""

    may_correct: bool
    """Whether the person may correct, and does not only watch."""


class QueuePage(Page, frozen=True, kw_only=True):
    """What a person appraises, by area."""

    template: ClassVar[str] = "work/appraisal/queue.html"

    cycle: Cycle
    """The year."""

    areas: tuple[QueueArea, ...]
    """In the order of the law."""

    total: int
    """Entries to decide."""

    decided: int
    """Of them decided."""

    count: Countdown | None
    """Until the deadline."""

    correction: CorrectionHead | None
    """The correction that the year is in."""


def queue_page(request: PageRequest, queue: Queue, person: Person) -> QueuePage:
    """The leaves that a person appraises, by area; whoever watches sees all of them."""
    _ = translate(request)
    areas = tuple(_areas(request, queue, person).values())
    return QueuePage(
        cycle=queue.cycle,
        areas=areas,
        total=sum(area.total for area in areas),
        decided=sum(area.decided for area in areas),
        count=None if queue.correction else countdown(request, queue.cycle.appraisal_due, what=_("Hạn thẩm định")),
        correction=_head(queue, person) if queue.correction else None,
    )


def _head(queue: Queue, person: Person) -> CorrectionHead:
    assert queue.correction is not None
    decided = queue.correction.decided
    return CorrectionHead(
        number=decided.number,
        on=decided.date,
        reason=decided.reason,
        may_correct=access.may(person, "entry:correct", state=queue.cycle.state, own=False),
    )


def _areas(request: PageRequest, queue: Queue, person: Person) -> Mapping[str, QueueArea]:
    areas: dict[str, QueueArea] = {}
    for place in queue.published.leaves:
        given = queue.mandate.leads(place.appraiser) or place.code in queue.counts
        if "appraiser" in person.roles and not given:
            continue
        key = place.area or place.part
        area = areas.get(key) or QueueArea(code=place.area, title=_title(request, queue, place), leaves=())
        areas[key] = msgspec.structs.replace(area, leaves=(*area.leaves, _leaf(request, queue, place)))
    return areas


def _leaf(request: PageRequest, queue: Queue, place: Place) -> QueueLeaf:
    total, decided, answered = queue.counts.get(place.code, (0, 0, 0))
    return QueueLeaf(
        code=place.code,
        title=words(place.node.title, lang_of(request)),
        max=place.node.max,
        total=total,
        decided=decided,
        answered=answered,
        href=address(queue.cycle, place.code),
        corrected=queue.corrected.get(place.code, 0),
    )


def _title(request: PageRequest, queue: Queue, place: Place) -> str:
    if place.area:
        return words(queue.published.places[place.area].node.title, lang_of(request))
    _ = translate(request)
    title: str = _("Điểm thưởng") if place.part == "bonus" else _("Điểm trừ")
    return title
