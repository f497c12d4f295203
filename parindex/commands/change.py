"""``parindex change FIRST SECOND --design DESIGN.yaml``: what changed between two years of a survey, and how surely."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from parindex.commands.estimation.design import DesignFile
    from parindex.commands.estimation.estimate_rows import EstimateRow
    from parindex.commands.estimation.tables import DataTable
    from parindex.commands.estimation.year_change import LinkedChanges, YearChanges

FORMATS = ("json", "csv", "table")
OLD = "_old"
"""How columns end that hold the old way of asking."""
DIRECTIONS = {1: "up", -1: "down", 0: "none"}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("change")
    parser.add_argument(
        "first", type=Path, metavar="FIRST", help=N_("dữ liệu năm trước: tệp .csv, .xlsx hoặc .parquet")
    )
    parser.add_argument("second", type=Path, metavar="SECOND", help=N_("dữ liệu năm sau"))
    parser.add_argument(
        "--design", type=Path, required=True, metavar="DESIGN.yaml", help=N_("cách chọn mẫu của hai năm")
    )
    parser.add_argument(
        "--second-design", type=Path, metavar="DESIGN.yaml", help=N_("cách chọn mẫu của năm sau, nếu khác")
    )
    parser.add_argument("--both", type=Path, metavar="BOTH", help=N_("dữ liệu của năm ở giữa đã hỏi theo cả hai cách"))
    parser.add_argument(
        "--old", metavar="ENDING", help=N_("đuôi tên các cột của BOTH được hỏi theo cách cũ (mặc định _old)")
    )
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của dữ liệu trong mọi tệp là sổ tính"))
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi kết quả"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the changes on stdout, 1 where the years cannot be compared, 2 where a file cannot be read."""
    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.output import csv_text, json_text, table_text

    lang = language(arguments.lang)
    translate = translator(lang)
    try:
        found, level = _found(arguments)
    except DataFault as fault:
        print(fault.text(translate), file=sys.stderr)
        return fault.exit_code
    told = [warning.text(translate) for warning in found.warnings]
    for text in told:
        print(text, file=sys.stderr)
    entries = _linked_entries(found) if arguments.both else _entries(found)
    if arguments.format == "json":
        head = {"level": level} if arguments.both else {"level": level, "common_psus": found.common}
        sys.stdout.write(json_text({**head, "changes": entries, **({"warnings": told} if told else {})}) + "\n")
        return 0
    header, rows = _flat(entries)
    sys.stdout.write(csv_text(header, rows) if arguments.format == "csv" else table_text(header, rows, lang))
    return 0


def _found(arguments: argparse.Namespace) -> tuple[Any, float]:
    from parindex.commands.estimation.design_file import read_design
    from parindex.commands.estimation.faults import DataFault, UnreadableData
    from parindex.commands.estimation.tables import read_table
    from parindex.commands.estimation.year_change import (
        changed,
        entry_columns,
        linked,
        renamed,
        with_names_of,
        year_of,
    )

    if arguments.old is not None and arguments.both is None:
        raise UnreadableData(N_("--old nói về các cột của --both: hãy dùng cùng --both."))
    ending: str = OLD if arguments.old is None else arguments.old
    folder = arguments.design.parent
    wanted = read_design(arguments.design)
    later = wanted if arguments.second_design is None else read_design(arguments.second_design)
    later_folder = folder if arguments.second_design is None else arguments.second_design.parent
    sheets = _sheets([path for path in (arguments.first, arguments.second, arguments.both) if path], arguments.sheet)

    def table_of(path: Path, design: DesignFile) -> DataTable:
        return read_table(path, needed=design.sampled_by, sheet=sheets.get(path))

    first = year_of(table_of(arguments.first, wanted), wanted, folder)
    last = year_of(table_of(arguments.second, later), later, later_folder)
    if arguments.both is None:
        return changed(first, last, wanted.level), wanted.level
    table = table_of(arguments.both, later)
    old_way = {name: f"{name}{ending}" for name in entry_columns(wanted) if f"{name}{ending}" in table}
    if not old_way:
        raise DataFault(
            N_("%(source)s không có cột nào hỏi theo cách cũ (tên cột cộng %(ending)s)."),
            source=table.source,
            ending=ending,
        )
    new = year_of(table, later, later_folder)
    old = with_names_of(year_of(table, renamed(wanted, old_way), folder), new.rows)
    return linked(first, old, new, last), wanted.level


def _sheets(files: Sequence[Path], sheet: str | None) -> dict[Path, str]:
    """The sheet that is asked for, of every file that is a workbook; of the first where none is, which is refused."""
    from parindex.commands.estimation.workbook_cells import holds_workbook

    if sheet is None:
        return {}
    books = [path for path in files if path.is_file() and holds_workbook(path)]
    return dict.fromkeys(books or files[:1], sheet)


def _head(row: EstimateRow) -> dict[str, Any]:
    entry: dict[str, Any] = {"statistic": row.statistic, "of": row.of if isinstance(row.of, str) else list(row.of)}
    return entry | ({"values": list(row.values)} if row.values else {}) | {"by": row.by}


def _entries(found: YearChanges) -> list[dict[str, Any]]:
    told = found.changes
    entries = []
    for at, (before, after) in enumerate(zip(found.before, found.after, strict=True)):
        low, high = told.interval[at].tolist()
        entries.append(
            {
                **_head(after),
                "before": before.estimate.value,
                "before_se": before.estimate.se,
                "after": after.estimate.value,
                "after_se": after.estimate.se,
                "covariance": float(found.covariance[at]),
                "change": float(told.change[at]),
                "se": float(told.se[at]),
                "ci": None if math.isnan(low) else [low, high],
                "df": float(told.df[at]),
                "p": float(told.p[at]),
                "p_holm": float(told.adjusted[at]),
                "direction": DIRECTIONS[int(told.direction[at])],
            }
        )
    return entries


def _linked_entries(found: LinkedChanges) -> list[dict[str, Any]]:
    return [
        {
            **_head(row),
            "change": linked.change,
            "se": linked.se,
            "jump": linked.jump,
            "jump_se": linked.jump_se,
        }
        for row, linked in zip(found.rows, found.changes, strict=True)
    ]


def _flat(entries: list[dict[str, Any]]) -> tuple[list[str], list[list[object]]]:
    """Header and rows of the flat formats: a column for each ``by`` variable, two for an interval."""
    rows: list[dict[str, object]] = []
    for entry in entries:
        row: dict[str, object] = {}
        for name, value in entry.items():
            if name == "by":
                row |= {f"by.{of}": level for of, level in value.items()}
            elif name == "ci":
                row["ci_low"], row["ci_high"] = value or (None, None)
            elif isinstance(value, list):
                row[name] = ("/" if name == "of" else " ").join(value)
            else:
                row[name] = None if isinstance(value, float) and not math.isfinite(value) else value
        rows.append(row)
    header = list(dict.fromkeys(name for row in rows for name in row))
    return header, [[row.get(name) for name in header] for row in rows]
