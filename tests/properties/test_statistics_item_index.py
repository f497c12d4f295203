"""The index of items from sums of parts is that of the whole sample at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.statistics import Design, ItemGroups, ItemIndex, Moments, StatisticsError, merged
from parindex.statistics.at_scale.survey_parts import MISSING, part_of
from tests.properties.test_statistics_moments import FEW, RULES, Drawn, samples
from tests.properties.whole_sample_index import Numbers, whole_sample_index

NAMES = ("a", "b", "c")
ITEMS = ItemGroups(NAMES, {"ab": ["a", "b"], "c alone": ["c"]})
PLACES = {"": (0, 1, 2), "ab": (0, 1), "c alone": (2,), "a": (0,), "b": (1,), "c": (2,)}


def numbers(index: ItemIndex) -> dict[tuple[str, str], Numbers]:
    every = [index.overall, *index.groups.values(), *index.items.values()]
    return {(e.domain, e.name): (e.value, e.se, e.df, e.n, e.n_eff) for estimates in every for e in estimates}


def moments_of(d: Drawn, items: np.ndarray, rule: str, rows: Any = slice(None)) -> Moments:
    made = part_of(
        d.w[rows], items[rows], strata=d.stratum[rows], stages=[column[rows] for column in d.stages],
        fpc=[column[rows] for column in d.fpc], by=[list(np.array(d.by, dtype=object)[rows])],
    )  # fmt: skip
    return Moments.of(ITEMS.part(made), lonely_psu=rule)


@FEW
@given(samples, st.sampled_from([rule for rule in RULES if rule != "average"]), st.booleans())
def test_the_index_from_sums_is_that_of_the_rows(d: Drawn, rule: str, whole_numbers: bool) -> None:
    items = np.round(d.items) if whole_numbers else d.items
    stored = np.where(np.isnan(items), MISSING, items).astype(np.int8) if whole_numbers else items
    design = Design(d.w, d.stratum, d.stages, d.fpc, rule)
    right = whole_sample_index(design, items, d.by, PLACES)
    found = numbers(ITEMS.index(moments_of(d, stored, rule)))
    assert found.keys() == right.keys()
    for key, wanted in right.items():
        np.testing.assert_allclose(found[key], wanted, rtol=1e-12, atol=1e-12, err_msg=str(key))


@FEW
@given(samples, st.integers(2, 5))
def test_parts_cut_between_units_give_the_same_bits(d: Drawn, pieces: int) -> None:
    parts = [moments_of(d, d.items, "adjust", rows) for rows in d.cut_between_units(pieces)]
    whole, cut = numbers(ITEMS.index(moments_of(d, d.items, "adjust"))), numbers(ITEMS.index(merged(parts)))
    assert np.array(list(whole.values())).tobytes() == np.array([cut[key] for key in whole]).tobytes()


@FEW
@given(samples)
def test_a_domain_that_is_named_and_has_no_row_has_no_index(d: Drawn) -> None:
    met = moments_of(d, d.items, "adjust")
    named = replace(met, keys=(*met.keys, ("nobody",)))
    assert numbers(ITEMS.index(named)).keys() == numbers(ITEMS.index(met)).keys()


def test_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="repeat"):
        ItemGroups(["a", "a"])
    with pytest.raises(ValueError, match="not there"):
        ItemGroups(["a"], {"g": ["b"]})
    d = Drawn(1)
    with pytest.raises(ValueError, match="columns"):
        ItemGroups(["a"]).index(moments_of(d, d.items, "adjust"))


def test_an_index_needs_its_units() -> None:
    d = Drawn(3)
    with pytest.raises(StatisticsError, match="units_closed"):
        ITEMS.index(moments_of(d, d.items, "adjust").complete())
