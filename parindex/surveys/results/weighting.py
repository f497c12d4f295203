"""Weights of a round: design weight, then adjustment for non-response by class.

Everybody drawn in a village had the same chance, so a weight belongs to a unit. The sum of the weights of an
agency's answers estimates its adult population.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import msgspec

from parindex import statistics
from parindex.surveys.model import UnitProgress

WeightingCell = tuple[str, str]


class WeightStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step and its effect."""

    step: str
    """``design`` or ``nonresponse``."""

    total: float
    """Sum of the weights of all answers."""

    n_eff: float
    """Effective sample size (Σw)²/Σw² of all answers."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The weight of an answer, by sample unit."""

    of_unit: dict[UUID, float]
    """Units with at least one answer."""

    steps: tuple[WeightStep, ...]
    """In order."""

    widened: tuple[str, ...]
    """Classes without an answer: the people drawn there are represented by the rest of their stratum."""


def weigh(units: Sequence[UnitProgress]) -> Weights:
    """Weights of a round.

    Within a class the answers represent everybody drawn: factor = Σ d·drawn ÷ Σ d·answered, with d the design
    weight 1/π. A class without any answer joins its stratum, whose factor then holds for the whole stratum.
    """
    design = {each.unit.id: 1 / each.unit.probability for each in units}
    drawn: defaultdict[WeightingCell, int] = defaultdict(int)
    answered: defaultdict[WeightingCell, int] = defaultdict(int)
    for each in units:
        cell = (each.unit.stratum, each.unit.response_class)
        drawn[cell] += each.unit.drawn
        answered[cell] += each.answered
    empty = sorted(cell for cell in drawn if not answered[cell])
    heard = {stratum for (stratum, _), count in answered.items() if count}
    kept = [each for each in units if each.unit.stratum in heard]
    factors = _factors(kept, design)
    replied = [each for each in units if each.answered]
    final = {each.unit.id: design[each.unit.id] * factors[each.unit.id] for each in replied}
    steps = (
        _step("design", replied, design),
        _step("nonresponse", replied, final),
    )
    return Weights(of_unit=final, steps=steps, widened=tuple(f"{stratum}/{name}" for stratum, name in empty))


def _factors(units: Sequence[UnitProgress], design: dict[UUID, float]) -> dict[UUID, float]:
    """What each unit's weight is multiplied by; strata of which nobody answered left out."""
    if not units:
        return {}
    adjusted = statistics.adjust_by_class(
        [design[each.unit.id] for each in units],
        [each.answered for each in units],
        [[each.unit.stratum for each in units], [each.unit.response_class for each in units]],
        drawn=[each.unit.drawn for each in units],
    )
    return {each.unit.id: factor for each, factor in zip(units, adjusted.factors.tolist(), strict=True)}


def _step(name: str, units: Sequence[UnitProgress], weights: dict[UUID, float]) -> WeightStep:
    total = sum(weights[each.unit.id] * each.answered for each in units)
    squares = sum(weights[each.unit.id] ** 2 * each.answered for each in units)
    return WeightStep(step=name, total=total, n_eff=total**2 / squares if squares else 0.0)
