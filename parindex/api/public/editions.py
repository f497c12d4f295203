"""Editions for ever: the list, each one's page, its signed file and its tables."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from parindex.access.tenants import Tenant
from parindex.api.public import editions_view
from parindex.api.public.rankings import forms
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.services import Given
from parindex.publication import open_data, opening, queries, titles
from parindex.publication.model import EditionRow
from parindex.store.database import Connection


@get("/editions", include_in_schema=False)
async def editions(request: Request[Any, Any, Any], services: Given) -> Response[Any]:
    """All editions, retracted ones too."""
    tenant: Tenant = request.state.tenant
    _ = translate(request)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    context = {
        "editions": [
            {
                "number": row.number,
                "href": url(f"/editions/{row.number}"),
                "title": titles.short(row.family, row.year, row.tier, _),
                "published": row.published_on,
                "decision": row.decision_number,
                "digest": row.digest,
                "retracted": row.retracted,
                "marked": row.marked,
            }
            for row in rows
        ]
    }
    return page(request, "public/editions.html", context)


@get("/editions.json", include_in_schema=False)
async def editions_json(request: Request[Any, Any, Any], services: Given) -> Response[bytes]:
    """The same list for programs."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    document = {"tenant": tenant.code, "editions": [summary(row) for row in rows]}
    return Response(downloads.json_bytes(document), media_type=downloads.TYPES["json"])


def summary(row: EditionRow) -> dict[str, Any]:
    """An edition in a list."""
    return {
        "edition": row.number,
        "family": row.family,
        "year": row.year,
        "tier": row.tier,
        "published_at": row.published_at.isoformat(),
        "decision": {
            "number": row.decision_number, "date": row.decision_date.isoformat(), "signer": row.decision_signer,
        },
        "digest": row.digest,
        "key_id": row.key_id,
        "marked": row.marked,
        "retracted": row.retracted,
    }  # fmt: skip


@get("/editions/{number:str}", include_in_schema=False)
async def edition(request: Request[Any, Any, Any], services: Given, number: FromPath[str]) -> Response[Any]:
    """An edition for ever: its page, its signed file (``.json``), its tables (``.csv``, ``.xlsx``)."""
    tenant: Tenant = request.state.tenant
    name, kind = downloads.split(number)
    async with services.db.transaction(tenant.id) as connection:
        row = await opening.by_number(connection, name)
        history = await queries.of_year(connection, row.family, row.year, row.tier)
        if row.retracted:
            return await _retracted(request, connection, row, history, kind)
        reading = await opening.reading(connection, row)
        content = b"" if kind in ("csv", "xlsx") else await opening.content(connection, row)
    if kind == "json":
        made = {"json": lambda: content}
        return downloads.serve(request, kind, f"edition-{row.number}", made, mark=row.digest, caching=downloads.KEEP)
    if kind:
        return forms(request, reading, kind, f"ranking-{row.number}", downloads.KEEP)
    tables = await asyncio.to_thread(editions_view.files, reading, lang_of(request))
    context = editions_view.context(request, reading, row, history, content, tables)
    return page(request, "public/edition.html", context, marked=reading.given.marked)


@get("/editions/{number:str}/criteria.csv", include_in_schema=False)
async def edition_criteria(request: Request[Any, Any, Any], services: Given, number: FromPath[str]) -> Response[Any]:
    """Points of every agency and criterion of an edition."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        row = await opening.by_number(connection, number)
        reading = await opening.reading(connection, row)
    made = {"csv": lambda: open_data.criteria_csv(reading.edition)}
    return downloads.serve(request, "csv", f"criteria-{row.number}", made, mark=row.digest, caching=downloads.KEEP)


async def _retracted(
    request: Request[Any, Any, Any],
    connection: Connection,
    row: EditionRow,
    history: list[EditionRow],
    kind: str | None,
) -> Response[Any]:
    """410: the decision, the digest and the successor stay; the content is sealed."""
    found = await opening.retraction(connection, row)
    assert found is not None
    _ = translate(request)
    if kind:
        document = {
            "type": "/problems/edition_retracted", "title": _("Ấn bản này đã được thu hồi"), "status": 410,
            "code": "edition_retracted", "edition": row.number, "digest": found.digest, "reason": found.reason,
            "decision": msgspec.to_builtins(found.decision), "successor": found.successor,
        }  # fmt: skip
        return Response(msgspec.json.encode(document), status_code=410, media_type="application/problem+json")
    successor = found.successor and {"number": found.successor, "href": url(f"/editions/{found.successor}")}
    context = {
        **editions_view.frame(row, history, lang_of(request)),
        "edition": editions_view.told(row, lang_of(request)),
        "decision": editions_view.decision(row),
        "seal": {"state": "unsigned", "digest": row.digest, "href": url("/verify")},
        "made_from": [],
        "files": [],
        "retracted": {
            "decision": _("Quyết định số %(number)s", number=found.decision.number),
            "date": found.decision.date,
            "reason": found.reason,
            "successor": successor or None,
        },
    }
    return page(request, "public/edition.html", context, status=410, marked=row.marked)


routes = [editions, editions_json, edition, edition_criteria]
