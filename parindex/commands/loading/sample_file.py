"""The sample of a survey as a CSV: a village a row, with the chances with which it and its people were drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex.messages import N_, Message, listed
from parindex.reading import numbers
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import BrokenTable, TableFault, fault
from parindex.reading.tables import TableRow, read_table

LARGEST: Final = 2**31 - 1


class PlaceDrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of the sample: a village with the chances with which it and its people were drawn."""

    agency: str
    """Code of the agency about which people here are asked."""

    stratum: str
    """Stratum of the first stage."""

    psu: str
    """Code of the commune, unique in the stratum."""

    psu_name: str
    """Its name."""

    ssu: str
    """Code of the village, unique in the commune."""

    ssu_name: str
    """Its name."""

    psu_population: int
    """Communes in the stratum."""

    psu_drawn: int
    """Communes drawn in the stratum."""

    psu_probability: float
    """Chance with which the commune was drawn, 0-1."""

    ssu_population: int
    """Villages in the commune."""

    ssu_drawn: int
    """Villages drawn in the commune."""

    population: int
    """Adults in the village."""

    drawn: int
    """People drawn in the village."""

    response_class: str = "all"
    """Class in which non-response is adjusted."""


_WHOLE: Final = ("psu_population", "psu_drawn", "ssu_population", "ssu_drawn", "population", "drawn")
_WORDS: Final = ("agency", "stratum", "psu", "psu_name", "ssu", "ssu_name")
_NEEDED: Final = tuple(field.name for field in msgspec.structs.fields(PlaceDrawn) if field.name != "response_class")
_CHANCE: Final = "psu_probability"
_NUMBERS: Final = (*_WHOLE, _CHANCE)
_PARTS: Final = (("psu_drawn", "psu_population"), ("ssu_drawn", "ssu_population"), ("drawn", "population"))
_SHARED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("stratum",): ("psu_population", "psu_drawn"),
    ("stratum", "psu"): ("psu_name", "psu_probability", "ssu_population", "ssu_drawn"),
}
"""What is the same in all rows of a stratum, and of a commune."""


_RowRead = tuple[int, dict[str, Any]]
"""A row and what of it can be taken."""


class SampleRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of a sample says, and everything that is wrong in it."""

    places: tuple[tuple[int, PlaceDrawn], ...]
    """Places with their rows."""

    agencies: tuple[tuple[int, str], ...]
    """Code of the agency of each row that names one, also where something else in the row is wrong."""

    faults: tuple[TableFault, ...]
    """Everything that cannot be taken, row by row."""


def read_sample(data: bytes) -> tuple[list[int], list[PlaceDrawn]]:
    """Row numbers and rows of the sample.

    Raises:
        BrokenTable: with every fault: a value that is none, a chance of 0 or above 1, more drawn than there are, a
            village twice, two chances for one commune.
    """
    sample = sample_read(data)
    if sample.faults:
        raise BrokenTable(sample.faults)
    return [number for number, _ in sample.places], [place for _, place in sample.places]


def sample_read(data: bytes, sheet: str | None = None) -> SampleRead:
    """The sample with its faults; a table of which nothing can be read has faults only."""
    faults: list[TableFault] = []
    try:
        table = read_table(data, needed=_NEEDED, optional=("response_class",), faults_of_rows=faults, sheet=sheet)
    except BrokenTable as broken:
        return SampleRead(places=(), agencies=(), faults=broken.faults)
    if not table.rows and not faults:
        faults.append(fault("table_empty", table.head_row))
    rows = [(row.number, _values(row, faults)) for row in table.rows]
    faults += _repeated(rows)
    for names, values in _SHARED.items():
        faults += _differing(rows, names, values)
    whole = [(number, PlaceDrawn(**values)) for number, values in rows if set(_NEEDED) <= set(values)]
    return SampleRead(
        places=tuple(whole),
        agencies=tuple((number, values["agency"]) for number, values in rows if "agency" in values),
        faults=tuple(sorted(faults, key=lambda one: one.row)),
    )


def _values(row: TableRow, faults: list[TableFault]) -> dict[str, Any]:
    """What a row says, without what cannot be taken."""
    given = {name: text for name, text in row.cells.items() if text}
    values: dict[str, Any] = {name: given[name] for name in (*_WORDS, "response_class") if name in given}
    for name in _NUMBERS:
        if name in given and (value := _number(row, name, faults)) is not None:
            values[name] = value
    faults += [fault("value_missing", row.number, name) for name in _NEEDED if row.cells.get(name) == ""]
    for part, whole in _PARTS:
        least, most = values.get(part), values.get(whole)
        if least is not None and most is not None and least > most:
            faults.append(fault("number_outside", row.number, part, found=least, range=_range(most)))
    return values


def _number(row: TableRow, name: str, faults: list[TableFault]) -> float | None:
    text, chance = row.cells[name], name == _CHANCE
    most = 1 if chance else LARGEST
    try:
        value = float(numbers.decimal(text, most=Decimal(1))) if chance else numbers.whole(text)
    except Complaint as complaint:
        if chance:
            faults.append(fault("cell_refused", row.number, name, why=complaint))
            return None
        value = 0
    if 0 < value <= most:
        return value
    wanted = Message(N_("lớn hơn 0, nhiều nhất 1")) if chance else _range(most)
    faults.append(fault("number_outside", row.number, name, found=text, range=wanted))
    return None


def _range(most: int) -> Message:
    return Message(N_("số nguyên từ %(least)s đến %(most)s"), least=1, most=most)


def _repeated(read: Sequence[_RowRead]) -> list[TableFault]:
    """A village that is drawn in two rows."""
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for number, values in read:
        key = _key(values, ("stratum", "psu", "ssu"))
        if key is not None and (earlier := first.setdefault(key, number)) != number:
            faults.append(fault("rows_repeated", number, place=listed(key), earlier=earlier))
    return faults


def _differing(read: Sequence[_RowRead], names: tuple[str, ...], compared: tuple[str, ...]) -> list[TableFault]:
    """Rows of one stratum or commune that say different things about it; what cannot be taken says nothing."""
    first: dict[tuple[str, ...], dict[str, tuple[int, object]]] = {}
    faults = []
    for number, values in read:
        key = _key(values, names)
        for name in compared:
            if key is None or name not in values:
                continue
            earlier, expected = first.setdefault(key, {}).setdefault(name, (number, values[name]))
            if values[name] != expected:
                told = {"found": values[name], "expected": expected, "earlier": earlier, "place": listed(key)}
                faults.append(fault("rows_differ", number, name, **told))
    return faults


def _key(values: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...] | None:
    return tuple(values[name] for name in names) if all(name in values for name in names) else None
