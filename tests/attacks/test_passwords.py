"""b. Passwords: counted before they are looked at, by login and by address; a known browser is let through."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient, Response

from parindex.access import account_links, guessable_passwords, guesses, known_browsers, people, sessions
from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.store.database import Database
from tests.conftest import post_form

RIGHT = "sáu con vịt qua cầu"
WRONG = "không phải mật khẩu"
SECRET = b"s" * 32
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords are compared without a hash; gives those that were looked at."""
    seen: list[str] = []

    def matches(stored: str | None, password: str) -> bool:
        seen.append(password)
        return stored == password

    monkeypatch.setattr(sessions, "password_matches", matches)
    return seen


@pytest.fixture
async def lan(db: Database, tenant: UUID) -> UUID:
    """A person whose password is known."""
    async with db.transaction(tenant) as connection:
        return await people.add_person(
            connection, login="lan", name="Nguyễn Thị Lan", roles=["specialist"], password_hash=RIGHT
        )


@pytest.fixture
def attempt(db: Database, tenant: UUID, lan: UUID) -> Callable[..., Awaitable[str]]:
    """Try a password; gives what came of it."""

    async def tried(
        password: str, *, login: str = "lan", address: str = "203.0.113.1", browser: bytes | None = None
    ) -> str:
        try:
            await sessions.sign_in(db, tenant, login, password, address=address, browser=browser, secret=SECRET)
        except Refused as refused:
            return refused.code
        return "in"

    return tried


Attempt = Callable[..., Awaitable[str]]


async def test_39_guesses_side_by_side_are_counted_before_they_are_looked_at(
    attempt: Attempt, cheap: list[str]
) -> None:
    told = await asyncio.gather(*(attempt(f"{WRONG} {n}") for n in range(39)))
    assert len(cheap) == guesses.OF_A_LOGIN_FROM_A_PLACE
    assert told.count("sign_in_paused") == 39 - guesses.OF_A_LOGIN_FROM_A_PLACE


async def test_the_last_free_guess_from_a_place_may_be_right_and_one_more_is_not_looked_at(attempt: Attempt) -> None:
    for _ in range(guesses.OF_A_LOGIN_FROM_A_PLACE - 1):
        assert await attempt(WRONG) == "sign_in_failed"
    assert await attempt(RIGHT) == "in"
    for _ in range(guesses.OF_A_LOGIN_FROM_A_PLACE):
        assert await attempt(WRONG) == "sign_in_failed"
    assert await attempt(RIGHT) == "sign_in_paused"


async def test_who_guesses_from_one_place_locks_nobody_out_elsewhere(attempt: Attempt) -> None:
    for _ in range(2 * guesses.OF_A_LOGIN_FROM_A_PLACE):
        await attempt(WRONG)
    assert await attempt(RIGHT, address="203.0.113.2") == "in"


async def test_a_login_is_slowed_down_over_many_addresses_but_not_for_a_browser_that_signed_in(
    attempt: Attempt, cheap: list[str]
) -> None:
    for number in range(guesses.OF_A_LOGIN + 5):
        await attempt(WRONG, address=f"198.51.100.{number}")
    assert len(cheap) == guesses.OF_A_LOGIN
    assert await attempt(RIGHT, address="192.0.2.1") == "sign_in_paused"
    assert await attempt(RIGHT, address="192.0.2.1", browser=b"one that is known") == "in"
    assert await attempt(WRONG, login="mai", address="192.0.2.1") == "sign_in_failed"


async def test_an_address_is_slowed_down_over_many_logins(attempt: Attempt, cheap: list[str]) -> None:
    for number in range(guesses.OF_A_PLACE + 5):
        await attempt(WRONG, login=f"nguoi-{number}")
    assert len(cheap) == guesses.OF_A_PLACE
    assert await attempt(RIGHT) == "sign_in_paused"
    assert await attempt(RIGHT, browser=b"one that is known") == "in"
    assert await attempt(RIGHT, address="203.0.113.2") == "in"


async def test_right_passwords_of_a_whole_office_behind_one_address_are_not_counted(attempt: Attempt) -> None:
    told = await asyncio.gather(*(attempt(RIGHT) for _ in range(2 * guesses.OF_A_PLACE)))
    assert set(told) == {"in"}


async def test_a_browser_that_is_known_is_counted_too(attempt: Attempt, cheap: list[str]) -> None:
    for _ in range(guesses.OF_A_BROWSER + 5):
        await attempt(WRONG, browser=b"stolen")
    assert len(cheap) == guesses.OF_A_BROWSER


async def test_failures_are_forgotten_after_their_time_and_old_ones_are_purged(attempt: Attempt, owner: Owner) -> None:
    for _ in range(guesses.OF_A_LOGIN_FROM_A_PLACE):
        await attempt(WRONG)
    await owner.execute("update sign_in_failures set at = at - $1::interval", timedelta(minutes=guesses.MINUTES - 1))
    assert await attempt(RIGHT) == "sign_in_paused"
    await owner.execute("update sign_in_failures set at = at - $1::interval", timedelta(minutes=1))
    assert await attempt(WRONG) == "sign_in_failed"
    await owner.execute("update sign_in_failures set at = at - $1::interval", timedelta(hours=guesses.KEPT_HOURS))
    assert await attempt(WRONG, login="khac", address="192.0.2.9") == "sign_in_failed"
    assert await owner.fetchval("select count(*) from sign_in_failures") == 3


