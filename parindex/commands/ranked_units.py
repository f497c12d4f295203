"""What ``parindex rank`` ranks: estimates with their errors from a file, from ``parindex estimate`` or from a pipe."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import numpy as np

from parindex.commands.estimation.faults import DataFault, UnreadableData, fault_of
from parindex.commands.estimation.tables import NUMBER, DataTable, read_table
from parindex.statistics import StatisticsError, SurveyErrors
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.ranks.holm_tests import SurveyKind, kind_of_covariance
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.intervals import at_edge, error_at_edge
from parindex.text import N_

STDIN: Final = Path("-")
KNOWN: Final = ("unit", "est", "value", "se", "df", "deff", "ci_low", "ci_high", "level")
"""Columns that the command names itself."""
OF_SURVEY: Final = re.compile(r"df_([1-9][0-9]{0,3})")
"""A column of the degrees of freedom of one of several surveys."""
DOMAIN: Final = "by."
"""How a column of ``parindex estimate`` begins that says whose the estimate is."""

LARGEST_MARK: Final = 10.0
"""Estimates up to here may be marks or points, of which 0 is a value as any other; above, up to 100, they are per cent."""


class RankedUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The estimates that are ranked."""

    names: list[str]
    """Names of the units, in the order of the file."""
    estimates: Floats
    """(p,) estimates."""
    se: Floats | None
    """(p,) standard errors; ``None`` where only covariances are given."""
    df: Floats
    """(p,) degrees of freedom, infinite where none are given."""
    simple: Floats | None
    """(p,) variance under simple random sampling, from a column ``deff``; ``None`` without it."""
    surveys: tuple[SurveyErrors, ...]
    """A covariance for each survey; none where the units are independent."""
    at_edge: Integers
    """Units that are 0 or 1 and take their error from the width of their interval."""
    unplaced: Integers
    """Units at an end of their scale with an error of 0, of which nothing tells how certain they are."""
    left_out: int
    """Rows of ``parindex estimate`` that are of no domain."""
    source: str
    """The file, of a workbook with its sheet."""
    lines: tuple[int, ...]
    """Line of each unit in it."""

    @property
    def covariance(self) -> Floats | None:
        """(p, p) covariance, all surveys together; ``None`` where none is given."""
        return np.asarray(sum(each.covariance for each in self.surveys)) if self.surveys else None


def read_units(
    path: Path,
    covariances: Sequence[Path],
    kinds: Sequence[SurveyKind],
    *,
    pooled: bool,
    level: float,
    sheet: str | None = None,
) -> RankedUnits:
    """Read the estimates, and the covariances matched by name.

    Args:
        path: A CSV file ``unit,est,se[,df]``, or what ``parindex estimate --format csv`` writes; ``-``: from a pipe.
        covariances: A covariance for each survey.
        kinds: What they are, one for all or one for each; none: a diagonal one is blocks.
        pooled: Whether simple variances are needed.
        level: Level of the intervals where the file does not say.
        sheet: The sheet of a workbook of estimates; ``None``: the one that holds them.

    Raises:
        DataFault: what cannot be ranked.
    """
    table = _table(path, () if covariances else ("se",), sheet)
    value = next((name for name in ("est", "value") if name in table), "est")
    by = [name for name in table.names if name.startswith(DOMAIN)] if "unit" not in table else []
    for name in (*(() if by else ("unit",)), value, *(() if covariances else ("se",))):
        if name not in table:
            raise DataFault(
                N_(
                    "%(source)s phải có các cột unit, est, se (và df nếu có), hoặc là kết quả CSV của "
                    "parindex estimate; thiếu %(name)s."
                ),
                source=table.source,
                name=name,
            )
    if len(table) == 0:
        raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=table.source)
    rows = _rows_of_domains(table, by)
    names = _of_domains(table, by, rows) if by else names_of(table)
    df = _degrees(table, "df")[rows]
    estimates = table.numbers(value)[rows]
    se = table.numbers("se")[rows] if "se" in table else None
    edge = np.empty(0, dtype=np.int64)
    if se is not None:
        se, edge = _errors_at_edge(table, rows, estimates, se, df, level)
    surveys = _surveys(table, covariances, kinds, names, rows, df)
    if surveys and se is not None:
        se = np.where(np.isnan(se), _known_errors(None, surveys), se)
    deff = table.numbers("deff")[rows] if "deff" in table else None
    return RankedUnits(
        names=names,
        estimates=estimates,
        se=se,
        df=df,
        simple=None if deff is None or se is None or surveys or not pooled else _simple(table, rows, names, se, deff),
        surveys=surveys,
        at_edge=edge,
        unplaced=_without_error(estimates, _known_errors(se, surveys), edge),
        left_out=len(table) - len(rows),
        source=table.source,
        lines=tuple(int(line) for line in table.lines[rows]),
    )


