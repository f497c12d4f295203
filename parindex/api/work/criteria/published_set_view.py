"""What the page of a published set shows in the office: its decision, who approved it, the years bound to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex import access, scoring
from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.criteria.set_list_view import tier_name
from parindex.approvals.model import PublishingDecision
from parindex.assessments.criteria.model import SetUse
from parindex.assessments.criteria.published_sets import Published, SetVersion
from parindex.assessments.model import CYCLE_STATES
from parindex.text import Language, translator, words


class BoundYear(msgspec.Struct, frozen=True, kw_only=True):
    """A year that is bound to a set."""

    href: str
    """Its page."""

    name: str
    """Year and tier."""

    state: str
    """Its state in words."""


class PublishedSetPage(Page, frozen=True, kw_only=True):
    """A published set in the office."""

    template: ClassVar[str] = "work/criteria/published_set.html"

    name: str
    """Family and version."""

    title: str
    """What it is called."""

    tier: str
    """Tier in words."""

    leaves: int
    """Leaves, bonus and penalty too."""

    points: Decimal
    """Its maximum."""

    digest: str
    """SHA-256 of its document."""

    framework: str
    """Family and version of the framework to which it adds criteria; empty for none."""

    framework_digest: str
    """SHA-256 of that."""

    published_at: datetime
    """When."""

    decision: str
    """Number of the decision; empty for a set from files."""

    decided_on: date | None
    """Its day."""

    approved_by: str
    """Who approved it."""

    published_by: str
    """Who published it."""

    draft: str
    """The page of the draft that it comes from; empty for none."""

    years: tuple[BoundYear, ...]
    """Years that are bound to it."""

    downloads: tuple[Link, ...]
    """Its files."""

    public: str
    """Its public page."""

    amends: tuple[BoundYear, ...]
    """Open years that may go on with it instead of the version before."""

    clone: str
    """Where the next year's set is begun from it; empty where the reader may not."""


def published_set_page(
    person: Person,
    known: Published,
    version: SetVersion,
    decision: PublishingDecision | None,
    uses: Sequence[SetUse],
    others: Sequence[SetUse],
    lang: Language,
) -> PublishedSetPage:
    """A published set in the office.

    Args:
        person: Who reads.
        known: The set.
        version: As it is listed.
        decision: How it was published.
        uses: Years that are bound to it.
        others: Years that are bound to another version of its family.
        lang: The reader's language.
    """
    _, law = translator(lang), known.criteria_set
    here = f"/work/criteria/sets/{known.id}"
    may_clone = access.may(person, "criteria_set:draft", state="drafting")
    return PublishedSetPage( name=f"{law.family} {law.version}", title=words(law.title, lang), tier=tier_name(law.tier, lang),
        leaves=sum(1 for _place in scoring.leaves(law)), points=law.max, digest=known.digest,
        framework=f"{law.extends.family} {law.extends.version}" if law.extends else "",
        framework_digest=law.extends.digest if law.extends else "",
        published_at=version.published_at,
        decision=decision.decision_number if decision else "", decided_on=decision.decided_on if decision else None,
        approved_by=(decision.approved_name if decision else None) or "",
        published_by=(decision.by_name if decision else None) or "",
        draft=url(f"/work/criteria/drafts/{decision.draft_id}") if decision else "",
        years=tuple(
            BoundYear(
                href=url(f"/work/cycles/{use.cycle_id}"), name=f"{use.year} · {tier_name(use.tier, lang)}",
                state=_(CYCLE_STATES[use.state]),
            )
            for use in uses
        ),
        downloads=(
            Link(href=url(f"{here}/set.xlsx"), label=_("Sổ tính (XLSX)")),
            Link(href=url(f"{here}/set.yaml"), label="YAML"),
        ),
        amends=tuple(
            BoundYear(
                href=url(f"/work/years/{use.cycle_id}/amend/{known.id}"), name=f"{use.year} · {tier_name(use.tier, lang)}",
                state=_(CYCLE_STATES[use.state]),
            )
            for use in others
            if use.tier == law.tier and use.year in law.years and access.may(person, "cycle:amend_set", state=use.state)
        ),
        public=url("/criteria", law.family, law.version),
        clone=url(f"/work/criteria/new?from={known.id}") if may_clone else "",
    )  # fmt: skip
