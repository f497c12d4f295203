"""``parindex estimate``: what it prints, and how it refuses what cannot be estimated from."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.cli import main

REFERENCE = Path(__file__).parents[1] / "reference" / "data"

DATA = """id,stratum,psu,fpc1,fpc2,w,sex,region,q1,q2
1,a,1,10,5,2,m,N1,4,1
2,a,1,10,5,2,f,N1,5,2
3,a,2,10,5,3,m,N2,3,NA
4,a,2,10,5,3,f,N10,2,4
5,b,3,8,4,1,m,N2,5,5
6,b,3,8,4,1,f,N2,4,
7,b,4,8,4,2,m,N10,1,3
8,b,4,8,4,2,f,,2,2
"""

DESIGN = """weights: w
strata: stratum
stages: [psu]
estimates:
  - {statistic: mean, of: q1}
"""


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]

    @property
    def estimates(self) -> list[dict[str, Any]]:
        return self.json["estimates"]  # type: ignore[no-any-return]


Command = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command on a table and a design given as text."""

    def command(design: str = DESIGN, data: str | bytes = DATA, *options: str, name: str = "data.csv") -> Ran:
        table = tmp_path / name
        table.write_bytes(data if isinstance(data, bytes) else data.encode())
        (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
        arguments = ["estimate", str(table), "--design", str(tmp_path / "design.yaml"), *options]
        code = main(["--lang", "vi", *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


def refused(ran: Ran, *words: str, code: int = 1) -> None:
    assert ran.code == code
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


def asking(*entries: str, head: str = "weights: w\nstrata: stratum\nstages: [psu]\n") -> str:
    return head + "estimates:\n" + "".join(f"  - {entry}\n" for entry in entries)


def test_a_mean_has_its_error_interval_and_design_effects(run: Command) -> None:
    ran = run()
    (entry,) = ran.estimates
    assert ran.code == 0
    assert ran.err == ""
    assert entry["value"] == pytest.approx((2 * 4 + 2 * 5 + 3 * 3 + 3 * 2 + 5 + 4 + 2 * 1 + 2 * 2) / 16)
    assert entry["statistic"] == "mean"
    assert entry["of"] == "q1"
    assert entry["by"] == {}
    assert entry["df"] == 2
    assert entry["n"] == 8
    assert entry["n_eff"] == pytest.approx(16**2 / 36)
    assert entry["ci"][0] < entry["value"] < entry["ci"][1]
    assert entry["deff"] == pytest.approx(entry["deff_wr"] / (1 - 8 / 16))
    design = ran.json["design"]
    assert (design["n"], design["strata"], design["psus"], design["df"]) == (8, 2, 4, 2)


def test_numbers_have_seventeen_significant_digits(run: Command) -> None:
    ran = run(asking("{statistic: mean, of: q1}", "{statistic: mean, of: q2}"))
    texts = [line.split(": ")[1].rstrip(",") for line in ran.out.splitlines() if '"se"' in line]
    assert all(len(text.replace("0.", "").lstrip("0")) >= 16 for text in texts)


def test_empty_and_na_answers_are_missing_item_by_item(run: Command) -> None:
    entries = run(asking("{statistic: mean, of: [q1, q2]}")).estimates
    assert [e["n"] for e in entries] == [8, 6]


def test_listwise_drops_a_row_that_lacks_one_of_the_items(run: Command) -> None:
    design = asking("{statistic: mean, of: [q1, q2]}", "{statistic: mean, of: q1}")
    entries = run("missing: listwise\n" + design).estimates
    assert [e["n"] for e in entries] == [6, 6, 8]


def test_domains_come_in_natural_order_and_rows_without_one_are_counted(run: Command) -> None:
    ran = run(asking("{statistic: share, of: q1, values: [4, 5], by: [region]}"))
    assert [e["by"]["region"] for e in ran.estimates] == ["N1", "N2", "N10"]
    assert ran.json["unassigned"] == 1
    assert ran.json["unassigned_by"] == {"region": 1}


def test_a_domain_without_answers_appears_with_n_zero_and_nulls(run: Command) -> None:
    data = DATA.replace("N1,4", "N1,NA").replace("N1,5", "N1,")
    entry = run(asking("{statistic: mean, of: q1, by: [region]}"), data).estimates[0]
    assert entry["by"] == {"region": "N1"}
    assert entry["n"] == 0
    assert [entry[k] for k in ("value", "se", "ci", "deff", "deff_wr", "n_eff")] == [None] * 6
    assert entry["note"] == "no_answers"


def test_crossed_domains_name_every_variable(run: Command) -> None:
    entries = run(asking("{statistic: mean, of: q1, by: [sex, stratum]}")).estimates
    assert [tuple(e["by"].values()) for e in entries] == [("f", "a"), ("f", "b"), ("m", "a"), ("m", "b")]


def test_values_of_by_are_text_as_in_the_file(run: Command) -> None:
    data = DATA.replace(",N1,", ",01,").replace(",N2,", ",1,")
    entries = run(asking("{statistic: mean, of: q1, by: region}"), data).estimates
    assert [e["by"]["region"] for e in entries] == ["01", "1", "N10"]


def test_without_degrees_of_freedom_there_is_a_note_and_no_interval(run: Command) -> None:
    data = "\n".join(DATA.splitlines()[:3]) + "\n"
    (entry,) = run("lonely_psu: remove\n" + DESIGN, data).estimates
    assert entry["df"] == 0
    assert entry["ci"] is None
    assert entry["note"] == "no_degrees_of_freedom"


def test_totals_ratios_and_quantiles_are_written_with_their_keys(run: Command) -> None:
    design = asking(
        "{statistic: total, of: [q1, q2]}",
        "{statistic: ratio, of: [q1, q2]}",
        "{statistic: quantile, of: q1, p: [0.25, 0.5], rule: school}",
    )
    entries = run(design).estimates
    assert [e["statistic"] for e in entries] == ["total", "total", "ratio", "quantile", "quantile"]
    assert entries[2]["of"] == ["q1", "q2"]
    assert [e["p"] for e in entries[3:]] == [0.25, 0.5]
    assert entries[3]["deff"] is None
    known = [(2, 4, 1), (2, 5, 2), (3, 2, 4), (1, 5, 5), (2, 1, 3), (2, 2, 2)]
    assert entries[2]["value"] == pytest.approx(sum(w * y for w, y, _ in known) / sum(w * x for w, _, x in known))


def test_covariance_spans_items_and_domains_and_its_diagonal_is_the_squared_error(run: Command) -> None:
    ran = run(asking("{statistic: mean, of: q1}", "{statistic: mean, of: [q1, q2], by: [sex], covariance: true}"))
    (block,) = ran.json["covariance"]
    assert block["of_estimates"] == [1, 2, 3, 4]
    matrix = np.array(block["matrix"])
    se = [ran.estimates[i]["se"] for i in block["of_estimates"]]
    np.testing.assert_allclose(np.sqrt(np.diag(matrix)), se, rtol=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)


def test_covariance_of_an_empty_domain_is_null(run: Command) -> None:
    data = DATA.replace("N1,4", "N1,NA").replace("N1,5", "N1,")
    ran = run(asking("{statistic: mean, of: q1, by: [region], covariance: true}"), data)
    matrix = ran.json["covariance"][0]["matrix"]
    assert matrix[0] == [None] * 3
    assert matrix[1][1] is not None


def test_share_takes_values_that_are_words(run: Command) -> None:
    (entry,) = run(asking("{statistic: share, of: sex, values: [m]}")).estimates
    assert entry["value"] == pytest.approx(8 / 16)
    assert entry["values"] == ["m"]


def test_share_matches_numbers_by_value(run: Command) -> None:
    data = DATA.replace("N1,4,1", "N1,4.0,1")
    (entry,) = run(asking("{statistic: share, of: q1, values: [4, 5]}"), data).estimates
    assert entry["value"] == pytest.approx(6 / 16)


@pytest.mark.parametrize("kind", ["t", "normal", "logit", "beta"])
def test_every_interval_of_a_share_holds_the_share(run: Command, kind: str) -> None:
    design = f"interval: {kind}\n" + asking("{statistic: share, of: q1, values: [4, 5]}")
    (entry,) = run(design).estimates
    assert entry["ci"][0] < entry["value"] < entry["ci"][1]
    if kind in ("logit", "beta"):
        assert entry["ci"][0] >= 0
        assert entry["ci"][1] <= 1


def test_a_row_without_cluster_columns_is_its_own_unit_and_fpc_counts_rows(run: Command) -> None:
    head = "weights: w\nstrata: stratum\nfpc: [fpc1]\n"
    ran = run(asking("{statistic: mean, of: q1}", head=head))
    assert ran.json["design"]["psus"] == 8
    assert ran.estimates[0]["df"] == 6


def test_a_stage_without_count_is_drawn_with_replacement(run: Command) -> None:
    entry = "{statistic: total, of: q1}"
    head = "weights: w\nstrata: stratum\nstages: [psu, id]\n"
    both = run(asking(entry, head=head + "fpc: [fpc1, fpc2]\n")).estimates[0]["se"]
    first = run(asking(entry, head=head + "fpc: [fpc1]\n")).estimates[0]["se"]
    alone = run(asking(entry, head="weights: w\nstrata: stratum\nstages: [psu]\nfpc: [fpc1]\n")).estimates[0]["se"]
    assert alone < both < first


def test_replicates_take_the_place_of_linearisation(run: Command) -> None:
    design = DESIGN + "replicates: {method: jkn}\n"
    ran = run(design)
    assert ran.json["design"]["variance"] == "jkn"
    assert ran.json["design"]["replicates"] == 4
    assert ran.estimates[0]["df"] == 2
    taylor = run().estimates[0]
    assert ran.estimates[0]["value"] == taylor["value"]
    assert ran.estimates[0]["se"] == pytest.approx(taylor["se"], rel=0.2)


def test_totals_have_the_same_error_by_jackknife_half_samples_and_linearisation(run: Command) -> None:
    entry = asking("{statistic: total, of: q1}")
    methods = [
        "",
        "replicates: {method: jkn}\n",
        "replicates: {method: brr}\n",
        "replicates: {method: fay, rho: 0.3}\n",
    ]
    found = [run(entry + method).estimates[0]["se"] for method in methods]
    np.testing.assert_allclose(found, found[0], rtol=1e-12)


def test_given_replicate_weights_are_found_by_columns_or_prefix(run: Command) -> None:
    lines = DATA.splitlines()
    factors = ["0,2", "0,2", "2,0", "2,0", "0,2", "0,2", "2,0", "2,0"]
    data = "\n".join([lines[0] + ",r_1,r_2", *(f"{a},{b}" for a, b in zip(lines[1:], factors, strict=True))]) + "\n"
    by_prefix = run(DESIGN + "replicates: {method: given, prefix: r_, factors: true, scale: 0.5, mse: true}\n", data)
    by_name = run(
        DESIGN + "replicates: {method: given, columns: [r_1, r_2], factors: true, scale: 0.5, mse: true}\n", data
    )
    assert by_prefix.estimates == by_name.estimates
    assert by_prefix.estimates[0]["df"] == 1


def test_bootstrap_replicates_come_again_from_the_same_seed(run: Command) -> None:
    design = DESIGN + "replicates: {method: rao-wu, count: 50, seed: 7}\n"
    assert run(design).out == run(design).out
    assert run(design).out != run(design.replace("7", "8")).out


def test_calibrated_weights_meet_the_margins(run: Command, tmp_path: Path) -> None:
    (tmp_path / "margins.csv").write_text("variable,level,total\nsex,m,60\nsex,f,40\nstratum,a,70\nstratum,b,30\n")
    design = asking("{statistic: share, of: sex, values: [m]}", "{statistic: mean, of: q1}")
    for method in ("raking", "linear", "logit"):
        bounds = ", bounds: [0.1, 20]" if method == "logit" else ""
        ran = run(design + f"calibration: {{method: {method}, margins: margins.csv{bounds}}}\n")
        assert ran.json["design"]["sum_w"] == pytest.approx(100)
        share, mean = ran.estimates
        assert share["value"] == pytest.approx(0.6)
        assert share["se"] == pytest.approx(0, abs=1e-9)
        assert mean["se"] > 0


def test_crossed_margins_are_named_with_a_colon(run: Command, tmp_path: Path) -> None:
    rows = "sex:stratum,m:a,10\nsex:stratum,m:b,20\nsex:stratum,f:a,30\nsex:stratum,f:b,40\n"
    (tmp_path / "margins.csv").write_text("variable,level,total\n" + rows)
    design = asking("{statistic: share, of: sex, values: [m], by: [stratum]}")
    ran = run(design + "calibration: {method: post-stratification, margins: margins.csv}\n")
    assert [e["value"] for e in ran.estimates] == pytest.approx([0.25, 1 / 3])


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ("sex,m,60\nsex,f,40\nstratum,a,70\nstratum,b,31\n", ["sex, stratum", "100, 101"]),
        ("sex,m,60\n", ["sex", "f"]),
        ("sex,m,60\nsex,f,30\nsex,x,10\n", ["sex", "x"]),
        ("sex,m,60\nsex,m,40\n", ["sex", "m"]),
        ("sex,m,60\nsex,f,-40\n", ["sex", "f"]),
        ("sex,m,60\nsex,f,\n", ["3"]),
        ("gender,m,60\ngender,f,40\n", ["gender"]),
        ("sex,m,60\nsex,f,40\nregion,N1,100\n", ["region", "9"]),
    ],
)
def test_margins_that_cannot_be_met_are_refused_by_name(
    run: Command, tmp_path: Path, margins: str, words: list[str]
) -> None:
    (tmp_path / "margins.csv").write_text("variable,level,total\n" + margins)
    refused(run(DESIGN + "calibration: {method: raking, margins: margins.csv}\n"), *words)


def test_margins_out_of_bounds_say_which_is_worst(run: Command, tmp_path: Path) -> None:
    (tmp_path / "margins.csv").write_text("variable,level,total\nsex,m,1000\nsex,f,1\n")
    refused(run(DESIGN + "calibration: {method: linear, margins: margins.csv, bounds: [0.9, 1.1]}\n"), "sex", "7,2")


def test_the_flat_formats_hold_the_same_numbers(run: Command) -> None:
    design = asking("{statistic: mean, of: q1, by: [sex]}")
    lines = run(design, DATA, "--format", "csv").out.splitlines()
    assert lines[0].startswith("statistic,of,by.sex,")
    values = [e["value"] for e in run(design).estimates]
    assert [float(line.split(",")[5]) for line in lines[1:]] == values
    table = run(design, DATA, "--format", "table").out
    assert "Khoảng tin cậy từ" in table
    assert "3,0000" in table


def test_a_parquet_file_gives_what_the_csv_gives(run: Command, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [line.split(",") for line in DATA.splitlines()]
    columns = {name: [row[c] for row in rows[1:]] for c, name in enumerate(rows[0])}
    numeric = {"w", "fpc1", "fpc2"}
    answers = {"q1", "q2"}
    arrays = {
        name: pa.array(
            [
                None if v in ("", "NA") else float(v) if name in numeric else int(v) if name in answers else v
                for v in values
            ]
        )
        for name, values in columns.items()
    }
    pq.write_table(pa.table(arrays), tmp_path / "made.parquet")
    design = asking("{statistic: mean, of: [q1, q2], by: [region]}", "{statistic: share, of: q1, values: [4]}")
    assert run(design, (tmp_path / "made.parquet").read_bytes(), name="d.parquet").out == run(design).out


def test_bom_semicolons_and_quoted_cells_are_read(run: Command) -> None:
    plain = run().out
    assert run(data=b"\xef\xbb\xbf" + DATA.encode()).out == plain
    assert run(data=DATA.replace(",", ";")).out == plain
    assert run(data=DATA.replace(",N10,", ',"N10",').replace("\n", "\r\n")).out == plain


def test_weight_zero_keeps_its_unit_in_the_design(run: Command) -> None:
    extra = DATA + "9,a,9,10,5,0,m,N1,5,5\n"
    with_it = run(asking("{statistic: total, of: q1}"), extra)
    without = run(asking("{statistic: total, of: q1}"))
    assert with_it.json["design"]["psus"] == 5
    assert with_it.estimates[0]["value"] == without.estimates[0]["value"]
    assert with_it.estimates[0]["se"] != without.estimates[0]["se"]
    assert with_it.estimates[0]["n"] == 8


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DATA.replace("5,2,m,N1,4", "5,,m,N1,4"), ["2"]),
        (DATA.replace("5,2,m,N1,4", "5,-2,m,N1,4"), ["2"]),
        (DATA.replace("5,2,m,N1,4", "5,inf,m,N1,4"), ["inf"]),
        (DATA.replace("5,2,m,N1,4", "5,NaN,m,N1,4"), ["NaN"]),
        (DATA.replace("5,2,m,N1,4", "5,1_0,m,N1,4"), ["1_0"]),
        (DATA.replace("N1,4,1", 'N1,"4,5",1'), ["4,5", "q1"]),
        (DATA.replace("N1,4,1", "N1,four,1"), ["four", "q1"]),
        (DATA.replace("1,a,1,10", "1,a,,10"), ["1", "2"]),
        (DATA.replace("1,a,1,10", "1,,1,10"), ["2"]),
        (DATA.splitlines()[0] + "\n", ["data.csv"]),
    ],
    ids=["missing", "negative", "inf", "nan", "underscore", "comma", "word", "cluster", "stratum", "no rows"],
)
def test_data_that_cannot_be_estimated_from_are_refused_with_the_line(
    run: Command, data: str, words: list[str]
) -> None:
    refused(run(data=data), *words)


