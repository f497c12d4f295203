"""``parindex crosstab DATA --design DESIGN.yaml --of ROWS COLUMNS``: are two questions independent in the population?"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.messages import Message
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from parindex.statistics import Independence

FORMATS = ("json", "csv", "table")
TESTS = ("pearson", "f", "wald", "adjusted_wald")
HEADER = ("test", "statistic", "df_1", "df_2", "p")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("crosstab")
    parser.add_argument("data", type=Path, metavar="DATA", help=N_("tệp .csv, .xlsx hoặc .parquet"))
    parser.add_argument("--design", type=Path, required=True, metavar="DESIGN.yaml", help=N_("cách chọn mẫu"))
    parser.add_argument("--of", nargs=2, required=True, metavar=("ROWS", "COLUMNS"), help=N_("hai cột cần xét"))
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của dữ liệu, nếu tệp là sổ tính"))
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi kết quả"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the table and its tests on stdout, 1 where they cannot be made, 2 where a file cannot be read."""
    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.output import csv_text, json_text, table_text

    lang = language(arguments.lang)
    try:
        found, warnings = _tested(arguments.data, arguments.design, *arguments.of, sheet=arguments.sheet)
    except DataFault as fault:
        print(fault.text(translator(lang)), file=sys.stderr)
        return fault.exit_code
    told = [warning.text(translator(lang)) for warning in warnings]
    for text in told:
        print(text, file=sys.stderr)
    if arguments.format == "json":
        sys.stdout.write(json_text(_document(found, arguments.of) | ({"warnings": told} if told else {})) + "\n")
        return 0
    rows = [[name, *_test(found, name)] for name in TESTS]
    sys.stdout.write(csv_text(HEADER, rows) if arguments.format == "csv" else table_text(HEADER, rows, lang))
    return 0


def _tested(
    data: Path, design: Path, rows: str, columns: str, *, sheet: str | None
) -> tuple[Independence, Sequence[Message]]:
    """The tests, and what must be said beside them."""
    from parindex.commands.estimation.checks import missing_by_column, refuse_what_replicates_drop
    from parindex.commands.estimation.design_file import read_design
    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.lookalike_codes import lookalike_codes
    from parindex.commands.estimation.survey import sample_of
    from parindex.commands.estimation.tables import read_table
    from parindex.commands.estimation.weighting import survey_fault, weighted
    from parindex.statistics import StatisticsError, independence

    wanted = read_design(design, required=("weights",))
    table = read_table(data, needed=wanted.sampled_by, sheet=sheet)
    if len(table) == 0:
        raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=table.source)
    table.missing = missing_by_column(wanted, table)
    first, second = table.texts(rows), table.texts(columns)
    try:
        weighting = weighted(table, wanted, design.parent)
        refuse_what_replicates_drop(wanted, weighting.base)
        found = independence(sample_of(table, wanted, weighting), first, second)
    except StatisticsError as error:
        raise survey_fault(error, table, wanted) from None
    return found, (*lookalike_codes(table, wanted, also=(rows, columns)), *weighting.warnings)


def _test(found: Independence, name: str) -> list[float | None]:
    test = getattr(found, name)
    degrees = [*test.df, None][:2]
    return [test.statistic, *degrees, None if math.isnan(test.p) else test.p]


def _document(found: Independence, of: list[str]) -> dict[str, Any]:
    return {
        "of": of,
        "rows": list(found.rows),
        "columns": list(found.columns),
        "totals": found.totals.tolist(),
        "tests": [dict(zip(HEADER, [name, *_test(found, name)], strict=True)) for name in TESTS],
    }
