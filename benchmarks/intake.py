"""Intake of responses against ``pgbench`` inserting the same row: HTTP to a durable commit, ratios side by side.

The server is one process with everything on: JSON read and validated against the questionnaire, invitation used
up, link and receipt written, limits checked, one audit row a batch, acknowledged after the commit. The peer is
``pgbench -M prepared -c 64 -j 2`` inserting a row of the same columns and keys. fsync is on, rounds interleave, and
both share the machine with their clients. Beside it the intake alone: validated, idempotent and durable, without HTTP,
invitation and limits.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import re
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, cast
from uuid import UUID, uuid4

import msgspec
import uvicorn
import uvloop

from benchmarks import reference
from benchmarks.survey_ground import migrated, open_round
from parindex.app import compose, create_app
from parindex.serving import configuration, spare_the_collector
from parindex.settings import Settings
from parindex.store.database import Connection, Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.ids import new_id
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.model import SampleUnit, Submission
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.rounds import invitations, opening

CLIENTS: Final = 64
LIMIT: Final = 0.20
"""Least share of pgbench's rate with invitation, audit and abuse checks."""

PLAIN_LIMIT: Final = 0.40
"""Least share of pgbench's rate of what is validated, idempotent and durable."""

LENGTH: Final = re.compile(rb"content-length: (\d+)", re.IGNORECASE)

PEER: Final = """insert into peer values ('{tenant}', '{round}', gen_random_uuid(), gen_random_uuid(), '\\x{content}',
    current_date, 'kiosk', '{unit}', '{answers}');"""


class Ground(msgspec.Struct, kw_only=True):
    """A database with an open round."""

    tenant_id: UUID
    """Tenant."""

    round_id: UUID
    """Round."""

    unit: UUID
    """A sample unit."""

    answers: list[int | None]
    """A valid response."""

    tokens: Iterator[str]
    """Unused invitations."""


async def prepare(server: EmbeddedServer, invited: int) -> Ground:
    """Migrate, open a round and invite."""
    async with migrated(server) as (owner, database, tenant_id):
        async with database.transaction(tenant_id) as connection:
            ground = await _invited(connection, tenant_id, invited)
        await owner.execute(
            "create table peer (tenant_id uuid not null, survey_round uuid not null, id uuid not null, client_id uuid not null,"
            " content bytea, day date not null, channel text not null, sample_unit uuid not null, answers smallint[] not null,"
            " primary key (survey_round, id), unique (client_id, survey_round, tenant_id))"
        )
        await owner.execute("grant insert on peer to parindex_app")
    return ground


async def _invited(connection: Connection, tenant_id: UUID, invited: int) -> Ground:
    agency = new_id()
    held = await open_round(connection, tenant_id, [agency])
    unit = SampleUnit(
        id=new_id(), agency_id=agency, stratum="S", psu="1", psu_name="1", ssu="1", ssu_name="1", psu_population=2,
        psu_drawn=1, psu_probability=0.5, ssu_population=2, ssu_drawn=1, population=10**6, drawn=10**6, response_class="x",
    )  # fmt: skip
    await opening.load_sample(connection, held.id, [unit], actor="system")
    tokens: list[str] = []
    while len(tokens) < invited:
        tokens += await invitations.make(connection, held.id, [unit.id] * 5000, actor="system")
    assert held.instrument_id is not None
    layout = await opening.layout(connection, held.instrument_id)
    return Ground(tenant_id=tenant_id, round_id=held.id, unit=unit.id, answers=_answers(layout), tokens=iter(tokens))


def _answers(layout: AnswerLayout) -> list[int | None]:
    answers = layout.blank()
    for code in layout.form("short").groups:
        for item in layout.groups[code].items:
            answers[layout.places[item.code].first] = 4 if layout.groups[code].area else 1
    return answers


