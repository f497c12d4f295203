"""What a design file and its data may not ask of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from parindex.commands.estimation.design import DesignFile
from parindex.commands.estimation.faults import DataFault
from parindex.commands.estimation.tables import NUMBER, DataTable, ambiguous
from parindex.statistics.survey.design import Design, Floats
from parindex.text import N_

WITHOUT_COUNTS: Final = ("brr", "fay", "rao-wu")
"""Replicates in which nothing stands for population counts."""
FIRST_STAGE: Final = ("jk1", "jkn")
"""Replicates that carry the counts of the first stage, and no error of the next."""
LARGE_FACTOR: Final = 10.0
"""Factor of a weight from which a reader is told."""
SHARES: Final = (1.0, 100.0)
"""Sums of totals that are shares or percentages."""
ROUNDED: Final = 0.02
"""How far a sum of rounded shares may be from its whole."""
FAR_ABOVE: Final = 10.0
"""From how many times their sum weights cannot be those of the people that totals count."""
LARGEST: Final = 1e150
"""The square of a larger number is none, that of one smaller than its inverse is nothing."""
LONGEST_COUNT: Final = 18
"""Digits of a count."""


def missing_by_column(wanted: DesignFile, table: DataTable) -> dict[str, frozenset[str]]:
    """What stands for no answer in each column: numbers of the list in items only, its words in every column.

    Raises:
        DataFault: a column is named that the data do not have.
    """
    for name in wanted.missing_values:
        if name:
            table.refuse_absent(name)
    items = {name for entry in wanted.estimates for name in entry.of}
    every = wanted.missing_values.get("", ())
    words = frozenset(text for text in every if not NUMBER.fullmatch(text))
    found = {}
    for name in table.names:
        texts = words | frozenset(every if name in items else ()) | frozenset(wanted.missing_values.get(name, ()))
        if texts:
            found[name] = texts
    return found


def refuse_extremes(table: DataTable, name: str, numbers: Floats) -> None:
    """Refuse numbers whose squares are no numbers, or are nothing: errors are made of squares."""
    size = np.abs(numbers)
    rows = np.flatnonzero((size > LARGEST) | ((size > 0) & (size < 1 / LARGEST)))
    wrong = numbers[rows]
    if len(wrong):
        raise DataFault(
            N_(
                "Cột %(name)s của %(source)s, dòng %(rows)s có số quá lớn hoặc quá nhỏ để tính sai số: %(found)s "
                "(từ %(least)s đến %(most)s). Đề nghị đổi đơn vị đo."
            ),
            name=name,
            source=table.source,
            rows=table.lines_of(rows.tolist(), name),
            found=list(dict.fromkeys(wrong.tolist())),
            least=1 / LARGEST,
            most=LARGEST,
        )


def refuse_what_replicates_drop(wanted: DesignFile, design: Design) -> None:
    """Refuse replicates that would leave out population counts or a stage that adds error, silently."""
    method = None if wanted.replicates is None else wanted.replicates.method
    if method in WITHOUT_COUNTS and wanted.fpc:
        raise DataFault(
            N_(
                "replicates: %(method)s không mang được số đơn vị tổng thể (fpc) của thiết kế. "
                "Đề nghị bỏ fpc, hoặc bỏ replicates để tính sai số theo tuyến tính hóa."
            ),
            method=method,
        )
    if method in FIRST_STAGE and len(design.reached) > 1:
        raise DataFault(
            N_(
                "replicates: %(method)s chỉ mang được giai đoạn chọn mẫu đầu, thiết kế có %(stages)s giai đoạn góp sai số. "
                "Đề nghị chỉ ghi stages và fpc của giai đoạn đầu, hoặc bỏ replicates để tính theo tuyến tính hóa."
            ),
            method=method,
            stages=len(design.reached),
        )


def refuse_doubtful_totals(margins: DataTable) -> None:
    """Refuse totals of margins that may be thousands or decimals, and counts of more digits than a double has."""
    coded = margins.named("total")
    asked = ambiguous(coded.names)
    long = [at for at, text in enumerate(coded.names) if len(re.sub(r"^[+-]?0*|[.eE].*$", "", text)) > LONGEST_COUNT]
    for places, message in (
        (
            asked,
            N_(
                "%(source)s, dòng %(rows)s: tổng biên %(found)s có thể là phần nghìn hoặc phần thập phân. "
                "Đề nghị viết đủ chữ số, không dùng dấu chấm phân nhóm."
            ),
        ),
        (
            long,
            N_(
                "%(source)s, dòng %(rows)s: %(found)s có hơn %(most)s chữ số, "
                "nhiều hơn số đếm nào cũng có. Đề nghị xem lại tệp."
            ),
        ),
    ):
        if places:
            raise DataFault(
                message,
                source=margins.source,
                rows=margins.lines_of(np.flatnonzero(np.isin(coded.codes, places)).tolist(), "total"),
                found=[coded.names[at] for at in places],
                most=LONGEST_COUNT,
            )


def refuse_shares_as_totals(source: str, variable: str, total: float, weights: Floats) -> None:
    """Refuse totals of a variable that are shares of a population, where the weights are no shares."""
    held = float(weights.sum())
    for whole in SHARES:
        # What was rounded adds up to 99 or 101; of a real population that small the weights would not be so far above.
        exact = abs(total - whole) < 1e-6 * whole and held > 2 * whole
        if exact or (abs(total - whole) <= ROUNDED * whole and held > FAR_ABOVE * whole):
            raise DataFault(
                N_(
                    "%(source)s: tổng biên của %(variable)s cộng lại bằng %(total)s, là tỷ lệ; "
                    "tổng quyền số là %(held)s. Đề nghị ghi số người của tổng thể."
                ),
                source=source,
                variable=variable,
                total=total,
                held=held,
            )


def notes_on_factors(
    factors: Floats, weights: Floats, method: str, bounds: tuple[float, float] | None
) -> Iterator[DataFault]:
    """What must be said about calibrated weights."""
    if large := int((factors > LARGE_FACTOR).sum()):
        yield DataFault(
            N_("Hiệu chỉnh nhân quyền số của %(count)s phiếu với hơn %(limit)s lần, nhiều nhất %(largest)s lần."),
            count=large,
            limit=LARGE_FACTOR,
            largest=float(factors.max()),
        )
    if small := int(((factors >= 0) & (factors < 1 / LARGE_FACTOR)).sum()):
        yield DataFault(
            N_(
                "Hiệu chỉnh nhân quyền số của %(count)s phiếu với ít hơn %(limit)s lần, ít nhất %(least)s lần; "
                "method: linear không có bounds thì quyền số có thể thành âm."
            )
            if method == "linear" and bounds is None
            else N_(
                "Hiệu chỉnh nhân quyền số của %(count)s phiếu với ít hơn %(limit)s lần, ít nhất %(least)s lần: "
                "các phiếu này hầu như không còn được tính."
            ),
            count=small,
            limit=1 / LARGE_FACTOR,
            least=float(factors[factors >= 0].min()),
        )
    if negative := int((weights < 0).sum()):
        yield DataFault(
            N_(
                "Hiệu chỉnh làm quyền số của %(count)s phiếu thành âm (nhỏ nhất %(least)s). "
                "Đề nghị dùng bounds hoặc method: raking."
            ),
            count=negative,
            least=float(weights.min()),
        )


def refuse_negative_weights(wanted: DesignFile, weights: Floats) -> None:
    """Refuse quantiles of weights below 0: their share below a value may fall."""
    if (weights < 0).any() and any(entry.statistic == "quantile" for entry in wanted.estimates):
        raise DataFault(
            N_(
                "Hiệu chỉnh làm quyền số của %(count)s phiếu thành âm: không có phân vị. "
                "Đề nghị dùng bounds hoặc method: raking."
            ),
            count=int((weights < 0).sum()),
        )
