"""What a year's page shows: what is missing, the newest computation, the decision, the ranking as it will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.public import headline_view, ranked_view, unranked_view
from parindex.api.public.headline_view import Headline
from parindex.api.public.ranked_view import RankedRow
from parindex.api.public.unranked_view import UnrankedAgency
from parindex.api.shared.chart_axis import Axis
from parindex.api.shared.interval_words import interval_note
from parindex.api.shared.links import EditionLink, edition_link
from parindex.api.shared.page import Page, url
from parindex.api.work.sheets.entry_view import told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.assessments.appraisal.correcting import CorrectedLeaf
from parindex.assessments.cycles.year_correction import YearCorrection
from parindex.assessments.model import CYCLE_STATES
from parindex.errors import Refused
from parindex.publication import titles
from parindex.publication.model import EditionChange, EditionRow
from parindex.publication.ranking_rows import kind_of_interval
from parindex.publication.reading import YearReading
from parindex.rankings.stored import CycleRow, StoredComputation
from parindex.rankings.years import YearGap
from parindex.text import N_, Language, translator

WARNINGS: Final = {
    "df_under_30": N_("Có sai số dưới 30 bậc tự do: khoảng hạng đã tính đến việc sai số còn dao động nhiều."),
    "df_under_5": N_("Có đơn vị dưới 5 bậc tự do: chỉ nêu khoảng tin cậy, không kết luận về thứ hạng."),
    "not_compared": N_("Có đơn vị không đủ kết quả khảo sát: không có khoảng hạng, khoảng của đơn vị khác rộng thêm."),
    "steps": N_(
        "Có tiêu chí khảo sát chấm theo bậc: khoảng hạng thận trọng, chỉ tách hai đơn vị khi khoảng không giao nhau."
    ),
}
"""What must be said beside rank sets, by code."""


class YearState(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a year, read in one transaction."""

    cycle: CycleRow
    """The year."""

    lacking: Sequence[YearGap]
    """What must be done before it can be computed."""

    stored: StoredComputation | None
    """The newest computation."""

    reading: YearReading | None
    """The same, opened."""

    changed: Mapping[str, EditionChange]
    """Changes against the edition before, by agency."""

    edition: EditionRow | None
    """What the computation was published in."""

    returned: str | None
    """Why the approver sent the year back."""

    correction: YearCorrection | None = None
    """The correction that the year is in."""

    corrected: Sequence[CorrectedLeaf] = ()
    """Leaves that it decided anew."""


class MissingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing without which a year cannot be computed."""

    text: str
    """What."""

    owes: str
    """Who has to mend it."""

    href: str
    """Where."""


class ComputedYear(msgspec.Struct, frozen=True, kw_only=True):
    """The newest computation."""

    at: datetime
    """When."""

    digest: str
    """SHA-256 of its document."""

    ranked: int
    """Agencies with a rank."""

    unranked: int
    """Agencies without."""

    headline: Headline
    """What it says first."""

    warnings: tuple[str, ...]
    """What must be said beside rank sets."""


class CorrectedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that was corrected."""

    agency: str
    """Name for narrow columns."""

    code: str
    """The leaf."""

    reason: str
    """Why."""

    who: str | None
    """Who corrected it."""

    at: datetime
    """When."""

    href: str
    """Where it stands."""


class CorrectionUnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """A published year that is being corrected."""

    decision: str
    """Number of the decision."""

    on: date
    """Its day."""

    reason: str
    """Why; printed with the edition that comes of it."""

    leaves: tuple[CorrectedRow, ...]
    """What was corrected."""

    queue: str
    """Where leaves are corrected."""


class YearDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the person may do with the year now."""

    compute: bool
    """Compute it."""

    submit: bool
    """Hand it to the approver."""

    send_back: bool
    """Send it back to the secretary."""

    publish: bool
    """Publish it."""

    retract: bool
    """Retract what it was published in."""

    reopen: bool
    """Reopen it for correction."""

    archive: bool
    """Put it in the archive."""

    give_up: bool
    """End a correction of which nothing came."""


class RankingPreview(msgspec.Struct, frozen=True, kw_only=True):
    """The ranking as it will be published, or was."""

    rows: tuple[RankedRow, ...]
    """Ranked agencies, best first."""

    unranked: tuple[UnrankedAgency, ...]
    """Agencies without a rank."""

    axis: Axis
    """Of the indices."""

    errors: bool
    """Whether it carries sampling errors."""

    groups: bool
    """Whether agencies are also ranked within groups."""

    interval_note: str | None = None
    """Which kind the intervals are."""

    change: bool
    """Whether there is an edition to compare with."""


class YearPage(Page, frozen=True, kw_only=True):
    """One year on its way to publication."""

    template: ClassVar[str] = "work/years/year.html"

    cycle_id: UUID
    """The year."""

    title: str
    """Index, tier and year."""

    state: str
    """Its state in words."""

    missing: tuple[MissingLine, ...]
    """What must be done before it can be computed."""

    computation: ComputedYear | None
    """The newest computation."""

    returned: str | None
    """Why the approver sent it back."""

    correction: CorrectionUnderWay | None
    """The correction that it is in."""

    may: YearDeeds
    """What the person may do."""

    problem: RefusalTold | None
    """Why a deed was refused, where no field tells it."""

    error_of: Mapping[str, str]
    """Faults by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""

    edition: EditionLink | None
    """What it was published in."""

    preview: RankingPreview | None
    """The ranking."""


