"""Drafting a questionnaire: uploaded, mended by uploading again; every version of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import access, audit
from parindex.access import Person
from parindex.approvals import flow, line_readings, remarks
from parindex.approvals import queries as approval_queries
from parindex.approvals.model import Approval, DraftLine, DraftStep, LineFault, Opened, OutlineLine
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.surveys.instruments import queries
from parindex.surveys.instruments.given_instruments import GivenInstrument, renewed
from parindex.surveys.instruments.model import (
    InstrumentDraft,
    InstrumentRevision,
    InstrumentVersion,
    OpenedInstrument,
)
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire import queries as questionnaire_queries
from parindex.surveys.questionnaire.instrument import Instrument, Item, Option
from parindex.surveys.rounds import opening


class Instruments:
    """Questionnaires as things that are drafted and approved."""

    thing: Final = "instrument"
    tables: Final = "instrument"
    told: Final = "surveys:instrument_draft"

    def lines(self, held: Opened) -> Mapping[str, str]:
        """What each question of a draft says."""
        assert isinstance(held, OpenedInstrument)
        return line_digests(held.instrument) if held.instrument else {}

    async def opened(
        self, connection: Connection, person: Person | None, draft_id: UUID, *, hold: bool
    ) -> OpenedInstrument:
        """A draft to be read."""
        return await opened(connection, person, draft_id, hold=hold)

    async def publish(self, connection: Connection, held: Opened, approval: Approval, by: str) -> UUID:
        """Publish what was approved.

        Raises:
            Refused: ``instrument_differs``.
        """
        assert isinstance(held, OpenedInstrument)
        assert held.instrument is not None
        return await opening.publish(
            connection, held.instrument, held.revision.source, actor=by, approval=msgspec.to_builtins(approval)
        )


INSTRUMENTS: Final = Instruments()
submit = partial(flow.submit, INSTRUMENTS)
approve = partial(flow.approve, INSTRUMENTS)
send_back = partial(flow.send_back, INSTRUMENTS)
withdraw = partial(flow.withdraw, INSTRUMENTS)
publish = partial(flow.publish, INSTRUMENTS)
remark = partial(remarks.remark, INSTRUMENTS)
answer = partial(remarks.answer, INSTRUMENTS)
readings = partial(line_readings.readings, INSTRUMENTS)
mark_read = partial(line_readings.mark_read, INSTRUMENTS)
decisions = partial(flow.decisions, INSTRUMENTS)


def line_digests(instrument: Instrument) -> dict[str, str]:
    """What each question says on its page, with its answers and how they count, as a digest."""
    return {
        item.code: _digest([item, group.title, group.ask, group.area, _offered(instrument, item), instrument.score])
        for group in instrument.groups
        for item in group.items
    }


async def every(connection: Connection, person: Person | None) -> list[DraftLine]:
    """Every draft, newest first.

    Raises:
        Refused: ``not_allowed``.
    """
    access.require(person, "instrument:read")
    return [DraftLine(**dict(row)) for row in await queries.drafts(connection)]


async def versions(connection: Connection, person: Person | None) -> list[InstrumentVersion]:
    """Every published version, newest first.

    Raises:
        Refused: ``not_allowed``.
    """
    access.require(person, "instrument:read")
    return [InstrumentVersion(**dict(row)) for row in await queries.published(connection)]


async def published(connection: Connection, person: Person | None, instrument_id: UUID) -> tuple[Instrument, str]:
    """A published version and the text that it was read from.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    access.require(person, "instrument:read")
    source = await queries.source_of(connection, instrument_id)
    if source is None:
        raise Refused("not_found")
    return (await opening.layout(connection, instrument_id)).instrument, source


