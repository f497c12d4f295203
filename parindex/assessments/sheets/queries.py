"""SQL of sheets and their entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from parindex.assessments.assignments import queries as assigned
from parindex.assessments.cycles import deadlines
from parindex.assessments.model import LeafOwner, SharedFact, Sheet, SheetEntry, StagePoints
from parindex.assessments.sheets.transition import Transition
from parindex.audit import acting
from parindex.store.database import Connection, Row

_SHEET = f"""select s.id, s.cycle_id, s.agency_id, a.code as agency_code, a.name_vi as agency_name,
    coalesce(a.short_name, a.name_vi) as agency_short, a.region, c.attributes::text as attributes, c.ranked,
    s.state, s.declared, s.applicable, s.points_now, s.max_now, s.receipt, s.withdrawals, s.return_reason, s.formal_fault,
    s.changed_at, s.row_version, {deadlines.DUE_OF_SHEET} as due, {deadlines.CLOSES_OF_SHEET} as closes,
    s.due is not null as extended, coalesce({deadlines.CLOSES_OF_SHEET} <= parindex_now(), false) as shut,
    least({deadlines.CLOSES_OF_SHEET}, case
        when s.state in ('not_started', 'drafting', 'with_leader', 'no_submission') then parindex_now()
        else (select max(t.at) from sheet_transitions t where t.tenant_id = s.tenant_id and t.sheet_id = s.id
            and t.to_state in ('submitted', 'auto_locked')) end) as handed_in,
    (select jsonb_object_agg(o.code, jsonb_build_object('id', o.owner_id, 'name', w.name_vi))::text
        from leaf_owners o join agencies w on w.tenant_id = o.tenant_id and w.id = o.owner_id
        where o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id and o.agency_id = s.agency_id) as owners
    from sheets s
    join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
    join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
    join cycle_agencies c on c.tenant_id = s.tenant_id and c.cycle_id = s.cycle_id
        and c.agency_id = s.agency_id"""  # noqa: S608 - constants
_ENTRY = """select e.id, e.sheet_id, e.code, e.max, e.facts::text as facts, e.judged, e.inapplicable,
    e.explanation, e.state, e.row_version, e.updated_by, p.name as updated_by_name, e.updated_at,
    m.closes as reopen_closes, coalesce(m.closes <= parindex_now(), false) as reopen_shut
    from entries e left join people p on p.tenant_id = e.tenant_id and p.id = e.updated_by_id
    left join set_amendments m on m.tenant_id = e.tenant_id and m.id = e.reopened_by"""


async def by_id(connection: Connection, sheet_id: UUID, *, lock: bool = False) -> Sheet | None:
    """One sheet; with ``lock`` nobody else changes it or its entries until the transaction ends."""
    row = await connection.fetchrow(f"{_SHEET} where s.id = $1 {'for update of s' if lock else ''}", sheet_id)
    return (
        msgspec.structs.replace(_sheet(row), assignments=await assigned.of_sheet(connection, sheet_id)) if row else None
    )


async def of_agency(connection: Connection, cycle_id: UUID, agency_id: UUID) -> Sheet | None:
    """The sheet of an agency in a cycle."""
    row = await connection.fetchrow(f"{_SHEET} where s.cycle_id = $1 and s.agency_id = $2", cycle_id, agency_id)
    return _sheet(row) if row else None


async def all_of_agency(connection: Connection, agency_id: UUID) -> list[Sheet]:
    """Every sheet of an agency."""
    rows = await connection.fetch(f"{_SHEET} where s.agency_id = $1", agency_id)
    return [_sheet(row) for row in rows]


async def with_part_of(connection: Connection, agency_id: UUID) -> list[Sheet]:
    """Every sheet of which an agency declares leaves as their owner body, in official order of their agencies."""
    rows = await connection.fetch(
        f"""{_SHEET} where exists (select from leaf_owners o where o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id
            and o.agency_id = s.agency_id and o.owner_id = $1)
        order by y.year desc, a.official_order nulls last, a.sort_key, a.code""",
        agency_id,
    )
    return [_sheet(row) for row in rows]


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[Sheet]:
    """The sheets of a cycle in official order of their agencies."""
    rows = await connection.fetch(
        f"{_SHEET} where s.cycle_id = $1 order by a.official_order nulls last, a.sort_key, a.code", cycle_id
    )
    return [_sheet(row) for row in rows]


async def lock_of_cycle(connection: Connection, cycle_id: UUID) -> None:
    """Let nobody else change a sheet of this cycle until the transaction ends."""
    await connection.execute("select 1 from sheets where cycle_id = $1 order by id for update", cycle_id)


async def with_open_entry(
    connection: Connection, cycle_id: UUID, code: str, states: Sequence[str], *, lock: bool
) -> list[Sheet]:
    """Sheets in some states on whose entry of a leaf nobody decided; with ``lock`` nobody else changes them."""
    rows = await connection.fetch(
        f"""{_SHEET} where s.cycle_id = $1 and s.state = any($3) and exists (
            select from entries e where e.tenant_id = s.tenant_id and e.sheet_id = s.id and e.code = $2
            and e.state = 'open')
        order by s.id {"for update of s" if lock else ""}""",
        cycle_id, code, list(states),
    )  # fmt: skip
    return [_sheet(row) for row in rows]


async def set_extension(
    connection: Connection, sheet_ids: Sequence[UUID], due: datetime | None, closes: datetime | None
) -> None:
    """Give sheets an extension of their own, or take it back."""
    await connection.execute(
        "update sheets set due = $2, closes = $3, row_version = row_version + 1 where id = any($1)",
        list(sheet_ids), due, closes,
    )  # fmt: skip


async def set_states(
    connection: Connection, sheet_ids: Sequence[UUID], state: str, return_reason: str | None = None
) -> None:
    """Move many sheets; one that comes back from its leader holds the reason."""
    await connection.execute(
        """update sheets set state = $2, changed_at = clock_timestamp(), row_version = row_version + 1,
            formal_fault = null, return_reason = case when state = 'with_leader' and $2 = 'drafting' then $3 end
            where id = any($1)""",
        list(sheet_ids), state, return_reason,
    )  # fmt: skip


async def insert_transitions(
    connection: Connection, moved: Sequence[tuple[UUID, UUID, str]], after: str, by: str, reason: str | None = None
) -> None:
    """Append the same step to the way of many sheets: (id, sheet, state before)."""
    await connection.execute(
        """insert into sheet_transitions (tenant_id, id, sheet_id, from_state, to_state, by_person, for_person, reason)
        select current_setting('parindex.tenant')::uuid, m.id, m.sheet, m.before, $4, $5, $6, $7
        from unnest($1::uuid[], $2::uuid[], $3::text[]) as m (id, sheet, before)""",
        *(list(column) for column in zip(*moved, strict=True)), after, by, acting.person_of(by), reason,
    )  # fmt: skip


async def set_state(connection: Connection, sheet_id: UUID, state: str, kept: str | None, fault: str | None) -> None:
    """Move a sheet, with why its leader or the office gave it back."""
    await connection.execute(
        """update sheets set state = $2, return_reason = $3, formal_fault = $4, changed_at = clock_timestamp(),
            row_version = row_version + 1 where id = $1""",
        sheet_id, state, kept, fault,
    )  # fmt: skip


async def next_receipt(connection: Connection, cycle_id: UUID) -> int:
    """The next number of a cycle; its cycle's row is locked so that two submissions never share one."""
    await connection.execute("select 1 from cycles where id = $1 for update", cycle_id)
    return int(
        await connection.fetchval(
            "select coalesce(max(receipt_number), 0) + 1 from sheets where cycle_id = $1", cycle_id
        )
    )


