"""SQL of appraisal decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import msgspec

from parindex.assessments.model import Decision
from parindex.store.database import Connection, Row

_DECISION = """select a.id, a.entry_id, a.round, a.kind, a.facts::text as facts, a.points, a.inapplicable, a.reason,
    a.decided_by, p.name as decided_by_name, a.at, w.text as answer, w.at as answered_at
    from appraisals a
    left join people p on p.tenant_id = a.tenant_id and p.id::text = a.decided_by
    left join answers_to_appraisals w on w.tenant_id = a.tenant_id and w.appraisal_id = a.id"""

NewDecision = tuple[UUID, UUID, UUID, UUID, int, str, Mapping[str, str], Decimal | None, Decimal, bool, str, str, UUID]
"""(id, entry, sheet, its agency, round, kind, facts, points, max, inapplicable, reason, by, agency of by)."""


async def insert(connection: Connection, decisions: Iterable[NewDecision]) -> None:
    """Append decisions."""
    await connection.executemany(
        """insert into appraisals (tenant_id, id, entry_id, sheet_id, agency_id, round, kind, facts, points, max,
            inapplicable, reason, decided_by, by_agency_id)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11,
            $12, $13)""",
        [(*d[:6], msgspec.json.encode(d[6], order="sorted").decode(), *d[7:]) for d in decisions],
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


async def of_sheet(connection: Connection, sheet_id: UUID) -> list[Decision]:
    """Every decision on a sheet, newest first."""
    rows = await connection.fetch(f"{_DECISION} where a.sheet_id = $1 order by a.at desc, a.id desc", sheet_id)
    return [_decision(row) for row in rows]


async def of_entry(connection: Connection, entry_id: UUID) -> list[Decision]:
    """Every decision on an entry, newest first."""
    rows = await connection.fetch(f"{_DECISION} where a.entry_id = $1 order by a.at desc, a.id desc", entry_id)
    return [_decision(row) for row in rows]


async def standing_of_cycle(connection: Connection, cycle_id: UUID) -> list[Decision]:
    """The last deciding decision of every entry of a cycle; requests decide nothing."""
    rows = await connection.fetch(
        """select distinct on (a.entry_id) a.id, a.entry_id, a.round, a.kind, a.facts::text as facts, a.points,
            a.inapplicable, a.reason, a.decided_by, null::text as decided_by_name, a.at, null::text as answer,
            null::timestamptz as answered_at
        from appraisals a join sheets s on s.tenant_id = a.tenant_id and s.id = a.sheet_id
        where s.cycle_id = $1 and a.kind <> 'ask' order by a.entry_id, a.at desc, a.id desc""",
        cycle_id,
    )
    return [_decision(row) for row in rows]


async def requests_of_agency(connection: Connection, agency_id: UUID) -> list[Row]:
    """(sheet_id, code, reason, at) of every request that an agency has not answered."""
    return await connection.fetch(
        """select distinct on (a.entry_id) a.sheet_id, e.code, a.reason, a.at from appraisals a
        join entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
        where a.agency_id = $1 and e.state = 'asked' and a.kind = 'ask' order by a.entry_id, a.at desc""",
        agency_id,
    )


def _decision(row: Row) -> Decision:
    values = dict(row)
    values["facts"] = msgspec.json.decode(values["facts"])
    return Decision(**values)
