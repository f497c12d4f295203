"""The signature of an edition, a history or an opening: made, and checked in every part.

It is over the ASCII text ``<purpose> <digest>``, such as ``parindex-edition/1 3f0c…``, so a key never signs bytes
that could mean something elsewhere.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from parindex.publication.keys import ALGORITHM, BrokenKey, PublicKey, SigningKey, from_base64


def made(purpose: str, digest: str, key: SigningKey) -> dict[str, str]:
    """The signature over a digest, as it stands in a file."""
    return {
        "algorithm": ALGORITHM,
        "key_id": key.public.key_id,
        "public_key": key.public.public_key,
        "value": base64.b64encode(key.sign(_message(purpose, digest))).decode("ascii"),
    }


def signer(given: Mapping[str, Any], purpose: str, digest: str) -> PublicKey | None:
    """The key that made a signature over a digest; none where it does not hold in every part."""
    try:
        key = from_base64(given["public_key"])
        value = base64.b64decode(given["value"], validate=True)
        message = _message(purpose, digest)
    except (BrokenKey, ValueError, KeyError, TypeError):
        return None
    exact = (
        given.get("algorithm") == ALGORITHM
        and given.get("key_id") == key.key_id
        and base64.b64encode(value).decode("ascii") == given["value"]
    )
    return key if exact and key.verifies(value, message) else None


def _message(purpose: str, digest: str) -> bytes:
    return f"{purpose} {digest}".encode("ascii")
