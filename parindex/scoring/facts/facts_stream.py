"""Facts of a file an agency at a time, where its rows are together: memory does not grow with the file."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from parindex.reading.encodings import LOOKED_AT, other_form, undecodable
from parindex.scoring.facts.values import AgencyFacts, FactsReader
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import compiled
from parindex.scoring.refusals import Refusal, RefusedFacts


class UnsortedFacts(Exception):
    """The rows of an agency are not together."""

    def __init__(self, agency: str, row: int):
        self.agency, self.row = agency, row
        super().__init__(f"{agency} again in row {row}")


class FactsStream:
    """Reads one file of facts once.

    Args:
        file: Open for reading bytes, at its beginning; it can be rewound.
        criteria_set: What says which facts there are.
    """

    def __init__(self, file: BinaryIO, criteria_set: CriteriaSet):
        self._file = file
        self._reader = FactsReader(compiled(criteria_set))
        self.rows: dict[str, int] = {}
        """First row of each agency that was read."""

    @property
    def refusals(self) -> list[Refusal]:
        """What was refused so far, in the order of the rows."""
        return self._reader.refusals

    def agencies(self) -> Iterator[tuple[str, AgencyFacts]]:
        """Agencies in the order of the file with their facts; nothing that was refused is among them.

        Raises:
            UnsortedFacts: a row of an agency that came before another.
            RefusedFacts: bytes that are not UTF-8.
        """
        beginning = self._file.read(LOOKED_AT)
        self._file.seek(0)
        try:
            if other_form(beginning):
                raise RefusedFacts([self._not_utf8()])
            yield from self._agencies()
        except UnicodeDecodeError:
            raise RefusedFacts([self._not_utf8()]) from None

    def _agencies(self) -> Iterator[tuple[str, AgencyFacts]]:
        reader, done = self._reader, set[str]()
        text = io.TextIOWrapper(self._file, encoding="utf-8-sig", newline="")
        try:
            for row, cells in reader.rows(text):
                reader.row(row, cells)
                if len(reader.facts) > 1:
                    yield self._finished(done)
                    if not done.isdisjoint(reader.facts):
                        raise UnsortedFacts(next(iter(reader.facts)), row)
            if reader.facts:
                yield self._finished(done)
        finally:
            text.detach()

    def _finished(self, done: set[str]) -> tuple[str, AgencyFacts]:
        """The agency that was read first, which is taken out of the reader."""
        agency = next(iter(self._reader.facts))
        done.add(agency)
        self.rows.setdefault(agency, min(row for key, row in self._reader.first.items() if key[0] == agency))
        latest = {key: row for key, row in self._reader.first.items() if key[0] != agency}
        self._reader.first.clear()
        self._reader.first.update(latest)
        return agency, self._reader.facts.pop(agency)

    def _not_utf8(self) -> Refusal:
        """What the file is instead, or the first row that cannot be decoded."""
        self._file.seek(0)
        if found := other_form(self._file.read(LOOKED_AT)):
            return Refusal(code="not_utf8", values={"found": found}, row=1)
        self._file.seek(0)
        row, byte = undecodable(self._file) or (1, "")
        return Refusal(code="not_utf8", values={"found": byte}, row=row)