def year_page(
    person: Person, known: YearState, lang: Language, *, typed: Mapping[str, str], refused: Refused | None
) -> YearPage:
    """One year.

    Args:
        person: Who looks.
        known: What is known of it.
        lang: The reader's language.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    _, cycle, reading = translator(lang), known.cycle, known.reading
    may = _deeds(person, known)
    errors = told_by_field(refused.fields, lang) if refused else {}
    told = {field: message for field, message in errors.items() if not field.startswith("/")}
    return YearPage(
        cycle_id=cycle.id,
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        state=_(CYCLE_STATES[cycle.state]),
        missing=tuple(_missing(one, lang) for one in known.lacking),
        computation=_computation(known.stored, reading, lang) if known.stored and reading else None,
        returned=known.returned,
        correction=_correction(cycle.id, known.correction, known.corrected) if known.correction else None,
        may=may,
        problem=refusal_told(refused, lang) if refused and not told else None,
        error_of=told,
        typed={"reason": typed.get("reason", "")},
        edition=edition_link(known.edition.number) if known.edition else None,
        preview=_preview(reading, known.changed, lang) if reading else None,
    )


def _deeds(person: Person, known: YearState) -> YearDeeds:
    state, edition = known.cycle.state, known.edition
    computed = known.stored is not None
    return YearDeeds(
        compute=access.may(person, "year:compute", state=state),
        submit=access.may(person, "year:submit", state=state) and computed and not known.lacking,
        send_back=access.may(person, "year:return", state=state),
        publish=access.may(person, "edition:publish", state=state) and computed,
        retract=edition is not None and not edition.retracted and access.may(person, "edition:retract"),
        reopen=known.cycle.marked != "imported" and access.may(person, "year:reopen", state=state),
        archive=access.may(person, "cycle:archive", state=state),
        give_up=access.may(person, "year:give_up_correction", state=state),
    )


def _correction(cycle_id: UUID, found: YearCorrection, leaves: Sequence[CorrectedLeaf]) -> CorrectionUnderWay:
    queue = f"/work/appraisals/{cycle_id}"
    return CorrectionUnderWay(
        decision=found.decided.number,
        on=found.decided.date,
        reason=found.decided.reason,
        leaves=tuple(
            CorrectedRow(
                agency=leaf.short, code=leaf.code, reason=leaf.reason, who=leaf.by_name, at=leaf.at,
                href=url(f"{queue}/{leaf.code}", agency=leaf.agency),
            )
            for leaf in leaves
        ),
        queue=url(queue),
    )  # fmt: skip


def _missing(one: YearGap, lang: Language) -> MissingLine:
    _ = translator(lang)
    text = _(one.message, **one.values) if one.values else _(one.message)
    return MissingLine(text=text, owes=_(one.owes), href=url(one.href))


def _computation(stored: StoredComputation, reading: YearReading, lang: Language) -> ComputedYear:
    _, sets = translator(lang), reading.computation.rank_sets
    return ComputedYear(
        at=stored.at,
        digest=stored.digest,
        ranked=len(reading.ranked),
        unranked=len(reading.unranked),
        headline=headline_view.headline(reading),
        warnings=tuple(_(WARNINGS[code]) for code in sets.warnings) if sets else (),
    )


def _preview(reading: YearReading, changed: Mapping[str, EditionChange], lang: Language) -> RankingPreview:
    """The ranking as it will be published."""
    return RankingPreview(
        rows=tuple(
            ranked_view.row(reading, result, order, [], changed.get(result.agency), lang)
            for order, result in enumerate(reading.ranked, start=1)
        ),
        unranked=unranked_view.unranked(reading, lang),
        axis=ranked_view.index_axis(reading, lang),
        errors=reading.computation.rank_sets is not None,
        groups=reading.given.group_by is not None,
        interval_note=interval_note(map(kind_of_interval, reading.ranked), lang),
        change=bool(changed),
    )
