"""What a tenant has already of all that a year names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.access import people
from parindex.access.people import StandingAccount
from parindex.access.tenants import Tenant
from parindex.agencies import Agency
from parindex.assessments.criteria import queries as set_queries
from parindex.assessments.cycles import listing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Cycle
from parindex.commands.loading.files import YearFiles
from parindex.rankings import queries as ranking_queries
from parindex.surveys.model import Round, UnitProgress
from parindex.surveys.questionnaire import queries as questionnaire_queries
from parindex.surveys.rounds import opening

if TYPE_CHECKING:
    from parindex.store.database import Connection


class StandingYear(msgspec.Struct, frozen=True, kw_only=True):
    """The year that is there already."""

    cycle: Cycle
    """Its days and state."""

    set_name: tuple[str, str, str]
    """Family, version and digest of its criteria set."""

    bodies: Mapping[str, tuple[UUID, UUID]]
    """Agency and substitute of each body."""

    members: Mapping[str, tuple[Mapping[str, str], bool]]
    """Attributes of agencies that take part, and whether they are ranked, by code."""

    rounds: Sequence[Round]
    """Its survey rounds."""


class StandingTenant(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    tenant: Tenant | None
    """None where the file makes it."""

    today: Mapping[str, Agency]
    """Agencies that exist today, by code."""

    borne: Mapping[str, Sequence[Agency]]
    """Agencies of whatever days that bear a code of the file."""

    accounts: Mapping[str, StandingAccount]
    """By login."""

    set_digest: str | None
    """Of the published version that the file's set names, where it is published."""

    instrument: tuple[UUID, str] | None
    """Id and digest of the published version that the file's questionnaire names."""

    year: StandingYear | None
    """The year of the same index and tier."""

    places: Sequence[UnitProgress] | None
    """Sample of the round that asks the file's questionnaire, where there is one."""

    @property
    def round(self) -> Round | None:
        """The round that asks the file's questionnaire."""
        return next(iter(self.year.rounds), None) if self.year and self.places is not None else None


def nothing_standing() -> StandingTenant:
    """What stands of a tenant that the file cannot name: its files are held to one another alone."""
    return StandingTenant(
        tenant=None, today={}, borne={}, accounts={}, set_digest=None, instrument=None, year=None, places=None
    )


async def standing_of(connection: Connection, files: YearFiles, tenant: Tenant | None) -> StandingTenant:
    """What stands of a tenant, in a transaction that has entered it."""
    borne: dict[str, list[Agency]] = {}
    for agency in await agencies.bearing(connection, [row.agency.code for row in files.agencies or ()]):
        borne.setdefault(agency.code, []).append(agency)
    set_digest = None
    if files.criteria is not None:
        row = await set_queries.by_version(connection, files.criteria[0].family, files.criteria[0].version)
        set_digest = row["digest"] if row else None
    instrument = None
    if files.instrument is not None:
        known = files.instrument[0]
        row = await questionnaire_queries.instrument_of_version(connection, known.instrument, known.version)
        instrument = (UUID(bytes=row["id"].bytes), row["digest"]) if row else None
    year = await _year(connection, files)
    return StandingTenant(
        tenant=tenant, today={agency.code: agency for agency in await agencies.listed(connection)}, borne=borne,
        accounts={account.login: account for account in await people.accounts(connection)}, set_digest=set_digest,
        instrument=instrument, year=year,
        places=await opening.progress(connection, year.rounds[0].id) if year and year.rounds else None,
    )  # fmt: skip


async def _year(connection: Connection, files: YearFiles) -> StandingYear | None:
    """The year, with the rounds that ask the file's questionnaire."""
    given = files.year.cycle
    row = None if given is None else await ranking_queries.cycle_of(connection, given.family, given.year, given.tier)
    if row is None:
        return None
    asked = None if files.instrument is None else files.instrument[0].instrument
    return StandingYear(
        cycle=await listing.by_id(connection, row.id),
        set_name=(row.set_family, row.set_version, row.set_digest),
        bodies={
            body["body"]: (body["agency_id"], body["substitute_id"])
            for body in await cycle_queries.bodies(connection, row.id)
        },
        members={
            member["code"]: (msgspec.json.decode(member["attributes"]), member["ranked"])
            for member in await cycle_queries.agencies(connection, row.id)
        },
        rounds=[one for one in await opening.of_cycle(connection, row.id) if one.instrument_code == asked],
    )
