"""A rule as lines of the rules sheet: one that names it, then one for each of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.numbers import day_text
from parindex.scoring import Rule, kind
from parindex.scoring.rules import kinds as rules
from parindex.scoring.rules.steps import Point, Step
from parindex.text import Language

Line = dict[str, str | Decimal | None]
"""Values by column key."""


def lines(code: str, rule: Rule, lang: Language) -> Iterator[Line]:
    """The lines of one rule."""
    write: Callable[[Any], tuple[Line, list[Line]]] = _WRITERS[type(rule)]
    first, steps = write(rule)
    yield {"code": code, "kind": layout.said(layout.KINDS, kind(rule), lang), **_worded(first, lang)}
    for step in steps:
        yield {"code": code, **_worded(step, lang)}


def _worded(line: Line, lang: Language) -> Line:
    """The words of the YAML in the reader's language."""
    worded = dict(line)
    for key, words in (("step", layout.STEPS), ("reading", layout.READINGS), ("when_zero", layout.WHEN_ZERO)):
        value = worded.get(key)
        if isinstance(value, str):
            worded[key] = layout.said(words, value, lang)
    for key in ("points", "share"):
        if worded.get(key) == "not_applicable":
            worded[key] = layout.said(layout.NOT_APPLICABLE, "not_applicable", lang)
    return worded


def _over(names: tuple[str, ...]) -> Line:
    return {"subject": names[0], "denominator": names[1] if len(names) > 1 else None}


def _steps(steps: tuple[Step, ...], at_most: bool) -> list[Line]:
    return [{"step": "to" if at_most else "from", "at": step.at, "points": step.points} for step in steps]


def _ends(start: Point | None, end: Point | None) -> list[Line]:
    ends = (("start", start), ("end", end))
    return [{"step": step, "at": point.at, "points": point.points} for step, point in ends if point is not None]


def _options(values: Mapping[str, Decimal | None], column: str, step: str = "option") -> list[Line]:
    return [
        {"step": step, "at": option, column: "not_applicable" if value is None else value}
        for option, value in values.items()
    ]


def _choice(rule: rules.Choice) -> tuple[Line, list[Line]]:
    column = "share" if rule.points is None else "points"
    return {"subject": rule.input}, _options(rule.points if rule.points is not None else rule.shares or {}, column)


def _ratio(rule: rules.Ratio) -> tuple[Line, list[Line]]:
    target = None if rule.target == 1 else rule.target
    return {**_over(rule.over), "when_zero": rule.when_zero, "target": target, "floor": rule.floor or None}, []


def _bands(rule: rules.Bands) -> tuple[Line, list[Line]]:
    return {**_over(rule.over), "when_zero": rule.when_zero}, _steps(rule.steps, rule.at_most)


def _linear(rule: rules.Linear) -> tuple[Line, list[Line]]:
    return {**_over(rule.over), "when_zero": rule.when_zero}, _ends(rule.start, rule.end)


def _by(rule: rules.By) -> tuple[Line, list[Line]]:
    return {"subject": rule.input}, [
        {"step": "until", "at": day_text(step.until), "points": step.points} for step in rule.steps
    ]


def _formula(rule: rules.Formula) -> tuple[Line, list[Line]]:
    return {}, [{"step": "branch", "at": branch.when, "points": branch.points} for branch in rule.branches]


def _survey(rule: rules.Survey) -> tuple[Line, list[Line]]:
    first: Line = {"subject": rule.instrument, "denominator": rule.measure, "reading": rule.reading}
    options = _options(rule.shares, "share")
    return first, [*_steps(rule.steps, rule.at_most), *_ends(rule.start, rule.end), *options]


def _external(rule: rules.External) -> tuple[Line, list[Line]]:
    first: Line = {"subject": rule.index, "reading": rule.reading}
    return first, [*_steps(rule.steps, rule.at_most), *_ends(rule.start, rule.end)]


_WRITERS: Final[Mapping[type, Any]] = {
    rules.YesNo: lambda rule: ({"subject": rule.input}, []),
    rules.Choice: _choice,
    rules.Checklist: lambda rule: ({}, _options(rule.items, "points", "item")),
    rules.Each: lambda rule: ({"subject": rule.input, "points": rule.points}, []),
    rules.Deduct: lambda rule: ({"subject": rule.input, "points": rule.points}, []),
    rules.Ratio: _ratio,
    rules.Bands: _bands,
    rules.Linear: _linear,
    rules.By: _by,
    rules.Formula: _formula,
    rules.Survey: _survey,
    rules.External: _external,
    rules.Judged: lambda _: ({}, []),
}
