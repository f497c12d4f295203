"""Open data, the method, and what the surveys of published years found."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromQuery

from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api.public import rankings_view
from parindex.api.public.rankings import current_of_each_year
from parindex.api.shared import downloads
from parindex.api.shared.chart_axis import axis
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.services import Given
from parindex.assessments.criteria import queries as set_queries
from parindex.assessments.criteria.published_sets import published
from parindex.papers.csv_file import csv_bytes
from parindex.publication import opening, queries, titles
from parindex.publication.model import EditionRow
from parindex.publication.reading import Reading
from parindex.rankings.model import EstimateDocument, SurveyDocument
from parindex.rankings.suppression import instrument_of
from parindex.rankings.years import DRAWS, LEVEL
from parindex.text import N_, Language, translator, words

FIELDS: Final = (
    ("agency", N_("Mã đơn vị"), None, None),
    ("name", N_("Tên đơn vị"), None, None),
    ("order", N_("Thứ tự trong danh sách chính thức"), None, None),
    ("index", N_("Chỉ số, đủ chữ số"), "%", N_("của năm nhập lại: số đã in")),
    ("index_printed", N_("Chỉ số như đã in"), "%", None),
    ("rank", N_("Xếp hạng"), None, N_("trống khi không xếp hạng")),
    ("class", N_("Xếp loại"), None, N_("trống dưới mức thấp nhất")),
    ("rank_set", N_("Khoảng hạng, từ và đến"), None, N_("xét đồng thời tất cả đơn vị; CSV: hai cột")),
    ("appraised", N_("Điểm thẩm định"), N_("điểm"), None),
    ("survey", N_("Điểm điều tra xã hội học"), N_("điểm"), None),
    ("bonus", N_("Điểm thưởng sau mức trần"), N_("điểm"), None),
    ("penalty", N_("Điểm trừ sau mức trần"), N_("điểm"), None),
    ("points", N_("Tổng điểm"), N_("điểm"), N_("của năm nhập lại: tổng các phần đã in")),
    ("max", N_("Điểm tối đa áp dụng"), N_("điểm"), None),
    ("change", N_("Tăng/giảm chỉ số so với ấn bản năm trước"), N_("điểm phần trăm"), N_("trống khi đổi bộ tiêu chí")),
)
"""Dictionary of the ranking's columns: name, meaning, unit, note."""

LICENCE: Final = N_("được dùng lại tự do khi ghi nguồn và số ấn bản")


