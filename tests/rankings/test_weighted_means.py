"""A successor has the exact weighted mean of those it was formed from, and what says otherwise is found out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from parindex.rankings import methods
from parindex.rankings.compute import compute, score
from parindex.rankings.digits import double
from parindex.rankings.model import CovarianceDocument, ResultDocument, YearSources
from parindex.rankings.recompute import recompute
from parindex.rankings.registry_documents import MergerDocument, WeightDocument, WeightsDocument
from parindex.scoring.digits import PLACES, half_up
from tests.rankings import small_year


def merger(weights: dict[str, str], successor: str = "T99", **other: Any) -> MergerDocument:
    return MergerDocument(
        treatment="weighted", effective_on=date(2025, 7, 1), decision="202/2025/QH15",
        predecessors=tuple(code for code in weights if code != successor), successors=(successor,),
        weights=WeightsDocument(
            by="months", parts=tuple(WeightDocument(agency=code, weight=weight) for code, weight in weights.items())
        ), **other,
    )  # fmt: skip


def year(*mergers: MergerDocument, codes: tuple[str, ...] = ("T99",), **other: Any) -> YearSources:
    plain = small_year.given(**other)
    formed = tuple(
        msgspec.structs.replace(small_year.agency(number), code=code, region="Bắc")
        for number, code in enumerate(codes, start=13)
    )
    return msgspec.structs.replace(plain, agencies=(*plain.agencies, *formed), methods=methods.current((), mergers))


def results(given: YearSources) -> dict[str, ResultDocument]:
    return {one.agency: one for one in compute(given).results}


def mean(weights: dict[str, int], texts: dict[str, str | None]) -> str:
    every = sum(weights.values())
    exact = sum(Fraction(weight, every) * Fraction(texts[code] or "0") for code, weight in weights.items())
    return f"{Decimal(half_up(exact.numerator, exact.denominator, PLACES)).scaleb(-PLACES).normalize():f}"


def test_every_leaf_is_the_exact_mean_and_every_sum_the_sum_of_leaves() -> None:
    weights = {"T01": 6, "T03": 1, "T05": 5}
    found = results(year(merger({code: str(weight) for code, weight in weights.items()})))
    own = found["T99"]
    assert own.status == "complete"
    for leaf in ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "B1"):
        assert own.nodes[leaf].points == mean(weights, {code: found[code].nodes[leaf].points for code in weights}), leaf
    for area, leaves in (("1", ("1.1", "1.2", "1.3", "1.4")), ("2", ("2.1", "2.2"))):
        assert Decimal(own.nodes[area].points or 0) == sum(Decimal(own.nodes[leaf].points or 0) for leaf in leaves)
    assert Decimal(own.points or 0) == Decimal(own.appraised or 0) + Decimal(own.survey or 0) + Decimal(own.bonus or 0)
    assert own.max == "105"
    exact = Fraction(own.points or 0) * 100 / 105
    assert own.index == f"{Decimal(half_up(exact.numerator, exact.denominator, PLACES)).scaleb(-PLACES).normalize():f}"


def test_a_leaf_that_does_not_apply_to_a_part_takes_its_maximum_with_it() -> None:
    found = results(year(merger({"T01": "1", "T02": "1"})))  # 1.4 asks for ports, which T02 has none of
    own = found["T99"]
    assert found["T02"].nodes["1.4"].state == "not_applicable"
    assert own.nodes["1.4"].max == "2.5"
    assert own.max == "102.5"
    assert own.nodes["1.4"].state == "scored"


def test_the_parts_are_scored_and_not_ranked_and_the_mean_is_ranked_among_the_others() -> None:
    plain, found = results(small_year.given()), results(year(merger({"T01": "6", "T03": "6"})))
    assert (found["T01"].rank, found["T03"].rank) == (None, None)
    assert (found["T01"].index, found["T03"].index) == (plain["T01"].index, plain["T03"].index)
    own = found["T99"]
    above = [
        one for one in found.values() if one.rank is not None and Decimal(one.index or 0) > Decimal(own.index or 0)
    ]
    assert own.rank == len(above) + 1
    assert sorted(one.rank for one in found.values() if one.rank) == list(range(1, 10))
    north = [code for code in found if code == "T99" or (int(code[1:]) % 2 and found[code].rank)]
    assert sorted(found[code].group_rank or 0 for code in north) == list(range(1, len(north) + 1))
    first = [one.nodes["1"].rank for one in found.values() if one.nodes["1"].rank is not None]
    assert own.nodes["1"].rank in first
    assert 1 in first


def test_a_successor_with_a_sheet_of_its_own_is_a_part_of_its_own_mean() -> None:
    weights = {"T01": "6", "T02": "12"}
    found = results(year(merger(weights, successor="T02"), codes=()))
    plain = results(small_year.given())
    leaf = {code: plain[code].nodes["1.2"].points for code in weights}
    assert found["T02"].nodes["1.2"].points == mean({"T01": 6, "T02": 12}, leaf)
    assert found["T02"].rank is not None
    assert found["T01"].rank is None
    declared = {one.agency: one for one in score(year(merger(weights, successor="T02"), codes=())).declared}
    assert declared["T02"].nodes["1.2"].points == plain["T02"].nodes["1.2"].points


def test_a_mean_of_a_mean_is_made_in_the_order_of_the_mergers() -> None:
    first = merger({"T01": "6", "T03": "6"}, successor="T98")
    second = merger({"T98": "1", "T05": "3"}, successor="T99")
    found = results(year(first, second, codes=("T98", "T99")))
    assert found["T98"].rank is None
    assert found["T98"].index is not None
    points = {code: found[code].nodes["1.2"].points for code in ("T98", "T05")}
    assert found["T99"].nodes["1.2"].points == mean({"T98": 1, "T05": 3}, points)


@pytest.mark.parametrize(("other", "status"), [("T11", "no_submission"), ("T12", "incomplete")])
def test_what_is_not_known_of_a_part_is_not_known_of_the_mean(other: str, status: str) -> None:
    own = results(year(merger({"T01": "6", other: "6"})))["T99"]
    assert own.status == status
    assert (own.index, own.rank, own.class_) == (None, None, None)
    assert (own.points is None) is (status == "no_submission")
    if status == "incomplete":
        assert own.missing == ("1.3.judged",)
        assert own.nodes["1.3"].state == "unknown"


# errors


def weighed(
    weights: dict[str, int], found: dict[str, ResultDocument], mean: ResultDocument
) -> dict[str, tuple[float, float]]:
    """By part the variance that it brings to the index of a mean, and its degrees of freedom, both by hand."""
    every, most = sum(weights.values()), float(mean.max or 0)
    return {
        code: ((weight / every * float(found[code].max or 0) / most * float(found[code].se or 0)) ** 2, float(found[code].df or 0))
        for code, weight in weights.items()
    }  # fmt: skip


def test_the_error_of_a_mean_is_that_of_its_parts_each_by_its_weight() -> None:
    weights = {"T01": 6, "T02": 2}
    computed = compute(year(merger({code: str(weight) for code, weight in weights.items()})))
    found = {one.agency: one for one in computed.results}
    own = found["T99"]
    parts = weighed(weights, found, own)
    variance = sum(one for one, _ in parts.values())
    assert float(own.se or 0) == pytest.approx(variance**0.5, rel=1e-9)
    assert float(own.se or 0) < float(found["T01"].se or 0)
    # the two surveys of each part, too, are independent: Satterthwaite over all four
    assert float(own.df or 0) > max(float(found[code].df or 0) for code in weights)
    by_hand = variance**2 / sum(one**2 / df for one, df in parts.values())
    assert float(own.df or 0) == pytest.approx(by_hand, rel=1e-9)
    assert own.interval is not None
    low, high = map(float, own.interval)
    assert low < float(own.index or 0) < high
    assert high - low == pytest.approx(2 * 1.98 * variance**0.5, rel=0.05)
    assert own.interval_kind == "mover"
    assert computed.rank_sets is not None
    assert "T99" in computed.rank_sets.compared
    assert own.rank_set is not None
    assert own.rank_set[0] <= (own.rank or 0) <= own.rank_set[1]
    assert recompute(computed).differences == ()


def test_a_mean_of_one_part_that_counts_almost_all_has_that_parts_error() -> None:
    found = results(year(merger({"T01": "1000000000", "T03": "1"})))
    assert float(found["T99"].se or 0) == pytest.approx(float(found["T01"].se or 0), rel=1e-6)
    assert float(found["T99"].df or 0) == pytest.approx(float(found["T01"].df or 0), rel=1e-6)


def test_a_mean_of_a_mean_counts_each_agency_behind_it_by_both_weights() -> None:
    chain = year(
        merger({"T01": "1", "T03": "1"}, successor="T98"), merger({"T98": "1", "T05": "1"}), codes=("T98", "T99")
    )
    at_once = year(merger({"T01": "1", "T03": "1", "T05": "2"}))
    found, other = results(chain)["T99"], results(at_once)["T99"]
    assert float(found.se or 0) == pytest.approx(float(other.se or 0), rel=1e-9)
    assert float(found.df or 0) == pytest.approx(float(other.df or 0), rel=1e-9)


def shared(given: YearSources, covariance: float, name: str = "survey:sipas.index") -> YearSources:
    """T01 and T03 rate each other's people: their estimates of a survey share respondents."""
    own = {(e.agency, e.name): float(e.se or 0) for e in given.estimates}
    cells = (("T01", name), ("T03", name))
    matrix = [
        [own[one] ** 2 if one == other else covariance * own[one] * own[other] for other in cells] for one in cells
    ]
    block = CovarianceDocument(cells=cells, matrix=tuple(tuple(map(double, row)) for row in matrix))
    return msgspec.structs.replace(given, covariances=(block,))


