"""Reading published editions. They never change, so a process decodes each one once."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from typing import Final
from uuid import UUID

from parindex.errors import Refused
from parindex.publication import queries
from parindex.publication.edition import digest_of, read
from parindex.publication.model import Edition, EditionDecision, EditionRow, Retraction
from parindex.publication.reading import YearReading
from parindex.publication.signature import signer
from parindex.reading.canonical_json import parse
from parindex.store.database import Connection

NUMBER: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,100}")
"""What the number of an edition may look like."""

KEPT: Final = 48
"""Editions held decoded; the least recently read goes first."""

_decoded: OrderedDict[UUID, YearReading] = OrderedDict()


async def current(connection: Connection, family: str, year: int, tier: str) -> EditionRow:
    """The edition shown for a year.

    Raises:
        Refused: ``not_published``, naming the newest year that is.
    """
    row = await queries.current(connection, family, year, tier)
    if row is None:
        last = await queries.newest(connection, family, tier, 9999)
        if last is None:
            raise Refused("not_found")
        raise Refused("not_published", year=year, last=last.year)
    return row


async def by_number(connection: Connection, number: str) -> EditionRow:
    """An edition by its number, retracted or not.

    Raises:
        Refused: ``not_found``.
    """
    row = await queries.by_number(connection, number) if NUMBER.fullmatch(number) else None
    if row is None:
        raise Refused("not_found")
    return row


async def opened(connection: Connection, row: EditionRow) -> Edition:
    """The content of an edition.

    Raises:
        Refused: ``edition_retracted``.
    """
    return (await reading(connection, row)).edition


async def reading(connection: Connection, row: EditionRow) -> YearReading:
    """The content with its signature, ready for reading.

    Raises:
        Refused: ``edition_retracted``.
    """
    if row.retracted:
        raise Refused("edition_retracted", number=row.number)
    held = _decoded.get(row.id)
    if held is None:
        held = _decoded[row.id] = await asyncio.to_thread(published, await content(connection, row))
        while len(_decoded) > KEPT:
            _decoded.popitem(last=False)
    _decoded.move_to_end(row.id)
    return held


def published(data: bytes) -> YearReading:
    """An edition's file, ready for reading."""
    signed = read(data)
    value = parse(data)
    whole = digest_of(value["edition"]) == signed.digest
    intact = whole and signer(value["signature"], signed.edition.format, signed.digest) is not None
    return YearReading(signed.edition.computation, signed, intact=intact)


async def content(connection: Connection, row: EditionRow) -> bytes:
    """The signed file, byte for byte.

    Raises:
        Refused: ``edition_retracted``.
    """
    found = await queries.content(connection, row.id)
    if found is None:
        raise Refused("edition_retracted", number=row.number)
    return found


async def retraction(connection: Connection, row: EditionRow) -> Retraction | None:
    """Why an edition is no longer shown; none while it is."""
    found = await queries.retraction(connection, row.id)
    if found is None:
        return None
    decision = EditionDecision(number=found.decision_number, date=found.decision_date, signer=found.decision_signer)
    return Retraction(decision=decision, reason=found.reason, digest=found.digest, successor=found.successor)
