"""Settings from the environment, checked once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from parindex.messages import N_, Failure


class BrokenSetting(Failure, ValueError):
    """A variable of the environment that cannot be used; the message says which and why."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this installation runs; every field has its variable in ``docs/operations.md``."""

    data: Path = Path(".demo")
    """Folder for the embedded cluster, evidence files, keys and the audit head. ``PARINDEX_DATA``"""

    database_url: str | None = None
    """Real server, role parindex_app; absent: the embedded server. ``DATABASE_URL``"""

    database_migrator_url: str | None = None
    """The same database as the owner of the tables. ``DATABASE_MIGRATOR_URL``"""

    database_sealer_url: str | None = None
    """The same database as the sealer of the audit record. ``DATABASE_SEALER_URL``"""

    host: str = "127.0.0.1"
    """Address to bind. ``HOST``"""

    port: int = 8000
    """Port to bind, 1-65535. ``PORT``"""

    @property
    def address(self) -> str:
        """Where it is served, for a browser: an IPv6 address stands in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    tenant: str = "demo"
    """Code of the installation's own tenant, shown at ``/``. ``PARINDEX_TENANT``"""

    secure_cookies: bool = False
    """Cookies only over TLS: set it behind a proxy that ends TLS. ``PARINDEX_SECURE_COOKIES``"""

    base_url: str | None = None
    """Address under which people reach it, which links begin with: ``https://parindex.example``. ``PARINDEX_BASE_URL``"""

    evidence_limit: int = 50_000_000
    """Largest evidence file in bytes. ``PARINDEX_EVIDENCE_LIMIT``"""

    evidence_quota: Annotated[int, msgspec.Meta(ge=0)] = 20_000_000_000
    """Bytes that all evidence files of one agency may take. ``PARINDEX_EVIDENCE_QUOTA``"""

    session_hours: int = 12
    """A session ends after this many hours without use. ``PARINDEX_SESSION_HOURS``"""

    trusted_keys: Path | None = None
    """File or folder of public keys whose editions are trusted. ``PARINDEX_TRUSTED_KEYS``"""

    worker: bool = True
    """Whether ``serve`` has a worker inside; without, ``parindex work`` runs beside it. ``PARINDEX_WORKER``"""

    listen_url: str | None = None
    """The same database by a direct address, as role parindex_app; wakes workers. ``PARINDEX_LISTEN_URL``"""

    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses and networks whose ``X-Forwarded-For`` is believed, with commas. ``PARINDEX_TRUSTED_PROXIES``"""

    connections: Annotated[int, msgspec.Meta(ge=1)] = 800
    """Most connections at once. ``PARINDEX_CONNECTIONS``"""

    connections_per_address: Annotated[int, msgspec.Meta(ge=1)] = 200
    """Most connections at once from one address that is no trusted proxy. ``PARINDEX_CONNECTIONS_PER_ADDRESS``"""

    head_seconds: Annotated[float, msgspec.Meta(gt=0)] = 10
    """Seconds in which the headers of a request must come. ``PARINDEX_HEAD_SECONDS``"""

    body_seconds: Annotated[float, msgspec.Meta(gt=0)] = 20
    """Seconds for a body, and one more for each 1,000 bytes that came. ``PARINDEX_BODY_SECONDS``"""

    keep_alive_seconds: Annotated[int, msgspec.Meta(ge=1)] = 5
    """Seconds that a connection may be idle between requests. ``PARINDEX_KEEP_ALIVE_SECONDS``"""

    demo: bool = False
    """Sample data with known accounts; refuses to bind to anything but this machine."""

    @property
    def proxies(self) -> list[str]:
        """The trusted proxies, one by one."""
        return [proxy.strip() for proxy in self.trusted_proxies.split(",") if proxy.strip()]


_VARIABLES = {
    "data": "PARINDEX_DATA",
    "database_url": "DATABASE_URL",
    "database_migrator_url": "DATABASE_MIGRATOR_URL",
    "database_sealer_url": "DATABASE_SEALER_URL",
    "host": "HOST",
    "port": "PORT",
    "tenant": "PARINDEX_TENANT",
    "secure_cookies": "PARINDEX_SECURE_COOKIES",
    "base_url": "PARINDEX_BASE_URL",
    "evidence_limit": "PARINDEX_EVIDENCE_LIMIT",
    "evidence_quota": "PARINDEX_EVIDENCE_QUOTA",
    "session_hours": "PARINDEX_SESSION_HOURS",
    "trusted_keys": "PARINDEX_TRUSTED_KEYS",
    "worker": "PARINDEX_WORKER",
    "listen_url": "PARINDEX_LISTEN_URL",
    "trusted_proxies": "PARINDEX_TRUSTED_PROXIES",
    "connections": "PARINDEX_CONNECTIONS",
    "connections_per_address": "PARINDEX_CONNECTIONS_PER_ADDRESS",
    "head_seconds": "PARINDEX_HEAD_SECONDS",
    "body_seconds": "PARINDEX_BODY_SECONDS",
    "keep_alive_seconds": "PARINDEX_KEEP_ALIVE_SECONDS",
}


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; an empty variable counts as absent.

    Raises:
        BrokenSetting: a value of the wrong type or out of its range, or database addresses that do not go
            together.
    """
    environment = os.environ if environment is None else environment
    values = {field: environment[name] for field, name in _VARIABLES.items() if environment.get(name)}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise _wrong(str(error), values) from None
    if not 1 <= settings.port <= 65535:
        raise BrokenSetting(N_("PORT=%(port)s: cổng nằm trong khoảng 1 đến 65535"), port=settings.port)
    if settings.database_url and not (settings.database_migrator_url and settings.database_sealer_url):
        raise BrokenSetting(
            N_(
                "đã có DATABASE_URL thì phải có cả DATABASE_MIGRATOR_URL và DATABASE_SEALER_URL: vai trò của ứng dụng "
                "không được sở hữu các bảng của nó (docs/operations.md)"
            )
        )
    if settings.base_url is not None:
        settings = msgspec.structs.replace(settings, base_url=_base(settings.base_url))
    for proxy in settings.proxies:
        try:
            ip_network(proxy)
        except ValueError:
            raise BrokenSetting(
                N_("PARINDEX_TRUSTED_PROXIES=%(value)s: “%(proxy)s” không phải địa chỉ IP hay dải địa chỉ"),
                value=settings.trusted_proxies,
                proxy=proxy,
            ) from None
    return settings


