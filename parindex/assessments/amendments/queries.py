"""SQL of sets corrected within their year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from parindex.assessments.amendments.model import AmendmentOrder, SetAmendment
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.store.database import Connection, Row

_AMENDMENT = """select m.id, m.cycle_id, m.newer_id, o.family || ' ' || o.version as older, n.family || ' ' || n.version as newer,
    o.digest as older_digest, n.digest as newer_digest, m.reopened, m.retired, m.decision_number, m.decided_on, m.reason,
    m.closes, p.name as by_name, m.at
    from set_amendments m
    join criteria_sets o on o.tenant_id = m.tenant_id and o.id = m.older_id
    join criteria_sets n on n.tenant_id = m.tenant_id and n.id = m.newer_id
    left join people p on p.tenant_id = m.tenant_id and p.id::text = m.by_person"""

_TOUCHED = "s.id = any($1) and s.state not in ('closed', 'handed_over')"


async def insert(
    connection: Connection, amendment_id: UUID, cycle_id: UUID, older_id: UUID, newer_id: UUID, crosswalk: str,
    reopened: Sequence[str], retired: Sequence[str], decided: ReasonedDecision, closes: datetime, by: str,
) -> None:  # fmt: skip
    """Keep that a year goes on with a further version of its set."""
    await connection.execute(
        """insert into set_amendments (tenant_id, id, cycle_id, older_id, newer_id, crosswalk, reopened, retired,
            decision_number, decided_on, reason, closes, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        amendment_id, cycle_id, older_id, newer_id, crosswalk, list(reopened), list(retired), decided.number,
        decided.date, decided.reason, closes, by,
    )  # fmt: skip


async def insert_order(
    connection: Connection, order_id: UUID, cycle_id: UUID, set_id: UUID, decided: ReasonedDecision, last_day: date,
    by: str,
) -> None:  # fmt: skip
    """Keep the decision under which a year is to go on with a further version of its set."""
    await connection.execute(
        """insert into amendment_orders (tenant_id, id, cycle_id, set_id, decision_number, decided_on, reason, last_day,
            asked_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8)""",
        order_id, cycle_id, set_id, decided.number, decided.date, decided.reason, last_day, by,
    )  # fmt: skip


async def order(connection: Connection, order_id: UUID) -> AmendmentOrder:
    """What was asked for."""
    row = await connection.fetchrow(
        "select cycle_id, set_id, decision_number, decided_on, reason, last_day from amendment_orders where id = $1",
        order_id,
    )
    assert row is not None
    values = dict(row)
    return AmendmentOrder(decided=_decided(values), **values)


async def bind(connection: Connection, cycle_id: UUID, set_id: UUID) -> None:
    """Let a year go on with another version."""
    await connection.execute("update cycles set criteria_set_id = $2 where id = $1", cycle_id, set_id)


async def supersede(
    connection: Connection, sheet_ids: Sequence[UUID], amendment_id: UUID, codes: Sequence[str],
    shared: Sequence[tuple[str, str]],
) -> None:  # fmt: skip
    """Keep what was declared, decided and scored of leaves of some sheets, as it was; shared facts by (leaf, name)."""
    await connection.execute(
        f"""insert into superseded_entries (tenant_id, amendment_id, entry_id, max, facts, judged, inapplicable, explanation,
            state, points, declared_by, declared_at, shared)
        select e.tenant_id, $2, e.id, e.max, e.facts, e.judged, e.inapplicable, e.explanation, e.state, coalesce((
            select jsonb_object_agg(p.stage, p.points) from entry_points p
            where p.tenant_id = e.tenant_id and p.entry_id = e.id), '{{}}'), e.updated_by, e.updated_at, coalesce((
            select jsonb_object_agg(i.name, i.value) from unnest($4::text[], $5::text[]) as n (code, name)
            join sheet_inputs i on i.tenant_id = s.tenant_id and i.sheet_id = s.id and i.name = n.name
            where n.code = e.code and i.value is not null), '{{}}')
        from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where {_TOUCHED} and e.retired_by is null and e.code = any($3)""",  # noqa: S608
        list(sheet_ids), amendment_id, list(codes), [code for code, _ in shared], [name for _, name in shared],
    )  # fmt: skip


