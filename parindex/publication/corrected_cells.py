"""What an edition says otherwise than the one that it supersedes, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from parindex.publication.model import CellKind, CorrectedCell
from parindex.rankings.model import Computation, EstimateDocument, NodeDocument, ResultDocument

PublishedCell = tuple[CellKind, str | None]
"""What a cell is of an agency: its kind and name."""

WHOLE: Final[Mapping[CellKind, str]] = {
    "status": "status", "total": "points", "max": "max", "appraised": "appraised", "survey": "survey", "bonus": "bonus",
    "penalty": "penalty", "index": "index", "class": "class_", "rank": "rank", "group_rank": "group_rank",
    "interval": "interval", "rank_set": "rank_set", "group_rank_set": "group_rank_set",
}  # fmt: skip
"""Kinds of an agency as a whole, and the member of its result that holds each."""


def cells(
    before: Computation,
    after: Computation,
    *,
    reasons: Mapping[tuple[str, str], str],
    reason: str,
    sealed: bool = False,
) -> tuple[CorrectedCell, ...]:
    """Every cell that changed, agencies in the order of the results.

    Args:
        before: The year as it was published.
        after: As it is now.
        reasons: Why a leaf of an agency was corrected, by agency and code.
        reason: Why an estimate was: that of the decision.
        sealed: Whether what stood there is not told any more.
    """
    old, new = _of_agencies(before), _of_agencies(after)
    found = []
    for agency in dict.fromkeys((*new, *old)):
        was, now = old.get(agency, {}), new.get(agency, {})
        for place in dict.fromkeys((*now, *was)):
            if was.get(place) != now.get(place):
                kind, name = place
                found.append(
                    CorrectedCell(
                        agency=agency, kind=kind, name=name, old=None if sealed else was.get(place), new=now.get(place),
                        reason=reason if kind == "estimate" else reasons.get((agency, _leaf(kind, name))),
                    )
                )  # fmt: skip
    return tuple(found)


def new_values(computation: Computation) -> dict[tuple[str, CellKind, str | None], str]:
    """What stands in every cell of a year, by agency, kind and name."""
    return {
        (agency, kind, name): text
        for agency, held in _of_agencies(computation).items()
        for (kind, name), text in held.items()
    }


def _leaf(kind: CellKind, name: str | None) -> str:
    """The leaf that a cell belongs to; of no leaf an empty one."""
    if name is None or kind not in ("fact", "points"):
        return ""
    return name.rpartition(".")[0] if kind == "fact" else name


def _of_agencies(computation: Computation) -> dict[str, dict[PublishedCell, str]]:
    held: dict[str, dict[PublishedCell, str]] = {result.agency: {} for result in computation.results}
    for agency in computation.given.agencies:
        held.setdefault(agency.code, {}).update((("fact", name), text) for name, text in agency.facts.items())
    for estimate in computation.given.estimates:
        held.setdefault(estimate.agency, {})["estimate", estimate.name] = _estimate(estimate)
    for result in computation.results:
        held[result.agency].update(_of_result(result))
    return held


def _estimate(estimate: EstimateDocument) -> str:
    return estimate.state if estimate.decimal is None else estimate.decimal


def _of_result(result: ResultDocument) -> Iterator[tuple[PublishedCell, str]]:
    for code, node in result.nodes.items():
        yield ("points", code), _points(node)
    for kind, member in WHOLE.items():
        value = getattr(result, member)
        if value is not None:
            yield (kind, None), _text(value)


def _points(node: NodeDocument) -> str:
    return node.state if node.points is None else node.points


def _text(value: object) -> str:
    return (
        "–".join(str(part) for part in value)
        if isinstance(value, Iterable) and not isinstance(value, str)
        else str(value)
    )
