"""``parindex estimate``: each estimate names its interval, and the index of a questionnaire is one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.cli import main
from parindex.commands.estimation import answers
from parindex.statistics import Design, TaylorSample, estimates, mean_target
from parindex.statistics.survey.intervals import AnswersBehind, clopper_pearson, interval

Command = Callable[..., tuple[int, str, str]]

RANDOM = np.random.default_rng(12)
PROVINCE = np.repeat(["a", "b", "c"], 40)
COMMUNE = np.repeat(np.arange(24), 5)
WEIGHT = np.round(RANDOM.uniform(1, 4, 120), 2)
ITEMS = RANDOM.integers(1, 6, (120, 3)) + (RANDOM.random(24) < 0.5)[COMMUNE][:, None]
ITEMS = np.minimum(ITEMS, 5)
ITEMS[PROVINCE == "c"] = np.where(ITEMS[PROVINCE == "c"] < 4, 4, ITEMS[PROVINCE == "c"])
"""In province c everybody is satisfied with everything."""
HEAD = "weights: w\nstrata: province\nstages: [commune]\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    rows = zip(PROVINCE, COMMUNE, WEIGHT, *ITEMS.T, strict=True)
    lines = [",".join(map(str, row)) for row in rows]
    (tmp_path / "d.csv").write_text("\n".join(["province,commune,w,q1,q2,q3", *lines]) + "\n", encoding="utf-8")

    def command(entry: str, head: str = HEAD, *options: str) -> tuple[int, str, str]:
        (tmp_path / "d.yaml").write_text(f"{head}estimates:\n  - {{{entry}}}\n", encoding="utf-8")
        code = main(
            ["--lang", "vi", "estimate", str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml"), *options]
        )
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def found(ran: tuple[int, str, str]) -> list[dict[str, Any]]:
    assert ran[0] == 0, ran[2]
    return json.loads(ran[1])["estimates"]  # type: ignore[no-any-return]


SHARE = "statistic: share, of: q1, values: [4, 5], by: [province]"
INDEX = "statistic: index, of: [q1, q2, q3], values: [4, 5], by: [province]"


@pytest.mark.parametrize(
    ("entry", "head", "kinds"),
    [
        ("statistic: mean, of: q1", HEAD, ["t"]),
        ("statistic: total, of: q1", HEAD, ["t"]),
        ("statistic: ratio, of: [q1, q2]", HEAD, ["t"]),
        ("statistic: quantile, of: q1, p: 0.4", HEAD, ["woodruff"]),
        (SHARE, HEAD, ["logit", "logit", "clopper-pearson"]),
        (INDEX, HEAD, ["logit", "logit", "clopper-pearson"]),
        (SHARE, HEAD + "interval: t\n", ["t", "t", "t"]),
        (SHARE, HEAD + "interval: beta\n", ["beta", "beta", None]),
        (INDEX, HEAD + "interval: normal\n", ["normal", "normal", "normal"]),
    ],
)
def test_every_estimate_names_the_kind_of_its_interval(
    run: Command, entry: str, head: str, kinds: list[str | None]
) -> None:
    assert [one["interval"] for one in found(run(entry, head))] == kinds
    lines = run(entry, head, "--format", "csv")[1].splitlines()
    place = lines[0].split(",").index("interval")
    assert [line.split(",")[place] or None for line in lines[1:]] == kinds


@pytest.mark.parametrize("rows", [50_000, 1])
def test_a_share_of_1_has_bounds_by_the_clusters_of_the_whole_sample(
    run: Command, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Added up row by row or stratum by stratum."""
    monkeypatch.setattr(answers, "AT_SCALE", rows)
    sample = TaylorSample(Design(WEIGHT, PROVINCE, [COMMUNE]))
    satisfied = (ITEMS[:, 0] >= 4).astype(float)
    deff = estimates(sample, [mean_target(satisfied, np.arange(120))])[0].deff_wr
    w = WEIGHT[PROVINCE == "c"]
    behind = AnswersBehind(n=40, n_eff=w.sum() ** 2 / (w @ w), deff=max(1, deff))
    one, _, last = found(run(SHARE))
    assert last["ci"] == pytest.approx(clopper_pearson(1, behind, 7, 0.95), rel=1e-9)
    assert (last["value"], last["se"], last["df"]) == (1, 0, 7)
    logit = interval("logit", one["value"], one["se"], one["df"], 0.95, n=40, share=True)
    assert one["ci"] == pytest.approx(logit)


def test_where_the_whole_sample_agrees_an_intraclass_correlation_is_supposed(run: Command) -> None:
    entry = "statistic: share, of: q1, values: [1, 2, 3, 4, 5]"
    w = WEIGHT
    for icc in (0.05, 0.2):
        behind = AnswersBehind(n=120, n_eff=w.sum() ** 2 / (w @ w), deff=1 + 4 * icc)
        (one,) = found(run(entry, HEAD + ("" if icc == 0.05 else f"icc: {icc}\n")))
        assert one["ci"] == pytest.approx(clopper_pearson(1, behind, 21, 0.95))


