"""What an agency's profile shows of an edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex import scoring
from parindex.agencies.model import TIERS
from parindex.api.public.criteria_view import SetCounts
from parindex.api.public.edition_names import (
    agency_href,
    bounds_of,
    group_of,
    leaf_href,
    name_of,
    number_of,
    ranking_path,
    region_name,
)
from parindex.api.public.merger_words import mean_told
from parindex.api.public.profile_areas import AreaRow, Summary, YearRow, area_row, summary, year_row
from parindex.api.public.profile_tables import (
    AreaGroup,
    GivenAdjustment,
    StandoutLeaf,
    adjustments,
    groups,
    why,
)
from parindex.api.public.unranked_view import Cause, cause
from parindex.api.shared.chart_axis import Axis, axis
from parindex.api.shared.interval_words import interval_note
from parindex.api.shared.links import EditionLink, Link, edition_link
from parindex.api.shared.page import Page, url
from parindex.publication.heirs import heirs
from parindex.publication.ranking_rows import kind_of_interval
from parindex.publication.reading import YearReading
from parindex.rankings.model import AgencyDocument, ResultDocument
from parindex.scoring import Place
from parindex.scoring.points.scores import AgencyScore
from parindex.text import Language, date_text, translator, words

LISTED: Final = 5
"""Strengths and losses that a profile lists."""


class AgencyHead(msgspec.Struct, frozen=True, kw_only=True):
    """Who is shown."""

    name: str
    """Its name."""

    tier: str
    """Tier in words."""

    region: str | None
    """Its region."""


class YearLink(msgspec.Struct, frozen=True, kw_only=True):
    """The profile of another year."""

    year: int
    """Year measured."""

    href: str
    """The profile."""

    current: bool
    """Whether this page shows it."""


class YearChange(msgspec.Struct, frozen=True, kw_only=True):
    """The change of the index since an earlier year."""

    value: Decimal
    """In percentage points."""

    beyond: bool | None
    """Whether it exceeds its error; ``None``: the error is not known."""

    year: int
    """The earlier year."""


class GroupPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agency stands within its group."""

    name: str
    """The group."""

    rank: int
    """Its rank there."""

    rank_set: tuple[int, int] | None
    """Ranks there that sampling error does not exclude."""

    ranked: int
    """How many of the group are ranked."""


class AgencyResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a ranked agency."""

    index: Decimal | None
    """Percent."""

    points: Decimal | None
    """All points."""

    max: Decimal | None
    """Applicable maximum."""

    appraised: Decimal | None
    """Appraised points."""

    survey: Decimal | None
    """Survey points."""

    bonus: Decimal | None
    """Bonus points."""

    penalty: Decimal | None
    """Penalty points."""

    low: float | None
    """Lower end of the index's interval."""

    high: float | None
    """Upper end of the index's interval."""

    interval_note: str | None = None
    """Which kind the interval is."""

    rank: int
    """Its rank."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude."""

    ranked: int
    """How many are ranked."""

    group: GroupPlace | None
    """Its place within its group; ``None`` in a year without groups."""

    class_: str | None
    """Its class; ``None`` below the lowest."""

    class_from: Decimal | None
    """The limit of that class."""

    change: YearChange | None
    """Since the edition before."""


class LossesSum(msgspec.Struct, frozen=True, kw_only=True):
    """What the listed losses are of all."""

    shown: Decimal
    """Points that the listed lost."""

    all: Decimal
    """Points that all lost."""

    count: int
    """How many are listed."""


