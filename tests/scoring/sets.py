"""Small criteria sets, written as a lawyer would write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from parindex.scoring import (
    AgencyFacts,
    CriteriaSet,
    LeafScore,
    load_bytes,
    parse_value,
    read_facts,
    score_leaf,
)

HEAD = """\
set: thu
version: "1"
title: {vi: "Bộ thử"}
status: illustrative
tier: department
years: [2025]
"""
LEAF = """\
areas:
  - code: "1"
    title: {{vi: "Lĩnh vực"}}
    criteria:
      - code: "1.1"
        title: {{vi: "Tiêu chí"}}
        max: {maximum}
        inputs: {{{inputs}}}
        rule: {rule}
"""


def set_of(body: str) -> CriteriaSet:
    """A set from its YAML below the heading."""
    return load_bytes((HEAD + body).encode(), "thu.yaml")


def leaf_set(rule: str, maximum: str = "2", **inputs: str) -> CriteriaSet:
    """A set of the one leaf 1.1; inputs by name and type, more than a type in flow style."""
    declared = ", ".join(
        f"{name}: {{{kind if ':' in kind else 'type: ' + kind}, label: {{vi: {name}}}}}"
        for name, kind in inputs.items()
    )
    return set_of(LEAF.format(rule=rule, maximum=maximum, inputs=declared))


def given(criteria_set: CriteriaSet, **facts: str) -> AgencyFacts:
    """Facts of leaf 1.1 from their text."""
    names = {name: name if name in criteria_set.inputs else f"1.1.{name}" for name in facts}
    return {names[name]: parse_value(criteria_set, names[name], text) for name, text in facts.items()}


def leaf(criteria_set: CriteriaSet, **facts: str) -> LeafScore:
    """Leaf 1.1 scored with these facts."""
    return score_leaf(criteria_set, "1.1", given(criteria_set, **facts))


def points(criteria_set: CriteriaSet, **facts: str) -> Decimal | str:
    """Points of leaf 1.1, or its state where it has none."""
    scored = leaf(criteria_set, **facts)
    return scored.state if scored.points is None else scored.points


def facts_of(criteria_set: CriteriaSet, *rows: str) -> Any:
    """Facts from rows of a CSV."""
    return read_facts("\n".join(["agency,name,value", *rows]).encode(), criteria_set)
