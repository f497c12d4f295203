"""A round's answers as packed blocks, one for each commune: what the statistics read fastest.

A cache that can be made again from the responses of a locked round at any time; nothing else reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex.statistics import MISSING, PackedBlock, pack
from parindex.store.database import Connection
from parindex.surveys.model import SampleUnit, UnitProgress
from parindex.surveys.questionnaire.answer_layout import Layout
from parindex.surveys.results.weighting import weigh
from parindex.surveys.rounds import opening


class Packed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answers of a round, packed."""

    items: tuple[str, ...]
    """Codes of the scored items, in the order of the columns of a block."""

    agencies: tuple[str, ...]
    """Agency ids, which the first demographic variable numbers."""

    blocks: tuple[bytes, ...]
    """One for each commune that was drawn, by stratum and commune."""


async def packed_blocks(connection: Connection, round_id: UUID) -> Packed:
    """Pack the answers to the scored items of a locked round, with their weights.

    A commune from which nobody answered is a block with one row of weight 0, so that it stays in the design. An answer
    that is no code of its item (don't know, refused, skipped) is missing.

    Raises:
        Refused: ``round_not_locked``, ``round_without_answers``.
    """
    locked = await opening.locked(connection, round_id)
    return _packed(locked.layout, locked.units, await opening.scored_answers(connection, locked))


def _packed(layout: Layout, units: Sequence[UnitProgress], answers: Sequence[Any]) -> Packed:
    weights = weigh(units).of_unit
    agencies = tuple(sorted({str(each.unit.agency_id) for each in units}))
    communes: dict[tuple[str, str], list[SampleUnit]] = {}
    for each in units:
        communes.setdefault((each.unit.stratum, each.unit.psu), []).append(each.unit)
    came: dict[UUID, list[Any]] = {}
    for row in answers:
        came.setdefault(row["sample_unit"], []).append(row["answers"])
    blocks = []
    for (stratum, psu), villages in sorted(communes.items()):
        of_row = [village for village in villages for _ in came.get(village.id, ())]
        rows = [row for village in villages for row in came.get(village.id, ())]
        if not rows:
            blocks.append(_silent(stratum, psu, len(layout.scored)))
            continue
        block = PackedBlock(
            stratum=stratum,
            unit=psu,
            weights=np.array([weights[village.id] for village in of_row]),
            demographics=np.array([[agencies.index(str(village.agency_id)) for village in of_row]], dtype=np.int16),
            items=_codes(layout, rows),
        )
        blocks.append(pack(block))
    return Packed(items=tuple(place.item.code for place in layout.scored), agencies=agencies, blocks=tuple(blocks))


def _codes(layout: Layout, rows: Sequence[Sequence[int | None]]) -> NDArray[np.int8]:
    """(n, k) codes of the scored items."""
    offset = min(place.first for place in layout.scored)
    given = np.array([[MISSING if value is None else value for value in row] for row in rows], dtype=np.int16)
    columns = []
    for place in layout.scored:
        column = given[:, place.first - offset]
        columns.append(np.where(np.isin(column, list(place.codes)), column, MISSING))
    return np.column_stack(columns).astype(np.int8)


def _silent(stratum: str, psu: str, items: int) -> bytes:
    return pack(
        PackedBlock(
            stratum=stratum,
            unit=psu,
            weights=np.zeros(1),
            demographics=np.full((1, 1), -1, dtype=np.int16),
            items=np.full((1, items), MISSING, dtype=np.int8),
        )
    )
