"""Server time of pages at 20 requests a second, over two years of 100 agencies × 150 leaves.

100 people open a page every five seconds: specialists declare, an appraiser decides, the secretary watches, the
public reads. Arrivals are Poisson and open; times run from the meant arrival to the last byte. The limit is 50 ms
at the 95th percentile. ``alone`` is the median of the same pages one after the other, ``cores`` what server and
database work for one, which other processes of the machine do not change. The installation is built once and kept in
``--data`` for the next run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from benchmarks import large_year, reference, visitors
from benchmarks.large_year import Places
from benchmarks.visitors import Timed, Visit
from parindex.access.sessions import COOKIE
from parindex.app import compose
from parindex.settings import Settings
from parindex.store.installation import database

LIMIT: Final = 50.0
"""Milliseconds at the 95th percentile."""

RATE: Final = 20.0
"""Pages a second: 100 people, a page each five seconds."""

SPARED: Final = 5
"""Visits of a kind without which its 95th percentile means nothing."""


def chooser(places: Places) -> Callable[[random.Random], Visit]:
    """What people open: half of them declare, a quarter appraise and watch, a quarter read in public."""

    def specialist(generator: random.Random) -> Visit:
        one = generator.randrange(len(places.specialists))
        cookie = f"{COOKIE}={places.specialists[one].token}"
        sheet = f"/work/sheets/{places.drafting[one]}"
        kind, path = generator.choices(
            (("sheet", sheet), ("leaf", f"{sheet}/{generator.choice(places.leaves)}"), ("worklist", "/work")), (2, 6, 1)
        )[0]
        return Visit(kind=kind, path=path, cookie=cookie)

    def appraiser(generator: random.Random) -> Visit:
        cookie = f"{COOKIE}={places.appraiser.token}"
        queue = f"/work/appraisals/{places.cycle}"
        leaf = f"{queue}/{generator.choice(places.leaves)}?agency={generator.choice(places.appraised)}"
        kind, path = generator.choices((("appraisal queue", queue), ("appraisal leaf", leaf)), (1, 5))[0]
        return Visit(kind=kind, path=path, cookie=cookie)

    def secretary(_: random.Random) -> Visit:
        return Visit(
            kind="council matrix", path=f"/work/cycles/{places.cycle}", cookie=f"{COOKIE}={places.secretary.token}"
        )

    def public(generator: random.Random) -> Visit:
        ranking = "/rankings/2025/province"
        profile = f"/agencies/{generator.choice(places.codes)}"
        criterion = f"{profile}/2025/{generator.choice(places.leaves)}"
        return generator.choice([
            Visit(kind="home", path="/"),
            Visit(kind="ranking", path=ranking),
            Visit(kind="ranking.json", path=f"{ranking}.json"),
            Visit(kind="agency", path=profile),
            Visit(kind="criterion", path=criterion),
        ])  # fmt: skip

    def choose(generator: random.Random) -> Visit:
        who = generator.choices((specialist, appraiser, secretary, public), (10, 4, 1, 5))[0]
        return who(generator)

    return choose


async def installed(data: Path) -> Places:
    """The installation in a folder, built where it is not there, with everybody signed in."""
    kept = data / "places.json"
    settings = Settings(data=data, tenant=large_year.TENANT)
    async with database(settings) as addresses:
        known = msgspec.structs.replace(settings, database_migrator_url=addresses.migrator)
        services = await compose(known, addresses.app, owner_url=addresses.migrator)
        try:
            if not kept.exists():
                built = await large_year.build(services)
                kept.write_bytes(msgspec.json.encode(built))
            places = msgspec.json.decode(kept.read_bytes(), type=Places)
            return await large_year.signed_in(services, places)
        finally:
            await services.close()


def serve(data: Path, port: int) -> subprocess.Popen[bytes]:
    """``parindex serve`` over that installation."""
    environment = {**os.environ, "PARINDEX_DATA": str(data), "PORT": str(port), "PARINDEX_TENANT": large_year.TENANT}
    running = subprocess.Popen(
        [sys.executable, "-m", "parindex", "serve"],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return running
        except OSError:
            time.sleep(0.1)
    running.terminate()
    raise SystemExit("the server did not start")


def cores(data: Path, running: subprocess.Popen[bytes]) -> float:
    """Seconds of all cores that the server and its database have used."""
    postmaster = (data / "postgres" / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0]
    backends = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    tasks = [task for one in (str(running.pid), *backends) for task in Path(f"/proc/{one}/task").glob("*/schedstat")]
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def alone(
    port: int, visits: list[Visit], data: Path, running: subprocess.Popen[bytes]
) -> dict[str, tuple[float, float]]:
    """Median milliseconds of each kind with nobody else there, and milliseconds of cores a page."""
    found = {}
    for kind in dict.fromkeys(visit.kind for visit in visits):
        own = [visit for visit in visits if visit.kind == kind][:12]
        before = cores(data, running)
        timed = asyncio.run(visitors.one_by_one(port, own))[kind]
        found[kind] = timed.quantile(0.5), 1000 * (cores(data, running) - before) / len(own)
    return found


def told(found: dict[str, Timed], quiet: dict[str, tuple[float, float]], rate: float) -> None:
    """A line a kind of page, and the ratio of all to the limit."""
    print(f"{'page':<18}{'n':>6}{'p50':>8}{'p95':>8}{'p99':>8}{'alone':>8}{'cores':>8}  × limit  {'KB':>6}  failed")
    every, used = Timed(), 0.0
    for kind, timed in sorted(found.items(), key=lambda pair: -pair[1].quantile(0.95)):
        every.seconds += timed.seconds
        every.failed += timed.failed
        used += len(timed.seconds) * quiet[kind][1]
        _line(kind, timed, quiet[kind])
    mean = used / len(every.seconds)
    _line("all", every, (0.0, mean))
    print(f"{mean:.1f} ms of cores a page: {mean * rate / 1000:.2f} cores at {rate:g} pages a second")


def _line(kind: str, timed: Timed, quiet: tuple[float, float]) -> None:
    p50, p95, p99 = (timed.quantile(q) for q in (0.5, 0.95, 0.99))
    few = "" if len(timed.seconds) >= SPARED * 20 else " (few)"
    print(
        f"{kind:<18}{len(timed.seconds):>6}{p50:>8.1f}{p95:>8.1f}{p99:>8.1f}{quiet[0]:>8.1f}{quiet[1]:>8.1f}"
        f"  {p95 / LIMIT:7.2f}  {timed.size / 1000:6.1f}  {timed.failed}{few}"
    )


def main() -> None:
    """Print the percentiles in milliseconds by kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("/tmp/parindex-pages"), help="folder of the installation")
    parser.add_argument("--port", type=int, default=8399)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    places = asyncio.run(installed(given.data))
    choose = chooser(places)
    running = serve(given.data, given.port)
    try:
        warm = random.Random(0)
        visits = [choose(warm) for _ in range(300)]
        asyncio.run(visitors.one_by_one(given.port, visits))
        quiet = alone(given.port, visits, given.data, running)
        found = asyncio.run(visitors.arrive(given.port, choose, rate=given.rate, seconds=given.seconds))
    finally:
        running.terminate()
        running.wait(20)
    print(f"{given.rate:g} pages a second for {given.seconds:g} s; milliseconds; limit {LIMIT:g} ms at p95")
    told(found, quiet, given.rate)
    print(reference.footer())


if __name__ == "__main__":
    main()
