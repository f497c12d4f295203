"""One estimate of the output, and what must be said of errors that tell less than they seem to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from parindex.commands.estimation.faults import DataFault
from parindex.statistics import Estimate
from parindex.statistics.survey.estimates import CENSUS, without_error
from parindex.statistics.survey.intervals import at_edge
from parindex.text import N_

OF_SHARES: Final = ("share", "index")
"""Statistics whose scale ends at 0 and 1."""


class EstimateRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One estimate of the output."""

    statistic: str
    """Statistic of its entry."""
    of: str | tuple[str, ...]
    """Column; of a ratio both, of an index all."""
    values: tuple[str, ...]
    """Values that a share or an index counts."""
    p: float | None
    """Share below the quantile."""
    by: dict[str, str]
    """Value of each ``by`` column."""
    estimate: Estimate
    """The numbers."""

    @property
    def name(self) -> str:
        """The item and the domain."""
        return "/".join([self.of if isinstance(self.of, str) else "+".join(self.of), *filter(None, self.by.values())])

    @property
    def doubtful(self) -> bool:
        """Whether its error is 0 though it was estimated from a sample."""
        one = self.estimate
        return without_error(one.se, one.value) and one.df > 0 and one.note != CENSUS


def notes_on_errors(rows: Sequence[EstimateRow], tied: Sequence[str]) -> Iterator[DataFault]:
    """Say where an error of 0 is no certainty, and where an interval holds less than it says.

    Args:
        rows: The estimates.
        tied: Items of quantiles among tied answers, whose interval was asked for by another way than ``auto``.
    """
    doubtful = [row for row in rows if row.doubtful]
    edge = [row.name for row in doubtful if row.statistic in OF_SHARES and at_edge(row.estimate.value)]
    other = [row.name for row in doubtful if not (row.statistic in OF_SHARES and at_edge(row.estimate.value))]
    if edge:
        yield DataFault(
            N_(
                "%(n)s ước lượng bằng 0 hoặc 1 vì mọi câu trả lời giống nhau: sai số chuẩn 0 không phải là chắc chắn, dùng "
                "khoảng tin cậy thay cho sai số chuẩn. Đó là: %(names)s."
            ),
            n=len(edge),
            names=edge,
        )
    if other:
        yield DataFault(
            N_(
                "%(n)s ước lượng có sai số chuẩn 0 vì mọi đơn vị mẫu cho cùng một kết quả: đó không phải là chắc chắn, "
                "parindex rank không xếp hạng chúng. Đó là: %(names)s."
            ),
            n=len(other),
            names=other,
        )
    if tied:
        yield DataFault(
            N_(
                "Phân vị của %(names)s rơi vào giá trị mà nhiều người cùng trả lời: khoảng tin cậy theo cách đã chọn chứa giá "
                "trị thật ít hơn nhiều so với mức ghi. Đề nghị dùng interval: auto."
            ),
            names=list(dict.fromkeys(tied)),
        )
