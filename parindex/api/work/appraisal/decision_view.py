"""The form of a decision: nothing is chosen at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from parindex.api.shared.page import lang_of
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import FactField, FieldFault
from parindex.assessments.model import AppraisalDecision
from parindex.assessments.sheets.board import Board
from parindex.errors import FieldError


class DecisionFields(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a decision."""

    fields: tuple[FactField, ...]
    """Facts that may be changed."""

    typed: Mapping[str, str]
    """What a refused form held, by field."""

    errors: tuple[FieldFault, ...]
    """Why it was refused."""

    error_of: Mapping[str, str]
    """The same by field."""

    row_version: int
    """Version of the entry that the form is made from."""

    may_accept: bool
    """Whether there are facts to agree with."""

    max: Decimal
    """Most points that may be set."""


def decision_fields(
    request: PageRequest,
    board: Board,
    code: str,
    standing: AppraisalDecision | None,
    *,
    typed: Mapping[str, str] | None,
    errors: Sequence[FieldError],
) -> DecisionFields:
    """The form of a decision on one entry.

    Args:
        request: Gives the language.
        board: The sheet.
        code: The leaf.
        standing: The decision that holds.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
    """
    lang = lang_of(request)
    entry, place, leaf = board.entries[code], board.published.leaf(code), board.points_now.leaves[code]
    told = entry_view.told_by_field(errors, lang)
    fields = []
    for asked in board.published.fields[code]:
        shared, own = board.shared.get(asked.name), entry.facts.get(asked.name)
        effective = shared.effective if shared else (standing.facts.get(asked.name, own) if standing else own)
        holds = entry_view.input_text(asked, effective, lang)
        value = holds if typed is None else typed.get(f"fact:{asked.name}", "")
        fields.append(entry_view.fact_field(board, asked, value, told, lang, shared=len(asked.used_by)))
    return DecisionFields(
        fields=tuple(fields),
        typed=typed or {},
        errors=entry_view.faults(told),
        error_of=told,
        row_version=entry.row_version,
        may_accept=leaf.known and not leaf.excluded,
        max=place.node.max,
    )
