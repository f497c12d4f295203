"""One thing that the doctor found."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from parindex.messages import Message

Condition: TypeAlias = Literal["good", "warning", "broken"]


class DoctorFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence and whether what it says is well."""

    condition: Condition
    """``warning``: it may be as it should, and somebody has to know."""

    message: Message
    """The sentence."""


def judged(holds: bool, message: str, /, **values: object) -> DoctorFinding:
    """Good where it holds, else broken."""
    return DoctorFinding(condition="good" if holds else "broken", message=Message(message, **values))


def broken(message: str, /, **values: object) -> DoctorFinding:
    """Something is not as it should be."""
    return DoctorFinding(condition="broken", message=Message(message, **values))


def warning(message: str, /, **values: object) -> DoctorFinding:
    """Something to know."""
    return DoctorFinding(condition="warning", message=Message(message, **values))
