"""SQL of steps and decisions; each kind of thing that is drafted has tables of the same shape, named by ``tables``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from parindex.approvals.model import StepValues
from parindex.store.database import Connection, Row

_PUBLISHED: Final = {
    "criteria": ("criteria_set_decisions", "criteria_set_id"),
    "instrument": ("instrument_decisions", "instrument_id"),
}
"""Where it stands how something was published, and what names it there."""


async def insert_step(connection: Connection, tables: str, step_id: UUID, draft_id: UUID, values: StepValues) -> None:
    """Take a step of a draft, and let its state be what the step says."""
    await connection.execute(
        f"""insert into {tables}_draft_steps (tenant_id, id, draft_id, revision, from_state, to_state, by_person, reason,
            decision_number, decided_on)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9)""",  # noqa: S608
        step_id, draft_id, values["revision"], values["from_state"], values["to_state"], values["by"],
        values.get("reason"), values.get("decision_number"), values.get("decided_on"),
    )  # fmt: skip
    await connection.execute(
        f"update {tables}_drafts set state = $2, published_id = $3 where id = $1",  # noqa: S608
        draft_id, values["to_state"], values.get("published_id"),
    )  # fmt: skip


async def steps(connection: Connection, tables: str, draft_id: UUID) -> list[Row]:
    """The steps of a draft, oldest first."""
    return await connection.fetch(
        f"""select s.from_state, s.to_state, s.revision, s.by_person, p.name as by_name, s.at, s.reason, s.decision_number,
            s.decided_on
        from {tables}_draft_steps s left join people p on p.tenant_id = s.tenant_id and p.id::text = s.by_person
        where s.draft_id = $1 order by s.at, s.id""",  # noqa: S608
        draft_id,
    )


async def drafters(connection: Connection, tables: str, draft_id: UUID) -> list[Row]:
    """(by_person) of everybody who made a version of a draft."""
    return await connection.fetch(
        f"select distinct by_person from {tables}_revisions where draft_id = $1",  # noqa: S608
        draft_id,
    )


async def insert_decision(connection: Connection, tables: str, published_id: UUID, values: StepValues) -> None:
    """Keep by whom something published was approved and under which decision."""
    table, named = _PUBLISHED[tables]
    await connection.execute(
        f"""insert into {table} (tenant_id, {named}, draft_id, revision, decision_number, decided_on, approved_by, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)""",  # noqa: S608
        published_id, values["draft_id"], values["revision"], values["decision_number"], values["decided_on"],
        values["approved_by"], values["by"],
    )  # fmt: skip


async def decisions(connection: Connection, tables: str) -> list[Row]:
    """How things were published, each with its ``published_id``."""
    table, named = _PUBLISHED[tables]
    return await connection.fetch(
        f"""select s.{named} as published_id, s.draft_id, s.revision, s.decision_number, s.decided_on, a.name as approved_name,
            p.name as by_name, s.at
        from {table} s left join people a on a.tenant_id = s.tenant_id and a.id::text = s.approved_by
        left join people p on p.tenant_id = s.tenant_id and p.id::text = s.by_person"""  # noqa: S608
    )


async def insert_remark(
    connection: Connection, tables: str, remark_id: UUID, draft_id: UUID, values: StepValues
) -> None:
    """Say something of a line."""
    await connection.execute(
        f"""insert into {tables}_remarks (tenant_id, id, draft_id, revision, code, kind, said, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)""",  # noqa: S608
        remark_id, draft_id, values["revision"], values["code"], values["kind"], values["said"], values["by"],
    )  # fmt: skip


async def answer_remark(
    connection: Connection, tables: str, draft_id: UUID, remark_id: UUID, answer: str, by: str
) -> Row | None:
    """Answer what was said and nobody answered; (code) of it."""
    return await connection.fetchrow(
        f"""update {tables}_remarks set answer = $3, answered_by = $4, answered_at = clock_timestamp()
        where draft_id = $1 and id = $2 and answer is null returning code""",  # noqa: S608
        draft_id, remark_id, answer, by,
    )  # fmt: skip


async def remarks(connection: Connection, tables: str, draft_id: UUID) -> list[Row]:
    """What was said of a draft, newest first."""
    return await connection.fetch(
        f"""select m.id, m.revision, m.code, m.kind, m.said, m.by_person, p.name as by_name, m.at, m.answer,
            a.name as answered_name, m.answered_at
        from {tables}_remarks m left join people p on p.tenant_id = m.tenant_id and p.id::text = m.by_person
        left join people a on a.tenant_id = m.tenant_id and a.id::text = m.answered_by
        where m.draft_id = $1 order by m.at desc, m.id desc""",  # noqa: S608
        draft_id,
    )


async def mark_read(
    connection: Connection, tables: str, draft_id: UUID, person_id: UUID, lines: Mapping[str, str]
) -> None:
    """Put down that somebody read lines as they are: digest by code."""
    await connection.execute(
        f"""insert into {tables}_readings (tenant_id, draft_id, person_id, code, line_digest)
        select current_setting('parindex.tenant')::uuid, $1, $2, l.code, l.digest
        from unnest($3::text[], $4::text[]) as l (code, digest)
        on conflict (tenant_id, draft_id, person_id, code)
        do update set line_digest = excluded.line_digest, at = excluded.at""",  # noqa: S608
        draft_id, person_id, list(lines), list(lines.values()),
    )  # fmt: skip


async def readings(connection: Connection, tables: str, draft_id: UUID) -> list[Row]:
    """(person_id, name, code, line_digest, at) of what was read of a draft."""
    return await connection.fetch(
        f"""select g.person_id, p.name, g.code, g.line_digest, g.at from {tables}_readings g
        join people p on p.tenant_id = g.tenant_id and p.id = g.person_id where g.draft_id = $1""",  # noqa: S608
        draft_id,
    )
