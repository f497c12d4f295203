"""Codes of strata, sample units and domains that look alike: they are taken as different, which may be a slip of the hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from parindex.commands.estimation.design import DesignFile
from parindex.commands.estimation.tables import DataTable
from parindex.messages import Message
from parindex.reading.lookalikes import foreign_letter, twins
from parindex.text import N_
from parindex.wording.lookalikes import alike

COLUMN = N_("cột %(name)s, giá trị")


def lookalike_codes(table: DataTable, wanted: DesignFile, also: Sequence[str] = ()) -> list[Message]:
    """Values that look alike, as ``4`` beside ``4.0``, with the first row of each; each column once.

    Args:
        table: The data.
        wanted: Names strata, units and domains.
        also: Further columns whose values are groups.
    """
    columns = [*([] if wanted.strata is None else [wanted.strata]), *wanted.stages]
    columns += [name for entry in wanted.estimates for name in entry.by]
    columns += also
    notes: list[Message] = []
    for name in dict.fromkeys(columns):
        names = table.named(name).names
        if any(map(foreign_letter, names)) or next(twins((one, one) for one in names), None):
            notes += _told(table, name, names)
    return notes


def _told(table: DataTable, name: str, names: Sequence[str]) -> list[Message]:
    codes = table.named(name).codes
    met, first = np.unique(codes, return_index=True)
    rows = {int(code): int(row) for code, row in zip(met, first, strict=True)}
    place = N_("%(source)s, dòng %(row)s")
    named = [
        (Message(place, source=table.source, row=str(table.lines_of([rows[code]], name)[0])), one)
        for code, one in enumerate(names)
        if code in rows
    ]
    notes = alike(COLUMN, named)
    for note in notes:
        if isinstance(what := note.values.get("what"), Message):
            what.values["name"] = name
    return notes
