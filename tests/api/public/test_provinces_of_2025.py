"""63 provinces become 34, and the districts end: two published years, with what may be compared across them and what not."""

from __future__ import annotations

from datetime import date

from httpx import AsyncClient

from parindex import agencies
from parindex.agencies import NewAgency, deeds
from parindex.agencies.model import Basis
from parindex.api.shared.services import Services
from parindex.publication.verification import verify
from tests.agencies.provinces_of_2025 import enter_63, merge_to_34, mergers
from tests.publication.published_provinces import codes, publish, tenant_of


async def test_34_are_ranked_after_63_and_only_what_stayed_is_compared(client: AsyncClient, services: Services) -> None:
    tenant = await tenant_of(services)
    async with services.db.transaction(tenant.id) as connection:
        before = await enter_63(connection)
        old_codes = {
            one.name_vi: one.code for one in await agencies.listed(connection, tier="province", day=date(2024, 12, 31))
        }
    _, first, first_bytes = await publish(services, tenant, 2024)
    async with services.db.transaction(tenant.id) as connection:
        after = await codes(connection, await merge_to_34(connection, before))
    _, second, second_bytes = await publish(services, tenant, 2025)

    assert sorted(one.rank or 0 for one in first.computation.results) == list(range(1, 64))
    assert sorted(one.rank or 0 for one in second.computation.results) == list(range(1, 35))
    for content in (first_bytes, second_bytes):
        assert verify(content, ()).holds
    changes = {one.agency: one for one in second.changes}
    stayed = [after[name] for name, formed in mergers().items() if len(formed) == 1]
    formed = [after[name] for name, parts in mergers().items() if len(parts) > 1]
    assert (len(stayed), len(formed)) == (11, 23)
    assert all(changes[code].index is not None and changes[code].rank is not None for code in stayed)
    assert all(changes[code].index is None and changes[code].rank is None for code in formed)

    kept = (await client.get(f"/agencies/{after['Hà Nội']}")).text
    assert 'class="path"' in kept  # its line goes on
    assert "Kế thừa" not in kept
    merged = (await client.get(f"/agencies/{after['Tuyên Quang']}")).text
    assert 'class="path"' not in merged  # one year on each side of the break
    assert "Kế thừa Hà Giang, Tuyên Quang từ ngày 01/07/2025 (202/2025/QH15)" in merged
    gone = (await client.get(f"/agencies/{old_codes['Hà Giang']}")).text
    assert "2024-province.1" in gone
    heirs = gone.split('id="heirs"', 1)[1].split("</div>", 1)[0]
    assert f'href="/agencies/{after["Tuyên Quang"]}' in heirs
    assert ">Tuyên Quang</a>" in heirs
    assert "từ 01/07/2025 theo 202/2025/QH15" in gone
    assert 'id="heirs"' not in kept

    ranking = (await client.get("/rankings/2025/province.csv")).text.splitlines()
    assert len(ranking) == 35
    assert len((await client.get("/rankings/2024/province.csv")).text.splitlines()) == 64
    assert (await client.get("/rankings/2024/province")).status_code == 200


async def test_a_level_that_ends_keeps_its_years_and_gets_no_more(client: AsyncClient, services: Services) -> None:
    tenant = await tenant_of(services)
    paper = Basis(number="203/2025/QH15", date=date(2025, 6, 16))
    async with services.db.transaction(tenant.id) as connection:
        above = NewAgency(code="T50", name_vi="Tỉnh Hòa Lâm", tier="province", valid_from=date(2004, 1, 1))
        await agencies.add(connection, above, by="system")
        districts = await agencies.add_all(
            connection,
            [
                NewAgency(
                    code=f"H{n:02}", name_vi=f"Huyện Số {n}", tier="district", parent="T50", valid_from=date(2004, 1, 1)
                )
                for n in range(1, 5)
            ],
            by="system",
        )
        commune = NewAgency(code="X01", name_vi="Xã Một", tier="commune", parent="H01", valid_from=date(2004, 1, 1))
        await agencies.add(connection, commune, by="system")
    _, edition, content = await publish(services, tenant, 2024, "district")
    async with services.db.transaction(tenant.id) as connection:
        for district in districts:
            await deeds.close(connection, district, day=date(2025, 7, 1), basis=paper, by="system")
        assert len(await agencies.listed(connection, tier="district", day=date(2025, 6, 30))) == 4
        assert await agencies.listed(connection, tier="district", day=date(2025, 7, 1)) == []
        assert (await agencies.find(connection, "X01", date(2025, 6, 30))).parent == "H01"
        assert (await agencies.find(connection, "X01", date(2025, 7, 1))).parent == "T50"
    assert sorted(one.rank or 0 for one in edition.computation.results) == [1, 2, 3, 4]
    assert verify(content, ()).holds
    assert "Huyện Số 1" in (await client.get("/rankings/2024/district")).text
    assert (await client.get("/agencies/H01")).status_code == 200
    assert (await client.get("/rankings/2025/district")).status_code == 404
