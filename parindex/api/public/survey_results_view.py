"""What the page of survey results shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex.api.public.edition_names import agency_href, name_of
from parindex.api.shared.chart_axis import Axis, axis
from parindex.api.shared.interval_words import interval_note
from parindex.api.shared.links import EditionLink, Link, edition_link
from parindex.api.shared.page import Page, url
from parindex.publication.ranking_rows import INTERVAL_KINDS, OF_EDITION, Meaning
from parindex.publication.reading import YearReading
from parindex.rankings.cell_suppression import instrument_of
from parindex.rankings.model import EstimateDocument, SurveyDocument
from parindex.text import N_, Language, translator, words

SURVEY_COLUMNS: Final[dict[str, Meaning]] = {
    "agency": Meaning("text", N_("Mã đơn vị")),
    "measure": Meaning("text", N_("Nội dung được ước lượng")),
    "state": Meaning(
        "text", N_("Trạng thái"),
        note=N_("estimated: có ước lượng; suppressed: không công bố; not_held: không khảo sát"),
    ),
    "value": Meaning("decimal", N_("Giá trị ước lượng"), unit=N_("từ 0 đến 1")),
    "se": Meaning("decimal", N_("Sai số chuẩn"), unit=N_("từ 0 đến 1")),
    "df": Meaning("decimal", N_("Bậc tự do của sai số")),
    "n": Meaning("whole", N_("Số phiếu")),
    "interval_lower": Meaning("decimal", N_("Đầu dưới của khoảng tin cậy"), unit=N_("từ 0 đến 1")),
    "interval_upper": Meaning("decimal", N_("Đầu trên của khoảng tin cậy"), unit=N_("từ 0 đến 1")),
    "interval_kind": Meaning("text", N_("Loại khoảng tin cậy"), note=INTERVAL_KINDS),
    "edition": OF_EDITION["edition"],
    "marked": OF_EDITION["marked"],
}  # fmt: skip
"""Columns of the table of a survey; in JSON the two ends of the interval are one member."""


class SurveyLink(msgspec.Struct, frozen=True, kw_only=True):
    """A published survey."""

    title: str
    """What it is called."""

    href: str
    """Its results."""

    current: bool
    """Whether this page shows it."""


class InstrumentTold(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked."""

    title: str
    """The questionnaire."""

    version: str
    """Its version."""


class SurveyTold(msgspec.Struct, frozen=True, kw_only=True):
    """The survey that is shown."""

    title: str
    """What it is called."""

    since: date
    """First day."""

    until: date
    """Last day."""

    instrument: InstrumentTold
    """What was asked."""

    n: int
    """Answers."""

    strata: int | None
    """Strata of the sample."""

    psus: int | None
    """Primary units of the sample."""

    deff: Decimal | None
    """Design effect of what is shown over all answers, of several items together the largest of theirs; ``None``: not told."""

    minimum: int
    """Fewest answers of a group that is shown."""

    method: str
    """How it was estimated, in a sentence."""

    edition: EditionLink
    """The edition that holds it."""


class SurveyedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's estimate."""

    name: str
    """The agency."""

    href: str
    """Its profile."""

    n: int | None
    """Answers; ``None``: not shown."""

    value: Decimal | None
    """Percent; ``None``: none, or not shown."""

    low: float | None
    """Lower end of the interval, in percent."""

    high: float | None
    """Upper end of the interval, in percent."""

    interval_kind: str | None = None
    """Which kind the interval is."""

    suppressed: str | None
    """Why nothing is shown: ``minimum``, ``subtraction`` or ``not_held``."""