def pgbench(server: EmbeddedServer, ground: Ground, folder: Path, seconds: float) -> float:
    """Transactions per second of the peer."""
    script = folder / "insert.sql"
    array = "{" + ",".join("null" if value is None else str(value) for value in ground.answers) + "}"
    values = {
        "tenant": ground.tenant_id,
        "round": ground.round_id,
        "unit": ground.unit,
        "answers": array,
        "content": "00" * 32,
    }
    script.write_text(PEER.format(**values).replace("\n", " ") + "\n")
    folder.chmod(0o755)
    told = subprocess.run(
        [str(server.command("pgbench")), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(round(seconds)),
         "-f", str(script), "-h", str(server.socket), "-U", "parindex_app", "bench"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", told)
    assert found is not None, told
    return float(found.group(1))


class Kiosk(asyncio.Protocol):
    """A connection that is kept open and sends its next response when the last was acknowledged."""

    def __init__(self, content: Callable[[], bytes], deadline: float) -> None:
        self.content = content
        self.deadline = deadline
        self.received = b""
        self.acknowledged = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.content())

    def data_received(self, data: bytes) -> None:
        """Send the next when an acknowledgement is whole."""
        self.received += data
        head = self.received.find(b"\r\n\r\n")
        if head < 0 or (length := LENGTH.search(self.received)) is None:
            return
        if len(self.received) < head + 4 + int(length[1]):
            return
        if not self.received.startswith(b"HTTP/1.1 201 "):
            self.over.set_exception(RuntimeError(self.received.decode()))
            return
        self.received = b""
        self.acknowledged += 1
        if time.perf_counter() < self.deadline:
            self.transport.write(self.content())
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will be acknowledged."""
        del exc
        if not self.over.done():
            self.over.set_result(None)


def _same(kiosk: Kiosk) -> Kiosk:
    return kiosk


async def over_http(ground: Ground, port: int, seconds: float) -> float:
    """Acknowledged responses per second from 64 connections that are kept open."""
    path = f"/api/v1/survey-rounds/{ground.round_id}/responses"
    start = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n".encode()
    rest = msgspec.json.encode({"answers": ground.answers, "channel": "kiosk"})[1:]

    def content() -> bytes:
        body = b'{"id":"%b","invitation":"%b",%b' % (str(uuid4()).encode(), next(ground.tokens).encode(), rest)
        return b"%bcontent-length: %d\r\n\r\n%b" % (start, len(body), body)

    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    kiosks = [Kiosk(content, began + seconds) for _ in range(CLIENTS)]
    await asyncio.gather(*(loop.create_connection(partial(_same, kiosk), "127.0.0.1", port) for kiosk in kiosks))
    await asyncio.gather(*(kiosk.over for kiosk in kiosks))
    return sum(kiosk.acknowledged for kiosk in kiosks) / (time.perf_counter() - began)


async def in_process(ground: Ground, server: EmbeddedServer, seconds: float) -> float:
    """Acknowledged responses per second that are validated, idempotent and durable: no HTTP and no invitation."""
    database = await Database.connect(server.url("parindex_app", "bench"), size=4)
    plan = await opening.plan(database, ground.tenant_id, ground.round_id)
    intake = Intake(database)
    deadline = time.perf_counter() + seconds

    async def client() -> int:
        done = 0
        while time.perf_counter() < deadline:
            plan.check(ground.answers, {})
            one = Submission(
                client_id=uuid4(), answers=tuple(ground.answers), day=date.today(), channel="kiosk",
                sample_unit=ground.unit,
            )  # fmt: skip
            await intake.submit(ground.tenant_id, ground.round_id, one)
            done += 1
        return done

    started = time.perf_counter()
    done = sum(await asyncio.gather(*(client() for _ in range(CLIENTS))))
    seconds = time.perf_counter() - started
    await intake.stop()
    return done / seconds


def serve(app_url: str, folder: str, port: int) -> None:
    """The server's process."""

    async def run() -> None:
        services = await compose(Settings(data=Path(folder) / "data"), app_url)
        config = configuration(create_app(services), services)
        config.port = port
        spare_the_collector()
        await uvicorn.Server(config).serve()

    uvloop.run(run())


def main() -> int:
    """Run the rounds and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parindex-intake-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedServer(folder / "server") as server:
            return measure(server, folder, given.rounds, given.seconds)


def measure(server: EmbeddedServer, folder: Path, times: int, seconds: float) -> int:
    """Interleave peer and intake; the median of the rounds' ratios."""
    ground = asyncio.run(prepare(server, int(times * seconds * 12_000) + 20_000))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(server.url("parindex_app", "bench"), str(folder), port), daemon=True
    )
    process.start()
    try:
        _wait(port)
        uvloop.run(over_http(ground, port, 1))
        rows = []
        for number in range(1, times + 1):
            peer = pgbench(server, ground, folder, seconds)
            http = uvloop.run(over_http(ground, port, seconds))
            plain = uvloop.run(in_process(ground, server, seconds))
            rows.append((http / peer, plain / peer))
            print(
                f"round {number}: pgbench {peer:,.0f}/s · over HTTP {http:,.0f}/s · in process {plain:,.0f}/s",
                flush=True,
            )
    finally:
        process.terminate()
        process.join(10)
    http_ratio, plain_ratio = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"intake over HTTP with invitation, audit and abuse checks: {http_ratio:.2f} × pgbench (at least {LIMIT})")
    print(f"validated, idempotent and durable, in process: {plain_ratio:.2f} × pgbench (at least {PLAIN_LIMIT})")
    print(reference.footer())
    return 0 if http_ratio >= LIMIT and plain_ratio >= PLAIN_LIMIT else 1


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    raise SystemExit(main())
