"""The SQL of answers: who may send them, drafts, what came in, what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parindex.store.database import Connection, Row

_TENANT = "current_setting('parindex.tenant')::uuid"


async def invitation_by_token(connection: Connection, token_hash: bytes) -> Row | None:
    """The invitation of a token, in any round of the tenant."""
    return await connection.fetchrow("select survey_round, id, used from invitations where token_hash = $1", token_hash)


async def invitation_by_id(connection: Connection, round_id: UUID, invitation_id: UUID) -> Row | None:
    """One invitation, with its sample unit's agency, and the day in the tenant's zone."""
    return await connection.fetchrow(
        """select i.id, i.token_hash, i.used, a.name_vi as agency_vi, a.name_en as agency_en, u.psu_name, u.ssu_name,
            tenant_today() as today
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


async def gate(connection: Connection, round_id: UUID, hashes: Sequence[bytes] = ()) -> list[Row]:
    """What decides whether a round takes answers, its secret, and what is known of these tokens.

    One row a known token; one row without a token where none is known; no row for an unknown round.
    """
    return await connection.fetch(
        """select r.state, tenant_today() as today, r.opens_on, r.closes_on, s.secret, i.id, i.token_hash, i.sample_unit, i.used
        from survey_rounds r
        left join survey_round_secrets s on s.survey_round = r.id and s.tenant_id = r.tenant_id
        left join invitations i on i.survey_round = $1 and i.token_hash = any($2)
        where r.id = $1""",
        round_id, list(hashes),
    )  # fmt: skip


async def insert_responses(connection: Connection, round_id: UUID, columns: Sequence[Sequence[Any]]) -> set[UUID]:
    """Store a batch with its links, use up its invitations and drop its drafts; the ids of what was stored.

    Columns: id, client id, content, day, channel, sample unit, answers as text, invitation id, receipt digest. How an
    answer came stands beside it, in the table that goes with the links. What repeats a client's id is left out with all
    that belongs to it. Two answers for one invitation cannot both pass: the links' unique key breaks the batch. What was
    stored is compared as an array, for a join of two unknown row counts would be nested loops.
    """
    rows = await connection.fetch(
        f"""with sent as materialized (
            select * from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::date[], $6::text[], $7::uuid[], $8::text[],
                $9::uuid[], $10::bytea[])
                as s(id, client_id, content, day, channel, sample_unit, answers, invitation_id, receipt)
        ), stored as (
            insert into responses (tenant_id, survey_round, id, client_id, content, day, sample_unit, answers)
            select {_TENANT}, $1, id, client_id, content, day, sample_unit, answers::smallint[] from sent
            on conflict (tenant_id, survey_round, client_id) do nothing
            returning id
        ), kept as materialized (
            select id, channel, invitation_id, receipt from sent where id = any(array(select id from stored))
        ), linked as (
            insert into response_links (tenant_id, survey_round, response_id, invitation_id, receipt)
            select {_TENANT}, $1, id, invitation_id, receipt from kept
        ), came as (
            insert into response_paradata (tenant_id, survey_round, response_id, channel)
            select {_TENANT}, $1, id, channel from kept
        ), used as (
            update invitations set used = true
            where survey_round = $1 and id = any(array(select invitation_id from kept))
        ), undrafted as (
            delete from response_drafts
            where survey_round = $1 and invitation_id = any(array(select invitation_id from kept))
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
    """Take a response back: link, paradata, words and answers go; the digest of its content is returned."""
    response_id = await connection.fetchval(
        "delete from response_links where survey_round = $1 and receipt = $2 returning response_id", round_id, receipt
    )
    if response_id is None:
        return None
    for beside in ("response_paradata", "response_texts"):
        await connection.execute(
            f"delete from {beside} where survey_round = $1 and response_id = $2",  # noqa: S608 - one of two names
            round_id, response_id,
        )  # fmt: skip
    content: bytes = await connection.fetchval(
        "delete from responses where survey_round = $1 and id = $2 returning content", round_id, response_id
    )
    return content
