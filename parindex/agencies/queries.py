"""The SQL of the registry.

``agencies`` holds what an agency is today, ``agency_periods`` what it was and will be on any day. A period that was taken
back ends where it begins, so that no day finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from parindex.agencies.model import Agency, AgencyPeriod, Basis, NewAgency, RegistryDeed, Succession
from parindex.store.database import Connection, Row
from parindex.text import fold, sort_key

_OWN = "a.id, a.code, a.tier, a.valid_from, a.valid_to"
_VALUES = "name_vi, name_en, short_name, region, official_order, parent_id, has_one_stop, population"
_NOW = f"""select {_OWN}, {", ".join("a." + name for name in _VALUES.split(", "))}, u.code as parent
    from agencies a left join agencies u on u.tenant_id = a.tenant_id and u.id = a.parent_id"""  # noqa: S608 - constants
_ON_DAY = f"""select {_OWN}, {", ".join("p." + name for name in _VALUES.split(", "))}, u.code as parent
    from agencies a
    join agency_periods p on p.tenant_id = a.tenant_id and p.agency_id = a.id
        and p.valid_from <= $1 and (p.valid_to is null or p.valid_to > $1)
    left join agencies u on u.tenant_id = p.tenant_id and u.id = p.parent_id
    where a.valid_from <= $1 and (a.valid_to is null or a.valid_to > $1)"""  # noqa: S608 - constants
_ORDER = "p.official_order nulls last, p.sort_key, a.code"
_PERIOD = f"id, agency_id, valid_from, valid_to, {_VALUES}, deed_id"
_DEED = """id, kind, effective_on, basis_number, basis_date, agency_ids, entered_at, entered_by, taken_back_at"""


async def lock(connection: Connection) -> None:
    """Let one transaction at a time change the registry of a tenant."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('registry ' || current_setting('parindex.tenant'), 0))"
    )


async def insert(connection: Connection, agencies: Iterable[tuple[UUID, NewAgency]]) -> None:
    """Add agencies with the keys that they are sorted and searched by; the one above comes by :func:`refresh`."""
    await connection.executemany(
        """insert into agencies (tenant_id, id, code, name_vi, name_en, short_name, tier, region,
            official_order, sort_key, search_key, valid_from, valid_to, has_one_stop, population)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""",
        [
            (
                agency_id, new.code, new.name_vi, new.name_en, new.short_name, new.tier, new.region,
                new.official_order, sort_key(new.name_vi), fold(f"{new.code} {new.name_vi}"),
                new.valid_from, new.valid_to, new.has_one_stop, new.population,
            )
            for agency_id, new in agencies
        ],
    )  # fmt: skip


async def insert_periods(connection: Connection, periods: Iterable[tuple[AgencyPeriod, str]]) -> None:
    """Add periods, each with the code of its agency."""
    await connection.executemany(
        """insert into agency_periods (tenant_id, id, agency_id, valid_from, valid_to, name_vi, name_en, short_name,
            region, official_order, parent_id, has_one_stop, population, deed_id, sort_key, search_key)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
            $15)""",
        [_written(period, code) for period, code in periods],
    )


async def update_periods(connection: Connection, periods: Iterable[tuple[AgencyPeriod, str]]) -> None:
    """Let periods be otherwise."""
    await connection.executemany(
        """update agency_periods set valid_from = $3, valid_to = $4, name_vi = $5, name_en = $6, short_name = $7,
            region = $8, official_order = $9, parent_id = $10, has_one_stop = $11, population = $12, deed_id = $13,
            sort_key = $14, search_key = $15
        where id = $1 and agency_id = $2""",
        [_written(period, code) for period, code in periods],
    )


def _written(period: AgencyPeriod, code: str) -> tuple[Any, ...]:
    keys = (sort_key(period.name_vi), fold(f"{code} {period.name_vi}"))
    return (*(getattr(period, name) for name in _PERIOD.split(", ")), *keys)


async def periods_of(connection: Connection, agencies: Sequence[UUID]) -> list[AgencyPeriod]:
    """Every period of agencies, the earliest of each first, without those that were taken back."""
    rows = await connection.fetch(
        f"""select {_PERIOD} from agency_periods
        where agency_id = any($1) and (valid_to is null or valid_to > valid_from) order by agency_id, valid_from""",  # noqa: S608
        list(agencies),
    )
    return [AgencyPeriod(**dict(row)) for row in rows]


