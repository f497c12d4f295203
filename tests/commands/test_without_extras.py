"""What an installation without the optional packages does: all but their files, and it says what to install."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from parindex.cli import main
from parindex.statistics import StatisticsError, TableLayout, csv_parts, parquet_parts, under_dask
from tests.commands.test_estimate import DATA, DESIGN

SAID = {
    "vi": "là tệp Parquet, cần thư viện pyarrow; máy này chưa cài. Đề nghị cài thêm (pip install pyarrow)",
    "en": "is a Parquet file and needs the package pyarrow, which is not installed here. Please install it (pip install pyarrow)",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data, in a process that finds neither pyarrow nor Dask."""
    for name in [*sys.modules, "pyarrow", "pyarrow.csv", "pyarrow.parquet", "dask"]:
        if name.partition(".")[0] in ("pyarrow", "dask"):
            monkeypatch.setitem(sys.modules, name, None)
    for name in ("data.csv", "data.parquet"):
        (tmp_path / name).write_text(DATA, encoding="utf-8")
    (tmp_path / "design.yaml").write_text(DESIGN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_estimates_and_weights_of_a_csv_need_no_optional_package(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["estimate", "data.csv", "--design", "design.yaml"]) == 0
    assert main(["weigh", "data.csv", "--design", "design.yaml", "--output", "out.csv"]) == 0
    assert (folder / "out.csv").is_file()


@pytest.mark.parametrize("lang", SAID)
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["estimate", "data.parquet", "--design", "design.yaml"], "data.parquet"),
        (["weigh", "data.parquet", "--design", "design.yaml", "--output", "out.csv"], "data.parquet"),
        (["weigh", "data.csv", "--design", "design.yaml", "--output", "out.parquet"], "out.parquet"),
    ],
)
def test_a_parquet_file_without_pyarrow_is_refused_with_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], lang: str, arguments: list[str], named: str
) -> None:
    assert main(["--lang", lang, *arguments]) == 2
    told = capsys.readouterr()
    assert f"{named} {SAID[lang]}" in told.err
    assert (told.out, "Traceback" in told.err) == ("", False)
    assert not (folder / "out.csv").exists()
    assert not (folder / "out.parquet").exists()


def test_the_engine_names_the_package_and_the_extra(folder: Path) -> None:
    layout = TableLayout(weights="w", items=("q1",))
    for deed, package, extra in (
        (lambda: list(csv_parts(folder / "data.csv", layout)), "pyarrow", "parquet"),
        (lambda: list(parquet_parts(folder / "data.parquet", layout)), "pyarrow", "parquet"),
        (lambda: under_dask(lambda piece: csv_parts(piece, layout), ["data.csv"]), "dask", "dask"),
    ):
        with pytest.raises(StatisticsError) as told:
            deed()
        assert (told.value.code, told.value.values) == ("not_installed", {"package": package, "extra": extra})