class MeasureLink(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the survey measures."""

    title: str
    """What it is."""

    href: str
    """Its results."""

    current: bool
    """Whether this page shows it."""


class SurveyResultsPage(Page, frozen=True, kw_only=True):
    """What a survey of a published year found for each agency."""

    template: ClassVar[str] = "public/surveys.html"

    rounds: tuple[SurveyLink, ...] = ()
    """Published surveys, newest first."""

    round: SurveyTold | None = None
    """The one that is shown; ``None``: nothing is published."""

    axis: Axis
    """Of the estimates."""

    agencies: tuple[SurveyedAgency, ...] = ()
    """In the official order."""

    interval_note: str | None = None
    """Which kind the intervals are."""

    measure: str | None = None
    """What is shown, where it is not the survey's index."""

    measures: tuple[MeasureLink, ...] = ()
    """What can be shown, where there is a choice."""

    downloads: tuple[Link, ...] = ()
    """Other forms."""


Surveyed = tuple[YearReading, SurveyDocument]
"""A survey with the edition that holds it."""


def survey_results_page(
    surveys: Sequence[Surveyed], chosen: Surveyed | None, measure: str, lang: Language
) -> SurveyResultsPage:
    """The page of one survey.

    Args:
        surveys: All that are published.
        chosen: The one that is shown.
        measure: What is to be shown of it; the first of its measures unless it has this one.
        lang: The reader's language.
    """
    if chosen is None:
        return SurveyResultsPage(axis=axis([]))
    reading, survey = chosen
    names = measures_of(reading, survey)
    name = next((known for known in names if known.partition(".")[2] == measure), names[0] if names else "")
    estimates = [reading.estimates[code, name] for code in reading.agencies if (code, name) in reading.estimates]
    rows = tuple(_row(reading, estimate, lang) for estimate in estimates)
    here = {"edition": reading.edition.number, "instrument": survey.instrument}
    choices = tuple(
        MeasureLink(
            title=_title(reading, known, lang),
            href=url("/surveys", **here, measure=known.partition(".")[2]),
            current=known == name,
        )
        for known in names
    )
    return SurveyResultsPage(
        rounds=tuple(
            SurveyLink(
                title=other.title,
                href=url("/surveys", edition=its.edition.number, instrument=other.instrument),
                current=(its, other) == chosen,
            )
            for its, other in surveys
        ),
        round=_told(reading, survey, name, lang),
        axis=axis([value for row in rows for value in (row.low, row.high, row.value)], most=100),
        agencies=rows,
        interval_note=interval_note((row.interval_kind for row in rows), lang),
        measure=None if name == _index(survey) else _title(reading, name, lang),
        measures=choices if len(choices) > 1 else (),
        downloads=tuple(Link(href=url(f"/surveys.{kind}", **here), label=kind.upper()) for kind in ("csv", "json")),
    )


def in_order(reading: YearReading) -> list[SurveyDocument]:
    """The surveys of a year, those with an index of their own first."""
    return sorted(reading.given.surveys, key=lambda survey: measures_of(reading, survey)[:1] != [_index(survey)])


def measures_of(reading: YearReading, survey: SurveyDocument) -> list[str]:
    """Names of the estimates that the year takes from a survey, the index first."""
    names = {e.name for e in reading.given.estimates if instrument_of(e.name) == survey.instrument}
    return sorted(names, key=lambda name: (name != _index(survey), name))


def _index(survey: SurveyDocument) -> str:
    return f"survey:{survey.instrument}.index"


def _title(reading: YearReading, name: str, lang: Language) -> str:
    """What a measure is called: the criterion that it decides."""
    leaf = next((leaf for leaf in reading.law if name in leaf.weights), None)
    return words(reading.places[leaf.code].node.title, lang) if leaf else name.partition(".")[2]


def _deff(survey: SurveyDocument, name: str) -> Decimal | None:
    """What the edition tells of a measure; those brought from elsewhere tell nothing."""
    told = survey.method.get("deff")
    found = told.get(name.partition(".")[2]) if isinstance(told, dict) else None
    return None if found is None else Decimal(str(found))


def _told(reading: YearReading, survey: SurveyDocument, name: str, lang: Language) -> SurveyTold:
    _ = translator(lang)
    note = survey.method.get("note")
    return SurveyTold(
        title=survey.title,
        since=survey.held_from,
        until=survey.held_until,
        instrument=InstrumentTold(title=survey.instrument.upper(), version=survey.version or "–"),
        n=survey.n,
        strata=survey.strata,
        psus=survey.psus,
        deff=_deff(survey, name),
        minimum=survey.minimum,
        method=note if isinstance(note, str) else _("Ước lượng có quyền số; sai số tính theo thiết kế mẫu."),
        edition=edition_link(reading.edition.number),
    )


def _row(reading: YearReading, estimate: EstimateDocument, lang: Language) -> SurveyedAgency:
    (low, high), kind = reading.estimate_interval(estimate) or ((None, None), None)
    hidden = next((s for s in reading.suppressed if (s.agency, s.name) == (estimate.agency, estimate.name)), None)
    return SurveyedAgency(
        name=name_of(reading, estimate.agency, lang),
        href=agency_href(reading, estimate.agency),
        n=None if hidden else estimate.n,
        value=None if estimate.value is None else Decimal(estimate.value) * 100,
        low=None if low is None else low * 100,
        high=None if high is None else high * 100,
        interval_kind=kind,
        suppressed=hidden.reason if hidden else "not_held" if estimate.state == "not_held" else None,
    )
