"""A plugin of pytest under Coverage: what runs from the set-up of a test to its end is said to be reached by that test.

So are lines in other tasks and threads. What a fixture of a module does counts for the first test that asks for it.
"""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test that runs, and nobody afterwards."""
    measuring = Coverage.current()
    assert measuring is not None
    measuring.switch_context(item.nodeid.partition("[")[0])
    try:
        return (yield)
    finally:
        measuring.switch_context("")
