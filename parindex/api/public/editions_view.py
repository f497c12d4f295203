"""What the pages of editions show: the list, and an edition for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import ClassVar

import msgspec

from parindex.agencies.model import TIERS
from parindex.api.public.corrections_view import (
    ON_EDITION,
    CorrectionNote,
    FollowerTold,
    correction_note,
    follower,
    follower_told,
)
from parindex.api.public.edition_names import path_of, set_href
from parindex.api.public.merger_words import MEAN_ERROR, merger_told, mergers_of
from parindex.api.public.rankings_view import Seal, seal
from parindex.api.shared.links import EditionLink, edition_link
from parindex.api.shared.page import Page, url
from parindex.publication import open_data, titles
from parindex.publication.model import EditionDecision, EditionRow, Retraction
from parindex.publication.reading import YearReading
from parindex.rankings.registry_documents import SetChangeDocument
from parindex.text import Language, date_text, local_day, number, translator, words


class EditionLine(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in the list."""

    number: str
    """Its number."""

    href: str
    """Its page."""

    title: str
    """Tier and year."""

    published: date
    """The day."""

    decision: str | None
    """Number of the decision."""

    digest: str
    """SHA-256 of the content."""

    retracted: bool
    """Whether its content is sealed."""

    marked: str | None
    """Mark of the data."""


class EditionsPage(Page, frozen=True, kw_only=True):
    """All editions, retracted ones too."""

    template: ClassVar[str] = "public/editions.html"

    editions: tuple[EditionLine, ...]
    """Newest first."""


class KeyLink(msgspec.Struct, frozen=True, kw_only=True):
    """The key that signed."""

    id: str
    """Its name."""

    href: str
    """Where it is shown."""


