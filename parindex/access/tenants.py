"""Tenants: who runs indices in this installation."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import audit
from parindex.access import queries
from parindex.store.database import Connection, Database, enter
from parindex.store.ids import new_id


class Tenant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ministry or a province running its own indices."""

    id: UUID
    """UUIDv7."""

    code: str
    """In addresses: ``/t/<code>/…``."""

    name_vi: str
    """Vietnamese name, shown in the footer."""

    name_en: str | None
    """English name."""

    time_zone: str
    """Zone of its deadlines, such as ``Asia/Ho_Chi_Minh``."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.time_zone)

    def name(self, lang: str) -> str:
        """The name in a language; Vietnamese where there is no other."""
        return (self.name_en or self.name_vi) if lang == "en" else self.name_vi


def today_in(tenant: Tenant) -> date:
    """The day in the tenant's zone."""
    return datetime.now(tenant.zone).date()


async def by_code(database: Database, code: str) -> Tenant | None:
    """The tenant of a code."""
    async with database.transaction(None) as connection:
        row = await queries.tenant_by_code(connection, code)
    return Tenant(**dict(row)) if row else None


async def every(database: Database) -> list[Tenant]:
    """All tenants of the installation."""
    async with database.transaction(None) as connection:
        return [Tenant(**dict(row)) for row in await queries.tenants(connection)]


async def by_id(connection: Connection, tenant_id: UUID) -> Tenant:
    """The tenant of an id that is known."""
    row = await queries.tenant_by_id(connection, tenant_id)
    assert row is not None
    return Tenant(**dict(row))


async def add(connection: Connection, *, code: str, name_vi: str, name_en: str | None = None) -> UUID:
    """Make a tenant and enter it, so that the rest of the transaction works inside."""
    tenant_id = new_id()
    await enter(connection, tenant_id)
    await queries.insert_tenant(connection, tenant_id, code, name_vi, name_en)
    await audit.record(
        connection, actor="system", tag="tenant:tenant:add", subject=str(tenant_id), after={"code": code}
    )
    return tenant_id


async def rename(connection: Connection, tenant: Tenant, *, name_vi: str, name_en: str | None, by: str) -> None:
    """Give a tenant other names; its code stays, for addresses lead there."""
    await queries.rename_tenant(connection, tenant.id, name_vi, name_en)
    await audit.record(
        connection, actor=by, tag="tenant:tenant:change", subject=str(tenant.id),
        before={"name_vi": tenant.name_vi, "name_en": tenant.name_en}, after={"name_vi": name_vi, "name_en": name_en},
    )  # fmt: skip
