"""What every page of a visit needs: the sealed cookie, the session behind it, limits, the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from litestar import Response
from litestar.response import Redirect

from parindex.api.shared.holders import holder_of
from parindex.api.shared.page import url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Services
from parindex.surveys.answers import visits
from parindex.surveys.answers.limits import Limit
from parindex.surveys.answers.visits import Session, Visit

COOKIE: Final = "survey_visit"
HEADERS: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

LINK: Final = Limit(burst=120, per_minute=120)
"""Requests of one invitation."""

GUESSES: Final = Limit(burst=20, per_minute=10)
"""Failed tokens and receipt codes from one address."""


async def session_of(request: PageRequest, services: Services, *, late: bool = False) -> Session:
    """The session that the cookie of a request names; ``late`` as in :func:`visits.resume`.

    Raises:
        Refused: ``visit_over``, ``too_many_requests`` and what :func:`visits.resume` raises.
    """
    visit = visits.unseal(request.jar.read(COOKIE), request.tenant.id, services.secret)
    LINK.take(str(visit.invitation_id))
    async with services.db.transaction(request.tenant.id, snapshot=True) as connection:
        return await visits.resume(connection, visit, late=late)


def go(request: PageRequest, services: Services, path: str, visit: Visit | None = None) -> Redirect:
    """On to another page, with a new cookie where the visit has changed."""
    response = Redirect(url(path), status_code=303, headers=HEADERS)
    if visit is not None:
        request.jar.put(response, COOKIE, visits.seal(visit, request.tenant.id, services.secret), path=url("/survey"))
    return response


def over(request: PageRequest, response: Response[str]) -> Response[str]:
    """The same answer, which ends the visit."""
    request.jar.drop(response, COOKIE, path=url("/survey"))
    return response


def guessed(request: PageRequest) -> None:
    """Count a token or a code that does not exist.

    Raises:
        Refused: ``too_many_requests``.
    """
    GUESSES.take(holder_of(request))


def first(fields: Mapping[str, Sequence[str]], name: str, default: str = "") -> str:
    """The first value of a field."""
    return next(iter(fields.get(name, ())), default)
