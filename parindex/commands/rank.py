"""``parindex rank ESTIMATES.csv``: ranks with marginal and simultaneous confidence sets."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from parindex.commands.estimation.tables import NUMBER
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from parindex.commands.estimation.tables import DataTable
    from parindex.statistics import RankSets, RankWarning
    from parindex.statistics.survey.design import Floats

MARGIN = 1e-6
MOST_DRAWS = 1_000_000
MOST_SEED = 2**63
MOST_UNITS = 100_000
FORMATS = ("json", "csv", "table")
HEADER = (
    "unit",
    "est",
    "se",
    "rank",
    "marginal_lower",
    "marginal_upper",
    "simultaneous_lower",
    "simultaneous_upper",
)
WARNINGS = {
    "df_under_30": N_(
        "Dưới 30 bậc tự do (nhỏ nhất %(df)s): sai số chuẩn còn dao động nhiều; tập hạng đã tính đến điều đó. "
        "Đơn vị: %(units)s."
    ),
    "df_under_5": N_(
        "Dưới 5 bậc tự do (nhỏ nhất %(df)s): chỉ nêu khoảng ước lượng, không kết luận về thứ hạng. Đơn vị: %(units)s."
    ),
}


class RankedUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The estimates that are ranked."""

    names: list[str]
    """Names of the units, in the order of the file."""
    estimates: Any
    """(p,) estimates."""
    se: Any
    """(p,) standard errors; ``None`` where none are given."""
    df: Any
    """(p,) degrees of freedom, infinite where none are given."""
    simple: Any
    """(p,) variance under simple random sampling, from a column ``deff``; ``None`` without it."""
    covariance: Any
    """(p, p) covariance; ``None`` where none is given."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rank", help="rank estimates with confidence sets of their ranks")
    parser.add_argument("estimates", type=Path, metavar="ESTIMATES.csv", help="unit,est,se[,df]")
    parser.add_argument("--covariance", type=Path, metavar="COV.csv", help="unit,<names>; replaces se")
    parser.add_argument("--level", type=_level, default=0.95, help="coverage of the sets (0.95)")
    parser.add_argument("--draws", type=_count, default=10_000, help="number of draws (10000)")
    parser.add_argument("--seed", type=_seed, default=1, help="seed of the draws (1)")
    parser.add_argument("--variance", choices=("own", "pooled"), default="own")
    parser.add_argument("--method", choices=("stepdown", "single"), default="stepdown")
    parser.add_argument("--side", choices=("two", "lower", "upper"), default="two")
    parser.add_argument("--smallest-first", action="store_true", help="rank 1 is the smallest")
    parser.add_argument("--best", type=_places, metavar="K", help="also: who may be among the best K, how probably")
    parser.add_argument("--format", choices=FORMATS, default="json", help="how the result is written")


def _level(text: str) -> float:
    return _between(text, float(text) if NUMBER.fullmatch(text) else math.nan, 0 + MARGIN, 1 - MARGIN)


def _count(text: str) -> int:
    return int(_between(text, int(text) if text.isdecimal() else math.nan, 1, MOST_DRAWS))


def _places(text: str) -> int:
    return int(_between(text, int(text) if text.isdecimal() else math.nan, 1, MOST_UNITS))


def _seed(text: str) -> int:
    return int(_between(text, int(text) if text.isdecimal() else math.nan, 0, MOST_SEED))


def _between(text: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{text} ∉ [{low:g}, {high:g}]")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the sets on stdout, 1 where the input cannot be ranked, 2 where it cannot be read."""
    from parindex.commands.estimation.faults import DataFault, UnreadableData, fault_of
    from parindex.statistics import StatisticsError, rank_sets

    lang = language(arguments.lang)
    translate = translator(lang)
    names: list[str] = []
    try:
        units = _read(arguments.estimates, arguments.covariance, pooled=arguments.variance == "pooled")
        names = units.names
        if arguments.variance == "pooled" and units.covariance is not None:
            raise UnreadableData(N_("--variance pooled không dùng cùng --covariance."))
        sets = rank_sets(
            units.estimates,
            units.se,
            units.covariance,
            units.df,
            level=arguments.level,
            draws=arguments.draws,
            seed=arguments.seed,
            variance=arguments.variance,
            method=arguments.method,
            side=arguments.side,
            smallest_first=arguments.smallest_first,
            simple_variance=units.simple,
        )
        best = None if arguments.best is None else _best(sets, units, arguments)
    except StatisticsError as error:
        print(fault_of(error, units=names).text(translate), file=sys.stderr)
        return 1
    except DataFault as fault:
        print(fault.text(translate), file=sys.stderr)
        return fault.exit_code
    for warning in sets.warnings:
        print(_sentence(warning, names, translate), file=sys.stderr)
    if arguments.format == "json":
        sys.stdout.write(_json(sets, units, arguments, best, translate))
    else:
        sys.stdout.write(_flat(sets, units, best, arguments.format, lang))
    return 0


