"""What the page of a published questionnaire shows in the office: its decision, who approved it, its questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import msgspec

from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.approvals.model import PublishingDecision
from parindex.surveys.instruments.model import InstrumentVersion
from parindex.surveys.questionnaire.instrument import Instrument
from parindex.text import Language, translator, words


class QuestionPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of questions."""

    code: str
    """Its code."""

    title: str
    """What it is about."""

    scored: bool
    """Whether its answers count."""

    questions: tuple[tuple[str, str], ...]
    """Code and words of each question."""


class PublishedInstrumentPage(Page, frozen=True, kw_only=True):
    """A published questionnaire in the office."""

    template: ClassVar[str] = "work/instruments/published.html"

    name: str
    """Code and version."""

    title: str
    """What it is called."""

    questions: int
    """How many it has."""

    digest: str
    """SHA-256 of its document."""

    published_at: datetime
    """When."""

    decision: str
    """Number of the decision; empty for one from files."""

    decided_on: date | None
    """Its day."""

    approved_by: str
    """Who approved it."""

    published_by: str
    """Who published it."""

    draft: str
    """The page of the draft that it comes from; empty for none."""

    rounds: int
    """Survey rounds that ask it."""

    pages: tuple[QuestionPage, ...]
    """Its pages."""

    downloads: tuple[Link, ...]
    """Its file."""


def published_instrument_page(
    found: Instrument, version: InstrumentVersion, decision: PublishingDecision | None, lang: Language
) -> PublishedInstrumentPage:
    """A published questionnaire in the office."""
    _ = translator(lang)
    return PublishedInstrumentPage(
        name=f"{found.instrument} {found.version}", title=words(found.title, lang),
        questions=sum(len(group.items) for group in found.groups), digest=version.digest,
        published_at=version.published_at,
        decision=decision.decision_number if decision else "", decided_on=decision.decided_on if decision else None,
        approved_by=(decision.approved_name if decision else None) or "",
        published_by=(decision.by_name if decision else None) or "",
        draft=url(f"/work/instruments/drafts/{decision.draft_id}") if decision else "", rounds=version.rounds,
        pages=tuple(
            QuestionPage(
                code=group.code, title=words(group.title, lang), scored=group.area is not None,
                questions=tuple((item.code, words(item.text, lang)) for item in group.items),
            )
            for group in found.groups
        ),
        downloads=(Link(href=url(f"/work/instruments/versions/{version.id}/source.yaml"), label="YAML"),),
    )  # fmt: skip
