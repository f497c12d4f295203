"""A draft of a criteria set: what it changes, its files, and what mends it."""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from parindex import access
from parindex.api.shared.downloads import TYPES
from parindex.api.shared.forms import typed
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.approving import kept_typing
from parindex.api.work.criteria.bridge_view import set_bridge_page
from parindex.api.work.criteria.comparison_file import comparison_table
from parindex.api.work.criteria.draft_view import draft_page
from parindex.api.work.criteria.set_files import framework_of, given
from parindex.api.work.criteria.set_list import file
from parindex.api.work.criteria.set_list_view import used_text
from parindex.api.work.criteria.set_preview_view import set_preview_page
from parindex.api.work.draft_view import DraftForms
from parindex.api.work.uploaded_file import FileForm
from parindex.approvals.model import Opened
from parindex.assessments.criteria import approval, drafts
from parindex.assessments.criteria.differences import bridged, compared
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.criteria_workbook import Heading, workbook_of, yaml_text
from parindex.errors import Refused
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.scoring.versions.crosswalk import crosswalk_yaml


@get("/work/criteria/drafts/{draft_id:uuid}", include_in_schema=False)
async def show_draft(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], show: FromQuery[str] = ""
) -> Response[str]:
    """A draft: its changes with what is wrong under each row, and how far it has come."""
    return await draw(request, services, draft_id, show=show)


@get("/work/criteria/drafts/{draft_id:uuid}/preview", include_in_schema=False)
async def preview(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """The set as agencies will see it."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
    drafts.document_of(held)
    return page(request, set_preview_page(held, lang_of(request)), marked=marked(held))


@get("/work/criteria/drafts/{draft_id:uuid}/bridge", include_in_schema=False)
async def bridge(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """Which criterion comes from which of the set before, and whose points can be compared."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
    found = bridged(held)
    if found is None:
        raise Refused("not_found")
    return page(request, set_bridge_page(held, found, lang_of(request)), marked=marked(held))


@get("/work/criteria/drafts/{draft_id:uuid}/{name:str}", include_in_schema=False)
async def draft_file(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """The draft as workbook or YAML, the comparison, or the file that was uploaded."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
        source = await drafts.source_file(connection, held) if name == "source" else None
    lang, stem = lang_of(request), f"{held.draft.family}-{held.draft.version}"
    if source is not None:
        return file(source, held.revision.file_name or stem, "application/octet-stream")
    comparison = compared(held)
    if name == "comparison.xlsx" and comparison is not None:
        table = comparison_table(held, comparison, lang)
        return file(await asyncio.to_thread(xlsx_bytes, table), f"{stem}-doi-chieu.xlsx", TYPES["xlsx"])
    crossed = bridged(held) if name == "crosswalk.yaml" else None
    if crossed is not None:
        return file(crosswalk_yaml(crossed.crosswalk, {}).encode(), f"{stem}.crosswalk.yaml", "application/yaml")
    if name == "set.xlsx" and held.criteria_set is not None:
        content = await asyncio.to_thread(workbook_of, held.criteria_set, lang)
        return file(content, f"{stem}.xlsx", TYPES["xlsx"])
    if name == "set.yaml" and held.criteria_set is not None:
        return file(yaml_text(held.criteria_set).encode(), f"{stem}.yaml", "application/yaml")
    raise Refused("not_found")


async def mend(request: PageRequest, services: Services, draft_id: UUID, form: FileForm) -> None:
    """Make a further version of the file that was sent.

    Raises:
        Refused: ``set_file_unread``, ``invalid_fields``, and what the draft refuses.
    """
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.changing(connection, request.person, draft_id)
    received = await given(form, heading_of(held), await framework_of(request, services, form))
    if received.read.unreadable:
        raise Refused("set_file_unread")
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.upload(connection, request.person, draft_id, received)


async def draw(
    request: PageRequest,
    services: Services,
    draft_id: UUID,
    *,
    show: str = "",
    refused: Refused | None = None,
    form: type[msgspec.Struct] | None = None,
) -> Response[str]:
    """The page of a draft, with what was refused and what was typed."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        readings = await approval.readings(connection, held)
        whole = await drafts.last_whole(connection, held)
        kept = await kept_typing(connection, person, f"/work/criteria/drafts/{draft_id}")
        uses = [use for use in await approval.uses(connection) if use.criteria_set_id == held.draft.base_id]
    lang = lang_of(request)
    forms = DraftForms(refused=refused, typed=dict(await typed(request, form)) if form else {}, kept=kept)
    shown = draft_page(person, held, readings, used_text(uses, lang), lang, show=show, forms=forms, whole=whole)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked(held))


def marked(held: Opened) -> str | None:
    """How a page of the draft is marked."""
    assert isinstance(held, OpenedDraft)
    return "illustrative" if held.criteria_set is not None and held.criteria_set.status == "illustrative" else None


def heading_of(held: OpenedDraft) -> Heading:
    """What an annex does not say, from the version of the draft before."""
    found = held.criteria_set
    return Heading(
        family=held.draft.family, version=held.draft.version, tier=held.draft.tier,
        year=found.years[0] if found and found.years else None,
        title=found.title.vi if found else None, official=found is not None and found.status == "official",
    )  # fmt: skip


routes = [show_draft, preview, bridge, draft_file]
