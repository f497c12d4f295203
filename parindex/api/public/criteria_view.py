"""What the pages of criteria sets show: the list of versions, and one version as officials read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex import scoring
from parindex.agencies.model import TIERS
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.assessments.criteria.published_sets import Published, SetVersion
from parindex.scoring import CriteriaSet, Criterion, Place
from parindex.scoring.law.model import LegalBasis, SetClass
from parindex.scoring.rules.kinds import Survey
from parindex.text import Language, date_text, translator, words
from parindex.wording import rule_text
from parindex.wording.evidence_asked import proof_text

ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


class SetCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How large a set is."""

    areas: int
    """Areas."""

    criteria: int
    """Criteria."""

    components: int
    """Components of criteria."""


class SetLine(msgspec.Struct, frozen=True, kw_only=True):
    """A version in the list."""

    title: str
    """What the set is called."""

    href: str
    """Its page."""

    year: str
    """Years that it measures."""

    tier: str
    """Tier in words."""

    illustrative: bool
    """Whether it is no law."""

    counts: SetCounts
    """How large it is."""

    digest: str
    """SHA-256 of its document."""


class CriteriaSetsPage(Page, frozen=True, kw_only=True):
    """Every published version."""

    template: ClassVar[str] = "public/criteria_sets.html"

    sets: tuple[SetLine, ...]
    """Newest first."""


class SetHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the head of a set says."""

    title: str
    """What the set is called."""

    version: str
    """Its version."""

    year: int | str
    """The first year that it measures; empty where it names none."""

    tier: str
    """Tier in words."""

    digest: str
    """SHA-256 of its document."""

    published: datetime
    """When."""

    illustrative: bool
    """Whether it is no law."""

    basis: tuple[str, ...]
    """Legal bases."""

    points: Decimal
    """All points."""

    appraised: Decimal | None
    """Points that are appraised, where a survey decides others."""

    survey: Decimal | None
    """Points that surveys decide."""


class VersionLink(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the same family."""

    version: str
    """Its version."""

    href: str
    """Its page."""

    current: bool
    """Whether this page shows it."""


class CriterionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion or a component."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    depth: int
    """2 for a criterion, 3 and more below."""

    max: Decimal
    """Its points."""

    leaf: bool
    """Whether it has a rule of its own."""

    rule: str | None
    """A leaf's rule in words."""

    evidence: str | None
    """Of a leaf that agencies declare: ``required``, ``optional`` or ``none``."""

    proof: str
    """Of a leaf: when its evidence must be issued, and who confirms its facts; empty where nothing is said."""

    inapplicable: bool
    """Whether an agency may say that it does not apply."""


