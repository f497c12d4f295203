"""A lock goes on from where it was cut short, ends the same, and no other round waits for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex.errors import Refused
from parindex.store.database import Database
from parindex.surveys.answers import drafts, visits, withdrawal
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import lock, opening, queries
from tests.surveys.rounds.test_lock import CONTENT, close, fill
from tests.surveys.survey_fields import TODAY, Field, a_field, answered, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Query: TypeAlias = Callable[..., Awaitable[Any]]


class Crash(Exception):
    """The process is gone."""


async def begin(db: Database, field: Field) -> None:
    async with db.transaction(field.tenant_id) as connection:
        await lock.begin(connection, field.round.id, decision="12/QĐ-BNV", reason="Hết hạn", actor="system")


async def state(owner: Owner, field: Field) -> tuple[str, str | None, int]:
    """The round's state, the lock's step, and how many of the round's seven partitions are attached."""
    attached = await owner.fetchval(
        "select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where c.relkind = 'r' and c.relname like '%' || $1",
        field.round.id.hex,
    )
    return (
        await owner.fetchval("select state from survey_rounds where id = $1", field.round.id),
        await owner.fetchval("select step from survey_locks where survey_round = $1", field.round.id),
        attached,
    )


async def ended(owner: Owner, field: Field, content: Counter[tuple[Any, ...]]) -> None:
    """Everything is as if nothing had happened in between."""
    assert await state(owner, field) == ("locked", "severed", 3)
    assert Counter(tuple(row) for row in await owner.fetch(CONTENT)) == content
    left = await owner.fetch(
        "select relname from pg_class where relname like '%' || $1 || '%' and relkind in ('r', 'p') order by 1",
        field.round.id.hex,
    )
    assert [row[0].removesuffix(f"_{field.round.id.hex}") for row in left] == [
        "invitations",
        "response_texts",
        "responses",
    ]
    tags = "select tag, count(*) from audit_rows where tag like 'surveys:round:%' and subject = $1 group by tag order by tag"
    assert [tuple(row) for row in await owner.fetch(tags, str(field.round.id))] == [
        ("surveys:round:close", 1), ("surveys:round:lock", 1), ("surveys:round:open", 1), ("surveys:round:part", 1),
    ]  # fmt: skip
    told = await owner.fetchrow("select responses, links, drafts from survey_locks")
    assert told is not None
    assert tuple(told) == (24, 24, 0)
    assert await owner.fetchval("select count(*) from response_links") == 0
    for table in ("responses", "response_texts", "invitations"):
        assert len(await owner.fetch(f"select distinct xmin::text from {table}")) == 1


CRASHES: list[tuple[str, bool, tuple[str, str | None, int]]] = [
    ("close_round", False, ("open", None, 7)),
    ("close_round", True, ("open", None, 7)),
    ("insert_lock", True, ("open", None, 7)),
    ("may_take_apart", True, ("locking", "closed", 7)),
    ("take_apart", False, ("locking", "closed", 7)),
    ("take_apart", True, ("locking", "closed", 0)),
    ("note_apart", False, ("locking", "closed", 0)),
    ("note_apart", True, ("locking", "closed", 0)),
    ("sever", False, ("locking", "apart", 0)),
    ("sever", True, ("locking", "apart", 0)),
    ("attach", False, ("locking", "apart", 0)),
    ("attach", True, ("locking", "apart", 0)),
]
"""Where it crashes, whether after that statement, and what is found then."""


@pytest.mark.parametrize(("place", "after", "found"), CRASHES)
async def test_after_a_crash_at_any_place_the_lock_goes_on_and_ends_the_same(
    intake: Intake, field: Field, db: Database, owner: Owner, monkeypatch: pytest.MonkeyPatch, place: str, after: bool,
    found: tuple[str, str | None, int],
) -> None:  # fmt: skip
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    right: Query = getattr(queries, place)

    async def crashing(*given: Any) -> Any:
        if after:
            await right(*given)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(queries, place, crashing)
        with pytest.raises(Crash):
            await close(db, field)
    assert await state(owner, field) == found
    if found[1] is None:
        await close(db, field)
    else:
        with pytest.raises(Refused, match="round_closed"):
            await intake.submit(field.tenant_id, field.round.id, submission(field, 1))
        await lock.finish(db, field.tenant_id, field.round.id)
    await ended(owner, field, content)