@pytest.mark.parametrize("entry", [SHARE, INDEX])
@pytest.mark.parametrize("kind", ["auto", "t"])
def test_a_share_or_an_index_of_1_is_named_and_goes_into_rank_without_being_certain(
    run: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str], entry: str, kind: str
) -> None:
    code, out, err = run(entry, f"{HEAD}interval: {kind}\n", "--format", "csv")
    assert code == 0
    assert "1 ước lượng bằng 0 hoặc 1" in err
    assert "/c." in err
    (tmp_path / "e.csv").write_text(out, encoding="utf-8")
    assert main(["--lang", "vi", "rank", str(tmp_path / "e.csv")]) == 0
    captured = capsys.readouterr()
    told = {one["code"]: one["units"] for one in json.loads(captured.out)["warnings"]}
    # Under t the interval says nothing either, so no rank is claimed.
    assert told["se_from_interval" if kind == "auto" else "error_unknown"] == ["c"]
    (unit,) = (one for one in json.loads(captured.out)["units"] if one["unit"] == "c")
    assert (unit["se"] > 0) == (kind == "auto")
    everybody = run(entry.replace(", by: [province]", ""))
    assert "bằng 0 hoặc 1" not in everybody[2]


def test_the_index_is_the_mean_of_its_shares_with_one_number_of_answers(run: Command) -> None:
    shares = found(run("statistic: share, of: [q1, q2, q3], values: [4, 5]"))
    (index,) = found(run("statistic: index, of: [q1, q2, q3], values: [4, 5]"))
    assert index["value"] == pytest.approx(np.mean([one["value"] for one in shares]), rel=1e-14)
    assert (index["n"], index["df"], index["of"]) == (120, 21, ["q1", "q2", "q3"])
    own = (ITEMS >= 4).mean(axis=1)
    plain = estimates(TaylorSample(Design(WEIGHT, PROVINCE, [COMMUNE])), [mean_target(own, np.arange(120))])[0]
    assert (index["se"], index["n_eff"]) == pytest.approx((plain.se, plain.n_eff), rel=1e-12)


def test_items_weigh_what_the_design_says_and_nothing_where_it_says_0(run: Command) -> None:
    weighted = "statistic: index, of: [q1, q2, q3], values: [4, 5], weights: {{q1: {}, q2: {}, q3: {}}}"
    shares = [one["value"] for one in found(run("statistic: share, of: [q1, q2, q3], values: [4, 5]"))]
    (one,) = found(run(weighted.format(2, 1, 1)))
    assert one["value"] == pytest.approx((2 * shares[0] + shares[1] + shares[2]) / 4)
    (only,) = found(run(weighted.format(7, 0, 0)))
    (share,) = found(run("statistic: share, of: q1, values: [4, 5]"))
    for name in ("value", "se", "n", "df", "n_eff", "deff_wr"):
        assert only[name] == pytest.approx(share[name])
    assert found(run(weighted.format(3, 3, 3))) == found(
        run("statistic: index, of: [q1, q2, q3], values: [4, 5], weights: equal")
    )


def test_the_index_gives_its_covariance_between_domains(run: Command) -> None:
    code, out, _ = run(INDEX + ", covariance: true")
    assert code == 0
    result = json.loads(out)
    (block,) = result["covariance"]
    assert block["of_estimates"] == [0, 1, 2]
    assert np.diag(block["matrix"]) == pytest.approx([one["se"] ** 2 for one in result["estimates"]])


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("statistic: index, of: [q1, q2]", ["values"]),
        ("statistic: index, of: [q1, q1], values: [4]", ["q1"]),
        ("statistic: index, of: [q1, q2], values: [4], weights: {q1: 1}", ["weights", "q2"]),
        ("statistic: index, of: [q1], values: [4], weights: {q1: 1, q9: 1}", ["weights", "q9"]),
        ("statistic: index, of: [q1, q2], values: [4], weights: {q1: -1, q2: 2}", ["weights"]),
        ("statistic: index, of: [q1], values: [4], weights: {q1: 0}", ["weights"]),
        ("statistic: index, of: [q1], values: [4], weights: same", ["same", "equal"]),
        ("statistic: share, of: [q1], values: [4], weights: equal", ["weights"]),
        ("statistic: index, of: [q1], values: [4], p: 0.5", ["p"]),
    ],
)
def test_an_index_that_is_none_is_refused_with_its_line(run: Command, entry: str, words: list[str]) -> None:
    code, out, err = run(entry)
    assert (code, out) == (1, "")
    for word in ("d.yaml", *words):
        assert word in err
