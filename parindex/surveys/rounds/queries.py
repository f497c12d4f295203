"""The SQL of survey rounds: their sample, their invitations, the gate before the lock, the steps of the lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.store.database import Connection, Row, enter
from parindex.surveys.model import Round

_TENANT = "current_setting('parindex.tenant')::uuid"
_ROUND = """r.id, r.cycle_id, r.title_vi, r.title_en, r.instrument_code, r.instrument_id, r.form, r.state, r.min_n,
    r.opens_on, r.closes_on, r.information, r.contact, r.marked"""
_UNIT = """u.id, u.agency_id, u.stratum, u.psu, u.psu_name, u.ssu, u.ssu_name, u.psu_population, u.psu_drawn,
    u.psu_probability, u.ssu_population, u.ssu_drawn, u.population, u.drawn, u.response_class"""


PARENTS: Final = (
    "response_links", "response_drafts", "response_paradata", "survey_round_secrets", "response_texts", "responses",
    "invitations",
)  # fmt: skip
"""Tables of which an open round has a partition."""

UNHURRIED: Final = 86_400.0
"""Seconds that the long step may take: a million answers are written anew."""

_APART_LOCK: Final = 7_061_910
"""One round at a time is taken apart: a parent lets go of one partition at a time."""


async def insert_round(connection: Connection, values: Sequence[Any]) -> None:
    """A round; values in the order of the columns of ``Round``."""
    await connection.execute(
        f"""insert into survey_rounds (tenant_id, id, cycle_id, title_vi, title_en, instrument_code, instrument_id,
            form, state, min_n, opens_on, closes_on, information, contact, marked)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",  # noqa: S608
        *values,
    )


async def update_round(connection: Connection, held: Round) -> None:
    """Give a round other names, days and least counts.

    Once somebody was asked the database lets through a later last day with its extension, and nothing else.
    """
    await connection.execute(
        """update survey_rounds set title_vi = $2, title_en = $3, opens_on = $4, closes_on = $5, min_n = $6,
            contact = $7 where id = $1""",
        held.id, held.title_vi, held.title_en, held.opens_on, held.closes_on, held.min_n, held.contact,
    )  # fmt: skip


async def open_partitions(connection: Connection, round_id: UUID, secret: bytes) -> None:
    """What an open round keeps apart, and its secret."""
    await connection.execute("select open_survey_round($1)", round_id)
    await connection.execute(
        f"insert into survey_round_secrets (tenant_id, survey_round, secret) values ({_TENANT}, $1, $2)",  # noqa: S608
        round_id, secret,
    )  # fmt: skip


async def round_by_id(connection: Connection, round_id: UUID, *, lock: bool = False) -> Row | None:
    """One round; with ``lock`` nobody else changes it until the transaction ends."""
    return await connection.fetchrow(
        f"select {_ROUND} from survey_rounds r where r.id = $1 {'for update' if lock else ''}",  # noqa: S608
        round_id,
    )


async def today(connection: Connection) -> date:
    """The day in the tenant's zone, by the clock that holds deadlines."""
    found: date = await connection.fetchval("select tenant_today()")
    return found


async def insert_extension(
    connection: Connection, row_id: UUID, round_id: UUID, before: date, after: date, decided: ReasonedDecision, by: str
) -> None:
    """Keep that the last day of a round was moved; without it the database does not let the day be changed."""
    await connection.execute(
        f"""insert into round_extensions (tenant_id, id, survey_round, closes_before, closes_on, decision_number, decided_on,
            reason, by_person)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8)""",  # noqa: S608
        row_id, round_id, before, after, decided.number, decided.date, decided.reason, by,
    )  # fmt: skip


async def extensions(connection: Connection, round_id: UUID) -> list[Row]:
    """How the last day of a round was moved, newest first."""
    return await connection.fetch(
        """select e.closes_before, e.closes_on, e.decision_number, e.decided_on, e.reason, p.name as by_name, e.at
        from round_extensions e left join people p on p.tenant_id = e.tenant_id and p.id::text = e.by_person
        where e.survey_round = $1 order by e.at desc, e.id desc""",
        round_id,
    )


