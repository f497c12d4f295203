from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from parindex.access import tenants
from parindex.practice import ministries
from parindex.publication import edition_cache, open_data
from parindex.publication.keys import SigningKeys
from parindex.publication.model import Edition, EditionRow
from parindex.publication.verification import verify
from parindex.store.database import Database

SOURCE = Path(ministries.__file__).parent / "data" / "ministries-2023.csv"


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "keys")


async def imported(db: Database, keys: SigningKeys) -> tuple[EditionRow, Edition, bytes]:
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    async with db.transaction(tenant.id) as connection:
        row = await ministries.load(connection, tenant, keys)
        return row, await edition_cache.opened(connection, row), await edition_cache.content(connection, row)


def printed() -> list[dict[str, str]]:
    with SOURCE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def test_the_ministries_of_2023_come_out_as_printed(db: Database, keys: SigningKeys) -> None:
    row, edition, _ = await imported(db, keys)
    rows = open_data.ranking(edition)["agencies"]
    assert (row.number, row.marked) == ("2023-ministry.1", "imported")
    assert [(r["name"], r["rank"], r["index_printed"]) for r in rows] == [
        (line["ministry"], int(line["rank"]), line["par_index_pct"]) for line in printed()
    ]
    assert [(Decimal(r["appraised"]), Decimal(r["survey"])) for r in rows] == [
        (Decimal(line["appraised_points_max_68.5"]), Decimal(line["survey_points_max_31.5"])) for line in printed()
    ]


async def test_the_computed_sum_stands_beside_the_printed_index(db: Database, keys: SigningKeys) -> None:
    _, edition, _ = await imported(db, keys)
    differences = [Decimal(r["points"]) - Decimal(r["index"]) for r in open_data.ranking(edition)["agencies"]]
    assert all(abs(d) <= Decimal("0.01") for d in differences)
    assert sum(d != 0 for d in differences) == 9
    assert differences == [Decimal(line["sum_minus_total"]) for line in printed()]


async def test_classes_end_where_the_public_limits_end(db: Database, keys: SigningKeys) -> None:
    _, edition, _ = await imported(db, keys)
    for row in open_data.ranking(edition)["agencies"]:
        assert row["class"] == ("B" if Decimal(row["index"]) >= 80 else None)


async def test_an_imported_year_claims_no_error_and_no_rank_set(db: Database, keys: SigningKeys) -> None:
    _, edition, _ = await imported(db, keys)
    assert edition.computation.rank_sets is None
    assert all(row["rank_set"] is None for row in open_data.ranking(edition)["agencies"])


async def test_the_imported_edition_verifies_with_the_printed_ranks(db: Database, keys: SigningKeys) -> None:
    _, _, content = await imported(db, keys)
    verdict = verify(content, keys.public("demo"))
    assert verdict.holds
    assert "printed_ranks" in [check.name for check in verdict.checks if check.state == "holds"]


async def test_importing_twice_changes_nothing(db: Database, keys: SigningKeys, tenant: UUID) -> None:
    first, _, _ = await imported(db, keys)
    second, _, _ = await imported(db, keys)
    assert first == second
    async with db.transaction(tenant) as connection:
        assert await connection.fetchval("select count(*) from editions") == 1
