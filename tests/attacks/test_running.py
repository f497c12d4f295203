"""Running: links, keys, clocks, the country's day, a full disk."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import AsyncClient

from parindex import text
from parindex.access import tenants
from parindex.api.shared.problems import sentence
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.errors import Refused
from parindex.publication import known_keys
from parindex.publication.keys import SigningKeys
from parindex.settings import Settings
from parindex.store.database import MOST_SECONDS_APART, Database
from parindex.store.embedded import EmbeddedServer
from tests.conftest import running
from tests.installations import ROOT, database_settings, parindex, surroundings
from tests.publication import published_years


async def test_no_page_makes_a_key_of_a_tenant(client: AsyncClient, services: Services) -> None:
    own = sorted(services.keys.folder.iterdir())
    for path in ("/t/khac/keys", "/t/khac/keys.json", "/t/khac/keys/x.pem", "/t/khac/verify"):
        assert (await client.get(path)).status_code in (200, 404), path
    token = client.cookies["csrftoken_khac"]
    checked = await client.post("/t/khac/verify", data={"_csrf_token": token}, files={"edition": ("e.json", b"{}")})
    assert checked.status_code == 200
    assert sorted(services.keys.folder.iterdir()) == own
    assert (await client.get("/t/khac/keys.json")).json()["keys"] == []


async def test_another_tenant_publishes_nothing_before_an_operator_has_made_its_key(services: Services) -> None:
    tenant = await tenants.by_code(services.db, "khac")
    assert tenant is not None
    made = known_keys.made
    async with services.db.transaction(tenant.id) as connection:
        with pytest.raises(Refused) as refused:
            await known_keys.signing(connection, services.keys, tenant)
        assert refused.value.code == "signing_key_unmade"
        assert "parindex key --tenant khac" in sentence(refused.value.code, refused.value.values, "vi")[1]
        assert not services.keys.has("khac")
        first, again = [await made(connection, services.keys, tenant, by="system") for _ in range(2)]
        told = await connection.fetch("select subject from audit_rows where tag = 'publication:key:make'")
    assert first.public == again.public
    assert [row["subject"] for row in told] == [first.public.key_id]


async def test_where_editions_exist_neither_a_start_nor_a_publication_nor_the_command_makes_a_key(
    db: Database, tmp_path: Path, server: EmbeddedServer, database_name: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys = SigningKeys(tmp_path / "data" / "keys")
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    async with db.transaction(tenant.id) as connection:
        row = await published_years.published(connection, tenant, keys)
    (keys.folder / "demo.pem").unlink()
    settings = Settings(data=tmp_path / "data", base_url="http://parindex.test")
    services = await compose(settings, server.url("parindex_app", database_name), pool=2)
    async with running(create_app(services)):
        assert "signing key missing" in caplog.text
        async with db.transaction(tenant.id) as connection:
            for deed in (
                known_keys.signing(connection, keys, tenant),
                known_keys.made(connection, keys, tenant, by="x"),
            ):
                with pytest.raises(Refused, match="signing_key_missing"):
                    await deed
    environment = {**database_settings(server, database_name), "PARINDEX_DATA": str(settings.data)}
    for arguments in (("key",), ("publish", "2025-province", "--out", str(tmp_path / "out"))):
        done = await asyncio.to_thread(parindex, *arguments, folder=tmp_path, **environment)
        assert done.returncode == 1, done.stderr
        assert "Không tìm thấy khóa ký" in done.stderr
    assert not keys.has("demo")
    assert row.number == "2025-province.1"


async def test_the_command_makes_the_key_of_another_tenant_once_and_names_no_tenant_that_is_not_there(
    db: Database, tmp_path: Path, server: EmbeddedServer, database_name: str
) -> None:
    environment = {**database_settings(server, database_name), "PARINDEX_DATA": str(tmp_path / "data")}

    async def key(tenant: str) -> tuple[int, str]:
        done = await asyncio.to_thread(parindex, "key", "--tenant", tenant, folder=tmp_path, **environment)
        return done.returncode, done.stdout + done.stderr

    code, said = await key("khac")
    (public,) = SigningKeys(tmp_path / "data" / "keys").public("khac")
    assert code == 0
    assert public.key_id in said
    assert await key("khac") == (0, said)
    assert (await key("chua-co"))[0] == 1


@pytest.mark.parametrize(("waits", "told"), [(False, {"status": "ok"}), (True, {"status": "ok", "sealing": "waits"})])
async def test_readyz_says_that_sealing_waits(
    client: AsyncClient, services: Services, waits: bool, told: dict[str, str]
) -> None:
    services.sealing.waits = waits
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, told)


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(0, 200), (MOST_SECONDS_APART - 1, 200), (1 - MOST_SECONDS_APART, 200), (MOST_SECONDS_APART + 1, 503),
     (-MOST_SECONDS_APART - 1, 503)],
)  # fmt: skip
async def test_readyz_compares_the_clocks(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    async def ahead(_: Database) -> float:
        return seconds

    monkeypatch.setattr(Database, "seconds_ahead", ahead)
    answer = await client.get("/readyz")
    assert answer.status_code == status
    assert answer.json() == {"status": "ok" if status == 200 else "clocks_differ"}


async def test_the_clock_of_the_database_is_compared_with_this_machines(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parindex.store import database

    assert abs(await db.seconds_ahead()) < MOST_SECONDS_APART
    monkeypatch.setattr(database.time, "time", lambda: datetime.now(UTC).timestamp() - 3600)
    assert 3500 < await db.seconds_ahead() < 3700


async def test_doctor_compares_the_clocks(server, database_name, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings = {**database_settings(server, database_name), "PARINDEX_DATA": str(tmp_path)}
    done = await asyncio.to_thread(parindex, "doctor", folder=tmp_path, **settings)
    assert re.search(r"tốt: đồng hồ của máy này và của cơ sở dữ liệu lệch nhau \d+ giây", done.stdout + done.stderr)


def test_today_is_the_day_of_the_country_wherever_the_machine_stands() -> None:
    """No room asks the machine, or UTC, for its day: half past midnight in Hà Nội is yesterday there."""
    evening = datetime(2026, 1, 1, 17, 30, tzinfo=UTC)
    assert text.local_day(evening).isoformat() == "2026-01-02"
    asks = re.compile(r"date\.today\(|datetime\.now\(\)|utcnow\(|datetime\.now\(UTC\)\.(?:date|year)")
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "parindex").rglob("*.py")
        if asks.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"parindex/audit/sealer.py", "parindex/commands/examination/record.py"}, (
        "partitions of the record are years of UTC"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_command_whose_output_finds_a_full_disk_says_so(tmp_path: Path) -> None:
    file = next((ROOT / "criteria").rglob("*.yaml"))
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "parindex", "--lang", "vi", "criteria", "check", str(file)],
            cwd=tmp_path, env=surroundings(), stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2
    assert "hết chỗ trên đĩa" in done.stderr
    assert "Traceback" not in done.stderr
