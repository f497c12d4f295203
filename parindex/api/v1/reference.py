"""The reference of the API, and what each code of a problem means; all served from here."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from parindex.api.shared.page import page, translate
from parindex.errors import CATALOGUE, Refused


@get("/api/v1", include_in_schema=False, sync_to_thread=False)
def reference(request: Request[Any, Any, Any]) -> Response[str]:
    """The OpenAPI description, drawn by a script of our own address."""
    return page(request, "v1/api.html", {"schema": "/api/v1/schema/openapi.json"})


@get("/problems/{code:str}", include_in_schema=False, sync_to_thread=False)
def problem_kind(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """The ``type`` of a problem document leads here."""
    if code not in CATALOGUE:
        raise Refused("not_found")
    return page(request, "v1/problem_kind.html", {"kinds": [_told(code, translate(request))]})


@get("/problems", include_in_schema=False, sync_to_thread=False)
def problem_kinds(request: Request[Any, Any, Any]) -> Response[str]:
    """The whole catalogue."""
    return page(request, "v1/problem_kind.html", {"kinds": [_told(code, translate(request)) for code in CATALOGUE]})


def _told(code: str, _: Any) -> dict[str, Any]:
    kind = CATALOGUE[code]
    return {
        "code": code,
        "status": kind.status,
        "title": _(kind.title),
        "detail": _(kind.detail) if kind.detail else "",
    }


routes = [reference, problem_kind, problem_kinds]
