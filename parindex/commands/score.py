"""``parindex score SET.yaml FACTS.csv``: points, index, classes and ranks of every agency, with reasons."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.commands import frameworks, score_stream
from parindex.commands.failures import BrokenRows, exit_code_of, told
from parindex.commands.reading import Unreadable, contents, said
from parindex.commands.score_notes import AGENCY, COLUMN, Flagged, of_groups, tell, twins_of
from parindex.messages import N_, Message
from parindex.papers import csv_file

if TYPE_CHECKING:
    from parindex.scoring import AgencyScore, CriteriaSet, Scores

FORMATS = ("json", "csv", "table")
REASONS = ("none", "short", "full")
LARGE = 20_000_000
"""Bytes of facts from which progress is told."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("score")
    parser.add_argument("set", type=Path, metavar="SET.yaml", help=N_("bộ tiêu chí"))
    frameworks.declare(parser)
    parser.add_argument(
        "facts", type=Path, metavar="FACTS.csv", help=N_("số liệu: các cột agency,name,value (tệp .csv hoặc .xlsx)")
    )
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi kết quả"))
    parser.add_argument("--reasons", choices=REASONS, help=N_("giải thích từng tiêu chí nhiều hay ít (mặc định full)"))
    parser.add_argument("--rank-incomplete", action="store_true", help=N_("tính số liệu chưa có là 0 điểm"))
    parser.add_argument("--group", metavar="@region", help=N_("xếp hạng thêm trong từng nhóm của một thuộc tính"))
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của số liệu, nếu FACTS là sổ tính"))
    parser.add_argument(
        "--what-if", metavar="AGENCY", help=N_("thay vào đó: việc gì tăng điểm nhiều nhất cho cơ quan này, và cần gì")
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the scores on stdout, 1 where set or facts are refused, 2 where they cannot be read."""
    from parindex.reading.csv_rows import BrokenTable
    from parindex.scoring import BrokenSet, RefusedFacts
    from parindex.wording import complaints

    lang = arguments.lang
    idle = _idle(arguments)
    arguments.reasons = arguments.reasons or "full"
    try:
        tell(idle, lang)
        for part in _parts(arguments):
            sys.stdout.write(part)
    except Unreadable as error:
        print(told(error, lang), file=sys.stderr)
        return 2
    except BrokenSet as error:
        for defect in error.defects:
            print(complaints.defect_text(defect, lang), file=sys.stderr)
        return exit_code_of(error.defects)
    except RefusedFacts as error:
        for refusal in error.refusals:
            print(f"{arguments.facts}: {complaints.refusal_text(refusal, lang)}", file=sys.stderr)
        return exit_code_of(error.refusals)
    except BrokenTable as error:
        broken = BrokenRows(str(arguments.facts), error.faults)
        print(broken.text(lang), file=sys.stderr)
        return broken.exit_code
    return 0


def _parts(arguments: argparse.Namespace) -> Iterator[str]:
    """What is written to stdout; whatever can fail fails before the first part."""
    from parindex.reading.csv_rows import BrokenTable, fault
    from parindex.scoring import score
    from parindex.scoring.facts.facts_file import facts_with_rows

    criteria_set = frameworks.whole_set(arguments.set, arguments.framework)
    _check_group(arguments, criteria_set)
    if score_stream.streams(arguments):
        streamed = score_stream.parts(arguments, criteria_set)
        if streamed is not None:
            yield from streamed
            return
    data = contents(arguments.facts)
    long = len(data) > LARGE
    if long:
        print(said("reading", arguments.lang), file=sys.stderr, flush=True)
    facts, rows = facts_with_rows(data, criteria_set, arguments.sheet)
    del data
    if not facts:
        raise BrokenTable([fault("table_empty", 1)])
    if long:
        print(said("scoring", arguments.lang, n=len(facts)), file=sys.stderr, flush=True)
    scores = score(criteria_set, facts, rank_incomplete=arguments.rank_incomplete, group=arguments.group)
    if arguments.what_if is not None and arguments.what_if not in facts:
        raise Unreadable(N_("Không có số liệu của cơ quan “%(found)s”."), found=arguments.what_if)
    flagged = Flagged(criteria_set)
    asked = scores.agencies if arguments.what_if is None else [scores.agency(arguments.what_if)]
    cells = [flagged.cell(one) for one in asked]
    notes = [*twins_of(AGENCY, str(arguments.facts), rows), *flagged.notes]
    if arguments.group is not None:
        name = "@" + arguments.group.removeprefix("@")
        notes += of_groups(name, [(agency, own.get(name)) for agency, own in facts.items()])
    tell(notes, arguments.lang)
    if arguments.what_if is None:
        yield from _WRITERS[arguments.format](scores, arguments, cells if flagged.count else [])
    else:
        yield from _what_if(scores, arguments)


def _idle(arguments: argparse.Namespace) -> list[Message]:
    """Options that do nothing beside the others, so that nobody thinks they did."""
    what_if = arguments.what_if is not None
    idle = [
        ("--reasons", arguments.reasons and what_if, "--what-if"),
        ("--reasons", arguments.reasons and not what_if and arguments.format == "table", "--format table"),
        ("--group", arguments.group and what_if, "--what-if"),
    ]
    said_of = N_("%(option)s không có tác dụng cùng %(other)s.")
    return [Message(said_of, option=option, other=other) for option, given, other in idle if given]


def _check_group(arguments: argparse.Namespace, criteria_set: CriteriaSet) -> None:
    from parindex.scoring import score

    try:
        score(criteria_set, {}, group=arguments.group)
    except KeyError as error:
        message = N_("Bộ tiêu chí không có thuộc tính “%(found)s” để chia nhóm.")
        raise Unreadable(message, found=error.args[0]) from None


def _json(scores: Scores, arguments: argparse.Namespace, _: Sequence[str]) -> Iterator[str]:
    from parindex.wording.reasons import sentences

    document = scores.to_document(reasons=arguments.reasons, say=sentences)
    yield json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _what_if(scores: Scores, arguments: argparse.Namespace) -> Iterator[str]:
    from parindex.commands import what_if_tables

    if arguments.format == "json":
        yield what_if_tables.json_text(scores, arguments.what_if)
    elif arguments.format == "csv":
        yield from what_if_tables.csv_lines(scores, arguments.what_if)
    else:
        yield from what_if_tables.text_lines(scores, arguments.what_if, arguments.lang)


def _csv(scores: Scores, arguments: argparse.Namespace, flags: Sequence[str]) -> Iterator[str]:
    """A row an agency: totals, then the points of every node and, when asked for, its Vietnamese reason; flags last."""
    from parindex.wording.reasons import sentence

    codes = codes_of(scores.criteria_set)
    leaves = [place.code for place in _places(scores.criteria_set) if place.is_leaf]
    header = [*TOTALS, *codes]
    if arguments.reasons != "none":
        header += [f"{code}.reason" for code in leaves]
    header += [COLUMN] if flags else []
    write = csv_file.line_writer()
    yield write(map(csv_file.text, header))
    for number, one in enumerate(scores.agencies):
        cells = cells_of(one, codes)
        if arguments.reasons != "none":
            said = (sentence(scores.criteria_set, code, one.reason(code), arguments.lang) for code in leaves)
            cells += map(csv_file.text, said)
        cells += [csv_file.text(flags[number])] if flags else []
        yield write(cells)


TOTALS: dict[str, Callable[[Any], Any]] = {
    "agency": lambda one: one.agency,
    "status": lambda one: one.status,
    "points": lambda one: one.points,
    "max": lambda one: one.max,
    "index": lambda one: one.index,
    "class": lambda one: one.class_,
    "rank": lambda one: one.rank,
    "group_rank": lambda one: one.group_rank,
    "bonus": lambda one: one.bonus,
    "penalty": lambda one: one.penalty,
}
"""The columns of an agency's totals; those of its nodes follow."""


def codes_of(criteria_set: CriteriaSet) -> list[str]:
    """Every node in the order of the law."""
    return [place.code for place in _places(criteria_set)]


def cells_of(one: AgencyScore, codes: list[str]) -> list[str]:
    """One row of the CSV: totals, then the points of every node, empty where it has none."""
    from parindex.scoring.digits import scaled_text

    cells = [cell(read(one)) for read in TOTALS.values()]
    for code in codes:
        state, points, _ = one.state_and_numbers(code)
        cells.append(scaled_text(points) if state == "scored" else "")
    return cells


def _places(criteria_set: CriteriaSet) -> list[Any]:
    from parindex.scoring import walk

    return list(walk(criteria_set))


def cell(value: Any) -> str:
    """A value as a cell of a CSV, a decimal in its fewest digits."""
    from decimal import Decimal

    from parindex.scoring import shortest

    return shortest(value) if isinstance(value, Decimal) else csv_file.text(value)


def _table(scores: Scores, arguments: argparse.Namespace, flags: Sequence[str]) -> Iterator[str]:
    """For a terminal, by rank: numbers as they are printed."""
    from parindex.text import number

    lang, places = arguments.lang, scores.criteria_set.print_places
    grouped = ["group_rank"] if arguments.group is not None else []
    heads = ["rank", "agency", "points", "max", "index", "class", "status", *grouped, *(["flags"] if flags else [])]
    rows = [[said(f"column_{key}", lang) for key in heads]]
    last = len(scores.agencies) + 1
    own = dict(zip(scores.agencies, flags, strict=True)) if flags else {}
    for one in sorted(scores.agencies, key=lambda one: one.rank or last):
        figures = [number(value, places, lang) for value in (one.points, one.max, one.index)]
        rank = "–" if one.rank is None else str(one.rank)
        rows.append([rank, one.agency, *figures, one.class_ or "–", said(one.status, lang)])
        rows[-1] += [number(one.group_rank, None, lang)] if grouped else []
        rows[-1] += [own[one]] if flags else []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if column in {0, 2, 3, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip() + "\n"


_WRITERS = {"json": _json, "csv": _csv, "table": _table}
