"""What a broken or ill-meaning client sends: never a failure of ours, never a traceback, nothing half-written.

Over a real server and real sockets, with everybody's session at hand. The routes are read from the application.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx
import pytest
from litestar import Router

from parindex.access import people, sessions, tenants
from parindex.app import _pages
from parindex.practice.papers import letter
from parindex.serving.request_limits import MOST_LINE_BYTES
from tests.browser import small_platform
from tests.browsing import Site, in_turn
from tests.conftest import PASSWORD

SCRIPT = "<script>alert('x')</script>\"'; drop table sheets; -- ${7*7} {{7*7}} =cmd()"
ROUTES = {route.path_format: route.methods for route in Router("/", route_handlers=_pages()).routes}
POSTS = sorted(path for path, methods in ROUTES.items() if "POST" in methods)
GETS = sorted(path for path, methods in ROUTES.items() if "GET" in methods)
QUIET = {"sessions", "sign_in_failures", "audit_blocks", "audit_log", "audit_rows", "audit_events", "alembic_version"}
"""Tables that a visit or the sealer writes to without a deed."""

DEEDS = {
    "/work/sheets/{sheet_id}/{code}": "chuyenvien",
    "/work/sheets/{sheet_id}/{code}/attach": "chuyenvien",
    "/work/sheets/{sheet_id}/{code}/detach": "chuyenvien",
    "/work/sheets/{sheet_id}/{code}/evidence": "chuyenvien",
    "/work/sheets/{sheet_id}/return": "lanhdao5",
    "/work/sheets/{sheet_id}/withdraw": "lanhdao2",
    "/work/appraisals/{cycle_id}/{code}": "thamdinh",
    "/work/surveys/{round_id}/lock": "thuky",
    "/work/surveys/{round_id}/invitations": "thuky",
}
"""Who may send which form."""


PLATFORM: Final = {
    "past": False,
    "waiting": ("P02", "P07"),
    "stays": {"P03": "drafting", "P05": "with_leader", "P17": "not_started"},
    "blank": {"P03": ("1.1.2",)},
}
"""How the small platform of this module is loaded."""


@pytest.fixture(scope="module")
def tokens(site, platform) -> dict[str, str]:
    """Session tokens by login; ``foreign`` is a specialist of another tenant."""
    return site.call(_sign_in(site))


async def _sign_in(site: Site) -> dict[str, str]:
    db = site.services.db
    logins = ("chuyenvien", "lanhdao", "lanhdao2", "lanhdao5", "thamdinh", "thuky", "pheduyet", "quantri")
    made = {login: await sessions.sign_in(db, site.tenant, login, PASSWORD) for login in logins}
    other = await tenants.by_code(db, "khac")
    assert other is not None
    async with db.transaction(other.id) as connection:
        await people.add_person(
            connection, login="la", name="Người lạ", roles=["secretary", "specialist"],
            password_hash=people.hash_password(PASSWORD),
        )  # fmt: skip
    return {**made, "foreign": await sessions.sign_in(db, other.id, "la", PASSWORD)}


@pytest.fixture
def browser(site, tokens) -> Iterator[Browser]:
    with Browser(site, tokens) as opened:
        yield opened


class Browser(httpx.Client):
    """A client with a form token, and anybody's session."""

    def __init__(self, site: Site, tokens: dict[str, str]) -> None:
        super().__init__(base_url=site.url, timeout=30)
        self.tokens = tokens

    def __enter__(self) -> Browser:
        super().__enter__()
        self.get("/sign-in")
        return self

    def become(self, login: str) -> Browser:
        """Hold that person's session."""
        elsewhere = login == "foreign"
        suffix = "_khac" if elsewhere else ""
        session = sessions.COOKIE + suffix
        for name in (session, "csrftoken" + suffix):
            self.cookies.delete(name)
        self.cookies.set(session, self.tokens[login])
        self.get("/t/khac/sign-in" if elsewhere else "/sign-in")
        return self

    def send_form(self, path: str, **fields: str) -> httpx.Response:
        return self.post(path, data={"_csrf_token": self.cookies["csrftoken"], **fields})


