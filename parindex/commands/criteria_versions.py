"""``parindex criteria diff | crosswalk | bridge``: what changed between two versions of a set, and its effect."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.commands.failures import BrokenRows, exit_code_of, told
from parindex.commands.frameworks import checked_set, framework_of
from parindex.commands.reading import Unreadable, contents, said
from parindex.messages import N_

if TYPE_CHECKING:
    from parindex.scoring import CriteriaSet, Refusal
    from parindex.scoring.versions.crosswalk import Crosswalk

FORMATS = ("text", "json")
BRIDGE_FORMATS = ("table", "csv", "json")
CROSSWALK = ".crosswalk.yaml"


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare what compares versions."""
    diff = actions.add_parser("diff", help=N_("những gì thay đổi giữa hai bộ tiêu chí"))
    _two_sets(diff)
    diff.add_argument("--format", choices=FORMATS, default="text", help=N_("dạng ghi kết quả so sánh"))
    diff.add_argument(
        "--crosswalk", type=Path, metavar="FILE", help=N_("ghép tiêu chí theo bảng đối chiếu, không theo mã và tên")
    )
    diff.set_defaults(act=_diff)
    crosswalk = actions.add_parser("crosswalk", help=N_("lập dự thảo bảng đối chiếu giữa hai bộ tiêu chí để rà soát"))
    _two_sets(crosswalk)
    crosswalk.set_defaults(act=_draft)
    bridge = actions.add_parser("bridge", help=N_("đặt hai năm cạnh nhau: thay đổi do kết quả và thay đổi do quy tắc"))
    bridge.add_argument("older", type=Path, metavar="OLDER.yaml", help=N_("bộ tiêu chí năm trước"))
    bridge.add_argument("older_facts", type=Path, metavar="OLDER.csv", help=N_("số liệu năm trước"))
    bridge.add_argument("newer", type=Path, metavar="NEWER.yaml", help=N_("bộ tiêu chí năm sau"))
    bridge.add_argument("newer_facts", type=Path, metavar="NEWER.csv", help=N_("số liệu năm sau"))
    bridge.add_argument("--crosswalk", type=Path, metavar="FILE", required=True, help=N_("bảng đối chiếu giữa hai bộ"))
    bridge.add_argument("--format", choices=BRIDGE_FORMATS, default="table", help=N_("dạng ghi kết quả"))
    bridge.set_defaults(act=_bridge)