async def set_validity(connection: Connection, days: Iterable[tuple[UUID, date, date | None]]) -> None:
    """Let agencies exist on other days: (agency, from, to)."""
    await connection.executemany("update agencies set valid_from = $2, valid_to = $3 where id = $1", list(days))


async def refresh(connection: Connection, day: date, agencies: Sequence[UUID] | None = None) -> int:
    """Let ``agencies`` hold what agencies are on a day: before their first day what they begin as, after their last what
    they ended as. Gives how many became otherwise."""
    done = await connection.fetch(
        """update agencies a set name_vi = p.name_vi, name_en = p.name_en, short_name = p.short_name, region = p.region,
            official_order = p.official_order, parent_id = p.parent_id, has_one_stop = p.has_one_stop,
            population = p.population, sort_key = p.sort_key, search_key = p.search_key
        from (
            select distinct on (agency_id) * from agency_periods
            where (valid_to is null or valid_to > valid_from) and ($2::uuid[] is null or agency_id = any($2))
            order by agency_id, valid_from > $1, case when valid_from > $1 then valid_from end, valid_from desc
        ) p
        where p.tenant_id = a.tenant_id and p.agency_id = a.id
            and (a.name_vi, a.name_en, a.short_name, a.region, a.official_order, a.parent_id, a.has_one_stop, a.population)
                is distinct from (p.name_vi, p.name_en, p.short_name, p.region, p.official_order, p.parent_id,
                p.has_one_stop, p.population)
        returning 1""",
        day, None if agencies is None else list(agencies),
    )  # fmt: skip
    return len(done)


async def valid_on(connection: Connection, day: date, tier: str | None = None, search: str = "") -> list[Agency]:
    """Agencies that exist on a day as they are on it, by official order and then in Vietnamese order."""
    rows = await connection.fetch(
        f"""{_ON_DAY} and ($2::text is null or a.tier = $2) and strpos(p.search_key, $3) > 0 order by {_ORDER}""",
        day, tier, fold(search),
    )  # fmt: skip
    return [_agency(row) for row in rows]


async def on_day(connection: Connection, day: date, agencies: Sequence[UUID]) -> list[Agency]:
    """Those of some agencies that exist on a day, as they are on it."""
    rows = await connection.fetch(f"{_ON_DAY} and a.id = any($2) order by {_ORDER}", day, list(agencies))
    return [_agency(row) for row in rows]


async def by_ids(connection: Connection, agencies: Sequence[UUID]) -> list[Agency]:
    """Agencies as they are today, whether they still exist or not."""
    rows = await connection.fetch(f"{_NOW} where a.id = any($1)", list(agencies))
    return [_agency(row) for row in rows]


async def by_code(connection: Connection, code: str, day: date) -> Agency | None:
    """The agency that bears a code on a day."""
    row = await connection.fetchrow(f"{_ON_DAY} and a.code = $2", day, code)
    return _agency(row) if row else None


async def bearing(connection: Connection, codes: list[str]) -> list[Agency]:
    """Every agency that has borne, bears or will bear one of these codes, the earliest first."""
    rows = await connection.fetch(
        f"""{_NOW} where a.code = any($1) and (a.valid_to is null or a.valid_to > a.valid_from)
        order by a.code, a.valid_from""",
        codes,
    )
    return [_agency(row) for row in rows]


async def children_on(connection: Connection, agencies: Sequence[UUID], day: date) -> list[Agency]:
    """Agencies that stand under some agencies on a day or later, as they are on the day or begin."""
    rows = await connection.fetch(
        f"""{_NOW} where (a.valid_to is null or a.valid_to > greatest($2, a.valid_from)) and exists (
            select from agency_periods p where p.tenant_id = a.tenant_id and p.agency_id = a.id
            and p.parent_id = any($1) and (p.valid_to is null or p.valid_to > greatest($2, p.valid_from)))
        order by a.official_order nulls last, a.sort_key, a.code""",
        list(agencies), day,
    )  # fmt: skip
    return [_agency(row) for row in rows]


