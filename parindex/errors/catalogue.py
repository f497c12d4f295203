"""The catalogues of the rooms in one; a code stands in one of them only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parindex.errors.access import ACCESS
from parindex.errors.agencies import AGENCIES
from parindex.errors.approvals import APPROVALS
from parindex.errors.assessments import ASSESSMENTS
from parindex.errors.audit import AUDIT
from parindex.errors.jobs import JOBS
from parindex.errors.kind import FailureKind
from parindex.errors.publication import PUBLICATION
from parindex.errors.rankings import RANKINGS
from parindex.errors.reading import READING
from parindex.errors.request import REQUEST
from parindex.errors.store import STORE
from parindex.errors.surveys import SURVEYS

ROOMS: Final[tuple[Mapping[str, FailureKind], ...]] = (
    REQUEST,
    READING,
    STORE,
    AUDIT,
    JOBS,
    ACCESS,
    AGENCIES,
    APPROVALS,
    ASSESSMENTS,
    SURVEYS,
    RANKINGS,
    PUBLICATION,
)
"""In the order in which they are shown."""

CATALOGUE: Final[dict[str, FailureKind]] = {code: kind for room in ROOMS for code, kind in room.items()}
"""Codes are stable: clients and documents rely on them. ``docs/errors.md`` lists them and is tested."""
