"""Targets of an annex made rules by a person: suggestions ticked in a list, or one leaf at a time with a trial."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access, scoring
from parindex.access import form_drafts
from parindex.api.shared.forms import Line, RefusedForm, posted, read_fields, read_form, typed_into
from parindex.api.shared.page import lang_of, name_in, page, url
from parindex.api.shared.problems import field_problem
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import drafts_view
from parindex.api.work.criteria.drafting import marked
from parindex.api.work.criteria.new_set_view import told_in
from parindex.api.work.criteria.rule_view import (
    TrialField,
    TrialResult,
    rule_page,
    stands,
    targets_page,
)
from parindex.assessments.criteria import drafts, given_sets, target_rules
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.given_sets import GivenSet
from parindex.assessments.criteria.target_rules import RuleChoice, RuleGiven, RuleParts, WrongRule
from parindex.assessments.sheets import typed_values
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.scoring import CriteriaSet, Criterion, RefusedFacts, RefusedValue, Value
from parindex.text import Language, number, translator
from parindex.wording import complaints, reasons, rule_text

TRIAL = "try:"
"""What the fields of tried values begin with."""


class RuleForm(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was chosen."""

    choice: RuleChoice = "yes_no"
    """Which kind."""

    label: Annotated[Line, msgspec.Meta(max_length=500)] = ""
    """What is declared."""

    whole: Annotated[Line, msgspec.Meta(max_length=500)] = ""
    """What it is a part of."""

    threshold: Decimal | None = None
    """What has to be reached."""

    strict: bool = False
    """Whether it has to be exceeded."""

    floor: Decimal | None = None
    """Percent below which nothing is given."""

    points: Decimal | None = None
    """Points of each."""

    until: date | None = None
    """The last day."""

    when_zero: Literal["not_applicable", "full", "zero"] = "not_applicable"
    """What holds where the whole is 0."""

    yaml: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    """The rule as the file has it."""

    deed: Literal["show", "try", "save"] = "show"
    """What was asked for."""


class TickedForm(msgspec.Struct, frozen=True, kw_only=True):
    """Suggestions that somebody ticked."""

    take: tuple[Line, ...] = ()
    """Codes of their leaves."""


