"""Adding, finding and succeeding agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from parindex import audit
from parindex.agencies import queries
from parindex.agencies.codes import strange_in
from parindex.agencies.model import Agency, NewAgency
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import local_day

CHANGEABLE: Final = frozenset({"name_vi", "name_en", "short_name", "region", "official_order", "valid_to"})
"""What of an agency may change while it goes on to be the same."""


async def add(connection: Connection, new: NewAgency, *, by: str) -> UUID:
    """Enter one agency.

    Raises:
        Refused: ``agency_exists`` when the code is taken on one of its days.
    """
    return (await add_all(connection, [new], by=by))[0]


async def add_all(connection: Connection, new: Sequence[NewAgency], *, by: str) -> list[UUID]:
    """Enter agencies in one step: all or none.

    Raises:
        Refused: ``agency_code_refused``; ``agency_exists`` naming the first code that is taken on one of its days, or
            all of them where somebody else takes one at this moment.
    """
    for agency in new:
        if strange := strange_in(agency.code):
            raise Refused("agency_code_refused", agency=agency.code, strange=strange)
    taken = await queries.overlapping(connection, [agency.code for agency in new])
    for agency in new:
        if any(code == agency.code and overlaps(agency, start, end) for code, start, end in taken):
            raise Refused("agency_exists", agency=agency.code)
    ids = [new_id() for _ in new]
    try:
        await queries.insert(connection, zip(ids, new, strict=True))
    except (asyncpg.ExclusionViolationError, asyncpg.DeadlockDetectedError):
        # Two who enter one code at the same moment may wait for each other: the database lets one of them go on.
        raise Refused("agency_exists", agency=", ".join(agency.code for agency in new)) from None
    for agency_id, agency in zip(ids, new, strict=True):
        await audit.record(
            connection, actor=by, tag="registry:agency:add", subject=str(agency_id),
            after={"code": agency.code, "name": agency.name_vi, "tier": agency.tier, "from": agency.valid_from},
        )  # fmt: skip
    return ids


def overlaps(agency: NewAgency, start: date, end: date | None) -> bool:
    """Whether an agency exists on a day of the half-open period from ``start`` to ``end``."""
    return (end is None or agency.valid_from < end) and (agency.valid_to is None or start < agency.valid_to)


async def find(connection: Connection, code: str, day: date | None = None) -> Agency:
    """The agency that bears a code on a day (today when not given).

    Raises:
        Refused: ``unknown_agency``.
    """
    agency = await queries.by_code(connection, code, day or today())
    if agency is None:
        raise Refused("unknown_agency", agency=code)
    return agency


async def bearing(connection: Connection, codes: Sequence[str]) -> list[Agency]:
    """Every agency of these codes, of whatever days."""
    return await queries.bearing(connection, list(codes))


async def change(connection: Connection, agency: Agency, changes: Mapping[str, Any], *, by: str) -> Agency:
    """Give an agency other names, another region, place in the list or last day; code, tier and first day stay.

    Raises:
        Refused: ``agency_fixed`` for what stays.
    """
    if fixed := sorted(changes.keys() - CHANGEABLE):
        raise Refused("agency_fixed", agency=agency.code, columns=", ".join(fixed))
    changed = msgspec.structs.replace(agency, **changes)
    await queries.update(connection, changed)
    await audit.record(
        connection, actor=by, tag="registry:agency:change", subject=str(agency.id),
        before={name: getattr(agency, name) for name in changes}, after=changes,
    )  # fmt: skip
    return changed


async def listed(
    connection: Connection, *, tier: str | None = None, day: date | None = None, search: str = ""
) -> list[Agency]:
    """Agencies that exist on a day, in official order; ``search`` is read without marks."""
    return await queries.valid_on(connection, day or today(), tier, search)


async def successor(
    connection: Connection, predecessor: UUID, follower: UUID, *, decision: str, day: date, by: str
) -> None:
    """End one agency on a day and name the one that takes over.

    Raises:
        Refused: ``unknown_agency`` when either does not exist.
    """
    for agency_id in (predecessor, follower):
        if await queries.by_id(connection, agency_id) is None:
            raise Refused("unknown_agency", agency=str(agency_id))
    await queries.end(connection, predecessor, day)
    await queries.insert_successor(connection, predecessor, follower, decision, day)
    await audit.record(
        connection, actor=by, tag="registry:agency:succeed", subject=str(predecessor),
        after={"successor": follower, "decision": decision, "day": day},
    )  # fmt: skip


def today() -> date:
    """The day now in the country: a code is valid from a day of its calendar."""
    return local_day(datetime.now(UTC))