async def test_no_address_and_no_login_can_be_read_from_the_counts(attempt: Attempt, owner: Owner) -> None:
    await attempt(WRONG)
    kept = {bytes(row["login_digest"]) for row in await owner.fetch("select login_digest from sign_in_failures")}
    theirs = guesses.guess(b"another", UUID(int=0), "lan", address="203.0.113.1", browser=None)
    assert kept
    assert not kept & {name for name, _ in theirs.counts}


async def signed_in_again(client: AsyncClient, password: str) -> Response:
    return await post_form(client, "/sign-in", login="lan", password=password)


async def test_the_owner_is_told_on_the_page_of_work_and_nobody_else(
    client: AsyncClient, lan: UUID, signed_in: Callable[..., Awaitable[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(guesses.TELLING - 1):
        await signed_in_again(client, WRONG)
    assert (await signed_in_again(client, RIGHT)).status_code == 303
    words = "nhập sai mật khẩu của tài khoản này"
    for _ in range(guesses.TELLING):
        assert words not in (await client.get("/work")).text
        await signed_in_again(client, WRONG)
    assert words in (await client.get("/work")).text
    monkeypatch.undo()
    client.cookies.delete(sessions.COOKIE)
    await signed_in("specialist")
    assert words not in (await client.get("/work")).text


async def test_a_browser_that_signed_in_once_passes_while_strangers_guess(
    services: Services, client: AsyncClient, lan: UUID
) -> None:
    assert (await signed_in_again(client, RIGHT)).status_code == 303
    client.cookies.delete(sessions.COOKIE)
    stranger = AsyncClient(transport=ASGITransport(client._transport.app), base_url="http://parindex.test")  # type: ignore[attr-defined]
    async with stranger:
        for _ in range(guesses.OF_A_LOGIN_FROM_A_PLACE):
            assert (await signed_in_again(stranger, WRONG)).status_code == 401
        paused = await signed_in_again(stranger, RIGHT)
        assert paused.status_code == 429
        assert int(paused.headers["retry-after"]) > 0
    assert (await signed_in_again(client, RIGHT)).status_code == 303


def test_a_known_browser_is_known_for_its_tenant_and_login_only_and_cannot_be_forged() -> None:
    here, there = UUID(int=1), UUID(int=2)
    kept = known_browsers.remember(None, here, "Lan", SECRET)
    assert known_browsers.known(kept, here, " lan", SECRET)
    assert not known_browsers.known(kept, there, "lan", SECRET)
    assert not known_browsers.known(kept, here, "mai", SECRET)
    assert not known_browsers.known(kept, here, "lan", b"another")
    for forged in ("", ".", "ă", kept[:-2], "A" * 43, "é" * 50, kept.replace(kept[0], "_", 1)):
        assert not known_browsers.known(forged, here, "lan", SECRET) or forged == kept
    both = known_browsers.remember(kept, here, "mai", SECRET)
    assert known_browsers.known(both, here, "lan", SECRET)
    assert known_browsers.known(both, here, "mai", SECRET)
    again = known_browsers.remember(both, here, "lan", SECRET)
    assert len(again.split(".")) == 2


@pytest.mark.parametrize(
    "password",
    [
        "parindex2026", "Parindex@2026", "PARICD-2026!", "ParIndex#123456", "bonoivu@2025!!", "BoTaiChinh2026",
        "B0N01vu@2026", "Thành phố Huế 2026", "UBNDtinhQuangNinh", "caicachhanhchinh", "CCHC@2026@2027", "password1234",
        "P@ssw0rd2026", "123456789012", "qwertyuiop123", "aaaaaaaaaaaa", "abcabcabcabc", "Matkhau@123456", "m@tkh4u2026!",
        "nguyenthilan1", "NguyenThiLan@26", "LAN.nguyen.2026", "hoidong@huehue", "anhyeuem1234", "!!!!!!!!!!!!!", "Pa$$word2025!",
        "1qaz2wsx3edc", "iloveyou2026", "vietnam@hanoi2026",
    ],
)  # fmt: skip
def test_common_and_context_passwords_are_easily_guessed(password: str) -> None:
    about = ["lan.nguyen", "Nguyễn Thị Lan", "Hội đồng Huế", "hue"]
    assert guessable_passwords.easily_guessed(password, about)


@pytest.mark.parametrize(
    "password", ["sáu con vịt qua cầu", "mật khẩu đủ dài 2026", "Xk7#pQ2m!vRt", "tôi thích ăn phở bò tái"]
)
def test_a_sentence_of_ones_own_is_not(password: str) -> None:
    assert not guessable_passwords.easily_guessed(password, ["lan.nguyen", "Nguyễn Thị Lan", "Hội đồng Huế", "hue"])


async def test_an_easily_guessed_password_is_refused_when_it_is_set(
    client: AsyncClient, db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        person = await people.add_person(connection, login="lan", name="Nguyễn Thị Lan", roles=[])
        token = await account_links.invite(connection, person, by="system")
    for password in ("Parindex@2026", "NguyenThiLan2026"):
        told = await post_form(client, f"/invitations/{token}", password=password, again=password)
        assert told.status_code == 422
        assert "Mật khẩu dễ đoán" in told.text
    set_now = await post_form(client, f"/invitations/{token}", password=RIGHT, again=RIGHT)
    assert set_now.status_code == 303
    assert known_browsers.COOKIE in set_now.headers["set-cookie"]
