"""Years of the 63 and of the 34 provinces, and of the districts, as published; the facts are invented."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.access.tenants import Tenant, by_code
from parindex.api.shared.services import Services
from parindex.publication.edition import read
from parindex.publication.model import Edition, EditionRow
from parindex.rankings import gathering
from parindex.rankings.model import AgencyDocument, YearSources
from parindex.store.database import Connection
from tests.publication.published_years import published
from tests.rankings import small_year


async def year_of(connection: Connection, year: int, tier: str = "province") -> YearSources:
    """A year of the agencies that the registry holds on its last day, or held on the last day before it; facts are invented."""
    listed = await agencies.listed(connection, tier=tier, day=date(year, 12, 31))
    formed = await gathering.formed_by(connection, [one.id for one in listed], year)
    plain = small_year.given(agencies=10)
    documents, estimates = [], []
    for order, one in enumerate(listed, start=1):
        facts = {**plain.agencies[order % 10].facts, "1.2.on_time": str(990 - 7 * order)}
        documents.append(
            AgencyDocument(
                code=one.code, name_vi=one.name_vi, name_en=None, order=order, region=None, ranked=True, submitted=True,
                facts=facts, formed=formed.get(one.id),
            )
        )  # fmt: skip
        estimates += [
            small_year.estimate(one.code, "survey:leaders.index", 0.9 - 0.004 * order, 0.02),
            small_year.estimate(one.code, "survey:sipas.index", 0.88 - 0.003 * order, 0.01),
        ]
    return msgspec.structs.replace(
        plain, year=year, tier=tier, agencies=tuple(documents),
        estimates=tuple(sorted(estimates, key=lambda one: (one.agency, one.name))),
    )  # fmt: skip


async def tenant_of(services: Services) -> Tenant:
    found = await by_code(services.db, "demo")
    assert found is not None
    return found


async def publish(
    services: Services, tenant: Tenant, year: int, tier: str = "province"
) -> tuple[EditionRow, Edition, bytes]:
    async with services.db.transaction(tenant.id) as connection:
        row = await published(connection, tenant, services.keys, await year_of(connection, year, tier))
        content = bytes(await connection.fetchval("select content from editions where id = $1", row.id))
    return row, read(content).edition, content


async def codes(connection: Connection, ids: dict[str, UUID]) -> dict[str, str]:
    known = {one.id: one.code for one in await agencies.listed(connection, tier="province", day=date(2025, 12, 31))}
    return {name: known[one] for name, one in ids.items()}
