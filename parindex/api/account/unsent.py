"""A form whose session had ended is given back: signed in again, it is sent by a click."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Response

from parindex.access import Person
from parindex.api.account.sign_in_view import SignInPage
from parindex.api.shared import form_token
from parindex.api.shared.page import AnyRequest, Page, page
from parindex.api.shared.problems import handle_refused, wants_document
from parindex.api.shared.unsent_forms import SentFields, UnsentForm, packed

_UNTYPED: Final = frozenset({"row_version", "then", "agency", "next", "shown", "confirm"})
"""Fields that nobody typed, beside those whose name begins with ``version:``."""


class UnsentPage(Page, frozen=True, kw_only=True):
    """What was sent and not done, to be sent again."""

    template: ClassVar[str] = "account/unsent.html"

    action: str
    """Where it is sent."""

    sent: SentFields
    """All its fields."""

    typed: tuple[str, ...]
    """What somebody typed, to be read before."""

    sender: UUID | None
    """Who sends it: what this browser kept of theirs goes to the server with it."""


def unsent_page(action: str, sent: SentFields, person: Person | None) -> UnsentPage:
    """The page that sends a form again; the person who is signed in now."""
    typed = (text.strip() for name, text in sent if name not in _UNTYPED and not name.startswith("version:"))
    return UnsentPage(
        action=action,
        sent=sent,
        typed=tuple(dict.fromkeys(text for text in typed if text)),
        sender=person.id if person else None,
    )


def handle(request: AnyRequest, unsent: UnsentForm) -> Response[Any]:
    """Give the fields back: to whoever signs in again, or to the person whose page was of an earlier session."""
    if wants_document(request):
        return handle_refused(request, unsent)
    action = "?".join(
        part.decode("ascii", "replace") for part in (request.scope["raw_path"], request.scope["query_string"]) if part
    )
    request.state.form_token = unsent.token
    shown: Page
    if unsent.code == "sign_in_needed":
        shown = SignInPage(login="", next=action, errors=(), unsent=packed(unsent.sent))
    else:
        shown = unsent_page(action, unsent.sent, getattr(request.state, "person", None))
    response = page(request, shown, status=unsent.kind.status, headers={"Cache-Control": "no-store"})
    request.state.cookies.put(response, form_token.COOKIE, unsent.token)
    return response