def address(platform: small_platform.Platform, path: str, sheet: str = "P03") -> str:
    """A route with what exists."""
    names = {
        "sheet_id": platform.sheets[sheet].id, "cycle_id": platform.cycle, "round_id": platform.round,
        "code": "1.1.2", "token": "A" * 32, "step": 1, "document_id": platform.cycle, "job_id": platform.cycle, "number": "2026-province.1",
        "list_id": platform.cycle, "draft_id": platform.cycle, "remark_id": platform.cycle, "set_id": platform.cycle,
        "instrument_id": platform.cycle,
        "import_id": platform.cycle, "person_id": platform.cycle, "delegation_id": platform.cycle, "giver": platform.cycle,
        "deed": "close", "name": "source",
    }  # fmt: skip
    return path.format_map(names)


def state_of(site: Site) -> dict[str, str]:
    """A fingerprint of every table that the application may read."""

    async def read() -> dict[str, str]:
        found = {}
        async with site.services.db.transaction(site.tenant) as connection:
            tables = await connection.fetch(
                "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema') "
                "and has_schema_privilege(schemaname, 'usage') and has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'select')"
            )
            for schema, table in tables:
                if table not in QUIET:
                    found[f"{schema}.{table}"] = await connection.fetchval(
                        f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{schema}"."{table}" t'
                    )
        return found

    return site.call(read())


def decent(answer: httpx.Response) -> None:
    """A refusal or a page of ours, not a failure."""
    assert answer.status_code < 500, f"{answer.request.method} {answer.request.url}: {answer.status_code}"
    assert "Traceback" not in answer.text
    assert "asyncpg" not in answer.text


def test_a_form_without_the_token_of_its_page_changes_nothing(site, platform, browser):
    browser.become("thuky")
    before = state_of(site)
    for place, path in enumerate(path for path in POSTS if not path.startswith("/api/")):
        for token in in_turn(("", "0" * 128, "của người khác"), place, of=3):
            answer = browser.post(address(platform, path), files={"_csrf_token": (None, token), "then": (None, "next")})
            # a page that takes a file reads the token with the form, after it is known whose sheet it is
            unseen = path.endswith("/evidence")
            # likewise a page whose file is of what the secretary may not touch
            refused = path in FILES_OF_OTHERS
            # whoever is signed in goes on from a stale page that signs in
            expected = 404 if unseen else 303 if path == "/sign-in" else 403
            assert answer.status_code == (403 if refused else expected), f"{path}: {answer.status_code}"
    assert state_of(site) == before


@pytest.mark.parametrize("who", [None, "quantri", "foreign"])
def test_whoever_may_not_do_it_changes_nothing(site, platform, browser, who):
    if who:
        browser.become(who)
    before = state_of(site)
    for path in POSTS:
        if path.startswith("/work/") and not (who == "quantri" and path.startswith(OF_ADMINISTRATORS)):
            fields = {"reason": "Vì tôi muốn.", "confirmed": "true", "decision": "1"}
            answer = send_in_parts(browser, address(platform, path), **fields)
            unseen = path.startswith(("/work/sheets/", "/work/jobs/"))
            own = path.startswith("/work/drafts")  # everybody keeps what they type themselves; here no form is named
            expected = (400 if own else 404 if unseen else 403) if who == "quantri" else 401
            assert answer.status_code == expected, f"{path}: {answer.status_code}"
    assert state_of(site) == before


