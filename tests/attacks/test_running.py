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
from parindex.api.shared.services import Services
from parindex.store.database import MOST_SECONDS_APART, Database
from tests.installations import ROOT, database_settings, parindex, surroundings


async def test_no_page_makes_a_key_of_a_tenant(client: AsyncClient, services: Services) -> None:
    own = sorted(services.keys.folder.iterdir())
    for path in ("/t/khac/keys", "/t/khac/keys.json", "/t/khac/keys/x.pem", "/t/khac/verify"):
        assert (await client.get(path)).status_code in (200, 404), path
    token = client.cookies["csrftoken_khac"]
    checked = await client.post("/t/khac/verify", data={"_csrf_token": token}, files={"edition": ("e.json", b"{}")})
    assert checked.status_code == 200
    assert sorted(services.keys.folder.iterdir()) == own
    assert (await client.get("/t/khac/keys.json")).json()["keys"] == []


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
