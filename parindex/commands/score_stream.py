"""``parindex score`` of a file whose rows are sorted by agency: an agency at a time, whatever its size.

Ranks need every index, so rows wait in a temporary file until the last agency is scored. That also keeps standard
output empty where facts are refused.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import msgspec

from parindex.commands.reading import no_access, said
from parindex.commands.score_notes import AGENCY, COLUMN, Flagged, of_groups, tell, twins_of
from parindex.papers import csv_file

if TYPE_CHECKING:
    from parindex.scoring import AgencyFacts, AgencyScore, CriteriaSet, Refusal
    from parindex.scoring.facts.facts_stream import FactsStream

BATCH = 256
"""Agencies that are scored together."""
PAUSE = 5.0
"""Seconds between two lines of progress; a shorter run tells nothing."""


class Standing(msgspec.Struct, frozen=True):
    """What ranks need of one agency."""

    index: int | None
    """Scaled; None without index, or where it is not ranked."""
    group: Any
    """Its value of the attribute within which it is ranked too."""


def streams(arguments: argparse.Namespace) -> bool:
    """Whether this way of asking can be answered an agency at a time."""
    plain = arguments.format == "csv" and arguments.reasons == "none" and arguments.what_if is None
    plain = plain and arguments.sheet is None
    return plain and bool(arguments.facts.is_file()) and not _is_workbook(arguments.facts)


def _is_workbook(path: Path) -> bool:
    """A workbook is read whole: it is bounded."""
    from parindex.reading.workbook_rows import is_workbook

    with contextlib.suppress(OSError), path.open("rb") as file:
        return is_workbook(file.read(8))
    return False


def parts(arguments: argparse.Namespace, criteria_set: CriteriaSet) -> Iterator[str] | None:
    """The CSV of all agencies, a row at a time; None, with a note, where the rows of an agency are not together.

    Raises:
        RefusedFacts: with every refused row and every refused leaf.
        Unreadable: the file cannot be read.
    """
    from parindex.reading.csv_rows import BrokenTable, fault
    from parindex.scoring.facts.facts_stream import FactsStream, UnsortedFacts

    with contextlib.ExitStack() as stack:
        waiting = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline=""))
        try:
            with open(arguments.facts, "rb") as file:
                stream = FactsStream(file, criteria_set)
                flagged = Flagged(criteria_set)
                agencies = _told(stream, file, arguments)
                standings = list(_scored(arguments, criteria_set, stream, agencies, waiting, flagged))
                rows = stream.rows
        except UnsortedFacts as error:
            print(said("unsorted", arguments.lang, agency=error.agency, row=error.row), file=sys.stderr, flush=True)
            return None
        except OSError as error:
            raise no_access(arguments.facts, error) from None
        if not rows:
            raise BrokenTable([fault("table_empty", 1)])
        notes = [*twins_of(AGENCY, str(arguments.facts), rows), *flagged.notes]
        if arguments.group is not None:
            name = "@" + arguments.group.removeprefix("@")
            notes += of_groups(name, list(zip(rows, (one.group for one in standings), strict=True)))
        tell(notes, arguments.lang)
        # From here on the rows hold the file, and close it.
        stack.pop_all()
    return _ranked(criteria_set, standings, waiting, grouped=arguments.group is not None, flagged=flagged.count > 0)


Agencies = Iterator[tuple[str, "AgencyFacts"]]


def _told(stream: FactsStream, file: BinaryIO, arguments: argparse.Namespace) -> Agencies:
    """The agencies of a stream, with a line of progress now and then."""
    size, told = arguments.facts.stat().st_size, time.monotonic()
    for number, one in enumerate(stream.agencies()):
        now = time.monotonic()
        if now - told >= PAUSE:
            told = now
            percent = min(99, 100 * file.tell() // max(1, size))
            print(said("progress", arguments.lang, n=number, percent=percent), file=sys.stderr, flush=True)
        yield one


def _scored(
    arguments: argparse.Namespace,
    criteria_set: CriteriaSet,
    stream: FactsStream,
    agencies: Agencies,
    waiting: IO[str],
    flagged: Flagged,
) -> Iterator[Standing]:
    from parindex.commands.score import cells_of, codes_of
    from parindex.scoring import RefusedFacts, score

    write, codes = csv_file.line_writer(), codes_of(criteria_set)
    refused: list[Refusal] = []
    for batch in _batches(agencies):
        try:
            scores = score(criteria_set, batch, rank_incomplete=arguments.rank_incomplete)
        except RefusedFacts as error:
            refused += error.refusals
            continue
        for one in scores.agencies:
            waiting.write(write([*cells_of(one, codes), csv_file.text(flagged.cell(one))]))
            yield _standing(one, arguments.group)
    if refused or stream.refusals:
        raise RefusedFacts([*stream.refusals, *refused])


def _batches(agencies: Agencies) -> Iterator[dict[str, AgencyFacts]]:
    batch: dict[str, AgencyFacts] = {}
    for agency, facts in agencies:
        batch[agency] = facts
        if len(batch) == BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def _standing(one: AgencyScore, group: str | None) -> Standing:
    from parindex.scoring.digits import scaled

    ranked = one.facts.get("@ranked") is not False
    index: Decimal | None = one.index if ranked else None
    of_group = None if group is None else one.facts.get("@" + group.removeprefix("@"))
    return Standing(None if index is None else scaled(index), of_group)


def _ranked(
    criteria_set: CriteriaSet, standings: list[Standing], waiting: IO[str], *, grouped: bool, flagged: bool
) -> Iterator[str]:
    """Header and rows, with the ranks that only now are known."""
    from parindex.commands.score import TOTALS, codes_of
    from parindex.scoring.points.ranks import ranks_of

    def ranked(numbers: Iterable[int]) -> dict[int, int]:
        return ranks_of(criteria_set, {number: standings[number].index for number in numbers})

    rank = ranked(range(len(standings)))
    groups: dict[Any, list[int]] = {}
    for number, one in enumerate(standings):
        if grouped and one.group is not None:
            groups.setdefault(one.group, []).append(number)
    group_rank = {number: place for members in groups.values() for number, place in ranked(members).items()}
    header = [*TOTALS, *codes_of(criteria_set), *([COLUMN] if flagged else [])]
    own, within = header.index("rank"), header.index("group_rank")
    with waiting:
        waiting.seek(0)
        write = csv_file.line_writer()
        yield write(map(csv_file.text, header))
        for number, cells in enumerate(csv.reader(waiting)):
            cells[own], cells[within] = str(rank.get(number, "")), str(group_rank.get(number, ""))
            yield write(cells if flagged else cells[:-1])
