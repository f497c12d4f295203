"""What the page of the public keys shows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page, url
from parindex.publication import keys
from parindex.publication.keys import PublicKey
from parindex.publication.model import EditionRow
from parindex.text import local_day


class KeyCard(msgspec.Struct, frozen=True, kw_only=True):
    """One key."""

    id: str
    """Its name."""

    algorithm: str
    """``Ed25519``."""

    public: str
    """PEM text."""

    fingerprint: str
    """SHA-256 of the raw key, in hex."""

    since: date | None
    """Day of the first edition that it signed."""

    until: date | None
    """Day of the last, of a key that signs no more."""

    current: bool
    """Whether it signs what is published now."""

    href: str
    """The key as a file."""


class KeysPage(Page, frozen=True, kw_only=True):
    """The public halves of a tenant's keys."""

    template: ClassVar[str] = "public/keys.html"

    keys_href: str
    """All keys, for ``parindex verify --key``."""

    keys: tuple[KeyCard, ...]
    """Newest first."""


def keys_page(held: Sequence[PublicKey], rows: Sequence[EditionRow]) -> KeysPage:
    """The page of the keys that a tenant holds, with the editions that they signed."""
    return KeysPage(
        keys_href=url("/keys.json"),
        keys=tuple(_card(key, rows, current=place == 0) for place, key in enumerate(held)),
    )


def _card(key: PublicKey, rows: Sequence[EditionRow], *, current: bool) -> KeyCard:
    signed = sorted(local_day(row.published_at) for row in rows if row.key_id == key.key_id)
    return KeyCard(
        id=key.key_id,
        algorithm=key.algorithm,
        public=keys.pem(key),
        fingerprint=hashlib.sha256(base64.b64decode(key.public_key)).hexdigest(),
        since=signed[0] if signed else None,
        until=None if current or not signed else signed[-1],
        current=current,
        href=url(f"/keys/{key.key_id}.pem"),
    )
