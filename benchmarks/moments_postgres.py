"""51,000 shares with Taylor errors from PostgreSQL, against SQL that computes the same from the answers as rows.

The peer reads a row for each respondent with an array of answers, as the platform keeps them, and groups by PSU, domain
and item, then by domain and item: shares and errors, no more. Ours reads packed blocks, one for each PSU, a stratum at a
time, and finds degrees of freedom, effective sizes and design effects besides. Each side runs in one process of the
server, whose hash tables may fill a gigabyte; what counts is the time of the cores that server and client used, of ours
the least of some rounds. Shares and errors are compared. Three easier questions are printed too, which the limit does not speak of: the shares without errors, and both
from a table with a column for each item, made for this question.
"""

from __future__ import annotations

import asyncio
import math
import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final, TypeAlias

import asyncpg
import numpy as np

from benchmarks import reference
from benchmarks.moments import DOMAINS, ITEMS, PROVINCES, ROWS, SHARES, survey
from parindex.statistics import MISSING, Means, Moments, SurveyPart, blocks_of, merged, pack
from parindex.statistics.at_scale.packed import Crossing, part_of_blocks
from parindex.store.embedded import EmbeddedServer

LIMIT: Final = 25
ROUNDS: Final = 3
LABELS: Final = [[f"P{p:02d}" for p in range(PROVINCES)], [f"D{d:02d}" for d in range(DOMAINS)]]

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def fill(connection: Connection, part: SurveyPart) -> None:
    """The same answers as rows and as blocks."""
    items = ", ".join(f"q{i} smallint" for i in range(ITEMS))
    await connection.execute(f"create table answers (psu int, province smallint, domain smallint, w float8, {items})")
    await connection.execute("create table blocks (stratum int, psu int, content bytea, primary key (stratum, psu))")
    await connection.execute("alter table blocks alter column content set storage external")
    province, domain = np.divmod(part.domain, DOMAINS)
    for start in range(0, len(part), 50_000):
        here = slice(start, start + 50_000)
        answers = [[None if value == MISSING else value for value in row] for row in part.items[here].tolist()]
        columns = (part.stages[0][here], province[here], domain[here], part.weights[here])
        heads = zip(*(column.tolist() for column in columns), strict=True)
        await connection.copy_records_to_table(
            "answers", records=[(*head, *row) for head, row in zip(heads, answers, strict=True)]
        )
    codes = np.stack([province, domain]).astype(np.int16)
    records = [(int(b.stratum), int(b.unit), pack(b)) for b in blocks_of(part, codes)]
    await connection.copy_records_to_table("blocks", records=records)
    arrays = ", ".join(f"q{i}" for i in range(ITEMS))
    await connection.execute(
        f"create table responses as select psu, province, domain, w, array[{arrays}]::smallint[] as answers from answers"
    )
    await connection.execute("vacuum analyze")


ERRORS: Final = """with units as (
        select province, psu, domain, item, sum(w) as a, sum(w * y) as b
        from responses, unnest(answers) with ordinality as x(y, item) where y is not null group by 1, 2, 3, 4
    ), totals as (
        select province, domain, item, sum(a) as a, sum(b) / sum(a) as r from units group by 1, 2, 3
    ), drawn as (select province, count(distinct psu)::float8 as n from responses group by 1)
    select r, sqrt(greatest(0, n / (n - 1) * (sum((u.b - r * u.a) ^ 2) - sum(u.b - r * u.a) ^ 2 / n))) / t.a as e
    from units u join totals t using (province, domain, item) join drawn using (province)
    group by province, domain, item, r, t.a, n order by province, domain, item"""
SHARES_ALONE: Final = """select sum(w * y) / sum(w) from responses, unnest(answers) with ordinality as x(y, item)
    where y is not null group by province, domain, item"""


