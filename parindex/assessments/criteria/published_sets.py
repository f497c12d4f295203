"""Publishing criteria sets, and having one at hand with what its sheets ask."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import audit, scoring
from parindex.approvals.model import Approval
from parindex.assessments.criteria import queries
from parindex.errors import N_, Refused
from parindex.scoring import CriteriaSet, Criterion, Input, Place
from parindex.scoring.law.inputs import DAYS_LATE
from parindex.scoring.points.compiled import compiled
from parindex.scoring.rules.making.names import Names
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import translator

KEPT: Final = 64
"""Sets kept in memory; a published set never changes, so none is ever stale."""


ABOVE: Final = N_("Cơ quan cấp trên trực tiếp của từng đơn vị")
"""Who appraises for a body that is no agency of its own."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a leaf asks its agency for."""

    name: str
    """Full name: ``1.1.issued``, or bare where several leaves share it."""

    input: Input
    """Its type and label."""

    used_by: tuple[str, ...]
    """Every leaf that takes it, in the order of the law."""

    @property
    def shared(self) -> bool:
        """Whether it belongs to the sheet rather than to one leaf."""
        return "." not in self.name


class SetVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A published version in a list."""

    id: UUID
    """UUIDv7."""

    family: str
    """Its family."""

    version: str
    """Its version."""

    digest: str
    """SHA-256 of its document."""

    published_at: datetime
    """When."""


class Published:
    """A criteria set with what its sheets ask, worked out once."""

    def __init__(self, set_id: UUID, digest: str, criteria_set: CriteriaSet) -> None:
        self.id = set_id
        self.digest = digest
        self.criteria_set = criteria_set
        self.places: Mapping[str, Place] = {place.code: place for place in scoring.walk(criteria_set)}
        self.leaves: tuple[Place, ...] = tuple(
            place for place in scoring.leaves(criteria_set) if scoring.declared_by_agency(place, criteria_set.inputs)
        )
        asked = {place.code: _asked(place, criteria_set.inputs) for place in self.leaves}
        self.users: Mapping[str, tuple[str, ...]] = {
            name: tuple(code for code, names in asked.items() if name in names) for name in criteria_set.inputs
        }
        self.fields: Mapping[str, tuple[Field, ...]] = {
            place.code: tuple(self._field(place, name) for name in asked[place.code]) for place in self.leaves
        }
        self.counts_days_late = f"@{DAYS_LATE}" in compiled(criteria_set).expected
        """Whether a penalty looks at the days that a sheet came late."""
        self.confirming: frozenset[str] = frozenset(
            body for place in self.leaves if (body := criterion_of(place).confirmed_by) is not None
        )
        """Bodies that confirm facts of others."""
        self.bodies: tuple[str, ...] = tuple(dict.fromkeys(place.appraiser for place in self.leaves if place.appraiser))

    def leaf(self, code: str) -> Place:
        """A leaf that agencies declare.

        Raises:
            Refused: ``not_declared_by_agencies``.
        """
        place = self.places.get(code)
        if place is None or code not in self.fields:
            raise Refused("not_declared_by_agencies", criterion=code)
        return place

    @property
    def named_bodies(self) -> tuple[str, ...]:
        """Bodies that appraise, then those that only confirm."""
        return (*self.bodies, *sorted(self.confirming - set(self.bodies)))

    def refuse_unfit(self, tier: str, year: int) -> None:
        """A set scores the agencies of one tier in the years that it names.

        Raises:
            Refused: ``set_unfit``.
        """
        law = self.criteria_set
        if tier != law.tier or year not in law.years:
            years = ", ".join(str(one) for one in law.years)
            raise Refused("set_unfit", set=f"{law.family} {law.version}", years=years)

    def _field(self, place: Place, name: str) -> Field:
        own = criterion_of(place).inputs
        local = name.removeprefix(f"{place.code}.")
        if name in self.criteria_set.inputs:
            return Field(name=name, input=self.criteria_set.inputs[name], used_by=self.users[name])
        return Field(name=name, input=own[local], used_by=(place.code,))


@lru_cache(maxsize=KEPT)
def only(known: Published, codes: frozenset[str]) -> Published:
    """A set as it asks for some leaves alone, with what stands above them."""
    part = copy(known)
    part.leaves = tuple(place for place in known.leaves if place.code in codes)
    shown = codes | {code for place in part.leaves for code in place.above}
    part.places = {code: place for code, place in known.places.items() if code in shown}
    part.fields = {code: fields for code, fields in known.fields.items() if code in codes}
    return part


def criterion_of(place: Place) -> Criterion:
    """The leaf that a place holds."""
    assert isinstance(place.node, Criterion)
    return place.node


def judged(place: Place) -> bool:
    """Whether a leaf is proposed by the agency and decided by the appraiser."""
    rule = criterion_of(place).rule
    return rule is not None and rule.PROPOSED


def _asked(place: Place, shared: Mapping[str, Input]) -> tuple[str, ...]:
    """Full names of the facts of a leaf, in the order of its inputs; a judgement has none."""
    criterion = criterion_of(place)
    if criterion.rule is None or judged(place):
        return ()
    names = Names(code=place.code, local=criterion.inputs, shared=shared)
    taken = [name for name in criterion.rule.taken(names) if not name.startswith("@")]
    own = tuple(names.of(name) for name in criterion.inputs)
    return tuple(name for name in taken if name not in own) + own


async def publish(
    connection: Connection, criteria_set: CriteriaSet, *, source: str, by: str, approval: Approval | None = None
) -> UUID:
    """Publish a version; the same content again gives the same id.

    Args:
        connection: In a transaction of the tenant.
        criteria_set: Loaded and whole.
        source: The text that it was read from, kept beside the document.
        by: Who publishes.
        approval: By whom it was approved; ``None`` for a set from files, which the record then says.

    Raises:
        Refused: ``criteria_set_exists`` when the version stands with other content, ``framework_altered`` when it says
            that it extends a published set and is not that one with more.
    """
    await _refuse_altered(connection, criteria_set)
    digest = scoring.digest(criteria_set)
    known = await queries.by_version(connection, criteria_set.family, criteria_set.version)
    if known is not None:
        if known["digest"] != digest:
            raise Refused("criteria_set_exists", family=criteria_set.family, version=criteria_set.version)
        found: UUID = known["id"]
        return found
    set_id = new_id()
    document = msgspec.json.encode(scoring.to_document(criteria_set)).decode()
    await queries.insert(connection, set_id, criteria_set.family, criteria_set.version, digest, document, source, by)
    await audit.record(
        connection, actor=by, tag="criteria:set:publish", subject=str(set_id),
        after={"family": criteria_set.family, "version": criteria_set.version, "digest": digest,
               "approval": None if approval is None else msgspec.to_builtins(approval)},
    )  # fmt: skip
    return set_id


async def _refuse_altered(connection: Connection, criteria_set: CriteriaSet) -> None:
    """A set that was written out says itself what it extends: it is held to the set that was published."""
    named = criteria_set.extends
    if named is None:
        return
    framework_id = await version_id(connection, named.family, named.version)
    if framework_id is None:
        return
    if not scoring.only_adds(criteria_set, (await published(connection, framework_id)).criteria_set):
        raise Refused("framework_altered", set=f"{named.family} {named.version}")


_at_hand: dict[UUID, Published] = {}


async def published(connection: Connection, set_id: UUID) -> Published:
    """A published set of the tenant, from memory when it was read before.

    Raises:
        Refused: ``not_found``.
    """
    if set_id in _at_hand:
        return _at_hand[set_id]
    digest = await queries.digest_of(connection, set_id)
    document = await queries.document_of(connection, set_id)
    if digest is None or document is None:
        raise Refused("not_found")
    content: dict[str, Any] = msgspec.json.decode(document)
    while len(_at_hand) >= KEPT:
        _at_hand.pop(next(iter(_at_hand)))
    _at_hand[set_id] = Published(set_id, digest, scoring.from_document(content))
    return _at_hand[set_id]


async def versions(connection: Connection) -> list[SetVersion]:
    """Every published version, newest first."""
    return [SetVersion(**dict(row)) for row in await queries.listed(connection)]


async def version_id(connection: Connection, family: str, version: str) -> UUID | None:
    """The id of a version; a name with a zero byte, which no database keeps, is of none."""
    if "\0" in family + version:
        return None
    row = await queries.by_version(connection, family, version)
    return None if row is None else row["id"]


async def source_of(connection: Connection, set_id: UUID) -> str | None:
    """The text that a set was read from."""
    return await queries.source_of(connection, set_id)


async def appraisers_of(connection: Connection, set_id: UUID) -> dict[str, tuple[str, str | None]]:
    """Names (Vietnamese, English) of the agencies that appraise for each body, in the newest year of a set."""
    above = (ABOVE, str(translator("en")(ABOVE)))
    rows = await queries.appraisers_of(connection, set_id)
    return {row["body"]: above if row["above"] else (row["name_vi"], row["name_en"]) for row in rows}
