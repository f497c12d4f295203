"""Cells with too few answers: what may be told of one is decided here, for pages, files and editions alike (law 11)."""

from __future__ import annotations


def is_small(answers: int, minimum: int) -> bool:
    """Whether a cell holds fewer answers than its round's minimum, so that no number of it leaves the house.

    >>> is_small(29, 30), is_small(30, 30)
    (True, False)
    """
    return answers < minimum