def test_what_belongs_to_one_tenant_is_not_found_at_another(site, platform, browser):
    browser.become("foreign")
    before = state_of(site)
    for path in [path for path in {*POSTS, *GETS} if path.startswith("/work/") and "{" in path]:
        here = "/t/khac" + address(platform, path)
        answers = [browser.get(here)] if path in GETS else []
        fields = {"reason": "Muốn.", "confirmed": "true", "decision": "1"}
        answers += [send_in_parts(browser, here, **fields)] if path in POSTS else []
        for answer in answers:
            deed = f"{answer.request.method} {path}"
            refused = deed in REFUSED_BY_ROLE or path.startswith(NOT_OF_SECRETARIES)
            assert answer.status_code in ((403, 404) if refused else (404,)), f"{deed}: {answer.status_code}"
            assert "Hòa Lâm" not in answer.text
    assert state_of(site) == before


def send_in_parts(browser: Browser, path: str, **fields: str) -> httpx.Response:
    """A form as a page with a file sends it; every other page takes it as well."""
    token = browser.cookies["csrftoken_khac" if path.startswith("/t/khac/") else "csrftoken"]
    parts = {name: (None, value) for name, value in {"_csrf_token": token, **fields}.items()}
    return browser.post(path, files=parts, headers={"x-csrftoken": token})


REFUSED_BY_ROLE = {
    "GET /work/editions/{number}/retract", "POST /work/editions/{number}/retract", "GET /work/years/{cycle_id}/publish", "POST /work/years/{cycle_id}/publish",
    "GET /work/appraisals/{cycle_id}/{code}/rest",
    "POST /work/appraisals/{cycle_id}/{code}/rest", "POST /work/jobs/{job_id}/again", "POST /work/jobs/{job_id}/cancel",
}  # fmt: skip
"""What a secretary and specialist may not do at home either: nothing is looked for."""


NOT_OF_SECRETARIES = (
    "/work/agencies/",
    "/work/criteria/",
    "/work/instruments",
    "/work/people/",
    "/work/years/{cycle_id}/cancel",
)
"""Pages of offices of which a secretary does little or nothing: whether anything is there is not always asked."""

OF_ADMINISTRATORS = ("/work/people", "/work/account")
"""What an administrator may do, and everybody with the own account."""

FILES_OF_OTHERS = {
    "/work/agencies/import",
    "/work/agencies/lists/{name}/import",
    "/work/criteria/new",
    "/work/instruments",
    "/work/people/import",
    "/work/years/{cycle_id}/owners/import",
}
"""Pages that take a file of those who may send one."""


JUNK = {
    "nothing": ("application/x-www-form-urlencoded", b""),
    "bad UTF-8": ("application/x-www-form-urlencoded", b"kind=set_points&points=%c3&explanation=%e0%80"),
    "raw bytes": ("application/x-www-form-urlencoded", bytes(range(256)) * 20),
    "NUL": ("application/x-www-form-urlencoded",
            b"reason=a%00b&explanation=a%00b&fact%3A1.1.2.owners=%00&document=%00&decision=%00&confirmed=true&unit=%00&count=1"
            b"&kind=ask&reason%3Aask=a%00b&agency=P01&attachment=%00"),
    "surrogates": ("application/x-www-form-urlencoded", b"explanation=%ed%a0%80&agency=%ed%a0%80"),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(5000))),
    "the same field": ("application/x-www-form-urlencoded", b"&".join([b"explanation=x", b"kind=ask"] * 500)),
    "json": ("application/json", b'{"reason": "\\ud800"}'),
    "not json": ("application/json", b"{"),
    "xml": ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "text": ("text/plain", b"hello"),
    "unknown type": ("x/y; z=\"", b"hello"),
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "cut multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nabc'),
    "odd multipart": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: nonsense\r\n\r\nabc\r\n--x--\r\n'),
    "multipart in no UTF-8": ("multipart/form-data; boundary=x",
                              b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\n\xff\xfe\r\n--x--\r\n'),
    "multipart in no charset": ("multipart/form-data; boundary=x",
                                b'--x\r\nContent-Disposition: form-data; name="reason"\r\n'
                                b"Content-Type: text/plain; charset=no-such\r\n\r\nabc\r\n--x--\r\n"),
    "empty multipart": ("multipart/form-data; boundary=x", b"--x--\r\n"),
}  # fmt: skip


