"""An edition whose year has groups: its files tell them, and it verifies."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from parindex.publication import corrected_cells, open_data
from parindex.publication.edition import signed_bytes
from parindex.publication.keys import SigningKey, SigningKeys
from parindex.publication.model import Edition
from parindex.publication.ranking_rows import OF_GROUP
from parindex.publication.verification import verify
from parindex.rankings.compute import compute
from parindex.text import translator
from tests.publication.test_verification import edition
from tests.rankings import small_year


@pytest.fixture(scope="module")
def year() -> Edition:
    return edition(computation=compute(small_year.given(group_by="has_ports")))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKeys(tmp_path_factory.mktemp("data") / "keys").made("demo")


def test_the_document_says_what_groups_share_and_each_row_its_group(year: Edition) -> None:
    document = open_data.ranking(year)
    assert document["group_by"] == "Có cảng biển"
    first = document["agencies"][0]
    assert list(first)[-3:] == list(OF_GROUP)
    assert first["group"] in ("Có cảng biển: Có", "Có cảng biển: Không")
    assert first["group_rank"] == 1
    lower, upper = first["group_rank_set"]
    assert 1 <= lower <= first["group_rank"] <= upper <= 6


def test_the_table_has_the_columns_of_groups_behind_those_of_the_contract(year: Edition) -> None:
    lines = list(csv.DictReader(io.StringIO(open_data.ranking_csv(year).decode("utf-8-sig"))))
    results = {result.agency: result for result in year.computation.results}
    for line in lines:
        result = results[line["agency"]]
        sets = result.group_rank_set or ("", "")
        assert (line["group_rank_set_lower"], line["group_rank_set_upper"]) == tuple(map(str, sets))
        assert line["group_rank"] == str(result.group_rank or "")
    header = list(lines[0])
    assert header[header.index("change") + 1] == "group"


def test_the_workbook_of_officials_has_them_too(year: Edition) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(open_data.ranking_xlsx(year, translator("vi"), "Xếp hạng")))
    head = next(row for row in book.get_sheet_by_index(0).to_python() if row[0] == "STT")
    assert head[-4:] == ["Nhóm", "Hạng trong nhóm", "Khoảng hạng trong nhóm, từ", "Khoảng hạng trong nhóm, đến"]


def test_a_year_without_groups_has_none_of_these_columns() -> None:
    plain = edition()
    assert "group" not in open_data.ranking_csv(plain).decode("utf-8-sig").splitlines()[0]
    assert "group_by" not in open_data.ranking(plain)


def test_the_edition_verifies_and_a_forged_place_in_a_group_does_not(year: Edition, key: SigningKey) -> None:
    assert verify(signed_bytes(year, key), [key.public]).holds
    results = year.computation.results
    forged = msgspec.structs.replace(results[0], group_rank_set=(2, 6))
    computation = msgspec.structs.replace(year.computation, results=(forged, *results[1:]))
    verdict = verify(signed_bytes(msgspec.structs.replace(year, computation=computation), key), [key.public])
    assert [check.name for check in verdict.checks if check.state == "fails"] == ["rank_sets"]


def test_rank_sets_that_a_file_leaves_out_are_told_though_it_claims_none(key: SigningKey) -> None:
    computation = edition().computation
    silent = [msgspec.structs.replace(one, rank_set=None, rank_marginal=None) for one in computation.results]
    left = msgspec.structs.replace(computation, results=tuple(silent), rank_sets=None)
    verdict = verify(signed_bytes(edition(computation=left), key), [key.public])
    assert [check.name for check in verdict.checks if check.state == "fails"] == ["rank_sets"]


def test_a_correction_names_the_rank_set_of_a_group_that_changed(year: Edition) -> None:
    first = year.computation.results[0]
    changed = msgspec.structs.replace(first, group_rank_set=(2, 5))
    after = msgspec.structs.replace(year.computation, results=(changed, *year.computation.results[1:]))
    (cell,) = corrected_cells.cells(year.computation, after, reasons={}, reason="")
    assert (cell.agency, cell.kind, cell.new) == (first.agency, "group_rank_set", "2–5")
