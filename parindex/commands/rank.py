"""``parindex rank ESTIMATES.csv``: ranks with marginal and simultaneous confidence sets."""

from __future__ import annotations

import argparse
import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parindex.commands.command_parser import whole_number, worded
from parindex.commands.estimation.tables import NUMBER
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from parindex.commands.estimation.faults import DataFault
    from parindex.commands.ranked_units import RankedUnits
    from parindex.statistics import RankSets, RankWarning, StatisticsError

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
    "pooled_variance": N_(
        "Sai số chuẩn được tính chung từ mọi đơn vị: chỉ đúng nếu phương sai của các đơn vị bằng nhau, và với ít bậc "
        "tự do (nhỏ nhất %(df)s) thì không kiểm chứng được điều đó. Đơn vị: %(units)s."
    ),
    "variances_differ": N_(
        "Kiểm định Bartlett bác bỏ giả thuyết phương sai bằng nhau (mức 5%%): không nên dùng --variance pooled. "
        "Đơn vị: %(units)s."
    ),
    "se_from_interval": N_(
        "Tỷ lệ bằng 0 hoặc 1 không có sai số chuẩn nào chắc chắn: khi so sánh, sai số lấy từ độ rộng khoảng tin cậy. "
        "Đơn vị: %(units)s."
    ),
    "error_unknown": N_(
        "Sai số chuẩn bằng 0 vì mọi câu trả lời hoặc mọi đơn vị mẫu giống nhau, không phải vì chắc chắn, hoặc không có sai "
        "số chuẩn: không xếp hạng. Tỷ lệ 0 hoặc 1 cần khoảng tin cậy (các cột ci_low, ci_high, df mà parindex estimate "
        "--format csv ghi); giá trị biết chắc thì để trống df. Đơn vị: %(units)s."
    ),
    "no_value": N_("Không ai trả lời nên không có ước lượng: không xếp hạng. Đơn vị: %(units)s."),
    "df_unknown": N_(
        "Bậc tự do để trống hoặc Inf được hiểu là vô hạn: sai số chuẩn được coi là biết chắc. Nếu chưa rõ thì kết luận sau "
        "đây quá chắc chắn. Đơn vị: %(units)s."
    ),
    "se_zero": N_("Sai số chuẩn bằng 0 được hiểu là biết chắc, mọi chênh lệch đều có ý nghĩa. Đơn vị: %(units)s."),
}
NO_PROBABILITY = N_(
    "Các đơn vị chung xã mẫu hoặc chung người chấm: không nêu xác suất ở trong %(k)s đơn vị đầu, vì không rút ngẫu nhiên "
    "được sai số của chúng; danh sách các đơn vị có thể ở trong đó lấy từ kiểm định từng cặp."
)
UNPLACED = N_(
    "Không nêu xác suất ở trong %(k)s đơn vị đầu của các đơn vị không xếp hạng được: %(units)s. Chúng có thể đứng trên mọi "
    "đơn vị khác, nên của các đơn vị khác là xác suất ít nhất và nhiều nhất."
)
UNIT = N_("tên đơn vị")
UNEQUAL = 0.05
"""Probability below which variances are told to differ."""
LEFT_OUT = N_("Bỏ qua %(n)s dòng ước lượng của cả mẫu: chỉ xếp hạng các đơn vị.")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("rank")
    parser.add_argument(
        "estimates",
        type=Path,
        metavar="ESTIMATES.csv",
        help=N_("các cột unit,est,se[,df], hoặc tệp CSV của lệnh estimate; - để đọc từ lệnh trước"),
    )
    parser.add_argument(
        "--covariance",
        type=Path,
        action="append",
        default=[],
        metavar="COV.csv",
        help=N_("ma trận unit,<tên các đơn vị>, thay cho cột se; mỗi cuộc điều tra một lần"),
    )
    parser.add_argument(
        "--covariance-sheet",
        action="append",
        default=[],
        metavar="NAME",
        help=N_("tên sheet của --covariance, nếu là sổ tính: một lần cho mọi tệp, hoặc mỗi tệp một lần"),
    )
    parser.add_argument(
        "--kind", choices=("shared", "blocks"), action="append", default=[],
        help=N_("các đơn vị có chung xã mẫu hoặc người chấm không (ma trận chéo: blocks, còn lại: shared)"),
    )  # fmt: skip
    parser.add_argument("--sheet", metavar="NAME", help=N_("tên sheet của các ước lượng, nếu tệp là sổ tính"))
    parser.add_argument("--level", type=_level, default=0.95, help=N_("độ tin cậy của các tập hạng (mặc định 0.95)"))
    parser.add_argument(
        "--draws", type=whole_number(1, MOST_DRAWS), default=10_000, help=N_("số lượt rút ngẫu nhiên (mặc định 10000)")
    )
    parser.add_argument(
        "--seed", type=whole_number(0, MOST_SEED), default=1, help=N_("số khởi tạo của các lượt rút (mặc định 1)")
    )
    parser.add_argument(
        "--variance", choices=("own", "pooled"), default="own",
        help=N_("sai số của riêng từng đơn vị (own) hoặc tính chung (pooled)"),
    )  # fmt: skip
    parser.add_argument(
        "--method", choices=("stepdown", "single"), default="stepdown",
        help=N_("kiểm định lùi từng bước (stepdown) hoặc một lần (single)"),
    )  # fmt: skip
    parser.add_argument(
        "--side", choices=("two", "lower", "upper"), default="two",
        help=N_("giới hạn hạng ở hai phía (two), chỉ phía dưới (lower) hoặc chỉ phía trên (upper)"),
    )  # fmt: skip
    parser.add_argument("--smallest-first", action="store_true", help=N_("hạng 1 là giá trị nhỏ nhất"))
    parser.add_argument(
        "--best",
        type=whole_number(1, MOST_UNITS),
        metavar="K",
        help=N_("nêu thêm đơn vị nào có thể ở trong K đơn vị đầu, với xác suất nào"),
    )
    parser.add_argument("--format", choices=FORMATS, default="json", help=N_("dạng ghi kết quả"))


