"""How each kind of rule stands in the rules sheet: its name, the lines below its first, written and read.

A rule is one line that names it, then one for each of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.located import LocatedRow, mapping, sequence
from parindex.criteria_workbook.numbers import day_text
from parindex.scoring import Rule, kind
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar
from parindex.scoring.rules import kinds as rules
from parindex.scoring.rules.making.steps import Point, Step
from parindex.text import Language

RuleRow = dict[str, str | Decimal | None]
"""Values by column key."""

StepRows = list[tuple[LocatedRow, str]]
"""The lines below the first, each with its word."""


class RuleSheet(msgspec.Struct, frozen=True):
    """One kind of rule in the rules sheet."""

    name: tuple[str, str]
    """What the sheet calls it, in both languages."""
    write: Callable[[Any], tuple[RuleRow, list[RuleRow]]]
    """From a rule to its first line and those below."""
    read: Callable[[LocatedRow, StepRows], Mapping_]
    """From its lines to the rule in the shape of the YAML."""
    below: tuple[str, ...] = ()
    """Which lines it may have below its first."""


def lines(code: str, rule: Rule, lang: Language) -> Iterator[RuleRow]:
    """The lines of one rule."""
    word = kind(rule)
    first, steps = SHEETS[word].write(rule)
    yield {"code": code, "kind": layout.said(KINDS, word, lang), **_worded(first, lang)}
    for step in steps:
        yield {"code": code, **_worded(step, lang)}


def _worded(line: RuleRow, lang: Language) -> RuleRow:
    """The words of the YAML in the reader's language."""
    worded = dict(line)
    for key, words in (
        ("step", layout.STEPS),
        ("reading", layout.READINGS),
        ("when_zero", layout.WHEN_ZERO),
        ("over", layout.EXCESS),
    ):
        value = worded.get(key)
        if isinstance(value, str):
            worded[key] = layout.said(words, value, lang)
    for key in ("points", "share"):
        if worded.get(key) == "not_applicable":
            worded[key] = layout.said(layout.NOT_APPLICABLE, "not_applicable", lang)
    return worded


def rule_node(word: str, first: LocatedRow, steps: Sequence[LocatedRow]) -> Mapping_:
    """One rule; what is wrong with a cell is noted there, what is wrong with the rule is left to the loader."""
    sheet = SHEETS[word]
    return sheet.read(first, [(row, step) for row in steps if (step := _step(row, sheet.below)) is not None])


def _step(row: LocatedRow, known: tuple[str, ...]) -> str | None:
    if row.value("step") is None:
        row.fail("step", "no_text", expected=row.heads["step"])
        return None
    # One word means two things: "Phương án" is a line and a rule, "Đến" a threshold and a date.
    step = row.word("step", layout.STEPS)
    if step is not None and step not in known:
        expected = [layout.STEPS[one] for one in known] or [KINDS["judged"]]
        row.fail("step", "step_of_other_rule", found=row.written("step"), expected=expected)
        return None
    return step


# what several kinds write


def _over_line(names: tuple[str, ...]) -> RuleRow:
    return {"subject": names[0], "denominator": names[1] if len(names) > 1 else None}


def _step_lines(steps: tuple[Step, ...], at_most: bool) -> list[RuleRow]:
    return [{"step": "to" if at_most else "from", "at": step.at, "points": step.points} for step in steps]


def _end_lines(start: Point | None, end: Point | None) -> list[RuleRow]:
    ends = (("start", start), ("end", end))
    return [{"step": step, "at": point.at, "points": point.points} for step, point in ends if point is not None]


def _option_lines(values: Mapping[str, Decimal | None], column: str, step: str = "option") -> list[RuleRow]:
    return [
        {"step": step, "at": option, column: "not_applicable" if value is None else value}
        for option, value in values.items()
    ]


def _excess(rule: rules.Ratio | rules.Bands | rules.Linear) -> str | None:
    """What a larger part is, where it is not the default."""
    return None if rule.excess == "flag" else rule.excess


# what several kinds read


def _name(row: LocatedRow, key: str = "subject") -> Scalar:
    return row.required(key)


def _over(row: LocatedRow) -> Node:
    """One name, or numerator and denominator."""
    if row.value("denominator") is None:
        return _name(row)
    return sequence(row.line("subject"), [_name(row), _name(row, "denominator")])


def _number(row: LocatedRow, key: str) -> Scalar:
    found = row.decimal(key)
    if found is None:
        row.fail(key, "no_number", expected=row.heads[key])
        return row.null(key)
    return found


def _worth(row: LocatedRow, key: str) -> Scalar:
    """A number, or that it is not applicable."""
    value = row.value(key)
    if isinstance(value, str) and layout.meant(layout.NOT_APPLICABLE, value):
        return Scalar(line=row.line(key), column=1, text="not_applicable", kind="text")
    return _number(row, key)