NO_FORM = {"json", "not json", "xml", "text", "unknown type"}
UNREADABLE = {"bad UTF-8", "raw bytes", "surrogates", "no boundary", "cut multipart", "odd multipart",
              "multipart in no UTF-8", "multipart in no charset"}  # fmt: skip
ONCE = {"/work/sheets/{sheet_id}/{code}": "explanation", "/work/appraisals/{cycle_id}/{code}": "kind"}
"""Forms that know a field which comes five hundred times."""
WITH_NUL = {*DEEDS} - {"/work/sheets/{sheet_id}/{code}/evidence"}


def status_of_junk(path: str, junk: str) -> int:
    """Unreadable 400, of another type 415; a form in which everything is missing: what the deed says to that."""
    takes_file = path.endswith("/evidence")
    if junk in NO_FORM or (takes_file and not JUNK[junk][0].startswith("multipart")):
        return 415
    if takes_file and junk in ("multipart in no charset", "empty multipart"):
        return 403  # read as it arrives: before its fields are made words, its token is missing
    if junk in UNREADABLE or (junk == "NUL" and path in WITH_NUL) or (junk == "the same field" and path in ONCE):
        return 400
    return 409 if path == "/work/sheets/{sheet_id}/{code}" else 422  # no version: somebody else saved before


