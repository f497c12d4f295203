"""Laws of a computed year: it follows from its input alone, in any order, and any change of it is seen."""

from __future__ import annotations

import random
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.rankings.compute import compute
from parindex.rankings.digits import double, estimate_decimal
from parindex.rankings.model import AgencyDocument, YearSources
from parindex.rankings.recompute import recompute
from parindex.reading.canonical_json import canonical
from tests.rankings import small_year

shares = st.floats(0.0, 1.0, allow_nan=False)
errors = st.floats(0.0005, 0.08)


@st.composite
def facts(draw: st.DrawFn) -> dict[str, str]:
    """Facts of one agency: every one may be absent."""
    dossiers = draw(st.integers(0, 10**9))
    found = {
        "dossiers": str(dossiers),
        "1.1.issued": draw(st.sampled_from(["true", "false"])),
        "1.2.on_time": str(draw(st.integers(0, dossiers))),
        "1.3.judged": str(Decimal(draw(st.integers(0, 200_000))).scaleb(-4).normalize() + 0),
        "@has_ports": draw(st.sampled_from(["true", "false"])),
        "1.4.ports": str(draw(st.integers(0, 9))),
        "B1.prizes": str(draw(st.integers(0, 9))),
    }
    dropped = draw(st.sets(st.sampled_from(sorted(found)), max_size=1))
    return {name: text for name, text in found.items() if name not in dropped}


@st.composite
def years(draw: st.DrawFn, agencies: int = 6) -> YearSources:
    """A small year with any facts, estimates and errors."""
    plain = small_year.given(agencies=agencies, draws=300)
    people: tuple[AgencyDocument, ...] = tuple(
        msgspec.structs.replace(one, facts=draw(facts()), ranked=draw(st.booleans()) or number == 0)
        for number, one in enumerate(plain.agencies)
    )
    estimates = []
    for one in plain.estimates:
        value = draw(shares)
        estimates.append(
            msgspec.structs.replace(
                one, value=double(value), decimal=estimate_decimal(value), se=double(draw(errors)),
                df=draw(st.sampled_from([None, "3", "12", "40"])),
            )
        )  # fmt: skip
    return msgspec.structs.replace(plain, agencies=people, estimates=tuple(estimates))


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(years())
def test_a_year_computed_again_is_the_same_to_the_last_digit(given_: YearSources) -> None:
    year = compute(given_)
    assert recompute(year).differences == ()
    document = canonical(msgspec.to_builtins(year))
    assert (
        canonical(msgspec.to_builtins(compute(msgspec.convert(msgspec.to_builtins(given_), YearSources)))) == document
    )


@quick
@given(years(), st.randoms(use_true_random=False))
def test_the_order_of_agencies_and_estimates_changes_no_number(given_: YearSources, chance: random.Random) -> None:
    agencies, estimates = list(given_.agencies), list(given_.estimates)
    chance.shuffle(agencies)
    chance.shuffle(estimates)
    shuffled = msgspec.structs.replace(given_, agencies=tuple(agencies), estimates=tuple(estimates))
    one = {result.agency: result for result in compute(given_).results}
    other = {result.agency: result for result in compute(shuffled).results}
    for code, result in one.items():
        again = other[code]
        assert (result.points, result.index, result.class_, result.rank) == (
            again.points, again.index, again.class_, again.rank,
        )  # fmt: skip
        assert result.nodes == again.nodes
        assert (result.se is None) == (again.se is None)


@quick
@given(years())
def test_every_rank_lies_in_its_rank_set_and_every_set_in_the_table(given_: YearSources) -> None:
    year = compute(given_)
    ranked = [result for result in year.results if result.rank is not None]
    for result in ranked:
        if result.rank_set is not None:
            low, high = result.rank_set
            assert 1 <= low <= (result.rank or 0) <= high <= len(ranked)


@quick
@given(years(), st.data())
def test_more_of_a_good_fact_never_lowers_the_index(given_: YearSources, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(given_.agencies) - 1))
    agency = given_.agencies[place]
    before = next(r for r in compute(given_).results if r.agency == agency.code)
    facts_ = dict(agency.facts)
    if {"dossiers", "1.2.on_time"} <= facts_.keys():
        facts_["1.2.on_time"] = facts_["dossiers"]
    better = msgspec.structs.replace(agency, facts=facts_)
    agencies = (*given_.agencies[:place], better, *given_.agencies[place + 1 :])
    after = next(
        r for r in compute(msgspec.structs.replace(given_, agencies=agencies)).results if r.agency == agency.code
    )
    if before.index is not None and after.index is not None:
        assert Decimal(after.index) >= Decimal(before.index)


@quick
@given(years(), st.data())
def test_any_changed_fact_that_changes_points_is_seen(given_: YearSources, data: st.DataObject) -> None:
    year = compute(given_)
    place = data.draw(st.integers(0, len(given_.agencies) - 1))
    agency = given_.agencies[place]
    other = msgspec.structs.replace(
        agency, facts={**agency.facts, "1.3.judged": data.draw(st.sampled_from(["0", "7.5", "20"]))}
    )
    agencies = (*given_.agencies[:place], other, *given_.agencies[place + 1 :])
    changed = msgspec.structs.replace(given_, agencies=agencies)
    found = recompute(msgspec.structs.replace(year, given=changed))
    honest = compute(changed).results == year.results
    assert bool(found.differences) is not honest
