"""What an agency's page shows: what it is on a day, what it was, from whom it took over, where it takes part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.access.model import ROLES
from parindex.agencies.browsing import STATES, AgencyRecord, YearOfAgency
from parindex.agencies.model import DEED_KINDS, TIERS, Agency, AgencyPeriod, RegistryDeed, Succession
from parindex.api.shared.page import Page, url
from parindex.api.work.agencies.listing_view import CrumbItem
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle
from parindex.publication import titles
from parindex.text import N_, Language, date_text, moment, number, translator

VALUE_LABELS: Final[dict[str, str]] = {
    "name_vi": N_("Tên"),
    "name_en": N_("Tên tiếng Anh"),
    "short_name": N_("Tên gọn"),
    "region": N_("Vùng"),
    "official_order": N_("Thứ tự trong danh sách chính thức"),
    "parent_id": N_("Cơ quan cấp trên"),
    "has_one_stop": N_("Có bộ phận một cửa"),
    "population": N_("Dân số"),
}
"""What may be known of an agency, and its name."""


class ValueShown(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is known of an agency."""

    label: str
    """What."""

    value: str
    """As it is."""

    href: str | None = None
    """Where it leads."""

    note: str | None = None
    """What else to know."""


class PeriodShown(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency was for a time."""

    days: str
    """From when to when."""

    name: str
    """Its name."""

    values: tuple[ValueShown, ...]
    """What became otherwise with it; of the first period all."""


class KinShown(msgspec.Struct, frozen=True, kw_only=True):
    """An agency before or after this one."""

    name: str
    """Its name."""

    code: str
    """Its code."""

    href: str
    """Its page, on a day on which it exists."""

    told: str
    """From which day, by which document."""


class DeedShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to it."""

    id: str
    """Of the deed."""

    when: str
    """When it was entered."""

    told: str
    """What, from which day, by which document."""

    taken_back: bool
    """Whether it was undone."""

    may_take_back: bool
    """Whether the reader may undo it: it was entered today."""


class YearTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A year in which it takes part."""

    title: str
    """Index, tier and year."""

    told: str
    """State of the year and of its sheet."""


class AccountShown(msgspec.Struct, frozen=True, kw_only=True):
    """An account of it."""

    name: str
    """Who."""

    told: str
    """Sign-in name, and roles that hold."""


class AgencyRecordPage(Page, frozen=True, kw_only=True):
    """All that is known of an agency."""

    template: ClassVar[str] = "work/agencies/agency.html"

    code: str
    """Official code."""

    name: str
    """Its name on the day."""

    tier: str
    """Tier in words."""

    state: str
    """What it is on the day."""

    day: str
    """The day, as it is typed."""

    wrong_day: str
    """Why the day that was typed is none."""

    crumbs: tuple[CrumbItem, ...]
    """From the top of the tree."""

    values: tuple[ValueShown, ...]
    """What is known of it on the day."""

    below: int
    """Agencies that stand under it on the day."""

    branch: str
    """Where those are."""

    periods: tuple[PeriodShown, ...]
    """Newest first."""

    predecessors: tuple[KinShown, ...]
    """From whom it took over."""

    successors: tuple[KinShown, ...]
    """Who took over from it."""

    others: tuple[KinShown, ...]
    """Other agencies that bore or will bear its code."""

    years: tuple[YearTaken, ...]
    """Newest first."""

    open_years: tuple[CrumbItem, ...]
    """Years to which the reader may add it."""

    accounts: tuple[AccountShown, ...]
    """Its accounts; none where the reader may not see them."""

    deeds: tuple[DeedShown, ...]
    """What was done to it, newest first."""

    may_edit: bool
    """Whether the reader may change the registry, and it has not ended."""


def agency_record_page(
    record: AgencyRecord, day: date, today: date, lang: Language, *, may_edit: bool, may_see_people: bool, wrong: str,
    open_years: Sequence[Cycle] = (),
) -> AgencyRecordPage:  # fmt: skip
    """All that is known of an agency.

    Args:
        record: It.
        day: On which day.
        today: In the tenant's zone.
        lang: The reader's language.
        may_edit: Whether the reader may change the registry.
        may_see_people: Whether the reader may see its accounts.
        wrong: Why the day that was typed is none.
        open_years: Years to which the reader may add it.
    """
    _ = translator(lang)
    agency = record.agency
    return AgencyRecordPage(
        code=agency.code,
        name=agency.name(lang),
        tier=_(TIERS[agency.tier]),
        state=_state(agency, day, lang),
        day=f"{day:%d/%m/%Y}",
        wrong_day=wrong,
        crumbs=(
            CrumbItem(href=url("/work/agencies", day=day.isoformat()), label=_("Danh mục cơ quan")),
            *(
                CrumbItem(href=url("/work/agencies", one.code, day=day.isoformat()), label=one.name(lang))
                for one in record.above
            ),
            CrumbItem(href=None, label=agency.name(lang)),
        ),
        values=_values(record, lang),
        below=record.below,
        branch=url("/work/agencies", under=agency.code, day=day.isoformat()),
        periods=_periods(record, lang),
        predecessors=tuple(_before(one, lang) for one in record.predecessors),
        successors=tuple(_after(one, lang) for one in record.successors),
        others=tuple(_other(one, lang) for one in record.others),
        years=tuple(_year(one, lang) for one in record.years),
        open_years=tuple(
            CrumbItem(
                href=url(f"/work/years/{one.id}/join/check", agency=agency.code),
                label=titles.short(one.family, one.year, one.tier, _),
            )
            for one in open_years
            if agency.valid_from <= today and (agency.valid_to is None or agency.valid_to > today)
        ),
        accounts=tuple(
            AccountShown(name=one.name, told=_account(one.login, one.roles, lang, disabled=one.disabled))
            for one in record.accounts
        )
        if may_see_people
        else (),
        deeds=tuple(_deed(one, record.deeds, today, lang, may_edit=may_edit) for one in record.deeds),
        may_edit=may_edit and (agency.valid_to is None or agency.valid_to > today),
    )


def _state(agency: Agency, day: date, lang: Language) -> str:
    if agency.valid_from > day:
        return translator(lang)(STATES["to_come"])
    ended = agency.valid_to is not None and agency.valid_to <= day
    return translator(lang)(STATES["ended" if ended else "standing"])


def days_text(start: date, end: date | None, lang: Language) -> str:
    """From a day until the last day of a half-open period."""
    _ = translator(lang)
    if end is None:
        return _("từ %(day)s", day=date_text(start, lang))
    last = date.fromordinal(end.toordinal() - 1)
    return _("từ %(first)s đến hết %(last)s", first=date_text(start, lang), last=date_text(last, lang))


def value_text(name: str, value: object, record: AgencyRecord, lang: Language) -> str:
    """A value of :data:`VALUE_LABELS` in words."""
    _ = translator(lang)
    if value is None:
        return "–"
    if name == "parent_id" and isinstance(value, UUID):
        return record.parents[value].name(lang) if value in record.parents else "–"
    if name == "has_one_stop":
        return _("Có") if value else _("Không")
    return number(value, 0, lang) if isinstance(value, int) else str(value)


def _values(record: AgencyRecord, lang: Language) -> tuple[ValueShown, ...]:
    _, agency = translator(lang), record.agency
    found = [ValueShown(label=_("Hiệu lực"), value=days_text(agency.valid_from, agency.valid_to, lang))]
    for name in ("parent_id", "name_en", "short_name", "region", "official_order", "has_one_stop", "population"):
        value = getattr(agency, name)
        if value is not None:
            href = url("/work/agencies", record.parents[value].code) if value in record.parents else None
            told = value_text(name, value, record, lang)
            found.append(ValueShown(label=_(VALUE_LABELS[name]), value=told, href=href))
    return tuple(found)


def _periods(record: AgencyRecord, lang: Language) -> tuple[PeriodShown, ...]:
    earlier: Sequence[AgencyPeriod | None] = [*record.periods[1:], None]
    return tuple(
        PeriodShown(
            days=days_text(period.valid_from, period.valid_to, lang), name=period.name_vi,
            values=_changed(period, before, record, lang),
        )
        for period, before in zip(record.periods, earlier, strict=True)
    )  # fmt: skip


def _changed(
    period: AgencyPeriod, before: AgencyPeriod | None, record: AgencyRecord, lang: Language
) -> tuple[ValueShown, ...]:
    return tuple(
        ValueShown(label=translator(lang)(label), value=value_text(name, getattr(period, name), record, lang))
        for name, label in VALUE_LABELS.items()
        if name != "name_vi" and getattr(period, name) != (getattr(before, name) if before else None)
    )


def _before(one: Succession, lang: Language) -> KinShown:
    last = date.fromordinal(one.effective_on.toordinal() - 1)
    href = url("/work/agencies", one.predecessor, day=last.isoformat())
    return KinShown(name=one.predecessor_name, code=one.predecessor, href=href, told=_succeeded(one, lang))


def _after(one: Succession, lang: Language) -> KinShown:
    href = url("/work/agencies", one.successor, day=one.effective_on.isoformat())
    return KinShown(name=one.successor_name, code=one.successor, href=href, told=_succeeded(one, lang))


def _succeeded(one: Succession, lang: Language) -> str:
    day = date_text(one.effective_on, lang)
    _ = translator(lang)
    return _("từ %(day)s theo %(paper)s", day=day, paper=one.decision)


def _other(one: Agency, lang: Language) -> KinShown:
    href = url("/work/agencies", one.code, day=one.valid_from.isoformat())
    return KinShown(name=one.name(lang), code=one.code, href=href, told=days_text(one.valid_from, one.valid_to, lang))


def _year(one: YearOfAgency, lang: Language) -> YearTaken:
    _ = translator(lang)
    told = [_(CYCLE_STATES[one.state]).lower()]
    if one.sheet is not None:
        told.append(_("phiếu: %(state)s", state=_(SHEET_STATES[one.sheet]).lower()))
    if not one.ranked:
        told.append(_("không xếp hạng"))
    return YearTaken(title=titles.short(one.family, one.year, one.tier, _), told=" · ".join(told))


def _account(login: str, roles: Sequence[str], lang: Language, *, disabled: bool) -> str:
    _ = translator(lang)
    told = [login, *(_(ROLES[role]) for role in roles if role in ROLES)]
    return " · ".join([*told, _("đã ngừng sử dụng")] if disabled else told)


def _deed(
    one: RegistryDeed, every: Sequence[RegistryDeed], today: date, lang: Language, *, may_edit: bool
) -> DeedShown:
    _ = translator(lang)
    told = [_(DEED_KINDS[one.kind])]
    if one.effective_on is not None:
        told.append(_("từ %(day)s", day=date_text(one.effective_on, lang)))
    if one.basis_number is not None:
        day = date_text(one.basis_date, lang)
        told.append(_("theo %(paper)s ngày %(day)s", paper=one.basis_number, day=day))
    newest = next((other for other in every if other.taken_back_at is None), None)
    of_today = moment(one.entered_at, "vi")[-10:] == f"{today:%d/%m/%Y}" or one.entered_at.date() == today
    return DeedShown(
        id=str(one.id), when=moment(one.entered_at, lang), told=", ".join(told),
        taken_back=one.taken_back_at is not None,
        may_take_back=may_edit and newest is not None and newest.id == one.id and of_today,
    )  # fmt: skip
