"""What a reader sees of a corrected year: the old edition with a notice, the new one with what changed, the retracted gone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from litestar.testing import AsyncTestClient

from parindex.api.shared.services import Services
from tests.publication.corrected_years import REOPENED, WRONG, Published, first_edition

FIRST, SECOND = "2026-province.1", "2026-province.2"


@pytest.fixture
async def published(services: Services) -> Published:
    return await first_edition(services.db, services.keys)


async def corrected(published: Published) -> None:
    await published.reopen()
    await published.correct()
    await published.again()


async def test_a_superseded_edition_stays_readable_with_a_notice_that_leads_to_the_new_one(
    client: AsyncTestClient, published: Published
) -> None:
    before = (await client.get(f"/editions/{FIRST}.json")).content
    assert "đã được đính chính" not in (await client.get(f"/editions/{FIRST}")).text
    await corrected(published)
    response = await client.get(f"/editions/{FIRST}")
    assert response.status_code == 200
    assert f"thay thế bởi {SECOND}" in response.text
    assert f'href="/editions/{SECOND}"' in response.text
    assert (await client.get(f"/editions/{FIRST}.json")).content == before
    listed = {one["edition"]: one for one in (await client.get("/editions.json")).json()["editions"]}
    assert (listed[FIRST]["superseded_by"], listed[SECOND]["superseded_by"]) == (SECOND, None)
    assert (await client.get("/api/v1/editions")).json()["editions"][1]["superseded_by"] == SECOND


async def test_beside_the_corrected_ranking_stand_the_changed_cells_with_old_new_and_reason(
    client: AsyncTestClient, published: Published
) -> None:
    await corrected(published)
    for path in ("/rankings/2026/province", f"/editions/{SECOND}"):
        text = (await client.get(path)).text
        for words in (REOPENED.reason, "30/QĐ-HĐ", WRONG.reason, "1.1 Ban hành kế hoạch", "2,00", "0,00", "Chỉ số"):
            assert words in text, (path, words)
        assert "Các ô đã thay đổi" in text
    assert "Các ô đã thay đổi" not in (await client.get(f"/editions/{FIRST}")).text


async def test_every_changed_cell_is_in_a_file_of_its_own(client: AsyncTestClient, published: Published) -> None:
    await corrected(published)
    signed = json.loads((await client.get(f"/editions/{SECOND}.json")).content)["edition"]["supersedes"]
    data = (await client.get(f"/editions/{SECOND}/corrections.csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert len(rows) == len(signed["cells"])
    assert {row["supersedes"] for row in rows} == {FIRST}
    assert (await client.get(f"/editions/{FIRST}/corrections.csv")).status_code == 200


async def test_a_retracted_edition_answers_gone_with_reason_and_decision_and_leads_to_edition_2(
    client: AsyncTestClient, published: Published
) -> None:
    await published.retract(FIRST)
    alone = await client.get(f"/editions/{FIRST}")
    assert alone.status_code == 410
    assert "Chưa ký số" not in alone.text
    await corrected(published)
    response = await client.get(f"/editions/{FIRST}")
    assert response.status_code == 410
    for words in ("214/QĐ-CCHC", "Sai số liệu nguồn.", f'href="/editions/{SECOND}"', "niêm phong"):
        assert words in response.text, words
    assert (await client.get(f"/editions/{FIRST}.json")).json()["successor"] == SECOND
    text = (await client.get("/rankings/2026/province")).text
    assert "chỉ nêu giá trị mới" in text
    assert WRONG.reason in text


async def test_what_is_being_corrected_is_seen_by_nobody_before_it_is_published(
    client: AsyncTestClient, published: Published
) -> None:
    paths = ("/rankings/2026/province", f"/editions/{FIRST}", "/agencies/T01", "/agencies/T01/2026/1.1")
    before = {path: (await client.get(path)).text for path in paths}
    await published.reopen()
    await published.correct()
    await published.compute()
    for path in paths:
        assert (await client.get(path)).text == before[path], path


async def test_a_leaf_of_the_old_edition_shows_its_own_points_after_the_correction(
    client: AsyncTestClient, published: Published
) -> None:
    await corrected(published)
    old = (await client.get(f"/agencies/T01/2026/1.1?edition={FIRST}")).text
    assert WRONG.reason not in old
    assert WRONG.reason in (await client.get("/agencies/T01/2026/1.1")).text
