"""What the review of rights shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from parindex import access
from parindex.access.model import ROLES
from parindex.access.office.reviews import MONTHS, RightsReport, RightsSummary
from parindex.access.office.tenant_settings import TenantChoices
from parindex.access.staff.model import IDLE_DAYS, ListedPerson
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.person_words import RoleTold, StateTold, current, roles_told, state_told
from parindex.papers.table import Column, Table, TableValue
from parindex.text import date_text, local_day, moment


class ReviewedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person to be looked at."""

    href: str
    """Their page."""

    name: str
    """As they are called."""

    agency: str
    """The agency."""

    roles: tuple[RoleTold, ...]
    """What they may do."""

    state: StateTold
    """Where the account stands."""

    days: int
    """Days without use."""


class RoleCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many hold a role."""

    name: str
    """The role."""

    href: str
    """Who they are."""

    count: int
    """How many."""


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A review that was made."""

    at: str
    """When."""

    who: str
    """By whom."""

    accounts: int
    """Accounts that there were."""

    note: str
    """What was found."""


class RightsReviewPage(Page, frozen=True, kw_only=True):
    """The review of rights."""

    template: ClassVar[str] = "work/people/review.html"

    due: str
    """When the next review is due."""

    overdue: bool
    """Whether that day has passed."""

    months: int
    """Between two reviews."""

    days: int
    """After how many days without use an account is locked."""

    idle: tuple[ReviewedPerson, ...]
    """Accounts that are not used, the longest first."""

    endless: tuple[ReviewedPerson, ...]
    """Who hold several roles."""

    counts: tuple[RoleCount, ...]
    """By role."""

    total: int
    """Accounts in use."""

    made: tuple[ReviewRow, ...]
    """Reviews that were made."""

    may_review: bool
    """Whether the reader puts a review on record."""

    may_set: bool
    """Whether the reader decides for the tenant."""

    leaders_apart: bool
    """Whether nobody approves a sheet of which they declared a leaf."""

    focal_points: bool
    """Whether focal points manage the people of their agency."""


def review_page(request: PageRequest, summary: RightsSummary, choices: TenantChoices) -> RightsReviewPage:
    """The review of rights.

    Args:
        request: Gives language, reader and time zone.
        summary: Counts, and who is to be looked at.
        choices: What the tenant decided.
    """
    _, lang, zone, now = translate(request), lang_of(request), zone_of(request), datetime.now(UTC)
    return RightsReviewPage(
        due=date_text(local_day(summary.due, zone), lang) if summary.due else "",
        overdue=summary.due is not None and summary.due <= now,
        months=MONTHS,
        days=IDLE_DAYS,
        idle=tuple(_person(request, one, now) for one in summary.unused),
        endless=tuple(_person(request, one, now) for one in summary.several),
        counts=tuple(
            RoleCount(name=_(name), href=url("/work/people", role=role), count=summary.holders[role])
            for role, name in ROLES.items()
            if role in summary.holders
        ),
        total=summary.total,
        made=tuple(
            ReviewRow(at=moment(one.at, lang, zone), who=one.who or "–", accounts=one.accounts, note=one.note)
            for one in summary.made
        ),
        may_review=access.may(request.person, "rights:review"),
        may_set=access.may(request.person, "tenant:set"),
        leaders_apart=choices.leaders_declare_nothing,
        focal_points=choices.focal_points_manage_people,
    )


def report_table(request: PageRequest, report: RightsReport) -> Table:
    """Every account with every role, a row a role."""
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    titles = (
        (_("Họ tên"), 28), (_("Tên đăng nhập"), 28), (_("Đơn vị"), 36), (_("Vai trò"), 28), (_("Từ ngày"), 12),
        (_("Đến hết ngày"), 12), (_("Trạng thái"), 24), (_("Vào lần cuối"), 18), (_("Số ngày không dùng"), 10),
    )  # fmt: skip
    now = datetime.now(UTC)
    rows: list[list[TableValue]] = []
    for one in report.people:
        seen = moment(one.seen_at, lang, zone) if one.seen_at else None
        days = (now - one.idle_from).days if one.state in ("active", "idle") else None
        for role in roles_told(request, one.roles) or (None,):
            told = [role.name, role.first, role.last or None] if role else [None, None, None]
            state = state_told(request, one).text
            rows.append([one.name, one.login, one.agency, *told, state, seen, days])
    return Table(
        title=_("Báo cáo rà soát quyền"),
        notes=(_("Lập lúc %(at)s", at=moment(now, lang, zone)),),
        columns=tuple(Column(title=title, width=width) for title, width in titles),
        rows=rows,
    )


def _person(request: PageRequest, one: ListedPerson, now: datetime) -> ReviewedPerson:
    return ReviewedPerson(
        href=url(f"/work/people/{one.id}"), name=one.name, agency=one.agency or "",
        roles=current(roles_told(request, one.roles)), state=state_told(request, one), days=(now - one.idle_from).days,
    )  # fmt: skip
