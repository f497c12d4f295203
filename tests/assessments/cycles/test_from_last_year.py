"""A year made from the one before keeps what still holds and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from parindex import agencies
from parindex.access import Person
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import deadlines, from_last_year, listing, members, queries
from parindex.assessments.cycles.from_last_year import YearDays
from parindex.assessments.cycles.steps import Participant
from parindex.errors import Refused
from parindex.scoring import load_bytes
from parindex.store.database import Connection
from tests.assessments.conftest import SET, Year

NEXT = SET.replace('"2026.1"', '"2027.1"').replace("[2026]", "[2027]")
DAYS = YearDays(opens_on=date(2027, 11, 1), last_day=date(2028, 1, 20), appraisal_last_day=date(2028, 3, 10))


async def next_set(connection: Connection, source: str = NEXT) -> UUID:
    return await published_sets.publish(connection, load_bytes(source.encode(), "s.yaml"), source=source, by="system")


async def made(connection: Connection, person: Person, source: Year, **other: Any) -> UUID:
    given = {
        "source_id": source.cycle, "family": "par-index", "tier": "province", "year": 2027, "days": DAYS,
    } | other  # fmt: skip
    given.setdefault("criteria_set_id", await next_set(connection))
    return await from_last_year.draft(connection, person, **given)


async def test_agencies_bodies_and_attributes_stay_as_they_were(year: Year) -> None:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        before, bodies = await members.of_cycle(connection, year.cycle), await members.bodies(connection, year.cycle)
        cycle_id = await made(connection, manager, year)
        cycle = await listing.by_id(connection, cycle_id)
        assert (cycle.state, cycle.year, cycle.due) == ("draft", 2027, deadlines.end_of(date(2028, 1, 20)))
        assert await members.of_cycle(connection, cycle_id) == before
        assert await members.bodies(connection, cycle_id) == bodies


async def test_the_registry_of_the_first_day_says_who_takes_part(year: Year) -> None:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        hoa_lam = await agencies.find(connection, "HL")
        await agencies.change(connection, hoa_lam, {"valid_to": date(2027, 7, 1)}, by="system")
        new = agencies.NewAgency(code="MOI", name_vi="Tỉnh Mới", tier="province", valid_from=date(2027, 7, 1))
        (added,) = await agencies.add_all(connection, [new], by="system")
        found = await members.of_cycle(connection, await made(connection, manager, year))
        assert hoa_lam.id not in found
        assert found[added] == Participant(agency_id=added)


async def test_a_body_whose_agency_is_no_more_or_that_the_set_does_not_name_is_left_to_be_named(year: Year) -> None:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        kept = {row["body"] for row in await queries.bodies(connection, year.cycle)}
        assert kept == {"home-affairs", "government-office"}
        renamed = await next_set(connection, NEXT.replace("government-office", "one-stop").replace("2027.1", "2027.2"))
        cycle_id = await made(connection, manager, year, criteria_set_id=renamed)
        assert set(await members.bodies(connection, cycle_id)) == {"home-affairs"}


async def test_an_attribute_that_the_new_set_does_not_ask_is_not_carried_on(year: Year) -> None:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        await connection.execute('update cycle_agencies set attributes = \'{"has_ports": "true", "old": "1"}\'')
        found = await members.of_cycle(connection, await made(connection, manager, year))
        assert {tuple(one.attributes.items()) for one in found.values()} == {(("has_ports", "true"),)}


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"last_day": date(2027, 10, 31)}, "last_day"),
        ({"closing_day": date(2028, 1, 19)}, "closing_day"),
        ({"appraisal_last_day": date(2028, 1, 19)}, "appraisal_last_day"),
    ],
)
async def test_days_in_the_wrong_order_are_told_by_their_field(year: Year, days: dict[str, date], field: str) -> None:
    manager = await year.person("index_manager")
    given = {name: getattr(DAYS, name) for name in DAYS.__struct_fields__} | days
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused) as refused:
            await made(connection, manager, year, days=YearDays(**given))
        assert field in [fault.field for fault in refused.value.fields]


async def test_days_that_meet_are_in_order(year: Year) -> None:
    del year
    day = date(2027, 11, 1)
    assert YearDays(opens_on=day, last_day=day, closing_day=day, appraisal_last_day=day).faults() == []


async def test_a_set_of_another_tier_or_year_is_refused_and_a_year_that_is_over_is_taken(year: Year) -> None:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="set_unfit"):
            await made(connection, manager, year, year=2028)
        with pytest.raises(Refused, match="set_unfit"):
            await made(connection, manager, year, tier="commune")
        past = await next_set(connection, NEXT.replace('"2027.1"', '"2020.1"').replace("[2027]", "[2020]"))
        assert await made(connection, manager, year, year=2020, criteria_set_id=past)


@pytest.mark.parametrize("role", ["specialist", "leader", "appraiser", "auditor", "administrator", "approver"])
async def test_others_draft_nothing(year: Year, role: str) -> None:
    other = await year.person(role)
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="not_allowed"):
            await made(connection, other, year)


async def test_a_second_draft_of_the_same_year_is_refused(year: Year) -> None:
    secretary = await year.person("secretary")
    async with year.db.transaction(year.tenant) as connection:
        await made(connection, secretary, year)
        with pytest.raises(Refused, match="cycle_exists"):
            await made(connection, secretary, year)
