"""Rows of what is drafted beside the version before, with what is wrong under each: sets and questionnaires alike."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec

from parindex.approvals.model import LineFault, Revision
from parindex.errors import N_
from parindex.wording.word_changes import WordPiece

SAME: Final = N_("Giữ nguyên")


class FaultShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong with a row."""

    level: str
    """``error``, ``case`` or ``note``."""

    text: str
    """What, with its place and how to mend it."""

    href: str
    """Where it is looked at or mended; empty where it is mended in the file."""

    label: str
    """What that link is called."""


class ChangedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line that changed, or what stands above some."""

    code: str
    """Its code, in the new set where it is there."""

    was: str
    """Its code before where that was another one."""

    title: tuple[WordPiece, ...]
    """Its title, with what went and what came."""

    rule: tuple[WordPiece, ...]
    """How its points are made, where that changed."""

    notes: tuple[str, ...]
    """What else changed."""

    before: Decimal | None
    """Its maximum before."""

    after: Decimal | None
    """Its maximum now."""

    drawn: str
    """How its change is drawn; empty for an area."""

    kind: str
    """Its change in words; empty for an area."""

    area: bool
    """Whether it stands above others."""

    href: str
    """Where its rule is looked at; empty where it is gone."""

    faults: tuple[FaultShown, ...]
    """What is wrong with it."""


class ChangeTab(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of change."""

    href: str
    """Where it is shown."""

    label: str
    """What it is called."""

    count: int
    """How many leaves."""

    current: bool
    """Whether it is shown."""


def faults_by_row(revision: Revision, shown: Callable[[LineFault], FaultShown]) -> dict[str, list[FaultShown]]:
    """What is wrong by the row that it stands under; what stands at no row has the empty code."""
    known = {line.code for line in revision.outline}
    found: dict[str, list[FaultShown]] = {}
    for fault in revision.faults:
        at = fault.code if fault.code in known else ""
        found.setdefault(at or "", []).append(shown(fault))
    return found