def test_all_weights_zero_is_refused(run: Command) -> None:
    lines = [line.split(",") for line in DATA.splitlines()]
    data = "\n".join(",".join([*row[:5], "0" if i else "w", *row[6:]]) for i, row in enumerate(lines))
    refused(run(data=data))


def test_population_counts_must_agree_within_their_stratum(run: Command) -> None:
    design = DESIGN + "fpc: [fpc1]\n"
    refused(run(design, DATA.replace("4,a,2,10", "4,a,2,11")), "a")
    refused(run(design, DATA.replace(",10,5,", ",1,5,")), "a")
    refused(run(design, DATA.replace(",10,5,", ",0.2,5,")), "2")
    refused(run(design, DATA.replace("4,a,2,10", "4,a,2,")), "5")
    refused(run(DESIGN + "fpc: [fpc1, fpc2]\n"), "2", "1")


def test_a_lonely_stratum_is_named_where_the_rule_is_to_fail(run: Command) -> None:
    data = DATA + "9,c,5,10,5,1,m,N1,5,5\n10,d,6,10,5,1,m,N1,5,5\n"
    refused(run(data=data), "c, d")
    for rule in ("certainty", "remove", "adjust", "average"):
        assert run(f"lonely_psu: {rule}\n" + DESIGN, data).code == 0


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (DESIGN + "wieghts: w\n", ["wieghts", "weights"]),
        (DESIGN + "weights: w\n", ["weights"]),
        (DESIGN.replace("weights: w\n", ""), ["weights"]),
        (DESIGN.replace("weights: w", "weights: wt"), ["wt"]),
        (DESIGN + "lonely_psu: ignore\n", ["ignore", "certainty"]),
        (DESIGN + "level: 95\n", ["level"]),
        (DESIGN + "level: high\n", ["high"]),
        (DESIGN + "interval: wald\n", ["wald"]),
        (DESIGN + "missing: drop\n", ["drop"]),
        ("weights: w\nestimates: []\n", ["estimates"]),
        ("weights: w\nestimates: {statistic: mean, of: q1}\n", ["estimates"]),
        (asking("{statistic: median, of: q1}"), ["median"]),
        (asking("{statistic: mean}"), ["of"]),
        (asking("{statistic: share, of: q1}"), ["values"]),
        (asking("{statistic: mean, of: q1, values: [4]}"), ["values"]),
        (asking("{statistic: quantile, of: q1}"), ["p"]),
        (asking("{statistic: quantile, of: q1, p: 1.5}"), ["p"]),
        (asking("{statistic: quantile, of: q1, p: 0.5, rule: hf10}"), ["hf10"]),
        (asking("{statistic: quantile, of: q1, p: 0.5, covariance: true}"), ["covariance"]),
        (asking("{statistic: ratio, of: q1}"), ["ratio"]),
        (asking("{statistic: mean, of: q1, covariance: yes}"), ["yes"]),
        (asking("{statistic: mean, of: q9}"), ["q9"]),
        (asking("{statistic: mean, of: q1, by: [provnce]}"), ["provnce"]),
        (asking("{statistic: mean, of: q1, by: [sex, sex]}"), ["sex"]),
        (DESIGN + "replicates: {method: bootstrap}\n", ["bootstrap"]),
        (DESIGN + "replicates: {method: jk1}\n", ["jkn"]),
        (DESIGN + "replicates: {method: fay}\n", ["rho"]),
        (DESIGN + "replicates: {method: jkn, rho: 0.5}\n", ["rho"]),
        (DESIGN + "replicates: {method: given}\n", ["columns"]),
        (DESIGN + "replicates: {method: given, prefix: rep_}\n", ["rep_"]),
        (DESIGN + "calibration: {method: magic, margins: design.yaml}\n", ["magic"]),
        ("- weights\n", ["design.yaml"]),
    ],
)
def test_a_design_that_says_something_unknown_is_refused_with_its_place(
    run: Command, design: str, words: list[str]
) -> None:
    refused(run(design), *words)