async def above(connection: Connection, agency_id: UUID, start: date, end: date | None) -> set[UUID]:
    """Every agency that stands above another, however far, on some day of a half-open period."""
    rows = await connection.fetch(
        """with recursive above (agency_id, days) as (
            select p.parent_id, daterange(p.valid_from, p.valid_to) * daterange($2, $3) from agency_periods p
            where p.agency_id = $1 and p.parent_id is not null
                and daterange(p.valid_from, p.valid_to) && daterange($2, $3)
            union
            select p.parent_id, daterange(p.valid_from, p.valid_to) * u.days from above u
            join agency_periods p on p.agency_id = u.agency_id
            where p.parent_id is not null and daterange(p.valid_from, p.valid_to) && u.days
        ) select distinct agency_id from above""",
        agency_id, start, end,
    )  # fmt: skip
    return {row["agency_id"] for row in rows}


_STATES = {
    "standing": (
        "a.valid_from <= $1 and (a.valid_to is null or a.valid_to > $1)",
        "p.valid_from <= $1 and (p.valid_to is null or p.valid_to > $1)",
    ),
    "ended": (
        "a.valid_to <= $1 and a.valid_to > a.valid_from",
        "p.valid_to = a.valid_to and p.valid_to > p.valid_from",
    ),
    "to_come": (
        "a.valid_from > $1 and (a.valid_to is null or a.valid_to > a.valid_from)",
        "p.valid_from = a.valid_from and (p.valid_to is null or p.valid_to > p.valid_from)",
    ),
}
"""By state on a day ($1): which agencies, and what they are then: as on the day, as they ended, as they begin."""


async def shown(
    connection: Connection, day: date, *, under: UUID | None, roots: bool, tier: str | None, state: str, search: str,
    most: int, skip: int,
) -> list[Row]:  # fmt: skip
    """A part of the registry of a day with how many agencies stand under each, and how many there are in ``total``."""
    which, what = _STATES[state]
    return await connection.fetch(
        f"""with chosen as materialized (
            select a.tenant_id, a.id, a.code, a.tier, a.valid_from, a.valid_to, p.name_vi, p.name_en, p.region,
                p.official_order, p.parent_id, p.population, p.sort_key, count(*) over () as total
            from agencies a join agency_periods p on p.tenant_id = a.tenant_id and p.agency_id = a.id and {what}
            where {which} and ($2::text is null or a.tier = $2) and strpos(p.search_key, $3) > 0
                and ($4::uuid is null or p.parent_id = $4) and (not $5 or p.parent_id is null)
            order by p.official_order nulls last, p.sort_key, a.code limit $6 offset $7
        ),
        below as (
            select q.parent_id, count(*) as below from agency_periods q
            where q.parent_id in (select id from chosen) and q.valid_from <= $1 and (q.valid_to is null or q.valid_to > $1)
            group by q.parent_id
        )
        select c.id, c.code, c.tier, c.valid_from, c.valid_to, c.name_vi, c.name_en, c.region, c.population, c.total,
            '{state}' as state, u.code as parent, coalesce(up.name_vi, u.name_vi) as parent_name,
            coalesce(b.below, 0) as below
        from chosen c
        left join agencies u on u.tenant_id = c.tenant_id and u.id = c.parent_id
        left join agency_periods up on up.tenant_id = c.tenant_id and up.agency_id = c.parent_id
            and up.valid_from <= $1 and (up.valid_to is null or up.valid_to > $1)
        left join below b on b.parent_id = c.id
        order by c.official_order nulls last, c.sort_key, c.code""",  # noqa: S608 - constants
        day, tier, fold(search), under, roots, most, skip,
    )  # fmt: skip


async def counts(connection: Connection, day: date) -> dict[str, int]:
    """How many agencies of each tier exist on a day."""
    rows = await connection.fetch(
        """select tier, count(*) as count from agencies
        where valid_from <= $1 and (valid_to is null or valid_to > $1) group by tier""",
        day,
    )
    return {row["tier"]: row["count"] for row in rows}


async def below(connection: Connection, agency_id: UUID, day: date) -> int:
    """How many agencies stand under another on a day."""
    count: int = await connection.fetchval(
        """select count(*) from agency_periods p
        where p.parent_id = $1 and p.valid_from <= $2 and (p.valid_to is null or p.valid_to > $2)""",
        agency_id, day,
    )  # fmt: skip
    return count


async def years_of(connection: Connection, agency_id: UUID) -> list[Row]:
    """(cycle_id, family, year, tier, state, ranked, sheet_id, sheet) of the years in which an agency takes part."""
    return await connection.fetch(
        """select y.id as cycle_id, y.family, y.year, y.tier, y.state, c.ranked, s.id as sheet_id, s.state as sheet
        from cycle_agencies c join cycles y on y.tenant_id = c.tenant_id and y.id = c.cycle_id
        left join sheets s on s.tenant_id = c.tenant_id and s.cycle_id = c.cycle_id and s.agency_id = c.agency_id
        where c.agency_id = $1 order by y.year desc, y.family""",
        agency_id,
    )


