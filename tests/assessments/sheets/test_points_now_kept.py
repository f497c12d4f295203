"""A sheet is scored again exactly when one of its facts changed, and what is held cannot be changed by a reader."""

from __future__ import annotations

from typing import Any

import pytest

from parindex import scoring
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.sheets import points_now
from parindex.scoring import digest
from tests.assessments.conftest import FACTS, small_set


@pytest.fixture
def published() -> Published:
    return Published(None, digest(small_set()), small_set())  # type: ignore[arg-type]


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Leaves that were scored."""
    codes: list[str] = []
    score_leaf = scoring.score_leaf

    def watched(criteria_set: Any, code: str, facts: Any) -> Any:
        codes.append(code)
        return score_leaf(criteria_set, code, facts)

    monkeypatch.setattr(scoring, "score_leaf", watched)
    return codes


def test_the_same_facts_in_any_order_are_scored_once(published: Published, scored: list[str]) -> None:
    facts = {**FACTS["2.1.1"], **FACTS["1.1"]}
    first = points_now.counted(published, facts)
    assert len(scored) == len(published.leaves)
    assert points_now.counted(published, dict(reversed(facts.items()))) == first
    assert len(scored) == len(published.leaves)


def test_another_fact_and_another_set_are_scored_anew(published: Published, scored: list[str]) -> None:
    before = points_now.counted(published, {})
    after = points_now.counted(published, FACTS["2.1.1"])
    assert after.leaves["2.1.1"] != before.leaves["2.1.1"]
    points_now.counted(Published(None, published.digest, small_set()), {})  # type: ignore[arg-type]
    assert len(scored) == 3 * len(published.leaves)


def test_a_reader_cannot_change_what_is_held(published: Published) -> None:
    held: Any = points_now.counted(published, {})
    with pytest.raises(TypeError):
        held.leaves["1.1"] = None
    with pytest.raises(TypeError):
        held.sums["1"] = None
