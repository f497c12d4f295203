"""Packed answers: one block of bytes for each unit of the first stage, which is read many times faster than rows.

A block is little-endian: ``PXB1``; rows, items and variables as three uint32; the population count of the unit's
stratum as a float64, NaN where not given; the lengths of stratum and unit in bytes as two uint32 and both names in
UTF-8; then weights (rows × float64), demographic codes (variables × rows × int16, −1 missing) and answers
(rows × items × int8, −128 missing). Reading makes views of the bytes: nothing is parsed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.at_scale.survey_parts import Key, SurveyPart, in_natural_order
from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers

MAGIC: Final = b"PXB1"
HEAD: Final = struct.Struct("<4s3Id2I")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBlock:
    """The answers of one unit of the first stage."""

    stratum: str
    """Its stratum."""
    unit: str
    """Its name, unique in the stratum."""
    population: float = float("nan")
    """Units that the stratum has; NaN where the stage counts as drawn with replacement."""
    weights: Floats
    """(n,) weights."""
    demographics: NDArray[np.int16]
    """(v, n) code of each variable, −1 where missing."""
    items: NDArray[np.int8]
    """(n, k) answers, ``MISSING`` where there is none."""


def pack(block: PackedBlock) -> bytes:
    """The bytes of a block.

    >>> block = PackedBlock(stratum="a", unit="1", weights=np.ones(2), demographics=np.zeros((1, 2), np.int16),
    ...               items=np.array([[1], [-128]], np.int8))
    >>> len(pack(block)), unpack(pack(block)).items.ravel().tolist()
    (56, [1, -128])
    """
    n, k = block.items.shape
    variables = len(block.demographics)
    if block.weights.shape != (n,) or block.demographics.shape != (variables, n):
        raise StatisticsError("length_differs", column="block", rows=n, found=block.weights.shape)
    stratum, unit = block.stratum.encode(), block.unit.encode()
    return b"".join(
        (
            HEAD.pack(MAGIC, n, k, variables, block.population, len(stratum), len(unit)),
            stratum,
            unit,
            block.weights.astype("<f8").tobytes(),
            block.demographics.astype("<i2").tobytes(),
            block.items.astype("i1").tobytes(),
        )
    )


def unpack(data: bytes) -> PackedBlock:
    """The block of some bytes.

    Raises:
        StatisticsError: ``block_broken`` where the bytes are no block or are cut off.
    """
    n, k, variables, population, middle, names, codes, answers = _places(data)
    return PackedBlock(
        stratum=data[HEAD.size : middle].decode(),
        unit=data[middle:names].decode(),
        population=population,
        weights=np.frombuffer(data, "<f8", n, names),
        demographics=np.frombuffer(data, "<i2", n * variables, codes).reshape(variables, n),
        items=np.frombuffer(data, "i1", n * k, answers).reshape(n, k),
    )


def _places(data: bytes) -> tuple[int, int, int, float, int, int, int, int]:
    """Rows, items, variables, population; where the unit's name, weights, codes and answers begin."""
    if len(data) < HEAD.size or data[:4] != MAGIC:
        raise StatisticsError("block_broken", size=len(data))
    _, n, k, variables, population, first, second = HEAD.unpack_from(data)
    weights = HEAD.size + first + second
    codes = weights + 8 * n
    answers = codes + 2 * n * variables
    if len(data) != answers + n * k:
        raise StatisticsError("block_broken", size=len(data), expected=answers + n * k)
    return n, k, variables, population, HEAD.size + first, weights, codes, answers


def packed_parts(
    blocks: Iterable[bytes], *, labels: Sequence[Sequence[str]] = (), by: Sequence[int] = (), rows: int = 65_536
) -> Iterator[SurveyPart]:
    """Parts of blocks; a unit is never cut.

    Args:
        blocks: Packed blocks.
        labels: Of each demographic variable the values that its codes number from 0.
        by: The variables whose crossing is the domain; none: one domain.
        rows: Rows of a part, at least.

    Raises:
        StatisticsError: ``block_broken``; ``code_unknown`` where a code has no label.
    """
    crossing = Crossing.of(labels, by)
    waiting: list[bytes] = []
    held = 0
    for data in blocks:
        waiting.append(data)
        held += _places(data)[0]
        if held >= rows:
            yield part_of_blocks(waiting, crossing)
            waiting, held = [], 0
    if waiting:
        yield part_of_blocks(waiting, crossing)


