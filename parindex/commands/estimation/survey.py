"""From a table and a design file to estimates: the sample is made once, the entries go through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from parindex.commands.estimation.answers import ItemColumn, answers, at_scale, estimates_at_scale, notes_on
from parindex.commands.estimation.checks import missing_by_column, refuse_what_replicates_drop
from parindex.commands.estimation.design import DesignFile, ReplicateChoice, Wanted
from parindex.commands.estimation.estimate_rows import EstimateRow, notes_on_errors
from parindex.commands.estimation.faults import DataFault
from parindex.commands.estimation.lookalike_codes import lookalike_codes
from parindex.commands.estimation.tables import DataTable
from parindex.commands.estimation.weight_choices import CalibrationChoice
from parindex.commands.estimation.weighting import Weighting, survey_fault, weighted
from parindex.messages import Message
from parindex.statistics import (
    Design,
    Domains,
    Estimate,
    IndexDomains,
    Replicates,
    ReplicateSample,
    Sample,
    StatisticsError,
    Target,
    TaylorSample,
    domains_of,
    estimates,
    mean_target,
    quantile_estimate,
    ratio_target,
    total_target,
)
from parindex.statistics.survey.calibration import Calibration
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import CovarianceInParts, noted
from parindex.statistics.survey.quantiles import is_tied
from parindex.statistics.survey.replicates import brr, given, jk1, jkn, rao_wu
from parindex.text import N_

MOST_RECALIBRATED: Final = 250_000_000
"""Weights of all replicates, 2 GB: each is calibrated for itself, so no factors of groups stand for them."""


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that ``estimate`` says."""

    design: dict[str, Any]
    """The sample in numbers."""
    rows: list[EstimateRow]
    """The estimates, entry by entry, item by item, domain by domain."""
    covariances: list[tuple[list[int], Floats]]
    """Per entry that asked: places in ``rows`` and the matrix."""
    unassigned: int
    """Rows that have no value in one of the ``by`` columns of some entry."""
    unassigned_by: dict[str, int]
    """The same for each crossing."""
    warnings: tuple[Message, ...] = ()
    """What a reader must be told beside the numbers."""


def estimate_survey(table: DataTable, wanted: DesignFile, folder: Path) -> Result:
    """Estimate everything that a design file asks for.

    Args:
        table: The data.
        wanted: The design file.
        folder: Where the design file stands; the margins are looked for from there.

    Raises:
        Fault: what the data or the design cannot be estimated from.
    """
    if len(table) == 0:
        raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=table.source)
    table.missing = missing_by_column(wanted, table)
    try:
        weighting = weighted(table, wanted, folder)
        refuse_what_replicates_drop(wanted, weighting.base)
        sample = sample_of(table, wanted, weighting)
        entries = Entries(table, wanted, sample)
        for entry in wanted.estimates:
            entries.add(entry)
    except StatisticsError as error:
        raise survey_fault(error, table, wanted) from None
    return Result(
        design=_summary(sample, wanted, weighting),
        rows=entries.rows,
        covariances=entries.covariances,
        unassigned=int(entries.outside.sum()),
        unassigned_by=entries.unassigned,
        warnings=(
            *lookalike_codes(table, wanted),
            *weighting.warnings,
            *entries.warnings,
            *notes_on_errors(entries.rows, entries.tied),
        ),
    )


def looked_at(wanted: DesignFile) -> Callable[[str], bool]:
    """Whether an estimate looks at a column; margins may name any."""
    names = {wanted.weights, *wanted.stages, *wanted.fpc}
    names |= {name for entry in wanted.estimates for name in (*entry.of, *entry.by)}
    names |= set() if wanted.strata is None else {wanted.strata}
    if (answered := wanted.nonresponse) is not None:
        names |= {answered.responded, *answered.classes, *answered.on, *answered.numbers}
    prefix = "" if wanted.replicates is None else wanted.replicates.prefix
    if wanted.replicates is not None:
        names |= set(wanted.replicates.columns)
    every = wanted.calibration is not None
    return lambda name: every or name in names or bool(prefix and name.startswith(prefix))


def sample_of(table: DataTable, wanted: DesignFile, weighting: Weighting) -> Sample:
    """The sample with the way its errors are found."""
    if wanted.replicates is None:
        return TaylorSample(weighting.design)
    replicates = _replicates(table, weighting.base, wanted.replicates)
    if weighting.again is not None and weighting.design.n * replicates.count > MOST_RECALIBRATED:
        raise DataFault(
            N_(
                "Hiệu chỉnh lại %(replicates)s bộ quyền số lặp của %(rows)s phiếu cần quá nhiều bộ nhớ (tối đa %(most)s "
                "quyền số). Đề nghị dùng rao-wu với count nhỏ hơn, hoặc bỏ replicates: sai số khi đó tính trên phần dư."
            ),
            replicates=replicates.count,
            rows=weighting.design.n,
            most=MOST_RECALIBRATED,
        )
    return ReplicateSample(
        weighting.design, replicates if weighting.again is None else replicates.recalibrated(weighting.again)
    )


