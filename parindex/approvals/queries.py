"""SQL of steps and decisions; each kind of thing that is drafted has tables of the same shape, named by ``tables``."""

from __future__ import annotations

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
