"""A file of facts: what it holds, or everything in it that is refused."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from parindex.scoring.facts.values import AgencyFacts, FactsByAgency, FactsReader
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import compiled
from parindex.scoring.points.scores import refused_leaves
from parindex.scoring.refusals import Refusal, RefusedFacts


def read_facts(source: str | Path | bytes, criteria_set: CriteriaSet) -> FactsByAgency:
    """Facts of a CSV by agency, agencies in the order of their first row.

    Raises:
        RefusedFacts: with every refused row, and every leaf that the other rows give points outside 0…max or a
            division by zero: whoever mends the file sees all of it at once.
        OSError: the file cannot be read.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    return facts_with_rows(data, criteria_set)[0]


def facts_with_rows(
    data: bytes, criteria_set: CriteriaSet, sheet: str | None = None
) -> tuple[FactsByAgency, dict[str, int]]:
    """The same with the first row of each agency.

    Args:
        data: A CSV or a workbook.
        criteria_set: What says which facts there are.
        sheet: The sheet of a workbook; ``None``: the one that holds facts.

    Raises:
        RefusedFacts, BrokenTable: as `read_facts` does.
    """
    reader = FactsReader(compiled(criteria_set))
    facts = reader.read(data, sheet)
    if reader.refusals:
        raise RefusedFacts([*reader.refusals, *refused(criteria_set, facts.items())])
    first: dict[str, int] = {}
    for (agency, _), row in reader.first.items():
        first.setdefault(agency, row)
    return facts, first


def refused(criteria_set: CriteriaSet, facts: Iterable[tuple[str, AgencyFacts]]) -> list[Refusal]:
    """Every refused leaf of every agency."""
    return [
        msgspec.structs.replace(refusal, agency=agency)
        for agency, own in facts
        for refusal in refused_leaves(criteria_set, own)
    ]
