"""A set corrected within its year: what it touches is declared anew, what it does not touch keeps points and states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex import scoring
from parindex.access import Person
from parindex.assessments.amendments import amending, planning, superseded
from parindex.assessments.amendments.model import SetAmendment, SupersededEntry
from parindex.assessments.appraisal import accepting
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.criteria import published_sets
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import closing, listing
from parindex.assessments.cycles.accepted_facts import facts_of_cycle
from parindex.assessments.evidence import queries as evidence_queries
from parindex.assessments.evidence.register import Attachment
from parindex.assessments.model import Declaration, SheetEntry
from parindex.assessments.sheets import queries, submission
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.rankings import years
from tests.assessments.appraisal.test_deciding import close_self_assessment, decide, points, sent, with_survey
from tests.assessments.conftest import SET, Year
from tests.assessments.evidence.test_register import attach, register
from tests.assessments.owners.test_owner_bodies import draft, owned
from tests.assessments.sheets.test_declaring import board, complete, hand_in, save, submit

__all__ = ["draft", "owned", "sent"]

PAPER = ReasonedDecision(number="77/QĐ-UBND", date=date(2026, 11, 20), reason="Sửa mốc của tiêu chí 2.2")
LAST = date(2099, 2, 1)

AMENDED = SET.replace('version: "2026.1"', 'version: "2026.2"\nsupersedes: "2026.1"')
STRICTER = AMENDED.replace("{from: 50, points: 2}", "{from: 70, points: 2}")
"""2.2 gives points from another threshold."""

WIDER = STRICTER.replace(
    '      - {code: "1.2", title: {vi: "Sáng kiến"}, max: 3,', '      - {code: "1.2", title: {vi: "Sáng kiến"}, max: 2,'
).replace(
    """      - {code: "1.3", title: {vi: "Cảng"}, max: 5, needs: has_ports, inputs: {ports: {type: count, label: {vi: "Số cảng"}}},
         rule: {each: ports, points: 1}}
""",
    """      - {code: "1.4", title: {vi: "Họp báo"}, max: 1, evidence: none, inputs: {held: {type: boolean, label: {vi: "Đã họp"}}},
         rule: {yes_no: held}}
