"""Opening rounds and reading them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from parindex.surveys.model import Round, SampleUnit, UnitProgress
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire import queries as questionnaire_queries
from parindex.surveys.questionnaire.answer_layout import AnswerLayout, Plan
from parindex.surveys.questionnaire.instrument import Instrument
from parindex.surveys.rounds import queries
from parindex.text import date_text


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A locked round: nothing of it changes any more."""

    round: Round
    """The round."""

    layout: AnswerLayout
    """Where the answer to each item stands."""

    units: list[UnitProgress]
    """What was drawn, with the answers that came."""


_layouts: dict[tuple[UUID, str], AnswerLayout] = {}
_plans: dict[tuple[UUID, UUID], Plan] = {}


def out_of_time(today: date, opens_on: date, closes_on: date) -> Refused | None:
    """Why an open round takes no answer today, with the day that says so; ``None`` where it does."""
    if today < opens_on:
        return Refused("round_not_open", date=date_text(opens_on))
    return Refused("round_over", date=date_text(closes_on)) if today > closes_on else None


async def publish(
    connection: Connection, instrument: Instrument, source: str, *, actor: str, approval: dict[str, Any] | None = None
) -> UUID:
    """Publish an instrument version for the tenant; repeated with the same content it changes nothing.

    Args:
        connection: In a transaction of the tenant.
        instrument: Loaded and whole.
        source: The text that it was read from.
        actor: Who publishes.
        approval: By whom it was approved; ``None`` for one from files, which the record then says.

    Raises:
        Refused: ``instrument_differs`` where the version exists with other content.
    """
    digest = loading.digest(instrument)
    found = await questionnaire_queries.instrument_of_version(connection, instrument.instrument, instrument.version)
    if found is not None:
        if found["digest"] != digest:
            raise Refused("instrument_differs", code=instrument.instrument, version=instrument.version)
        return UUID(bytes=found["id"].bytes)
    row_id = new_id()
    await questionnaire_queries.insert_instrument(
        connection, row_id, instrument.instrument, instrument.version, digest, loading.canonical(instrument), source,
        actor,
    )  # fmt: skip
    await audit.record(
        connection, actor=actor, tag="surveys:instrument:publish", subject=str(row_id),
        after={"code": instrument.instrument, "version": instrument.version, "digest": digest, "approval": approval},
    )  # fmt: skip
    return row_id


async def open_round(
    connection: Connection,
    *,
    cycle_id: UUID,
    instrument_id: UUID,
    form: str,
    title_vi: str,
    title_en: str | None = None,
    min_n: int = 30,
    opens_on: date,
    closes_on: date,
    information: str = "1",
    contact: str | None = None,
    marked: str | None = None,
    actor: str,
) -> Round:
    """Open a round on one form of a published instrument.

    Raises:
        Refused: ``not_found`` for an unknown instrument or form.
    """
    found = await layout(connection, instrument_id)
    found.form(form)
    opened = Round(
        id=new_id(), cycle_id=cycle_id, title_vi=title_vi, title_en=title_en,
        instrument_code=found.instrument.instrument, instrument_id=instrument_id, form=form, state="open",
        min_n=min_n, opens_on=opens_on, closes_on=closes_on, information=information, contact=contact, marked=marked,
    )  # fmt: skip
    await queries.insert_round(connection, msgspec.structs.astuple(opened))
    await queries.open_partitions(connection, opened.id, os.urandom(32))
    await audit.record(
        connection, actor=actor, tag="surveys:round:open", subject=str(opened.id), after=msgspec.to_builtins(opened)
    )
    return opened


async def open_imported(
    connection: Connection,
    *,
    cycle_id: UUID,
    instrument_code: str,
    title_vi: str,
    title_en: str | None = None,
    min_n: int = 30,
    opens_on: date,
    closes_on: date,
    marked: str | None = "imported",
    actor: str,
) -> Round:
    """Note a survey whose estimates were computed elsewhere; ``estimates.bring`` stores them."""
    opened = Round(
        id=new_id(), cycle_id=cycle_id, title_vi=title_vi, title_en=title_en, instrument_code=instrument_code,
        instrument_id=None, form=None, state="imported", min_n=min_n, opens_on=opens_on, closes_on=closes_on,
        information="1", contact=None, marked=marked,
    )  # fmt: skip
    await queries.insert_round(connection, msgspec.structs.astuple(opened))
    await audit.record(
        connection, actor=actor, tag="surveys:round:open", subject=str(opened.id), after=msgspec.to_builtins(opened)
    )
    return opened


