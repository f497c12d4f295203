from __future__ import annotations

import csv
import io

import pytest
from litestar.testing import AsyncTestClient

from parindex.access import tenants
from parindex.api.shared.services import Services
from tests.api.public.test_rankings import filled
from tests.publication.published_years import of_year, published


async def test_agencies_are_found_without_typing_marks(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    assert "Bộ Tài chính" in (await client.get("/agencies")).text
    found = (await client.get("/agencies?q=bo tai")).text
    assert "Bộ Tài chính" in found
    assert "Bộ Y tế" not in found
    assert "Không tìm thấy đơn vị nào" in (await client.get("/agencies?q=zzz")).text


async def test_a_profile_shows_index_areas_losses_and_every_criterion_with_its_reason(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    text = (await client.get("/agencies/T01")).text
    for words in ("Tỉnh Số 1", "Khoảng hạng", "Trung vị", "Điểm bị mất nhiều nhất", "/agencies/T01/2025/1.2",
                  "2 lĩnh vực, 6 tiêu chí, 0 tiêu chí thành phần"):  # fmt: skip
        assert words in text, words


async def test_a_criterion_shows_its_facts_and_the_reason_of_its_points(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    text = (await client.get("/agencies/T01/2025/1.2")).text
    assert "987" in text
    assert "1.000" in text
    assert "29,61" in text
    survey = (await client.get("/agencies/T01/2025/2.1")).text
    assert "Kết quả khảo sát" in survey
    assert "84,20%" in survey


async def test_an_agency_without_a_sheet_has_a_page_that_says_so(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    text = (await client.get("/agencies/T11")).text
    assert "Chưa nộp phiếu" in text
    assert "không tính là 0 điểm" in text
    incomplete = (await client.get("/agencies/T12")).text
    assert "Chưa có số liệu" in incomplete


async def test_a_profile_is_data_too(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    document = (await client.get("/agencies/T01.json")).json()
    assert document["edition"] == "2025-province.1"
    leaf = next(one for one in document["criteria"] if one["code"] == "1.2")
    assert leaf["facts"] == {"1.2.on_time": "987", "dossiers": "1000"}
    assert leaf["reason"]
    rows = list(csv.DictReader(io.StringIO((await client.get("/agencies/T01.csv")).content.decode("utf-8-sig"))))
    assert {row["code"] for row in rows} == {one["code"] for one in document["criteria"]}
    assert (await client.get("/agencies/T01/2025/1.2.json")).json()["points"] == leaf["points"]


async def test_years_are_joined_and_an_earlier_edition_stays_readable(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        await published(connection, tenant, services.keys, of_year(2026))
    newest = (await client.get("/agencies/T01")).text
    assert "Chỉ số qua 2 năm" in newest
    earlier = (await client.get("/agencies/T01?edition=2025-province.1")).text
    assert "2025-province.1" in earlier
    assert (await client.get("/agencies/T01/2025/1.2")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/agencies/T99", "/agencies/T01?edition=2023-ministry.1", "/agencies/T01?edition=x", "/agencies/T01/2024/1.2",
     "/agencies/T01/2025/1", "/agencies/T01/2025/9.9", "/agencies/T01.xlsx"],
)  # fmt: skip
async def test_what_is_not_in_the_edition_is_not_found(client: AsyncTestClient, services: Services, path: str) -> None:
    await filled(services)
    assert (await client.get(path)).status_code == 404


async def test_an_imported_profile_has_two_parts_and_no_errors(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    text = (await client.get("/agencies/BYT")).text
    assert "79,80" in text
    assert "Số liệu nhập lại" in text
    assert (await client.get("/agencies/BYT/2023/1.1")).status_code == 200
