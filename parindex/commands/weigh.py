"""``parindex weigh DATA --design DESIGN.yaml``: the data with its weights, and a report of every step."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.messages import listed
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from parindex.commands.estimation.design import DesignFile
    from parindex.commands.estimation.tables import DataTable
    from parindex.commands.estimation.weighting import Weighting, WeightingStep
    from parindex.statistics import MarginReached
    from parindex.statistics.survey.design import Floats

FORMATS = ("json", "csv", "table")
NAMES = {"nonresponse": "nonresponse", "calibration": "calibrated", "trimming": "trimmed"}
"""What the column of a step is called, after the name of the weights."""
FINAL = "final"
STEPS = {
    "design": N_("Theo mẫu"),
    "nonresponse": N_("Điều chỉnh không trả lời"),
    "calibration": N_("Hiệu chỉnh theo tổng biên"),
    "trimming": N_("Cắt quyền số"),
}
"""What people call the steps; JSON and CSV keep the keys."""
STEP_HEADER = ("step", "n", "total", "least", "largest", "cv", "deff", "n_eff", "least_factor", "largest_factor")
MARGIN_HEADER = ("variable", "level", "wanted", "reached", "error")
CLASS_HEADER = ("class", "joined", "drawn", "answered", "factor")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("weigh")
    parser.add_argument("data", type=Path, metavar="DATA", help=N_("tệp .csv, .xlsx hoặc .parquet"))
    parser.add_argument("--design", type=Path, required=True, metavar="DESIGN.yaml", help=N_("cách lập quyền số"))
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help=N_("nơi ghi dữ liệu (.csv hoặc .parquet); mặc định DATA.weighted cạnh DATA"),
    )
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của dữ liệu, nếu tệp là sổ tính"))
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi báo cáo"))


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the report on stdout, 1 where the data cannot be weighted, 2 where a file cannot be read."""
    from parindex.commands.estimation.design_file import read_design
    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.lookalike_codes import lookalike_codes
    from parindex.commands.estimation.tables import read_table
    from parindex.commands.estimation.weighted_files import write_weighted
    from parindex.commands.estimation.weighting import survey_fault, weighted
    from parindex.statistics import StatisticsError

    lang = language(arguments.lang)
    data: Path = arguments.data
    kind = ".parquet" if data.suffix.lower() == ".parquet" else ".csv"
    output: Path = arguments.output or data.with_name(f"{data.stem}.weighted{kind}")
    try:
        wanted = read_design(arguments.design, required=("weights",))
        table = read_table(data, needed=wanted.sampled_by, sheet=arguments.sheet)
        if len(table) == 0:
            raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=table.source)
        try:
            weighting = weighted(table, wanted, arguments.design.parent)
        except StatisticsError as error:
            raise survey_fault(error, table, wanted) from None
        columns = _columns(table, wanted, weighting)
        write_weighted(data, columns, output, table.sheet)
    except DataFault as fault:
        print(fault.text(translator(lang)), file=sys.stderr)
        return fault.exit_code
    for warning in (*lookalike_codes(table, wanted), *weighting.warnings):
        print(warning.text(translator(lang)), file=sys.stderr)
    sys.stdout.write(_WRITERS[arguments.format](weighting, output, list(columns), lang))
    return 0


def _columns(table: DataTable, wanted: DesignFile, weighting: Weighting) -> dict[str, Floats]:
    """The columns that are appended: the weights after each step, and the final ones."""
    from parindex.commands.estimation.faults import DataFault

    columns = {f"{wanted.weights}_{NAMES[step.name]}": step.weights for step in weighting.steps[1:]}
    columns[f"{wanted.weights}_{FINAL}"] = weighting.steps[-1].weights
    if taken := [name for name in columns if name in table]:
        raise DataFault(N_("%(source)s đã có cột %(names)s."), source=table.source, names=taken)
    return columns


def _json(weighting: Weighting, output: Path, columns: list[str], lang: Any) -> str:
    from parindex.commands.estimation.output import json_text
    from parindex.statistics import margins_reached, worst_margin

    design, translate = weighting.design, translator(lang)
    worst = worst_margin(margins_reached(design.weights, weighting.margins))
    return (
        json_text(
            {
                "output": str(output),
                "columns": columns,
                "design": {"n": design.n, "strata": design.strata_count, "psus": design.psus},
                "steps": [_step(step) for step in weighting.steps],
                "margins": _margins(weighting),
                "worst_margin": None if worst is None else _margin(worst),
                **({"warnings": [told.text(translate) for told in weighting.warnings]} if weighting.warnings else {}),
            }
        )
        + "\n"
    )


def _step(step: WeightingStep) -> dict[str, Any]:
    return dict(zip(STEP_HEADER, _step_row(step), strict=True)) | step.details


def _step_row(step: WeightingStep) -> list[Any]:
    return [step.name, *(getattr(step.summary, name) for name in STEP_HEADER[1:])]


def _step_told(step: WeightingStep, lang: Any) -> list[Any]:
    """A row for people: the step as it is called in their language."""
    name, *numbers = _step_row(step)
    return [translator(lang)(STEPS[name]), *numbers]


def _margins(weighting: Weighting) -> list[dict[str, Any]]:
    """The margins under the final weights: trimming after calibration moves them, and that is said."""
    from parindex.statistics import margins_reached

    reached = margins_reached(weighting.design.weights, weighting.margins)
    return [_margin(each) for each in reached]


def _margin(reached: MarginReached) -> dict[str, Any]:
    return {name: getattr(reached, name) for name in MARGIN_HEADER}


def _csv(weighting: Weighting, *_: Any) -> str:
    from parindex.commands.estimation.output import csv_text

    return csv_text(STEP_HEADER, [_step_row(step) for step in weighting.steps])


def _table(weighting: Weighting, output: Path, columns: list[str], lang: Any) -> str:
    from parindex.commands.estimation.output import table_text

    parts = [
        f"{output}: {listed(columns)}\n",
        table_text(STEP_HEADER, [_step_told(step, lang) for step in weighting.steps], lang),
    ]
    classes = [each for step in weighting.steps for each in step.details.get("classes", ())]
    if classes:
        rows = [
            [each[name] if name != "joined" else " ".join(each[name]) or None for name in CLASS_HEADER]
            for each in classes
        ]
        parts.append(table_text(CLASS_HEADER, rows, lang))
    if weighting.margins:
        parts.append(table_text(MARGIN_HEADER, [list(each.values()) for each in _margins(weighting)], lang))
    return "\n".join(parts)


_WRITERS = {"json": _json, "csv": _csv, "table": _table}
