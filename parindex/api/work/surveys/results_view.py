"""The numbers of a round as its page shows them: a row an agency, a column an area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from parindex.api.shared.interval_words import interval_note
from parindex.surveys.model import AgencyEstimate, EstimateRun
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results.estimate_intervals import interval_of
from parindex.surveys.results.sample_outcome import LONELY_RULES
from parindex.text import Language, translator, words

LEVEL: Final = 0.95
"""Of the intervals."""


class MeasureColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the results."""

    code: str
    """The measure."""

    title: str
    """Its words."""


class ResultCell(msgspec.Struct, frozen=True, kw_only=True):
    """A value in percent with its interval, or why there is none."""

    suppressed: bool = False
    """Fewer responses than the round's minimum."""

    value: Decimal | None = None
    """Percent; ``None`` where there is no answer."""

    low: Decimal | None = None
    """Lower end of the interval."""

    high: Decimal | None = None
    """Upper end of the interval."""

    interval_kind: str | None = None
    """Which kind the interval is."""

    n: int | None = None
    """Responses used."""

    df: int | None = None
    """Degrees of freedom."""

    se: Decimal | None = None
    """Standard error in percentage points."""

    deff: Decimal | None = None
    """Design effect; of an index the largest of its items'."""


class ResultRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agency."""

    name: str
    """Its name."""

    cells: Mapping[str, ResultCell]
    """By measure."""


class RoundResults(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a round's newest computation."""

    at: datetime
    """When it was computed."""

    responses: int
    """From how many responses."""

    measures: tuple[MeasureColumn, ...]
    """Columns."""

    agencies: tuple[ResultRow, ...]
    """In official order."""

    design_size: float | None
    """Effective sample size by the design weights."""

    final_size: float | None
    """Effective sample size after adjustment for nonresponse."""

    lonely_rule: str | None = None
    """What the only commune of a stratum contributes to a variance; ``None`` of estimates that were brought."""

    interval_note: str | None = None
    """Which kind the intervals are."""


def round_results(
    run: EstimateRun, numbers: Sequence[AgencyEstimate], layout: AnswerLayout | None, lang: Language
) -> RoundResults:
    """The numbers of a computation.

    Args:
        run: The computation.
        numbers: What it stored, agencies in official order.
        layout: Of the questionnaire; ``None`` for estimates that were brought.
        lang: The reader's language.
    """
    titles = _imported_titles(numbers, lang) if layout is None else _titles(layout, lang)
    agencies: dict[str, tuple[str, dict[str, ResultCell]]] = {}
    for one in numbers:
        if one.measure in titles:
            name = (one.name_en or one.name_vi) if lang == "en" else one.name_vi
            agencies.setdefault(one.agency, (name, {}))[1][one.measure] = _cell(one, run)
    weights = run.method.get("weights", [])
    rule: str | None = run.method.get("lonely_psu")
    kinds = {cell.interval_kind for _, cells in agencies.values() for cell in cells.values()}
    return RoundResults(
        at=run.computed_at,
        responses=run.responses,
        measures=tuple(MeasureColumn(code=code, title=title) for code, title in titles.items()),
        agencies=tuple(ResultRow(name=name, cells=cells) for name, cells in agencies.values()),
        design_size=weights[0]["n_eff"] if weights else None,
        final_size=weights[-1]["n_eff"] if weights else None,
        lonely_rule=None if rule is None else translator(lang)(LONELY_RULES.get(rule, rule)),
        interval_note=interval_note(kinds, lang),
    )


def _titles(layout: AnswerLayout, lang: Language) -> dict[str, str]:
    _ = translator(lang)
    return {"index": _("Chung"), **{area.code: words(area.title, lang) for area in layout.instrument.areas}}


def _imported_titles(numbers: Sequence[AgencyEstimate], lang: Language) -> dict[str, str]:
    """Words for measures that came without a questionnaire; ``area3`` is what criteria sets call the third area."""
    _ = translator(lang)
    titles = {}
    for measure in dict.fromkeys(one.measure for one in numbers):
        code = measure.removeprefix("area")
        named = measure.startswith("area") and code.isdecimal()
        titles[measure] = _("Lĩnh vực %(code)s", code=code) if named else measure
    return titles


def _cell(one: AgencyEstimate, run: EstimateRun) -> ResultCell:
    if one.suppressed:
        return ResultCell(suppressed=True)
    if one.value is None:
        return ResultCell()
    (low, high), kind = interval_of(one, run, LEVEL) or ((None, None), None)
    effect = run.method.get("deff_of", {}).get(one.measure, {}).get(one.agency)
    return ResultCell(
        value=one.value * 100,
        low=None if low is None else Decimal(repr(low)) * 100,
        high=None if high is None else Decimal(repr(high)) * 100,
        interval_kind=kind,
        n=one.n,
        df=one.df,
        se=None if one.se is None else Decimal(str(one.se)) * 100,
        deff=None if effect is None else Decimal(repr(effect)),
    )
