"""What ``parindex estimate`` refuses and warns of: numbers that would mislead."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parindex.cli import main

DATA = "w,h,p,by,q,word\n" + "".join(
    f"{w},h{h},{p},{by},{q},{word}\n"
    for w, h, p, by, q, word in [
        (2, 1, 1, "a", 4, "yes"),
        (2, 1, 2, "a", 2, "no"),
        (3, 1, 3, "b", 5, "yes"),
        (1, 2, 4, "b", 1, "no"),
        (1, 2, 5, "a", 4, "no"),
        (4, 2, 6, "b", 3, "yes"),
    ]
)
HEAD = "weights: w\nstrata: h\nstages: [p]\n"
SHARE = "  - {statistic: share, of: q, values: [4, 5]}\n"
MEAN = "  - {statistic: mean, of: q}\n"


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def estimates(self) -> list[dict[str, Any]]:
        assert self.code == 0, self.err
        found: list[dict[str, Any]] = json.loads(self.out)["estimates"]
        return found


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def estimate(design: str, data: str | Path = DATA, *more: str) -> Ran:
        path = data if isinstance(data, Path) else tmp_path / "data.csv"
        if isinstance(data, str):
            path.write_text(data, encoding="utf-8")
        (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
        code = main(["--lang", "en", "estimate", str(path), "--design", str(tmp_path / "design.yaml"), *more])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return estimate


def entries(*lines: str, head: str = HEAD) -> str:
    return head + "estimates:\n" + "".join(lines)


@pytest.mark.parametrize("cell", ["nan", "inf", "x", "4,0", "1e999"])
def test_share_refuses_what_mean_refuses(run: Any, cell: str) -> None:
    data = DATA.replace(",5,yes", f',"{cell}",yes')
    refused = [run(entries(entry), data) for entry in (SHARE, MEAN)]
    assert [ran.code for ran in refused] == [1, 1]
    assert refused[0].err == refused[1].err
    assert "4" in refused[0].err.split("q")[1]


def test_a_share_of_words_takes_words(run: Any) -> None:
    assert run(entries("  - {statistic: share, of: word, values: [yes]}\n")).estimates[0]["n"] == 6


@pytest.mark.parametrize(("values", "unmet"), [("[4, 7]", "7"), ('["4.00", "5"]', ""), ("[4]", "")])
def test_a_value_that_nobody_gave_is_warned_of(run: Any, values: str, unmet: str) -> None:
    ran = run(entries(f"  - {{statistic: share, of: q, values: {values}}}\n"))
    assert ran.code == 0
    assert (unmet in ran.err and "q" in ran.err) if unmet else ran.err == ""


def test_a_word_that_nobody_gave_is_warned_of_too(run: Any) -> None:
    assert "maybe" in run(entries("  - {statistic: share, of: word, values: [yes, maybe]}\n")).err


@pytest.mark.parametrize("column", ["h1", "1", "a"])
def test_strata_units_and_domains_are_compared_trimmed_and_composed(run: Any, column: str) -> None:
    named = DATA.replace("h1", "Hòa").replace(",a,", ",Đà Nẵng,")
    plain = run(entries("  - {statistic: mean, of: q, by: [by]}\n"), named)
    decomposed = unicodedata.normalize("NFD", named).replace(",b,", ", b\u00a0,").replace(",2,2,", ", 2 ,2,", 1)
    assert run(entries("  - {statistic: mean, of: q, by: [by]}\n"), decomposed).out == plain.out


@pytest.mark.parametrize("method", ["{method: brr}", "{method: fay, rho: 0.3}", "{method: rao-wu, count: 20, seed: 1}"])
def test_replicates_that_drop_population_counts_are_refused(run: Any, method: str) -> None:
    data = DATA.replace("word\n", "word,n\n").replace("yes\n", "yes,9\n").replace("no\n", "no,9\n")
    ran = run(entries(MEAN, head=HEAD + f"fpc: [n]\nreplicates: {method}\n"), data)
    assert (ran.code, "fpc" in ran.err) == (1, True)


@pytest.mark.parametrize("method", ["jkn", "jk1"])
def test_replicates_that_drop_a_second_stage_are_refused(run: Any, method: str) -> None:
    rows = "".join(f"1,{p},{s},9,5,{p + s}\n" for p in range(3) for s in range(2))
    design = "weights: w\nstages: [p, s]\nfpc: [n, m]\n" + f"replicates: {{method: {method}}}\n"
    ran = run(entries(MEAN, head=design), "w,p,s,n,m,q\n" + rows)
    assert (ran.code, method in ran.err) == (1, True)
    first = design.replace("[p, s]", "[p]").replace("[n, m]", "[n]")
    assert run(entries(MEAN, head=first), "w,p,s,n,m,q\n" + rows).code == 0


def calibrated(tmp_path: Path, margins: str, method: str = "raking") -> str:
    (tmp_path / "margins.csv").write_text("variable,level,total\n" + margins, encoding="utf-8")
    return HEAD + f"calibration: {{method: {method}, margins: margins.csv}}\n"


@pytest.mark.parametrize("margins", ["by,a,0.4\nby,b,0.6\n", "by,a,40\nby,b,60\n"])
def test_margins_that_are_shares_are_refused(run: Any, tmp_path: Path, margins: str) -> None:
    data = DATA.replace("\n2,", "\n2000,").replace("\n3,", "\n3000,")
    assert run(entries(MEAN, head=calibrated(tmp_path, margins)), data).code == 1
    counted = (
        margins.replace("0.", "1")
        .replace(",40", ",4000")
        .replace(",60", ",6000")
        .replace(",14", ",4100")
        .replace(",16", ",6100")
    )
    assert run(entries(MEAN, head=calibrated(tmp_path, counted)), data).code == 0


def test_a_margin_that_may_be_thousands_is_asked_about(run: Any, tmp_path: Path) -> None:
    ran = run(entries(MEAN, head=calibrated(tmp_path, "by,a,1.000\nby,b,2.000\n")))
    assert (ran.code, "1.000" in ran.err) == (1, True)
    assert run(entries(MEAN, head=calibrated(tmp_path, "by,a,1.0\nby,b,9.125\n"))).code == 0


@pytest.mark.parametrize(("digits", "code"), [(18, 0), (19, 1)])
def test_a_count_of_more_than_eighteen_digits_is_refused_in_words(
    run: Any, tmp_path: Path, digits: int, code: int
) -> None:
    total = "4" * digits
    ran = run(entries(MEAN, head=calibrated(tmp_path, f"by,a,{total}\nby,b,{total}\n")))
    assert ran.code == code
    assert ("18" in ran.err) == bool(code)


@pytest.mark.parametrize(("total", "warned"), [(49, False), (51, True)])
def test_factors_over_ten_are_warned_of(run: Any, tmp_path: Path, total: int, warned: bool) -> None:
    ran = run(entries(MEAN, head=calibrated(tmp_path, f"by,a,{total}\nby,b,8\n")))
    assert ran.code == 0
    assert ("10" in ran.err) == warned


def test_factors_under_a_tenth_are_warned_of(run: Any, tmp_path: Path) -> None:
    assert "0.1" in run(entries(MEAN, head=calibrated(tmp_path, "by,a,0.49\nby,b,8\n"))).err
    assert run(entries(MEAN, head=calibrated(tmp_path, "by,a,0.51\nby,b,8\n"))).err == ""


NEGATIVE = "by,a,2\nby,b,30\nword,yes,31\nword,no,1\n"


def test_negative_weights_are_warned_of_and_have_no_quantiles(run: Any, tmp_path: Path) -> None:
    head = calibrated(tmp_path, NEGATIVE, "linear")
    ran = run(entries(MEAN, head=head))
    assert (ran.code, "negative" in ran.err) == (0, True)
    ran = run(entries("  - {statistic: quantile, of: q, p: 0.5}\n", head=head))
    assert (ran.code, "negative" in ran.err) == (1, True)


def test_a_mean_far_from_zero_keeps_the_digits_of_its_error(run: Any) -> None:
    near = run(entries(MEAN)).estimates[0]
    for replicates in ("", "replicates: {method: jkn}\n"):
        far = run(entries(MEAN, head=HEAD + replicates), shifted(10**15)).estimates[0]
        assert far["value"] == pytest.approx(10**15 + near["value"], abs=0.2)
        assert far["se"] == pytest.approx(run(entries(MEAN, head=HEAD + replicates)).estimates[0]["se"], rel=1e-2)
    assert run(entries(MEAN), shifted(10**9)).estimates[0]["se"] == pytest.approx(near["se"], rel=1e-8)


def shifted(by: int, times: int = 1) -> str:
    head, *rows = DATA.splitlines()
    cells = [row.split(",") for row in rows]
    return "\n".join([head, *(",".join([*c[:4], str(by + times * int(c[4])), c[5]]) for c in cells)]) + "\n"


@pytest.mark.parametrize("method", ["linear", "raking"])
@pytest.mark.parametrize("unit", [1, 1_000_000])
def test_calibration_takes_totals_of_numbers_as_well_as_categories(
    run: Any, tmp_path: Path, method: str, unit: int
) -> None:
    data = DATA if unit == 1 else shifted(0, unit)
    head = calibrated(tmp_path, f"by,a,6\nby,b,9\nq,,{50 * unit}\n", method)
    totals = run(
        entries("  - {statistic: total, of: q}\n", "  - {statistic: total, of: q, by: [by]}\n", head=head), data
    )
    assert totals.estimates[0]["value"] == pytest.approx(50 * unit, rel=1e-9)
    assert totals.estimates[0]["se"] == pytest.approx(0, abs=1e-7 * unit)
    assert totals.estimates[1]["se"] > 0
    assert run(entries(MEAN, head=head), data).estimates[0]["value"] == pytest.approx(50 * unit / 15, rel=1e-9)


def test_a_number_of_a_margin_that_is_missing_is_refused_with_its_row(run: Any, tmp_path: Path) -> None:
    head = calibrated(tmp_path, "by,a,6\nby,b,9\nq,,50\n")
    ran = run(entries("  - {statistic: mean, of: p}\n", head=head), DATA.replace(",5,yes", ",,yes"))
    assert (ran.code, "q" in ran.err, "4" in ran.err) == (1, True, True)


@pytest.mark.parametrize("cell", ["1e308", "-1e200", "1e-320"])
def test_values_whose_squares_are_no_numbers_are_refused_in_words(run: Any, cell: str) -> None:
    ran = run(entries(MEAN), DATA.replace(",5,yes", f",{cell},yes"))
    assert (ran.code, "q" in ran.err) == (1, True)


@pytest.mark.parametrize("cell", ["1e-320", "1e200"])
def test_weights_whose_squares_are_no_numbers_are_refused_in_words(run: Any, cell: str) -> None:
    ran = run(entries(MEAN), DATA.replace("\n3,", f"\n{cell},"))
    assert (ran.code, "w" in ran.err) == (1, True)


def test_a_flat_format_says_that_it_drops_a_covariance(run: Any) -> None:
    asked = entries("  - {statistic: mean, of: q, by: [by], covariance: true}\n")
    assert "covariance" in run(asked, DATA, "--format", "csv").err
    assert run(asked, DATA, "--format", "json").err == ""
    assert run(entries(MEAN), DATA, "--format", "csv").err == ""


def test_binary_columns_of_parquet_are_text(run: Any, tmp_path: Path) -> None:
    rows = [line.split(",") for line in DATA.splitlines()]
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    binary = {
        name: pa.array([cell.encode() for cell in cells], pa.binary())
        if name in ("h", "p", "by")
        else pa.array(list(map(float, cells)) if name in ("w", "q") else list(cells))
        for name, cells in columns.items()
    }
    pq.write_table(pa.table(binary), tmp_path / "data.parquet")
    asked = entries("  - {statistic: mean, of: q, by: [by]}\n")
    assert run(asked, tmp_path / "data.parquet").out == run(asked).out


@pytest.mark.parametrize(
    ("design", "data"),
    [
        ("weights: w\nstages: [p]\n", "w,p,q\n1,a,3\n2,a,4\n"),
        ("weights: w\nfpc: [n]\n", "w,q,n\n1,3,5\n2,4,6\n"),
        ("weights: w\nfpc: [n]\n", "w,q,n\n1,3,1\n2,4,1\n"),
    ],
)
def test_messages_of_samples_without_strata_end_in_words(run: Any, design: str, data: str) -> None:
    ran = run(entries(MEAN, head=design), data)
    assert ran.code == 1
    assert ": ." not in ran.err
    assert ":  " not in ran.err


def test_missing_values_are_no_answers_of_any_item(run: Any) -> None:
    ran = run(entries(SHARE, MEAN, head=HEAD + "missing_values: [1, 2.0]\n"))
    assert [e["n"] for e in ran.estimates] == [4, 4]
    assert "p" not in json.loads(ran.out)["unassigned_by"]
    assert json.loads(ran.out)["design"]["psus"] == 6


def test_missing_values_by_item_hold_for_that_item(run: Any) -> None:
    asked = entries(MEAN, "  - {statistic: mean, of: p}\n", head=HEAD + "missing_values: {q: [4]}\n")
    assert [e["n"] for e in run(asked).estimates] == [4, 6]


def test_na_is_a_name_unless_the_design_says_that_it_is_missing(run: Any) -> None:
    data, asked = DATA.replace(",b,", ",NA,"), "  - {statistic: mean, of: q, by: [by]}\n"
    named = run(entries(asked), data)
    assert [e["by"]["by"] for e in named.estimates] == ["NA", "a"]
    missing = run(entries(asked, head=HEAD + "missing_values: [NA]\n"), data)
    assert [e["by"]["by"] for e in missing.estimates] == ["a"]
    assert json.loads(missing.out)["unassigned"] == 3


def test_codes_below_zero_are_warned_of_where_the_design_does_not_name_them(run: Any) -> None:
    data = DATA.replace(",5,yes", ",-4,yes")
    assert "-4" in run(entries(MEAN), data).err
    named = run(entries(MEAN, head=HEAD + "missing_values: [-4]\n"), data)
    assert (named.err, named.estimates[0]["n"]) == ("", 5)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_in_a_file_of_semicolons_or_tabs_a_thousand_is_asked_about(run: Any, separator: str) -> None:
    def ran(*changes: tuple[str, str]) -> Any:
        data = DATA.replace(",", ";")
        for old, new in changes:
            data = data.replace(old, new, 1)
        return run(entries(MEAN), data.replace(";", separator))

    asked, proven = (";5;yes", ";1.250;yes"), (";5;yes", ";1.125;yes")
    assert (ran(asked).code, "1.250" in ran(asked).err) == (1, True)
    # Neither a program that writes three decimals nor one that writes the fewest digits writes both.
    assert ran(asked, (";2;no", ";2.5;no")).code == 1
    assert ran(proven).code == 1
    assert ran(proven, (";2;no", ";2.5;no")).code == 0
    assert ran(asked, (";2;no", ";0.500;no")).code == 0


def test_negative_codes_that_missing_values_does_not_name_are_still_warned_of(run: Any) -> None:
    data = DATA.replace("a,4,yes", "a,-4,yes").replace("a,2,no", "a,-1,no")
    some = run(entries(MEAN, head=HEAD + "missing_values: [-1]\n"), data)
    assert "-4" in some.err
    assert "-1" not in some.err
    assert run(entries(MEAN, head=HEAD + "missing_values: [-1, -4]\n"), data).err == ""


def test_missing_values_of_a_column_that_is_not_there_are_refused(run: Any) -> None:
    refused = run(entries(MEAN, head=HEAD + "missing_values: {wordd: [no]}\n"))
    assert refused.code == 1
    assert "word" in refused.err