async def accounts_of(connection: Connection, agency_id: UUID) -> list[Row]:
    """(login, name, disabled, roles) of the accounts of an agency."""
    return await connection.fetch(
        """select p.login, p.name, p.disabled_at is not null as disabled, coalesce(array_agg(distinct g.role)
                filter (where g.valid_from <= now() and (g.valid_to is null or g.valid_to > now())), '{}') as roles
        from people p left join grants g on g.tenant_id = p.tenant_id and g.person_id = p.id
        where p.agency_id = $1 group by p.login, p.name, p.disabled_at order by p.login""",
        agency_id,
    )


async def insert_deed(
    connection: Connection, deed_id: UUID, kind: str, day: date | None, basis: Basis | None, by: str
) -> None:
    """Begin a deed; what it touched is told at its end."""
    await connection.execute(
        """insert into registry_deeds (tenant_id, id, kind, effective_on, basis_number, basis_date, agency_ids, before,
            entered_by) values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, '{}', '{}', $6)""",
        deed_id, kind, day, basis and basis.number, basis and basis.date, by,
    )  # fmt: skip


async def end_deed(connection: Connection, deed_id: UUID, agencies: Sequence[UUID], before: bytes) -> None:
    """Keep what a deed touched and what stood before."""
    await connection.execute(
        "update registry_deeds set agency_ids = $2, before = $3 where id = $1", deed_id, list(agencies), before.decode()
    )


async def deeds_of(connection: Connection, agency_id: UUID) -> list[RegistryDeed]:
    """What was done to an agency, newest first; of all that a deed touched this agency alone: a list may hold thousands."""
    own = _DEED.replace("agency_ids", "array[$1::uuid] as agency_ids")
    rows = await connection.fetch(
        f"select {own} from registry_deeds where agency_ids @> array[$1::uuid] order by entered_at desc, id desc",  # noqa: S608
        agency_id,
    )
    return [_deed(row) for row in rows]


async def deed(connection: Connection, deed_id: UUID) -> tuple[RegistryDeed, dict[str, Any]] | None:
    """A deed and what stood before it."""
    row = await connection.fetchrow(f"select {_DEED}, before from registry_deeds where id = $1", deed_id)  # noqa: S608
    if row is None:
        return None
    given = dict(row)
    before = msgspec.json.decode(given.pop("before"))
    return _deed(given), before


async def later_deeds(connection: Connection, deed: RegistryDeed) -> int:
    """Deeds that were done since to what a deed touched, and stand."""
    count: int = await connection.fetchval(
        """select count(*) from registry_deeds
        where agency_ids && $2 and taken_back_at is null and (entered_at, id) > ($3, $1)""",
        deed.id, list(deed.agency_ids), deed.entered_at,
    )  # fmt: skip
    return count


async def set_taken_back(connection: Connection, deed_id: UUID, by: str) -> None:
    """Let a deed be taken back."""
    await connection.execute(
        "update registry_deeds set taken_back_at = clock_timestamp(), taken_back_by = $2 where id = $1", deed_id, by
    )


async def used(connection: Connection, agencies: Sequence[UUID]) -> list[str]:
    """Codes of those of some agencies that have accounts or take part in a year or a survey."""
    rows = await connection.fetch(
        """select a.code from agencies a where a.id = any($1) and (
            exists (select from people p where p.tenant_id = a.tenant_id and p.agency_id = a.id)
            or exists (select from cycle_agencies c where c.tenant_id = a.tenant_id and c.agency_id = a.id)
            or exists (select from cycle_bodies b where b.tenant_id = a.tenant_id and a.id in (b.agency_id, b.substitute_id))
            or exists (select from leaf_owners o where o.tenant_id = a.tenant_id and o.owner_id = a.id)
            or exists (select from sample_units u where u.tenant_id = a.tenant_id and u.agency_id = a.id)
            or exists (select from documents d where d.tenant_id = a.tenant_id and d.agency_id = a.id))
        order by a.code""",
        list(agencies),
    )
    return [row["code"] for row in rows]


