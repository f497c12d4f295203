from __future__ import annotations

import pytest
from litestar.testing import AsyncTestClient

from parindex.api.shared.services import Services
from parindex.publication.verification import verify
from tests.api.public.test_rankings import filled


async def test_rankings_and_editions_are_listed(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    rankings = (await client.get("/api/v1/rankings")).json()["editions"]
    assert [one["edition"] for one in rankings] == ["2025-province.1", "2023-ministry.1"]
    editions = (await client.get("/api/v1/editions")).json()["editions"]
    assert editions[1]["decision"] == {"number": None, "date": "2024-04-17", "signer": None}


async def test_the_ranking_of_the_api_is_the_ranking_of_the_page(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    page = (await client.get("/rankings/2025/province.json")).json()
    assert (await client.get("/api/v1/rankings/2025/province")).json() == page
    assert (await client.get("/api/v1/rankings/2025/province/par-index")).json() == page


async def test_the_signed_edition_comes_byte_for_byte(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    content = (await client.get("/api/v1/editions/2025-province.1")).content
    assert verify(content, services.keys.public("demo")).signer_known


async def test_agencies_and_criteria_sets_are_documents(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    agencies = (await client.get("/api/v1/agencies")).json()["agencies"]
    assert {
        "agency": "T01",
        "name": "Tỉnh Số 1",
        "tier": "province",
        "region": "Bắc",
        "editions": ["2025-province.1"],
    } in agencies
    assert (await client.get("/api/v1/agencies/T01")).json()["agency"] == "T01"
    listed = (await client.get("/api/v1/criteria-sets")).json()["criteria_sets"]
    one = next(one for one in listed if one["family"] == "minh-hoa")
    document = (await client.get("/api/v1/criteria-sets/minh-hoa/2025.1")).json()
    assert (document["version"], one["status"]) == ("2025.1", "illustrative")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/rankings/2024/province", "/api/v1/rankings/2025/x", "/api/v1/rankings/99999/province", "/api/v1/editions/x",
     "/api/v1/agencies/T99", "/api/v1/criteria-sets/x/1", "/api/v1/rankings/2025/province%00"],
)  # fmt: skip
async def test_what_is_not_there_is_a_problem_document(client: AsyncTestClient, services: Services, path: str) -> None:
    await filled(services)
    response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] in ("not_found", "not_published")


async def test_the_description_names_every_route(client: AsyncTestClient) -> None:
    paths = (await client.get("/api/v1/schema/openapi.json")).json()["paths"]
    assert {
        "/api/v1/rankings", "/api/v1/rankings/{year}/{tier}", "/api/v1/editions", "/api/v1/editions/{number}",
        "/api/v1/agencies", "/api/v1/agencies/{code}", "/api/v1/criteria-sets", "/api/v1/criteria-sets/{family}/{version}",
    } <= set(paths)  # fmt: skip
