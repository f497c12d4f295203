"""What became of a sheet that is closed: its points, what was changed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.assessments.appraisal.decisions import SheetOutcome
from parindex.assessments.model import StagePoints
from parindex.assessments.sheets import points_now
from parindex.assessments.sheets.board import Board
from parindex.scoring import leaves
from parindex.text import number, words


class ChangedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf whose points at the end are not those of the agency."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    href: str
    """Its page."""

    declared: str
    """Points as the agency came to them."""

    final: str
    """Points at the end."""

    reason: str
    """Why."""


class ClosedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a sheet that is closed."""

    declared: Decimal
    """Points as the agency came to them."""

    final: Decimal
    """Points at the end; surveys come later."""

    max: Decimal
    """Maximum of the leaves that are declared and apply."""

    surveyed: bool
    """Whether surveys add points."""

    changes: tuple[ChangedLeaf, ...]
    """What was changed, in the order of the law."""


def closed_sheet(request: PageRequest, board: Board, outcome: SheetOutcome) -> ClosedSheet:
    """What became of a sheet, leaf by leaf where it is not what the agency declared."""
    ends = {
        place.code: (kept.get("self"), kept["final"], place)
        for place in board.published.leaves
        if place.code in board.entries and "final" in (kept := outcome.stages.get(board.entries[place.code].id, {}))
    }
    own = {code: before.points if before else None for code, (before, _last, _place) in ends.items()}
    last = {code: after.points for code, (_before, after, _place) in ends.items()}
    areas = {code for code, (_before, _last, place) in ends.items() if place.part == "areas"}
    reasons = {one.entry_id: one.reason for one in reversed(outcome.decisions) if one.kind != "ask"}

    def total(points: Mapping[str, Decimal | None]) -> Decimal:
        plain = sum((points[code] or Decimal(0) for code in areas), Decimal(0))
        adjusted = points_now.adjusted
        return plain + adjusted(board.published, "bonus", points) - adjusted(board.published, "penalty", points)

    return ClosedSheet(
        declared=total(own),
        final=total(last),
        max=sum((ends[code][1].max for code in areas if ends[code][1].state != "not_applicable"), Decimal(0)),
        surveyed=len(tuple(leaves(board.published.criteria_set))) > len(board.published.leaves),
        changes=tuple(
            ChangedLeaf(
                code=code,
                title=words(place.node.title, lang_of(request)),
                href=url(f"/work/sheets/{board.sheet.id}/{code}"),
                declared=_points_text(request, before),
                final=_points_text(request, after),
                reason=reasons.get(board.entries[code].id, ""),
            )
            for code, (before, after, place) in ends.items()
            if before is not None and (before.points, before.state) != (after.points, after.state)
        ),
    )


def _points_text(request: PageRequest, points: StagePoints) -> str:
    _ = translate(request)
    told = {"not_applicable": _("không áp dụng"), "unknown": _("chưa có"), "none": _("chưa có")}
    return told.get(points.state) or number(points.points, 2, lang_of(request))
