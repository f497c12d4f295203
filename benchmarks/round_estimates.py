"""The estimates of a survey round as the button of its page makes them, from PostgreSQL, against a plain ``COPY``.

The responses are made by the database in a locked round, 2,500 villages of 63 agencies; 51 indices of each agency with
Taylor errors are computed and stored. Memory is what this process gained. A second round of fewer responses shows
that it does not grow with them.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import uvloop

from benchmarks import reference
from benchmarks.export import plain, prepare
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.surveys.results import estimates


async def measure(server: EmbeddedServer, responses: int) -> None:
    """Print the seconds beside a plain copy."""
    tenant_id, round_id = await prepare(server, responses)
    copied = await plain(server.url("postgres", "bench"))
    database = await Database.connect(server.url("parindex_app", "bench"), size=2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, own = time.perf_counter(), time.process_time()
    await estimates.compute(database, tenant_id, round_id, actor="system")
    wall, cores = time.perf_counter() - started, time.process_time() - own
    gained = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    await database.close()
    print(f"{responses:,} responses: {wall:.2f} s on the wall, {cores:.2f} s of this process, {gained:.0f} MB gained")
    print(f"  {wall / copied:.2f} × a plain COPY of the rows, {copied:.2f} s")


def main() -> None:
    """Measure a round of few and one of many responses, each on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=1_000_000)
    given = parser.parse_args()
    for responses in (given.responses // 8, given.responses):
        with tempfile.TemporaryDirectory(prefix="parindex-round-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with EmbeddedServer(folder / "server") as server:
                uvloop.run(measure(server, responses))
    print(reference.footer())


if __name__ == "__main__":
    main()
