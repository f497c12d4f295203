"""What the page of one round shows: field work by agency, then lock, computation and results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption
from parindex.api.work.surveys.job_progress import JobProgress, progress_of
from parindex.api.work.surveys.results_view import RoundResults
from parindex.api.work.surveys.round_state import RoundChip, response_rate, state_of
from parindex.errors import Refused
from parindex.jobs.model import JobRow
from parindex.surveys.model import Round, UnitProgress
from parindex.surveys.results import sample_outcome
from parindex.surveys.results.fieldwork import PARTS, WAYS, FieldworkCounts
from parindex.surveys.results.sample_outcome import SILENT_REASONS
from parindex.surveys.rounds.lock import Tombstone
from parindex.surveys.rounds.progress import SampledAgency
from parindex.text import Language, translator


class RoundHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The round."""

    title: str
    """Its title."""

    state: RoundChip
    """Where it stands."""

    opens: date
    """First day of the field."""

    until: date
    """Last day of the field."""

    min_n: int
    """Smallest number of responses that is shown."""

    imported: bool
    """Whether its estimates were computed elsewhere."""

    open: bool
    """Whether it takes answers."""


class FieldSums(msgspec.Struct, frozen=True, kw_only=True):
    """The field work as a whole."""

    drawn: int
    """People drawn."""

    invited: int
    """Invitations made."""

    answered: int
    """Responses."""

    rate: Decimal | None
    """Percent of those drawn who answered."""

    units: int
    """Villages."""

    psus: int
    """Communes."""

    silent: int
    """Villages without a response."""


class AgencyField(msgspec.Struct, frozen=True, kw_only=True):
    """The field work of one agency."""

    name: str
    """Its name."""

    psus: int
    """Communes."""

    drawn: int
    """People drawn."""

    invited: int
    """Invitations made."""

    answered: int
    """Responses."""

    rate: Decimal | None
    """Percent of those drawn who answered."""


class SilentCommune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune that was drawn and in which nobody answered."""

    name: str
    """Its name."""

    reason: str
    """Why, as far as the round tells."""


class StratumQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The communes of one stratum."""

    name: str
    """The stratum, with the agencies that are asked about in it."""

    drawn: int
    """Communes drawn."""

    answered: int
    """Communes from which an answer came."""

    silent: tuple[SilentCommune, ...]
    """The others."""