def _base(value: str) -> str:
    """A base address as browsers write it: small letters, no path, no port that goes without saying.

    Raises:
        BrokenSetting: it is none.
    """
    try:
        parts = urlsplit(value.strip().lower())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise BrokenSetting(
            N_(
                "PARINDEX_BASE_URL=%(value)s: cần một địa chỉ như https://parindex.example, không có đường dẫn phía sau"
            ),
            value=value,
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _path(kind: type, value: object) -> object:
    return Path(str(value)) if kind is Path else value


def _kind(field: str) -> inspect.Type:
    known = inspect.type_info(Settings)
    assert isinstance(known, inspect.StructType)
    return next(kept.type for kept in known.fields if kept.name == field)


def _wrong(message: str, values: Mapping[str, str]) -> BrokenSetting:
    """What would be right in place of a value that was refused: the path in the message names the field."""
    field = message.rpartition("$.")[2].rstrip("`")
    told = {"variable": _VARIABLES[field], "value": values[field]}
    match _kind(field):
        case inspect.BoolType():
            return BrokenSetting(N_("%(variable)s=%(value)s: cần true hoặc false"), **told)
        case inspect.IntType(ge=None):
            return BrokenSetting(N_("%(variable)s=%(value)s: cần một số nguyên"), **told)
        case inspect.IntType(ge=least):
            return BrokenSetting(
                N_("%(variable)s=%(value)s: cần một số nguyên từ %(least)s trở lên"), **told, least=least
            )
        case inspect.FloatType(gt=above) if above is not None:
            return BrokenSetting(N_("%(variable)s=%(value)s: cần một số lớn hơn %(above)s"), **told, above=above)
    return BrokenSetting(N_("%(variable)s=%(value)s: không dùng được giá trị này"), **told)