@pytest.mark.parametrize("path", DEEDS)
def test_a_form_that_nobody_can_read_is_refused_and_changes_nothing(site, platform, browser, path):
    browser.become(DEEDS[path])
    own = {"lanhdao5": "P05", "lanhdao2": "P02"}.get(DEEDS[path], "P03")
    before = state_of(site)
    told = {}
    for junk, (kind, body) in JUNK.items():
        answer = browser.post(
            address(platform, path, own).replace("1.1.2", "1.1.3"), content=body,
            headers={"content-type": kind, "x-csrftoken": browser.cookies["csrftoken"]},
        )  # fmt: skip
        decent(answer)
        told[junk] = answer.status_code
    assert told == {junk: status_of_junk(path, junk) for junk in JUNK}
    assert state_of(site) == before


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("text/plain", b"login=quantri&password=x", 415, "form_expected"),
        ("application/json", b'{"login": "quantri"}', 415, "form_expected"),
        ("application/x-www-form-urlencoded", b"login=quantri&password=%ff", 400, "bad_request"),
        ("application/x-www-form-urlencoded", b"login=quantri&password=\xc3\x28", 400, "bad_request"),
    ],
)
def test_a_post_that_is_no_form_or_no_utf8_is_told_so(site, browser, kind, body, status, code):
    before = state_of(site)
    answer = browser.post(
        "/sign-in", content=body,
        headers={"content-type": kind, "accept": "application/json", "x-csrftoken": browser.cookies["csrftoken"]},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert state_of(site) == before


EMPTY_FORM = {"/sign-in": 401, "/verify": 422, "/survey/withdraw": 422, "/invitations/{token}": 410, "/survey": 410,
              "/survey/1": 410}  # fmt: skip
"""What a form says in which nothing that it knows was filled in."""


@pytest.mark.parametrize("path", EMPTY_FORM)
def test_public_forms_survive_junk(site, platform, browser, path):
    told, expected = {}, {}
    for junk, (kind, body) in JUNK.items():
        answer = browser.post(
            address(platform, path), content=body,
            headers={"content-type": kind, "x-csrftoken": browser.cookies["csrftoken"]},
        )  # fmt: skip
        decent(answer)
        told[junk] = answer.status_code
        expected[junk] = 415 if junk in NO_FORM else 400 if junk in UNREADABLE else EMPTY_FORM[path]
    assert told == expected


@pytest.mark.parametrize("path", [*DEEDS, "/sign-in", "/survey/withdraw", "/api/v1/survey-rounds/{round_id}/responses"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(site, platform, browser, path):
    browser.become(DEEDS.get(path, "quantri"))
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    token = browser.cookies["csrftoken"]
    status, body = raw(site, "POST", address(platform, path), {
        "content-type": kind, "content-length": "3000000", "x-csrftoken": token,
        "cookie": f"csrftoken={token}; {sessions.COOKIE}={browser.cookies[sessions.COOKIE]}",
    })  # fmt: skip
    assert b"Traceback" not in body
    assert status == (415 if path.endswith("/evidence") else 413)


def test_whoever_may_not_send_a_file_is_refused_before_it_is_read(site, platform, browser):
    path = address(platform, "/work/sheets/{sheet_id}/{code}/evidence")
    large = {"content-length": "300000000", "content-type": "multipart/form-data; boundary=x"}
    assert raw(site, "POST", path, large)[0] == 401
    browser.become("chuyenvien")
    cookie = {"cookie": f"{sessions.COOKIE}={browser.cookies[sessions.COOKIE]}"}
    assert raw(site, "POST", path, large | cookie)[0] == 413
    assert raw(site, "POST", path, large | cookie | {"content-type": "text/plain"})[0] == 415


ODD = ("%00", "a%00b", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%2e%2e", "'%20or%201=1--", quote(SCRIPT, safe=""), "%ed%a0%80",
       "9" * 400, "-1", "%F0%9F%92%A9", "x" * 6000, "%0d%0aSet-Cookie:%20a=b", "*")  # fmt: skip


def status_of_odd(path: str, target: str, odd: str) -> int:
    """Not found, but where something else comes before looking."""
    if len(target) > MOST_LINE_BYTES:
        return 414
    if path in ("/invitations/{token}", "/first/{token}"):
        return 404 if "%2f" in odd.lower() else 410  # a link that does not hold: whether it ever did is not told
    if path == "/survey/{step}":
        return 410 if odd.lstrip("-").isdigit() else 404  # nobody visits
    if path == "/work/editions/{number}/retract":
        return 404 if "%2f" in odd.lower() else 403  # not for the secretary
    if path == "/work/appraisals/{cycle_id}/{code}/rest" and not target.startswith(f"/work/appraisals/{odd}/"):
        return 404 if "%2f" in odd.lower() else 403  # nor is this
    return 404


@pytest.mark.parametrize(("place", "path"), [*enumerate(path for path in GETS if "{" in path)])
def test_odd_addresses_are_not_found(site, platform, browser, place, path):
    browser.become("thuky")
    for odd in in_turn(ODD, place, of=6):
        for name in re.findall(r"{(\w+)}", path):
            given = (
                address(platform, path.replace("{" + name + "}", "\0"))
                if path.count("{") > 1 and _known(path, name)
                else None
            )
            target = given.replace("\0", odd) if given else re.sub(r"{\w+}", lambda _, odd=odd: odd, path)
            answer = browser.get(target)
            decent(answer)
            expected = {status_of_odd(path, target, odd)} | ({403} if path.startswith(NOT_OF_SECRETARIES) else set())
            assert answer.status_code in expected, f"{target}: {answer.status_code}"
            assert "set-cookie" not in {name for name in answer.headers if answer.headers[name] == "a=b"}


def _known(path: str, name: str) -> bool:
    known = {"sheet_id", "cycle_id", "round_id", "code", "token", "step", "document_id", "job_id", "number"}
    return set(re.findall(r"{(\w+)}", path)) - {name} <= known


QUERIES = ("q", "search", "show", "agency", "next", "digest", "lang", "year", "region", "class", "sort")


@pytest.mark.parametrize("odd", ["%00", "%ff%fe", "%ed%a0%80", "9" * 400, quote(SCRIPT, safe="")])
def test_odd_queries_are_taken_as_words(site, platform, browser, odd):
    browser.become("chuyenvien")
    every = "&".join(f"{name}={odd}" for name in QUERIES)
    paths = {"/": 200, "/agencies": 200, "/agencies/P01": 404, "/rankings/2026/province": 404, "/verify": 200,
             "/surveys": 200, "/sign-in": 303, "/work": 200, "/work/documents": 200,
             address(platform, "/work/sheets/{sheet_id}"): 200,
             address(platform, "/work/sheets/{sheet_id}/{code}/evidence"): 200}  # fmt: skip
    for path, status in paths.items():
        answer = browser.get(f"{path}?{every}")
        decent(answer)
        assert answer.status_code == (400 if odd == "%00" and path.endswith(("/documents", "/evidence")) else status)
        assert "<script>alert" not in answer.text


def test_every_page_answers_head_as_get_and_refuses_other_methods(site, platform, browser):
    browser.become("thuky")
    token = {"x-csrftoken": browser.cookies["csrftoken"]}
    methods = ("PUT", "DELETE", "PATCH", "TRACE", "BREW")
    for place, path in in_turn(tuple(enumerate(GETS)), 0, of=2):
        target = address_or_word(platform, path)
        head, get = browser.head(target), browser.get(target)
        decent(get)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        for method in in_turn(methods, place, of=len(methods)):
            answer = browser.request(method, target, headers=token)
            assert answer.status_code == (400 if method == "BREW" else 405), f"{method} {path}: {answer.status_code}"


def address_or_word(platform, path: str) -> str:
    return re.sub(r"{\w+}", "x", path) if not _known(path, "") else address(platform, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "parindex_session=\xff\xfe; csrftoken=; survey_visit=%00; =; ;;;"},
        {"cookie": "parindex_session=" + "a" * 7000},
        {"cookie": "survey_visit=" + "a." * 2000},
        {"accept": "text/html;q=oops, */*;q=--, ;"},
        {"accept-language": "vi;q=x, \xe9\xe9, *;;;"},
        {"accept-encoding": "gzip;q=nan, \xff"},
        {"range": "bytes=0-10"},
        {"range": "bytes=99999999999999999999-0, -, 5"},
        {"if-none-match": '"\xff", W/"', "if-modified-since": "never"},
        {"host": "evil.example\xff"},
        {"x-forwarded-for": "a" * 3000, "x-forwarded-proto": "gopher", "forwarded": "for=;;;"},
        {"content-length": "0", "transfer-encoding": "identity"},
        {"x-requested-with": "XMLHttpRequest", "purpose": "javascript:alert(1)"},
        {"origin": "null", "referer": "\x01"},
    ],
)
def test_odd_headers_are_read_past(site, platform, headers):
    plain = {"/": 200, "/sign-in": 200, "/survey": 410, "/work": 303, "/editions": 200,
             "/rankings/2026/province.json": 404, "/static/css/base.css": 200}  # fmt: skip
    unreadable = "transfer-encoding" in headers or "\x01" in headers.get("referer", "") or "host" in headers
    for path, expected in plain.items():
        status, body = raw(site, "GET", path, headers)
        assert status == (400 if unreadable else expected), f"{path}: {status}"
        assert b"Traceback" not in body
        assert b"evil.example" not in body


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n", 414),
        (b"GET /\xff\xfe HTTP/1.1\r\n", 400),
        (b"GET //evil.example/ HTTP/1.1\r\n", 404),
        (b"GET http://evil.example/sign-in HTTP/1.1\r\n", 200),
        (b"GET /../../etc/passwd HTTP/1.1\r\n", 404),
        (b"GET /static/../../pyproject.toml HTTP/1.1\r\n", 404),
        (b"GET /static/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1\r\n", 404),
        (b"GET / HTTP/9.9\r\n", 400),
        (b"POST /sign-in HTTP/1.1\r\ncontent-length: -5\r\n", 400),
        (b"POST /sign-in HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n", 400),
        (b"\x00\x01\x02", 400),
    ],
)
def test_odd_requests_do_not_reach_us(site, request_line, status):
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.settimeout(5)
        connection.sendall(request_line + b"host: localhost\r\nconnection: close\r\n\r\n")
        answer = connection.recv(100_000)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:300]
    assert b"root:" not in answer
    assert b"hatchling" not in answer
    assert httpx.get(site.url + "/healthz").status_code == 200


