"""An owner body that ends while the year is not over: its leaves go to who took over, told and on record, or to the agency."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.agencies import NewAgency, deeds
from parindex.agencies.model import Basis
from parindex.assessments.mergers import deed_checks, treatments
from parindex.assessments.owners import owner_bodies, succession
from parindex.audit.confirmation import said
from parindex.errors import Refused
from parindex.store.database import Connection
from tests.assessments.conftest import Year
from tests.assessments.owners.test_owner_bodies import draft, one, owned, part  # noqa: F401 - fixtures
from tests.assessments.sheets.test_declaring import save

PAPER = Basis(number="12/NQ-HĐND", date=date(2026, 2, 3))
DAY = date(2026, 7, 1)


def new(parent: str = "HL") -> NewAgency:
    return NewAgency(code="HL.NVTC", name_vi="Sở Nội vụ và Tài chính", tier="department", parent=parent)


async def merged(connection: Connection, year: Year, into: NewAgency | UUID, *ending: str) -> tuple[UUID, UUID]:
    ids = [year.agencies[code] for code in ending]
    deed, follower = await deeds.merge(connection, ids, into, day=DAY, basis=PAPER, by="system")
    await treatments.apply(connection, deed, ids, [follower], {}, day=DAY, decision=PAPER.number, by="system")
    return deed, follower


async def owners(connection: Connection, year: Year, agency: str = "HL") -> dict[str, str]:
    found = await owner_bodies.codes_of_cycle(connection, year.cycle)
    return {leaf: owner for (whose, leaf), owner in found.items() if whose == agency}


async def told(connection: Connection, year: Year) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(one.before, one.after, one.leaves) for one in await succession.moves_of(connection, year.cycle)]


async def test_the_leaves_of_two_bodies_go_to_the_one_that_took_over(owned: Year) -> None:  # noqa: F811
    before = one("1.1")
    await save(owned, owned.people["HL.SNV"], "HL", before)
    async with owned.db.transaction(owned.tenant) as connection:
        _, follower = await merged(connection, owned, new(), "HL.SNV", "HL.STC")
        assert await owners(connection, owned) == dict.fromkeys(("1.1", "1.2", "2.1.1", "B1"), "HL.NVTC")
        assert await owners(connection, owned, "TH") == {"1.1": "TH.SNV"}
        assert await told(connection, owned) == [
            ("Sở Nội vụ Hòa Lâm", "Sở Nội vụ và Tài chính", ("1.1", "1.2")),
            ("Sở Tài chính Hòa Lâm", "Sở Nội vụ và Tài chính", ("2.1.1", "B1")),
        ]
        row = await connection.fetchrow("select * from audit_rows where tag = 'cycle:owners:succeed'")
        assert row is not None
        after = msgspec.json.decode(row["after"])
        assert (after["decision"], after["from"]) == (PAPER.number, "2026-07-01")
        assert {own["owner"] for own in after["owners"]} == {str(follower)}
    owned.agencies["HL.NVTC"] = follower
    owned.people["HL.NVTC"] = await owned.person("specialist", agency="HL.NVTC")
    await save(owned, owned.people["HL.NVTC"], "HL", one("2.1.1"))
    with pytest.raises(Refused, match="not_found"):  # the sheet is none of its any more
        await save(owned, owned.people["HL.SNV"], "HL", one("1.2"))
    found = await part(owned, "HL")
    assert found.entries["1.1"].updated_by == owned.people["HL.SNV"].actor


async def test_a_body_that_exists_already_takes_over(owned: Year) -> None:  # noqa: F811
    async with owned.db.transaction(owned.tenant) as connection:
        await merged(connection, owned, owned.agencies["HL.STC"], "HL.SNV")
        assert await owners(connection, owned) == dict.fromkeys(("1.1", "1.2", "2.1.1", "B1"), "HL.STC")


@pytest.mark.parametrize("why", ["elsewhere", "appraises", "closed", "split"])
async def test_leaves_that_nobody_may_take_over_go_to_the_agency_alone(
    owned: Year, owner: asyncpg.Connection[asyncpg.Record], why: str  # noqa: F811
) -> None:  # fmt: skip
    ended = owned.agencies["HL.SNV"]
    if why == "appraises":
        await owner.execute("update cycle_bodies set substitute_id = $1", owned.agencies["HL.STC"])
    async with owned.db.transaction(owned.tenant) as connection:
        if why in ("elsewhere", "appraises"):
            await merged(connection, owned, owned.agencies["TH.SNV" if why == "elsewhere" else "HL.STC"], "HL.SNV")
        elif why == "closed":
            deed = await deeds.close(connection, ended, day=DAY, basis=PAPER, by="system")
            await treatments.apply(
                connection, deed, [ended], [], {}, day=DAY, decision=PAPER.number, by="system"
            )  # fmt: skip
        else:
            into = [msgspec.structs.replace(new(), code=f"HL.{n}", name_vi=f"Sở {n}") for n in (1, 2)]
            deed, followers = await deeds.split(connection, ended, into, day=DAY, basis=PAPER, by="system")
            await treatments.apply(
                connection, deed, [ended], followers, {}, day=DAY, decision=PAPER.number, by="system"
            )  # fmt: skip
        assert await owners(connection, owned) == {"2.1.1": "HL.STC", "B1": "HL.STC"}
        assert await told(connection, owned) == [("Sở Nội vụ Hòa Lâm", None, ("1.1", "1.2"))]
    await save(owned, owned.people["HL"], "HL", one("1.1"))


async def test_a_draft_follows_too_and_nothing_is_kept_of_it_but_the_record(draft: Year) -> None:  # noqa: F811
    async with draft.db.transaction(draft.tenant) as connection:
        await owner_bodies.set_owners(
            connection, draft.cycle, {draft.agencies["HL"]: {"1.1": draft.agencies["HL.SNV"]}}, by="system"
        )
        deed, _ = await merged(connection, draft, new(), "HL.SNV", "HL.STC")
        assert await owners(connection, draft) == {"1.1": "HL.NVTC"}
        assert await told(connection, draft) == []
        assert not await treatments.in_years(connection, deed)
        with pytest.raises(Refused, match="deed_in_use"):
            await deeds.take_back(connection, deed, by="system")


async def test_a_deed_that_moved_leaves_of_an_open_year_is_not_taken_back(owned: Year) -> None:  # noqa: F811
    async with owned.db.transaction(owned.tenant) as connection:
        deed, _ = await merged(connection, owned, owned.agencies["HL.STC"], "HL.SNV")
        assert await treatments.in_years(connection, deed)


async def test_a_year_that_is_over_keeps_its_owner_bodies(
    owned: Year, owner: asyncpg.Connection[asyncpg.Record]  # noqa: F811
) -> None:  # fmt: skip
    await owner.execute("alter table cycles disable trigger user")
    await owner.execute("update cycles set state = 'published'")
    await owner.execute("alter table cycles enable trigger user")
    async with owned.db.transaction(owned.tenant) as connection:
        await merged(connection, owned, new(), "HL.SNV", "HL.STC")
        assert set((await owners(connection, owned)).values()) == {"HL.SNV", "HL.STC"}
        assert await told(connection, owned) == []


async def test_the_database_lets_leaves_go_to_a_successor_alone_and_keeps_what_was_told(owned: Year) -> None:  # noqa: F811
    async with owned.db.transaction(owned.tenant) as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="before a year is opened"):
            async with connection.transaction():
                await connection.execute(
                    "update leaf_owners set owner_id = $1 where code = '1.1' and agency_id = $2",
                    owned.agencies["HL.STC"], owned.agencies["HL"],
                )  # fmt: skip
        await merged(connection, owned, new(), "HL.SNV", "HL.STC")
        for statement in ("update leaf_owner_moves set decision = 'x'", "delete from leaf_owner_moves"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    await connection.execute(statement)


async def test_the_page_before_the_deed_counts_the_leaves(owned: Year) -> None:  # noqa: F811
    manager = await owned.person("index_manager")
    async with owned.db.transaction(owned.tenant) as connection:
        ending = await deed_checks.agencies_on(connection, [owned.agencies["HL.SNV"], owned.agencies["HL.STC"]])

        async def trial(connection: Connection) -> object:
            return await deeds.merge(connection, [a.id for a in ending], new(), day=DAY, basis=PAPER, by="system")

        check = await deed_checks.of_deed(
            connection, manager, deed="merge", title=said("x"), ending=ending, becomes=said("y"), day=DAY, basis=PAPER,
            today=DAY, trial=trial, successors=True,
        )  # fmt: skip
    counted = [(one.value, one.what.values) for one in check.numbers if "chủ trì" in one.what.message]
    assert counted == [(4, {"agency": "Hòa Lâm", "year": "2026"})]
