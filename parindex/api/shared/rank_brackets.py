"""The vertical lines of a ranking: which rows cannot be told apart, laid out in lanes.

A rank set says how far a rank may move. Two rows cannot be told apart where each lies within the other's rank
set. A line spans each largest run of rows of which no two can be told apart; runs overlap, so each takes the
first lane that is free.
"""

from __future__ import annotations

from collections.abc import Sequence

from parindex.rankings.model import RankSet


def runs(rank_sets: Sequence[RankSet]) -> list[tuple[int, int]]:
    """The largest runs of rows, first and last row counted from 0, of which no two can be told apart.

    Args:
        rank_sets: In the order of the table, best row first.

    >>> runs([(1, 2), (1, 3), (2, 3), (4, 4)])
    [(0, 1), (1, 2)]
    """
    found: list[tuple[int, int]] = []
    reach = -1
    for first in range(len(rank_sets)):
        last = first
        while last + 1 < len(rank_sets) and _alike(rank_sets, first, last + 1):
            last += 1
        if last > first and last > reach:
            found.append((first, last))
            reach = last
    return found


def lanes(rank_sets: Sequence[RankSet]) -> list[list[str]]:
    """For each row what each lane shows: ``""``, ``start``, ``through`` or ``end``.

    >>> lanes([(1, 2), (1, 3), (2, 3), (4, 4)])
    [['start', ''], ['end', 'start'], ['', 'end'], ['', '']]
    """
    return laid_out(runs(rank_sets), len(rank_sets))


def laid_out(spans: Sequence[tuple[int, int]], rows: int) -> list[list[str]]:
    """The same from known runs, first and last row counted from 0, in the order of their first rows.

    >>> laid_out([(0, 1)], 3)
    [['start'], ['end'], ['']]
    """
    ends: list[int] = []
    placed: list[tuple[int, int, int]] = []
    for first, last in spans:
        lane = next((index for index, end in enumerate(ends) if end < first), len(ends))
        ends[lane : lane + 1] = [last]
        placed.append((lane, first, last))
    table = [[""] * len(ends) for _ in range(rows)]
    for lane, first, last in placed:
        for row in range(first, last + 1):
            table[row][lane] = "start" if row == first else "end" if row == last else "through"
    return table


def _alike(rank_sets: Sequence[RankSet], first: int, row: int) -> bool:
    """Whether a row can be told apart from none of the rows from `first` on; ranks count from 1."""
    return rank_sets[row][0] <= first + 1 and all(rank_sets[above][1] >= row + 1 for above in range(first, row))
