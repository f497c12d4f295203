"""Groups inside a year: each is ranked as a year of its own, and computed again like all else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from parindex.rankings.compute import compute
from parindex.rankings.groups import group_of, members
from parindex.rankings.model import Computation, ResultDocument
from parindex.rankings.recompute import recompute
from parindex.reading.canonical_json import canonical
from tests.rankings import small_year


@pytest.fixture(scope="module")
def year() -> Computation:
    return compute(small_year.given(group_by="has_ports"))


def ranked(year: Computation, codes: Any) -> list[ResultDocument]:
    found = [result for result in year.results if result.agency in codes and result.rank is not None]
    return sorted(found, key=lambda result: result.rank or 0)


def test_a_group_ranks_its_agencies_in_the_order_of_the_whole_year(year: Computation) -> None:
    groups = members(year.given)
    assert {value: len(codes) for value, codes in groups.items()} == {"true": 6, "false": 6}
    for codes in groups.values():
        own = ranked(year, codes)
        assert [result.group_rank for result in own] == list(range(1, len(own) + 1))


def test_the_rank_sets_of_a_group_are_those_of_a_year_of_its_agencies_alone(year: Computation) -> None:
    for value, codes in members(year.given).items():
        given = small_year.given()
        kept = msgspec.structs.replace(
            given, agencies=tuple(agency for agency in given.agencies if agency.code in codes),
            estimates=tuple(estimate for estimate in given.estimates if estimate.agency in codes),
        )  # fmt: skip
        alone = compute(kept)
        assert year.group_rank_sets[value] == alone.rank_sets
        sets = {result.agency: (result.rank, result.rank_set, result.rank_marginal) for result in alone.results}
        assert sets == {
            result.agency: (result.group_rank, result.group_rank_set, result.group_rank_marginal)
            for result in year.results
            if result.agency in codes
        }


def test_groups_change_nothing_of_the_whole_year(year: Computation) -> None:
    plain = compute(small_year.given())
    assert plain.rank_sets == year.rank_sets
    assert [(one.rank, one.rank_set, one.index) for one in plain.results] == [
        (one.rank, one.rank_set, one.index) for one in year.results
    ]


def test_a_year_without_groups_is_written_as_before() -> None:
    document = canonical(msgspec.to_builtins(compute(small_year.given())))
    for name in (b"group_by", b"group_rank_set", b"group_rank_marginal"):
        assert name not in document


def test_an_agency_without_the_value_stands_in_no_group_and_has_no_rank_there() -> None:
    given = small_year.given(group_by="region")
    agencies = [msgspec.structs.replace(given.agencies[0], region=None), *given.agencies[1:]]
    year = compute(msgspec.structs.replace(given, agencies=tuple(agencies)))
    first = year.results[0]
    assert group_of(year.given, year.given.agencies[0]) is None
    assert first.rank is not None
    assert (first.group_rank, first.group_rank_set) == (None, None)
    assert all("T01" not in sets.compared for sets in year.group_rank_sets.values())


def test_a_group_of_one_has_a_rank_and_claims_no_set() -> None:
    given = small_year.given(group_by="region")
    agencies = [msgspec.structs.replace(given.agencies[0], region="Đảo"), *given.agencies[1:]]
    year = compute(msgspec.structs.replace(given, agencies=tuple(agencies)))
    assert (year.results[0].group_rank, year.results[0].group_rank_set) == (1, None)
    assert set(year.group_rank_sets) == {"Bắc", "Nam"}


def test_where_a_survey_is_scored_in_steps_a_group_is_compared_by_intervals_as_the_year_is() -> None:
    year = compute(small_year.given(leaders=small_year.STEPS, group_by="region"))
    assert {sets.method for sets in year.group_rank_sets.values()} == {"intervals"}
    assert not recompute(year).differences


def test_a_year_with_groups_computes_again_to_itself(year: Computation) -> None:
    read = msgspec.json.decode(canonical(msgspec.to_builtins(year)), type=Computation)
    assert read == year
    assert not recompute(read).differences


@pytest.mark.parametrize(
    ("field", "value", "subject"), [("group_rank", 4, "ranks"), ("group_rank_set", (1, 9), "rank_sets")]
)
def test_a_changed_place_in_a_group_is_found(year: Computation, field: str, value: Any, subject: str) -> None:
    results = [msgspec.structs.replace(year.results[0], **{field: value}), *year.results[1:]]
    found = recompute(msgspec.structs.replace(year, results=tuple(results)))
    assert {difference.subject for difference in found.differences} == {subject}
    assert found.differences[0].where == f"results[T01].{field}"


def test_a_group_whose_sets_were_left_out_is_found(year: Computation) -> None:
    found = recompute(msgspec.structs.replace(year, group_rank_sets={}))
    assert [(difference.subject, difference.where) for difference in found.differences] == [
        ("rank_sets", "group_rank_sets")
    ]


def test_an_agency_moved_to_another_group_is_found(year: Computation) -> None:
    first = year.given.agencies[0]
    moved = msgspec.structs.replace(first, facts={**first.facts, "@has_ports": "false"})
    given = msgspec.structs.replace(year.given, agencies=(moved, *year.given.agencies[1:]))
    assert "ranks" in {
        difference.subject for difference in recompute(msgspec.structs.replace(year, given=given)).differences
    }


def test_groups_by_what_the_set_does_not_know_cannot_be_computed(year: Computation) -> None:
    given = msgspec.structs.replace(year.given, group_by="has_airports")
    found = recompute(msgspec.structs.replace(year, given=given))
    assert found.failure is not None
