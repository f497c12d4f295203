"""Secrets of this installation: files outside the database that only its user can read."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from parindex.store.database import Database

FOLDER: Final = "secrets"
"""Where they lie below the installation's folder."""

log = logging.getLogger("parindex.store")


def private_folder(folder: Path) -> Path:
    """The folder, made if needed, closed to everybody else."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def installation_folder(folder: Path) -> Path:
    """The folder of an installation, made if needed; what lies in it is private by itself.

    Root lets others pass through it unseeing: the embedded server's part belongs to an unprivileged user, and it
    has to be found in the same place at every start.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def installation_secret(folder: Path, name: str) -> bytes:
    """32 random bytes, made at first use and the same ever after.

    Two processes that start at once agree: the file appears whole or not at all.
    """
    path = private_folder(folder) / name
    if not path.exists():
        fresh = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        write_private(fresh, secrets.token_bytes(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


def write_private(path: Path, content: bytes) -> None:
    """Write a new file of mode 0600, on disk before this returns.

    Raises:
        FileExistsError: a secret is never overwritten.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


async def known_secret(database: Database, installation: Path, name: str) -> bytes:
    """:func:`installation_secret`, whose digest the database knows from its first use on.

    One that was lost and made anew, or that belongs to another installation, is told in the log here, and by the doctor
    until the right one is back.
    """
    secret = await asyncio.to_thread(installation_secret, installation / FOLDER, name)
    async with database.transaction(None) as connection:
        await connection.execute(
            "insert into installation_secrets (name, digest) values ($1, $2) on conflict do nothing",
            name, digest_of(secret),
        )  # fmt: skip
        known = await connection.fetchval("select digest from installation_secrets where name = $1", name)
    if known != digest_of(secret):
        log.error("secret is not the one of this database", extra={"secret": name})
    return secret


def digest_of(secret: bytes) -> str:
    """What the database knows of a secret: its SHA-256; of 32 random bytes it tells nothing."""
    return hashlib.sha256(secret).hexdigest()


async def known_digests(database: Database) -> dict[str, str]:
    """What the database knows of each secret, by name."""
    async with database.transaction(None) as connection:
        rows = await connection.fetch("select name, digest from installation_secrets order by name")
    return {row["name"]: row["digest"] for row in rows}
