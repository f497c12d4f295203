"""SQL of cycles: who takes part, who appraises, which step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec

from parindex.assessments.cycles.deadline_changes import DeadlineChange
from parindex.assessments.cycles.year_correction import YearCorrection
from parindex.assessments.model import Cycle
from parindex.audit import acting
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.store.database import Connection, Row

_COLUMNS = """id, family, year, tier, criteria_set_id, state, marked, opens_at, deadline as due, closes,
    appraisal_deadline as appraisal_due, coalesce(withdrawals, 1) as withdrawals, group_by"""

_TO_DECIDE: Final = """(e.retired_by is null and (e.inapplicable or o.state = 'scored' or coalesce(o.reason ? 'refusals', false) or e.state <> 'open'
    or (o.state = 'not_applicable' and o.reason ->> 'why' = 'when_zero')))"""
"""Something was declared (points, a proposal not to apply, a denominator of 0 for which the leaf does not apply, facts that
the rule refuses) or an appraiser has begun; what was never declared stays unknown without anybody's decision."""

_CHANGES = """select d.cycle_id, coalesce(a.short_name, a.name_vi) as agency, d.due_before, d.closes_before, d.due, d.closes,
        d.decision_number, d.decided_on, d.reason, p.name as by_name, d.at
    from deadline_changes d
    left join agencies a on a.tenant_id = d.tenant_id and a.id = d.agency_id
    left join people p on p.tenant_id = d.tenant_id and p.id::text = d.by_person"""

_ADD_AGENCIES: Final = """insert into cycle_agencies (tenant_id, cycle_id, agency_id, attributes, ranked)
    select current_setting('parindex.tenant')::uuid, $1, a.id, a.attributes::jsonb, a.ranked
    from unnest($2::uuid[], $3::text[], $4::boolean[]) as a (id, attributes, ranked)"""

DeadlineRow: TypeAlias = tuple[UUID, UUID | None, datetime | None, datetime | None, datetime, datetime]
"""(id, agency or all, due before, closes before, due, closes)."""


async def insert(connection: Connection, cycle: Cycle) -> bool:
    """Add a draft; false when the family already has this year and tier."""
    done = await connection.execute(
        """insert into cycles (tenant_id, id, family, year, tier, criteria_set_id, state, marked, opens_at,
            deadline, closes, appraisal_deadline, withdrawals, group_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (tenant_id, family, year, tier) where state <> 'cancelled' do nothing""",
        cycle.id, cycle.family, cycle.year, cycle.tier, cycle.criteria_set_id, cycle.state, cycle.marked,
        cycle.opens_at, cycle.due, cycle.closes, cycle.appraisal_due, cycle.withdrawals, cycle.group_by,
    )  # fmt: skip
    return done.endswith(" 1")


