"""/verify: what nobody known signed is not computed again for a stranger, and a check holds up nothing else."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from parindex.api.shared.services import Services
from parindex.cli import main
from parindex.errors import Refused
from parindex.publication.checking_apart import WAITING, WAITING_OF_ONE, Checker
from parindex.publication.edition import digest_of, signed_bytes
from parindex.publication.keys import SigningKey, SigningKeys
from parindex.publication.model import Edition
from parindex.publication.signature import made
from parindex.publication.verification import verify
from parindex.rankings.model import MOST_AGENCIES, MOST_DRAWN, MOST_DRAWS
from parindex.reading.canonical_json import canonical
from tests.publication import test_verification

NOT_RECOMPUTED = "Số liệu chưa được tính lại ở đây"
RECOMPUTED = "Khoảng hạng tính lại khớp"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKeys(tmp_path_factory.mktemp("stranger")).made("demo")


@cache
def edition() -> Edition:
    return test_verification.edition()


def content() -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(edition())
    return built


def enveloped(document: Any, key: SigningKey, **other: object) -> bytes:
    """A file whose digest and signature hold, unless something else is put in their place."""
    digest = digest_of(document)
    whole = {"edition": document, "digest": digest, "signature": made(document["format"], digest, key), **other}
    return canonical(whole)


async def upload(client: AsyncClient, data: bytes) -> Response:
    await client.get("/verify")
    token = {"_csrf_token": client.cookies["csrftoken"]}
    return await client.post("/verify", data=token, files={"edition": ("edition.json", data, "application/json")})


# What is computed again


async def test_the_page_computes_again_only_what_a_known_key_signed(
    client: AsyncClient, services: Services, stranger: SigningKey
) -> None:
    own = services.keys.signing("demo")
    held = await upload(client, signed_bytes(edition(), own))
    assert RECOMPUTED in held.text
    assert NOT_RECOMPUTED not in held.text
    changed = canonical({**json.loads(signed_bytes(edition(), own)), "digest": "0" * 64})
    unsigned = enveloped(
        content(), own, signature={"algorithm": "Ed25519", "key_id": "", "public_key": "", "value": ""}
    )
    for data in (signed_bytes(edition(), stranger), changed, unsigned):
        told = await upload(client, data)
        assert told.status_code == 200
        assert NOT_RECOMPUTED in told.text
        assert RECOMPUTED not in told.text


def test_the_command_always_computes_again(
    tmp_path: Path, stranger: SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "edition.json"
    file.write_bytes(signed_bytes(edition(), stranger))
    assert main(["--lang", "vi", "verify", str(file)]) == 0
    assert RECOMPUTED in capsys.readouterr().out


# Bounds of the schema


@pytest.mark.parametrize(
    ("draws", "taken"), [(0, True), (MOST_DRAWS, True), (MOST_DRAWS + 1, False), (-1, False), (1_000_000, False)]
)
def test_draws_of_a_file_are_bounded_before_anything_is_drawn(stranger: SigningKey, draws: int, taken: bool) -> None:
    document = content()
    document["computation"]["given"]["draws"] = draws
    checks = verify(enveloped(document, stranger), [], recomputing="of_known_keys").checks
    assert [check.name for check in checks if check.state == "fails"] == ([] if taken else ["format"])


def test_agencies_of_a_file_and_what_is_drawn_for_them_are_bounded(stranger: SigningKey) -> None:
    one = {**content()["computation"]["given"]["agencies"][0], "facts": {}}
    for count, draws, taken in (
        (MOST_AGENCIES, 1, True),
        (MOST_AGENCIES + 1, 1, False),
        (MOST_DRAWN // MOST_DRAWS, MOST_DRAWS, True),
        (MOST_DRAWN // MOST_DRAWS + 1, MOST_DRAWS, False),
    ):
        document = content()
        document["computation"]["given"] |= {"agencies": [one] * count, "draws": draws}
        checks = verify(enveloped(document, stranger), [], recomputing="of_known_keys").checks
        assert ("format" not in {check.name for check in checks}) is taken, (count, draws)


# Files of all sorts


@pytest.mark.parametrize("digest", ["é" * 64, "", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_a_digest_that_is_none_is_told(stranger: SigningKey, digest: str) -> None:
    checks = verify(enveloped(content(), stranger, digest=digest), []).checks
    assert [(check.name, check.state) for check in checks] == [("format", "fails")]


@pytest.mark.parametrize("depth", [100, 300, 450, 900, 5_000, 100_000])
def test_a_file_nested_without_end_is_told(depth: int) -> None:
    checks = verify(b"[" * depth + b"]" * depth, []).checks
    assert [check.state for check in checks] == ["fails"]


PLACES = ["computation.given.level", "computation.given.seed", "computation.given.criteria_set.document",
          "computation.given.agencies.0.facts", "computation.given.estimates.0.se", "computation.given.covariances",
          "computation.given.year", "computation.given.methods.gate", "computation.results.0.nodes", "changes",
          "computation.given.estimates.0.value", "computation.given.estimates.0.df", "published_on"]  # fmt: skip


@given(
    place=st.sampled_from(PLACES),
    value=st.one_of(
        st.none(), st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from(["nan", "inf", "-1", "1e999", "", "0", "x" * 500]),
        st.lists(st.integers(0, 3), max_size=2), st.dictionaries(st.text("ab", max_size=2), st.integers(0, 3), max_size=2),
    ),
)  # fmt: skip
def test_whatever_a_file_says_is_judged(stranger: SigningKey, place: str, value: object) -> None:
    document: Any = content()
    *path, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    inner = document
    for step in path:
        inner = inner[step]
    inner[last] = value
    document["computation"]["given"]["draws"] = min(document["computation"]["given"]["draws"], 20)
    assert verify(enveloped(document, stranger), []).checks


# A process of its own


async def test_while_a_file_is_checked_every_other_page_answers(client: AsyncClient, services: Services) -> None:
    async with services.checker._turn:
        waiting = asyncio.create_task(upload(client, signed_bytes(edition(), services.keys.signing("demo"))))
        for path in ("/", "/editions", "/verify", "/verify?digest=" + "0" * 64, "/healthz", "/sign-in"):
            assert (await client.get(path)).status_code == 200, path
        assert not waiting.done()
    assert RECOMPUTED in (await waiting).text


async def test_the_row_of_files_is_short_and_nobody_fills_it_alone(stranger: SigningKey) -> None:
    checker, data = Checker(), signed_bytes(edition(), stranger)
    async with checker._turn:
        waiting: list[asyncio.Task[object]] = []

        async def joins(sender: str) -> bool:
            task = asyncio.create_task(checker.check(data, [], sender=sender))
            await asyncio.sleep(0)
            if not task.done():
                waiting.append(task)
                return True
            assert isinstance(task.exception(), Refused)
            return False

        assert [await joins("a") for _ in range(WAITING_OF_ONE + 1)] == [True] * WAITING_OF_ONE + [False]
        others = [await joins(f"b{number}") for number in range(WAITING)]
        assert others == [True] * (WAITING - WAITING_OF_ONE) + [False] * WAITING_OF_ONE
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert (await checker.check(data, [], sender="a")).digest


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"memory": 30_000_000}])
async def test_a_file_that_takes_too_long_or_too_much_is_told_and_the_next_is_checked(
    client: AsyncClient, services: Services, limits: dict[str, int]
) -> None:
    services.checker = Checker(**limits)
    data = signed_bytes(edition(), services.keys.signing("demo"))
    heavy = await upload(client, data)
    assert heavy.status_code == 422
    assert "parindex verify" in heavy.text
    services.checker = Checker()
    assert RECOMPUTED in (await upload(client, data)).text


async def test_a_full_row_is_told_in_words(client: AsyncClient, services: Services) -> None:
    services.checker._senders["elsewhere"] = WAITING
    full = await upload(client, b"{}")
    assert full.status_code == 503
    assert "Đang có nhiều tệp chờ kiểm tra" in full.text
    assert full.headers["retry-after"]
