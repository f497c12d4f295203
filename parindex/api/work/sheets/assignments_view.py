"""What the page of assigned leaves shows: who has what, since when, how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.api.shared.forms import Posted
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.problems import problem
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.api.work.sheets.sheet_view import SheetHeader, address, header
from parindex.assessments.assignments.assigned_sheet import AssignedSheet
from parindex.assessments.assignments.assigning import is_in
from parindex.assessments.assignments.model import PARTS, AssignedLeaf
from parindex.assessments.sheets import permission, submission
from parindex.errors import Refused
from parindex.text import N_, words

DONE: Final[Mapping[str, str]] = {
    "given": N_("Đã giao các tiêu chí."),
    "released": N_("Đã thôi giao các tiêu chí."),
    "back": N_("Đã trả lại các tiêu chí; người kê khai thấy lý do."),
    "handed": N_("Đã nộp phần kê khai cho đầu mối."),
}
"""What was done just now."""

_LABELS: Final[Mapping[str, str]] = {
    "leaf": N_("Tiêu chí"), "person": N_("Người được giao"), "part": N_("Vai trò"), "reason": N_("Lý do trả lại"),
}  # fmt: skip


class AssignmentsTyped(msgspec.Struct, frozen=True, kw_only=True):
    """What a refused form held."""

    person: str = ""
    """Who was chosen."""

    part: str = "owner"
    """Which part was chosen."""

    reason: str = ""
    """What was typed."""

    @classmethod
    def of(cls, given: Posted) -> AssignmentsTyped:
        """From what was sent."""
        first = {name: next(iter(given.get(name, ())), "") for name in ("person", "part", "reason")}
        return cls(**first)


class HolderLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has a leaf."""

    name: str
    """Who."""

    part: str
    """Which part, in words."""

    since: datetime
    """From when on."""

    present: bool
    """Whether they still may declare it."""


class AssignedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf and whoever has it."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    href: str
    """Its page."""

    holders: tuple[HolderLine, ...]
    """Who has it, the owner first."""

    state: str
    """Its chip."""

    state_text: str
    """How far it is."""

    note: str
    """Who handed it in when, or why it was given back."""

    mine: bool
    """Whether the person declares it by assignment."""

    choosable: bool
    """Whether the person may give it."""

    ticked: bool
    """Whether it was chosen."""


class AssignedArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area with its leaves."""

    code: str
    """Its code, or the part that stands beside the areas."""

    title: str
    """Its title."""

    choosable: bool
    """Whether the person may give leaves of it."""

    ticked: bool
    """Whether it was chosen as a whole."""

    rows: tuple[AssignedRow, ...]
    """Its leaves, in the order of the law."""


class HolderSum(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has."""

    name: str
    """Who."""

    owned: int
    """Leaves that they answer for."""

    helped: int
    """Leaves with which they help."""

    complete: int
    """Leaves that they declare and that lack nothing."""

    handed: int
    """Leaves that they declare and that are handed in."""


class AssignmentsPage(Page, frozen=True, kw_only=True):
    """Who has which leaf of a sheet."""

    template: ClassVar[str] = "work/sheets/assignments.html"

    sheet: SheetHeader
    """Whose sheet."""

    done: str
    """What was done just now; empty for nothing."""

    problem_text: str
    """Why nothing was done; empty unless refused."""

    faults: tuple[FieldFault, ...]
    """What is wrong with the form."""

    error_of: Mapping[str, str]
    """The same by field."""

    unowned: int
    """Leaves that nobody answers for, of those that the person may give."""

    may_assign: bool
    """Whether the person gives leaves."""

    may_give_back: bool
    """Whether the person gives back what was handed in."""

    may_hand_in: bool
    """Whether the person has leaves to hand in."""

    left: int
    """Of the person's own leaves, those that are not handed in."""

    people: tuple[FieldOption, ...]
    """Whom leaves may be given to, nobody first."""

    parts: tuple[FieldOption, ...]
    """What they may have to do with them."""

    typed: AssignmentsTyped
    """What stands in the form."""

    sums: tuple[HolderSum, ...]
    """What each has."""

    areas: tuple[AssignedArea, ...]
    """All leaves."""