@get("/open-data", include_in_schema=False)
async def open_data(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """Every published ranking with its files, and what the columns mean."""
    tenant: Tenant = request.state.tenant
    _ = translate(request)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    context = {
        "datasets": [_dataset(row, lang_of(request)) for row in current_of_each_year(rows)],
        "fields": [
            {"name": name, "title": _(title), "unit": unit and _(unit), "note": note and _(note)}
            for name, title, unit, note in FIELDS
        ],
        "licence": {"name": _(LICENCE), "href": None},
        "api_href": url("/api/v1"),
    }
    return page(request, "public/open_data.html", context)


def _dataset(row: EditionRow, lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    path = rankings_view.path_of(row.family, row.year, row.tier)
    edition = f"/editions/{row.number}"
    files = [
        (f"{path}.csv", "CSV"), (f"{path}.xlsx", "XLSX"), (f"{path}.json", "JSON"),
        (f"{edition}/criteria.csv", _("Từng tiêu chí, CSV")), (f"{edition}.json", _("Ấn bản đã ký, JSON")),
    ]  # fmt: skip
    return {
        "id": row.number,
        "title": titles.index(row.family, _) + ", " + titles.short(row.family, row.year, row.tier, _).lower(),
        "description": _(
            "Ấn bản %(number)s: bảng xếp hạng, điểm từng tiêu chí, số liệu được chấp nhận và sai số.", number=row.number
        ),
        "updated": row.published_on,
        "files": [{"href": url(href), "label": label, "size": None} for href, label in files],
        "marked": row.marked,
    }


@get("/method", include_in_schema=False)
async def method(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """How every number is made, and what it does not say."""
    tenant: Tenant = request.state.tenant
    lang = lang_of(request)
    _ = translate(request)
    async with services.db.transaction(tenant.id) as connection:
        sets = [await published(connection, row["id"]) for row in await set_queries.listed(connection)]
    context = {
        "level": int(Decimal(LEVEL) * 100),
        "draws": DRAWS,
        "sets": [
            {
                "title": words(one.criteria_set.title, lang),
                "href": url(f"/criteria/{one.criteria_set.family}/{one.criteria_set.version}"),
                "year": ", ".join(map(str, one.criteria_set.years)),
                "tier": _(TIERS[one.criteria_set.tier]),
            }
            for one in sets
        ],
        "instruments": [],
    }
    return page(request, "public/method.html", context)


@get(["/surveys", "/surveys.csv", "/surveys.json"], include_in_schema=False)
async def surveys(
    request: Request[Any, Any, Any],
    services: Given,
    edition: FromQuery[str] = "",
    instrument: FromQuery[str] = "",
    measure: FromQuery[str] = "",
) -> Response[Any]:
    """What a survey of a published year found for each agency; suppressed cells are in no form of it."""
    tenant: Tenant = request.state.tenant
    kind = downloads.split(request.scope["path"])[1]
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
        readings = [await opening.reading(connection, row) for row in current_of_each_year(rows)]
    found = [(reading, survey) for reading in readings for survey in _in_order(reading)]
    chosen = next(
        (
            pair
            for pair in found
            if (not edition or pair[0].edition.number == edition)
            and (not instrument or pair[1].instrument == instrument)
        ),
        None,
    )
    if kind and chosen:
        reading, survey = chosen
        assert reading.signed is not None
        made = {"csv": lambda: _csv(reading, survey), "json": lambda: downloads.json_bytes(_document(reading, survey))}
        name = f"survey-{survey.instrument}-{reading.edition.number}"
        return downloads.serve(request, kind, name, made, mark=reading.signed.digest)
    context = _survey_context(found, chosen, measure, lang_of(request))
    return page(request, "public/surveys.html", context, marked=chosen[0].given.marked if chosen else None)


def _survey_context(
    found: Sequence[tuple[Reading, SurveyDocument]],
    chosen: tuple[Reading, SurveyDocument] | None,
    measure: str,
    lang: Language,
) -> dict[str, Any]:
    empty: dict[str, Any] = {"rounds": [], "round": None, "overall": None, "axis": axis([]), "agencies": [], "factors": [], "items": [],
             "scale": [], "downloads": [], "measure": None, "measures": []}  # fmt: skip
    if chosen is None:
        return empty
    reading, survey = chosen
    names = _measures(reading, survey)
    name = next((one for one in names if one.partition(".")[2] == measure), names[0] if names else "")
    shown = [reading.estimates[code, name] for code in reading.agencies if (code, name) in reading.estimates]
    rows = [_line(reading, estimate, lang) for estimate in shown]
    here = {"edition": reading.edition.number, "instrument": survey.instrument}
    return {
        **empty,
        "rounds": [
            {
                "title": other.title,
                "href": url("/surveys", edition=one.edition.number, instrument=other.instrument),
                "year": one.given.year,
                "current": (one, other) == chosen,
            }
            for one, other in found
        ],
        "round": _round(reading, survey, lang),
        "axis": axis([value for row in rows for value in (row["low"], row["high"], row["value"])], most=100),
        "agencies": rows,
        "measure": None if name == _index(survey) else _title(reading, name, lang),
        "measures": [
            {
                "title": _title(reading, one, lang),
                "href": url("/surveys", **here, measure=one.partition(".")[2]),
                "current": one == name,
            }
            for one in names
        ]
        if len(names) > 1
        else [],
        "downloads": [{"href": url(f"/surveys.{kind}", **here), "label": kind.upper()} for kind in ("csv", "json")],
    }


def _round(reading: Reading, survey: SurveyDocument, lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    told = survey.method.get("note")
    return {
        "title": survey.title,
        "year": reading.given.year,
        "from": survey.held_from,
        "until": survey.held_until,
        "instrument": {"title": survey.instrument.upper(), "version": survey.version or "–", "href": None},
        "n": survey.n,
        "invited": None,
        "response_rate": None,
        "strata": survey.strata,
        "psus": survey.psus,
        "minimum": survey.minimum,
        "method": told if isinstance(told, str) else _("Ước lượng có quyền số; sai số tính theo thiết kế mẫu."),
        "edition": {"number": reading.edition.number, "href": url(f"/editions/{reading.edition.number}")},
    }


def _in_order(reading: Reading) -> list[SurveyDocument]:
    """The surveys of a year, those with an index of their own first."""
    return sorted(reading.given.surveys, key=lambda survey: _measures(reading, survey)[:1] != [_index(survey)])


def _index(survey: SurveyDocument) -> str:
    return f"survey:{survey.instrument}.index"


def _measures(reading: Reading, survey: SurveyDocument) -> list[str]:
    """Names of the estimates that the year takes from a survey, the index first."""
    names = {e.name for e in reading.given.estimates if instrument_of(e.name) == survey.instrument}
    return sorted(names, key=lambda name: (name != _index(survey), name))


def _title(reading: Reading, name: str, lang: Language) -> str:
    """What a measure is called: the criterion that it decides."""
    leaf = next((leaf for leaf in reading.law if name in leaf.weights), None)
    return words(reading.places[leaf.code].node.title, lang) if leaf else name.partition(".")[2]


def _line(reading: Reading, estimate: EstimateDocument, lang: Language) -> dict[str, Any]:
    low, high = reading.estimate_interval(estimate) or (None, None)
    hidden = next((s for s in reading.suppressed if (s.agency, s.name) == (estimate.agency, estimate.name)), None)
    state = hidden.reason if hidden else "not_held" if estimate.state == "not_held" else None
    return {
        "name": rankings_view.name_of(reading, estimate.agency, lang),
        "href": rankings_view.agency_href(reading, estimate.agency),
        "n": None if hidden else estimate.n,
        "value": None if estimate.value is None else Decimal(estimate.value) * 100,
        "low": None if low is None else low * 100,
        "high": None if high is None else high * 100,
        "deff": None,
        "suppressed": state,
    }


def _document(reading: Reading, survey: SurveyDocument) -> dict[str, Any]:
    return {
        "edition": reading.edition.number,
        "marked": reading.given.marked,
        "instrument": survey.instrument,
        "version": survey.version,
        "digest": survey.digest,
        "n": survey.n,
        "minimum": survey.minimum,
        "method": survey.method,
        "estimates": [_estimate(reading, estimate) for estimate in _of(reading, survey)],
    }


def _of(reading: Reading, survey: SurveyDocument) -> list[EstimateDocument]:
    return [estimate for estimate in reading.given.estimates if instrument_of(estimate.name) == survey.instrument]


def _estimate(reading: Reading, estimate: EstimateDocument) -> dict[str, Any]:
    bounds = reading.estimate_interval(estimate)
    shown = estimate.state != "suppressed"
    return {
        "agency": estimate.agency,
        "measure": estimate.name.partition(".")[2],
        "state": estimate.state,
        "value": estimate.value,
        "se": estimate.se,
        "df": estimate.df,
        "n": estimate.n if shown else None,
        "interval": list(bounds) if bounds else None,
    }


def _csv(reading: Reading, survey: SurveyDocument) -> bytes:
    header = (
        "agency",
        "measure",
        "state",
        "value",
        "se",
        "df",
        "n",
        "interval_lower",
        "interval_upper",
        "edition",
        "marked",
    )
    lines = []
    for estimate in _of(reading, survey):
        row = _estimate(reading, estimate)
        low, high = (Decimal(repr(end)) for end in row["interval"]) if row["interval"] else (None, None)
        numbers = [rankings_view.number_of(row[field]) for field in ("value", "se", "df")]
        lines.append(
            (row["agency"], row["measure"], row["state"], *numbers, row["n"], low, high, reading.edition.number,
             reading.given.marked)
        )  # fmt: skip
    return csv_bytes(header, lines)


routes = [open_data, method, surveys]
