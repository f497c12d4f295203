"""What the list of criteria sets shows: drafts on their way, and every family with its published versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.agencies.model import TIERS
from parindex.api.shared.page import Page, url
from parindex.approvals.model import DRAFT_STATES, DraftLine, PublishingDecision
from parindex.assessments.criteria.model import SetUse
from parindex.assessments.criteria.published_sets import Published, SetVersion
from parindex.assessments.model import CYCLE_STATES
from parindex.text import Language, translator, words

DRAWN: Final[Mapping[str, str]] = {
    "drafting": "editing", "submitted": "awaiting", "returned": "explain", "approved": "agreed", "published": "locked",
    "withdrawn": "not_applicable",
}  # fmt: skip
"""How states of drafts are drawn."""


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in the list."""

    href: str
    """Its page."""

    name: str
    """Family and version."""

    tier: str
    """Tier in words."""

    number: int
    """Of its newest version."""

    drawn: str
    """State as it is drawn."""

    state: str
    """State in words."""

    waits: bool
    """Whether the reader has something to do with it."""

    errors: int
    """What is wrong with it."""

    by: str
    """Who made its newest version."""

    at: datetime
    """When."""


class PublishedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A published version in the list."""

    href: str
    """Its page in the office."""

    version: str
    """Its version."""

    title: str
    """What the set is called."""

    tier: str
    """Tier in words."""

    years: str
    """Years that it measures."""

    illustrative: bool
    """Whether it is no law."""

    decision: str
    """Number of the decision; empty for a set from files."""

    decided_on: date | None
    """Its day."""

    used: str
    """Years that are bound to it."""


class FamilyRows(msgspec.Struct, frozen=True, kw_only=True):
    """The published versions of a family."""

    family: str
    """Its name."""

    rows: tuple[PublishedRow, ...]
    """Newest first."""


class SetListPage(Page, frozen=True, kw_only=True):
    """Criteria sets in the office."""

    template: ClassVar[str] = "work/criteria/set_list.html"

    drafts: tuple[DraftRow, ...]
    """Under way, newest first."""

    ended: tuple[DraftRow, ...]
    """Published or given up."""

    families: tuple[FamilyRows, ...]
    """Published sets."""

    drafts_new: bool
    """Whether the reader may begin one."""


def set_list_page(
    person: Person,
    drafts: Sequence[DraftLine],
    sets: Sequence[tuple[SetVersion, Published]],
    decisions: Mapping[UUID, PublishingDecision],
    uses: Sequence[SetUse],
    lang: Language,
) -> SetListPage:
    """Criteria sets in the office."""
    rows = [(line, draft_row(person, line, "criteria_set", "/work/criteria/drafts", lang)) for line in drafts]
    families: dict[str, list[PublishedRow]] = {}
    for version, known in sets:
        used = [use for use in uses if use.criteria_set_id == version.id]
        row = _published(version, known, decisions.get(version.id), used, lang)
        families.setdefault(version.family, []).append(row)
    ended = ("published", "withdrawn")
    return SetListPage(
        drafts=tuple(row for line, row in rows if line.state not in ended),
        ended=tuple(row for line, row in rows if line.state in ended),
        families=tuple(FamilyRows(family=family, rows=tuple(found)) for family, found in families.items()),
        drafts_new=access.may(person, "criteria_set:draft", state="drafting"),
    )


def tier_name(tier: str, lang: Language) -> str:
    """A tier in words; as it is written where it is none of ours."""
    return translator(lang)(TIERS[tier]) if tier in TIERS else tier


def used_text(uses: Sequence[SetUse], lang: Language) -> str:
    """Years in words, each with its state."""
    _ = translator(lang)
    return "; ".join(f"{use.year} · {tier_name(use.tier, lang)} · {_(CYCLE_STATES[use.state])}" for use in uses)


def draft_row(person: Person, line: DraftLine, thing: str, here: str, lang: Language) -> DraftRow:
    """A draft in the list, whatever is drafted.

    Args:
        person: Who reads.
        line: The draft.
        thing: What it is, in the policy table.
        here: Where such drafts are.
        lang: The reader's language.
    """
    deeds = (("draft", None), ("approve", False), ("publish", None))
    waits = any(access.may(person, f"{thing}:{deed}", state=line.state, own=own) for deed, own in deeds)
    return DraftRow(
        href=url(f"{here}/{line.id}"), name=f"{line.family} {line.version}", tier=tier_name(line.tier, lang),
        number=line.number, drawn=DRAWN[line.state], state=translator(lang)(DRAFT_STATES[line.state]), waits=waits,
        errors=line.errors, by=line.by_name or "–", at=line.at,
    )  # fmt: skip


def _published(
    version: SetVersion, known: Published, decision: PublishingDecision | None, uses: Sequence[SetUse], lang: Language
) -> PublishedRow:
    law = known.criteria_set
    return PublishedRow(
        href=url(f"/work/criteria/sets/{version.id}"), version=version.version, title=words(law.title, lang),
        tier=tier_name(law.tier, lang), years=", ".join(map(str, law.years)), illustrative=law.status == "illustrative",
        decision=decision.decision_number if decision else "", decided_on=decision.decided_on if decision else None,
         used=used_text(uses, lang),
    )  # fmt: skip
