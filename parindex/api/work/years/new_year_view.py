"""What is asked to make years from those before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Final

import msgspec

from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.cycles import from_last_year
from parindex.assessments.model import Cycle
from parindex.errors import Refused
from parindex.publication import titles
from parindex.surveys.rounds.carrying_over import moved
from parindex.text import date_text

DAYS: Final = ("opens_on", "last_day", "closing_day", "appraisal_last_day")
"""Fields of the days, in their order."""


class YearSource(msgspec.Struct, frozen=True, kw_only=True):
    """A year that another may be made from."""

    id: str
    """Of the year, or what stands for a tier without one."""

    title: str
    """Which year."""

    ticked: bool
    """Whether one is made from it."""

    sets: tuple[FieldOption, ...]
    """Published sets that score its tier."""

    chosen: str
    """Id of the set that it gets; empty for none."""

    error: str
    """What is wrong with the set; empty for nothing."""


class NewYearPage(Page, frozen=True, kw_only=True):
    """Which years are made."""

    template: ClassVar[str] = "work/years/new.html"

    sources: tuple[YearSource, ...]
    """Years that others may be made from."""

    other: YearSource
    """A tier or an index that had no year before."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""


def new_year_page(
    request: PageRequest,
    sources: Sequence[Cycle],
    sets: Sequence[Published],
    *,
    typed: Mapping[str, str] | None,
    ticked: Collection[str],
    refused: Refused | None,
) -> NewYearPage:
    """The form that makes years.

    Args:
        request: Gives language and time zone.
        sources: The newest year of each index and tier.
        sets: Published sets, newest first.
        typed: What a refused form held; ``None`` before anything was typed.
        ticked: What a refused form had chosen.
        refused: Why it was refused.
    """
    _, lang = translate(request), lang_of(request)
    told = told_by_field(refused.fields, lang) if refused else {}
    proposed = typed if typed is not None else _proposed(request, sources)
    names = ("source", "year", *DAYS, "family", *(f"set:{source.id}" for source in sources), "set:other")
    lines = tuple(_source(request, cycle, sets, proposed, ticked if refused else None, told) for cycle in sources)
    return NewYearPage(
        sources=lines,
        other=YearSource(
            id="other", title=_("Cấp hoặc chỉ số chưa có kỳ nào"), ticked="other" in ticked or not sources,
            sets=tuple(FieldOption(value=str(known.id), label=set_label(known)) for known in sets),
            chosen=proposed.get("set:other", ""), error=told.get("set:other", ""),
        ),
        problem=refusal_told(refused, lang) if refused and not told else None,
        faults=faults({name: told[name] for name in names if name in told}, lang, labels(request)),
        error_of=told,
        typed={name: proposed.get(name, "") for name in ("year", *DAYS, "family")},
    )  # fmt: skip


def _source(
    request: PageRequest, cycle: Cycle, sets: Sequence[Published], proposed: Mapping[str, str],
    ticked: Collection[str] | None, told: Mapping[str, str],
) -> YearSource:  # fmt: skip
    fitting = [known for known in sets if known.criteria_set.tier == cycle.tier]
    year = proposed.get("year", "")
    of_year = [known for known in fitting if year in map(str, known.criteria_set.years)]
    name = f"set:{cycle.id}"
    return YearSource(
        id=str(cycle.id),
        title=titles.short(cycle.family, cycle.year, cycle.tier, translate(request)),
        ticked=str(cycle.id) in ticked if ticked is not None else bool(of_year),
        sets=tuple(FieldOption(value=str(known.id), label=set_label(known)) for known in fitting),
        chosen=proposed.get(name, str(of_year[0].id) if of_year else ""),
        error=told.get(name, ""),
    )


def set_label(known: Published) -> str:
    """``par-commune 2026.1 (2026)``."""
    law = known.criteria_set
    return f"{law.family} {law.version} ({', '.join(map(str, law.years))})"


def _proposed(request: PageRequest, sources: Sequence[Cycle]) -> dict[str, str]:
    """Days of the newest year, one year on."""
    if not sources:
        return {"family": "par-index"}
    newest = max(sources, key=lambda cycle: cycle.year)
    days = from_last_year.days_of(newest, request.tenant.zone)
    lang = lang_of(request)
    return {
        "year": str(newest.year + 1),
        "family": "par-index",
        **{name: date_text(moved(day, 1), lang) for name, day in days.items()},
    }


def labels(request: PageRequest) -> dict[str, str]:
    """Names of the fields of a draft."""
    _ = translate(request)
    return {
        "source": _("Lập kỳ từ"), "year": _("Năm đánh giá"), "opens_on": _("Ngày bắt đầu tự đánh giá"),
        "last_day": _("Ngày hết hạn nộp phiếu"), "closing_day": _("Ngày ngừng nhận phiếu"),
        "appraisal_last_day": _("Ngày hết hạn thẩm định"), "family": _("Mã chỉ số"), "set": _("Bộ tiêu chí"), "group_by": _("Xếp hạng thêm trong từng nhóm"),
    }  # fmt: skip