""",
)
"""Besides, 1.2 gives fewer points, 1.3 is asked no more and 1.4 is new."""


async def newer(year: Year, text: str = STRICTER) -> UUID:
    async with year.db.transaction(year.tenant) as connection:
        law = scoring.load_bytes(text.encode(), "x.yaml")
        return await published_sets.publish(connection, law, source=text, by="system")


async def amend(year: Year, set_id: UUID, person: Person | None = None) -> SetAmendment:
    async with year.db.transaction(year.tenant) as connection:
        return await amending.amend(
            connection, person or year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=LAST
        )


async def entries(year: Year, agency: str) -> dict[str, SheetEntry]:
    async with year.db.transaction(year.tenant) as connection:
        return {entry.code: entry for entry in await queries.entries(connection, year.sheets[agency])}


async def state(year: Year, agency: str) -> str:
    async with year.db.transaction(year.tenant) as connection:
        sheet = await queries.by_id(connection, year.sheets[agency])
    assert sheet is not None
    return sheet.state


async def resend(year: Year, agency: str) -> None:
    leader = await year.person("leader", agency=agency)
    async with year.db.transaction(year.tenant) as connection:
        await submission.resend(connection, leader, year.sheets[agency])


async def test_only_what_differs_is_declared_anew(year: Year) -> None:
    set_id = await newer(year, WIDER)
    async with year.db.transaction(year.tenant) as connection:
        cycle = await listing.by_id(connection, year.cycle)
        plan = planning.planned(await published(connection, cycle.criteria_set_id), await published(connection, set_id))
    assert plan.reopened == ("1.2", "1.4", "2.2")
    assert plan.retired == ("1.3",)
    assert plan.kept == ("1.1", "2.1.1", "2.1.2", "B1")
    assert plan.moved == ()


async def test_a_sheet_that_was_sent_keeps_everything_but_what_is_opened_again(sent: Year) -> None:
    await decide(sent, sent.people["HL"], "TH", Ruling(code="2.1.1", kind="accept"), Ruling(code="2.2", kind="accept"))
    before = await entries(sent, "TH")
    done = await amend(sent, await newer(sent))
    after = await entries(sent, "TH")
    assert done.reopened == ("2.2",)
    assert {code for code in after if after[code] != before[code]} == {"2.2"}
    assert (after["2.2"].state, after["2.2"].facts) == ("reopened", {"2.2.share": "60"})
    assert await state(sent, "TH") == "appraisal_1"
    assert (await entries(sent, "HL"))["2.2"].state == "reopened"
    assert await state(sent, "HL") == "submitted"
    assert await points(sent, "TH", "2.1.1") == {"self": Decimal("3.6"), "round1": Decimal("3.6")}
    assert await points(sent, "TH", "2.2") == {"self": None, "round1": None}
    async with sent.db.transaction(sent.tenant) as connection:
        kept = await connection.fetchrow(
            "select facts::text, state, points::text from superseded_entries where entry_id = $1", after["2.2"].id
        )
        facts = (await facts_of_cycle(connection, sent.cycle))["TH"]
    assert kept is not None
    assert (msgspec.json.decode(kept["facts"]), kept["state"]) == ({"2.2.share": "60"}, "agreed")
    assert msgspec.json.decode(kept["points"]) == {"self": 2, "round1": 2}
    assert facts["2.2.share"] == "60"


SHARED = STRICTER.replace(
    '{code: "2.1.1", title: {vi: "Đúng hạn"}, max: 4', '{code: "2.1.1", title: {vi: "Đúng hạn"}, max: 3'
)
"""Besides, 2.1.1 gives fewer points; it takes a fact that it shares with 2.1.2."""


async def before(year: Year, agency: str, code: str) -> list[SupersededEntry]:
    entry = (await entries(year, agency))[code]
    async with year.db.transaction(year.tenant) as connection:
        return await superseded.of_entry(connection, entry.id)


async def test_what_had_been_declared_stays_with_its_facts_its_documents_and_who_declared_it(
    year: Year, tmp_path: Path
) -> None:
    person = await complete(year, "HL")
    document = await register(year, person, tmp_path)
    await attach(year, person, "HL", Attachment(code="2.1.1", document_id=document, pages="trang 2"))
    await hand_in(year, person, "HL")
    await submit(year, await year.person("leader", agency="HL"), "HL")
    await amend(year, await newer(year, SHARED))
    now = await entries(year, "HL")
    again = Declaration(
        code="2.1.1", facts={"dossiers": "100", "2.1.1.on_time": "80"}, explanation="Số mới.",
        row_version=now["2.1.1"].row_version, shared_versions={"dossiers": 1},
    )  # fmt: skip
    await save(year, await year.person("specialist", agency="HL", name="Trần Văn Bình"), "HL", again)
    async with year.db.transaction(year.tenant) as connection:
        (attached,) = await evidence_queries.of_entry(connection, now["2.1.1"].id)
        await evidence_queries.detach(connection, attached.id, now["2.1.1"].id, person.actor)
    (found,) = await before(year, "HL", "2.1.1")
    assert found.older.criteria_set.version == "2026.1"
    assert dict(found.facts) == {"dossiers": "100", "2.1.1.on_time": "90"}
    assert (found.max, found.points, found.decision) == (4, Decimal("3.6"), PAPER.number)
    assert (found.explanation, found.declared_by) == ("Theo báo cáo năm.", "Nguyễn Thu Hạnh")
    assert found.declared_at is not None
    assert [one.document.number for one in found.documents] == ["318/BC-VP"]
    assert await before(year, "HL", "1.1") == [], "it was not opened again"
    assert await before(year, "NL", "2.2") == [], "nothing had been declared"


async def test_each_version_before_has_what_was_declared_under_it_the_newest_first(sent: Year) -> None:
    await amend(sent, await newer(sent))
    person, now = await sent.person("specialist", agency="TH"), await entries(sent, "TH")
    changed = Declaration(code="2.2", facts={"2.2.share": "75"}, explanation="Đủ.", row_version=now["2.2"].row_version)
    await save(sent, person, "TH", changed)
    again = STRICTER.replace('"2026.2"', '"2026.3"').replace("{from: 70, points: 2}", "{from: 80, points: 2}")
    await amend(sent, await newer(sent, again))
    found = [(one.older.criteria_set.version, dict(one.facts), one.points) for one in await before(sent, "TH", "2.2")]
    assert found == [("2026.2", {"2.2.share": "75"}, None), ("2026.1", {"2.2.share": "60"}, 2)]


async def test_fault_10_of_other_tools_a_correction_reaches_sheets_that_are_open_and_those_that_were_sent(
    sent: Year,
) -> None:
    first = (await entries(sent, "NL"))["1.1"]
    declared = Declaration(code="1.1", facts={"1.1.issued": "true"}, row_version=first.row_version)
    await save(sent, await sent.person("specialist", agency="NL"), "NL", declared)
    assert {agency: await state(sent, agency) for agency in ("TH", "NL")} == {"TH": "submitted", "NL": "drafting"}
    await amend(sent, await newer(sent, WIDER))
    for agency in ("TH", "NL"):
        now = await entries(sent, agency)
        assert (now["1.2"].max, now["1.4"].max, "1.3" in now) == (2, 1, False), agency
        assert now["1.1"].facts == {"1.1.issued": "true"}, agency


async def test_its_agency_declares_it_anew_and_its_leader_sends_it(sent: Year) -> None:
    await amend(sent, await newer(sent))
    person = await sent.person("specialist", agency="TH")
    now = await entries(sent, "TH")
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(
            sent,
            person,
            "TH",
            Declaration(code="1.1", facts={"1.1.issued": "false"}, row_version=now["1.1"].row_version),
        )
    with pytest.raises(Refused, match="entry_reopened"):
        await decide(
            sent, sent.people["HL"], "TH", Ruling(code="2.2", kind="set_points", points=Decimal(1), reason="x")
        )
    changed = Declaration(
        code="2.2", facts={"2.2.share": "75"}, explanation="Số liệu cả năm.", row_version=now["2.2"].row_version
    )
    await save(sent, person, "TH", changed)
    assert (await points(sent, "TH", "2.2"))["self"] is None, "nothing is scored before it is sent"
    await resend(sent, "TH")
    assert await points(sent, "TH", "2.2") == {"self": 2, "round1": None}
    assert (await entries(sent, "TH"))["2.2"].state == "open"
    with pytest.raises(Refused, match="nothing_reopened"):
        await resend(sent, "TH")
    with pytest.raises(Refused, match="sheet_wrong_state"):
        await save(sent, person, "TH", msgspec.structs.replace(changed, facts={"2.2.share": "90"}))
    await decide(sent, sent.people["HL"], "TH", Ruling(code="2.2", kind="accept"))
    assert await points(sent, "TH", "2.2") == {"self": 2, "round1": 2}


async def test_a_leaf_that_gives_more_since_is_sent_with_more_than_it_gave_before(sent: Year) -> None:
    higher = AMENDED.replace('"Liên thông"}, max: 2', '"Liên thông"}, max: 3').replace("points: 2}]", "points: 3}]")
    await amend(sent, await newer(sent, higher))
    await resend(sent, "TH")
    assert (await points(sent, "TH", "2.2"))["self"] == 3
    await decide(sent, sent.people["HL"], "TH", Ruling(code="2.2", kind="accept"))
    assert await points(sent, "TH", "2.2") == {"self": 3, "round1": 3}


async def waiting(year: Year, agency: str) -> list[tuple[str, bool, bool]]:
    """(code, sent, declared) of what an agency declares anew."""
    async with year.db.transaction(year.tenant) as connection:
        found = await amending.reopened_of_agency(connection, year.agencies[agency])
    return [(leaf.code, leaf.sent, leaf.declared) for leaf in found]


async def test_an_agency_has_what_it_declares_anew_before_it_until_it_is_sent(sent: Year) -> None:
    await amend(sent, await newer(sent, WIDER))
    assert await waiting(sent, "TH") == [("1.2", True, False), ("1.4", True, False), ("2.2", True, False)]
    person, now = await sent.person("specialist", agency="TH"), await entries(sent, "TH")
    for code, facts in (("1.2", {"1.2.judged": "1.5"}), ("1.4", {"1.4.held": "true"}), ("2.2", {"2.2.share": "80"})):
        given = Declaration(code=code, facts=facts, explanation="Đủ.", row_version=now[code].row_version)
        await save(sent, person, "TH", given)
    assert await waiting(sent, "TH") == [("1.2", True, True), ("1.4", True, True), ("2.2", True, True)]
    await resend(sent, "TH")
    assert await waiting(sent, "TH") == []
    assert len(await waiting(sent, "HL")) == 3, "another agency has its own"


async def test_an_owner_body_has_its_own_leaves_of_the_sheet_above_it(owned: Year) -> None:
    person = owned.people["HL"]
    await complete(owned, "HL")
    await hand_in(owned, person, "HL")
    await submit(owned, person, "HL")
    owned.people["secretary"] = await owned.person("secretary")
    await amend(owned, await newer(owned, WIDER))
    async with owned.db.transaction(owned.tenant) as connection:
        found = await amending.reopened_of_agency(connection, owned.agencies["HL.SNV"])
    assert [(leaf.code, leaf.sent, leaf.own, leaf.agency) for leaf in found] == [("1.2", True, False, "Hòa Lâm")]
    assert await waiting(owned, "HL.STC") == []
    assert [code for code, *_ in await waiting(owned, "HL")] == ["1.2", "1.4", "2.2"]


async def test_what_came_after_stands_below_what_came_before(sent: Year) -> None:
    await amend(sent, await newer(sent))
    await amend(sent, await newer(sent, WIDER.replace('"2026.2"', '"2026.3"')))
    assert [code for code, *_ in await waiting(sent, "TH")] == ["2.2", "1.2", "1.4"]


async def test_of_a_sheet_that_is_drafted_what_was_declared_before_is_looked_at_again(year: Year) -> None:
    person = await complete(year, "TH")
    await amend(year, await newer(year, WIDER))
    assert await waiting(year, "TH") == [("1.2", False, False), ("2.2", False, False)], "1.4 was never declared"
    now = await entries(year, "TH")
    changed = Declaration(code="2.2", facts={"2.2.share": "75"}, explanation="Đủ.", row_version=now["2.2"].row_version)
    await save(year, person, "TH", changed)
    assert await waiting(year, "TH") == [("1.2", False, False)]
    assert await waiting(year, "NL") == [], "nothing was declared there"


async def test_what_lacks_a_figure_is_not_sent(sent: Year) -> None:
    await amend(sent, await newer(sent, WIDER))
    with pytest.raises(Refused, match="sheet_incomplete") as told:
        await resend(sent, "TH")
    assert [gap.field for gap in told.value.fields] == ["1.2", "1.4"]


async def test_a_sheet_that_is_being_filled_in_is_declared_further_under_the_new_law(year: Year) -> None:
    person = await complete(year, "TH")
    await hand_in(year, person, "TH")
    assert await state(year, "TH") == "with_leader"
    await amend(year, await newer(year, WIDER))
    assert await state(year, "TH") == "drafting"
    now = await entries(year, "TH")
    assert set(now) == {"1.1", "1.2", "1.4", "2.1.1", "2.1.2", "2.2", "B1"}
    assert (now["1.2"].judged, now["1.2"].max) == (None, 2), "2.5 points are more than it gives now"
    assert {entry.state for entry in now.values()} == {"open"}
    shown = await board(year, person, "TH")
    assert shown.sheet.return_reason == PAPER.reason
    assert shown.points_now.leaves["2.2"].points == 0
    assert (await entries(year, "NL"))["1.4"].state == "open"


async def test_a_year_goes_on_to_its_end_and_names_both_versions(sent: Year) -> None:
    await amend(sent, await newer(sent, WIDER))
    for agency in ("TH", "HL"):
        person = await sent.person("specialist", agency=agency)
        now = await entries(sent, agency)
        await save(
            sent, person, agency,
            Declaration(code="1.2", facts={"1.2.judged": "1.5"}, row_version=now["1.2"].row_version),
            Declaration(code="1.4", facts={"1.4.held": "true"}, row_version=now["1.4"].row_version),
            Declaration(code="2.2", facts={"2.2.share": "80"}, explanation="Đủ.", row_version=now["2.2"].row_version),
        )  # fmt: skip
        await resend(sent, agency)
    await close_self_assessment(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        for person, codes in (("BNV", ("1.1", "1.2", "1.4")), ("HL", ("2.1.1", "2.1.2", "2.2")),
                              ("BTP", ("2.1.1", "2.1.2", "2.2"))):  # fmt: skip
            for code in codes:
                await accepting.accept_rest(connection, sent.people[person], sent.cycle, code)
        closed = await closing.close_appraisal(connection, sent.people["secretary"], sent.cycle)
    assert closed.state == "consolidation"
    await with_survey(sent)
    async with sent.db.transaction(sent.tenant) as connection:
        computed = years.decoded(await years.compute_year(connection, sent.people["secretary"], sent.cycle))
    nodes = {result.agency: result.nodes for result in computed.results}
    assert (nodes["TH"]["1.4"].points, nodes["TH"]["1.2"].points) == ("1", "1.5")
    assert "1.3" not in nodes["TH"]
    assert computed.given.methods is not None
    (change,) = computed.given.methods.set_changes
    assert (change.older, change.newer, change.decision) == ("minh-hoa 2026.1", "minh-hoa 2026.2", PAPER.number)
    assert (change.reopened, change.retired) == (("1.2", "1.4", "2.2"), ("1.3",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SET.replace('version: "2026.1"', 'version: "2026.9"'), "amended_nothing"),
        (STRICTER.replace("years: [2026]", "years: [2027]"), "amended_unfit"),
        (STRICTER.replace("appraiser: government-office", "appraiser: finance"), "amended_body"),
        (STRICTER.replace('code: "1.1"', 'code: "1.9"'), "amended_code"),
        (
            STRICTER.replace(
                "attributes: {", 'attributes: {has_rail: {type: boolean, label: {vi: "Có đường sắt"}}, '
            ).replace("max: 2, may_be", "max: 2, needs: has_rail, may_be"),
            "amended_attribute",
        ),
    ],
)
async def test_what_nobody_can_take_over_within_a_year_is_refused(year: Year, text: str, code: str) -> None:
    set_id = await newer(year, text)
    async with year.db.transaction(year.tenant) as connection:
        cycle = await listing.by_id(connection, year.cycle)
        older, found = await published(connection, cycle.criteria_set_id), await published(connection, set_id)
        plan = planning.planned(older, found)
        told = await amending.hindrances(connection, cycle, older, found, plan, [])
    assert code in [one for one, _ in told]
    with pytest.raises(Refused, match="amendment_impossible"):
        await amend(year, set_id)
    assert (await entries(year, "TH"))["2.2"].max == 2


async def test_it_is_for_the_secretary_in_an_open_year_and_before_a_day_to_come(year: Year) -> None:
    set_id = await newer(year)
    with pytest.raises(Refused, match="not_allowed"):
        await amend(year, set_id, await year.person("index_manager"))
    async with year.db.transaction(year.tenant) as connection:
        with pytest.raises(Refused, match="invalid_fields"):
            await amending.amend(
                connection, year.people["secretary"], year.cycle, set_id, decided=PAPER, last_day=date(2020, 1, 1)
            )
    await amend(year, set_id)
    with pytest.raises(Refused, match="amendment_impossible"):
        await amend(year, set_id)


async def test_the_database_itself_binds_no_open_year_to_another_set(year: Year) -> None:
    set_id = await newer(year)
    with pytest.raises(asyncpg.CheckViolationError, match="by an amendment"):
        async with year.db.transaction(year.tenant) as connection:
            await connection.execute("update cycles set criteria_set_id = $2 where id = $1", year.cycle, set_id)


async def test_a_leaf_that_was_not_opened_again_stays_shut_in_the_database(sent: Year) -> None:
    await amend(sent, await newer(sent))
    now = await entries(sent, "TH")
    with pytest.raises(asyncpg.CheckViolationError, match="while its sheet is being drafted"):
        async with sent.db.transaction(sent.tenant) as connection:
            await connection.execute("update entries set explanation = 'x' where id = $1", now["1.1"].id)


async def test_every_touched_sheet_has_its_row_in_the_record(sent: Year, owner: asyncpg.Connection) -> None:
    await amend(sent, await newer(sent))
    rows = await owner.fetch(
        "select tag, count(*) from audit_rows where tag in ('cycle:set:amend', 'agency:sheet:reopen') group by tag"
    )
    assert {row["tag"]: row["count"] for row in rows} == {"cycle:set:amend": 1, "agency:sheet:reopen": 3}