async def by_id(connection: Connection, cycle_id: UUID, *, lock: bool = False) -> Cycle | None:
    """One cycle; with ``lock`` nobody else moves it until the transaction ends."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from cycles where id = $1 {'for update' if lock else ''}",  # noqa: S608
        cycle_id,
    )
    return _cycle(row) if row else None


async def listed(connection: Connection) -> list[Cycle]:
    """Every cycle, newest year first."""
    rows = await connection.fetch(f"select {_COLUMNS} from cycles order by year desc, family, tier")  # noqa: S608
    return [_cycle(row) for row in rows]


async def without_code(connection: Connection, tier: str, code: str, states: Sequence[str]) -> list[Cycle]:
    """Cycles of a tier in some states in which nobody bears a code, newest year first."""
    rows = await connection.fetch(
        f"""select {_COLUMNS} from cycles y where tier = $1 and state = any($3) and not exists (
            select from cycle_agencies c join agencies a on a.tenant_id = c.tenant_id and a.id = c.agency_id
            where c.tenant_id = y.tenant_id and c.cycle_id = y.id and a.code = $2)
        order by year desc, family""",  # noqa: S608
        tier, code, list(states),
    )  # fmt: skip
    return [_cycle(row) for row in rows]


async def set_state(connection: Connection, cycle_id: UUID, state: str) -> None:
    """Move a cycle."""
    await connection.execute("update cycles set state = $2 where id = $1", cycle_id, state)


async def set_draft(connection: Connection, cycle: Cycle) -> None:
    """Give a draft other days, another set, another number of withdrawals, or other groups."""
    await connection.execute(
        """update cycles set opens_at = $2, deadline = $3, closes = $4, appraisal_deadline = $5, criteria_set_id = $6,
            withdrawals = $7, group_by = $8 where id = $1""",
        cycle.id, cycle.opens_at, cycle.due, cycle.closes, cycle.appraisal_due, cycle.criteria_set_id,
        cycle.withdrawals, cycle.group_by,
    )  # fmt: skip


async def take_out(connection: Connection, cycle_id: UUID, agencies: Sequence[UUID]) -> None:
    """Agencies that do not take part in a draft any more."""
    await connection.execute(
        "delete from cycle_agencies where cycle_id = $1 and agency_id = any($2)", cycle_id, list(agencies)
    )


async def delete_bodies(connection: Connection, cycle_id: UUID) -> None:
    """Nobody appraises, until somebody is named again."""
    await connection.execute("delete from cycle_bodies where cycle_id = $1", cycle_id)


async def put_agencies(
    connection: Connection, cycle_id: UUID, agencies: Iterable[tuple[UUID, Mapping[str, str], bool]]
) -> None:
    """Who takes part, with other attributes where they do already: (agency, attributes, ranked)."""
    await connection.execute(
        f"""{_ADD_AGENCIES} on conflict on constraint pk_cycle_agencies
            do update set attributes = excluded.attributes, ranked = excluded.ranked""",
        cycle_id, *_columns(agencies),
    )  # fmt: skip


async def rounds_of(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(id, instrument_code, title_vi, units) of the survey rounds of a cycle."""
    return await connection.fetch(
        """select r.id, r.instrument_code, r.title_vi, (select count(*) from sample_units u
            where u.tenant_id = r.tenant_id and u.survey_round = r.id) as units
        from survey_rounds r where r.cycle_id = $1 order by r.id""",
        cycle_id,
    )


async def delete_draft(connection: Connection, cycle_id: UUID) -> None:
    """Take away a draft with all that hangs on it and is of nobody."""
    await connection.execute("select delete_draft_year($1)", cycle_id)


async def now(connection: Connection) -> datetime:
    """The moment by the database's clock, the same through a transaction."""
    moment: datetime = await connection.fetchval("select parindex_now()")
    return moment


async def set_times(connection: Connection, cycle_id: UUID, due: datetime, closes: datetime) -> None:
    """Move the deadline of every sheet of a cycle that has none of its own."""
    await connection.execute("update cycles set deadline = $2, closes = $3 where id = $1", cycle_id, due, closes)


