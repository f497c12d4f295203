"""Surveys of leaders: agencies rated by the same people vary together."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import StatisticsError, leader_estimates, rank_sets


def ratings(seed: int, raters: int = 20, agencies: int = 4) -> tuple[list[str], list[str], np.ndarray]:
    """Raters of different severity rate every agency; some ratings are left out."""
    random = np.random.default_rng(seed)
    values = np.linspace(66, 72, agencies) + random.normal(0, 8, (raters, 1)) + random.normal(0, 2, (raters, agencies))
    values[random.random(values.shape) < 0.1] = np.nan
    rows = [(f"r{r}", f"a{a}", values[r, a]) for r in range(raters) for a in range(agencies)]
    return [r for r, _, _ in rows], [a for _, a, _ in rows], np.array([v for _, _, v in rows])


def test_the_covariance_is_that_of_the_textbook_over_raters() -> None:
    raters, agencies, values = ratings(1)
    found = leader_estimates(raters, agencies, values)
    table = values.reshape(20, 4)
    known = ~np.isnan(table)
    z = np.where(known, table - np.nanmean(table, axis=0), 0.0) / known.sum(axis=0)
    centred = z - z.mean(axis=0)
    np.testing.assert_allclose(found.covariance, 20 / 19 * centred.T @ centred, rtol=1e-10)
    np.testing.assert_allclose(found.values, np.nanmean(table, axis=0), rtol=1e-12)
    assert found.raters.tolist() == known.sum(axis=0).tolist()
    assert found.df.tolist() == (known.sum(axis=0) - 1).tolist()


def test_severity_that_raters_take_to_every_agency_does_not_blur_their_order() -> None:
    raters, agencies, values = ratings(2)
    found = leader_estimates(raters, agencies, values)
    alone = rank_sets(found.values, found.se)
    together = rank_sets(found.values, covariance=found.covariance)
    width = [int((sets.simultaneous[:, 1] - sets.simultaneous[:, 0]).sum()) for sets in (alone, together)]
    assert (found.covariance[~np.eye(4, dtype=bool)] > 0).all()
    assert width[1] < width[0]


def test_the_finite_correction_counts_eligible_raters() -> None:
    raters, agencies, values = ratings(3)
    free = leader_estimates(raters, agencies, values)
    finite = leader_estimates(raters, agencies, values, eligible=25)
    np.testing.assert_allclose(finite.covariance, free.covariance * (1 - 20 / 25), rtol=1e-10)
    assert leader_estimates(raters, agencies, values, eligible=20).se == pytest.approx([0] * 4)
    assert (finite.response[0].answered, finite.response[0].rate) == (20, 0.8)


def test_response_is_stated_by_stratum_and_changes_no_error() -> None:
    raters, agencies, values = ratings(4)
    strata = ["ministry" if int(r[1:]) < 8 else "province" for r in raters]
    found = leader_estimates(
        raters, agencies, values, strata=strata, eligible={"ministry": 16, "party": 4, "province": 24}
    )
    assert [(r.stratum, r.answered, r.rate) for r in found.response] == [
        ("ministry", 8, 0.5),
        ("party", 0, 0.0),
        ("province", 12, 0.5),
    ]
    plain = leader_estimates(raters, agencies, values, strata=strata)
    np.testing.assert_allclose(found.covariance, plain.covariance / 2, rtol=1e-10)


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(StatisticsError, match="rater_rates_twice") as twice:
        leader_estimates(["r1", "r1"], ["a", "a"], [1.0, 2.0])
    assert (twice.value.values["rater"], twice.value.values["agency"]) == ("r1", "a")
    with pytest.raises(StatisticsError, match="eligible_missing") as missing:
        leader_estimates(["r1", "r2"], ["a", "a"], [1.0, 2.0], strata=["x", "y"], eligible={"x": 4})
    assert missing.value.values["names"] == ["y"]
    with pytest.raises(StatisticsError, match="count_too_small"):
        leader_estimates(["r1", "r2", "r3"], ["a"] * 3, [1.0, 2.0, 3.0], eligible=2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_raters_claim_no_rank_however_much_they_agree_and_six_may(seed: int) -> None:
    for raters, few in ((4, True), (5, True), (6, False)):
        random = np.random.default_rng(seed)
        values = np.array([50, 60, 70, 80]) + random.normal(0, 0.1, (raters, 4))
        names = [f"r{rater}" for rater in range(raters) for _ in range(4)]
        found = leader_estimates(names, ["a", "b", "c", "d"] * raters, values.ravel())
        sets = rank_sets(found.values, covariance=found.covariance, df=found.df)
        assert found.df.tolist() == [raters - 1] * 4
        assert (sets.simultaneous.tolist() == [[1, 4]] * 4) == few
        assert (sets.marginal.tolist() == [[1, 4]] * 4) == few
