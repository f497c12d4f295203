"""What the ranking's page shows of an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from parindex.api.shared import rank_brackets
from parindex.api.shared.chart_axis import Axis, axis
from parindex.api.shared.page import url
from parindex.publication import titles
from parindex.publication.headline import Finding
from parindex.publication.model import Change, EditionRow
from parindex.publication.publish import FAMILY
from parindex.publication.reading import Reading
from parindex.rankings.model import ResultDocument
from parindex.text import N_, Language, number, translator, words
from parindex.wording import reasons

NAMED: Final = 3
"""Missing facts that a sentence names; it counts the rest."""


def context(
    reading: Reading, history: Sequence[EditionRow], query: Mapping[str, str], lang: Language
) -> dict[str, Any]:
    """Everything that ``public/ranking.html`` asks for.

    Args:
        reading: The edition.
        history: All editions of the same family, year and tier.
        query: The page's query: ``region``, ``class``.
        lang: The reader's language.
    """
    _ = translator(lang)
    edition, given = reading.edition, reading.given
    chosen = {name: query.get(name, "") for name in ("region", "class")}
    shown = [result for result in reading.ranked if matches(reading, result, chosen)]
    filtered = any(chosen.values())
    drawn = _lanes(reading) if not filtered else []
    errors = reading.computation.rank_sets is not None
    before = edition.previous if edition.previous and edition.previous.comparable else None
    return {
        "title": titles.ranking(given, _),
        "year": given.year,
        "previous_year": before.year if before else None,
        "edition": {"number": edition.number, "href": url(f"/editions/{edition.number}"), "published": edition.published_on},
        "decision": decision(reading),
        "criteria_set": {"title": words(reading.criteria_set.title, lang), "href": set_href(reading)},
        "citation": citation(reading, lang),
        "seal": seal(reading),
        "finding": finding(reading),
        "level": int(Decimal(given.level) * 100),
        "shows": {
            "errors": errors,
            "bonus": any(_given(result.bonus) for result in reading.ranked),
            "penalty": any(_given(result.penalty) for result in reading.ranked),
            "change": before is not None,
            "region": any(agency.region for agency in given.agencies),
            "recomputed": given.printed is not None,
        },
        "filters": filters(reading, chosen, lang),
        "filtered": filtered,
        "downloads": downloads(reading),
        "axis": index_axis(reading, lang),
        "lane_count": len(drawn[0]) if drawn else 0,
        "rows": [
            row(reading, result, order, drawn[order - 1] if drawn else [], reading.changes.get(result.agency), lang)
            for order, result in enumerate(shown, start=1)
        ],
        "unranked": [] if filtered else unranked(reading, lang),
        "classes": [{"name": limit.name, "from": limit.from_} for limit in reading.criteria_set.classes],
        "least_class": least_class(reading),
        "recomputed": recomputed(reading),
        "corrections": corrections(edition.number, history, _),
        "source": given.printed.source if given.printed else None,
    }  # fmt: skip


def matches(reading: Reading, result: ResultDocument, chosen: Mapping[str, str]) -> bool:
    """Whether an agency is in the region and class that were chosen."""
    region, class_ = chosen["region"], chosen["class"]
    return (not region or reading.agencies[result.agency].region == region) and (not class_ or result.class_ == class_)


def index_axis(reading: Reading, lang: Language) -> Axis:
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
    reading: Reading, result: ResultDocument, order: int, lanes: list[str], change: Change | None, lang: Language
) -> dict[str, Any]:
    """One row of the table."""
    agency = reading.agencies[result.agency]
    index = Decimal(result.index or 0)
    low, high = result.interval or (None, None)
    imported = reading.given.printed is not None
    points = number_of(result.points)
    return {
        "order": order,
        "name": name_of(reading, result.agency, lang),
        "href": agency_href(reading, result.agency) if reading.signed else None,
        "region": region_name(reading, agency.region, lang),
        "appraised": number_of(result.appraised),
        "survey": number_of(result.survey),
        "bonus": number_of(result.bonus),
        "penalty": number_of(result.penalty),
        "points": index if imported else points,
        "max": number_of(result.max),
        "index": index,
        "low": None if low is None else float(low),
        "high": None if high is None else float(high),
        "class": result.class_,
        "class_level": class_level(reading, result.class_),
        "rank": result.rank,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "lanes": lanes,
        "change": {"value": Decimal(change.index), "beyond": change.beyond_error} if change and change.index else None,
        "recomputed": {"points": points, "difference": points - index} if imported and points is not None else None,
    }


def _lanes(reading: Reading) -> list[list[str]]:
    """Brackets of the rows; an agency that is compared with nobody stands inside a run without ending it."""
    sets = reading.computation.rank_sets
    if sets is None:
        return []
    place = {result.agency: row for row, result in enumerate(reading.ranked)}
    spans = sorted((min(place[code] for code in run), max(place[code] for code in run)) for run in sets.runs)
    return rank_brackets.laid_out(spans, len(reading.ranked))


def finding(reading: Reading) -> dict[str, Any]:
    """What ``public/headline.html`` says first."""
    found: Finding | None = reading.finding
    if found is None:
        return {"errors": False, "tied": 0, "first": "", "index": None, "median": None, "ranked": 0}
    return {
        "errors": found.together is not None,
        "tied": found.together or 1,
        "first": ", ".join(reading.agencies[code].name_vi for code in found.leaders),
        "index": found.best,
        "median": found.median,
        "ranked": found.ranked,
    }


def unranked(reading: Reading, lang: Language) -> list[dict[str, Any]]:
    """Agencies without a rank, each with the cause."""
    return [
        {
            "name": name_of(reading, result.agency, lang),
            "href": agency_href(reading, result.agency) if reading.signed else None,
            **cause(reading, result, lang),
        }
        for result in reading.unranked
    ]


def cause(reading: Reading, result: ResultDocument, lang: Language) -> dict[str, str]:
    """Why an agency has no rank: a state for the chip, and a sentence."""
    _ = translator(lang)
    if result.status == "no_submission":
        return {"state": "no_submission", "cause": _("Không có phiếu tự đánh giá khi hết hạn; không tính là 0 điểm.")}
    if result.status == "complete":
        index = number(number_of(result.index), reading.criteria_set.print_places, lang)
        told = _("Được chấm điểm, không xếp hạng; chỉ số %(index)s%%.", index=index)
        return {"state": "not_applicable", "cause": told}
    hidden = next((s for s in reading.suppressed if s.agency == result.agency), None)
    if hidden is not None:
        estimate = reading.estimates[result.agency, hidden.name]
        survey = next(s for s in reading.given.surveys if hidden.name.startswith(f"survey:{s.instrument}."))
        told = _(
            "%(survey)s thu được %(n)s phiếu, dưới mức tối thiểu %(minimum)s.",
            survey=survey.title, n=number(estimate.n, 0, lang), minimum=survey.minimum,
        )  # fmt: skip
        return {"state": "incomplete", "cause": told}
    named = [
        f"{name.rpartition('.')[0]} {reasons.label(reading.criteria_set, name, lang)}".strip()
        for name in result.missing
    ]
    told = _("Chưa có số liệu: %(names)s.", names="; ".join(named[:NAMED]))
    if len(named) > NAMED:
        told += " " + _("Còn %(n)s số liệu khác chưa có.", n=len(named) - NAMED)
    return {"state": "incomplete", "cause": told}


def filters(reading: Reading, chosen: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """Groups of the filter form; a group with nothing to choose is left out."""
    _ = translator(lang)
    regions = list(dict.fromkeys(agency.region for agency in reading.given.agencies if agency.region))
    classes = [limit.name for limit in reading.criteria_set.classes]
    used = [name for name in classes if any(result.class_ == name for result in reading.ranked)]
    groups = [
        ("region", _("Vùng"), [(region, region_name(reading, region, lang) or region) for region in regions]),
        ("class", _("Xếp loại"), [(name, name) for name in used]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "value": chosen[name],
            "options": [{"value": value, "label": text} for value, text in (("", _("Tất cả")), *options)],
        }
        for name, label, options in groups
        if len(options) > 1
    ]


def downloads(reading: Reading) -> list[dict[str, str]]:
    """The ranking's other forms."""
    path = ranking_path(reading)
    return [{"href": url(f"{path}.{kind}"), "label": kind.upper()} for kind in ("csv", "xlsx", "json")]


