"""The canonical form of a set: a JSON document in the shape of its YAML, and its digest by RFC 8785."""

import hashlib
from collections.abc import Mapping
from typing import Any

from parindex.reading.canonical_json import canonical
from parindex.scoring.digits import shortest
from parindex.scoring.law.inputs import Input, Text
from parindex.scoring.law.model import Adjustment, Area, CriteriaSet, Criterion
from parindex.scoring.rules.making.canonical_parts import given, unless


def digest(criteria_set: CriteriaSet) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits.

    Comments, layout, key order and defaults written out do not change it; anything that a reader
    would understand differently does.
    """
    return hashlib.sha256(canonical(to_document(criteria_set))).hexdigest()


def to_document(criteria_set: CriteriaSet) -> dict[str, Any]:
    """The whole set as JSON-safe values: decimals as shortest text, defaults left out."""
    one = criteria_set
    return given(
        set=one.family,
        version=one.version,
        title=_text(one.title),
        status=one.status,
        tier=one.tier,
        years=list(one.years),
        supersedes=one.supersedes,
        extends=one.extends and given(set=one.extends.family, version=one.extends.version, digest=one.extends.digest),
        legal_basis=[
            given(number=law.number, date=law.date and law.date.isoformat(), issuer=law.issuer)
            for law in one.legal_basis
        ],
        print_places=unless(one.print_places, 2),
        compare=unless(one.compare, "exact"),
        ties=unless(one.ties, "competition"),
        no_survey=unless(one.no_survey, "rescale"),
        classes=[{"name": item.name, "from": shortest(item.from_)} for item in one.classes],
        attributes=_inputs(one.attributes),
        inputs=_inputs(one.inputs),
        areas=[_area(area) for area in one.areas],
        adjustments=given(bonus=_adjustment(one.bonus), penalty=_adjustment(one.penalty)),
    )


def _text(text: Text | None) -> dict[str, Any] | None:
    return None if text is None else given(vi=text.vi, en=text.en)


def _inputs(inputs: Mapping[str, Input]) -> dict[str, Any]:
    return {
        name: given(
            type=item.type,
            label=_text(item.label),
            options=list(item.options),
            option_labels={option: _text(label) for option, label in item.option_labels.items()},
            most=None if item.most is None or item.most == 100 else shortest(item.most),
            unit=_text(item.unit),
            part_of=item.part_of,
        )
        for name, item in inputs.items()
    }


def _area(area: Area) -> dict[str, Any]:
    return given(
        code=area.code,
        title=_text(area.title),
        appraiser=area.appraiser,
        open=area.open or None,
        needs=area.needs,
        may_be_inapplicable=area.may_be_inapplicable or None,
        criteria=[_criterion(part) for part in area.criteria],
    )


def _criterion(criterion: Criterion) -> dict[str, Any]:
    leaf = criterion.rule
    return given(
        code=criterion.code,
        title=_text(criterion.title),
        max=None if leaf is None else shortest(criterion.max),
        evidence=unless(criterion.evidence, "required"),
        evidence_from=criterion.evidence_from and criterion.evidence_from.isoformat(),
        evidence_to=criterion.evidence_to and criterion.evidence_to.isoformat(),
        confirmed_by=criterion.confirmed_by,
        guidance=_text(criterion.guidance),
        needs=criterion.needs,
        may_be_inapplicable=criterion.may_be_inapplicable or None,
        appraiser=criterion.appraiser,
        inputs=_inputs(criterion.inputs),
        rule=None if leaf is None else leaf.document(),
        criteria=[_criterion(part) for part in criterion.criteria],
    )


def _adjustment(adjustment: Adjustment | None) -> dict[str, Any] | None:
    if adjustment is None:
        return None
    return {"cap": shortest(adjustment.cap), "items": [_criterion(item) for item in adjustment.items]}
