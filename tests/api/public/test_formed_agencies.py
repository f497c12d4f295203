"""An agency that took over from others: its trend breaks there, they are named, and no change is told across it."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from httpx import AsyncClient

from parindex.access.tenants import Tenant, by_code
from parindex.api.shared.services import Services
from parindex.publication import editions
from parindex.publication.edition import read
from parindex.rankings.model import YearSources
from parindex.rankings.registry_documents import FormedDocument
from tests.publication.published_years import of_year, published


def formed(given: YearSources, code: str, on: date) -> YearSources:
    told = FormedDocument(on=on, names=("Tỉnh Cũ", "Tỉnh Khác"), codes=("T01", "X09"), decision="202/2025/QH15")
    return msgspec.structs.replace(
        given,
        agencies=tuple(
            msgspec.structs.replace(one, formed=told) if one.code == code else one for one in given.agencies
        ),
    )


async def tenant_of(services: Services) -> Tenant:
    found = await by_code(services.db, "demo")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("on", "breaks"), [(date(2024, 12, 31), False), (date(2025, 1, 1), True), (date(2025, 7, 1), True)]
)
async def test_no_line_crosses_the_day_on_which_an_agency_was_formed(
    client: AsyncClient, services: Services, on: date, breaks: bool
) -> None:
    tenant = await tenant_of(services)
    for given in (of_year(2024), formed(of_year(2025), "T01", on)):
        async with services.db.transaction(tenant.id) as connection:
            await published(connection, tenant, services.keys, given)
    page = (await client.get("/agencies/T01")).text
    assert ('class="path"' not in page) is breaks
    assert ("Kế thừa Tỉnh Cũ, Tỉnh Khác từ ngày" in page) is breaks
    assert ("202/2025/QH15" in page) is breaks
    other = (await client.get("/agencies/T02")).text
    assert 'class="path"' in other
    assert "Kế thừa" not in other
    async with services.db.transaction(tenant.id) as connection:
        newest = await editions.newest(connection, "par-index", "province")
        assert newest is not None
        content = await connection.fetchval("select content from editions where id = $1", newest.id)
    changes = {one.agency: one.index for one in read(bytes(content)).edition.changes}
    assert (changes["T01"] is None) is breaks
    assert changes["T02"] is not None


async def test_in_its_first_year_it_names_those_before_it(client: AsyncClient, services: Services) -> None:
    tenant = await tenant_of(services)
    async with services.db.transaction(tenant.id) as connection:
        await published(connection, tenant, services.keys, formed(of_year(2025), "T01", date(2025, 7, 1)))
    assert "Kế thừa Tỉnh Cũ, Tỉnh Khác từ ngày 01/07/2025 (202/2025/QH15)" in (await client.get("/agencies/T01")).text
