"""Moments: what is refused, what memory holds, and readers that stream through it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parindex.statistics import Design, StatisticsError, TaylorSample, estimate, mean_target
from parindex.statistics.at_scale import stratum_rows
from parindex.statistics.at_scale.moments import Moments, merged
from parindex.statistics.at_scale.packed import (
    Crossing,
    PackedBlock,
    blocks_of,
    pack,
    packed_parts,
    part_of_blocks,
    unpack,
)
from parindex.statistics.at_scale.streams import streamed, under_dask, whole_units
from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart, part_of
from parindex.statistics.at_scale.tables import TableLayout, csv_parts, parquet_parts

SEED = 7
ROWS = 3000


def answers(seed: int = SEED) -> SurveyPart:
    """Five strata of twelve communes, four districts by name, three items of 1-5 with gaps."""
    g = np.random.default_rng(seed)
    commune = np.sort(g.integers(0, 60, ROWS))
    items = g.integers(1, 6, (ROWS, 3)).astype(np.int8)
    items[g.random(items.shape) < 0.1] = MISSING
    return SurveyPart(
        weights=g.uniform(0.5, 2, ROWS),
        items=items,
        strata=np.array([f"S{c // 12}" for c in commune]),
        stages=(np.array([f"C{c:02d}" for c in commune]),),
        domain=g.integers(-1, 4, ROWS),
        keys=(("d1",), ("d2",), ("d9",), ("d10",)),
    )


def same(one: Moments, other: Moments) -> bool:
    """Whether two give the same numbers bit by bit."""
    a, b = one.means(), other.means()
    names = ("value", "se", "df", "n", "n_eff", "deff", "deff_wr", "rows")
    return a.keys == b.keys and all(getattr(a, n).tobytes() == getattr(b, n).tobytes() for n in names)


def written(folder: Path, part: SurveyPart) -> Path:
    """The part as a CSV file."""
    path = folder / "answers.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["w", "stratum", "commune", "district", "q1", "q2", "q3"])
        for row in range(len(part)):
            district = "NA" if part.domain[row] < 0 else part.keys[part.domain[row]][0]
            cells = ["" if value == MISSING else int(value) for value in part.items[row]]
            weight = repr(float(part.weights[row]))
            rows.writerow([weight, part.strata[row], part.stages[0][row], district, *cells])
    return path


LAYOUT = TableLayout(weights="w", strata="stratum", stages=("commune",), by=("district",), items=("q1", "q2", "q3"))


def from_csv(path: Path) -> Iterator[SurveyPart]:
    return csv_parts(path, LAYOUT, rows=1000)


def test_files_and_blocks_give_the_bits_of_the_arrays(tmp_path: Path) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    part = answers()
    wanted = Moments.of(part)
    path = written(tmp_path, part)
    parquet = tmp_path / "answers.parquet"
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(path), parquet, row_group_size=700)
    assert same(streamed(from_csv(path), ordered=True), wanted)
    for rows in (100, 1000):
        assert same(streamed(parquet_parts(parquet, LAYOUT, rows=rows), ordered=True), wanted)
    codes = part.domain[None, :].astype(np.int16)
    blocks = (pack(block) for block in blocks_of(part, codes))
    labels = [[key[0] for key in part.keys]]
    assert same(streamed(packed_parts(blocks, labels=labels, by=[0], rows=500), ordered=True), wanted)


def test_a_share_counts_the_values_that_it_names(tmp_path: Path) -> None:
    part = answers()
    path = written(tmp_path, part)
    layout = TableLayout(weights="w", strata="stratum", stages=("commune",), items=("q1",), values=(4, 5))
    found = streamed(csv_parts(path, layout)).means().estimate(0, 0)
    known = part.items[:, 0] != MISSING
    values = np.where(known, part.items[:, 0] >= 4, np.nan)
    sample = TaylorSample(Design(part.weights, part.strata, part.stages))
    wanted = estimate(sample, mean_target(values, np.arange(ROWS)))
    assert (found.value, found.se) == pytest.approx((wanted.value, wanted.se), rel=1e-12)
    assert (found.df, found.n) == (wanted.df, wanted.n)


def test_without_clusters_every_row_of_a_file_is_its_own_unit(tmp_path: Path) -> None:
    part = answers()
    path = written(tmp_path, part)
    layout = TableLayout(weights="w", strata="stratum", items=("q2",))
    found = streamed(csv_parts(path, layout, rows=200)).means().estimate(0, 0)
    values = np.where(part.items[:, 1] != MISSING, part.items[:, 1].astype(float), np.nan)
    wanted = estimate(TaylorSample(Design(part.weights, part.strata)), mean_target(values, np.arange(ROWS)))
    assert (found.value, found.se, found.df) == pytest.approx((wanted.value, wanted.se, wanted.df), rel=1e-12)


def test_two_processes_under_dask_give_the_bits_of_one(tmp_path: Path) -> None:
    pytest.importorskip("dask", reason="the extra parindex[dask] is not installed")
    part = answers()
    pieces = []
    for stratum in np.unique(part.strata):
        folder = tmp_path / str(stratum)
        folder.mkdir()
        pieces.append(written(folder, part.rows(part.strata == stratum)))
    wanted = Moments.of(part)
    for ordered in (False, True):
        found = under_dask(from_csv, pieces, ordered=ordered, scheduler="processes", num_workers=2)
        assert same(found, wanted)
        assert len(found.closed) == (5 if ordered else 0)
        assert found.rows == ROWS


def test_ordered_data_keep_the_units_of_one_stratum_only() -> None:
    part = answers()
    pieces = [part.rows(slice(at, at + 37)) for at in range(0, ROWS, 37)]
    found = streamed(pieces, ordered=True)
    assert set(found.units.strata) == {"S4"}
    assert [group.stratum for group in found.closed] == ["S0", "S1", "S2", "S3"]
    assert same(found, Moments.of(part))


def test_a_stratum_too_large_to_wait_is_added_up_unit_by_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    part = answers()
    monkeypatch.setattr("parindex.statistics.at_scale.streams.HELD", 90)
    found = streamed([part.rows(slice(at, at + 37)) for at in range(0, ROWS, 37)], ordered=True)
    assert [group.stratum for group in found.closed] == ["S0", "S1", "S2", "S3"]
    assert same(found, Moments.of(part))


def test_units_stay_whole_whatever_the_batches() -> None:
    part = answers()
    pieces = [part.rows(slice(at, at + 11)) for at in range(0, ROWS, 11)]
    seen = [set(piece.stages[0]) for piece in whole_units(pieces)]
    assert sum(len(units) for units in seen) == len(set().union(*seen)) == 60


def test_a_stratum_that_was_closed_takes_no_more_rows() -> None:
    part = answers()
    first, second = (Moments.of(part.rows(slice(*span))) for span in ((0, 1000), (1000, ROWS)))
    with pytest.raises(StatisticsError, match="stratum_closed") as refused:
        merged([first.complete(), second])
    assert refused.value.values["names"] == ["S1"]
    with pytest.raises(StatisticsError, match="stratum_closed"):
        streamed([part.rows(np.r_[0:500, 2500:2600, 500:2500])], ordered=True).complete() + first


def test_estimates_that_need_the_units_say_so() -> None:
    closed = Moments.of(answers(), complete=True)
    with pytest.raises(StatisticsError, match="units_closed"):
        closed.covariance([(0, 0), (1, 1)])


def test_parts_of_different_surveys_are_refused() -> None:
    one = Moments.of(answers())
    for other in (Moments.of(answers(), lonely_psu="adjust"), Moments.of(answers(), centre=(3, 3, 3))):
        with pytest.raises(StatisticsError, match="parts_differ"):
            one + other


def test_one_count_a_stratum_is_checked_within_and_between_parts() -> None:
    def part(counts: list[float], unit: str = "a") -> SurveyPart:
        return part_of([1, 1], [[1], [0]], strata=["h", "h"], stages=[[unit, unit]], fpc=[counts])

    with pytest.raises(StatisticsError, match="count_varies"):
        Moments.of(part([5, 6]))
    with pytest.raises(StatisticsError, match="count_varies") as between:
        Moments.of(part([5, 5])) + Moments.of(part([6, 6]))
    assert between.value.values["stage"] == 1
    different_units = Moments.of(part([5, 5])) + Moments.of(part([6, 6], "b"))
    with pytest.raises(StatisticsError, match="count_varies") as refused:
        different_units.means()
    assert (refused.value.values["names"], refused.value.values["stage"]) == (["h"], 1)
    too_few = Moments.of(part([1, 1])) + Moments.of(part([1, 1], "b"))
    with pytest.raises(StatisticsError, match="count_too_small"):
        too_few.means()


def test_a_lonely_unit_is_refused_by_name_and_only_when_all_parts_are_there() -> None:
    first = Moments.of(part_of([1, 1], [[1], [0]], strata=["h", "h"], stages=[["a", "a"]]))
    with pytest.raises(StatisticsError, match="lonely_psu") as refused:
        first.means()
    assert refused.value.values["names"] == ["h"]
    second = Moments.of(part_of([1, 1], [[1], [1]], strata=["h", "h"], stages=[["b", "b"]]))
    assert (first + second).means().df[0, 0] == 1


def test_large_values_lose_no_digits_about_their_centre() -> None:
    g = np.random.default_rng(3)
    unit = np.repeat(np.arange(20), 5)
    values = g.normal(0, 1, (100, 1))
    small = Moments.of(part_of(np.ones(100), values, stages=[unit])).means()
    large = Moments.of(part_of(np.ones(100), values + 1e9, stages=[unit]), centre=[1e9]).means()
    assert large.se[0, 0] == pytest.approx(small.se[0, 0], rel=1e-6)
    assert large.deff_wr[0, 0] == pytest.approx(small.deff_wr[0, 0], rel=1e-6)


def test_answers_that_are_all_the_same_have_no_error_and_no_design_effect() -> None:
    g = np.random.default_rng(4)
    items = np.column_stack([np.ones(90), np.full(90, 3.0), np.zeros(90)])
    items[g.random(items.shape) < 0.2] = np.nan
    part = part_of(g.uniform(1, 2, 90), items, stages=[np.arange(90) // 6])
    found = Moments.of(part).means()
    assert found.value.tolist() == [[1.0, pytest.approx(3.0, rel=1e-15), 0.0]]
    np.testing.assert_allclose(found.se, 0, atol=1e-15)
    assert found.value[0, 0] == 1.0
    assert np.isnan(found.deff_wr).all()


def test_rows_in_no_domain_keep_their_units_and_are_counted() -> None:
    part = part_of(np.ones(6), np.ones((6, 1)), stages=[[1, 1, 2, 2, 3, 3]], by=[["a", "a", None, None, "a", None]])
    moments = Moments.of(part)
    assert (len(moments.units), moments.unassigned) == (3, 3)
    totals = moments.totals()
    assert totals.se[0, 0] ** 2 == pytest.approx(3 / 2 * ((2 - 1) ** 2 + (0 - 1) ** 2 + (1 - 1) ** 2))
    assert totals.df[0, 0] == 1


def test_a_unit_larger_than_a_block_is_added_up_in_its_own_order(monkeypatch: pytest.MonkeyPatch) -> None:
    part = answers()
    wanted = Moments.of(part)
    monkeypatch.setattr("parindex.statistics.at_scale.stratum_rows.BLOCK", 32)
    blocks = Moments.of(part)
    np.testing.assert_allclose(blocks.means().se, wanted.means().se, rtol=1e-13)
    tail = part.rows(slice(777, None))
    start = int(np.flatnonzero(tail.stages[0] != tail.stages[0][0])[0])
    parts = [part.rows(slice(0, 777 + start)), tail.rows(slice(start, None))]
    assert same(merged([Moments.of(piece) for piece in parts]), blocks)


def test_few_filled_cells_are_kept_as_a_list_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    part = answers()
    grid = Moments.of(part, complete=True).means()
    monkeypatch.setattr("parindex.statistics.at_scale.stratum_rows.EMPTY_CELLS", 0)
    listed = Moments.of(part, complete=True).means()
    for name in ("value", "se", "deff", "n_eff"):
        np.testing.assert_allclose(getattr(listed, name), getattr(grid, name), rtol=1e-12)
    assert (listed.df == grid.df).all()


@pytest.mark.parametrize("cut", [0, 10, 39, -1])
def test_bytes_that_are_no_block_are_refused(cut: int) -> None:
    data = pack(next(blocks_of(answers())))
    with pytest.raises(StatisticsError, match="block_broken"):
        unpack(data[:cut])


def test_a_code_without_a_label_is_refused() -> None:
    block = PackedBlock(
        stratum="a",
        unit="1",
        weights=np.ones(1),
        demographics=np.array([[2]], np.int16),
        items=np.ones((1, 1), np.int8),
    )
    with pytest.raises(StatisticsError, match="code_unknown"):
        list(packed_parts([pack(block)], labels=[["x", "y"]], by=[0]))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("w,stratum,commune,district,q1,q2,q3\n1,a,b,c,five,1,1\n")
    with pytest.raises(StatisticsError, match="five"):
        list(csv_parts(path, LAYOUT))
    with pytest.raises(StatisticsError, match="unreadable"):
        list(parquet_parts(tmp_path / "none.parquet", LAYOUT))


@pytest.mark.parametrize("counts", [[5, 6], [6, 5]])
def test_a_count_that_rises_or_falls_within_a_unit_is_refused_with_its_row(counts: list[float]) -> None:
    part = part_of([1, 1], [[1], [0]], strata=["h", "h"], stages=[["a", "a"]], fpc=[counts])
    with pytest.raises(StatisticsError, match="count_varies") as refused:
        Moments.of(part)
    assert refused.value.values["rows"] == [1]


@pytest.mark.parametrize("filled", [None, 0], ids=["as a grid", "as a list"])
@pytest.mark.parametrize("weighted", [True, False], ids=["all rows count", "some do not"])
@pytest.mark.parametrize("binary", [True, False])
def test_a_stratum_that_comes_in_blocks_is_added_up_as_one(
    monkeypatch: pytest.MonkeyPatch, filled: int | None, weighted: bool, binary: bool
) -> None:
    part = answers()
    items = np.where(part.items == MISSING, MISSING, part.items > 3) if binary else part.items
    weights = part.weights if weighted else np.where(np.arange(ROWS) % 7 == 0, 0.0, part.weights)
    part = replace(part, items=items.astype(np.int8), weights=weights)
    if filled is not None:
        monkeypatch.setattr("parindex.statistics.at_scale.stratum_rows.EMPTY_CELLS", filled)
    wanted = Moments.of(part, complete=True).means()
    monkeypatch.setattr("parindex.statistics.at_scale.stratum_rows.BLOCK", 32)
    found = Moments.of(part, complete=True).means()
    for name in ("value", "se", "df", "n", "n_eff", "deff", "deff_wr"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), rtol=1e-12)


@pytest.mark.parametrize("filled", [None, 0], ids=["as a grid", "as a list"])
def test_the_scale_of_the_weights_changes_no_mean_and_no_error(
    monkeypatch: pytest.MonkeyPatch, filled: int | None
) -> None:
    if filled is not None:
        monkeypatch.setattr("parindex.statistics.at_scale.stratum_rows.EMPTY_CELLS", filled)
    part = answers()
    small = replace(part, weights=part.weights * 1e-6)
    one, other = (Moments.of(each, complete=True).means() for each in (part, small))
    for name in ("value", "se", "df", "n", "n_eff", "deff_wr"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9)
    chosen = [(0, 0), (1, 2), (3, 1)]
    np.testing.assert_allclose(Moments.of(small).covariance(chosen), Moments.of(part).covariance(chosen), rtol=1e-9)


def test_a_stratum_of_which_no_row_is_in_a_domain_adds_nothing() -> None:
    part = answers()
    without = replace(part, domain=np.where(part.strata == "S2", -1, part.domain))
    found = Moments.of(without, complete=True)
    assert [group.stratum for group in found.closed] == ["S0", "S1", "S2", "S3", "S4"]
    kept = part.rows(part.strata != "S2")
    np.testing.assert_allclose(found.means().value, Moments.of(kept).means().value, rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_a_total_to_which_every_unit_adds_as_much_has_no_error(seed: int) -> None:
    """Six rows a unit, each of which stands for one: what varies cancels, and rounding is no error."""
    weights = np.random.default_rng(seed).uniform(1, 2, 90)
    totals = Moments.of(part_of(weights, 1 / weights[:, None], stages=[np.arange(90) // 6])).totals()
    assert totals.value[0, 0] == pytest.approx(90)
    assert totals.se.tolist() == [[0.0]]


def test_scores_of_minus_one_are_no_shares() -> None:
    """As bytes and as numbers they give the same error: −1 is not its own square."""
    part = answers()
    scores = np.where(part.items == MISSING, MISSING, np.sign(part.items.astype(int) - 3)).astype(np.int8)
    numbers = np.where(scores == MISSING, np.nan, scores)
    one, other = (Moments.of(replace(part, items=items)).means() for items in (scores, numbers))
    for name in ("value", "se", "deff"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_a_block_is_unpacked_as_it_was_packed() -> None:
    for block in blocks_of(answers()):
        again = unpack(pack(block))
        assert (again.stratum, again.unit) == (block.stratum, block.unit)
        for name in ("weights", "demographics", "items"):
            np.testing.assert_array_equal(getattr(again, name), getattr(block, name))


def test_packed_parts_have_the_rows_asked_for_and_blocks_the_first_stage() -> None:
    units = np.repeat(["a", "b", "c", "d", "e"], 2)
    part = part_of(np.ones(10), np.ones((10, 1)), stages=[units, np.arange(10)])
    data = [pack(block) for block in blocks_of(replace(part, items=part.items.astype(np.int8)))]
    assert [len(each) for each in packed_parts(iter(data), labels=[["x"]], rows=3)] == [4, 4, 2]
    assert [len(each) for each in packed_parts(iter(data), labels=[["x"]], rows=2)] == [2] * 5


def test_a_file_is_read_however_few_rows_are_asked_for_at_once(tmp_path: Path) -> None:
    part = answers()
    assert same(streamed(csv_parts(written(tmp_path, part), LAYOUT, rows=1), ordered=True), Moments.of(part))


@pytest.mark.parametrize("rule", ["average", "adjust", "certainty", "remove"])
def test_a_lonely_unit_below_the_first_stage_is_treated_as_in_memory(rule: str) -> None:
    """Only where an average was to stand for it there is no error."""
    communes, people = ["a", "a", "b", "b", "c", "c"], ["1", "1", "1", "2", "1", "2"]
    counts = [np.full(6, 9.0), np.full(6, 5.0)]
    values = np.array([1.0, 4.0, 2.0, 7.0, 3.0, 5.0])
    design = Design(np.ones(6), stages=[communes, people], fpc=counts, lonely_psu=rule)  # type: ignore[arg-type]
    wanted = estimate(TaylorSample(design), mean_target(values, np.arange(6)))
    part = part_of(np.ones(6), values[:, None], stages=[communes, people], fpc=counts)
    found = Moments.of(part, lonely_psu=rule).means()
    assert np.isnan(wanted.se) == (rule == "average")
    assert found.se[0, 0] == pytest.approx(wanted.se, rel=1e-12, nan_ok=True)


def test_an_empty_part_between_others_changes_nothing() -> None:
    part = answers()
    pieces = [part.rows(slice(0, 1000)), part.rows(slice(1000, 1000)), part.rows(slice(1000, None))]
    assert sum(map(len, whole_units(pieces))) == ROWS
    assert same(streamed(iter(pieces), ordered=True), Moments.of(part))


def test_blocks_keep_every_variable_of_their_rows() -> None:
    """Two variables that say different things, in blocks of several lengths."""
    labels = [["m", "f"], ["old", "older", "oldest"]]
    codes = np.stack([np.arange(9) % 2, np.arange(9) % 3]).astype(np.int16)
    data = [
        pack(
            PackedBlock(
                stratum="s", unit=str(first), weights=np.ones(last - first), demographics=codes[:, first:last],
                items=np.ones((last - first, 1), dtype=np.int8),
            )
        )
        for first, last in ((0, 2), (2, 6), (6, 9))
    ]  # fmt: skip
    part = part_of_blocks(data, Crossing.of(labels, [0, 1]))
    found = [part.keys[at] for at in part.domain.tolist()]
    assert found == [(labels[0][sex], labels[1][age]) for sex, age in codes.T.tolist()]


def test_an_empty_cell_of_a_parquet_file_is_in_no_domain(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    table = {"w": [1.0, 2.0, 3.0, 4.0], "d": ["x", None, "y", "x"], "q": [1.0, 0.0, 1.0, 0.0]}
    pyarrow.parquet.write_table(pyarrow.table(table), tmp_path / "answers.parquet")
    layout = TableLayout(weights="w", by=("d",), items=("q",))
    (part,) = parquet_parts(tmp_path / "answers.parquet", layout)
    assert [part.keys[at][0] if at >= 0 else None for at in part.domain.tolist()] == ["x", None, "y", "x"]


@pytest.mark.parametrize("length", [2, 4])
def test_a_centre_names_every_item_once(length: int) -> None:
    with pytest.raises(StatisticsError, match="length_differs") as refused:
        Moments.of(answers(), centre=[3.0] * length)
    assert refused.value.values == {"column": "centre", "rows": 3, "found": (length,)}


def test_a_stratum_of_which_most_cells_are_empty_stays_a_list() -> None:
    moments = Moments.of(replace(answers(), strata=np.zeros(ROWS)))
    units, filled = len(moments.units), len(moments.cells)
    most = stratum_rows.EMPTY_CELLS * filled // len(np.unique(moments.cells.domain))
    assert most >= units
    assert isinstance(stratum_rows.gridded(moments.cells, most), stratum_rows.Grid)
    assert stratum_rows.gridded(moments.cells, most + 1) is moments.cells


@pytest.mark.parametrize("stages", [2, 3])
def test_units_within_units_are_raised_from_a_list_as_from_a_grid(monkeypatch: pytest.MonkeyPatch, stages: int) -> None:
    commune, village, person = (np.arange(240) // rows for rows in (40, 8, 1))
    g = np.random.default_rng(SEED)
    part = SurveyPart(
        weights=g.uniform(0.5, 2, 240),
        items=g.integers(1, 6, (240, 2)).astype(np.int8),
        strata=np.zeros(240),
        stages=(commune, village, person)[:stages],
        counts=(np.full(240, 30.0), np.full(240, 9.0), np.full(240, 20.0))[:stages],
        domain=g.integers(0, 4, 240),
        keys=(("a",), ("b",), ("c",), ("d",)),
    )
    grid = Moments.of(part, complete=True).means()
    monkeypatch.setattr(stratum_rows, "EMPTY_CELLS", 0)
    listed = Moments.of(part, complete=True).means()
    np.testing.assert_allclose(listed.se, grid.se, rtol=1e-12)
    assert (listed.df == grid.df).all()


def test_a_row_longer_than_those_asked_for_at_once_is_read(tmp_path: Path) -> None:
    name = "Xã " + "x" * 5000
    (tmp_path / "answers.csv").write_text(f"w,d,q\n1,{name},1\n1,{name},0\n", encoding="utf-8")
    layout = TableLayout(weights="w", by=("d",), items=("q",))
    parts = list(csv_parts(tmp_path / "answers.csv", layout, rows=1))
    assert [part.keys[at] for part in parts for at in part.domain.tolist()] == [(name,), (name,)]
