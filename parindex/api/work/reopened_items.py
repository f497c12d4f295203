"""Leaves that a corrected set has opened again, as the work list of their agency shows them until they are handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import countdown
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.waiting_item import WaitingItem
from parindex.assessments.amendments.model import ReopenedLeaf
from parindex.text import words

MOST: Final = 20
"""Leaves of a sheet that have a row of their own; a set that was turned over has one row for the rest."""


def declares_anew(person: Person) -> bool:
    """Whether a person declares leaves that were opened again."""
    return access.may(person, "entry:redeclare", state="submitted", own=True)


def sends_again(person: Person) -> bool:
    """Whether a person signs and sends them."""
    return access.may(person, "sheet:resend", state="submitted", own=True)


def reopened_items(request: PageRequest, person: Person, leaves: Sequence[ReopenedLeaf]) -> Iterator[WaitingItem]:
    """What waits for a person: a row for each leaf to declare, or for each sheet to send.

    Args:
        request: Gives language and time zone.
        person: Who looks.
        leaves: Those of the person's agency, oldest first.
    """
    of_sheet: dict[UUID, list[ReopenedLeaf]] = {}
    for leaf in leaves:
        of_sheet.setdefault(leaf.sheet_id, []).append(leaf)
    if declares_anew(person):
        for some in of_sheet.values():
            yield from (_leaf(request, leaf) for leaf in some[:MOST])
            if some[MOST:]:
                yield _more(request, some[MOST:])
    if sends_again(person):
        for some in of_sheet.values():
            if sent := [leaf for leaf in some if leaf.sent and leaf.own]:
                yield _sheet(request, sent)


def _leaf(request: PageRequest, leaf: ReopenedLeaf) -> WaitingItem:
    _ = translate(request)
    named = {"code": leaf.code, "title": words(leaf.title, lang_of(request)), "agency": leaf.agency}
    told = _("Đã kê khai lại, chờ lãnh đạo gửi") if leaf.declared else _by(request, leaf)
    return WaitingItem(
        title=_("Kê khai lại %(code)s %(title)s · %(agency)s", **named),
        href=url(f"/work/sheets/{leaf.sheet_id}/{leaf.code}"), verb=_("Kê khai lại"), since=leaf.at, note=told,
        count=countdown(request, leaf.closes),
    )  # fmt: skip


def _more(request: PageRequest, leaves: Sequence[ReopenedLeaf]) -> WaitingItem:
    _, first = translate(request), leaves[0]
    return WaitingItem(
        title=_("Kê khai lại %(n)s tiêu chí thành phần khác · %(agency)s", n=len(leaves), agency=first.agency),
        href=url(f"/work/sheets/{first.sheet_id}"), verb=_("Kê khai lại"), since=first.at, note=_by(request, first),
        count=countdown(request, first.closes),
    )  # fmt: skip


def _sheet(request: PageRequest, leaves: Sequence[ReopenedLeaf]) -> WaitingItem:
    _, first = translate(request), leaves[0]
    codes = ", ".join(leaf.code for leaf in leaves)
    declared = sum(leaf.declared for leaf in leaves)
    return WaitingItem(
        title=_("Gửi lại tiêu chí được mở lại: %(codes)s · %(agency)s", codes=codes, agency=first.agency),
        href=url(f"/work/sheets/{first.sheet_id}/resend"), verb=_("Xem và gửi lại"), since=first.at,
        note=_("%(declared)s/%(leaves)s tiêu chí thành phần đã kê khai lại", declared=declared, leaves=len(leaves)),
        count=countdown(request, first.closes),
    )  # fmt: skip


def _by(request: PageRequest, leaf: ReopenedLeaf) -> str:
    _ = translate(request)
    return _("Bộ tiêu chí của kỳ được sửa theo quyết định %(number)s", number=leaf.decision)
