"""The exact file: the answers of a locked round for a statistician, one line a response, as ``parindex estimate`` reads it.

It gives every number and every error of the round to the last digit, so it holds the weights to the digit, and the
variance units: strata and communes, as numbers drawn at random for this file. Errors come from the communes
within strata (ultimate clusters), so villages stand in it under no number at all. Nothing in it names a response, a day,
a way of answering, a place or a word that somebody wrote. Whoever holds the plan of the sample can tell communes and
villages by their weights all the same: that is why it is taken under a permission of its own, for a reason that goes on
record, and never published. Agencies with fewer answers than the round's minimum are left out whole,
as they are in every output. Lines come as the lock wrote the responses, in random order. A cell without an answer is empty,
and the column beside it holds the code that says why (`codebook`).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from parindex import audit
from parindex.papers.csv_file import csv_bytes
from parindex.store.database import Connection, Database
from parindex.surveys.model import UnitProgress
from parindex.surveys.results import queries
from parindex.surveys.results.cell_threshold import is_small
from parindex.surveys.results.codebook import DESIGN, WHY, columns
from parindex.surveys.results.weighting import weigh
from parindex.surveys.rounds import opening
from parindex.surveys.rounds import queries as round_queries

Name = TypeVar("Name")

_CHUNKS: Final = 4
"""Pieces of some ten kilobytes that wait for a slow reader."""


class Microdata(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a round will hold."""

    round_id: UUID
    """A locked round."""

    header: bytes
    """The first line, with a byte order mark."""

    beginnings: dict[UUID, str]
    """How the lines of each sample unit begin, up to the comma before the answers."""

    rows: int
    """Lines that follow the header."""

    withheld: int
    """Agencies left out: fewer answers than the round's minimum."""


async def plan(connection: Connection, round_id: UUID) -> Microdata:
    """What the file will hold.

    Raises:
        Refused: ``survey_round_unknown``; ``round_not_locked``, also for imported estimates.
    """
    locked = await opening.locked(connection, round_id)
    held, layout, units = locked.round, locked.layout, locked.units
    codes = {row["id"]: row["code"] for row in await round_queries.agency_names(connection, round_id)}
    answers: Counter[UUID] = Counter()
    for each in units:
        answers[each.unit.agency_id] += each.answered
    shown = [each for each in units if each.answered and not is_small(answers[each.unit.agency_id], held.min_n)]
    return Microdata(
        round_id=round_id, header=_line([*DESIGN, *(name + end for name in columns(layout) for end in ("", WHY))]), beginnings=_beginnings(units, shown, codes),
        rows=sum(each.answered for each in shown), withheld=sum(is_small(n, held.min_n) for n in answers.values()),
    )  # fmt: skip


def counts(data: Microdata) -> dict[str, int]:
    """What is on record of a file that was taken."""
    return {"rows": data.rows, "withheld_agencies": data.withheld}


async def record(
    connection: Connection, round_id: UUID, counted: Mapping[str, int], *, reason: str, actor: str
) -> None:
    """Note who takes the file of a round and what for, before its first byte is sent."""
    await audit.record(
        connection, actor=actor, tag="surveys:responses:export", subject=str(round_id),
        after={**counted, "reason": reason},
    )  # fmt: skip


async def prepare(database: Database, tenant_id: UUID, round_id: UUID, *, reason: str, actor: str) -> Microdata:
    """What the file will hold; that it was asked for is on record before its first byte is sent.

    Raises:
        Refused: as :func:`plan`.
    """
    async with database.transaction(tenant_id) as connection:
        planned = await plan(connection, round_id)
        await record(connection, round_id, counts(planned), reason=reason, actor=actor)
    return planned


async def stream(database: Database, tenant_id: UUID, data: Microdata) -> AsyncIterator[bytes]:
    """The file in pieces, as fast as its reader takes them and never held whole."""
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue(_CHUNKS)

    async def copy() -> None:
        try:
            async with database.transaction(tenant_id) as connection:
                await queries.copy_answers(connection, data.round_id, data.beginnings, pieces.put)
        finally:
            await pieces.put(None)

    yield data.header
    copying = asyncio.create_task(copy())
    try:
        while (piece := await pieces.get()) is not None:
            yield bytes(piece)
        await copying
    finally:
        if not copying.done():
            copying.cancel()
            while not copying.done():
                while not pieces.empty():
                    pieces.get_nowait()
                await asyncio.wait({copying}, timeout=0.1)


def _beginnings(
    units: Sequence[UnitProgress], shown: Sequence[UnitProgress], codes: dict[UUID, str]
) -> dict[UUID, str]:
    weights = weigh(units).of_unit
    strata = _numbered(each.unit.stratum for each in shown)
    psus = _numbered((each.unit.stratum, each.unit.psu) for each in shown)
    rows = [
        (
            codes[each.unit.agency_id], strata[each.unit.stratum], psus[each.unit.stratum, each.unit.psu],
            repr(float(weights[each.unit.id])), None,
        )
        for each in shown
    ]  # fmt: skip
    return {each.unit.id: _line(row).decode("utf-8-sig").rstrip() for each, row in zip(shown, rows, strict=True)}


def _line(cells: Sequence[str | None]) -> bytes:
    """One line with a byte order mark, ended as the database ends those that follow."""
    return csv_bytes([cell or "" for cell in cells], []).rstrip() + b"\n"


def _numbered(names: Iterable[Name]) -> dict[Name, str]:
    """A number for each name, in an order that tells nothing."""
    distinct = list(dict.fromkeys(names))
    random.SystemRandom().shuffle(distinct)
    return {name: str(number) for number, name in enumerate(distinct, 1)}