def ranking_path(reading: Reading) -> str:
    """The ranking's address, which always shows the newest edition of its year."""
    return path_of(reading.given.family, reading.given.year, reading.given.tier)


def path_of(family: str, year: int, tier: str) -> str:
    """The address of a ranking; the main family needs no name.

    >>> path_of("par-index", 2025, "province"), path_of("dti", 2025, "province")
    ('/rankings/2025/province', '/rankings/2025/province/dti')
    """
    return f"/rankings/{year}/{tier}" + ("" if family == FAMILY else f"/{family}")


def agency_href(reading: Reading, code: str) -> str:
    """An agency's page, of this very edition."""
    return url(f"/agencies/{code}", edition=reading.edition.number)


def set_href(reading: Reading) -> str:
    """The page of the criteria set."""
    given = reading.given.criteria_set
    return url(f"/criteria/{given.family}/{given.version}")


def seal(reading: Reading) -> dict[str, Any]:
    """Whether what is shown is what was signed."""
    assert reading.signed is not None
    state = "signed" if reading.intact else "broken"
    return {"state": state, "digest": reading.signed.digest, "href": url("/verify")}


def decision(reading: Reading) -> dict[str, Any]:
    """The decision; an imported year's source may tell its day alone."""
    told = reading.edition.decision
    return {"number": told.number, "date": told.date, "signer": told.signer}