class EditionTold(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in words; what only its content tells is left out of a retracted one."""

    number: str
    """Its number."""

    title: str
    """Index, tier and year."""

    year: int
    """Year measured."""

    tier: str
    """Tier in words."""

    published: date
    """The day."""

    ranking_href: str
    """The ranking of its year."""

    digest: str
    """SHA-256 of the content."""

    signature: str | None = None
    """Base64."""

    key: KeyLink | None = None
    """The key that signed."""

    audit_head: str | None = None
    """Head of the audit record when it was published."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an edition is made from."""

    label: str
    """What it is."""

    value: str
    """Which."""

    href: str | None
    """Its page."""


class EditionFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an edition."""

    label: str
    """What it holds."""

    name: str
    """File name."""

    kind: str
    """``CSV``, ``XLSX`` or ``JSON``."""

    href: str
    """Where it is."""

    size: int
    """Bytes."""

    digest: str
    """SHA-256."""


class RetractionTold(msgspec.Struct, frozen=True, kw_only=True):
    """Why an edition is no longer shown."""

    decision: str
    """The decision, in words."""

    date: date
    """Its day."""

    reason: str
    """In a sentence."""

    successor: EditionLink | None
    """The edition in its place."""


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An edition of the same year."""

    number: str
    """Its number."""

    href: str
    """Its page."""

    date: date
    """When it was published."""

    note: str
    """What it was."""

    current: bool
    """Whether this page shows it."""


class EditionPage(Page, frozen=True, kw_only=True):
    """An edition for ever."""

    template: ClassVar[str] = "public/edition.html"

    edition: EditionTold
    """The edition in words."""

    decision: EditionDecision
    """What published it; an imported year's source may tell its day alone."""

    seal: Seal
    """Whether it is what was signed."""

    made_from: tuple[Origin, ...]
    """Set, surveys, seed, program; none of a retracted edition."""

    files: tuple[EditionFile, ...]
    """Its files; none of a retracted edition."""

    signed_name: str
    """File name of the signed edition."""

    retracted: RetractionTold | None
    """Why it is no longer shown."""

    follower: FollowerTold | None = None
    """What took its place, while it stays readable."""

    note: CorrectionNote | None = None
    """What it corrects in the edition before."""

    history: tuple[HistoryLine, ...]
    """All editions of the year, newest first."""


def editions_page(rows: Sequence[EditionRow], lang: Language) -> EditionsPage:
    """The page of all editions."""
    _ = translator(lang)
    return EditionsPage(
        editions=tuple(
            EditionLine(
                number=row.number,
                href=url(f"/editions/{row.number}"),
                title=titles.short(row.family, row.year, row.tier, _),
                published=row.published_on,
                decision=row.decision_number,
                digest=row.digest,
                retracted=row.retracted,
                marked=row.marked,
            )
            for row in rows
        )
    )


def edition_page(
    reading: YearReading, row: EditionRow, history: Sequence[EditionRow], content: bytes, lang: Language
) -> EditionPage:
    """The page of an edition that is shown.

    Args:
        reading: The edition.
        row: The same in the list of editions.
        history: All editions of its year.
        content: The signed file.
        lang: The reader's language.
    """
    _ = translator(lang)
    assert reading.signed is not None
    name, whole = signed_name(row), hashlib.sha256(content).hexdigest()
    signed = _file(_("Ấn bản đầy đủ, đã ký"), name, url(f"/editions/{row.number}.json"), len(content), whole)
    return EditionPage(
        edition=msgspec.structs.replace(
            told(row, lang),
            signature=reading.signed.signature.value,
            key=KeyLink(id=row.key_id, href=url("/keys")),
            audit_head=reading.edition.audit.hash,
        ),
        decision=_decision(row),
        seal=seal(reading),
        made_from=_made_from(reading, lang),
        files=(signed, *(msgspec.structs.replace(file, href=url(file.href)) for file in tables(reading, lang))),
        signed_name=name,
        retracted=None,
        follower=follower_told(row, history),
        note=correction_note(reading, ON_EDITION, lang),
        history=_history(row, history, lang),
    )


def retracted_page(
    row: EditionRow, retraction: Retraction, history: Sequence[EditionRow], lang: Language
) -> EditionPage:
    """The page of an edition that was taken back: the decision, the digest and the successor stay."""
    _ = translator(lang)
    successor = successor_of(row, retraction, history)
    return EditionPage(
        edition=told(row, lang),
        decision=_decision(row),
        seal=Seal(state="sealed", digest=row.digest, href=url("/verify")),
        made_from=(),
        files=(),
        signed_name=signed_name(row),
        retracted=RetractionTold(
            decision=_("Quyết định số %(number)s", number=retraction.decision.number),
            date=retraction.decision.date,
            reason=retraction.reason,
            successor=edition_link(successor) if successor else None,
        ),
        follower=None,
        note=None,
        history=_history(row, history, lang),
    )


def successor_of(row: EditionRow, retraction: Retraction, history: Sequence[EditionRow]) -> str | None:
    """The edition in the place of one that was taken back: as the decision says, else the one that corrects it."""
    found = follower(row, history)
    return retraction.successor or (found.number if found else None)


def signed_name(row: EditionRow) -> str:
    """File name of the signed edition."""
    return f"edition-{row.number}.json"


def told(row: EditionRow, lang: Language) -> EditionTold:
    """An edition in words, without what only its content tells."""
    _ = translator(lang)
    return EditionTold(
        number=row.number,
        title=titles.index(row.family, _) + ", " + titles.short(row.family, row.year, row.tier, _).lower(),
        year=row.year,
        tier=_(TIERS[row.tier]),
        published=row.published_on,
        ranking_href=url(path_of(row.family, row.year, row.tier)),
        digest=row.digest,
    )


def _decision(row: EditionRow) -> EditionDecision:
    return EditionDecision(number=row.decision_number, date=row.decision_date, signer=row.decision_signer)


def _history(row: EditionRow, history: Sequence[EditionRow], lang: Language) -> tuple[HistoryLine, ...]:
    _ = translator(lang)
    first = min(edition.serial for edition in history)
    return tuple(
        HistoryLine(
            number=edition.number,
            href=url(f"/editions/{edition.number}"),
            date=local_day(edition.published_at),
            note=(_("Công bố lần đầu") if edition.serial == first else _("Đính chính"))
            + _became(edition, history, lang),
            current=edition.number == row.number,
        )
        for edition in history
    )


def _became(edition: EditionRow, history: Sequence[EditionRow], lang: Language) -> str:
    _ = translator(lang)
    if edition.retracted:
        return " · " + _("đã thu hồi")
    after = follower(edition, history)
    return " · " + _("đã được thay thế bởi %(number)s", number=after.number) if after else ""


def _made_from(reading: YearReading, lang: Language) -> tuple[Origin, ...]:
    _ = translator(lang)
    given, sets = reading.given, reading.computation.rank_sets
    origins: list[tuple[str, str, str | None]] = [
        (_("Bộ tiêu chí"), words(reading.criteria_set.title, lang), set_href(reading))
    ]
    for survey in given.surveys:
        version = f" {survey.version}" if survey.version else ""
        held = _("%(title)s%(version)s, %(n)s phiếu", title=survey.title, version=version, n=number(survey.n, 0, lang))
        origins.append((_("Khảo sát"), held, None))
    if given.printed:
        origins.append((_("Nguồn"), given.printed.source, None))
    if sets is not None and sets.draws:
        drawn = _("%(draws)s lượt, hạt giống %(seed)s, %(generator)s, %(libraries)s",
                  draws=number(sets.draws, 0, lang), seed=sets.seed, generator=sets.generator, libraries=sets.libraries)  # fmt: skip
        origins.append((_("Khoảng hạng"), drawn, None))
    if reading.edition.supersedes:
        replaced = reading.edition.supersedes.number
        origins.append((_("Thay thế ấn bản"), replaced, url(f"/editions/{replaced}")))
    if reading.edition.previous:
        before = reading.edition.previous.number
        origins.append((_("So với ấn bản"), before, url(f"/editions/{before}")))
    origins += [(_("Cơ quan kết thúc trong kỳ"), merger_told(one, lang), None) for one in mergers_of(reading)]
    if reading.given.methods and reading.given.methods.mean_error:
        origins.append((_("Sai số chọn mẫu của điểm bình quân"), _(MEAN_ERROR), None))
    changed = reading.given.methods.set_changes if reading.given.methods else ()
    origins += [(_("Bộ tiêu chí sửa trong kỳ"), set_change_told(one, lang), None) for one in changed]
    origins.append((_("Phần mềm"), reading.edition.software, None))
    return tuple(Origin(label=label, value=value, href=href) for label, value, href in origins)


def set_change_told(one: SetChangeDocument, lang: Language) -> str:
    """How a set was corrected while its year was open, in words."""
    _ = translator(lang)
    return _(
        "từ %(older)s sang %(newer)s theo %(decision)s ngày %(day)s", older=one.older, newer=one.newer,
        decision=one.decision, day=date_text(one.decided_on, lang),
    )  # fmt: skip


@lru_cache(maxsize=32)
def tables(reading: YearReading, lang: Language) -> tuple[EditionFile, ...]:
    """The tables of an edition, made once, for an edition never changes; their addresses without the tenant."""
    _ = translator(lang)
    name, path = reading.edition.number, f"/editions/{reading.edition.number}"
    sheet = open_data.ranking_xlsx(reading.edition, _, titles.ranking(reading.given, _))
    ranking, criteria = open_data.ranking_csv(reading.edition), open_data.criteria_csv(reading.edition)
    made = [
        (_("Bảng xếp hạng"), f"ranking-{name}.csv", f"{path}.csv", ranking),
        (_("Điểm từng tiêu chí"), f"criteria-{name}.csv", f"{path}/criteria.csv", criteria),
        (_("Bảng xếp hạng và điểm từng tiêu chí"), f"ranking-{name}.xlsx", f"{path}.xlsx", sheet),
    ]
    return tuple(
        _file(label, file, href, len(data), hashlib.sha256(data).hexdigest()) for label, file, href, data in made
    )


def _file(label: str, name: str, href: str, size: int, digest: str) -> EditionFile:
    kind = name.rpartition(".")[2].upper()
    return EditionFile(label=label, name=name, kind=kind, href=href, size=size, digest=digest)
