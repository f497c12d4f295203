"""Simulated facts: for every leaf the candidate whose points come nearest to what the agency's quality suggests.

The rule itself says what a candidate is worth, so the generator knows no criterion by name and serves any set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from parindex import scoring
from parindex.scoring import CriteriaSet, Criterion, Input, Place, RefusedFacts, Value, kind

CANDIDATES: Final = 9
"""Sets of facts drawn for a leaf."""

USUAL: Final[Mapping[str, tuple[int, int]]] = {
    "dossiers": (220_000, 900_000),
    "dossiers_province": (60_000, 240_000),
    "dossiers_commune": (150_000, 620_000),
    "procedures": (1_450, 2_100),
    "departments": (95, 185),
    "public_units": (420, 1_600),
    "commune_staff": (2_400, 8_800),
}
"""Where the shared counts of a province usually lie; others lie between 40 and 40.000."""


def declare(
    criteria_set: CriteriaSet, attributes: Mapping[str, str], quality: float, random: np.random.Generator
) -> dict[str, dict[str, str]]:
    """Facts of one agency for every leaf that it declares.

    Args:
        criteria_set: The set.
        attributes: Of the agency, canonical text by name.
        quality: Expected share of the points of a leaf, 0…1.
        random: Seeded generator.

    Returns:
        By code of the leaf: canonical text by full name; shared facts stand at each leaf that takes them.
    """
    typed: dict[str, Value] = {
        f"@{name}": scoring.parse_value(criteria_set, f"@{name}", text)
        for name, text in attributes.items()
        if name in criteria_set.attributes
    }
    shared = {name: _shared(name, one, random) for name, one in criteria_set.inputs.items()}
    found: dict[str, dict[str, str]] = {}
    for place in scoring.leaves(criteria_set):
        asked = scoring.leaf_inputs(criteria_set, place.code)
        if asked:
            wanted = float(random.beta(quality * 9, (1 - quality) * 9)) if place.part == "areas" else 0.02
            best = _nearest(criteria_set, place, asked, {**typed, **shared}, wanted, random)
            found[place.code] = {name: scoring.write_value(value) for name, value in best.items()}
    return found


def _shared(name: str, one: Input, random: np.random.Generator) -> Value:
    if one.type == "count":
        least, most = USUAL.get(name, (40, 40_000))
        return int(np.exp(random.uniform(np.log(least), np.log(most))))
    return _value(one, random)


def _nearest(
    criteria_set: CriteriaSet, place: Place, asked: list[tuple[str, Input]], known: Mapping[str, Value], wanted: float,
    random: np.random.Generator,
) -> dict[str, Value]:  # fmt: skip
    most = float(place.node.max)
    of_first = isinstance(place.node, Criterion) and place.node.rule is not None and kind(place.node.rule) == "formula"
    best: tuple[float, dict[str, Value]] | None = None
    for _ in range(CANDIDATES):
        facts = _candidate(asked, known, most, random, of_first=of_first)
        try:
            scored = scoring.score_leaf(criteria_set, place.code, {**known, **facts})
        except RefusedFacts:
            continue
        distance = abs(float(scored.points) / most - wanted) if scored.points is not None else 2.0
        if best is None or distance < best[0]:
            best = (distance, facts)
    if best is None:
        raise ValueError(f"no facts could be drawn for leaf {place.code}")
    return best[1]


def _candidate(
    asked: list[tuple[str, Input]],
    known: Mapping[str, Value],
    most: float,
    random: np.random.Generator,
    *,
    of_first: bool,
) -> dict[str, Value]:
    """One draw; counts and amounts of a leaf are parts of its largest one, as in a share."""
    if asked[0][0].endswith(".judged"):
        return {asked[0][0]: Decimal(str(round(random.uniform(0.3, 1) * most * 20) / 20))}
    amounts = [(name, one) for name, one in asked if one.type in ("count", "decimal")]
    facts: dict[str, Value] = {name: _shared_or_new(name, one, known, random) for name, one in asked}
    if len(amounts) == 1:
        facts[amounts[0][0]] = known.get(amounts[0][0], _few(amounts[0][1], random))
    elif len(amounts) >= 2:
        facts |= _parts(amounts, known, random, of_first=of_first)
    return facts


def _shared_or_new(name: str, one: Input, known: Mapping[str, Value], random: np.random.Generator) -> Value:
    return known[name] if name in known else _value(one, random)


def _few(one: Input, random: np.random.Generator) -> Value:
    return int(random.integers(0, 12)) if one.type == "count" else Decimal(int(random.integers(0, 120))) / 10


def _parts(
    amounts: list[tuple[str, Input]], known: Mapping[str, Value], random: np.random.Generator, *, of_first: bool
) -> dict[str, Value]:
    """Amounts of a leaf; the whole is the first one of a formula, and the last one, which divides, of other rules."""
    given = [float(value) for name, _ in amounts if isinstance(value := known.get(name), int | Decimal)]
    whole = max(given) if given else float(np.exp(random.uniform(np.log(8), np.log(900))))
    share = float(random.uniform(0.4, 1.06)) if amounts[0][1].type == "decimal" else float(random.beta(5, 1))
    parts = {name: whole * share for name, _ in amounts}
    order = [name for name, _ in amounts if name not in known]
    if not given:
        parts[order.pop(0 if of_first else -1)] = whole
    if len(order) == 2:
        parts[order[1]] = whole * (1 - share) * float(random.uniform(0, 1))
    return {
        name: known[name] if name in known else _amount(one, parts[name]) for name, one in amounts
    }  # fmt: skip


def _amount(one: Input, value: float) -> Value:
    return int(value) if one.type == "count" else Decimal(str(round(value, 1)))


def _value(one: Input, random: np.random.Generator) -> Value:
    if one.type == "boolean":
        return bool(random.random() < 0.75)
    if one.type == "choice":
        return str(random.choice(list(one.options)))
    if one.type == "percent":
        return Decimal(str(round(float(random.uniform(10, 100)), 1)))
    if one.type == "date":
        return _day(random)
    return _few(one, random)


def _day(random: np.random.Generator) -> date:
    """A day on which officials issue papers: around the turns of a year."""
    turn = date(int(random.choice([2024, 2025, 2026])), 12, 20)
    return turn + timedelta(days=int(random.integers(-25, 60)))
