"""The SQL of people as the office manages them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex.access.model import SYSTEM
from parindex.access.staff.model import (
    IDLE_DAYS,
    PAGE,
    WARNED_DAYS,
    ListedPerson,
    OpenLink,
    PeopleAsked,
    PersonEvent,
    RoleHeld,
    SessionSeen,
)
from parindex.store.database import Connection, Row
from parindex.text import fold

_LAST: Final = "greatest(t.seen_at, t.counted_from, p.created_at)"
_IN_USE: Final = "p.disabled_at is null and p.password_hash is not null"
_LENDING: Final = """exists (select from delegations d where d.tenant_id = p.tenant_id and d.from_person = p.id
    and d.revoked_at is null and d.valid_from <= rights_now() and d.valid_to > rights_now())"""
_SYSTEM: Final = f"""exists (select from grants g where g.tenant_id = p.tenant_id and g.person_id = p.id
    and g.role = '{SYSTEM}' and (g.valid_to is null or g.valid_to > rights_now()))"""
_NOW: Final = "g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())"
_TABS: Final = {
    "all": "true",
    "never": f"p.disabled_at is null and p.password_hash is null and not {_SYSTEM}",
    "idle": f"""(p.disabled_why = 'idle' or ({_IN_USE} and {_LAST} < rights_now() - interval '{WARNED_DAYS} days'))""",
    "delegating": _LENDING,
    "left": "p.disabled_at is not null and p.disabled_why is distinct from 'idle'",
}
_FROM: Final = """from people p
    left join person_traces t on t.tenant_id = p.tenant_id and t.person_id = p.id
    left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id"""
_COLUMNS: Final = f"""p.id, p.login, p.name, p.email, p.agency_id, a.name_vi as agency, a.code as agency_code,
    case when p.disabled_at is not null then coalesce(p.disabled_why, 'stopped')
        when p.password_hash is not null then 'active' when {_SYSTEM} then 'system' else 'invited' end as state,
    p.disabled_at, p.disabled_reason, t.seen_at, {_LAST} as idle_from, p.created_at"""
_ASKED: Final = """($1 = '' or strpos(coalesce(t.search_key, lower(p.name || ' ' || p.login)), $1) > 0)
    and ($2 = '' or exists (select from grants g where g.tenant_id = p.tenant_id and g.person_id = p.id and g.role = $2
        and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())))
    and ($3 = '' or strpos(a.search_key, $3) > 0)
    and ($4::uuid is null or p.agency_id = $4)"""


async def listed(connection: Connection, asked: PeopleAsked) -> tuple[list[ListedPerson], int]:
    """A page of people, and how many there are."""
    rows = await connection.fetch(
        f"""select {_COLUMNS}, count(*) over () as total {_FROM} where {_ASKED} and {_TABS[asked.tab]}
        order by t.sort_key nulls last, p.login limit {PAGE} offset $5""",
        fold(asked.search), asked.role, fold(asked.agency), asked.own, PAGE * (asked.page - 1),
    )  # fmt: skip
    found = [{key: value for key, value in row.items() if key != "total"} for row in rows]
    return [ListedPerson(**one) for one in await _with_rest(connection, found)], rows[0]["total"] if rows else 0


async def everybody(connection: Connection, own: UUID | None) -> list[ListedPerson]:
    """Every account with its roles, in Vietnamese order."""
    rows = await connection.fetch(
        f"select {_COLUMNS} {_FROM} where $1::uuid is null or p.agency_id = $1 order by t.sort_key nulls last, p.login",
        own,
    )
    return [ListedPerson(**one) for one in await _with_rest(connection, [dict(row) for row in rows])]


async def of_ids(connection: Connection, ids: Sequence[UUID]) -> list[ListedPerson]:
    """Some people, in Vietnamese order."""
    rows = await connection.fetch(
        f"select {_COLUMNS} {_FROM} where p.id = any($1) order by t.sort_key nulls last, p.login", list(ids)
    )
    return [ListedPerson(**one) for one in await _with_rest(connection, [dict(row) for row in rows])]


async def holders(connection: Connection) -> dict[str, int]:
    """How many people in use hold each role now."""
    rows = await connection.fetch(
        f"""select g.role, count(distinct g.person_id)::int as people from grants g
        join people p on p.tenant_id = g.tenant_id and p.id = g.person_id
        where p.disabled_at is null and {_NOW} group by g.role"""  # noqa: S608 - constants
    )
    return {row["role"]: row["people"] for row in rows}


async def unused(connection: Connection, limit: int) -> list[UUID]:
    """Accounts that are locked because they are not used, or soon will be, the longest first."""
    rows = await connection.fetch(f"select p.id {_FROM} where {_TABS['idle']} order by {_LAST}, p.id limit $1", limit)
    return [row["id"] for row in rows]


async def of_several_roles(connection: Connection, limit: int) -> list[UUID]:
    """People in use who hold several roles now, in Vietnamese order."""
    rows = await connection.fetch(
        f"""select p.id {_FROM} join (select g.tenant_id, g.person_id from grants g where {_NOW}
            group by g.tenant_id, g.person_id having count(distinct g.role) > 1) several
            on several.tenant_id = p.tenant_id and several.person_id = p.id
        where p.disabled_at is null order by t.sort_key nulls last, p.login limit $1""",  # noqa: S608 - constants
        limit,
    )
    return [row["id"] for row in rows]


async def never_in(connection: Connection, own: UUID | None) -> list[UUID]:
    """Who have not set a password yet."""
    rows = await connection.fetch(
        f"select p.id {_FROM} where {_TABS['never']} and ($1::uuid is null or p.agency_id = $1) order by t.sort_key",
        own,
    )
    return [row["id"] for row in rows]


async def counts(connection: Connection, own: UUID | None) -> dict[str, int]:
    """How many each part of the list has."""
    columns = ", ".join(f"count(*) filter (where {condition}) as {tab}" for tab, condition in _TABS.items())
    row = await connection.fetchrow(f"select {columns} {_FROM} where $1::uuid is null or p.agency_id = $1", own)
    assert row is not None
    return dict(row)


async def waiting(connection: Connection) -> dict[str, int]:
    """What waits for the administrator: links that ran out unused, accounts to be locked soon and locked ones."""
    row = await connection.fetchrow(
        f"""select count(*) filter (where {_TABS["never"]} and not exists (select from account_invitations i
                where i.tenant_id = p.tenant_id and i.person_id = p.id and i.used_at is null and i.ended_at is null
                and i.expires_at > now())) as expired,
            count(*) filter (where {_TABS["idle"]}) as idle {_FROM}"""  # noqa: S608 - constants
    )
    assert row is not None
    return dict(row)


async def _with_rest(connection: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Their roles, newest links and who stands in for them."""
    ids = [one["id"] for one in found]
    roles: dict[UUID, list[RoleHeld]] = {}
    for row in await connection.fetch(
        "select person_id, id, role, valid_from, valid_to from grants where person_id = any($1) order by valid_from, role", ids
    ):  # fmt: skip
        values = dict(row)
        roles.setdefault(values.pop("person_id"), []).append(RoleHeld(**values))
    links = {
        row["person_id"]: OpenLink(
            purpose=row["purpose"] or "invite", made_at=row["made_at"], expires_at=row["expires_at"],
            used=row["used_at"] is not None,
        )
        for row in await connection.fetch(
            """select distinct on (person_id) person_id, purpose, made_at, expires_at, used_at from account_invitations
            where person_id = any($1) order by person_id, expires_at desc""",
            ids,
        )
    }  # fmt: skip
    lent = {
        row["from_person"]: (row["name"], row["valid_to"])
        for row in await connection.fetch(
            """select distinct on (d.from_person) d.from_person, q.name, d.valid_to from delegations d
            join people q on q.tenant_id = d.tenant_id and q.id = d.to_person
            where d.from_person = any($1) and d.revoked_at is null and d.valid_from <= rights_now() and d.valid_to > rights_now()
            order by d.from_person, d.valid_to desc""",
            ids,
        )
    }
    return [
        {**one, "roles": tuple(roles.get(one["id"], ())), "link": links.get(one["id"]), "lends": lent.get(one["id"])}
        for one in found
    ]