@pytest.mark.parametrize("done", range(1, 7))
async def test_a_round_that_is_half_taken_apart_is_taken_apart_to_the_end(
    intake: Intake, field: Field, db: Database, owner: Owner, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    right, asked = queries._partitions, iter(range(10))

    async def crashing(*given: Any) -> Any:
        if next(asked) == done:
            raise Crash
        return await right(*given)

    await begin(db, field)
    with monkeypatch.context() as patched:
        patched.setattr(queries, "_partitions", crashing)
        with pytest.raises(Crash):
            await lock.finish(db, field.tenant_id, field.round.id)
    assert await state(owner, field) == ("locking", "closed", 7 - done)
    await lock.finish(db, field.tenant_id, field.round.id)
    await ended(owner, field, content)


@asynccontextmanager
async def reading(owner_url: str, table: str) -> Any:
    """Somebody has a long transaction that has read a table."""
    reader = await asyncpg.connect(owner_url)
    try:
        await reader.execute("begin")
        await reader.fetch(f"select * from {table}")
        yield reader
    finally:
        await reader.close()


async def waiting(owner: Owner, *, query: str) -> int:
    """The backend that waits in a statement like this."""
    while True:
        pid = await owner.fetchval(
            """select pid from pg_stat_activity where datname = current_database() and state = 'active'
            and wait_event_type = 'Lock' and query like $1""",
            query,
        )
        if pid is not None:
            return int(pid)
        await asyncio.sleep(0.02)


@pytest.fixture
def owner_url(server: Any, database_name: str) -> str:
    return str(server.url("postgres", database_name))


async def test_a_connection_that_is_killed_while_it_detaches_leaves_what_can_be_finished(
    intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str
) -> None:
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    await begin(db, field)
    async with reading(owner_url, "response_texts"):
        going = asyncio.create_task(lock.finish(db, field.tenant_id, field.round.id))
        pid = await waiting(owner, query="alter table response_texts detach%")
        await owner.execute("select pg_terminate_backend($1)", pid)
        with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
            await going
        assert await owner.fetchval("select count(*) from pg_inherits where inhdetachpending") == 1
    await lock.finish(db, field.tenant_id, field.round.id)
    await ended(owner, field, content)


async def test_what_another_round_left_half_detached_is_no_obstacle(
    intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str, other_tenant: UUID
) -> None:
    theirs = await a_field(db, other_tenant)
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    await begin(db, theirs)
    async with reading(owner_url, "responses"):
        going = asyncio.create_task(lock.finish(db, other_tenant, theirs.round.id))
        await owner.execute(
            "select pg_terminate_backend($1)", await waiting(owner, query="alter table responses detach%")
        )
        with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
            await going
    await close(db, field)
    await lock.finish(db, other_tenant, theirs.round.id)
    assert await state(owner, theirs) == ("locked", "severed", 3)
    assert await owner.fetchval("select count(*) from responses where survey_round = $1", field.round.id) == 24
    assert Counter(tuple(row) for row in await owner.fetch(CONTENT)) == content


async def test_a_connection_that_is_killed_while_it_rewrites_changes_nothing(
    intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str
) -> None:
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    await begin(db, field)
    assert await lock.advance(db, field.tenant_id, field.round.id) == "apart"
    async with held_up(owner, owner_url, field):
        going = asyncio.create_task(lock.finish(db, field.tenant_id, field.round.id))
        await owner.execute("select pg_terminate_backend($1)", await waiting(owner, query="%sever_survey_round%"))
        with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
            await going
    assert await state(owner, field) == ("locking", "apart", 0)
    assert await owner.fetchval(f"select count(*) from response_links_{field.round.id.hex}") == 24
    await lock.finish(db, field.tenant_id, field.round.id)
    await ended(owner, field, content)


@asynccontextmanager
async def held_up(owner: Owner, owner_url: str, field: Field) -> Any:
    """The rewriting of a round stops in its midst: somebody holds a row that it needs."""
    await owner.execute(
        "insert into contact.people (tenant_id, id, survey_round, name) values ($1, gen_random_uuid(), $2, 'A')",
        field.tenant_id, field.round.id,
    )  # fmt: skip
    holder = await asyncpg.connect(owner_url)
    try:
        await holder.execute("begin")
        await holder.execute("select from contact.people for update")
        yield
    finally:
        await holder.close()


async def live(intake: Intake, db: Database, theirs: Field, place: int) -> None:
    """What goes on in another round: a visit, a draft, an answer, a withdrawal, its page, the list of rounds."""
    async with db.transaction(theirs.tenant_id) as connection:
        visit = await visits.arrive(connection, theirs.tokens[place])
    async with db.transaction(theirs.tenant_id, snapshot=True) as connection:
        await visits.resume(connection, visit)
    async with db.transaction(theirs.tenant_id) as connection:
        await drafts.save(connection, theirs.round.id, visit.invitation_id, answered(theirs.layout), {})
    sent = submission(theirs, place)
    receipt = await intake.submit(theirs.tenant_id, theirs.round.id, sent)
    async with db.transaction(theirs.tenant_id) as connection:
        await opening.progress(connection, theirs.round.id)
        await queries.field_totals(connection)
    async with db.transaction(theirs.tenant_id) as connection:
        await withdrawal.withdraw(connection, theirs.round.id, receipt.code)


@pytest.mark.parametrize("step", ["closed", "apart"])
async def test_another_round_lives_on_while_a_round_is_locked(
    intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str, other_tenant: UUID, step: str
) -> None:
    theirs = await a_field(db, other_tenant)
    await fill(intake, field)
    await live(intake, db, theirs, 0)
    await begin(db, field)
    if step == "apart":
        await lock.advance(db, field.tenant_id, field.round.id)
        holding, query = held_up(owner, owner_url, field), "%sever_survey_round%"
    else:
        holding, query = reading(owner_url, "invitations"), "alter table invitations detach%"
    async with holding:
        going = asyncio.create_task(lock.finish(db, field.tenant_id, field.round.id))
        await waiting(owner, query=query)
        async with asyncio.timeout(60):
            for place in range(1, 9):
                await live(intake, db, theirs, place)
        assert not going.done()
    await going
    await live(intake, db, theirs, 9)
    assert await state(owner, field) == ("locked", "severed", 3)


STRONG = """select distinct c.relname, l.mode from pg_locks l join pg_class c on c.oid = l.relation
    where l.pid = $1 and l.database = (select oid from pg_database where datname = current_database())
    and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and c.relnamespace in ('public'::regnamespace, 'contact'::regnamespace) and c.relname not like '%' || $2 || '%'
    and c.relkind in ('r', 'p')"""


async def test_the_long_step_holds_no_lock_that_keeps_others_from_reading_or_writing(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    await begin(db, field)
    await lock.advance(db, field.tenant_id, field.round.id)
    async with db.transaction(field.tenant_id) as connection:
        pid = await connection.fetchval("select pg_backend_pid()")
        await queries.sever(connection, field.round.id)
        assert await owner.fetch(STRONG, pid, field.round.id.hex) == []
        shared = await owner.fetch(
            """select c.relname from pg_locks l join pg_class c on c.oid = l.relation
            where l.pid = $1 and l.mode = 'ShareUpdateExclusiveLock' and c.relkind = 'p'""", pid,
        )  # fmt: skip
        assert shared == [], "openings and locks of other rounds would wait"
        await queries.attach(connection, field.round.id)
        assert await owner.fetch(STRONG, pid, field.round.id.hex) == []


async def test_opening_a_round_keeps_nobody_from_answering_another(
    field: Field, db: Database, owner: Owner, intake: Intake
) -> None:
    assert field.round.instrument_id is not None
    async with db.transaction(field.tenant_id) as connection:
        opened = await opening.open_round(
            connection, cycle_id=field.round.cycle_id, instrument_id=field.round.instrument_id, form="short",
            title_vi="Đợt thứ hai", opens_on=TODAY, closes_on=date(2099, 12, 31), actor="system",
        )  # fmt: skip
        pid = await connection.fetchval("select pg_backend_pid()")
        assert await owner.fetch(STRONG, pid, opened.id.hex) == []
        async with asyncio.timeout(60):
            await intake.submit(field.tenant_id, field.round.id, submission(field))


async def test_two_rounds_are_locked_at_once(
    intake: Intake, field: Field, db: Database, owner: Owner, other_tenant: UUID
) -> None:
    theirs = await a_field(db, other_tenant)
    await fill(intake, field)
    assert sorted(await asyncio.gather(close(db, field), close(db, theirs))) == [0, 24]
    assert await state(owner, field) == await state(owner, theirs) == ("locked", "severed", 3)


async def test_two_who_go_on_with_one_lock_take_each_step_once(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    content = Counter(tuple(row) for row in await owner.fetch(CONTENT))
    await begin(db, field)
    await asyncio.gather(*(lock.finish(db, field.tenant_id, field.round.id) for _ in range(3)))
    await ended(owner, field, content)
    assert await lock.advance(db, field.tenant_id, field.round.id) == "severed"


async def test_who_comes_with_a_link_while_the_round_is_locked_is_told_that_it_is_closed(
    field: Field, db: Database, other_tenant: UUID
) -> None:
    await begin(db, field)
    await lock.advance(db, field.tenant_id, field.round.id)
    with pytest.raises(Refused, match="round_closed"):
        async with db.transaction(field.tenant_id) as connection:
            await visits.arrive(connection, field.tokens[0])
    with pytest.raises(Refused, match="invitation_unknown"):
        async with db.transaction(other_tenant) as connection:
            await visits.arrive(connection, field.tokens[0])
    await lock.finish(db, field.tenant_id, field.round.id)
    async with db.transaction(field.tenant_id) as connection:
        visit = await visits.arrive(connection, field.tokens[0])
        with pytest.raises(Refused, match="round_closed"):
            await visits.resume(connection, visit)


async def test_the_long_step_takes_longer_than_any_other_statement_may(
    server: Any, database_name: str, intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str
) -> None:
    await fill(intake, field)
    await owner.execute(f"alter database {database_name} set statement_timeout = '300ms'")
    hurried = await Database.connect(
        server.url("parindex_app", database_name), size=2, patience=0.3,
        owner=server.url("parindex_migrator", database_name),
    )  # fmt: skip
    await begin(db, field)
    async with reading(owner_url, "responses"):
        going = asyncio.create_task(lock.finish(hurried, field.tenant_id, field.round.id))
        await waiting(owner, query="alter table responses detach%")
        await asyncio.sleep(0.7)
        assert not going.done()
    await going
    await hurried.close()
    assert await state(owner, field) == ("locked", "severed", 3)


async def test_the_rewriting_takes_longer_than_any_other_statement_may(
    server: Any, database_name: str, intake: Intake, field: Field, db: Database, owner: Owner, owner_url: str
) -> None:
    await fill(intake, field)
    await begin(db, field)
    await lock.advance(db, field.tenant_id, field.round.id)
    await owner.execute(f"alter database {database_name} set statement_timeout = '1500ms'")
    hurried = await Database.connect(
        server.url("parindex_app", database_name), size=2, patience=1.5,
        owner=server.url("parindex_migrator", database_name),
    )  # fmt: skip
    async with held_up(owner, owner_url, field):
        going = asyncio.create_task(lock.finish(hurried, field.tenant_id, field.round.id))
        await waiting(owner, query="%sever_survey_round%")
        await asyncio.sleep(2)
        assert not going.done()
    await going
    await hurried.close()
    assert await state(owner, field) == ("locked", "severed", 3)


async def test_a_lock_that_nobody_began_does_not_go_on(field: Field, db: Database, other_tenant: UUID) -> None:
    with pytest.raises(Refused, match="round_not_locked"):
        await lock.advance(db, field.tenant_id, field.round.id)
    await begin(db, field)
    with pytest.raises(Refused, match="survey_round_unknown"):
        await lock.advance(db, other_tenant, field.round.id)
    for function in ("sever", "attach"):
        with pytest.raises(asyncpg.NoDataFoundError):
            async with db.transaction(field.tenant_id) as connection:
                await getattr(queries, function)(connection, field.round.id)


async def test_without_the_owners_address_the_lock_waits_and_keeps_its_step(
    server: Any, database_name: str, field: Field, owner: Owner, db: Database
) -> None:
    alone = await Database.connect(server.url("parindex_app", database_name), size=2)
    await begin(alone, field)
    with pytest.raises(Refused, match="database_unavailable"):
        await lock.finish(alone, field.tenant_id, field.round.id)
    await alone.close()
    assert await state(owner, field) == ("locking", "closed", 7)
    await lock.finish(db, field.tenant_id, field.round.id)


async def test_the_decision_of_a_lock_cannot_be_changed_and_no_step_be_taken_back(
    field: Field, db: Database, owner: Owner
) -> None:
    await begin(db, field)
    for change in (
        "decision = 'x', step = 'apart'",
        "decided_on = '2020-01-01', step = 'apart'",
        "step = 'severed', responses = 0, links = 0, drafts = 0",
        "step = 'closed'",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(f"update survey_locks set {change}")
    await lock.finish(db, field.tenant_id, field.round.id)
    for change in ("step = 'apart'", "responses = 3", "step = 'severed'"):
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.CheckViolationError)):
            await owner.execute(f"update survey_locks set {change}")
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("delete from survey_locks")


async def test_a_lock_under_way_is_named_and_counts_as_stuck_after_an_hour(
    field: Field, db: Database, owner: Owner
) -> None:
    await begin(db, field)
    for minutes, stuck in ((59, False), (61, True)):
        await owner.execute("set session_replication_role = replica")
        await owner.execute("update survey_locks set step_at = clock_timestamp() - make_interval(mins => $1)", minutes)
        async with db.transaction(field.tenant_id) as connection:
            (held,) = await lock.under_way(connection)
        assert (held.round_id, held.step, held.stuck) == (field.round.id, "closed", stuck)
    await lock.finish(db, field.tenant_id, field.round.id)
    async with db.transaction(field.tenant_id) as connection:
        assert await lock.under_way(connection) == []
