from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import pytest

from parindex.access import people, tenants
from parindex.commands import publish, verify
from parindex.publication.keys import SigningKeys
from parindex.rankings import years
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests.publication.published_years import computed, person, published


@pytest.fixture
def installation(server: EmbeddedServer, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's database as the environment names it."""
    monkeypatch.setenv("DATABASE_URL", server.url("parindex_app", database_name))
    monkeypatch.setenv("DATABASE_MIGRATOR_URL", server.url("parindex_migrator", database_name))
    monkeypatch.setenv("DATABASE_SEALER_URL", server.url("parindex_sealer", database_name))
    monkeypatch.setenv("PARINDEX_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("PARINDEX_TRUSTED_KEYS", raising=False)
    return tmp_path / "data"


async def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", default="vi")
    commands = parser.add_subparsers(dest="command")
    publish.add(commands)
    verify.add(commands)
    arguments = parser.parse_args(list(words))
    return await asyncio.to_thread({"publish": publish, "verify": verify}[arguments.command].run, arguments)


async def test_a_published_year_becomes_a_folder_that_verifies(
    db: Database, installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    async with db.transaction(tenant.id) as connection:
        await published(connection, tenant, SigningKeys(installation / "keys"))
    out = tmp_path / "out"
    assert await run("publish", "2025-province", "--out", str(out)) == 0
    assert "2025-province.1" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {
        "edition.json", "ranking.json", "ranking.csv", "ranking.xlsx", "criteria.csv", "manifest.json",
    }  # fmt: skip
    assert await run("verify", str(out)) == 0
    assert await run("publish", "2025-province", "--out", str(out)) == 2


async def test_a_year_that_waits_is_published_in_the_name_of_an_approver_once_the_tenant_has_its_key(
    db: Database, installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    async with db.transaction(tenant.id) as connection:
        cycle_id = await computed(connection)
        await years.submit(connection, person(tenant.id, "secretary"), cycle_id)
        for login, role in (("pheduyet", "approver"), ("thuky", "secretary")):
            await people.add_person(
                connection, login=login, name="Lê Văn Minh", roles=(role,), agency_id=None, password_hash=None
            )
    out = str(tmp_path / "out")
    assert await run("publish", "2025-province", "--out", out) == 1
    decided = ("--decision", "214/QĐ-CCHC", "--date", "2026-04-06", "--signer", "Lê Văn Minh", "--as")
    assert await run("publish", "2025-province", "--out", out, *decided, "thuky") == 1
    capsys.readouterr()
    assert await run("publish", "2025-province", "--out", out, *decided, "pheduyet") == 1
    assert "parindex key --tenant demo" in capsys.readouterr().err
    assert not Path(out).exists()
    SigningKeys(installation / "keys").made("demo")
    assert await run("publish", "2025-province", "--out", out, *decided, "pheduyet") == 0
    assert await run("verify", out) == 0


@pytest.mark.parametrize(
    "words",
    [("2025", "--out", "x"), ("2025-province", "--out", "x", "--decision", "1"), ("../etc", "--out", "x")],
)
async def test_wrong_usage_says_what_is_expected(
    installation: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("publish", *words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "2025-province" in told.err


async def test_a_year_that_does_not_exist_is_told(
    db: Database, installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("publish", "1999-province", "--out", str(tmp_path / "out")) == 1
    assert "chưa được công bố" in capsys.readouterr().err