@pytest.mark.parametrize(
    "design", ["", "weights: [w\n", "weights: &a w\nstrata: *a\n", "a: 1\n---\nb: 2\n", "weights: !!python/name:x w\n}"]
)
def test_a_design_that_is_no_yaml_is_refused_by_file(run: Command, design: str) -> None:
    refused(run(design), "design.yaml")


@pytest.mark.parametrize(
    ("data", "word", "code"),
    [
        ("", "data.csv", 1),
        (DATA.replace("q1,q2", "q1,q1"), "q1", 1),
        (DATA + "9,a\n", "10", 1),
        (DATA + '9,"a', "10", 1),
        (DATA.replace(",", "|"), "“|”", 1),
        (DATA.replace("\n", "\0\n", 1), "U+0000", 1),
        (b"\xff\xfe" + DATA.encode("utf-16-le"), "UTF-16", 2),
        (DATA.encode("utf-16-be"), "UTF-16", 2),
        (gzip.compress(DATA.encode(), mtime=0), "gzip", 2),
        (DATA.encode().replace(b"\n", b"\xff\n", 1), "0xFF", 2),
    ],
    ids=["empty", "repeated column", "short row", "open quote", "bars", "nul", "utf-16", "no mark", "packed", "a byte"],
)
def test_a_table_that_is_none_is_refused_and_a_file_of_another_kind_is_unreadable(
    run: Command, data: str | bytes, word: str, code: int
) -> None:
    refused(run(data=data), "data.csv", word, code=code)


