"""Cells with too few answers: the one threshold below which no number leaves the house (law 11).

``estimates`` and ``microdata`` beside this keep what is below it without a value; ``rankings.cell_suppression`` decides
what else an edition must hide so that nobody can subtract it.
"""

from __future__ import annotations


def is_small(answers: int, minimum: int) -> bool:
    """Whether a cell holds fewer answers than its round's minimum, so that no number of it leaves the house.

    >>> is_small(29, 30), is_small(30, 30)
    (True, False)
    """
    return answers < minimum
