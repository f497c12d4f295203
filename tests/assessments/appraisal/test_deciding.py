"""Deciding: facts change and the rule computes; nobody appraises their own; points of every stage stay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import asyncpg
import pytest

from parindex.access import Person
from parindex.assessments.appraisal import accepting, deciding
from parindex.assessments.appraisal import queries as decisions
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import closing
from parindex.assessments.cycles.accepted_facts import facts_of_cycle
from parindex.assessments.model import Cycle, Declaration
from parindex.assessments.sheets import queries, submission
from parindex.errors import Refused
from parindex.rankings import years
from parindex.surveys.results import estimates
from parindex.surveys.rounds import opening
from tests.assessments.conftest import EARLY, Year
from tests.assessments.sheets.test_declaring import board, complete, hand_in, save, submit


@pytest.fixture
async def sent(year: Year) -> Year:
    """HL and TH sent their sheets; NL holds a part of its own."""
    for agency in ("HL", "TH"):
        await hand_in(year, await complete(year, agency), agency)
        await submit(year, await year.person("leader", agency=agency), agency)
    year.people["BNV"] = await year.person("appraiser", agency="BNV", name="Lê Minh Đức")
    year.people["HL"] = await year.person("appraiser", agency="HL")
    year.people["BTP"] = await year.person("appraiser", agency="BTP")
    return year


async def decide(year: Year, person: Person, agency: str, *rulings: Ruling) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await deciding.decide(connection, person, year.sheets[agency], rulings)


async def points(year: Year, agency: str, code: str) -> dict[str, Decimal | None]:
    async with year.db.transaction(year.tenant) as connection:
        entry = next(e for e in await queries.entries(connection, year.sheets[agency]) if e.code == code)
        found = await queries.points_of_sheet(connection, year.sheets[agency])
    return {stage: kept.points for stage, kept in found[entry.id].items()}


async def test_accept_change_and_set_are_kept_beside_the_self_assessment(sent: Year) -> None:
    appraiser = sent.people["BNV"]
    await decide(
        sent, appraiser, "TH",
        Ruling(code="1.1", kind="accept"),
        Ruling(code="1.3", kind="change_facts", facts={"1.3.ports": "2"}, reason="Một cảng chưa hoạt động."),
        Ruling(code="1.2", kind="set_points", points=Decimal("1.25"), reason="Sáng kiến chưa nhân rộng."),
    )  # fmt: skip
    assert await points(sent, "TH", "1.1") == {"self": 2, "round1": 2}
    assert await points(sent, "TH", "1.3") == {"self": 3, "round1": 2}
    assert await points(sent, "TH", "1.2") == {"self": Decimal("2.5"), "round1": Decimal("1.25")}


async def test_a_changed_shared_fact_changes_every_leaf_that_takes_it(sent: Year) -> None:
    appraiser = sent.people["HL"]
    await decide(sent, appraiser, "TH", Ruling(code="2.1.2", kind="accept"))
    await decide(
        sent, appraiser, "TH",
        Ruling(code="2.1.1", kind="change_facts", facts={"dossiers": "200"}, reason="Theo Cổng dịch vụ công."),
    )  # fmt: skip
    assert await points(sent, "TH", "2.1.1") == {"self": Decimal("3.6"), "round1": Decimal("1.8")}
    assert await points(sent, "TH", "2.1.2") == {"self": 2, "round1": 1}
    await decide(sent, appraiser, "TH", Ruling(code="2.1.1", kind="accept"))
    assert (await points(sent, "TH", "2.1.2"))["round1"] == 2


async def test_own_agency_is_locked_and_its_substitute_appraises(sent: Year) -> None:
    with pytest.raises(Refused, match="own_agency"):
        await decide(sent, sent.people["HL"], "HL", Ruling(code="2.1.1", kind="accept"))
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BTP"], "TH", Ruling(code="2.1.1", kind="accept"))
    await decide(sent, sent.people["BTP"], "HL", Ruling(code="2.1.1", kind="accept"))


async def test_the_database_refuses_an_appraiser_of_the_same_agency(sent: Year, owner: asyncpg.Connection) -> None:
    await decide(sent, sent.people["BNV"], "TH", Ruling(code="1.1", kind="accept"))
    with pytest.raises(asyncpg.CheckViolationError, match="other_agency"):
        await owner.execute(
            """insert into appraisals (tenant_id, id, entry_id, sheet_id, agency_id, round, kind, max, decided_by,
                by_agency_id)
            select tenant_id, gen_random_uuid(), entry_id, sheet_id, agency_id, round, kind, max, decided_by, agency_id
            from appraisals limit 1"""
        )
    with pytest.raises(asyncpg.PostgresError, match="frozen"):
        await owner.execute("update appraisals set reason = 'khác'")


async def test_a_body_appraises_its_own_areas_only(sent: Year) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await decide(sent, sent.people["BNV"], "TH", Ruling(code="2.1.1", kind="accept"))


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (Ruling(code="1.2", kind="set_points", points=Decimal("3.01"), reason="x"), "points_out_of_range"),
        (Ruling(code="1.2", kind="set_points", points=Decimal("-1"), reason="x"), "points_out_of_range"),
        (Ruling(code="1.2", kind="set_points", points=Decimal(1)), "reason_missing"),
        (Ruling(code="1.3", kind="change_facts", facts={"1.3.ports": "3"}, reason="x"), "facts_unchanged"),
        (Ruling(code="1.3", kind="change_facts", facts={"1.3.ports": "2"}, reason=" "), "reason_missing"),
        (Ruling(code="1.1", kind="ask"), "reason_missing"),
        (Ruling(code="1.1", kind="accept", row_version=99), "entry_changed"),
        (Ruling(code="3.1", kind="accept"), "not_declared_by_agencies"),
    ],
)
async def test_a_decision_that_cannot_stand_is_refused(sent: Year, ruling: Ruling, code: str) -> None:
    with pytest.raises(Refused, match=code):
        await decide(sent, sent.people["BNV"], "TH", ruling)


async def test_facts_that_the_rule_refuses_are_not_accepted(sent: Year) -> None:
    wrong = Ruling(code="2.1.1", kind="change_facts", facts={"2.1.1.on_time": "101"}, reason="x")
    with pytest.raises(Refused, match="gap_refused"):
        await decide(sent, sent.people["HL"], "TH", wrong)


async def test_the_same_decision_twice_is_one(sent: Year) -> None:
    for _ in range(2):
        await decide(sent, sent.people["BNV"], "TH", Ruling(code="1.1", kind="accept"))
    async with sent.db.transaction(sent.tenant) as connection:
        assert len(await decisions.of_sheet(connection, sent.sheets["TH"])) == 1


async def test_a_sheet_that_was_opened_cannot_be_withdrawn(sent: Year) -> None:
    leader = await sent.person("leader", agency="TH")
    async with sent.db.transaction(sent.tenant) as connection:
        await deciding.open_sheet(connection, sent.people["BNV"], sent.sheets["TH"])
    with pytest.raises(Refused, match="withdrawal_refused"):
        async with sent.db.transaction(sent.tenant) as connection:
            await submission.withdraw(connection, leader, sent.sheets["TH"], "Sai")


async def test_a_request_is_answered_once(sent: Year) -> None:
    specialist = await sent.person("specialist", agency="TH")
    await decide(sent, sent.people["BNV"], "TH", Ruling(code="1.1", kind="ask", reason="Đề nghị bổ sung số văn bản."))

    async def answer(text: str) -> None:
        async with sent.db.transaction(sent.tenant) as connection:
            await deciding.answer(connection, specialist, sent.sheets["TH"], "1.1", text)

    await answer("Số 12/KH-UBND.")
    await answer("Số 12/KH-UBND.")
    with pytest.raises(Refused, match="nothing_asked"):
        await answer("Số 13/KH-UBND.")
    found = await board(sent, specialist, "TH")
    assert found.entries["1.1"].state == "answered"


async def test_the_rest_of_a_leaf_is_accepted_but_for_the_own_agency(sent: Year) -> None:
    async with sent.db.transaction(sent.tenant) as connection:
        assert await accepting.accept_rest(connection, sent.people["HL"], sent.cycle, "2.1.1") == 1
        assert await accepting.accept_rest(connection, sent.people["BNV"], sent.cycle, "1.1") == 2
        assert await accepting.accept_rest(connection, sent.people["BNV"], sent.cycle, "1.1") == 0


async def close_self_assessment(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)


async def states(year: Year) -> dict[str, str]:
    async with year.db.transaction(year.tenant) as connection:
        return {sheet.agency_code: sheet.state for sheet in await queries.of_cycle(connection, year.cycle)}


async def test_closing_locks_what_is_there_and_invents_nothing(year: Year) -> None:
    person = await year.person("specialist", agency="TH")
    await save(year, person, "TH", Declaration(code="1.1", facts={"1.1.issued": "true"}))
    emptied = await year.person("specialist", agency="NL")
    await save(year, emptied, "NL", Declaration(code="1.1", facts={"1.1.issued": "true"}))
    await save(year, emptied, "NL", Declaration(code="1.1", row_version=2))
    await close_self_assessment(year)
    assert await states(year) == {"TH": "auto_locked", "HL": "no_submission", "NL": "no_submission"}
    assert await points(year, "TH", "1.1") == {"self": 2}
    assert await points(year, "TH", "2.1.1") == {"self": None}
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(year, person, "TH", Declaration(code="1.2", facts={"1.2.judged": "1"}))


async def test_closing_appraisal_names_what_nobody_decided(sent: Year) -> None:
    await close_self_assessment(sent)
    with pytest.raises(Refused, match="cycle_undecided") as told:
        async with sent.db.transaction(sent.tenant) as connection:
            await closing.close_appraisal(connection, sent.people["secretary"], sent.cycle)
    assert told.value.values["count"] == 12
    assert told.value.values["entries"].startswith("Hòa Lâm 1.1; Hòa Lâm 1.2")


async def appraised_to_the_end(year: Year) -> Cycle:
    await close_self_assessment(year)
    async with year.db.transaction(year.tenant) as connection:
        for person, codes in (("BNV", ("1.1", "1.2", "1.3")), ("HL", ("2.1.1", "2.1.2", "2.2")),
                              ("BTP", ("2.1.1", "2.1.2", "2.2"))):  # fmt: skip
            for code in codes:
                await accepting.accept_rest(connection, year.people[person], year.cycle, code)
        await deciding.decide(
            connection, year.people["BNV"], year.sheets["TH"],
            [Ruling(code="1.2", kind="set_points", points=Decimal(1), reason="Chưa nhân rộng.")],
        )  # fmt: skip
        return await closing.close_appraisal(connection, year.people["secretary"], year.cycle)


async def test_a_year_appraised_to_the_end_gives_its_accepted_facts(sent: Year) -> None:
    closed = await appraised_to_the_end(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        facts = await facts_of_cycle(connection, sent.cycle)
    assert closed.state == "consolidation"
    assert await states(sent) == {"TH": "closed", "HL": "closed", "NL": "no_submission"}
    assert list(facts) == ["TH", "HL", "NL"]
    assert facts["NL"] == {"@has_ports": "false"}
    assert facts["TH"]["1.2.decided"] == "1"
    assert facts["TH"]["dossiers"] == "100"
    assert await points(sent, "TH", "1.2") == {"self": Decimal("2.5"), "round1": 1, "final": 1}


async def test_a_proposal_not_to_apply_holds_once_accepted(year: Year) -> None:
    person = await complete(year, "TH")
    found = await board(year, person, "TH")
    version = found.entries["2.2"].row_version
    proposed = Declaration(code="2.2", inapplicable=True, explanation="Không có.", row_version=version)
    await save(year, person, "TH", proposed)
    await hand_in(year, person, "TH")
    await submit(year, await year.person("leader", agency="TH"), "TH")
    async with year.db.transaction(year.tenant) as connection:
        assert "2.2.not_applicable" not in (await facts_of_cycle(connection, year.cycle))["TH"]
    await decide(year, await year.person("appraiser", agency="HL"), "TH", Ruling(code="2.2", kind="accept"))
    async with year.db.transaction(year.tenant) as connection:
        assert (await facts_of_cycle(connection, year.cycle))["TH"]["2.2.not_applicable"] == "true"
        kept = await queries.points_of_sheet(connection, year.sheets["TH"])
    entry = (await board(year, person, "TH")).entries["2.2"]
    assert kept[entry.id]["round1"].state == "not_applicable"


async def with_survey(year: Year) -> None:
    async with year.db.transaction(year.tenant) as connection:
        held = await opening.open_imported(
            connection, cycle_id=year.cycle, instrument_code="sipas", title_vi="Hài lòng",
            opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30), actor="system",
        )  # fmt: skip
        rows = [(year.agencies[code], "index", Decimal("0.8"), 0.01, 20, 100, 90.0, False) for code in year.sheets]
        await estimates.bring(connection, held.id, rows, method={}, responses=300, actor="system")


async def test_the_points_of_a_year_are_those_that_its_appraisal_left(sent: Year) -> None:
    await appraised_to_the_end(sent)
    await with_survey(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        computed = years.decoded(await years.compute_year(connection, sent.people["secretary"], sent.cycle))
    nodes = {result.agency: result.nodes for result in computed.results}
    assert nodes["TH"]["1.2"].points == "1"
    assert nodes["TH"]["3.1"].points == "8"


@pytest.mark.parametrize(
    ("change", "kept", "computed"),
    [("points = 1.5", "1.5", "1"), ("points = null, state = 'unknown'", "unknown", "1")],
)
async def test_a_year_is_refused_where_kept_points_are_not_those_of_its_facts(
    sent: Year, owner: asyncpg.Connection, change: str, kept: str, computed: str
) -> None:
    await appraised_to_the_end(sent)
    await with_survey(sent)
    await owner.execute(
        f"""update entry_points p set {change} from entries e
        where e.id = p.entry_id and e.sheet_id = $1 and e.code = '1.2' and p.stage = 'final'""",
        sent.sheets["TH"],
    )
    with pytest.raises(Refused, match="year_points_differ") as told:
        async with sent.db.transaction(sent.tenant) as connection:
            await years.compute_year(connection, sent.people["secretary"], sent.cycle)
    assert told.value.values == {
        "count": 1, "agency": "TH", "criterion": "1.2", "kept": kept, "computed": computed
    }  # fmt: skip
    assert await owner.fetchval("select count(*) from year_computations") == 0


async def test_a_second_click_on_close_is_told_that_the_year_moved_on(year: Year) -> None:
    await close_self_assessment(year)
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await close_self_assessment(year)


async def test_every_change_left_its_row_in_the_record(sent: Year, owner: asyncpg.Connection) -> None:
    from parindex.agencies.model import TAGS as registry_tags
    from parindex.assessments.audit_tags import TAGS

    await decide(sent, sent.people["BNV"], "TH", Ruling(code="1.1", kind="accept"))
    found = {row["tag"] for row in await owner.fetch("select distinct tag from audit_rows")}
    known = TAGS.keys() | registry_tags.keys()
    assert {tag for tag in found if not tag.startswith(("access:", "tenant:", "store:"))} <= known
    assert {"agency:entry:save", "agency:input:save", "agency:sheet:move", "appraisal:entry:decide"} <= found


async def test_a_sheet_with_a_refused_fact_waits_for_its_appraiser(year: Year) -> None:
    person = await year.person("specialist", agency="TH")
    wrong = Declaration(code="2.1.1", facts={"dossiers": "100", "2.1.1.on_time": "101"})
    await save(year, person, "TH", wrong)
    await close_self_assessment(year)
    with pytest.raises(Refused, match="cycle_undecided") as told:
        async with year.db.transaction(year.tenant) as connection:
            await closing.close_appraisal(connection, year.people["secretary"], year.cycle)
    assert told.value.values["entries"] == "TP Tân Hải 2.1.1"