async def set_receipt(connection: Connection, sheet_id: UUID, number: int, receipt: str) -> None:
    """Name a submission."""
    await connection.execute(
        "update sheets set receipt_number = $2, receipt = $3 where id = $1", sheet_id, number, receipt
    )


async def count_withdrawal(connection: Connection, sheet_id: UUID) -> None:
    """Remember that the one withdrawal was used."""
    await connection.execute("update sheets set withdrawals = withdrawals + 1 where id = $1", sheet_id)


SheetProgress: TypeAlias = tuple[UUID, int, int, Decimal, Decimal]
"""(sheet, declared, applicable, points, most): how far a sheet is."""


async def set_progress(connection: Connection, rows: Sequence[SheetProgress]) -> None:
    """How far sheets are, as of their facts now."""
    await connection.execute(
        """update sheets s set declared = n.declared, applicable = n.applicable, points_now = n.points, max_now = n.most,
            row_version = s.row_version + 1
        from unnest($1::uuid[], $2::integer[], $3::integer[], $4::numeric[], $5::numeric[])
            as n (id, declared, applicable, points, most) where s.id = n.id""",
        *([row[place] for row in rows] for place in range(5)),
    )


async def insert_transition(
    connection: Connection,
    transition_id: UUID,
    sheet_id: UUID,
    before: str,
    after: str,
    by: str,
    reason: str | None = None,
    receipt: str | None = None,
) -> None:
    """Append one step of a sheet's way, with its own time."""
    await connection.execute(
        """insert into sheet_transitions (tenant_id, id, sheet_id, from_state, to_state, by_person, reason, receipt, for_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8)""",
        transition_id, sheet_id, before, after, by, reason, receipt, acting.person_of(by),
    )  # fmt: skip


