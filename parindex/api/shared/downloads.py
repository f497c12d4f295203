"""The other forms of a public page at the same path: ``.json``, ``.csv``, ``.xlsx``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Response

from parindex.api.shared.page import AnyRequest
from parindex.errors import Refused

TYPES: Final[dict[str, str]] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Suffix and media type; what is text is told to be UTF-8 by the answer itself."""

REVALIDATE: Final = "public, no-cache"
"""For what stands at an address now: a cache keeps it and asks whether it still holds."""

KEEP: Final = "public, max-age=3600, must-revalidate"
"""For an edition: its bytes never change, but it may be retracted, so a cache asks again after an hour."""

HARMLESS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
"""Headers of a file that a person sent: no browser guesses what it is, runs it or keeps it."""


def split(name: str) -> tuple[str, str | None]:
    """The last part of a path and its suffix, where that is one of ours.

    >>> split("province.json"), split("2025-province.1"), split("1.2.csv")
    (('province', 'json'), ('2025-province.1', None), ('1.2', 'csv'))
    """
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and suffix in TYPES else (name, None)


def serve(
    request: AnyRequest,
    kind: str,
    name: str,
    made: dict[str, Callable[[], bytes]],
    *,
    mark: str,
    caching: str = REVALIDATE,
) -> Response[bytes]:
    """One of the forms, made only when the reader has not got it yet.

    Args:
        request: May say which form it holds (``If-None-Match``).
        kind: The suffix that was asked for.
        name: File name without suffix.
        made: How each form of this page is made.
        mark: What the content follows from, such as the digest of an edition.
        caching: ``Cache-Control``.

    Raises:
        Refused: ``not_found`` for a form that this page does not have.
    """
    if kind not in made:
        raise Refused("not_found")
    tag = f'"{hashlib.sha256(f"{mark} {name} {kind}".encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": caching}
    if holds(request, tag):
        return Response(b"", status_code=304, headers=headers, media_type=TYPES[kind])
    if kind != "json":
        headers["Content-Disposition"] = attachment(f"{name}.{kind}")
    return Response(made[kind](), headers=headers, media_type=TYPES[kind])


def attachment(name: str) -> str:
    """A file to be kept under a name; what a header cannot hold as it stands is quoted.

    >>> attachment("H15.50-2025.csv"), attachment("Sở 1.csv")
    ('attachment; filename="H15.50-2025.csv"', "attachment; filename*=UTF-8''S%E1%BB%9F%201.csv")
    """
    if re.fullmatch(r"[A-Za-z0-9._-]+", name):
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def holds(request: AnyRequest, tag: str) -> bool:
    """Whether the reader's copy is the one that would be sent; a compressed copy's tag is marked weak."""
    given = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in given.split(",")] or given.strip() == "*"


def json_bytes(document: Any) -> bytes:
    """A document as people can read it in a browser."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1)
