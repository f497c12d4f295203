from __future__ import annotations

import json

import pytest
from litestar.testing import AsyncTestClient

from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.practice import ministries
from tests.publication.published_years import published
from tests.rankings import small_year


async def filled(services: Services, code: str = "demo") -> None:
    """Both years of the sample: the ministries of 2023 and the small provincial year of 2025."""
    tenant = await tenants.by_code(services.db, code)
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        await ministries.load(connection, tenant, services.keys)
        await published(connection, tenant, services.keys)


async def test_the_first_page_names_the_newest_edition_of_each_tier(
    client: AsyncTestClient, services: Services
) -> None:
    assert (await client.get("/")).status_code == 200
    await filled(services)
    text = (await client.get("/")).text
    assert "Bộ Tư pháp" in text
    assert "/rankings/2023/ministry" in text
    assert "/rankings/2025/province" in text


async def test_a_ranking_tells_its_finding_and_numbers_its_rows(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    response = await client.get("/rankings/2025/province")
    assert response.status_code == 200
    for words in ("Dữ liệu mô phỏng", "STT", "Điểm thẩm định", "Khoảng hạng", "Tỉnh Số 11", "Chưa nộp phiếu", "214/QĐ-CCHC",
                  "Đã ký số, khớp với dữ liệu gốc"):  # fmt: skip
        assert words in response.text, words


async def test_the_imported_ranking_says_that_it_carries_no_errors_and_shows_the_sums(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    text = (await client.get("/rankings/2023/ministry")).text
    assert "không kèm sai số" in text
    assert "89,95" in text
    assert "89,96" in text
    assert "9 trên 17" in text
    assert "Số liệu nhập lại" in text
    assert "dưới 80" in text


async def test_filters_leave_ranks_as_they_are(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    text = (await client.get("/rankings/2025/province?region=Nam")).text
    assert "Tỉnh Số 2<" in text
    assert "Tỉnh Số 1<" not in text
    nothing = await client.get("/rankings/2025/province?region=Nam&class=Z")
    assert "Không có đơn vị nào khớp" in nothing.text


async def test_the_ranking_json_is_the_contract_to_the_letter(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    response = await client.get("/rankings/2023/ministry.json")
    assert response.headers["content-type"].startswith("application/json")
    document = json.loads(response.content)
    assert list(document) == [
        "tenant", "family", "year", "tier", "edition", "decision", "level", "marked", "agencies",
    ]  # fmt: skip
    first = document["agencies"][0]
    assert first["name"] == "Bộ Tư pháp"
    assert (first["index"], first["index_printed"], first["points"], first["rank"]) == ("89.95", "89.95", "89.96", 1)
    assert (first["appraised"], first["survey"], first["rank_set"]) == ("61.86", "28.1", None)
    assert document["marked"] == "imported"


@pytest.mark.parametrize(
    ("suffix", "kind", "start"),
    [("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfagency,"), ("xlsx", "application/vnd.openxml", b"PK")],
)
async def test_a_ranking_is_a_table_too(
    client: AsyncTestClient, services: Services, suffix: str, kind: str, start: bytes
) -> None:
    await filled(services)
    response = await client.get(f"/rankings/2025/province.{suffix}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    assert response.content.startswith(start)
    assert "attachment" in response.headers["content-disposition"]


async def test_a_form_that_the_reader_has_is_not_sent_again(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    first = await client.get("/rankings/2025/province.json")
    again = await client.get("/rankings/2025/province.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_year_to_come_names_the_year_that_there_is(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    response = await client.get("/rankings/2026/province")
    assert response.status_code == 404
    assert "Chưa đến kỳ công bố" in response.text
    assert "/rankings/2025/province" in response.text
    assert (await client.get("/rankings/2026/province.json")).json()["code"] == "not_published"


@pytest.mark.parametrize(
    "path",
    [
        "/rankings/2025/district",
        "/rankings/2025/province/dti",
        "/rankings/2999/province",
        "/rankings/2025/province.pdf",
    ],
)
async def test_what_never_was_is_not_found(client: AsyncTestClient, services: Services, path: str) -> None:
    await filled(services)
    assert (await client.get(path)).status_code == 404


async def test_another_tenant_has_rankings_of_its_own(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    assert (await client.get("/t/khac/rankings/2025/province")).status_code == 404
    await filled(services, "khac")
    text = (await client.get("/t/khac/rankings/2025/province")).text
    assert "/t/khac/agencies/" in text
    assert (await client.get("/t/khac/rankings/2025/province.json")).json()["tenant"] == "khac"


async def test_the_ranking_speaks_english(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    assert (await client.get("/rankings/2025/province?lang=en")).status_code == 200


async def with_groups(services: Services, by: str) -> None:
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        await published(connection, tenant, services.keys, small_year.given(group_by=by))


async def test_a_year_with_groups_shows_the_rank_within_each_and_can_be_narrowed_to_one(
    client: AsyncTestClient, services: Services
) -> None:
    await with_groups(services, "has_ports")
    text = (await client.get("/rankings/2025/province")).text
    assert "Hạng trong nhóm so các đơn vị có cùng “Có cảng biển” với nhau." in text
    assert text.count('data-label="Hạng trong nhóm"') == 10
    assert "<legend>Có cảng biển</legend>" in text
    one = (await client.get("/rankings/2025/province?group=true")).text
    assert "Đang xem nhóm “Có cảng biển: Có”" in one
    assert one.count('data-label="Hạng trong nhóm"') == 5
    assert 'class="lanes"' in one
    narrowed = (await client.get("/rankings/2025/province?group=true&class=A")).text
    assert "không vẽ vạch nối" in narrowed
    assert "Không có đơn vị nào khớp" in (await client.get("/rankings/2025/province?group=x")).text


async def test_groups_by_region_are_chosen_by_the_region_that_the_page_has_already(
    client: AsyncTestClient, services: Services
) -> None:
    await with_groups(services, "region")
    text = (await client.get("/rankings/2025/province?region=Nam")).text
    assert "Đang xem nhóm “Nam”" in text
    assert 'name="group"' not in text


async def test_a_year_without_groups_says_nothing_of_them(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    assert "trong nhóm" not in (await client.get("/rankings/2025/province")).text
    assert "Không có đơn vị nào khớp" in (await client.get("/rankings/2025/province?group=true")).text


async def test_the_page_and_the_document_of_an_agency_tell_its_place_in_its_group(
    client: AsyncTestClient, services: Services
) -> None:
    await with_groups(services, "has_ports")
    row = (await client.get("/rankings/2025/province.json")).json()["agencies"][0]
    document = (await client.get(f"/agencies/{row['agency']}.json")).json()
    assert [document[name] for name in ("group", "group_rank", "group_rank_set")] == [
        row[name] for name in ("group", "group_rank", "group_rank_set")
    ]
    text = (await client.get(f"/agencies/{row['agency']}")).text
    assert f"Trong nhóm “{row['group']}”: hạng 1 trong 5 đơn vị" in text
