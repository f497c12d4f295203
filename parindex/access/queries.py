"""The SQL of tenants, people and sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex.access.delegations.model import DELEGABLE
from parindex.access.model import Person, StandIn
from parindex.store.database import Connection, Row
from parindex.text import fold, sort_key

_FORGETTING: Final = 7_061_912
"""Lock of who drops what is old."""

_ADMINISTRATORS: Final = 7_061_913
"""Lock of who takes administrators away, within a tenant."""

_PERSON = """select p.tenant_id, p.id, p.login, p.name, p.agency_id, a.name_vi as agency_name,
    coalesce((select array_agg(distinct g.role) from grants g
        where g.tenant_id = p.tenant_id and g.person_id = p.id
        and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())), '{}') as roles,
    (select jsonb_agg(jsonb_build_object('id', d.id, 'of', d.from_person, 'name', f.name, 'kind', d.kind))
        from delegations d join people f on f.tenant_id = d.tenant_id and f.id = d.from_person
        where d.tenant_id = p.tenant_id and d.to_person = p.id and d.revoked_at is null
        and d.valid_from <= rights_now() and d.valid_to > rights_now()
        and f.disabled_at is null and f.agency_id is not distinct from p.agency_id
        and exists (select from grants g where g.tenant_id = d.tenant_id and g.person_id = f.id and g.role = d.role
            and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())))::text as stands_in"""
"""With whom the person stands in for: only what that person may still do, in the same agency."""
_FROM = "from people p left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id"


async def tenant_by_code(connection: Connection, code: str) -> Row | None:
    """A tenant, which everybody may see."""
    return await connection.fetchrow("select id, code, name_vi, name_en, time_zone from tenants where code = $1", code)


async def tenants(connection: Connection) -> list[Row]:
    """All tenants, by code."""
    return await connection.fetch("select id, code, name_vi, name_en, time_zone from tenants order by code")


async def tenant_by_id(connection: Connection, tenant_id: UUID) -> Row | None:
    """The same, by its id."""
    return await connection.fetchrow(
        "select id, code, name_vi, name_en, time_zone from tenants where id = $1", tenant_id
    )


async def insert_tenant(connection: Connection, tenant_id: UUID, code: str, name_vi: str, name_en: str | None) -> None:
    """A tenant, from inside it."""
    await connection.execute(
        "insert into tenants (id, code, name_vi, name_en) values ($1, $2, $3, $4)", tenant_id, code, name_vi, name_en
    )


async def rename_tenant(connection: Connection, tenant_id: UUID, name_vi: str, name_en: str | None) -> None:
    """Give a tenant other names."""
    await connection.execute("update tenants set name_vi = $2, name_en = $3 where id = $1", tenant_id, name_vi, name_en)


async def insert_person(
    connection: Connection,
    person_id: UUID,
    login: str,
    name: str,
    agency_id: UUID | None,
    password_hash: str | None,
    email: str | None = None,
) -> None:
    """A person without any role."""
    await connection.execute(
        """insert into people (tenant_id, id, login, name, agency_id, password_hash, email)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6)""",
        person_id, login, name, agency_id, password_hash, email,
    )  # fmt: skip
    await write_keys(connection, person_id)


async def write_keys(connection: Connection, person_id: UUID) -> None:
    """By what a person is found and sorted, from what they are called now."""
    row = await connection.fetchrow("select login, name, email from people where id = $1", person_id)
    assert row is not None
    found_by = " ".join(filter(None, (row["name"], row["login"], row["email"])))
    await connection.execute(
        """insert into person_traces (tenant_id, person_id, search_key, sort_key)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3)
        on conflict (tenant_id, person_id) do update set search_key = excluded.search_key, sort_key = excluded.sort_key""",
        person_id, fold(found_by), sort_key(row["name"]),
    )  # fmt: skip


async def insert_grants(
    connection: Connection, person_id: UUID, grants: Iterable[tuple[UUID, str]], granted_by: UUID | None
) -> None:
    """Roles that hold from now on: (id, role)."""
    await connection.executemany(
        """insert into grants (tenant_id, id, person_id, role, granted_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        [(grant_id, person_id, role, granted_by) for grant_id, role in grants],
    )