async def insert_successors(
    connection: Connection, pairs: Iterable[tuple[UUID, UUID]], deed_id: UUID, decision: str, day: date
) -> None:
    """Record that agencies take over from others: (predecessor, successor)."""
    await connection.executemany(
        """insert into agency_successors (tenant_id, predecessor_id, successor_id, decision, effective_on, deed_id)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5)
        on conflict on constraint pk_agency_successors do update
            set decision = excluded.decision, effective_on = excluded.effective_on, deed_id = excluded.deed_id""",
        [(*pair, decision, day, deed_id) for pair in pairs],
    )


_SUCCESSION = """select s.predecessor_id, s.successor_id, p.code as predecessor, p.name_vi as predecessor_name,
    n.code as successor, n.name_vi as successor_name, s.decision, s.effective_on
    from agency_successors s
    join agencies p on p.tenant_id = s.tenant_id and p.id = s.predecessor_id
    join agencies n on n.tenant_id = s.tenant_id and n.id = s.successor_id
    left join registry_deeds d on d.tenant_id = s.tenant_id and d.id = s.deed_id
    where d.taken_back_at is null"""


async def successions(connection: Connection, agencies: Sequence[UUID]) -> list[Succession]:
    """Who took over from some agencies, and from whom they took over, the earliest first."""
    rows = await connection.fetch(
        f"""{_SUCCESSION} and (s.predecessor_id = any($1) or s.successor_id = any($1))
        order by s.effective_on, p.official_order nulls last, p.sort_key, p.code, n.sort_key, n.code""",
        list(agencies),
    )
    return [Succession(**dict(row)) for row in rows]


async def every_succession(connection: Connection) -> list[Succession]:
    """All of them, the earliest first."""
    rows = await connection.fetch(f"{_SUCCESSION} order by s.effective_on, p.sort_key, p.code, n.sort_key, n.code")
    return [Succession(**dict(row)) for row in rows]


_ENDING = "d.kind in ('merge', 'split', 'close') and d.taken_back_at is null"


async def ending_deeds(connection: Connection, year: int | None, *, most: int, skip: int) -> list[Row]:
    """(id, kind, effective_on, basis_number, basis_date, ended, successors, total) of deeds by which agencies ended, the
    latest day first; agencies as [code, name]."""
    return await connection.fetch(
        f"""with chosen as (
            select d.tenant_id, d.id, d.kind, d.effective_on, d.basis_number, d.basis_date, d.before, d.entered_at,
                count(*) over () as total
            from registry_deeds d
            where {_ENDING} and ($1::integer is null or extract(year from d.effective_on) = $1)
            order by d.effective_on desc, d.entered_at desc, d.id desc limit $2 offset $3
        )
        select c.id, c.kind, c.effective_on, c.basis_number, c.basis_date, c.total,
            (select coalesce(array_agg(array[a.code, a.name_vi] order by a.official_order nulls last, a.sort_key, a.code), '{{}}')
                from jsonb_object_keys(c.before -> 'validity') as k (id)
                join agencies a on a.tenant_id = c.tenant_id and a.id = k.id::uuid) as ended,
            (select coalesce(array_agg(array[n.code, n.name_vi] order by n.official_order nulls last, n.sort_key, n.code), '{{}}')
                from agencies n where n.tenant_id = c.tenant_id and n.id in (
                    select s.successor_id from agency_successors s
                    where s.tenant_id = c.tenant_id and s.deed_id = c.id)) as successors
        from chosen c order by c.effective_on desc, c.entered_at desc, c.id desc""",  # noqa: S608 - a constant
        year, most, skip,
    )  # fmt: skip


async def ending_years(connection: Connection) -> list[int]:
    """Years on whose days agencies ended, the latest first."""
    rows = await connection.fetch(
        f"""select distinct extract(year from d.effective_on)::integer as year from registry_deeds d
        where {_ENDING} and d.effective_on is not null order by 1 desc"""  # noqa: S608 - a constant
    )
    return [row["year"] for row in rows]


async def now(connection: Connection) -> datetime:
    """The database's clock."""
    moment: datetime = await connection.fetchval("select clock_timestamp()")
    return moment


def _deed(row: Row | dict[str, Any]) -> RegistryDeed:
    given = dict(row)
    return RegistryDeed(**{**given, "agency_ids": tuple(given["agency_ids"])})


def _agency(row: Row) -> Agency:
    return Agency(**dict(row))
