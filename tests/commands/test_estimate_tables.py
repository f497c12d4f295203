"""The tables of ``parindex estimate``: what is read does not depend on how, and a million rows take megabytes."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.cli import main
from parindex.commands.estimation import answers, csv_cells
from parindex.commands.estimation.csv_cells import read_csv_cells, read_csv_text
from parindex.commands.estimation.design_file import read_design
from parindex.commands.estimation.faults import BrokenCells
from parindex.commands.estimation.survey import estimate_survey
from parindex.commands.estimation.tables import read_table

CELLS = st.one_of(
    st.sampled_from(["", "1", "4", "0.5", "NA", "Hà Nội", 'a "b"', "a,b", "a;b", "two\nlines", " x ", "long " * 12]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
)
PER_ROW = 400
"""Bytes that a row of 39 answers may take on top of what any file takes."""


def written(folder: Path, rows: list[list[str]], *, end: str, quoting: int, delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting, delimiter=delimiter).writerows(rows)  # type: ignore[arg-type]
    path = folder / "data.csv"
    path.write_bytes(text.getvalue().encode())
    return path


def cells_of(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """All cells of a file as they were read in blocks."""
    found = read_csv_cells(path, lambda _: True)
    lines = found.all_lines()
    columns = [[coded.texts[code] for code in coded.codes] for coded in (c.coded() for c in found.columns.values())]
    return found.header, [list(row) for row in zip(*columns, strict=True)], lines.tolist()


@given(
    data=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=30),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    delimiter=st.sampled_from(",;\t"),
    block=st.sampled_from([16, 64, 1 << 20]),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_hold_the_cells_that_csv_reads_row_by_row(
    tmp_path: Path, data: list[list[str]], end: str, quoting: int, delimiter: str, block: int
) -> None:
    path = written(tmp_path, [["a", "b", "c"], *data], end=end, quoting=quoting, delimiter=delimiter)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_cells, "BLOCK", block)
        patch.setattr(csv_cells, "ROWS", 4)
        found = cells_of(path)
    assert found == tuple(read_csv_text(path))


@pytest.mark.parametrize("block", [8, 1 << 20])
@pytest.mark.parametrize("head", ["a,b\n", '"a",b\r\n', "sep=,\na,b\n", "\ufeffa,b\n", "a,b\r"])
def test_a_row_with_another_number_of_cells_is_refused_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, block: int
) -> None:
    monkeypatch.setattr(csv_cells, "BLOCK", block)
    end = "\r" if head.endswith("b\r") else "\n"
    path = tmp_path / "data.csv"
    path.write_bytes((head + "1,2" + end + "3,4" + end + "5,6,7" + end).encode())
    with pytest.raises(BrokenCells) as refused:
        read_csv_cells(path, lambda _: True)
    (fault,) = refused.value.faults
    assert (fault.code, fault.row) == ("row_too_long", 4 + head.startswith("sep"))
    assert fault.values["surplus"] == "7"


@pytest.mark.parametrize("tail", ["", ",\n,\n", "\n\n", ",\r\n,"])
def test_empty_rows_at_the_end_are_none(tmp_path: Path, tail: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(f"a,b\n1,2\n3,4\n{tail}".encode())
    assert cells_of(path) == (["a", "b"], [["1", "2"], ["3", "4"]], [2, 3])


def test_a_column_that_is_not_asked_for_stays_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, [["a", "b"], ["1", "x" * 50]], end="\n", quoting=csv.QUOTE_MINIMAL)
    table = read_table(path, lambda name: name == "a")
    assert table.names == ("a", "b")
    assert list(read_csv_cells(path, lambda name: name == "a").columns) == ["a"]
    assert table.numbers("a").tolist() == [1.0]


@pytest.mark.parametrize("cell", ["1_0", "nan", "inf", "0x1", "1e999", "1,5", "١", "- 1", "1e", "."])
def test_a_cell_that_is_no_number_is_refused_among_many_that_are(tmp_path: Path, cell: str) -> None:
    numbers = [str(value / 7) for value in range(200)]
    path = written(tmp_path, [["a"], *([n] for n in numbers), [cell]], end="\n", quoting=csv.QUOTE_ALL)
    with pytest.raises(Exception, match="a") as refused:
        read_table(path).numbers("a")
    assert refused.value.values["rows"] == [202]  # type: ignore[attr-defined]


def test_numbers_that_hardly_repeat_are_the_same_doubles_as_one_by_one(tmp_path: Path) -> None:
    drawn = np.random.default_rng(1).normal(size=500) * 10.0 ** np.arange(-250, 250)
    texts = [repr(value) for value in drawn.tolist()]
    texts[7], texts[11] = "", "NA"
    path = written(tmp_path, [["a", "b"], *([t, "x"] for t in texts)], end="\n", quoting=csv.QUOTE_MINIMAL)
    expected = [float("nan") if text in ("", "NA") else float(text) for text in texts]
    assert np.array_equal(read_table(path).numbers("a"), expected, equal_nan=True)


def answered(folder: Path, rows: int, items: int = 39) -> tuple[Path, Path]:
    """A survey of so many rows, and the shares of its items by province."""
    random = np.random.default_rng(2)
    commune = np.sort(random.integers(0, 340, rows))
    cells = [[f"P{c // 10}", f"X{c}", f"{w:.6f}"] for c, w in zip(commune, random.uniform(0.5, 2, rows), strict=True)]
    answers = random.integers(1, 6, (rows, items)).astype(str).tolist()
    names = [f"q{item}" for item in range(items)]
    data = folder / f"data{rows}.csv"
    lines = [",".join([*row, *answer]) for row, answer in zip(cells, answers, strict=True)]
    data.write_text("\n".join([",".join(["province", "commune", "w", *names]), *lines]) + "\n", encoding="utf-8")
    design = folder / "design.yaml"
    design.write_text(
        "weights: w\nstrata: province\nstages: [commune]\nestimates:\n"
        f"  - {{statistic: share, of: [{', '.join(names)}], values: [4, 5], by: [province]}}\n",
        encoding="utf-8",
    )
    return data, design


def peak(data: Path, design: Path) -> int:
    """Bytes that an estimate holds at most."""
    tracemalloc.start()
    wanted = read_design(design)
    estimate_survey(read_table(data), wanted, design.parent)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def test_memory_grows_by_bytes_for_each_answer_and_not_by_objects(tmp_path: Path) -> None:
    few, many = (answered(tmp_path, rows) for rows in (60_000, 120_000))
    assert (peak(*many) - peak(*few)) / 60_000 < PER_ROW


def estimated(folder: Path, design: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    (folder / "design.yaml").write_text(design, encoding="utf-8")
    assert main(["estimate", str(folder / "data.csv"), "--design", str(folder / "design.yaml")]) == 0
    result: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["estimates"]
    return result


@pytest.mark.parametrize("missing", ["available", "listwise"])
@pytest.mark.parametrize("lonely", ["certainty", "adjust", "average"])
@pytest.mark.parametrize(
    "stages", ["strata: h\nstages: [p, s]\nfpc: [f, g]", "strata: h\nstages: [p]", "strata: h", "stages: [p]"]
)
def test_many_rows_give_what_few_rows_give(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stages: str,
    lonely: str,
    missing: str,
) -> None:
    random = np.random.default_rng(3)
    rows = [["w", "h", "p", "s", "f", "g", "by", "q", "x", "income"]]
    for at in range(300):
        h, p, s = f"h{at % 5}", str(at % 5 if at % 5 == 4 else random.integers(0, 6)), str(random.integers(0, 3))
        q = random.choice(["1", "2", "4", "5", ""])
        by = random.choice(["a", "b", "c", ""])
        rows.append(
            [f"{random.random():.3f}", h, p, s, "20", "9", by, q, str(random.integers(0, 9)), str(random.normal())]
        )
    written(tmp_path, rows, end="\n", quoting=csv.QUOTE_MINIMAL)
    design = f"weights: w\n{stages}\nlonely_psu: {lonely}\nmissing: {missing}\nestimates:\n" + "".join(
        f"  - {{statistic: {statistic}, of: [q, x, income]{more}}}\n"
        for statistic in ("mean", "total", "share")
        for more in ((", values: [4, 5]", ", values: [4, 5], by: [by]") if statistic == "share" else ("", ", by: [by]"))
    )
    few = estimated(tmp_path, design, capsys)
    monkeypatch.setattr(answers, "AT_SCALE", 0)
    many = estimated(tmp_path, design, capsys)
    assert len(few) == len(many) > 30
    for before, after in zip(few, many, strict=True):
        assert before.keys() == after.keys()
        for key, value in before.items():
            if isinstance(value, float):
                assert after[key] == pytest.approx(value, rel=1e-9, abs=1e-12), (before, after)
            elif key == "ci" and value is not None:
                assert after[key] == pytest.approx(value, rel=1e-9, abs=1e-12)
            else:
                assert after[key] == value, (key, before, after)