async def person_by_session(connection: Connection, id_hash: bytes, idle_hours: int) -> Person | None:
    """The person of a session in use; one that ran out or whose account is disabled has none."""
    row = await connection.fetchrow(
        f"""{_PERSON} from sessions s join people p on p.tenant_id = s.tenant_id and p.id = s.person_id
        left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id
        where s.id_hash = $1 and s.expires_at > now() and s.seen_at > now() - make_interval(hours => $2)
        and p.disabled_at is null""",
        id_hash, idle_hours,
    )  # fmt: skip
    return _person(row)


async def person_by_id(connection: Connection, person_id: UUID) -> Person | None:
    """A person in use."""
    row = await connection.fetchrow(f"{_PERSON} {_FROM} where p.id = $1 and p.disabled_at is null", person_id)
    return _person(row)


async def accounts(connection: Connection) -> list[Row]:
    """Every account with the roles that hold now, also those that are disabled, by login."""
    return await connection.fetch(
        """select p.id, p.login, p.name, p.email, p.agency_id, a.code as agency, p.disabled_at is not null as disabled,
            coalesce((select array_agg(distinct g.role order by g.role) from grants g
                where g.tenant_id = p.tenant_id and g.person_id = p.id
                and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())), '{}') as roles
        from people p left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id order by p.login"""
    )


async def staffed(connection: Connection, roles: Sequence[str]) -> list[UUID]:
    """Agencies that have a person in use with one of the roles now."""
    rows = await connection.fetch(
        """select distinct p.agency_id from people p join grants g on g.tenant_id = p.tenant_id and g.person_id = p.id
        where p.agency_id is not null and p.disabled_at is null and g.role = any($1)
            and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now())""",
        list(roles),
    )
    return [row["agency_id"] for row in rows]


async def update_person(
    connection: Connection, person_id: UUID, name: str, agency_id: UUID | None, email: str | None
) -> None:
    """Give a person another name, agency or address of mail."""
    await connection.execute(
        "update people set name = $2, agency_id = $3, email = $4 where id = $1", person_id, name, agency_id, email
    )
    await write_keys(connection, person_id)


async def end_grants(connection: Connection, person_id: UUID, roles: Sequence[str]) -> None:
    """Let roles end now."""
    await connection.execute(
        """update grants set valid_to = now() where person_id = $1 and role = any($2)
            and (valid_to is null or valid_to > now())""",
        person_id, list(roles),
    )  # fmt: skip


async def hold_administrators(connection: Connection) -> None:
    """Let those who change administrators of a tenant come one after another, until the end of the transaction."""
    await connection.execute(
        "select pg_advisory_xact_lock($1, hashtext(current_setting('parindex.tenant')))", _ADMINISTRATORS
    )


async def count_administrators(connection: Connection) -> int:
    """Administrators who can sign in and whose role has no last day."""
    count: int = await connection.fetchval(
        """select count(distinct p.id) from people p
        join grants g on g.tenant_id = p.tenant_id and g.person_id = p.id and g.role = 'administrator'
        where g.valid_from <= rights_now() and g.valid_to is null and p.disabled_at is null and p.password_hash is not null"""
    )
    return count


async def names(connection: Connection, ids: Sequence[UUID]) -> list[Row]:
    """Id and name of people, also of those whose account is disabled."""
    return await connection.fetch("select id, name from people where id = any($1)", list(ids))


async def secret_of_login(connection: Connection, login: str) -> tuple[UUID, str | None] | None:
    """(person id, password hash) of a login in use."""
    row = await connection.fetchrow(
        "select id, password_hash from people where login = $1 and disabled_at is null", login
    )
    return (row["id"], row["password_hash"]) if row else None


async def set_password(connection: Connection, person_id: UUID, password_hash: str | None) -> None:
    """Replace the password, or take it away, and end every session of the person."""
    await connection.execute("update people set password_hash = $2 where id = $1", person_id, password_hash)
    await connection.execute("delete from sessions where person_id = $1", person_id)


