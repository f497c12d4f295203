"""The embedded server: shared, private, and honest after a kill."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, local
from time import sleep

import asyncpg
import pytest

from parindex.store import embedded
from parindex.store.embedded import EmbeddedServer, ServerFailure, find_binaries
from parindex.store.installation import keep_alive
from parindex.text import translator
from tests.installations import ROOT, surroundings

USE = """
import sys
from pathlib import Path
from parindex.store.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])) as server:
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may pass through, as a home is; the temporary one of the tests is closed."""
    made = Path(tempfile.mkdtemp(prefix="parindex-"))
    made.chmod(0o755)
    yield made / "postgres"
    shutil.rmtree(made)


def answers(server: EmbeddedServer) -> bool:
    asked = [str(server.command("pg_isready")), "-q", "-h", str(server.socket), "-U", "postgres", "-d", "postgres"]
    return subprocess.run(asked, check=False).returncode == 0


def user_of(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the cluster until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(folder)],
        env=surroundings(PYTHONPATH=str(ROOT)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


async def test_a_server_that_died_is_started_again_and_one_that_was_left_is_not(folder: Path) -> None:
    with EmbeddedServer(folder, durable=False) as server:
        watching = asyncio.create_task(keep_alive(server, every=0.05))
        for _ in range(2):
            died = int((server.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(died, signal.SIGKILL)
            async with asyncio.timeout(60):
                while str(died) in pid_of(server) or not await asyncio.to_thread(answers, server):
                    await asyncio.sleep(0.05)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert not answers(server)
    assert server.revive(), "whoever has left starts nothing"
    assert not answers(server)


def pid_of(server: EmbeddedServer) -> str:
    try:
        return (server.cluster / "postmaster.pid").read_text().split("\n", 1)[0]
    except OSError:
        return ""


def leave(process: subprocess.Popen[str]) -> int:
    process.communicate("\n", timeout=60)
    return process.returncode


@pytest.mark.slow
def test_two_processes_share_a_cluster_and_the_last_one_stops_it(folder):
    ours = EmbeddedServer(folder)
    with ours:
        other = user_of(folder)
    assert answers(ours), "the first to leave stopped a server that another still uses"
    assert leave(other) == 0
    assert not answers(ours), "the last to leave did not stop the server"


@pytest.mark.slow
def test_a_user_that_was_killed_does_not_keep_the_server_alive(folder):
    ours = EmbeddedServer(folder)
    with ours:
        other = user_of(folder)
        other.kill()
        other.wait()
        other.communicate()
        assert answers(ours)
    assert not answers(ours)


@pytest.mark.slow
def test_several_processes_may_start_a_fresh_cluster_at_once(folder):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", USE, str(folder)],
            env=surroundings(PYTHONPATH=str(ROOT)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert [leave(process) for process in processes] == [0, 0, 0, 0]
    assert not answers(EmbeddedServer(folder))


@pytest.mark.slow
def test_a_folder_that_another_process_makes_meanwhile_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, made = EmbeddedServer(folder), Path.mkdir

    def late(path: Path, *arguments: object, **options: object) -> None:
        if path == folder and not os.path.lexists(path):
            made(path)
        made(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", late)
    server._make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_that_find_no_user_at_once_make_one_user(monkeypatch: pytest.MonkeyPatch) -> None:
    names: set[str] = set()
    calls: list[Sequence[str]] = []
    looked = Barrier(2)
    first = local()

    def known(name: str) -> str:
        before = name in names
        if not hasattr(first, "look"):
            first.look = looked.wait(10)  # both have looked before either goes on
        if not before:
            raise KeyError(name)
        return name

    def useradd(command: Sequence[str], **_: object) -> None:
        calls.append(command)
        sleep(0.05)
        names.add(command[-1])

    monkeypatch.setattr(embedded.pwd, "getpwnam", known)
    monkeypatch.setattr(embedded.shutil, "which", lambda _: "/usr/sbin/useradd")
    monkeypatch.setattr(embedded.subprocess, "run", useradd)
    with ThreadPoolExecutor(2) as both:
        found = [both.submit(embedded._unprivileged_user) for _ in range(2)]
        assert [one.result(20) for one in found] == ["parindex", "parindex"]
    assert len(calls) == 1


async def test_a_kill_of_the_server_loses_no_acknowledged_row(folder):
    acknowledged: list[int] = []
    for attempt in range(3):
        with EmbeddedServer(folder) as server:
            if attempt == 0:
                await run(server, "create table kept (n integer primary key)")
            acknowledged += await _write_until_killed(server, start=attempt * 1_000_000)
    with EmbeddedServer(folder) as server:
        kept = {row["n"] for row in await run(server, "select n from kept")}
    assert len(acknowledged) >= 600
    assert set(acknowledged) - kept == set()


async def run(server: EmbeddedServer, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(server.url("postgres", "postgres"))
    rows = await connection.fetch(statement)
    await connection.close()
    return list(rows)


async def _write_until_killed(server: EmbeddedServer, *, start: int) -> list[int]:
    """Insert rows one by one, kill the server meanwhile; the numbers that were acknowledged."""
    connection = await asyncpg.connect(server.url("postgres", "postgres"))
    postmaster = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])
    acknowledged: list[int] = []

    async def write() -> None:
        number = start
        while True:
            await connection.execute("insert into kept values ($1)", number)
            acknowledged.append(number)
            number += 1

    writing = asyncio.create_task(write())
    while len(acknowledged) < 200 and not writing.done():
        await asyncio.sleep(0.01)
    os.kill(postmaster, signal.SIGKILL)
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)):
        await asyncio.wait_for(writing, 30)
    connection.terminate()
    return acknowledged


@pytest.mark.slow
def test_nobody_else_may_enter_its_folders(folder):
    with EmbeddedServer(folder) as server:
        assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        configuration = (server.cluster / "postgresql.conf").read_text()
    assert "listen_addresses = ''" in configuration


def test_a_long_path_gets_a_short_socket(tmp_path):
    server = EmbeddedServer(tmp_path / ("x" * 100) / "postgres")
    assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) <= 107


def test_a_folder_without_a_server_of_postgresql_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PARINDEX_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ServerFailure, match="không tìm thấy PostgreSQL phiên bản 15 trở lên") as told:
        find_binaries()
    in_english = told.value.text(translator("en"))
    assert in_english == f"no PostgreSQL of version 15 or newer was found; looked at {tmp_path}"


def ordinary_user() -> pwd.struct_passwd:
    for name in ("nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("this machine has no unprivileged user to try it as")


def interpreter_for(user: pwd.struct_passwd, packages: str) -> str:
    """An interpreter of our version that the user may run, and with which our packages can be read."""
    look = "import sys, parindex.store.migrate; print(sys.version_info[:2])"
    for candidate in filter(None, (sys.executable, shutil.which("python3", path=os.defpath))):
        try:
            asked = subprocess.run(
                [candidate, "-B", "-c", look], env={"PYTHONPATH": packages}, cwd="/", user=user.pw_uid,
                group=user.pw_gid, extra_groups=[], capture_output=True, text=True, check=False,
            )  # fmt: skip
        except PermissionError:
            continue
        if asked.stdout.strip() == str(sys.version_info[:2]):
            return candidate
    pytest.skip(f"no interpreter of this version, or not {ROOT}, is open to the user {user.pw_name}")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="not root: every other test here runs as an ordinary user already")
def test_an_ordinary_user_may_run_it_too(folder):
    user = ordinary_user()
    packages = os.pathsep.join([str(ROOT), *(entry for entry in sys.path if entry.endswith("site-packages"))])
    home = folder.parent / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [interpreter_for(user, packages), "-B", "-m", "parindex", "migrate"], cwd=home, user=user.pw_uid,
        group=user.pw_gid, extra_groups=[], capture_output=True, text=True, check=False, timeout=120,
        env=surroundings(PYTHONPATH=packages, HOME=str(home), PARINDEX_DATA=str(home / "data")),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (home / "data" / "postgres" / "cluster").stat().st_uid == user.pw_uid
