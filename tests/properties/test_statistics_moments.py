"""Sums of parts: whatever the cut the same result, and that of the whole sample at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    Design,
    ReplicateSample,
    TaylorSample,
    covariance,
    domains_of,
    estimate,
    mean_target,
    total_target,
)
from parindex.statistics.at_scale.moments import Moments, merged
from parindex.statistics.at_scale.packed import blocks_of, pack, packed_parts
from parindex.statistics.at_scale.streams import streamed
from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart, part_of
from parindex.statistics.survey.replicates import rao_wu

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = ("certainty", "remove", "adjust", "average")
NUMBERS = ("value", "se", "df", "n", "n_eff", "deff", "deff_wr")


class Drawn:
    """A sample of 2-5 strata, 1-4 PSUs each, 1-3 villages each, with three items that have gaps, in three domains."""

    def __init__(self, seed: int) -> None:
        g = np.random.default_rng(seed)
        psus = [int(g.integers(1, 5)) for _ in range(int(g.integers(2, 6)))]
        villages = g.integers(1, 4, sum(psus))
        self.village = np.repeat(np.arange(villages.sum()), g.integers(1, 7, villages.sum()))
        self.psu = np.repeat(np.arange(sum(psus)), villages)[self.village]
        self.stratum = np.repeat(np.arange(len(psus)), psus)[self.psu]
        self.n = len(self.psu)
        self.w = g.uniform(0.5, 5, self.n) * (g.random(self.n) > 0.1)
        self.w[0] = 1.0
        self.items = np.column_stack([g.random(self.n) < 0.7, g.integers(1, 6, self.n), g.normal(50, 2, self.n)])
        self.items = self.items.astype(np.float64)
        self.items[g.random(self.items.shape) < 0.2] = np.nan
        self.by = [None if g.random() < 0.05 else "abc"[int(g.integers(3))] for _ in range(self.n)]
        one = (np.array(psus) + g.integers(0, 3, len(psus)))[self.stratum].astype(float)
        two = (villages + g.integers(0, 3, len(villages)))[self.psu].astype(float)
        self.fpc = [one, two][: int(g.integers(0, 3))]
        self.stages = [self.psu, self.village][: int(g.integers(max(1, len(self.fpc)), 3))]
        self.g = g

    def part(self, rows: Any = slice(None)) -> SurveyPart:
        return part_of(
            self.w[rows],
            self.items[rows],
            strata=self.stratum[rows],
            stages=[column[rows] for column in self.stages],
            fpc=[column[rows] for column in self.fpc],
            by=[list(np.array(self.by, dtype=object)[rows])],
        )

    def sample(self, rule: str) -> TaylorSample:
        return TaylorSample(Design(self.w, self.stratum, self.stages, self.fpc, rule))

    def cut(self, pieces: int) -> list[np.ndarray]:
        """Rows in any order, cut anywhere."""
        return [rows for rows in np.array_split(self.g.permutation(self.n), pieces) if len(rows)]

    def cut_between_units(self, pieces: int) -> list[np.ndarray]:
        """Whole units in any order, the rows of each in their own."""
        unit = self.stages[min(len(self.stages), len(self.fpc) + 1) - 1]
        piece = self.g.integers(0, pieces, unit.max() + 1)[unit]
        return [rows for p in range(pieces) if len(rows := np.flatnonzero(piece == p))]


samples = st.integers(0, 100_000).map(Drawn)


def table(found: Any) -> np.ndarray:
    return np.stack([np.asarray(getattr(found, name), dtype=float) for name in NUMBERS])


@FEW
@given(samples, st.sampled_from(RULES))
def test_moments_give_what_the_whole_sample_gives(d: Drawn, rule: str) -> None:
    moments = Moments.of(d.part(), lonely_psu=rule, centre=(0, 3, 50))
    domains = domains_of([d.by], d.n)
    assert moments.keys == domains.keys
    assert moments.unassigned == domains.unassigned
    sample = d.sample(rule)
    for found, target in ((moments.means(), mean_target), (moments.totals(), total_target)):
        for at, rows in enumerate(domains.rows):
            for item in range(3):
                wanted = estimate(sample, target(d.items[:, item], rows))
                own = found.estimate(at, item)
                got = [np.nan if own.n == 0 else getattr(own, name) for name in NUMBERS[:5]]
                right = [np.nan if wanted.n == 0 else getattr(wanted, name) for name in NUMBERS[:5]]
                if rule == "average" and np.isnan(own.se):
                    got[1] = right[1]  # a lonely village whose scores are all 0 is met here and not there
                size = abs(wanted.value) if wanted.n else 1.0
                np.testing.assert_allclose(got, right, rtol=1e-12, atol=1e-13 * size)
                if wanted.deff_wr > 1e-9 and np.isfinite(own.se):
                    assert own.deff_wr == pytest.approx(wanted.deff_wr, rel=1e-9)
                    assert own.deff == pytest.approx(wanted.deff, rel=1e-9, nan_ok=True)


@FEW
@given(samples, st.integers(2, 6), st.sampled_from(RULES))
def test_whole_units_merge_to_the_same_bits_in_any_order_and_grouping(d: Drawn, pieces: int, rule: str) -> None:
    parts = [Moments.of(d.part(rows), lonely_psu=rule) for rows in d.cut_between_units(pieces)]
    whole = Moments.of(d.part(), lonely_psu=rule)
    one_by_one = parts[0]
    for part in parts[1:]:
        one_by_one = part + one_by_one
    tree = merged([merged(parts[: len(parts) // 2 + 1]), *parts[len(parts) // 2 + 1 :]])
    for together in (one_by_one, tree, merged(parts[::-1])):
        for of in (Moments.means, Moments.totals):
            assert table(of(together)).tobytes() == table(of(whole)).tobytes()


@FEW
@given(samples, st.integers(2, 6))
def test_a_cut_through_units_costs_a_rounding_at_most(d: Drawn, pieces: int) -> None:
    parts = [Moments.of(d.part(rows), lonely_psu="remove") for rows in d.cut(pieces)]
    whole = Moments.of(d.part(), lonely_psu="remove")
    size = np.nanmax(np.abs(table(whole.means())[0]))
    np.testing.assert_allclose(
        table(merged(parts).means())[:5], table(whole.means())[:5], rtol=1e-12, atol=1e-13 * size
    )


@FEW
@given(samples, st.integers(2, 6))
def test_whole_numbers_merge_to_the_same_bits_from_any_cut(d: Drawn, pieces: int) -> None:
    d.w = np.round(d.w * 4)
    d.w[0] = 1
    d.items = np.round(d.items)
    parts = [Moments.of(d.part(rows), lonely_psu="remove") for rows in d.cut(pieces)]
    whole = Moments.of(d.part(), lonely_psu="remove")
    assert table(merged(parts).means()).tobytes() == table(whole.means()).tobytes()


@FEW
@given(samples, st.integers(1, 9), st.sampled_from(RULES))
def test_closed_strata_give_the_same_bits_and_ordered_parts_may_be_cut_anywhere(d: Drawn, rows: int, rule: str) -> None:
    whole = table(Moments.of(d.part(), lonely_psu=rule).means())
    assert table(Moments.of(d.part(), lonely_psu=rule, complete=True).means()).tobytes() == whole.tobytes()
    parts = [d.part(slice(at, at + rows)) for at in range(0, d.n, rows)]
    found = streamed(parts, lonely_psu=rule, ordered=True)
    assert len(np.unique(found.units.strata)) <= 1
    assert table(found.means()).tobytes() == whole.tobytes()


@FEW
@given(samples)
def test_the_order_of_units_in_the_file_does_not_matter(d: Drawn) -> None:
    whole = Moments.of(d.part(), lonely_psu="remove")
    unit = d.stages[min(len(d.stages), len(d.fpc) + 1) - 1]
    rows = np.argsort(d.g.permutation(unit.max() + 1)[unit], kind="stable")
    assert table(Moments.of(d.part(rows), lonely_psu="remove").means()).tobytes() == table(whole.means()).tobytes()


@FEW
@given(samples)
def test_the_covariance_across_domains_and_items_is_that_of_the_sample(d: Drawn) -> None:
    moments = Moments.of(d.part(), lonely_psu="adjust")
    domains = domains_of([d.by], d.n)
    chosen = [(at, item) for at in range(len(domains.rows)) for item in range(3)]
    wanted = covariance(d.sample("adjust"), [mean_target(d.items[:, i], domains.rows[at]) for at, i in chosen])
    found = moments.covariance(chosen)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    assert np.nanmax(np.abs(found - wanted) - 1e-11 * scale, initial=0) < 1e-12
    np.testing.assert_allclose(np.sqrt(np.diag(found)), moments.means().se.ravel(), rtol=1e-10, atol=1e-12)


@FEW
@given(samples)
def test_replicates_of_units_are_those_of_rows(d: Drawn) -> None:
    design = Design(d.w, d.stratum, [d.psu], lonely_psu="remove")
    part = part_of(d.w, d.items, strata=d.stratum, stages=[d.psu], by=[d.by])
    moments = Moments.of(part, lonely_psu="remove")
    rows = rao_wu(design, count=7, seed=3)
    found = moments.replicated(rao_wu(moments.design(), count=7, seed=3))
    for at, inside in enumerate(domains_of([d.by], d.n).rows):
        for item in range(3):
            wanted = rows.values(mean_target(d.items[:, item], inside))
            np.testing.assert_allclose(found[:, at, item], wanted, rtol=1e-12)
    sample = ReplicateSample(design, rows)
    whole = [mean_target(d.items[:, i], np.arange(d.n)) for i in range(3)]
    values = np.array([t.value(d.w) for t in whole])
    if np.isfinite(sample.variances(whole, values)).all():
        np.testing.assert_allclose(np.diag(sample.covariance(whole, values)), sample.variances(whole, values))


@FEW
@given(samples)
def test_domains_add_up_to_the_whole(d: Drawn) -> None:
    moments = Moments.of(d.part(), lonely_psu="remove")
    inside = [value is not None for value in d.by]
    whole = d.items[inside] * d.w[inside][:, None]
    np.testing.assert_allclose(np.nansum(moments.totals().value, axis=0), np.nansum(whole, axis=0), rtol=1e-12)
    assert moments.means().n.sum() == ((~np.isnan(whole)) & (d.w[inside] > 0)[:, None]).sum()


@FEW
@given(samples, st.floats(0.01, 100), st.floats(-50, 50), st.floats(0.001, 1000))
def test_means_follow_scale_and_shift_and_the_scale_of_weights_does_not_matter(
    d: Drawn, scale: float, shift: float, heavier: float
) -> None:
    plain = Moments.of(d.part(), lonely_psu="remove").means()
    d.items = d.items * scale + shift
    d.w = d.w * heavier
    moved = Moments.of(d.part(), lonely_psu="remove").means()
    size = scale * 60 + abs(shift)
    np.testing.assert_allclose(moved.value, plain.value * scale + shift, rtol=1e-9, atol=1e-12 * size)
    np.testing.assert_allclose(moved.se, plain.se * scale, rtol=1e-9, atol=1e-12 * size)
    np.testing.assert_allclose(moved.n_eff, plain.n_eff, rtol=1e-9)


@FEW
@given(samples, st.integers(1, 50))
def test_packed_blocks_give_the_same_bits(d: Drawn, rows: int) -> None:
    bytes_of = np.where(np.isnan(d.items[:, :2]), MISSING, d.items[:, :2]).astype(np.int8)
    fpc = [d.fpc[0]] if d.fpc else []
    part = part_of(d.w, bytes_of, strata=d.stratum.astype(str), stages=[d.psu.astype(str)], fpc=fpc, by=[d.by])
    codes = np.array([["abc".find(value or "-") for value in d.by]], dtype=np.int16)
    blocks = [pack(block) for block in blocks_of(part, codes)]
    assert len(blocks) == len(np.unique(d.psu))
    found = streamed(packed_parts(blocks, labels=["abc"], by=[0], rows=rows), lonely_psu="remove")
    whole = Moments.of(part, lonely_psu="remove")
    places = [found.keys.index(key) for key in whole.keys]
    assert table(found.means())[:, places].tobytes() == table(whole.means()).tobytes()
    doubles = part_of(d.w, d.items[:, :2], strata=part.strata, stages=part.stages, fpc=fpc, by=[d.by])
    assert table(Moments.of(doubles, lonely_psu="remove").means()).tobytes() == table(whole.means()).tobytes()