async def superseded(connection: Connection, entry_id: UUID) -> list[Row]:
    """What was declared of an entry before each amendment that opened it again, the newest first."""
    return await connection.fetch(
        """select m.older_id, m.decision_number as decision, o.at, o.max, o.facts::text as facts,
            coalesce(o.shared, '{}')::text as shared, o.judged, o.inapplicable, o.explanation, o.points::text as points,
            p.name as declared_by, o.declared_at
        from superseded_entries o join set_amendments m on m.tenant_id = o.tenant_id and m.id = o.amendment_id
        left join people p on p.tenant_id = o.tenant_id and p.id::text = o.declared_by
        where o.entry_id = $1 order by o.at desc""",
        entry_id,
    )


async def retire(connection: Connection, sheet_ids: Sequence[UUID], amendment_id: UUID, codes: Sequence[str]) -> None:
    """Ask some sheets for leaves no more; they stay readable."""
    await connection.execute(
        """update entries e set retired_by = $2, row_version = e.row_version + 1 from sheets s
        where s.tenant_id = e.tenant_id and s.id = e.sheet_id and s.id = any($1) and e.retired_by is null
        and e.code = any($3)""",
        list(sheet_ids), amendment_id, list(codes),
    )  # fmt: skip


async def add_missing(connection: Connection, sheet_ids: Sequence[UUID], leaves: Mapping[str, Decimal]) -> None:
    """Give each of some sheets an empty entry for leaves that it has none for: maximum by code."""
    await connection.execute(
        """insert into entries (tenant_id, id, sheet_id, code, max)
        select s.tenant_id, new_row_id(), s.id, l.code, l.max from sheets s
        cross join unnest($2::text[], $3::numeric[]) as l (code, max)
        where s.id = any($1) and not exists (select from entries e
            where e.tenant_id = s.tenant_id and e.sheet_id = s.id and e.code = l.code)""",
        list(sheet_ids), list(leaves), list(leaves.values()),
    )  # fmt: skip


async def reopen(
    connection: Connection, sheet_ids: Sequence[UUID], amendment_id: UUID, leaves: Mapping[str, Decimal]
) -> None:
    """Let leaves be declared anew under their new maximum: of sheets that were sent until the amendment's own day.

    Proposed points that are more than a leaf gives now are taken back; they stand among what was superseded.
    """
    for lowered in (True, False):
        await connection.execute(
            f"""update entries e set max = l.max, {"judged = null," if lowered else ""} retired_by = null, reopened_by = $2,
                reopened_at = clock_timestamp(), row_version = e.row_version + 1,
                state = case when s.state in ('submitted', 'auto_locked', 'appraisal_1') then 'reopened' else 'open' end
            from sheets s, unnest($3::text[], $4::numeric[]) as l (code, max)
            where s.tenant_id = e.tenant_id and s.id = e.sheet_id and {_TOUCHED} and e.code = l.code
            and (e.judged > l.max) is {"true" if lowered else "not true"}
            and e.reopened_by is distinct from $2""",  # noqa: S608
            list(sheet_ids), amendment_id, list(leaves), list(leaves.values()),
        )  # fmt: skip


async def prune(connection: Connection, rows: Sequence[tuple[UUID, Mapping[str, str], bool]]) -> None:
    """Take out of declarations what is not asked any more: (entry, facts that stay, still proposed not to apply)."""
    await connection.execute(
        """update entries e set facts = n.facts::jsonb, inapplicable = n.proposed
        from unnest($1::uuid[], $2::text[], $3::boolean[]) as n (id, facts, proposed) where e.id = n.id""",
        [entry for entry, *_ in rows],
        [msgspec.json.encode(facts, order="sorted").decode() for _, facts, _ in rows],
        [proposed for *_, proposed in rows],
    )


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[SetAmendment]:
    """How the set of a year was corrected, the earliest first."""
    rows = await connection.fetch(f"{_AMENDMENT} where m.cycle_id = $1 order by m.at, m.id", cycle_id)
    return [_amendment(row) for row in rows]


