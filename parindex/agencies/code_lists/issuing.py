"""A version of a list of codes is issued whole, by a document, and never changes; the versions before stay readable."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from parindex import audit
from parindex.agencies.code_lists import queries
from parindex.agencies.code_lists.model import LISTS, CodeEntry, CodeList, ListChanges, ListVersion
from parindex.agencies.code_lists.reading_lists import COLUMNS, CodesRead
from parindex.agencies.model import Basis
from parindex.errors import Refused
from parindex.reading.canonical_json import canonical
from parindex.store.database import Connection


async def every(connection: Connection) -> list[ListVersion]:
    """Every version of every list, the newest of each first."""
    return await queries.versions(connection)


async def versions(connection: Connection, name: str) -> list[ListVersion]:
    """Versions of a list, the newest first.

    Raises:
        Refused: ``not_found`` for a list that nobody keeps.
    """
    _known(name)
    return await queries.versions(connection, name)


async def held(connection: Connection, name: str, version: int | None = None) -> CodeList | None:
    """A version of a list, or the newest; none where nothing was issued yet.

    Raises:
        Refused: ``not_found`` for a list that nobody keeps, or a version that it does not have.
    """
    _known(name)
    found = await queries.one(connection, name, version)
    if found is None and version is not None:
        raise Refused("not_found")
    return found


def changes(before: CodeList | None, entries: Sequence[CodeEntry]) -> ListChanges:
    """What codes would change in a list."""
    old = before.by_code if before else {}
    new = {one.code: one for one in entries}
    staying = [one.code for one in (before.entries if before else ()) if one.code in new]
    return ListChanges(
        new=tuple(one for one in entries if one.code not in old),
        changed=tuple((old[one.code], one) for one in entries if one.code in old and old[one.code] != one),
        gone=tuple(one for one in old.values() if one.code not in new),
        same=sum(one.code in old and old[one.code] == one for one in entries),
        moved=staying != [code for code in new if code in old],
    )


async def issue(connection: Connection, name: str, read: CodesRead, *, basis: Basis, by: str) -> int:
    """Issue the next version of a list; gives its number.

    Args:
        connection: In a transaction of the tenant.
        name: Of ``LISTS``.
        read: The codes, all of them good.
        basis: The document by which it holds.
        by: Who enters it.

    Raises:
        Refused: ``not_found``; ``codes_broken`` where a row is wrong; ``codes_same`` where the newest version says so
            already.
    """
    _known(name)
    if read.defects:
        raise Refused("codes_broken", fields=read.defects, count=len(read.defects))
    await queries.lock(connection, name)
    before = await queries.one(connection, name)
    found = changes(before, read.entries)
    if found.nothing:
        raise Refused("codes_same", list=LISTS[name], version=before.held.version if before else 0)
    version = before.held.version + 1 if before else 1
    content = canonical(msgspec.to_builtins(read.entries))
    digest = hashlib.sha256(content).hexdigest()
    await queries.insert(connection, name, version, content.decode(), digest, (basis.number, basis.date), by)
    await audit.record(
        connection, actor=by, tag="registry:codes:issue", subject=name,
        before={"version": before.held.version, "digest": before.held.digest} if before else None,
        after={"version": version, "digest": digest, "entries": len(read.entries), "number": basis.number,
               "date": basis.date, "new": len(found.new), "changed": len(found.changed), "gone": len(found.gone)},
    )  # fmt: skip
    return version


def rows(entries: Sequence[CodeEntry]) -> list[list[str | int | None]]:
    """A row of cells for each code, in the columns that are read."""
    return [[getattr(one, name) for name in COLUMNS] for one in entries]


def _known(name: str) -> None:
    if name not in LISTS:
        raise Refused("not_found")
