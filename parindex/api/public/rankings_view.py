"""What the ranking's page shows of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex.api.public.corrections_view import (
    BESIDE_RANKING,
    CorrectionNote,
    FollowerTold,
    correction_note,
    follower_told,
)
from parindex.api.public.edition_names import ranking_path, region_name, set_href
from parindex.api.public.headline_view import Headline, headline
from parindex.api.public.ranked_view import RankedRow, index_axis, row
from parindex.api.public.unranked_view import UnrankedAgency, unranked
from parindex.api.shared import rank_brackets
from parindex.api.shared.chart_axis import Axis
from parindex.api.shared.filters import FilterGroup, FilterOption
from parindex.api.shared.interval_words import interval_note
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.publication import titles
from parindex.publication.model import EditionDecision, EditionRow
from parindex.publication.publish import FAMILY
from parindex.publication.ranking_rows import kind_of_interval
from parindex.publication.reading import YearReading
from parindex.rankings.groups import REGION
from parindex.rankings.model import RankSetsDocument, ResultDocument
from parindex.scoring.law.model import SetClass
from parindex.text import N_, Language, translator, words
from parindex.wording.group_names import attribute_name, group_name, value_name

FILTERS: Final = ("region", "class", "group")
"""What the ranking can be narrowed to."""


class EditionHead(msgspec.Struct, frozen=True, kw_only=True):
    """The edition that a ranking is of."""

    number: str
    """Its number."""

    href: str
    """Its page."""

    published: date
    """The day."""


class SetLink(msgspec.Struct, frozen=True, kw_only=True):
    """The criteria set of a year."""

    title: str
    """What it is called."""

    href: str
    """Its page."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """Whether what is shown is what was signed."""

    state: str
    """``signed``, ``unsigned``, ``broken``; ``sealed`` of an edition that was taken back."""

    digest: str
    """SHA-256 of the content."""

    href: str
    """How to check it oneself."""


class RankingColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns an edition has."""

    errors: bool
    """Intervals, rank sets and brackets."""

    bonus: bool
    """Bonus points."""

    penalty: bool
    """Penalty points."""

    change: bool
    """The change since the edition before."""

    region: bool
    """Regions beside the names."""

    groups: bool
    """Ranks within groups."""

    recomputed: bool
    """The sum of the printed parts beside the printed index."""


class PartsSums(msgspec.Struct, frozen=True, kw_only=True):
    """How well the printed parts of an imported year add up."""

    differing: int
    """Agencies whose sum differs from the printed index."""

    of: int
    """Agencies of which both are known."""

    most: Decimal
    """The largest difference."""


class OtherEdition(msgspec.Struct, frozen=True, kw_only=True):
    """Another edition of the same year."""

    number: str
    """Its number."""

    href: str
    """Its page."""

    text: str
    """What became of it."""


class RankingPage(Page, frozen=True, kw_only=True):
    """A ranking."""

    template: ClassVar[str] = "public/ranking.html"

    title: str
    """What is ranked, and of which year."""

    previous_year: int | None
    """The year that changes are counted from."""

    edition: EditionHead
    """The edition that is shown."""

    decision: EditionDecision
    """What published it; an imported year's source may tell its day alone."""

    criteria_set: SetLink
    """The set of the year."""

    citation: str
    """How the edition is cited."""

    seal: Seal
    """Whether it is what was signed."""

    finding: Headline
    """What is said first."""

    level: int
    """Confidence of the intervals, in percent."""

    shows: RankingColumns
    """Which columns there are."""

    filters: tuple[FilterGroup, ...]
    """What can be chosen."""

    filtered: bool
    """Whether something is chosen: brackets are left out, ranks stay those of the whole table."""

    within: str | None
    """The group that alone is shown, and whole: brackets are those within it."""

    grouped_by: str | None
    """What groups share; ``None`` in a year without groups."""

    downloads: tuple[Link, ...]
    """Other forms of the ranking."""

    axis: Axis
    """Of the indices."""

    lane_count: int
    """Lanes of the brackets."""

    rows: tuple[RankedRow, ...]
    """The ranked, best first."""

    interval_note: str | None = None
    """Which kind the intervals are."""

    unranked: tuple[UnrankedAgency, ...]
    """The others."""

    classes: tuple[SetClass, ...]
    """From the highest."""

    least_class: Decimal | None
    """The limit below which no class is known, where an agency lies below it."""

    recomputed: PartsSums | None
    """Of an imported year."""

    corrections: tuple[OtherEdition, ...]
    """Other editions of the same year."""

    note: CorrectionNote | None = None
    """What this edition corrects in the one before."""

    follower: FollowerTold | None = None
    """What corrected this one, where that was retracted itself."""

    source: str | None
    """Where an imported result was published."""


