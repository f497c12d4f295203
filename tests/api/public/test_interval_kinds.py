"""Every page and file of a published year that shows an interval says which kind it is."""

from __future__ import annotations

import csv
import io
import json
from typing import get_args
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import tenants
from parindex.api.shared.interval_words import KINDS, interval_note
from parindex.api.shared.services import Services
from parindex.publication.model import EditionRow
from parindex.publication.ranking_rows import KindOfInterval
from tests.publication.published_years import published
from tests.rankings import small_year


@pytest.fixture
async def edition(services: Services, tenant: UUID) -> EditionRow:
    own = await tenants.by_code(services.db, "demo")
    assert own is not None
    async with services.db.transaction(tenant) as connection:
        return await published(connection, own, services.keys)


def test_every_kind_that_a_file_can_name_has_its_words() -> None:
    assert set(KINDS) == set(get_args(KindOfInterval))
    assert interval_note([None], "vi") is None
    assert interval_note(["t", "logit"], "en") == "Kind of confidence interval: logit scale; Student's t."


async def an_agency(client: AsyncClient) -> dict[str, str]:
    """A line of the ranking that has an interval."""
    given = small_year.given()
    content = (await client.get(f"/rankings/{given.year}/{given.tier}.csv")).text
    return next(row for row in csv.DictReader(io.StringIO(content.lstrip("\ufeff"))) if row["interval_kind"])


async def test_ranking_agency_and_survey_pages_say_which_kind_their_intervals_are(
    client: AsyncClient, edition: EditionRow
) -> None:
    given, row = small_year.given(), await an_agency(client)
    for path in (f"/rankings/{given.year}/{given.tier}", f"/agencies/{row['agency']}", "/surveys"):
        shown = (await client.get(path)).text
        assert "Loại khoảng tin cậy: " in shown, path
        assert "/method#intervals" in shown
    assert 'id="intervals"' in (await client.get("/method")).text


async def test_files_and_the_interface_for_programs_name_the_kind_beside_the_ends(
    client: AsyncClient, edition: EditionRow
) -> None:
    row = await an_agency(client)
    agency = (await client.get(f"/api/v1/agencies/{row['agency']}")).json()
    assert (agency["interval"], agency["interval_kind"]) == (
        [row["interval_lower"], row["interval_upper"]],
        row["interval_kind"],
    )
    header = (await client.get("/surveys.csv")).text.splitlines()[0]
    assert "interval_lower,interval_upper,interval_kind" in header
    schemas = (await client.get("/api/v1/schema/openapi.json")).json()["components"]["schemas"]
    kind = schemas["AgencyBody"]["properties"]["interval_kind"]
    assert all(f'"{name}"' in json.dumps(kind) for name in get_args(KindOfInterval))


async def test_the_dictionary_of_open_data_explains_the_columns_of_intervals(
    client: AsyncClient, edition: EditionRow
) -> None:
    shown = (await client.get("/open-data")).text
    assert shown.count("clopper-pearson: khi tỷ lệ bằng 0 hoặc 1") == 2
    for column in ("interval_kind", "interval_lower", "marked", "edition"):
        assert f"<code>{column}</code>" in shown