def _table(path: Path, needed: Sequence[str], sheet: str | None) -> DataTable:
    if path == STDIN:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "stdin.csv"
            copy.write_bytes(sys.stdin.buffer.read())
            try:
                return read_table(copy, needed=needed, known=KNOWN, sheet=sheet)
            except DataFault as fault:
                # Nobody has seen the copy.
                fault.values["path"] = copy.name
                raise
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UnreadableData(N_("%(path)s phải là tệp .csv hoặc .xlsx."), path=path)
    return read_table(path, needed=needed, known=KNOWN, sheet=sheet)


def _rows_of_domains(table: DataTable, by: Sequence[str]) -> Integers:
    """Rows that are of a domain; all where the file names units itself."""
    if not by:
        return np.arange(len(table))
    return np.flatnonzero(np.any([table.named(name).codes >= 0 for name in by], axis=0))


def _of_domains(table: DataTable, by: Sequence[str], rows: Integers) -> list[str]:
    """Names of the units from the values of their domain, each once."""
    columns = [table.texts(name) for name in by]
    names = ["/".join(str(column[row]) for column in columns if column[row] is not None) for row in rows.tolist()]
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        wrong = [int(row) for row, name in zip(rows, names, strict=True) if name in set(repeated)]
        raise DataFault(
            N_(
                "%(source)s, dòng %(rows)s: có nhiều ước lượng của cùng một đơn vị (%(names)s). Chỉ xếp hạng được một "
                "chỉ tiêu: giữ các dòng có cùng statistic, of và values."
            ),
            source=table.source,
            rows=table.lines_of(wrong),
            names=repeated,
        )
    return names


def names_of(table: DataTable) -> list[str]:
    """Names of the units, each once."""
    texts = [text.strip() if text is not None else "" for text in table.texts("unit")]
    if "" in texts:
        raise DataFault(
            N_("Tên đơn vị (unit) bị trống ở dòng %(line)s của %(source)s."),
            line=int(table.lines[texts.index("")]),
            source=table.source,
        )
    repeated = sorted(name for name, times in Counter(texts).items() if times > 1)
    if repeated:
        wrong = [row for row, name in enumerate(texts) if name in set(repeated)]
        raise DataFault(
            N_("%(source)s, dòng %(rows)s: đơn vị lặp lại: %(names)s."),
            source=table.source,
            rows=table.lines_of(wrong, "unit"),
            names=repeated,
        )
    return texts


def _errors_at_edge(
    table: DataTable, rows: Integers, estimates: Floats, se: Floats, df: Floats, level: float
) -> tuple[Floats, Integers]:
    """Standard errors, those of shares of 0 or 1 from the width of their interval, and whose they are."""
    if "ci_low" not in table or "ci_high" not in table:
        return se, np.empty(0, dtype=np.int64)
    low, high = table.numbers("ci_low")[rows], table.numbers("ci_high")[rows]
    levels = table.numbers("level")[rows] if "level" in table else np.full(len(rows), level)
    edge = (se == 0) & np.array([at_edge(value) for value in estimates.tolist()]) & (high > low) & (df > 0)
    units = np.flatnonzero(edge & (levels > 0) & (levels < 1))
    found = se.copy()
    for unit in units.tolist():
        bounds = float(low[unit]), float(high[unit])
        found[unit] = error_at_edge(bounds, float(df[unit]), float(levels[unit]))
    return found, units


def _known_errors(se: Floats | None, surveys: Sequence[SurveyErrors]) -> Floats:
    """(p,) standard errors, of all surveys together where there are covariances."""
    if not surveys:
        return np.empty(0) if se is None else se
    return np.sqrt(np.maximum(np.diag(sum(each.covariance for each in surveys)), 0.0))


def _without_error(estimates: Floats, se: Floats, known: Integers) -> Integers:
    """Units at an end of the scale whose error is 0 because everybody answered the same, which is no certainty.

    Args:
        estimates: (p,) estimates: shares where none is outside 0 and 1, per cent where they are above a scale of marks.
        se: (p,) standard errors.
        known: Units whose interval tells how certain they are.
    """
    most = float(np.max(estimates, initial=0.0))
    scale = 1.0 if most <= 1 else 100.0
    if 1 < most <= LARGEST_MARK or most > scale or not (estimates >= 0).all():
        return np.empty(0, dtype=np.int64)
    ends = np.array([at_edge(value / scale) for value in estimates.tolist()])
    return np.setdiff1d(np.flatnonzero((se == 0) & ends), known)


def _degrees(table: DataTable, column: str) -> Floats:
    """(n,) degrees of freedom; empty and ``Inf`` are infinite."""
    if column not in table:
        return np.full(len(table), np.inf)
    texts = [text.strip() if text is not None else "" for text in table.texts(column)]
    if any(text.lower() == "inf" for text in texts):
        found = [_degree(text) for text in texts]
        if any(value is None for value in found):
            wrong = table.lines_of([row for row, value in enumerate(found) if value is None], column)
            raise DataFault(
                N_("%(source)s, dòng %(rows)s: bậc tự do (%(name)s) không phải là số."),
                source=table.source,
                rows=wrong,
                name=column,
            )
        return np.array(found, dtype=np.float64)
    numbers = table.numbers(column)
    return np.where(np.isnan(numbers), np.inf, numbers)


