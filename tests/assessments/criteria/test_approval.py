"""Drafts hold in the database what the pages say: versions never change, and nobody approves what is theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.access import Person
from parindex.assessments.criteria import approval, drafts, given_sets, published_sets, target_rules
from parindex.assessments.cycles import steps
from parindex.errors import Refused
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from tests.api.work.criteria.set_drafts import given, person
from tests.assessments.conftest import SET, small_set

NEXT = SET.replace('"2026.1"', '"2027.1"')


async def begun(connection: Connection, text: str = NEXT) -> tuple[UUID, Person, Person]:
    """A draft, who made it, and who may approve it."""
    drafter = await person(connection, "soan", "index_manager", "approver")
    approver = await person(connection, "duyet", "approver")
    return await drafts.begin(connection, drafter, given(text), {}), drafter, approver


async def test_the_database_itself_lets_nobody_approve_a_set_of_their_own(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, _ = await begun(connection)
        await approval.submit(connection, drafter, draft_id)
        with pytest.raises(Refused, match="own_set_draft"):
            await approval.approve(connection, drafter, draft_id)
        with pytest.raises(asyncpg.CheckViolationError, match="nobody approves"):
            await connection.execute(
                """insert into criteria_draft_steps (tenant_id, id, draft_id, revision, from_state, to_state, by_person)
                values (current_setting('parindex.tenant')::uuid, $1, $2, 1, 'submitted', 'approved', $3)""",
                new_id(), draft_id, drafter.actor,
            )  # fmt: skip


async def test_a_state_without_its_step_and_a_version_after_handing_over_are_refused(
    db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, _ = await begun(connection)
    with pytest.raises(asyncpg.CheckViolationError, match="by a step that says so"):
        async with db.transaction(tenant) as connection:
            await connection.execute("update criteria_drafts set state = 'approved' where id = $1", draft_id)
    async with db.transaction(tenant) as connection:
        await approval.submit(connection, drafter, draft_id)
    with pytest.raises(asyncpg.CheckViolationError, match="while it is being drafted"):
        async with db.transaction(tenant) as connection:
            await connection.execute(
                """insert into criteria_revisions (tenant_id, draft_id, number, way, file_name, outline, problems, by_person)
                values (current_setting('parindex.tenant')::uuid, $1, 2, 'file', '', '[]', '[]', 'x')""",
                draft_id,
            )
    with pytest.raises(asyncpg.PostgresError):
        async with db.transaction(tenant) as connection:
            await connection.execute("update criteria_revisions set cases = 'x' where draft_id = $1", draft_id)


async def test_a_line_that_changed_has_to_be_read_again_and_the_others_stay_read(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, approver = await begun(connection)
        await approval.submit(connection, drafter, draft_id)
        assert await approval.mark_read(connection, approver, draft_id, ["1.1", "1.2", "khong-co"]) == 2
        await approval.send_back(connection, approver, draft_id, "Sửa 1.1.")
        changed = given(NEXT.replace("Ban hành kế hoạch", "Ban hành kế hoạch năm"))
        assert await drafts.upload(connection, drafter, draft_id, changed) == 2
        held = await drafts.opened(connection, approver, draft_id)
        (reading,) = await approval.readings(connection, held)
        assert reading.codes == {"1.2"}


async def test_the_same_file_is_kept_once_and_comes_back_as_it_came(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, _ = await begun(connection)
        await drafts.upload(connection, drafter, draft_id, given(NEXT))
        assert await connection.fetchval("select count(*) from criteria_files") == 1
        held = await drafts.opened(connection, drafter, draft_id)
        assert await drafts.source_file(connection, held) == NEXT.encode()


async def test_two_people_who_change_a_draft_never_overwrite_each_other(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, _ = await begun(connection)
        held = await drafts.opened(connection, drafter, draft_id)
        read = given_sets.of_document(drafts.document_of(held))
        await drafts.change_document(connection, drafter, draft_id, read, way="rule", since=1)
        with pytest.raises(Refused, match="set_draft_changed"):
            await drafts.change_document(connection, drafter, draft_id, read, way="rule", since=1)


async def test_a_draft_is_of_its_tenant_alone(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, drafter, _ = await begun(connection)
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await drafts.opened(connection, drafter, draft_id)
        assert await connection.fetchval("select count(*) from criteria_revisions") == 0


async def test_the_record_says_who_approved_a_set_and_that_nobody_approved_one_from_files(
    db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        await published_sets.publish(connection, small_set(), source=SET, by="system")
        draft_id, drafter, approver = await begun(connection)
        await approval.submit(connection, drafter, draft_id)
        await approval.approve(connection, approver, draft_id)
        await approval.publish(connection, drafter, draft_id, "12/QĐ-UBND", date(2026, 12, 31))
        rows = await connection.fetch("select after from audit_rows where tag = 'criteria:set:publish' order by id")
    told = [msgspec.json.decode(row["after"])["approval"] for row in rows]
    assert told[0] is None
    assert (told[1]["approved_by"], told[1]["decision_number"]) == (approver.actor, "12/QĐ-UBND")


async def test_a_set_issued_on_the_last_day_is_bound_to_the_year_that_is_over(db: Database, tenant: UUID) -> None:
    async with db.at(datetime(2026, 12, 31, 9, tzinfo=UTC)) as then, then.transaction(tenant) as connection:
        draft_id, drafter, approver = await begun(connection)
        await approval.submit(connection, drafter, draft_id)
        await approval.approve(connection, approver, draft_id)
        set_id = await approval.publish(connection, drafter, draft_id, "99/QĐ-UBND", date(2026, 12, 31))
    async with db.transaction(tenant) as connection:
        cycle = await steps.create(
            connection, family="par-index", year=2026, tier="province", criteria_set_id=set_id, participants=[], bodies={},
            opens_on=date(2027, 1, 5), last_day=date(2027, 1, 31), by="system",
        )  # fmt: skip
        assert [use.cycle_id for use in await approval.uses(connection) if use.criteria_set_id == set_id] == [cycle]


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("Có/Không", {"yes_no": "done"}),
        (">= 95%", {"bands": "reached", "steps": [{"from": "95", "points": "2"}]}),
        ("> 95 %", {"formula": [{"when": "reached > 95", "points": "max"}, {"points": "0"}]}),
        ("1.0", {"linear": "reached", "from": {"at": "0", "points": "0"}, "to": {"at": "100", "points": "2"}}),
        ("> 02 mô hình", {"formula": [{"when": "reached > 2", "points": "max"}, {"points": "0"}]}),
    ],
)
def test_a_target_of_an_annex_is_suggested_as_the_rule_that_it_says(target: str, rule: dict[str, object]) -> None:
    found = target_rules.suggested(target, "Tỷ lệ hồ sơ đúng hạn")
    assert found is not None
    assert target_rules.rule_parts(found, small_set().areas[0].criteria[0].max).rule == rule


@pytest.mark.parametrize("target", ["Có/Không 100%", "Đúng thời gian", "- 0%. - Tỷ lệ điểm tối đa", "< 5%", "150%", ""])
def test_a_target_that_may_mean_several_things_is_left_to_a_person(target: str) -> None:
    assert target_rules.suggested(target, "x") is None
