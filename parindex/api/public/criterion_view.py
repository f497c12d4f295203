"""What one criterion of one agency shows: points and reason, facts, stages, the survey behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import msgspec

from parindex import scoring
from parindex.api.public.edition_names import agency_href, leaf_href, name_of, number_of, ranking_path
from parindex.api.public.profile_tables import why
from parindex.api.shared.interval_words import interval_note
from parindex.api.shared.links import CrumbLink, EditionLink, Link, edition_link
from parindex.api.shared.page import Page, url
from parindex.assessments.model import DECISION_KINDS
from parindex.publication.history import LeafHistory
from parindex.publication.reading import Compared, YearReading
from parindex.scoring import Criterion, Place
from parindex.text import N_, Language, local_day, number, translator, words
from parindex.wording import reasons, rule_text

STAGES: Final = {
    "self": N_("Đơn vị tự chấm"),
    "round1": N_("Thẩm định lần 1"),
    "round2": N_("Thẩm định lần 2"),
    "final": N_("Kết quả cuối"),
}
"""Stages whose points are kept side by side."""


class CriterionHead(msgspec.Struct, frozen=True, kw_only=True):
    """The law of a leaf."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    max: Decimal
    """Its points."""

    rule: str
    """The rule in words."""

    evidence: str | None
    """What is asked for as proof."""


class StageLine(msgspec.Struct, frozen=True, kw_only=True):
    """The points of a stage."""

    label: str
    """The stage in words."""

    points: Decimal | None
    """``None``: not known."""


class PublicFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, declared and accepted."""

    label: str
    """What it is."""

    declared: str | None
    """As it was declared; ``None``: not held."""

    accepted: str
    """As it was accepted; a dash: none."""

    changed: bool
    """Whether the two differ."""


class LeafDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The last decision, by the body and not by the person."""

    by: str
    """The body."""

    kind: str
    """What was decided, in words."""

    reason: str | None
    """Why."""

    date: date
    """The day."""


class LeafSurvey(msgspec.Struct, frozen=True, kw_only=True):
    """The estimate that decides a leaf."""

    n: int | None
    """Answers."""

    value: Decimal
    """Percent."""

    low: float
    """Lower end of its interval, in percent."""

    high: float
    """Upper end of its interval, in percent."""

    interval_note: str | None = None
    """Which kind the interval is."""


class LeafLink(msgspec.Struct, frozen=True, kw_only=True):
    """The leaf before or after."""

    href: str
    """Its page."""

    code: str
    """Its code."""

    title: str
    """What it is called."""


class CriterionPage(Page, frozen=True, kw_only=True):
    """One leaf of one agency."""

    template: ClassVar[str] = "public/criterion.html"

    agency: Link
    """Whose it is."""

    year: int
    """Year measured."""

    edition: EditionLink
    """The edition that is shown."""

    crumbs: tuple[CrumbLink, ...]
    """From the ranking down to here."""

    criterion: CriterionHead
    """The law."""

    points: Decimal | None
    """Points; ``None``: not known."""

    state: str
    """``scored``, ``not_applicable``, ``unknown`` or ``none``."""

    reason: str
    """Why these points."""

    compared: Compared | None
    """All agencies' points."""

    stages: tuple[StageLine, ...]
    """None of an imported year."""

    facts: tuple[PublicFact, ...]
    """In the order of the law."""

    decision: LeafDecision | None
    """The last one."""

    survey: LeafSurvey | None
    """Where a survey decides."""

    previous: LeafLink | None
    """The leaf before."""

    next: LeafLink | None
    """The leaf after."""


def criterion_page(
    reading: YearReading, code: str, place: Place, past: LeafHistory | None, zone: ZoneInfo, lang: Language
) -> CriterionPage:
    """The page of one leaf of one agency.

    Args:
        reading: The edition: what was accepted and what follows from it.
        code: The agency.
        place: The leaf.
        past: What was declared and decided before; none of an imported year.
        zone: The tenant's time.
        lang: The reader's language.
    """
    _ = translator(lang)
    node, name = reading.results[code].nodes[place.code], name_of(reading, code, lang)
    leaves = [leaf for leaf in reading.places.values() if leaf.is_leaf]
    at = next(i for i, leaf in enumerate(leaves) if leaf.code == place.code)
    return CriterionPage(
        agency=Link(href=agency_href(reading, code), label=name),
        year=reading.given.year,
        edition=edition_link(reading.edition.number),
        crumbs=(
            CrumbLink(href=url(ranking_path(reading)), label=_("Xếp hạng %(year)s", year=reading.given.year)),
            CrumbLink(href=agency_href(reading, code), label=name),
            CrumbLink(href=None, label=place.code),
        ),
        criterion=_head(reading, place, lang),
        points=number_of(node.points),
        state=node.state,
        reason=why(reading, reading.score(code), place.code, lang),
        compared=reading.compared.get(place.code),
        stages=_stages(past, number_of(node.points), lang),
        facts=facts(reading, code, place, past, lang),
        decision=_decision(place, past, zone, lang),
        survey=_survey(reading, code, place, lang),
        previous=_neighbour(reading, code, leaves[at - 1], lang) if at else None,
        next=_neighbour(reading, code, leaves[at + 1], lang) if at + 1 < len(leaves) else None,
    )