async def transitions(connection: Connection, sheet_id: UUID) -> list[Transition]:
    """The way of a sheet, newest step first."""
    rows = await connection.fetch(
        """select t.from_state, t.to_state, t.at, t.by_person, p.name as by_name, f.name as for_name, t.reason, t.receipt
        from sheet_transitions t left join people p on p.tenant_id = t.tenant_id and p.id::text = t.by_person
        left join people f on f.tenant_id = t.tenant_id and f.id = t.for_person
        where t.sheet_id = $1 order by t.at desc, t.id desc""",
        sheet_id,
    )
    return [Transition(**dict(row)) for row in rows]


async def entries(connection: Connection, sheet_id: UUID) -> list[SheetEntry]:
    """Every entry of a sheet."""
    return [
        _entry(row)
        for row in await connection.fetch(f"{_ENTRY} where e.sheet_id = $1 and e.retired_by is null", sheet_id)
    ]


async def entries_of_sheets(connection: Connection, sheet_ids: Sequence[UUID]) -> list[SheetEntry]:
    """Every entry of some sheets."""
    return [
        _entry(row)
        for row in await connection.fetch(
            f"{_ENTRY} where e.sheet_id = any($1) and e.retired_by is null", list(sheet_ids)
        )
    ]


async def entries_of_cycle(connection: Connection, cycle_id: UUID) -> list[SheetEntry]:
    """Every entry of a cycle."""
    rows = await connection.fetch(
        f"""{_ENTRY} join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and e.retired_by is null""",
        cycle_id,
    )
    return [_entry(row) for row in rows]


async def entries_of_code(connection: Connection, cycle_id: UUID, code: str) -> list[SheetEntry]:
    """The entries of one leaf across a cycle."""
    rows = await connection.fetch(
        f"""{_ENTRY} join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and e.code = $2 and e.retired_by is null""",
        cycle_id, code,
    )  # fmt: skip
    return [_entry(row) for row in rows]


async def write_entries(
    connection: Connection,
    changes: Iterable[tuple[UUID, Mapping[str, str], Decimal | None, bool, str]],
    by: str,
) -> None:
    """Replace declarations: (entry, facts, judged, inapplicable, explanation)."""
    await connection.executemany(
        """update entries set facts = $2::jsonb, judged = $3, inapplicable = $4, explanation = $5,
            row_version = row_version + 1, updated_by = $6, updated_at = clock_timestamp() where id = $1""",
        [
            (entry_id, msgspec.json.encode(facts, order="sorted").decode(), judged, inapplicable, text, by)
            for entry_id, facts, judged, inapplicable, text in changes
        ],
    )


async def set_entry_states(connection: Connection, entry_ids: Sequence[UUID], state: str) -> None:
    """What the appraisers have made of entries."""
    await connection.execute(
        "update entries set state = $2, row_version = row_version + 1 where id = any($1)", entry_ids, state
    )