async def sessions(connection: Connection, person_id: UUID) -> list[SessionSeen]:
    """Sessions of a person that have not run out, the newest first."""
    rows = await connection.fetch(
        """select encode(id_hash, 'hex') as key, coalesce(browser, '') as browser, created_at, seen_at from sessions
        where person_id = $1 and expires_at > now() order by seen_at desc""",
        person_id,
    )
    return [SessionSeen(**dict(row)) for row in rows]


async def end_session(connection: Connection, person_id: UUID, key: str) -> bool:
    """End one session of a person; whether there was one."""
    done = await connection.fetchval(
        "delete from sessions where person_id = $1 and encode(id_hash, 'hex') = $2 returning true", person_id, key
    )
    return bool(done)


async def end_other_sessions(connection: Connection, person_id: UUID, kept: bytes | None) -> int:
    """End the sessions of a person but one; how many there were."""
    rows = await connection.fetch(
        "delete from sessions where person_id = $1 and id_hash is distinct from $2 returning 1 as one", person_id, kept
    )
    return len(rows)


async def history(connection: Connection, person_id: UUID, limit: int) -> list[PersonEvent]:
    """What changed of an account, newest first; rows of tables are not shown."""
    rows = await connection.fetch(
        """select r.at, r.tag, q.name as who, r.before::text as before, r.after::text as after from audit_rows r
        left join people q on q.tenant_id = r.tenant_id and q.id::text = r.actor
        where r.subject = $1 and r.tag like 'access:%' order by r.at desc, r.id desc limit $2""",
        str(person_id), limit,
    )  # fmt: skip
    return [
        PersonEvent(
            at=row["at"], tag=row["tag"], who=row["who"],
            before=msgspec.json.decode(row["before"]) if row["before"] else {},
            after=msgspec.json.decode(row["after"]) if row["after"] else {},
        )
        for row in rows
    ]  # fmt: skip


