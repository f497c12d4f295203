"""Adding, finding and correcting agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import audit
from parindex.agencies import queries
from parindex.agencies.ledger import Ledger, overlaps, today
from parindex.agencies.model import VALUES, Agency, Basis, NewAgency
from parindex.errors import Refused
from parindex.store.database import Connection

CHANGEABLE: Final = frozenset(
    {
        "name_vi", "name_en", "short_name", "parent", "region", "official_order", "has_one_stop", "population",
        "valid_to",
    }
)  # fmt: skip
"""What of an agency may be corrected while it goes on to be the same."""

__all__ = ["CHANGEABLE", "add", "add_all", "bearing", "change", "find", "listed", "overlaps", "today"]


async def add(connection: Connection, new: NewAgency, *, by: str, basis: Basis | None = None) -> UUID:
    """Enter one agency.

    Raises:
        Refused: as :func:`add_all`.
    """
    return (await add_all(connection, [new], by=by, basis=basis))[0]


async def add_all(
    connection: Connection, new: Sequence[NewAgency], *, by: str, basis: Basis | None = None
) -> list[UUID]:
    """Enter agencies in one step: all or none. The agency above one may be among them.

    Raises:
        Refused: ``agency_code_refused``; ``agency_exists`` naming the first code that is taken on one of its days, or
            all of them where somebody else takes one at this moment; ``parent_unknown``, ``parent_circle``.
    """
    ledger = await Ledger.begin(connection, "add", day=None, basis=basis, by=by)
    ids = await ledger.add(new)
    told = {"basis": {"number": basis.number, "date": basis.date}} if basis else {}
    await audit.record_all(
        connection,
        by,
        [
            audit.Change(
                tag="registry:agency:add", subject=str(agency_id), before=None,
                after={"code": one.code, "name": one.name_vi, "tier": one.tier, "from": one.valid_from, **told},
            )
            for agency_id, one in zip(ids, new, strict=True)
        ],
    )  # fmt: skip
    await ledger.end()
    return ids


async def find(connection: Connection, code: str, day: date | None = None) -> Agency:
    """The agency that bears a code on a day (today when not given), as it is on it.

    Raises:
        Refused: ``unknown_agency``.
    """
    agency = await queries.by_code(connection, code, day or today())
    if agency is None:
        raise Refused("unknown_agency", agency=code)
    return agency


async def bearing(connection: Connection, codes: Sequence[str]) -> list[Agency]:
    """Every agency of these codes, of whatever days, as it is today."""
    return await queries.bearing(connection, list(codes))


async def change(connection: Connection, agency: Agency, changes: Mapping[str, Any], *, by: str) -> Agency:
    """Correct what was entered wrongly of an agency as it is today; code, tier and first day stay.

    What becomes otherwise from a day on is :func:`deeds.become`; ``parent`` is the code of the agency above.

    Raises:
        Refused: ``agency_fixed`` for what stays; ``parent_unknown``, ``parent_circle``.
    """
    if fixed := sorted(changes.keys() - CHANGEABLE):
        raise Refused("agency_fixed", agency=agency.code, columns=", ".join(fixed))
    ledger = await Ledger.begin(connection, "correct", day=None, basis=None, by=by)
    values = {name: value for name, value in changes.items() if name in VALUES}
    changed = msgspec.structs.replace(agency, **changes)
    if "parent" in changes:
        values["parent_id"] = await _parent(connection, agency, changes["parent"])
        changed = msgspec.structs.replace(changed, parent_id=values["parent_id"])
    periods = await queries.periods_of(connection, [agency.id])
    day = today()
    standing = [one for one in periods if one.valid_from <= day] or periods[:1]
    if values and standing:
        await ledger.rewrite([(msgspec.structs.replace(standing[-1], **values), agency.code)])
        if values.get("parent_id"):
            await ledger.refuse_circle(agency.code, agency.id, standing[-1].valid_from, standing[-1].valid_to)
    if "valid_to" in changes:
        await _end(ledger, agency, changes["valid_to"])
    await audit.record(
        connection, actor=by, tag="registry:agency:change", subject=str(agency.id),
        before={name: getattr(agency, name) for name in changes}, after=changes,
    )  # fmt: skip
    await ledger.end()
    return changed


async def _parent(connection: Connection, agency: Agency, code: str | None) -> UUID | None:
    if not code:
        return None
    known = await queries.by_code(connection, code, max(today(), agency.valid_from))
    if known is None:
        raise Refused("parent_unknown", agency=agency.code, parent=code, day=today())
    return known.id


async def _end(ledger: Ledger, agency: Agency, day: date | None) -> None:
    """Let an agency end on another day than was entered, or on none."""
    if day is not None and (agency.valid_to is None or day <= agency.valid_to):
        await ledger.close([agency], day)
        return
    periods = await queries.periods_of(ledger.connection, [agency.id])
    await ledger.rewrite([(msgspec.structs.replace(periods[-1], valid_to=day), agency.code)])
    await ledger.set_validity([(agency, agency.valid_from, day)])


async def listed(
    connection: Connection, *, tier: str | None = None, day: date | None = None, search: str = ""
) -> list[Agency]:
    """Agencies that exist on a day as they are on it, in official order; ``search`` is read without marks."""
    return await queries.valid_on(connection, day or today(), tier, search)