def _two_sets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("older", type=Path, metavar="OLDER.yaml", help=N_("bộ tiêu chí cũ"))
    parser.add_argument("newer", type=Path, metavar="NEWER.yaml", help=N_("bộ tiêu chí mới"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the result on stdout, 1 where a file is broken, 2 where it cannot be read."""
    from parindex.scoring import BrokenSet, RefusedFacts
    from parindex.wording import complaints

    try:
        written = list(arguments.act(arguments))
    except Unreadable as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    except BrokenSet as error:
        for defect in error.defects:
            print(complaints.defect_text(defect, arguments.lang), file=sys.stderr)
        return exit_code_of(error.defects)
    except RefusedFacts as error:
        for refusal in error.refusals:
            file = f"{refusal.values['file']}: " if "file" in refusal.values else ""
            print(file + complaints.refusal_text(refusal, arguments.lang), file=sys.stderr)
        return exit_code_of(error.refusals)
    except BrokenRows as error:
        print(error.text(arguments.lang), file=sys.stderr)
        return error.exit_code
    print("\n".join(written))
    return 0


Act = Callable[[argparse.Namespace], Iterator[str]]


def _sets(arguments: argparse.Namespace) -> tuple[CriteriaSet, CriteriaSet]:
    """Both sets, or the defects of both."""
    from parindex.scoring import BrokenSet

    # Both are read before one is judged: a file that is not there is told first.
    paths = (arguments.older, arguments.newer)
    for path in paths:
        contents(path)
    found = [checked_set(path) for path in paths]
    defects = [defect for checked in found for defect in checked.defects]
    older, newer = (checked.criteria_set for checked in found)
    if older is None or newer is None:
        raise BrokenSet(defects)
    return older, newer


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _crosswalk(path: Path, older: CriteriaSet, newer: CriteriaSet, lang: str) -> Crosswalk:
    """A crosswalk without defects; what is doubtful in it goes to standard error."""
    from parindex import text
    from parindex.scoring import BrokenSet
    from parindex.scoring.versions.crosswalk import check_crosswalk
    from parindex.wording import complaints

    checked = check_crosswalk(contents(path), str(path), older, newer)
    for warning in checked.warnings:
        print(f"{said('warning', lang)}: {complaints.defect_text(warning, text.language(lang))}", file=sys.stderr)
    if checked.crosswalk is None:
        raise BrokenSet(checked.defects)
    if checked.crosswalk.status == "draft":
        print(f"{said('warning', lang)}: {said('crosswalk_draft', lang, path=path)}", file=sys.stderr)
    return checked.crosswalk


def check(path: Path, lang: str, lines: list[str]) -> int:
    """0 where a crosswalk is complete and true of the two sets that it names, which lie in folders beside it."""
    from collections import Counter

    from parindex import text
    from parindex.scoring import BrokenSet, load_bytes
    from parindex.scoring.versions.crosswalk import named_sets
    from parindex.wording import complaints

    try:
        named = named_sets(contents(path), str(path))
        families = Path(os.path.normpath(path.parent / os.pardir))
        files = [families / family / f"{version}.yaml" for family, version in named]
        read = [(contents(file), str(file)) for file in files]
        older, newer = (load_bytes(data, name, framework_of(data, Path(name))) for data, name in read)
        crosswalk = _crosswalk(path, older, newer, lang)
    except BrokenSet as error:
        for defect in error.defects:
            print(complaints.defect_text(defect, text.language(lang)), file=sys.stderr)
        return exit_code_of(error.defects)
    counts = Counter(entry.kind for entry in crosswalk.entries)
    told = ", ".join(f"{kind} {number}" for kind, number in counts.items())
    lines.append(said("crosswalk_good", lang, path=path, n=len(crosswalk.entries), counts=told))
    return 0


def _diff(arguments: argparse.Namespace) -> Iterator[str]:
    from parindex.scoring.versions.comparison import compare, comparison_document
    from parindex.wording.set_differences import comparison_lines

    older, newer = _sets(arguments)
    crosswalk = _crosswalk(arguments.crosswalk, older, newer, arguments.lang) if arguments.crosswalk else None
    comparison = compare(older, newer, became=crosswalk.became() if crosswalk else None)
    if arguments.format == "json":
        yield _json(comparison_document(comparison))
    else:
        yield from comparison_lines(comparison, arguments.lang)


def _draft(arguments: argparse.Namespace) -> Iterator[str]:
    from parindex.scoring.versions.comparison import compare
    from parindex.scoring.versions.crosswalk import crosswalk_yaml, draft
    from parindex.wording.set_differences import crosswalk_comments

    comparison = compare(*_sets(arguments))
    crosswalk = draft(comparison)
    yield crosswalk_yaml(crosswalk, crosswalk_comments(comparison, crosswalk, arguments.lang)).rstrip("\n")


def _of_file(refusal: Refusal, path: Path) -> Refusal:
    """A refused row with the file that it stands in, since there are two."""
    import msgspec

    return msgspec.structs.replace(refusal, values={**refusal.values, "file": str(path)})


def _bridge(arguments: argparse.Namespace) -> Iterator[str]:
    from parindex.commands import bridge_tables
    from parindex.reading.csv_rows import BrokenTable
    from parindex.scoring import RefusedFacts, read_facts
    from parindex.scoring.versions.bridge import bridge, bridge_document

    older, newer = _sets(arguments)
    crosswalk = _crosswalk(arguments.crosswalk, older, newer, arguments.lang)
    facts = []
    refusals: list[Refusal] = []
    for criteria_set, path in ((older, arguments.older_facts), (newer, arguments.newer_facts)):
        try:
            facts.append(read_facts(contents(path), criteria_set))
        except BrokenTable as error:
            raise BrokenRows(str(path), error.faults) from None
        except RefusedFacts as error:
            refusals += [_of_file(refusal, path) for refusal in error.refusals]
    if refusals:
        raise RefusedFacts(refusals)
    found = bridge(older, facts[0], newer, facts[1], crosswalk)
    if arguments.format == "json":
        yield _json(bridge_document(found))
    elif arguments.format == "csv":
        yield from bridge_tables.rows(found)
    else:
        yield from bridge_tables.lines(found, arguments.lang)
