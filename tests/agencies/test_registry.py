"""The registry: codes are dated, a list is entered whole or not at all."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from parindex.agencies import NewAgency, add, add_all, change, deeds, find, importing, listed
from parindex.agencies.model import Basis
from parindex.errors import CATALOGUE, Refused
from parindex.store.database import Database

HEADER = "code,name_vi,name_en,tier,region,official_order,valid_from,valid_to\n"


async def enter(db: Database, tenant: UUID, text: str) -> list[UUID]:
    async with db.transaction(tenant) as connection:
        return await importing.import_csv(connection, text.encode(), by="system")


async def test_agencies_come_in_official_order_and_then_in_vietnamese_order(db: Database, tenant: UUID) -> None:
    await enter(db, tenant, "\ufeff" + HEADER.replace(",", ";") + "4;Tỉnh Đà;;province;;;;\n3;Tỉnh Dạ;;province;;;;\n"
                "2;Tỉnh Sau;;province;;2;;\n1;Tỉnh Trước;;province;north;1;;\n")  # fmt: skip
    async with db.transaction(tenant) as connection:
        found = await listed(connection, tier="province", day=date(2026, 1, 1))
        assert [agency.name_vi for agency in found] == ["Tỉnh Trước", "Tỉnh Sau", "Tỉnh Dạ", "Tỉnh Đà"]
        assert [agency.code for agency in await listed(connection, search="tinh truoc", day=date(2026, 1, 1))] == ["1"]
        assert await listed(connection, tier="ministry") == []


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_entered(db: Database, tenant: UUID) -> None:
    bad = (
        HEADER + ",Tỉnh A,,province,,,,\n2,Tỉnh B,,planet,,x,2025-13-01,\n"
        "3,Tỉnh C,,province,,,2025-07-01,2025-07-01\n4,Tỉnh D,,province,,,,\n4,Tỉnh E,,province,,,,\n"
    )
    with pytest.raises(Refused, match="agencies_broken") as told:
        await enter(db, tenant, bad)
    assert [(error.values["row"], error.code) for error in told.value.fields] == [
        (2, "value_missing"), (3, "tier_unknown"), (3, "order_not_number"), (3, "day_unreadable"),
        (4, "ends_before_start"), (6, "agency_twice"),
    ]  # fmt: skip
    for error in told.value.fields:
        assert CATALOGUE[error.code].detail % error.values
    async with db.transaction(tenant) as connection:
        assert await listed(connection) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("code,tier\n1,province\n", "column_missing"), (HEADER.replace("region", "vung"), "column_unknown"),
     (HEADER, "no_rows"), ("", "column_missing")],
)  # fmt: skip
def test_a_list_without_its_columns_or_rows_says_so(text: str, code: str) -> None:
    with pytest.raises(Refused, match="agencies_broken") as told:
        importing.read_csv(text.encode())
    assert told.value.fields[0].code == code


def test_a_list_in_another_encoding_says_so() -> None:
    with pytest.raises(Refused) as told:
        importing.read_csv((HEADER + "1,Tỉnh,,province,,,,\n").encode("utf-16"))
    assert told.value.fields[0].code == "not_utf8"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("SNV,Sở Nội vụ,department,1,thừa\n", [(2, "row_too_long")]),
        ("SNV,Sở Nội vụ,department\n", [(2, "row_too_short")]),
        ("SNV,Sở Nội vụ,department,99999999999\n", [(2, "order_not_number")]),
        ("SNV,Sở Nội vụ,department,0\n", [(2, "order_not_number")]),
        ("snv,Sở Nội vụ,department,1\n", [(2, "agency_code")]),
        ("SN\u0412,Sở Nội vụ,department,1\n", [(2, "agency_code")]),
        (f"{'A' * 36},Sở Nội vụ,department,1\n", [(2, "agency_code")]),
        ("H\x07,Sở Nội vụ,department,1\n", [(2, "unmeant_character")]),
    ],
)
def test_every_fault_of_a_list_is_told_with_its_row(rows: str, told: list[tuple[int, str]]) -> None:
    with pytest.raises(Refused) as refused:
        importing.read_csv(f"code,name_vi,tier,official_order\n{rows}".encode())
    assert [(one.values["row"], one.code) for one in refused.value.fields] == told
    for one in refused.value.fields:
        assert CATALOGUE[one.code].detail % one.values


def test_a_head_that_repeats_is_refused_not_overwritten() -> None:
    with pytest.raises(Refused) as refused:
        importing.read_csv(b"code,name_vi,tier,name_vi\nSNV,a,department,b\n")
    assert [one.code for one in refused.value.fields] == ["heads_repeated"]


@pytest.mark.parametrize(("code", "found"), [("H01.23-A", "H01.23-A"), ("A" * 35, "A" * 35), (" SN\u200bV ", "SNV")])
def test_a_code_is_one_of_capitals_figures_points_and_hyphens(code: str, found: str) -> None:
    (agency,) = importing.read_csv(f"code,name_vi,tier\r{code},Sở \u00d0ất  đai,department\r".encode())
    assert (agency.code, agency.name_vi) == (found, "Sở Đất đai")


@pytest.mark.parametrize("code", ["snv", "SN\u0412", "A" * 36, "A/B", "..", "", "H 1"])
async def test_a_code_of_another_form_enters_by_no_door(db: Database, tenant: UUID, code: str) -> None:
    with pytest.raises(Refused, match="agency_code_refused") as told:
        async with db.transaction(tenant) as connection:
            await add(connection, NewAgency(code=code, name_vi="Tỉnh A", tier="province"), by="system")
    assert CATALOGUE[told.value.code].detail % told.value.values


async def test_a_code_is_unique_on_every_day_and_may_be_given_again(db: Database, tenant: UUID) -> None:
    old = NewAgency(
        code="1", name_vi="Tỉnh Cũ", tier="province", valid_from=date(2020, 1, 1), valid_to=date(2025, 7, 1)
    )
    new = NewAgency(code="1", name_vi="Tỉnh Mới", tier="province", valid_from=date(2025, 7, 1))
    async with db.transaction(tenant) as connection:
        predecessor, follower = await add_all(connection, [old, new], by="system")
        assert (await find(connection, "1", date(2025, 6, 30))).name_vi == "Tỉnh Cũ"
        assert (await find(connection, "1", date(2025, 7, 1))).name_vi == "Tỉnh Mới"
        with pytest.raises(Refused, match="agency_exists"):
            await add(connection, new, by="system")
        paper = Basis(number="202/2025/QH15", date=date(2025, 6, 12))
        await deeds.succeed(connection, [(predecessor, follower)], day=date(2025, 7, 1), basis=paper, by="system")


async def test_an_unknown_agency_is_told_by_its_code(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused, match="unknown_agency") as told:
            await find(connection, "99")
    assert told.value.values == {"agency": "99"}


async def test_another_tenants_agencies_are_not_there(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    await enter(db, tenant, HEADER + "1,Tỉnh A,,province,,,,\n")
    async with db.transaction(other_tenant) as connection:
        assert await listed(connection) == []
        await add(connection, NewAgency(code="1", name_vi="Tỉnh A", tier="province"), by="system")


async def test_the_database_refuses_a_period_that_ends_before_it_begins(db: Database, tenant: UUID) -> None:
    backwards = NewAgency(
        code="1", name_vi="Tỉnh A", tier="province", valid_from=date(2025, 7, 1), valid_to=date(2025, 1, 1)
    )
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(tenant) as connection:
            await add(connection, backwards, by="system")


async def test_an_agency_gets_other_names_and_keeps_code_tier_and_first_day(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        await add(connection, NewAgency(code="1", name_vi="Tỉnh A", tier="province"), by="system")
        agency = await find(connection, "1")
        changed = await change(connection, agency, {"name_vi": "Tỉnh Đa", "region": "Bắc"}, by="system")
        assert await find(connection, "1") == changed
        assert [one.code for one in await listed(connection, search="tinh da")] == ["1"]
        row = await connection.fetchrow(
            "select before::text, after::text from audit_rows where tag = 'registry:agency:change'"
        )
        assert row is not None
        assert "Tỉnh A" in row["before"]
        assert "Tỉnh Đa" in row["after"]
        for fixed in ("code", "tier", "valid_from"):
            with pytest.raises(Refused, match="agency_fixed"):
                await change(connection, agency, {fixed: getattr(agency, fixed)}, by="system")


def test_periods_of_one_code_that_overlap_are_refused_with_both_rows() -> None:
    rows = "1,Tỉnh A,,province,,,2020-01-01,\n1,Tỉnh B,,province,,,2025-07-01,\n"
    with pytest.raises(Refused) as refused:
        importing.read_csv((HEADER + rows).encode())
    (told,) = refused.value.fields
    assert (told.code, told.values["row"], told.values["earlier"]) == ("agency_overlaps", 3, 2)
    following = rows.replace("2020-01-01,", "2020-01-01,2025-07-01")
    assert len(importing.read_csv((HEADER + following).encode())) == 2


def test_faults_of_rows_and_of_cells_come_together() -> None:
    rows = "a,Tỉnh A,,province,,,,\n2,Tỉnh B,,province\n3,Tỉnh C,,planet,,,,\n"
    with pytest.raises(Refused) as refused:
        importing.read_csv((HEADER + rows).encode())
    assert [(one.values["row"], one.code) for one in refused.value.fields] == [
        (2, "agency_code"), (3, "row_too_short"), (4, "tier_unknown"),
    ]  # fmt: skip
