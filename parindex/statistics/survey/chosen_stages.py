"""Stages that were chosen and not drawn, and strata that have to be collapsed: what becomes of the design.

A stage chosen by hand has no sampling error: its units become strata, and the estimate is conditional on them. With
one PSU a stratum by design no variance can be estimated; neighbours, named before the data are seen, are collapsed
into one stratum, which makes errors too large rather than too small (Wolter 2007, 2.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parindex.statistics.errors import StatisticsError

StageColumn = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenStages:
    """A design without the stages that were chosen: columns for ``Design``, and on what it is conditional."""

    strata: StageColumn
    """(n,) stratum crossed with the units that were chosen."""
    stages: tuple[StageColumn, ...]
    """Cluster columns of the stages that were drawn."""
    fpc: tuple[StageColumn, ...]
    """Population counts of these stages."""
    conditional_on: tuple[str, ...]
    """The units that were chosen: estimates say nothing of others, and every output has to say so."""


def chosen_stages(
    strata: Sequence[str] | None,
    stages: Sequence[Sequence[str]],
    fpc: Sequence[ArrayLike] = (),
    *,
    chosen: int = 1,
) -> ChosenStages:
    """Make strata of the units of the first stages, which were chosen by hand.

    Args:
        strata: (n,) stratum of each row; one stratum if not given.
        stages: Cluster columns, first stage first.
        fpc: Population counts by stage; those of the chosen stages do not count.
        chosen: Stages that were chosen, from the first.

    Raises:
        StatisticsError: ``out_of_range`` where there are not so many stages; ``stratum_missing``,
            ``cluster_missing``.

    >>> found = chosen_stages(["n", "n", "s"], [["d1", "d2", "d1"], ["v1", "v1", "v1"]])
    >>> found.strata.tolist(), len(found.stages), found.conditional_on
    (['n/d1', 'n/d2', 's/d1'], 1, ('n/d1', 'n/d2', 's/d1'))
    """
    if not 1 <= chosen <= len(stages):
        raise StatisticsError("out_of_range", name="chosen", found=chosen)
    _refuse_missing(strata, stages[:chosen])
    parts = ([] if strata is None else [list(strata)]) + [list(column) for column in stages[:chosen]]
    joined = np.array(["/".join(str(part) for part in row) for row in zip(*parts, strict=True)], dtype=object)
    return ChosenStages(
        strata=joined,
        stages=tuple(np.array(list(column), dtype=object) for column in stages[chosen:]),
        fpc=tuple(np.asarray(counts, dtype=np.float64) for counts in fpc[chosen:]),
        conditional_on=tuple(sorted(set(joined.tolist()))),
    )


def collapsed_strata(
    strata: Sequence[str], groups: Mapping[str, Sequence[str]], fpc: ArrayLike | None = None
) -> tuple[StageColumn, StageColumn | None]:
    """Collapse strata that were named before the data were seen.

    Args:
        strata: (n,) stratum of each row.
        groups: New strata, each with at least two old ones; a stratum is in at most one.
        fpc: (n,) PSUs of each row's stratum; those of a group add up.

    Returns:
        (n,) new strata and, where given, (n,) their counts.

    Raises:
        StatisticsError: ``collapse_of_one`` and ``collapse_repeated`` naming groups, ``collapse_unknown`` naming
            strata that no row has, ``collapse_name_taken``, ``stratum_missing``.

    >>> strata, counts = collapsed_strata(["a", "b", "c"], {"a+b": ["a", "b"]}, [10, 20, 5])
    >>> strata.tolist(), counts.tolist()
    (['a+b', 'a+b', 'c'], [30.0, 30.0, 5.0])
    """
    _refuse_missing(strata, ())
    rows = [str(name) for name in strata]
    present, named = set(rows), [member for members in groups.values() for member in members]
    for code, names in (
        ("collapse_of_one", [name for name, members in groups.items() if len(set(members)) < 2]),
        ("collapse_repeated", sorted({name for name in named if named.count(name) > 1})),
        ("collapse_unknown", sorted(set(named) - present)),
        ("collapse_name_taken", sorted(set(groups) & (present - set(named)))),
    ):
        if names:
            raise StatisticsError(code, names=names)
    into = {member: name for name, members in groups.items() for member in members}
    joined = np.array([into.get(name, name) for name in rows], dtype=object)
    if fpc is None:
        return joined, None
    counts = np.asarray(fpc, dtype=np.float64)
    of_old: dict[str, float] = dict(zip(rows, counts.tolist(), strict=True))
    of_new: dict[str, float] = {}
    for name, count in of_old.items():
        of_new[into.get(name, name)] = of_new.get(into.get(name, name), 0.0) + count
    return joined, np.array([of_new[name] for name in joined.tolist()])


def _refuse_missing(strata: Sequence[str] | None, stages: Sequence[Sequence[str]]) -> None:
    """Missing names would be taken for units of that name."""
    if strata is not None and (rows := _missing(strata)):
        raise StatisticsError("stratum_missing", rows=rows)
    for stage, column in enumerate(stages, start=1):
        if rows := _missing(column):
            raise StatisticsError("cluster_missing", stage=stage, rows=rows)


def _missing(column: Sequence[str | None]) -> list[int]:
    return [row for row, name in enumerate(column) if name is None]