@get("/work/criteria/drafts/{draft_id:uuid}/rules", include_in_schema=False)
async def every_rule(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """The leaves with their targets, what those may mean, and the rules that there are."""
    return await _targets(request, services, draft_id)


@post("/work/criteria/drafts/{draft_id:uuid}/rules", include_in_schema=False)
async def take_suggestions(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Take ticked suggestions as rules: one further version of the draft."""
    form = await read_form(request, TickedForm)
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.changing(connection, request.person, draft_id)
    document, law, lang = drafts.document_of(held), held.criteria_set, lang_of(request)
    assert law is not None
    if not form.take:
        _ = translator(lang)
        return await _targets(request, services, draft_id, told=_("Chưa đánh dấu tiêu chí nào."))
    rules = target_rules.suggestions(law, form.take)
    read = await asyncio.to_thread(given_sets.of_document, target_rules.with_rules(document, rules))
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.change_document(connection, request.person, draft_id, read, way="rule", since=held.revision.number)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}/rules"), status_code=303)


@get("/work/criteria/drafts/{draft_id:uuid}/rules/{code:str}", include_in_schema=False)
async def show_rule(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], code: FromPath[str]
) -> Response[str]:
    """One leaf: its target, its rule, and the fields of the kind that is chosen (``?choice=``)."""
    held, code = await _leaf(request, services, draft_id, name_in(code))
    person, lang = access.require(request.person, "criteria_set:read"), lang_of(request)
    form = _form_of(draft_id, code)
    async with services.db.transaction(request.tenant.id) as connection:
        kept = await form_drafts.of_form(connection, person, form)
    standing = stands(held, code, lang)
    mark = drafts_view.mark(person, form, kept, standing)
    typed = {**standing, **(mark.typed or {})}
    if chosen := request.query_params.get("choice"):
        typed["choice"] = chosen
    shown = rule_page(person, held, code, lang, typed=typed, draft=mark)
    return page(request, shown, marked=marked(held))


@post("/work/criteria/drafts/{draft_id:uuid}/rules/{code:str}", include_in_schema=False)
async def write_rule(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Show the fields of another kind, try a rule with values, or write it into the draft."""
    held, code = await _leaf(request, services, draft_id, name_in(code))
    person, lang = access.require(request.person, "criteria_set:read"), lang_of(request)
    given = await posted(request)
    typed = typed_into(given, RuleForm)
    fields = {name: values[0] for name, values in given.items() if name.startswith(TRIAL)}
    errors: Sequence[FieldError] = ()
    told = ""
    trial: tuple[TrialField, ...] = ()
    result: TrialResult | None = None
    try:
        form = read_fields(given, RuleForm)
        if form.deed != "show":
            read = await asyncio.to_thread(_written, held, code, _given(form), lang)
            law = read.criteria_set
            assert law is not None
            told = _words(law, code, lang)
            if form.deed == "save":
                return await _save(request, services, draft_id, code, read, held)
            trial, result = _tried(law, code, fields, lang)
    except RefusedForm as refused:
        errors = refused.fields
    except WrongRule as wrong:
        errors = (FieldError(field=wrong.field, code=wrong.code, values=wrong.values),)
    shown = rule_page(
        person, held, code, lang, typed=typed, errors=errors, told=told, trial=trial, result=result,
        draft=drafts_view.mark(person, _form_of(draft_id, code), None, {}),
    )  # fmt: skip
    return page(request, shown, status=422 if errors else 200, marked=marked(held))


async def _save(
    request: PageRequest, services: Services, draft_id: UUID, code: str, read: GivenSet, held: OpenedDraft
) -> Redirect:
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.change_document(connection, request.person, draft_id, read, way="rule", since=held.revision.number)
        assert request.person is not None
        await form_drafts.drop(connection, request.person, _form_of(draft_id, code))
    return Redirect(url(f"/work/criteria/drafts/{draft_id}/rules"), status_code=303)


async def _targets(request: PageRequest, services: Services, draft_id: UUID, *, told: str = "") -> Response[str]:
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
    drafts.document_of(held)
    shown = targets_page(person, held, lang_of(request), told=told)
    return page(request, shown, status=422 if told else 200, marked=marked(held))


async def _leaf(request: PageRequest, services: Services, draft_id: UUID, code: str) -> tuple[OpenedDraft, str]:
    """A draft that is a set, and a leaf of it.

    Raises:
        Refused: ``not_found``, ``set_draft_broken``, ``not_allowed``.
    """
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
    drafts.document_of(held)
    assert held.criteria_set is not None
    if code not in {place.code for place in scoring.leaves(held.criteria_set)}:
        raise Refused("not_found")
    return held, code


def _form_of(draft_id: UUID, code: str) -> str:
    return f"/work/criteria/drafts/{draft_id}/rules/{code}"


def _given(form: RuleForm) -> RuleGiven:
    values = {name: getattr(form, name) for name in RuleGiven.__struct_fields__}
    return RuleGiven(**values)


def _written(held: OpenedDraft, code: str, given: RuleGiven, lang: Language) -> GivenSet:
    """The draft with the rule in it.

    Raises:
        WrongRule: what keeps it from being written, or what the loader says against it.
    """
    assert held.criteria_set is not None
    most = scoring.place_of(held.criteria_set, code).node.max
    parts: RuleParts = target_rules.rule_parts(given, most)
    read = given_sets.of_document(target_rules.with_rules(drafts.document_of(held), {code: parts}))
    if read.criteria_set is None:
        told = "; ".join(told_in(fault, lang) for fault in read.faults if fault.level == "error")
        raise WrongRule("yaml" if given.choice == "yaml" else "choice", "rule_broken", told=told)
    return read


def _words(law: CriteriaSet, code: str, lang: Language) -> str:
    node = scoring.place_of(law, code).node
    return rule_text.words(law, node, lang) if isinstance(node, Criterion) else ""


def _tried(
    law: CriteriaSet, code: str, fields: Mapping[str, str], lang: Language
) -> tuple[tuple[TrialField, ...], TrialResult | None]:
    """The facts of a rule with what was typed for them, and what that gives."""
    trial: list[TrialField] = []
    facts: dict[str, Value] = {}
    for name, asked in scoring.leaf_inputs(law, code):
        text, error = fields.get(TRIAL + name, ""), ""
        try:
            value = typed_values.read(asked, text)
            if value is not None:
                facts[name] = scoring.parse_value(law, name, value)
        except Complaint as complaint:
            error = complaint_text(complaint, lang)
        except RefusedValue as refused:
            error = complaints.value_refusal_text(refused.code, refused.values, lang)
        trial.append(TrialField(name=TRIAL + name, label=reasons.label(law, name, lang), value=text, error=error))
    if not facts or any(one.error for one in trial):
        return tuple(trial), None
    return tuple(trial), _result(law, code, facts, lang)


def _result(law: CriteriaSet, code: str, facts: Mapping[str, Value], lang: Language) -> TrialResult:
    _ = translator(lang)
    try:
        score = scoring.score_leaf(law, code, facts)
    except RefusedFacts as refused:
        return TrialResult(points="–", why=" ".join(complaints.refusal_text(one, lang) for one in refused.refusals))
    states = {"not_applicable": _("không áp dụng"), "unknown": _("chưa đủ số liệu"), "none": "–"}
    points = number(score.points, 2, lang) if score.state == "scored" else states[score.state]
    return TrialResult(points=points, why=reasons.sentence(law, code, score.reason, lang) if score.reason else "")


def complaint_text(complaint: Complaint, lang: Language) -> str:
    """What is wrong with a value, in words."""
    error = FieldError(field="", code=complaint.code, values=dict(complaint.told))
    return field_problem(error, lang).detail


routes = [every_rule, take_suggestions, show_rule, write_rule]
