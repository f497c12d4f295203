"""The SQL of agencies that are merged or split while a year is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from parindex.assessments.mergers.weights import MeanWeights
from parindex.store.database import Connection, Row

OPEN: tuple[str, ...] = (
    "draft",
    "issued",
    "self_assessment",
    "appraisal_1",
    "consolidation",
    "approval",
    "correction",
    "paused",
)
"""States of a year in which it is not over."""


async def taking_part(connection: Connection, agencies: Sequence[UUID]) -> list[Row]:
    """(cycle_id, family, year, tier, state, agency_id, code, name, sheet_id, sheet, attributes, ranked) of agencies in open
    years, the newest year first."""
    return await connection.fetch(
        """select y.id as cycle_id, y.family, y.year, y.tier, y.state, c.agency_id, a.code,
            coalesce(a.short_name, a.name_vi) as name, s.id as sheet_id, s.state as sheet, c.attributes::text as attributes,
            c.ranked
        from cycle_agencies c
        join cycles y on y.tenant_id = c.tenant_id and y.id = c.cycle_id
        join agencies a on a.tenant_id = c.tenant_id and a.id = c.agency_id
        left join sheets s on s.tenant_id = c.tenant_id and s.cycle_id = c.cycle_id and s.agency_id = c.agency_id
        where c.agency_id = any($1) and y.state = any($2)
        order by y.year desc, y.family, y.id, a.official_order nulls last, a.sort_key, a.code""",
        list(agencies), list(OPEN),
    )  # fmt: skip


async def bodies(connection: Connection, agencies: Sequence[UUID]) -> list[Row]:
    """(cycle_id, year, body, name) of open years in which some agencies appraise or stand in for who does."""
    return await connection.fetch(
        """select y.id as cycle_id, y.year, b.body, coalesce(a.short_name, a.name_vi) as name
        from cycle_bodies b join cycles y on y.tenant_id = b.tenant_id and y.id = b.cycle_id
        join agencies a on a.tenant_id = b.tenant_id and a.id = any($1) and a.id in (b.agency_id, b.substitute_id)
        where y.state = any($2) order by y.year desc, b.body""",
        list(agencies), list(OPEN),
    )  # fmt: skip


async def remove_participants(connection: Connection, cycle_id: UUID, agencies: Sequence[UUID]) -> None:
    """Let agencies take no part in a draft."""
    await connection.execute(
        "delete from cycle_agencies where cycle_id = $1 and agency_id = any($2)", cycle_id, list(agencies)
    )


async def unrank(connection: Connection, cycle_id: UUID, agencies: Sequence[UUID]) -> None:
    """Let agencies be scored and not ranked."""
    await connection.execute(
        "update cycle_agencies set ranked = false where cycle_id = $1 and agency_id = any($2)", cycle_id, list(agencies)
    )


async def carry_evidence(connection: Connection, cycle_id: UUID, predecessor: UUID, successor: UUID, by: str) -> int:
    """Give a successor the register of its predecessor, and put to its entries what was put to those; gives how many
    documents were put to entries. The contents stay where they are, once."""
    await connection.execute(
        """insert into documents (tenant_id, id, agency_id, number, issued_on, issuer, abstract, sha256, file_name,
            search_key, not_secret, registered_by)
        select d.tenant_id, new_row_id(), $2, d.number, d.issued_on, d.issuer, d.abstract, d.sha256, d.file_name,
            d.search_key, d.not_secret, d.registered_by
        from documents d where d.agency_id = $1 and d.withdrawn_at is null
        on conflict on constraint uq_documents_record do nothing""",
        predecessor, successor,
    )  # fmt: skip
    put = await connection.fetch(
        """insert into entry_documents (tenant_id, id, entry_id, document_id, pages, attached_by)
        select x.tenant_id, new_row_id(), mine.id, own.id, x.pages, $4
        from sheets s
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        join entry_documents x on x.tenant_id = e.tenant_id and x.entry_id = e.id and x.detached_at is null
        join documents d on d.tenant_id = x.tenant_id and d.id = x.document_id
        join documents own on own.tenant_id = d.tenant_id and own.agency_id = $3 and own.number = d.number
            and own.issued_on = d.issued_on and own.sha256 = d.sha256
        join sheets t on t.tenant_id = s.tenant_id and t.cycle_id = s.cycle_id and t.agency_id = $3
        join entries mine on mine.tenant_id = t.tenant_id and mine.sheet_id = t.id and mine.code = e.code
        where s.cycle_id = $1 and s.agency_id = $2
        on conflict (tenant_id, entry_id, document_id) where detached_at is null do nothing returning 1""",
        cycle_id, predecessor, successor, by,
    )  # fmt: skip
    return len(put)


async def insert(
    connection: Connection, cycle_id: UUID, deed_id: UUID, treatment: str, predecessors: Sequence[UUID],
    successors: Iterable[UUID], day: date, decision: str, by: str, weights: MeanWeights | None = None,
) -> None:  # fmt: skip
    """Keep what was chosen for a year."""
    parts = None if weights is None else list(weights.parts)
    texts = None if weights is None else [str(weight) for weight in weights.parts.values()]
    await connection.execute(
        """insert into cycle_mergers (tenant_id, cycle_id, deed_id, treatment, predecessors, successors, effective_on,
            decision, by_person, weighted_by, parts, weights)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        cycle_id, deed_id, treatment, list(predecessors), list(successors), day, decision, by,
        None if weights is None else weights.by, parts, texts,
    )  # fmt: skip


