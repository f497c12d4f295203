"""Makes ``.venv`` from a hash-locked file, with the ``parindex`` command of this checkout; used by the other scripts.

Needs nothing but Python 3.11 or newer with pip. Runs again only when the lock file has changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def ensure(lock_name: str) -> Path:
    """The interpreter of an environment that holds what the lock file names."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the check is for whoever starts it with an older one
        raise SystemExit(f"parindex needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    lock = ROOT / lock_name
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / "installed"
    done = stamp.read_text().split() if stamp.exists() and PYTHON.exists() else []
    if wanted not in done:
        install(lock)
        stamp.write_text(f"{wanted} {superset(lock_name)}".strip())
    put_command()
    return PYTHON


def put_command() -> None:
    """Write ``.venv/bin/parindex``: the command on this checkout, from wherever it is called."""
    command = PYTHON.with_name("parindex")
    content = f"#!{PYTHON}\nfrom parindex.cli import main\n\nraise SystemExit(main())\n"
    if not command.exists() or command.read_text() != content:
        command.write_text(content)
        command.chmod(0o755)


def superset(lock_name: str) -> str:
    """The development lock holds everything that the other holds, so it serves both."""
    if lock_name != "requirements-dev.lock":
        return ""
    content = (ROOT / "requirements.lock").read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def install(lock: Path) -> None:
    print(f"installing {lock.name} into .venv (once)", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        venv.EnvBuilder(with_pip=False, symlinks=True).create(VENV)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "--python", str(PYTHON), "install", "--quiet", "--require-hashes", "-r", str(lock)]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
        raise SystemExit("pip is missing: install it (Debian: apt install python3-pip) and run this again")
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit("the packages could not be installed; what pip said stands above")
    for site in (VENV / "lib").glob("python*/site-packages"):
        (site / "parindex-checkout.pth").write_text(f"{ROOT}\n")


def run(lock_name: str, *command: str) -> None:
    """Replace this process by a command of the environment."""
    python = ensure(lock_name)
    os.chdir(ROOT)
    os.execv(python, [str(python), *command])