class AgencyPage(Page, frozen=True, kw_only=True):
    """The profile of an agency."""

    template: ClassVar[str] = "public/agency.html"

    agency: AgencyHead
    """Who is shown."""

    year: int
    """Year measured."""

    years_choice: tuple[YearLink, ...]
    """Profiles of all years, newest first."""

    edition: EditionLink
    """The edition that is shown."""

    ranking_href: str
    """The whole ranking."""

    result: AgencyResult | None
    """Of a ranked agency."""

    unranked: Cause | None
    """Of another: why it has no rank."""

    summary: Summary
    """The areas in one sentence."""

    axis: Axis
    """Of the shares of areas."""

    areas: tuple[AreaRow, ...]
    """None where nothing was handed in."""

    areas_note: str | None = None
    """Which kind the intervals of areas are."""

    compared: int
    """Agencies that medians are of."""

    years_axis: Axis
    """Of the indices of all years."""

    years: tuple[YearRow, ...]
    """Oldest first."""

    formed: str = ""
    """From whom the agency took over, where no earlier year of it is shown; empty for nobody."""

    mean: str = ""
    """Of whom it has the weighted mean; empty where it was scored by its own facts."""

    heirs: tuple[Link, ...] = ()
    """Who took over from it since, in the edition that says so."""

    heirs_told: str = ""
    """From which day, by which document."""

    years_note: str | None = None
    """Which kind the intervals of all years are."""

    strengths: tuple[StandoutLeaf, ...]
    """Leaves furthest above the median."""

    losses: tuple[StandoutLeaf, ...]
    """Leaves furthest below their maximum."""

    losses_sum: LossesSum | None
    """What those are of all, where there are any."""

    groups: tuple[AreaGroup, ...]
    """Areas with everything below them; none where nothing was handed in."""

    adjustments: tuple[GivenAdjustment, ...]
    """Bonus and penalty points that were given."""

    downloads: tuple[Link, ...]
    """Other forms of the profile."""

    counts: SetCounts
    """How large the set is."""


def agency_page(
    reading: YearReading, code: str, others: Sequence[YearReading], lang: Language, later: Sequence[YearReading] = ()
) -> AgencyPage:
    """The profile of an agency.

    Args:
        reading: The edition.
        code: The agency.
        others: The shown editions of every year of this family and tier that have the agency, oldest first.
        lang: The reader's language.
        later: The shown editions of later years of this family and tier, the earliest first.
    """
    result, score = reading.results[code], reading.score(code)
    told_in, took_over = heirs(reading, code, later)
    areas = tuple(area_row(reading, result, place, lang) for place in reading.places.values() if place.depth == 1)
    losses = _losses(reading, result, score, lang)
    counted = scoring.counts(reading.criteria_set)
    years = tuple(
        year_row(other, code, others[place - 1] if place else None, lang) for place, other in enumerate(others)
    )
    handed_in = result.status != "no_submission"
    return AgencyPage(
        agency=AgencyHead(
            name=name_of(reading, code, lang),
            tier=translator(lang)(TIERS[reading.given.tier]),
            region=region_name(reading, reading.agencies[code].region, lang),
        ),
        year=reading.given.year,
        years_choice=tuple(
            YearLink(
                year=other.given.year,
                href=agency_href(other, code),
                current=other.given.year == reading.given.year,
            )
            for other in reversed(others)
        ),
        edition=edition_link(reading.edition.number),
        ranking_href=url(ranking_path(reading)),
        result=_result(reading, result, lang),
        unranked=None if result.rank is not None else cause(reading, result, lang),
        summary=summary(areas),
        axis=axis([end for a in areas for end in (a.share, a.median, a.best, a.low, a.high)], most=100),
        areas=areas if handed_in else (),
        areas_note=interval_note((area.interval_kind for area in areas), lang) if handed_in else None,
        compared=len(reading.ranked),
        years_axis=axis([end for year in years for end in (year.index, year.low, year.high)]),
        years=years,
        formed=years[0].formed if years else "",
        mean=mean_told(reading, code, lang),
        heirs=tuple(
            Link(href=agency_href(told_in, one.code), label=name_of(told_in, one.code, lang)) for one in took_over
        )
        if told_in
        else (),
        heirs_told=_taken_over(took_over, lang),
        years_note=interval_note((year.interval_kind for year in years), lang),
        strengths=_strengths(reading, result, score, lang),
        losses=losses,
        losses_sum=_losses_sum(reading, result, losses),
        groups=groups(reading, result, score, lang) if handed_in else (),
        adjustments=adjustments(reading, result, score, lang),
        downloads=tuple(
            Link(href=url("/agencies", f"{code}.{kind}", edition=reading.edition.number), label=kind.upper())
            for kind in ("csv", "json")
        ),
        counts=SetCounts(areas=counted.areas, criteria=counted.criteria, components=counted.parts),
    )


