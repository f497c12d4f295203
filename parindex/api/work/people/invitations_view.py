"""What new links show, once: a sheet for each person, or a table for a mail merge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import msgspec
import segno

from parindex.access.account_links import INVITATION_DAYS
from parindex.access.model import ROLES
from parindex.access.staff.model import ListedPerson
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.papers.table import Column, Table
from parindex.text import date_text, local_day


class InvitationSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One person's sheet."""

    name: str
    """As they are called."""

    login: str
    """What they sign in with."""

    agency: str
    """The agency; empty for the tenant's own staff."""

    roles: str
    """What they may do."""

    href: str
    """The address that lets them in."""

    code: str
    """The same as a code to scan: inline SVG."""


class InvitationSheetsPage(Page, frozen=True, kw_only=True):
    """Sheets to print, one a page."""

    template: ClassVar[str] = "work/people/invitations.html"

    sheets: tuple[InvitationSheet, ...]
    """One a person."""

    until: str
    """The last day on which the links can be used."""

    house: str
    """Who runs the installation."""

    back: str
    """Where one goes on."""


def invitation_sheets(
    request: PageRequest, made: Sequence[tuple[ListedPerson, str]], origin: str, *, back: str
) -> InvitationSheetsPage:
    """Sheets to print.

    Args:
        request: Gives language, tenant and time zone.
        made: People with the tokens of their links, shown this once.
        origin: Scheme and host with which links begin.
        back: The page that follows, below the list of people.
    """
    return InvitationSheetsPage(
        sheets=tuple(_sheet(request, person, _address(origin, token)) for person, token in made),
        until=_until(request),
        house=request.tenant.name(lang_of(request)),
        back=url("/work/people" + back),
    )


def merge_table(request: PageRequest, made: Sequence[tuple[ListedPerson, str]], origin: str) -> Table:
    """The same for a mail merge: one row a person, with the whole address."""
    _ = translate(request)
    titles = (
        _("Họ tên"),
        _("Thư điện tử"),
        _("Tên đăng nhập"),
        _("Đơn vị"),
        _("Vai trò"),
        _("Địa chỉ"),
        _("Dùng đến hết ngày"),
    )
    widths = (28, 30, 30, 40, 30, 60, 16)
    return Table(
        title=_("Thư mời vào hệ thống"),
        columns=tuple(Column(title=title, width=width) for title, width in zip(titles, widths, strict=True)),
        rows=[
            [
                person.name,
                person.email,
                person.login,
                person.agency,
                _roles(request, person),
                _address(origin, token),
                _until(request),
            ]
            for person, token in made
        ],
    )


def _sheet(request: PageRequest, person: ListedPerson, address: str) -> InvitationSheet:
    return InvitationSheet(
        name=person.name, login=person.login, agency=person.agency or "", roles=_roles(request, person), href=address,
        code=segno.make(address, error="m").svg_inline(scale=4, border=2),
    )  # fmt: skip


def _roles(request: PageRequest, person: ListedPerson) -> str:
    _ = translate(request)
    now = datetime.now(UTC)
    held = dict.fromkeys(one.role for one in person.roles if one.lasts(now))
    return ", ".join(_(ROLES[role]) for role in held)


def _address(origin: str, token: str) -> str:
    return origin + url(f"/invitations/{token}")


def _until(request: PageRequest) -> str:
    last = datetime.now(UTC) + timedelta(days=INVITATION_DAYS)
    return date_text(local_day(last, zone_of(request)), lang_of(request))