def ranking_page(
    reading: YearReading, history: Sequence[EditionRow], query: Mapping[str, str], lang: Language
) -> RankingPage:
    """The page of a ranking.

    Args:
        reading: The edition.
        history: All editions of the same family, year and tier.
        query: The page's query: ``region``, ``class``, ``group``.
        lang: The reader's language.
    """
    _ = translator(lang)
    edition, given = reading.edition, reading.given
    chosen = {name: query.get(name, "") for name in FILTERS}
    shown = [result for result in reading.ranked if matches(reading, result, chosen)]
    filtered, group = any(chosen.values()), alone_chosen(reading, chosen)
    drawn = _lanes(shown, _sets(reading, group)) if group or not filtered else []
    before = edition.previous if edition.previous and edition.previous.comparable else None
    return RankingPage(
        title=titles.ranking(given, _),
        previous_year=before.year if before else None,
        edition=EditionHead(
            number=edition.number, href=url(f"/editions/{edition.number}"), published=edition.published_on
        ),
        decision=edition.decision,
        criteria_set=SetLink(title=words(reading.criteria_set.title, lang), href=set_href(reading)),
        citation=citation(reading, lang),
        seal=seal(reading),
        finding=headline(reading),
        level=int(Decimal(given.level) * 100),
        shows=_columns(reading, change=before is not None),
        filters=filters(reading, chosen, lang),
        filtered=filtered,
        within=group_name(reading.criteria_set, reading.given.group_by or "", group, lang) if group else None,
        grouped_by=attribute_name(reading.criteria_set, given.group_by, lang) if given.group_by else None,
        downloads=downloads(reading),
        axis=index_axis(reading, lang),
        lane_count=len(drawn[0]) if drawn else 0,
        rows=tuple(
            row(reading, result, order, drawn[order - 1] if drawn else (), reading.changes.get(result.agency), lang)
            for order, result in enumerate(shown, start=1)
        ),
        interval_note=interval_note(map(kind_of_interval, shown), lang),
        unranked=() if filtered else unranked(reading, lang),
        classes=reading.criteria_set.classes,
        least_class=least_class(reading),
        recomputed=recomputed(reading),
        corrections=other_editions(edition.number, history, lang),
        note=correction_note(reading, BESIDE_RANKING, lang),
        follower=next((follower_told(one, history) for one in history if one.number == edition.number), None),
        source=given.printed.source if given.printed else None,
    )


def _columns(reading: YearReading, *, change: bool) -> RankingColumns:
    return RankingColumns(
        errors=reading.computation.rank_sets is not None,
        bonus=any(_given(result.bonus) for result in reading.ranked),
        penalty=any(_given(result.penalty) for result in reading.ranked),
        change=change,
        region=any(agency.region for agency in reading.given.agencies),
        groups=reading.given.group_by is not None,
        recomputed=reading.given.printed is not None,
    )


def matches(reading: YearReading, result: ResultDocument, chosen: Mapping[str, str]) -> bool:
    """Whether an agency is in the region, class and group that were chosen."""
    region, class_, group = (chosen[name] for name in FILTERS)
    return (
        (not region or reading.agencies[result.agency].region == region)
        and (not class_ or result.class_ == class_)
        and (not group or reading.groups.get(result.agency) == group)
    )


def alone_chosen(reading: YearReading, chosen: Mapping[str, str]) -> str | None:
    """The group that is shown whole, where nothing else is chosen."""
    field = "region" if reading.given.group_by == REGION else "group"
    others = any(value for name, value in chosen.items() if name != field)
    return chosen[field] if chosen[field] in reading.groups.values() and not others else None


def _sets(reading: YearReading, group: str | None) -> RankSetsDocument | None:
    sets = reading.computation
    return sets.group_rank_sets.get(group) if group else sets.rank_sets


