"""The weights of a design file, step by step: non-response, calibration, trimming; the same for every command."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from parindex.commands.estimation.checks import (
    notes_on_factors,
    refuse_doubtful_totals,
    refuse_extremes,
    refuse_negative_weights,
    refuse_shares_as_totals,
)
from parindex.commands.estimation.design import DesignFile
from parindex.commands.estimation.faults import DataFault, PlacedFault, fault_of
from parindex.commands.estimation.tables import DataTable, read_table
from parindex.commands.estimation.weight_choices import NonresponseChoice, TrimmingChoice
from parindex.statistics import (
    Calibration,
    ClassAdjustment,
    Design,
    Margin,
    StatisticsError,
    Trimming,
    WeightSummary,
    adjust_by_class,
    adjust_by_propensity,
    calibrate,
    chosen_stages,
    collapsed_strata,
    indicators,
    margin,
    response_propensity,
    trimming,
    weight_summary,
)
from parindex.statistics.survey.calibration import number_margin
from parindex.statistics.survey.design import Floats
from parindex.text import N_

MARGIN_COLUMNS = ("variable", "level", "total")
OF_MARGINS = (
    "margin_level_unknown", "margin_level_empty", "margin_total_invalid", "margins_inconsistent", "margins_contradict",
    "no_margins", "calibration_not_converged", "post_stratification_needs_one_margin",
)  # fmt: skip
"""What the engine refuses that stands in the file of margins."""
OF_DESIGN = (
    "collapse_of_one", "collapse_repeated", "collapse_unknown", "collapse_name_taken", "counts_exceed_stages",
    "jk1_with_strata", "rho_out_of_range", "too_few_replicates", "rscales_differ", "bounds_invalid", "logit_needs_bounds",
    "trim_bounds_invalid", "trim_leaves_out_mean",
)  # fmt: skip
"""What the engine refuses that stands in the design file."""
ANSWERED = {"1": 1.0, "true": 1.0, "0": 0.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class WeightingStep:
    """One step of the weights and its effect."""

    name: str
    """``design``, ``nonresponse``, ``calibration`` or ``trimming``."""
    weights: Floats
    """(n,) weights after the step."""
    summary: WeightSummary
    """What they cost; factors are against the step before."""
    details: dict[str, Any]
    """What else there is to say, for a report."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """The weights of a survey."""

    base: Design
    """The sample under the weights that replicates are made from."""
    design: Design
    """The sample under the final weights, its errors those of calibrated weights where they are."""
    steps: tuple[WeightingStep, ...]
    """The steps that were taken, the weights of the file first."""
    margins: tuple[Margin, ...]
    """Known totals; none without calibration."""
    calibration: Calibration | None
    """How the weights were calibrated."""
    again: Callable[[Floats], Floats] | None
    """From weights of a replicate to calibrated ones; ``None`` where nothing is done again."""
    warnings: tuple[DataFault, ...] = ()
    """What a reader must be told about the weights."""


def weighted(table: DataTable, wanted: DesignFile, folder: Path) -> Weighting:
    """Take the steps of a design file.

    Non-response factors and what trimming changed count as fixed: replicates are calibrated again, no more.

    Raises:
        Fault: where a column or file says what it may not.
        StatisticsError: what the engine refuses.
    """
    _refuse_given_replicates(wanted)
    refuse_extremes(table, wanted.weights, table.numbers(wanted.weights))
    base = _design(table, wanted, table.numbers(wanted.weights))
    steps = [WeightingStep("design", base.weights, weight_summary(base.weights), {"column": wanted.weights})]
    if wanted.nonresponse is not None:
        adjusted, details = _adjusted(table, base.weights, wanted.nonresponse)
        base = _design(table, wanted, adjusted.weights)
        steps.append(_step("nonresponse", adjusted.weights, steps[-1], details))
    calibration, margins = None, []
    if wanted.calibration is not None:
        choice = wanted.calibration
        known = read_table(folder / choice.margins, needed=MARGIN_COLUMNS, known=MARGIN_COLUMNS, sheet=choice.sheet)
        try:
            margins = _margins(table, known, base)
            calibration = calibrate(base.weights, margins, choice.method, choice.bounds)  # type: ignore[arg-type]
        except StatisticsError as error:
            raise _of_margins(error, known) or error from None
        details = {"method": choice.method, "bounds": choice.bounds and list(choice.bounds)}
        details |= {"iterations": calibration.steps, "error": calibration.error}
        steps.append(_step("calibration", calibration.weights, steps[-1], details))
    ratio: Floats | None = None
    if wanted.trimming is not None:
        before, trimmed = steps[-1], _trimmed(steps[-1].weights, wanted.trimming)
        ratio = np.divide(trimmed.weights, before.weights, out=np.ones(base.n), where=before.weights != 0)
        steps.append(_step("trimming", trimmed.weights, before, _trimming_details(trimmed, wanted.trimming)))
    return _weighting(table, wanted, base, steps, margins, calibration, ratio)


def _weighting(
    table: DataTable,
    wanted: DesignFile,
    base: Design,
    steps: Sequence[WeightingStep],
    margins: Sequence[Margin],
    calibration: Calibration | None,
    ratio: Floats | None,
) -> Weighting:
    """Join the steps to a sample, and say what is done again for each replicate."""
    final, choice = steps[-1].weights, wanted.calibration
    if calibration is None or choice is None:
        design = base if ratio is None else _design(table, wanted, final)
        return Weighting(design, design, tuple(steps), (), None, None)

    def again(weights: Floats) -> Floats:
        once = calibrate(weights, margins, choice.method, choice.bounds).weights  # type: ignore[arg-type]
        return once if ratio is None else once * ratio

    refuse_negative_weights(wanted, final)
    design = base.calibrated(final, replace(calibration.projection, weights=final))
    notes = tuple(notes_on_factors(calibration.factors, calibration.weights, choice.method, choice.bounds))
    return Weighting(base, design, tuple(steps), tuple(margins), calibration, again, notes)


def _refuse_given_replicates(wanted: DesignFile) -> None:
    choice = wanted.replicates
    changed = wanted.nonresponse is not None or wanted.trimming is not None
    if changed and choice is not None and choice.method == "given" and not choice.factors:
        raise DataFault(
            N_(
                "Quyền số lặp có sẵn (replicates: given) đã gồm mọi bước: "
                "không dùng cùng nonresponse hoặc trimming, trừ khi factors: true."
            )
        )


def _design(table: DataTable, wanted: DesignFile, weights: Floats) -> Design:
    """The sample: chosen stages made strata, strata collapsed as the design file says."""
    strata: Any = None if wanted.strata is None else table.named(wanted.strata)
    stages: list[Any] = [table.named(name) for name in wanted.stages]
    fpc: list[Any] = [table.numbers(name) for name in wanted.fpc]
    if wanted.chosen or wanted.collapse:
        strata = None if strata is None else strata.texts()
        stages = [names.texts() for names in stages]
    if wanted.chosen:
        found = chosen_stages(strata, stages, fpc, chosen=wanted.chosen)
        strata, stages, fpc = found.strata, list(found.stages), list(found.fpc)
    if wanted.collapse:
        strata, counts = collapsed_strata(
            [""] * len(table) if strata is None else strata.tolist(), wanted.collapse, fpc[0] if fpc else None
        )
        fpc = fpc if counts is None else [counts, *fpc[1:]]
    return Design(weights, strata, stages, fpc, wanted.lonely_psu)


def _step(name: str, weights: Floats, before: WeightingStep, details: dict[str, Any]) -> WeightingStep:
    return WeightingStep(name, weights, weight_summary(weights, before.weights), details)


def _adjusted(table: DataTable, weights: Floats, choice: NonresponseChoice) -> tuple[ClassAdjustment, dict[str, Any]]:
    answered = _answered(table, choice.responded)
    details: dict[str, Any] = {"method": choice.method, "responded": choice.responded}
    if choice.method == "class":
        classes = [_known(table, name) for name in choice.classes]
        done = adjust_by_class(weights, answered, classes, least=choice.least, largest=choice.largest)
        details |= {"by": list(choice.classes), "least_answers": choice.least, "largest_allowed": choice.largest}
    else:
        columns = [indicators([_known(table, name) for name in choice.on])] if choice.on else []
        columns += [_known_numbers(table, name)[:, None] for name in choice.numbers]
        fit = response_propensity(
            answered, np.concatenate(columns, axis=1), weights=weights if choice.weighted else None
        )
        done = adjust_by_propensity(weights, answered, fit.probability, groups=choice.groups)
        details |= {"on": list(choice.on), "numbers": list(choice.numbers), "groups": choice.groups}
        details |= {"least_propensity": float(fit.probability.min()), "iterations": fit.steps}
    details |= {"drawn": len(answered), "answered": int(answered.sum())}
    details["classes"] = [
        {
            "class": "/".join(each.key),
            "joined": ["/".join(key) for key in each.joined] if len(each.joined) > 1 else [],
            "drawn": int(each.drawn),
            "answered": int(each.answered),
            "factor": each.factor,
        }
        for each in done.classes
    ]
    return done, details


def _answered(table: DataTable, name: str) -> Floats:
    """1 for rows that answered, 0 for those that did not."""
    texts = [None if text is None else text.strip().lower() for text in table.texts(name)]
    wrong = [row for row, text in enumerate(texts) if text not in ANSWERED]
    if wrong:
        raise DataFault(
            N_("Cột %(name)s của %(source)s phải là 1 (có trả lời) hoặc 0 (không trả lời); sai ở dòng %(rows)s."),
            name=name,
            source=table.source,
            rows=table.lines_of(wrong, name),
        )
    return np.array([ANSWERED[str(text)] for text in texts])


def _known(table: DataTable, name: str) -> list[str]:
    """A column that is known of everybody drawn."""
    texts = table.texts(name)
    _refuse_unknown(table, name, [row for row, text in enumerate(texts) if text is None])
    return [str(text).strip() for text in texts]


def _known_numbers(table: DataTable, name: str) -> Floats:
    numbers = table.numbers(name)
    _refuse_unknown(table, name, np.flatnonzero(np.isnan(numbers)).tolist())
    return numbers


def _refuse_unknown(table: DataTable, name: str, rows: list[int]) -> None:
    if rows:
        raise DataFault(
            N_("Cột %(name)s của %(source)s phải có giá trị cho cả người không trả lời; trống ở dòng %(rows)s."),
            name=name,
            source=table.source,
            rows=table.lines_of(rows, name),
        )


def _trimmed(weights: Floats, choice: TrimmingChoice) -> Trimming:
    return trimming(weights, choice.lower, choice.upper, strict=choice.strict, of=choice.of)  # type: ignore[arg-type]


def _trimming_details(done: Trimming, choice: TrimmingChoice) -> dict[str, Any]:
    return {
        "lower": done.lower,
        "upper": done.upper,
        "of": choice.of,
        "strict": choice.strict,
        "raised": done.raised,
        "cut": done.cut,
        "moved": done.moved,
        "rounds": done.rounds,
    }


def survey_fault(error: StatisticsError, table: DataTable, wanted: DesignFile) -> DataFault:
    """What the engine refuses, with the file that it is about: the data, the design file or the margins."""
    if error.code in OF_DESIGN and wanted.source:
        return fault_of(error, source=wanted.source)
    if error.code in OF_MARGINS and wanted.calibration is not None:
        return fault_of(error, source=wanted.calibration.margins)
    return fault_of(error, table.lines, source=table.source)


def _of_margins(error: StatisticsError, known: DataTable) -> DataFault | None:
    """What is wrong with totals, at their rows; ``None`` for what is wrong with the data or the design."""
    if error.code not in OF_MARGINS:
        return None
    values = error.values
    variables = {str(name) for name in (values.get("variable"), *_listed(values.get("variables"))) if name is not None}
    levels = {str(level) for level in (values.get("level"), *_listed(values.get("levels"))) if level is not None}
    pairs = zip(known.texts("variable"), known.texts("level"), strict=True)
    of_variable = [(row, level or "") for row, (variable, level) in enumerate(pairs) if variable in variables]
    # A level that only the data have stands in no row: the rows of its variable are where it is missing.
    rows = [row for row, level in of_variable if level in levels] or [row for row, _ in of_variable]
    return PlacedFault(fault_of(error), known.source, known.lines_of(rows))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _margins(table: DataTable, source: DataTable, design: Design) -> list[Margin]:
    """The margins of a file ``variable,level,total``: of people by level, then of numbers, whose level is empty."""
    for name in MARGIN_COLUMNS:
        if name not in source:
            raise DataFault(N_("%(source)s phải có các cột variable, level, total."), source=source.source)
    refuse_doubtful_totals(source)
    totals: dict[str, dict[str, float]] = {}
    numbers: dict[str, float] = {}
    columns = zip(source.texts("variable"), source.texts("level"), source.numbers("total"), source.lines, strict=True)
    for variable, level, total, line in columns:
        if variable is None or math.isnan(total):
            raise DataFault(N_("Dòng %(line)s của %(source)s có ô trống."), line=line, source=source.source)
        levels = numbers if level is None else totals.setdefault(variable, {})
        name = variable if level is None else level
        if name in levels:
            raise DataFault(
                N_("Dòng %(line)s của %(source)s lặp lại mức %(level)s của %(variable)s."),
                line=line,
                source=source.source,
                level=level or "",
                variable=variable,
            )
        levels[name] = float(total)
    for variable in (*totals, *numbers):
        _refuse_unknown_variable(table, source, variable)
    for variable, levels in totals.items():
        refuse_shares_as_totals(source.source, variable, sum(levels.values()), design.weights)
    people = [margin(variable, _crossed(table, variable), levels, design.used) for variable, levels in totals.items()]
    return [*people, *(number_margin(name, table.numbers(name), total, design.used) for name, total in numbers.items())]


def _refuse_unknown_variable(table: DataTable, source: DataTable, variable: str) -> None:
    """Refuse a variable that the data do not have, at the rows of the totals that name it."""
    for name in variable.split(":"):
        try:
            table.refuse_absent(name)
        except DataFault as fault:
            rows = [row for row, text in enumerate(source.texts("variable")) if text == variable]
            raise PlacedFault(fault, source.source, source.lines_of(rows, "variable")) from None


def _crossed(table: DataTable, variable: str) -> list[str | None]:
    """A column, or the crossing ``a:b`` of several."""
    columns = [table.texts(name) for name in variable.split(":")]
    return [
        None if any(part is None for part in parts) else ":".join(str(part).strip() for part in parts)
        for parts in zip(*columns, strict=True)
    ]
