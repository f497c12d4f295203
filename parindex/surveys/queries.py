"""The SQL of surveys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from parindex.store.database import Connection, Row

_TENANT = "current_setting('parindex.tenant')::uuid"
_ROUND = """r.id, r.cycle_id, r.title_vi, r.title_en, r.instrument_code, r.instrument_id, r.form, r.state, r.min_n,
    r.opens_on, r.closes_on, r.information, r.contact, r.marked"""
_UNIT = """u.id, u.agency_id, u.stratum, u.psu, u.psu_name, u.ssu, u.ssu_name, u.psu_population, u.psu_drawn,
    u.psu_probability, u.ssu_population, u.ssu_drawn, u.population, u.drawn, u.response_class"""


async def insert_instrument(
    connection: Connection, row_id: UUID, code: str, version: str, digest: str, document: str, source: str, actor: str
) -> None:
    """A published version."""
    await connection.execute(
        f"""insert into instruments (tenant_id, id, code, version, digest, document, source, published_by)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7)""",  # noqa: S608
        row_id, code, version, digest, document, source, actor,
    )  # fmt: skip


async def instrument_of_version(connection: Connection, code: str, version: str) -> Row | None:
    """Id and digest of a published version."""
    return await connection.fetchrow(
        "select id, digest from instruments where code = $1 and version = $2", code, version
    )


async def instrument_document(connection: Connection, instrument_id: UUID) -> str | None:
    """The canonical JSON of a version."""
    document: str | None = await connection.fetchval("select document from instruments where id = $1", instrument_id)
    return document


async def insert_round(connection: Connection, values: Sequence[Any]) -> None:
    """A round; values in the order of the columns of ``Round``."""
    await connection.execute(
        f"""insert into survey_rounds (tenant_id, id, cycle_id, title_vi, title_en, instrument_code, instrument_id,
            form, state, min_n, opens_on, closes_on, information, contact, marked)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",  # noqa: S608
        *values,
    )


async def open_partitions(connection: Connection, round_id: UUID, secret: bytes) -> None:
    """What an open round keeps apart, and its secret."""
    await connection.execute("select open_survey_round($1)", round_id)
    await connection.execute(
        f"insert into survey_round_secrets (tenant_id, survey_round, secret) values ({_TENANT}, $1, $2)",  # noqa: S608
        round_id, secret,
    )  # fmt: skip


async def round_by_id(connection: Connection, round_id: UUID) -> Row | None:
    """One round."""
    return await connection.fetchrow(f"select {_ROUND} from survey_rounds r where r.id = $1", round_id)  # noqa: S608


