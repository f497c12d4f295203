"""The sample of a survey as a CSV: a village a row, with the chances with which it and its people were drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

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
_PARTS: Final = (("psu_drawn", "psu_population"), ("ssu_drawn", "ssu_population"), ("drawn", "population"))
_SHARED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("stratum",): ("psu_population", "psu_drawn"),
    ("stratum", "psu"): ("psu_name", "psu_probability", "ssu_population", "ssu_drawn"),
}
"""What is the same in all rows of a stratum, and of a commune."""


def read_sample(data: bytes) -> tuple[list[int], list[PlaceDrawn]]:
    """Row numbers and rows of the sample.

    Raises:
        BrokenTable: with every fault: a value that is none, a chance above 1, more drawn than there are, a village
            twice, two chances for one commune.
    """
    faults: list[TableFault] = []
    table = read_table(data, needed=_NEEDED, optional=("response_class",), faults_of_rows=faults)
    if not table.rows and not faults:
        faults.append(fault("table_empty", table.head_row))
    places = [_place(row, faults) for row in table.rows]
    read = [(row.number, place) for row, place in zip(table.rows, places, strict=True) if place is not None]
    faults += _repeated(read)
    for names, values in _SHARED.items():
        faults += _differing(read, names, values)
    if faults:
        raise BrokenTable(sorted(faults, key=lambda one: one.row))
    return [number for number, _ in read], [place for _, place in read]


def _place(row: TableRow, faults: list[TableFault]) -> PlaceDrawn | None:
    before = len(faults)
    values: dict[str, Any] = {name: row.cells[name] for name in _WORDS}
    values |= {name: _number(row, name, numbers.whole, 1, LARGEST, faults) for name in _WHOLE if row.cells[name]}
    if row.cells["psu_probability"]:
        values["psu_probability"] = _number(row, "psu_probability", _chance, 0, 1, faults)
    if given := row.cells.get("response_class"):
        values["response_class"] = given
    faults += [fault("value_missing", row.number, name) for name in _NEEDED if not row.cells[name]]
    for part, whole in _PARTS:
        least, most = values.get(part), values.get(whole)
        if least is not None and most is not None and least > most:
            faults.append(fault("number_outside", row.number, part, found=least, least=1, most=most))
    return PlaceDrawn(**values) if len(faults) == before else None


def _chance(text: str) -> float:
    value = numbers.decimal(text, most=Decimal(1))
    return float(value) if value != 0 else -1.0


def _number(
    row: TableRow, name: str, read: Callable[[str], float], least: int, most: int, faults: list[TableFault]
) -> float | None:
    text = row.cells[name]
    try:
        value = read(text)
    except Complaint as complaint:
        faults.append(fault("cell_refused", row.number, name, why=complaint))
        return None
    if not least <= value <= most:
        faults.append(fault("number_outside", row.number, name, found=text, least=least, most=most))
        return None
    return value


def _repeated(read: Sequence[tuple[int, PlaceDrawn]]) -> list[TableFault]:
    """A village that is drawn in two rows."""
    first: dict[tuple[str, str, str], int] = {}
    faults = []
    for number, place in read:
        earlier = first.setdefault((place.stratum, place.psu, place.ssu), number)
        if earlier != number:
            where = f"{place.stratum}, {place.psu}, {place.ssu}"
            faults.append(fault("rows_repeated", number, place=where, earlier=earlier))
    return faults


def _differing(
    read: Sequence[tuple[int, PlaceDrawn]], names: tuple[str, ...], values: tuple[str, ...]
) -> list[TableFault]:
    """Rows of one stratum or commune that say different things about it."""
    first: dict[tuple[str, ...], tuple[int, PlaceDrawn]] = {}
    faults = []
    for number, place in read:
        key = tuple(getattr(place, name) for name in names)
        earlier, other = first.setdefault(key, (number, place))
        for name in values:
            found, expected = getattr(place, name), getattr(other, name)
            if found != expected:
                told = {"found": found, "expected": expected, "earlier": earlier, "place": ", ".join(key)}
                faults.append(fault("rows_differ", number, name, **told))
    return faults
