"""Two tenants on one server: who is signed in at one reaches nothing of the other, whatever is carried across."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import UUID

import msgspec
import pytest
from httpx import AsyncClient

from parindex.access import form_drafts, people, sessions, tenants
from parindex.access import queries as people_queries
from parindex.api.shared import form_token
from parindex.api.shared.services import Services
from parindex.publication.edition import signed_bytes
from parindex.store.database import Database
from parindex.surveys.questionnaire import loading
from parindex.surveys.rounds import opening
from parindex.text import TIME_ZONE
from tests.assessments.conftest import Year, open_year
from tests.attacks.test_verify_page import RECOMPUTED, edition
from tests.conftest import PASSWORD, post_form, ticked
from tests.publication.published_years import published

SignIn = Callable[..., Awaitable[UUID]]
TODAY = f"{datetime.now(TIME_ZONE):%d/%m/%Y}"
EVERY_ROLE = (
    "secretary", "council_chair", "approver", "index_manager", "auditor", "administrator", "specialist", "leader",
    "appraiser",
)  # fmt: skip
DECIDED = {"number": "12/QĐ-HĐ", "date": TODAY, "reason": "Kiểm thử", "signer": "Lê Văn Minh"}
ELSEWHERE = {
    "sheets": ("", "/1.1", "/receipt", "/decide"),
    "years": ("", "/compute", "/submit", "/publish", "/reopen"),
    "cycles": ("", "/close-self-assessment", "/close-appraisal", "/confirmed", "/extend"),
    "surveys": ("", "/lock", "/extend", "/exact-file", "/sample.csv", "/quality.csv", "/codebook.csv", "/design.yaml"),
}
"""Addresses of what the other tenant has."""


@pytest.fixture
async def theirs(db: Database, other_tenant: UUID) -> Year:
    return await open_year(db, other_tenant)


@pytest.fixture
async def their_round(theirs: Year) -> UUID:
    """An open survey round of their year."""
    instrument, source = loading.bundled("sipas", "2026")
    async with theirs.db.transaction(theirs.tenant) as connection:
        opened = await opening.open_round(
            connection, cycle_id=theirs.cycle,
            instrument_id=await opening.publish(connection, instrument, source, actor="system"), form="short",
            title_vi="Khảo sát thử", min_n=5, opens_on=date(2026, 11, 1), closes_on=date(2099, 12, 31),
            marked="simulated", actor="system",
        )  # fmt: skip
    return opened.id


def addresses(theirs: Year, their_round: UUID) -> list[str]:
    ids = {
        "sheets": theirs.sheets["HL"], "years": theirs.cycle, "cycles": theirs.cycle, "surveys": their_round,
    }  # fmt: skip
    return [f"/work/{kind}/{ids[kind]}{rest}" for kind, ends in ELSEWHERE.items() for rest in ends]


async def state(theirs: Year) -> tuple[str, int]:
    """The state of their year, and how much stands on their record."""
    async with theirs.db.transaction(theirs.tenant) as connection:
        rows = await connection.fetchval("select count(*) from audit_rows where tag not like 'store:%'")
        return str(await connection.fetchval("select state from cycles where id = $1", theirs.cycle)), int(rows)


async def test_what_the_other_tenant_has_is_not_there(
    client: AsyncClient, signed_in: SignIn, theirs: Year, their_round: UUID
) -> None:
    await signed_in(*EVERY_ROLE)
    before = await state(theirs)
    for path in addresses(theirs, their_round):
        assert (await client.get(path)).status_code == 404, path
        assert (await post_form(client, path, **DECIDED)).status_code in (403, 404, 405), path
    assert await state(theirs) == before


async def test_a_session_of_one_tenant_opens_no_page_of_the_other_under_any_name(
    client: AsyncClient, signed_in: SignIn, theirs: Year, their_round: UUID
) -> None:
    await signed_in(*EVERY_ROLE)
    token = client.cookies[sessions.COOKIE]
    client.cookies.set(f"{sessions.COOKIE}_khac", token)
    for path in ("/work", *addresses(theirs, their_round)):
        answer = await client.get(f"/t/khac{path}", headers={"accept": "text/html"})
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/t/khac/sign-in"), path


async def test_a_token_and_a_check_of_one_tenant_are_good_for_no_form_of_the_other(
    client: AsyncClient, services: Services, signed_in: SignIn, db: Database, tenant: UUID, theirs: Year
) -> None:
    """Somebody who is secretary at both: a page of one does nothing at the other."""
    own = await open_year(db, tenant)
    await signed_in("secretary")
    asked = ticked((await client.get(f"/work/cycles/{own.cycle}/close-self-assessment")).text)
    our_token = client.cookies[form_token.COOKIE]
    async with db.transaction(theirs.tenant) as connection:
        await people.add_person(
            connection, login="thu-ky", name="Phạm Hoài An", roles=("secretary",), agency_id=None,
            password_hash=people.hash_password(PASSWORD),
        )  # fmt: skip
    session = await sessions.sign_in(services.people, theirs.tenant, "thu-ky", PASSWORD)
    client.cookies.set(f"{sessions.COOKIE}_khac", session)
    path = f"/t/khac/work/cycles/{theirs.cycle}/close-self-assessment"
    assert (await client.get(path)).status_code == 200
    before = await state(theirs)
    carried = await client.post(path, data={"_csrf_token": our_token, **DECIDED, **asked})
    assert carried.status_code == 403
    client.cookies.set(f"{form_token.COOKIE}_khac", our_token)
    assert (await client.post(path, data={"_csrf_token": our_token, **DECIDED, **asked})).status_code == 403
    client.cookies.delete(f"{form_token.COOKIE}_khac")
    unshown = await post_form(client, path, **DECIDED, **asked)
    assert unshown.status_code == 409
    assert await state(theirs) == before


async def test_a_draft_of_one_tenant_is_none_of_the_other(client: AsyncClient, signed_in: SignIn, theirs: Year) -> None:
    person = await theirs.person("specialist", agency="HL")
    form = f"/work/sheets/{theirs.sheets['HL']}/1.1"
    async with theirs.db.transaction(theirs.tenant) as connection:
        await form_drafts.keep(connection, person, form, {"explanation": "Của họ"})
    await signed_in(*EVERY_ROLE)
    assert (await post_form(client, "/work/drafts", _form=form, explanation="Của ta")).status_code == 204
    assert (await post_form(client, "/work/drafts/drop", _form=form)).status_code == 303
    async with theirs.db.transaction(theirs.tenant) as connection:
        kept = await form_drafts.of_form(connection, person, form)
        known = await people_queries.person_by_id(connection, person.id)
    assert known is not None
    assert kept is not None
    assert kept.fields == {"explanation": "Của họ"}


async def test_a_form_of_one_tenant_is_not_given_back_at_the_other(
    client: AsyncClient, signed_in: SignIn, theirs: Year
) -> None:
    """Signed in at one only: what was sent to the other waits for a sign-in there."""
    await signed_in("specialist")
    path = f"/t/khac/work/sheets/{theirs.sheets['HL']}/1.1"
    headers = {"origin": "http://parindex.test", "sec-fetch-site": "same-origin"}
    late = await client.post(path, data={"_csrf_token": "x", "explanation": "Theo báo cáo"}, headers=headers)
    assert late.status_code in (401, 403)
    assert 'action="/t/khac/sign-in' in late.text
    assert 'action="/sign-in' not in late.text
    forged = await client.post("/t/khac/sign-in", data={"_csrf_token": "x"}, headers={"origin": "https://evil.example"})
    for answer in (late, forged):
        links = {part.split('"')[0] for part in answer.text.split('href="/')[1:]}
        assert {link for link in links if not link.startswith(("static/", "t/khac"))} == set(), answer.url


async def test_an_edition_that_another_tenant_signed_is_of_no_known_signer(
    client: AsyncClient, services: Services
) -> None:
    other = await tenants.by_code(services.db, "khac")
    assert other is not None
    async with services.db.transaction(other.id) as connection:
        await published(connection, other, services.keys)
    key = services.keys.signing("khac")
    assert key.public.key_id not in (await client.get("/keys.json")).text
    assert (await client.get(f"/keys/{key.public.key_id}.pem")).status_code == 404
    file = signed_bytes(msgspec.structs.replace(edition()), key)
    await client.get("/verify")
    told = await client.post(
        "/verify", data={"_csrf_token": client.cookies["csrftoken"]},
        files={"edition": ("edition.json", file, "application/json")},
    )  # fmt: skip
    assert told.status_code == 200
    assert RECOMPUTED not in told.text
