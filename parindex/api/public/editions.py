"""Editions for ever: the list, each one's page, its signed file and its tables."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from parindex.api.public.corrections_view import follower
from parindex.api.public.editions_view import edition_page, editions_page, retracted_page, successor_of, tables
from parindex.api.public.rankings import forms
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.publication import edition_cache, open_data
from parindex.publication import editions as published_editions
from parindex.publication.model import Edition, EditionRow
from parindex.store.database import Connection


@get("/editions", include_in_schema=False)
async def editions(request: PageRequest, services: Given) -> Response[str]:
    """All editions, retracted ones too."""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = await published_editions.listed(connection)
    return page(request, editions_page(rows, lang_of(request)))


@get("/editions.json", include_in_schema=False)
async def editions_json(request: PageRequest, services: Given) -> Response[bytes]:
    """The same list for programs."""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = await published_editions.listed(connection)
    document = {"tenant": request.tenant.code, "editions": [summary(row, rows) for row in rows]}
    return Response(downloads.json_bytes(document), media_type=downloads.TYPES["json"])


def summary(row: EditionRow, rows: Sequence[EditionRow]) -> dict[str, Any]:
    """An edition in a list of all; one that was corrected names the edition in its place."""
    after = follower(row, [one for one in rows if (one.family, one.year, one.tier) == (row.family, row.year, row.tier)])
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
        "superseded_by": after.number if after else None,
    }  # fmt: skip


@get("/editions/{number:str}", include_in_schema=False)
async def edition(request: PageRequest, services: Given, number: FromPath[str]) -> Response[str] | Response[bytes]:
    """An edition for ever: its page, its signed file (``.json``), its tables (``.csv``, ``.xlsx``)."""
    name, kind = downloads.split(number)
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.by_number(connection, name)
        history = await published_editions.of_year(connection, row.family, row.year, row.tier)
        if row.retracted:
            return await _retracted(request, connection, row, history, kind)
        reading = await edition_cache.reading(connection, row)
        content = b"" if kind in ("csv", "xlsx") else await edition_cache.content(connection, row)
    if kind == "json":
        made = {"json": lambda: content}
        return downloads.serve(request, kind, f"edition-{row.number}", made, mark=row.digest, caching=downloads.KEEP)
    if kind:
        return forms(request, reading, kind, f"ranking-{row.number}", downloads.KEEP)
    lang = lang_of(request)
    await asyncio.to_thread(tables, reading, lang)
    return page(request, edition_page(reading, row, history, content, lang), marked=reading.given.marked)


@get("/editions/{number:str}/criteria.csv", include_in_schema=False)
async def edition_criteria(request: PageRequest, services: Given, number: FromPath[str]) -> Response[bytes]:
    """Points of every agency and criterion of an edition."""
    return await _table(request, services, number, "criteria", open_data.criteria_csv)


@get("/editions/{number:str}/corrections.csv", include_in_schema=False)
async def edition_corrections(request: PageRequest, services: Given, number: FromPath[str]) -> Response[bytes]:
    """Every cell that an edition corrects in the one before; of the first of a year the heads alone."""
    return await _table(request, services, number, "corrections", open_data.corrections_csv)


async def _table(
    request: PageRequest, services: Given, number: str, name: str, csv: Callable[[Edition], bytes]
) -> Response[bytes]:
    """A table of an edition, which never changes."""
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.by_number(connection, number)
        reading = await edition_cache.reading(connection, row)
    made = {"csv": lambda: csv(reading.edition)}
    return downloads.serve(request, "csv", f"{name}-{row.number}", made, mark=row.digest, caching=downloads.KEEP)


async def _retracted(
    request: PageRequest, connection: Connection, row: EditionRow, history: list[EditionRow], kind: str | None
) -> Response[str] | Response[bytes]:
    """410: the decision, the digest and the successor stay; the content is sealed."""
    retraction = await edition_cache.retraction(connection, row)
    assert retraction is not None
    _ = translate(request)
    if kind:
        document = {
            "type": "/problems/edition_retracted", "title": _("Ấn bản này đã được thu hồi"),
            "status": 410, "code": "edition_retracted", "edition": row.number, "digest": retraction.digest,
            "reason": retraction.reason, "decision": msgspec.to_builtins(retraction.decision),
            "successor": successor_of(row, retraction, history),
        }  # fmt: skip
        return Response(msgspec.json.encode(document), status_code=410, media_type="application/problem+json")
    return page(request, retracted_page(row, retraction, history, lang_of(request)), status=410, marked=row.marked)


routes = [editions, editions_json, edition, edition_criteria, edition_corrections]
