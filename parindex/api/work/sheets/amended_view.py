"""What the page of a sheet says of its criteria set being corrected within the year, and which leaves are open again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.links import Link
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.assessments.amendments.model import SetAmendment
from parindex.assessments.model import WITH_AGENCIES
from parindex.assessments.sheets import permission
from parindex.assessments.sheets.board import Board
from parindex.text import words


class AmendedSet(msgspec.Struct, frozen=True, kw_only=True):
    """A set was corrected within the year."""

    text: str
    """From which version to which."""

    decision: str
    """Number of the decision."""

    decided_on: date
    """Its day."""

    reason: str
    """Why."""

    at: datetime
    """When it was entered."""

    reopened: tuple[Link, ...]
    """Leaves that are declared anew."""

    retired: str
    """Leaves that are not asked any more; empty for none."""


class AmendedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What corrections of the set mean for a sheet."""

    sets: tuple[AmendedSet, ...]
    """Newest first."""

    open: tuple[Link, ...]
    """Leaves of a sheet that was sent which lie with the agency again."""

    until: str
    """The last day for them."""

    resend: str
    """Where the leader sends them; empty where the reader may not."""


def amended(request: PageRequest, board: Board, amendments: Sequence[SetAmendment]) -> AmendedSheet | None:
    """What corrections of the set mean for a sheet; ``None`` where its set was not corrected."""
    if not amendments:
        return None
    _, sheet = translate(request), board.sheet
    opened = [place.code for place in board.published.leaves if board.entries[place.code].reopened]
    closes = max((at for code in opened if (at := board.entries[code].reopen_closes) is not None), default=None)
    return AmendedSheet(
        sets=tuple(
            AmendedSet(
                text=_("Từ %(older)s sang %(newer)s", older=one.older, newer=one.newer), decision=one.decided.number,
                decided_on=one.decided.date, reason=one.decided.reason, at=one.at,
                reopened=tuple(_link(request, board, code) for code in one.reopened if code in board.entries),
                retired=", ".join(one.retired),
            )
            for one in reversed(amendments)
        ),
        open=tuple(_link(request, board, code) for code in opened) if sheet.state not in WITH_AGENCIES else (),
        until=deadline_text(closes, zone_of(request), lang_of(request)) if closes else "",
        resend=(
            url(f"/work/sheets/{sheet.id}/resend")
            if opened and permission.may(request.person, "sheet:resend", sheet)
            else ""
        ),
    )  # fmt: skip


def _link(request: PageRequest, board: Board, code: str) -> Link:
    title = words(board.published.places[code].node.title, lang_of(request))
    return Link(href=url(f"/work/sheets/{board.sheet.id}/{code}"), label=f"{code} {title}")
