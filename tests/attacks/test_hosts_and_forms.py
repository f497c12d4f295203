"""f, g, h. Health without a tenant, links from the base address, form tokens of a session, cookies of a host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from parindex.access import people, sessions
from parindex.api.shared import hosts
from parindex.api.shared.page import SECURITY_HEADERS
from parindex.api.shared.services import Services
from parindex.app import create_app
from parindex.errors import Refused
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.database import Database
from tests.conftest import PASSWORD, post_form
from tests.surveys.survey_fields import Field

SignIn = Callable[..., Awaitable[UUID]]
EVIL = {"host": "evil.example"}


async def another_way(services: Services, **settings: object) -> AsyncClient:
    """A client of the same services under other settings, over TLS."""
    services.settings = msgspec.structs.replace(services.settings, **settings)
    return AsyncClient(transport=ASGITransport(create_app(services)), base_url="https://parindex.test")


# f


async def test_healthz_and_readyz_answer_without_a_tenant_and_for_any_host(
    client: AsyncClient, services: Services
) -> None:
    services.settings = msgspec.structs.replace(services.settings, tenant="khong-co")
    for host in ("evil.example", "10.0.0.7:8000", "a:b", ""):
        for path in ("/healthz", "/readyz"):
            assert (await client.get(path, headers={"host": host})).status_code == 200, (host, path)
    assert (await client.get("/")).status_code == 404


# g


@pytest.mark.parametrize(
    ("base", "host", "code"),
    [
        (None, "localhost", None),
        (None, "127.0.0.1:8000", None),
        (None, "127.8.9.1", None),
        (None, "[::1]:8000", None),
        (None, "parindex.example", "host_unknown"),
        (None, "localhost.evil.example", "host_unknown"),
        (None, "10.0.0.7", "host_unknown"),
        ("https://parindex.example", "parindex.example", None),
        ("https://parindex.example", "PARINDEX.example.", None),
        ("https://parindex.example:8443", "parindex.example", None),
        ("https://parindex.example", "localhost:8000", None),
        ("https://parindex.example", "evil.example", "host_unknown"),
        ("https://parindex.example", "xparindex.example", "host_unknown"),
        ("https://parindex.example", "a:b", "bad_request"),
        ("https://parindex.example", "parindex.example:99999", "bad_request"),
        ("https://parindex.example", "parindex.example/evil", "bad_request"),
        ("https://parindex.example", "evil@parindex.example", "bad_request"),
        ("https://parindex.example", "", "bad_request"),
    ],
)
def test_only_our_own_names_are_served(base: str | None, host: str, code: str | None) -> None:
    scope = {"type": "http", "scheme": "http", "headers": [(b"host", host.encode())]}
    told = None
    try:
        hosts.check(scope, Settings(base_url=base))  # type: ignore[arg-type]
    except Refused as refused:
        told = refused.code
    assert told == code


async def test_another_name_is_refused_with_the_headers_of_every_page(client: AsyncClient) -> None:
    for host, status in (("evil.example", 421), ("a:b", 400), ("[", 400), ("parindex.test:x", 400)):
        for path in ("/", "/rankings/2025/province", "/static/style.css", "/no-such-page", "/work"):
            answer = await client.get(path, headers={"host": host})
            assert answer.status_code in (status, 404), (host, path)
            assert SECURITY_HEADERS.items() <= {n.title(): v for n, v in answer.headers.items()}.items() or all(
                answer.headers[name] == value for name, value in SECURITY_HEADERS.items()
            )
            assert "evil" not in answer.text


async def test_links_and_codes_to_scan_come_from_the_base_address_whatever_the_host_says(
    services: Services, client: AsyncClient, field: Field, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    services.settings = msgspec.structs.replace(services.settings, base_url="https://parindex.example")
    path = f"/work/surveys/{field.round.id}"
    headers = {"host": "localhost:9"}
    await client.get("/sign-in", headers=headers)
    names = [name for name in client.cookies if name.startswith("__Host-csrf")]
    assert names, "over TLS the token's cookie has its host's prefix"
    shown = await client.get(
        path, headers={**headers, "cookie": f"__Host-{sessions.COOKIE}={client.cookies[sessions.COOKIE]}"}
    )
    assert shown.status_code == 200
    assert hosts.origin({"scheme": "http", "headers": [(b"host", b"localhost:9")]}, services.settings) == (  # type: ignore[arg-type]
        "https://parindex.example"
    )


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("https://Parindex.Example/", "https://parindex.example"),
        ("https://parindex.example:443", "https://parindex.example"),
        ("http://10.0.0.7:8000", "http://10.0.0.7:8000"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_a_base_address_is_read_as_browsers_write_it(value: str, base: str) -> None:
    assert from_environment({"PARINDEX_BASE_URL": value}).base_url == base


@pytest.mark.parametrize(
    "value",
    [
        "parindex.example",
        "ftp://parindex.example",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "https://a:b",
    ],
)
def test_a_base_address_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BrokenSetting, match="PARINDEX_BASE_URL"):
        from_environment({"PARINDEX_BASE_URL": value})


# h


async def test_a_sign_in_page_in_a_second_tab_goes_on_after_the_first_has_signed_in(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await client.get("/sign-in")
    second_tab = client.cookies["csrftoken"]
    await signed_in("specialist")
    session = client.cookies[sessions.COOKIE]
    await client.get("/work")
    fields = {"_csrf_token": second_tab, "login": "lan", "password": "không đúng", "next": "/work/documents"}
    answer = await client.post("/sign-in", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/work/documents")
    assert client.cookies[sessions.COOKIE] == session


async def test_a_sign_in_page_that_a_sign_out_made_stale_is_given_anew_with_the_login(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("specialist")
    await client.get("/work")
    stale = client.cookies["csrftoken"]
    await client.post("/sign-out", data={"_csrf_token": stale})
    client.cookies.delete(sessions.COOKIE)
    answer = await client.post("/sign-in", data={"_csrf_token": stale, "login": "lan", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Trang đăng nhập này đã cũ" in answer.text
    assert 'value="lan"' in answer.text
    assert stale not in answer.text
    assert client.cookies["csrftoken"] in answer.text
    assert sessions.COOKIE not in client.cookies


async def test_a_form_token_is_good_for_its_session_only(client: AsyncClient, signed_in: SignIn) -> None:
    await client.get("/sign-in")
    before = client.cookies["csrftoken"]
    await signed_in("specialist")
    session = client.cookies[sessions.COOKIE]
    client.cookies.clear()
    for token, own, status in ((before, "", 401), (before, session, 303), (before[:-1] + "x", "", 403)):
        cookie = f"csrftoken={token}" + (f"; {sessions.COOKIE}={own}" if own else "")
        answer = await client.post(
            "/sign-in", data={"_csrf_token": token, "login": "x", "password": "y"}, headers={"cookie": cookie}
        )
        assert answer.status_code == status
        assert not [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{sessions.COOKIE}=")]
    page = await client.get("/work", headers={"cookie": f"csrftoken={before}; {sessions.COOKIE}={session}"})
    assert before not in page.text
    token = page.cookies["csrftoken"]
    for theirs in (session, session[:-1] + "_", ""):
        answer = await client.post(
            "/sign-out",
            data={"_csrf_token": token},
            headers={"cookie": f"csrftoken={token}; {sessions.COOKIE}={theirs}"},
        )
        assert answer.status_code == (303 if theirs == session else 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"origin": "http://parindex.test"}, 401),
        ({"origin": "null"}, 401),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 401),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://parindex.test.evil.example"}, 403),
        ({"origin": "http://parindex.test:81"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_a_form_of_another_site_is_refused(client: AsyncClient, headers: dict[str, str], status: int) -> None:
    await client.get("/sign-in")
    fields = {"_csrf_token": client.cookies["csrftoken"], "login": "x", "password": "y"}
    assert (await client.post("/sign-in", data=fields, headers=headers)).status_code == status


async def test_cookies_have_the_prefix_of_their_host_over_tls_and_plain_names_without(
    client: AsyncClient, services: Services, db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        await people.add_person(
            connection, login="lan", name="Lan", roles=["specialist"], password_hash=people.hash_password(PASSWORD)
        )
    plain = await post_form(client, "/sign-in", login="lan", password=PASSWORD)
    assert {each.split("=")[0] for each in plain.headers.get_list("set-cookie")} == {
        "parindex_session",
        "parindex_browser",
    }
    assert not any("secure" in each.lower().split("; ") for each in plain.headers.get_list("set-cookie"))
    async with await another_way(services) as tls:
        page = await tls.get("/sign-in")
        token = page.cookies["__Host-csrftoken"]
        told = await tls.post("/sign-in", data={"_csrf_token": token, "login": "lan", "password": PASSWORD})
        kept = told.headers.get_list("set-cookie")
        assert {each.split("=")[0] for each in kept} == {"__Host-parindex_session", "__Host-parindex_browser"}
        for each in kept:
            parts = {part.lower() for part in each.split("; ")}
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
            assert not any(part.startswith("domain") for part in parts)
        assert (await tls.get("/work")).status_code == 200
        session = tls.cookies["__Host-parindex_session"]
        tls.cookies.clear()
        assert (await tls.get("/work", headers={"cookie": f"parindex_session={session}"})).status_code == 303


async def test_a_cookie_has_one_name_a_tenant(client: AsyncClient, other_tenant: UUID) -> None:
    await client.get("/sign-in")
    await client.get("/t/khac/sign-in")
    assert {"csrftoken", "csrftoken_khac"} <= set(client.cookies)
    await client.get("/t/demo/sign-in")
    assert set(client.cookies) == {"csrftoken", "csrftoken_khac"}
