"""Agencies without a rank, each with the cause."""

from __future__ import annotations

from typing import Final

import msgspec

from parindex.api.public.edition_names import agency_href, name_of, number_of
from parindex.publication.reading import YearReading
from parindex.rankings.model import ResultDocument
from parindex.text import Language, number, translator
from parindex.wording import reasons

NAMED: Final = 3
"""Missing facts that a sentence names; it counts the rest."""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why an agency has no rank."""

    state: str
    """A key of ``components/state.html``."""

    cause: str
    """In a sentence."""


class UnrankedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency without a rank."""

    name: str
    """Its name."""

    href: str | None
    """Its page; ``None`` before publication."""

    state: str
    """A key of ``components/state.html``."""

    cause: str
    """Why, in a sentence."""


def unranked(reading: YearReading, lang: Language) -> tuple[UnrankedAgency, ...]:
    """The agencies of a year without a rank."""
    return tuple(_agency(reading, result, lang) for result in reading.unranked)


def _agency(reading: YearReading, result: ResultDocument, lang: Language) -> UnrankedAgency:
    why = cause(reading, result, lang)
    return UnrankedAgency(
        name=name_of(reading, result.agency, lang),
        href=agency_href(reading, result.agency) if reading.signed else None,
        state=why.state,
        cause=why.cause,
    )


def cause(reading: YearReading, result: ResultDocument, lang: Language) -> Cause:
    """Why an agency has no rank."""
    _ = translator(lang)
    if result.status == "no_submission" and result.agency in reading.means:
        told = _("Có cơ quan hợp thành không nộp phiếu nên không tính được bình quân; không tính là 0 điểm.")
        return Cause(state="no_submission", cause=told)
    if result.status == "no_submission":
        told = _("Không có phiếu tự đánh giá khi hết hạn; không tính là 0 điểm.")
        return Cause(state="no_submission", cause=told)
    if result.status == "complete":
        index = number(number_of(result.index), reading.criteria_set.print_places, lang)
        told = _("Được chấm điểm, không xếp hạng; chỉ số %(index)s%%.", index=index)
        return Cause(state="not_applicable", cause=told)
    hidden = next((s for s in reading.suppressed if s.agency == result.agency), None)
    if hidden is not None:
        estimate = reading.estimates[result.agency, hidden.name]
        survey = next(s for s in reading.given.surveys if hidden.name.startswith(f"survey:{s.instrument}."))
        told = _(
            "%(survey)s thu được %(n)s phiếu, dưới mức tối thiểu %(minimum)s.",
            survey=survey.title, n=number(estimate.n, 0, lang), minimum=survey.minimum,
        )  # fmt: skip
        return Cause(state="incomplete", cause=told)
    named = [
        f"{name.rpartition('.')[0]} {reasons.label(reading.criteria_set, name, lang)}".strip()
        for name in result.missing
    ]
    told = _("Chưa có số liệu: %(names)s.", names="; ".join(named[:NAMED]))
    if len(named) > NAMED:
        told += " " + _("Còn %(n)s số liệu khác chưa có.", n=len(named) - NAMED)
    return Cause(state="incomplete", cause=told)
