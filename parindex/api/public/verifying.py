"""Checking an edition's file, or looking up its digest."""

import asyncio
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from parindex.access.tenants import Tenant
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.services import Given
from parindex.publication import queries, titles, trust, verification
from parindex.publication.model import EditionRow
from parindex.text import Language, translator

LARGEST: Final = 20_000_000
"""Bytes of an edition that may be checked here."""


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


routes = [verify_page, verify_upload]