def _level(text: str) -> float:
    level = float(text) if NUMBER.fullmatch(text) else math.nan
    if not MARGIN <= level <= 1 - MARGIN:
        told = N_("“%(found)s” không dùng được; cần một số lớn hơn 0 và nhỏ hơn 1, viết với dấu chấm như 0.95")
        raise argparse.ArgumentTypeError(worded(told, found=text))
    return level


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the sets on stdout, 1 where the input cannot be ranked, 2 where it cannot be read."""
    from parindex.commands.estimation.faults import DataFault, shown
    from parindex.commands.ranked_units import read_units
    from parindex.commands.score_notes import twins_of
    from parindex.statistics import StatisticsError

    lang = language(arguments.lang)
    translate = translator(lang)
    units: RankedUnits | None = None
    try:
        _refuse_options(arguments)
        units = read_units(
            arguments.estimates, arguments.covariance, arguments.kind,
            pooled=arguments.variance == "pooled", level=arguments.level, sheet=arguments.sheet,
            covariance_sheets=arguments.covariance_sheet,
        )  # fmt: skip
        sets = _sets(units, arguments)
        best = None if arguments.best is None else _best(sets, units, arguments)
    except StatisticsError as error:
        print(_refusal(error, units).text(translate), file=sys.stderr)
        return 1
    except DataFault as fault:
        print(fault.text(translate), file=sys.stderr)
        return fault.exit_code
    if units.left_out:
        print(translate(LEFT_OUT, n=units.left_out), file=sys.stderr)
    if best is not None and best["probability"] is None:
        print(translate(NO_PROBABILITY, k=best["k"]), file=sys.stderr)
    elif best is not None and not sets.claimed.all():
        unplaced = [name for name, placed in zip(units.names, sets.claimed.tolist(), strict=True) if not placed]
        print(translate(UNPLACED, k=best["k"], units=shown(unplaced, translate)), file=sys.stderr)
    for note in twins_of(UNIT, units.source, dict(zip(units.names, units.lines, strict=True))):
        print(note.text(translate), file=sys.stderr)
    for warning in _warnings(sets, units):
        print(_sentence(warning, units.names, translate), file=sys.stderr)
    if arguments.format == "json":
        sys.stdout.write(_json(sets, units, arguments, best, translate))
    else:
        sys.stdout.write(_flat(sets, units, best, arguments.format, lang))
    return 0


def _refusal(error: StatisticsError, units: RankedUnits | None) -> DataFault:
    """What the engine refuses, at the rows of its units."""
    from parindex.commands.estimation.faults import fault_of

    return fault_of(error) if units is None else fault_of(error, units.lines, units.names, source=units.source)


def _refuse_options(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    from parindex.commands.estimation.faults import UnreadableData

    least = 20 / (1 - Fraction(repr(arguments.level)))
    if arguments.draws < least:
        raise UnreadableData(
            N_("--draws %(draws)s quá ít cho --level %(level)s: cần ít nhất %(least)s lượt rút."),
            draws=arguments.draws,
            level=str(arguments.level),
            least=math.ceil(least),
        )
    if arguments.variance == "pooled" and arguments.covariance:
        raise UnreadableData(N_("--variance pooled không dùng cùng --covariance."))


def _sets(units: RankedUnits, arguments: argparse.Namespace) -> RankSets:
    import numpy as np

    from parindex.statistics import rank_sets
    from parindex.statistics.ranks.rank_sets import refuse_other_se

    if units.covariance is not None:
        refuse_other_se(units.se, units.covariance)
    estimates = units.estimates.copy()
    if len(units.without_value):
        # They stand behind everybody, so that nobody's rank counts them, and may stand before everybody.
        known = np.delete(estimates, units.without_value)
        estimates[units.without_value] = known.max() if arguments.smallest_first else known.min()
    unplaced = units.not_placed
    se = None if units.se is None else units.se.copy()
    if se is not None:
        se[unplaced] = np.nan_to_num(se[unplaced])
    return rank_sets(
        estimates,
        se,
        df=units.df,
        level=arguments.level,
        draws=arguments.draws,
        seed=arguments.seed,
        variance=arguments.variance,
        method=arguments.method,
        side=arguments.side,
        smallest_first=arguments.smallest_first,
        simple_variance=units.simple,
        surveys=units.surveys,
        unplaced=unplaced.tolist(),
        df_least=units.df_least,
    )


def _warnings(sets: RankSets, units: RankedUnits) -> list[RankWarning]:
    """What must be said beside the sets."""
    import numpy as np

    from parindex.statistics import RankWarning

    certain = np.setdiff1d(np.flatnonzero(np.array(_errors(units)) == 0), units.not_placed)
    unbounded = np.setdiff1d(np.flatnonzero(~np.isfinite(units.df)), units.without_value)
    listed = {
        "se_from_interval": units.at_edge,
        "error_unknown": units.unplaced,
        "no_value": units.without_value,
        "df_unknown": unbounded if np.isfinite(units.df).any() else certain[:0],
        "se_zero": certain,
    }
    told = [
        RankWarning(code, tuple(some.tolist()), float(units.df[some].min()))
        for code, some in listed.items()
        if len(some)
    ]
    return [*sets.warnings, *told, *(_of_pooling(sets, units) if sets.df_rule == "pooled" else ())]


def _of_pooling(sets: RankSets, units: RankedUnits) -> list[RankWarning]:
    """What must be said of pooled variances: always, and again where they differ."""
    import numpy as np

    from parindex.statistics import RankWarning
    from parindex.statistics.ranks.equal_variances import bartlett

    placed = np.flatnonzero(sets.claimed)
    if units.se is None or not len(placed):
        return []
    variances = units.se**2 if units.simple is None else units.se**2 / units.simple
    codes = ["pooled_variance"]
    if bartlett(variances[placed], units.df[placed]) < UNEQUAL:
        codes.append("variances_differ")
    return [RankWarning(code, tuple(placed.tolist()), float(units.df[placed].min())) for code in codes]


def _sentence(warning: RankWarning, names: list[str], translate: Callable[..., str]) -> str:
    from parindex.commands.estimation.faults import shown

    units = [names[unit] for unit in warning.units]
    return translate(WARNINGS[warning.code], df=shown(warning.df, translate), units=shown(units, translate))


def _errors(units: RankedUnits) -> list[float]:
    """The standard errors that were used."""
    import numpy as np

    if units.covariance is not None:
        return [float(v) for v in np.sqrt(np.maximum(np.diag(units.covariance), 0.0))]
    return [] if units.se is None else [float(v) for v in units.se]


def _best(sets: RankSets, units: RankedUnits, arguments: argparse.Namespace) -> dict[str, Any]:
    """Who may be among the best, and how probably each unit is: unknown where units share PSUs or raters."""
    import numpy as np

    from parindex.commands.estimation.faults import UnreadableData

    k = arguments.best
    if k > len(units.names):
        raise UnreadableData(N_("--best %(k)s nhiều hơn số đơn vị (%(count)s)."), k=k, count=len(units.names))
    may_be = {"k": k, "units": [units.names[unit] for unit in sets.best(k)]}
    if np.isfinite(sets.used_df).any() and any(survey.kind == "shared" for survey in units.surveys):
        return {**may_be, "probability": None}
    unplaced = int((~sets.claimed).sum())
    least, most = (_chances(sets, units, arguments, place) for place in (k - unplaced, k))
    told = {"probability": least, **({"probability_most": most} if unplaced else {})}
    why = dict.fromkeys(units.unplaced.tolist(), "error_unknown") | dict.fromkeys(
        units.without_value.tolist(), "no_value"
    )
    reasons = {units.names[unit]: why.get(unit, "df_under_5") for unit in np.flatnonzero(~sets.claimed).tolist()}
    return {**may_be, **told, **({"reason": reasons} if reasons else {})}


def _chances(sets: RankSets, units: RankedUnits, arguments: argparse.Namespace, k: int) -> dict[str, float | None]:
    """How probably each unit that is placed is among the best k of those that are."""
    import numpy as np

    from parindex.statistics import rank_probabilities

    placed = np.flatnonzero(sets.claimed)
    chances: dict[str, float | None] = dict.fromkeys(units.names)
    if not len(placed):
        return chances
    noisy = bool(np.isfinite(sets.used_df[placed]).any())
    covariance = None if noisy or units.covariance is None else units.covariance[np.ix_(placed, placed)]
    found = rank_probabilities(
        units.estimates[placed],
        sets.used_se[placed] if covariance is None else None,
        covariance,
        sets.used_df[placed],
        draws=arguments.draws,
        seed=arguments.seed,
        smallest_first=arguments.smallest_first,
    )
    among = found.best(min(k, len(placed))).tolist() if k > 0 else [0.0] * len(placed)
    return {**chances, **{units.names[unit]: chance for unit, chance in zip(placed.tolist(), among, strict=True)}}


def _groups(sets: RankSets, units: RankedUnits) -> list[list[str]]:
    """The longest runs of neighbours of which no two can be told apart, from the first rank on."""
    import numpy as np

    from parindex.statistics import lanes

    order = [unit for unit in np.argsort(sets.rank, kind="stable").tolist() if unit not in units.without_value]
    return [[units.names[unit] for unit in run] for run in lanes(order, sets.apart)]


def _unit_rows(sets: RankSets, units: RankedUnits) -> list[tuple[Any, ...]]:
    """Name, estimate, error, rank and sets of each unit; of one without a value nothing but the sets."""
    columns: tuple[list[Any], ...] = (units.estimates.tolist(), _errors(units), sets.rank.tolist())
    for unit in units.without_value.tolist():
        for column in columns:
            column[unit] = None
    return list(zip(units.names, *columns, sets.marginal.tolist(), sets.simultaneous.tolist(), strict=True))


def _json(
    sets: RankSets,
    units: RankedUnits,
    arguments: argparse.Namespace,
    best: dict[str, Any] | None,
    translate: Callable[..., str],
) -> str:
    from parindex.commands.estimation.output import json_text

    names = ("unit", "est", "se", "rank", "marginal", "simultaneous")
    entries = [dict(zip(names, row, strict=True)) for row in _unit_rows(sets, units)]
    unknown = set(units.not_placed.tolist())
    for unit, interval in enumerate(sets.intervals.tolist()):
        if not sets.claimed[unit]:
            entries[unit]["interval"] = None if unit in unknown else interval
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
                    for warning in _warnings(sets, units)
                ],
            }
        )
        + "\n"
    )


def _flat(sets: RankSets, units: RankedUnits, best: dict[str, Any] | None, form: str, lang: Any) -> str:
    from parindex.commands.estimation.output import csv_text, table_text

    rows: list[list[object]] = [
        [name, est, se, rank, *marginal, *simultaneous]
        for name, est, se, rank, marginal, simultaneous in _unit_rows(sets, units)
    ]
    header: tuple[str, ...] = HEADER
    if best is not None:
        columns = {"": best["probability"] or {}} | (
            {"_most": best["probability_most"]} if "probability_most" in best else {}
        )
        header = (*HEADER, *(f"best_{best['k']}{ending}" for ending in columns))
        rows = [[*row, *(chances.get(row[0]) for chances in columns.values())] for row in rows]
    if form == "csv":
        return csv_text(header, rows)
    last = len(rows) + 1
    return table_text(header, sorted(rows, key=lambda row: row[3] or last), lang)  # type: ignore[arg-type,return-value]
