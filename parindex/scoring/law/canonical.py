"""The canonical form of a set: a JSON document in the shape of its YAML, and its digest by RFC 8785."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from parindex.scoring.digits import shortest
from parindex.scoring.law import model
from parindex.scoring.law.model import Adjustment, Area, CriteriaSet, Criterion, Input, Point, Rule, Step, Text


def digest(criteria_set: CriteriaSet) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits.

    Comments, layout, key order and defaults written out do not change it; anything that a reader
    would understand differently does.
    """
    return hashlib.sha256(canonical_json(to_document(criteria_set)).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON by RFC 8785, for documents without fractions: keys in UTF-16 order, nothing escaped in vain."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_word(key)}:{canonical_json(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    return _word(value)


def _word(value: str | int | None) -> str:
    return json.dumps(value, ensure_ascii=False)


def to_document(criteria_set: CriteriaSet) -> dict[str, Any]:
    """The whole set as JSON-safe values: decimals as shortest text, defaults left out."""
    one = criteria_set
    return _given(
        set=one.family,
        version=one.version,
        title=_text(one.title),
        status=one.status,
        tier=one.tier,
        years=list(one.years),
        supersedes=one.supersedes,
        legal_basis=[
            _given(number=law.number, date=law.date and law.date.isoformat(), issuer=law.issuer)
            for law in one.legal_basis
        ],
        print_places=_unless(one.print_places, 2),
        compare=_unless(one.compare, "exact"),
        ties=_unless(one.ties, "competition"),
        no_survey=_unless(one.no_survey, "rescale"),
        classes=[{"name": item.name, "from": shortest(item.from_)} for item in one.classes],
        attributes=_inputs(one.attributes),
        inputs=_inputs(one.inputs),
        areas=[_area(area) for area in one.areas],
        adjustments=_given(bonus=_adjustment(one.bonus), penalty=_adjustment(one.penalty)),
    )


def _given(**values: Any) -> dict[str, Any]:
    """What is there: None and the empty are defaults."""
    return {key: value for key, value in values.items() if value is not None and value not in ([], {}, "")}


def _unless(value: Any, default: Any) -> Any:
    return None if value == default else value


def _text(text: Text | None) -> dict[str, Any] | None:
    return None if text is None else _given(vi=text.vi, en=text.en)


def _inputs(inputs: Mapping[str, Input]) -> dict[str, Any]:
    return {
        name: _given(
            type=item.type,
            label=_text(item.label),
            options=list(item.options),
            option_labels={option: _text(label) for option, label in item.option_labels.items()},
            most=None if item.most is None or item.most == 100 else shortest(item.most),
            unit=_text(item.unit),
        )
        for name, item in inputs.items()
    }


def _area(area: Area) -> dict[str, Any]:
    return _given(
        code=area.code,
        title=_text(area.title),
        appraiser=area.appraiser,
        needs=area.needs,
        may_be_inapplicable=area.may_be_inapplicable or None,
        criteria=[_criterion(part) for part in area.criteria],
    )


def _criterion(criterion: Criterion) -> dict[str, Any]:
    leaf = criterion.rule
    return _given(
        code=criterion.code,
        title=_text(criterion.title),
        max=None if leaf is None else shortest(criterion.max),
        evidence=_unless(criterion.evidence, "required"),
        guidance=_text(criterion.guidance),
        needs=criterion.needs,
        may_be_inapplicable=criterion.may_be_inapplicable or None,
        appraiser=criterion.appraiser,
        inputs=_inputs(criterion.inputs),
        rule=None if leaf is None else rule_document(leaf),
        criteria=[_criterion(part) for part in criterion.criteria],
    )


def _adjustment(adjustment: Adjustment | None) -> dict[str, Any] | None:
    if adjustment is None:
        return None
    return {"cap": shortest(adjustment.cap), "items": [_criterion(item) for item in adjustment.items]}


def rule_document(rule: Rule) -> dict[str, Any]:
    """One rule in the shape of its YAML."""
    write: Any = _WRITERS[type(rule)]
    document: dict[str, Any] = write(rule)
    return document


def _over(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _steps(steps: tuple[Step, ...], at_most: bool) -> list[dict[str, str]]:
    key = "to" if at_most else "from"
    return [{key: shortest(step.at), "points": shortest(step.points)} for step in steps]


def _point(point: Point | None) -> dict[str, str] | None:
    return None if point is None else {"at": shortest(point.at), "points": shortest(point.points)}


def _decimals(values: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {key: "not_applicable" if value is None else shortest(value) for key, value in values.items()}


def _choice(rule: model.Choice) -> dict[str, Any]:
    if rule.points is not None:
        return {"choice": rule.input, "points": _decimals(rule.points)}
    return {"choice": rule.input, "shares": _decimals(rule.shares or {})}


def _ratio(rule: model.Ratio) -> dict[str, Any]:
    return _given(
        ratio=list(rule.over),
        target=_unless(shortest(rule.target), "1"),
        floor=_unless(shortest(rule.floor), "0"),
        when_zero=rule.when_zero,
    )


def _bands(rule: model.Bands) -> dict[str, Any]:
    return _given(bands=_over(rule.over), steps=_steps(rule.steps, rule.at_most), when_zero=rule.when_zero)


def _linear(rule: model.Linear) -> dict[str, Any]:
    ends = {"from": _point(rule.start), "to": _point(rule.end)}
    return _given(linear=_over(rule.over), **ends, when_zero=rule.when_zero)


def _by(rule: model.By) -> dict[str, Any]:
    steps = [{"until": step.until.isoformat(), "points": shortest(step.points)} for step in rule.steps]
    return {"by": rule.input, "steps": steps}


def _formula(rule: model.Formula) -> dict[str, Any]:
    return {"formula": [_given(when=branch.when, points=branch.points) for branch in rule.branches]}


def _estimate(rule: model.Survey | model.External) -> dict[str, Any]:
    ends = {"as": rule.reading, "from": _point(rule.start), "to": _point(rule.end)}
    return _given(**ends, steps=_steps(rule.steps, rule.at_most))


def _survey(rule: model.Survey) -> dict[str, Any]:
    source = {"instrument": rule.instrument, "measure": rule.measure}
    return _given(survey=source, **_estimate(rule), shares=_decimals(rule.shares))


_WRITERS: Final[Mapping[type, Any]] = {
    model.YesNo: lambda rule: {"yes_no": rule.input},
    model.Choice: _choice,
    model.Checklist: lambda rule: {"checklist": _decimals(rule.items)},
    model.Each: lambda rule: {"each": rule.input, "points": shortest(rule.points)},
    model.Deduct: lambda rule: {"deduct": rule.input, "points": shortest(rule.points)},
    model.Ratio: _ratio,
    model.Bands: _bands,
    model.Linear: _linear,
    model.By: _by,
    model.Formula: _formula,
    model.Survey: _survey,
    model.External: lambda rule: {"external": {"index": rule.index}, **_estimate(rule)},
    model.Judged: lambda _: {"judged": True},
}