async def insert_deadline_changes(
    connection: Connection, cycle_id: UUID, rows: Iterable[DeadlineRow], decided: ReasonedDecision, by: str
) -> None:
    """Append what moved: (id, agency or all, due and closes before, due and closes since)."""
    await connection.executemany(
        """insert into deadline_changes (tenant_id, id, cycle_id, agency_id, due_before, closes_before, due, closes,
            decision_number, decided_on, reason, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        [
            (row_id, cycle_id, agency_id, *times, decided.number, decided.date, decided.reason, by)
            for row_id, agency_id, *times in rows
        ],
    )


async def deadline_changes(connection: Connection, cycle_id: UUID) -> list[DeadlineChange]:
    """How the deadlines of a cycle were moved, newest first."""
    rows = await connection.fetch(f"{_CHANGES} where d.cycle_id = $1 order by d.at desc, d.id desc", cycle_id)
    return [_deadline_change(row) for row in rows]


async def deadline_changes_of_agency(
    connection: Connection, agency_id: UUID, within: timedelta
) -> list[DeadlineChange]:
    """How deadlines were moved lately for an agency, or for all of a year in which it takes part, newest first."""
    rows = await connection.fetch(
        f"""{_CHANGES} where (d.agency_id is null or d.agency_id = $1) and d.at > clock_timestamp() - $2::interval
            and exists (select from cycle_agencies t where t.cycle_id = d.cycle_id and t.agency_id = $1)
        order by d.at desc, d.id desc""",
        agency_id, within,
    )  # fmt: skip
    return [_deadline_change(row) for row in rows]


def _deadline_change(row: Row) -> DeadlineChange:
    values, decided = _with_decision(row)
    return DeadlineChange(**values, decided=decided)


def _with_decision(row: Row) -> tuple[dict[str, Any], ReasonedDecision]:
    """A row's values, and the decision that stands among them."""
    values = dict(row)
    decided = ReasonedDecision(
        number=values.pop("decision_number"), date=values.pop("decided_on"), reason=values.pop("reason")
    )
    return values, decided


async def insert_correction(
    connection: Connection, correction_id: UUID, cycle_id: UUID, edition_id: UUID, decided: ReasonedDecision, by: str
) -> None:
    """Keep the decision under which a published year is reopened."""
    await connection.execute(
        """insert into year_corrections (tenant_id, id, cycle_id, edition_id, decision_number, decided_on, reason,
            by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)""",
        correction_id, cycle_id, edition_id, decided.number, decided.date, decided.reason, by,
    )  # fmt: skip


async def newest_correction(connection: Connection, cycle_id: UUID) -> YearCorrection | None:
    """The last time that a published year was reopened."""
    row = await connection.fetchrow(
        """select c.id, c.cycle_id, c.edition_id, c.decision_number, c.decided_on, c.reason, p.name as by_name, c.at
        from year_corrections c left join people p on p.tenant_id = c.tenant_id and p.id::text = c.by_person
        where c.cycle_id = $1 order by c.at desc, c.id desc limit 1""",
        cycle_id,
    )
    if row is None:
        return None
    values, decided = _with_decision(row)
    return YearCorrection(**values, decided=decided)


async def last_corrected(connection: Connection, correction_id: UUID) -> datetime | None:
    """When a leaf was last corrected; none where none was."""
    moment: datetime | None = await connection.fetchval(
        "select max(at) from appraisals where correction_id = $1", correction_id
    )
    return moment


async def insert_transition(
    connection: Connection, transition_id: UUID, cycle_id: UUID, before: str, after: str, by: str, reason: str | None,
    decided: ReasonedDecision | None = None,
) -> None:  # fmt: skip
    """Append one step of a cycle's way, with its own time and the decision by which it was taken."""
    await connection.execute(
        """insert into cycle_transitions (tenant_id, id, cycle_id, from_state, to_state, by_person, reason,
            decision_number, decided_on, for_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        transition_id, cycle_id, before, after, by, reason, decided.number if decided else None,
        decided.date if decided else None, acting.person_of(by),
    )  # fmt: skip


async def transitions(connection: Connection, cycle_id: UUID) -> list[Row]:
    """The way of a cycle, oldest step first."""
    return await connection.fetch(
        """select t.from_state, t.to_state, t.at, t.by_person, t.reason, t.decision_number, t.decided_on, p.name as by_name
        from cycle_transitions t left join people p on p.tenant_id = t.tenant_id and p.id::text = t.by_person
        where t.cycle_id = $1 order by t.at, t.id""",
        cycle_id,
    )


async def decided_steps_of_agency(connection: Connection, agency_id: UUID, within: timedelta) -> list[dict[str, Any]]:
    """Steps by decision, of years in which an agency takes part, newest first."""
    rows = await connection.fetch(
        """select y.id as cycle_id, y.family, y.year, y.tier, t.from_state, t.to_state, t.decision_number as number,
            t.decided_on as day, t.reason, t.at
        from cycle_transitions t
        join cycles y on y.tenant_id = t.tenant_id and y.id = t.cycle_id
        join cycle_agencies a on a.tenant_id = t.tenant_id and a.cycle_id = t.cycle_id and a.agency_id = $1
        where t.decision_number is not null and t.at > clock_timestamp() - $2::interval
        order by t.at desc, t.id desc""",
        agency_id, within,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def insert_agencies(
    connection: Connection, cycle_id: UUID, agencies: Iterable[tuple[UUID, Mapping[str, str], bool]]
) -> None:
    """Who takes part: (agency, attributes, ranked)."""
    await connection.execute(_ADD_AGENCIES, cycle_id, *_columns(agencies))


def _columns(
    agencies: Iterable[tuple[UUID, Mapping[str, str], bool]],
) -> tuple[list[UUID], list[str], list[bool]]:
    rows = list(agencies)
    documents = [msgspec.json.encode(attributes).decode() for _, attributes, _ in rows]
    return [agency_id for agency_id, _, _ in rows], documents, [ranked for _, _, ranked in rows]


async def agencies(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(agency_id, code, name, short, attributes, ranked, region, parent_id, parent) of those that take part, in official
    order."""
    return await connection.fetch(
        """select c.agency_id, a.code, a.name_vi as name, coalesce(a.short_name, a.name_vi) as short, a.region,
            c.attributes, c.ranked, a.parent_id, u.name_vi as parent from cycle_agencies c
        join agencies a on a.tenant_id = c.tenant_id and a.id = c.agency_id
        left join agencies u on u.tenant_id = a.tenant_id and u.id = a.parent_id
        where c.cycle_id = $1 order by a.official_order nulls last, a.sort_key, a.code""",
        cycle_id,
    )


async def insert_bodies(
    connection: Connection, cycle_id: UUID, bodies: Iterable[tuple[str, UUID, UUID]], above: Collection[str] = ()
) -> None:
    """Who appraises: (body named by the criteria set, agency, its substitute), and of which the agency above does."""
    await connection.executemany(
        """insert into cycle_bodies (tenant_id, cycle_id, body, agency_id, substitute_id, above)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5)""",
        [(cycle_id, *named, True if named[0] in above else None) for named in bodies],
    )


async def parents(connection: Connection, cycle_id: UUID) -> dict[UUID, UUID | None]:
    """The agency above each that takes part, where the registry has one."""
    rows = await connection.fetch(
        """select c.agency_id, a.parent_id from cycle_agencies c
        join agencies a on a.tenant_id = c.tenant_id and a.id = c.agency_id where c.cycle_id = $1""",
        cycle_id,
    )
    return {row["agency_id"]: row["parent_id"] for row in rows}


async def bodies(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(body, agency_id, agency, substitute_id, substitute, above) of a cycle."""
    return await connection.fetch(
        """select b.body, b.agency_id, a.name_vi as agency, b.substitute_id, s.name_vi as substitute,
            coalesce(b.above, false) as above
        from cycle_bodies b
        join agencies a on a.tenant_id = b.tenant_id and a.id = b.agency_id
        join agencies s on s.tenant_id = b.tenant_id and s.id = b.substitute_id
        where b.cycle_id = $1 order by b.body""",
        cycle_id,
    )


async def insert_sheets(connection: Connection, cycle_id: UUID, sheets: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Add sheets not yet started: (id, agency, leaves that apply)."""
    ids, agencies, applicable = zip(*sheets, strict=True)
    await connection.execute(
        """insert into sheets (tenant_id, id, cycle_id, agency_id, applicable)
        select current_setting('parindex.tenant')::uuid, s.id, $1, s.agency_id, s.applicable
        from unnest($2::uuid[], $3::uuid[], $4::int[]) as s (id, agency_id, applicable)""",
        cycle_id, ids, agencies, applicable,
    )  # fmt: skip


async def insert_entries(
    connection: Connection, ids: Sequence[UUID], sheets: Sequence[UUID], leaves: Sequence[tuple[str, Decimal]]
) -> None:
    """Add an empty entry for each leaf (code, max) to each sheet; the ids are those of the first sheet's leaves first."""
    await connection.execute(
        """insert into entries (tenant_id, id, sheet_id, code, max)
        select current_setting('parindex.tenant')::uuid, e.id, ($2::uuid[])[(e.place - 1) / $5 + 1],
            ($3::text[])[(e.place - 1) % $5 + 1], ($4::numeric[])[(e.place - 1) % $5 + 1]
        from unnest($1::uuid[]) with ordinality as e (id, place)""",
        ids, sheets, [code for code, _ in leaves], [most for _, most in leaves], len(leaves),
    )  # fmt: skip


def _cycle(row: Row) -> Cycle:
    return Cycle(**dict(row))


async def undecided_entries(connection: Connection, cycles: Sequence[UUID], states: Sequence[str]) -> dict[UUID, int]:
    """By cycle how many entries of its sheets in those states are to be decided and are not; none is left out."""
    rows = await connection.fetch(
        f"""select s.cycle_id, count(*) from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        left join entry_points o on o.tenant_id = e.tenant_id and o.entry_id = e.id and o.stage = 'self'
        where s.cycle_id = any($1) and s.state = any($2) and e.state not in ('agreed', 'changed') and {_TO_DECIDE}
        group by s.cycle_id""",  # noqa: S608
        list(cycles), list(states),
    )  # fmt: skip
    return dict.fromkeys(cycles, 0) | {row["cycle_id"]: row["count"] for row in rows}


async def summary_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """Every entry of a cycle without its reasons; ``to_decide`` as :data:`_TO_DECIDE` says."""
    return await connection.fetch(
        f"""select e.sheet_id, e.code, e.state, e.inapplicable, e.max,
            o.state as self_state, o.points as self, {_TO_DECIDE} as to_decide, r.state as round1_state, r.points as round1,
            f.points as final
        from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        left join entry_points o on o.tenant_id = e.tenant_id and o.entry_id = e.id and o.stage = 'self'
        left join entry_points r on r.tenant_id = e.tenant_id and r.entry_id = e.id and r.stage = 'round1'
        left join entry_points f on f.tenant_id = e.tenant_id and f.entry_id = e.id and f.stage = 'final'
        where s.cycle_id = $1 and e.retired_by is null""",  # noqa: S608
        cycle_id,
    )


async def finish_points(connection: Connection, cycle_id: UUID) -> None:
    """Keep what holds at the end: the last round that an entry has, else its self-assessment."""
    await connection.execute(
        """insert into entry_points (tenant_id, entry_id, stage, points, max, state, reason)
        select distinct on (p.entry_id) p.tenant_id, p.entry_id, 'final', p.points, p.max, p.state, p.reason
        from entry_points p join entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
        join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and p.stage <> 'final' and e.retired_by is null
        order by p.entry_id, case p.stage when 'round2' then 1 when 'round1' then 2 else 3 end
        on conflict on constraint pk_entry_points do update set points = excluded.points,
            state = excluded.state, reason = excluded.reason, computed_at = clock_timestamp()""",
        cycle_id,
    )


async def final_points_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(agency_id, agency code, leaf, points, state) of every entry of a closed sheet as its appraisal left it."""
    return await connection.fetch(
        """select a.id as agency_id, a.code as agency, e.code as leaf, p.points, p.state
        from entry_points p join entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
        join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
        where s.cycle_id = $1 and s.state = 'closed' and p.stage = 'final' and e.retired_by is null
        order by a.official_order nulls last, a.sort_key, a.code, e.code""",
        cycle_id,
    )


async def insert_joining(
    connection: Connection, cycle_id: UUID, agency_id: UUID, *, ranked: bool, decided: ReasonedDecision, by: str
) -> None:
    """Keep by which decision an agency was added to a year."""
    await connection.execute(
        """insert into cycle_joinings (tenant_id, cycle_id, agency_id, ranked, decision_number, decided_on, reason, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)""",
        cycle_id, agency_id, ranked, decided.number, decided.date, decided.reason, by,
    )  # fmt: skip


async def joinings(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(code, name, ranked, decision_number, decided_on, reason, at) of agencies that were added to a year, the earliest
    first."""
    return await connection.fetch(
        """select a.code, coalesce(a.short_name, a.name_vi) as name, j.ranked, j.decision_number, j.decided_on, j.reason, j.at
        from cycle_joinings j join agencies a on a.tenant_id = j.tenant_id and a.id = j.agency_id
        where j.cycle_id = $1 order by j.at, a.code""",
        cycle_id,
    )
