"""What the surveys of published years found, as a page, a document and a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from parindex.api.public.edition_names import number_of
from parindex.api.public.survey_results_view import SURVEY_COLUMNS, in_order, survey_results_page
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.papers.csv_file import csv_bytes
from parindex.publication import edition_cache, editions
from parindex.publication.reading import YearReading
from parindex.rankings.cell_suppression import instrument_of
from parindex.rankings.model import EstimateDocument, SurveyDocument


@get(["/surveys", "/surveys.csv", "/surveys.json"], include_in_schema=False)
async def surveys(
    request: PageRequest,
    services: Given,
    edition: FromQuery[str] = "",
    instrument: FromQuery[str] = "",
    measure: FromQuery[str] = "",
) -> Response[str] | Response[bytes]:
    """What a survey of a published year found for each agency; suppressed cells are in no form of it."""
    kind = downloads.split(request.scope["path"])[1]
    async with services.db.transaction(request.tenant.id) as connection:
        rows = editions.current_of_each_year(await editions.listed(connection))
        readings = [await edition_cache.reading(connection, row) for row in rows]
    published = [(reading, survey) for reading in readings for survey in in_order(reading)]
    chosen = next(
        (
            (reading, survey)
            for reading, survey in published
            if edition in ("", reading.edition.number) and instrument in ("", survey.instrument)
        ),
        None,
    )
    if kind and chosen:
        reading, survey = chosen
        made = {"csv": lambda: _csv(reading, survey), "json": lambda: downloads.json_bytes(_document(reading, survey))}
        name = f"survey-{survey.instrument}-{reading.edition.number}"
        return downloads.serve(request, kind, name, made, mark=reading.digest)
    shown = survey_results_page(published, chosen, measure, lang_of(request))
    return page(request, shown, marked=chosen[0].given.marked if chosen else None)


def _document(reading: YearReading, survey: SurveyDocument) -> dict[str, Any]:
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


def _of(reading: YearReading, survey: SurveyDocument) -> list[EstimateDocument]:
    return [estimate for estimate in reading.given.estimates if instrument_of(estimate.name) == survey.instrument]


def _estimate(reading: YearReading, estimate: EstimateDocument) -> dict[str, Any]:
    bounds, kind = reading.estimate_interval(estimate) or (None, None)
    return {
        "agency": estimate.agency,
        "measure": estimate.name.partition(".")[2],
        "state": estimate.state,
        "value": estimate.value,
        "se": estimate.se,
        "df": estimate.df,
        "n": None if estimate.state == "suppressed" else estimate.n,
        "interval": list(bounds) if bounds else None,
        "interval_kind": kind,
    }


def _csv(reading: YearReading, survey: SurveyDocument) -> bytes:
    lines = []
    for estimate in _of(reading, survey):
        row = _estimate(reading, estimate)
        low, high = (Decimal(repr(end)) for end in row["interval"]) if row["interval"] else (None, None)
        numbers = [number_of(row[field]) for field in ("value", "se", "df")]
        lines.append(
            (row["agency"], row["measure"], row["state"], *numbers, row["n"], low, high, row["interval_kind"], reading.edition.number,
             reading.given.marked)
        )  # fmt: skip
    return csv_bytes(tuple(SURVEY_COLUMNS), lines)


routes = [surveys]