def assignments_page(
    request: PageRequest, known: AssignedSheet, given: Posted | None = None, refused: Refused | None = None
) -> AssignmentsPage:
    """Who has which leaf.

    Args:
        request: Gives language and person.
        known: What is known of it.
        given: What a refused form held.
        refused: Why it was refused.
    """
    _, lang, board = translate(request), lang_of(request), known.board
    typed = AssignmentsTyped.of(given) if given else AssignmentsTyped()
    told = told_by_field(refused.fields, lang) if refused else {}
    said = problem(refused, lang) if refused else None
    lacking = {gap.field for gap in submission.gaps(board)}
    owned = {code for code in known.assignable if (owner := board.sheet.assignments.owner(code)) and owner.present}
    left = [code for code in known.mine if code in board.entries and not is_in(board, known.handed, code)]
    by_code = known.board.published.places
    return AssignmentsPage(
        sheet=header(request, board),
        done=_(DONE[done]) if (done := request.query_params.get("done", "")) in DONE and refused is None else "",
        problem_text=f"{said.title}. {said.detail}" if said and refused and refused.code != "invalid_fields" else "",
        faults=faults(told, lang, {**{name: _(label) for name, label in _LABELS.items()},
                                   **{code: f"{code} {words(by_code[code].node.title, lang)}" for code in lacking}}),
        error_of=told,
        unowned=len(known.assignable - owned),
        may_assign=bool(known.assignable),
        may_give_back=any(permission.may(request.person, "leaf:give_back", board.sheet, one) for one in known.assignable),
        may_hand_in=bool(left) and any(permission.may(request.person, "leaf:hand_in", board.sheet, one) for one in left),
        left=len(left),
        people=(FieldOption(value="", label="–"), *(FieldOption(value=str(one.id), label=one.name) for one in known.colleagues)),
        parts=tuple(FieldOption(value=part, label=_(name)) for part, name in PARTS.items()),
        typed=typed,
        sums=_sums(known, lacking),
        areas=_areas(request, known, lacking, given or {}),
    )  # fmt: skip


def _sums(known: AssignedSheet, lacking: set[str]) -> tuple[HolderSum, ...]:
    board, held = known.board, known.board.sheet.assignments
    names: dict[UUID, str] = {}
    for code in board.entries:
        names |= {one.person_id: one.name for one in held.of(code) if one.part != "monitor"}
    sums = []
    for person_id, name in names.items():
        owned = held.held_by(person_id, frozenset({"owner"})) & set(board.entries)
        helped = held.held_by(person_id, frozenset({"contributor"})) & set(board.entries)
        mine = owned | helped
        handed = sum(is_in(board, known.handed, code) for code in mine)
        sums.append(
            HolderSum(name=name, owned=len(owned), helped=len(helped), complete=len(mine - lacking), handed=handed)
        )
    return tuple(sorted(sums, key=lambda one: one.name))


def _areas(request: PageRequest, known: AssignedSheet, lacking: set[str], given: Posted) -> tuple[AssignedArea, ...]:
    _, lang, board = translate(request), lang_of(request), known.board
    rows: dict[str, list[AssignedRow]] = {}
    titles: dict[str, str] = {}
    for place in board.published.leaves:
        if place.code not in board.entries:
            continue
        key = place.area or place.part
        held: Sequence[AssignedLeaf] = board.sheet.assignments.of(place.code)
        state, text, note = _progress(request, known, place.code, lacking)
        titles[key] = (
            f"{place.area} {words(board.published.places[place.area].node.title, lang)}" if place.area
            else _("Điểm thưởng") if place.part == "bonus" else _("Điểm trừ")
        )  # fmt: skip
        rows.setdefault(key, []).append(
            AssignedRow(
                code=place.code,
                title=words(place.node.title, lang),
                href=address(board.sheet.id, place.code),
                holders=tuple(
                    HolderLine(name=one.name, part=_(PARTS[one.part]), since=one.since, present=one.present)
                    for one in held
                ),
                state=state,
                state_text=text,
                note=note,
                mine=place.code in known.mine,
                choosable=place.code in known.assignable,
                ticked=place.code in given.get("leaf", ()),
            )
        )
    return tuple(
        AssignedArea(
            code=key, title=titles[key], rows=tuple(found), ticked=key in given.get("area", ()),
            choosable=any(row.choosable for row in found),
        )
        for key, found in rows.items()
    )  # fmt: skip


def _progress(request: PageRequest, known: AssignedSheet, code: str, lacking: set[str]) -> tuple[str, str, str]:
    """Chip, its words, and a note."""
    _, board = translate(request), known.board
    newest = known.handed.get(board.entries[code].id)
    if newest is not None and newest.holds(board.entries[code].row_version):
        return "sent", _("Đã nộp cho đầu mối"), newest.name
    if (
        newest is not None
        and newest.given_back_at is not None
        and newest.row_version == board.entries[code].row_version
    ):
        return "explain", _("Trả lại để làm tiếp"), newest.reason or ""
    if code in lacking:
        return "editing", _("Chưa đủ"), ""
    return "agreed", _("Đã đủ"), ""