async def shared(connection: Connection, sheet_id: UUID) -> list[SharedFact]:
    """The facts of a sheet that several leaves take."""
    rows = await connection.fetch(
        """select i.name, i.value, i.accepted, i.accepted_from, i.row_version, p.name as updated_by_name,
            i.updated_at
        from sheet_inputs i left join people p on p.tenant_id = i.tenant_id and p.id = i.updated_by_id
        where i.sheet_id = $1""",
        sheet_id,
    )
    return [SharedFact(**dict(row)) for row in rows]


async def shared_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(sheet_id, name, value, accepted) of a cycle."""
    return await connection.fetch(
        """select i.sheet_id, i.name, i.value, i.accepted from sheet_inputs i
        join sheets s on s.tenant_id = i.tenant_id and s.id = i.sheet_id where s.cycle_id = $1""",
        cycle_id,
    )


async def shared_of_names(connection: Connection, cycle_id: UUID, names: Sequence[str]) -> list[Row]:
    """(sheet_id, name, value, accepted) of some facts across a cycle."""
    return await connection.fetch(
        """select i.sheet_id, i.name, i.value, i.accepted from sheet_inputs i
        join sheets s on s.tenant_id = i.tenant_id and s.id = i.sheet_id
        where s.cycle_id = $1 and i.name = any($2)""",
        cycle_id, list(names),
    )  # fmt: skip


async def shared_of_sheets(connection: Connection, sheet_ids: Sequence[UUID]) -> list[Row]:
    """(sheet_id, name, value) of the declared facts of some sheets."""
    return await connection.fetch(
        "select sheet_id, name, value from sheet_inputs where sheet_id = any($1)", list(sheet_ids)
    )


async def write_shared(
    connection: Connection, sheet_id: UUID, values: Iterable[tuple[str, str | None]], by: str
) -> None:
    """Declare shared facts: (name, value); ``None`` takes a value back."""
    await connection.executemany(
        """insert into sheet_inputs (tenant_id, sheet_id, name, value, updated_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)
        on conflict on constraint pk_sheet_inputs do update set value = excluded.value,
            row_version = sheet_inputs.row_version + 1, updated_by = excluded.updated_by,
            updated_at = clock_timestamp()""",
        [(sheet_id, name, value, by) for name, value in values],
    )


async def accept_shared(
    connection: Connection, sheet_id: UUID, entry_id: UUID, values: Iterable[tuple[str, str]], by: str
) -> None:
    """Put accepted values in place of declared ones, remembering the entry whose appraisal did it."""
    await connection.executemany(
        """insert into sheet_inputs (tenant_id, sheet_id, name, accepted, accepted_from, updated_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5)
        on conflict on constraint pk_sheet_inputs do update set accepted = excluded.accepted,
            accepted_from = excluded.accepted_from, row_version = sheet_inputs.row_version + 1""",
        [(sheet_id, name, value, entry_id, by) for name, value in values],
    )


async def release_shared(connection: Connection, sheet_id: UUID, entry_id: UUID) -> list[str]:
    """Take back what the appraisal of an entry had put in place; the names."""
    rows = await connection.fetch(
        """update sheet_inputs set accepted = null, accepted_from = null, row_version = row_version + 1
        where sheet_id = $1 and accepted_from = $2 returning name""",
        sheet_id, entry_id,
    )  # fmt: skip
    return [row["name"] for row in rows]


async def write_points(
    connection: Connection,
    rows: Sequence[tuple[UUID, str, Decimal | None, Decimal, str, str]],
) -> None:
    """Keep points of a stage: (entry, stage, points, max, state, reason as JSON); each entry and stage once.

    In one statement: the record is told of each statement.
    """
    await connection.execute(
        """insert into entry_points (tenant_id, entry_id, stage, points, max, state, reason)
        select current_setting('parindex.tenant')::uuid, n.entry, n.stage, n.points, n.max, n.state, n.reason::jsonb
        from unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[], $5::text[], $6::text[])
            as n (entry, stage, points, max, state, reason)
        on conflict on constraint pk_entry_points do update set points = excluded.points, max = excluded.max,
            state = excluded.state, reason = excluded.reason, computed_at = clock_timestamp()""",
        *([row[place] for row in rows] for place in range(6)),
    )


async def points_of_sheet(connection: Connection, sheet_id: UUID) -> dict[UUID, dict[str, StagePoints]]:
    """The points of every entry of a sheet by stage."""
    rows = await connection.fetch(
        """select p.entry_id, p.stage, p.points, p.max, p.state, p.reason::text as reason
        from entry_points p join entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
        where e.sheet_id = $1""",
        sheet_id,
    )
    return _by_entry(rows)


async def points_of_code(connection: Connection, cycle_id: UUID, code: str) -> dict[UUID, dict[str, StagePoints]]:
    """The points of one leaf across a cycle by stage."""
    rows = await connection.fetch(
        """select p.entry_id, p.stage, p.points, p.max, p.state, p.reason::text as reason
        from entry_points p join entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
        join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and e.code = $2""",
        cycle_id, code,
    )  # fmt: skip
    return _by_entry(rows)


async def last_year(
    connection: Connection, agency_id: UUID, family: str, year: int, tier: str, code: str
) -> Row | None:
    """What became of a leaf of the same code in the year before: points of each stage and the last reason."""
    return await connection.fetchrow(
        """select y.year, o.points as self, f.points as final, d.kind, d.reason,
            (coalesce((select jsonb_object_agg(i.name, i.value) filter (where i.value is not null) from sheet_inputs i
                where i.tenant_id = s.tenant_id and i.sheet_id = s.id), '{}') || e.facts)::text as facts
        from cycles y join sheets s on s.tenant_id = y.tenant_id and s.cycle_id = y.id
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        left join entry_points o on o.tenant_id = e.tenant_id and o.entry_id = e.id and o.stage = 'self'
        left join entry_points f on f.tenant_id = e.tenant_id and f.entry_id = e.id and f.stage = 'final'
        left join lateral (select a.kind, a.reason from appraisals a
            where a.tenant_id = e.tenant_id and a.entry_id = e.id order by a.at desc limit 1) d on true
        where s.agency_id = $1 and y.family = $2 and y.year = $3 - 1 and y.tier = $4 and e.code = $5
        and s.state = 'closed'""",
        agency_id, family, year, tier, code,
    )  # fmt: skip


async def changes_of(connection: Connection, subjects: Sequence[str], limit: int) -> list[Row]:
    """(at, name, tag, before, after, document) of the newest changes of some subjects, newest first.

    ``document``: number of the document that was put to a leaf or taken off.
    """
    return await connection.fetch(
        """select a.at, p.name, a.tag, a.before::text as before, a.after::text as after, d.number as document
        from audit_rows a left join people p on p.tenant_id = a.tenant_id and p.id::text = a.actor
        left join documents d on d.tenant_id = a.tenant_id
            and d.id::text = coalesce(a.after ->> 'document', a.before ->> 'document')
        where a.subject = any($1::text[]) order by a.at desc, a.id desc limit $2""",
        list(subjects), limit,
    )  # fmt: skip


def _by_entry(rows: Iterable[Row]) -> dict[UUID, dict[str, StagePoints]]:
    found: dict[UUID, dict[str, StagePoints]] = {}
    for row in rows:
        values: dict[str, Any] = dict(row)
        entry_id = values.pop("entry_id")
        values["reason"] = msgspec.json.decode(values["reason"])
        found.setdefault(entry_id, {})[values["stage"]] = StagePoints(**values)
    return found


def _sheet(row: Row) -> Sheet:
    values = dict(row)
    values["attributes"] = msgspec.json.decode(values["attributes"])
    handed_in, owners = values.pop("handed_in"), values.pop("owners")
    named = msgspec.json.decode(owners, type=dict[str, LeafOwner]) if owners else {}
    return Sheet(**values, days_late=deadlines.days_late(values["due"], handed_in), owners=named)


def _entry(row: Row) -> SheetEntry:
    values = dict(row)
    values["facts"] = msgspec.json.decode(values["facts"])
    return SheetEntry(**values)
