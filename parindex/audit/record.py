"""Writing a row in the transaction of its change."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from parindex.audit import acting, queries
from parindex.store.database import Connection
from parindex.store.ids import new_id

_secret = os.urandom(32)


def use_secret(secret: bytes) -> None:
    """Key the digests of personal fields with this installation's secret, so that they can be compared later."""
    global _secret  # noqa: PLW0603 - set once by the composition root
    _secret = secret


def keyed(value: str) -> str:
    """What stands in the record for a personal field: HMAC-SHA-256, 32 hexadecimal digits."""
    return hmac.new(_secret, value.encode(), hashlib.sha256).hexdigest()[:32]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row to be: what changed, before and after."""

    tag: str
    """``source:subject:action``, one of the tables named ``TAGS``."""

    subject: str
    """Id of what was changed."""

    before: Mapping[str, Any] | None = None
    """Changed fields as they were."""

    after: Mapping[str, Any] | None = None
    """Changed fields as they are. Personal fields only as :func:`keyed`."""


async def record(
    connection: Connection,
    *,
    actor: str,
    tag: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append one row; it commits or vanishes with the change that it tells of.

    Args:
        connection: In a transaction that has its tenant.
        actor: Person id, ``system`` or ``respondent``.
        tag: As in :class:`Change`.
        subject: As in :class:`Change`.
        before: As in :class:`Change`.
        after: As in :class:`Change`.
    """
    await record_all(connection, actor, [Change(tag=tag, subject=subject, before=before, after=after)])


async def record_all(connection: Connection, actor: str, changes: Sequence[Change]) -> None:
    """Append a row for each change, in one statement however many there are."""
    if changes:
        stood_for = acting.of(actor)
        told = {} if stood_for is None else {"acting_for": stood_for.of, "delegation": stood_for.delegation}
        rows = [
            (
                new_id(),
                actor,
                c.tag,
                c.subject,
                _json(c.before),
                _json({**(c.after or {}), **told} if told else c.after),
            )
            for c in changes
        ]
        await queries.insert(connection, rows)


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else msgspec.json.encode(values, order="sorted").decode()
