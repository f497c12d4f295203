"""The way of a draft of a criteria set: mended, read, disputed, approved by a second person, published, given up."""

from __future__ import annotations

from typing import Final

from parindex.api.work.approving import DraftPages, step_routes
from parindex.api.work.criteria.drafting import draw, marked, mend
from parindex.api.work.criteria.reading_view import set_reading_page
from parindex.api.work.draft_reading import reading_routes
from parindex.assessments.criteria import approval, approval_checks

PAGES: Final = DraftPages(
    kind=approval.SETS,
    here="/work/criteria/drafts",
    published="/work/criteria/sets",
    checks={
        "submit": approval_checks.of_submitting,
        "approve": approval_checks.of_approving,
        "publish": approval_checks.of_publishing,
    },
    draw=draw,
    mend=mend,
    reading=set_reading_page,
    marked=marked,
)

routes = [*reading_routes(PAGES), *step_routes(PAGES)]
