"""A respondent's visit: from a link to a receipt, without a session and without the token in any later address.

Opening a link gives the browser a sealed cookie that names round and invitation. The answers given so far lie
in the database, so the link goes on where it stopped, on any device.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from parindex.errors import Refused
from parindex.store import seals
from parindex.store.database import Connection
from parindex.surveys.answers import drafts, queries, receipts
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.model import Round
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.questionnaire.instrument import InstrumentForm
from parindex.surveys.rounds import invitations, opening
from parindex.surveys.rounds import queries as round_queries

_LENGTH: Final = 33
_PURPOSE: Final = b"survey visit"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What the cookie says."""

    round_id: UUID
    """The round."""

    invitation_id: UUID
    """The invitation."""

    agreed: bool = False
    """Whether the information sheet was agreed to."""

    sent: bool = False
    """Whether this browser sent the response, and so may see its receipt."""


class VisitPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where the answers belong."""

    agency_vi: str | None
    """Name of the agency that is asked about; ``None`` after the lock."""

    agency_en: str | None
    """English name."""

    psu_name: str | None
    """Commune."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A visit with what the pages need."""

    visit: Visit
    """The cookie."""

    round: Round
    """The round."""

    layout: AnswerLayout
    """Of its instrument."""

    form: InstrumentForm
    """What is asked."""

    used: bool
    """Whether the response was sent."""

    token_hash: bytes
    """Names the invitation in a submission."""

    client_id: UUID
    """Names the response, the same from every device."""

    receipt: str
    """Code with which the response can be withdrawn."""

    place: VisitPlace
    """Where the answers belong."""

    draft: Draft
    """Answers so far."""

    untimely: Refused | None = None
    """Why nothing is taken today."""


def seal(visit: Visit, tenant_id: UUID, secret: bytes) -> str:
    """The value of the cookie."""
    flags = bytes([visit.agreed | visit.sent << 1])
    told = visit.round_id.bytes + visit.invitation_id.bytes + flags
    return seals.sealed(told, secret, _PURPOSE + tenant_id.bytes)


def unseal(value: str | None, tenant_id: UUID, secret: bytes) -> Visit:
    """The visit of a cookie.

    Raises:
        Refused: ``visit_over`` for no cookie or one that was not sealed here.
    """
    told = seals.unsealed(value or "", _LENGTH, secret, _PURPOSE + tenant_id.bytes)
    if told is None:
        raise Refused("visit_over")
    return Visit(
        round_id=UUID(bytes=told[:16]),
        invitation_id=UUID(bytes=told[16:32]),
        agreed=bool(told[32] & 1),
        sent=bool(told[32] & 2),
    )


async def arrive(connection: Connection, token: str) -> Visit:
    """The visit that a link opens.

    Raises:
        Refused: ``invitation_unknown``; ``round_closed`` while a round is being locked, for its invitations cannot be
            seen until that is done.
    """
    found = None
    if invitations.well_formed(token):
        found = await queries.invitation_by_token(connection, invitations.token_hash(token))
    if found is None:
        raise Refused("round_closed" if await round_queries.any_locking(connection) else "invitation_unknown")
    return Visit(round_id=found["survey_round"], invitation_id=found["id"])


async def resume(connection: Connection, visit: Visit, *, late: bool = False) -> Session:
    """What the pages of a visit need.

    Args:
        connection: In a snapshot: an invitation read as unused and a draft that was sent in between would look
            like a response without answers.
        visit: The cookie.
        late: Whether a visit after the last day is given all the same, to keep what was typed: then it says
            ``untimely``.

    Raises:
        Refused: ``round_over`` after the last day for an answer not sent, ``round_closed`` for everybody after the
            lock; ``round_not_open``; ``visit_over``.
    """
    held = await opening.get(connection, visit.round_id)
    secret = await round_queries.secret(connection, held.id)
    if held.state != "open" or secret is None or held.instrument_id is None or held.form is None:
        raise Refused("round_closed")
    invited = await queries.invitation_by_id(connection, held.id, visit.invitation_id)
    if invited is None:
        raise Refused("visit_over")
    untimely = None if invited["used"] else opening.out_of_time(invited["today"], held.opens_on, held.closes_on)
    if untimely is not None and not (late and untimely.code == "round_over"):
        raise untimely
    layout = await opening.layout(connection, held.instrument_id)
    sent_as = receipts.client_id(secret, visit.invitation_id)
    return Session(
        visit=visit, round=held, layout=layout, form=layout.form(held.form), used=invited["used"],
        token_hash=invited["token_hash"], client_id=sent_as, receipt=receipts.receipt_code(secret, sent_as),
        place=VisitPlace(agency_vi=invited["agency_vi"], agency_en=invited["agency_en"], psu_name=invited["psu_name"]),
        draft=await drafts.get(connection, held.id, visit.invitation_id, layout), untimely=untimely,
    )  # fmt: skip


async def stored_content(connection: Connection, visit: Visit) -> bytes | None:
    """The digest of what an invitation's response holds; ``None`` where there is none."""
    return await queries.content_of_invitation(connection, visit.round_id, visit.invitation_id)