def _read(path: Path, covariance: Path | None, *, pooled: bool) -> RankedUnits:
    """Read the estimates, and the covariance matched by name."""
    import numpy as np

    from parindex.commands.estimation.faults import DataFault, UnreadableData
    from parindex.commands.estimation.tables import read_table

    if path.suffix.lower() != ".csv":
        raise UnreadableData(N_("%(path)s phải là tệp .csv."), path=path)
    table = read_table(path)
    for name in ("unit", "est", *(() if covariance else ("se",))):
        if name not in table:
            raise DataFault(
                N_("%(source)s phải có các cột unit, est, se (và df nếu có); thiếu %(name)s."),
                source=path.name,
                name=name,
            )
    if len(table) == 0:
        raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=path.name)
    names = _names(table)
    se = table.numbers("se") if "se" in table else None
    matrix = None if covariance is None else _matrix(covariance, names)
    if matrix is not None and se is not None:
        known = np.sqrt(np.maximum(np.diag(matrix), 0.0))
        se = np.where(np.isnan(se), known, se)
    deff = table.numbers("deff") if "deff" in table else None
    return RankedUnits(
        names=names,
        estimates=table.numbers("est"),
        se=se,
        df=_degrees(table),
        simple=None if deff is None or se is None or matrix is not None or not pooled else _simple(names, se, deff),
        covariance=matrix,
    )


def _names(table: DataTable) -> list[str]:
    """Names of the units, each once."""
    from parindex.commands.estimation.faults import DataFault

    texts = [text.strip() if text is not None else "" for text in table.texts("unit")]
    if "" in texts:
        raise DataFault(
            N_("Tên đơn vị (unit) bị trống ở dòng %(line)s của %(source)s."),
            line=int(table.lines[texts.index("")]),
            source=table.source,
        )
    if repeated := sorted({name for name in texts if texts.count(name) > 1}):
        raise DataFault(N_("%(source)s có đơn vị lặp lại: %(names)s."), source=table.source, names=repeated)
    return texts


def _degrees(table: DataTable) -> Any:
    """(p,) degrees of freedom; empty and ``Inf`` are infinite."""
    import numpy as np

    from parindex.commands.estimation.faults import DataFault

    if "df" not in table:
        return np.full(len(table), np.inf)
    texts = [text.strip() if text is not None else "" for text in table.texts("df")]
    if any(text.lower() == "inf" for text in texts):
        found = [math.inf if text.lower() in ("", "inf") else _plain(text) for text in texts]
        if any(value is None for value in found):
            wrong = table.lines_of([row for row, value in enumerate(found) if value is None])
            raise DataFault(N_("Bậc tự do (df) ở dòng %(rows)s không phải là số."), rows=wrong)
        return np.array(found, dtype=np.float64)
    numbers = table.numbers("df")
    return np.where(np.isnan(numbers), np.inf, numbers)


def _plain(text: str) -> float | None:

    return float(text) if NUMBER.fullmatch(text) else None


def _simple(names: list[str], se: Floats, deff: Floats) -> Any:
    """Variance under simple random sampling."""
    import numpy as np

    from parindex.commands.estimation.faults import DataFault

    if wrong := [names[unit] for unit in np.flatnonzero(~(deff > 0)).tolist()]:
        raise DataFault(
            N_("Hệ số thiết kế (deff) phải lớn hơn 0 để dùng --variance pooled, sai ở: %(names)s."), names=wrong
        )
    return se**2 / deff


def _matrix(path: Path, names: list[str]) -> Any:
    """A covariance matrix in the order of the units, matched by the names of its rows and columns."""
    import numpy as np

    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.estimation.tables import read_table

    table = read_table(path)
    if table.names[:1] != ("unit",):
        raise DataFault(N_("%(source)s phải bắt đầu bằng cột unit rồi tên các đơn vị."), source=path.name)
    rows = _names(table)
    columns = list(table.names[1:])
    for found, missing, extra in (
        (rows, N_("%(source)s thiếu dòng của: %(names)s."), N_("%(source)s có dòng của đơn vị lạ: %(names)s.")),
        (columns, N_("%(source)s thiếu cột của: %(names)s."), N_("%(source)s có cột của đơn vị lạ: %(names)s.")),
    ):
        if absent := [name for name in names if name not in found]:
            raise DataFault(missing, source=path.name, names=absent)
        if strange := [name for name in found if name not in names]:
            raise DataFault(extra, source=path.name, names=strange)
    order = [rows.index(name) for name in names]
    return np.column_stack([table.numbers(name) for name in names])[order]


