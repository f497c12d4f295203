"""A year says what became of agencies that ended in it, and is computed by that."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from parindex.publication.edition import format_of
from parindex.rankings import methods
from parindex.rankings.compute import compute
from parindex.rankings.model import YearSources
from parindex.rankings.recompute import recompute
from parindex.rankings.registry_documents import MergerDocument
from tests.rankings import small_year

ALONE = MergerDocument(
    treatment="alone",
    effective_on=date(2025, 7, 1),
    decision="202/2025/QH15",
    predecessors=("T01", "T02"),
    successors=(),
)


def of_mergers(*mergers: MergerDocument) -> YearSources:
    return small_year.given(methods=methods.current((), mergers))


def test_predecessors_that_are_scored_alone_have_points_and_no_rank_and_the_others_follow_each_other() -> None:
    plain, computed = compute(small_year.given()), compute(of_mergers(ALONE))
    before = {one.agency: one for one in plain.results}
    ranks = {one.agency: one.rank for one in computed.results}
    assert (ranks["T01"], ranks["T02"]) == (None, None)
    assert {one.agency: one.points for one in computed.results} == {one.agency: one.points for one in plain.results}
    left = sorted((one.rank, one.agency) for one in plain.results if one.rank and one.agency not in ("T01", "T02"))
    assert sorted((rank, code) for code, rank in ranks.items() if rank) == [
        (place, code) for place, (_, code) in enumerate(left, start=1)
    ]
    assert before["T01"].rank is not None


def test_a_year_in_which_a_predecessor_got_a_rank_all_the_same_is_found_out() -> None:
    computed = compute(of_mergers(ALONE))
    assert recompute(computed).differences == ()
    forged = msgspec.structs.replace(computed, results=compute(small_year.given()).results)
    found = recompute(forged)
    assert found.first("ranks") is not None


@pytest.mark.parametrize("mergers", [(), (ALONE,)])
def test_a_year_without_mergers_says_nothing_of_them_and_each_is_of_the_present_format(
    mergers: tuple[MergerDocument, ...],
) -> None:
    computed = compute(of_mergers(*mergers))
    told = msgspec.to_builtins(computed)["given"]
    assert ("mergers" in told["methods"]) is bool(mergers)
    assert not any("formed" in one for one in told["agencies"])
    assert format_of(computed) == "parindex-edition/2"
    assert msgspec.convert(told, YearSources) == computed.given