def _by_name(line: int, steps: StepRows, column: str) -> Mapping_:
    """What each option or content is worth."""
    entries: list[tuple[Scalar, Node]] = []
    seen: set[str] = set()
    for row, _ in steps:
        name = row.required("at")
        if name.text in seen:
            row.fail("at", "repeated_item", found=name.text)
        elif name.kind == "text":
            entries.append((name, _worth(row, column)))
        seen.add(name.text)
    return Mapping_(line=line, column=1, entries=entries)


def _when_zero(row: LocatedRow) -> Scalar | None:
    return row.chosen("when_zero", layout.WHEN_ZERO)


def _steps(row: LocatedRow, steps: StepRows) -> Node | None:
    items = [
        Mapping_(
            line=one.line("at"),
            column=1,
            entries=[
                (Scalar(line=one.line("at"), column=1, text=word, kind="text"), _number(one, "at")),
                (Scalar(line=one.line("points"), column=1, text="points", kind="text"), _number(one, "points")),
            ],
        )
        for one, word in steps
        if word in {"from", "to"}
    ]
    return sequence(row.line("kind"), items) if items else None


def _end(steps: StepRows, wanted: str) -> Mapping_ | None:
    """The line of one end; where it stands twice, the second is wrong."""
    found = [row for row, word in steps if word == wanted]
    for row in found[1:]:
        row.fail("step", "repeated_item", found=row.written("step"))
    if not found:
        return None
    return mapping(found[0].line("at"), at=_number(found[0], "at"), points=_number(found[0], "points"))


def _ends(steps: StepRows) -> dict[str, Node | None]:
    return {"from": _end(steps, "start"), "to": _end(steps, "end")}


def _day(row: LocatedRow) -> Scalar:
    found = row.day("at")
    if found is None:
        row.fail("at", "no_text", expected=row.heads["at"])
        return row.null("at")
    return found


def _estimate(row: LocatedRow, steps: StepRows) -> dict[str, Node | None]:
    return {"as": row.chosen("reading", layout.READINGS), "steps": _steps(row, steps), **_ends(steps)}


# yes_no


def _yes_no_lines(rule: rules.YesNo) -> tuple[RuleRow, list[RuleRow]]:
    return {"subject": rule.input}, []


def _yes_no_node(row: LocatedRow, _: StepRows) -> Mapping_:
    return mapping(row.line("kind"), yes_no=_name(row))


# choice


def _choice_lines(rule: rules.Choice) -> tuple[RuleRow, list[RuleRow]]:
    column = "share" if rule.points is None else "points"
    return {"subject": rule.input}, _option_lines(rule.points if rule.points is not None else rule.shares or {}, column)


def _choice_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    line = row.line("kind")
    shares = any(one.value("share") is not None for one, _ in steps)
    if shares:
        return mapping(line, choice=_name(row), shares=_by_name(line, steps, "share"))
    return mapping(line, choice=_name(row), points=_by_name(line, steps, "points"))


# checklist


def _checklist_lines(rule: rules.Checklist) -> tuple[RuleRow, list[RuleRow]]:
    return {}, _option_lines(rule.items, "points", "item")


def _checklist_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    line = row.line("kind")
    return mapping(line, checklist=_by_name(line, steps, "points"))


# each


def _each_lines(rule: rules.Each) -> tuple[RuleRow, list[RuleRow]]:
    return {"subject": rule.input, "points": rule.points}, []


def _each_node(row: LocatedRow, _: StepRows) -> Mapping_:
    return mapping(row.line("kind"), each=_name(row), points=_number(row, "points"))


# deduct


def _deduct_lines(rule: rules.Deduct) -> tuple[RuleRow, list[RuleRow]]:
    return {"subject": rule.input, "points": rule.points}, []


def _deduct_node(row: LocatedRow, _: StepRows) -> Mapping_:
    return mapping(row.line("kind"), deduct=_name(row), points=_number(row, "points"))


# ratio


def _ratio_lines(rule: rules.Ratio) -> tuple[RuleRow, list[RuleRow]]:
    target = None if rule.target == 1 else rule.target
    return {
        **_over_line(rule.over),
        "when_zero": rule.when_zero,
        "over": _excess(rule),
        "target": target,
        "floor": rule.floor or None,
    }, []


def _ratio_node(row: LocatedRow, _: StepRows) -> Mapping_:
    names = sequence(row.line("subject"), [_name(row), _name(row, "denominator")])
    target, floor = row.decimal("target"), row.decimal("floor")
    return mapping(
        row.line("kind"),
        ratio=names,
        target=target,
        floor=floor,
        when_zero=_when_zero(row),
        over=row.chosen("over", layout.EXCESS),
    )


# bands


def _bands_lines(rule: rules.Bands) -> tuple[RuleRow, list[RuleRow]]:
    return {**_over_line(rule.over), "when_zero": rule.when_zero, "over": _excess(rule)}, _step_lines(
        rule.steps, rule.at_most
    )


def _bands_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    return mapping(
        row.line("kind"),
        bands=_over(row),
        steps=_steps(row, steps),
        when_zero=_when_zero(row),
        over=row.chosen("over", layout.EXCESS),
    )


# linear


