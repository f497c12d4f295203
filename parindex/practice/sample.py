"""A simulated sample of villages: communes with probability proportional to size, two villages in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import numpy as np

from parindex.store.ids import new_id
from parindex.surveys.model import SampleUnit

COMMUNES: Final = 12
"""Communes drawn in a province at least."""

VILLAGES: Final = 2
"""Villages drawn in a commune."""

KINDS: Final = ("Xã", "Phường")


def draw(
    agencies: Mapping[str, UUID], respondents: int, random: np.random.Generator
) -> tuple[list[SampleUnit], list[int]]:
    """Draw communes and villages of every province.

    Args:
        agencies: Provinces by code; each is a stratum.
        respondents: Answers wanted in all.
        random: Seeded generator.

    Returns:
        Units, and how many people answer in each: together exactly ``respondents``.
    """
    sizes = np.exp(random.normal(0, 0.35, len(agencies)))
    per_province = _shares(sizes / sizes.sum(), respondents, random)
    units: list[SampleUnit] = []
    answered: list[int] = []
    for (code, agency_id), people in zip(agencies.items(), per_province, strict=True):
        communes = COMMUNES + int(random.integers(0, 5))
        counts = _shares(np.full(communes * VILLAGES, 1 / (communes * VILLAGES)), int(people), random)
        units += _province(code, agency_id, communes, counts, random)
        answered += [int(count) for count in counts]
    return units, answered


def _shares(parts: np.ndarray, total: int, random: np.random.Generator) -> list[int]:
    """Whole numbers near ``parts * total`` that add up to ``total``; none is 0 where there is one for each."""
    least = 1 if total >= len(parts) else 0
    near = np.maximum(least, np.floor(parts * total * random.uniform(0.85, 1.15, len(parts)))).astype(int)
    counts = [int(count) for count in near]
    place = 0
    while (rest := total - sum(counts)) != 0:
        step = 1 if rest > 0 else -1
        if counts[place % len(counts)] + step >= least:
            counts[place % len(counts)] += step
        place += 1
    return counts


def _province(
    code: str, agency_id: UUID, communes: int, answered: list[int], random: np.random.Generator
) -> list[SampleUnit]:
    """The units of one province."""
    frame = int(random.integers(60, 130))
    size = np.exp(random.normal(9.1, 0.45, frame))
    size = np.minimum(size, size.sum() / (communes * 1.5))
    probability = communes * size / size.sum()
    chosen = systematic(probability, random)
    units = []
    for k, commune in enumerate(chosen):
        villages = int(random.integers(6, 21))
        kind = KINDS[int(random.random() < 0.3)]
        response = float(random.uniform(0.78, 0.98))
        for village in range(VILLAGES):
            came = answered[k * VILLAGES + village]
            adults = max(200, int(size[commune] / villages * random.uniform(0.8, 1.2)), came * 2)
            units.append(SampleUnit(
                id=new_id(), agency_id=agency_id, stratum=code, psu=f"{code}-{commune + 1:03}",
                psu_name=f"{kind} số {commune + 1}", ssu=f"{village + 1}", ssu_name=f"Thôn {village + 1}",
                psu_population=frame, psu_drawn=communes, psu_probability=float(probability[commune]),
                ssu_population=villages, ssu_drawn=VILLAGES, population=adults,
                drawn=min(adults, max(1, int(np.ceil(came / response)))), response_class=f"{code}-{kind}",
            ))  # fmt: skip
    return units


def systematic(probability: np.ndarray, random: np.random.Generator) -> list[int]:
    """Systematic selection in random order, each unit with its own probability.

    >>> chosen = systematic(np.full(10, 0.3), np.random.default_rng(1))
    >>> len(chosen), len(set(chosen))
    (3, 3)
    """
    order = random.permutation(len(probability))
    ends = np.cumsum(probability[order])
    count = round(float(ends[-1]))
    points = (random.random() + np.arange(count)) * (ends[-1] / count)
    return [int(place) for place in order[np.searchsorted(ends, points, side="right")]]
