"""What the registry of a day shows: a branch of its tree, or what was searched for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import msgspec

from parindex.agencies.browsing import A_PAGE, STATES, RegistryLine, RegistryPart
from parindex.agencies.model import TIERS
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.text import Language, date_text, translator


class AgencyRowShown(msgspec.Struct, frozen=True, kw_only=True):
    """An agency of the registry."""

    code: str
    """Official code."""

    name: str
    """Its name on the day."""

    href: str
    """Its page."""

    tier: str
    """Tier in words."""

    above: str
    """Name of the one above it; empty at the top or within its own branch."""

    days: str
    """Since when, or until when."""

    below: int
    """Agencies that stand under it."""

    branch: str
    """Where those are."""


class CrumbItem(msgspec.Struct, frozen=True, kw_only=True):
    """A step from the top of the tree."""

    href: str | None
    """Its branch; ``None`` for the one that is shown."""

    label: str
    """What it is called."""


class RegistryPage(Page, frozen=True, kw_only=True):
    """The registry of a day."""

    template: ClassVar[str] = "work/agencies/agencies.html"

    day: str
    """The day, as it is typed."""

    wrong_day: str
    """Why the day that was typed is none; empty for nothing."""

    search: str
    """What was searched for."""

    tier: str
    """The chosen tier; empty for all."""

    tiers: tuple[FieldOption, ...]
    """Tiers with how many agencies they have on the day."""

    state: str
    """The chosen state."""

    states: tuple[FieldOption, ...]
    """Standing, ended, to come."""

    under: str
    """Code of the agency whose branch it is; empty at the top."""

    crumbs: tuple[CrumbItem, ...]
    """From the top to the branch; none at the top."""

    summary: str
    """How many are shown, of what."""

    rows: tuple[AgencyRowShown, ...]
    """In official order."""

    page: int
    """From 1."""

    pages: int
    """How many there are."""

    pager_href: str
    """To which the number of a page is added."""

    may_edit: bool
    """Whether the reader may change the registry."""

    downloads: tuple[Link, ...]
    """The registry of the day as a file."""

    reset: str
    """The top of the tree, without anything chosen."""


def registry_page(
    part: RegistryPart, day: date, asked: Mapping[str, str], number: int, lang: Language, *, may_edit: bool, wrong: str
) -> RegistryPage:
    """The registry of a day.

    Args:
        part: A page of it.
        day: The day.
        asked: ``q``, ``tier``, ``state``, ``under`` as they were asked for.
        number: Of the page, from 1.
        lang: The reader's language.
        may_edit: Whether the reader may change it.
        wrong: Why the day that was typed is none.
    """
    _ = translator(lang)
    here = {name: value for name, value in asked.items() if value and (name, value) != ("state", "standing")}
    every = sum(part.counts.values())
    return RegistryPage(
        day=f"{day:%d/%m/%Y}",
        wrong_day=wrong,
        search=asked["q"],
        tier=asked["tier"],
        tiers=(
            FieldOption(value="", label=_("Mọi cấp (%(n)s)", n=every)),
            *(FieldOption(value=t, label=f"{_(name)} ({part.counts.get(t, 0)})") for t, name in TIERS.items()),
        ),
        state=asked["state"],
        states=tuple(FieldOption(value=state, label=_(name)) for state, name in STATES.items()),
        under=asked["under"],
        crumbs=_crumbs(part, day, lang),
        summary=_("%(n)s cơ quan vào ngày %(day)s", n=part.total, day=date_text(day, lang)),
        rows=tuple(_row(line, day, asked, lang) for line in part.lines),
        page=number,
        pages=max(1, -(-part.total // A_PAGE)),
        pager_href=url("/work/agencies", **here, day=day.isoformat()) + "&page=",
        may_edit=may_edit,
        downloads=tuple(
            Link(href=url(f"/work/agencies.{kind}", day=day.isoformat()), label=kind.upper())
            for kind in ("xlsx", "csv")
        ),
        reset=url("/work/agencies", day=day.isoformat()),
    )


def _crumbs(part: RegistryPart, day: date, lang: Language) -> tuple[CrumbItem, ...]:
    if not part.above:
        return ()
    _ = translator(lang)
    top = CrumbItem(href=url("/work/agencies", day=day.isoformat()), label=_("Danh mục cơ quan"))
    branches = [
        CrumbItem(href=url("/work/agencies", under=one.code, day=day.isoformat()), label=one.name_vi)
        for one in part.above
    ]
    return (top, *branches)


def _row(line: RegistryLine, day: date, asked: Mapping[str, str], lang: Language) -> AgencyRowShown:
    _ = translator(lang)
    days = _("từ %(day)s", day=date_text(line.valid_from, lang))
    if line.valid_to is not None:
        days += ", " + _("đến hết %(day)s", day=date_text(_before(line.valid_to), lang))
    return AgencyRowShown(
        code=line.code,
        name=line.name_en if lang == "en" and line.name_en else line.name,
        href=url("/work/agencies", line.code, day=day.isoformat()),
        tier=_(TIERS[line.tier]),
        above=(line.parent_name or "") if line.parent != (asked["under"] or None) else "",
        days=days,
        below=line.below,
        branch=url("/work/agencies", under=line.code, day=day.isoformat()),
    )


def _before(day: date) -> date:
    """The last day of what ends on a day."""
    return date.fromordinal(day.toordinal() - 1)
