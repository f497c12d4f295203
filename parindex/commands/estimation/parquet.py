"""The library that reads and writes Parquet, where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from parindex.commands.estimation.faults import UnreadableData
from parindex.statistics.errors import StatisticsError
from parindex.statistics.optional_packages import extra
from parindex.text import N_


def parquet_library(path: Path) -> tuple[Any, Any]:
    """``pyarrow`` and ``pyarrow.parquet``.

    Args:
        path: What is to be read or written, for the failure.

    Raises:
        UnreadableData: where pyarrow is not installed, saying what to install.
    """
    try:
        return extra("pyarrow", of="parquet"), extra("pyarrow.parquet", of="parquet")
    except StatisticsError:
        raise UnreadableData(
            N_(
                "%(path)s là tệp Parquet, cần thư viện pyarrow; máy này chưa cài. "
                "Đề nghị cài thêm (pip install pyarrow) hoặc dùng tệp .csv."
            ),
            path=path,
        ) from None
