"""What lies beside the database: evidence, signing keys, secrets."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from parindex.commands.examination.finding import DoctorFinding, broken, judged
from parindex.errors import N_

if TYPE_CHECKING:
    from parindex.access.tenants import Tenant
    from parindex.settings import Settings
    from parindex.store.database import Database
    from parindex.store.evidence_files import EvidenceStore

SAMPLE: Final = 500_000_000
"""Bytes of evidence that are read anew each time; ``--full`` reads all."""

SHOWN: Final = 10
"""Files named; more are counted."""


class EvidenceFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence files that are not what the database says."""

    missing: tuple[str, ...]
    """Not there, by digest."""

    changed: tuple[str, ...]
    """Of another content."""

    read: int
    """Files read."""


async def evidence(
    app: Database, store: EvidenceStore, tenants: list[Tenant], *, full: bool
) -> AsyncIterator[DoctorFinding]:
    """Every file is there with its size; a sample, or all, has the content that its name says."""
    from parindex.assessments.evidence import queries

    known: list[tuple[UUID, str, int]] = []
    for tenant in tenants:
        async with app.transaction(tenant.id) as connection:
            rows = await queries.stored_files(connection)
            known += [(tenant.id, row["sha256"], row["size"]) for row in rows]
    random.shuffle(known)
    faults = await asyncio.to_thread(_compare, store, known, None if full else SAMPLE)
    yield judged(
        not faults.missing and not faults.changed,
        N_("tài liệu kiểm chứng: %(all)s tệp, đã đọc lại %(read)s tệp"),
        all=len(known), read=faults.read,
    )  # fmt: skip
    for message, digests in (
        (N_("thiếu %(count)s tệp tài liệu kiểm chứng: %(files)s"), faults.missing),
        (N_("%(count)s tệp tài liệu kiểm chứng bị sửa nội dung: %(files)s"), faults.changed),
    ):
        if digests:
            yield broken(message, count=len(digests), files=sorted(digests)[:SHOWN])


def _compare(store: EvidenceStore, known: Iterable[tuple[UUID, str, int]], limit: int | None) -> EvidenceFaults:
    missing, changed = [], []
    files = size_read = 0
    for tenant_id, sha256, size in known:
        path = store.path(tenant_id, sha256)
        if not path.is_file():
            missing.append(sha256)
        elif path.stat().st_size != size:
            changed.append(sha256)
        elif limit is None or size_read < limit:
            files, size_read = files + 1, size_read + size
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    changed.append(sha256)
    return EvidenceFaults(missing=tuple(missing), changed=tuple(changed), read=files)


async def keys(settings: Settings, app: Database, tenants: list[Tenant]) -> AsyncIterator[DoctorFinding]:
    """The key of each tenant that signed something: its private half is in its file, its public half known."""
    from parindex.publication import queries
    from parindex.publication.keys import BrokenKey, SigningKeys

    held = SigningKeys(settings.data / "keys")
    for tenant in tenants:
        async with app.transaction(tenant.id) as connection:
            known = await queries.known_keys(connection)
            used = await queries.used_keys(connection)
        ids = {key.key_id for key in known}
        for unknown in sorted(used - ids):
            yield broken(
                N_("cơ sở dữ liệu không có khóa công khai %(key)s đã ký ấn bản (%(tenant)s)"),
                key=unknown, tenant=tenant.code,
            )  # fmt: skip
        if not used:
            continue
        if not held.has(tenant.code):
            yield broken(
                N_(
                    "thiếu khóa ký keys/%(tenant)s.pem: hãy khôi phục từ bản sao lưu. Hệ thống không tự tạo khóa mới khi đã có ấn bản"
                ),
                tenant=tenant.code,
            )
            continue
        try:
            current = held.signing(tenant.code).public.key_id
        except BrokenKey as error:
            yield broken(N_("khóa ký không dùng được: %(cause)s"), cause=error)
            continue
        yield judged(
            current in ids,
            N_("khóa ký %(key)s (%(tenant)s) đã ký ấn bản lưu trong cơ sở dữ liệu")
            if current in ids
            else N_("khóa ký %(key)s (%(tenant)s) chưa ký ấn bản nào; các ấn bản đã có do khóa khác ký"),
            key=current, tenant=tenant.code,
        )  # fmt: skip


async def secrets(settings: Settings, app: Database) -> AsyncIterator[DoctorFinding]:
    """Each secret that the database knows is the one in its file."""
    from parindex.store.secrets import FOLDER, digest_of, known_digests

    for name, digest in (await known_digests(app)).items():
        path = settings.data / FOLDER / name
        held = await asyncio.to_thread(_read, path)
        if held is None:
            yield broken(N_("thiếu tệp bí mật %(path)s: hãy khôi phục từ bản sao lưu"), path=path)
        elif digest_of(held) != digest:
            yield broken(
                N_("tệp bí mật %(path)s không phải tệp mà cơ sở dữ liệu này đã dùng: hãy khôi phục từ bản sao lưu"),
                path=path,
            )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
