"""Every page's frame: templates in the reader's language, the tenant's prefix, the form token."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, ClassVar, Final, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from litestar import Request, Response

from parindex import text
from parindex.access import Person
from parindex.access.model import ROLES
from parindex.access.tenants import Tenant
from parindex.api.shared.chart_axis import on_axis
from parindex.api.shared.navigation import NavigationEntry, navigation
from parindex.errors import Refused
from parindex.places import data_folder
from parindex.reading.text import keepable

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer, also where no route was found."""

DRAWN_OFTEN: Final = {
    "components/icon.html": "icon",
    "components/brand_mark.html": "brand_mark",
    "components/hatch.html": "hatch",
    "components/state.html": "st",
    "components/state_mark.html": "mark",
    "components/points_of.html": "of",
    "components/tree_row.html": "tree_row",
    "components/side_row.html": "side_row",
}
"""Macros that a page may call hundreds of times, in the order in which they import each other."""

AnyRequest: TypeAlias = Request[Any, Any, Any]
"""A request of which neither tenant nor person need be known, such as one that is refused."""

PAGES_KEPT: Final = 128
"""Pages of published editions that are held drawn; the least recently read goes first."""

prefix: Final[ContextVar[str]] = ContextVar("prefix", default="")
"""``/t/<tenant>`` while a page of another tenant is made, else empty."""


def at_its_tenant(
    handle: Callable[[AnyRequest, Any], Any], known: Callable[[], Mapping[str, Tenant]]
) -> Callable[[AnyRequest, Any], Any]:  # fmt: skip
    """A handler of failures whose pages lead on within the tenant of the request, wherever on the way it failed.

    Args:
        handle: Answers a failure.
        known: Gives tenants by code: an address without a page is of the tenant that it names.
    """

    def handled(request: AnyRequest, error: Any) -> Any:
        state = request.scope.setdefault("state", {})
        parts = request.scope["path"].split("/", 3)
        if "prefix" not in state and len(parts) == 4 and parts[1] == "t" and parts[2] in known():
            state["tenant"], state["prefix"] = known()[parts[2]], f"/t/{parts[2]}"
        token = prefix.set(state.get("prefix", ""))
        try:
            return handle(request, error)
        finally:
            prefix.reset(token)

    return handled


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a template shows: each field is a name that the template knows, beside those of :class:`PageFrame`.

    A page is a subclass in a ``*_view.py``. It names its template and describes every field; what stands within a
    field are frozen Structs and tuples of them, which a template reads by attribute::

        class KeysPage(Page, frozen=True, kw_only=True):
            template: ClassVar[str] = "public/keys.html"

            keys: tuple[KeyRow, ...]

    A template and what it extends ask for no further name, and for every field: ``tests/frontend/test_pages.py``.
    """

    template: ClassVar[str]
    """Path below ``frontend_templates``."""


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads a page."""

    id: UUID
    """The person: what a browser keeps of their forms is given back to nobody else."""

    name: str
    """As they are called."""

    role: str
    """Roles in words."""

    agency: str | None
    """Their agency."""


class PageFrame(msgspec.Struct, frozen=True, kw_only=True):
    """What ``base.html`` draws around every page."""

    here: str
    """This address without the language."""

    nav: tuple[NavigationEntry, ...]
    """The main menu."""

    person: SignedIn | None
    """Who is signed in."""

    marked: str | None
    """``illustrative``, ``simulated`` or ``imported``: shown on top and cannot be closed."""

    owner: str
    """Who runs the installation."""

    csrf: str
    """Token of this page's forms."""