def column_errors() -> str:
    """Shares and errors from a column for each item: sums of PSUs, sums of domains, squares of what is left."""
    every = range(ITEMS)
    sums = ", ".join(
        f"coalesce(sum(w) filter (where q{i} is not null), 0) as a{i}, coalesce(sum(w * q{i}), 0) as b{i}"
        for i in every
    )
    means = ", ".join(f"sum(a{i}) as a{i}, sum(b{i}) / sum(a{i}) as r{i}" for i in every)
    errors = ", ".join(
        f"min(r{i}) as r{i}, sqrt(greatest(0, n / (n - 1) * (sum((u.b{i} - r{i} * u.a{i}) ^ 2)"
        f" - sum(u.b{i} - r{i} * u.a{i}) ^ 2 / n))) / min(t.a{i}) as e{i}"
        for i in every
    )
    return f"""with units as (select province, psu, domain, {sums} from answers group by 1, 2, 3),
        totals as (select province, domain, {means} from units group by 1, 2),
        drawn as (select province, count(distinct psu)::float8 as n from answers group by 1)
        select {errors} from units u join totals t using (province, domain) join drawn using (province)
        group by province, domain, n order by province, domain"""


def column_shares() -> str:
    """The shares alone from a column for each item."""
    shares = ", ".join(f"sum(w * q{i}) / sum(w) filter (where q{i} is not null)" for i in range(ITEMS))
    return f"select {shares} from answers group by province, domain"


async def by_blocks(connection: Connection) -> Means:
    """The shares with their errors, from one stratum after the other."""
    crossing = Crossing.of(LABELS, (0, 1))
    parts = []
    for row in await connection.fetch("select distinct stratum from blocks order by stratum"):
        found = await connection.fetch("select content from blocks where stratum = $1 order by psu", row["stratum"])
        part = part_of_blocks([one["content"] for one in found], crossing)
        parts.append(Moments.of(part, complete=True))
    return merged(parts).means()


class Cores:
    """Time of the cores that this process and a server used."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._postmaster = (server.cluster / "postmaster.pid").read_text().split("\n", 1)[0]

    def seconds(self) -> float:
        """Seconds so far: this process, the server's processes, and those of them that have ended."""
        ticks = sum(self._ticks(self._postmaster, 11, 15))
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if self._fields(path.name)[1] == self._postmaster:
                    ticks += sum(self._ticks(path.name, 11, 13))
            except FileNotFoundError:
                continue
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")

    def _fields(self, process: str) -> list[str]:
        return Path("/proc", process, "stat").read_text().rpartition(") ")[2].split()

    def _ticks(self, process: str, first: int, last: int) -> list[int]:
        return [int(value) for value in self._fields(process)[first:last]]


async def measure(server: EmbeddedServer) -> tuple[dict[str, float], float]:
    """Least seconds of each way, and the largest difference of shares and errors."""
    connection: Connection = await asyncpg.connect(server.url("postgres", "postgres"))
    await fill(connection, survey(ROWS))
    await connection.execute("set max_parallel_workers_per_gather = 0")
    await connection.execute("set work_mem = '1GB'")
    cores = Cores(server)
    ways: dict[str, Any] = {
        "errors": lambda: connection.fetch(ERRORS),
        "blocks": lambda: by_blocks(connection),
        "shares": lambda: connection.fetch(SHARES_ALONE),
        "errors of columns": lambda: connection.fetch(column_errors()),
        "shares of columns": lambda: connection.fetch(column_shares()),
    }
    least: dict[str, float] = {}
    found: dict[str, Any] = {}
    for turn in range(ROUNDS):
        for name, work in ways.items():
            if turn and name != "blocks":
                continue
            before = cores.seconds()
            found[name] = await work()
            least[name] = min(least.get(name, math.inf), cores.seconds() - before)
    await connection.close()
    sql = np.array([list(row.values()) for row in found["errors"]]).reshape(-1, ITEMS, 2)
    own = np.stack([found["blocks"].value, found["blocks"].se], axis=2)
    return least, float(np.abs(own / sql - 1).max())


def main() -> None:
    """Print the ratio; exit 1 where the limit is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "server", durable=False) as server:
            least, apart = asyncio.run(measure(server))
    ratio = least["errors"] / least["blocks"]
    print(f"{SHARES:,} shares with errors from {ROWS:,} rows in PostgreSQL, seconds of cores:")
    print(
        f"  SQL {least['errors']:.1f} s, blocks {least['blocks']:.2f} s: 1/{ratio:.0f} of the SQL (at most 1/{LIMIT})"
    )
    print(f"  shares and errors {apart:.0e} apart")
    for name in ("shares", "errors of columns", "shares of columns"):
        print(f"  besides: {name} {least[name]:.1f} s, 1/{least[name] / least['blocks']:.0f}")
    print(reference.footer())
    if ratio < LIMIT or apart > 1e-8:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