def _replicates(table: DataTable, design: Design, choice: ReplicateChoice) -> Replicates:
    if choice.method == "jk1":
        return jk1(design, mse=choice.mse)
    if choice.method == "jkn":
        return jkn(design, mse=choice.mse)
    if choice.method == "rao-wu":
        return rao_wu(design, count=choice.count, seed=choice.seed, mse=choice.mse)
    if choice.method in ("brr", "fay"):
        return brr(design, rho=choice.rho, mse=choice.mse)
    columns = choice.columns or tuple(name for name in table.names if name.startswith(choice.prefix))
    if not columns:
        raise DataFault(
            N_("%(source)s không có cột nào bắt đầu bằng %(prefix)s."), source=table.source, prefix=choice.prefix
        )
    return given(
        design,
        np.column_stack([table.numbers(name) for name in columns]),
        factors=choice.factors,
        scale=choice.scale,
        rscales=choice.rscales or None,
        mse=choice.mse,
    )


class Entries:
    """Collects the estimates of the entries.

    Args:
        table: The data.
        wanted: The design file.
        sample: The sample.
        keep: Whether what each estimate is made of is kept, to be compared with another sample.
    """

    def __init__(self, table: DataTable, wanted: DesignFile, sample: Sample, *, keep: bool = False) -> None:
        self.table, self.wanted, self.sample, self.keep = table, wanted, sample, keep
        self.kept: list[list[tuple[float, Target]]] = []
        self.rows: list[EstimateRow] = []
        self.covariances: list[tuple[list[int], Floats]] = []
        self.warnings: list[DataFault] = []
        self.unassigned: dict[str, int] = {}
        self.tied: list[str] = []
        """Items of quantiles whose interval is asked for by a way that holds too little where answers are tied."""
        self.outside = np.zeros(len(table), dtype=bool)
        self._domains: dict[tuple[str, ...], Domains] = {}

    def add(self, entry: Wanted) -> None:
        """Estimate one entry: item by item, quantile by quantile, domain by domain."""
        domains = self._domains_of(entry.by)
        names = tuple(entry.constants) if entry.statistic == "index" else entry.of
        columns = [answers(self.table, entry, name) for name in names]
        told = {str(warning) for warning in self.warnings}
        self.warnings += [
            note for name in entry.of for note in notes_on(self.table, entry, name) if str(note) not in told
        ]
        rows = self._rows(columns, domains)
        if entry.statistic == "index":
            self._add_index(entry, columns, domains, rows)
            return
        if entry.statistic == "quantile":
            self._add_quantiles(entry, columns, domains, rows)
            return
        if at_scale(self.sample, entry) and not self.keep:
            self._add_at_scale(entry, columns, domains, rows)
            return
        first = len(self.rows)
        together = CovarianceInParts(self.sample) if entry.covariance else None
        for of, make in self._makers(entry, columns):
            chosen = [make(part) for part in rows]
            found = estimates(
                self.sample,
                chosen,
                level=self.wanted.level,
                kind=self.wanted.interval,  # type: ignore[arg-type]
                share=entry.statistic == "share",
                whole=make(self._everybody(columns)) if entry.statistic == "share" else None,
                icc=self.wanted.icc,
            )
            self._append(entry, of, None, domains, found)
            if self.keep:
                self.kept += [[(1.0, target)] for target in chosen]
            if together is not None:
                together.add(chosen)
        if together is not None:
            self.covariances.append((list(range(first, len(self.rows))), together.matrix()))

    def _add_at_scale(self, entry: Wanted, columns: list[ItemColumn], domains: Domains, rows: list[Integers]) -> None:
        each = estimates_at_scale(
            self.sample.design,
            entry,
            columns,
            domains,
            rows,
            level=self.wanted.level,
            kind=self.wanted.interval,  # type: ignore[arg-type]
            icc=self.wanted.icc,
        )
        for of, found in zip(entry.of, each, strict=True):
            self._append(entry, of, None, domains, found)

    def _add_index(self, entry: Wanted, columns: list[ItemColumn], domains: Domains, rows: list[Integers]) -> None:
        """One estimate of all items together."""
        constants = list(entry.constants.values())

        def index(parts: list[Integers]) -> IndexDomains:
            return IndexDomains(self.sample, (column.whole() for column in columns), constants, parts)

        found = index(rows)
        deff = index([self._everybody(columns)]).whole_deff() if found.at_edge else math.nan
        kind: Any = self.wanted.interval
        first = len(self.rows)
        each = found.estimates(level=self.wanted.level, kind=kind, whole_deff=deff, icc=self.wanted.icc)
        self._append(entry, entry.of, None, domains, each)
        if self.keep:
            items = [(constant, column.whole()) for constant, column in zip(constants, columns, strict=True)]
            self.kept += [[(constant, mean_target(values, part)) for constant, values in items] for part in rows]
        if entry.covariance:
            self.covariances.append((list(range(first, len(self.rows))), found.covariance()))

    def _everybody(self, columns: list[ItemColumn]) -> Integers:
        """All rows; listwise those that lack no item of the entry."""
        if self.wanted.missing == "available":
            return np.arange(len(self.table))
        return np.flatnonzero(np.logical_and.reduce([column.known() for column in columns]))

    def _add_quantiles(self, entry: Wanted, columns: list[ItemColumn], domains: Domains, rows: list[Integers]) -> None:
        for of, column in zip(entry.of, columns, strict=True):
            values = column.whole()
            for p in entry.p:
                found = [
                    quantile_estimate(
                        self.sample,
                        values,
                        part,
                        p,
                        rule=entry.rule,  # type: ignore[arg-type]
                        level=self.wanted.level,
                        kind=self.wanted.interval,  # type: ignore[arg-type]
                        icc=self.wanted.icc,
                    )
                    for part in rows
                ]
                tied = [
                    self.wanted.interval != "auto" and is_tied(values[used], one.value)
                    for one, part in zip(found, rows, strict=True)
                    if len(used := part[~np.isnan(values[part]) & self.sample.design.used[part]])
                ]
                self.tied += [of] * any(tied)
                self._append(entry, of, p, domains, found)

    def _append(
        self,
        entry: Wanted,
        of: str | tuple[str, ...],
        p: float | None,
        domains: Domains,
        found: Sequence[Estimate],
    ) -> None:
        self.rows += [
            EstimateRow(
                statistic=entry.statistic,
                of=of,
                values=entry.values,
                p=p,
                by=dict(zip(entry.by, key, strict=True)),
                estimate=noted(estimate, self.sample.design, part),
            )
            for key, estimate, part in zip(domains.keys, found, domains.rows, strict=True)
        ]

    def _domains_of(self, by: tuple[str, ...]) -> Domains:
        if by not in self._domains:
            columns = [self.table.named(name) for name in by]
            domains = domains_of(columns, len(self.table))
            self._domains[by] = domains
            if by:
                self.unassigned[":".join(by)] = domains.unassigned
                for column in columns:
                    self.outside |= column.codes < 0
        return self._domains[by]

    def _rows(self, columns: list[ItemColumn], domains: Domains) -> list[Integers]:
        """Rows of each domain; listwise without those that lack one of the entry's items."""
        if self.wanted.missing == "available":
            return list(domains.rows)
        complete = np.ones(len(self.table), dtype=bool)
        for column in columns:
            complete &= column.known()
        return [part[complete[part]] for part in domains.rows]

    def _makers(self, entry: Wanted, columns: list[ItemColumn]) -> Iterator[tuple[Any, Any]]:
        if entry.statistic == "ratio":
            top, bottom = (column.whole() for column in columns)
            yield entry.of, lambda rows: ratio_target(top, bottom, rows)
            return
        make = total_target if entry.statistic == "total" else mean_target
        for of, column in zip(entry.of, columns, strict=True):
            yield of, _maker(make, column.whole())


