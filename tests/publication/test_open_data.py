from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import get_args

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from parindex.publication import open_data
from parindex.publication.model import Edition
from parindex.publication.ranking_rows import (
    COLUMNS,
    OF_EDITION,
    OF_INTERVAL,
    ON_PAPER,
    KindOfInterval,
    cells,
    kind_of_interval,
    ranking_rows,
)
from parindex.rankings.compute import compute
from parindex.text import translator
from tests.publication.test_verification import edition
from tests.rankings import small_year

DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")


@pytest.fixture(scope="module")
def year() -> Edition:
    return edition()


def test_the_ranking_document_has_the_keys_of_the_contract_and_no_other(year: Edition) -> None:
    document = open_data.ranking(year)
    assert list(document) == [
        "tenant", "family", "year", "tier", "edition", "decision", "level", "marked", "agencies",
    ]  # fmt: skip
    assert document["decision"] == {"number": "214/QĐ-CCHC", "date": "2026-04-06", "signer": "Lê Văn Minh"}
    assert (document["tenant"], document["level"], document["marked"]) == ("demo", "0.95", "simulated")
    for row in document["agencies"]:
        assert list(row) == [
            "agency", "name", "order", "index", "index_printed", "rank", "class", "rank_set", "appraised", "survey",
            "bonus", "penalty", "points", "max", "change",
        ]  # fmt: skip


def test_decimals_are_shortest_strings_and_ranks_are_integers(year: Edition) -> None:
    for row in open_data.ranking(year)["agencies"]:
        for field in ("index", "appraised", "survey", "bonus", "penalty", "points", "max"):
            assert row[field] is None or DECIMAL.fullmatch(row[field]), (field, row[field])
        if row["rank"] is not None:
            assert type(row["rank"]) is int
            assert all(type(bound) is int for bound in row["rank_set"])
            assert Decimal(row["index"]).quantize(Decimal("0.01")) == Decimal(row["index_printed"])


def test_the_unranked_stand_at_the_end_with_nulls_and_not_with_zero(year: Edition) -> None:
    last = open_data.ranking(year)["agencies"][-2:]
    assert [row["agency"] for row in last] == ["T11", "T12"]
    assert all(row["rank"] is None and row["index"] is None and row["rank_set"] is None for row in last)
    assert last[0]["points"] is None


def test_the_csv_has_a_bom_decimal_points_and_no_cell_that_a_spreadsheet_executes() -> None:
    given = small_year.given()
    agencies = tuple(
        msgspec.structs.replace(a, name_vi=name)
        for a, name in zip(given.agencies, ["=1+1", "+84", "-x", "@SUM(A1)", "\tx", *"abcdefg"], strict=True)
    )
    content = open_data.ranking_csv(edition(computation=compute(msgspec.structs.replace(given, agencies=agencies))))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 12
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "@", "\t")]
    assert {"'=1+1", "'+84", "'-x", "'@SUM(A1)", "'\tx"} <= {row["name"] for row in rows}
    assert all(Decimal(row["index"]) for row in rows if row["index"])
    assert {row["marked"] for row in rows} == {"simulated"}


def test_the_workbook_has_the_columns_that_officials_expect_and_says_that_data_are_simulated(year: Edition) -> None:
    content = open_data.ranking_xlsx(year, translator("vi"), "Xếp hạng")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    assert "mô phỏng" in str(rows[1][0])
    head = next(row for row in rows if row[0] == "STT")
    assert head[3:11] == [
        "Điểm thẩm định", "Điểm điều tra XHH", "Điểm thưởng", "Điểm trừ", "Tổng điểm", "Chỉ số (%)", "Xếp loại",
        "Xếp hạng",
    ]  # fmt: skip
    first = rows[rows.index(head) + 1]
    assert first[:2] == [1.0, open_data.ranking(year)["agencies"][0]["agency"]]
    assert content == open_data.ranking_xlsx(year, translator("vi"), "Xếp hạng")


def test_every_criterion_of_every_agency_is_in_the_open_data(year: Edition) -> None:
    rows = list(csv.DictReader(io.StringIO(open_data.criteria_csv(year).decode("utf-8-sig"))))
    assert len(rows) == 12 * 9
    assert {row["state"] for row in rows} == {"scored", "not_applicable", "unknown", "none"}


def test_columns_of_every_form_come_from_the_row(year: Edition) -> None:
    header = open_data.ranking_csv(year).decode("utf-8-sig").splitlines()[0].split(",")
    assert [name for name in header if name in COLUMNS] == [name for name in COLUMNS if name != "rank_set"]
    assert header[-5:] == [*OF_INTERVAL, *OF_EDITION]
    assert set(ON_PAPER) == {name for name, meaning in COLUMNS.items() if meaning.heads}
    assert all(len(meaning.heads) in (0, 1 + (meaning.kind == "ranks")) for meaning in COLUMNS.values())
    for row, document in zip(ranking_rows(year), open_data.ranking(year)["agencies"], strict=True):
        for name in COLUMNS:
            shown = cells(row, name)
            stored = document[name] if name == "rank_set" and document[name] else [document[name]] * len(shown)
            assert [None if value is None else str(value) for value in shown] == [
                None if value is None else str(Decimal(value) if COLUMNS[name].kind == "decimal" else value)
                for value in stored
            ]


def test_the_table_and_its_dictionary_say_which_kind_each_interval_is(year: Edition) -> None:
    lines = csv.DictReader(io.StringIO(open_data.ranking_csv(year).decode("utf-8-sig")))
    results = {result.agency: result for result in year.computation.results}
    shown = 0
    for line in lines:
        interval, kind = results[line["agency"]].interval, results[line["agency"]].interval_kind
        ends = (line["interval_lower"], line["interval_upper"], line["interval_kind"])
        assert ends == (("", "", "") if interval is None else (*interval, kind))
        shown += interval is not None
    assert shown
    note = OF_INTERVAL["interval_kind"].note or ""
    assert all(kind in note for kind in get_args(KindOfInterval))


def test_an_interval_of_the_first_format_is_students_t(year: Edition) -> None:
    result = next(result for result in year.computation.results if result.interval)
    assert kind_of_interval(msgspec.structs.replace(result, interval_kind=None)) == "t"
    assert kind_of_interval(msgspec.structs.replace(result, interval=None)) is None
