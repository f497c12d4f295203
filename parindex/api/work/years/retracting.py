"""Retracting an edition: the approver's form."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import Tenant
from parindex.api.public import editions_view
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import field_problem, sentence
from parindex.api.shared.services import Given
from parindex.errors import N_, Refused
from parindex.publication import opening, publish, queries


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
        row = await opening.by_number(connection, number)
        history = await queries.of_year(connection, row.family, row.year, row.tier)
    others = [
        {"value": one.number, "label": one.number} for one in history if one.number != row.number and not one.retracted
    ]
    blank = {"number": "", "date": "", "signer": "", "reason": "", "successor": ""}
    context = {
        "edition": editions_view.told(row, lang),
        "retracted": row.retracted,
        "successors": [{"value": "", "label": translate(request)(N_("Chưa có"))}, *others] if others else [],
        "problem": sentence(refused.code, refused.values, lang) if refused else None,
        "errors": {one.field: field_problem(one, lang)["detail"] for one in refused.fields} if refused else {},
        "typed": {**blank, **(typed or {})},
    }
    status = refused.kind.status if refused else 200
    return page(request, "work/years/retraction.html", context, status=status, marked=row.marked)


routes = [retract_page, retract]
