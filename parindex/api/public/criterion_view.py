"""What one criterion of one agency shows: points and reason, facts, stages, the survey behind it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from parindex import scoring
from parindex.api.public.profiles_view import leaf_href, why
from parindex.api.public.rankings_view import agency_href, name_of, number_of, ranking_path
from parindex.api.shared.page import url
from parindex.assessments.model import DECISION_KINDS
from parindex.publication.history import LeafHistory
from parindex.publication.reading import Reading
from parindex.scoring import Criterion, Place
from parindex.text import N_, Language, local_day, number, translator, words
from parindex.wording import reasons, rule_text


def context(
    reading: Reading, code: str, place: Place, past: LeafHistory | None, zone: ZoneInfo, lang: Language
) -> dict[str, Any]:
    """Everything that ``public/criterion.html`` asks for.

    Args:
        reading: The edition: what was accepted and what follows from it.
        code: The agency.
        place: The leaf.
        past: What was declared and decided before; none of an imported year.
        zone: The tenant's time.
        lang: The reader's language.
    """
    _ = translator(lang)
    assert isinstance(place.node, Criterion)
    result, score = reading.results[code], reading.score(code)
    node, compared = result.nodes[place.code], reading.compared.get(place.code)
    leaves = [one for one in reading.places.values() if one.is_leaf]
    at = next(i for i, one in enumerate(leaves) if one.code == place.code)
    around = [leaves[i] if 0 <= i < len(leaves) else None for i in (at - 1, at + 1)]
    edition = {"number": reading.edition.number, "href": url(f"/editions/{reading.edition.number}")}
    short = _("Xếp hạng %(year)s", year=reading.given.year)
    evidence = {
        "required": _("Phải có tài liệu kiểm chứng hoặc giải trình."),
        "optional": _("Tài liệu kiểm chứng không bắt buộc."),
        "none": None,
    }
    return {
        "agency": {"name": name_of(reading, code, lang), "href": agency_href(reading, code)},
        "year": reading.given.year,
        "edition": edition,
        "crumbs": [
            {"href": url(ranking_path(reading)), "label": short},
            {"href": agency_href(reading, code), "label": name_of(reading, code, lang)},
            {"href": None, "label": place.code},
        ],
        "criterion": {
            "code": place.code,
            "title": words(place.node.title, lang),
            "max": place.node.max,
            "rule": rule_text.words(reading.criteria_set, place.node, lang),
            "basis": None,
            "evidence": words(place.node.guidance, lang) if place.node.guidance else evidence[place.node.evidence],
        },
        "points": number_of(node.points),
        "state": node.state,
        "reason": why(reading, score, place.code, lang),
        "formula": None,
        "compared": {"median": compared.median, "best": compared.best, "n": compared.n} if compared else None,
        "stages": _stages(past, lang),
        "facts": facts(reading, code, place, past, lang),
        "evidence": [],
        "decision": _decision(place, past, zone, lang),
        "survey": _survey(reading, code, place),
        "previous": _neighbour(reading, code, around[0], lang),
        "next": _neighbour(reading, code, around[1], lang),
    }


STAGES: Final = {
    "self": N_("Đơn vị tự chấm"),
    "round1": N_("Thẩm định lần 1"),
    "round2": N_("Thẩm định lần 2"),
    "final": N_("Kết quả cuối"),
}
"""Stages whose points are kept side by side."""


def _stages(past: LeafHistory | None, lang: Language) -> list[dict[str, Any]]:
    _ = translator(lang)
    if past is None:
        return []
    return [
        {"label": _(words), "points": past.points[stage], "note": None}
        for stage, words in STAGES.items()
        if stage in past.points
    ]


def _decision(place: Place, past: LeafHistory | None, zone: ZoneInfo, lang: Language) -> dict[str, Any] | None:
    """The last decision, by the body and not by the person."""
    _ = translator(lang)
    if past is None or past.decision is None:
        return None
    return {
        "by": _("Cơ quan thẩm định lĩnh vực %(area)s", area=place.area) if place.area else _("Cơ quan thẩm định"),
        "kind": _(DECISION_KINDS[past.decision.kind]),
        "reason": past.decision.reason or None,
        "date": local_day(past.decision.at, zone),
    }


def facts(
    reading: Reading, agency: str, place: Place, past: LeafHistory | None, lang: Language
) -> list[dict[str, Any]]:
    """The accepted facts of a leaf beside the declared ones, where those are held; what is not there is a dash, not 0."""
    given = reading.agencies[agency].facts
    names = [name for name, _ in scoring.leaf_inputs(reading.criteria_set, place.code)]
    names += [name for name in (f"{place.code}.decided", f"{place.code}.not_applicable") if name in given]
    found = []
    for name in names:
        accepted, declared = given.get(name), past.declared.get(name) if past else None
        found.append(
            {
                "name": name,
                "label": label(reading, name, lang),
                "unit": None,
                "declared": _value(reading, name, declared, lang) if past else None,
                "accepted": _value(reading, name, accepted, lang),
                "changed": past is not None and declared != accepted,
                "reason": None,
            }
        )
    return found


def _value(reading: Reading, name: str, text: str | None, lang: Language) -> str:
    return number(None) if text is None else reasons.value_text(reading.criteria_set, name, text, lang)


def label(reading: Reading, name: str, lang: Language) -> str:
    """What people read for a fact of a leaf."""
    _ = translator(lang)
    if name.endswith(".decided"):
        return _("Điểm do cơ quan thẩm định đặt")
    if name.endswith(".not_applicable"):
        return _("Không áp dụng, được chấp thuận")
    return reasons.label(reading.criteria_set, name, lang)


def _survey(reading: Reading, agency: str, place: Place) -> dict[str, Any] | None:
    leaf = next((leaf for leaf in reading.law if leaf.code == place.code), None)
    if leaf is None or len(leaf.weights) != 1:
        return None
    estimate = reading.estimates.get((agency, next(iter(leaf.weights))))
    bounds = reading.estimate_interval(estimate) if estimate else None
    if estimate is None or estimate.value is None or bounds is None:
        return None
    return {
        "n": estimate.n,
        "value": Decimal(estimate.value) * 100,
        "low": bounds[0] * 100,
        "high": bounds[1] * 100,
        "instrument": None,
    }


def _neighbour(reading: Reading, agency: str, place: Place | None, lang: Language) -> dict[str, str] | None:
    if place is None:
        return None
    return {
        "href": leaf_href(reading, agency, place.code), "code": place.code, "title": words(place.node.title, lang),
    }  # fmt: skip
