"""Criteria sets, facts, points. Values in, values out; nothing of parindex is imported.

criteria_set = load("criteria/minh-hoa-cap-tinh/2025.1.yaml")   # BrokenSet: all defects
facts = read_facts("facts.csv", criteria_set)                   # RefusedFacts: all rows
scores = score(criteria_set, facts, group="region")             # RefusedFacts: all leaves
scores.agency("Tỉnh An Bình").node("1.1").points                # Decimal('0.5')
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parindex.scoring.model import (
    Adjustment,
    Area,
    Counts,
    CriteriaSet,
    Criterion,
    Input,
    Place,
    Rule,
    Text,
    Value,
    counts,
    kind,
    leaves,
    place_of,
    walk,
)
from parindex.scoring.refusals import BrokenSet, Defect, Refusal, RefusedFacts, RefusedValue
from parindex.scoring.results import LeafScore, NodeScore, Reason, State, Status

AgencyFacts = Mapping[str, Value]
Facts = Mapping[str, AgencyFacts]


def load(path: str | Path) -> CriteriaSet:
    """Read a criteria set. Raises BrokenSet(defects), OSError."""
    raise NotImplementedError


def load_bytes(data: bytes, name: str) -> CriteriaSet:
    """The same from bytes; `name` is what defects call the file. Raises BrokenSet."""
    raise NotImplementedError


def digest(criteria_set: CriteriaSet) -> str:
    """SHA-256 (64 hex) of the set's meaning by RFC 8785."""
    raise NotImplementedError


def to_document(criteria_set: CriteriaSet) -> dict[str, Any]:
    """The whole set as a JSON-safe dict in the shape of the YAML, defaults left out."""
    raise NotImplementedError


def from_document(document: Mapping[str, Any]) -> CriteriaSet:
    """The set again, with the same digest. Raises BrokenSet."""
    raise NotImplementedError


def read_facts(source: str | Path | bytes, criteria_set: CriteriaSet) -> Facts:
    """Facts of a CSV (section 2 of the contracts). Raises RefusedFacts, OSError."""
    raise NotImplementedError


def parse_value(criteria_set: CriteriaSet, name: str, text: str) -> Value:
    """The typed value of the fact `name` ("1.1.issued", "dossiers", "1.1.decided", …) from text.

    Raises RefusedValue(code, values); `unknown_name` gives the nearest known one.
    """
    raise NotImplementedError


def write_value(value: Value) -> str:
    """Canonical text of a value: true/false, ISO date, shortest decimal."""
    raise NotImplementedError


def score_leaf(criteria_set: CriteriaSet, code: str, facts: AgencyFacts) -> LeafScore:
    """One leaf of one agency with its reason. Raises RefusedFacts, KeyError."""
    raise NotImplementedError


def score_sheet(criteria_set: CriteriaSet, facts: AgencyFacts) -> dict[str, NodeScore]:
    """Every node of one agency's sheet, areas and adjustments too. Raises RefusedFacts."""
    raise NotImplementedError


def score(
    criteria_set: CriteriaSet, facts: Facts, *, rank_incomplete: bool = False, group: str | None = None
) -> Any:
    """Scores of all agencies. Raises RefusedFacts with every refused leaf of every agency.

    `Scores.agencies` (tuple, in order of `facts`), `.agency(name)`; an agency has `.status`,
    `.points`, `.max`, `.index`, `.class_`, `.rank`, `.group_rank`, `.bonus`, `.penalty`,
    `.nodes` (code -> NodeScore), `.node(code)`, `.reason(code)`; `Scores.to_document(reasons=…)`.
    """
    raise NotImplementedError


__all__ = [
    "Adjustment",
    "AgencyFacts",
    "Area",
    "BrokenSet",
    "Counts",
    "CriteriaSet",
    "Criterion",
    "Defect",
    "Facts",
    "Input",
    "LeafScore",
    "NodeScore",
    "Place",
    "Reason",
    "Refusal",
    "RefusedFacts",
    "RefusedValue",
    "Rule",
    "State",
    "Status",
    "Text",
    "Value",
    "counts",
    "digest",
    "from_document",
    "kind",
    "leaves",
    "load",
    "load_bytes",
    "parse_value",
    "place_of",
    "read_facts",
    "score",
    "score_leaf",
    "score_sheet",
    "to_document",
    "walk",
    "write_value",
]
