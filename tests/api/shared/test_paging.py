"""Which page of a list is asked for, whatever the address says."""

from __future__ import annotations

import pytest
from litestar.testing import RequestFactory

from parindex.api.shared.paging import ANY_PAGE, page_asked


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("2", 2),
        ("007", 7),
        ("100000", 100_000),
        ("100001", 1),
        ("0", 1),
        ("-1", 1),
        ("", 1),
        ("x", 1),
        ("²", 1),
        ("١", 1),
        ("000001" + "9" * 5_000, 1),
    ],
)
def test_a_page_is_a_number_that_a_list_may_have(asked: str, page: int) -> None:
    assert page_asked(RequestFactory().get("/", query_params={"page": asked})) == page  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "page"), [("999999", 999_999), ("1000000", 1), ("9" * 5_000, 1)])
def test_a_list_that_shows_its_last_page_instead_takes_a_larger_number(asked: str, page: int) -> None:
    request = RequestFactory().get("/", query_params={"number": asked})
    assert page_asked(request, "number", last=ANY_PAGE) == page  # type: ignore[arg-type]
