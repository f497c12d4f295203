"""What an agency's pages show of an edition: the whole profile, and one criterion down to its facts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from parindex import scoring
from parindex.agencies.model import TIERS
from parindex.api.public.rankings_view import (
    agency_href,
    cause,
    class_level,
    name_of,
    number_of,
    ranking_path,
    region_name,
)
from parindex.api.shared.chart_axis import axis
from parindex.api.shared.page import url
from parindex.publication.reading import Reading
from parindex.rankings.model import ResultDocument
from parindex.scoring import Place
from parindex.scoring.points.scores import AgencyScore
from parindex.text import Language, translator, words
from parindex.wording import reasons

LISTED: Final = 5
"""Strengths and losses that a profile lists."""


def context(reading: Reading, code: str, others: Sequence[Reading], lang: Language) -> dict[str, Any]:
    """Everything that ``public/agency.html`` asks for.

    Args:
        reading: The edition.
        code: The agency.
        others: The shown editions of every year of this family and tier that have the agency, oldest first.
        lang: The reader's language.
    """
    _ = translator(lang)
    agency, result = reading.agencies[code], reading.results[code]
    score = reading.score(code)
    areas = [_area(reading, result, place, lang) for place in reading.places.values() if place.depth == 1]
    gains, losses = _gains(reading, result, score, lang), _losses(reading, result, score, lang)
    lost = [_lost(result, place) for place in _leaves(reading)]
    counted = scoring.counts(reading.criteria_set)
    years = [_year(other, code, others[place - 1] if place else None, lang) for place, other in enumerate(others)]
    return {
        "agency": {
            "name": name_of(reading, code, lang),
            "tier": _(TIERS[reading.given.tier]),
            "region": region_name(reading, agency.region, lang),
        },
        "year": reading.given.year,
        "years_choice": [
            {"year": other.given.year, "href": agency_href(other, code), "current": other.given.year == reading.given.year}
            for other in reversed(others)
        ],
        "edition": {"number": reading.edition.number, "href": url(f"/editions/{reading.edition.number}")},
        "ranking_href": url(ranking_path(reading)),
        "result": _result(reading, result),
        "unranked": None if result.rank is not None else cause(reading, result, lang),
        "summary": _summary(areas),
        "axis": axis(
            [area[key] for area in areas for key in ("share", "median", "best", "low", "high")], most=100
        ),
        "areas": areas if result.status != "no_submission" else [],
        "compared": len(reading.ranked),
        "years_axis": axis([year[key] for year in years for key in ("index", "low", "high")]),
        "years": years,
        "strengths": gains,
        "losses": losses,
        "losses_sum": {
            "shown": -sum((item["value"] for item in losses), Decimal(0)),
            "all": sum((points for points in lost if points is not None), Decimal(0)),
            "count": len(losses),
        }
        if losses
        else None,
        "groups": _groups(reading, result, score, lang) if result.status != "no_submission" else [],
        "adjustments": _adjustments(reading, result, score, lang),
        "downloads": [
            {"href": url(f"/agencies/{code}.{kind}", edition=reading.edition.number), "label": kind.upper()}
            for kind in ("csv", "json")
        ],
        "counts": {"areas": counted.areas, "criteria": counted.criteria, "components": counted.parts},
    }  # fmt: skip


def _result(reading: Reading, result: ResultDocument) -> dict[str, Any] | None:
    if result.rank is None:
        return None
    limits = {limit.name: limit.from_ for limit in reading.criteria_set.classes}
    change, before = reading.changes.get(result.agency), reading.edition.previous
    low, high = result.interval or (None, None)
    return {
        "index": number_of(result.index),
        "points": number_of(result.points),
        "max": number_of(result.max),
        "appraised": number_of(result.appraised),
        "survey": number_of(result.survey),
        "bonus": number_of(result.bonus),
        "penalty": number_of(result.penalty),
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
        "rank": result.rank,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "ranked": len(reading.ranked),
        "class": result.class_,
        "class_from": limits.get(result.class_ or ""),
        "class_level": class_level(reading, result.class_),
        "change": {"value": Decimal(change.index), "beyond": change.beyond_error, "year": before.year}
        if change and change.index and before
        else None,
    }


def _area(reading: Reading, result: ResultDocument, place: Place, lang: Language) -> dict[str, Any]:
    node = result.nodes[place.code]
    share, compared = number_of(node.index), reading.compared.get(place.code)
    low, high = reading.area_interval(result, place.code) or (None, None)
    return {
        "code": place.code,
        "title": words(place.node.title, lang),
        "points": number_of(node.points),
        "max": number_of(node.max),
        "share": share,
        "low": low,
        "high": high,
        "median": compared.median if compared else None,
        "best": compared.best if compared else None,
        "difference": share - compared.median if compared and share is not None else None,
        "state": node.state,
    }


def _summary(areas: Sequence[dict[str, Any]]) -> dict[str, Any]:
    known = [area for area in areas if area["difference"] is not None]
    lost = [(area["max"] - area["points"], area["title"]) for area in areas if area["points"] is not None]
    most = max(lost, default=None)
    return {
        "above": sum(area["difference"] > 0 for area in known),
        "areas": len(known),
        "weakest": {"title": most[1], "lost": most[0]} if most and most[0] > 0 else None,
    }


def _leaves(reading: Reading) -> list[Place]:
    return [place for place in reading.places.values() if place.is_leaf and place.part == "areas"]


def _lost(result: ResultDocument, place: Place) -> Decimal | None:
    node = result.nodes[place.code]
    return None if node.points is None else Decimal(node.max) - Decimal(node.points)


def _gains(reading: Reading, result: ResultDocument, score: AgencyScore, lang: Language) -> list[dict[str, Any]]:
    """Leaves furthest above the median of all agencies."""
    found = []
    for place in _leaves(reading):
        points, compared = result.nodes[place.code].points, reading.compared.get(place.code)
        if points is not None and compared and Decimal(points) > compared.median:
            found.append((Decimal(points) - compared.median, place))
    found.sort(key=lambda pair: -pair[0])
    return [_item(reading, result, score, place, value, lang) for value, place in found[:LISTED]]


def _losses(reading: Reading, result: ResultDocument, score: AgencyScore, lang: Language) -> list[dict[str, Any]]:
    """Leaves that are furthest below their maximum."""
    found = [(lost, place) for place in _leaves(reading) if (lost := _lost(result, place)) is not None and lost > 0]
    found.sort(key=lambda pair: -pair[0])
    return [_item(reading, result, score, place, -value, lang) for value, place in found[:LISTED]]


def _item(
    reading: Reading, result: ResultDocument, score: AgencyScore, place: Place, value: Decimal, lang: Language
) -> dict[str, Any]:
    return {
        "code": place.code,
        "title": words(place.node.title, lang),
        "href": leaf_href(reading, result.agency, place.code),
        "note": why(reading, score, place.code, lang),
        "value": value,
    }


def _groups(reading: Reading, result: ResultDocument, score: AgencyScore, lang: Language) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for code, place in reading.places.items():
        if place.part != "areas":
            continue
        node = result.nodes[code]
        applies = node.state != "not_applicable"
        line = {
            "code": code,
            "title": words(place.node.title, lang),
            "points": number_of(node.points),
            "max": number_of(node.max) if applies else None,
            "share": number_of(node.index) if applies else None,
        }
        if place.depth == 1:
            groups.append({**line, "rows": []})
        else:
            row = {
                **line,
                "depth": place.depth,
                "href": leaf_href(reading, result.agency, code) if place.is_leaf else None,
                "why": why(reading, score, code, lang) if place.is_leaf else None,
                "state": node.state,
            }
            groups[-1]["rows"].append(row)
    return groups


def _adjustments(reading: Reading, result: ResultDocument, score: AgencyScore, lang: Language) -> list[dict[str, Any]]:
    found = []
    for code, place in reading.places.items():
        points = result.nodes[code].points if code in result.nodes else None
        if place.part != "areas" and points is not None and Decimal(points) != 0:
            value = Decimal(points) if place.part == "bonus" else -Decimal(points)
            why_ = why(reading, score, code, lang)
            found.append({"code": code, "title": words(place.node.title, lang), "why": why_, "points": value})
    return found


def _year(reading: Reading, code: str, before: Reading | None, lang: Language) -> dict[str, Any]:
    result = reading.results[code]
    low, high = result.interval or (None, None)
    breaks = (
        bool(before) and before is not None and before.given.criteria_set.digest != reading.given.criteria_set.digest
    )
    return {
        "year": reading.given.year,
        "index": number_of(result.index),
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "rank": result.rank,
        "breaks": breaks,
        "cause": None if result.index is not None else cause(reading, result, lang)["cause"],
    }


def why(reading: Reading, score: AgencyScore, code: str, lang: Language) -> str:
    """Why a leaf has its points; what one more step would have given belongs to the sheet, not to a result."""
    reason = score.reason(code)
    told = reasons.sentence(reading.criteria_set, code, reason, lang)
    further = reasons.next_step(reading.criteria_set, code, reason, lang)
    return told.removesuffix(further).rstrip() if further else told


def leaf_href(reading: Reading, agency: str, code: str) -> str:
    """The page of one leaf of one agency, of this very edition."""
    return url(f"/agencies/{agency}/{reading.given.year}/{code}", edition=reading.edition.number)