def _lanes(shown: Sequence[ResultDocument], sets: RankSetsDocument | None) -> list[list[str]]:
    """Brackets of the rows; an agency that is compared with nobody stands inside a run without ending it."""
    if sets is None:
        return []
    place = {result.agency: row for row, result in enumerate(shown)}
    spans = sorted((min(place[code] for code in run), max(place[code] for code in run)) for run in sets.runs)
    return rank_brackets.laid_out(spans, len(shown))


def filters(reading: YearReading, chosen: Mapping[str, str], lang: Language) -> tuple[FilterGroup, ...]:
    """Groups of the filter form; a group with nothing to choose is left out."""
    _ = translator(lang)
    regions = list(dict.fromkeys(agency.region for agency in reading.given.agencies if agency.region))
    classes = [limit.name for limit in reading.criteria_set.classes]
    used = [name for name in classes if any(result.class_ == name for result in reading.ranked)]
    groups = [
        ("region", _("Vùng"), [(region, region_name(reading, region, lang) or region) for region in regions]),
        ("class", _("Xếp loại"), [(name, name) for name in used]),
    ]
    if (by := reading.given.group_by) is not None and by != REGION:
        values = [(value, value_name(reading.criteria_set, by, value, lang)) for value in _values(reading)]
        groups.insert(1, ("group", attribute_name(reading.criteria_set, by, lang), values))
    return tuple(
        FilterGroup(
            name=name,
            label=label,
            value=chosen[name],
            options=tuple(FilterOption(value=value, label=told) for value, told in (("", _("Tất cả")), *options)),
        )
        for name, label, options in groups
        if len(options) > 1
    )


def _values(reading: YearReading) -> list[str]:
    """Values that make groups: options in the order of the law, others as they come."""
    declared = reading.criteria_set.attributes.get(reading.given.group_by or "")
    order = declared.options or ("true", "false") if declared else ()
    found = dict.fromkeys(reading.groups.values())
    return [*(value for value in order if value in found), *(value for value in found if value not in order)]


def downloads(reading: YearReading) -> tuple[Link, ...]:
    """The ranking's other forms."""
    path = ranking_path(reading)
    return tuple(Link(href=url(f"{path}.{kind}"), label=kind.upper()) for kind in ("csv", "xlsx", "json"))


def seal(reading: YearReading) -> Seal:
    """Whether what is shown is what was signed."""
    return Seal(state="signed" if reading.intact else "broken", digest=reading.digest, href=url("/verify"))


def citation(reading: YearReading, lang: Language) -> str:
    """How the edition is cited."""
    _ = translator(lang)
    edition, given = reading.edition, reading.given
    owner = edition.tenant.name_en if lang == "en" and edition.tenant.name_en else edition.tenant.name_vi
    return _(
        "%(owner)s (%(year)s), %(index)s, %(what)s, ấn bản %(number)s.",
        owner=owner, year=edition.published_on.year, index=titles.index(given.family, _),
        what=titles.short(FAMILY, given.year, given.tier, _).lower(), number=edition.number,
    )  # fmt: skip


def other_editions(number: str, history: Sequence[EditionRow], lang: Language) -> tuple[OtherEdition, ...]:
    """Other editions of the same year."""
    _ = translator(lang)
    return tuple(
        OtherEdition(
            number=row.number,
            href=url(f"/editions/{row.number}"),
            text=_(N_("đã thu hồi")) if row.retracted else _(N_("bản trước khi đính chính, vẫn đọc được")),
        )
        for row in history
        if row.number != number
    )


def recomputed(reading: YearReading) -> PartsSums | None:
    """How many sums of printed parts differ from the printed index, and by how much at most."""
    if reading.given.printed is None:
        return None
    differences = [
        abs(Decimal(result.points) - Decimal(result.index))
        for result in reading.ranked
        if result.points is not None and result.index is not None
    ]
    most = max(differences, default=Decimal(0))
    return PartsSums(differing=sum(d != 0 for d in differences), of=len(differences), most=most)


def least_class(reading: YearReading) -> Decimal | None:
    """The limit below which no class is known, where an agency lies below it."""
    limits = [limit.from_ for limit in reading.criteria_set.classes]
    below = limits and any(result.class_ is None for result in reading.ranked)
    return min(limits) if below else None


def _given(value: str | None) -> bool:
    return value not in (None, "0")
