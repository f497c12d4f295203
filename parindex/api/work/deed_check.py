"""Asking before a deed that cannot be undone, and doing it: one way for all of them.

The page is asked for by GET. The form that it holds comes back with the digest of what was shown and with the lines that
were confirmed; the deed asks the room again, in its own transaction, and is done only if nothing changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

import msgspec
from litestar import Response
from litestar.response import Redirect

from parindex.api.shared.countdown import zone_of
from parindex.api.shared.forms import Line, posted, read_form, typed_into
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.deed_check_view import DeedFrame, deed_check_page
from parindex.audit.confirmation import Confirmation, DeedCheck, Unconfirmed
from parindex.errors import Refused
from parindex.store.database import Connection


class CheckForm(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back from the page before a deed."""

    shown: Line = ""
    """Digest of what was shown."""

    confirm: tuple[Line, ...] = ()
    """Keys of the lines that were confirmed."""

    @property
    def given(self) -> Confirmation:
        """What was shown and confirmed."""
        return Confirmation(shown=self.shown, lines=self.confirm)


FormBefore = TypeVar("FormBefore", bound=CheckForm)


class Asked(Protocol):
    """What a room says before a deed; ``hold``: nobody changes it until the transaction ends."""

    async def __call__(self, connection: Connection, *, hold: bool) -> DeedCheck:
        """What is shown."""


async def ask(request: PageRequest, services: Given, frame: DeedFrame, asked: Asked) -> Response[str]:
    """The page before a deed."""
    if request.person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.tenant.id) as connection:
        check = await asked(connection, hold=False)
    return await _page(request, frame, check)


async def take(
    request: PageRequest,
    services: Given,
    frame: DeedFrame,
    form: type[FormBefore],
    asked: Asked,
    deed: Callable[[Connection, DeedCheck, FormBefore], Awaitable[str]],
    *,
    before: Callable[[Connection], Awaitable[str | None]] | None = None,
) -> Response[str] | Redirect:
    """Do a deed that was asked for; what it refuses is told on its page, with what was typed.

    Args:
        request: Carries the form.
        services: Give the database.
        frame: Where it is asked for.
        form: What its fields are.
        asked: What the room says before it.
        deed: Confirms the check, does it and gives the address that it leads to.
        before: Where a second click leads, if the deed is done already.

    A refusal of rights is a page of its own.
    """
    if request.person is None:
        raise Refused("sign_in_needed")
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            done = await before(connection) if before else None
            if done is None:
                check = await asked(connection, hold=True)
                done = await deed(connection, check, await read_form(request, form))
    except Unconfirmed as refused:
        return await _page(request, frame, refused.check, form=form, refused=refused)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        async with services.db.transaction(request.tenant.id) as connection:
            check = await asked(connection, hold=False)
        return await _page(request, frame, check, form=form, refused=refused)
    return Redirect(url(done), status_code=303)


async def _page(
    request: PageRequest,
    frame: DeedFrame,
    check: DeedCheck,
    *,
    form: type[CheckForm] | None = None,
    refused: Refused | None = None,
) -> Response[str]:
    typed: Mapping[str, str] = {}
    confirmed: frozenset[str] = frozenset()
    if form is not None:
        given = await posted(request)
        chosen = {one.name: next(iter(given.get(one.name, ())), "") for one in frame.fields}
        typed, confirmed = {**chosen, **typed_into(given, form)}, frozenset(given.get("confirm", ()))
    shown = deed_check_page(
        check, frame, lang_of(request), zone_of(request), typed=typed, confirmed=confirmed, refused=refused
    )
    return page(request, shown, status=refused.kind.status if refused else 200, marked=check.marked)
