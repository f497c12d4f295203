"""What every request gets: headers, language, errors, health."""

import json
import logging

import pytest

from parindex.access import sessions
from tests.conftest import PASSWORD, post_form


async def test_an_unknown_address_is_a_plain_page_for_people(client):
    answer = await client.get("/khong-co", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.text


async def test_an_unknown_address_is_a_problem_document_for_programs(client):
    answer = await client.get("/khong-co.json")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


async def test_a_refusal_is_not_kept_by_browsers(client):
    for path in ("/khong-co", "/khong-co.json", "/survey"):
        answer = await client.get(path)
        assert answer.status_code >= 400
        assert answer.headers["cache-control"] == "no-store"


async def test_every_page_carries_a_strict_policy(client):
    answer = await client.get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_also_stands_where_no_route_is_found(client):
    assert "default-src 'none'" in (await client.get("/khong-co")).headers["content-security-policy"]


async def test_the_language_switch_is_remembered(client):
    answer = await client.get("/sign-in?lang=en")
    assert 'lang="en"' in answer.text
    assert 'lang="en"' in (await client.get("/sign-in")).text
    assert 'lang="vi"' in (await client.get("/sign-in?lang=vi")).text


async def test_health_needs_no_database_and_readiness_does(client, services):
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 200
    await services.close()
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_a_database_that_went_away_is_said_and_promises_nothing(client, services):
    await client.get("/sign-in")
    await services.close()
    answer = await post_form(client, "/sign-in", login="lan", password=PASSWORD)
    assert answer.status_code == 503
    assert "Chưa có gì bị thay đổi" in answer.text


async def test_a_form_without_its_token_changes_nothing_and_says_why(client):
    answer = await client.post("/sign-in", data={"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Trang đăng nhập này đã cũ" in answer.text


async def test_signing_in_leads_to_work_and_signing_out_ends_it(client, signed_in):
    await signed_in("specialist")
    assert (await client.get("/sign-in")).status_code == 303
    answer = await post_form(client, "/sign-out")
    assert answer.status_code == 303
    assert (await client.get("/sign-in")).status_code == 200


async def test_a_failed_sign_in_keeps_the_login_and_never_the_password(client):
    answer = await post_form(client, "/sign-in", login="lan.nguyen", password="bí mật nhé")
    assert answer.status_code == 401
    assert "lan.nguyen" in answer.text
    assert "bí mật nhé" not in answer.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_sign_in_never_leads_to_another_site(client, signed_in, target):
    await signed_in("specialist")
    answer = await client.get("/sign-in", params={"next": target})
    assert answer.headers["location"] == "/work"


async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client, signed_in, db, tenant):
    await signed_in("specialist", name="X")
    client.cookies.delete(sessions.COOKIE)
    async with db.transaction(tenant) as connection:
        login = await connection.fetchval("select login from people")
    answer = await post_form(client, "/sign-in", login=login, password=PASSWORD)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(sessions.COOKIE))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


async def test_another_tenant_is_served_below_its_code_and_an_unknown_one_is_not_found(client):
    assert (await client.get("/t/khac/sign-in")).status_code == 200
    assert (await client.get("/t/khong-co/sign-in")).status_code == 404


async def test_an_address_without_a_page_has_the_menu_of_the_tenant_that_it_names(client):
    assert (await client.get("/t/khac/")).status_code == 200
    for path in ("/t/khac/khong-co", "/t/khac/work/khong-co"):
        page = await client.get(path, headers={"accept": "text/html"})
        assert page.status_code == 404
        assert 'href="/t/khac/sign-in' in page.text
        assert 'href="/sign-in' not in page.text
    own = await client.get("/khong-co", headers={"accept": "text/html"})
    assert own.status_code == 404
    assert 'href="/sign-in' in own.text
    for path in ("/t/khong-co/khong-co", "/t/", "/t", "/t//x"):
        assert (await client.get(path, headers={"accept": "text/html"})).status_code == 404


async def test_a_secret_in_an_address_never_reaches_the_log(client, caplog):
    caplog.set_level(logging.INFO)
    await client.get("/invitations/bi-mat-128-bit")
    ours = [record.__dict__ for record in caplog.records if record.name.startswith("parindex")]
    assert ours
    assert "bi-mat-128-bit" not in json.dumps(ours, default=str)


async def test_a_visitor_of_a_work_page_is_led_to_sign_in_and_back(client):
    answer = await client.get("/work", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fwork"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/sign-in", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PUT", "/t/khac/sign-in/", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/agencies/P01", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/sign-out", {"OPTIONS", "POST"}),
        ("PATCH", "/static/css/base.css", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_a_refused_method_is_told_which_ones_the_address_takes(client, method, path, allowed):
    await client.get("/sign-in")
    token = {"x-csrftoken": client.cookies["csrftoken"]}
    for kind in ("text/html", "application/json"):
        answer = await client.request(method, path, headers={**token, "accept": kind})
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, allowed)
        assert answer.headers["cache-control"] == "no-store"


async def test_another_refusal_names_no_methods(client):
    assert "allow" not in (await client.get("/khong-co")).headers
