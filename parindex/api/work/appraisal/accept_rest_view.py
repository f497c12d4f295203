"""What is asked before the rest of a leaf is accepted."""

from __future__ import annotations

from typing import ClassVar

from parindex.api.shared.page import Page, lang_of
from parindex.api.shared.requests import PageRequest
from parindex.assessments.appraisal.leaf_across import LeafAcross
from parindex.assessments.model import Cycle
from parindex.text import words


class RestPage(Page, frozen=True, kw_only=True):
    """The agencies whose entries would be accepted as declared."""

    template: ClassVar[str] = "work/appraisal/accept_rest.html"

    cycle: Cycle
    """The year."""

    code: str
    """The leaf."""

    title: str
    """Its title."""

    waiting: tuple[str, ...]
    """Names of the agencies."""


def rest_page(request: PageRequest, across: LeafAcross) -> RestPage:
    """The rest of a leaf."""
    return RestPage(
        cycle=across.cycle,
        code=across.place.code,
        title=words(across.place.node.title, lang_of(request)),
        waiting=tuple(sheet.agency_name for sheet in across.remaining()),
    )
