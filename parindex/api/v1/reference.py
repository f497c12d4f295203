"""The reference of the API, and what each code of a problem means; all served from here."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from parindex.api.shared.page import Page, lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.errors import CATALOGUE, Refused
from parindex.text import Language, translator


class ReferencePage(Page, frozen=True, kw_only=True):
    """The reference of the API."""

    template: ClassVar[str] = "v1/api.html"

    schema: str
    """Address of the OpenAPI document."""


class ProblemKind(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the catalogue."""

    code: str
    """Stable."""

    status: int
    """HTTP status."""

    title: str
    """What happened."""

    detail: str
    """Why, and what to do."""


class ProblemKindsPage(Page, frozen=True, kw_only=True):
    """What codes of problem documents mean."""

    template: ClassVar[str] = "v1/problem_kind.html"

    kinds: tuple[ProblemKind, ...]
    """One, or the whole catalogue."""


@get("/api/v1", include_in_schema=False, sync_to_thread=False)
def reference(request: PageRequest) -> Response[str]:
    """The OpenAPI description, drawn by a script of our own address."""
    return page(request, ReferencePage(schema="/api/v1/schema/openapi.json"))


@get("/problems/{code:str}", include_in_schema=False, sync_to_thread=False)
def problem_kind(request: PageRequest, code: FromPath[str]) -> Response[str]:
    """The ``type`` of a problem document leads here."""
    if code not in CATALOGUE:
        raise Refused("not_found")
    return page(request, ProblemKindsPage(kinds=(_told(code, lang_of(request)),)))


@get("/problems", include_in_schema=False, sync_to_thread=False)
def problem_kinds(request: PageRequest) -> Response[str]:
    """The whole catalogue."""
    return page(request, ProblemKindsPage(kinds=tuple(_told(code, lang_of(request)) for code in CATALOGUE)))


def _told(code: str, lang: Language) -> ProblemKind:
    kind, translate = CATALOGUE[code], translator(lang)
    detail = translate(kind.detail) if kind.detail else ""
    return ProblemKind(code=code, status=kind.status, title=translate(kind.title), detail=detail)


routes = [reference, problem_kind, problem_kinds]