def _linear_lines(rule: rules.Linear) -> tuple[RuleRow, list[RuleRow]]:
    return {**_over_line(rule.over), "when_zero": rule.when_zero, "over": _excess(rule)}, _end_lines(
        rule.start, rule.end
    )


def _linear_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    return mapping(
        row.line("kind"),
        linear=_over(row),
        **_ends(steps),
        when_zero=_when_zero(row),
        over=row.chosen("over", layout.EXCESS),
    )


# by


def _by_lines(rule: rules.By) -> tuple[RuleRow, list[RuleRow]]:
    return {"subject": rule.input}, [
        {"step": "until", "at": day_text(step.until), "points": step.points} for step in rule.steps
    ]


def _by_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    items = [
        mapping(one.line("at"), until=_day(one), points=_number(one, "points"))
        for one, word in steps
        if word == "until"
    ]
    return mapping(row.line("kind"), by=_name(row), steps=sequence(row.line("kind"), items))


# days


def _days_lines(rule: rules.Days) -> tuple[RuleRow, list[RuleRow]]:
    return _over_line(rule.dates), _step_lines(rule.steps, True)


def _days_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    dates = sequence(row.line("subject"), [_name(row), _name(row, "denominator")])
    return mapping(row.line("kind"), days=dates, steps=_steps(row, steps))


# formula


def _formula_lines(rule: rules.Formula) -> tuple[RuleRow, list[RuleRow]]:
    return {}, [{"step": "branch", "at": branch.when, "points": branch.points} for branch in rule.branches]


def _formula_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    items = [mapping(one.line("points"), when=one.text("at"), points=one.required("points")) for one, _ in steps]
    return mapping(row.line("kind"), formula=sequence(row.line("kind"), items))


# survey


def _survey_lines(rule: rules.Survey) -> tuple[RuleRow, list[RuleRow]]:
    first: RuleRow = {"subject": rule.instrument, "denominator": rule.measure, "reading": rule.reading}
    options = _option_lines(rule.shares, "share")
    return first, [*_step_lines(rule.steps, rule.at_most), *_end_lines(rule.start, rule.end), *options]


def _survey_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    line = row.line("kind")
    source = mapping(row.line("subject"), instrument=_name(row), measure=_name(row, "denominator"))
    options = [(one, word) for one, word in steps if word == "option"]
    shares = _by_name(line, options, "share") if options else None
    return mapping(line, survey=source, **_estimate(row, steps), shares=shares)


# external


def _external_lines(rule: rules.External) -> tuple[RuleRow, list[RuleRow]]:
    first: RuleRow = {"subject": rule.index, "reading": rule.reading}
    return first, [*_step_lines(rule.steps, rule.at_most), *_end_lines(rule.start, rule.end)]


def _external_node(row: LocatedRow, steps: StepRows) -> Mapping_:
    source = mapping(row.line("subject"), index=_name(row))
    return mapping(row.line("kind"), external=source, **_estimate(row, steps))


# judged


def _judged_lines(_: rules.Judged) -> tuple[RuleRow, list[RuleRow]]:
    return {}, []


def _judged_node(row: LocatedRow, _: StepRows) -> Mapping_:
    return mapping(row.line("kind"), judged=Scalar(line=row.line("kind"), column=1, text="true", kind="boolean"))


SHEETS: Final[Mapping[str, RuleSheet]] = {
    "yes_no": RuleSheet(("Có/Không", "Yes or no"), _yes_no_lines, _yes_no_node),
    "choice": RuleSheet(("Phương án", "Choice"), _choice_lines, _choice_node, ("option",)),
    "checklist": RuleSheet(("Danh mục", "Checklist"), _checklist_lines, _checklist_node, ("item",)),
    "each": RuleSheet(("Mỗi đơn vị", "Each"), _each_lines, _each_node),
    "deduct": RuleSheet(("Trừ mỗi đơn vị", "Deduct"), _deduct_lines, _deduct_node),
    "ratio": RuleSheet(("Tỷ lệ", "Ratio"), _ratio_lines, _ratio_node),
    "bands": RuleSheet(("Bậc", "Bands"), _bands_lines, _bands_node, ("from", "to")),
    "linear": RuleSheet(("Đường thẳng", "Linear"), _linear_lines, _linear_node, ("start", "end")),
    "by": RuleSheet(("Theo ngày", "By date"), _by_lines, _by_node, ("until",)),
    "days": RuleSheet(("Số ngày", "Days"), _days_lines, _days_node, ("to",)),
    "formula": RuleSheet(("Công thức", "Formula"), _formula_lines, _formula_node, ("branch",)),
    "survey": RuleSheet(("Điều tra", "Survey"), _survey_lines, _survey_node, ("from", "to", "start", "end", "option")),
    "external": RuleSheet(("Chỉ số khác", "External"), _external_lines, _external_node, ("from", "to", "start", "end")),
    "judged": RuleSheet(("Thẩm định", "Judged"), _judged_lines, _judged_node),
}
"""By the word of the rule."""

KINDS: Final[layout.ColumnWords] = {word: sheet.name for word, sheet in SHEETS.items()}
"""What the sheet calls each kind."""
