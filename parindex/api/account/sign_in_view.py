"""What the pages of accounts show."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page
from parindex.api.shared.problems import FormError


class SignInPage(Page, frozen=True, kw_only=True):
    """Signing in."""

    template: ClassVar[str] = "account/sign_in.html"

    login: str
    """What was typed before."""

    next: str
    """Where to go on."""

    errors: tuple[FormError, ...]
    """Why nobody was signed in."""

    unsent: str = ""
    """Fields of a form that was sent after the session had ended, packed."""


class InvitedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Who chooses a password."""

    name: str
    """As they are called."""

    login: str
    """What they will sign in with."""

    token: str
    """The end of the link."""


class InvitationPage(Page, frozen=True, kw_only=True):
    """Choosing a password."""

    template: ClassVar[str] = "account/invitation.html"

    invitation: InvitedAccount
    """Who is invited."""

    errors: tuple[FormError, ...]
    """Why the password was not set."""

    least: int
    """Fewest characters of a password."""