@dataclass(frozen=True, slots=True)
class Crossing:
    """The domains that codes of some variables make."""

    by: tuple[int, ...]
    """The variables."""
    sizes: tuple[int, ...]
    """Labels of each."""
    keys: tuple[Key, ...]
    """All crossings, in natural order."""
    place: Integers
    """Place in ``keys`` of each crossing in the order of the codes."""

    @classmethod
    def of(cls, labels: Sequence[Sequence[str]], by: Sequence[int]) -> Crossing:
        """The domains of some variables, with the labels of all."""
        plain = list(product(*(labels[variable] for variable in by)))
        keys = in_natural_order(plain)
        place = {key: at for at, key in enumerate(keys)}
        return cls(tuple(by), tuple(len(labels[v]) for v in by), keys, np.array([place[key] for key in plain]))

    def domain(self, demographics: Sequence[NDArray[np.int16]], rows: int) -> Integers:
        """(rows,) place of each row's crossing, −1 where a code is missing."""
        number = np.zeros(rows, dtype=np.int64)
        inside = np.ones(rows, dtype=bool)
        for variable, size in zip(self.by, self.sizes, strict=True):
            codes = demographics[variable]
            if codes.max(initial=-1) >= size:
                raise StatisticsError("code_unknown", variable=variable, found=int(codes.max()))
            inside &= codes >= 0
            number = number * size + np.maximum(codes, 0)
        return np.where(inside, self.place[number], -1)


def part_of_blocks(blocks: Sequence[bytes], crossing: Crossing) -> SurveyPart:
    """The rows of some packed blocks, one after the other.

    Raises:
        StatisticsError: ``block_broken``, ``code_unknown``; ``parts_differ`` where blocks have other items or variables.
    """
    places = [_places(data) for data in blocks]
    sizes = [n for n, *_ in places]
    shapes = {(k, variables) for _, k, variables, *_ in places}
    if len(shapes) > 1:
        raise StatisticsError("parts_differ", frames=sorted(map(str, shapes)))
    ((k, variables),) = shapes
    pairs = list(zip(blocks, places, strict=True))
    weights = b"".join([data[place[5] : place[6]] for data, place in pairs])
    answers = b"".join([data[place[7] :] for data, place in pairs])
    codes = [
        b"".join([data[at[6] + 2 * at[0] * v : at[6] + 2 * at[0] * (v + 1)] for data, at in pairs])
        for v in range(variables)
    ]
    population = np.array([place[3] for place in places])
    counted = not np.isnan(population).any()
    strata = np.array([data[HEAD.size : place[4]].decode() for data, place in pairs])
    units = np.array([data[place[4] : place[5]].decode() for data, place in pairs])
    return SurveyPart(
        weights=np.frombuffer(weights, "<f8"),
        items=np.frombuffer(answers, "i1").reshape(-1, k),
        strata=np.repeat(strata, sizes),
        stages=(np.repeat(units, sizes),),
        counts=(np.repeat(population, sizes),) if counted else (),
        domain=crossing.domain([np.frombuffer(values, "<i2") for values in codes], sum(sizes)),
        keys=crossing.keys,
    )


def blocks_of(part: SurveyPart, demographics: NDArray[np.int16] | None = None) -> Iterator[PackedBlock]:
    """The blocks of a part whose items are bytes, one for each unit of the first stage.

    Args:
        part: Rows in any order, with one stage or more; the first is packed.
        demographics: (v, n) codes of the rows; ``None``: the part's domain.

    Raises:
        StatisticsError: ``items_not_bytes``.
    """
    if part.items.dtype != np.int8:
        raise StatisticsError("items_not_bytes", found=str(part.items.dtype))
    codes = part.domain[None, :].astype(np.int16) if demographics is None else demographics
    order = np.lexsort((part.stages[0], part.strata))
    strata, units = part.strata[order], part.stages[0][order]
    starts = np.flatnonzero(np.concatenate([[True], (strata[1:] != strata[:-1]) | (units[1:] != units[:-1])]))
    for rows in np.split(order, starts[1:]):
        first = rows[0]
        yield PackedBlock(
            stratum=str(part.strata[first]),
            unit=str(part.stages[0][first]),
            population=float(part.counts[0][first]) if part.counts else float("nan"),
            weights=part.weights[rows],
            demographics=codes[:, rows],
            items=part.items[rows],
        )
