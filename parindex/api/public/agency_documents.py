"""An agency's result for programs: its documents and its table."""

from __future__ import annotations

from typing import Any

from parindex import scoring
from parindex.api.public.edition_names import group_of, number_of
from parindex.api.public.profile_tables import why
from parindex.papers.csv_file import csv_bytes
from parindex.publication.ranking_rows import kind_of_interval
from parindex.publication.reading import YearReading
from parindex.scoring.points.scores import AgencyScore


def document(reading: YearReading, code: str) -> dict[str, Any]:
    """An agency's result with every criterion, points and reasons, for programs."""
    given, result, score = reading.given, reading.results[code], reading.score(code)
    return {
        "edition": reading.edition.number,
        "family": given.family,
        "year": given.year,
        "tier": given.tier,
        "marked": given.marked,
        "agency": code,
        "name": reading.agencies[code].name_vi,
        "status": result.status,
        "points": result.points,
        "max": result.max,
        "index": result.index,
        "class": result.class_,
        "rank": result.rank,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        **_within_group(reading, code),
        "interval": list(result.interval) if result.interval else None,
        "interval_kind": kind_of_interval(result),
        "criteria": [leaf_document(reading, score, place) for place in reading.places if place in result.nodes],
    }


def _within_group(reading: YearReading, code: str) -> dict[str, Any]:
    """The rank within the group; nothing in a year without groups."""
    if reading.given.group_by is None:
        return {}
    result, group = reading.results[code], group_of(reading, code, "vi")
    sets = result.group_rank_set
    ranked = result.group_rank if group is not None else None
    return {"group": group, "group_rank": ranked, "group_rank_set": list(sets) if sets else None}


def leaf_document(reading: YearReading, score: AgencyScore, code: str) -> dict[str, Any]:
    """A node of an agency; of a leaf also its facts and the reason."""
    agency = score.agency
    node, place = reading.results[agency].nodes[code], reading.places[code]
    told: dict[str, Any] = {
        "code": code,
        "title": place.node.title.vi,
        "points": node.points,
        "max": node.max,
        "state": node.state,
        "index": node.index,
    }
    if place.is_leaf:
        facts = reading.agencies[agency].facts
        names = [name for name, _ in scoring.leaf_inputs(reading.criteria_set, code)]
        told["facts"] = {name: facts[name] for name in names if name in facts}
        told["reason"] = why(reading, score, code, "vi")
    return told


def criteria_csv(reading: YearReading, code: str) -> bytes:
    """Points of every criterion of one agency."""
    score = reading.score(code)
    header = ("agency", "edition", "code", "title", "points", "max", "state", "reason", "marked")
    rows = []
    for place in reading.places.values():
        node = reading.results[code].nodes[place.code]
        points, most = number_of(node.points), number_of(node.max)
        reason = why(reading, score, place.code, "vi") if place.is_leaf else None
        title, marked = place.node.title.vi, reading.given.marked
        rows.append((code, reading.edition.number, place.code, title, points, most, node.state, reason, marked))
    return csv_bytes(header, rows)
