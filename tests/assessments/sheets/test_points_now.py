"""What a sheet has now counts its bonus and its penalty, neither beyond its cap."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from parindex import scoring
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.sheets import points_now
from tests.assessments.conftest import SET

ADJUSTED = SET.replace(
    "  bonus: {cap: 1, items: [{code: B1, title: {vi: \"Giải thưởng\"}, max: 1,",
    "  penalty: {cap: 1.5, items: [{code: P1, title: {vi: \"Vi phạm\"}, max: 3, appraiser: home-affairs,\n"
    "    inputs: {faults: {type: count}}, rule: {each: faults, points: 0.5}}]}\n"
    "  bonus: {cap: 1, items: [{code: B1, title: {vi: \"Giải thưởng\"}, max: 2,",
)  # fmt: skip


@pytest.fixture
def published() -> Published:
    criteria_set = scoring.load_bytes(ADJUSTED.encode(), "minh-hoa/2026.1.yaml")
    return Published(UUID(int=0), scoring.digest(criteria_set), criteria_set)


@pytest.mark.parametrize(("prizes", "bonus"), [(0, "0"), (1, "0.5"), (2, "1"), (3, "1")])
@pytest.mark.parametrize(("faults", "penalty"), [(0, "0"), (2, "1"), (3, "1.5"), (4, "1.5")])
def test_points_are_those_of_areas_with_the_bonus_less_the_penalty(
    published: Published, prizes: int, bonus: str, faults: int, penalty: str
) -> None:
    now = points_now.counted(published, {"1.1.issued": "true", "B1.prizes": str(prizes), "P1.faults": str(faults)})
    assert (now.bonus, now.penalty) == (Decimal(bonus), Decimal(penalty))
    assert now.points == now.total.points + Decimal(bonus) - Decimal(penalty)


def test_what_nobody_declared_adds_nothing(published: Published) -> None:
    now = points_now.counted(published, {})
    assert (now.points, now.bonus, now.penalty) == (0, 0, 0)
