"""The tree of a sheet: areas with the criteria below them, what each has, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal

import msgspec

from parindex.api.shared.page import url
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.points_now import LeafNow, NodeSum
from parindex.scoring import Adjustment, Place
from parindex.text import Language, translator, words


class TreeNode(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion, or a leaf."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    depth: int
    """2, 3 or 4."""

    points: Decimal | None
    """Points now; ``None`` where they cannot be told."""

    max: Decimal | None
    """Maximum; ``None`` where it does not apply."""

    href: str | None
    """The leaf's page; none for what is no leaf of the agency."""

    current: bool
    """Whether its page is open."""

    mark: str | None
    """Its drawing, as ``mark`` of ``components/state_mark.html`` takes it."""


class TreeArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area, or the bonus or penalty."""

    part: str
    """``areas``, ``bonus`` or ``penalty``."""

    code: str
    """Its code; empty for bonus and penalty."""

    title: str
    """Its title."""

    points: Decimal | None
    """Points now."""

    max: Decimal
    """Maximum of what applies."""

    note: str
    """How much is declared, or why nothing is."""

    open: bool
    """Whether what is below is shown."""

    locked: bool
    """Whether the agency declares nothing of it."""

    nodes: tuple[TreeNode, ...]
    """What is below it, in the order of the law."""


def tree(
    board: Board, code: str | None, missing: Collection[str], lang: Language, *, only: Collection[str] | None = None
) -> tuple[TreeArea, ...]:
    """The tree of a sheet.

    Args:
        board: The sheet.
        code: The leaf that is open.
        missing: Leaves that lack something.
        lang: The reader's language.
        only: The leaves that are shown, with all areas open; ``None`` for all.
    """
    areas: list[tuple[TreeArea, list[TreeNode]]] = []
    for place in board.published.places.values():
        if place.depth == 1 and place.part == "areas":
            areas.append((_area(board, place, code, lang), []))
        elif place.part != "areas" and (not areas or areas[-1][0].part != place.part):
            areas.append((_adjustment(board, place.part, code, lang), []))
        if place.depth > 1 and (only is None or _holds(board, place, only)):
            areas[-1][1].append(_node(board, place, code, missing, lang))
    return tuple(
        msgspec.structs.replace(area, nodes=tuple(nodes), open=area.open or only is not None)
        for area, nodes in areas
        if nodes or only is None
    )


def _area(board: Board, place: Place, code: str | None, lang: Language) -> TreeArea:
    _ = translator(lang)
    known = board.points_now.sums.get(place.code)
    above = board.published.places[code].above if code else ()
    note = (
        _("%(declared)s/%(leaves)s đã kê khai", declared=known.declared, leaves=known.leaves)
        if known
        else _("Lấy từ khảo sát hoặc chỉ số khác, không tự chấm")
    )
    return TreeArea(
        part="areas",
        code=place.code,
        title=words(place.node.title, lang),
        points=points_of(known),
        max=known.max if known else place.node.max,
        note=note,
        open=place.code in above,
        locked=known is None,
        nodes=(),
    )


def _adjustment(board: Board, part: str, code: str | None, lang: Language) -> TreeArea:
    _: Callable[..., str] = translator(lang)
    adjustment: Adjustment = getattr(board.published.criteria_set, part)
    items = [leaf for item in adjustment.items if (leaf := board.points_now.leaves.get(item.code)) is not None]
    return TreeArea(
        part=part,
        code="",
        title=_("Điểm thưởng") if part == "bonus" else _("Điểm trừ"),
        points=min(sum((leaf.points or Decimal(0) for leaf in items), Decimal(0)), adjustment.cap),
        max=adjustment.cap,
        note=_("Chỉ kê khai khi có"),
        open=code in {leaf.code for leaf in items},
        locked=False,
        nodes=(),
    )


def points_of(known: NodeSum | None) -> Decimal | None:
    """Points of a node above leaves; nothing declared is unknown, which is not 0."""
    return known.points if known and known.declared else None


def _holds(board: Board, place: Place, missing: Collection[str]) -> bool:
    if place.is_leaf:
        return place.code in missing
    return any(place.code in board.published.places[code].above for code in missing)


def _node(board: Board, place: Place, code: str | None, missing: Collection[str], lang: Language) -> TreeNode:
    leaf = board.points_now.leaves.get(place.code)
    known = board.points_now.sums.get(place.code)
    applies = leaf is None or leaf.state != "not_applicable"
    return TreeNode(
        code=place.code,
        title=words(place.node.title, lang),
        depth=min(place.depth, 4),
        points=leaf.points if leaf else points_of(known),
        max=(place.node.max if applies else None) if known is None else known.max,
        href=url(f"/work/sheets/{board.sheet.id}/{place.code}") if leaf else None,
        current=place.code == code,
        mark=_mark(board, place, leaf, missing),
    )


def _mark(board: Board, place: Place, leaf: LeafNow | None, missing: Collection[str]) -> str | None:
    if leaf is None:
        return "locked" if place.is_leaf else None
    if board.entries[place.code].state in ("asked", "reopened"):
        return "explain"
    if leaf.state == "not_applicable":
        return "risk" if place.code in missing else "not_applicable"
    if leaf.state in ("scored", "refused"):
        return "risk" if place.code in missing else "declared"
    return "not_started"