async def rounds(connection: Connection, cycle_id: UUID | None) -> list[Row]:
    """Rounds of one cycle or of all, newest first."""
    return await connection.fetch(
        f"""select {_ROUND} from survey_rounds r
        where $1::uuid is null or r.cycle_id = $1 order by r.closes_on desc, r.id""",  # noqa: S608
        cycle_id,
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


async def invitation_by_token(connection: Connection, token_hash: bytes) -> Row | None:
    """The invitation of a token, in any round of the tenant."""
    return await connection.fetchrow("select survey_round, id, used from invitations where token_hash = $1", token_hash)


async def invitation_by_id(connection: Connection, round_id: UUID, invitation_id: UUID) -> Row | None:
    """One invitation, with its sample unit's agency."""
    return await connection.fetchrow(
        """select i.id, i.token_hash, i.used, a.name_vi as agency_vi, a.name_en as agency_en, u.psu_name, u.ssu_name
        from invitations i
        left join sample_units u on u.tenant_id = i.tenant_id and u.id = i.sample_unit
        left join agencies a on a.tenant_id = u.tenant_id and a.id = u.agency_id
        where i.survey_round = $1 and i.id = $2""",
        round_id, invitation_id,
    )  # fmt: skip


async def content_of_invitation(connection: Connection, round_id: UUID, invitation_id: UUID) -> bytes | None:
    """The digest of the response that came with an invitation."""
    content: bytes | None = await connection.fetchval(
        """select r.content from response_links l
        join responses r on r.survey_round = l.survey_round and r.id = l.response_id
        where l.survey_round = $1 and l.invitation_id = $2""",
        round_id, invitation_id,
    )  # fmt: skip
    return content


async def delete_draft(connection: Connection, round_id: UUID, invitation_id: UUID) -> None:
    """Drop answers not yet sent."""
    await connection.execute(
        "delete from response_drafts where survey_round = $1 and invitation_id = $2", round_id, invitation_id
    )


async def draft(connection: Connection, round_id: UUID, invitation_id: UUID) -> Row | None:
    """Answers not yet sent."""
    return await connection.fetchrow(
        "select answers, texts from response_drafts where survey_round = $1 and invitation_id = $2",
        round_id, invitation_id,
    )  # fmt: skip


async def save_draft(
    connection: Connection, round_id: UUID, invitation_id: UUID, answers: Sequence[int | None], texts: str
) -> bool:
    """Keep answers not yet sent; ``False`` where the invitation is used up."""
    told = await connection.execute(
        f"""insert into response_drafts (tenant_id, survey_round, invitation_id, answers, texts)
        select {_TENANT}, $1, i.id, $3::smallint[], $4::jsonb from invitations i
        where i.survey_round = $1 and i.id = $2 and not i.used
        on conflict (tenant_id, survey_round, invitation_id)
        do update set answers = excluded.answers, texts = excluded.texts""",  # noqa: S608
        round_id, invitation_id, list(answers), texts,
    )  # fmt: skip
    return told == "INSERT 0 1"


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
async def within_gate(connection: Connection, tenant_id: UUID, round_id: UUID) -> AsyncIterator[None]:
    """A transaction that sees one tenant's rows and holds off the lock of a round, begun by a single message."""
    await connection.execute(
        f"""begin; select set_config('parindex.tenant', '{tenant_id}', true),
            pg_advisory_xact_lock_shared(hashtextextended('{round_id}', 0))"""
    )
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("rollback")
        raise
    await connection.execute("commit")


async def gate(connection: Connection, round_id: UUID, hashes: Sequence[bytes] = ()) -> list[Row]:
    """What decides whether a round takes answers, its secret, and what is known of these tokens.

    One row a known token; one row without a token where none is known; no row for an unknown round.
    """
    return await connection.fetch(
        """select r.state, r.opens_on, r.closes_on, s.secret, i.id, i.token_hash, i.sample_unit, i.used
        from survey_rounds r
        left join survey_round_secrets s on s.survey_round = r.id and s.tenant_id = r.tenant_id
        left join invitations i on i.survey_round = $1 and i.token_hash = any($2)
        where r.id = $1""",
        round_id, list(hashes),
    )  # fmt: skip


async def insert_responses(connection: Connection, round_id: UUID, columns: Sequence[Sequence[Any]]) -> set[UUID]:
    """Store a batch with its links, use up its invitations and drop its drafts; the ids of what was stored.

    Columns: id, client id, content, day, channel, sample unit, answers as text, invitation id, receipt digest. What
    repeats a client's id is left out with all that belongs to it. Two answers for one invitation cannot both pass:
    the links' unique key breaks the batch. What was stored is compared as an array, for a join of two unknown row
    counts would be nested loops.
    """
    rows = await connection.fetch(
        f"""with stored as (
            insert into responses (tenant_id, survey_round, id, client_id, content, day, channel, sample_unit, answers)
            select {_TENANT}, $1, g.id, g.client_id, g.content, g.day, g.channel, g.sample_unit, g.answers::smallint[]
            from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::date[], $6::text[], $7::uuid[], $8::text[])
                as g(id, client_id, content, day, channel, sample_unit, answers)
            on conflict (tenant_id, survey_round, client_id) do nothing
            returning id
        ), linked as (
            insert into response_links (tenant_id, survey_round, response_id, invitation_id, receipt)
            select {_TENANT}, $1, g.response_id, g.invitation_id, g.receipt
            from unnest($2::uuid[], $9::uuid[], $10::bytea[]) as g(response_id, invitation_id, receipt)
            where g.response_id = any(array(select id from stored))
        ), used as (
            update invitations set used = true where survey_round = $1 and id = any(array(
                select g.invitation_id from unnest($2::uuid[], $9::uuid[]) as g(response_id, invitation_id)
                where g.response_id = any(array(select id from stored))))
        ), sent as (
            delete from response_drafts where survey_round = $1 and invitation_id = any(array(
                select g.invitation_id from unnest($2::uuid[], $9::uuid[]) as g(response_id, invitation_id)
                where g.response_id = any(array(select id from stored))))
        )
        select id from stored""",  # noqa: S608
        round_id, *columns,
    )  # fmt: skip
    return {row["id"] for row in rows}


async def insert_texts(connection: Connection, round_id: UUID, texts: Sequence[tuple[UUID, str, str]]) -> None:
    """Written answers."""
    await connection.execute(
        f"""insert into response_texts (tenant_id, survey_round, response_id, item, words)
        select {_TENANT}, $1, t.response_id, t.item, t.words
        from unnest($2::uuid[], $3::text[], $4::text[]) as t(response_id, item, words)""",  # noqa: S608
        round_id, *(list(column) for column in zip(*texts, strict=True)),
    )  # fmt: skip


async def known_submissions(
    connection: Connection, round_id: UUID, client_ids: Sequence[UUID], hashes: Sequence[bytes | None]
) -> list[Row]:
    """For submissions that were not stored: what is known of each, in their order."""
    return await connection.fetch(
        """select r.content, i.id is not null as invited, coalesce(i.used, false) as used
        from unnest($2::uuid[], $3::bytea[]) with ordinality as g(client_id, token_hash, place)
        left join responses r on r.survey_round = $1 and r.client_id = g.client_id
        left join invitations i on i.survey_round = $1 and i.token_hash = g.token_hash
        order by g.place""",
        round_id, list(client_ids), list(hashes),
    )  # fmt: skip


async def delete_by_receipt(connection: Connection, round_id: UUID, receipt: bytes) -> bytes | None:
    """Take a response back: link, words and answers go; the digest of its content is returned."""
    response_id = await connection.fetchval(
        "delete from response_links where survey_round = $1 and receipt = $2 returning response_id", round_id, receipt
    )
    if response_id is None:
        return None
    await connection.execute(
        "delete from response_texts where survey_round = $1 and response_id = $2", round_id, response_id
    )
    content: bytes = await connection.fetchval(
        "delete from responses where survey_round = $1 and id = $2 returning content", round_id, response_id
    )
    return content


async def lock_round(connection: Connection, round_id: UUID) -> Row:
    """Sever a round; how many responses it has and how many links and drafts went."""
    row = await connection.fetchrow("select responses, links, drafts from lock_survey_round($1)", round_id)
    assert row is not None
    return row


async def insert_lock(connection: Connection, values: Sequence[Any]) -> None:
    """The tombstone of what a lock erased."""
    await connection.execute(
        f"""insert into survey_locks (tenant_id, survey_round, decision, reason, locked_by, responses, links, drafts)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7)""",  # noqa: S608
        *values,
    )


async def lock_of(connection: Connection, round_id: UUID) -> Row | None:
    """The tombstone of a round."""
    return await connection.fetchrow(
        "select decision, reason, locked_by, locked_at, responses, links, drafts from survey_locks where survey_round = $1",
        round_id,
    )


async def answers(connection: Connection, round_id: UUID, first: int, last: int) -> list[Row]:
    """Unit and answers at the positions first..last (0-based, both included) of all responses, by unit."""
    return await connection.fetch(
        """select sample_unit, answers[$2:$3] as answers from responses
        where survey_round = $1 order by sample_unit, id""",
        round_id, first + 1, last + 1,
    )  # fmt: skip


async def copy_answers(
    connection: Connection,
    round_id: UUID,
    beginnings: Mapping[UUID, str],
    output: Callable[[bytes], Coroutine[Any, Any, None]],
) -> None:
    """Lines of CSV to ``output``: what is given of the sample unit, the channel and the answers of every response.

    The server makes whole lines, whose commas are no delimiters to it; the delimiter and the quote that it is told
    occur in no text, so it adds nothing.
    """
    await connection.copy_from_query(
        """select g.line || r.channel || ',' || array_to_string(r.answers, ',', '')
        from responses r
        join unnest($2::uuid[], $3::text[]) as g(unit, line) on g.unit = r.sample_unit
        where r.survey_round = $1""",
        round_id, list(beginnings), list(beginnings.values()),
        output=output, format="csv", delimiter="\x02", quote="\x01",
    )  # fmt: skip


async def insert_run(connection: Connection, values: Sequence[Any]) -> None:
    """A computation."""
    await connection.execute(
        f"""insert into estimate_runs (tenant_id, id, survey_round, method, responses, computed_by)
        values ({_TENANT}, $1, $2, $3::jsonb, $4, $5)""",  # noqa: S608
        *values,
    )


async def insert_estimates(connection: Connection, run_id: UUID, rows: Sequence[Sequence[Any]]) -> None:
    """The numbers of a computation: agency id, measure, value, se, df, n, n_eff, suppressed."""
    await connection.execute(
        f"""insert into survey_estimates
            (tenant_id, run_id, agency_id, measure, value, se, df, n, n_eff, suppressed)
        select {_TENANT}, $1, e.* from unnest($2::uuid[], $3::text[], $4::numeric[], $5::float8[], $6::int[], $7::int[],
            $8::float8[], $9::boolean[]) as e""",  # noqa: S608
        run_id, *(list(column) for column in zip(*rows, strict=True)),
    )  # fmt: skip


async def insert_covariance(
    connection: Connection, run_id: UUID, number: int, cells: str, matrix: Sequence[float]
) -> None:
    """A block of estimates that share respondents, row by row."""
    await connection.execute(
        f"""insert into estimate_covariances (tenant_id, run_id, number, cells, matrix)
        values ({_TENANT}, $1, $2, $3::jsonb, $4)""",  # noqa: S608
        run_id, number, cells, list(matrix),
    )  # fmt: skip


async def covariances_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """The blocks of the last computation of every round of a cycle."""
    return await connection.fetch(
        """select r.instrument_code as instrument, c.cells, c.matrix
        from survey_rounds r
        join lateral (
            select id from estimate_runs where survey_round = r.id order by computed_at desc, id desc limit 1
        ) run on true
        join estimate_covariances c on c.run_id = run.id
        where r.cycle_id = $1 order by r.instrument_code, c.number""",
        cycle_id,
    )


async def newest_run(connection: Connection, round_id: UUID) -> Row | None:
    """The last computation of a round."""
    return await connection.fetchrow(
        """select id, survey_round, method, responses, computed_at, computed_by from estimate_runs
        where survey_round = $1 order by computed_at desc, id desc limit 1""",
        round_id,
    )


async def estimates_of_cycle(connection: Connection, cycle_id: UUID, measures: Sequence[str] | None) -> list[Row]:
    """The numbers of the last computation of every round of a cycle."""
    return await connection.fetch(
        """select a.code as agency, r.instrument_code as instrument, e.measure, e.value, e.se, e.df, e.n, e.n_eff,
            e.suppressed, r.id as round_id
        from survey_rounds r
        join lateral (
            select id from estimate_runs where survey_round = r.id order by computed_at desc, id desc limit 1
        ) run on true
        join survey_estimates e on e.run_id = run.id
        join agencies a on a.id = e.agency_id
        where r.cycle_id = $1 and ($2::text[] is null or e.measure = any($2))
        order by r.instrument_code, a.official_order, a.sort_key, e.measure""",
        cycle_id, None if measures is None else list(measures),
    )  # fmt: skip


async def estimates_of_run(connection: Connection, run_id: UUID, measures: Sequence[str] | None) -> list[Row]:
    """The numbers of one computation, agencies in official order."""
    return await connection.fetch(
        """select a.code as agency, a.name_vi, a.name_en, e.measure, e.value, e.se, e.df, e.n, e.n_eff, e.suppressed
        from survey_estimates e join agencies a on a.id = e.agency_id
        where e.run_id = $1 and ($2::text[] is null or e.measure = any($2))
        order by a.official_order, a.sort_key, e.measure""",
        run_id, None if measures is None else list(measures),
    )  # fmt: skip


async def cycle_agency_codes(connection: Connection, cycle_id: UUID) -> list[Row]:
    """Agencies of a cycle: id and code."""
    return await connection.fetch(
        """select a.id, a.code, a.name_vi, a.name_en from cycle_agencies c join agencies a on a.id = c.agency_id
        where c.cycle_id = $1 order by a.official_order, a.sort_key""",
        cycle_id,
    )


async def tenant(connection: Connection) -> str:
    """The tenant of the transaction."""
    return str(await connection.fetchval("select current_setting('parindex.tenant')"))