def _maker(make: Any, values: Floats) -> Any:
    return lambda rows: make(values, rows)


def _summary(sample: Sample, wanted: DesignFile, weighting: Weighting) -> dict[str, Any]:
    """The sample in numbers, for the head of the output."""
    design = sample.design
    summary: dict[str, Any] = {
        "n": design.n,
        "strata": design.strata_count,
        "psus": design.psus,
        "df": sample.df(np.flatnonzero(design.used)),
        "stages": len(design.stages),
        "sum_w": float(design.weights.sum()),
        "lonely_psu": design.lonely_psu,
        "lonely": design.lonely_units(),
        "missing": wanted.missing,
        "level": wanted.level,
        "interval": wanted.interval,
        "variance": "taylor" if wanted.replicates is None else wanted.replicates.method,
    }
    if isinstance(sample, ReplicateSample):
        summary["replicates"] = sample.replicates.count
        summary["scale"] = sample.replicates.scale
        if wanted.replicates is not None and wanted.replicates.method == "rao-wu":
            summary["seed"] = wanted.replicates.seed
            summary["generator"] = f"PCG64, numpy {np.__version__}"
    if weighting.calibration is not None and wanted.calibration is not None:
        summary["calibration"] = _calibration_summary(weighting.calibration, wanted.calibration)
    if wanted.chosen:
        summary["conditional_on"] = list(design.stratum_names)
    if wanted.collapse:
        summary["collapsed"] = {name: list(members) for name, members in wanted.collapse.items()}
    if len(weighting.steps) > 1:
        summary["weights"] = [
            {"step": step.name, "sum_w": step.summary.total, "n_eff": step.summary.n_eff} for step in weighting.steps
        ]
    return summary


def _calibration_summary(done: Calibration, choice: CalibrationChoice) -> dict[str, Any]:
    return {
        "method": choice.method,
        "steps": done.steps,
        "error": done.error,
        "least_factor": float(done.factors.min()),
        "largest_factor": float(done.factors.max()),
    }