CHANGEABLE: Final = frozenset({"title_vi", "title_en", "opens_on", "closes_on", "min_n", "contact"})
"""What of a round may change until somebody is asked."""


async def change(connection: Connection, held: Round, changes: Mapping[str, Any], *, actor: str) -> Round:
    """Give a round that asked nobody yet other names, days or least counts.

    Raises:
        Refused: ``round_asked``, also for another form or questionnaire.
    """
    if changes.keys() - CHANGEABLE:
        raise Refused("round_asked")
    changed = msgspec.structs.replace(held, **changes)
    try:
        async with connection.transaction():
            await queries.update_round(connection, changed)
    except asyncpg.CheckViolationError:
        raise Refused("round_asked") from None
    await audit.record(
        connection, actor=actor, tag="surveys:round:change", subject=str(held.id),
        before={name: getattr(held, name) for name in changes}, after=changes,
    )  # fmt: skip
    return changed


async def load_sample(connection: Connection, round_id: UUID, units: Sequence[SampleUnit], *, actor: str) -> None:
    """Record the units that were drawn."""
    await queries.insert_units(connection, round_id, [msgspec.structs.astuple(unit) for unit in units])
    await audit.record(
        connection, actor=actor, tag="surveys:sample:load", subject=str(round_id),
        after={"units": len(units), "drawn": sum(unit.drawn for unit in units)},
    )  # fmt: skip


async def get(connection: Connection, round_id: UUID, *, lock: bool = False) -> Round:
    """One round; with ``lock`` nobody else changes it until the transaction ends.

    Raises:
        Refused: ``survey_round_unknown``.
    """
    row = await queries.round_by_id(connection, round_id, lock=lock)
    if row is None:
        raise Refused("survey_round_unknown")
    return Round(**dict(row))


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[Round]:
    """The rounds of a cycle, with their states."""
    return [Round(**dict(row)) for row in await queries.rounds(connection, cycle_id)]


async def every(connection: Connection) -> list[Round]:
    """All rounds of the tenant, newest first."""
    return [Round(**dict(row)) for row in await queries.rounds(connection, None)]


async def ended(connection: Connection) -> list[Round]:
    """Rounds whose field is over: open ones that nobody has locked, locked ones without results."""
    return [Round(**dict(row)) for row in await queries.ended(connection)]


async def progress(connection: Connection, round_id: UUID) -> list[UnitProgress]:
    """What came back from every unit."""
    found = []
    for row in await queries.unit_progress(connection, round_id):
        values = dict(row)
        invited, answered = values.pop("invited"), values.pop("answered")
        found.append(UnitProgress(unit=SampleUnit(**values), invited=invited, answered=answered))
    return found


async def layout(connection: Connection, instrument_id: UUID) -> AnswerLayout:
    """The row of a published version; versions never change, so it is read once.

    Raises:
        Refused: ``not_found``.
    """
    key = (instrument_id, await queries.tenant(connection))
    if key not in _layouts:
        document = await questionnaire_queries.instrument_document(connection, instrument_id)
        if document is None:
            raise Refused("not_found")
        _layouts[key] = AnswerLayout(loading.from_document(document))
    return _layouts[key]


async def plan(database: Database, tenant_id: UUID, round_id: UUID) -> Plan:
    """What a response of a round may hold; it never changes, so it is read once.

    Raises:
        Refused: ``survey_round_unknown``, also for imported estimates.
    """
    key = (tenant_id, round_id)
    if key not in _plans:
        async with database.transaction(tenant_id) as connection:
            held = await get(connection, round_id)
            if held.instrument_id is None or held.form is None:
                raise Refused("survey_round_unknown")
            _plans[key] = (await layout(connection, held.instrument_id)).plan(held.form)
    return _plans[key]


async def locked(connection: Connection, round_id: UUID) -> Locked:
    """A round that is locked.

    Raises:
        Refused: ``survey_round_unknown``; ``round_not_locked``, also for imported estimates.
    """
    held = await get(connection, round_id)
    if held.state != "locked" or held.instrument_id is None:
        raise Refused("round_not_locked")
    return Locked(
        round=held,
        layout=await layout(connection, held.instrument_id),
        units=list(await progress(connection, round_id)),
    )
