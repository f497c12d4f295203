"""What is taken for a covariance: symmetric, without a direction of negative variance, to 1e-10 of its largest cell."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.covariance_check import checked_covariance
from parindex.statistics.ranks.difference_errors import difference_variances


def with_smallest_eigenvalue(value: float) -> np.ndarray:
    """Variances 1, and a covariance of which the second eigenvalue is ``value``."""
    return np.array([[1.0, 1.0 - value], [1.0 - value, 1.0]])


def test_a_matrix_with_a_negative_variance_in_a_direction_is_refused_naming_where_it_is() -> None:
    matrix = np.eye(4)
    matrix[1, 3] = matrix[3, 1] = 2.0
    with pytest.raises(StatisticsError) as refused:
        checked_covariance(matrix, 4)
    assert refused.value.code == "covariance_not_semidefinite"
    assert refused.value.values["eigenvalue"] == pytest.approx(-1.0)
    assert refused.value.values["at"] == (1, 3)


@pytest.mark.parametrize("value", [-0.5e-10, 0.0, 0.5])
def test_rounding_is_no_negative_variance(value: float) -> None:
    matrix = with_smallest_eigenvalue(value)
    assert (checked_covariance(matrix, 2) == matrix).all()


def test_more_than_rounding_is() -> None:
    with pytest.raises(StatisticsError, match="covariance_not_semidefinite"):
        checked_covariance(with_smallest_eigenvalue(-2e-10), 2)


@pytest.mark.parametrize(("apart", "code"), [(0.5e-10, None), (2e-10, "covariance_asymmetric")])
def test_what_is_asymmetric_by_more_than_rounding_is_refused(apart: float, code: str | None) -> None:
    matrix = np.array([[1.0, 0.5], [0.5 + apart, 1.0]])
    if code is None:
        checked = checked_covariance(matrix, 2)
        assert checked[0, 1] == checked[1, 0]
        return
    with pytest.raises(StatisticsError, match=code):
        checked_covariance(matrix, 2)


@pytest.mark.parametrize("rounding", [-(2.0**-52), 0.0, 2.0**-52, 2.0**-48])
def test_two_units_that_move_together_do_not_differ_whatever_rounding_says(rounding: float) -> None:
    """A difference of up to 1e-14 of the variances is none, to the last bit."""
    matrix = np.array([[1.0, 1.0 - rounding], [1.0 - rounding, 1.0]])
    assert difference_variances(matrix)[0, 1] == 0.0


def test_a_difference_above_rounding_is_kept() -> None:
    apart = 2.0**-40
    assert difference_variances(np.array([[1.0, 1.0 - apart], [1.0 - apart, 1.0]]))[0, 1] == 2 * apart


def test_the_units_named_are_those_of_the_negative_direction_however_much_others_vary() -> None:
    matrix = np.diag([50.0, 1.0, 9.0, 1.0])
    matrix[1, 3] = matrix[3, 1] = 2.0
    with pytest.raises(StatisticsError, match="covariance_not_semidefinite") as refused:
        checked_covariance(matrix, 4)
    assert refused.value.values["at"] == (1, 3)
