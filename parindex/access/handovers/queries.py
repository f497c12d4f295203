"""The SQL of work that changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from parindex.access.handovers.model import Handover, UnheldWork
from parindex.store.database import Connection, Row
from parindex.store.ids import new_id

_OPEN_SHEETS: Final = "'not_started', 'drafting', 'with_leader'"
_WITH_APPRAISERS: Final = "'submitted', 'auto_locked', 'appraisal_1'"
_DRAFTS: Final = """(select tenant_id, created_by, state from criteria_drafts
    union all select tenant_id, created_by, state from instrument_drafts) d"""


_PARTS: Final = ("owner", "contributor", "monitor")
"""What somebody has to do with a leaf, from what answers for most."""


async def held(connection: Connection, person_id: UUID, agency_id: UUID | None, roles: Sequence[str]) -> Row:
    """What a person has in hand, by number: what they made, and what waits for their roles."""
    row = await connection.fetchrow(
        f"""select
            (select count(*) from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
                where e.updated_by_id = $1 and s.state in ({_OPEN_SHEETS})) as entries,
            (select count(*) from leaf_assignments l join sheets s on s.tenant_id = l.tenant_id and s.id = l.sheet_id
                where l.person_id = $1 and l.ended_at is null and s.state <> 'closed') as assigned,
            (select count(*) from sheets s where 'leader' = any($3) and s.agency_id = $2 and s.state = 'with_leader')
                as handed_in,
            (select count(*) from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
                where $3 && array['specialist', 'focal_point'] and s.agency_id = $2 and e.state = 'asked') as requests,
            (select count(*) from appraisals a join sheets s on s.tenant_id = a.tenant_id and s.id = a.sheet_id
                where a.decided_by = $1::text and s.state <> 'closed') as decisions,
            (select count(*) from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
                join cycles c on c.tenant_id = s.tenant_id and c.id = s.cycle_id and c.state = 'appraisal_1'
                where 'appraiser' = any($3) and s.state in ({_WITH_APPRAISERS}) and e.state in ('open', 'answered')
                and exists (select from cycle_bodies b where b.tenant_id = c.tenant_id and b.cycle_id = c.id
                    and $2 in (b.agency_id, b.substitute_id))) as undecided,
            (select count(*) from {_DRAFTS} where d.created_by = $1::text and d.state in ('drafting', 'returned'))
                as drafts_of_sets,
            (select count(*) from {_DRAFTS} where 'approver' = any($3) and d.state = 'submitted') as to_approve,
            (select count(*) from cycles c where ('approver' = any($3) and c.state = 'approval') or ('secretary' = any($3)
                and c.state in ('issued', 'self_assessment', 'appraisal_1', 'consolidation', 'correction'))) as years,
            (select count(*) from jobs j where j.asked_by = $1::text and j.state in ('waiting', 'running')) as jobs""",  # noqa: S608 - constants
        person_id, agency_id, list(roles),
    )  # fmt: skip
    assert row is not None
    return row


async def typed(connection: Connection, person_id: UUID) -> int:
    """Forms of a person that were begun and not sent."""
    count: int = await connection.fetchval("select count(*) from form_drafts where person_id = $1", person_id)
    return count


async def insert(
    connection: Connection, handover_id: UUID, who: tuple[UUID, UUID], roles: Sequence[str], reason: str, by: str
) -> None:
    """Work that changes hands: from whom to whom, with which roles."""
    await connection.execute(
        """insert into handovers (tenant_id, id, from_person, to_person, roles, reason, recorded_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6)""",
        handover_id, *who, list(roles), reason, by,
    )  # fmt: skip


async def pass_leaves(connection: Connection, from_person: UUID, to_person: UUID) -> int:
    """Give somebody the leaves that another has of sheets that are not closed; how many.

    Of a leaf that both have the taker has the part that answers for more.
    """
    rows = await connection.fetch(
        """with passed as (
            select l.sheet_id, l.code from leaf_assignments l join sheets s on s.tenant_id = l.tenant_id
                and s.id = l.sheet_id and s.state <> 'closed' where l.person_id = $1 and l.ended_at is null)
        update leaf_assignments l set ended_at = clock_timestamp() from passed p
        where l.sheet_id = p.sheet_id and l.code = p.code and l.person_id in ($1, $2) and l.ended_at is null
        returning l.sheet_id, l.code, l.part""",
        from_person, to_person,
    )  # fmt: skip
    best: dict[tuple[UUID, str], str] = {}
    for row in rows:
        key = (row["sheet_id"], row["code"])
        best[key] = min(row["part"], best.get(key, row["part"]), key=_PARTS.index)
    await connection.executemany(
        """insert into leaf_assignments (tenant_id, id, sheet_id, code, person_id, part)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5)""",
        [(new_id(), sheet_id, code, to_person, part) for (sheet_id, code), part in best.items()],
    )
    return len(best)


async def of_person(connection: Connection, person_id: UUID) -> list[Handover]:
    """From a person and to them, the newest first."""
    rows = await connection.fetch(
        """select h.from_person, f.name as from_name, h.to_person, q.name as to_name, h.roles, h.reason,
            h.recorded_at as at
        from handovers h join people f on f.tenant_id = h.tenant_id and f.id = h.from_person
        join people q on q.tenant_id = h.tenant_id and q.id = h.to_person
        where $1 in (h.from_person, h.to_person) order by h.recorded_at desc, h.id desc""",
        person_id,
    )
    return [Handover(**{**dict(row), "roles": tuple(row["roles"])}) for row in rows]


_HELD: Final = """held as materialized (
    select p.agency_id, g.role from grants g join people p on p.tenant_id = g.tenant_id and p.id = g.person_id
    where p.disabled_at is null and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())
    group by p.agency_id, g.role)"""


async def unheld(connection: Connection, agency_id: UUID | None) -> list[UnheldWork]:
    """Work that waits and that nobody has the role to do, of the whole tenant or of one agency.

    A role is held by whoever may sign in or was invited to; those who stand in do so for somebody who holds it.
    """
    rows = await connection.fetch(
        f"""with {_HELD}, declares as (select agency_id from held where role in ('specialist', 'focal_point')),
        leads as (select agency_id from held where role = 'leader'),
        appraises as (select agency_id from held where role = 'appraiser'),
        open_sheets as (select s.agency_id, s.state from sheets s join cycles c on c.tenant_id = s.tenant_id
            and c.id = s.cycle_id and c.state = 'self_assessment' where s.state in ({_OPEN_SHEETS})),
        found as (
            select 'declaring' as kind, agency_id from open_sheets where state <> 'with_leader'
                and agency_id not in (select agency_id from declares where agency_id is not null)
            union all select 'approving', agency_id from open_sheets
                where agency_id not in (select agency_id from leads where agency_id is not null)
            union all select 'answering', s.agency_id from entries e join sheets s on s.tenant_id = e.tenant_id
                and s.id = e.sheet_id where e.state = 'asked'
                and s.agency_id not in (select agency_id from declares where agency_id is not null)
            union all select 'appraising', b.agency_id from (
                select tenant_id, cycle_id, agency_id from cycle_bodies
                union select tenant_id, cycle_id, substitute_id from cycle_bodies) b
                join cycles c on c.tenant_id = b.tenant_id and c.id = b.cycle_id and c.state = 'appraisal_1'
                where b.agency_id not in (select agency_id from appraises where agency_id is not null)
            union all select 'steps', null from cycles where state in ('issued', 'self_assessment', 'appraisal_1',
                'consolidation', 'correction') and not exists (select from held where role = 'secretary')
            union all select 'publishing', null from cycles where state = 'approval'
                and not exists (select from held where role = 'approver')
            union all select 'drafting', null from {_DRAFTS} where d.state in ('drafting', 'returned', 'approved')
                and not exists (select from held where role = 'index_manager')
            union all select 'reading', null from {_DRAFTS} where d.state = 'submitted'
                and not exists (select from held where role = 'approver'))
        select f.kind, f.agency_id, coalesce(a.short_name, a.name_vi) as agency, a.code as agency_code,
            count(*)::int as count
        from found f left join agencies a on a.id = f.agency_id where $1::uuid is null or f.agency_id = $1
        group by f.kind, f.agency_id, a.short_name, a.name_vi, a.code, a.sort_key
        order by f.agency_id is not null, a.sort_key, f.kind""",  # noqa: S608 - constants
        agency_id,
    )
    return [UnheldWork(**dict(row)) for row in rows]
