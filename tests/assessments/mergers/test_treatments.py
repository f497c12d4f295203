"""Agencies that end while a year is open: their sheets are handed over or scored alone, as was chosen, and the year says so."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from parindex.agencies import NewAgency, add, deeds
from parindex.agencies.model import Basis
from parindex.assessments.mergers import queries as merger_queries
from parindex.assessments.mergers import treatments as mergers
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring
from parindex.assessments.sheets import queries as sheet_queries
from parindex.errors import Refused
from parindex.rankings import gathering
from parindex.rankings import queries as ranking_queries
from parindex.rankings.compute import compute, score
from parindex.rankings.model import YearSources
from parindex.rankings.recompute import recompute
from parindex.store.database import Connection
from tests.assessments.conftest import FACTS, Year
from tests.assessments.years_of_provinces import surveyed

PAPER = Basis(number="12/NQ-HĐND", date=date(2026, 2, 3))
DAY = date(2026, 7, 1)


async def merged(
    connection: Connection,
    year: Year,
    treatment: str,
    *,
    into: NewAgency | UUID,
    ending: tuple[str, ...] = ("TH", "NL"),
) -> UUID:
    """Provinces of the year become one; gives the successor."""
    ids = [year.agencies[code] for code in ending]
    deed, follower = await deeds.merge(connection, ids, into, day=DAY, basis=PAPER, by="system")
    chosen = {year.cycle: treatment} if treatment else {}
    await mergers.apply(connection, deed, ids, [follower], chosen, day=DAY, decision=PAPER.number, by="system")
    return follower


NEW = NewAgency(code="TN", name_vi="Tỉnh Tân Ngọc", tier="province")


async def states(connection: Connection, year: Year) -> dict[str, tuple[str, bool]]:
    return {one.agency_code: (one.state, one.ranked) for one in await sheet_queries.of_cycle(connection, year.cycle)}


async def test_a_successor_takes_a_sheet_of_its_own_and_the_predecessors_hand_theirs_over(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "inherit", into=NEW)
        assert await states(connection, year) == {
            "HL": ("not_started", True), "TH": ("handed_over", False), "NL": ("handed_over", False),
            "TN": ("not_started", True),
        }  # fmt: skip
        (sheet,) = [one for one in await sheet_queries.of_cycle(connection, year.cycle) if one.agency_code == "TN"]
        assert len(await sheet_queries.entries(connection, sheet.id)) == 7
        assert sheet.attributes == {"has_ports": "true"}
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
        assert [one.code for one in given.agencies] == ["HL", "TN"]
        formed = given.agencies[1].formed
        assert formed is not None
        assert (formed.on, formed.codes, formed.decision) == (DAY, ("TH", "NL"), PAPER.number)
        assert given.methods is not None
        (told,) = given.methods.mergers
        assert (told.treatment, told.predecessors, told.successors) == ("inherit", ("TH", "NL"), ("TN",))


async def test_a_successor_that_bears_the_code_of_a_predecessor_is_computed_from_its_own_sheet(year: Year) -> None:
    person = await year.person("specialist", agency="TH")
    same = NewAgency(code="TH", name_vi="Tỉnh Tân Ngọc", tier="province", official_order=9)
    async with year.db.transaction(year.tenant) as connection:
        await declaring.save(connection, person, year.sheets["TH"], [Declaration(code="1.1", facts=FACTS["1.1"])])
        await merged(connection, year, "inherit", into=same)
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
        found = {one.code: one for one in given.agencies}
        assert set(found) == {"HL", "TH"}
        assert (found["TH"].name_vi, found["TH"].ranked, found["TH"].submitted) == ("Tỉnh Tân Ngọc", True, False)


async def test_a_predecessor_that_is_scored_alone_keeps_its_sheet_and_is_not_ranked(year: Year) -> None:
    person = await year.person("specialist", agency="TH")
    async with year.db.transaction(year.tenant) as connection:
        await declaring.save(connection, person, year.sheets["TH"], [Declaration(code="1.1", facts=FACTS["1.1"])])
        await merged(connection, year, "alone", into=NEW)
        assert await states(connection, year) == {
            "HL": ("not_started", True), "TH": ("drafting", False), "NL": ("not_started", False),
        }  # fmt: skip
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
        assert [one.code for one in given.agencies] == ["TH", "HL", "NL"]
        assert given.methods is not None
        assert given.methods.unranked == {"TH", "NL"}


async def test_an_edition_that_ranks_a_predecessor_scored_alone_does_not_verify(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "alone", into=NEW)
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)

    computed = compute(given)
    assert recompute(computed).differences == ()
    assert {one.agency: one.rank for one in score(given).results if one.agency in ("TH", "NL")} == {
        "TH": None,
        "NL": None,
    }


async def test_evidence_goes_to_the_entries_of_the_successor(year: Year, owner: Connection) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await connection.execute(
            """insert into evidence_files (tenant_id, sha256, size, media_type)
            values (current_setting('parindex.tenant')::uuid, repeat('a', 64), 1, 'application/pdf')"""
        )
        document = await connection.fetchval(
            """insert into documents (tenant_id, id, agency_id, number, issued_on, issuer, abstract, sha256, file_name,
                not_secret, search_key, registered_by)
            values (current_setting('parindex.tenant')::uuid, gen_random_uuid(), $1, '5/KH', '2026-01-05', 'UBND', 'Kế hoạch',
                repeat('a', 64), 'a.pdf', true, 'a', 'system') returning id""",
            year.agencies["TH"],
        )
        await connection.execute(
            """insert into entry_documents (tenant_id, id, entry_id, document_id, pages, attached_by)
            select tenant_id, gen_random_uuid(), id, $2, '3', 'system' from entries where sheet_id = $1 and code = '1.1'""",
            year.sheets["TH"], document,
        )  # fmt: skip
        follower = await merged(connection, year, "inherit", into=NEW)
        rows = await connection.fetch(
            """select e.code, x.pages, d.agency_id from entry_documents x
            join documents d on d.tenant_id = x.tenant_id and d.id = x.document_id
            join entries e on e.tenant_id = x.tenant_id and e.id = x.entry_id where d.agency_id = $1""",
            follower,
        )
        assert [tuple(row) for row in rows] == [("1.1", "3", follower)]
        assert await connection.fetchval("select count(*) from evidence_files") == 1


async def test_one_that_takes_part_already_keeps_its_own_sheet(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "inherit", into=year.agencies["HL"], ending=("NL",))
        assert await states(connection, year) == {
            "HL": ("not_started", True), "TH": ("not_started", True), "NL": ("handed_over", False),
        }  # fmt: skip


async def test_a_successor_has_the_mean_of_its_predecessors_without_a_sheet_of_its_own(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "weighted_months", into=NEW)
        assert await states(connection, year) == {
            "HL": ("not_started", True), "TH": ("not_started", False), "NL": ("not_started", False),
        }  # fmt: skip
        given = await given_of(connection, year)
    assert [one.code for one in given.agencies] == ["TH", "HL", "NL", "TN"]
    assert given.methods is not None
    (told,) = given.methods.mergers
    assert told.weights is not None
    assert (told.treatment, told.predecessors, told.successors) == ("weighted", ("TH", "NL"), ("TN",))
    assert [(one.agency, one.weight) for one in told.weights.parts] == [("TH", "6"), ("NL", "6")]
    assert recompute(compute(given)).differences == ()


async def test_a_predecessor_whose_code_goes_on_stands_in_the_year_by_the_day_on_which_it_ended(year: Year) -> None:
    person = await year.person("specialist", agency="TH")
    same = NewAgency(code="TH", name_vi="Tỉnh Tân Ngọc", tier="province", official_order=9)
    async with year.db.transaction(year.tenant) as connection:
        await declaring.save(connection, person, year.sheets["TH"], [Declaration(code="1.1", facts=FACTS["1.1"])])
        await merged(connection, year, "weighted_months", into=same)
        given = await given_of(connection, year)
    known = {one.code: one for one in given.agencies}
    assert set(known) == {"TH-20260701", "HL", "NL", "TH"}
    assert (known["TH-20260701"].name_vi, known["TH-20260701"].facts["1.1.issued"]) == ("Thành phố Tân Hải", "true")
    assert (known["TH"].name_vi, known["TH"].submitted) == ("Tỉnh Tân Ngọc", False)
    computed = {one.agency: one for one in score(given).results}
    assert computed["TH"].rank is None  # one of its parts handed in nothing
    assert computed["TH"].status == "no_submission"


async def test_population_is_of_the_day_before_and_needed_of_everyone(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        day = date(2026, 3, 1)
        for code, people in (("TH", 1_300_000), ("NL", None)):
            if people:
                await deeds.become(
                    connection, year.agencies[code], {"population": people}, day=day, basis=PAPER, by="x"
                )
    with pytest.raises(Refused, match="invalid_fields"):
        async with year.db.transaction(year.tenant) as connection:
            await merged(connection, year, "weighted_population", into=NEW)
    async with year.db.transaction(year.tenant) as connection:
        await deeds.become(connection, year.agencies["NL"], {"population": 700_000}, day=day, basis=PAPER, by="x")
        await deeds.become(connection, year.agencies["NL"], {"population": 1}, day=DAY, basis=PAPER, by="x")
        await merged(connection, year, "weighted_population", into=NEW)
        given = await given_of(connection, year)
    assert given.methods is not None
    weights = given.methods.mergers[0].weights
    assert weights is not None
    assert (weights.by, [one.weight for one in weights.parts]) == ("population", ["1300000", "700000"])


async def test_one_that_takes_part_already_counts_with_the_months_of_the_whole_year(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "weighted_months", into=year.agencies["HL"], ending=("NL",))
        assert (await states(connection, year))["HL"] == ("not_started", True)
        given = await given_of(connection, year)
    assert given.methods is not None
    weights = given.methods.mergers[0].weights
    assert weights is not None
    assert [(one.agency, one.weight) for one in weights.parts] == [("NL", "6"), ("HL", "12")]


async def test_one_agency_alone_has_no_mean(year: Year) -> None:
    other = NewAgency(code="XX", name_vi="Tỉnh Ngoài Kỳ", tier="province", valid_from=date(2020, 1, 1))
    async with year.db.transaction(year.tenant) as connection:
        outside = await add(connection, other, by="x")
    with pytest.raises(Refused, match="invalid_fields"):
        async with year.db.transaction(year.tenant) as connection:
            await merged(connection, year, "weighted_months", into=outside, ending=("NL",))


async def test_a_successor_by_mean_that_ends_in_the_same_year_is_a_part_of_the_next(year: Year) -> None:
    later = date(2026, 10, 1)
    async with year.db.transaction(year.tenant) as connection:
        first = await merged(connection, year, "weighted_months", into=NEW)
        ids = [first, year.agencies["HL"]]
        last = NewAgency(code="ZZ", name_vi="Tỉnh Cuối", tier="province")
        deed, follower = await deeds.merge(connection, ids, last, day=later, basis=PAPER, by="system")
        chosen = {year.cycle: "weighted_months"}
        await mergers.apply(connection, deed, ids, [follower], chosen, day=later, decision="2", by="system")
        given = await given_of(connection, year)
    assert given.methods is not None
    assert [
        [(one.agency, one.weight) for one in merger.weights.parts] for merger in given.methods.mergers if merger.weights
    ] == [[("TH", "6"), ("NL", "6")], [("HL", "9"), ("TN", "3")]]
    assert given.methods.unranked == {"TH", "NL", "TN", "HL"}
    assert recompute(compute(given)).differences == ()


async def test_a_year_that_is_appraised_offers_a_mean_and_no_new_sheet(year: Year, owner: Connection) -> None:
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update cycles set state = 'consolidation' where id = $1", year.cycle)
    async with year.db.transaction(year.tenant) as connection:
        (touched,) = await mergers.touched(connection, [year.agencies["TH"], year.agencies["NL"]])
        assert touched.choices == ("weighted_months", "weighted_population", "alone")


async def given_of(connection: Connection, year: Year) -> YearSources:
    cycle = await ranking_queries.cycle(connection, year.cycle)
    assert cycle is not None
    return await gathering.gather(connection, cycle)


@pytest.mark.parametrize("treatment", ["", "weighted", "else", "weighted_population"])
async def test_a_year_for_which_nothing_was_chosen_stops_the_merger(year: Year, treatment: str) -> None:
    with pytest.raises(Refused, match="invalid_fields") as told:
        async with year.db.transaction(year.tenant) as connection:
            await merged(connection, year, treatment, into=NEW)
    assert [one.code for one in told.value.fields] == ["treatment_unchosen"]
    async with year.db.transaction(year.tenant) as connection:
        assert not await merger_queries.of_cycle(connection, year.cycle)
        assert len(await states(connection, year)) == 3


@pytest.mark.parametrize(
    ("treatment", "asked", "unasked"),
    [
        ("inherit", {"HL"}, {"TN"}),
        ("weighted_months", {"HL", "TH", "NL"}, set()),
        ("alone", {"HL", "TH", "NL"}, set()),
    ],
)
async def test_what_people_said_of_predecessors_counts_where_their_sheets_do(
    year: Year, treatment: str, asked: set[str], unasked: set[str]
) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await surveyed(connection, year)
        stored = await connection.fetchval("select count(*) from survey_estimates")
        await merged(connection, year, treatment, into=NEW)
        cycle = await ranking_queries.cycle(connection, year.cycle)
        assert cycle is not None
        given = await gathering.gather(connection, cycle)
        assert await connection.fetchval("select count(*) from survey_estimates") == stored == 3
    told = {one.agency: one.state for one in given.estimates}
    assert {code for code, state in told.items() if state == "estimated"} == asked
    assert {code for code, state in told.items() if state == "not_held"} == unasked


async def test_a_deed_that_touched_a_year_says_so(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await merged(connection, year, "alone", into=NEW)
        deed = await connection.fetchval("select deed_id from cycle_mergers")
        assert await mergers.in_years(connection, deed)
        assert not await mergers.in_years(connection, year.cycle)
