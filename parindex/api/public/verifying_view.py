"""What the page of verification shows: how to check an edition, and what a check found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import msgspec

from parindex.api.shared.links import EditionLink, edition_link
from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import FormError
from parindex.publication import titles, verification
from parindex.publication.model import EditionRow
from parindex.text import Language, translator

SHORTEST_START = 8
"""Digits that the beginning of a shortened digest must have."""


class SignedLine(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that can be checked."""

    number: str
    """Its number."""

    title: str
    """Tier and year."""

    href: str
    """Its page."""

    digest: str
    """SHA-256 of the content."""

    published: date
    """The day."""


class CheckLine(msgspec.Struct, frozen=True, kw_only=True):
    """One check of a file."""

    state: str
    """``holds``, ``fails`` or ``open``."""

    text: str
    """What was checked, in a sentence."""


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found."""

    state: str
    """``valid``, ``unknown_key`` or ``broken``."""

    title: str
    """In a sentence."""

    file: str = ""
    """Name of the file that was checked."""

    text: str = ""
    """What follows."""

    edition: EditionLink | None = None
    """The edition that it is."""

    digest: str | None = None
    """SHA-256 of the content."""

    checks: tuple[CheckLine, ...] = ()
    """In the order in which they were made."""


class VerifyPage(Page, frozen=True, kw_only=True):
    """How to check an edition."""

    template: ClassVar[str] = "public/verify.html"

    result: CheckResult | None = None
    """What a check found, where one was made."""

    errors: tuple[FormError, ...] = ()
    """Why the form could not be taken."""

    editions: tuple[SignedLine, ...]
    """Newest first."""


def verify_page(
    rows: Sequence[EditionRow],
    lang: Language,
    *,
    result: CheckResult | None = None,
    errors: tuple[FormError, ...] = (),
) -> VerifyPage:
    """The page over all editions that are shown."""
    _ = translator(lang)
    return VerifyPage(
        result=result,
        errors=errors,
        editions=tuple(
            SignedLine(
                number=row.number,
                title=titles.short(row.family, row.year, row.tier, _),
                href=url(f"/editions/{row.number}"),
                digest=row.digest,
                published=row.published_on,
            )
            for row in rows
            if not row.retracted
        ),
    )


def of_file(verdict: verification.Verification, row: EditionRow | None, file: str, lang: Language) -> CheckResult:
    """What checking a file found.

    Args:
        verdict: Of the file alone.
        row: The edition of the number that the file names.
        file: Its name.
        lang: The reader's language.
    """
    _ = translator(lang)
    published = row if row is not None and row.digest == verdict.digest else None
    if verdict.holds and published is not None and published.retracted:
        state, title = "broken", _("Ấn bản này đã được thu hồi.")
    elif verdict.holds and verdict.signer_known:
        state, title = "valid", _("Tệp nguyên vẹn và đúng chữ ký.")
    elif verdict.holds:
        state, title = "unknown_key", _("Tệp không thay đổi kể từ khi ký, chưa rõ người ký.")
    else:
        state, title = "broken", _("Tệp không phải là ấn bản đã ký và công bố.")
    told = _("Đây là ấn bản %(number)s đã công bố ở đây.", number=published.number) if published else ""
    return CheckResult(
        state=state,
        file=file,
        title=title,
        text=told if state == "valid" else "",
        edition=edition_link(published.number) if published else None,
        digest=verdict.digest,
        checks=tuple(CheckLine(state=check.state, text=check.text(_)) for check in verdict.checks),
    )


def of_digest(digest: str, rows: Sequence[EditionRow], lang: Language) -> CheckResult:
    """Which edition has a digest, whole or its first and last digits as pages print them."""
    _ = translator(lang)
    start, gap, end = digest.partition("…")
    shortened = bool(gap) and len(start) >= SHORTEST_START
    meant = [
        row
        for row in rows
        if row.digest == digest or (shortened and row.digest.startswith(start) and row.digest.endswith(end))
    ]
    if len(meant) != 1:
        title, told = _("Không có ấn bản nào mang mã này."), _("Đề nghị kiểm tra lại từng ký tự của mã SHA-256.")
        return CheckResult(state="broken", title=title, text=told)
    row = meant[0]
    title = _("Mã này là của ấn bản %(number)s.", number=row.number)
    return CheckResult(
        state="broken" if row.retracted else "valid",
        title=_("Ấn bản này đã được thu hồi.") if row.retracted else title,
        edition=edition_link(row.number),
        digest=row.digest,
    )
