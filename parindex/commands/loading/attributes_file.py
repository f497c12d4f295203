"""What a set asks of the agencies themselves, as a CSV ``agency,name,value``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from parindex.scoring import CriteriaSet, Refusal, RefusedFacts, write_value
from parindex.scoring.facts.values import FactsReader
from parindex.scoring.law.inputs import DAYS_LATE
from parindex.scoring.points.compiled import compiled


class AgencyAttributes(msgspec.Struct, frozen=True, kw_only=True):
    """Attributes of one agency."""

    row: int
    """First row that names it, from 1."""

    values: Mapping[str, str]
    """Canonical text by name, without ``@``."""

    ranked: bool = True
    """False: scored, not ranked."""


def read_attributes(
    data: bytes, criteria_set: CriteriaSet, sheet: str | None = None
) -> tuple[dict[str, AgencyAttributes], list[Refusal]]:
    """Attributes by agency, and every row that is refused: an unknown name, a value that is none, a fact of a leaf."""
    reader = FactsReader(compiled(criteria_set))
    try:
        facts = reader.read(data, sheet)
    except RefusedFacts as refused:
        return {}, list(refused.refusals)
    first: dict[str, int] = {}
    for (agency, _), row in reader.first.items():
        first.setdefault(agency, row)
    attributes: dict[str, AgencyAttributes] = {}
    for agency, given in facts.items():
        values = {name.removeprefix("@"): write_value(value) for name, value in given.items() if name[:1] == "@"}
        ranked = values.pop("ranked", "true") != "false"
        attributes[agency] = AgencyAttributes(row=first[agency], values=values, ranked=ranked)
    others = [
        Refusal(code="not_attribute", values={"found": name}, row=row, agency=agency)
        for (agency, name), row in reader.first.items()
        if (name[:1] != "@" or name == f"@{DAYS_LATE}") and name in facts.get(agency, {})
    ]
    return attributes, sorted([*reader.refusals, *others], key=lambda one: one.row or 0)
