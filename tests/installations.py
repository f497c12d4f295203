"""Running the command as a person does, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from parindex.store.embedded import EmbeddedServer

ROOT = Path(__file__).parents[1]
_OURS = ("DATABASE_", "PARINDEX_", "HOST", "PORT", "LANG", "LC_")


def surroundings(**settings: str) -> dict[str, str]:
    """The environment without settings of the machine that runs the tests, and with those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    chosen = os.environ.get("PARINDEX_POSTGRES_BIN")
    return {**kept, **({"PARINDEX_POSTGRES_BIN": chosen} if chosen else {}), **settings}


def database_settings(server: EmbeddedServer, name: str) -> dict[str, str]:
    """A database of the tests' server as a real one that the settings name."""
    return {
        "DATABASE_URL": server.url("parindex_app", name),
        "DATABASE_MIGRATOR_URL": server.url("parindex_migrator", name),
        "DATABASE_SEALER_URL": server.url("parindex_sealer", name),
    }


def parindex(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "parindex", *arguments],
        cwd=folder, env=surroundings(**settings), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A process that serves, until the block ends; what it wrote stands in ``folder/said``."""
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "parindex", *(arguments or ("serve",))],
            cwd=folder, env=surroundings(**settings), stdout=said, stderr=said, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answer(port: int, path: str = "/healthz", *, within: float = 60, of: subprocess.Popen[str] | None = None) -> str:
    """The body of a page, waiting for the server to come up.

    Raises:
        TimeoutError: it did not, or its process ended.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and (of is None or of.poll() is None):
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
                return str(response.read().decode())
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers at port {port}")
