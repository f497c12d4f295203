"""Years with fictional agencies, stored and published through the functions that the pages call."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.access import Person
from parindex.access.tenants import Tenant
from parindex.agencies import NewAgency
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.publication import known_keys, publish
from parindex.publication.keys import SigningKeys
from parindex.publication.model import EditionDecision, EditionRow
from parindex.rankings import years
from parindex.rankings.model import YearSources
from parindex.store.database import Connection
from parindex.store.ids import new_id
from tests.rankings import small_year

DECISION = EditionDecision(number="214/QĐ-CCHC", date=date(2026, 4, 6), signer="Lê Văn Minh")


def person(tenant_id: UUID, *roles: str) -> Person:
    return Person(
        tenant_id=tenant_id, id=new_id(), login="nguoi", name="Lê Văn Minh", agency_id=None, agency_name=None,
        roles=frozenset(roles),
    )  # fmt: skip


async def computed(connection: Connection, given: YearSources | None = None) -> UUID:
    """A cycle in consolidation with a stored computation."""
    given = given or small_year.given()
    criteria_set = small_year.criteria_set()
    set_id = await published_sets.publish(connection, criteria_set, source=small_year.SET, by="system")
    known = {agency.code: agency.id for agency in await agencies.listed(connection, day=date(2026, 1, 1))}
    new = [
        NewAgency(code=agency.code, name_vi=agency.name_vi, tier=given.tier, region=agency.region)
        for agency in given.agencies
        if agency.code not in known
    ]
    ids = [*known.values(), *await agencies.add_all(connection, new, by="system")]
    cycle_id = await steps.create(
        connection, family=given.family, year=given.year, tier=given.tier, criteria_set_id=set_id, bodies={},
        marked=given.marked, by="system", participants=[steps.Participant(agency_id=one) for one in ids],
    )  # fmt: skip
    cycle = await steps.locked(connection, cycle_id)
    for state in ("self_assessment", "appraisal_1", "consolidation"):
        cycle = await steps.step(connection, cycle, state, by="system")
    await years.store(connection, cycle_id, given, by="system")
    return cycle_id


async def published(
    connection: Connection, tenant: Tenant, keys: SigningKeys, given: YearSources | None = None
) -> EditionRow:
    """The same, published."""
    await known_keys.made(connection, keys, tenant, by="system")
    cycle_id = await computed(connection, given)
    await years.submit(connection, person(tenant.id, "secretary"), cycle_id)
    return await publish.publish(
        connection, tenant, keys, cycle_id=cycle_id, decided=DECISION, person=person(tenant.id, "approver")
    )


def of_year(year: int, **other: object) -> YearSources:
    return msgspec.structs.replace(small_year.given(), year=year, **other)