def citation(reading: Reading, lang: Language) -> str:
    """How the edition is cited."""
    _ = translator(lang)
    edition, given = reading.edition, reading.given
    owner = edition.tenant.name_en if lang == "en" and edition.tenant.name_en else edition.tenant.name_vi
    return _(
        "%(owner)s (%(year)s), %(index)s, %(what)s, ấn bản %(number)s.",
        owner=owner, year=edition.published_on.year, index=titles.index(given.family, _),
        what=titles.short(FAMILY, given.year, given.tier, _).lower(), number=edition.number,
    )  # fmt: skip


def corrections(number: str, history: Sequence[EditionRow], _: Callable[..., str]) -> list[dict[str, str]]:
    """Other editions of the same year."""
    return [
        {
            "number": row.number,
            "href": url(f"/editions/{row.number}"),
            "text": _(N_("đã thu hồi")) if row.retracted else _(N_("bản khác của năm này")),
        }
        for row in history
        if row.number != number
    ]


def recomputed(reading: Reading) -> dict[str, Any] | None:
    """How many sums of printed parts differ from the printed index, and by how much at most."""
    if reading.given.printed is None:
        return None
    differences = [
        abs(Decimal(result.points) - Decimal(result.index))
        for result in reading.ranked
        if result.points is not None and result.index is not None
    ]
    most = max(differences, default=Decimal(0))
    return {"differing": sum(d != 0 for d in differences), "of": len(differences), "most": most}


def least_class(reading: Reading) -> Decimal | None:
    """The limit below which no class is known, where an agency lies below it."""
    limits = [limit.from_ for limit in reading.criteria_set.classes]
    below = limits and any(result.class_ is None for result in reading.ranked)
    return min(limits) if below else None


def class_level(reading: Reading, name: str | None) -> str:
    """How strongly a class is drawn: the best filled, from the third on dashed."""
    names = [limit.name for limit in reading.criteria_set.classes]
    place = names.index(name) if name in names else len(names)
    return "first" if place == 0 else "plain" if place == 1 else "low"


def region_name(reading: Reading, region: str | None, lang: Language) -> str | None:
    """A region in words: the label of the set's attribute, or as it is written."""
    if region is None:
        return None
    declared = reading.criteria_set.attributes.get("region")
    named = declared.option_labels.get(region) if declared else None
    return words(named, lang) if named else region


def name_of(reading: Reading, code: str, lang: Language) -> str:
    """An agency's name, in Vietnamese where there is no English."""
    agency = reading.agencies[code]
    return agency.name_en if lang == "en" and agency.name_en else agency.name_vi


def number_of(value: str | None) -> Decimal | None:
    """A document's number for a page."""
    return None if value is None else Decimal(value)


def _given(value: str | None) -> bool:
    return value not in (None, "0")