class SampleQuality(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the communes of the sample."""

    strata: tuple[StratumQuality, ...]
    """By stratum."""

    drawn: int
    """Communes drawn."""

    answered: int
    """Communes from which an answer came."""

    silent: int
    """Communes from which none came."""

    lonely: int
    """Strata for which one commune answers."""


class RoundDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the person may do with the round now."""

    extend: bool
    """Move its last day."""

    lock: bool
    """Sever invitations and responses."""

    compute: bool
    """Compute its numbers."""

    export: bool
    """Take the responses out as the exact file."""

    invite: bool
    """Make invitations."""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers came in one part of the days, or in one way."""

    name: str
    """The part or the way."""

    count: int
    """Answers."""


class HowAnswersCame(msgspec.Struct, frozen=True, kw_only=True):
    """What the lock left of the field work's days and ways."""

    parts: tuple[Came, ...]
    """By part of the days."""

    ways: tuple[Came, ...]
    """By way."""


class RoundPage(Page, frozen=True, kw_only=True):
    """One round at work."""

    template: ClassVar[str] = "work/surveys/round.html"

    round: RoundHeader
    """The round."""

    totals: FieldSums
    """The field work as a whole."""

    strata: tuple[AgencyField, ...]
    """Agencies in official order."""

    quality: SampleQuality | None
    """What became of the communes; ``None`` while the round is open, and of imported estimates."""

    may: RoundDeeds
    """What the person may do."""

    job: JobProgress | None
    """A computation under way."""

    came: HowAnswersCame | None
    """What the lock left of days and ways; ``None`` before it."""

    units: tuple[FieldOption, ...]
    """Villages to invite in, while the round is open; the empty choice first."""

    asked: str
    """Name of the request that the form for invitations makes, so that sent again it makes none."""

    lock: Tombstone | None
    """What the lock erased."""

    results: RoundResults | None
    """The newest numbers."""

    errors: tuple[FieldFault, ...]
    """What was refused."""

    typed: Mapping[str, str]
    """What a refused form held, by field."""

    here_path: str
    """Address of the round."""


def round_page(
    request: PageRequest,
    person: Person,
    held: Round,
    units: Sequence[UnitProgress],
    agencies: Mapping[UUID, SampledAgency],
    *,
    today: date,
    tombstone: Tombstone | None,
    results: RoundResults | None,
    job: JobRow | None,
    came: FieldworkCounts | None,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> RoundPage:
    """One round.

    Args:
        request: Gives the language.
        person: Who looks.
        held: The round.
        units: What came back from every village.
        agencies: Those of the sample, in official order.
        today: In the tenant's zone.
        tombstone: What the lock erased.
        results: The newest numbers.
        job: The newest computation that was asked for.
        came: What the lock left of the field work's days and ways.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    lang = lang_of(request)
    given = {name: (typed or {}).get(name, "") for name in ("unit", "count")}
    return RoundPage(
        round=RoundHeader(
            title=held.title(lang),
            state=state_of(held, today, lang),
            opens=held.opens_on,
            until=held.closes_on,
            min_n=held.min_n,
            imported=held.state == "imported",
            open=held.state == "open",
        ),
        totals=_sums(units),
        strata=_by_agency(units, agencies, english=lang == "en"),
        quality=_quality(units, agencies, lang) if units and held.state in ("locking", "locked") else None,
        may=RoundDeeds(
            extend=access.may(person, "survey:extend", state=held.state),
            lock=access.may(person, "survey:lock", state=held.state),
            compute=access.may(person, "survey:compute", state=held.state),
            export=access.may(person, "survey:export", state=held.state),
            invite=access.may(person, "survey:invite", state=held.state),
        ),
        job=progress_of(job),
        came=_came(came, lang) if came and came.parts else None,
        units=_choices(request, units, agencies) if held.state == "open" and units else (),
        asked=str(uuid4()),
        lock=tombstone,
        results=results,
        errors=_errors(request, refused, {"compute": job}),
        typed=given,
        here_path=url(f"/work/surveys/{held.id}"),
    )


def _came(counts: FieldworkCounts, lang: Language) -> HowAnswersCame:
    _ = translator(lang)
    return HowAnswersCame(
        parts=tuple(
            Came(name=_(name), count=counts.parts[part]) for part, name in PARTS.items() if part in counts.parts
        ),
        ways=tuple(Came(name=_(WAYS[way]), count=count) for way, count in counts.ways.items()),
    )


def _errors(
    request: PageRequest, refused: Refused | None, asked: Mapping[str, JobRow | None]
) -> tuple[FieldFault, ...]:
    lang = lang_of(request)
    faults = []
    if refused is not None:
        title, detail = sentence(refused.code, refused.values, lang)
        faults.append(FieldFault(id="unit", message=f"{title}. {detail}"))
    for field, job in asked.items():
        if job is not None and job.state == "failed" and job.error_code is not None:
            title, detail = sentence(job.error_code, job.values(), lang)
            faults.append(FieldFault(id=field, message=f"{title}. {detail}"))
    return tuple(faults)


def _choices(
    request: PageRequest, units: Sequence[UnitProgress], agencies: Mapping[UUID, SampledAgency]
) -> tuple[FieldOption, ...]:
    _ = translate(request)
    return (
        FieldOption(value="", label=_("Chọn một thôn")),
        *(
            FieldOption(
                value=str(each.unit.id),
                label=f"{agencies[each.unit.agency_id].name_vi} · {each.unit.psu_name} · {each.unit.ssu_name}",
            )
            for each in units
        ),
    )


def _sums(units: Sequence[UnitProgress]) -> FieldSums:
    drawn, answered = sum(each.unit.drawn for each in units), sum(each.answered for each in units)
    return FieldSums(
        drawn=drawn,
        invited=sum(each.invited for each in units),
        answered=answered,
        rate=response_rate(answered, drawn),
        units=len(units),
        psus=len({(each.unit.stratum, each.unit.psu) for each in units}),
        silent=sum(1 for each in units if not each.answered),
    )


def _by_agency(
    units: Sequence[UnitProgress], agencies: Mapping[UUID, SampledAgency], *, english: bool
) -> tuple[AgencyField, ...]:
    own: dict[UUID, list[UnitProgress]] = {agency: [] for agency in agencies}
    for each in units:
        own[each.unit.agency_id].append(each)
    rows = []
    for agency_id, agency in agencies.items():
        mine = own[agency_id]
        drawn, answered = sum(each.unit.drawn for each in mine), sum(each.answered for each in mine)
        rows.append(
            AgencyField(
                name=(agency.name_en or agency.name_vi) if english else agency.name_vi,
                psus=len({(each.unit.stratum, each.unit.psu) for each in mine}),
                drawn=drawn,
                invited=sum(each.invited for each in mine),
                answered=answered,
                rate=response_rate(answered, drawn),
            )
        )
    return tuple(rows)


def _quality(units: Sequence[UnitProgress], agencies: Mapping[UUID, SampledAgency], lang: Language) -> SampleQuality:
    _ = translator(lang)
    names = {one.code: (one.name_en or one.name_vi) if lang == "en" else one.name_vi for one in agencies.values()}
    outcomes = sample_outcome.strata(
        sample_outcome.communes(units, {key: one.code for key, one in agencies.items()}, closed=True)
    )
    rows = tuple(
        StratumQuality(
            name=f"{each.stratum} · {names[each.agencies[0]]}" if len(each.agencies) == 1 else each.stratum,
            drawn=each.drawn,
            answered=each.answered,
            silent=tuple(SilentCommune(name=one.name, reason=_(SILENT_REASONS[one.reason])) for one in each.silent),
        )
        for each in outcomes
    )
    return SampleQuality(
        strata=rows,
        drawn=sum(row.drawn for row in rows),
        answered=sum(row.answered for row in rows),
        silent=sum(len(row.silent) for row in rows),
        lonely=sum(each.lonely for each in outcomes),
    )
