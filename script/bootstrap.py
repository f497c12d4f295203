"""Makes ``.venv`` from a hash-locked file, with the ``parindex`` command of this checkout; used by the other scripts.

Needs nothing but Python 3.11 or newer with pip. Runs again only when the lock file has changed. The environment of a
further Python stands beside it: ``.venv-3.12``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def ensure(lock_name: str) -> Path:
    """The interpreter of an environment that holds what the lock file names."""
    if sys.version_info < OLDEST:
        raise SystemExit(f"parindex needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    return ensure_in(VENV, lock_name, sys.executable, sys.version)


def ensure_in(folder: Path, lock_name: str, made_by: str, version: str) -> Path:
    """The same in a folder, for the interpreter ``made_by`` whose ``sys.version`` is given."""
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    done = stamp.read_text().split() if stamp.exists() and python.exists() else []
    if digest(lock_name, version) not in done:
        install(folder, ROOT / lock_name, made_by)
        # the development lock holds everything that the other holds, so it serves both
        held = {lock_name, "requirements.lock"}
        stamp.write_text(" ".join(digest(name, version) for name in sorted(held)))
    put_command(python)
    return python


def digest(lock_name: str, version: str) -> str:
    """What stands in the stamp of an environment that holds a lock file."""
    return hashlib.sha256((ROOT / lock_name).read_bytes() + version.encode()).hexdigest()


def further_pythons() -> dict[tuple[int, int], tuple[str, str]]:
    """Interpreters of other versions: {(3, 12): (path, its ``sys.version``)}.

    Looked for as ``python3.12`` and so on, on the PATH and where pyenv keeps its versions
    (``$PYENV_ROOT/versions``, else ``~/.pyenv/versions``).
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for minor in range(OLDEST[1], OLDEST[1] + 20):
        kept = sorted(str(path) for path in pyenv.glob(f"3.{minor}.*/bin/python3.{minor}"))
        for path in [shutil.which(f"python3.{minor}"), *kept]:
            version = asked(path, "import sys, venv; print(sys.version)") if path else ""
            if path and version.startswith(f"3.{minor}."):
                found[3, minor] = (path, version)
                break
    found.pop(sys.version_info[:2], None)
    return found


def asked(python: str, program: str) -> str:
    """What a program prints under an interpreter; nothing where that fails, as of a version that is not switched on."""
    told = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    return told.stdout.rstrip("\n") if told.returncode == 0 else ""


def put_command(python: Path) -> None:
    """Write ``.venv/bin/parindex``: the command on this checkout, from wherever it is called."""
    command = python.with_name("parindex")
    content = f"#!{python}\nfrom parindex.cli import main\n\nraise SystemExit(main())\n"
    if not command.exists() or command.read_text() != content:
        command.write_text(content)
        command.chmod(0o755)


def install(folder: Path, lock: Path, made_by: str) -> None:
    print(f"installing {lock.name} into {folder.name} (once)", file=sys.stderr, flush=True)
    python = folder / "bin" / "python"
    if not python.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([made_by, "-m", "venv", "--without-pip", "--symlinks", str(folder)], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "--python", str(python), "install", "--quiet", "--require-hashes", "-r", str(lock)]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
        raise SystemExit("pip is missing: install it (Debian: apt install python3-pip) and run this again")
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit("the packages could not be installed; what pip said stands above")
    for site in (folder / "lib").glob("python*/site-packages"):
        (site / "parindex-checkout.pth").write_text(f"{ROOT}\n")


def run(lock_name: str, *command: str) -> None:
    """Replace this process by a command of the environment."""
    python = ensure(lock_name)
    os.chdir(ROOT)
    os.execv(python, [str(python), *command])