async def opened(
    connection: Connection, person: Person | None, draft_id: UUID, *, hold: bool = False
) -> OpenedInstrument:
    """A draft to be read.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    access.require(person, "instrument:read")
    row = await queries.draft(connection, draft_id, hold=hold)
    newest = None if row is None else await queries.newest_revision(connection, draft_id)
    if row is None or newest is None:
        raise Refused("not_found")
    draft, revision = InstrumentDraft(**dict(row)), _revision(newest)
    base = None if draft.base_id is None else (await opening.layout(connection, draft.base_id)).instrument
    return OpenedInstrument(
        draft=draft,
        revision=revision,
        instrument=None if revision.document is None else loading.from_document(revision.document),
        base=base,
        steps=tuple(
            DraftStep(**dict(one)) for one in await approval_queries.steps(connection, INSTRUMENTS.tables, draft_id)
        ),
        remarks=await remarks.of_draft(connection, INSTRUMENTS.tables, draft_id),
        drafters=frozenset(
            one["by_person"] for one in await approval_queries.drafters(connection, INSTRUMENTS.tables, draft_id)
        ),
    )


async def begin(connection: Connection, person: Person | None, given: GivenInstrument) -> UUID:
    """Begin a draft with a file.

    Raises:
        Refused: ``instrument_unnamed`` where the file does not say which questionnaire it is; ``set_draft_exists``,
            ``not_allowed``.
    """
    actor = access.require(person, "instrument:draft", state="drafting").actor
    code, version = given.head.get("instrument", ""), given.head.get("version", "")
    if not code or not version:
        raise Refused("instrument_unnamed")
    draft_id = await _begin(connection, code, version, await queries.base_of(connection, code, version), actor)
    await _add(connection, draft_id, given, actor)
    return draft_id


async def clone(connection: Connection, person: Person | None, instrument_id: UUID, version: str, year: int) -> UUID:
    """Begin a draft as a copy of a published version for another year.

    Raises:
        Refused: ``set_draft_exists``, ``not_found``, ``not_allowed``.
    """
    actor = access.require(person, "instrument:draft", state="drafting").actor
    older, source = await published(connection, person, instrument_id)
    copy = renewed(older, source, version, year)
    draft_id = await _begin(connection, older.instrument, version, instrument_id, actor)
    await _add(connection, draft_id, copy, actor, way="clone")
    return draft_id


async def upload(connection: Connection, person: Person | None, draft_id: UUID, given: GivenInstrument) -> int:
    """Mend a draft by another file: a further version of the same draft. Gives its number.

    Raises:
        Refused: ``draft_of_other_set`` for a file of another questionnaire or version; ``set_draft_closed``,
            ``not_found``, ``not_allowed``.
    """
    held = await opened(connection, person, draft_id, hold=True)
    flow.refuse_closed(INSTRUMENTS.thing, person, held.draft.state)
    for key, ours in (("instrument", held.draft.family), ("version", held.draft.version)):
        said = given.head.get(key)
        if said and said != ours:
            raise Refused("draft_of_other_set", found=said, expected=ours)
    assert person is not None
    return await _add(connection, draft_id, given, person.actor)


def whole(held: OpenedInstrument) -> Instrument:
    """The questionnaire of a draft's newest version.

    Raises:
        Refused: ``set_draft_broken`` while it is none.
    """
    if held.instrument is None:
        raise Refused("set_draft_broken", count=len(held.revision.errors))
    return held.instrument


async def _begin(connection: Connection, code: str, version: str, base_id: UUID | None, by: str) -> UUID:
    taken, draft_id = await questionnaire_queries.instrument_of_version(connection, code, version), new_id()
    if taken is not None or not await queries.insert_draft(connection, draft_id, code, version, base_id, by):
        raise Refused("set_draft_exists", family=code, version=version)
    return draft_id


async def _add(
    connection: Connection, draft_id: UUID, given: GivenInstrument, by: str, *, way: str | None = None
) -> int:
    found = given.instrument
    digest = None if found is None else loading.digest(found)
    number = await queries.insert_revision(connection, draft_id, {
        "file_name": given.name[:200], "source": given.source, "digest": digest,
        "document": None if found is None else loading.canonical(found),
        "outline": msgspec.json.encode(given.outline).decode(), "faults": msgspec.json.encode(given.faults).decode(),
        "by": by, "way": way,
    })  # fmt: skip
    await audit.record(
        connection, actor=by, tag="surveys:instrument_draft:save", subject=str(draft_id),
        after={"revision": number, "digest": digest, "errors": len(given.faults)},
    )  # fmt: skip
    return number


def _revision(row: Any) -> InstrumentRevision:
    values = dict(row)
    values["outline"] = msgspec.json.decode(values["outline"], type=tuple[OutlineLine, ...])
    values["faults"] = msgspec.json.decode(values["faults"], type=tuple[LineFault, ...])
    return InstrumentRevision(**values)


def _offered(instrument: Instrument, item: Item) -> tuple[Option, ...]:
    scale = item.scale or item.many
    return instrument.scales[scale] if scale else ()


def _digest(value: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