def _degree(text: str) -> float | None:
    if text.lower() in ("", "inf"):
        return math.inf
    return float(text) if NUMBER.fullmatch(text) else None


def _simple(table: DataTable, rows: Integers, names: list[str], se: Floats, deff: Floats) -> Floats:
    """Variance under simple random sampling."""
    if wrong := rows[~(deff > 0)].tolist():
        raise DataFault(
            N_(
                "%(source)s, dòng %(rows)s: hệ số thiết kế (deff) phải lớn hơn 0 để dùng --variance pooled, sai ở: %(names)s."
            ),
            source=table.source,
            rows=table.lines_of(wrong, "deff"),
            names=[names[unit] for unit in np.flatnonzero(~(deff > 0)).tolist()],
        )
    return np.asarray(se**2 / deff)


def _surveys(
    table: DataTable,
    covariances: Sequence[Path],
    kinds: Sequence[SurveyKind],
    names: list[str],
    rows: Integers,
    df: Floats,
) -> tuple[SurveyErrors, ...]:
    """The errors of each survey; its degrees of freedom stand in ``df_1``, ``df_2`` … or, the same for all, in ``df``."""
    if kinds and (not covariances or len(kinds) not in (1, len(covariances))):
        raise UnreadableData(N_("--kind dùng cùng --covariance: một lần cho mọi cuộc khảo sát, hoặc mỗi tệp một lần."))
    _refuse_degrees_of_no_survey(table, len(covariances))
    found = []
    for number, path in enumerate(covariances, start=1):
        numbers, source, lines = _matrix(path, names)
        try:
            matrix = checked_covariance(numbers, len(names))
        except StatisticsError as error:
            raise fault_of(error, lines, names, source=source) from None
        own = _degrees(table, f"df_{number}")[rows] if f"df_{number}" in table else df
        kind = kinds[(number - 1) % len(kinds)] if kinds else kind_of_covariance(matrix)
        if kind == "blocks":
            _refuse_shared(matrix, names, source)
        found.append(SurveyErrors(covariance=matrix, df=own, kind=kind))
    return tuple(found)


def _refuse_degrees_of_no_survey(table: DataTable, surveys: int) -> None:
    """Refuse a column of degrees of freedom that nothing would look at."""
    for name in table.names:
        of = OF_SURVEY.fullmatch(name)
        if of and int(of[1]) > surveys:
            raise UnreadableData(
                N_(
                    "%(source)s: cột %(name)s là bậc tự do của cuộc khảo sát thứ %(number)s, cần --covariance cho cuộc đó; "
                    "không có thì đặt tên cột là df."
                ),
                source=table.source,
                name=name,
                number=int(of[1]),
            )


def _refuse_shared(matrix: Floats, names: list[str], source: str) -> None:
    """Refuse units that share nothing and have a covariance all the same."""
    pairs = np.argwhere(np.triu(matrix, 1) != 0)
    if len(pairs):
        first, second = pairs[0].tolist()
        raise DataFault(
            N_(
                "%(source)s: --kind blocks là của các đơn vị không chung xã mẫu hay người chấm, nhưng hiệp phương sai của "
                "%(first)s và %(second)s khác 0. Hãy dùng --kind shared."
            ),
            source=source,
            first=names[first],
            second=names[second],
        )


def _matrix(path: Path, names: list[str]) -> tuple[Floats, str, list[int]]:
    """A covariance matrix in the order of the units, matched by the names of its rows and columns; file and lines."""
    table = read_table(path, needed=("unit", *names))
    if table.names[:1] != ("unit",):
        raise DataFault(N_("%(source)s phải bắt đầu bằng cột unit rồi tên các đơn vị."), source=table.source)
    rows = names_of(table)
    columns = list(table.names[1:])
    known = set(names)
    for found, missing, extra in (
        (rows, N_("%(source)s thiếu dòng của: %(names)s."), N_("%(source)s, dòng %(rows)s: đơn vị lạ: %(names)s.")),
        (columns, N_("%(source)s thiếu cột của: %(names)s."), N_("%(source)s có cột của đơn vị lạ: %(names)s.")),
    ):
        if absent := [name for name in names if name not in set(found)]:
            raise DataFault(missing, source=table.source, names=absent)
        if strange := [at for at, name in enumerate(found) if name not in known]:
            lines = table.lines_of(strange, "unit") if found is rows else []
            raise DataFault(extra, source=table.source, rows=lines, names=[found[at] for at in strange])
    place = {name: at for at, name in enumerate(rows)}
    order = [place[name] for name in names]
    numbers = np.column_stack([table.numbers(name) for name in names])[order]
    return numbers, table.source, [int(line) for line in table.lines[order]]
