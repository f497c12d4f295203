"""Agreement against published values, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from parindex.statistics import StatisticsError, cohen_kappa, krippendorff_alpha, severities

NAN = float("nan")

KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
"""Four observers, twelve units and gaps: example D of Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011."""

COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
"""Cohen 1960: 200 diagnoses of two clinicians."""


def rated(table: list[list[int]]) -> tuple[list[int], list[int]]:
    first = [row for row, counts in enumerate(table) for count in counts for _ in range(count)]
    second = [column for counts in table for column, count in enumerate(counts) for _ in range(count)]
    return first, second


@pytest.mark.parametrize(
    ("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_the_published_example(metric: str, printed: float) -> None:
    found = krippendorff_alpha(KRIPPENDORFF, metric)
    assert round(found.value, 3) == printed
    assert found.units == 11


def test_kappa_of_the_published_example() -> None:
    found = cohen_kappa(*rated(COHEN))
    assert (round(found.observed, 2), round(found.expected, 2), round(found.value, 3)) == (0.70, 0.41, 0.492)


def test_quadratic_kappa_is_the_intraclass_correlation_but_for_one_over_n() -> None:
    """Fleiss & Cohen 1973: 1 − Σ(x−y)²/n ÷ (s²_x + s²_y + (x̄−ȳ)²) with variances of n."""
    x, y = map(np.array, rated(COHEN))
    wanted = 1 - ((x - y) ** 2).mean() / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    assert cohen_kappa(x.tolist(), y.tolist(), weights="quadratic").value == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_the_error_of_kappa_is_that_of_the_delta_method(weights: str) -> None:
    """V = (Σ p·g² − (Σ p·g)²)/n, g the slopes of κ in the shares p, taken by small steps of the counts."""
    counts, n, step = np.array(COHEN), 200, 50_000
    slopes = np.empty(counts.shape)

    def kappa(table: np.ndarray) -> float:
        shares = table / table.sum()
        rows, columns = shares.sum(axis=1), shares.sum(axis=0)
        distance = np.abs(np.arange(3)[:, None] - np.arange(3)) / 2
        agreed = {"none": np.eye(3), "linear": 1 - distance, "quadratic": 1 - distance**2}[weights]
        return float(1 - (1 - (agreed * shares).sum()) / (1 - rows @ agreed @ columns))

    for at in np.ndindex(3, 3):
        up, down = counts * float(step), counts * float(step)
        up[at] += n
        down[at] -= n
        slopes[at] = (kappa(up) - kappa(down)) / 2 * step
    shares = counts / n
    variance = ((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / n
    assert cohen_kappa(*rated(COHEN), weights=weights).se == pytest.approx(np.sqrt(variance), rel=1e-5)


def test_where_only_one_category_was_given_there_is_no_agreement_beyond_chance_to_speak_of() -> None:
    assert np.isnan(cohen_kappa([1, 1], [1, 1]).value)
    found = krippendorff_alpha([[2, 2], [2, 2]])
    assert np.isnan(found.value)
    assert found.interval is None


def test_who_did_not_rate_is_not_counted() -> None:
    found = cohen_kappa(["a", None, "b", NAN, "b"], ["a", "b", "b", "a", None])
    assert found.units == 2
    assert found.value == 1


def test_a_unit_rated_once_says_nothing() -> None:
    plain = krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 4]], "interval")
    with_single = krippendorff_alpha([[1, 2, 3, 3, 9], [1, 2, 3, 4, NAN]], "interval")
    assert with_single == plain


def test_a_fair_rating_is_higher_for_who_met_the_strict() -> None:
    ratings = [[8.0, 8.0, NAN], [6.0, 6.0, 6.0]]
    found = severities(ratings)
    np.testing.assert_allclose(found.severity, [-1, 1], atol=1e-12)
    np.testing.assert_allclose(found.fair, [7, 7, 7], atol=1e-12)
    assert found.df == 1


def test_without_degrees_of_freedom_severities_have_no_error() -> None:
    found = severities([[8.0], [6.0]])
    np.testing.assert_allclose(found.severity, [-1, 1], atol=1e-12)
    assert found.df == 0
    assert np.isnan(found.se).all()
    assert np.isnan(found.adjusted).all()
    assert np.isnan(found.p)


def test_a_unit_that_nobody_rated_has_no_fair_rating() -> None:
    found = severities([[8.0, NAN, 5.0], [6.0, NAN, 4.5]])
    assert np.isnan(found.fair).tolist() == [False, True, False]
    assert np.isnan(found.fair_se).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("code", "values", "work"),
    [
        ("length_differs", {"rows": 2, "found": 1}, lambda: cohen_kappa([1, 2], [1])),
        ("no_units", {}, lambda: cohen_kappa([1, None], [None, 1])),
        ("out_of_range", {"name": "weights"}, lambda: cohen_kappa([1], [1], weights="cubic")),
        ("category_unknown", {"found": ["3"]}, lambda: cohen_kappa([1, 3], [1, 2], categories=[1, 2])),
        ("out_of_range", {"name": "metric"}, lambda: krippendorff_alpha([[1.0], [1.0]], "circular")),
        ("out_of_range", {"name": "ratings"}, lambda: krippendorff_alpha([[-1.0], [1.0]], "ratio")),
        ("no_units", {}, lambda: krippendorff_alpha([[1.0, NAN], [NAN, 1.0]])),
        ("value_infinite", {}, lambda: krippendorff_alpha([[1.0], [np.inf]])),
        ("too_few_appraisers", {"found": 1}, lambda: severities([[1.0, 2.0]])),
        ("appraiser_without_ratings", {"rows": [1]}, lambda: severities([[1.0], [NAN]])),
        ("value_infinite", {"rows": [1]}, lambda: severities([[1.0], [np.inf]])),
        ("no_units", {}, lambda: severities(np.empty((2, 0)))),
    ],
)
def test_what_cannot_be_computed_is_refused_by_name(
    code: str, values: dict[str, Any], work: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        work()
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()