async def change_password(connection: Connection, person_id: UUID, password_hash: str, *, kept: bytes) -> None:
    """Replace the password and end every session of the person but one."""
    await connection.execute("update people set password_hash = $2 where id = $1", person_id, password_hash)
    await connection.execute("delete from sessions where person_id = $1 and id_hash <> $2", person_id, kept)


async def login_exists(connection: Connection, login: str) -> bool:
    """Whether an account bears a login, also one that is closed."""
    found: bool = await connection.fetchval("select exists (select from people where login = $1)", login)
    return found


async def insert_session(
    connection: Connection, id_hash: bytes, person_id: UUID, expires_at: datetime, browser: str
) -> None:
    """A session, by the hash of its id; its person is seen."""
    await connection.execute(
        """with seen as (update person_traces set seen_at = now() where person_id = $2)
        insert into sessions (tenant_id, id_hash, person_id, expires_at, browser)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        id_hash, person_id, expires_at, browser,
    )  # fmt: skip


async def touch_session(connection: Connection, id_hash: bytes) -> None:
    """Note use, at most once a minute, so that reading a page seldom writes."""
    await connection.execute(
        """with used as (update sessions set seen_at = now()
            where id_hash = $1 and seen_at < now() - interval '1 minute' returning person_id)
        update person_traces t set seen_at = now() from used where t.person_id = used.person_id""",
        id_hash,
    )


async def delete_session(connection: Connection, id_hash: bytes) -> UUID | None:
    """End a session; gives its person."""
    person_id: UUID | None = await connection.fetchval(
        "delete from sessions where id_hash = $1 returning person_id", id_hash
    )
    return person_id


async def delete_stale_sessions(connection: Connection) -> None:
    """Drop what has run out."""
    await connection.execute("delete from sessions where expires_at < now()")


async def hold_counts(connection: Connection, names: Sequence[bytes]) -> None:
    """Let attempts under these names come one after another, until the end of the transaction."""
    for name in names:
        await connection.execute("select pg_advisory_xact_lock($1)", int.from_bytes(name[:8], "big", signed=True))


async def failures(connection: Connection, names: Sequence[bytes], minutes: int) -> list[Row]:
    """For each name with failed sign-ins in the last minutes: how many, and seconds until one is forgotten."""
    return await connection.fetch(
        """select login_digest, count(*)::int as failures,
            extract(epoch from min(at) + make_interval(mins => $2) - now())::float8 as seconds
        from sign_in_failures where login_digest = any($1) and at > now() - make_interval(mins => $2)
        group by login_digest""",
        list(names), minutes,
    )  # fmt: skip


async def insert_failures(connection: Connection, rows: Sequence[tuple[UUID, bytes]]) -> None:
    """Remember attempts: (id, name)."""
    await connection.execute(
        """insert into sign_in_failures (tenant_id, id, login_digest)
        select current_setting('parindex.tenant')::uuid, r.id, r.name from unnest($1::uuid[], $2::bytea[]) as r(id, name)""",
        [row[0] for row in rows], [row[1] for row in rows],
    )  # fmt: skip


async def forget_failures(connection: Connection, rows: Sequence[UUID], name: bytes) -> None:
    """Give attempts back, and forget every failure of a name."""
    await connection.execute("delete from sign_in_failures where id = any($1) or login_digest = $2", list(rows), name)


async def forget_old_failures(connection: Connection, hours: int) -> None:
    """Drop some failures of long ago; whoever comes next drops further ones."""
    await connection.execute(
        """with turn as (select pg_try_advisory_xact_lock($2) as mine)
        delete from sign_in_failures where (select mine from turn) and id in (select id from sign_in_failures
            where at < now() - make_interval(hours => $1) limit 1000)""",
        hours,
        _FORGETTING,
    )


async def insert_invitations(
    connection: Connection, rows: Sequence[tuple[UUID, UUID, bytes]], expires_at: datetime, purpose: str
) -> None:
    """Links by which people set passwords: (id, person, hash); those that they had before are dead."""
    people = [row[1] for row in rows]
    await connection.execute(
        """update account_invitations set ended_at = now()
        where person_id = any($1) and used_at is null and ended_at is null""",
        people,
    )
    await connection.execute(
        """insert into account_invitations (tenant_id, id, person_id, token_hash, expires_at, purpose, made_at)
        select current_setting('parindex.tenant')::uuid, r.id, r.person, r.hash, $4, $5, now()
        from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as r (id, person, hash)""",
        [row[0] for row in rows], people, [row[2] for row in rows], expires_at, purpose,
    )  # fmt: skip


async def open_invitation(connection: Connection, token_hash: bytes) -> Any:
    """(person id, login, name, and what else names the person and the house) of a link that can still be used."""
    return await connection.fetchrow(
        """select p.id, p.login, p.name, array_remove(array[p.login, p.name, a.code, a.name_vi, a.name_en, t.code,
            t.name_vi, t.name_en], null) as about from account_invitations i
        join people p on p.tenant_id = i.tenant_id and p.id = i.person_id
        join tenants t on t.id = p.tenant_id
        left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id
        where i.token_hash = $1 and i.used_at is null and i.ended_at is null and i.expires_at > now()
            and p.disabled_at is null""",
        token_hash,
    )


async def use_invitation(connection: Connection, token_hash: bytes) -> UUID | None:
    """Use a link up; gives its person, or nothing when it was used up meanwhile."""
    person_id: UUID | None = await connection.fetchval(
        """update account_invitations set used_at = now()
        where token_hash = $1 and used_at is null and ended_at is null and expires_at > now() returning person_id""",
        token_hash,
    )
    return person_id


def _person(row: Any) -> Person | None:
    if row is None:
        return None
    own = frozenset(row["roles"])
    given = msgspec.json.decode(row["stands_in"]) if row["stands_in"] else ()
    stands_in = tuple(
        StandIn(id=UUID(one["id"]), of=UUID(one["of"]), name=one["name"], role=kind.role, actions=kind.actions)
        for one in given
        if (kind := DELEGABLE[one["kind"]]).role not in own
    )
    roles = own | {one.role for one in stands_in}
    return Person(**{**dict(row), "roles": roles, "stands_in": stands_in})


async def drafts(connection: Connection, person_id: UUID, forms: Sequence[str]) -> list[Row]:
    """What a person typed into forms."""
    return await connection.fetch(
        """select form, fields::text as fields, kept_at from form_drafts where person_id = $1 and form = any($2)
        order by form""",
        person_id, forms,
    )  # fmt: skip


async def update_draft(connection: Connection, person_id: UUID, form: str, fields: str) -> bool:
    """Put it in the place of what stood there; whether anything did."""
    done = await connection.fetchval(
        """update form_drafts set fields = $3::jsonb, kept_at = clock_timestamp()
            where person_id = $1 and form = $2 returning true""",
        person_id, form, fields,
    )  # fmt: skip
    return bool(done)


async def insert_draft(connection: Connection, person_id: UUID, form: str, fields: str) -> None:
    """A draft of a form that had none; of two that come at once the later one holds."""
    await connection.execute(
        """insert into form_drafts (tenant_id, person_id, form, fields)
            values (current_setting('parindex.tenant')::uuid, $1, $2, $3::jsonb)
            on conflict (tenant_id, person_id, form) do update set fields = excluded.fields, kept_at = clock_timestamp()""",
        person_id, form, fields,
    )  # fmt: skip


async def count_drafts(connection: Connection, person_id: UUID) -> int:
    """How many forms of a person hold one."""
    count: int = await connection.fetchval("select count(*) from form_drafts where person_id = $1", person_id)
    return count


async def delete_old_drafts(connection: Connection, person_id: UUID, days: int) -> None:
    """Those of a person that nobody looked at for long."""
    await connection.execute(
        "delete from form_drafts where person_id = $1 and kept_at < now() - make_interval(days => $2)", person_id, days
    )


async def delete_draft(connection: Connection, person_id: UUID, form: str) -> None:
    """That of a form."""
    await connection.execute("delete from form_drafts where person_id = $1 and form = $2", person_id, form)
