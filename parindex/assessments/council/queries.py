"""SQL of the matrix: counts, never a draft's content."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from parindex.assessments.appraisal.queries import ENTRIES_WITH_POINTS, TO_DECIDE
from parindex.assessments.cycles.deadlines import DUE_OF_SHEET
from parindex.store.database import Connection, Row

_WITH_AGENCIES = "('not_started', 'drafting', 'with_leader')"
_WITH_APPRAISERS = "('submitted', 'auto_locked', 'appraisal_1', 'closed')"


async def versions(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(sheet_id, sheet, entries) for sheets that lie with the appraisers: numbers that every change of one raises."""
    return await connection.fetch(
        f"""select e.sheet_id, s.row_version as sheet, sum(e.row_version) as entries
        from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and s.state in {_WITH_APPRAISERS} group by e.sheet_id, s.row_version""",  # noqa: S608
        cycle_id,
    )


async def by_area(
    connection: Connection, sheets: Collection[UUID], codes: Sequence[str], areas: Sequence[str]
) -> list[Row]:
    """(sheet_id, area, total, decided, asked, answered, gap) of some sheets.

    ``gap`` is self-assessed minus appraised points of what was decided. ``codes`` and ``areas`` say, side by
    side, which leaf belongs to which area.
    """
    return await connection.fetch(
        f"""with places as (select unnest($2::text[]) as code, unnest($3::text[]) as area),
        sent as materialized (
            select e.sheet_id, e.code, e.state, {TO_DECIDE} as due, o.points - r.points as gap
            from {ENTRIES_WITH_POINTS} where s.id = any ($1::uuid[])
        )
        select e.sheet_id, m.area,
            count(*) filter (where e.due) as total,
            count(*) filter (where e.due and e.state in ('agreed', 'changed')) as decided,
            count(*) filter (where e.state = 'asked') as asked,
            count(*) filter (where e.state = 'answered') as answered,
            sum(e.gap) as gap
        from places m join sent e on e.code = m.code
        group by e.sheet_id, m.area""",  # noqa: S608 - constants
        list(sheets), list(codes), list(areas),
    )  # fmt: skip


async def sheet_totals(connection: Connection, cycles: Collection[UUID]) -> list[Row]:
    """(cycle_id, state, count, overdue) of several years: sheets by state, and how many of them are due with an agency."""
    return await connection.fetch(
        f"""select s.cycle_id, s.state, count(*) as count,
            count(*) filter (where s.state in {_WITH_AGENCIES} and {DUE_OF_SHEET} <= parindex_now()) as overdue
        from sheets s join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
        where s.cycle_id = any ($1::uuid[]) group by s.cycle_id, s.state""",  # noqa: S608 - constants
        list(cycles),
    )


async def decided_totals(connection: Connection, cycles: Collection[UUID]) -> list[Row]:
    """(cycle_id, to_decide, decided, asked) of several years, over the sheets that lie with the appraisers or did."""
    return await connection.fetch(
        f"""with sent as materialized (
            select s.cycle_id, e.state, {TO_DECIDE} as due
            from {ENTRIES_WITH_POINTS} where s.cycle_id = any ($1::uuid[]) and s.state in {_WITH_APPRAISERS}
        )
        select cycle_id, count(*) filter (where due) as to_decide,
            count(*) filter (where due and state in ('agreed', 'changed')) as decided,
            count(*) filter (where state = 'asked') as asked
        from sent group by cycle_id""",  # noqa: S608 - constants
        list(cycles),
    )


async def decided_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(sheet_id, undecided, agreed, changed, undeclared, first) of sheets that lie with the appraisers.

    ``undeclared``: entries that nobody declared and nobody decides; ``first``: the first leaf that is not decided.
    """
    return await connection.fetch(
        f"""with asked as materialized (
            select e.sheet_id, e.code, e.state, {TO_DECIDE} as due, coalesce(o.state, 'unknown') as own
            from {ENTRIES_WITH_POINTS} where s.cycle_id = $1 and s.state in ('submitted', 'auto_locked', 'appraisal_1')
            and e.retired_by is null
        )
        select sheet_id, count(*) filter (where due and state not in ('agreed', 'changed')) as undecided,
            count(*) filter (where due and state = 'agreed') as agreed,
            count(*) filter (where due and state = 'changed') as changed,
            count(*) filter (where not due and own = 'unknown') as undeclared,
            min(code) filter (where due and state not in ('agreed', 'changed')) as first
        from asked group by sheet_id""",  # noqa: S608 - constants
        cycle_id,
    )
