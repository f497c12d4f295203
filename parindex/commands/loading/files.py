"""The files that a year names, read together: what they hold, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from parindex.agencies.importing import AgencyRow, read_rows
from parindex.assessments.owners import owner_lists
from parindex.assessments.owners.owner_lists import OwnerRow
from parindex.commands.failures import JUDGED, UNREADABLE, exit_code_of, rows_of
from parindex.commands.frameworks import framework_of
from parindex.commands.loading.attributes_file import AgencyAttributes, read_attributes
from parindex.commands.loading.faults import BrokenYear, LoadFault
from parindex.commands.loading.sample_file import PlaceDrawn, SampleRead, sample_read
from parindex.commands.loading.year_file import YearFile
from parindex.commands.loading.year_reading import YearRead, read_year
from parindex.commands.reading import Unreadable, contents
from parindex.errors import Refused
from parindex.messages import N_, Failure
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import BrokenTable, TableFault, decoded
from parindex.reading.text import nfc
from parindex.scoring import BrokenSet, CriteriaSet, check_bytes
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire.instrument import Instrument
from parindex.surveys.questionnaire.strict_yaml import BrokenDocument

FileContent = TypeVar("FileContent")
LIMIT: Final = 20_000_000
"""Bytes that one file may have."""


class YearFiles(msgspec.Struct, frozen=True, kw_only=True):
    """A year with the content of its files; what is wrong in one leaves the others as they are."""

    read: YearRead
    """The file that names the others."""

    agencies: tuple[AgencyRow, ...] | None
    """The registry, with rows; none where no list is named or it is broken."""

    criteria: tuple[CriteriaSet, str] | None
    """The set and the text that it was read from."""

    attributes: Mapping[str, AgencyAttributes] | None
    """What the set asks of agencies, by code."""

    owners: tuple[OwnerRow, ...] | None
    """Which body declares which leaf of whose sheet; none where no list is named or it is broken."""

    instrument: tuple[Instrument, str] | None
    """The questionnaire and its text."""

    sample: tuple[tuple[int, PlaceDrawn], ...] | None
    """Places that were drawn, with their rows; none where anything in the file is wrong."""

    agencies_of_sample: tuple[tuple[int, str], ...]
    """Codes that its rows name, with the rows, also of a file in which something else is wrong."""

    faults: tuple[LoadFault, ...]
    """Everything that is wrong in any of the files."""

    @property
    def year(self) -> YearFile:
        """What the file of the year says."""
        return self.read.year

    def name_of(self, where: str) -> str:
        """What a file is called, by where the year names it."""
        return str(Path(self.read.file).parent / self.read.names[where])


def read_files(path: Path) -> YearFiles:
    """The file of a year and all that it names.

    Raises:
        BrokenYear: the file of the year itself cannot be read.
    """
    try:
        data = bounded_contents(path)
    except Unreadable as error:
        raise BrokenYear([LoadFault(file=str(path), what=error, exit_code=UNREADABLE)]) from None
    return _Reader(path, read_year(path, data)).files()


def bounded_contents(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Unreadable: it is not there, may not be read, or is too large.
    """
    try:
        if path.stat().st_size > LIMIT:
            raise Unreadable(N_("%(path)s lớn hơn %(limit)s byte."), path=path, limit=LIMIT)
    except (OSError, ValueError):
        # Whoever reads it says why it cannot be read.
        return contents(path)
    return contents(path)


class _Reader:
    """Reads the files one by one, and goes on where one is broken."""

    def __init__(self, path: Path, read: YearRead) -> None:
        self.folder = path.parent
        self.read = read
        self.faults = list(read.faults)

    def files(self) -> YearFiles:
        agencies = self._file("agencies", self._agencies)
        criteria = self._file("cycle.criteria", self._criteria)
        attributes = None
        if criteria is not None:
            attributes = self._file("cycle.attributes", lambda data, name: self._attributes(data, name, criteria[0]))
        owners = self._file("cycle.owners", self._owners)
        instrument = self._file("survey.instrument", self._instrument)
        sample = self._file("survey.sample", self._sample)
        return YearFiles(
            read=self.read, agencies=agencies, criteria=criteria, attributes=attributes, owners=owners,
            instrument=instrument, sample=sample.places if sample and not sample.faults else None,
            agencies_of_sample=sample.agencies if sample else (), faults=tuple(self.faults),
        )  # fmt: skip

    def _file(self, where: str, read: Callable[[bytes, str], FileContent | None]) -> FileContent | None:
        if where not in self.read.names:
            return None
        path = self.folder / self.read.names[where]
        try:
            return read(bounded_contents(path), str(path))
        except Unreadable as error:
            said = Failure(N_("%(name)s: %(why)s"), name=where, why=error)
            self.faults.append(self.read.fault(where, said, exit_code=UNREADABLE))
            return None

    def _agencies(self, data: bytes, name: str) -> tuple[AgencyRow, ...] | None:
        try:
            return tuple(read_rows(data, self.read.sheets.get("agencies")))
        except Refused as refused:
            self._refused(name, refused)
            return None

    def _owners(self, data: bytes, name: str) -> tuple[OwnerRow, ...] | None:
        try:
            read = owner_lists.read_owners(data, self.read.sheets.get("cycle.owners"))
        except Refused as refused:
            self._refused(name, refused)
            return None
        self._of_table(name, rows_of(read.defects))
        return None if read.defects else read.rows

    def _refused(self, name: str, refused: Refused) -> None:
        faults = rows_of(refused.fields)
        self._of_table(name, faults)
        if not faults:
            said = Complaint(refused.code, **refused.values)
            self.faults.append(LoadFault(file=name, what=said, exit_code=UNREADABLE))

    def _criteria(self, data: bytes, name: str) -> tuple[CriteriaSet, str] | None:
        try:
            framework = framework_of(data, Path(name))
        except BrokenSet as broken:
            self.faults += [
                LoadFault(file=one.file, what=one, line=one.line, exit_code=exit_code_of([one]))
                for one in broken.defects
            ]
            return None
        checked = check_bytes(data, name, framework)
        wrong = [*checked.defects, *checked.unappraised]
        self.faults += [LoadFault(file=name, what=one, line=one.line, exit_code=exit_code_of([one])) for one in wrong]
        return None if checked.criteria_set is None or wrong else (checked.criteria_set, self._text(data))

    def _attributes(self, data: bytes, name: str, criteria_set: CriteriaSet) -> dict[str, AgencyAttributes] | None:
        try:
            attributes, refusals = read_attributes(data, criteria_set, self.read.sheets.get("cycle.attributes"))
        except BrokenTable as broken:
            self._of_table(name, broken.faults)
            return None
        self.faults += [
            LoadFault(file=name, what=one, line=one.row or 0, exit_code=exit_code_of([one])) for one in refusals
        ]
        return None if refusals else attributes

    def _instrument(self, data: bytes, name: str) -> tuple[Instrument, str] | None:
        try:
            source = self._text(data)
            return loading.load(name, source), source
        except BrokenTable as broken:
            self._of_table(name, broken.faults)
        except BrokenDocument as error:
            self.faults.append(LoadFault(file=name, what=error, exit_code=JUDGED))
        return None

    def _sample(self, data: bytes, name: str) -> SampleRead:
        sample = sample_read(data, self.read.sheets.get("survey.sample"))
        self._of_table(name, sample.faults)
        return sample

    def _of_table(self, name: str, faults: Sequence[TableFault]) -> None:
        self.faults += [LoadFault(file=name, what=one, line=one.row, exit_code=exit_code_of([one])) for one in faults]

    def _text(self, data: bytes) -> str:
        return nfc(decoded(data))
