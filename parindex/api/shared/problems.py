"""One failure, two faces: a plain page for people, an RFC 9457 document for programs."""

from __future__ import annotations

import errno
import logging
import secrets
from contextlib import suppress
from typing import Any, ClassVar, Final

import asyncpg
import msgspec
from litestar import MediaType, Response
from litestar.enums import HttpMethod, RequestEncodingType
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.response import Redirect
from litestar.utils.path import normalize_path

from parindex import text
from parindex.api.shared.page import SECURITY_HEADERS, AnyRequest, Page, lang_of, page, url
from parindex.errors import CATALOGUE, FieldError, Refused
from parindex.messages import in_sentence
from parindex.store import disk
from parindex.store.database import UNAVAILABLE

log = logging.getLogger("parindex.api")

_BY_STATUS: Final = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many_requests",
}


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A field that cannot be taken."""

    field: str
    """Its name or its place."""

    code: str
    """Stable code of the catalogue."""

    detail: str
    """Why, and what to do."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document of RFC 9457."""

    type: str
    """Address of the code's description."""

    title: str
    """What happened."""

    status: int
    """HTTP status."""

    detail: str = ""
    """Why, and what to do."""

    code: str = ""
    """Stable code of the catalogue."""

    errors: tuple[FieldProblem, ...] = ()
    """Fields that cannot be taken."""


class ProblemPage(Page, frozen=True, kw_only=True):
    """A refusal for people."""

    template: ClassVar[str] = "problem.html"

    problem: Problem
    """What happened, why and what to do."""


