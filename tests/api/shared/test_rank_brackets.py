"""The vertical lines of a ranking."""

from parindex.api.shared.rank_brackets import lanes, runs

SIXTEEN = [
    (1, 4), (1, 4), (1, 6), (1, 7), (3, 7), (3, 10), (4, 10), (6, 12), (6, 12), (6, 13),
    (8, 14), (8, 14), (10, 14), (11, 15), (14, 16), (15, 16),
]  # fmt: skip


def test_each_line_spans_a_largest_run_of_which_no_two_can_be_told_apart() -> None:
    spans = [(first + 1, last + 1) for first, last in runs(SIXTEEN)]
    assert spans == [(1, 4), (3, 6), (4, 7), (6, 10), (8, 12), (10, 13), (11, 14), (14, 15), (15, 16)]


def test_lines_that_overlap_take_different_lanes() -> None:
    table = lanes(SIXTEEN)
    assert all(len(row) == len(table[0]) for row in table)
    starts = sum(cell == "start" for row in table for cell in row)
    ends = sum(cell == "end" for row in table for cell in row)
    assert starts == ends == len(runs(SIXTEEN))


def test_agencies_that_all_differ_have_no_line() -> None:
    assert runs([(1, 1), (2, 2), (3, 3)]) == []
    assert lanes([(1, 1), (2, 2)]) == [[], []]


def test_a_single_agency_has_no_line() -> None:
    assert lanes([(1, 1)]) == [[]]
    assert lanes([]) == []
