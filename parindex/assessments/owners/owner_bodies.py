"""Owner bodies: which agency below another declares which leaves of that one's sheet, said before the year is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from parindex import audit
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles.steps import locked
from parindex.assessments.owners import queries
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection


class BodyBelow(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that stands below one that takes part."""

    id: UUID
    """Its id."""

    code: str
    """Official code."""

    name: str
    """Its name."""

    above: UUID
    """The agency above it."""


async def bodies_below(connection: Connection, cycle_id: UUID) -> Mapping[UUID, Sequence[BodyBelow]]:
    """Who may own leaves of each sheet of a year, by the agency whose sheet it is."""
    found: dict[UUID, list[BodyBelow]] = {}
    for row in await queries.below(connection, cycle_id):
        found.setdefault(row["above"], []).append(BodyBelow(**dict(row)))
    return found


async def of_cycle(connection: Connection, cycle_id: UUID) -> Mapping[UUID, Mapping[str, UUID]]:
    """Owner bodies of a year, by the agency whose sheet it is and by leaf."""
    found: dict[UUID, dict[str, UUID]] = {}
    for row in await queries.of_cycle(connection, cycle_id):
        found.setdefault(row["agency_id"], {})[row["code"]] = row["owner_id"]
    return found


async def set_owners(
    connection: Connection, cycle_id: UUID, agency_id: UUID, owners: Mapping[str, UUID], *, by: str
) -> None:
    """Say who declares the leaves of one sheet; of a leaf that is not named the agency alone.

    Args:
        connection: In a transaction of the tenant.
        cycle_id: A draft.
        agency_id: Whose sheet.
        owners: By leaf the body below that agency.
        by: Who says it.

    Raises:
        Refused: ``cycle_wrong_state`` for a year that is no draft; ``not_found`` for an agency that takes no part;
            ``not_declared_by_agencies``; ``invalid_fields`` naming each leaf whose owner stands not below the agency
            (``owner_not_below``) or appraises in this year (``owner_appraises``).
    """
    cycle = await locked(connection, cycle_id)
    if cycle.state != "draft":
        raise Refused("cycle_wrong_state")
    if not any(row["agency_id"] == agency_id for row in await cycle_queries.agencies(connection, cycle_id)):
        raise Refused("not_found")
    known = await published(connection, cycle.criteria_set_id)
    below = {body.id for body in (await bodies_below(connection, cycle_id)).get(agency_id, ())}
    appraising = {
        row[name] for row in await cycle_queries.bodies(connection, cycle_id) for name in ("agency_id", "substitute_id")
    }
    faults = []
    for code, owner in owners.items():
        known.leaf(code)
        if owner not in below:
            faults.append(FieldError(field=f"owner:{code}", code="owner_not_below"))
        elif owner in appraising:
            faults.append(FieldError(field=f"owner:{code}", code="owner_appraises"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    before = (await of_cycle(connection, cycle_id)).get(agency_id, {})
    if before == dict(owners):
        return
    await queries.replace(connection, cycle_id, agency_id, owners)
    await audit.record(
        connection, actor=by, tag="cycle:cycle:change", subject=str(cycle_id),
        before={"owners": {str(agency_id): _told(before)}}, after={"owners": {str(agency_id): _told(owners)}},
    )  # fmt: skip


def _told(owners: Mapping[str, UUID]) -> dict[str, str]:
    return {code: str(owner) for code, owner in owners.items()}
