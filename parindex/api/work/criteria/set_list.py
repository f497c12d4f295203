"""Criteria sets in the office: the list, and a published set with its decision and the years bound to it."""

from __future__ import annotations

import asyncio
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from parindex import access
from parindex.api.shared.downloads import TYPES, attachment
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.criteria.published_set_view import published_set_page
from parindex.api.work.criteria.set_list_view import set_list_page
from parindex.assessments.criteria import approval, drafts, published_sets
from parindex.criteria_workbook import workbook_of
from parindex.errors import Refused


@get("/work/criteria", include_in_schema=False)
async def every_set(request: PageRequest, services: Given) -> Response[str]:
    """Drafts on their way, and published sets by family."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        lines = await drafts.every(connection, person)
        versions = await published_sets.versions(connection)
        sets = [(version, await published_sets.published(connection, version.id)) for version in versions]
        decisions, uses = await approval.decisions(connection), await approval.uses(connection)
    return page(request, set_list_page(person, lines, sets, decisions, uses, lang_of(request)))


@get("/work/criteria/sets/{set_id:uuid}", include_in_schema=False)
async def published_set(request: PageRequest, services: Given, set_id: FromPath[UUID]) -> Response[str]:
    """A published set: how it came to be, and which years are bound to it."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await published_sets.published(connection, set_id)
        versions = {version.id: version for version in await published_sets.versions(connection)}
        decision = (await approval.decisions(connection)).get(set_id)
        family = {one.id for one in versions.values() if one.family == known.criteria_set.family}
        bound = [use for use in await approval.uses(connection) if use.criteria_set_id in family]
    uses = [use for use in bound if use.criteria_set_id == set_id]
    others = [use for use in bound if use.criteria_set_id != set_id]
    shown = published_set_page(person, known, versions[set_id], decision, uses, others, lang_of(request))
    return page(request, shown, marked="illustrative" if known.criteria_set.status == "illustrative" else None)


@get("/work/criteria/sets/{set_id:uuid}/{name:str}", include_in_schema=False)
async def published_file(
    request: PageRequest, services: Given, set_id: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """The set as the workbook that officials edit, or as the text that it was read from."""
    access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await published_sets.published(connection, set_id)
        source = await published_sets.source_of(connection, set_id)
    stem = f"{known.criteria_set.family}-{known.criteria_set.version}"
    if name == "set.xlsx":
        content = await asyncio.to_thread(workbook_of, known.criteria_set, lang_of(request))
        return file(content, f"{stem}.xlsx", TYPES["xlsx"])
    if name == "set.yaml" and source is not None:
        return file(source.encode(), f"{stem}.yaml", "application/yaml")
    raise Refused("not_found")


def file(content: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file to be kept, which no browser shows."""
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "private, no-store"}
    return Response(content, media_type=media_type, headers={**headers, "X-Content-Type-Options": "nosniff"})


routes = [every_set, published_set, published_file]