class Drawn:
    """Pages that never change, drawn once."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.pages: OrderedDict[Hashable, str] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], str]) -> str:
        """The page of a key, drawn where it is not held."""
        if key not in self.pages:
            self.pages[key] = draw()
            while len(self.pages) > self.most:
                self.pages.popitem(last=False)
        self.pages.move_to_end(key)
        return self.pages[key]


_drawn: Final = Drawn(PAGES_KEPT)


def url(path: str, *names: object, **query: object) -> str:
    """An address within the tenant that is being served.

    Args:
        path: What we wrote ourselves.
        names: What others named, such as the code of an agency: each a part of the address after the path.
        query: What stands after the question mark; empty values are left out.

    >>> url("/agencies", "H15.50", edition="2025-province.1"), url("/agencies", "Sở #1/2?", 2025)
    ('/agencies/H15.50?edition=2025-province.1', '/agencies/S%E1%BB%9F%20%231%252F2%3F/2025')
    """
    parts = "".join("/" + quote(str(name).replace("/", "%2F"), safe="") for name in names)
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return prefix.get() + path + parts + ("?" + urlencode(given) if given else "")


def name_in(part: str) -> str:
    """The name that :func:`url` wrote in an address: servers undo one quoting, and a slash was quoted twice.

    >>> name_in("Sở #1%2F2?")
    'Sở #1/2?'

    Raises:
        Refused: ``not_found`` for what no name holds.
    """
    if not keepable(part):
        raise Refused("not_found")
    return part.replace("%2F", "/")


@cache
def static_files() -> frozenset[str]:
    """Addresses of the files that are served; whatever else is asked for below ``/static/`` is not there."""
    folder = data_folder("frontend_templates") / "static"
    return frozenset(f"/static/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*") if file.is_file())


@cache
def static(path: str) -> str:
    """The address of a static file, which changes with its content."""
    content = (data_folder("frontend_templates") / "static" / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def environment(lang: text.Language) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=FileSystemLoader(data_folder("frontend_templates")),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.install_gettext_translations(text.catalogue(lang), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(lang=lang, static=static, url=url)
    made.filters.update(text.formatters(lang), on_axis=on_axis)
    for template, macro in DRAWN_OFTEN.items():
        _draw_once(made.get_template(template), macro)
    return made


def _draw_once(template: Template, macro: str) -> None:
    """Keep what a macro drew: its drawings follow from its arguments alone, and tables hold hundreds of them."""
    module: Any = template.module
    setattr(module, macro, lru_cache(maxsize=16_384)(getattr(module, macro)))


def lang_of(request: AnyRequest) -> text.Language:
    """The language of a request; Vietnamese unless the reader chose otherwise."""
    chosen = request.query_params.get("lang") or request.cookies.get("lang")
    return text.language(chosen)


def translate(request: AnyRequest) -> Callable[..., str]:
    """The function ``_`` in the reader's language."""
    return text.translator(lang_of(request))


def page(
    request: AnyRequest,
    shown: Page,
    *,
    status: int = 200,
    marked: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A page in the reader's language.

    Args:
        request: Gives language, tenant, person and form token.
        shown: The page.
        status: HTTP status.
        marked: ``illustrative``, ``simulated`` or ``imported``.
        headers: Further headers; a page is ``no-store`` for whoever is signed in.
    """
    return _response(request, render(shown, _frame(request, marked), lang_of(request)), status, headers or {})


def lasting_page(
    request: AnyRequest,
    kind: type[Page],
    make: Callable[[], Page],
    *,
    of: tuple[str, ...],
    marked: str | None = None,
) -> Response[str]:
    """A page that never changes: made and drawn once for all who are not signed in.

    Args:
        request: Gives language, tenant and person.
        kind: What ``make`` makes.
        make: Makes the page, when it is needed.
        of: Digests of everything that the page shows.
        marked: ``illustrative``, ``simulated`` or ``imported``.
    """
    frame, lang = _frame(request, marked), lang_of(request)

    def draw() -> str:
        return render(make(), frame, lang)

    if frame.person is not None:
        return _response(request, draw(), 200, {})
    return _response(request, _drawn.get((kind, *_reader(request, frame), of), draw), 200, {})


def render(shown: Page, frame: PageFrame, lang: text.Language) -> str:
    """A page within its frame, in one language."""
    names = {**msgspec.structs.asdict(frame), **msgspec.structs.asdict(shown)}
    return environment(lang).get_template(shown.template).render(names)


def _reader(request: AnyRequest, frame: PageFrame) -> tuple[Hashable, ...]:
    """What of a request a page follows from for those who are not signed in."""
    tenant: Tenant | None = getattr(request.state, "tenant", None)
    return (lang_of(request), prefix.get(), frame.here, frame.marked, tenant and tenant.id, frame.owner)


def _frame(request: AnyRequest, marked: str | None) -> PageFrame:
    lang = lang_of(request)
    tenant: Tenant | None = getattr(request.state, "tenant", None)
    person: Person | None = getattr(request.state, "person", None)
    return PageFrame(
        here=_here(request),
        nav=navigation(person, request.scope["path"], text.translator(lang), url),
        person=_who(person, lang),
        marked=marked,
        owner=tenant.name(lang) if tenant else "parindex",
        csrf=getattr(request.state, "form_token", ""),
    )


def _response(request: AnyRequest, content: str, status: int, headers: Mapping[str, str]) -> Response[str]:
    signed_in = getattr(request.state, "person", None) is not None
    caching = {"Cache-Control": "no-store"} if signed_in else {}
    response = Response(
        content, media_type="text/html", status_code=status, headers={**SECURITY_HEADERS, **caching, **headers}
    )
    if request.query_params.get("lang") in text.LANGUAGES:
        response.set_cookie("lang", lang_of(request), max_age=31_536_000, samesite="lax", path="/")
    return response


def _here(request: AnyRequest) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return quote(request.scope["path"], safe="/") + ("?" + urlencode(kept) if kept else "")


def _who(person: Person | None, lang: text.Language) -> SignedIn | None:
    if person is None:
        return None
    translator = text.translator(lang)
    names = [translator(title) for role, title in ROLES.items() if role in person.roles]
    return SignedIn(id=person.id, name=person.name, role=", ".join(names), agency=person.agency_name)
