"""The registry over time: what is done to it holds from a day on, and every day before stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.agencies import Agency, NewAgency, add, add_all, change, deeds, find, listed, queries
from parindex.agencies.model import Basis
from parindex.errors import CATALOGUE, Refused
from parindex.store.database import Connection, Database
from tests.agencies.provinces_of_2025 import BEFORE, MERGED_ON, enter_63, merge_to_34, mergers

PAPER = Basis(number="12/NQ-HĐND", date=date(2026, 2, 3))
START = date(2020, 1, 1)
DAY = date(2026, 3, 1)
EVE = DAY - timedelta(days=1)


def agency(
    code: str, name: str = "", *, tier: str = "commune", parent: str | None = None, since: date = START
) -> NewAgency:
    return NewAgency(code=code, name_vi=name or f"Xã {code}", tier=tier, parent=parent, valid_from=since)


async def names(connection: Connection, day: date) -> dict[str, str]:
    return {one.code: one.name_vi for one in await listed(connection, day=day)}


async def test_a_new_name_holds_from_its_day_and_the_old_one_until_the_day_before(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        await deeds.become(connection, one, {"name_vi": "Phường A"}, day=DAY, basis=PAPER, by="system")
        assert (await names(connection, EVE), await names(connection, DAY)) == ({"A": "Xã A"}, {"A": "Phường A"})
        assert [found.code for found in await listed(connection, day=DAY, search="phuong a")] == ["A"]
        assert await listed(connection, day=EVE, search="phuong a") == []


async def test_a_name_of_a_day_to_come_is_not_shown_before_it(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        day = date(2090, 1, 1)
        await deeds.become(connection, one, {"name_vi": "Phường A", "population": 7}, day=day, basis=PAPER, by="system")
        (known,) = await queries.by_ids(connection, [one])
        assert (known.name_vi, known.population) == ("Xã A", None)
        assert await queries.refresh(connection, day - timedelta(days=1)) == 0
        assert await queries.refresh(connection, day) == 1
        (known,) = await queries.by_ids(connection, [one])
        assert (known.name_vi, known.population) == ("Phường A", 7)


async def test_what_was_entered_of_a_later_day_stays_and_the_rest_goes_on(db: Database, tenant: UUID) -> None:
    later = DAY + timedelta(days=30)
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        await deeds.become(connection, one, {"region": "Nam"}, day=later, basis=PAPER, by="system")
        await deeds.become(connection, one, {"region": "Bắc", "population": 5}, day=DAY, basis=PAPER, by="system")
        found = [(await find(connection, "A", day)) for day in (EVE, DAY, later)]
        assert [(one.region, one.population) for one in found] == [(None, None), ("Bắc", 5), ("Nam", 5)]


async def test_an_agency_that_is_closed_exists_until_the_day_before(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        await deeds.close(connection, one, day=DAY, basis=PAPER, by="system")
        assert list(await names(connection, EVE)) == ["A"]
        assert await names(connection, DAY) == {}
        with pytest.raises(Refused, match="agency_ended"):
            await deeds.close(connection, one, day=DAY + timedelta(days=1), basis=PAPER, by="system")
        with pytest.raises(Refused, match="agency_begins_later"):
            await deeds.close(connection, one, day=START, basis=PAPER, by="system")


async def test_communes_of_a_district_that_ends_stand_under_its_province(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        new = [
            agency("X1", parent="H", tier="commune"), agency("P", tier="province"),
            agency("H", tier="district", parent="P"), agency("X2", parent="H"),
        ]  # fmt: skip
        ids = dict(zip(["X1", "P", "H", "X2"], await add_all(connection, new, by="system"), strict=True))
        await deeds.close(connection, ids["H"], day=MERGED_ON, basis=PAPER, by="system")
        before = {one.code: one.parent for one in await listed(connection, day=BEFORE)}
        after = {one.code: one.parent for one in await listed(connection, day=MERGED_ON)}
        assert before == {"P": None, "H": "P", "X1": "H", "X2": "H"}
        assert after == {"P": None, "X1": "P", "X2": "P"}


async def test_several_become_one_that_may_bear_a_code_of_theirs(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        a, b, child = await add_all(connection, [agency("A"), agency("B"), agency("C", parent="B")], by="system")
        _, follower = await deeds.merge(connection, [a, b], agency("A", "Xã Mới"), day=DAY, basis=PAPER, by="system")
        assert await names(connection, EVE) == {"A": "Xã A", "B": "Xã B", "C": "Xã C"}
        assert await names(connection, DAY) == {"A": "Xã Mới", "C": "Xã C"}
        assert (await find(connection, "C", DAY)).parent_id == follower
        told = await queries.successions(connection, [follower])
        assert [(one.predecessor_id, one.decision, one.effective_on) for one in told] == [
            (a, PAPER.number, DAY), (b, PAPER.number, DAY),
        ]  # fmt: skip
        assert child


async def test_one_may_be_merged_into_one_that_stands(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        a, b = await add_all(connection, [agency("A"), agency("B")], by="system")
        _, follower = await deeds.merge(connection, [b], a, day=DAY, basis=PAPER, by="system")
        assert follower == a
        assert await names(connection, DAY) == {"A": "Xã A"}


@pytest.mark.parametrize(
    ("ending", "into", "code"),
    [
        (["A"], NewAgency(code="N", name_vi="N", tier="commune"), "merge_of_one"),
        (["A", "A"], NewAgency(code="N", name_vi="N", tier="commune"), "merge_into_itself"),
        (["A", "B"], NewAgency(code="N", name_vi="N", tier="province"), "tiers_differ"),
        (["A", "B"], NewAgency(code="C", name_vi="N", tier="commune"), "agency_exists"),
    ],
)
async def test_a_merger_that_cannot_be_is_refused(
    db: Database, tenant: UUID, ending: list[str], into: NewAgency, code: str
) -> None:
    async with db.transaction(tenant) as connection:
        ids = dict(zip("ABC", await add_all(connection, [agency(one) for one in "ABC"], by="system"), strict=True))
    with pytest.raises(Refused, match=code) as told:
        async with db.transaction(tenant) as connection:
            await deeds.merge(connection, [ids[one] for one in ending], into, day=DAY, basis=PAPER, by="system")
    assert CATALOGUE[told.value.code].detail % told.value.values
    async with db.transaction(tenant) as connection:
        assert len(await listed(connection, day=DAY)) == 3


async def test_one_is_split_and_each_part_names_it(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        (a,) = await add_all(connection, [agency("A")], by="system")
        _, parts = await deeds.split(connection, a, [agency("B"), agency("C")], day=DAY, basis=PAPER, by="system")
        assert await names(connection, DAY) == {"B": "Xã B", "C": "Xã C"}
        assert {one.successor_id for one in await queries.successions(connection, [a])} == set(parts)
        with pytest.raises(Refused, match="split_into_one"):
            await deeds.split(connection, parts[0], [agency("D")], day=DAY + timedelta(9), basis=PAPER, by="system")


async def test_no_agency_stands_above_itself_on_any_day(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        a, b, _ = await add_all(
            connection, [agency("A"), agency("B", parent="A"), agency("C", parent="B")], by="system"
        )
        c = (await find(connection, "C", DAY)).id
        for above in (b, c):
            with pytest.raises(Refused, match="parent_circle"):
                async with connection.transaction():
                    await deeds.become(connection, a, {"parent_id": above}, day=DAY, basis=PAPER, by="system")
        await deeds.become(connection, b, {"parent_id": None}, day=DAY, basis=PAPER, by="system")
        await deeds.become(connection, a, {"parent_id": c}, day=DAY, basis=PAPER, by="system")
        with pytest.raises(Refused, match="parent_circle"):
            async with connection.transaction():
                await deeds.become(connection, a, {"parent_id": c}, day=EVE, basis=PAPER, by="system")
    with pytest.raises(Refused, match="parent_circle"):
        async with db.transaction(tenant) as connection:
            await add_all(connection, [agency("M", parent="N"), agency("N", parent="M")], by="system")
    with pytest.raises(Refused, match="parent_unknown"):
        async with db.transaction(tenant) as connection:
            await add_all(connection, [agency("M", parent="KHONG")], by="system")


async def test_what_was_entered_today_is_taken_back_and_its_code_is_free(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        a, b, _ = await add_all(connection, [agency("A"), agency("B"), agency("C", parent="B")], by="system")
        before = await listed(connection, day=DAY)
        deed, follower = await deeds.merge(connection, [a, b], agency("N"), day=DAY, basis=PAPER, by="system")
        await deeds.take_back(connection, deed, by="system")
        assert await listed(connection, day=DAY) == before
        assert await queries.successions(connection, [a, follower]) == []
        again, _ = await deeds.merge(connection, [a, b], agency("N"), day=DAY, basis=PAPER, by="system")
        assert set(await names(connection, DAY)) == {"N", "C"}
        with pytest.raises(Refused, match="not_found"):
            await deeds.take_back(connection, deed, by="system")
        n = (await find(connection, "N", DAY)).id
        await deeds.become(connection, n, {"name_vi": "Phường N"}, day=DAY, basis=PAPER, by="system")
        with pytest.raises(Refused, match="deed_followed"):
            await deeds.take_back(connection, again, by="system")


async def test_a_deed_of_yesterday_or_of_an_agency_in_use_is_not_taken_back(
    db: Database, tenant: UUID, owner: Connection
) -> None:
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        (deed,) = await queries.deeds_of(connection, one)
        await connection.execute(
            """insert into people (tenant_id, id, login, name, agency_id)
            values (current_setting('parindex.tenant')::uuid, gen_random_uuid(), 'a', 'A', $1)""",
            one,
        )
        with pytest.raises(Refused, match="deed_in_use"):
            await deeds.take_back(connection, deed.id, by="system")
    await owner.execute("update registry_deeds set entered_at = entered_at - interval '1 day'")
    with pytest.raises(Refused, match="deed_not_of_today"):
        async with db.transaction(tenant) as connection:
            await deeds.take_back(connection, deed.id, by="system")


async def test_every_deed_has_its_document_and_its_row_on_record(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        a, b = await add_all(connection, [agency("A"), agency("B")], by="system", basis=PAPER)
        deed, _ = await deeds.merge(connection, [b], a, day=DAY, basis=PAPER, by="system")
        found = {one.kind: one for one in await queries.deeds_of(connection, b)}
        assert set(found) == {"add", "merge"}
        assert (found["merge"].id, found["merge"].basis_number, found["merge"].basis_date) == (
            deed, PAPER.number, PAPER.date,
        )  # fmt: skip
        (row,) = await connection.fetch(
            "select after::text from audit_rows where tag = 'registry:agency:succeed' and subject = $1", str(b)
        )
        assert PAPER.number in row["after"]
        assert "2026-02-03" in row["after"]


async def test_63_provinces_become_34_on_their_day_and_are_63_on_the_day_before(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        before = await enter_63(connection)
        after = await merge_to_34(connection, before)
        old, new = await listed(connection, day=BEFORE), await listed(connection, day=MERGED_ON)
        assert (len(old), len(new)) == (63, 34)
        assert {one.name_vi for one in old} == set(before)
        assert {one.name_vi for one in new} == set(mergers())
        told = {}
        for one in await queries.every_succession(connection):
            told.setdefault(one.successor_name, []).append(one.predecessor_name)
        assert {name: sorted(formed) for name, formed in told.items()} == {
            name: sorted(formed) for name, formed in mergers().items() if len(formed) > 1
        }
        assert len(set(after.values()) & set(before.values())) == 11


class World:
    """A registry as a plain list of (code, from, to), beside which the real one is held."""

    def __init__(self, codes: str) -> None:
        self.lives: list[list[date | str | None]] = [[code, START, None] for code in codes]

    def on(self, day: date) -> set[str]:
        return {str(code) for code, start, end in self.lives if start <= day and (end is None or day < end)}  # type: ignore[operator]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=6))
async def test_the_registry_of_every_day_is_what_a_chain_of_mergers_left(
    db: Database, tenant: UUID, steps: list[tuple[int, int, int, bool]]
) -> None:
    world, day = World("ABCDEF"), START
    connection = await db.pool.acquire()
    work = connection.transaction()
    await work.start()
    try:
        await connection.execute("select set_config('parindex.tenant', $1, true)", str(tenant))
        ids = dict(
            zip("ABCDEF", await add_all(connection, [agency(one) for one in "ABCDEF"], by="system"), strict=True)
        )
        days = [START]
        for place, (wait, first, second, new) in enumerate(steps):
            day += timedelta(days=wait)
            standing = sorted(world.on(day))
            one, other = standing[first % len(standing)], standing[second % len(standing)]
            if one == other:
                continue
            code = f"N{place}" if new else other
            into = agency(code) if new else ids[other]
            ending = [ids[one], ids[other]] if new else [ids[one]]
            _, ids[code] = await deeds.merge(connection, ending, into, day=day, basis=PAPER, by="system")
            for life in world.lives:
                if life[2] is None and life[0] in ({one, other} if new else {one}):
                    life[2] = day
            if new:
                world.lives.append([code, day, None])
            days += [day - timedelta(days=1), day]
        for at in days:
            assert set(await names(connection, at)) == world.on(at)
        chain = await queries.every_succession(connection)
        follows = {}
        for link in chain:
            follows.setdefault(link.predecessor_id, []).append(link.successor_id)
        for start in follows:
            seen, at = set(), [start]
            while at:
                one_id = at.pop()
                assert one_id not in seen
                seen.add(one_id)
                at += follows.get(one_id, [])
    finally:
        await work.rollback()
        await db.pool.release(connection)


async def test_a_correction_makes_no_new_period_and_ends_nothing(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        one = await add(connection, agency("A"), by="system")
        await deeds.become(connection, one, {"name_vi": "Phường A"}, day=DAY, basis=PAPER, by="system")
        held = await find(connection, "A")
        assert isinstance(held, Agency)
        await change(connection, held, {"name_vi": "Phường Á", "valid_to": date(2090, 1, 1)}, by="system")
        await change(connection, await find(connection, "A"), {"valid_to": None}, by="system")
        assert await names(connection, EVE) == {"A": "Xã A"}
        assert await names(connection, date(2090, 1, 1)) == {"A": "Phường Á"}
        assert len(await queries.periods_of(connection, [one])) == 2
