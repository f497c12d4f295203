"""The day of an approval is the day of the tenant's time: what was approved after midnight is of the new day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from parindex.approvals import checks
from parindex.text import TIME_ZONE


def approved(at: datetime) -> Any:
    return SimpleNamespace(steps=(SimpleNamespace(at=at),))


@pytest.mark.parametrize(
    ("at", "day", "odd"),
    [
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), date(2026, 11, 30), False),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), date(2026, 11, 30), True),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), date(2026, 12, 1), False),
    ],
)
def test_a_decision_is_older_than_its_approval_by_the_days_of_the_tenant(at: datetime, day: date, odd: bool) -> None:
    figure, before = checks.of_decision(approved(at), "15/QĐ-UBND", day, TIME_ZONE)
    assert figure is None
    assert (before is not None) is odd
