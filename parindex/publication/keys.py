"""A tenant's signing key: Ed25519, made by the operator, kept in a file outside the database.

The private half never leaves its folder (0700, file 0600). The public half stands at ``/keys`` and in every
signature; whether its holder is the one that a reader trusts is the reader's to know.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from parindex.messages import N_, Failure
from parindex.reading.canonical_json import parse_spelled

ALGORITHM: Final = "Ed25519"
_SIZE: Final = 32
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class BrokenKey(Failure, ValueError):
    """A key file that cannot be used; the message names the file and the fault."""


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The half of a key that anyone may have."""

    key_id: str
    """First 16 hex digits of the SHA-256 of the public key."""

    public_key: str
    """The 32 bytes in standard base64."""

    algorithm: str = ALGORITHM
    """Always Ed25519."""

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the holder of the private half signed exactly this message."""
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key)).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private half, held only as long as something is signed."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        """Take over a loaded key."""
        self._private = private
        self.public = public_key(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message has the same signature for ever (RFC 8032)."""
        return self._private.sign(message)


class SigningKeys:
    """The signing keys below one folder, a tenant each: ``<folder>/<tenant>.pem``."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made at the first key."""
        self.folder = folder

    def made(self, tenant: str) -> SigningKey:
        """The tenant's key, made now if there is none yet.

        Raises:
            BrokenKey: as :meth:`signing`.
        """
        if not self.has(tenant):
            self._make(self._path(tenant))
        return self.signing(tenant)

    def signing(self, tenant: str) -> SigningKey:
        """The tenant's key; makes none.

        Raises:
            BrokenKey: there is no file, it cannot be read as an Ed25519 key, or others may read it.
        """
        path = self._path(tenant)
        if not path.exists():
            raise BrokenKey(N_("%(path)s: không có khóa ký"), path=path)
        if path.stat().st_mode & 0o077:
            message = N_("%(path)s: người dùng khác đọc được khóa bí mật này; hãy chmod 600 và coi như khóa đã bị lộ")
            raise BrokenKey(message, path=path)
        try:
            private = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError) as error:
            raise BrokenKey(
                N_("%(path)s: không phải khóa bí mật dạng PEM, hoặc khóa có mật khẩu"), path=path
            ) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise BrokenKey(N_("%(path)s: không phải khóa Ed25519"), path=path)
        return SigningKey(private)

    def has(self, tenant: str) -> bool:
        """Whether the tenant has a key."""
        return self._path(tenant).exists()

    def public(self, tenant: str) -> tuple[PublicKey, ...]:
        """Every public key of the tenant, the one in use first; those of earlier years stay readable. Makes none."""
        current = (self.signing(tenant).public,) if self.has(tenant) else ()
        earlier = (read_public(path) for path in sorted(self.folder.glob(f"{tenant}.*.pub")))
        return tuple({key.key_id: key for key in (*current, *(key for keys in earlier for key in keys))}.values())

    def _path(self, tenant: str) -> Path:
        if not _TENANT.fullmatch(tenant):
            raise BrokenKey(N_("“%(tenant)s” không phải mã đơn vị chủ trì"), tenant=tenant)
        return self.folder / f"{tenant}.pem"

    def _make(self, path: Path) -> None:
        """Write a new key so that two processes starting at once end with the same one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        private = Ed25519PrivateKey.generate()
        content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        with open(fresh, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
        finally:
            fresh.unlink()
        made = SigningKey(private).public
        path.with_name(f"{path.stem}.{made.key_id}.pub").write_text(json.dumps(msgspec.to_builtins(made)) + "\n")


def public_key(raw: bytes) -> PublicKey:
    """A public key from its 32 bytes.

    >>> public_key(bytes(32)).key_id
    '66687aadf862bd77'
    """
    return PublicKey(key_id=hashlib.sha256(raw).hexdigest()[:16], public_key=base64.b64encode(raw).decode("ascii"))


def from_base64(text: str) -> PublicKey:
    """A public key from base64 in its one spelling.

    Raises:
        BrokenKey: not 32 bytes, or not how base64 writes them.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BrokenKey(N_("không phải base64")) from error
    if len(raw) != _SIZE or base64.b64encode(raw).decode("ascii") != text:
        raise BrokenKey(N_("không phải 32 byte của khóa Ed25519"))
    return public_key(raw)


def read_public(path: Path) -> tuple[PublicKey, ...]:
    """Public keys of a file: PEM, a ``/keys.json`` document, one key as JSON, or base64 alone.

    Raises:
        BrokenKey: none of these.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    try:
        return parse_public(content)
    except (BrokenKey, ValueError, KeyError, TypeError) as error:
        raise BrokenKey(N_("%(path)s: tệp không có khóa công khai Ed25519"), path=path) from error


def parse_public(content: bytes) -> tuple[PublicKey, ...]:
    """The same from bytes."""
    if b"-----BEGIN PUBLIC KEY-----" in content:
        loaded = load_pem_public_key(content)
        if not isinstance(loaded, Ed25519PublicKey):
            raise BrokenKey(N_("không phải khóa Ed25519"))
        return (public_key(loaded.public_bytes(Encoding.Raw, PublicFormat.Raw)),)
    bare = content.removeprefix(BOM_UTF8).strip()
    if not bare.startswith(b"{"):
        return (from_base64(bare.decode()),)
    document: dict[str, Any] = parse_spelled(bare)
    listed: Iterable[dict[str, Any]] = document.get("keys", [document])
    found = tuple(from_base64(key["public_key"]) for key in listed)
    if not found:
        raise BrokenKey(N_("danh sách khóa trống"))
    return found


def pem(key: PublicKey) -> str:
    """The public key as PEM, for other tools."""
    loaded = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public_key))
    return loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
