"""Who appraises: leaves that an agency declares need a body, or no year opens with the set."""

from collections.abc import Iterator, Mapping

from parindex.scoring.law.inputs import Input
from parindex.scoring.law.model import CriteriaSet, Criterion, Place, leaves
from parindex.scoring.law.yaml_tree import Node
from parindex.scoring.refusals import Defect
from parindex.scoring.rules.making.names import Names


def declared_by_agency(place: Place, shared: Mapping[str, Input]) -> bool:
    """Whether an agency declares a leaf; surveys, other indices and the platform's clock fill the rest."""
    criterion = _leaf(place)
    if criterion.rule is None or not criterion.rule.DECLARED:
        return False
    facts = criterion.rule.facts(Names(code=place.code, local=criterion.inputs, shared=shared))
    return not facts or any(not name.startswith("@") for name in facts)


def without_appraiser(criteria_set: CriteriaSet) -> dict[str, tuple[str, ...]]:
    """Codes of the leaves that nobody is named to appraise, by the area, bonus or penalty item that they stand in.

    A set that only takes over points which were decided elsewhere (every leaf is judged, and none asks for evidence)
    needs nobody.
    """
    if all(_taken_over(place) for place in leaves(criteria_set)):
        return {}
    missing: dict[str, tuple[str, ...]] = {}
    for place in leaves(criteria_set):
        if place.appraiser is None and declared_by_agency(place, criteria_set.inputs):
            within = place.area or place.code
            missing[within] = (*missing.get(within, ()), place.code)
    return missing


def unappraised(criteria_set: CriteriaSet, places: Mapping[str, Node], file: str) -> Iterator[Defect]:
    """One defect an area or item of `without_appraiser`, at its place in the file."""
    for code, below in without_appraiser(criteria_set).items():
        at = places[code]
        values = {"found": code, "leaves": below}
        yield Defect(code="no_appraiser", values=values, file=file, line=at.line, column=at.column)


def _taken_over(place: Place) -> bool:
    criterion = _leaf(place)
    return criterion.rule is not None and criterion.rule.PROPOSED and criterion.evidence == "none"


def _leaf(place: Place) -> Criterion:
    assert isinstance(place.node, Criterion)
    return place.node