async def for_agency(connection: Connection, agency_id: UUID, within: timedelta) -> list[SetAmendment]:
    """The same lately for an agency that has a sheet in the year, newest first."""
    rows = await connection.fetch(
        f"""{_AMENDMENT} where m.at > clock_timestamp() - $2::interval and exists (select from sheets s
            where s.tenant_id = m.tenant_id and s.cycle_id = m.cycle_id and s.agency_id = $1)
        order by m.at desc, m.id desc""",
        agency_id, within,
    )  # fmt: skip
    return [_amendment(row) for row in rows]


async def reopened_of_agency(connection: Connection, agency_id: UUID) -> list[Row]:
    """Leaves that an agency declares anew, oldest first: of its own sheets, and of others' as their owner body.

    Of a sheet that was sent each one until it is sent again, in time; of one that is drafted what had been declared and
    was not touched since.
    """
    return await connection.fetch(
        """with mine as (
            select s.id, s.tenant_id, s.agency_id, s.cycle_id, s.state, s.closes, null::text as code from sheets s
                where s.agency_id = $1
            union all
            select s.id, s.tenant_id, s.agency_id, s.cycle_id, s.state, s.closes, o.code from leaf_owners o
                join sheets s on s.tenant_id = o.tenant_id and s.cycle_id = o.cycle_id and s.agency_id = o.agency_id
                where o.owner_id = $1)
        select s.id as sheet_id, s.cycle_id, e.code, y.criteria_set_id as set_id,
            coalesce(a.short_name, a.name_vi) as agency, s.code is null as own, m.decision_number as decision, m.at,
            case when e.state = 'reopened' then m.closes else sheet_closes(y.closes, s.closes) end as closes,
            e.state = 'reopened' as sent, coalesce(e.updated_at > e.reopened_at, false) as declared
        from mine s
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id and (s.code is null or e.code = s.code)
        join set_amendments m on m.tenant_id = e.tenant_id and m.id = e.reopened_by
        join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
        join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
        where e.retired_by is null and (
            (e.state = 'reopened' and m.closes > parindex_now() and y.state in ('self_assessment', 'appraisal_1'))
            or (s.state = 'drafting' and y.state = 'self_assessment'
                and coalesce(sheet_closes(y.closes, s.closes) > parindex_now(), true)
                and coalesce(e.updated_at <= e.reopened_at, true)
                and exists (select from superseded_entries o where o.tenant_id = e.tenant_id and o.entry_id = e.id
                    and o.amendment_id = m.id and (o.facts <> '{}' or o.judged is not null or o.inapplicable))))
        order by m.at, m.id, a.official_order nulls last, a.sort_key""",
        agency_id,
    )


async def decided_of(connection: Connection, cycle_id: UUID, codes: Sequence[str]) -> Row:
    """(declared, decided) of leaves in sheets that were sent: entries with something declared, and with a decision."""
    row = await connection.fetchrow(
        """select count(*) filter (where e.facts <> '{}' or e.judged is not null or e.inapplicable) as declared,
            count(*) filter (where e.state in ('agreed', 'changed')) as decided
        from entries e join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        where s.cycle_id = $1 and s.state not in ('closed', 'handed_over') and e.retired_by is null
        and e.code = any($2)""",
        cycle_id, list(codes),
    )  # fmt: skip
    assert row is not None
    return row


def _amendment(row: Row) -> SetAmendment:
    values = dict(row)
    values["reopened"], values["retired"] = tuple(values["reopened"]), tuple(values["retired"])
    return SetAmendment(decided=_decided(values), **values)


def _decided(values: dict[str, Any]) -> ReasonedDecision:
    """The decision of a row, taken out of it."""
    return ReasonedDecision(
        number=values.pop("decision_number"), date=values.pop("decided_on"), reason=values.pop("reason")
    )
