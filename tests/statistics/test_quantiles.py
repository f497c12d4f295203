"""Quantile rules on equal weights are the unweighted ones."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import weighted_quantile

VALUES = np.array([2.0, 7.0, 1.0, 9.0, 4.0])


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("hf1", "inverted_cdf"),
        ("hf2", "averaged_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
@pytest.mark.parametrize("p", [0.0, 0.1, 0.2, 0.35, 0.4, 0.5, 0.75, 0.9, 1.0])
def test_equal_weights_give_the_unweighted_quantile(rule: str, name: str, p: float) -> None:
    assert weighted_quantile(VALUES, np.ones(5), p, rule) == pytest.approx(  # type: ignore[arg-type]
        float(np.quantile(VALUES, p, method=name))  # type: ignore[call-overload]
    )


def test_a_weight_counts_as_so_many_rows() -> None:
    weights = np.array([1.0, 3.0, 2.0, 1.0, 2.0])
    repeated = np.repeat(VALUES, weights.astype(int))
    for p in (0.15, 0.3, 0.5, 0.7, 0.95):
        for rule in ("math", "school"):
            assert weighted_quantile(VALUES, weights, p, rule) == weighted_quantile(  # type: ignore[arg-type]
                repeated,
                np.ones(9),
                p,
                rule,  # type: ignore[arg-type]
            )
