"""The areas of a profile beside the others' results, and the agency's results of all years."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from parindex.api.public.edition_names import bounds_of, number_of
from parindex.api.public.unranked_view import cause
from parindex.publication.ranking_rows import kind_of_interval
from parindex.publication.reading import YearReading
from parindex.rankings.model import ResultDocument
from parindex.scoring import Place
from parindex.text import Language, date_text, translator, words


class WeakestArea(msgspec.Struct, frozen=True, kw_only=True):
    """The area that lost most."""

    title: str
    """What it is called."""

    lost: Decimal
    """Points below its maximum."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The areas in one sentence."""

    above: int
    """Areas above the median of all."""

    areas: int
    """Areas of which that is known."""

    weakest: WeakestArea | None
    """The area that lost most, where any lost."""


class AreaRow(msgspec.Struct, frozen=True, kw_only=True):
    """An area beside the others' results."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    points: Decimal | None
    """Points."""

    max: Decimal
    """Applicable maximum."""

    share: Decimal | None
    """Points of the maximum, in percent."""

    low: float | None
    """Lower end of the share's interval."""

    high: float | None
    """Upper end of the share's interval."""

    interval_kind: str | None = None
    """Which kind the interval is."""

    median: Decimal | None
    """Median share of all."""

    best: Decimal | None
    """The highest share of all."""

    difference: Decimal | None
    """Share minus median."""

    state: str
    """``scored``, ``not_applicable``, ``unknown`` or ``none``."""


class YearRow(msgspec.Struct, frozen=True, kw_only=True):
    """The agency's result in one year."""

    year: int
    """Year measured."""

    index: Decimal | None
    """Percent; ``None``: no result."""

    low: float | None
    """Lower end of its interval."""

    high: float | None
    """Upper end of its interval."""

    interval_kind: str | None = None
    """Which kind the interval is."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude."""

    rank: int | None
    """Its rank."""

    breaks: bool
    """Whether it cannot be compared with the year before: the criteria set changed, or the agency was formed since."""

    formed: str = ""
    """From whom the agency took over since the year before; empty for nobody."""

    cause: str | None
    """Why there is no result."""


def area_row(reading: YearReading, result: ResultDocument, place: Place, lang: Language) -> AreaRow:
    """An area of an agency."""
    node = result.nodes[place.code]
    share, compared = number_of(node.index), reading.compared.get(place.code)
    (low, high), kind = reading.area_interval(result, place.code) or ((None, None), None)
    return AreaRow(
        code=place.code,
        title=words(place.node.title, lang),
        points=number_of(node.points),
        max=Decimal(node.max),
        share=share,
        low=low,
        high=high,
        interval_kind=kind,
        median=compared.median if compared else None,
        best=compared.best if compared else None,
        difference=share - compared.median if compared and share is not None else None,
        state=node.state,
    )


def summary(areas: Sequence[AreaRow]) -> Summary:
    """The areas of an agency in one sentence."""
    differences = [area.difference for area in areas if area.difference is not None]
    lost = [(area.max - area.points, area.title) for area in areas if area.points is not None]
    most = max(lost, default=None)
    return Summary(
        above=sum(difference > 0 for difference in differences),
        areas=len(differences),
        weakest=WeakestArea(title=most[1], lost=most[0]) if most and most[0] > 0 else None,
    )


def year_row(reading: YearReading, code: str, before: YearReading | None, lang: Language) -> YearRow:
    """The agency's result of an edition; ``before`` is the edition of the year before."""
    result = reading.results[code]
    low, high = bounds_of(result.interval)
    told = formed_since(reading, code, before, lang)
    return YearRow(
        year=reading.given.year,
        index=number_of(result.index),
        low=low,
        high=high,
        interval_kind=kind_of_interval(result),
        rank_set=result.rank_set,
        rank=result.rank,
        breaks=before is not None
        and (bool(told) or before.given.criteria_set.digest != reading.given.criteria_set.digest),
        formed=told,
        cause=None if result.index is not None else cause(reading, result, lang).cause,
    )


def formed_since(reading: YearReading, code: str, before: YearReading | None, lang: Language) -> str:
    """From whom an agency took over after the year before, or within the first year that is shown; empty for nobody."""
    formed = reading.agencies[code].formed
    earliest = before.given.year if before is not None else reading.given.year - 1
    if formed is None or formed.on.year <= earliest:
        return ""
    _ = translator(lang)
    return _(
        "Kế thừa %(names)s từ ngày %(day)s (%(decision)s): không so sánh được với các năm trước.",
        names=", ".join(formed.names), day=date_text(formed.on, lang), decision=formed.decision,
    )  # fmt: skip
