"""What a tenant has already of all that a year names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.access import people
from parindex.access.people import StandingAccount
from parindex.access.tenants import Tenant
from parindex.agencies import Agency
from parindex.agencies import queries as registry
from parindex.assessments.criteria import queries as set_queries
from parindex.assessments.cycles import listing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.mergers import treatments
from parindex.assessments.mergers.treatments import YearChoice
from parindex.assessments.model import Cycle
from parindex.assessments.owners import owner_bodies
from parindex.assessments.owners.owner_lists import OwnerCodes
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

    above: frozenset[str]
    """Bodies of which the agency above each agency appraises."""

    owners: OwnerCodes
    """Owner bodies, by codes of agency and leaf."""

    members: Mapping[str, tuple[Mapping[str, str], bool]]
    """Attributes of agencies that take part, and whether they are ranked, by code."""

    rounds: Sequence[Round]
    """Its survey rounds."""


class StandingMerger(msgspec.Struct, frozen=True, kw_only=True):
    """A merger of the file that is entered already."""

    ended: tuple[Agency, ...]
    """Those that ended."""

    successors: tuple[str, ...]
    """Codes of who took over from them on that day."""

    decisions: tuple[str, ...]
    """By which documents."""

    chosen: Sequence[YearChoice]
    """What became of their sheets."""


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

    mergers: Mapping[str, StandingMerger]
    """Mergers of the file that are entered already, by where they stand in it."""

    @property
    def round(self) -> Round | None:
        """The round that asks the file's questionnaire."""
        return next(iter(self.year.rounds), None) if self.year and self.places is not None else None

    @property
    def merged(self) -> Mapping[str, Agency]:
        """Agencies of the file that ended by its mergers, by code; who took over may bear the same."""
        return {agency.code: agency for one in self.mergers.values() for agency in one.ended}

    @property
    def codes(self) -> Mapping[UUID, str]:
        """Codes of the agencies of today and of those that ended by mergers of the file."""
        return {agency.id: agency.code for agency in (*self.merged.values(), *self.today.values())}


def nothing_standing() -> StandingTenant:
    """What stands of a tenant that the file cannot name: its files are held to one another alone."""
    return StandingTenant(
        tenant=None,
        today={},
        borne={},
        accounts={},
        set_digest=None,
        instrument=None,
        year=None,
        places=None,
        mergers={},
    )


async def standing_of(connection: Connection, files: YearFiles, tenant: Tenant | None) -> StandingTenant:
    """What stands of a tenant, in a transaction that has entered it."""
    borne: dict[str, list[Agency]] = {}
    mergers = await _mergers(connection, files)
    for agency in await agencies.bearing(connection, [row.agency.code for row in files.agencies or ()]):
        if not _took_over(agency, mergers.values()):
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
        places=await opening.progress(connection, year.rounds[0].id) if year and year.rounds else None, mergers=mergers,
    )  # fmt: skip


def _took_over(agency: Agency, mergers: Iterable[StandingMerger]) -> bool:
    """Whether it bears the code of one that ended by a merger of the file: a row of the list means that one."""
    return any(agency.code == one.code and agency.valid_from == one.valid_to for own in mergers for one in own.ended)


async def _mergers(connection: Connection, files: YearFiles) -> dict[str, StandingMerger]:
    """Mergers of the file of which all agencies ended on its day."""
    found = {}
    for given in files.year.mergers:
        borne = await agencies.bearing(connection, list(given.ending))
        ended = [one for one in borne if one.valid_to == given.on and one.valid_from < given.on]
        if {one.code for one in ended} != set(given.ending):
            continue
        ids = [one.id for one in ended]
        followed = [
            one for one in await registry.successions(connection, ids)
            if one.predecessor_id in ids and one.effective_on == given.on
        ]  # fmt: skip
        if followed:
            found[given.at] = StandingMerger(
                ended=tuple(ended), successors=tuple(dict.fromkeys(one.successor for one in followed)),
                decisions=tuple(dict.fromkeys(one.decision for one in followed)),
                chosen=await treatments.of_ended(connection, ids, given.on),
            )  # fmt: skip
    return found


async def _year(connection: Connection, files: YearFiles) -> StandingYear | None:
    """The year, with the rounds that ask the file's questionnaire."""
    given = files.year.cycle
    row = None if given is None else await ranking_queries.cycle_of(connection, given.family, given.year, given.tier)
    if row is None:
        return None
    bodies = await cycle_queries.bodies(connection, row.id)
    asked = None if files.instrument is None else files.instrument[0].instrument
    return StandingYear(
        cycle=await listing.by_id(connection, row.id),
        set_name=(row.set_family, row.set_version, row.set_digest),
        bodies={body["body"]: (body["agency_id"], body["substitute_id"]) for body in bodies},
        above=frozenset(body["body"] for body in bodies if body["above"]),
        owners=await owner_bodies.codes_of_cycle(connection, row.id),
        members={
            member["code"]: (msgspec.json.decode(member["attributes"]), member["ranked"])
            for member in await cycle_queries.agencies(connection, row.id)
        },
        rounds=[one for one in await opening.of_cycle(connection, row.id) if one.instrument_code == asked],
    )
