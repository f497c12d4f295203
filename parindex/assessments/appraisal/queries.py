"""SQL of appraisal: decisions, and what waits for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import msgspec

from parindex.assessments.model import AppraisalDecision
from parindex.audit import acting
from parindex.store.database import Connection, Row

_DECISION = """select a.id, a.entry_id, a.round, a.kind, a.facts::text as facts, a.points, a.inapplicable, a.reason,
    a.decided_by, p.name as decided_by_name, f.name as for_name, a.at, w.text as answer, w.at as answered_at,
    coalesce(a.at < e.reopened_at, false) as superseded
    from appraisals a
    join entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
    left join people p on p.tenant_id = a.tenant_id and p.id::text = a.decided_by
    left join people f on f.tenant_id = a.tenant_id and f.id = a.for_person
    left join answers_to_appraisals w on w.tenant_id = a.tenant_id and w.appraisal_id = a.id"""

TO_DECIDE = """(e.retired_by is null and (e.inapplicable or o.state = 'scored' or e.state <> 'open' or coalesce((
    select x.reason ? 'refusals' or (x.state = 'not_applicable' and x.reason ->> 'why' = 'when_zero')
    from entry_points x
    where x.tenant_id = e.tenant_id and x.entry_id = e.id and x.stage = 'self'), false)))"""
"""Whether an entry needs a decision. Refusals are looked up last: reasons are long, and few entries have any."""

ENTRIES_WITH_POINTS = """entries e
    join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
    left join entry_points o on o.tenant_id = e.tenant_id and o.entry_id = e.id and o.stage = 'self'
    left join entry_points r on r.tenant_id = e.tenant_id and r.entry_id = e.id and r.stage = 'round1'"""
"""Entries ``e`` with their sheet ``s``, self-assessed points ``o`` and points of round 1 ``r``."""

NewDecision = tuple[
    UUID,
    UUID,
    UUID,
    UUID,
    int,
    str,
    Mapping[str, str],
    Decimal | None,
    Decimal,
    bool,
    str,
    str,
    UUID | None,
    UUID | None,
]
"""(id, entry, sheet, its agency, round, kind, facts, points, max, inapplicable, reason, by, agency of by, correction)."""


async def insert(connection: Connection, decisions: Iterable[NewDecision]) -> None:
    """Append decisions."""
    await connection.executemany(
        """insert into appraisals (tenant_id, id, entry_id, sheet_id, agency_id, round, kind, facts, points, max,
            inapplicable, reason, decided_by, by_agency_id, correction_id, for_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11,
            $12, $13, $14, $15)""",
        [
            (*d[:6], msgspec.json.encode(d[6], order="sorted").decode(), *d[7:], acting.person_of(d[11]))
            for d in decisions
        ],
    )


async def insert_answer(connection: Connection, appraisal_id: UUID, text: str, by: str) -> bool:
    """Answer a request; false when it was answered before."""
    done = await connection.execute(
        """insert into answers_to_appraisals (tenant_id, appraisal_id, text, answered_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3)
        on conflict on constraint pk_answers_to_appraisals do nothing""",
        appraisal_id, text, by,
    )  # fmt: skip
    return done.endswith(" 1")


async def of_sheet(connection: Connection, sheet_id: UUID) -> list[AppraisalDecision]:
    """Every decision on a sheet, newest first."""
    rows = await connection.fetch(f"{_DECISION} where a.sheet_id = $1 order by a.at desc, a.id desc", sheet_id)
    return [_decision(row) for row in rows]


async def is_sheet_decided(connection: Connection, sheet_id: UUID) -> bool:
    """Whether anything on a sheet was decided or asked."""
    return bool(await connection.fetchval("select exists (select from appraisals where sheet_id = $1)", sheet_id))


async def of_entry(connection: Connection, entry_id: UUID) -> list[AppraisalDecision]:
    """Every decision on an entry, newest first."""
    rows = await connection.fetch(f"{_DECISION} where a.entry_id = $1 order by a.at desc, a.id desc", entry_id)
    return [_decision(row) for row in rows]


async def standing_of_cycle(connection: Connection, cycle_id: UUID) -> list[AppraisalDecision]:
    """The last deciding decision of every entry of a cycle; requests decide nothing."""
    rows = await connection.fetch(
        """select distinct on (a.entry_id) a.id, a.entry_id, a.round, a.kind, a.facts::text as facts, a.points,
            a.inapplicable, a.reason, a.decided_by, null::text as decided_by_name, a.at, null::text as answer,
            null::timestamptz as answered_at
        from appraisals a join sheets s on s.tenant_id = a.tenant_id and s.id = a.sheet_id
        join entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
        where s.cycle_id = $1 and a.kind <> 'ask' and (a.at < e.reopened_at) is not true order by a.entry_id, a.at desc, a.id desc""",
        cycle_id,
    )
    return [_decision(row) for row in rows]


async def of_correction(connection: Connection, correction_id: UUID) -> list[Row]:
    """(agency, short, code, reason, by_name, at) of the last decision of a correction on every entry, in official order."""
    return await connection.fetch(
        """select agency, short, code, reason, by_name, at from (
            select distinct on (d.entry_id) a.code as agency, coalesce(a.short_name, a.name_vi) as short, e.code, d.reason,
                p.name as by_name, d.at, a.official_order, a.sort_key
            from appraisals d
            join entries e on e.tenant_id = d.tenant_id and e.id = d.entry_id
            join agencies a on a.tenant_id = d.tenant_id and a.id = d.agency_id
            left join people p on p.tenant_id = d.tenant_id and p.id::text = d.decided_by
            where d.correction_id = $1 order by d.entry_id, d.at desc, d.id desc) as newest
        order by official_order nulls last, sort_key, agency, code""",
        correction_id,
    )


async def requests_of_agency(connection: Connection, agency_id: UUID) -> list[Row]:
    """(sheet_id, code, reason, at) of every request that an agency, or an owner body of the leaf, has not answered."""
    return await connection.fetch(
        """select distinct on (a.entry_id) a.sheet_id, e.code, a.reason, a.at from appraisals a
        join entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
        join sheets s on s.tenant_id = a.tenant_id and s.id = a.sheet_id
        left join leaf_owners o on o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id and o.agency_id = s.agency_id
            and o.code = e.code
        where $1 in (a.agency_id, o.owner_id) and e.state = 'asked' and a.kind = 'ask' order by a.entry_id, a.at desc""",
        agency_id,
    )


async def counts_by_code(connection: Connection, cycle_id: UUID, apart: Collection[UUID]) -> list[Row]:
    """(code, agency_id, total, decided, answered) of entries that lie with the appraisers and need a decision.

    ``apart`` names the agencies that have rows of their own; all others share the rows without an agency.
    """
    return await connection.fetch(
        f"""select e.code, case when s.agency_id = any ($2::uuid[]) then s.agency_id end as agency_id,
            count(*) as total,
            count(*) filter (where e.state in ('agreed', 'changed')) as decided,
            count(*) filter (where e.state = 'answered') as answered
        from {ENTRIES_WITH_POINTS}
        where s.cycle_id = $1 and s.state in ('submitted', 'auto_locked', 'appraisal_1')
        and {TO_DECIDE}
        group by 1, 2""",  # noqa: S608
        cycle_id, list(apart),
    )  # fmt: skip


def _decision(row: Row) -> AppraisalDecision:
    values = dict(row)
    values["facts"] = msgspec.json.decode(values["facts"])
    return AppraisalDecision(**values)
