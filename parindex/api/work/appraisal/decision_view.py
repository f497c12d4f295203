"""The form of a decision: nothing is chosen at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from parindex.access.form_drafts import FormDraft
from parindex.api.shared.page import lang_of
from parindex.api.shared.requests import PageRequest
from parindex.api.work.drafts_view import DraftMark, decision_form, mark
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import FactField, FieldFault
from parindex.api.work.sheets.typed_text import input_text
from parindex.assessments.model import AppraisalDecision
from parindex.assessments.sheets import typed_values
from parindex.assessments.sheets.board import Board
from parindex.errors import FieldError
from parindex.text import Language

_TEXTS: Final = ("kind", "points", "reason:accept", "reason:change_facts", "reason:set_points", "reason:ask")
"""Fields of a decision that hold nothing at first."""


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

    draft: DraftMark
    """What was typed and not recorded."""


def decision_fields(
    request: PageRequest,
    board: Board,
    code: str,
    standing: AppraisalDecision | None,
    *,
    draft: FormDraft | None,
    typed: Mapping[str, str] | None,
    errors: Sequence[FieldError],
) -> DecisionFields:
    """The form of a decision on one entry.

    Args:
        request: Gives person and language.
        board: The sheet.
        code: The leaf.
        standing: The decision that holds.
        draft: What the person typed and did not record.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
    """
    lang = lang_of(request)
    entry, place, leaf = board.entries[code], board.published.leaf(code), board.points_now.leaves[code]
    told = entry_view.told_by_field(errors, lang)
    stands = _stands(board, code, standing, lang)
    form = decision_form(board.cycle.id, code, board.sheet.agency_code)
    assert request.person is not None
    marked = mark(request.person, form, draft if typed is None else None, {**stands, **dict.fromkeys(_TEXTS, "")})
    given = typed or marked.typed or {}
    changed = any(error.code == "entry_changed" for error in errors)
    fields = tuple(
        entry_view.fact_field(
            board, asked, (given or stands).get(f"fact:{asked.name}", ""), told, lang, shared=len(asked.used_by)
        )
        for asked in board.published.fields[code]
    )
    return DecisionFields(
        fields=fields,
        typed=given,
        errors=entry_view.faults(told, lang, {one.name: one.label for one in fields}),
        error_of=told,
        row_version=entry.row_version if changed else typed_values.version_of(given, "row_version", entry.row_version),
        may_accept=leaf.known and not leaf.excluded,
        max=place.node.max,
        draft=marked,
    )


def _stands(board: Board, code: str, standing: AppraisalDecision | None, lang: Language) -> dict[str, str]:
    """The facts of a leaf as they hold."""
    entry, held = board.entries[code], {}
    for asked in board.published.fields[code]:
        shared, own = board.shared.get(asked.name), entry.facts.get(asked.name)
        effective = shared.effective if shared else (standing.facts.get(asked.name, own) if standing else own)
        held[f"fact:{asked.name}"] = input_text(asked, effective, lang)
    return held
