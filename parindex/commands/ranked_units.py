"""What ``parindex rank`` ranks: estimates with their errors from a file, from ``parindex estimate`` or from a pipe."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.faults import DataFault, UnreadableData, fault_of
from parindex.commands.estimation.tables import STDIN, DataTable, read_table, refuse_absent_files
from parindex.statistics import StatisticsError, SurveyErrors
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.ranks.holm_tests import SurveyKind, kind_of_covariance
from parindex.statistics.ranks.rank_sets import TOO_FEW_DF
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import CENSUS, without_error
from parindex.statistics.survey.intervals import at_edge, error_at_edge
from parindex.text import N_

KNOWN: Final = ("unit", "est", "value", "se", "df", "df_least", "deff", "ci_low", "ci_high", "level", "note")
"""Columns that the command names itself."""
OF_SURVEY: Final = re.compile(r"df_([1-9][0-9]{0,3})")
"""A column of the degrees of freedom of one of several surveys."""
DOMAIN: Final = "by."
"""How a column of ``parindex estimate`` begins that says whose the estimate is."""

LARGEST_MARK: Final = 10.0
"""Estimates up to here may be marks or points, which end nowhere that can be told but at 0; above, up to 100, they are per
cent."""
UNMET: Final = ("no_answers", "no_value")
"""Notes of ``parindex estimate`` on a domain that has no estimate."""


class RankedUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The estimates that are ranked."""

    names: list[str]
    """Names of the units, in the order of the file."""
    estimates: Floats
    """(p,) estimates."""
    se: Floats | None
    """(p,) standard errors, NaN where there is none; ``None`` where only covariances are given."""
    df: Floats
    """(p,) degrees of freedom, infinite where none are given."""
    df_least: Floats
    """(p,) the fewest of an item of an index; infinite where none are told."""
    simple: Floats | None
    """(p,) variance under simple random sampling, from a column ``deff``; ``None`` without it."""
    surveys: tuple[SurveyErrors, ...]
    """A covariance for each survey; none where the units are independent."""
    at_edge: Integers
    """Units that are 0 or 1 and take their error from the width of their interval."""
    unplaced: Integers
    """Units without an error, or with one of 0 that is no certainty: nothing tells how certain they are."""
    without_value: Integers
    """Units of which there is no estimate, because nobody answered; what stands for it here is the least of the others."""
    left_out: int
    """Rows of ``parindex estimate`` that are of no domain."""
    source: str
    """The file, of a workbook with its sheet."""
    lines: tuple[int, ...]
    """Line of each unit in it."""

    @property
    def not_placed(self) -> Integers:
        """Units that no rank is claimed of, whatever their degrees of freedom."""
        return np.union1d(self.unplaced, self.without_value)

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
    covariance_sheets: Sequence[str] = (),
) -> RankedUnits:
    """Read the estimates, and the covariances matched by name.

    Args:
        path: A CSV file ``unit,est,se[,df]``, or what ``parindex estimate --format csv`` writes; ``-``: from a pipe.
        covariances: A covariance for each survey.
        kinds: What they are, one for all or one for each; none: a diagonal one is blocks.
        pooled: Whether simple variances are needed.
        level: Level of the intervals where the file does not say.
        sheet: The sheet of a workbook of estimates; ``None``: the one that holds them.
        covariance_sheets: Those of workbooks of covariances, one for all or one for each.

    Raises:
        DataFault: what cannot be ranked.
    """
    refuse_absent_files([path, *covariances])
    files = _with_sheets(covariances, covariance_sheets, kinds)
    table = _table(path, () if covariances else ("se",), sheet)
    value, by = _head(table, () if covariances else ("se",))
    rows = _rows_of_domains(table, by)
    names = _of_domains(table, by, rows) if by else names_of(table)
    df = _degrees(table, "df")[rows]
    estimates = table.numbers(value)[rows]
    notes = _notes(table, rows)
    unmet = np.flatnonzero(np.isnan(estimates) & np.isin(notes, UNMET))
    if 0 < len(unmet) == len(rows):
        raise DataFault(N_("%(source)s không có ước lượng nào: không ai trả lời."), source=table.source)
    if len(unmet):
        estimates[unmet], df[unmet] = np.nanmin(estimates), np.inf
    se = table.numbers("se")[rows] if "se" in table else None
    surveys = _surveys(table, files, kinds, names, rows, df)
    edge = np.empty(0, dtype=np.int64)
    if se is not None:
        se, surveys, edge = _errors_at_edge(table, rows, estimates, se, df, level, notes, surveys)
    if surveys and se is not None:
        se = np.where(np.isnan(se), _known_errors(None, surveys), se)
    known = _known_errors(se, surveys)
    finite = np.isfinite(np.min([each.df for each in surveys], axis=0) if surveys else df)
    doubtful = np.union1d(
        _without_error(estimates, known, finite, notes), np.flatnonzero(np.isnan(known) & (notes != ""))
    )
    deff = table.numbers("deff")[rows] if "deff" in table else None
    df_least = _degrees(table, "df_least")[rows]
    gated = np.flatnonzero(np.minimum(df, df_least) < TOO_FEW_DF)
    return RankedUnits(
        names=names,
        estimates=estimates,
        se=se,
        df=df,
        simple=None
        if deff is None or se is None or surveys or not pooled
        else _simple(table, rows, names, se, deff, np.union1d(np.union1d(doubtful, unmet), gated), edge),
        surveys=surveys,
        df_least=df_least,
        at_edge=edge,
        unplaced=np.setdiff1d(doubtful, unmet),
        without_value=unmet,
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


def _head(table: DataTable, needed: Sequence[str]) -> tuple[str, list[str]]:
    """The column of the estimates, and those that name the units of ``parindex estimate``."""
    value = next((name for name in ("est", "value") if name in table), "est")
    by = [name for name in table.names if name.startswith(DOMAIN)]
    _refuse_two_readings(table, by)
    for name in (*(() if by else ("unit",)), value, *needed):
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
    return value, by


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


def _refuse_two_readings(table: DataTable, by: Sequence[str]) -> None:
    """Refuse a file of which two columns say whose an estimate is, or how large."""
    for one, other in (("est", "value"), *(("unit", name) for name in by[:1])):
        if one in table and other in table:
            raise DataFault(
                N_("%(source)s có cả cột %(one)s lẫn cột %(other)s: không rõ dùng cột nào. Đề nghị bỏ bớt một cột."),
                source=table.source,
                one=one,
                other=other,
            )


def _notes(table: DataTable, rows: Integers) -> NDArray[np.str_]:
    """(p,) what ``parindex estimate`` notes of each estimate."""
    if "note" not in table:
        return np.full(len(rows), "", dtype=np.str_)
    texts = table.texts("note")
    return np.array([texts[row] or "" for row in rows.tolist()], dtype=np.str_)


def _errors_at_edge(
    table: DataTable,
    rows: Integers,
    estimates: Floats,
    se: Floats,
    df: Floats,
    level: float,
    notes: NDArray[np.str_],
    surveys: tuple[SurveyErrors, ...],
) -> tuple[Floats, tuple[SurveyErrors, ...], Integers]:
    """Errors, those of shares of 0 or 1 from the width of their interval, and whose they are.

    A covariance says 0 of such a share as its error does, and is given the same width.
    """
    none = np.empty(0, dtype=np.int64)
    if "ci_low" not in table or "ci_high" not in table:
        return se, surveys, none
    low, high = table.numbers("ci_low")[rows], table.numbers("ci_high")[rows]
    levels = table.numbers("level")[rows] if "level" in table else np.full(len(rows), level)
    edge = (se == 0) & np.array([at_edge(value) for value in estimates.tolist()]) & (high > low) & (df > 0)
    edge &= (notes != CENSUS) & (levels > 0) & (levels < 1)
    if surveys:
        edge &= _known_errors(None, surveys) == 0
    units = np.flatnonzero(edge)
    found = se.copy()
    for unit in units.tolist():
        bounds = float(low[unit]), float(high[unit])
        found[unit] = error_at_edge(bounds, float(df[unit]), float(levels[unit]))
    if surveys and len(units):
        widened = surveys[0].covariance.copy()
        widened[units, units] = found[units] ** 2
        surveys = (replace(surveys[0], covariance=widened), *surveys[1:])
    return found, surveys, units


def _known_errors(se: Floats | None, surveys: Sequence[SurveyErrors]) -> Floats:
    """(p,) standard errors, of all surveys together where there are covariances."""
    if not surveys:
        return np.empty(0) if se is None else se
    return np.sqrt(np.maximum(np.diag(sum(each.covariance for each in surveys)), 0.0))


def _without_error(estimates: Floats, se: Floats, finite: NDArray[np.bool_], notes: NDArray[np.str_]) -> Integers:
    """Units whose error is 0 because every answer or PSU said the same, which is no certainty.

    An error with degrees of freedom was estimated: of 0 it knows nothing. Without them a value is taken as known exactly,
    but at an end of its scale, where it is what a sample of equal answers gives.

    Args:
        estimates: (p,) estimates: shares where none is outside 0 and 1, per cent where they are above a scale of marks.
        se: (p,) standard errors.
        finite: (p,) whether the error has degrees of freedom.
        notes: (p,) what ``parindex estimate`` notes: of a census nothing was drawn.
    """
    zero = np.array([without_error(*one) for one in zip(se.tolist(), estimates.tolist(), strict=True)], dtype=bool)
    most = float(np.max(estimates, initial=0.0))
    scale = 1.0 if most <= 1 else 100.0
    ends = np.zeros(len(estimates), dtype=bool)
    if (estimates >= 0).all() and most <= scale:
        ends = np.array([at_edge(value / scale) for value in estimates.tolist()])
        if 1 < most <= LARGEST_MARK and zero.all():
            ends[:] = False
    return np.flatnonzero(zero & (finite | ends) & (notes != CENSUS))


def _degrees(table: DataTable, column: str) -> Floats:
    """(n,) degrees of freedom; empty and ``Inf`` are infinite."""
    if column not in table:
        return np.full(len(table), np.inf)
    numbers = table.numbers(column, infinite=True)
    return np.where(np.isnan(numbers), np.inf, numbers)


def _simple(
    table: DataTable, rows: Integers, names: list[str], se: Floats, deff: Floats, unplaced: Integers, edge: Integers
) -> Floats:
    """Variance under simple random sampling; of units that are not placed nobody asks, and shares of 0 or 1 have none."""
    deff[unplaced] = 1.0
    if len(none := edge[np.isnan(deff[edge])]):
        raise DataFault(
            N_(
                "%(source)s, dòng %(rows)s: tỷ lệ 0 hoặc 1 không có hệ số thiết kế (deff) nên không tính chung sai số được: "
                "%(names)s. Đề nghị dùng --variance own hoặc bỏ các dòng đó."
            ),
            source=table.source,
            rows=table.lines_of(rows[none].tolist(), "deff"),
            names=[names[unit] for unit in none.tolist()],
        )
    if wrong := rows[~(deff > 0)].tolist():
        raise DataFault(
            N_(
                "%(source)s, dòng %(rows)s: hệ số thiết kế (deff) phải lớn hơn 0 để dùng --variance pooled, sai ở: %(names)s."
            ),
            source=table.source,
            rows=table.lines_of(wrong, "deff"),
            names=[names[unit] for unit in np.flatnonzero(~(deff > 0)).tolist()],
        )
    return np.where(np.isin(np.arange(len(se)), unplaced), 1.0, se**2 / deff)


def _surveys(
    table: DataTable,
    covariances: Sequence[tuple[Path, str | None]],
    kinds: Sequence[SurveyKind],
    names: list[str],
    rows: Integers,
    df: Floats,
) -> tuple[SurveyErrors, ...]:
    """The errors of each survey; its degrees of freedom stand in ``df_1``, ``df_2`` … or, the same for all, in ``df``."""
    _refuse_degrees_of_no_survey(table, len(covariances))
    found = []
    for number, (path, sheet) in enumerate(covariances, start=1):
        numbers, source, lines = _matrix(path, names, sheet)
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


def _with_sheets(
    paths: Sequence[Path], sheets: Sequence[str], kinds: Sequence[SurveyKind]
) -> list[tuple[Path, str | None]]:
    """Each covariance with its sheet; what is told of them is told once for all, or once for each."""
    if kinds and (not paths or len(kinds) not in (1, len(paths))):
        raise UnreadableData(N_("--kind dùng cùng --covariance: một lần cho mọi cuộc khảo sát, hoặc mỗi tệp một lần."))
    if sheets and (not paths or len(sheets) not in (1, len(paths))):
        raise UnreadableData(
            N_("--covariance-sheet dùng cùng --covariance: một lần cho mọi tệp, hoặc mỗi tệp một lần.")
        )
    return [(path, sheets[at % len(sheets)] if sheets else None) for at, path in enumerate(paths)]


def _matrix(path: Path, names: list[str], sheet: str | None) -> tuple[Floats, str, list[int]]:
    """A covariance matrix in the order of the units, matched by the names of its rows and columns; file and lines."""
    table = read_table(path, needed=("unit", *names), sheet=sheet)
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
