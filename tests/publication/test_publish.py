from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import asyncpg
import msgspec
import pytest

from parindex.access import tenants
from parindex.access.tenants import Tenant
from parindex.errors import Refused
from parindex.publication import edition_cache, open_data, publish, queries
from parindex.publication.keys import SigningKeys
from parindex.publication.verification import verify
from parindex.rankings import years
from parindex.store.database import Database
from tests.publication.published_years import DECISION, computed, of_year, person, published
from tests.rankings import small_year


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    found = SigningKeys(tmp_path / "keys")
    found.made("demo")
    return found


@pytest.fixture
async def demo(db: Database) -> Tenant:
    found = await tenants.by_code(db, "demo")
    assert found is not None
    return found


async def test_publishing_freezes_signs_and_moves_the_year_on(db: Database, demo: Tenant, keys: SigningKeys) -> None:
    async with db.transaction(demo.id) as connection:
        row = await published(connection, demo, keys)
        content = await edition_cache.content(connection, row)
        state = await connection.fetchval("select state from cycles where id = $1", row.cycle_id)
        audited = await connection.fetchval(
            "select after->>'digest' from audit_rows where tag = 'publication:edition:publish'"
        )
    assert (row.number, state, audited) == ("2025-province.1", "published", row.digest)
    verdict = verify(content, keys.public("demo"))
    assert verdict.holds
    assert verdict.signer_known
    assert verdict.digest == row.digest


async def test_a_second_click_gives_the_same_edition(db: Database, demo: Tenant, keys: SigningKeys) -> None:
    approver = person(demo.id, "approver")
    async with db.transaction(demo.id) as connection:
        row = await published(connection, demo, keys)
        again = await publish.publish(connection, demo, keys, cycle_id=row.cycle_id, decided=DECISION, person=approver)
        assert again == row
        assert await connection.fetchval("select count(*) from editions") == 1


async def test_two_clicks_at_once_make_one_edition(db: Database, demo: Tenant, keys: SigningKeys) -> None:
    approver = person(demo.id, "approver")
    async with db.transaction(demo.id) as connection:
        cycle_id = await computed(connection)
        await years.submit(connection, person(demo.id, "secretary"), cycle_id)

    async def click() -> str:
        async with db.transaction(demo.id) as connection:
            row = await publish.publish(connection, demo, keys, cycle_id=cycle_id, decided=DECISION, person=approver)
            return row.digest

    first, second, third = await asyncio.gather(click(), click(), click())
    assert first == second == third


@pytest.mark.parametrize("role", ["secretary", "council_chair", "administrator", "auditor"])
async def test_only_an_approver_publishes(db: Database, demo: Tenant, keys: SigningKeys, role: str) -> None:
    async with db.transaction(demo.id) as connection:
        cycle_id = await computed(connection)
        await years.submit(connection, person(demo.id, "secretary"), cycle_id)
        with pytest.raises(Refused, match="not_allowed"):
            await publish.publish(
                connection, demo, keys, cycle_id=cycle_id, decided=DECISION, person=person(demo.id, role)
            )


async def test_a_year_is_published_only_after_the_secretary_handed_it_over(
    db: Database, demo: Tenant, keys: SigningKeys
) -> None:
    async with db.transaction(demo.id) as connection:
        cycle_id = await computed(connection)
        with pytest.raises(Refused, match="cycle_wrong_state"):
            await publish.publish(
                connection, demo, keys, cycle_id=cycle_id, decided=DECISION, person=person(demo.id, "approver")
            )


@pytest.mark.parametrize(
    ("number", "day", "signer", "fields"),
    [
        ("", "06/04/2026", "Lê Văn Minh", {"number"}),
        ("1/QĐ", "31/02/2026", "Lê Văn Minh", {"date"}),
        ("1/QĐ", "2026-04-07", " ", {"signer", "date"}),
        ("x" * 300, "", "", {"number", "date", "signer"}),
    ],
)
def test_a_decision_needs_number_day_and_signer(number: str, day: str, signer: str, fields: set[str]) -> None:
    with pytest.raises(Refused) as refused:
        publish.decision(number, day, signer, today=date(2026, 4, 6))
    assert {error.field for error in refused.value.fields} == fields


def test_a_day_is_read_as_people_and_as_browsers_write_it() -> None:
    for day in ("06/04/2026", "2026-04-06", " 6/4/2026 "):
        assert publish.decision("1/QĐ", day, "A", today=date(2026, 4, 6)).date == date(2026, 4, 6)


