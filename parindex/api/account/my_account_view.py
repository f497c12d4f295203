"""What one's own account shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from parindex import access
from parindex.access.guessable_passwords import SHORTEST
from parindex.access.staff.model import ListedPerson, SessionSeen
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.api.work.people.person_view import SessionRow, session_row
from parindex.api.work.people.person_words import RoleTold, current, roles_told
from parindex.errors import N_, FieldError, Refused

LABELS: Final = {
    "current": N_("Mật khẩu hiện tại"),
    "password": N_("Mật khẩu mới"),
    "again": N_("Nhập lại mật khẩu mới"),
}
"""Fields of the password's form."""


class AccountPage(Page, frozen=True, kw_only=True):
    """One's own account."""

    template: ClassVar[str] = "account/my_account.html"

    name: str
    """As one is called."""

    login: str
    """What one signs in with."""

    agency: str
    """The agency; empty for the tenant's own staff."""

    roles: tuple[RoleTold, ...]
    """What one may do."""

    stands_in: tuple[str, ...]
    """In whose place one stands now."""

    form: FormTold
    """The password's form."""

    least: int
    """Fewest characters of a password."""

    sessions: tuple[SessionRow, ...]
    """Where one is signed in."""

    done: bool
    """Whether the password was just changed."""

    lends: bool
    """Whether one may let somebody stand in."""

    manages: bool
    """Whether one manages the people of the own agency."""


def account_page(
    request: PageRequest,
    account: ListedPerson,
    sessions: Sequence[SessionSeen],
    key: str,
    *,
    refused: Refused | None,
    done: bool,
    manages: bool,
) -> AccountPage:
    """The page.

    Args:
        request: Gives language, reader and time zone.
        account: The own account.
        sessions: Where one is signed in.
        key: The session that reads.
        refused: Why the password was not changed.
        done: Whether it was just changed.
        manages: Whether one manages the people of the own agency.
    """
    _ = translate(request)
    labels = {field: _(label) for field, label in LABELS.items()}
    if refused is not None and not refused.fields:
        refused = Refused("invalid_fields", fields=(FieldError(field="password", code=refused.code, values={}),))
    reader = request.person
    return AccountPage(
        name=account.name,
        login=account.login,
        agency=account.agency or "",
        roles=current(roles_told(request, account.roles)),
        stands_in=tuple(one.name for one in reader.stands_in) if reader else (),
        form=form_told(lang_of(request), {}, refused, labels),
        least=SHORTEST,
        sessions=tuple(session_row(request, one, key) for one in sessions),
        done=done,
        lends=access.may(reader, "delegation:record", own=True),
        manages=manages,
    )