def _sentence(warning: RankWarning, names: list[str], translate: Callable[..., str]) -> str:
    from parindex.commands.estimation.faults import shown

    return translate(WARNINGS[warning.code], df=shown(warning.df), units=shown([names[unit] for unit in warning.units]))


def _errors(units: RankedUnits) -> list[float]:
    """The standard errors that were used."""
    import numpy as np

    if units.covariance is not None:
        return [float(v) for v in np.sqrt(np.maximum(np.diag(units.covariance), 0.0))]
    return [float(v) for v in units.se]


def _best(sets: RankSets, units: RankedUnits, arguments: argparse.Namespace) -> dict[str, Any]:
    """Who may be among the best, and how probably each unit is."""
    from parindex.commands.estimation.faults import DataFault
    from parindex.statistics import rank_probabilities

    k = arguments.best
    if k > len(units.names):
        raise DataFault(N_("--best %(k)s nhiều hơn số đơn vị (%(count)s)."), k=k, count=len(units.names))
    found = rank_probabilities(
        units.estimates,
        None if units.covariance is not None else sets.used_se,
        units.covariance,
        sets.used_df,
        draws=arguments.draws,
        seed=arguments.seed,
        smallest_first=arguments.smallest_first,
    )
    return {
        "k": k,
        "units": [units.names[unit] for unit in sets.best(k)],
        "probability": dict(zip(units.names, found.best(k).tolist(), strict=True)),
    }


def _groups(sets: RankSets, units: RankedUnits) -> list[list[str]]:
    """The longest runs of neighbours of which no two can be told apart, from the first rank on."""
    import numpy as np

    from parindex.statistics import lanes

    order = np.argsort(sets.rank, kind="stable").tolist()
    return [[units.names[unit] for unit in run] for run in lanes(order, sets.apart)]


def _json(
    sets: RankSets,
    units: RankedUnits,
    arguments: argparse.Namespace,
    best: dict[str, Any] | None,
    translate: Callable[..., str],
) -> str:
    from parindex.commands.estimation.output import json_text

    rows = zip(
        units.names,
        units.estimates.tolist(),
        _errors(units),
        sets.rank.tolist(),
        sets.marginal.tolist(),
        sets.simultaneous.tolist(),
        strict=True,
    )
    entries = [dict(zip(("unit", "est", "se", "rank", "marginal", "simultaneous"), row, strict=True)) for row in rows]
    for entry, interval, claimed in zip(entries, sets.intervals.tolist(), sets.claimed.tolist(), strict=True):
        if not claimed:
            entry["interval"] = interval
    return (
        json_text(
            {
                "level": sets.level,
                "draws": sets.draws,
                "seed": sets.seed,
                "generator": sets.generator,
                "method": arguments.method,
                "variance": arguments.variance,
                "side": arguments.side,
                "smallest_first": arguments.smallest_first,
                "df_rule": sets.df_rule,
                "critical": sets.critical,
                "units": entries,
                "groups": _groups(sets, units),
                **({} if best is None else {"best": best}),
                "warnings": [
                    {
                        "code": warning.code,
                        "df": warning.df,
                        "units": [units.names[unit] for unit in warning.units],
                        "text": _sentence(warning, units.names, translate),
                    }
                    for warning in sets.warnings
                ],
            }
        )
        + "\n"
    )


def _flat(sets: RankSets, units: RankedUnits, best: dict[str, Any] | None, form: str, lang: Any) -> str:
    from parindex.commands.estimation.output import csv_text, table_text

    rows: list[list[object]] = [
        [name, est, se, rank, *marginal, *simultaneous]
        for name, est, se, rank, marginal, simultaneous in zip(
            units.names,
            units.estimates.tolist(),
            _errors(units),
            sets.rank.tolist(),
            sets.marginal.tolist(),
            sets.simultaneous.tolist(),
            strict=True,
        )
    ]
    header: tuple[str, ...] = HEADER
    if best is not None:
        header = (*HEADER, f"best_{best['k']}")
        rows = [[*row, best["probability"][row[0]]] for row in rows]
    if form == "csv":
        return csv_text(header, rows)
    return table_text(header, sorted(rows, key=lambda row: row[3]), lang)  # type: ignore[arg-type,return-value]
