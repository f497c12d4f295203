"""``parindex estimate DATA --design DESIGN.yaml``: estimates with their errors from one survey."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from parindex.commands.estimation.estimate_rows import EstimateRow
    from parindex.commands.estimation.survey import Result
    from parindex.messages import Message

FORMATS = ("json", "csv", "table")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("estimate")
    parser.add_argument("data", type=Path, metavar="DATA", help=N_("tệp .csv, .xlsx hoặc .parquet"))
    parser.add_argument("--design", type=Path, required=True, metavar="DESIGN.yaml", help=N_("cách chọn mẫu"))
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của dữ liệu, nếu tệp là sổ tính"))
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi kết quả"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the estimates on stdout, 1 where the input cannot be estimated from, 2 where it cannot be read."""
    from parindex.commands.estimation.design_file import read_design
    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.survey import estimate_survey, looked_at
    from parindex.commands.estimation.tables import read_table

    lang = language(arguments.lang)
    try:
        wanted = read_design(arguments.design)
        table = read_table(arguments.data, looked_at(wanted), needed=wanted.sampled_by, sheet=arguments.sheet)
        result = estimate_survey(table, wanted, arguments.design.parent)
    except DataFault as fault:
        print(fault.text(translator(lang)), file=sys.stderr)
        return fault.exit_code
    translate = translator(lang)
    for warning in _warnings(result, arguments.format):
        print(warning.text(translate), file=sys.stderr)
    for part in _WRITERS[arguments.format](result, lang):
        sys.stdout.write(part)
    return 0


def _json(result: Result, lang: Any) -> Iterator[str]:
    from parindex.commands.estimation.output import json_parts

    translate = translator(lang)
    yield from json_parts(
        {
            "design": result.design,
            "estimates": [_entry(row) for row in result.rows],
            "covariance": [{"of_estimates": places, "matrix": matrix} for places, matrix in result.covariances],
            "unassigned": result.unassigned,
            "unassigned_by": result.unassigned_by,
            **({"warnings": [warning.text(translate) for warning in result.warnings]} if result.warnings else {}),
        }
    )
    yield "\n"


def _warnings(result: Result, form: str) -> list[Message]:
    """What a reader is told beside the numbers: also what has no place in a flat format."""
    from parindex.commands.estimation.faults import DataFault

    if form == "json":
        return list(result.warnings)
    outside = [
        DataFault(N_("Số dòng không có %(name)s nên không thuộc nhóm nào: %(n)s."), name=name.replace(":", ", "), n=n)
        for name, n in result.unassigned_by.items()
        if n
    ]
    if not result.covariances:
        return [*result.warnings, *outside]
    dropped = DataFault(N_("--format %(form)s không ghi ma trận hiệp phương sai; dùng --format json để có."), form=form)
    return [*result.warnings, *outside, dropped]


def _entry(row: EstimateRow) -> dict[str, Any]:
    e = row.estimate
    entry: dict[str, Any] = {
        "statistic": row.statistic,
        "of": row.of if isinstance(row.of, str) else list(row.of),
    }
    if row.values:
        entry["values"] = list(row.values)
    if row.p is not None:
        entry["p"] = row.p
    entry |= {
        "by": row.by,
        "value": e.value,
        "se": e.se,
        "ci": None if e.ci is None else list(e.ci),
        "interval": e.ci_kind,
        "df": e.df,
        **({} if e.df_least is None else {"df_least": e.df_least}),
        "deff": e.deff,
        "deff_wr": e.deff_wr,
        "n": e.n,
        "n_eff": e.n_eff,
    }
    if e.note is not None:
        entry["note"] = e.note
    return entry


def _rows(result: Result) -> tuple[list[str], list[list[object]]]:
    """Header and rows of the flat formats: a column for each ``by`` variable."""
    by = list(dict.fromkeys(name for row in result.rows for name in row.by))
    header = ["statistic", "of", *(f"by.{name}" for name in by), "values", "p", "value", "se", "ci_low", "ci_high"]
    # What decides whether a rank is claimed has a column where there is an index.
    least = ["df_least"] * any(row.estimate.df_least is not None for row in result.rows)
    header += ["interval", "level", "df", *least, "deff", "deff_wr", "n", "n_eff", "note"]
    rows = [
        [
            row.statistic,
            row.of if isinstance(row.of, str) else "/".join(row.of),
            *(row.by.get(name) for name in by),
            " ".join(row.values) or None,
            row.p,
            row.estimate.value,
            row.estimate.se,
            *(row.estimate.ci or (None, None)),
            row.estimate.ci_kind,
            None if row.estimate.ci is None else result.design["level"],
            row.estimate.df,
            *(row.estimate.df_least for _ in least),
            row.estimate.deff,
            row.estimate.deff_wr,
            row.estimate.n,
            row.estimate.n_eff,
            row.estimate.note,
        ]
        for row in result.rows
    ]
    return header, rows


def _csv(result: Result, _: Any) -> Iterator[str]:
    from parindex.commands.estimation.output import csv_text

    yield csv_text(*_rows(result))


def _table(result: Result, lang: Any) -> Iterator[str]:
    from parindex.commands.estimation.output import table_text

    header, rows = _rows(result)
    kept = [c for c in range(len(header)) if any(row[c] is not None for row in rows)]
    yield table_text([header[c] for c in kept], [[row[c] for c in kept] for row in rows], lang)


_WRITERS = {"json": _json, "csv": _csv, "table": _table}
