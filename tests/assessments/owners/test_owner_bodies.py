"""Owner bodies: each declares its leaves in the sheet of the agency above it, and nothing else of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from parindex import agencies
from parindex.agencies import NewAgency
from parindex.assessments.appraisal import deciding, decisions
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.council import step_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, from_last_year, steps
from parindex.assessments.evidence import register as evidence
from parindex.assessments.evidence.register import Attachment
from parindex.assessments.model import Declaration
from parindex.assessments.owners import owner_bodies
from parindex.assessments.sheets import listing, permission, submission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import Board, read_board, read_part
from parindex.errors import Refused
from parindex.scoring import load_bytes
from parindex.store.database import Connection, Database
from tests.assessments.conftest import FACTS, SET, Year, registry, small_set
from tests.assessments.cycles.test_from_last_year import DAYS, NEXT, next_set
from tests.assessments.evidence.test_register import attach, register
from tests.assessments.sheets.test_declaring import complete, hand_in, save, submit

OF_HOME_AFFAIRS = {"1.1": "HL.SNV", "1.2": "HL.SNV", "2.1.1": "HL.STC", "B1": "HL.STC"}
"""Leaves of the sheet of HL and the bodies below it that declare them."""


async def with_bodies(connection: Connection) -> dict[str, UUID]:
    """The registry of the small year, with departments below two provinces."""
    known = await registry(connection)
    new = [
        NewAgency(code="HL.SNV", name_vi="Sở Nội vụ Hòa Lâm", tier="department", parent="HL"),
        NewAgency(code="HL.STC", name_vi="Sở Tài chính Hòa Lâm", tier="department", parent="HL"),
        NewAgency(code="TH.SNV", name_vi="Sở Nội vụ Tân Hải", tier="department", parent="TH"),
    ]
    ids = await agencies.add_all(connection, new, by="system")
    return known | {one.code: one_id for one, one_id in zip(new, ids, strict=True)}


async def drafted(db: Database, tenant: UUID) -> Year:
    async with db.transaction(tenant) as connection:
        known = await with_bodies(connection)
        cycle = await steps.create(
            connection, family="par-index", year=2026, tier="province", by="system", marked="simulated",
            criteria_set_id=await published_sets.publish(connection, small_set(), source=SET, by="system"),
            participants=[
                steps.Participant(agency_id=known[code], attributes={"has_ports": "true"}) for code in ("HL", "TH")
            ],
            bodies={
                "home-affairs": (known["BNV"], known["BTP"]), "government-office": (known["BTP"], known["BNV"]),
            },
            opens_on=date(2026, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10),
        )  # fmt: skip
    return Year(db=db, tenant=tenant, cycle=cycle, agencies=known, sheets={})


async def own(year: Year, owners: Mapping[str, str], agency: str = "HL") -> None:
    async with year.db.transaction(year.tenant) as connection:
        named = {code: year.agencies[body] for code, body in owners.items()}
        await owner_bodies.set_owners(connection, year.cycle, {year.agencies[agency]: named}, by="system")


@pytest.fixture
async def draft(db: Database, tenant: UUID) -> Year:
    return await drafted(db, tenant)


@pytest.fixture
async def owned(draft: Year) -> Year:
    """The year, open; a person of each that declares."""
    await own(draft, OF_HOME_AFFAIRS)
    await own(draft, {"1.1": "TH.SNV"}, "TH")
    secretary = await draft.person("secretary")
    async with draft.db.transaction(draft.tenant) as connection:
        await steps.open_year(connection, secretary, draft.cycle)
        draft.sheets = {one.agency_code: one.id for one in await sheet_queries.of_cycle(connection, draft.cycle)}
    for agency in ("HL", "TH", "HL.SNV", "HL.STC", "TH.SNV"):
        draft.people[agency] = await draft.person("specialist", "leader", agency=agency)
    return draft


async def part(year: Year, who: str, code: str | None = None) -> Board:
    async with year.db.transaction(year.tenant) as connection:
        return await read_part(connection, year.people[who], year.sheets["HL"], code)


def one(code: str) -> Declaration:
    return Declaration(code=code, facts=FACTS[code], explanation="Theo báo cáo năm.")


# declaring


async def test_an_owner_declares_its_leaf_and_the_province_declares_every_leaf(owned: Year) -> None:
    await save(owned, owned.people["HL.SNV"], "HL", one("1.1"))
    await save(owned, owned.people["HL.STC"], "HL", one("2.1.1"))
    await save(owned, owned.people["HL"], "HL", one("1.2"), one("1.3"))
    found = await part(owned, "HL")
    assert {code for code, leaf in found.points_now.leaves.items() if leaf.known and leaf.points} == {
        "1.1", "1.2", "1.3", "2.1.1",
    }  # fmt: skip
    assert found.entries["1.1"].updated_by == owned.people["HL.SNV"].actor


@pytest.mark.parametrize("code", ["1.3", "2.1.1", "2.2"])
async def test_an_owner_declares_no_leaf_of_another(owned: Year, code: str) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await save(owned, owned.people["HL.SNV"], "HL", one(code))


async def test_of_leaves_sent_together_one_that_is_not_owned_refuses_all(owned: Year) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await save(owned, owned.people["HL.SNV"], "HL", one("1.1"), one("2.1.1"))
    assert (await part(owned, "HL")).entries["1.1"].facts == {}


async def test_an_owner_of_another_provinces_leaf_does_not_know_of_the_sheet(owned: Year) -> None:
    with pytest.raises(Refused, match="not_found"):
        await save(owned, owned.people["TH.SNV"], "HL", one("1.1"))
    with pytest.raises(Refused, match="not_found"):
        await part(owned, "TH.SNV")


async def test_an_owner_neither_hands_in_nor_sends_nor_takes_back(owned: Year) -> None:
    person, sheet = owned.people["HL.SNV"], owned.sheets["HL"]
    await save(owned, person, "HL", one("1.1"))
    for deed in (submission.hand_in, submission.submit):
        async with owned.db.transaction(owned.tenant) as connection:
            with pytest.raises(Refused, match=r"not_allowed|sheet_wrong_state"):
                await deed(connection, person, sheet)
    for step in (submission.send_back, submission.withdraw):
        async with owned.db.transaction(owned.tenant) as connection:
            with pytest.raises(Refused, match=r"not_allowed|sheet_wrong_state"):
                await step(connection, person, sheet, "Lý do")


async def test_what_an_owner_declared_is_handed_in_by_the_province(owned: Year) -> None:
    await save(owned, owned.people["HL.SNV"], "HL", one("1.1"))
    await hand_in(owned, await complete(owned, "HL"), "HL")
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(owned, owned.people["HL.SNV"], "HL", Declaration(code="1.1", facts={"1.1.issued": "false"}))
    await submit(owned, owned.people["HL"], "HL")


# what an owner sees


async def test_an_owner_sees_its_leaves_their_points_and_nothing_of_the_others(owned: Year) -> None:
    await save(owned, owned.people["HL"], "HL", one("1.3"), one("2.2"))
    await save(owned, owned.people["HL.SNV"], "HL", one("1.1"))
    found = await part(owned, "HL.SNV")
    assert set(found.entries) == set(found.points_now.leaves) == {"1.1", "1.2"}
    assert (found.points_now.points, found.points_now.total.max, found.owner) == (2, 5, "Sở Nội vụ Hòa Lâm")
    assert set(found.published.places) == {"1", "1.1", "1.2"}
    assert found.shared == {}
    assert (await part(owned, "HL")).owner is None


async def test_a_fact_that_leaves_share_is_seen_by_the_owner_of_one_of_them(owned: Year) -> None:
    await save(owned, owned.people["HL"], "HL", one("2.1.2"))
    assert set((await part(owned, "HL.STC")).shared) == {"dossiers"}


async def test_a_leaf_that_is_not_owned_is_not_found_and_the_whole_sheet_is_nobodys_but_the_provinces(
    owned: Year,
) -> None:
    assert (await part(owned, "HL.SNV", "1.1")).owner
    with pytest.raises(Refused, match="not_found"):
        await part(owned, "HL.SNV", "2.2")
    async with owned.db.transaction(owned.tenant) as connection:
        with pytest.raises(Refused, match="not_allowed"):
            await read_board(connection, owned.people["HL.SNV"], owned.sheets["HL"])


async def test_somebody_of_an_owner_without_a_role_that_reads_sheets_sees_nothing(owned: Year) -> None:
    owned.people["nobody"] = await owned.person("interviewer", agency="HL.SNV")
    with pytest.raises(Refused, match="not_found"):
        await part(owned, "nobody")


async def test_each_hears_of_the_sheets_in_which_it_has_leaves(owned: Year) -> None:
    async with owned.db.transaction(owned.tenant) as connection:
        for who, expected in (("HL.SNV", ["HL"]), ("TH.SNV", ["TH"]), ("HL", []), ("BNV", [])):
            found = await listing.with_part_of(connection, owned.agencies[who])
            assert [sheet.agency_code for sheet in found] == expected


async def test_another_tenant_has_nothing_of_it_under_the_same_ids(owned: Year, other_tenant: UUID) -> None:
    async with owned.db.transaction(other_tenant) as connection:
        assert await owner_bodies.of_cycle(connection, owned.cycle) == {}
        assert await listing.with_part_of(connection, owned.agencies["HL.SNV"]) == []
        with pytest.raises(Refused, match="not_found"):
            await read_part(connection, owned.people["HL.SNV"], owned.sheets["HL"])


# evidence


async def test_an_owner_proves_its_leaf_by_its_own_document_which_the_province_may_read(
    owned: Year, tmp_path: Path
) -> None:
    mine = await register(owned, owned.people["HL.SNV"], tmp_path)
    await attach(owned, owned.people["HL.SNV"], "HL", Attachment(code="1.1", document_id=mine))
    async with owned.db.transaction(owned.tenant) as connection:
        for who in ("HL.SNV", "HL"):
            assert (await evidence.readable(connection, owned.people[who], mine)).id == mine
        for who in ("HL.STC", "TH", "TH.SNV"):
            with pytest.raises(Refused, match="not_found"):
                await evidence.readable(connection, owned.people[who], mine)


async def test_an_owner_puts_no_document_to_a_leaf_of_another_and_none_of_the_province_to_its_own(
    owned: Year, tmp_path: Path
) -> None:
    mine = await register(owned, owned.people["HL.SNV"], tmp_path)
    theirs = await register(owned, owned.people["HL"], tmp_path, number="99/BC")
    for attachment in (Attachment(code="2.1.1", document_id=mine), Attachment(code="1.1", document_id=theirs)):
        with pytest.raises(Refused, match=r"not_allowed|not_found"):
            await attach(owned, owned.people["HL.SNV"], "HL", attachment)


async def test_an_owner_takes_off_what_is_at_its_leaf_and_nothing_else(owned: Year, tmp_path: Path) -> None:
    theirs = await register(owned, owned.people["HL"], tmp_path)
    await attach(
        owned, owned.people["HL"], "HL", *(Attachment(code=code, document_id=theirs) for code in ("1.1", "2.2"))
    )
    found = await part(owned, "HL")
    ids = {code: found.attached[found.entries[code].id][0].id for code in ("1.1", "2.2")}
    async with owned.db.transaction(owned.tenant) as connection:
        await evidence.detach(connection, owned.people["HL.SNV"], owned.sheets["HL"], "1.1", ids["1.1"])
        with pytest.raises(Refused, match="not_allowed"):
            await evidence.detach(connection, owned.people["HL.SNV"], owned.sheets["HL"], "2.2", ids["2.2"])


# requests and appraisal


async def test_a_request_on_an_owned_leaf_waits_for_the_owner_and_the_province(owned: Year) -> None:
    await hand_in(owned, await complete(owned, "HL"), "HL")
    await submit(owned, owned.people["HL"], "HL")
    appraiser = await owned.person("appraiser", agency="BNV")
    async with owned.db.transaction(owned.tenant) as connection:
        ask = Ruling(code="1.1", kind="ask", reason="Kế hoạch ban hành ngày nào?")
        await deciding.decide(connection, appraiser, owned.sheets["HL"], [ask])
        waiting = {
            who: [one.code for one in await decisions.requests_of_agency(connection, owned.agencies[who])]
            for who in ("HL", "HL.SNV", "HL.STC", "TH.SNV")
        }
        assert waiting == {"HL": ["1.1"], "HL.SNV": ["1.1"], "HL.STC": [], "TH.SNV": []}
        with pytest.raises(Refused, match="not_allowed"):
            await deciding.answer(connection, owned.people["HL.STC"], owned.sheets["HL"], "1.1", "Ngày 5/1.")
        await deciding.answer(connection, owned.people["HL.SNV"], owned.sheets["HL"], "1.1", "Ngày 5/1.")


async def test_who_declares_a_leaf_appraises_nothing_of_that_sheet(owned: Year) -> None:
    await hand_in(owned, await complete(owned, "HL"), "HL")
    await submit(owned, owned.people["HL"], "HL")
    appraiser = await owned.person("appraiser", agency="HL.SNV")
    async with owned.db.transaction(owned.tenant) as connection:
        with pytest.raises(Refused, match="own_agency"):
            await deciding.decide(connection, appraiser, owned.sheets["HL"], [Ruling(code="2.2", kind="accept")])
        sheet = await sheet_queries.by_id(connection, owned.sheets["HL"])
        assert sheet is not None
        assert permission.involved(appraiser, sheet)
        assert not permission.may(appraiser, "appraisal:decide", sheet)


# setting up


@pytest.mark.parametrize(
    ("owners", "code"),
    [
        ({"1.1": "TH.SNV"}, "owner_not_below"),
        ({"1.1": "BNV"}, "owner_not_below"),
        ({"1.1": "HL"}, "owner_not_below"),
        ({"1.1": "HL.SNV", "2.2": "TH"}, "owner_not_below"),
    ],
)
async def test_an_owner_stands_below_the_agency_whose_sheet_it_is(
    draft: Year, owners: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await own(draft, owners)
    assert {fault.code for fault in refused.value.fields} == {code}


async def test_who_appraises_in_the_year_owns_nothing_and_who_owns_may_not_be_named_unseen(draft: Year) -> None:
    manager = await draft.person("secretary")
    async with draft.db.transaction(draft.tenant) as connection:
        pair = (draft.agencies["HL.SNV"], draft.agencies["BTP"])
        changes = drafting.DraftChanges(bodies={"home-affairs": pair, "government-office": pair})
        await drafting.change(connection, draft.cycle, changes, by="system")
    with pytest.raises(Refused) as refused:
        await own(draft, {"1.1": "HL.SNV"})
    assert [fault.code for fault in refused.value.fields] == ["owner_appraises"]
    await own(draft, {"1.1": "HL.STC"})
    async with draft.db.transaction(draft.tenant) as connection:
        pair = (draft.agencies["HL.STC"], draft.agencies["BTP"])
        changes = drafting.DraftChanges(bodies={"home-affairs": pair, "government-office": pair})
        await drafting.change(connection, draft.cycle, changes, by="system")
        check = await step_checks.of_opening(connection, manager, draft.cycle)
        assert "owner_appraises" in {line.code for line in check.impossible}


async def test_survey_leaves_and_unknown_ones_are_declared_by_nobody(draft: Year) -> None:
    for code in ("3.1", "9.9", "1"):
        with pytest.raises(Refused, match="not_declared_by_agencies"):
            await own(draft, {code: "HL.SNV"})


async def test_owners_are_named_for_those_that_take_part_and_before_the_year_opens(owned: Year) -> None:
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await own(owned, {"1.1": "HL.STC"})
    other = await drafted_again(owned)
    with pytest.raises(Refused, match="not_found"):
        await own(other, {}, "NL")


async def drafted_again(year: Year) -> Year:
    manager = await year.person("index_manager")
    async with year.db.transaction(year.tenant) as connection:
        made = await from_last_year.draft(
            connection, manager, source_id=year.cycle, family="par-index", tier="province", year=2027, days=DAYS,
            criteria_set_id=await next_set(connection),
        )  # fmt: skip
        await drafting.change(connection, made, drafting.DraftChanges(left_out=[year.agencies["NL"]]), by="system")
    return Year(db=year.db, tenant=year.tenant, cycle=made, agencies=year.agencies, sheets={}, people=year.people)


async def test_the_database_refuses_an_owner_of_an_open_year_and_one_that_stands_elsewhere(owned: Year) -> None:
    statement = """insert into leaf_owners (tenant_id, cycle_id, agency_id, code, owner_id)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)"""
    late = (owned.cycle, owned.agencies["HL"], "2.2", owned.agencies["HL.SNV"])
    other = await drafted_again(owned)
    elsewhere = (other.cycle, owned.agencies["HL"], "2.2", owned.agencies["TH.SNV"])
    for values, constraint in ((late, "ck_leaf_owners_draft"), (elsewhere, "ck_leaf_owners_below")):
        async with owned.db.transaction(owned.tenant) as connection:
            with pytest.raises(asyncpg.CheckViolationError) as refused:
                await connection.execute(statement, *values)
            assert refused.value.constraint_name == constraint


async def test_next_year_keeps_owners_that_still_stand_below_and_leaves_that_are_still_there(owned: Year) -> None:
    async with owned.db.transaction(owned.tenant) as connection:
        moved = await agencies.find(connection, "HL.STC")
        await agencies.change(connection, moved, {"parent": "TH"}, by="system")
    other = await drafted_again(owned)
    async with owned.db.transaction(owned.tenant) as connection:
        found = await owner_bodies.of_cycle(connection, other.cycle)
        assert found == {
            owned.agencies["HL"]: dict.fromkeys(("1.1", "1.2"), owned.agencies["HL.SNV"]),
            owned.agencies["TH"]: {"1.1": owned.agencies["TH.SNV"]},
        }
        source = NEXT.replace("2027.1", "2027.3").replace('code: "1.1"', 'code: "1.9"')
        set_id = await published_sets.publish(
            connection, load_bytes(source.encode(), "s.yaml"), source=source, by="system"
        )
        await drafting.change(connection, other.cycle, drafting.DraftChanges(criteria_set_id=set_id), by="system")
        found = await owner_bodies.of_cycle(connection, other.cycle)
        assert found == {owned.agencies["HL"]: {"1.2": owned.agencies["HL.SNV"]}}
        await drafting.delete(connection, other.cycle, by="system")
        assert await owner_bodies.of_cycle(connection, other.cycle) == {}


async def test_an_agency_that_leaves_a_draft_takes_its_owners_with_it(draft: Year) -> None:
    await own(draft, {"1.1": "HL.SNV"})
    async with draft.db.transaction(draft.tenant) as connection:
        changes = drafting.DraftChanges(left_out=[draft.agencies["HL"]])
        await drafting.change(connection, draft.cycle, changes, by="system")
        assert await owner_bodies.of_cycle(connection, draft.cycle) == {}


async def test_an_owner_in_which_nobody_may_declare_is_told_before_the_year_opens(draft: Year) -> None:
    secretary = await draft.person("secretary")
    await own(draft, {"1.1": "HL.SNV", "2.2": "HL.STC"})
    await draft.person("specialist", agency="HL.STC")
    async with draft.db.transaction(draft.tenant) as connection:
        check = await step_checks.of_opening(connection, secretary, draft.cycle)
        lines = {line.code: line.told.values for line in check.lines}
        assert lines["owner_without_account"]["agencies"] == ("Sở Nội vụ Hòa Lâm",)
