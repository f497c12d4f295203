"""What may be done to the registry, each from a day on and by a document: rename, move, close, merge, split.

Files and pages do it through these functions. A day is the first on which it is so: an agency that was closed on 01/07
exists until the end of 30/06.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import audit
from parindex.agencies import queries
from parindex.agencies.ledger import Ledger, today
from parindex.agencies.model import VALUES, Agency, AgencyPeriod, Basis, NewAgency, RegistryDeed
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.text import local_day

LONGEST: Final = 200
"""Characters of the number of a document."""


def basis(number: str, day: date | None, *, today: date) -> Basis:
    """The document of a deed from what was typed.

    Raises:
        Refused: ``invalid_fields`` with each field that cannot be taken.
    """
    faults = []
    if not nfc(number):
        faults.append(FieldError(field="number", code="field_empty"))
    elif len(nfc(number)) > LONGEST:
        faults.append(FieldError(field="number", code="field_too_long", values={"limit": LONGEST}))
    if day is None:
        faults.append(FieldError(field="date", code="field_empty"))
    elif day > today:
        faults.append(FieldError(field="date", code="decision_in_future"))
    if faults or day is None:
        raise Refused("invalid_fields", fields=tuple(faults))
    return Basis(number=nfc(number), date=day)


async def become(
    connection: Connection, agency_id: UUID, values: Mapping[str, Any], *, day: date, basis: Basis | None, by: str
) -> UUID:
    """Let an agency be otherwise from a day on: another name, region, place in the list, attribute, agency above.

    Args:
        connection: In a transaction of the tenant.
        agency_id: Which.
        values: By name of :data:`VALUES`.
        day: The first day.
        basis: By which document.
        by: Who enters it.

    Raises:
        Refused: ``unknown_agency`` where it does not exist on the day; ``parent_unknown`` where the agency above does
            not; ``parent_circle``; ``agency_fixed``; ``nothing_changed``.
    """
    ledger = await Ledger.begin(connection, "change", day=day, basis=basis, by=by)
    agency = await _on(connection, agency_id, day)
    if fixed := sorted(values.keys() - set(VALUES)):
        raise Refused("agency_fixed", agency=agency.code, columns=", ".join(fixed))
    before = {name: getattr(agency, name) for name in values}
    if before == dict(values):
        raise Refused("nothing_changed", agency=agency.code)
    if parent_id := values.get("parent_id"):
        await _on(connection, parent_id, day)
    await ledger.become([agency], values, day)
    if values.get("parent_id"):
        await ledger.refuse_circle(agency.code, agency.id, day, agency.valid_to)
    await _record(
        connection, "registry:agency:become", agency.id, basis, by, before=before, after={**values, "from": day}
    )
    return await ledger.end()


async def close(connection: Connection, agency_id: UUID, *, day: date, basis: Basis | None, by: str) -> UUID:
    """Let an agency exist until the day before a day; agencies under it go under the one above it.

    Raises:
        Refused: ``unknown_agency`` where it does not exist on the day before; ``ends_before_start``.
    """
    ledger = await Ledger.begin(connection, "close", day=day, basis=basis, by=by)
    agency = await _ending(connection, agency_id, day)
    await _hand_over(ledger, [agency], agency.parent_id, day)
    await ledger.close([agency], day)
    await _record(
        connection, "registry:agency:close", agency.id, basis, by, before={"valid_to": agency.valid_to},
        after={"valid_to": day},
    )  # fmt: skip
    return await ledger.end()


async def merge(
    connection: Connection,
    predecessors: Sequence[UUID],
    into: NewAgency | UUID,
    *,
    day: date,
    basis: Basis,
    by: str,
) -> tuple[UUID, UUID]:
    """End agencies on a day and let one take over from all of them: a new one, or one that exists.

    Args:
        connection: In a transaction of the tenant.
        predecessors: Which end; a new successor may bear the code of one of them.
        into: The successor; a new one begins on the day.
        day: Its first day as such.
        basis: By which document.
        by: Who enters it.

    Returns:
        The deed and the successor.

    Raises:
        Refused: ``unknown_agency``, ``merge_of_one``, ``merge_into_itself``, ``agency_exists``, ``tiers_differ``.
    """
    ledger = await Ledger.begin(connection, "merge", day=day, basis=basis, by=by)
    if len(set(predecessors)) != len(predecessors) or into in predecessors:
        raise Refused("merge_into_itself")
    if len(predecessors) < (2 if isinstance(into, NewAgency) else 1):
        raise Refused("merge_of_one")
    ending = [await _ending(connection, one, day) for one in predecessors]
    await ledger.close(ending, day)
    if isinstance(into, NewAgency):
        (follower,) = await _begin(ledger, [into], day, by)
    else:
        follower = (await _on(connection, into, day)).id
    (successor,) = await queries.on_day(connection, day, [follower])
    if other := [one.code for one in ending if one.tier != successor.tier]:
        raise Refused("tiers_differ", agencies=", ".join(other), agency=successor.code)
    await _hand_over(ledger, ending, follower, day)
    await _succeed(ledger, [(one.id, follower) for one in ending], day, basis, by)
    return await ledger.end(), follower


def successor_of(
    ending: Sequence[Agency], *, code: str, name_vi: str, name_en: str | None = None, short_name: str | None, day: date
) -> NewAgency:
    """An agency that begins where several end: of the tier and in the place of the first, of the region that all share, of
    all their people.

    Raises:
        Refused: ``merge_of_one`` where none ends.
    """
    if not ending:
        raise Refused("merge_of_one")
    first = ending[0]
    regions, orders = {one.region for one in ending}, [one.official_order for one in ending if one.official_order]
    people = [one.population for one in ending]
    return NewAgency(
        code=code, name_vi=name_vi, name_en=name_en, short_name=short_name, tier=first.tier,
        parent=first.parent, region=first.region if len(regions) == 1 else None,
        official_order=min(orders, default=None), has_one_stop=first.has_one_stop,
        population=None if None in people else sum(one for one in people if one is not None), valid_from=day,
    )  # fmt: skip


async def split(
    connection: Connection,
    predecessor: UUID,
    into: Sequence[NewAgency],
    *,
    day: date,
    basis: Basis,
    by: str,
) -> tuple[UUID, list[UUID]]:
    """End an agency on a day and let several begin in its place; agencies under it go under the one above it.

    Returns:
        The deed and the successors.

    Raises:
        Refused: ``unknown_agency``, ``split_into_one``, ``agency_exists``, ``tiers_differ``.
    """
    ledger = await Ledger.begin(connection, "split", day=day, basis=basis, by=by)
    if len(into) < 2:
        raise Refused("split_into_one")
    ending = await _ending(connection, predecessor, day)
    if other := [one.code for one in into if one.tier != ending.tier]:
        raise Refused("tiers_differ", agencies=", ".join(other), agency=ending.code)
    await ledger.close([ending], day)
    followers = await _begin(ledger, into, day, by)
    await _hand_over(ledger, [ending], ending.parent_id, day)
    await _succeed(ledger, [(ending.id, one) for one in followers], day, basis, by)
    return await ledger.end(), followers


async def succeed(
    connection: Connection, pairs: Sequence[tuple[UUID, UUID]], *, day: date, basis: Basis, by: str
) -> UUID:
    """Name who took over from agencies that end on a day: (predecessor, successor).

    Raises:
        Refused: ``unknown_agency`` where one does not end, or the other not exist, on the day.
    """
    ledger = await Ledger.begin(connection, "merge", day=day, basis=basis, by=by)
    known = {one.id: one for one in await queries.by_ids(connection, [one for pair in pairs for one in pair])}
    for predecessor, follower in pairs:
        if predecessor not in known or follower not in known or known[predecessor].valid_to != day:
            raise Refused(
                "unknown_agency", agency=known[predecessor].code if predecessor in known else str(predecessor)
            )
        await _on(connection, follower, day)
    await _succeed(ledger, pairs, day, basis, by)
    return await ledger.end()


async def take_back(connection: Connection, deed_id: UUID, *, by: str) -> RegistryDeed:
    """Undo a deed that was entered today: what stood before stands again, and agencies that it began exist on no day.

    Raises:
        Refused: ``not_found``; ``deed_not_of_today``; ``deed_followed`` where something was done since to what it touched;
            ``deed_in_use`` where an agency that it began has accounts, evidence or takes part in a year.
    """
    await queries.lock(connection)
    found = await queries.deed(connection, deed_id)
    if found is None or found[0].taken_back_at is not None:
        raise Refused("not_found")
    deed, before = found
    if local_day(deed.entered_at) != local_day(await queries.now(connection)):
        raise Refused("deed_not_of_today")
    if await queries.later_deeds(connection, deed):
        raise Refused("deed_followed")
    made = [UUID(one) for one in before["made"]]
    if used := await queries.used(connection, made):
        raise Refused("deed_in_use", agencies=", ".join(used))
    await _restore(connection, deed, before, made)
    await queries.set_taken_back(connection, deed_id, by)
    await audit.record(
        connection, actor=by, tag="registry:deed:take_back", subject=str(deed_id),
        before={"kind": deed.kind, "from": deed.effective_on, "agencies": [str(one) for one in deed.agency_ids]},
    )  # fmt: skip
    return deed


async def _restore(connection: Connection, deed: RegistryDeed, before: Mapping[str, Any], made: Sequence[UUID]) -> None:
    held = {one.id: one for one in await queries.by_ids(connection, deed.agency_ids)}
    standing = await queries.periods_of(connection, list(held))
    begun = {UUID(one) for one in before["made_periods"]}
    kept = msgspec.convert(before["periods"], tuple[AgencyPeriod, ...])
    ended = [msgspec.structs.replace(one, valid_to=one.valid_from) for one in standing if one.id in begun]
    await queries.update_periods(connection, [(one, held[one.agency_id].code) for one in ended])
    # The later periods shrink before the earlier ones grow again, so that no two overlap meanwhile.
    await queries.update_periods(connection, [(one, held[one.agency_id].code) for one in kept])
    await queries.set_validity(connection, [(one, held[one].valid_from, held[one].valid_from) for one in made])
    days = {UUID(one): msgspec.convert(value, tuple[date, date | None]) for one, value in before["validity"].items()}
    await queries.set_validity(connection, [(one, *value) for one, value in days.items()])
    await queries.refresh(connection, today(), deed.agency_ids)


async def _on(connection: Connection, agency_id: UUID, day: date) -> Agency:
    """An agency as it is on a day.

    Raises:
        Refused: ``unknown_agency``.
    """
    found = await queries.on_day(connection, day, [agency_id])
    if not found:
        known = await queries.by_ids(connection, [agency_id])
        raise Refused("unknown_agency", agency=known[0].code if known else str(agency_id))
    return found[0]


async def _ending(connection: Connection, agency_id: UUID, day: date) -> Agency:
    """An agency that exists before a day, so that it can end on it.

    Raises:
        Refused: ``unknown_agency``, ``agency_begins_later``, ``agency_ended``.
    """
    found = await queries.by_ids(connection, [agency_id])
    if not found:
        raise Refused("unknown_agency", agency=str(agency_id))
    known = found[0]
    if known.valid_from >= day:
        raise Refused("agency_begins_later", agency=known.code, day=known.valid_from)
    if known.valid_to is not None and known.valid_to < day:
        raise Refused("agency_ended", agency=known.code, day=known.valid_to)
    return known


async def _begin(ledger: Ledger, new: Sequence[NewAgency], day: date, by: str) -> list[UUID]:
    """Let successors begin on the day, each with its own row on record."""
    begun = [msgspec.structs.replace(one, valid_from=day) for one in new]
    ids = await ledger.add(begun)
    for agency_id, one in zip(ids, begun, strict=True):
        await audit.record(
            ledger.connection, actor=by, tag="registry:agency:add", subject=str(agency_id),
            after={"code": one.code, "name": one.name_vi, "tier": one.tier, "from": one.valid_from},
        )  # fmt: skip
    return ids


async def _hand_over(ledger: Ledger, ending: Sequence[Agency], to: UUID | None, day: date) -> None:
    """Let what stands under agencies that end stand elsewhere from the day on."""
    gone = {one.id for one in ending}
    under = await queries.children_on(ledger.connection, list(gone), day)
    left = [one for one in under if one.id not in gone and one.id != to]
    for child in left:
        await ledger.become([child], {"parent_id": to}, max(day, child.valid_from))
        await ledger.refuse_circle(child.code, child.id, max(day, child.valid_from), child.valid_to)


async def _succeed(ledger: Ledger, pairs: Sequence[tuple[UUID, UUID]], day: date, basis: Basis, by: str) -> None:
    await queries.insert_successors(ledger.connection, pairs, ledger.deed_id, basis.number, day)
    ledger.touched.update(dict.fromkeys(one for pair in pairs for one in pair))
    for predecessor, follower in pairs:
        await _record(
            ledger.connection, "registry:agency:succeed", predecessor, basis, by, before=None,
            after={"successor": follower, "decision": basis.number, "day": day},
        )  # fmt: skip


async def _record(
    connection: Connection, tag: str, agency_id: UUID, basis: Basis | None, by: str, *,
    before: Mapping[str, Any] | None, after: Mapping[str, Any],
) -> None:  # fmt: skip
    told = {"basis": {"number": basis.number, "date": basis.date}} if basis else {}
    await audit.record(connection, actor=by, tag=tag, subject=str(agency_id), before=before, after={**after, **told})
