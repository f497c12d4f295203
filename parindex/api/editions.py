"""Editions, the keys that sign them, and checking a file."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api import ranking_page, twins
from parindex.api.frame import lang_of, page, translate, url
from parindex.api.problems import field_problem, sentence
from parindex.api.rankings import forms
from parindex.api.services import Given
from parindex.errors import Refused
from parindex.publication import keys, open_data, publish, queries, shelf, titles, trust, verification
from parindex.publication.keys import PublicKey
from parindex.publication.queries import EditionRow
from parindex.publication.reading import Reading
from parindex.store.database import Connection
from parindex.text import Language, local_day, number, translator

LARGEST: Final = 20_000_000
"""Bytes of an edition that may be checked here."""


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
    return Response(twins.json_bytes(document), media_type=twins.TYPES["json"])


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
    name, kind = twins.split(number)
    async with services.db.transaction(tenant.id) as connection:
        row = await shelf.by_number(connection, name)
        history = await queries.of_year(connection, row.family, row.year, row.tier)
        if row.retracted:
            return await _retracted(request, connection, row, history, kind)
        reading = await shelf.reading(connection, row)
        content = b"" if kind in ("csv", "xlsx") else await shelf.content(connection, row)
    if kind == "json":
        made = {"json": lambda: content}
        return twins.serve(request, kind, f"edition-{row.number}", made, mark=row.digest, caching=twins.KEEP)
    if kind:
        return forms(request, reading, kind, f"ranking-{row.number}", twins.KEEP)
    tables = await asyncio.to_thread(_files, reading, lang_of(request))
    context = _context(request, reading, row, history, content, tables)
    return page(request, "public/edition.html", context, marked=reading.given.marked)


@get("/editions/{number:str}/criteria.csv", include_in_schema=False)
async def edition_criteria(request: Request[Any, Any, Any], services: Given, number: FromPath[str]) -> Response[Any]:
    """Points of every agency and criterion of an edition."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        row = await shelf.by_number(connection, number)
        reading = await shelf.reading(connection, row)
    made = {"csv": lambda: open_data.criteria_csv(reading.edition)}
    return twins.serve(request, "csv", f"criteria-{row.number}", made, mark=row.digest, caching=twins.KEEP)


