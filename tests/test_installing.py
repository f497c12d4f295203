"""The commands of docs/installing.md are followed as written, from an empty database to a page that answers.

What belongs to the machine is played: ``su`` and ``setpriv`` stay who they are, ``systemctl`` starts what the unit says.
Packages are not installed; ``test_wheel.py`` installs the wheel.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from parindex.store.embedded import EmbeddedServer
from tests import databases
from tests.installations import ROOT, answer, free_port, surroundings
from tests.test_docs import BLOCK, document, examples

SHIMS = {
    "su": 'exec sh -e -c "$3"',
    "setpriv": """
[ "$1 $2 $3" = "--reuid=parindex --regid=parindex --init-groups" ] || exit 91
[ "$HOME" = "$SERVICE_HOME" ] && [ "$PWD" = "$SERVICE_HOME" ] || exit 92
shift 3
exec "$@"
""",
    "editor": 'cat "$SETTINGS_WRITTEN" > "$1"',
    "systemctl": """
[ "$*" = "enable --now parindex" ] || exit 0
settings=$(sed -n 's/^EnvironmentFile=//p' "$UNIT")
command=$(sed -n 's/^ExecStart=//p' "$UNIT")
( cd /; set -a; . "$settings"; HOME=$SERVICE_HOME; exec $command ) > "$SERVICE_HOME/said" 2>&1 &
echo $! > "$SERVICE_HOME/pid"
""",
    "curl": 'echo "$@" > "$SERVICE_HOME/asked"',
}
"""Programs of the machine by name, as shell scripts."""


def section(number: int) -> list[tuple[str, str]]:
    """(language, text) of the blocks of a numbered section."""
    text = re.split(r"^## ", document("installing.md"), flags=re.MULTILINE)[number]
    assert text.startswith(f"{number}. ")
    return [(language, block) for language, _, block in BLOCK.findall(text)]


def of_language(number: int, wanted: str) -> list[str]:
    return [block for language, block in section(number) if language == wanted]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that stands for the root of the machine, with the program, and with the year's files."""
    for folder in ("bin", "etc", "opt/parindex/bin", "srv/parindex/year"):
        (tmp_path / folder).mkdir(parents=True)
    scripts = {f"bin/{name}": text for name, text in SHIMS.items()}
    scripts["opt/parindex/bin/parindex"] = f'exec "{sys.executable}" -m parindex "$@"'
    for name, text in scripts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    year = tmp_path / "srv/parindex/year"
    for path in (ROOT / "README.md", ROOT / "docs" / "loading.md"):
        for use, text in examples(path):
            if use.startswith("file="):
                file = year / use.removeprefix("file=")
                file.parent.mkdir(exist_ok=True)
                file.write_text(text.replace("code: hoa-lac, name_vi", "code: hue, name_vi"), encoding="utf-8")
    (year / "sipas-2026.yaml").write_bytes((ROOT / "instruments" / "sipas" / "2026.yaml").read_bytes())
    return tmp_path


@pytest.fixture
async def name(server: EmbeddedServer, worker_id: str) -> Iterator[str]:
    """The name of the database: the tests share a server."""
    name = f"installing_{os.getpid()}_{worker_id}"
    await databases.drop(server, name)
    yield name
    await databases.drop(server, name)


def as_here(text: str, machine: Path, server: EmbeddedServer, name: str) -> str:
    """What is written, on this machine: its folders, its one server that listens on a socket and asks no password."""
    for written, here in {
        "UTF8 parindex": f"UTF8 {name}",
        "--print-roles parindex": f"--print-roles {name}",
        "psql parindex": f"psql {name}",
        r"\password": r"\du",
        "@127.0.0.1/parindex": f"@/{name}?host={quote(str(server.socket), safe='')}",
        "-g parindex ": "",
    }.items():
        text = text.replace(written, here)
    return re.sub(
        r"(?<![\w.])/(etc|opt|srv|root)/",
        rf"{machine}/\1/",
        text.replace("/srv/parindex\n", f"{machine}/srv/parindex\n"),
    )


def test_the_steps_lead_from_an_empty_database_to_the_first_link(
    machine: Path, server: EmbeddedServer, name: str
) -> None:
    port = free_port()
    home = machine / "srv/parindex"
    (machine / "root").mkdir()
    (settings,) = of_language(4, "ini")
    (machine / "settings").write_text(as_here(settings, machine, server, name) + f"PORT={port}\n")
    (unit,) = of_language(6, "ini")
    (machine / "unit").write_text(as_here(unit, machine, server, name))
    steps = [block for number in (3, 4, 5, 6) for block in of_language(number, "sh")]
    script = as_here("\n".join(steps), machine, server, name)
    try:
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script], cwd=machine, check=False, timeout=600, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=surroundings(
                PATH=f"{machine / 'bin'}:{server.command('psql').parent}:{os.environ['PATH']}", HOME="/nowhere",
                PGHOST=str(server.socket), PGUSER="postgres", SERVICE_HOME=str(home), UNIT=str(machine / "unit"),
                SETTINGS_WRITTEN=str(machine / "settings"),
            ),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert "HỎNG" not in done.stdout
        assert (home / "asked").read_text().split()[-1] == "http://127.0.0.1:8000/readyz"
        assert answer(port, "/readyz") == '{"status":"ok"}'
        links = [line.split("\t") for line in (machine / "root/links.tsv").read_text().splitlines()]
        assert [login for login, _ in links][:2] == ["thuky", "pheduyet"]
        link = urlsplit(links[0][1])
        assert f"{link.scheme}://{link.netloc}" == "https://parindex.example"
        assert httpx.get(f"http://127.0.0.1:{port}{link.path}", headers={"Host": link.netloc}).status_code == 200
    finally:
        if (home / "pid").exists():
            os.kill(int((home / "pid").read_text()), signal.SIGTERM)


def test_every_setting_of_the_steps_exists() -> None:
    operations = document("operations.md")
    for block in of_language(4, "ini"):
        for variable in re.findall(r"^([A-Z_]+)=", block, re.MULTILINE):
            assert f"`{variable}`" in operations
