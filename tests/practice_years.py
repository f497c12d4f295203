"""A practice year from its opening to its edition, in a database of its own."""

from __future__ import annotations

from pathlib import Path

from parindex.access import tenants
from parindex.access.tenants import Tenant
from parindex.api.shared.services import Services
from parindex.app import compose
from parindex.practice import agencies, demo, sheets
from parindex.settings import Settings
from parindex.store.embedded import EmbeddedServer
from tests import databases


async def practice_year(
    server: EmbeddedServer, template: str, name: str, folder: Path, *, respondents: int
) -> tuple[Services, Tenant]:
    """Services over the new database ``name``, with the data below ``folder``; to be closed and dropped by the caller."""
    await databases.clone(server, template, name)
    owner = server.url("parindex_migrator", name)
    settings = Settings(data=folder, database_migrator_url=owner)
    services = await compose(settings, server.url("parindex_app", name), pool=4, owner_url=owner)
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        provinces = await agencies.seed_provinces(connection)
        bodies = await agencies.seed_bodies(connection)
        staff = await sheets.seed_staff(connection, provinces, bodies)
    await demo.practice_year(
        services, settings, tenant, staff, provinces, bodies, demo.Progress("en"), respondents=respondents
    )
    return services, tenant
