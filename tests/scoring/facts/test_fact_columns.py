"""Columns of facts hold every number exactly, also those that no machine integer holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parindex.scoring.facts.fact_columns import _ratios


@pytest.mark.parametrize("large", [2**63 - 1, 2**63, 10**40])
def test_numerators_and_denominators_are_exact_on_both_sides_of_a_machine_integer(large: int) -> None:
    above, below = _ratios([large, 3, Decimal("0.25")])
    assert [int(one) for one in above] == [large, 3, 1]
    assert [int(one) for one in below] == [1, 1, 4]