async def taking_part_with_sheet(connection: Connection, cycle_id: UUID, agency_id: UUID) -> bool:
    """Whether an agency takes part in a year with a sheet of its own that goes on."""
    found: bool = await connection.fetchval(
        """select exists (select from sheets where cycle_id = $1 and agency_id = $2 and state <> 'handed_over')""",
        cycle_id, agency_id,
    )  # fmt: skip
    return found


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(treatment, effective_on, decision, weighted_by, parts, weights, predecessors, successors) of a year, the earliest
    first; parts by their ids, predecessors and successors by their codes."""
    return await connection.fetch(
        """select m.treatment, m.effective_on, m.decision, m.weighted_by, m.parts, m.weights, (
                select array_agg(a.code order by p.place) from unnest(m.predecessors) with ordinality as p (id, place)
                join agencies a on a.tenant_id = m.tenant_id and a.id = p.id) as predecessors, (
                select coalesce(array_agg(a.code order by n.place), '{}')
                from unnest(m.successors) with ordinality as n (id, place)
                join agencies a on a.tenant_id = m.tenant_id and a.id = n.id) as successors
        from cycle_mergers m where m.cycle_id = $1 order by m.effective_on, m.at, m.deed_id""",
        cycle_id,
    )


async def named_of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(treatment, effective_on, decision, weighted_by, weights, predecessors, successors, parts) of a year, the earliest
    first; agencies by their names for narrow columns."""
    return await connection.fetch(
        f"""select m.treatment, m.effective_on, m.decision, m.weighted_by, m.weights,
            {_names("m.predecessors")} as predecessors, {_names("m.successors")} as successors, {_names("m.parts")} as parts
        from cycle_mergers m where m.cycle_id = $1 order by m.effective_on, m.at, m.deed_id""",  # noqa: S608 - columns
        cycle_id,
    )


async def of_ended(connection: Connection, agencies: Sequence[UUID], day: date) -> list[Row]:
    """(family, year, tier, treatment, weighted_by) of what was chosen in years for agencies that ended on a day."""
    return await connection.fetch(
        """select y.family, y.year, y.tier, m.treatment, m.weighted_by
        from cycle_mergers m join cycles y on y.tenant_id = m.tenant_id and y.id = m.cycle_id
        where m.predecessors && $1 and m.effective_on = $2 order by y.year desc, y.family, y.id""",
        list(agencies), day,
    )  # fmt: skip


async def of_deed(connection: Connection, deed_id: UUID) -> bool:
    """Whether a deed touched the sheets of a year."""
    found: bool = await connection.fetchval(
        """select exists (select from cycle_mergers where deed_id = $1)
            or exists (select from leaf_owner_moves where deed_id = $1)""",
        deed_id,
    )
    return found


async def of_deeds(connection: Connection, deeds: Sequence[UUID]) -> list[Row]:
    """(deed_id, cycle_id, family, year, treatment, weighted_by) of what deeds of the registry did to years, newest first."""
    return await connection.fetch(
        """select m.deed_id, y.id as cycle_id, y.family, y.year, m.treatment, m.weighted_by
        from cycle_mergers m join cycles y on y.tenant_id = m.tenant_id and y.id = m.cycle_id
        where m.deed_id = any($1) order by y.year desc, y.family, y.id""",
        list(deeds),
    )


def _names(column: str) -> str:
    """Names of the agencies whose ids stand in a column, in their order."""
    return f"""(select coalesce(array_agg(coalesce(a.short_name, a.name_vi) order by n.place), '{{}}')
        from unnest({column}) with ordinality as n (id, place)
        join agencies a on a.tenant_id = m.tenant_id and a.id = n.id)"""  # noqa: S608 - columns