def test_parts_that_share_respondents_bring_their_covariance_and_fewer_degrees_of_freedom() -> None:
    plain = year(merger({"T01": "1", "T03": "1"}))
    apart, together = results(plain)["T99"], results(shared(plain, 0.5))["T99"]
    nothing = results(shared(plain, 0.0))["T99"]
    assert float(together.se or 0) > float(apart.se or 0)
    assert float(nothing.se or 0) == pytest.approx(float(apart.se or 0), rel=1e-9)
    assert float(together.df or 0) < float(apart.df or 0)
    assert apart.interval is not None
    assert together.interval is None  # their intervals are not independent


def test_the_interval_of_a_mean_is_carried_through_steps_of_its_parts() -> None:
    given = year(merger({"T01": "6", "T02": "6"}), leaders=small_year.STEPS)
    computed = compute(given)
    own = next(one for one in computed.results if one.agency == "T99")
    assert computed.rank_sets is not None
    assert computed.rank_sets.method == "intervals"
    assert "T99" in computed.rank_sets.compared
    assert own.rank_set is not None
    assert recompute(computed).differences == ()


@pytest.mark.parametrize("leaders", [small_year.SHARE, small_year.STEPS])
def test_a_mean_of_which_a_part_was_not_asked_claims_no_rank_set_and_the_others_make_room(leaders: str) -> None:
    given = year(merger({"T01": "6", "T02": "6"}), leaders=leaders)
    unasked = tuple(
        msgspec.structs.replace(e, state="not_held", value=None, decimal=None, se=None, df=None, n=None)
        if e.agency == "T02" and e.name.startswith("survey:sipas") else e
        for e in given.estimates
    )  # fmt: skip
    computed = compute(msgspec.structs.replace(given, estimates=unasked))
    own = next(one for one in computed.results if one.agency == "T99")
    assert own.rank is not None
    assert own.rank_set is None
    assert computed.rank_sets is not None
    assert "not_compared" in computed.rank_sets.warnings
    ranked = sum(one.rank is not None for one in computed.results)
    assert max(one.rank_set[1] for one in computed.results if one.rank_set) == ranked