async def test_no_edition_row_can_be_changed_or_removed_not_even_by_the_owner(
    db: Database, demo: Tenant, keys: SigningKeys, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with db.transaction(demo.id) as connection:
        await published(connection, demo, keys)
    for statement in (
        "update editions set decision_signer = 'X'",
        "delete from editions",
        "truncate editions cascade",
        "update year_computations set by_person = 'x'",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(statement)


async def test_a_retracted_edition_keeps_its_address_and_seals_its_content(
    db: Database, demo: Tenant, keys: SigningKeys
) -> None:
    approver = person(demo.id, "approver")
    async with db.transaction(demo.id) as connection:
        row = await published(connection, demo, keys)
        await publish.retract(
            connection,
            number=row.number,
            decided=DECISION,
            reason="Sai số liệu nguồn.",
            successor=None,
            person=approver,
        )
        after = await edition_cache.by_number(connection, row.number)
        for reading in (edition_cache.opened, edition_cache.content):
            with pytest.raises(Refused, match="edition_retracted"):
                await reading(connection, after)
        told = await edition_cache.retraction(connection, after)
        assert told is not None
        assert (told.digest, told.decision.number, told.successor) == (row.digest, "214/QĐ-CCHC", None)
        with pytest.raises(Refused, match="not_found"):
            await edition_cache.current(connection, "par-index", 2025, "province")
        with pytest.raises(Refused, match="already_retracted"):
            await publish.retract(
                connection, number=row.number, decided=DECISION, reason="x", successor=None, person=approver
            )


async def test_another_tenant_sees_no_edition_and_has_its_own_key_and_numbers(
    db: Database, demo: Tenant, keys: SigningKeys
) -> None:
    other = await tenants.by_code(db, "khac")
    assert other is not None
    async with db.transaction(demo.id) as connection:
        mine = await published(connection, demo, keys)
    async with db.transaction(other.id) as connection:
        assert await queries.listed(connection) == []
        assert await queries.content(connection, mine.id) is None
        theirs = await published(connection, other, keys)
    assert theirs.number == mine.number
    assert theirs.key_id != mine.key_id


async def test_the_next_year_tells_what_changed_and_whether_it_is_beyond_error(
    db: Database, demo: Tenant, keys: SigningKeys
) -> None:
    better = tuple(
        msgspec.structs.replace(agency, facts={**agency.facts, "1.2.on_time": "1000", "1.3.judged": "20"})
        if agency.code == "T09"
        else agency
        for agency in small_year.given().agencies
    )
    async with db.transaction(demo.id) as connection:
        first = await published(connection, demo, keys)
        second = await published(connection, demo, keys, of_year(2026, agencies=better))
        edition = await edition_cache.opened(connection, second)
    assert edition.previous is not None
    assert (edition.previous.number, edition.previous.digest) == (first.number, first.digest)
    changes = {change.agency: change for change in edition.changes}
    assert changes["T09"].beyond_error is True
    assert changes["T09"].rank is not None
    assert changes["T09"].rank > 0
    assert (changes["T01"].index, changes["T01"].beyond_error) == ("0", False)
    assert changes["T11"].index is None
    assert {row["agency"]: row["change"] for row in open_data.ranking(edition)["agencies"]}["T01"] == "0"


async def test_another_criteria_set_breaks_the_series(db: Database, demo: Tenant, keys: SigningKeys) -> None:
    from parindex.rankings.imported import criteria_document

    other = msgspec.structs.replace(small_year.criteria_set(), print_places=3)
    async with db.transaction(demo.id) as connection:
        await published(connection, demo, keys)
        row = await published(connection, demo, keys, of_year(2026, criteria_set=criteria_document(other)))
        edition = await edition_cache.opened(connection, row)
    assert edition.previous is not None
    assert not edition.previous.comparable
    assert all(change.index is None for change in edition.changes)


async def test_a_year_sent_back_is_computed_again_and_the_same_input_makes_no_new_document(
    db: Database, demo: Tenant
) -> None:
    async with db.transaction(demo.id) as connection:
        cycle_id = await computed(connection)
        await years.submit(connection, person(demo.id, "secretary"), cycle_id)
        approver = person(demo.id, "approver")
        with pytest.raises(Refused, match="invalid_fields"):
            await years.send_back(connection, approver, cycle_id, " ")
        await years.send_back(connection, approver, cycle_id, "Đề nghị kiểm tra điểm 1.3.")
        first = await years.latest(connection, cycle_id)
        assert await years.store(connection, cycle_id, small_year.given(), by="system") == first
        changed = await years.store(connection, cycle_id, small_year.given(se=0.02), by="system")
        assert first is not None
        assert changed.id != first.id
