"""Cookies by their names: one name a tenant, and over TLS one that only this host can have set for itself."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.types import Scope

from parindex.settings import Settings


class Cookies(msgspec.Struct, frozen=True, kw_only=True):
    """How a request's cookies are called."""

    secure: bool
    """Whether they travel over TLS only."""

    suffix: str
    """What stands behind the names of a tenant that is not the installation's own."""

    given: dict[str, str]
    """What the browser sent; of two of a name the first."""

    def name(self, kind: str) -> str:
        """The name of a cookie."""
        return f"{'__Host-' if self.secure else ''}{kind}{self.suffix}"

    def read(self, kind: str) -> str | None:
        """What the browser sent."""
        return self.given.get(self.name(kind))

    def put(
        self, response: Response[Any], kind: str, value: str, *, seconds: int | None = None, path: str = "/"
    ) -> None:
        """Give the browser a cookie that no script reads; without seconds until it is closed.

        Args:
            response: The answer.
            kind: Its name.
            value: What it holds.
            seconds: How long it is kept.
            path: Where it is sent, without TLS; with it everywhere on this host, as the prefix of its name demands.
        """
        response.set_cookie(
            self.name(kind), value, httponly=True, samesite="lax", secure=self.secure,
            path="/" if self.secure else path, max_age=seconds,
        )  # fmt: skip

    def drop(self, response: Response[Any], kind: str, *, path: str = "/") -> None:
        """Take it away."""
        self.put(response, kind, "", seconds=0, path=path)


def cookies_of(scope: Scope, settings: Settings, tenant_code: str) -> Cookies:
    """The cookies of a request."""
    given: dict[str, str] = {}
    for key, value in scope["headers"]:
        if key == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                label, _, content = pair.strip().partition("=")
                given.setdefault(label, content)
    tls = settings.secure_cookies or scope["scheme"] == "https" or (settings.base_url or "").startswith("https:")
    return Cookies(secure=tls, suffix="" if tenant_code == settings.tenant else f"_{tenant_code}", given=given)