def _taken_over(agencies: Sequence[AgencyDocument], lang: Language) -> str:
    formed = agencies[0].formed if agencies else None
    if formed is None:
        return ""
    _ = translator(lang)
    return _("từ %(day)s theo %(paper)s", day=date_text(formed.on, lang), paper=formed.decision)


def _result(reading: YearReading, result: ResultDocument, lang: Language) -> AgencyResult | None:
    if result.rank is None:
        return None
    limits = {limit.name: limit.from_ for limit in reading.criteria_set.classes}
    change, before = reading.changes.get(result.agency), reading.edition.previous
    low, high = bounds_of(result.interval)
    return AgencyResult(
        index=number_of(result.index),
        points=number_of(result.points),
        max=number_of(result.max),
        appraised=number_of(result.appraised),
        survey=number_of(result.survey),
        bonus=number_of(result.bonus),
        penalty=number_of(result.penalty),
        low=low,
        high=high,
        interval_note=interval_note([kind_of_interval(result)], lang),
        rank=result.rank,
        rank_set=result.rank_set,
        ranked=len(reading.ranked),
        group=_group(reading, result, lang),
        class_=result.class_,
        class_from=limits.get(result.class_ or ""),
        change=YearChange(value=Decimal(change.index), beyond=change.beyond_error, year=before.year)
        if change and change.index and before
        else None,
    )


def _group(reading: YearReading, result: ResultDocument, lang: Language) -> GroupPlace | None:
    name = group_of(reading, result.agency, lang)
    if name is None or result.group_rank is None:
        return None
    own = reading.groups[result.agency]
    ranked = sum(reading.groups.get(other.agency) == own for other in reading.ranked)
    return GroupPlace(name=name, rank=result.group_rank, rank_set=result.group_rank_set, ranked=ranked)


def _leaves(reading: YearReading) -> Iterator[Place]:
    return (place for place in reading.places.values() if place.is_leaf and place.part == "areas")


def _lost(result: ResultDocument, place: Place) -> Decimal | None:
    node = result.nodes[place.code]
    return None if node.points is None else Decimal(node.max) - Decimal(node.points)


def _strengths(
    reading: YearReading, result: ResultDocument, score: AgencyScore, lang: Language
) -> tuple[StandoutLeaf, ...]:
    """Leaves furthest above the median of all agencies."""
    gained = []
    for place in _leaves(reading):
        points, compared = result.nodes[place.code].points, reading.compared.get(place.code)
        if points is not None and compared and Decimal(points) > compared.median:
            gained.append((Decimal(points) - compared.median, place))
    gained.sort(key=lambda pair: -pair[0])
    return tuple(_gain(reading, result, score, place, value, lang) for value, place in gained[:LISTED])


def _losses(
    reading: YearReading, result: ResultDocument, score: AgencyScore, lang: Language
) -> tuple[StandoutLeaf, ...]:
    """Leaves that are furthest below their maximum."""
    missed = [(lost, place) for place in _leaves(reading) if (lost := _lost(result, place)) is not None and lost > 0]
    missed.sort(key=lambda pair: -pair[0])
    return tuple(_gain(reading, result, score, place, -value, lang) for value, place in missed[:LISTED])


def _losses_sum(reading: YearReading, result: ResultDocument, losses: Sequence[StandoutLeaf]) -> LossesSum | None:
    if not losses:
        return None
    lost = [_lost(result, place) for place in _leaves(reading)]
    return LossesSum(
        shown=-sum((loss.value for loss in losses), Decimal(0)),
        all=sum((points for points in lost if points is not None), Decimal(0)),
        count=len(losses),
    )


def _gain(
    reading: YearReading, result: ResultDocument, score: AgencyScore, place: Place, value: Decimal, lang: Language
) -> StandoutLeaf:
    return StandoutLeaf(
        code=place.code,
        title=words(place.node.title, lang),
        href=leaf_href(reading, result.agency, place.code),
        note=why(reading, score, place.code, lang),
        value=value,
    )
