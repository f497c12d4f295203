"""The token that every form carries, so that no other site can send it in a person's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Final

from litestar.config.csrf import CSRFConfig
from litestar.middleware.csrf import generate_csrf_hash

from parindex.api.shared.page import AnyRequest
from parindex.api.shared.requests import cookie
from parindex.errors import Refused

FIELD: Final = "_csrf_token"
"""The form's field that holds the token."""

_LENGTH: Final = 64


def protection(secret: bytes, *, secure_cookies: bool) -> CSRFConfig:
    """The middleware that refuses a form without the token of its cookie; files and static pages have no deeds."""
    return CSRFConfig(
        secret=secret.hex(),
        cookie_httponly=True,
        cookie_secure=secure_cookies,
        exclude=[r"^/static/", r"\.(json|csv|xlsx)$"],
    )


def check(request: AnyRequest, secret: bytes, fields: Mapping[str, str]) -> None:
    """What the middleware checks, for a form with a file, which is read as it arrives.

    Raises:
        Refused: ``stale_csrf``.
    """
    if not _genuine(fields.get(FIELD, ""), cookie(request.scope, "csrftoken") or "", secret.hex()):
        raise Refused("stale_csrf")


def _genuine(given: str, kept: str, secret: str) -> bool:
    """The token of the form is the cookie's, and we signed it."""
    sign: Callable[..., str] = generate_csrf_hash
    signed = compare_digest(sign(token=kept[:_LENGTH], secret=secret), kept[_LENGTH:])
    return len(kept) == 2 * _LENGTH and signed and compare_digest(given, kept)
