"""A round's answers as packed blocks, one for each commune: what the statistics read fastest.

A block is made when it is asked for, of what one commune answered; nothing else of the round is held. The database
hands a village's answers over as the bytes that it sends, so that no answer becomes an object of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex.errors import Refused
from parindex.statistics import MISSING, PackedBlock, SurveyPart, pack, packed_parts
from parindex.store.database import Connection
from parindex.surveys.model import SampleUnit
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results import queries
from parindex.surveys.results.weighting import Weights
from parindex.surveys.rounds.opening import Locked

_HEAD: Final = [(name, ">i4") for name in ("dimensions", "nulls", "type", "length", "first")]
"""What stands before the elements of an array that PostgreSQL sends."""

_SHARES: Final = (0.0, 1.0)
"""Scores of answers of which a share is wanted: the bytes of a block are then the scores themselves."""


class Packing(msgspec.Struct, frozen=True, kw_only=True):
    """How the answers of a round stand in its blocks."""

    items: tuple[str, ...]
    """Codes of the scored items, in the order of the columns of a block."""

    agencies: tuple[str, ...]
    """Agency ids, which the only demographic variable numbers."""

    scores: tuple[float, ...]
    """What an answer counts, 0-1, ascending; a block holds the place of its score here."""


def packing_of(locked: Locked) -> Packing:
    """How the answers of a locked round are packed."""
    codes = {code for place in locked.layout.scored for code in place.codes}
    scores = tuple(sorted({*_SHARES, *(locked.layout.score(code) for code in codes)}))
    assert len(scores) < 256  # an instrument with more answers cannot be read
    return Packing(
        items=tuple(place.item.code for place in locked.layout.scored),
        agencies=tuple(sorted({str(each.unit.agency_id) for each in locked.units})),
        scores=scores,
    )


async def packed_blocks(
    connection: Connection, locked: Locked, packing: Packing, weights: Weights
) -> AsyncIterator[bytes]:
    """Pack the answers to the scored items, with their weights: a block for each commune, by stratum and commune.

    A commune from which nobody answered is non-response and leaves the design; it stands in the round's quality table.
    An answer that is no code of its item (don't know, refused, skipped) is missing. The rows of a village stand in the order of
    their scores, so that the same answers give the same digits whatever order the lock wrote them in.

    Raises:
        Refused: ``round_without_answers``.
    """
    villages = sorted((each.unit for each in locked.units), key=lambda unit: (*_commune(unit), unit.ssu))
    communes = [list(group) for _, group in groupby(villages, key=_commune)]
    commune_of = [number for number, group in enumerate(communes) for _ in group]
    columns = _Columns(locked.layout, packing)
    number, came = -1, list[tuple[SampleUnit, NDArray[np.int8]]]()
    async for row in queries.scored_answers(
        connection, locked.round.id, [village.id for village in villages], columns.first, columns.last
    ):
        if commune_of[row["place"]] != number and came:
            yield pack(_block(packing, communes[number][0], weights, came))
            came = []
        number = commune_of[row["place"]]
        came.append((villages[row["place"]], columns.scored(row["answers"])))
    if not came:
        raise Refused("round_without_answers")
    yield pack(_block(packing, communes[number][0], weights, came))


def scored_part(packing: Packing, blocks: Sequence[bytes]) -> SurveyPart:
    """The rows of some blocks with the score of every answer; the domain is the agency."""
    (part,) = packed_parts(blocks, labels=[packing.agencies], by=[0], rows=sum(map(len, blocks)))
    if packing.scores == _SHARES:
        return part
    table = np.full(256, np.nan)
    table[_bytes(len(packing.scores)).view(np.uint8)] = packing.scores
    return replace(part, items=table[part.items.view(np.uint8)])


def _commune(unit: SampleUnit) -> tuple[str, str]:
    return unit.stratum, unit.psu


def _block(
    packing: Packing, of: SampleUnit, weights: Weights, came: Sequence[tuple[SampleUnit, NDArray[np.int8]]]
) -> PackedBlock:
    """The block of a commune, of which one village is given."""
    rows = [len(scores) for _, scores in came]
    agencies = [packing.agencies.index(str(village.agency_id)) for village, _ in came]
    return PackedBlock(
        stratum=of.stratum,
        unit=of.psu,
        weights=np.repeat([weights.of_unit[village.id] for village, _ in came], rows),
        demographics=np.repeat(np.array([agencies], dtype=np.int16), rows, axis=1),
        items=np.concatenate([scores for _, scores in came]),
    )


def _bytes(scores: int) -> NDArray[np.int8]:
    """The byte that stands for each score: 0 to 127, then −127 to −1."""
    places = np.arange(scores)
    return np.where(places < 128, places, places - 255).astype(np.int8)


class _Columns:
    """The scored items among the answers that the database sends."""

    def __init__(self, layout: AnswerLayout, packing: Packing) -> None:
        places = [place.first for place in layout.scored]
        self.first, self.last = min(places), max(places)
        self._columns = np.array(places) - self.first
        self._row = np.dtype([*_HEAD, ("answers", [("size", ">i4"), ("code", ">i2")], (self.last - self.first + 1,))])
        stored = _bytes(len(packing.scores))
        answers = sorted({place.codes for place in layout.scored}, key=sorted)
        self._kind = np.array([answers.index(place.codes) for place in layout.scored])
        self._table = np.full((len(answers), 1 << 16), MISSING, dtype=np.int8)
        for kind, codes in enumerate(answers):
            for code in codes:
                self._table[kind, code] = stored[packing.scores.index(layout.score(code))]

    def scored(self, sent: bytes) -> NDArray[np.int8]:
        """(n, k) the scores' bytes of the answers from a village, in an order of their own."""
        codes = np.frombuffer(sent, self._row)["answers"]["code"][:, self._columns]
        scores = np.ascontiguousarray(self._table[self._kind, codes.astype(np.int16).view(np.uint16)])
        whole = scores.view(np.dtype((np.void, scores.shape[1]))).ravel()
        return np.asarray(scores[np.argsort(whole, kind="stable")])
