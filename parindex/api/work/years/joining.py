"""An agency is added to a year whose plan was issued: chosen first, then checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.forms import Line, Posted, posted
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.agencies.form_view import FormAsked, registry_form_page
from parindex.api.work.deed_check import Asked
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.sheets.entry_view import FieldOption, options_of
from parindex.api.work.years.stopping import StopForm
from parindex.assessments.council import join_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import joining, listing, steps
from parindex.assessments.model import Cycle
from parindex.assessments.sheets import typed_values
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.scoring import Input
from parindex.store.database import Connection
from parindex.text import N_, Language, translator, words

MOST_CHOICES: Final = 100
"""Agencies that are listed to choose from; of more the code is typed."""

_LAST_DAY: Final = CheckField(
    name="last_day", label=N_("Hạn nộp riêng của đơn vị (không bắt buộc)"), kind="date",
    hint=N_("Chỉ khi quyết định cho đơn vị thêm thời gian. Ngày/tháng/năm"),
)  # fmt: skip


class JoinForm(StopForm, frozen=True, kw_only=True):
    """The decision, whether the agency is ranked, and a last day of its own; attributes come as ``attribute:<name>``."""

    ranked: Line = ""
    """``yes`` or ``no``."""

    last_day: date | None = None
    """Its last day."""


@get("/work/years/{cycle_id:uuid}/join", include_in_schema=False)
async def join_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask which agency."""
    return await _choice(request, services, cycle_id)


@get("/work/years/{cycle_id:uuid}/join/check", include_in_schema=False)
async def check_page(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], agency: FromQuery[str] = ""
) -> Response[str]:
    """What it means, before it is done."""
    code = agency.strip()
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            frame = await _frame(request, connection, cycle_id, code)
        return await deed_check.ask(request, services, frame, _asked(request, cycle_id, code))
    except Refused as refused:
        if refused.code == "cycle_wrong_state" or refused.kind.status in (400, 401, 403):
            raise
        return await _choice(request, services, cycle_id, code, refused)


@post("/work/years/{cycle_id:uuid}/join/check", include_in_schema=False)
async def join(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], agency: FromQuery[str] = ""
) -> Response[str] | Redirect:
    """Add it."""
    code = agency.strip()
    async with services.db.transaction(request.tenant.id) as connection:
        frame = await _frame(request, connection, cycle_id, code)

    async def deed(connection: Connection, check: DeedCheck, form: JoinForm) -> str:
        assert request.person is not None
        paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        cycle = await listing.by_id(connection, cycle_id)
        attributes = _attributes(await _attributes_asked(connection, cycle), await posted(request))
        if form.ranked not in ("yes", "no"):
            raise Refused("invalid_fields", fields=(FieldError(field="ranked", code="field_empty"),))
        await confirm(connection, check, form.given, by=request.person.actor, decided=deed_fields.on_record(paper))
        await joining.join(
            connection, request.person, cycle_id, code, attributes=attributes, ranked=form.ranked == "yes",
            last_day=form.last_day, decided=paper, zone=request.tenant.zone,
        )  # fmt: skip
        return f"/work/cycles/{cycle_id}"

    return await deed_check.take(request, services, frame, JoinForm, _asked(request, cycle_id, code), deed)


async def _choice(
    request: PageRequest, services: Services, cycle_id: UUID, code: str = "", refused: Refused | None = None
) -> Response[str]:
    lang = lang_of(request)
    async with services.db.transaction(request.tenant.id) as connection:
        cycle = await listing.by_id(connection, cycle_id)
        steps.require(request.person, "cycle:join", cycle)
        known = await joining.candidates(connection, cycle)
    options = tuple(FieldOption(value=one.code, label=f"{one.name(lang)} ({one.code})") for one in known)
    listed = 0 < len(options) <= MOST_CHOICES
    field = CheckField(
        name="agency", label=N_("Cơ quan"), kind="choice", options=(FieldOption(value="", label="–"), *options)
    ) if listed else CheckField(name="agency", label=N_("Mã cơ quan"))  # fmt: skip
    lead = (
        N_("Chọn một cơ quan cùng cấp, đang có hiệu lực và chưa tham gia kỳ này.") if known
        else N_("Mọi cơ quan cùng cấp trong danh mục đều đã tham gia kỳ này.")
    )  # fmt: skip
    asked = FormAsked(
        title=N_("Thêm đơn vị vào kỳ đánh giá"), about=_about(cycle, lang), lead=lead, fields=(field,) if known else (),
        action=url(f"/work/years/{cycle_id}/join/check"), back=url(f"/work/cycles/{cycle_id}"),
        button=N_("Kiểm tra trước khi thêm"),
    )  # fmt: skip
    shown = registry_form_page(asked, lang, typed={"agency": [code]}, refused=refused)
    return page(request, shown, status=422 if refused else 200, marked=cycle.marked)


def _about(cycle: Cycle, lang: Language) -> str:
    _ = translator(lang)
    return _("Kỳ đánh giá năm %(year)s", year=cycle.year)


async def _attributes_asked(connection: Connection, cycle: Cycle) -> Mapping[str, Input]:
    return (await published_sets.published(connection, cycle.criteria_set_id)).criteria_set.attributes


def _attributes(asked: Mapping[str, Input], given: Posted) -> dict[str, str]:
    """What the criteria set asks of the agency, as it was typed.

    Raises:
        Refused: ``invalid_fields``.
    """
    found, faults = {}, []
    for name, one in asked.items():
        try:
            value = typed_values.read(one, next(iter(given.get(f"attribute:{name}", ())), ""))
        except Complaint as complaint:
            faults.append(FieldError(field=f"attribute:{name}", code=complaint.code, values=dict(complaint.told)))
            continue
        if value is not None:
            found[name] = value
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    return found


async def _frame(request: PageRequest, connection: Connection, cycle_id: UUID, code: str) -> DeedFrame:
    lang, _ = lang_of(request), translate(request)
    cycle = await listing.by_id(connection, cycle_id)
    steps.require(request.person, "cycle:join", cycle)
    asked = await _attributes_asked(connection, cycle)
    attributes = tuple(
        CheckField(
            name=f"attribute:{name}", label=words(one.label, lang) if one.label else name,
            kind="choice" if one.type in ("boolean", "choice") else "text",
            options=options_of(one, lang) if one.type in ("boolean", "choice") else (),
        )
        for name, one in asked.items()
    )  # fmt: skip
    ranked = CheckField(
        name="ranked", label=N_("Xếp hạng"), kind="choice",
        options=(
            FieldOption(value="", label="–"),
            FieldOption(value="yes", label=_("Xếp hạng cùng các đơn vị khác")),
            FieldOption(value="no", label=_("Chấm điểm, không xếp hạng")),
        ),
    )  # fmt: skip
    last_day = (_LAST_DAY,) if cycle.state == "self_assessment" else ()
    return DeedFrame(
        path=f"/work/years/{cycle_id}/join/check?" + urlencode({"agency": code}),
        back=f"/work/years/{cycle_id}/join",
        heading=N_("Quyết định"),
        fields=(
            ranked, *attributes, *last_day, deed_fields.NUMBER, deed_fields.DAY,
            deed_fields.reason(N_("Lý do")),
        ),
    )  # fmt: skip


def _asked(request: PageRequest, cycle_id: UUID, code: str) -> Asked:
    return partial(join_checks.of_joining, person=request.person, cycle_id=cycle_id, code=code, zone=zone_of(request))


routes = [join_page, check_page, join]
