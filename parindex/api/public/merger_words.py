"""What a year says of agencies that ended in it, and of those that have the mean of others."""

from __future__ import annotations

from typing import Final

from parindex.assessments.mergers.treatments import MERGER_TREATMENTS, choice_of
from parindex.publication.reading import YearReading
from parindex.rankings.registry_documents import MergerDocument, WeightsDocument
from parindex.text import N_, Language, date_text, ratio, translator

MEAN_ERROR: Final = N_(
    "gộp từ sai số của từng cơ quan hợp thành theo trọng số (tổng bình phương của trọng số nhân sai số), bậc tự do theo "
    "Satterthwaite"
)
"""How the error of a mean is made: the note of the method."""


def mergers_of(reading: YearReading) -> tuple[MergerDocument, ...]:
    """What was chosen for agencies that ended while the year was open."""
    return reading.given.methods.mergers if reading.given.methods else ()


def merger_told(one: MergerDocument, lang: Language) -> str:
    """What was chosen, in words: the note of the method."""
    _ = translator(lang)
    chosen = _(MERGER_TREATMENTS[choice_of(one.treatment, one.weights.by if one.weights else None)]).lower()
    return _(
        "%(agencies)s, từ ngày %(day)s theo %(decision)s: %(treatment)s", agencies=_pair(one),
        day=date_text(one.effective_on, lang), decision=one.decision,
        treatment=f"{chosen} ({parts_told(one.weights, lang)})" if one.weights else chosen,
    )  # fmt: skip


def mean_told(reading: YearReading, agency: str, lang: Language) -> str:
    """Of whom an agency has the mean, and what each counts; empty where it was scored by its own facts."""
    _ = translator(lang)
    merger = reading.means.get(agency)
    if merger is None or merger.weights is None:
        return ""
    parts = parts_told(merger.weights, lang)
    if merger.weights.by == "months":
        return _("Bình quân của các cơ quan hợp thành, trọng số theo số tháng trong năm: %(parts)s.", parts=parts)
    return _("Bình quân của các cơ quan hợp thành, trọng số theo dân số: %(parts)s.", parts=parts)


def parts_told(weights: WeightsDocument, lang: Language) -> str:
    """What each agency counts, such as ``H60: 6; H61: 6``."""
    return "; ".join(f"{one.agency}: {ratio(one.fraction, lang)}" for one in weights.parts)


def _pair(one: MergerDocument) -> str:
    before, after = ", ".join(one.predecessors), ", ".join(one.successors)
    return f"{before} → {after}" if after else before
