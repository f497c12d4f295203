"""What the page of a draft shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.agencies import Agency
from parindex.api.shared.forms import Posted
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.paging import ANY_PAGE, page_asked
from parindex.api.shared.requests import PageRequest
from parindex.api.work.deed_check_view import sentence
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, options_of, told_by_field
from parindex.api.work.years.new_year_view import DAYS, labels, set_label
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.cycles import from_last_year, grouping
from parindex.assessments.cycles.members import AppraisingBody
from parindex.assessments.cycles.steps import Participant
from parindex.assessments.model import CYCLE_STATES, Cycle
from parindex.audit.confirmation import DeedCheck
from parindex.errors import Refused
from parindex.publication import titles
from parindex.scoring import Input
from parindex.surveys.model import Round
from parindex.text import Language, date_text, fold, words
from parindex.wording.group_names import attribute_name

MOST_NAMES: Final = 400
"""Agencies that are proposed while a name is typed; communes are not, where they would be more."""


class YearDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it stands."""

    cycle: Cycle
    """The year."""

    known: Published
    """Its set."""

    members: Mapping[UUID, Participant]
    """Who takes part."""

    rounds: Sequence[Round]
    """Its survey rounds."""


class LackingLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is missing before the year opens."""

    text: str
    """What it is."""

    href: str
    """Where it is mended."""

    impossible: bool
    """Whether the year cannot be opened without it."""


class BodyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A body that the set names."""

    name: str
    """By which the set names it."""

    what: str
    """What it appraises."""

    agency: str
    """Who appraises."""

    substitute: str
    """Who appraises that one's own sheet."""

    above: bool
    """Whether the agency above each agency appraises, where there is one."""

    agency_error: str
    """What is wrong with it."""

    substitute_error: str
    """What is wrong with it."""


class AttributeField(msgspec.Struct, frozen=True, kw_only=True):
    """What the set asks of an agency itself."""

    name: str
    """Of the field."""

    label: str
    """What is asked."""

    options: tuple[FieldOption, ...]
    """What may be chosen; empty for a field to type in."""

    value: str
    """What stands in it."""

    error: str
    """What is wrong with it."""


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that may take part."""

    id: str
    """Of the agency."""

    code: str
    """Official code."""

    name: str
    """Its name."""

    member: bool
    """Whether it takes part."""

    ranked: bool
    """Whether it is ranked."""

    attributes: tuple[AttributeField, ...]
    """What the set asks of it."""


class RoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A survey round."""

    id: str
    """Of the round."""

    title: str
    """Its name."""

    opens_on: str
    """First day."""

    closes_on: str
    """Last day."""

    min_n: str
    """Least count of a group that is shown."""

    href: str
    """Its page."""

    error_of: Mapping[str, str]
    """What is wrong, by field."""


class DraftDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the person may do now."""

    change: bool
    """Change the draft, or take it away."""

    issue: bool
    """Issue it under its plan."""

    open: bool
    """Begin self-assessment."""

    cancel: bool
    """Give it up."""


class DraftPage(Page, frozen=True, kw_only=True):
    """A year that is not open yet."""

    template: ClassVar[str] = "work/years/draft.html"

    cycle_id: str
    """The year."""

    title: str
    """Which year."""

    state: str
    """Its state in words."""

    may: DraftDeeds
    """What the person may do."""

    lacking: tuple[LackingLine, ...]
    """What is missing."""

    saved: str
    """Section that was saved; empty for none."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields of set and days."""

    sets: tuple[FieldOption, ...]
    """Sets that the draft may have."""

    set_name: str
    """The one that it has."""

    groups: tuple[FieldOption, ...]
    """Attributes that its set may group agencies by, none first."""

    bodies: tuple[BodyRow, ...]
    """Who appraises."""

    proposed: tuple[FieldOption, ...]
    """Agencies that are proposed while a name is typed."""

    members: tuple[MemberRow, ...]
    """Agencies of this page."""

    attributes: tuple[str, ...]
    """What the set asks of the agency itself."""

    taking_part: int
    """How many take part."""

    registered: int
    """How many the registry holds."""

    found: int
    """How many the search finds."""

    number: int
    """Of the page of agencies, from 1."""

    pages: int
    """How many pages there are."""

    q: str
    """What is searched."""

    rounds: tuple[RoundRow, ...]
    """Survey rounds."""


