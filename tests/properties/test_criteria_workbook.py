"""Out and in without loss, for any set; and no file, however damaged, makes a traceback."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parindex.criteria_workbook import Heading, problem_text, read_workbook, workbook_of, yaml_text
from parindex.reading.xlsx_cells import read_cells
from parindex.scoring import digest, from_document, load, load_bytes
from tests.criteria_workbook.generated import sets, workbook

SHIPPED = load(Path(__file__).parents[2] / "criteria" / "par-index-cap-bo" / "2023.yaml")
LARGE = load(Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh" / "2026.1.yaml")
HEADING = Heading(family="thu", version="1", tier="commune", year=2026)


def said(data: bytes) -> bool:
    """Read bytes and put everything into words: neither may fail. Whether a set came of it."""
    imported = read_workbook(data, "tệp.xlsx", HEADING)
    for problem in (*imported.problems, *imported.notes):
        for lang in ("vi", "en"):
            assert problem_text(problem, "tệp.xlsx", lang)
    assert (imported.criteria_set is None) == bool(imported.problems)
    return imported.criteria_set is not None


# Nothing is made smaller after a failure: a whole set takes minutes to shrink, and the message says sheet and row.
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(sets(), st.sampled_from(["vi", "en"]))
def test_a_set_comes_back_from_its_workbook_and_from_its_yaml_without_loss(document: dict[str, Any], lang: Any) -> None:
    criteria_set = from_document(document)
    imported = read_workbook(workbook_of(criteria_set, lang), "tệp.xlsx")
    assert [problem_text(problem, "tệp.xlsx") for problem in imported.problems] == []
    assert imported.criteria_set is not None
    assert digest(imported.criteria_set) == digest(criteria_set)
    assert [problem_text(note, "tệp.xlsx") for note in imported.notes] == []
    assert digest(load_bytes(yaml_text(criteria_set).encode(), "thu.yaml")) == digest(criteria_set)


@settings(max_examples=60)
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_make_a_traceback(data: bytes, packed: bool) -> None:
    assert not said(b"PK\x03\x04" + data if packed else data)


BYTES = workbook_of(SHIPPED)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(BYTES) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_no_damaged_file_makes_a_traceback(at: int, data: bytes, cut: bool) -> None:
    said(BYTES[:at] if cut else BYTES[:at] + data + BYTES[at + len(data) :])


CELLS = {sheet.name: [list(row) for row in sheet.rows] for sheet in read_cells(workbook_of(LARGE))}
FILLED = [(name, at, column) for name, rows in CELLS.items() for at, row in enumerate(rows) for column, cell in enumerate(row) if cell is not None]  # fmt: skip
STRANGE = [
    "",
    "?",
    "1,5",
    "1.234",
    "70%",
    "Bậc",
    "Đến",
    "Không áp dụng",
    "1.1.1",
    "=A1",
    "x" * 300,
    "Tổng cộng",
    -1,
    0,
    1e300,
    True,
    None,
]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(FILLED), st.sampled_from(STRANGE)), min_size=1, max_size=6))
def test_no_edit_of_a_cell_makes_a_traceback(edits: list[tuple[tuple[str, int, int], Any]]) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in CELLS.items()}
    for (name, at, column), value in edits:
        sheets[name][at][column] = value
    said(workbook(sheets))


cells = st.one_of(
    st.none(),
    st.sampled_from(
        ["STT", "Tên tiêu chí", "Điểm tối đa", "Ghi chú", "I", "1", "1.1", "a)", "-", "Tổng cộng", "1,5", "Mã", "Cấp"]
    ),
    st.text(max_size=6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2100, 1, 1)),
)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.lists(cells, min_size=4, max_size=5), min_size=1, max_size=8),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_no_table_makes_a_traceback(rows: list[list[Any]], headed: bool, chance: random.Random) -> None:
    head = ["STT", "Tên tiêu chí", "Điểm tối đa", "Ghi chú", "Cơ quan thẩm định"]
    said(workbook({"Phụ lục": [head[: chance.randint(3, 5)], *rows] if headed else rows}))