def test_other_files_are_unreadable(run: Command, tmp_path: Path) -> None:
    refused(run(data=DATA, name="data.txt"), code=2)
    refused(run(data=b"not parquet", name="data.parquet"), code=2)
    assert main(["estimate", str(tmp_path / "absent.csv"), "--design", str(tmp_path / "absent.yaml")]) == 2


def test_column_names_that_yaml_would_take_for_something_else_stay_names(run: Command) -> None:
    data = DATA.replace("q1,q2", "no,2025")
    entries = run(asking("{statistic: mean, of: [no, 2025]}"), data).estimates
    assert [e["of"] for e in entries] == ["no", "2025"]


def test_names_and_words_are_compared_in_composed_form(run: Command) -> None:
    data = unicodedata.normalize("NFD", DATA.replace("sex", "giới").replace(",m,", ",Nữ,"))
    design = asking("{statistic: share, of: giới, values: [Nữ]}")
    assert run(design, data).estimates[0]["value"] == pytest.approx(0.5)


def test_the_reference_sample_comes_out_of_the_command_as_the_peer_has_it(run: Command) -> None:
    design = (
        "weights: w\nstrata: stratum\nstages: [commune, village, id]\nfpc: [fpc1, fpc2, fpc3]\n"
        "estimates:\n  - {statistic: mean, of: q1}\n"
    )
    (entry,) = run(design, (REFERENCE / "sipas_a.csv").read_bytes()).estimates
    assert entry["value"] == pytest.approx(3.8252595345613947, rel=1e-12)
    assert entry["se"] == pytest.approx(0.056671673129142175, rel=1e-12)
    assert entry["df"] == 68


@pytest.mark.parametrize(
    ("replicates", "word"),
    [
        ("{method: rao-wu, count: 99999999999, seed: 1}", "100000"),
        ("{method: given, columns: [w, fpc1], scale: -1}", "scale"),
        ("{method: given, columns: [w, fpc1], rscales: [1, -1]}", "rscales"),
    ],
)
def test_replicates_that_cannot_be_are_refused_in_the_design_file(run: Command, replicates: str, word: str) -> None:
    refused(run(DESIGN + f"replicates: {replicates}\n"), word, "dòng 6")


def test_digits_of_other_scripts_are_no_numbers(run: Command) -> None:
    refused(run(data=DATA.replace("m,N1,4,1", "m,N1,٤,1")), "q1", "٤")


def test_an_interval_of_a_quantile_keeps_the_bound_that_exists(run: Command) -> None:
    ran = run(asking("{statistic: quantile, of: q1, p: 0.2}", head="weights: w\n"))
    low, high = ran.estimates[0]["ci"]
    assert (low, ran.estimates[0]["se"], ran.estimates[0]["note"]) == (None, None, "no_interval")
    assert high in {1, 2, 3, 4, 5}
