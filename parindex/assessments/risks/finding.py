"""What of a sheet may cost points, found in what the sheet itself holds: nothing of another agency is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import cast

from parindex.assessments.criteria.published_sets import criterion_of
from parindex.assessments.evidence.window import window_of
from parindex.assessments.model import Document
from parindex.assessments.risks.model import LeafAtRisk, Risk, RiskKind
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.points_now import LeafNow
from parindex.scoring import Criterion


def at_risk(board: Board) -> tuple[LeafAtRisk, ...]:
    """The leaves of a sheet with something found, in the order of the law."""
    twice = numbers_by_file(one.document for found in board.attached.values() for one in found)
    leaves = []
    for place in board.published.leaves:
        leaf, entry = board.points_now.leaves[place.code], board.entries[place.code]
        if leaf.excluded:
            continue
        documents = [one.document for one in board.attached.get(entry.id, ())]
        found = of_leaf(criterion_of(place), board.cycle.year, leaf, documents, entry.explanation, twice)
        if found is not None:
            leaves.append(found)
    return tuple(leaves)


def of_leaf(
    criterion: Criterion,
    year: int,
    leaf: LeafNow,
    documents: Sequence[Document],
    explanation: str,
    twice: Mapping[str, Sequence[str]],
) -> LeafAtRisk | None:
    """What is found at one leaf; ``None`` where nothing is.

    Args:
        criterion: The leaf.
        year: The year that is assessed.
        leaf: Its points as declared.
        documents: What proves it.
        explanation: What the agency says of it.
        twice: The numbers of each content that stands under more than one.
    """
    window, code, proved = window_of(criterion, year), leaf.code, criterion.evidence == "required"
    risks = [Risk(kind=cast(RiskKind, flag), code=code) for flag in leaf.flags]
    holding = 0
    for one in documents:
        kinds: list[RiskKind] = []
        if window.misses(one.issued_on):
            kinds.append("document_outside_period")
        if not any(letter.isdigit() for letter in one.number):
            kinds.append("document_without_number")
        risks += [
            Risk(kind=kind, code=code, about=one.number if kind == "document_outside_period" else "") for kind in kinds
        ]
        holding += not kinds
    for sha256 in dict.fromkeys(one.sha256 for one in documents):
        if sha256 in twice:
            risks.append(Risk(kind="one_file_two_numbers", code=code, about=", ".join(twice[sha256])))
    if proved and leaf.known and documents and not holding and not explanation.strip():
        risks.append(Risk(kind="no_explanation", code=code))
    if not risks:
        return None
    return LeafAtRisk(
        code=code, declared=leaf.points, expected=_expected(leaf, risks), risks=tuple(dict.fromkeys(risks))
    )


def _expected(leaf: LeafNow, risks: Sequence[Risk]) -> Decimal | None:
    """Points when what was found is held against the leaf.

    Without a document that holds and without an explanation nothing is proved, so nothing is given. A part above its
    whole and a waived leaf wait for a right fact: what that gives, no rule can tell.
    """
    kinds = {risk.kind for risk in risks}
    if "no_explanation" in kinds:
        return Decimal(0)
    return None if kinds & {"over_whole", "waived"} else leaf.points


def numbers_by_file(documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """The numbers, in their order, of each content that stands under more than one."""
    numbers: dict[str, set[str]] = {}
    for one in documents:
        numbers.setdefault(one.sha256, set()).add(one.number)
    return {sha256: tuple(sorted(found)) for sha256, found in numbers.items() if len(found) > 1}