class SetArea(msgspec.Struct, frozen=True, kw_only=True):
    """An area with everything below it."""

    roman: str
    """Its place in Roman numerals."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    appraiser: str | None
    """Who appraises it, where a year has named an agency."""

    rows: tuple[CriterionLine, ...]
    """Criteria and components in order."""


class SetAdjustment(msgspec.Struct, frozen=True, kw_only=True):
    """Bonus or penalty points."""

    title: str
    """Which of the two."""

    cap: Decimal
    """The most that is given or taken."""

    rows: tuple[CriterionLine, ...]
    """What they are for."""


class CriteriaSetPage(Page, frozen=True, kw_only=True):
    """One version of a criteria set."""

    template: ClassVar[str] = "public/criteria_set.html"

    set: SetHead
    """What the head says."""

    counts: SetCounts
    """How large it is."""

    versions: tuple[VersionLink, ...]
    """All versions of the family."""

    classes: tuple[SetClass, ...]
    """From the highest."""

    areas: tuple[SetArea, ...]
    """In order."""

    adjustments: tuple[SetAdjustment, ...]
    """Bonus and penalty, where the set has them."""

    downloads: tuple[Link, ...]
    """Its files."""

    untranslated: int
    """Titles that the English page shows in Vietnamese."""


def criteria_sets_page(sets: Sequence[tuple[SetVersion, Published]], lang: Language) -> CriteriaSetsPage:
    """The page of all versions."""
    return CriteriaSetsPage(sets=tuple(_set_line(version, law.criteria_set, lang) for version, law in sets))


def _set_line(version: SetVersion, law: CriteriaSet, lang: Language) -> SetLine:
    return SetLine(
        title=words(law.title, lang),
        href=url("/criteria", version.family, version.version),
        year=", ".join(map(str, law.years)),
        tier=translator(lang)(TIERS[law.tier]),
        illustrative=law.status == "illustrative",
        counts=_counts(law),
        digest=version.digest,
    )


def criteria_set_page(
    law: CriteriaSet,
    set_id: UUID,
    versions: Sequence[SetVersion],
    appraisers: Mapping[str, tuple[str, str | None]],
    lang: Language,
) -> CriteriaSetPage:
    """The page of one version.

    Args:
        law: The set.
        set_id: Its id.
        versions: All versions of its family.
        appraisers: Names (Vietnamese, English) of who appraises for each body.
        lang: The reader's language.
    """
    _ = translator(lang)
    path = f"/criteria/{law.family}/{law.version}"
    places = list(scoring.walk(law))
    parts = (("bonus", _("Điểm thưởng"), law.bonus), ("penalty", _("Điểm trừ"), law.penalty))
    return CriteriaSetPage(
        set=_head(law, next(version for version in versions if version.id == set_id), lang),
        counts=_counts(law),
        versions=tuple(
            VersionLink(
                version=version.version,
                href=url("/criteria", version.family, version.version),
                current=version.id == set_id,
            )
            for version in versions
        ),
        classes=law.classes,
        areas=tuple(
            SetArea(
                roman=ROMAN[order] if order < len(ROMAN) else area.code,
                code=area.code,
                title=words(area.title, lang),
                max=area.max,
                appraiser=_appraiser(appraisers, area.appraiser, lang),
                rows=tuple(
                    _line(law, place, appraisers, lang)
                    for place in places
                    if place.area == area.code and place.depth > 1
                ),
            )
            for order, area in enumerate(law.areas)
        ),
        adjustments=tuple(
            SetAdjustment(
                title=title,
                cap=part.cap,
                rows=tuple(_line(law, place, appraisers, lang) for place in places if place.part == name),
            )
            for name, title, part in parts
            if part is not None
        ),
        downloads=(Link(href=url(f"{path}.yaml"), label="YAML"), Link(href=url(f"{path}.json"), label="JSON")),
        untranslated=sum(place.node.title.en is None for place in places),
    )


def _head(law: CriteriaSet, version: SetVersion, lang: Language) -> SetHead:
    survey = sum((p.node.max for p in scoring.leaves(law, adjustments=False) if _decided_by_survey(p)), Decimal(0))
    return SetHead(
        title=words(law.title, lang),
        version=law.version,
        year=law.years[0] if law.years else "",
        tier=translator(lang)(TIERS[law.tier]),
        digest=version.digest,
        published=version.published_at,
        illustrative=law.status == "illustrative",
        basis=tuple(_basis(basis, lang) for basis in law.legal_basis),
        points=law.max,
        appraised=law.max - survey if survey else None,
        survey=survey or None,
    )


def _counts(law: CriteriaSet) -> SetCounts:
    counted = scoring.counts(law)
    return SetCounts(areas=counted.areas, criteria=counted.criteria, components=counted.parts)


def _line(
    law: CriteriaSet, place: Place, appraisers: Mapping[str, tuple[str, str | None]], lang: Language
) -> CriterionLine:
    node = place.node
    assert isinstance(node, Criterion)
    return CriterionLine(
        code=place.code,
        title=words(node.title, lang),
        depth=place.depth,
        max=node.max,
        leaf=place.is_leaf,
        rule=rule_text.words(law, node, lang) if place.is_leaf else None,
        evidence=node.evidence if place.is_leaf and not _decided_by_survey(place) else None,
        proof=proof_text(node, _appraiser(appraisers, node.confirmed_by, lang), lang),
        inapplicable=place.is_leaf and place.may_be_inapplicable,
    )


def _decided_by_survey(place: Place) -> bool:
    return isinstance(place.node, Criterion) and isinstance(place.node.rule, Survey)


def _appraiser(appraisers: Mapping[str, tuple[str, str | None]], body: str | None, lang: Language) -> str | None:
    if body is None or body not in appraisers:
        return None
    name_vi, name_en = appraisers[body]
    return name_en if lang == "en" and name_en else name_vi


def _basis(basis: LegalBasis, lang: Language) -> str:
    _ = translator(lang)
    told = (
        _("%(number)s ngày %(day)s", number=basis.number, day=date_text(basis.date, lang))
        if basis.date
        else basis.number
    )
    return f"{told}, {basis.issuer}" if basis.issuer else told