async def rounds(connection: Connection, cycle_id: UUID | None) -> list[Row]:
    """Rounds of one cycle or of all, newest first."""
    return await connection.fetch(
        f"""select {_ROUND} from survey_rounds r
        where $1::uuid is null or r.cycle_id = $1 order by r.closes_on desc, r.id""",  # noqa: S608
        cycle_id,
    )


async def ended(connection: Connection) -> list[Row]:
    """Rounds past their last day that are open still, and locked ones without results, the oldest first."""
    return await connection.fetch(
        f"""select {_ROUND} from survey_rounds r where (r.state = 'open' and r.closes_on < tenant_today())
            or (r.state = 'locked' and not exists (
                select from estimate_runs u where u.tenant_id = r.tenant_id and u.survey_round = r.id))
        order by r.closes_on, r.id"""  # noqa: S608
    )


async def secret(connection: Connection, round_id: UUID) -> bytes | None:
    """The secret of an open round."""
    found: bytes | None = await connection.fetchval(
        "select secret from survey_round_secrets where survey_round = $1", round_id
    )
    return found


async def insert_units(connection: Connection, round_id: UUID, units: Sequence[Sequence[Any]]) -> None:
    """Sample units; values in the order of the columns of ``SampleUnit``."""
    await connection.executemany(
        f"""insert into sample_units (tenant_id, survey_round, id, agency_id, stratum, psu, psu_name, ssu, ssu_name,
            psu_population, psu_drawn, psu_probability, ssu_population, ssu_drawn, population, drawn, response_class)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)""",  # noqa: S608
        [(round_id, *unit) for unit in units],
    )


async def unit_progress(connection: Connection, round_id: UUID) -> list[Row]:
    """Units with their counts: kept by the lock, counted before it."""
    return await connection.fetch(
        f"""with made as (
            select sample_unit, count(*) as n from invitations where survey_round = $1 group by sample_unit
        ), came as (
            select sample_unit, count(*) as n from responses where survey_round = $1 group by sample_unit
        )
        select {_UNIT}, coalesce(u.invited, made.n, 0)::int as invited, coalesce(u.answered, came.n, 0)::int as answered
        from sample_units u left join made on made.sample_unit = u.id left join came on came.sample_unit = u.id
        where u.survey_round = $1 order by u.stratum, u.psu, u.ssu""",  # noqa: S608
        round_id,
    )


async def agency_names(connection: Connection, round_id: UUID) -> list[Row]:
    """Agencies of a round's sample, in official order."""
    return await connection.fetch(
        """select a.id, a.code, a.name_vi, a.name_en from agencies a
        where exists (select from sample_units u where u.survey_round = $1 and u.agency_id = a.id)
        order by a.official_order, a.sort_key""",
        round_id,
    )


async def field_totals(connection: Connection) -> list[Row]:
    """Drawn and answered of every round."""
    return await connection.fetch(
        """with drawn as (
            select survey_round, sum(drawn)::bigint as drawn, count(*) as units from sample_units group by survey_round
        ), came as (
            select survey_round, count(*) as n from responses group by survey_round
        )
        select r.id, coalesce(drawn.drawn, 0) as drawn, coalesce(drawn.units, 0) as units, coalesce(came.n, 0) as answered
        from survey_rounds r left join drawn on drawn.survey_round = r.id left join came on came.survey_round = r.id"""
    )


async def insert_invitations(
    connection: Connection, round_id: UUID, ids: Sequence[UUID], hashes: Sequence[bytes], units: Sequence[UUID]
) -> None:
    """Invitations of a round."""
    await connection.execute(
        f"""insert into invitations (tenant_id, survey_round, id, token_hash, sample_unit)
        select {_TENANT}, $1, i.id, i.token_hash, i.unit
        from unnest($2::uuid[], $3::bytea[], $4::uuid[]) as i(id, token_hash, unit)""",  # noqa: S608
        round_id, list(ids), list(hashes), list(units),
    )  # fmt: skip