@pytest.mark.parametrize(("df", "anywhere"), [("4", True), ("5", False)])
@pytest.mark.parametrize("leaders", [small_year.SHARE, small_year.STEPS])
def test_a_mean_is_placed_where_every_part_has_degrees_of_freedom_enough(df: str, anywhere: bool, leaders: str) -> None:
    given = year(merger({"T01": "6", "T02": "6"}), leaders=leaders)
    few = tuple(
        msgspec.structs.replace(e, df=df) if e.agency == "T02" and e.name.startswith("survey:sipas") else e
        for e in given.estimates
    )  # fmt: skip
    computed = compute(msgspec.structs.replace(given, estimates=few))
    own = next(one for one in computed.results if one.agency == "T99")
    ranked = sum(one.rank is not None for one in computed.results)
    assert computed.rank_sets is not None
    assert ("T99" in computed.rank_sets.compared) is not anywhere
    assert (own.rank_set == (1, ranked)) is anywhere


@pytest.mark.parametrize("leaders", [small_year.SHARE, small_year.STEPS])
def test_a_year_of_before_claims_no_error_for_a_mean_and_verifies(leaders: str) -> None:
    given = year(merger({"T01": "6", "T02": "12"}, successor="T02"), codes=(), leaders=leaders)
    assert given.methods is not None
    assert given.methods.mean_error == "carried"
    before = msgspec.structs.replace(given, methods=msgspec.structs.replace(given.methods, mean_error=None))
    assert "mean_error" not in msgspec.to_builtins(before.methods)
    computed = compute(before)
    own = next(one for one in computed.results if one.agency == "T02")
    assert (own.se, own.df, own.interval, own.rank_set, own.rank_marginal) == (None, None, None, None, None)
    assert computed.rank_sets is not None
    assert "T02" not in computed.rank_sets.compared
    assert "not_compared" in computed.rank_sets.warnings
    assert recompute(computed).differences == ()
    claimed = msgspec.structs.replace(compute(given), given=before)
    assert recompute(claimed).first("errors") is not None


