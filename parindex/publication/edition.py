"""Making and reading the one spelling of an edition: canonical bytes, digest, signature.

The signature is over the ASCII text ``<format> <digest>``, so a key never signs bytes that could mean
something elsewhere. The file is the canonical form of ``{"digest", "edition", "signature"}``: no byte is free.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from parindex.publication.keys import ALGORITHM, BrokenKey, PublicKey, SigningKey, from_base64
from parindex.publication.model import FIRST_FORMAT, FORMAT, Edition, Format, SignedEdition
from parindex.rankings.model import Computation
from parindex.reading.canonical_json import canonical, parse


class BrokenEdition(ValueError):
    """Bytes that are no edition of a known format."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Name the fault, and where it lies."""
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def signed_bytes(edition: Edition, key: SigningKey) -> bytes:
    """The file of an edition."""
    return envelope("edition", msgspec.to_builtins(edition), edition.format, key)


def format_of(computation: Computation) -> Format:
    """The format that a computed year is published in."""
    return FIRST_FORMAT if computation.given.methods is None else FORMAT


def envelope(name: str, content: Any, purpose: str, key: SigningKey) -> bytes:
    """Content with its digest and signature, as canonical bytes."""
    digest = digest_of(content)
    value = base64.b64encode(key.sign(_message(purpose, digest))).decode("ascii")
    signature = {
        "algorithm": ALGORITHM,
        "key_id": key.public.key_id,
        "public_key": key.public.public_key,
        "value": value,
    }
    return canonical({name: content, "digest": digest, "signature": signature})


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
        raise BrokenEdition("other_shape", str(error)) from error
    if found != format_of(signed.edition.computation):
        raise BrokenEdition("other_shape", "computation.given.methods")
    return signed


def signer(signature: Mapping[str, Any], purpose: str, digest: str) -> PublicKey | None:
    """The key that made a signature over a digest; none where it does not hold in every part."""
    try:
        key = from_base64(signature["public_key"])
        value = base64.b64decode(signature["value"], validate=True)
    except (BrokenKey, ValueError, KeyError, TypeError):
        return None
    exact = (
        signature.get("algorithm") == ALGORITHM
        and signature.get("key_id") == key.key_id
        and base64.b64encode(value).decode("ascii") == signature["value"]
    )
    return key if exact and key.verifies(value, _message(purpose, digest)) else None


def _message(purpose: str, digest: str) -> bytes:
    return f"{purpose} {digest}".encode("ascii")