async def close_gate(connection: Connection, round_id: UUID) -> None:
    """Wait for every transaction that holds off the lock, and let none begin."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1::text, 0))", str(round_id))


async def share_gate(connection: Connection, round_id: UUID) -> None:
    """Hold off the lock of a round until the end of this transaction.

    The first statement of its transaction: whoever reads the tables of surveys and waits here afterwards, and
    the lock which waits for those readers, would wait for each other.
    """
    await connection.execute("select pg_advisory_xact_lock_shared(hashtextextended($1::text, 0))", str(round_id))


@asynccontextmanager
async def within_gate(
    connection: Connection, tenant_id: UUID, round_id: UUID, clock: datetime | None
) -> AsyncIterator[None]:
    """A transaction that sees one tenant's rows and holds off the lock of a round, begun by a single message.

    ``clock`` is that of its database: what it takes for now, where the role may say so.
    """
    await connection.execute(
        f"""begin; select set_config('parindex.tenant', '{tenant_id}', true),
            set_config('parindex.clock', '{clock.isoformat() if clock else ""}', true),
            pg_advisory_xact_lock_shared(hashtextextended('{round_id}', 0))"""
    )
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


async def close_round(connection: Connection, round_id: UUID) -> None:
    """Close the intake for good.

    Raises:
        asyncpg.NoDataFoundError: the round is not open.
    """
    await connection.execute("select close_survey_round($1)", round_id)


async def insert_lock(
    connection: Connection, round_id: UUID, decision: str, decided_on: date | None, reason: str, actor: str
) -> None:
    """Who locks a round, and why: what becomes the tombstone of its links."""
    await connection.execute(
        f"""insert into survey_locks (tenant_id, survey_round, decision, decided_on, reason, locked_by)
        values ({_TENANT}, $1, $2, $3, $4, $5)""",  # noqa: S608
        round_id, decision, decided_on, reason, actor,
    )  # fmt: skip


async def lock_of(connection: Connection, round_id: UUID) -> Row | None:
    """The lock of a round, or the tombstone that it became."""
    return await connection.fetchrow(
        """select decision, decided_on, reason, locked_by, locked_at, responses, links, drafts, step from survey_locks
        where survey_round = $1""",
        round_id,
    )


async def any_locking(connection: Connection) -> bool:
    """Whether a round of the tenant is being locked."""
    return bool(await connection.fetchval("select exists (select from survey_locks where step <> 'severed')"))


async def locks_under_way(connection: Connection) -> list[Row]:
    """Locks that have not come to their end: round, step, and seconds since that step was reached."""
    return await connection.fetch(
        """select survey_round, step, extract(epoch from clock_timestamp() - step_at)::float8 as seconds
        from survey_locks where step <> 'severed' order by step_at, survey_round"""
    )


async def may_take_apart(owner: Connection) -> bool:
    """Be the one session that takes rounds apart, until the connection closes.

    Asked again and again by whoever waits: a session that waits within a statement holds a snapshot, for which
    the detaching of a partition would wait in turn.
    """
    return bool(await owner.fetchval("select pg_try_advisory_lock($1)", _APART_LOCK))


async def is_closed(owner: Connection, tenant_id: UUID, round_id: UUID) -> bool:
    """Whether a round still waits to be taken apart; afterwards its partitions are those that stay."""
    async with owner.transaction():
        await enter(owner, tenant_id)
        return bool(
            await owner.fetchval(
                "select exists (select from survey_locks where survey_round = $1 and step = 'closed')", round_id
            )
        )


async def take_apart(owner: Connection, round_id: UUID) -> None:
    """Detach a round's partitions, waiting for who still reads them and holding up nobody; may be repeated.

    A detaching that was cut short, of this round or another, is finished first.
    """
    for parent in PARENTS:
        for child in await _partitions(owner, parent, round_id):
            how = "finalize" if child["pending"] else "concurrently"
            await owner.execute(f"alter table {parent} detach partition {child['name']} {how}", timeout=UNHURRIED)


async def _partitions(owner: Connection, parent: str, round_id: UUID) -> Sequence[Row]:
    """The round's partition of a table, after those that are half detached."""
    return await owner.fetch(
        """select c.relname as name, i.inhdetachpending as pending from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = $1::regclass and (i.inhdetachpending or c.relname = $2)
        order by i.inhdetachpending desc""",
        parent, f"{parent}_{round_id.hex}",
    )  # fmt: skip


