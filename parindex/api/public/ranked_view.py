"""A ranked agency as tables show it, and the axis that all of them stand on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from parindex.api.public.edition_names import agency_href, bounds_of, group_of, name_of, number_of, region_name
from parindex.api.shared.chart_axis import Axis, axis
from parindex.publication.model import EditionChange
from parindex.publication.reading import YearReading
from parindex.rankings.groups import REGION
from parindex.rankings.model import ResultDocument
from parindex.text import Language, number, translator


class IndexChange(msgspec.Struct, frozen=True, kw_only=True):
    """The change of an index since the edition before."""

    value: Decimal
    """In percentage points."""

    beyond: bool | None
    """Whether it exceeds its error; ``None``: the error is not known."""


class PartsSum(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of the printed parts of an imported result."""

    points: Decimal
    """The sum."""

    difference: Decimal
    """Sum minus printed index."""


class RankedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A ranked agency."""

    order: int
    """Place in the table, from 1."""

    name: str
    """Its name."""

    href: str | None
    """Its page; ``None`` before publication."""

    region: str | None
    """Its region."""

    appraised: Decimal | None
    """Appraised points."""

    survey: Decimal | None
    """Survey points."""

    bonus: Decimal | None
    """Bonus points."""

    penalty: Decimal | None
    """Penalty points."""

    points: Decimal | None
    """All points; of an imported year the printed index."""

    index: Decimal
    """Percent."""

    low: float | None
    """Lower end of its interval."""

    high: float | None
    """Upper end of its interval."""

    class_: str | None
    """Its class; ``None`` below the lowest."""

    class_level: str
    """How strongly the class is drawn: ``first``, ``plain``, ``low``."""

    rank: int | None
    """Its rank."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude."""

    group: str | None
    """The group that it is also ranked in; ``None`` where it stands in none, or the region tells it."""

    group_rank: int | None
    """Its rank there."""

    group_rank_set: tuple[int, int] | None
    """Ranks there that sampling error does not exclude."""

    lanes: Sequence[str]
    """What each lane of the brackets shows here: empty, ``start``, ``through``, ``end``."""

    change: IndexChange | None
    """Since the edition before."""

    recomputed: PartsSum | None
    """Of an imported year."""


def index_axis(reading: YearReading, lang: Language) -> Axis:
    """The axis of all indices and their intervals, with the limits of the classes."""
    _ = translator(lang)
    values = [
        value for result in reading.ranked for value in (*map(float, result.interval or ()), number_of(result.index))
    ]
    limits = [
        (limit.from_, _("%(name)s từ %(at)s", name=limit.name, at=number(limit.from_, None, lang)))
        for limit in reading.criteria_set.classes
    ]
    return axis(values, limits)


def row(
    reading: YearReading,
    result: ResultDocument,
    order: int,
    lanes: Sequence[str],
    change: EditionChange | None,
    lang: Language,
) -> RankedRow:
    """One row of the table."""
    index, points = Decimal(result.index or 0), number_of(result.points)
    low, high = bounds_of(result.interval)
    imported = reading.given.printed is not None
    return RankedRow(
        order=order,
        name=name_of(reading, result.agency, lang),
        href=agency_href(reading, result.agency) if reading.signed else None,
        region=region_name(reading, reading.agencies[result.agency].region, lang),
        appraised=number_of(result.appraised),
        survey=number_of(result.survey),
        bonus=number_of(result.bonus),
        penalty=number_of(result.penalty),
        points=index if imported else points,
        index=index,
        low=low,
        high=high,
        class_=result.class_,
        class_level=class_level(reading, result.class_),
        rank=result.rank,
        rank_set=result.rank_set,
        group=group_of(reading, result.agency, lang) if reading.given.group_by != REGION else None,
        group_rank=result.group_rank if result.agency in reading.groups else None,
        group_rank_set=result.group_rank_set,
        lanes=lanes,
        change=IndexChange(value=Decimal(change.index), beyond=change.beyond_error)
        if change and change.index
        else None,
        recomputed=PartsSum(points=points, difference=points - index) if imported and points is not None else None,
    )


def class_level(reading: YearReading, name: str | None) -> str:
    """How strongly a class is drawn: the best filled, from the third on dashed."""
    names = [limit.name for limit in reading.criteria_set.classes]
    place = names.index(name) if name in names else len(names)
    return "first" if place == 0 else "plain" if place == 1 else "low"