def test_a_year_without_means_is_written_as_it_was() -> None:
    given = year(codes=())
    assert "mean_error" not in msgspec.to_builtins(given.methods)


def test_a_mean_is_ranked_and_compared_within_its_group() -> None:
    given = msgspec.structs.replace(year(merger({"T01": "6", "T03": "6"})), group_by="region")
    computed = compute(given)
    own = next(one for one in computed.results if one.agency == "T99")
    assert own.group_rank is not None
    assert own.group_rank_set is not None
    assert "T99" in computed.group_rank_sets["Bắc"].compared
    assert recompute(computed).differences == ()


def test_it_verifies_and_another_weight_does_not() -> None:
    given = year(merger({"T01": "6", "T03": "201/31"}))
    computed = compute(given)
    assert recompute(computed).differences == ()
    assert msgspec.convert(msgspec.to_builtins(given), YearSources) == given
    other = msgspec.structs.replace(computed, given=year(merger({"T01": "6", "T03": "6"})))
    found = recompute(other)
    assert found.first("points") is not None
    ranked = msgspec.structs.replace(computed, results=tuple(
        msgspec.structs.replace(one, rank=1) if one.agency == "T01" else one for one in computed.results
    ))  # fmt: skip
    assert recompute(ranked).first("ranks") is not None


@pytest.mark.parametrize("weights", [None, WeightsDocument(by="months", parts=())])
def test_a_mean_without_weights_cannot_be_computed(weights: WeightsDocument | None) -> None:
    bare = msgspec.structs.replace(merger({"T01": "6", "T03": "6"}), weights=weights)
    forged = msgspec.structs.replace(compute(small_year.given()), given=year(bare))
    assert recompute(forged).failure is not None


def test_a_part_that_does_not_take_part_cannot_be_computed() -> None:
    forged = msgspec.structs.replace(compute(small_year.given()), given=year(merger({"T01": "6", "T77": "6"})))
    assert recompute(forged).failure is not None


@pytest.mark.parametrize("weight", ["0", "-1", "1e9", "6/0", "", "6 15/31", "1" * 16, "0.5", "6\n", "٦"])
def test_a_weight_that_is_no_positive_ratio_is_no_edition(weight: str) -> None:
    told = msgspec.to_builtins(year(merger({"T01": "6", "T03": "6"})))
    told["methods"]["mergers"][0]["weights"]["parts"][0]["weight"] = weight
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, YearSources)


def test_mergers_of_before_are_written_as_they_were() -> None:
    alone = MergerDocument(
        treatment="alone", effective_on=date(2025, 7, 1), decision="1", predecessors=("T01",), successors=()
    )
    assert msgspec.to_builtins(alone) == {
        "treatment": "alone", "effective_on": "2025-07-01", "decision": "1", "predecessors": ("T01",), "successors": (),
    }  # fmt: skip