def raw(site: Site, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """A request whose headers no client would send."""
    parts = urlsplit(site.url)
    lines = {"host": parts.netloc, "connection": "close", **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.settimeout(10)
        connection.sendall(head.encode("latin-1"))
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return int(answer.split(b" ", 2)[1]), answer


def test_words_of_people_are_shown_as_words(site, platform, browser):
    browser.become("chuyenvien")
    leaf = address(platform, "/work/sheets/{sheet_id}/{code}")
    saved = browser.send_form(leaf, explanation=SCRIPT, row_version=_version(browser.get(leaf).text))
    assert saved.status_code == 303, saved.text
    sent = upload(browser, leaf + "/evidence", "../../../etc/cron.d/báo cáo\r\n\".docx", letter(["a"]), number=SCRIPT,
                  issuer=SCRIPT, abstract=SCRIPT, pages=SCRIPT)  # fmt: skip
    assert sent.status_code == 303, sent.text
    for path in (leaf, "/work/documents", leaf + "/evidence"):
        text = browser.get(path).text
        assert "<script>alert" not in text
        if path != leaf + "/evidence":
            assert "&lt;script&gt;alert" in text
    refused = browser.send_form(leaf, **{"fact:1.1.2.owners": SCRIPT, "row_version": "'; --"})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    browser.become("lanhdao5")
    back = browser.send_form(address(platform, "/work/sheets/{sheet_id}/return", "P05"), reason=SCRIPT)
    assert back.status_code == 303
    told = browser.get(address(platform, "/work/sheets/{sheet_id}", "P05")).text
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert" in told


def _version(text: str) -> str:
    found = re.search(r'name="row_version" value="([^"]*)"', text)
    assert found
    return found.group(1)


def upload(browser: Browser, path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
    given = {"_csrf_token": browser.cookies["csrftoken"], "number": "1/BC", "issued_on": "2025-12-30", "issuer": "UBND",
             "abstract": "Báo cáo", "pages": "", "not_secret": "true", "separate": "true", **fields}  # fmt: skip
    return browser.post(path, data=given, files={"file": (name, content, "text/html")})


@pytest.mark.parametrize(
    "name", ["../../../../etc/passwd", "..\\..\\win.ini", "/etc/passwd", "a/\0/b.docx", "." * 300, "CON", ""]
)
def test_a_name_of_a_file_is_never_a_path(site, platform, browser, name):
    browser.become("chuyenvien")
    leaf = address(platform, "/work/sheets/{sheet_id}/{code}")
    before = {path for path in Path(site.services.settings.data).rglob("*") if path.is_file()}
    answer = upload(browser, leaf + "/evidence", name, letter([f"{name!r}"]), number=f"{len(name)}/BC")
    decent(answer)
    assert answer.status_code == (303 if name else 400)  # without a name it is no file
    made = {path for path in Path(site.services.settings.data).rglob("*") if path.is_file()} - before
    assert all(re.fullmatch(r"[0-9a-f]{60,64}", path.name) or path.suffix == ".jsonl" for path in made), made
    for document in set(re.findall(r"/work/documents/[0-9a-f-]{36}/file", browser.get("/work/documents").text)):
        sent = browser.get(document).headers["content-disposition"]
        assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~-]+", sent), sent


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("virus.pdf", b"%PDF-1.7\nX5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*", 422),
        ("page.pdf", b"<html><script>alert(1)</script></html>", 415),
        ("run.docx", b"MZ\x90\x00" + b"\0" * 200, 415),
        ("bomb.docx", b"PK\x03\x04" + b"\xff" * 200, 415),
        ("empty.pdf", b"", 422),
    ],
)
def test_a_file_of_a_refused_kind_is_named_and_nothing_is_kept(site, platform, browser, name, content, status):
    browser.become("chuyenvien")
    before = state_of(site)
    answer = upload(
        browser, address(platform, "/work/sheets/{sheet_id}/{code}/evidence"), name, content, number="99/BC-LA"
    )
    decent(answer)
    assert answer.status_code == status
    assert 'value="99/BC-LA"' in answer.text
    assert state_of(site) == before


