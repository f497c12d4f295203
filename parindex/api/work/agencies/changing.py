"""Agencies become otherwise from a day on: renamed, moved, closed, merged, split; each is asked for on a page of its own.

What is typed goes to the check page in its address, so that what was checked is what is done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access, agencies
from parindex.access import form_drafts
from parindex.access.tenants import today_in
from parindex.agencies import deeds
from parindex.agencies.model import Agency, Basis, NewAgency
from parindex.api.shared.forms import posted, read_fields, read_form
from parindex.api.shared.page import lang_of, name_in, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import deed_check, drafts_view
from parindex.api.work.agencies import deed_forms
from parindex.api.work.agencies.deed_forms import ChangeForm, CloseForm, MergeForm, SplitForm
from parindex.api.work.agencies.form_view import FormAsked, registry_form_page
from parindex.api.work.agencies.typed_agency import BasisForm
from parindex.api.work.deed_check import CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.assessments.mergers import deed_checks, treatments
from parindex.assessments.mergers.treatments import MERGER_TREATMENTS, TouchedYear
from parindex.assessments.mergers.weights import MeanWeights
from parindex.audit.confirmation import CheckSentence, DeedCheck, confirm, said
from parindex.errors import N_, Refused
from parindex.store.database import Connection
from parindex.text import Language, ratio, translator


class TakeBackForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which deed is undone."""

    deed: UUID
    """Its id."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A deed as it was typed, with all that it is about."""

    deed: str
    """``change``, ``close``, ``merge`` or ``split``."""

    title: CheckSentence
    """What is done."""

    becomes: CheckSentence
    """What comes of it."""

    ending: tuple[Agency, ...] = ()
    """Agencies that end."""

    moving: tuple[Agency, ...] = ()
    """Agencies that become otherwise."""

    day: date
    """From which day."""

    basis: Basis
    """By which document."""

    do: Callable[[Connection], Awaitable[tuple[UUID, Sequence[UUID], str]]]
    """Does it on the registry; gives the deed, the successors, and the code of the agency to go to."""

    heirs: bool = False
    """Whether somebody takes over."""

    standing: UUID | None = None
    """Who takes over, where it exists already."""


FORMS: Final[Mapping[str, type[BasisForm]]] = {
    "change": ChangeForm, "close": CloseForm, "merge": MergeForm, "split": SplitForm,
}  # fmt: skip


@get("/work/agencies/merge", include_in_schema=False)
async def merge_page(request: PageRequest, services: Given) -> Response[str]:
    """Ask which agencies become one."""
    return await _form(request, services, "", "merge")


@get("/work/agencies/{code:str}/{deed:str}", include_in_schema=False)
async def deed_page(request: PageRequest, services: Given, code: FromPath[str], deed: FromPath[str]) -> Response[str]:
    """Ask from which day, by which document, and what becomes otherwise."""
    return await _form(request, services, name_in(code), deed)


@get("/work/agencies/{code:str}/{deed:str}/check", include_in_schema=False)
async def check_page(request: PageRequest, services: Given, code: FromPath[str], deed: FromPath[str]) -> Response[str]:
    """What the deed touches, before it is done."""
    actor = access.require(request.person, "agency:edit").actor
    code = name_in(code)
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            planned = await _planned(request, connection, code, deed, by=actor)
            frame = await _frame(request, connection, code, planned)
        return await deed_check.ask(request, services, frame, _asked(request, planned))
    except Refused as refused:
        return await _again(request, services, code, deed, refused)