class FormError(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the summary above a form."""

    id: str
    """The field that it leads to."""

    message: str
    """What is wrong, in a sentence."""

    label: str = ""
    """Name of the field, where the sentence does not say it."""


def sentence(code: str, values: dict[str, Any], lang: text.Language) -> tuple[str, str]:
    """Title and detail of a code in a language; a value that is missing leaves its sentence out."""
    kind = CATALOGUE[code]
    translate = text.translator(lang)
    values = {name: in_sentence(value, translate) for name, value in values.items()}
    try:
        detail = translate(kind.detail, **values) if kind.detail else ""
    except KeyError:
        detail = ""
    return translate(kind.title, **values) if "%(" in kind.title else translate(kind.title), detail


def problem(refused: Refused, lang: text.Language) -> Problem:
    """The document of a refusal."""
    title, detail = sentence(refused.code, refused.values, lang)
    return Problem(
        type=f"/problems/{refused.code}",
        title=title,
        status=refused.kind.status,
        detail=detail,
        code=refused.code,
        errors=tuple(field_problem(error, lang) for error in refused.fields),
    )


def field_problem(error: FieldError, lang: text.Language) -> FieldProblem:
    """One field of a problem document."""
    title, detail = sentence(error.code, error.values, lang)
    return FieldProblem(field=error.field, code=error.code, detail=detail or title)


def form_error(refused: Refused, field: str, lang: text.Language) -> FormError:
    """A refusal that is told at a field."""
    title, detail = sentence(refused.code, refused.values, lang)
    return FormError(id=field, message=f"{title}. {detail}" if detail else title)


def handle_refused(request: AnyRequest, refused: Refused, **headers: str) -> Response[Any]:
    """The face of a refusal that fits the reader."""
    told = problem(refused, lang_of(request))
    headers = {**headers_of(refused), **headers}
    if wants_document(request):
        return Response(
            msgspec.json.encode(told), status_code=told.status, media_type="application/problem+json",
            headers={**SECURITY_HEADERS, **headers},
        )  # fmt: skip
    if refused.code == "sign_in_needed" and getattr(request.state, "person_unknown", False):
        return handle_refused(request, Refused("database_unavailable"))
    if refused.code == "sign_in_needed" and request.method == "GET":
        return Redirect(url("/sign-in", next=request.scope["path"]), status_code=303)
    return page(request, ProblemPage(problem=told), status=told.status, headers=headers)


def handle_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the framework refused, in our words."""
    if isinstance(error, ValidationException):
        return handle_refused(request, Refused("bad_request"))
    values: dict[str, Any] = {"limit": "", "seconds": 60}
    refused = Refused(_BY_STATUS.get(error.status_code, "internal"), reference="-", **values)
    if isinstance(error, MethodNotAllowedException):
        return handle_refused(request, refused, Allow=", ".join(methods_of(request)))
    return handle_refused(request, refused)


def methods_of(request: AnyRequest) -> list[str]:
    """What the address of a request may be asked with; ``HEAD`` is answered by the server wherever ``GET`` is."""
    path, methods = normalize_path(request.scope["path"]), set[str]()
    for method in HttpMethod:
        with suppress(MethodNotAllowedException, NotFoundException):
            request.app.asgi_router.handle_routing(path=path, method=method.value)
            methods |= {"GET", "HEAD"} if method is HttpMethod.GET else {method.value}
    return sorted(methods)


def handle_unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database went away: say so, promise nothing."""
    log.error("database unavailable", extra={"cause": type(error).__name__})
    return handle_refused(request, Refused("database_unavailable"))


def handle_storage(request: AnyRequest, error: OSError) -> Response[Any]:
    """A disk that is full or takes nothing says so; any other failure of the system is our own fault."""
    refused = disk.refusal(error)
    if refused is None:
        return handle_bug(request, error)
    log.error("storage fails", extra={"cause": errno.errorcode.get(error.errno or 0, "-")})
    return handle_refused(request, refused)


def handle_full_database(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database has no room left, or is read-only."""
    log.error("database takes nothing", extra={"cause": type(error).__name__})
    return handle_refused(request, Refused("database_full"))


def handle_bug(request: AnyRequest, error: Exception) -> Response[Any]:
    """Our own fault: a reference that finds it in the log, and nothing of its inside."""
    reference = secrets.token_hex(4)
    log.error("unhandled failure", exc_info=error, extra={"reference": reference})
    return handle_refused(request, Refused("internal", reference=reference))


def wants_document(request: AnyRequest) -> bool:
    """Whether a program asks: the API, a ``.json`` address, or an Accept header without HTML."""
    path = request.scope["path"]
    if path.startswith("/api/") or "/api/v1/" in path or path.endswith(".json"):
        return True
    accept = request.headers.get("accept", "*/*")
    return (
        "json" in accept
        and "text/html" not in accept
        and request.accept.best_match([MediaType.HTML, MediaType.JSON]) == MediaType.JSON
    )


def headers_of(refused: Refused) -> dict[str, str]:
    """A refusal holds for this request only: a browser would keep a 404 or 410 without being told to."""
    seconds = {429: refused.values.get("seconds", 60), 503: 5}.get(refused.kind.status)
    return {"Cache-Control": "no-store", **({"Retry-After": str(seconds)} if seconds else {})}


def handle_untextual(request: AnyRequest, error: Exception) -> Response[Any]:
    """A text that no database keeps, such as one with a NUL, or that is nested without end."""
    del error
    return handle_refused(request, Refused("bad_request"))


def handle_undecodable(request: AnyRequest, error: Exception) -> Response[Any]:
    """Words of a body that are no text, or of a multipart form in a charset that nobody knows."""
    theirs = isinstance(error, UnicodeDecodeError) or str(error).startswith("unknown encoding")
    if theirs and request.content_type[0] in (RequestEncodingType.MULTI_PART, RequestEncodingType.JSON):
        return handle_untextual(request, error)
    return handle_bug(request, error)


HANDLERS: Final[dict[Any, Any]] = {
    Refused: handle_refused,
    HTTPException: handle_http,
    RecursionError: handle_untextual,
    UnicodeDecodeError: handle_undecodable,
    LookupError: handle_undecodable,
    asyncpg.CharacterNotInRepertoireError: handle_untextual,
    asyncpg.UntranslatableCharacterError: handle_untextual,
    asyncpg.PostgresConnectionError: handle_unavailable,
    asyncpg.CannotConnectNowError: handle_unavailable,
    asyncpg.InterfaceError: handle_unavailable,
    **dict.fromkeys((error for error in UNAVAILABLE if error is not OSError), handle_unavailable),
    ConnectionError: handle_unavailable,
    asyncpg.OperatorInterventionError: handle_unavailable,
    asyncpg.InsufficientResourcesError: handle_unavailable,
    asyncpg.DiskFullError: handle_full_database,
    asyncpg.PostgresIOError: handle_full_database,
    asyncpg.ReadOnlySQLTransactionError: handle_full_database,
    OSError: handle_storage,
    Exception: handle_bug,
}
"""For the application's ``exception_handlers``."""
