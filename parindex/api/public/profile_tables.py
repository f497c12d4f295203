"""The tables of a profile: every criterion with its points and their reason."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from parindex.api.public.edition_names import leaf_href, number_of
from parindex.api.public.merger_words import mean_told
from parindex.publication.reading import YearReading
from parindex.rankings.model import ResultDocument
from parindex.scoring.points.scores import AgencyScore
from parindex.text import Language, words
from parindex.wording import reasons


class StandoutLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that stands out."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    href: str
    """Its page."""

    note: str
    """The reason of its points."""

    value: Decimal
    """Points above the median, or below the maximum (negative)."""


class CriterionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion or component of an agency."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    depth: int
    """2 for a criterion, 3 and more below."""

    href: str | None
    """A leaf's page."""

    why: str | None
    """The reason of a leaf's points."""

    points: Decimal | None
    """Points."""

    max: Decimal | None
    """Applicable maximum; ``None``: it does not apply."""

    share: Decimal | None
    """Points of the maximum, in percent."""

    state: str
    """``scored``, ``not_applicable``, ``unknown`` or ``none``."""


class AreaGroup(msgspec.Struct, frozen=True, kw_only=True):
    """An area with everything below it."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    points: Decimal | None
    """Points."""

    max: Decimal | None
    """Applicable maximum; ``None``: it does not apply."""

    share: Decimal | None
    """Points of the maximum, in percent."""

    rows: tuple[CriterionRow, ...]
    """In the order of the law."""


class GivenAdjustment(msgspec.Struct, frozen=True, kw_only=True):
    """Bonus or penalty points that were given."""

    code: str
    """Its code."""

    title: str
    """What they are for."""

    why: str
    """The reason."""

    points: Decimal
    """Points, negative where they are taken."""


def groups(reading: YearReading, result: ResultDocument, score: AgencyScore, lang: Language) -> tuple[AreaGroup, ...]:
    """Areas with all criteria."""
    rows: dict[str, list[CriterionRow]] = {}
    for code, place in reading.places.items():
        if place.part == "areas" and place.depth > 1:
            rows.setdefault(place.area or "", []).append(_row(reading, result, score, code, lang))
    areas = [code for code, place in reading.places.items() if place.part == "areas" and place.depth == 1]
    return tuple(_group(reading, result, code, tuple(rows.get(code, ())), lang) for code in areas)


def _group(
    reading: YearReading, result: ResultDocument, code: str, rows: tuple[CriterionRow, ...], lang: Language
) -> AreaGroup:
    node = result.nodes[code]
    applies = node.state != "not_applicable"
    return AreaGroup(
        code=code,
        title=words(reading.places[code].node.title, lang),
        points=number_of(node.points),
        max=number_of(node.max) if applies else None,
        share=number_of(node.index) if applies else None,
        rows=rows,
    )


def _row(reading: YearReading, result: ResultDocument, score: AgencyScore, code: str, lang: Language) -> CriterionRow:
    place, node = reading.places[code], result.nodes[code]
    applies = node.state != "not_applicable"
    return CriterionRow(
        code=code,
        title=words(place.node.title, lang),
        depth=place.depth,
        href=leaf_href(reading, result.agency, code) if place.is_leaf else None,
        why=why(reading, score, code, lang) if place.is_leaf else None,
        points=number_of(node.points),
        max=number_of(node.max) if applies else None,
        share=number_of(node.index) if applies else None,
        state=node.state,
    )


def adjustments(
    reading: YearReading, result: ResultDocument, score: AgencyScore, lang: Language
) -> tuple[GivenAdjustment, ...]:
    """Bonus and penalty points that an agency was given."""
    given = []
    for code, place in reading.places.items():
        points = result.nodes[code].points if code in result.nodes else None
        if place.part != "areas" and points is not None and Decimal(points) != 0:
            value = Decimal(points) if place.part == "bonus" else -Decimal(points)
            told, title = why(reading, score, code, lang), words(place.node.title, lang)
            given.append(GivenAdjustment(code=code, title=title, why=told, points=value))
    return tuple(given)


def why(reading: YearReading, score: AgencyScore, code: str, lang: Language) -> str:
    """Why a leaf has its points; what one more step would have given belongs to the sheet, not to a result."""
    if mean := mean_told(reading, score.agency, lang):
        return mean
    reason = score.reason(code)
    told = reasons.sentence(reading.criteria_set, code, reason, lang)
    further = reasons.next_step(reading.criteria_set, code, reason, lang)
    return told.removesuffix(further).rstrip() if further else told
