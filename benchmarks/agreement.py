"""How many digits the statistics share with R's ``survey``, csranks and COINr on the reference cases.

Runs ``tests/reference`` and writes down every number that is compared there: how many, and by how much the furthest
one differs from the peer's, as a part of it. Numbers that a simulation made are compared within a band and left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

PEERS: Final = {
    "test_survey_cases": "R survey 4.1.1",
    "test_rank_cases": "csranks",
    "test_composite_cases": "COINr",
}
WEIGHTS: Final = 1e-8
"""The tolerance of weights, which an iteration ends with."""
BAND: Final = 1e-4
"""From this absolute tolerance on numbers are simulated."""


class Seen:
    """What one peer's cases compared."""

    def __init__(self) -> None:
        self.cases: set[str] = set()
        self.numbers = 0
        self.furthest = 0.0

    def compare(self, case: str, found: Any, wanted: Any) -> None:
        """Note numbers; what is 0 has no part by which to differ."""
        found, wanted = np.broadcast_arrays(np.asarray(found, dtype=float), np.asarray(wanted, dtype=float))
        scale = np.nanmax(np.abs(wanted), initial=0.0)
        told = np.isfinite(wanted) & (np.abs(wanted) > 1e-6 * scale)
        if told.any():
            self.cases.add(case)
            self.numbers += int(told.sum())
            self.furthest = max(self.furthest, float((np.abs(found - wanted)[told] / np.abs(wanted)[told]).max()))


class Comparing:
    """A plugin of the tests that listens to what they compare."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], Seen] = {}
        self.case, self.peer = "", ""

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """A case begins."""
        self.case, self.peer = item.nodeid, PEERS.get(item.path.stem, "")

    def listening(self, assert_allclose: Callable[..., None]) -> Callable[..., None]:
        """The comparison of NumPy, noted."""

        def compare(found: Any, wanted: Any, rtol: float = 1e-7, atol: float = 0.0, **named: Any) -> None:
            assert_allclose(found, wanted, rtol=rtol, atol=atol, **named)
            if self.peer and atol < BAND:
                kind = "weights" if rtol == WEIGHTS else "values"
                self.seen.setdefault((self.peer, kind), Seen()).compare(self.case, found, wanted)

        return compare


def main() -> None:
    """Print a line for each peer."""
    plugin = Comparing()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np.testing, "assert_allclose", plugin.listening(np.testing.assert_allclose))
        folder = Path(__file__).resolve().parent.parent / "tests" / "reference"
        failed = pytest.main([str(folder), "-q", "-p", "no:cacheprovider", "-p", "no:xdist"], plugins=[plugin])
    for (peer, kind), seen in plugin.seen.items():
        digits = "every digit" if seen.furthest == 0 else f"{-np.log10(seen.furthest):.1f} digits"
        print(
            f"{peer}, {kind}: {len(seen.cases)} cases, {seen.numbers:,} numbers, "
            f"furthest {seen.furthest:.1e} of its value ({digits})"
        )
    if failed:
        raise SystemExit(int(failed))


if __name__ == "__main__":
    main()
