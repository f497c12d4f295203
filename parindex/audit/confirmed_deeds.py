"""The pages before deeds as they were confirmed, read back from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from parindex.audit import queries
from parindex.audit.confirmation import TAG, CheckNumber, CheckSentence, CheckValue
from parindex.store.database import Connection


class ConfirmedDeed(msgspec.Struct, frozen=True, kw_only=True):
    """A deed that somebody confirmed, with what was shown."""

    at: datetime
    """When."""

    actor: str
    """Who, by id."""

    acting_for: str | None
    """Whose right it was, by id, where that was delegated."""

    title: CheckSentence
    """What was done."""

    about: CheckSentence
    """To what."""

    headline: CheckSentence
    """What stood first."""

    numbers: tuple[CheckNumber, ...]
    """What it touched."""

    lines: tuple[CheckSentence, ...]
    """What looked wrong, and was ticked."""

    decision: Mapping[str, str]
    """Number, day and reason of the decision; empty where none was asked for."""


async def confirmed(connection: Connection, subjects: Sequence[str]) -> list[ConfirmedDeed]:
    """What was confirmed of some subjects, newest first."""
    return [_read(dict(row)) for row in await queries.rows_of(connection, TAG, subjects)]


def _read(row: Mapping[str, Any]) -> ConfirmedDeed:
    kept = msgspec.json.decode(row["after"])
    return ConfirmedDeed(
        at=row["at"],
        actor=row["actor"],
        acting_for=kept.get("acting_for"),
        title=_sentence(kept["title"]),
        about=_sentence(kept["about"]),
        headline=_sentence(kept["headline"]),
        numbers=tuple(_number(number) for number in kept["numbers"]),
        lines=tuple(_sentence(line) for line in kept["confirmed"]),
        decision=kept["decision"],
    )


def _sentence(kept: Mapping[str, Any]) -> CheckSentence:
    return CheckSentence(
        message=kept["message"], values={name: _value(value) for name, value in kept["values"].items()}
    )


def _number(kept: Mapping[str, Any]) -> CheckNumber:
    return CheckNumber(
        value=_value(kept["value"]), what=_sentence(kept["what"]),
        then=_sentence(kept["then"]) if kept["then"] else None, names=tuple(kept["names"]), steady=kept["steady"],
    )  # fmt: skip


def _value(kept: Any) -> CheckValue:
    match kept:
        case {"day": text}:
            return date.fromisoformat(text)
        case {"at": text}:
            return datetime.fromisoformat(text)
        case {"number": text}:
            return Decimal(text)
        case list():
            return tuple(kept)
    value: CheckValue = kept
    return value
