"""The vertical lines of a ranking."""

from hypothesis import given
from hypothesis import strategies as st

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


@st.composite
def tables_of_rank_sets(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Rank sets in the order of a ranking: each holds its row's own rank."""
    rows = draw(st.integers(0, 12))
    return [(draw(st.integers(1, row)), draw(st.integers(row, rows))) for row in range(1, rows + 1)]


@given(tables_of_rank_sets())
def test_the_lines_are_exactly_the_largest_runs_of_which_no_two_can_be_told_apart(table: list[tuple[int, int]]) -> None:
    """The definition word by word: every pair within a run, and no run that a larger one holds."""

    def alike(one: int, other: int) -> bool:
        return table[other][0] <= one + 1 and table[one][1] >= other + 1

    every = {
        (first, last)
        for first in range(len(table))
        for last in range(first + 1, len(table))
        if all(alike(one, other) for one in range(first, last + 1) for other in range(one + 1, last + 1))
    }
    largest = {span for span in every if not any(o[0] <= span[0] and span[1] <= o[1] and o != span for o in every)}
    assert set(runs(table)) == largest


@given(tables_of_rank_sets())
def test_each_line_is_drawn_once_from_its_first_row_to_its_last(table: list[tuple[int, int]]) -> None:
    columns = list(zip(*lanes(table), strict=True)) if table else []
    drawn = []
    for column in columns:
        starts = [row for row, cell in enumerate(column) if cell == "start"]
        ends = [row for row, cell in enumerate(column) if cell == "end"]
        drawn += zip(starts, ends, strict=True)
        inside = {row for first, last in zip(starts, ends, strict=True) for row in range(first + 1, last)}
        assert {row for row, cell in enumerate(column) if cell == "through"} == inside
    assert sorted(drawn) == sorted(runs(table))
