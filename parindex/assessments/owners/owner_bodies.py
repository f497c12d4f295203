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
from parindex.assessments.owners.owner_lists import OwnerCodes
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


async def codes_of_cycle(connection: Connection, cycle_id: UUID) -> OwnerCodes:
    """The same by codes: of the body, by those of agency and leaf."""
    rows = await queries.of_cycle(connection, cycle_id)
    return {(row["agency"], row["code"]): row["owner"] for row in rows}


async def set_owners(
    connection: Connection, cycle_id: UUID, owners: Mapping[UUID, Mapping[str, UUID]], *, by: str
) -> None:
    """Say who declares the leaves of some sheets; of a leaf that is not named the agency alone.

    Args:
        connection: In a transaction of the tenant.
        cycle_id: A draft.
        owners: By the agency whose sheet it is, by leaf the body below that agency; sheets that are not named stay.
        by: Who says it.

    Raises:
        Refused: ``cycle_wrong_state`` for a year that is no draft; ``not_found`` for an agency that takes no part;
            ``not_declared_by_agencies``; ``invalid_fields`` naming each leaf whose owner stands not below the agency
            (``owner_not_below``) or appraises in this year (``owner_appraises``).
    """
    cycle = await locked(connection, cycle_id)
    if cycle.state != "draft":
        raise Refused("cycle_wrong_state")
    taking_part = {row["agency_id"] for row in await cycle_queries.agencies(connection, cycle_id)}
    if not owners.keys() <= taking_part:
        raise Refused("not_found")
    known = await published(connection, cycle.criteria_set_id)
    below = await bodies_below(connection, cycle_id)
    appraising = await appraising_in(connection, cycle_id)
    faults = []
    for agency_id, named in owners.items():
        bodies = {body.id for body in below.get(agency_id, ())}
        for code, owner in named.items():
            known.leaf(code)
            if owner not in bodies:
                faults.append(FieldError(field=f"owner:{code}", code="owner_not_below"))
            elif owner in appraising:
                faults.append(FieldError(field=f"owner:{code}", code="owner_appraises"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    standing = await of_cycle(connection, cycle_id)
    others = {one: named for one, named in owners.items() if standing.get(one, {}) != dict(named)}
    if not others:
        return
    await queries.replace(connection, cycle_id, others)
    await audit.record(
        connection, actor=by, tag="cycle:cycle:change", subject=str(cycle_id),
        before={"owners": {str(one): _told(standing.get(one, {})) for one in others}},
        after={"owners": {str(one): _told(named) for one, named in others.items()}},
    )  # fmt: skip


async def appraising_in(connection: Connection, cycle_id: UUID) -> frozenset[UUID]:
    """Agencies that appraise in a year, or stand in for who does."""
    rows = await cycle_queries.bodies(connection, cycle_id)
    return frozenset(row[name] for row in rows for name in ("agency_id", "substitute_id"))


def _told(owners: Mapping[str, UUID]) -> dict[str, str]:
    return {code: str(owner) for code, owner in owners.items()}