def _head(reading: YearReading, place: Place, lang: Language) -> CriterionHead:
    _ = translator(lang)
    leaf = place.node
    assert isinstance(leaf, Criterion)
    evidence = {
        "required": _("Phải có tài liệu kiểm chứng hoặc giải trình."),
        "optional": _("Tài liệu kiểm chứng không bắt buộc."),
        "none": None,
    }
    return CriterionHead(
        code=place.code,
        title=words(leaf.title, lang),
        max=leaf.max,
        rule=rule_text.words(reading.criteria_set, leaf, lang),
        evidence=words(leaf.guidance, lang) if leaf.guidance else evidence[leaf.evidence],
    )


def _stages(past: LeafHistory | None, published: Decimal | None, lang: Language) -> tuple[StageLine, ...]:
    """Points by stage; the last are those of the edition, whatever was corrected since."""
    _ = translator(lang)
    if past is None:
        return ()
    points = {**past.points, **({"final": published} if "final" in past.points else {})}
    return tuple(StageLine(label=_(label), points=points[stage]) for stage, label in STAGES.items() if stage in points)


def _decision(place: Place, past: LeafHistory | None, zone: ZoneInfo, lang: Language) -> LeafDecision | None:
    _ = translator(lang)
    if past is None or past.decision is None:
        return None
    return LeafDecision(
        by=_("Cơ quan thẩm định lĩnh vực %(area)s", area=place.area) if place.area else _("Cơ quan thẩm định"),
        kind=_(DECISION_KINDS[past.decision.kind]),
        reason=past.decision.reason or None,
        date=local_day(past.decision.at, zone),
    )


def facts(
    reading: YearReading, agency: str, place: Place, past: LeafHistory | None, lang: Language
) -> tuple[PublicFact, ...]:
    """The accepted facts of a leaf beside the declared ones, where those are held; what is not there is a dash, not 0."""
    given = reading.agencies[agency].facts
    names = [name for name, _ in scoring.leaf_inputs(reading.criteria_set, place.code)]
    names += [name for name in (f"{place.code}.decided", f"{place.code}.not_applicable") if name in given]
    rows = []
    for name in names:
        accepted, declared = given.get(name), past.declared.get(name) if past else None
        rows.append(
            PublicFact(
                label=label(reading, name, lang),
                declared=_value(reading, name, declared, lang) if past else None,
                accepted=_value(reading, name, accepted, lang),
                changed=past is not None and declared != accepted,
            )
        )
    return tuple(rows)


def _value(reading: YearReading, name: str, text: str | None, lang: Language) -> str:
    return number(None) if text is None else reasons.value_text(reading.criteria_set, name, text, lang)


def label(reading: YearReading, name: str, lang: Language) -> str:
    """What people read for a fact of a leaf."""
    _ = translator(lang)
    if name.endswith(".decided"):
        return _("Điểm do cơ quan thẩm định đặt")
    if name.endswith(".not_applicable"):
        return _("Không áp dụng, được chấp thuận")
    return reasons.label(reading.criteria_set, name, lang)


def _survey(reading: YearReading, agency: str, place: Place, lang: Language) -> LeafSurvey | None:
    leaf = next((leaf for leaf in reading.law if leaf.code == place.code), None)
    if leaf is None or len(leaf.weights) != 1:
        return None
    estimate = reading.estimates.get((agency, next(iter(leaf.weights))))
    known = reading.estimate_interval(estimate) if estimate else None
    if estimate is None or estimate.value is None or known is None:
        return None
    (low, high), kind = known
    return LeafSurvey(
        n=estimate.n,
        value=Decimal(estimate.value) * 100,
        low=low * 100,
        high=high * 100,
        interval_note=interval_note([kind], lang),
    )


def _neighbour(reading: YearReading, agency: str, place: Place, lang: Language) -> LeafLink:
    return LeafLink(href=leaf_href(reading, agency, place.code), code=place.code, title=words(place.node.title, lang))