async def hold(connection: Connection, person_id: UUID) -> Row | None:
    """An account, which nobody else changes until the end of the transaction."""
    return await connection.fetchrow(
        "select id, login, name, email, agency_id, disabled_at, disabled_why from people where id = $1 for update",
        person_id,
    )


async def roles_from_now(connection: Connection, person_id: UUID) -> list[RoleHeld]:
    """Roles that hold or will hold."""
    rows = await connection.fetch(
        """select id, role, valid_from, valid_to from grants
        where person_id = $1 and (valid_to is null or valid_to > greatest(rights_now(), valid_from)) order by valid_from""",
        person_id,
    )
    return [RoleHeld(**dict(row)) for row in rows]


async def insert_role(
    connection: Connection, grant_id: UUID, person_id: UUID, role: str, first: datetime, after: datetime | None,
    by: UUID | None,
) -> None:  # fmt: skip
    """A role from a moment to a moment."""
    await connection.execute(
        """insert into grants (tenant_id, id, person_id, role, valid_from, valid_to, granted_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6)""",
        grant_id, person_id, role, first, after, by,
    )  # fmt: skip


async def end_role(connection: Connection, grant_id: UUID, after: datetime) -> None:
    """The first moment after a role."""
    await connection.execute("update grants set valid_to = $2 where id = $1", grant_id, after)


async def end_all_roles(connection: Connection, person_id: UUID) -> list[str]:
    """Let every role end now; those that have not begun never hold. Gives which held."""
    rows = await connection.fetch(
        """update grants set valid_to = greatest(rights_now(), valid_from) where person_id = $1
        and (valid_to is null or valid_to > rights_now()) returning role""",
        person_id,
    )
    return sorted({row["role"] for row in rows})


async def disable(connection: Connection, person_id: UUID, why: str, reason: str | None) -> None:
    """Nobody signs in with an account any more; its sessions and links end."""
    await connection.execute(
        "update people set disabled_at = now(), disabled_why = $2, disabled_reason = $3 where id = $1",
        person_id, why, reason,
    )  # fmt: skip
    await connection.execute("delete from sessions where person_id = $1", person_id)
    await end_links(connection, person_id)


async def end_links(connection: Connection, person_id: UUID) -> None:
    """No link that was made for a person lets anybody in any more."""
    await connection.execute(
        "update account_invitations set ended_at = now() where person_id = $1 and used_at is null and ended_at is null",
        person_id,
    )


async def enable(connection: Connection, person_id: UUID) -> None:
    """An account is used again; days without use are counted from now."""
    await connection.execute(
        "update people set disabled_at = null, disabled_why = null, disabled_reason = null where id = $1", person_id
    )
    await count_anew(connection, person_id)


async def count_anew(connection: Connection, person_id: UUID) -> None:
    """Days without use are counted from now."""
    await connection.execute("update person_traces set counted_from = now() where person_id = $1", person_id)


async def idle(connection: Connection) -> list[UUID]:
    """Accounts that were not used for so long that they are locked."""
    rows = await connection.fetch(
        f"""select p.id {_FROM} where {_IN_USE} and {_LAST} < rights_now() - interval '{IDLE_DAYS} days'
        order by p.id for update of p skip locked"""
    )
    return [row["id"] for row in rows]


async def now(connection: Connection) -> datetime:
    """What roles and delegations take for now."""
    moment: datetime = await connection.fetchval("select rights_now()")
    return moment


async def alone_in(connection: Connection, person_id: UUID) -> list[str]:
    """Roles that nobody else of the same agency holds."""
    rows = await connection.fetch(
        """select distinct g.role from grants g join people p on p.tenant_id = g.tenant_id and p.id = g.person_id
        where g.person_id = $1 and (g.valid_to is null or g.valid_to > rights_now()) and not exists (
            select from grants o join people q on q.tenant_id = o.tenant_id and q.id = o.person_id
            where o.role = g.role and q.id <> p.id and q.agency_id is not distinct from p.agency_id
            and q.disabled_at is null and (o.valid_to is null or o.valid_to > rights_now())) order by g.role""",
        person_id,
    )
    return [row["role"] for row in rows]


async def agencies_of_today(connection: Connection) -> list[Row]:
    """(id, code, name, short) of every agency of today."""
    return await connection.fetch(
        """select id, code, name_vi as name, short_name as short from agencies
        where valid_from <= current_date and (valid_to is null or valid_to > current_date) order by sort_key"""
    )


async def secret_of(connection: Connection, person_id: UUID) -> Row | None:
    """(login, password_hash, about) of a person in use: what names them and the house."""
    return await connection.fetchrow(
        """select p.login, p.password_hash, array_remove(array[p.login, p.name, a.code, a.name_vi, a.name_en, t.code,
            t.name_vi, t.name_en], null) as about
        from people p join tenants t on t.id = p.tenant_id
        left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id
        where p.id = $1 and p.disabled_at is null""",
        person_id,
    )
