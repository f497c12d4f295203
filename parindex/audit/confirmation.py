"""What is looked at before a deed that cannot be undone, and how the deed asks for it again.

A room says of each of its deeds what it touches in numbers, what becomes final and what looks wrong. The page shows it;
the deed asks the same function again, in its own transaction, and compares. What cannot be is refused. What is strange is
done by whoever confirms it line by line, and only where nothing of it changed since it was shown. What was confirmed goes
into the record as it stood on the page, in the transaction of the deed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import msgspec

from parindex.audit.record import record
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection

TAG: Final = "office:deed:confirm"

CheckValue: TypeAlias = int | str | Decimal | date | datetime | tuple[str, ...] | None
"""What a sentence names; a tuple is a list of names."""


class CheckSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence in the reader's language."""

    message: str
    """A message id; names its values as ``%(name)s``."""

    values: Mapping[str, CheckValue] = {}
    """What it names."""


def said(message: str, /, **values: CheckValue) -> CheckSentence:
    """A sentence with what it names."""
    return CheckSentence(message=message, values=values)


class CheckNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a deed touches, counted."""

    value: CheckValue
    """How many, or when, or which."""

    what: CheckSentence
    """Of what."""

    then: CheckSentence | None = None
    """What becomes of it."""

    names: tuple[str, ...] = ()
    """Whose it is, by name."""

    steady: bool = True
    """Whether the deed is refused where it changed since it was shown; false for what moves while people work on."""


class OddLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks wrong."""

    code: str
    """Stable name, such as ``closed_early``."""

    told: CheckSentence
    """What it is."""

    href: str = ""
    """Where it is looked at and mended; empty where it is mended on the page itself."""

    impossible: bool = False
    """Whether the deed is refused because of it, whoever confirms it."""

    bound: str = ""
    """What was typed of which it speaks: a tick holds for this alone. Not put on record."""

    @property
    def key(self) -> str:
        """By which its tick is known: another number, another day or another text needs another tick."""
        return f"{self.code}-{_digest([self.code, _plain(self.told), self.bound])[:12]}"


class DeedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown before a deed."""

    deed: str
    """Name of the action, as in the policy table."""

    subject: str
    """Id of what it is done to."""

    title: CheckSentence
    """What is done, as the button says it."""

    about: CheckSentence
    """To what."""

    headline: CheckSentence
    """What to know first."""

    numbers: tuple[CheckNumber, ...] = ()
    """What it touches."""

    lasting: tuple[CheckSentence, ...] = ()
    """What cannot be undone, and what can."""

    lines: tuple[OddLine, ...] = ()
    """What looks wrong."""

    typed: tuple[OddLine, ...] = ()
    """What looks wrong with what was typed, such as the decision's day."""

    marked: str | None = None
    """``illustrative``, ``simulated`` or ``imported``."""

    @property
    def digest(self) -> str:
        """What was shown: its steady numbers and its lines. What was typed is not of it."""
        numbers = [_plain(number) for number in self.numbers if number.steady]
        return _digest([self.deed, self.subject, _plain(self.headline), numbers, [line.key for line in self.lines]])

    @property
    def impossible(self) -> tuple[OddLine, ...]:
        """What refuses the deed."""
        return tuple(line for line in (*self.lines, *self.typed) if line.impossible)

    @property
    def surprising(self) -> tuple[OddLine, ...]:
        """What has to be confirmed."""
        return tuple(line for line in (*self.lines, *self.typed) if not line.impossible)

    @property
    def mark(self) -> str:
        """What was confirmed: what was shown and what looked wrong with what was typed."""
        return _digest([self.digest, [line.key for line in self.typed]])

    def on_record(self) -> dict[str, Any]:
        """The check as it is kept: every sentence with what it names, nothing of what was typed."""
        lines = [{"code": line.code, **_kept(line.told)} for line in self.surprising]
        shown = {"title": self.title, "about": self.about, "headline": self.headline, "numbers": self.numbers}
        return {"deed": self.deed, **_kept(shown), "lasting": _kept(self.lasting), "confirmed": lines}


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What came back from the page."""

    shown: str
    """Digest of what was shown."""

    lines: tuple[str, ...]
    """Keys of the lines that were confirmed."""


class Unconfirmed(Refused):
    """A deed that is not done, with what has to be looked at."""

    def __init__(self, code: str, check: DeedCheck, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(code, fields=fields)
        self.check = check


async def confirm(
    connection: Connection,
    check: DeedCheck,
    given: Confirmation,
    *,
    by: str,
    typed: Sequence[OddLine | None] = (),
    decided: Mapping[str, Any] | None = None,
) -> str:
    """Let a deed go on, and put on record what was confirmed.

    Args:
        connection: In the transaction of the deed, which holds what is checked.
        check: As it is now.
        given: As it was shown, and what was confirmed.
        by: Who does the deed.
        typed: What looks wrong with what was typed; ``None`` stands for nothing.
        decided: The decision by which it is done: its number, day and reason.

    Returns:
        The mark of what was confirmed, for a job that does the deed later.

    Raises:
        Unconfirmed: ``check_impossible``; ``check_changed`` where it is not what was shown; ``check_unconfirmed``
            with a field for each line that was not confirmed.
    """
    check = _with_typed(check, typed)
    if check.impossible:
        raise Unconfirmed("check_impossible", check)
    if given.shown != check.digest:
        raise Unconfirmed("check_changed", check)
    left = [line for line in check.surprising if line.key not in given.lines]
    if left:
        faults = tuple(FieldError(field=line.key, code="line_unconfirmed") for line in left)
        raise Unconfirmed("check_unconfirmed", check, faults)
    await record(
        connection, actor=by, tag=TAG, subject=check.subject,
        after={**check.on_record(), "digest": check.digest, "decision": dict(decided or {})},
    )  # fmt: skip
    return check.mark


def require_as_confirmed(mark: str, check: DeedCheck, typed: Sequence[OddLine | None] = ()) -> None:
    """Refuse a deed that is done later than it was confirmed, where it is not any more what was confirmed.

    Args:
        mark: What :func:`confirm` gave.
        check: As it is now, in the transaction of the deed.
        typed: What looks wrong now with what was typed.

    Raises:
        Refused: ``check_outdated``.
    """
    if _with_typed(check, typed).mark != mark:
        raise Refused("check_outdated")


def _with_typed(check: DeedCheck, typed: Sequence[OddLine | None]) -> DeedCheck:
    return msgspec.structs.replace(check, typed=tuple(line for line in typed if line is not None))


def _kept(value: Any) -> Any:
    """A value as it stands in the record: days, moments and decimals can be told from text."""
    match value:
        case date():
            return {"at" if isinstance(value, datetime) else "day": value.isoformat()}
        case Decimal():
            return {"number": str(value)}
        case msgspec.Struct():
            return {name: _kept(getattr(value, name)) for name in value.__struct_fields__}
        case Mapping():
            return {name: _kept(one) for name, one in value.items()}
        case tuple():
            return [_kept(one) for one in value]
    return value


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value, str_keys=True)


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