def draft_page(
    request: PageRequest,
    held: YearDraft,
    check: DeedCheck,
    *,
    registered: Sequence[Agency],
    everybody: Sequence[Agency],
    bodies: Mapping[str, AppraisingBody],
    sets: Sequence[Published],
    given: Posted,
    refused: Refused | None,
    section: str,
    size: int,
) -> DraftPage:
    """The page of a draft.

    Args:
        request: Gives language, time zone, person, search and page.
        held: The draft.
        check: What is looked at before it is opened.
        registered: The agencies of its tier on its first day.
        everybody: All agencies of today.
        bodies: Who appraises.
        sets: Published sets.
        given: What a refused form held.
        refused: Why it was refused.
        section: Where it was refused.
        size: Agencies on a page.
    """
    _, lang, cycle = translate(request), lang_of(request), held.cycle
    told = told_by_field(refused.fields, lang) if refused else {}
    q = request.query_params.get("q", "").strip()[:100]
    matching = [one for one in registered if fold(q) in fold(f"{one.code} {one.name_vi}")] if q else list(registered)
    pages = max(1, -(-len(matching) // size))
    number = min(page_asked(request, last=ANY_PAGE), pages)
    names = {**labels(request), **{field: _attribute_label(held, field, lang) for field in told}}
    return DraftPage(
        cycle_id=str(cycle.id),
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        state=_(CYCLE_STATES[cycle.state]),
        may=_deeds(request.person, cycle),
        lacking=_lacking(request, check),
        saved=request.query_params.get("saved", ""),
        problem=refusal_told(refused, lang) if refused and not told else None,
        faults=faults(told, lang, names),
        error_of=told,
        typed=_typed(request, held, given if section == "days" else {}),
        sets=tuple(
            FieldOption(value=str(known.id), label=set_label(known))
            for known in sets
            if known.criteria_set.tier == cycle.tier and cycle.year in known.criteria_set.years
        ),
        set_name=set_label(held.known),
        groups=_groups(request, held),
        bodies=tuple(_body(held, body, bodies, given, told, lang) for body in held.known.named_bodies),
        proposed=_proposed(everybody),
        members=tuple(
            _member(held, agency, given if section == "members" else None, told, lang)
            for agency in matching[(number - 1) * size : number * size]
        ),
        attributes=tuple(_asked(name, asked, lang) for name, asked in held.known.criteria_set.attributes.items()),
        taking_part=len(held.members),
        registered=len(registered),
        found=len(matching),
        number=number,
        pages=pages,
        q=q,
        rounds=tuple(_round(request, one, given if section == "surveys" else {}, told) for one in held.rounds),
    )


def _groups(request: PageRequest, held: YearDraft) -> tuple[FieldOption, ...]:
    _, law = translate(request), held.known.criteria_set
    return (
        FieldOption(value="", label=_("Không chia nhóm")),
        *(
            FieldOption(value=name, label=attribute_name(law, name, lang_of(request)))
            for name in grouping.choices(law)
        ),
    )  # fmt: skip


def _deeds(person: Person | None, cycle: Cycle) -> DraftDeeds:
    return DraftDeeds(
        change=access.may(person, "cycle:draft", state=cycle.state),
        issue=access.may(person, "cycle:issue", state=cycle.state),
        open=access.may(person, "cycle:open", state=cycle.state),
        cancel=access.may(person, "cycle:cancel", state=cycle.state),
    )


def _lacking(request: PageRequest, check: DeedCheck) -> tuple[LackingLine, ...]:
    lang, zone = lang_of(request), request.tenant.zone
    return tuple(
        LackingLine(text=sentence(line.told, lang, zone), href=url(line.href), impossible=line.impossible)
        for line in check.lines
    )


def _attribute_label(held: YearDraft, field: str, lang: Language) -> str:
    name = field.rpartition(":")[2]
    asked = held.known.criteria_set.attributes.get(name)
    return _asked(name, asked, lang) if asked and field.startswith("attribute:") else ""


def _asked(name: str, asked: Input, lang: Language) -> str:
    return str(words(asked.label, lang)) if asked.label else name


def _first(given: Posted, name: str, kept: str) -> str:
    return next(iter(given[name]), "") if name in given else kept


def _typed(request: PageRequest, held: YearDraft, given: Posted) -> dict[str, str]:
    lang, days = lang_of(request), from_last_year.days_of(held.cycle, request.tenant.zone)
    kept = {name: date_text(days[name], lang) if name in days else "" for name in DAYS}
    kept |= {
        "criteria_set": str(held.known.id),
        "withdrawals": str(held.cycle.withdrawals),
        "group_by": held.cycle.group_by or "",
    }
    return {name: _first(given, name, value) for name, value in kept.items()}


def _body(
    held: YearDraft, body: str, bodies: Mapping[str, AppraisingBody], given: Posted, told: Mapping[str, str], lang: Language
) -> BodyRow:  # fmt: skip
    places = held.known.places
    areas = dict.fromkeys(
        place.area or place.code for place in held.known.leaves if place.appraiser == body
    )  # fmt: skip
    named = [f"{code} {words(places[code].node.title, lang)}" if code in places else code for code in areas]
    kept = bodies.get(body)
    return BodyRow(
        name=body,
        what="; ".join(named),
        agency=_first(given, f"body:{body}", kept.agency if kept else ""),
        substitute=_first(given, f"substitute:{body}", kept.substitute if kept else ""),
        above=f"above:{body}" in given if f"body:{body}" in given else bool(kept and kept.above),
        agency_error=told.get(f"body:{body}", ""),
        substitute_error=told.get(f"substitute:{body}", ""),
    )


def _proposed(everybody: Sequence[Agency]) -> tuple[FieldOption, ...]:
    few = everybody if len(everybody) <= MOST_NAMES else [one for one in everybody if one.tier != "commune"]
    return tuple(FieldOption(value=one.name_vi, label=one.code) for one in few[:MOST_NAMES])


def _member(
    held: YearDraft, agency: Agency, given: Posted | None, told: Mapping[str, str], lang: Language
) -> MemberRow:
    kept = held.members.get(agency.id)
    sent = given if given is not None and str(agency.id) in given.get("shown", ()) else None
    fields = []
    for name, asked in held.known.criteria_set.attributes.items():
        field = f"attribute:{agency.id}:{name}"
        value = kept.attributes.get(name, "") if kept else ""
        fields.append(
            AttributeField(
                name=field, label=_asked(name, asked, lang), options=options_of(asked, lang) if asked.type in ("boolean", "choice") else (),
                value=_first(sent or {}, field, value), error=told.get(field, ""),
            )
        )  # fmt: skip
    return MemberRow(
        id=str(agency.id),
        code=agency.code,
        name=agency.name(lang),
        member=str(agency.id) in sent.get("member", ()) if sent is not None else kept is not None,
        ranked=str(agency.id) in sent.get("ranked", ()) if sent is not None else kept is None or kept.ranked,
        attributes=tuple(fields),
    )


def _round(request: PageRequest, held: Round, given: Posted, told: Mapping[str, str]) -> RoundRow:
    lang = lang_of(request)
    sent = given if next(iter(given.get("round", ())), "") == str(held.id) else {}
    return RoundRow(
        id=str(held.id),
        title=held.title(lang),
        opens_on=_first(sent, "round_opens_on", date_text(held.opens_on, lang)),
        closes_on=_first(sent, "round_closes_on", date_text(held.closes_on, lang)),
        min_n=_first(sent, "min_n", str(held.min_n)),
        href=url(f"/work/surveys/{held.id}"),
        error_of=told if sent else {},
    )