def test_a_second_click_does_it_once(site, platform, browser, tokens):
    browser.become("chuyenvien")
    leaf = address(platform, "/work/sheets/{sheet_id}/{code}")

    def click(_: int) -> int:
        with Browser(site, tokens) as one:
            return upload(
                one.become("chuyenvien"), leaf + "/evidence", "hai-lan.docx", letter(["hai"]), number="2/LAN"
            ).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(click, range(6))) == {303}
    assert browser.get("/work/documents").text.count("<b>2/LAN</b>") == 1


def test_a_stale_form_overwrites_nothing(site, platform, browser):
    browser.become("chuyenvien")
    leaf = address(platform, "/work/sheets/{sheet_id}/{code}")
    shown = _version(browser.get(leaf).text)
    assert browser.send_form(leaf, explanation="Lần một", row_version=shown).status_code == 303
    late = browser.send_form(leaf, explanation="Lần hai", row_version=shown)
    assert late.status_code == 409
    assert "Lần một" in late.text
    assert "Lần hai" in late.text
    assert "Lần một" in browser.get(leaf).text


def response_of(**changed: object) -> bytes:
    whole = {"id": str(uuid4()), "invitation": "a" * 22, "answers": []}
    return json.dumps({**whole, **changed}).encode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_request"),
        (b"{", 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b"null", 400, "bad_request"),
        (b'"\\ud800"', 400, "bad_request"),
        (b'{"id": 1}', 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b'{"a": ' * 5000, 400, "bad_request"),
        (response_of(invitation="\ud800" + "a" * 21), 400, "bad_request"),
        (response_of(answers=[0]).replace(b"[0]", b"[1e999]"), 400, "bad_request"),
        (response_of(x=1), 400, "bad_request"),
        (response_of(answers=[10**19]), 422, "answers_invalid"),
        (response_of(texts={"a": "\0"}), 422, "answers_invalid"),
        (response_of(texts={"a": "x" * 64_000}), 413, "too_large"),
    ],
)
def test_a_response_that_cannot_be_read_is_a_problem_document(site, platform, browser, body, status, code):
    before = state_of(site)
    for kind in ("application/json", "Application/JSON; charset=utf-8", ""):
        answer = browser.post(
            address(platform, "/api/v1/survey-rounds/{round_id}/responses"), content=body,
            headers={"content-type": kind},
        )  # fmt: skip
        decent(answer)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert state_of(site) == before


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", "application/jsonp"],
)
def test_a_response_of_another_type_is_a_problem_document(site, platform, browser, kind):
    for body in (b"a=b", response_of()):
        answer = browser.post(
            address(platform, "/api/v1/survey-rounds/{round_id}/responses"), content=body,
            headers={"content-type": kind},
        )  # fmt: skip
        decent(answer)
        assert (answer.status_code, answer.json()["code"]) == (415, "json_expected")
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_sign_in_goes_nowhere_else(site, platform, browser):
    for next in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\r\nSet-Cookie: a=b",
    ):
        browser.get("/sign-in")
        answer = browser.send_form("/sign-in", login="quantri", password=PASSWORD, next=next)
        assert answer.status_code == 303
        assert urlsplit(answer.headers["location"]).netloc == ""
        assert answer.headers["location"].startswith("/work")
