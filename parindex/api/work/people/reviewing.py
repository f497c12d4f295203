"""The review of rights: the report, its files, that it was made, and what the tenant decides about accounts."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.office import reviews, tenant_settings
from parindex.access.office.tenant_settings import TenantChoices
from parindex.api.shared.downloads import TYPES, attachment
from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.reviewing_view import report_table, review_page
from parindex.errors import Refused
from parindex.papers.csv_file import csv_bytes
from parindex.papers.xlsx_file import xlsx_bytes


class ReviewForm(msgspec.Struct, frozen=True, kw_only=True):
    """A review that was made."""

    note: Annotated[Line, msgspec.Meta(max_length=1000)] = ""
    """What was found."""


class ChoicesForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the tenant decides."""

    focal_points: bool = False
    """Whether focal points manage the people of their agency."""

    leaders_apart: bool = False
    """Whether nobody approves a sheet of which they declared a leaf."""


@get("/work/people/review", include_in_schema=False)
async def show_review(request: PageRequest, services: Given) -> Response[str]:
    """Rights by person, accounts that are not used, reviews that were made."""
    async with services.db.transaction(request.tenant.id) as connection:
        summary = await reviews.summary(connection, request.person)
        choices = await tenant_settings.choices(connection)
    return page(request, review_page(request, summary, choices))


@get("/work/people/review/{name:str}", include_in_schema=False)
async def review_file(request: PageRequest, services: Given, name: FromPath[str]) -> Response[bytes]:
    """The report as a file: ``rights.xlsx`` or ``rights.csv``."""
    if name not in ("rights.xlsx", "rights.csv"):
        raise Refused("not_found")
    async with services.db.transaction(request.tenant.id) as connection:
        report = await reviews.report(connection, request.person)
    table = report_table(request, report)
    kind = name.rpartition(".")[2]
    heads = [column.title for column in table.columns]
    content = xlsx_bytes(table) if kind == "xlsx" else csv_bytes(heads, table.rows)
    headers = {"Content-Disposition": attachment(f"ra-soat-quyen.{kind}"), "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=TYPES[kind])


@post("/work/people/review", include_in_schema=False)
async def record_review(request: PageRequest, services: Given) -> Redirect:
    """Put on record that rights were reviewed."""
    form = await read_form(request, ReviewForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await reviews.record(connection, request.person, form.note)
    return Redirect(url("/work/people/review"), status_code=303)


@post("/work/people/review/choices", include_in_schema=False)
async def choose(request: PageRequest, services: Given) -> Redirect:
    """Decide who manages the people of an agency, and whether whoever declares may approve."""
    form = await read_form(request, ChoicesForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await tenant_settings.choose(
            connection,
            request.person,
            TenantChoices(focal_points_manage_people=form.focal_points, leaders_declare_nothing=form.leaders_apart),
        )
    return Redirect(url("/work/people/review"), status_code=303)


routes = [show_review, review_file, record_review, choose]
