"""What the migrations make of a database, told line by line, and whether a database is still so.

``migrations/catalogue.json`` is what a fresh database tells; a test makes it anew and compares. Partitions come and go
with rounds and years, so each is held to the shapes that partitions of its table may have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import msgspec

from parindex.places import data_folder
from parindex.store.database import Connection

_PLACE: Final = "c.relnamespace in ('public'::regnamespace, 'contact'::regnamespace) and c.relkind in ('r', 'p')"
_NAME: Final = "c.oid::regclass::text"
_ROLES: Final = "('parindex_migrator', 'parindex_app', 'parindex_sealer', 'parindex_contact')"

_GUARDS: Final = {
    "table": """select {name} as of, c.relispartition as part, 'owner ' || pg_get_userbyid(c.relowner)
        || case when c.relrowsecurity then ' guarded' else '' end
        || case when c.relforcerowsecurity then ' forced' else '' end as line
        from pg_class c where {place}""",
    "grant": """select {name} as of, c.relispartition as part, coalesce(r.rolname, 'public') || ' '
        || string_agg(g.privilege_type || case when g.is_grantable then '*' else '' end, ',' order by g.privilege_type) as line
        from pg_class c cross join aclexplode(c.relacl) g left join pg_roles r on r.oid = g.grantee
        where {place} and g.grantee <> c.relowner group by c.oid, c.relispartition, r.rolname""",
    "column grant": """select {name} as of, c.relispartition as part, coalesce(r.rolname, 'public') || ' ' || a.attname || ' '
        || string_agg(g.privilege_type, ',' order by g.privilege_type) as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) g
        left join pg_roles r on r.oid = g.grantee
        where {place} and g.grantee <> c.relowner group by c.oid, c.relispartition, r.rolname, a.attname""",
    "policy": """select {name} as of, c.relispartition as part, p.polname || ' ' || p.polcmd::text || ' ' || p.polpermissive
        || ' ' || (select string_agg(coalesce(r.rolname, 'public'), ',' order by r.rolname)
            from unnest(p.polroles) o left join pg_roles r on r.oid = o)
        || ' using ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '–')
        || ' check ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '–') as line
        from pg_policy p join pg_class c on c.oid = p.polrelid where {place}""",
    "trigger": """select {name} as of, c.relispartition as part, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid) as line
        from pg_trigger t join pg_class c on c.oid = t.tgrelid where {place} and not t.tgisinternal""",
    "switched off": """select {name} as of, c.relispartition as part, count(*)::text as line
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where {place} and t.tgisinternal and t.tgenabled <> 'O' group by c.oid, c.relispartition""",
    "rule": """select {name} as of, c.relispartition as part, pg_get_ruledef(u.oid) as line
        from pg_rewrite u join pg_class c on c.oid = u.ev_class where {place}""",
}  # fmt: skip
"""What guards a table, a partition too."""

_SHAPES: Final = {
    "column": """select {name} as of, false as part, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '') as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where {place} and not c.relispartition""",
    "constraint": """select {name} as of, false as part, k.conname || ' ' || k.convalidated || ' '
        || translate(pg_get_constraintdef(k.oid), '()', '') as line
        from pg_constraint k join pg_class c on c.oid = k.conrelid
        where {place} and k.contype <> 'n' and k.conparentid = 0 and not c.relispartition""",
    "index": """select {name} as of, false as part, pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid as line
        from pg_index i join pg_class c on c.oid = i.indrelid where {place} and not c.relispartition""",
    "function": """select p.proname as of, false as part, pg_get_function_identity_arguments(p.oid) || ' '
        || encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') || ' ' || p.prosecdef || ' ' || p.provolatile::text
        || ' ' || pg_get_userbyid(p.proowner) || ' ' || coalesce(array_to_string(p.proconfig, '; '), '–') || ' '
        || coalesce((select string_agg(coalesce(r.rolname, 'public'), ',' order by r.rolname) from aclexplode(p.proacl) g
            left join pg_roles r on r.oid = g.grantee where g.grantee <> p.proowner), '–')
        || case when p.proacl is null then ' open' else '' end as line
        from pg_proc p where p.pronamespace = 'public'::regnamespace and not exists (
            select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype in ('e', 'i'))""",
    "role": """select rolname as of, false as part, concat_ws(' ', case when rolsuper then 'super' end,
        case when rolbypassrls then 'bypasses' end, case when rolcreaterole then 'makes roles' end,
        case when rolcanlogin then 'enters' end) as line from pg_roles where rolname in {roles}""",
    "member": """select m.rolname as of, false as part, g.rolname as line from pg_auth_members a
        join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid where (m.rolname in {roles}
        or (g.rolname in {roles} and not m.rolsuper)) and g.rolname <> 'pg_checkpoint'""",
    "setting": """select coalesce(r.rolname, 'all') as of, false as part, c as line from pg_db_role_setting s
        left join pg_roles r on r.oid = s.setrole cross join unnest(s.setconfig) c
        where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and (s.setrole = 0 or r.rolname in {roles})
        and split_part(c, '=', 1) in ('session_replication_role', 'row_security', 'search_path', 'parindex.tenant',
            'parindex.clock')""",
    "event trigger": """select evtname as of, false as part, evtevent || ' ' || evtfoid::regproc::text as line
        from pg_event_trigger""",
}  # fmt: skip
"""The rest of what the migrations make, and what could undo it from outside."""

_UNASKED: Final = ("function", "table", "column", "constraint", "index", "grant", "column grant")
"""Kinds of which somebody may add what is none of ours: tables and functions beside them, and what belongs to those."""

_ROUND: Final = re.compile(r"[0-9a-f]{32}")
_YEAR: Final = re.compile(r"(?<=audit_rows_)\d{4}\b")


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a database is like."""

    lines: tuple[str, ...]
    """Kind, object and what it is, tabs between."""

    partitions: Mapping[str, tuple[tuple[str, ...], ...]]
    """By the name of a partition, with ``*`` for round or year, the shapes that are known."""


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not what the migrations make."""

    kind: str
    """``trigger``, ``policy``, ``grant`` …"""

    of: str
    """The table, function or role."""

    missing: bool
    """Whether it should be there; else it should not."""

    line: str
    """What it is."""


async def read(connection: Connection) -> Catalogue:
    """The catalogue of a database."""
    lines: set[str] = set()
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for kind, query in (*_GUARDS.items(), *_SHAPES.items()):
        for row in await connection.fetch(query.format(name=_NAME, place=_PLACE, roles=_ROLES)):
            if row["part"]:
                parts[row["of"]].add(f"{kind}\t{_plain(row['line'])}")
            elif not _ROUND.search(row["of"]):
                lines.add(f"{kind}\t{row['of']}\t{' '.join(row['line'].split())}")
    shapes: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name, held in parts.items():
        shapes[_plain(name)].add(tuple(sorted(held)))
    return Catalogue(
        lines=tuple(sorted(lines)), partitions={name: tuple(sorted(held)) for name, held in sorted(shapes.items())}
    )


def _plain(text: str) -> str:
    return " ".join(_YEAR.sub("*", _ROUND.sub("*", text)).split())


def expected() -> Catalogue:
    """What the migrations of this release make."""
    return msgspec.json.decode((data_folder("migrations") / "catalogue.json").read_bytes(), type=Catalogue)


def deviations(found: Catalogue, wanted: Catalogue) -> list[Deviation]:
    """What differs; tables and functions that are none of ours do not."""
    ours = {line.split("\t")[1] for line in wanted.lines}
    told = [_told(line, missing=True) for line in wanted.lines if line not in set(found.lines)]
    extra = [_told(line, missing=False) for line in found.lines if line not in set(wanted.lines)]
    told += [each for each in extra if each.of in ours or each.kind not in _UNASKED]
    for name, shapes in found.partitions.items():
        known = wanted.partitions.get(name, ())
        for shape in shapes:
            if known and shape not in known:
                nearest = min(known, key=lambda each: len(set(each) ^ set(shape)))
                told += [_of_partition(name, line, missing=True) for line in nearest if line not in shape]
                told += [_of_partition(name, line, missing=False) for line in shape if line not in nearest]
    return told


def _told(line: str, *, missing: bool) -> Deviation:
    kind, of, what = line.split("\t", 2)
    return Deviation(kind=kind, of=of, missing=missing, line=what)


def _of_partition(name: str, line: str, *, missing: bool) -> Deviation:
    kind, what = line.split("\t", 1)
    return Deviation(kind=kind, of=name, missing=missing, line=what)
