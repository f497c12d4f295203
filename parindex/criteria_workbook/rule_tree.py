"""The lines of the rules sheet as the rules of a set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.located import Row, mapping, sequence
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar

_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "choice": ("option",),
    "checklist": ("item",),
    "bands": ("from", "to"),
    "linear": ("start", "end"),
    "by": ("until",),
    "formula": ("branch",),
    "survey": ("from", "to", "start", "end", "option"),
    "external": ("from", "to", "start", "end"),
}
"""Which lines a rule has below its first."""


def rule_node(kind: str, first: Row, steps: Sequence[Row]) -> Mapping_:
    """One rule; what is wrong with a cell is noted there, what is wrong with the rule is left to the loader."""
    known = _STEPS.get(kind, ())
    told = [(row, word) for row in steps if (word := _step(row, known)) is not None]
    build: Callable[[Row, list[tuple[Row, str]]], Mapping_] = _BUILDERS[kind]
    return build(first, told)


def _step(row: Row, known: tuple[str, ...]) -> str | None:
    if row.value("step") is None:
        row.fail("step", "no_text", expected=row.heads["step"])
        return None
    # One word means two things: "Phương án" is a line and a rule, "Đến" a threshold and a date.
    step = row.word("step", layout.STEPS)
    if step is not None and step not in known:
        expected = [layout.STEPS[one] for one in known] or [layout.KINDS["judged"]]
        row.fail("step", "step_of_other_rule", found=row.written("step"), expected=expected)
        return None
    return step


def _name(row: Row, key: str = "subject") -> Scalar:
    return row.required(key)


def _over(row: Row) -> Node:
    """One name, or numerator and denominator."""
    if row.value("denominator") is None:
        return _name(row)
    return sequence(row.line("subject"), [_name(row), _name(row, "denominator")])


def _number(row: Row, key: str) -> Scalar:
    found = row.decimal(key)
    if found is None:
        row.fail(key, "no_number", expected=row.heads[key])
        return row.null(key)
    return found


def _worth(row: Row, key: str) -> Scalar:
    """A number, or that it is not applicable."""
    value = row.value(key)
    if isinstance(value, str) and layout.meant(layout.NOT_APPLICABLE, value):
        return Scalar(line=row.line(key), column=1, text="not_applicable", kind="text")
    return _number(row, key)


def _by_name(line: int, steps: list[tuple[Row, str]], column: str) -> Mapping_:
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


def _yes_no(row: Row, _: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), yes_no=_name(row))


def _choice(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    line = row.line("kind")
    shares = any(one.value("share") is not None for one, _ in steps)
    if shares:
        return mapping(line, choice=_name(row), shares=_by_name(line, steps, "share"))
    return mapping(line, choice=_name(row), points=_by_name(line, steps, "points"))


def _checklist(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    line = row.line("kind")
    return mapping(line, checklist=_by_name(line, steps, "points"))


def _each(row: Row, _: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), each=_name(row), points=_number(row, "points"))


def _deduct(row: Row, _: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), deduct=_name(row), points=_number(row, "points"))


def _ratio(row: Row, _: list[tuple[Row, str]]) -> Mapping_:
    names = sequence(row.line("subject"), [_name(row), _name(row, "denominator")])
    target, floor = row.decimal("target"), row.decimal("floor")
    return mapping(row.line("kind"), ratio=names, target=target, floor=floor, when_zero=_when_zero(row))


def _when_zero(row: Row) -> Scalar | None:
    return row.chosen("when_zero", layout.WHEN_ZERO)


def _steps(row: Row, steps: list[tuple[Row, str]]) -> Node | None:
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


def _end(steps: list[tuple[Row, str]], wanted: str) -> Mapping_ | None:
    """The line of one end; where it stands twice, the second is wrong."""
    found = [row for row, word in steps if word == wanted]
    for row in found[1:]:
        row.fail("step", "repeated_item", found=row.written("step"))
    if not found:
        return None
    return mapping(found[0].line("at"), at=_number(found[0], "at"), points=_number(found[0], "points"))


def _ends(steps: list[tuple[Row, str]]) -> dict[str, Node | None]:
    return {"from": _end(steps, "start"), "to": _end(steps, "end")}


def _bands(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), bands=_over(row), steps=_steps(row, steps), when_zero=_when_zero(row))


def _linear(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), linear=_over(row), **_ends(steps), when_zero=_when_zero(row))


def _by(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    items = [
        mapping(one.line("at"), until=_day(one), points=_number(one, "points"))
        for one, word in steps
        if word == "until"
    ]
    return mapping(row.line("kind"), by=_name(row), steps=sequence(row.line("kind"), items))


def _day(row: Row) -> Scalar:
    found = row.day("at")
    if found is None:
        row.fail("at", "no_text", expected=row.heads["at"])
        return row.null("at")
    return found


def _formula(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    items = [mapping(one.line("points"), when=one.text("at"), points=one.required("points")) for one, _ in steps]
    return mapping(row.line("kind"), formula=sequence(row.line("kind"), items))


def _estimate(row: Row, steps: list[tuple[Row, str]]) -> dict[str, Node | None]:
    return {"as": row.chosen("reading", layout.READINGS), "steps": _steps(row, steps), **_ends(steps)}


def _survey(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    line = row.line("kind")
    source = mapping(row.line("subject"), instrument=_name(row), measure=_name(row, "denominator"))
    options = [(one, word) for one, word in steps if word == "option"]
    shares = _by_name(line, options, "share") if options else None
    return mapping(line, survey=source, **_estimate(row, steps), shares=shares)


def _external(row: Row, steps: list[tuple[Row, str]]) -> Mapping_:
    source = mapping(row.line("subject"), index=_name(row))
    return mapping(row.line("kind"), external=source, **_estimate(row, steps))


def _judged(row: Row, _: list[tuple[Row, str]]) -> Mapping_:
    return mapping(row.line("kind"), judged=Scalar(line=row.line("kind"), column=1, text="true", kind="boolean"))


_BUILDERS: Final[Mapping[str, Callable[[Row, list[tuple[Row, str]]], Mapping_]]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "checklist": _checklist,
    "each": _each,
    "deduct": _deduct,
    "ratio": _ratio,
    "bands": _bands,
    "linear": _linear,
    "by": _by,
    "formula": _formula,
    "survey": _survey,
    "external": _external,
    "judged": _judged,
}