def _context(
    request: Request[Any, Any, Any],
    reading: Reading,
    row: EditionRow,
    history: list[EditionRow],
    content: bytes,
    tables: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    _ = translate(request)
    assert reading.signed is not None
    name = f"edition-{row.number}.json"
    whole = hashlib.sha256(content).hexdigest()
    signed = _file(_("Ấn bản đầy đủ, đã ký"), name, f"{row.number}.json", len(content), whole)
    return {
        **_frame(row, history, lang_of(request)),
        "edition": {
            **_told(row, lang_of(request)),
            "bytes": len(content),
            "signature": reading.signed.signature.value,
            "key": {"id": row.key_id, "href": url("/keys")},
            "audit_head": reading.edition.audit.hash,
            "marked": reading.given.marked,
        },
        "decision": _decision(row),
        "seal": ranking_page.seal(reading),
        "made_from": _made_from(reading, lang_of(request)),
        "files": [{**file, "href": url(file["path"])} for file in (signed, *tables)],
    }


def _frame(row: EditionRow, history: list[EditionRow], lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    first = min(one.serial for one in history)
    return {
        "signed_name": f"edition-{row.number}.json",
        "retracted": None,
        "history": [
            {
                "number": one.number,
                "href": url(f"/editions/{one.number}"),
                "date": local_day(one.published_at),
                "note": (_("Công bố lần đầu") if one.serial == first else _("Đính chính"))
                + (" · " + _("đã thu hồi") if one.retracted else ""),
                "current": one.number == row.number,
            }
            for one in history
        ],
    }


def _told(row: EditionRow, lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    return {
        "number": row.number,
        "title": titles.index(row.family, _) + ", " + titles.short(row.family, row.year, row.tier, _).lower(),
        "year": row.year,
        "tier": _(TIERS[row.tier]),
        "published": row.published_on,
        "ranking_href": url(ranking_page.path_of(row.family, row.year, row.tier)),
        "digest": row.digest,
        "bytes": None,
        "signature": None,
        "key": None,
        "audit_head": None,
        "marked": row.marked,
    }


def _decision(row: EditionRow) -> dict[str, Any]:
    return {
        "number": row.decision_number, "date": row.decision_date, "signer": row.decision_signer, "authority": None,
    }  # fmt: skip


def _made_from(reading: Reading, lang: Language) -> list[dict[str, Any]]:
    _ = translator(lang)
    given, sets = reading.given, reading.computation.rank_sets
    found: list[tuple[str, str, str | None]] = [
        (_("Bộ tiêu chí"), reading.criteria_set.title.get(lang), ranking_page.set_href(reading))
    ]
    for survey in given.surveys:
        version = f" {survey.version}" if survey.version else ""
        told = _(
            "%(title)s%(version)s, %(n)s phiếu",
            title=survey.title,
            version=version,
            n=number(survey.n, 0, lang),
        )
        found.append((_("Khảo sát"), told, None))
    if given.printed:
        found.append((_("Nguồn"), given.printed.source, None))
    if sets is not None and sets.draws:
        told = _("%(draws)s lượt, hạt giống %(seed)s, %(generator)s, %(libraries)s",
                 draws=number(sets.draws, 0, lang), seed=sets.seed, generator=sets.generator, libraries=sets.libraries)  # fmt: skip
        found.append((_("Khoảng hạng"), told, None))
    if reading.edition.previous:
        before = reading.edition.previous.number
        found.append((_("So với ấn bản"), before, url(f"/editions/{before}")))
    found.append((_("Phần mềm"), reading.edition.software, None))
    return [{"label": label, "value": value, "href": href} for label, value, href in found]


@lru_cache(maxsize=32)
def _files(reading: Reading, lang: Language) -> tuple[dict[str, Any], ...]:
    """The files of an edition with size and digest; made once, for an edition never changes."""
    _ = translator(lang)
    name = reading.edition.number
    sheet = open_data.ranking_xlsx(reading.edition, _, titles.ranking(reading.given, _))
    made = [
        (_("Bảng xếp hạng"), f"ranking-{name}.csv", f"{name}.csv", open_data.ranking_csv(reading.edition)),
        (
            _("Điểm từng tiêu chí"),
            f"criteria-{name}.csv",
            f"{name}/criteria.csv",
            open_data.criteria_csv(reading.edition),
        ),
        (_("Bảng xếp hạng và điểm từng tiêu chí"), f"ranking-{name}.xlsx", f"{name}.xlsx", sheet),
    ]
    return tuple(
        _file(label, file, path, len(data), hashlib.sha256(data).hexdigest()) for label, file, path, data in made
    )


def _file(label: str, name: str, path: str, size: int, digest: str) -> dict[str, Any]:
    kind = name.rpartition(".")[2].upper()
    return {"label": label, "name": name, "kind": kind, "path": f"/editions/{path}", "size": size, "digest": digest}


async def _retracted(
    request: Request[Any, Any, Any],
    connection: Connection,
    row: EditionRow,
    history: list[EditionRow],
    kind: str | None,
) -> Response[Any]:
    """410: the decision, the digest and the successor stay; the content is sealed."""
    found = await shelf.retraction(connection, row)
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
        **_frame(row, history, lang_of(request)),
        "edition": _told(row, lang_of(request)),
        "decision": _decision(row),
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


@get("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract_page(request: Request[Any, Any, Any], services: Given, number: FromPath[str]) -> Response[Any]:
    """Asks for decision and reason: a retraction cannot be undone."""
    return await _retract(request, services, number)


@post("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract(
    request: Request[Any, Any, Any],
    services: Given,
    number: FromPath[str],
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Seal an edition's content; its address then answers 410."""
    tenant: Tenant = request.state.tenant
    typed = {name: data.get(name, "")[:2000] for name in ("number", "date", "signer", "reason", "successor")}
    try:
        access.require(request.state.person, "edition:retract")
        today = datetime.now(UTC).astimezone(tenant.zone).date()
        decided = publish.decision(typed["number"], typed["date"], typed["signer"], today=today)
        async with services.db.transaction(tenant.id) as connection:
            await publish.retract(
                connection, number=number, decided=decided, reason=typed["reason"],
                successor=typed["successor"] or None, person=request.state.person,
            )  # fmt: skip
    except Refused as refused:
        if refused.kind.status in (401, 403, 404):
            raise
        return await _retract(request, services, number, refused=refused, typed=typed)
    return Redirect(url(f"/editions/{number}"), status_code=303)


async def _retract(
    request: Request[Any, Any, Any],
    services: Given,
    number: str,
    *,
    refused: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> Response[Any]:
    access.require(request.state.person, "edition:retract")
    tenant: Tenant = request.state.tenant
    lang = lang_of(request)
    async with services.db.transaction(tenant.id) as connection:
        row = await shelf.by_number(connection, number)
        history = await queries.of_year(connection, row.family, row.year, row.tier)
    others = [
        {"value": one.number, "label": one.number} for one in history if one.number != row.number and not one.retracted
    ]
    blank = {"number": "", "date": "", "signer": "", "reason": "", "successor": ""}
    context = {
        "edition": _told(row, lang),
        "retracted": row.retracted,
        "successors": [{"value": "", "label": translate(request)("Chưa có")}, *others] if others else [],
        "problem": sentence(refused.code, refused.values, lang) if refused else None,
        "errors": {one.field: field_problem(one, lang)["detail"] for one in refused.fields} if refused else {},
        "typed": {**blank, **(typed or {})},
    }
    status = refused.kind.status if refused else 200
    return page(request, "work/retraction.html", context, status=status, marked=row.marked)


@get("/keys", include_in_schema=False)
async def public_keys(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """The public halves of the tenant's keys."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    context = {
        "keys_href": url("/keys.json"),
        "keys": [_key(key, rows, current=place == 0) for place, key in enumerate(held)],
    }
    return page(request, "public/keys.html", context)


def _key(key: PublicKey, rows: list[EditionRow], *, current: bool) -> dict[str, Any]:
    signed = sorted(local_day(row.published_at) for row in rows if row.key_id == key.key_id)
    return {
        "id": key.key_id,
        "algorithm": key.algorithm,
        "public": keys.pem(key),
        "fingerprint": hashlib.sha256(base64.b64decode(key.public_key)).hexdigest(),
        "since": signed[0] if signed else None,
        "until": None if current or not signed else signed[-1],
        "current": current,
        "href": url(f"/keys/{key.key_id}.pem"),
    }


@get("/keys.json", include_in_schema=False)
async def public_keys_json(request: Request[Any, Any, Any], services: Given) -> Response[bytes]:
    """The same for programs; ``parindex verify --key`` reads it."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    document = {"tenant": tenant.code, "keys": [msgspec.to_builtins(key) for key in held]}
    return Response(twins.json_bytes(document), media_type=twins.TYPES["json"])


@get("/keys/{name:str}", include_in_schema=False)
async def public_key_pem(request: Request[Any, Any, Any], services: Given, name: FromPath[str]) -> Response[Any]:
    """One key as PEM."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    found = next((key for key in held if f"{key.key_id}.pem" == name), None)
    if found is None:
        raise Refused("not_found")
    headers = {"Content-Disposition": 'attachment; filename="public.pem"'}
    return Response(keys.pem(found), media_type="application/x-pem-file", headers=headers)


@get("/verify", include_in_schema=False)
async def verify_page(request: Request[Any, Any, Any], services: Given, digest: FromQuery[str] = "") -> Response[str]:
    """How to check an edition; ``?digest=`` says which edition has a digest."""
    context = await _verify_context(request, services)
    if digest.strip():
        context["result"] = await _by_digest(request, services, digest.strip().lower().replace(" ", ""))
    return page(request, "public/verify.html", context)


@post("/verify", include_in_schema=False, status_code=200, request_max_body_size=LARGEST)
async def verify_upload(
    request: Request[Any, Any, Any],
    services: Given,
    data: Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[str]:
    """Check a file; it is not kept."""
    _ = translate(request)
    file = data.get("edition")
    content = await file.read() if isinstance(file, UploadFile) else b""
    context = await _verify_context(request, services)
    if not content:
        context["errors"] = [{"id": "edition", "message": _("Đề nghị chọn tệp ấn bản đã tải.")}]
        return page(request, "public/verify.html", context, status=422)
    tenant: Tenant = request.state.tenant
    trusted = await asyncio.to_thread(trust.known, pinned=services.settings.trusted_keys)
    own = await asyncio.to_thread(services.keys.public, tenant.code)
    verdict = await asyncio.to_thread(verification.verify, content, (*own, *trusted))
    async with services.db.transaction(tenant.id) as connection:
        row = await queries.by_number(connection, verdict.number) if verdict.number else None
    context["result"] = _result(verdict, row, file.filename if isinstance(file, UploadFile) else "", lang_of(request))
    return page(request, "public/verify.html", context)


async def _verify_context(request: Request[Any, Any, Any], services: Given) -> dict[str, Any]:
    tenant: Tenant = request.state.tenant
    _ = translate(request)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    return {
        "can_upload": True,
        "result": None,
        "errors": [],
        "editions": [
            {
                "number": row.number,
                "title": titles.short(row.family, row.year, row.tier, _),
                "href": url(f"/editions/{row.number}"),
                "digest": row.digest,
                "published": row.published_on,
            }
            for row in rows
            if not row.retracted
        ],
    }


def _result(verdict: verification.Verdict, row: EditionRow | None, file: str, lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    published = row is not None and row.digest == verdict.digest
    if verdict.holds and published and row is not None and row.retracted:
        state, title = "broken", _("Ấn bản này đã được thu hồi.")
    elif verdict.holds and verdict.signer_known:
        state, title = "valid", _("Tệp nguyên vẹn và đúng chữ ký.")
    elif verdict.holds:
        state, title = "unknown_key", _("Tệp không thay đổi kể từ khi ký, chưa rõ người ký.")
    else:
        state, title = "broken", _("Tệp không phải là ấn bản đã ký và công bố.")
    told = _("Đây là ấn bản %(number)s đã công bố ở đây.", number=row.number) if published and row else ""
    return {
        "state": state,
        "file": file,
        "title": title,
        "text": told if state == "valid" else "",
        "edition": {"number": row.number, "href": url(f"/editions/{row.number}")} if published and row else None,
        "digest": verdict.digest,
        "checks": [{"state": check.state, "text": check.text(_)} for check in verdict.checks],
    }


async def _by_digest(request: Request[Any, Any, Any], services: Given, digest: str) -> dict[str, Any]:
    """Which edition has this digest, whole or its first and last digits as pages print them."""
    tenant: Tenant = request.state.tenant
    _ = translate(request)
    start, gap, end = digest.partition("…")
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    found = [
        row
        for row in rows
        if row.digest == digest
        or (gap and len(start) >= 8 and row.digest.startswith(start) and row.digest.endswith(end))
    ]
    if len(found) != 1:
        title, text = _("Không có ấn bản nào mang mã này."), _("Đề nghị kiểm tra lại từng ký tự của mã SHA-256.")
        return {
            "state": "broken",
            "file": "",
            "title": title,
            "text": text,
            "edition": None,
            "digest": None,
            "checks": [],
        }
    row = found[0]
    title = (
        _("Ấn bản này đã được thu hồi.") if row.retracted else _("Mã này là của ấn bản %(number)s.", number=row.number)
    )
    return {
        "state": "broken" if row.retracted else "valid", "file": "", "title": title, "text": "",
        "edition": {"number": row.number, "href": url(f"/editions/{row.number}")}, "digest": row.digest, "checks": [],
    }  # fmt: skip


routes = [
    retract_page,
    retract,
    editions, editions_json, edition, edition_criteria, public_keys, public_keys_json, public_key_pem, verify_page,
    verify_upload,
]  # fmt: skip
