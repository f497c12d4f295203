"""A draft says by which attribute its agencies are also ranked among themselves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
import pytest

from parindex import agencies
from parindex.assessments.council import step_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, from_last_year, grouping, listing, queries
from parindex.errors import Refused
from parindex.scoring import load_bytes
from parindex.store.database import Connection, Database
from tests.assessments.conftest import SET, Year
from tests.assessments.cycles.test_drafting import draft
from tests.assessments.cycles.test_from_last_year import DAYS, NEXT, next_set

KINDS = """attributes:
  has_ports: {type: boolean, label: {vi: "Có cảng biển"}}
  kind: {type: choice, options: [ward, commune], label: {vi: "Loại đơn vị"}}
  ranked: {type: boolean, label: {vi: "Được xếp hạng"}}
  founded: {type: date, label: {vi: "Ngày thành lập"}}
  region: {type: text, label: {vi: "Vùng kinh tế"}}
"""


async def grouped(connection: Connection, cycle_id: UUID, by: str) -> str | None:
    await drafting.change(connection, cycle_id, drafting.DraftChanges(group_by=by), by="system")
    return (await listing.by_id(connection, cycle_id)).group_by


def test_groups_are_made_by_the_region_and_by_what_the_set_asks_with_few_answers() -> None:
    lines = SET.splitlines()
    source = "\n".join([*lines[:8], *KINDS.splitlines(), *lines[9:]])
    assert grouping.choices(load_bytes(source.encode(), "s.yaml")) == ("region", "has_ports", "kind")


async def test_groups_are_chosen_left_as_they_are_and_given_up(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, _ = await draft(connection)
        assert (await listing.by_id(connection, cycle_id)).group_by is None
        assert await grouped(connection, cycle_id, "has_ports") == "has_ports"
        await drafting.change(connection, cycle_id, drafting.DraftChanges(last_day=date(2027, 1, 25)), by="system")
        assert (await listing.by_id(connection, cycle_id)).group_by == "has_ports"
        assert await grouped(connection, cycle_id, "") is None
        rows = await connection.fetch("select after::text from audit_rows where tag = 'cycle:cycle:change' order by id")
        told = [msgspec.json.decode(row["after"]) for row in rows]
        assert [one.get("group_by", "-") for one in told] == ["has_ports", "-", None]


@pytest.mark.parametrize("attribute", ["has_airports", "ranked", "Region", "region ", "x" * 300])
async def test_what_makes_no_groups_is_refused(db: Database, tenant: UUID, attribute: str) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, _ = await draft(connection)
        with pytest.raises(Refused) as refused:
            await grouped(connection, cycle_id, attribute)
        assert [(one.field, one.code) for one in refused.value.fields] == [("group_by", "group_unknown")]


async def test_another_set_without_the_attribute_is_refused_while_the_groups_stand(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        cycle_id, _ = await draft(connection)
        await grouped(connection, cycle_id, "has_ports")
        other = SET.replace('"2026.1"', '"2026.2"').replace("has_ports", "has_coast")
        set_id = await published_sets.publish(
            connection, load_bytes(other.encode(), "s.yaml"), source=other, by="system"
        )
        with pytest.raises(Refused, match="invalid_fields"):
            await drafting.change(connection, cycle_id, drafting.DraftChanges(criteria_set_id=set_id), by="system")
        changes = drafting.DraftChanges(criteria_set_id=set_id, group_by="has_coast")
        assert (await drafting.change(connection, cycle_id, changes, by="system")).group_by == "has_coast"


async def test_next_year_keeps_the_groups_where_its_set_makes_them(year: Year) -> None:
    manager = await year.person("index_manager")
    given = {"source_id": year.cycle, "family": "par-index", "tier": "province", "days": DAYS}
    async with year.db.transaction(year.tenant) as connection:
        await connection.execute("update cycles set group_by = 'has_ports'")
        made = await from_last_year.draft(
            connection, manager, year=2027, criteria_set_id=await next_set(connection), **given
        )
        assert (await listing.by_id(connection, made)).group_by == "has_ports"
        await drafting.delete(connection, made, by="system")
        other = await next_set(connection, NEXT.replace("2027.1", "2027.2").replace("has_ports", "has_coast"))
        made = await from_last_year.draft(connection, manager, year=2027, criteria_set_id=other, **given)
        assert (await listing.by_id(connection, made)).group_by is None


async def test_who_stands_in_no_group_or_alone_in_one_is_told_before_the_year_opens(db: Database, year: Year) -> None:
    manager = await year.person("index_manager")
    given = {"source_id": year.cycle, "family": "par-index", "tier": "province", "days": DAYS}
    async with db.transaction(year.tenant) as connection:
        made = await from_last_year.draft(
            connection, manager, year=2027, criteria_set_id=await next_set(connection), **given
        )
        plain = await step_checks.of_opening(connection, manager, made, action="cycle:read")
        assert not {"without_group", "alone_in_group"} & {line.code for line in plain.lines}
        await grouped(connection, made, "region")
        hoa_lam = await agencies.find(connection, "HL")
        await agencies.change(connection, hoa_lam, {"region": "Vùng Một"}, by="system")
        check = await step_checks.of_opening(connection, manager, made, action="cycle:read")
        lines = {line.code: line.told.values for line in check.lines}
        every = await queries.agencies(connection, made)
        without = [row["short"] for row in every if row["code"] != "HL" and row["region"] is None]
        assert lines["without_group"]["agencies"] == tuple(without)
        assert hoa_lam.short in lines["alone_in_group"]["agencies"]
