"""A published year is reopened under a decision, corrected, and published again; what was published stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import asyncpg
import msgspec
import pytest

from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import steps
from parindex.errors import Refused
from parindex.publication import corrections, edition_cache, history, queries
from parindex.publication.edition import signed_bytes
from parindex.publication.keys import SigningKeys
from parindex.publication.verification import verify
from parindex.rankings import years
from parindex.store.database import Database
from parindex.surveys.results import estimates
from parindex.surveys.rounds import opening
from tests.publication.corrected_years import REOPENED, WRONG, Published, first_edition


@pytest.fixture
async def published(db: Database, tmp_path: Path) -> Published:
    return await first_edition(db, SigningKeys(tmp_path / "keys"))


async def test_a_published_year_is_reopened_corrected_and_published_as_edition_2(published: Published) -> None:
    await published.reopen()
    assert await published.state() == "correction"
    await published.correct()
    second = await published.again()
    assert (second.number, await published.state()) == ("2026-province.2", "published")
    note = (await published.opened(second)).supersedes
    assert note is not None
    assert (note.number, note.digest, note.retracted) == (published.first.number, published.first.digest, False)
    assert note.decision is not None
    assert (note.decision.number, note.decision.reason) == ("30/QĐ-HĐ", "Tỉnh 1 chưa ban hành kế hoạch.")
    cells = {(cell.agency, cell.kind, cell.name): cell for cell in note.cells}
    fact, leaf, area = (cells["T01", *place] for place in (("fact", "1.1.issued"), ("points", "1.1"), ("points", "1")))
    assert (fact.old, fact.new, fact.reason) == ("true", "false", WRONG.reason)
    assert (leaf.old, leaf.new, leaf.reason) == ("2", "0", WRONG.reason)
    assert Decimal(area.old or 0) - Decimal(area.new or 0) == 2
    assert area.reason is None
    index = cells["T01", "index", None]
    assert Decimal(index.old or 0) > Decimal(index.new or 0)


async def test_the_note_names_every_cell_that_two_editions_tell_otherwise_and_no_other(published: Published) -> None:
    await published.reopen()
    await published.correct()
    before, after = await published.opened(published.first), await published.opened(await published.again())
    note = after.supersedes
    assert note is not None
    named = {(cell.agency, cell.kind, cell.name) for cell in note.cells}
    told = (
        ("status", "status"), ("total", "points"), ("index", "index"), ("class", "class_"), ("rank", "rank"),
        ("rank_set", "rank_set"), ("interval", "interval"), ("appraised", "appraised"), ("survey", "survey"),
    )  # fmt: skip
    for was, now in zip(before.computation.results, after.computation.results, strict=True):
        for kind, member in told:
            assert ((now.agency, kind, None) in named) == (getattr(was, member) != getattr(now, member))
        for code, node in now.nodes.items():
            differs = (node.points, node.state) != (was.nodes[code].points, was.nodes[code].state)
            assert ((now.agency, "points", code) in named) == differs


async def test_both_editions_hold_when_they_are_verified_and_a_forged_note_does_not(published: Published) -> None:
    await published.reopen()
    await published.correct()
    second = await published.again()
    known = published.keys.public("demo")
    async with published.year.db.transaction(published.tenant.id) as connection:
        files = [await edition_cache.content(connection, row) for row in (published.first, second)]
    for data in files:
        assert verify(data, known).holds
    assert [check.state for check in verify(files[1], known).checks if check.name == "corrections"] == ["holds"]
    edition = await published.opened(second)
    assert edition.supersedes is not None
    cell = msgspec.structs.replace(edition.supersedes.cells[0], new="99")
    note = msgspec.structs.replace(edition.supersedes, cells=(cell,))
    forged = signed_bytes(msgspec.structs.replace(edition, supersedes=note), published.keys.signing("demo"))
    assert [check.name for check in verify(forged, known).checks if check.state == "fails"] == ["corrections"]


async def test_a_retracted_year_is_reopened_and_edition_2_tells_nothing_of_what_was_sealed(
    published: Published,
) -> None:
    await published.retract(published.first.number)
    await published.reopen()
    await published.correct()
    second = await published.again()
    note = (await published.opened(second)).supersedes
    assert note is not None
    assert (second.number, note.number, note.retracted) == ("2026-province.2", published.first.number, True)
    assert {cell.old for cell in note.cells} == {None}
    assert ("T01", "1.1", "0") in {(cell.agency, cell.name, cell.new) for cell in note.cells}


async def test_a_corrected_estimate_leads_to_edition_2_with_the_reason_of_the_decision(published: Published) -> None:
    await published.reopen()
    year = published.year
    async with year.db.transaction(published.tenant.id) as connection:
        (held,) = await opening.of_cycle(connection, year.cycle)
        rows: list[estimates.Row] = [
            (year.agencies[code], "index", Decimal("0.5"), 0.01, 40, 300, 280.0, False) for code in sorted(year.sheets)
        ]
        await estimates.bring(connection, held.id, rows, method={}, responses=300, covariances=(), actor="system")
    note = (await published.opened(await published.again())).supersedes
    assert note is not None
    told = {(cell.agency, cell.new, cell.reason) for cell in note.cells if cell.kind == "estimate"}
    assert told == {(code, "0.5", REOPENED.reason) for code in year.sheets}


async def test_what_is_published_twice_is_refused_when_nothing_was_corrected(published: Published) -> None:
    await published.reopen()
    with pytest.raises(Refused, match="computation_outdated"):
        await published.submit()
    await published.compute()
    with pytest.raises(Refused, match="nothing_corrected"):
        await published.submit()
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await published.publish()
    async with published.year.db.transaction(published.tenant.id) as connection:
        assert len(await queries.listed(connection)) == 1


async def test_a_year_is_not_handed_over_before_its_last_correction_is_computed(published: Published) -> None:
    await published.reopen()
    await published.correct()
    await published.compute()
    await published.correct(
        Ruling(code="1.2", kind="set_points", points=Decimal(1), reason="Sáng kiến trùng năm trước.")
    )
    with pytest.raises(Refused, match="computation_outdated"):
        await published.submit()
    assert (await published.again()).serial == 2


async def test_a_second_click_on_edition_2_gives_edition_2(published: Published) -> None:
    await published.reopen()
    await published.correct()
    second = await published.again()
    assert (await published.publish()).number == second.number


async def test_a_corrected_year_is_reopened_again_and_edition_3_supersedes_edition_2(published: Published) -> None:
    await published.reopen()
    await published.correct()
    second = await published.again()
    await published.reopen()
    await published.correct(Ruling(code="1.1", kind="accept", reason="Kế hoạch đã tìm thấy trong kho lưu trữ."))
    third = await published.again()
    note = (await published.opened(third)).supersedes
    assert note is not None
    assert (third.number, note.number) == ("2026-province.3", second.number)


@pytest.mark.parametrize("role", ["council_chair", "council_member", "appraiser", "auditor", "administrator"])
async def test_only_secretary_and_approver_reopen_a_published_year(published: Published, role: str) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        await published.reopen(await published.year.person(role))
    await published.reopen(published.secretary)


async def test_a_year_that_is_not_published_is_not_reopened(published: Published) -> None:
    await published.reopen()
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await published.reopen()


async def test_a_leaf_is_corrected_only_while_its_year_is_reopened(published: Published) -> None:
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await published.correct()
    await published.reopen()
    await published.correct()
    await published.compute()
    await published.submit()
    with pytest.raises(Refused, match="cycle_wrong_state"):
        await published.correct(Ruling(code="1.1", kind="accept", reason="Đúng."))


@pytest.mark.parametrize("role", ["secretary", "approver", "council_member", "specialist", "auditor"])
async def test_who_may_not_correct_a_leaf(published: Published, role: str) -> None:
    await published.reopen()
    agency = "T02" if role == "specialist" else None
    with pytest.raises(Refused, match="not_allowed"):
        await published.correct(person=await published.year.person(role, agency=agency))


async def test_an_appraiser_corrects_leaves_of_their_body_and_nobody_their_own_agency(published: Published) -> None:
    await published.reopen()
    with pytest.raises(Refused, match="not_allowed"):
        await published.correct(person=published.year.people["BTP"])
    with pytest.raises(Refused, match="own_agency"):
        await published.correct(person=await published.year.person("appraiser", agency="T01"))
    with pytest.raises(Refused, match="own_agency"):
        await published.correct(person=await published.year.person("council_chair", agency="T01"))
    await published.correct(person=await published.year.person("council_chair"))


async def test_a_correction_needs_a_reason_whatever_it_decides(published: Published) -> None:
    await published.reopen()
    for ruling in (
        Ruling(code="1.1", kind="accept"),
        Ruling(code="1.1", kind="set_points", points=Decimal(1)),
        Ruling(code="1.1", kind="change_facts", facts={"1.1.issued": "false"}, reason=" "),
    ):
        with pytest.raises(Refused, match="reason_missing"):
            await published.correct(ruling)


async def test_an_agency_that_handed_nothing_in_has_nothing_to_correct(published: Published) -> None:
    await published.reopen()
    with pytest.raises(Refused, match="sheet_not_closed"):
        await published.correct(agency="T00")


async def test_a_corrected_shared_fact_corrects_the_final_points_of_every_leaf_that_takes_it(
    published: Published,
) -> None:
    await published.reopen()
    ruling = Ruling(code="2.1.1", kind="change_facts", facts={"dossiers": "200"}, reason="Thiếu hồ sơ quý IV.")
    await published.correct(ruling, published.year.people["BTP"])
    note = (await published.opened(await published.again())).supersedes
    assert note is not None
    moved = {(cell.name, cell.old, cell.new) for cell in note.cells if cell.kind == "points" and cell.agency == "T01"}
    assert {("2.1.1", "3.6", "1.8"), ("2.1.2", "2", "1")} <= moved


async def test_points_of_self_assessment_and_appraisal_stay_beside_the_corrected_final(published: Published) -> None:
    await published.reopen()
    await published.correct()
    async with published.year.db.transaction(published.tenant.id) as connection:
        rows = await connection.fetch(
            """select p.stage, p.points from entry_points p join entries e on e.id = p.entry_id
            where e.sheet_id = $1 and e.code = '1.1'""",
            published.year.sheets["T01"],
        )
    assert {row["stage"]: row["points"] for row in rows} == {"self": 2, "round1": 2, "final": 0}


async def test_what_is_being_corrected_is_not_shown_beside_the_edition_before(published: Published) -> None:
    await published.reopen()
    await published.correct()
    async with published.year.db.transaction(published.tenant.id) as connection:
        first = published.first
        past = await history.of_leaf(connection, first.cycle_id, "T01", "1.1", until=first.published_at)
    assert past is not None
    assert past.decision is not None
    assert past.decision.kind == "accept"


async def test_a_correction_of_which_nothing_came_is_given_up_and_one_with_changes_is_not(
    published: Published,
) -> None:
    async def give_up(reason: str = "Không có gì sai.") -> None:
        async with published.year.db.transaction(published.tenant.id) as connection:
            await corrections.give_up(connection, published.approver, published.year.cycle, reason)

    await published.reopen()
    with pytest.raises(Refused, match="reason_missing"):
        await give_up(" ")
    await give_up()
    assert await published.state() == "published"
    await published.reopen()
    await published.correct()
    with pytest.raises(Refused, match="correction_has_changes"):
        await give_up()
    await published.compute()
    with pytest.raises(Refused, match="correction_has_changes"):
        await give_up()
    await published.correct(Ruling(code="1.1", kind="accept", reason="Kế hoạch có trong hồ sơ."))
    with pytest.raises(Refused, match="correction_has_changes"):
        await give_up()
    await published.compute()
    await give_up()
    assert await published.state() == "published"


async def test_a_corrected_year_sent_back_is_still_being_corrected(published: Published) -> None:
    await published.reopen()
    await published.correct()
    await published.compute()
    await published.submit()
    async with published.year.db.transaction(published.tenant.id) as connection:
        await years.send_back(connection, published.approver, published.year.cycle, "Xem lại 1.2.")
    assert await published.state() == "correction"


async def test_every_step_of_a_correction_has_its_time_and_its_audit_row(published: Published) -> None:
    await published.reopen()
    await published.correct()
    await published.again()
    async with published.year.db.transaction(published.tenant.id) as connection:
        way = await connection.fetch(
            "select from_state, to_state, at, reason from cycle_transitions where cycle_id = $1 order by at, id",
            published.year.cycle,
        )
    steps_taken = [(row["from_state"], row["to_state"]) for row in way][-3:]
    assert steps_taken == [("published", "correction"), ("correction", "approval"), ("approval", "published")]
    assert len({row["at"] for row in way[-3:]}) == 3
    (opened,) = await published.audited("cycle:correction:open")
    assert (opened["decision"], opened["actor"]) == ("30/QĐ-HĐ", published.approver.actor)
    (corrected,) = await published.audited("appraisal:entry:correct")
    assert (corrected["old"], corrected["new"]) == ("2", "0")


async def test_the_database_reopens_no_year_without_a_decision_and_takes_no_correction_outside_of_one(
    published: Published, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="a year cannot go"):
        await owner.execute("update cycles set state = 'correction' where id = $1", published.year.cycle)
    await published.reopen()
    await published.correct()
    await published.again()
    with pytest.raises(asyncpg.CheckViolationError, match="a year cannot go"):
        await owner.execute("update cycles set state = 'correction' where id = $1", published.year.cycle)
    with pytest.raises(asyncpg.CheckViolationError, match="open for correction"):
        await owner.execute(
            """insert into appraisals (tenant_id, id, entry_id, sheet_id, agency_id, round, kind, max, reason, decided_by,
                correction_id)
            select tenant_id, gen_random_uuid(), entry_id, sheet_id, agency_id, 1, 'accept', max, 'x', 'x', correction_id
            from appraisals where correction_id is not null"""
        )
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update year_corrections set reason = 'x'")


async def test_a_year_imported_from_elsewhere_is_not_corrected_here(published: Published) -> None:
    async with published.year.db.transaction(published.tenant.id) as connection:
        await connection.execute("update cycles set marked = 'imported' where id = $1", published.year.cycle)
    with pytest.raises(Refused, match="year_imported"):
        await published.reopen()


@pytest.mark.parametrize(("before", "after"), sorted(steps.CORRECTION_STEPS))
async def test_a_step_of_a_correction_is_taken_only_where_a_decision_reopened_the_year(
    published: Published, owner: asyncpg.Connection[asyncpg.Record], before: str, after: str
) -> None:
    async def stands(state: str) -> None:
        await owner.execute("set session_replication_role = replica")
        await owner.execute("update cycles set state = $2 where id = $1", published.year.cycle, state)
        await owner.execute("set session_replication_role = origin")

    move = "update cycles set state = $2 where id = $1"
    await stands(before)
    with pytest.raises(asyncpg.CheckViolationError, match="a year cannot go"):
        await owner.execute(move, published.year.cycle, after)
    await stands("published")
    await published.reopen()
    await stands(before)
    await owner.execute(move, published.year.cycle, after)
