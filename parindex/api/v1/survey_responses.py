"""Answers from kiosks and peers: idempotent, durable when acknowledged."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from parindex.access.tenants import Tenant, today_in
from parindex.api.respondent.session import GUESSES, LINK
from parindex.api.shared.holders import holder_of
from parindex.api.shared.page import lang_of
from parindex.api.shared.problems import Problem
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.errors import Refused
from parindex.surveys.model import Receipt, Submission
from parindex.surveys.rounds import invitations, opening

MOST_BYTES = 64_000
"""A response of the longest questionnaire with texts is far smaller."""


class NewResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole response. Send it again with the same id until it is acknowledged."""

    id: UUID
    """Your name for it, random (UUIDv4)."""

    invitation: Annotated[str, msgspec.Meta(min_length=22, max_length=22)]
    """Token of the invitation."""

    answers: Annotated[list[int | None], msgspec.Meta(max_length=2000)]
    """In the instrument's item order; null: not asked, −1 don't know, −2 not applicable, −3 refused, −4 skipped, −5 illegible."""

    texts: Annotated[dict[str, str], msgspec.Meta(max_length=200)] = {}
    """Written answers by item code."""

    channel: Literal["kiosk", "interview", "phone", "post", "peer"] = "peer"
    """How it was given."""


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """The response is durable."""

    receipt: str
    """Code with which it can be withdrawn until the lock."""

    repeated: bool
    """Whether it had been stored before."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """One element of ``answers``."""

    item: str
    """Code of the item."""

    option: int | None
    """Option of a multiple choice, whose element is 1 or 0."""

    asked: bool
    """Whether this round asks it; otherwise null."""

    codes: list[int]
    """What may stand there."""


class RoundDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a client needs to know of a round."""

    id: UUID
    """The round."""

    title: str
    """Its name."""

    instrument: str
    """Code of the instrument."""

    version: str
    """Its version."""

    form: str
    """What is asked of it."""

    state: str
    """``open`` or ``locked``."""

    opens_on: str
    """First day, ISO."""

    closes_on: str
    """Last day, ISO."""

    positions: list[Position]
    """The elements of ``answers``, in order."""


def _problem(description: str) -> ResponseSpec:
    return ResponseSpec(
        data_container=Problem, description=description, media_type="application/problem+json", generate_examples=False
    )


PROBLEMS = {
    400: _problem("Unreadable"),
    404: _problem("No such round or invitation"),
    409: _problem("The id was used for other content, or the invitation was used"),
    410: _problem("The round is closed"),
    413: _problem("Too large"),
    415: _problem("Not JSON by its type"),
    422: _problem("Answers that the questionnaire does not have"),
    429: _problem("Too many requests"),
    503: _problem("Not stored or not known: send again with the same id"),
}


@get(
    "/api/v1/survey-rounds/{round_id:uuid}", tags=["surveys"], summary="A round and the order of its answers",
    responses={404: PROBLEMS[404]},
)  # fmt: skip
async def describe(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> RoundDocument:
    """What a client needs to send answers."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        if held.instrument_id is None or held.form is None:
            raise Refused("survey_round_unknown")
        layout = await opening.layout(connection, held.instrument_id)
    asked = set(layout.form(held.form).groups)
    allowed = layout.plan(held.form).allowed
    positions = [
        Position(
            item=code, option=None if place.item.many is None else layout.instrument.scales[place.item.many][k].code,
            asked=place.group.code in asked, codes=sorted(c for c in allowed[place.first + k] if c is not None),
        )
        for code, place in layout.places.items() for k in range(place.length)
    ]  # fmt: skip
    return RoundDocument(
        id=held.id, title=held.title(lang_of(request)), instrument=held.instrument_code, version=layout.instrument.version,
        form=held.form, state=held.state, opens_on=held.opens_on.isoformat(), closes_on=held.closes_on.isoformat(),
        positions=positions,
    )  # fmt: skip


@post(
    "/api/v1/survey-rounds/{round_id:uuid}/responses", tags=["surveys"], summary="Send a response",
    opt={"exclude_from_csrf": True}, request_max_body_size=MOST_BYTES, status_code=201, responses=PROBLEMS,
)  # fmt: skip
async def send(
    request: PageRequest, services: Given, round_id: FromPath[UUID], data: JSONBody[NewResponse]
) -> Response[Acknowledged]:
    """Store a response; 201 when it is new, 200 when it had been stored before, both after it is durable."""
    receipt = await accept(services, request.tenant, round_id, data, guesser=holder_of(request))
    return Response(acknowledged(receipt), status_code=200 if receipt.repeated else 201)


def acknowledged(receipt: Receipt) -> Acknowledged:
    """What the sender is told."""
    return Acknowledged(receipt=receipt.code, repeated=receipt.repeated)


async def accept(services: Services, tenant: Tenant, round_id: UUID, data: NewResponse, *, guesser: str) -> Receipt:
    """Check and store a response; returns once it is durable.

    Args:
        services: Of the installation.
        tenant: Of the address.
        round_id: The round.
        data: What was sent.
        guesser: Address that answers for invitations that do not exist.

    Raises:
        Refused: what :data:`PROBLEMS` lists.
    """
    digest = invitations.token_hash(data.invitation)
    LINK.take(digest.hex())
    plan = await opening.plan(services.db, tenant.id, round_id)
    try:
        plan.check(data.answers, data.texts)
    except Refused:
        async with services.db.transaction(tenant.id) as connection:
            if (await opening.get(connection, round_id)).state in ("locking", "locked"):
                raise Refused("round_closed") from None
        raise
    submission = Submission(
        client_id=data.id, answers=tuple(data.answers), texts=data.texts, token_hash=digest, channel=data.channel,
        day=today_in(tenant),
    )  # fmt: skip
    try:
        return await services.intake.submit(tenant.id, round_id, submission)
    except Refused as refused:
        if refused.code == "invitation_unknown":
            GUESSES.take(guesser)
        raise


routes = [describe, send]