@post("/work/agencies/{code:str}/{deed:str}/check", include_in_schema=False)
async def do(
    request: PageRequest, services: Given, code: FromPath[str], deed: FromPath[str]
) -> Response[str] | Redirect:
    """Do what was checked."""
    person = access.require(request.person, "agency:edit")
    code = name_in(code)
    async with services.db.transaction(request.tenant.id) as connection:
        planned = await _planned(request, connection, code, deed, by=person.actor)
        frame = await _frame(request, connection, code, planned)

    async def done(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        sent = await posted(request)
        ids = [one.id for one in planned.ending]
        chosen = {
            year.cycle_id: next(iter(sent.get(treatments.field_of(year.cycle_id), ())), "")
            for year in (await treatments.touched(connection, ids) if ids else ())
        }
        decided = {
            "number": planned.basis.number,
            "date": planned.basis.date.isoformat(),
            "from": planned.day.isoformat(),
        }
        await confirm(connection, check, form.given, by=person.actor, decided=decided)
        deed_id, successors, there = await planned.do(connection)
        await form_drafts.drop(connection, person, _form_of(code, planned.deed))
        if ids:
            await treatments.apply(
                connection, deed_id, ids, successors, chosen, day=planned.day, decision=planned.basis.number,
                by=person.actor,
            )  # fmt: skip
        return url("/work/agencies", there, day=planned.day.isoformat())

    return await deed_check.take(request, services, frame, CheckForm, _asked(request, planned), done)


@post("/work/agencies/{code:str}/take-back", include_in_schema=False)
async def take_back(request: PageRequest, services: Given, code: FromPath[str]) -> Redirect:
    """Undo what was entered today."""
    person = access.require(request.person, "agency:edit")
    form = await read_form(request, TakeBackForm)
    async with services.db.transaction(request.tenant.id) as connection:
        if await treatments.in_years(connection, form.deed):
            raise Refused("deed_in_years")
        deed = await deeds.take_back(connection, form.deed, by=person.actor)
        borne = await agencies.bearing(connection, [name_in(code)])
    there = ("/work/agencies", name_in(code)) if borne and deed.kind != "add" else ("/work/agencies",)
    return Redirect(url(*there), status_code=303)


def _given(request: PageRequest) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    return given


async def _planned(request: PageRequest, connection: Connection, code: str, deed: str, *, by: str) -> Planned:
    """The deed that the address holds.

    Raises:
        Refused: ``not_found``, ``unknown_agency``, ``invalid_fields``.
    """
    if deed not in FORMS:
        raise Refused("not_found")
    form = read_fields(_given(request), FORMS[deed])
    basis = form.basis(today_in(request.tenant))
    match form:
        case ChangeForm():
            agency = await agencies.find(connection, code, form.day)
            return await _change(connection, form, agency, basis, by)
        case CloseForm():
            return _close(form, await _one(connection, code, form.day), basis, by)
        case MergeForm():
            return await _merge(connection, form, code, basis, by)
        case SplitForm():
            return _split(form, await _one(connection, code, form.day), basis, by)
    raise Refused("not_found")


async def _one(connection: Connection, code: str, day: date) -> Agency:
    """The agency that bears a code on the day before a day."""
    return await agencies.find(connection, code, date.fromordinal(day.toordinal() - 1))


async def _change(connection: Connection, form: ChangeForm, agency: Agency, basis: Basis, by: str) -> Planned:
    values: dict[str, Any] = form.values()
    parent = await agencies.find(connection, form.parent, form.day) if form.parent else None
    values["parent_id"] = parent.id if parent else None
    changed = {name: value for name, value in values.items() if getattr(agency, name) != value}

    async def doing(connection: Connection) -> tuple[UUID, Sequence[UUID], str]:
        done = await deeds.become(connection, agency.id, changed, day=form.day, basis=basis, by=by)
        return done, (), agency.code

    return Planned(
        deed="change", title=said(N_("Đổi từ ngày")), becomes=deed_forms.changes_told(agency, changed, parent),
        moving=(agency,), day=form.day, basis=basis, do=doing,
    )  # fmt: skip


def _close(form: CloseForm, agency: Agency, basis: Basis, by: str) -> Planned:
    async def doing(connection: Connection) -> tuple[UUID, Sequence[UUID], str]:
        return await deeds.close(connection, agency.id, day=form.day, basis=basis, by=by), (), agency.code

    return Planned(
        deed="close", title=said(N_("Kết thúc hiệu lực")), ending=(agency,), day=form.day, basis=basis, do=doing,
        becomes=said(N_("%(name)s không còn trong danh mục từ ngày này, không có cơ quan kế thừa"), name=agency.name_vi),
    )  # fmt: skip


async def _merge(connection: Connection, form: MergeForm, code: str, basis: Basis, by: str) -> Planned:
    codes = list(dict.fromkeys([*([code] if code and code != "merge" else []), *form.codes()]))
    ending = [await _one(connection, one, form.day) for one in codes]
    into: NewAgency | Agency
    standing = None if form.name_vi else await agencies.find(connection, form.code, form.day)
    into = standing if standing is not None else form.successor(ending)
    taking = [one for one in ending if standing is None or one.id != standing.id]

    async def doing(connection: Connection) -> tuple[UUID, Sequence[UUID], str]:
        given = standing.id if standing is not None else form.successor(ending)
        done, follower = await deeds.merge(
            connection, [one.id for one in taking], given, day=form.day, basis=basis, by=by
        )
        return done, (follower,), into.code

    told = N_("%(names)s nhập vào %(name)s (%(code)s)") if standing else N_("%(names)s thành %(name)s (%(code)s)")
    return Planned(
        deed="merge", title=said(N_("Sáp nhập, hợp nhất")), ending=tuple(taking), day=form.day, basis=basis, do=doing,
        becomes=said(told, names=tuple(one.name_vi for one in taking), name=into.name_vi, code=into.code), heirs=True,
        standing=standing.id if standing is not None else None,
    )  # fmt: skip


def _split(form: SplitForm, agency: Agency, basis: Basis, by: str) -> Planned:
    into = form.successors(agency)

    async def doing(connection: Connection) -> tuple[UUID, Sequence[UUID], str]:
        done, followers = await deeds.split(connection, agency.id, into, day=form.day, basis=basis, by=by)
        return done, followers, agency.code

    return Planned(
        deed="split", title=said(N_("Chia, tách")), ending=(agency,), day=form.day, basis=basis, do=doing, heirs=True,
        becomes=said(
            N_("%(name)s thành %(names)s"), name=agency.name_vi,
            names=tuple(f"{one.name_vi} ({one.code})" for one in into),
        ),
    )  # fmt: skip


def _asked(request: PageRequest, planned: Planned) -> deed_check.Asked:
    async def asked(connection: Connection, *, hold: bool) -> DeedCheck:
        del hold  # the registry is held by the trial of the deed
        return await deed_checks.of_deed(
            connection, request.person, deed=planned.deed, title=planned.title, ending=planned.ending,
            becomes=planned.becomes, day=planned.day, basis=planned.basis, today=today_in(request.tenant),
            trial=planned.do, successors=planned.heirs, moving=planned.moving,
        )  # fmt: skip

    return asked


async def _frame(request: PageRequest, connection: Connection, code: str, planned: Planned) -> DeedFrame:
    _ = translator(lang_of(request))
    here = f"/work/agencies/{_quoted(code)}/{planned.deed}"
    query = "?" + urlencode([(name, value) for name, values in _given(request).items() for value in values])
    fields = []
    years = await treatments.touched(connection, [one.id for one in planned.ending]) if planned.ending else []
    for year in years:
        open_to = await treatments.offered(
            connection,
            year,
            heirs=planned.heirs,
            single=planned.deed == "merge",
            standing=planned.standing,
            day=planned.day,
        )
        if open_to:
            fields.append(
                _treatment_field(year, open_to, {one.id: one for one in planned.ending}, planned, lang_of(request))
            )
    return DeedFrame(
        path=f"{here}/check{query}", back=f"{here}{query}", fields=tuple(fields),
        heading=N_("Phiếu trong các kỳ đang mở") if fields else "", danger=planned.deed == "close",
    )  # fmt: skip


def _treatment_field(
    year: TouchedYear,
    open_to: Mapping[str, MeanWeights | None],
    ending: Mapping[UUID, Agency],
    planned: Planned,
    lang: Language,
) -> CheckField:
    _ = translator(lang)
    told = [weights_told(one, ending, lang) for one in open_to.values() if one is not None]
    if planned.deed == "merge" and "weighted_population" in year.choices and "weighted_population" not in open_to:
        told.append(
            _("Không chia được theo dân số: còn cơ quan chưa có dân số trong danh mục, hoặc chỉ một cơ quan có phiếu.")
        )
    return CheckField(
        name=treatments.field_of(year.cycle_id), kind="choice", label=_("Phiếu của kỳ năm %(year)s", year=year.label),
        options=(
            FieldOption(value="", label=_("Chọn cách xử lý")),
            *(FieldOption(value=name, label=_(MERGER_TREATMENTS[name])) for name in open_to),
        ),
        hint=" ".join(told),
    )  # fmt: skip


def weights_told(weights: MeanWeights, ending: Mapping[UUID, Agency], lang: Language) -> str:
    """What each agency counts, in one sentence."""
    _ = translator(lang)
    successor: str = _("cơ quan kế thừa")
    parts = ", ".join(
        f"{ending[one].short if one in ending else successor} {ratio(weight, lang)}"
        for one, weight in weights.parts.items()
    )
    if weights.by == "months":
        return _("Trọng số theo số tháng trong năm: %(parts)s.", parts=parts)
    return _("Trọng số theo dân số: %(parts)s.", parts=parts)


def _form_of(code: str, deed: str) -> str:
    """The form whose draft is kept: its page."""
    return "/work/agencies/merge" if code == "merge" else f"/work/agencies/{quote(code)}/{deed}"


def _quoted(code: str) -> str:
    return url("", code).rpartition("/")[2]


async def _again(request: PageRequest, services: Services, code: str, deed: str, refused: Refused) -> Response[str]:
    if deed not in FORMS or refused.kind.status in (400, 401, 403):
        raise refused
    return await _form(request, services, "" if code == "merge" else code, deed, refused)


async def _form(
    request: PageRequest, services: Services, code: str, deed: str, refused: Refused | None = None
) -> Response[str]:
    person = access.require(request.person, "agency:edit")
    if deed not in FORMS:
        raise Refused("not_found")
    lang, agency = lang_of(request), None
    form = _form_of(code or "merge", deed)
    async with services.db.transaction(request.tenant.id) as connection:
        if code:
            borne = await agencies.bearing(connection, [code])
            if not borne:
                raise Refused("unknown_agency", agency=code)
            agency = borne[-1]
        kept = await form_drafts.of_form(connection, person, form)
    action = url("/work/agencies", code or "merge", deed, "check")
    back = url("/work/agencies", code) if code else url("/work/agencies")
    asked: FormAsked = deed_forms.asked(deed, agency, lang, action=action, back=back)
    given = _given(request) or None
    mark = drafts_view.mark(person, form, None if given else kept, {one.name: one.value for one in asked.fields})
    shown = registry_form_page(asked, lang, typed=given, refused=refused, draft=mark)
    return page(request, shown, status=422 if refused else 200)


routes = [merge_page, take_back, check_page, do, deed_page]
