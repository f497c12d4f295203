"""After the lock nothing joins an invitation and a response: not ids, time, order, transaction or audit."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.errors import Refused
from parindex.store.database import Database
from parindex.surveys.answers import drafts, receipts
from parindex.surveys.answers import queries as answer_queries
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import invitations, lock, opening
from parindex.surveys.rounds import queries as round_queries
from tests.surveys.survey_fields import Field, a_field, answered, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def fill(intake: Intake, field: Field) -> list[bytes]:
    """Answer every second invitation, one batch each, some with words; the token hashes in order of sending."""
    sent = []
    for place in range(0, len(field.tokens), 2):
        answers = answered(field.layout, value=1 + place % 5)
        words = {"A.2": f"lời {place}"} if place % 4 == 0 else {}
        one = submission(field, place, answers=tuple(answers), texts=words)
        await intake.submit(field.tenant_id, field.round.id, one)
        sent.append(one.token_hash)
    return [each for each in sent if each is not None]


async def close(db: Database, field: Field) -> int:
    return await lock.lock(
        db, field.tenant_id, field.round.id, decision="12/QĐ-BNV", reason="Hết hạn thu thập", actor="system"
    )


CONTENT = """select r.sample_unit::text, r.answers::text,
    coalesce((select string_agg(t.item || t.words, '|') from response_texts t where t.response_id = r.id), '')
    from responses r"""


async def test_the_lock_keeps_every_answer_and_loses_every_name(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    names = {row[0] for row in await owner.fetch("select unnest(array[id, client_id]) from responses")}
    assert await close(db, field) == 24
    assert Counter(tuple(row) for row in await owner.fetch(CONTENT)) == content
    renamed = {row[0] for row in await owner.fetch("select unnest(array[id, client_id]) from responses")}
    assert not names & renamed
    assert len(renamed) == 48
    assert await owner.fetchval("select count(*) from responses where content is not null") == 0


async def test_no_table_holds_a_value_of_a_response_but_its_round_and_its_village(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    secret = await owner.fetchval("select secret from survey_round_secrets")
    await close(db, field)
    hidden = {
        str(value) for row in await owner.fetch("select id, client_id from responses") for value in row.values()
    } | {secret.hex()}
    tables = await owner.fetch(
        """select table_schema || '.' || table_name as name from information_schema.tables
        where table_schema in ('public', 'contact') and table_type = 'BASE TABLE'
        and table_name not like 'response%'"""
    )
    for table in tables:
        text = str(await owner.fetchval(f"select string_agg(t::text, ' ') from {table['name']} t"))
        assert not any(value in text for value in hidden), table["name"]


async def test_links_drafts_and_secret_leave_not_even_a_relation(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    async with db.transaction(field.tenant_id) as connection:
        waiting = await answer_queries.invitation_by_token(connection, invitations.token_hash(field.tokens[1]))
        assert waiting is not None
        await drafts.save(connection, field.round.id, waiting["id"], answered(field.layout), {})
    await close(db, field)
    for table in ("response_links", "response_drafts", "response_paradata", "survey_round_secrets"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0
        assert await owner.fetchval("select to_regclass($1)", f"{table}_{field.round.id.hex}") is None
    left = await owner.fetch(
        "select relname from pg_class where relname like '%' || $1 || '%' and relkind = 'r'", field.round.id.hex
    )
    assert {row["relname"].split("_" + field.round.id.hex)[0] for row in left} == {
        "responses",
        "response_texts",
        "invitations",
    }


async def test_an_invitation_keeps_only_that_it_was_used(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    sent = await fill(intake, field)
    await close(db, field)
    rows = await owner.fetch("select token_hash, used, sample_unit from invitations")
    assert {row["token_hash"] for row in rows if row["used"]} == set(sent)
    assert {row["sample_unit"] for row in rows} == {None}
    columns = await owner.fetch("select column_name from information_schema.columns where table_name = 'invitations'")
    assert {row[0] for row in columns} == {"tenant_id", "survey_round", "id", "token_hash", "sample_unit", "used"}


async def test_order_and_transaction_tell_nothing(intake: Intake, field: Field, db: Database, owner: Owner) -> None:
    field = await with_more_people(db, field, 12)
    sent = await fill(intake, field)
    before = {
        row["answers_and_unit"]: row["place"]
        for row in await owner.fetch(
            "select (id::text) as answers_and_unit, row_number() over (order by xmin::text::bigint) as place from responses"
        )
    }
    assert len(before) == len(sent)
    order_sent = [
        tuple(row)
        for row in await owner.fetch(
            "select answers::text, sample_unit::text from responses order by xmin::text::bigint"
        )
    ]
    await close(db, field)
    for arranged in ("ctid", "id", "client_id"):
        order_now = [
            tuple(row)
            for row in await owner.fetch(f"select answers::text, sample_unit::text from responses order by {arranged}")
        ]
        same = sum(a == b for a, b in zip(order_sent, order_now, strict=True))
        assert same < len(order_sent) / 2, arranged
    written = {
        table: {row[0] for row in await owner.fetch(f"select distinct xmin::text from {table}")}
        for table in ("responses", "response_texts", "invitations", "sample_units")
    }
    assert all(len(numbers) == 1 for numbers in written.values()), written
    batches = {
        row[0]
        for row in await owner.fetch(
            "select (transaction::text::bigint % 4294967296)::text from audit_rows where tag = 'surveys:responses:store'"
        )
    }
    assert len(batches) == len(sent)
    assert not batches & set.union(*written.values())


async def with_more_people(db: Database, field: Field, people: int) -> Field:
    async with db.transaction(field.tenant_id) as connection:
        invited = [each.id for each in field.units for _ in range(people)]
        tokens = await invitations.make(connection, field.round.id, invited, actor="system")
    return msgspec.structs.replace(field, tokens=tokens)


async def test_receipts_and_audit_digests_mean_nothing_without_the_secret(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    one = submission(field)
    receipt = await intake.submit(field.tenant_id, field.round.id, one)
    secret = await owner.fetchval("select secret from survey_round_secrets")
    digest = await owner.fetchval("select after->>'digest' from audit_rows where tag = 'surveys:responses:store'")
    assert receipts.batch_digest(secret, [one.content]) == digest
    await close(db, field)
    stored = await owner.fetchrow("select id, client_id from responses")
    assert stored is not None
    assert receipts.receipt_code(secret, stored["client_id"]) != receipt.code
    assert receipts.receipt_code(secret, stored["id"]) != receipt.code
    async with db.transaction(field.tenant_id) as connection:
        assert await round_queries.secret(connection, field.round.id) is None


async def test_contact_data_forgets_its_invitation(field: Field, db: Database, owner: Owner) -> None:
    invitation = await owner.fetchval("select id from invitations limit 1")
    await owner.execute(
        "insert into contact.people (tenant_id, id, survey_round, invitation_id, name) values ($1, gen_random_uuid(), $2, $3, 'A')",
        field.tenant_id, field.round.id, invitation,
    )  # fmt: skip
    await close(db, field)
    assert await owner.fetchval("select invitation_id from contact.people") is None


async def test_a_locked_round_cannot_be_changed_even_by_the_owner(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    await close(db, field)
    for statement in (
        "update responses set day = day", "delete from responses", "delete from response_texts",
        "update invitations set used = false", f"truncate responses_{field.round.id.hex} cascade",
    ):  # fmt: skip
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(statement)


async def test_counts_of_units_survive_the_lock_and_a_tombstone_says_who_and_why(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    async with db.transaction(field.tenant_id) as connection:
        before = await opening.progress(connection, field.round.id)
        assert await lock.tombstone(connection, field.round.id) is None
    await close(db, field)
    async with db.transaction(field.tenant_id) as connection:
        assert await opening.progress(connection, field.round.id) == before
        told = await lock.tombstone(connection, field.round.id)
    assert told is not None
    assert (told.decision, told.reason, told.responses, told.links) == (
        "12/QĐ-BNV",
        "Hết hạn thu thập",
        24,
        24,
    )


async def test_two_locks_at_once_lock_once(field: Field, db: Database) -> None:
    done = await asyncio.gather(close(db, field), close(db, field), return_exceptions=True)
    assert sorted(each.code if isinstance(each, Refused) else repr(each) for each in done) == ["0", "round_closed"]


async def test_answers_sent_while_the_round_is_locked_are_in_or_told_that_it_is_closed(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    sending = [
        asyncio.create_task(intake.submit(field.tenant_id, field.round.id, submission(field, i)))
        for i in range(len(field.tokens))
    ]
    await asyncio.sleep(0)
    await close(db, field)
    told = await asyncio.gather(*sending, return_exceptions=True)
    stored = sum(not isinstance(each, BaseException) for each in told)
    assert {each.code for each in told if isinstance(each, Refused)} <= {"round_closed"}
    assert await owner.fetchval("select count(*) from responses") == stored


async def test_a_lock_needs_a_decision_and_a_round_of_ones_own(field: Field, db: Database, other_tenant: UUID) -> None:
    with pytest.raises(Refused, match="decision_needed"):
        await lock.lock(db, field.tenant_id, field.round.id, decision=" ", reason="x", actor="system")
    with pytest.raises(Refused, match="survey_round_unknown"):
        await lock.lock(db, other_tenant, field.round.id, decision="1", reason="x", actor="system")
    with pytest.raises(asyncpg.NoDataFoundError):
        async with db.transaction(other_tenant) as connection:
            await connection.execute("select close_survey_round($1)", field.round.id)


async def test_a_second_round_stays_open_when_the_first_is_locked(
    intake: Intake, field: Field, db: Database, other_tenant: UUID, owner: Owner
) -> None:
    theirs = await a_field(db, other_tenant)
    await intake.submit(other_tenant, theirs.round.id, submission(theirs))
    await close(db, field)
    await intake.submit(other_tenant, theirs.round.id, submission(theirs, 1))
    assert await owner.fetchval("select count(*) from response_links") == 2