async def note_apart(owner: Connection, round_id: UUID) -> str | None:
    """Remember that nothing of a round can be reached any more; who locks it, where that was not known yet."""
    by: str | None = await owner.fetchval(
        """update survey_locks set step = 'apart', step_at = clock_timestamp()
        where survey_round = $1 and step = 'closed' returning locked_by""",
        round_id,
    )
    return by


async def round_digest(connection: Connection, round_id: UUID, table: str) -> str:
    """One digest over the rows that a table has of a round that is being locked or is locked."""
    told: str = await connection.fetchval("select round_digest($1, $2)", round_id, table)
    return told


async def counted(connection: Connection) -> list[Row]:
    """Of each round that asked here: its state, what the record counts, what the tables hold, the digests of its lock as JSON.

    A round whose partitions are detached for its lock is left out.
    """
    return await connection.fetch(
        """select r.id, r.state,
            coalesce(sum((a.after ->> 'count')::bigint) filter (where a.tag = 'surveys:responses:store'), 0)::bigint as stored,
            count(*) filter (where a.tag = 'surveys:response:withdraw') as withdrawn,
            coalesce(sum((a.after ->> 'count')::bigint) filter (where a.tag = 'surveys:invitations:make'), 0)::bigint as made,
            (select jsonb_object_agg(d.key, d.value order by a.at, a.id)::text
                from audit_rows a, jsonb_each(a.after -> 'digests') d where a.tenant_id = r.tenant_id
                and a.subject = r.id::text and a.tag in ('surveys:round:lock', 'surveys:round:coarsen')) as digests,
            (select count(*) from responses s where s.survey_round = r.id) as responses,
            (select count(*) from invitations i where i.survey_round = r.id) as invitations
        from survey_rounds r join audit_rows a on a.tenant_id = r.tenant_id and a.subject = r.id::text
        where r.state in ('open', 'locked') group by r.tenant_id, r.id, r.state order by r.id"""
    )


async def answers_as_sent(connection: Connection, round_id: UUID) -> AsyncIterator[Row]:
    """Each response of an open round: the digest of what was sent, and what the tables hold of it. In a transaction."""
    async for row in connection.cursor(
        """select r.content, r.answers, coalesce(t.texts, '{}') as texts, i.token_hash,
            case when i.id is null then r.sample_unit end as sample_unit,
            l.response_id is not null and (i.id is null or i.sample_unit = r.sample_unit) as placed
        from responses r
        left join response_links l on l.survey_round = $1 and l.response_id = r.id
        left join invitations i on i.survey_round = $1 and i.id = l.invitation_id
        left join (select response_id, jsonb_object_agg(item, words)::text as texts from response_texts
            where survey_round = $1 group by response_id) t on t.response_id = r.id
        where r.survey_round = $1""",
        round_id, prefetch=500,
    ):  # fmt: skip
        yield row


async def end_log(owner: Connection) -> None:
    """Begin a new file of the write-ahead log and let the older ones go, in which answers stand beside their links.

    Raises:
        asyncpg.InsufficientPrivilegeError: the roles were made by an earlier release.
    """
    await owner.execute("select pg_switch_wal()")
    await owner.execute("checkpoint")


async def sever(connection: Connection, round_id: UUID) -> Row:
    """Write anew what stays and drop the rest; how many responses stay and how many links and drafts went.

    Raises:
        asyncpg.NoDataFoundError: the round is not taken apart, or severed already.
    """
    await connection.execute("set local statement_timeout = 0")
    row = await connection.fetchrow(
        "select responses, links, drafts from sever_survey_round($1)", round_id, timeout=UNHURRIED
    )
    assert row is not None
    return row


async def attach(connection: Connection, round_id: UUID) -> None:
    """Put what stays back in its place; the last statement of its transaction."""
    await connection.execute("select attach_survey_round($1)", round_id, timeout=UNHURRIED)


async def tenant(connection: Connection) -> str:
    """The tenant of the transaction."""
    return str(await connection.fetchval("select current_setting('parindex.tenant')"))
