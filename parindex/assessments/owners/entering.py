"""A list of owner bodies beside a draft: every row told first, then the good ones written; and the list as it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import listing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.owners import owner_bodies, owner_lists
from parindex.assessments.owners.owner_lists import OwnerRow, OwnersAllowed, OwnersRead
from parindex.errors import FieldError
from parindex.store.database import Connection


class OwnerChange(msgspec.Struct, frozen=True, kw_only=True):
    """A row that says otherwise than what stands."""

    row: OwnerRow
    """The row."""

    before: str
    """Code of the body that stands; empty: the agency alone."""


class PlannedOwners(msgspec.Struct, frozen=True, kw_only=True):
    """A list beside a draft."""

    read: OwnersRead
    """As it was read."""

    changed: tuple[OwnerChange, ...]
    """Rows that say otherwise."""

    same: int
    """Rows that stand so already."""

    faults: tuple[FieldError, ...]
    """What is wrong, each with its row and column; rows that have one are not entered."""

    owners: Mapping[UUID, Mapping[str, UUID]]
    """All owner bodies of sheets of which some become different, by agency and leaf."""

    @property
    def bad_rows(self) -> list[int]:
        """Rows that are not entered."""
        return sorted({int(one.values["row"]) for one in self.faults})


async def plan(connection: Connection, cycle_id: UUID, data: bytes) -> PlannedOwners:
    """What a list will do; nothing is written.

    Raises:
        Refused: ``owners_broken`` for a list whose rows cannot be told apart, ``too_large``, ``not_found``.
    """
    read = await asyncio.to_thread(owner_lists.read_owners, data)
    cycle = await listing.by_id(connection, cycle_id)
    known = await published(connection, cycle.criteria_set_id)
    members = {row["code"]: row["agency_id"] for row in await cycle_queries.agencies(connection, cycle_id)}
    ids = {agency.code: agency for agency in await agencies.listed(connection)}
    appraising = await owner_bodies.appraising_in(connection, cycle_id)
    allowed = OwnersAllowed(
        members=members, leaves={place.code for place in known.leaves},
        above={code: agency.parent for code, agency in ids.items()},
        appraising={code for code, agency in ids.items() if agency.id in appraising},
    )  # fmt: skip
    wrong = owner_lists.faults_of(read.rows, allowed)
    bad = {int(one.values["row"]) for one in wrong}
    good = [row for row in read.rows if row.row not in bad]
    kept = await owner_bodies.codes_of_cycle(connection, cycle_id)
    changed = [OwnerChange(row=row, before=before) for row, before in owner_lists.changes(good, kept)]
    standing = await owner_bodies.of_cycle(connection, cycle_id)
    owners: dict[UUID, dict[str, UUID]] = {}
    for one in changed:
        agency = members[one.row.agency]
        own = owners.setdefault(agency, dict(standing.get(agency, {})))
        own.pop(one.row.leaf, None)
        if one.row.owner:
            own[one.row.leaf] = ids[one.row.owner].id
    return PlannedOwners(
        read=read, changed=tuple(changed), same=len(good) - len(changed),
        faults=tuple(sorted([*read.defects, *wrong], key=lambda one: int(one.values["row"]))), owners=owners,
    )  # fmt: skip


async def enter(connection: Connection, cycle_id: UUID, found: PlannedOwners, *, by: str) -> None:
    """Write the good rows.

    Raises:
        Refused: what :func:`owner_bodies.set_owners` tells.
    """
    await owner_bodies.set_owners(connection, cycle_id, found.owners, by=by)


async def rows(connection: Connection, cycle_id: UUID) -> list[list[str]]:
    """A row of cells for every leaf of every sheet below whose agency there are bodies, in the columns that are read."""
    cycle = await listing.by_id(connection, cycle_id)
    known = await published(connection, cycle.criteria_set_id)
    below = await owner_bodies.bodies_below(connection, cycle_id)
    kept = await owner_bodies.codes_of_cycle(connection, cycle_id)
    names = {body.code: body.name for bodies in below.values() for body in bodies}
    found = []
    for row in await cycle_queries.agencies(connection, cycle_id):
        owned = [leaf for leaf in known.leaves if (row["code"], leaf.code) in kept]
        for leaf in known.leaves if row["agency_id"] in below else owned:
            owner = kept.get((row["code"], leaf.code), "")
            title = leaf.node.title.vi
            found.append([row["code"], row["name"], leaf.code, title, owner, names.get(owner, "")])
    return found
