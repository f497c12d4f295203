from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from parindex import scoring
from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.rankings import cell_suppression
from tests.api.public.test_rankings import filled
from tests.publication.published_years import of_year, published
from tests.rankings import small_year


@pytest.mark.parametrize(
    "path", ["/open-data", "/method", "/surveys", "/criteria", "/agencies", "/editions", "/keys", "/verify"]
)
async def test_public_pages_say_what_to_do_while_nothing_is_published(
    client: AsyncTestClient, services: Services, path: str
) -> None:
    assert (await client.get(path)).status_code == 200


async def test_every_file_that_open_data_names_can_be_had(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    text = (await client.get("/open-data")).text
    hrefs = {part.split('"')[0] for part in text.split('href="')[1:]}
    files = {href for href in hrefs if href.rpartition(".")[2] in ("csv", "json", "xlsx") and "static" not in href}
    assert len(files) == 10
    for href in sorted(files):
        assert (await client.get(href)).status_code == 200, href


async def test_a_criteria_set_is_read_by_officials_and_by_programs(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    text = (await client.get("/criteria/minh-hoa/2025.1")).text
    for words in ("2 lĩnh vực, 6 tiêu chí, 0 tiêu chí thành phần", "Hài lòng", "Điểm thưởng"):
        assert words in text, words
    assert "mẫu minh họa" in text
    document = (await client.get("/criteria/minh-hoa/2025.1.json")).json()
    assert scoring.digest(scoring.from_document(document)) == scoring.digest(small_year.criteria_set())
    assert scoring.digest(scoring.from_document(document)) in text
    assert (await client.get("/criteria/minh-hoa/2025.1.yaml")).text == small_year.SET
    assert "minh-hoa" in (await client.get("/criteria")).text
    assert (await client.get("/criteria/minh-hoa/2024.1")).status_code == 404


async def test_survey_results_are_shown_for_each_agency_with_their_errors(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    text = (await client.get("/surveys")).text
    assert "84,20" in text
    rows = list(csv.DictReader(io.StringIO((await client.get("/surveys.csv")).content.decode("utf-8-sig"))))
    assert {row["measure"] for row in rows} == {"index"}
    assert len(rows) == 12
    assert rows[0]["value"] == "0.842"
    assert (await client.get("/surveys.json?instrument=leaders")).json()["instrument"] == "leaders"


async def test_a_cell_below_the_minimum_is_in_no_output_of_the_edition(
    client: AsyncTestClient, services: Services
) -> None:
    given = small_year.given()
    estimates = tuple(
        msgspec.structs.replace(e, state="suppressed", value=None, decimal=None, se=None, df=None, n=12)
        if (e.agency, e.name) == ("T02", "survey:sipas.index")
        else e
        for e in given.estimates
    )
    hidden = cell_suppression.decide([(e.agency, e.name, e.n) for e in estimates], {"sipas": 30, "leaders": 30})
    assert [(s.agency, s.reason) for s in hidden] == [("T02", "minimum"), (None, "subtraction")]
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        await published(connection, tenant, services.keys, of_year(2025, estimates=estimates, suppressed=hidden))
    page = (await client.get("/surveys")).text
    assert "dưới mức tối thiểu" in page
    ranking = (await client.get("/rankings/2025/province")).text
    assert "dưới mức tối thiểu 30" in ranking
    for path in ("/surveys.csv", "/surveys.json", "/editions/2025-province.1.json", "/rankings/2025/province.json",
                 "/agencies/T02.json"):  # fmt: skip
        assert "0.834" not in (await client.get(path)).text, path
    whole = json.loads((await client.get("/editions/2025-province.1.json")).content)
    cells = [e for e in whole["edition"]["computation"]["given"]["estimates"] if e["agency"] == "T02"]
    assert [e["value"] for e in cells if e["name"] == "survey:sipas.index"] == [None]
    document = (await client.get("/rankings/2025/province.json")).json()
    row = next(row for row in document["agencies"] if row["agency"] == "T02")
    assert (row["index"], row["rank"]) == (None, None)


async def test_no_page_promises_evidence_that_an_edition_does_not_hold(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    for path in ("/", "/agencies", "/agencies/T11"):
        assert "tài liệu kiểm chứng" not in (await client.get(path)).text.lower(), path
    leaf = (await client.get("/agencies/T11/2025/1.1")).text
    assert "Ấn bản công bố số liệu, điểm và lý do, không kèm tài liệu kiểm chứng." in leaf


async def test_the_page_of_verification_names_no_command_that_needs_the_network(client: AsyncTestClient) -> None:
    for lang in ("vi", "en"):
        text = (await client.get(f"/verify?lang={lang}", follow_redirects=True)).text
        assert "parindex verify" in text
        assert "install" not in text.replace("installed", "")


async def test_the_design_effect_of_a_survey_is_told_where_the_edition_knows_it(
    client: AsyncTestClient, services: Services
) -> None:
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    surveys = tuple(
        msgspec.structs.replace(one, method={**one.method, "deff": {"index": "2.274"}})
        for one in small_year.given().surveys
    )
    async with services.db.transaction(tenant.id) as connection:
        await published(connection, tenant, services.keys, of_year(2025, surveys=surveys))
    text = (await client.get("/surveys")).text
    assert "Hệ số thiết kế" in text
    assert "2,27" in text
