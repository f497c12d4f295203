"""What design files, margins and codes may mean otherwise is refused or named, at the file and row where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parindex.cli import main
from tests.criteria_workbook.generated import workbook

Command = Callable[..., tuple[int, str, str]]
DATA = "w,s,psu,sex,q\n" + "".join(f"90,h{n % 2},{n},{'fm'[n % 2]},{1 + n % 5}\n" for n in range(20))
HEAD = "weights: w\nstrata: s\nstages: [psu]\n"
MEAN = "estimates:\n  - {statistic: mean, of: q}\n"
RAKING = "calibration: {method: raking, margins: m.csv}\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def command(
        design: str, data: str = DATA, name: str = "estimate", lang: str = "vi", **files: str
    ) -> tuple[int, str, str]:
        for file, text in {"d_csv": data, "d_yaml": design, **files}.items():
            (tmp_path / file.replace("_", ".")).write_text(text, encoding="utf-8")
        options = {"weigh": ["--format", "table"], "crosstab": ["--of", "sex", "q"]}.get(name, [])
        code = main(["--lang", lang, name, str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml"), *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.mark.parametrize("other", ["4.0", "04", "4.00"])
@pytest.mark.parametrize("command", ["estimate", "weigh", "crosstab"])
def test_codes_that_are_one_number_are_named_with_the_rows_of_both(run: Command, other: str, command: str) -> None:
    data = DATA.replace("h0,6,", f"h0,{other},").replace("h0,4,", "h0, 4 ,")
    code, _, said = run(HEAD + MEAN, data, command)
    assert code == 0
    assert f"“{max('4', other)}”" in said
    assert "psu" in said
    assert "dòng 6" in said
    assert "dòng 8" in said
    assert run(HEAD + MEAN, DATA, command)[2] == ""


def test_codes_of_other_numbers_are_not_alike(run: Command) -> None:
    data = DATA.replace("h0,6,", "h0,4.5,").replace("h0,8,", "h0,40,").replace("h0,2,", "h0,1.1,").replace(
        "h0,0,", "h0,1.10,"
    )  # fmt: skip
    assert run(HEAD + MEAN, data)[2] == ""


def test_groups_of_a_crosstab_that_look_alike_are_named(run: Command) -> None:
    rows = (f"90,h{n % 2},{n},{'fm'[n % 3 % 2]},{('1', '2', '1.0', '2')[n % 4]}\n" for n in range(60))
    code, out, said = run(HEAD + MEAN, "w,s,psu,sex,q\n" + "".join(rows), "crosstab")
    assert (code, "cột q" in said, '"warnings"' in out) == (0, True, True)


@pytest.mark.parametrize("values", ["[4, 4]", "[4, 4.0]", "[a, a]"])
@pytest.mark.parametrize("statistic", ["share, of: q", "index, of: [q]"])
def test_a_value_that_is_counted_twice_is_refused_with_its_line(run: Command, values: str, statistic: str) -> None:
    code, _, said = run(HEAD + f"estimates:\n  - {{statistic: {statistic}, values: {values}}}\n")
    assert code == 1
    assert "d.yaml, dòng 5" in said
    assert "values" in said


def test_a_value_that_nobody_gave_is_told_of_the_statistic_that_counts_it(run: Command) -> None:
    said = run(HEAD + "estimates:\n  - {statistic: index, of: [q], values: [5, 9]}\n")[2]
    assert "index" in said
    assert "share" not in said


@pytest.mark.parametrize(
    ("totals", "refused"), [((50, 51), True), ((49, 50), True), ((0.5, 0.51), True), ((890, 900), False)]
)
def test_margins_that_are_rounded_per_cent_are_refused(
    run: Command, totals: tuple[float, float], refused: bool
) -> None:
    margins = "variable,level,total\nsex,f,{}\nsex,m,{}\n".format(*totals)
    code, _, said = run(HEAD + RAKING + MEAN, m_csv=margins)
    assert code == int(refused), said
    assert ("m.csv" in said) is refused


def test_margins_of_a_hundred_people_are_no_per_cent_where_weights_say_so(run: Command) -> None:
    margins = "variable,level,total\nsex,f,50\nsex,m,51\n"
    assert run(HEAD + RAKING + MEAN, DATA.replace("90,h", "6,h"), m_csv=margins)[0] == 0


def test_a_variable_that_the_data_lack_is_named_at_the_rows_of_its_totals(run: Command) -> None:
    margins = "variable,level,total\nsex,f,900\nsex,m,900\nsx,f,900\nsx,m,900\n"
    code, _, said = run(HEAD + RAKING + MEAN, m_csv=margins)
    assert code == 1
    assert said.startswith("m.csv, dòng 4, 5:")
    assert "d.csv" in said
    assert "sex" in said


def test_small_factors_of_raking_speak_of_no_other_method(run: Command) -> None:
    margins = "variable,level,total\nsex,f,4\nsex,m,1796\n"
    said = run(HEAD + RAKING + MEAN, m_csv=margins)[2]
    assert "0,1" in said
    assert "linear" not in said
    assert "linear" in run(HEAD + RAKING.replace("raking", "linear") + MEAN, m_csv=margins)[2]


def test_names_far_off_are_not_suggested(run: Command) -> None:
    assert "Có phải là q không" not in run(HEAD + MEAN.replace("of: q", "of: thu_nhap"))[2]
    assert "Có phải là weights không" in run(HEAD.replace("weights", "weigths") + MEAN)[2]
    assert "Có phải" not in run(HEAD + "lang: vi\n" + MEAN)[2]


@pytest.mark.parametrize(("lang", "word"), [("vi", "Hiệu chỉnh theo tổng biên"), ("en", "Calibration")])
def test_the_steps_of_weights_are_called_in_the_reader_s_language(run: Command, lang: str, word: str) -> None:
    margins = "variable,level,total\nsex,f,900\nsex,m,900\n"
    out = run(HEAD + RAKING, name="weigh", lang=lang, m_csv=margins)[1]
    assert word in out
    assert "calibration" not in out.replace("Calibration", "")


def test_each_covariance_names_its_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = [["unit", "A", "B"], ["A", 0.01, 0.0], ["B", 0.0, 0.01]]
    other = [["unit", "A", "B"], ["A", 0.04, 0.0], ["B", 0.0, 0.04]]
    (tmp_path / "c.xlsx").write_bytes(workbook({"Năm 1": one, "Năm 2": other}))
    (tmp_path / "e.csv").write_text("unit,est\nA,1\nB,0\n", encoding="utf-8")
    rank = [
        "--lang",
        "vi",
        "rank",
        str(tmp_path / "e.csv"),
        "--covariance",
        str(tmp_path / "c.xlsx"),
        "--format",
        "csv",
    ]
    assert main(rank) == 1
    assert "Năm 1" in capsys.readouterr().err
    for sheet, se in (("Năm 1", "0.1"), ("năm 2", "0.2")):
        assert main([*rank, "--covariance-sheet", sheet]) == 0
        assert f"A,1,{se}" in capsys.readouterr().out
    assert main(["--lang", "vi", "rank", str(tmp_path / "e.csv"), "--covariance-sheet", "x"]) == 2


@pytest.mark.parametrize("sheet", [None, "Số liệu"])
def test_data_of_a_hidden_sheet_are_not_called_empty(
    sheet: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["unit", "est", "se"], ["A", 1, 0.1], ["B", 0, 0.1]]
    for others in ([], [["Đọc trước"]]):
        (tmp_path / "e.xlsx").write_bytes(workbook({"Ghi chú": others, "Số liệu": rows}, hidden=["Số liệu"]))
        options = [] if sheet is None else ["--sheet", sheet]
        assert main(["--lang", "vi", "rank", str(tmp_path / "e.xlsx"), *options]) == 1
        said = capsys.readouterr().err
        assert "“Số liệu”" in said
        assert "ẩn" in said
        assert "“”" not in said


@pytest.mark.parametrize(
    "more",
    [
        "collapse: {h9: [h0, hx]}\n",
        "trimming: {upper: 0.5, of: mean}\n",
        "replicates: {method: jk1}\n",
        "calibration: {method: logit, margins: m.csv}\n",
    ],
)
@pytest.mark.parametrize("command", ["estimate", "crosstab"])
def test_what_the_design_file_says_wrongly_is_told_of_the_design_file(
    more: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    margins = "variable,level,total\nsex,f,900\nsex,m,900\n"
    for name, text in {"d.csv": DATA, "d.yaml": HEAD + more + MEAN, "m.csv": margins}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["--of", "sex", "q"] if command == "crosstab" else []
    data = [command, str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml"), *options]
    assert main(["--lang", "vi", *data]) == 1
    assert capsys.readouterr().err.startswith("d.yaml: ")


def test_replicates_that_cannot_be_calibrated_are_told_of_the_margins(run: Command) -> None:
    """With one commune left out nobody is of that level."""
    data = DATA.replace("f,1\n", "x,1\n", 1)
    margins = "variable,level,total\nsex,f,810\nsex,m,900\nsex,x,90\n"
    code, _, said = run(HEAD + RAKING + "replicates: {method: jkn}\n" + MEAN, data, m_csv=margins)
    assert code == 1
    assert said.startswith("m.csv: ")


def test_names_that_differ_in_case_alone_are_told_as_two(run: Command) -> None:
    by = MEAN.replace("of: q}", "of: q, by: [sex]}")
    code, _, said = run(HEAD + by, DATA.replace(",f,", ",F,", 1))
    assert code == 0
    assert "“f” ở" in said
    assert "chỉ khác “F” ở" in said
    assert "trùng" not in said


@pytest.mark.parametrize("command", ["estimate", "weigh", "crosstab"])
def test_names_of_an_old_font_and_characters_that_nobody_means_are_refused_with_their_rows(
    run: Command, command: str
) -> None:
    by = MEAN.replace("of: q}", "of: q, by: [sex]}")
    design = (HEAD + by).replace("strata: s", "strata: sex" if command == "weigh" else "strata: s")
    for wrong, told in (("Hµ Néi §«ng Anh", "TCVN3"), ("Haø Noäi", "VNI"), ("Hà\ue000", "U+E000")):
        code, out, said = run(design, DATA.replace(",m,", f",{wrong},"), command)
        assert (code, out) == (1, "")
        assert "Dòng 3, cột sex" in said
        assert told in said
    assert run(design, DATA.replace(",m,", ",Anaïs Noël,"), command)[0] == 0


def test_rows_of_no_group_are_counted_also_where_a_flat_format_has_no_place_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = MEAN.replace("of: q}", "of: q, by: [sex]}")
    (tmp_path / "d.csv").write_text(DATA.replace(",m,", ",,", 2), encoding="utf-8")
    (tmp_path / "d.yaml").write_text(HEAD + by, encoding="utf-8")

    def told(form: str) -> str:
        given = ["estimate", str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml"), "--format", form]
        assert main(["--lang", "vi", *given]) == 0
        return capsys.readouterr().err

    assert told("csv") == told("table") == "Số dòng không có sex nên không thuộc nhóm nào: 2.\n"
    assert told("json") == ""
