"""What the page of owner bodies shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex import access
from parindex.api.shared.forms import Posted
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.model import CYCLE_STATES, Cycle
from parindex.assessments.owners.owner_bodies import BodyBelow
from parindex.assessments.owners.succession import OwnerMove
from parindex.errors import Refused
from parindex.publication import titles
from parindex.scoring import Place
from parindex.text import date_text, words


class OwnersKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the owner bodies of a year."""

    cycle: Cycle
    """The year."""

    known: Published
    """Its set."""

    below: Mapping[UUID, Sequence[BodyBelow]]
    """Bodies below the agencies that have any, in official order."""

    owners: Mapping[UUID, Mapping[str, UUID]]
    """By agency and leaf."""

    names: Mapping[UUID, str]
    """Names of those that take part."""

    moves: Sequence[OwnerMove]
    """Bodies that ended while the year was open."""


class OwnedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf and who declares it."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    owner: str
    """Id of the body; empty for the agency alone."""

    error: str
    """What is wrong with it."""


class OwnedArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area with its leaves."""

    code: str
    """Its code, or the part that stands beside the areas."""

    title: str
    """Its title."""

    leaves: tuple[OwnedLeaf, ...]
    """In the order of the law."""


class OwnersPage(Page, frozen=True, kw_only=True):
    """Who declares each leaf of an agency's sheet."""

    template: ClassVar[str] = "work/years/owners.html"

    cycle_id: str
    """The year."""

    title: str
    """Which year."""

    state: str
    """Its state in words."""

    may_change: bool
    """Whether the person may say otherwise."""

    saved: bool
    """Whether something was saved just now."""

    agencies: tuple[Link, ...]
    """Agencies below which there are bodies, each with how many leaves have an owner."""

    agency: str
    """Id of the one that is shown; empty for none."""

    agency_name: str
    """Its name."""

    bodies: tuple[FieldOption, ...]
    """Who may be chosen, nobody first."""

    areas: tuple[OwnedArea, ...]
    """The leaves of its sheet."""

    faults: tuple[FieldFault, ...]
    """What is wrong."""

    moves: tuple[str, ...]
    """Bodies of this sheet that ended while the year was open, and who declares their leaves now."""


def owners_page(
    request: PageRequest, known: OwnersKnown, agency: UUID | None, *, given: Posted | None, refused: Refused | None
) -> OwnersPage:
    """The page of owner bodies.

    Args:
        request: Gives language and person.
        known: What is known of them.
        agency: Whose sheet is shown; ``None`` where nobody has bodies below.
        given: What a refused form held.
        refused: Why it was refused.
    """
    _, cycle, lang = translate(request), known.cycle, lang_of(request)
    told = told_by_field(refused.fields, lang) if refused else {}
    bodies = known.below.get(agency, ()) if agency else ()
    labels = {f"owner:{place.code}": place.code for place in known.known.leaves}
    return OwnersPage(
        cycle_id=str(cycle.id),
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        state=_(CYCLE_STATES[cycle.state]),
        may_change=access.may(request.person, "cycle:draft", state=cycle.state),
        saved="saved" in request.query_params and refused is None,
        agencies=tuple(_link(request, known, one, current=one == agency) for one in known.below),
        agency=str(agency) if agency else "",
        agency_name=known.names.get(agency, "") if agency else "",
        bodies=(
            FieldOption(value="", label=_("Đơn vị tự kê khai")),
            *(FieldOption(value=str(body.id), label=body.name) for body in bodies),
        ),
        areas=_areas(request, known, agency, given, told) if agency else (),
        faults=faults(told, lang, labels),
        moves=tuple(_moved(request, one) for one in known.moves if one.agency_id == agency),
    )


def _moved(request: PageRequest, one: OwnerMove) -> str:
    _ = translate(request)
    return _(
        "Từ ngày %(day)s theo %(decision)s: tiêu chí %(leaves)s từ %(before)s sang %(after)s.",
        day=date_text(one.effective_on, lang_of(request)), decision=one.decision, leaves=", ".join(one.leaves),
        before=one.before, after=one.after or _("đơn vị có phiếu tự kê khai"),
    )  # fmt: skip


def _link(request: PageRequest, known: OwnersKnown, agency: UUID, *, current: bool) -> Link:
    _ = translate(request)
    count = len(known.owners.get(agency, {}))
    label = _("%(agency)s: %(n)s tiêu chí có cơ quan chủ trì", agency=known.names[agency], n=count)
    return Link(href="" if current else url(f"/work/years/{known.cycle.id}/owners", agency=str(agency)), label=label)


def _areas(
    request: PageRequest, known: OwnersKnown, agency: UUID, given: Posted | None, told: Mapping[str, str]
) -> tuple[OwnedArea, ...]:  # fmt: skip
    areas: dict[str, OwnedArea] = {}
    kept = known.owners.get(agency, {})
    for place in known.known.leaves:
        stands = str(kept[place.code]) if place.code in kept else ""
        field = f"owner:{place.code}"
        owner = next(iter(given.get(field, ())), "") if given is not None else stands
        leaf = OwnedLeaf(
            code=place.code, title=words(place.node.title, lang_of(request)), owner=owner,
            error=told.get(field, ""),
        )  # fmt: skip
        key = place.area or place.part
        area = areas.get(key) or OwnedArea(code=key, title=_title(request, known, place), leaves=())
        areas[key] = msgspec.structs.replace(area, leaves=(*area.leaves, leaf))
    return tuple(areas.values())


def _title(request: PageRequest, known: OwnersKnown, place: Place) -> str:
    if place.area:
        return f"{place.area} {words(known.known.places[place.area].node.title, lang_of(request))}"
    _ = translate(request)
    title: str = _("Điểm thưởng") if place.part == "bonus" else _("Điểm trừ")
    return title
