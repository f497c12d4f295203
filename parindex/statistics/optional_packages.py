"""Packages that come with an extra of ours: who needs one asks here, and is told what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from parindex.statistics.errors import StatisticsError


def extra(module: str, *, of: str) -> Any:
    """A module of a package that not every installation has.

    Args:
        module: Its name, such as ``pyarrow.parquet``.
        of: The extra that brings it: ``pip install parindex[parquet]``.

    Raises:
        StatisticsError: ``not_installed`` with ``package`` and ``extra``.

    >>> extra("no_such_package.part", of="parquet")
    Traceback (most recent call last):
    parindex.statistics.errors.StatisticsError: not_installed: {'package': 'no_such_package', 'extra': 'parquet'}
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise StatisticsError("not_installed", package=module.partition(".")[0], extra=of) from error
