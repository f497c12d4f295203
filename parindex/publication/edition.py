"""Making and reading the one spelling of an edition: canonical bytes, digest, signature.

The file is the canonical form of ``{"digest", "edition", "signature"}``: no byte is free.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from parindex.messages import N_, Message
from parindex.publication import signature
from parindex.publication.keys import SigningKey
from parindex.publication.model import FIRST_FORMAT, FORMAT, Edition, Format, SignedEdition
from parindex.rankings.model import MOST_DRAWN, Computation
from parindex.reading.canonical_json import canonical, parse
from parindex.reading.causes import shape_cause


class BrokenEdition(ValueError):
    """Bytes that are no edition of a known format."""

    def __init__(self, code: str, detail: Message | str = "") -> None:
        """Name the fault, and where it lies."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def _misfit(told: str) -> Message:
    """What is missing or surplus, and where."""
    what, _, path = told.partition(" - at ")
    return Message(N_("%(why)s, tại %(where)s"), why=shape_cause(what), where=path.strip("`").removeprefix("$.") or "$")


def signed_bytes(edition: Edition, key: SigningKey) -> bytes:
    """The file of an edition."""
    return envelope("edition", msgspec.to_builtins(edition), edition.format, key)


def format_of(computation: Computation) -> Format:
    """The format that a computed year is published in."""
    return FIRST_FORMAT if computation.given.methods is None else FORMAT


def envelope(name: str, content: Any, purpose: str, key: SigningKey) -> bytes:
    """Content with its digest and signature, as canonical bytes."""
    digest = digest_of(content)
    return canonical({name: content, "digest": digest, "signature": signature.made(purpose, digest, key)})


def digest_of(content: Any) -> str:
    """SHA-256 of the canonical bytes, hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def read(data: bytes) -> SignedEdition:
    """An edition from its file, without judging digest or signature.

    Raises:
        NotCanonical: the bytes are not the one spelling.
        BrokenEdition: not an edition, or of a format that is not known here.
    """
    value = parse(data)
    if not isinstance(value, dict) or not isinstance(value.get("edition"), dict):
        raise BrokenEdition("no_edition")
    found = value["edition"].get("format")
    if found not in (FIRST_FORMAT, FORMAT):
        raise BrokenEdition("other_format", str(found))
    try:
        signed = msgspec.convert(value, SignedEdition)
    except msgspec.ValidationError as error:
        raise BrokenEdition("other_shape", _misfit(str(error))) from error
    if found != format_of(signed.edition.computation):
        raise BrokenEdition("other_shape", "computation.given.methods")
    given = signed.edition.computation.given
    if given.draws * len(given.agencies) > MOST_DRAWN:
        raise BrokenEdition("other_shape", "computation.given.draws")
    return signed
