"""Criteria sets, facts, points. Values in, values out; nothing of parindex is imported.

criteria_set = load("criteria/minh-hoa-cap-tinh/2025.1.yaml")   # BrokenSet: all defects
facts = read_facts("facts.csv", criteria_set)                   # RefusedFacts: all rows
scores = score(criteria_set, facts, group="region")             # RefusedFacts: all leaves
scores.agency("Tỉnh An Bình").node("1.1").points                # Decimal('0.5')
"""

from parindex.scoring.digits import shortest
from parindex.scoring.facts.facts_file import read_facts
from parindex.scoring.facts.values import AgencyFacts, FactsByAgency, ask_far_day, parse_value, write_value
from parindex.scoring.law.appraisers import declared_by_agency, without_appraiser
from parindex.scoring.law.canonical import digest, to_document
from parindex.scoring.law.cases import CasesChecked, run_cases
from parindex.scoring.law.frameworks import named_framework, only_adds
from parindex.scoring.law.inputs import Expected, Input, Text, Value
from parindex.scoring.law.load import Checked, check_bytes, check_tree, from_document, load, load_bytes
from parindex.scoring.law.model import (
    Adjustment,
    Area,
    Counts,
    CriteriaSet,
    Criterion,
    Place,
    counts,
    leaves,
    walk,
)
from parindex.scoring.points.compiled import compiled, place_of
from parindex.scoring.points.documents import reason_document
from parindex.scoring.points.results import LeafScore, NodeScore, PointsState, Reason, Status
from parindex.scoring.points.scores import (
    AgencyScore,
    Scores,
    refused_leaves,
    score,
    score_agency,
    score_leaf,
)
from parindex.scoring.refusals import BrokenSet, Defect, Refusal, RefusedFacts, RefusedValue
from parindex.scoring.rules.rule import Rule, kind


def leaf_inputs(criteria_set: CriteriaSet, code: str) -> list[tuple[str, Input]]:
    """What a leaf asks of the agency: full fact names with their inputs, in the order of the rule.

    A fact without a set-level prefix (`dossiers`) is shared by all leaves that take it. A `judged` leaf
    asks for `<code>.judged` as a decimal. Survey and external leaves ask for nothing.

    Raises:
        KeyError: the set has no leaf with this code.
    """
    leaf = compiled(criteria_set).leaf[code]
    return leaf.rule.asks(leaf.names)


__all__ = [
    "Adjustment",
    "AgencyFacts",
    "AgencyScore",
    "Area",
    "BrokenSet",
    "CasesChecked",
    "Checked",
    "Counts",
    "CriteriaSet",
    "Criterion",
    "Defect",
    "Expected",
    "FactsByAgency",
    "Input",
    "LeafScore",
    "NodeScore",
    "Place",
    "PointsState",
    "Reason",
    "Refusal",
    "RefusedFacts",
    "RefusedValue",
    "Rule",
    "Scores",
    "Status",
    "Text",
    "Value",
    "ask_far_day",
    "check_bytes",
    "check_tree",
    "counts",
    "declared_by_agency",
    "digest",
    "from_document",
    "kind",
    "leaf_inputs",
    "leaves",
    "load",
    "load_bytes",
    "named_framework",
    "only_adds",
    "parse_value",
    "place_of",
    "read_facts",
    "reason_document",
    "refused_leaves",
    "run_cases",
    "score",
    "score_agency",
    "score_leaf",
    "shortest",
    "to_document",
    "walk",
    "without_appraiser",
    "write_value",
]
