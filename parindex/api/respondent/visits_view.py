"""What the pages of a visit show, but for the questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import FormError
from parindex.surveys.answers import form_fields, receipts
from parindex.surveys.answers.visits import Session
from parindex.text import Language, translator, words


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What the respondent agrees to."""

    version: str
    """Version of the information sheet."""

    href: str
    """The sheet."""

    least: int
    """Fewest answers that are published together."""

    withdraw: str
    """Where consent is taken back."""


class RespondentPage(Page, frozen=True, kw_only=True):
    """What every page of a respondent shows; a page without a visit has neither."""

    consent: Consent | None
    """What was agreed to."""

    contact: str | None
    """Whom to ask."""


class SurveyHead(msgspec.Struct, frozen=True, kw_only=True):
    """The survey that asks."""

    title: str
    """What it is called."""

    agency: str | None
    """Whom it asks about; ``None`` after the lock."""

    until: date
    """The last day."""

    minutes: int
    """How long it takes."""

    steps: int
    """Pages of questions."""

    questions: int
    """Questions."""


class StartPage(RespondentPage, frozen=True, kw_only=True):
    """What is asked, by whom and what is kept."""

    template: ClassVar[str] = "respondent/start.html"

    survey: SurveyHead
    """The survey."""

    begun: bool
    """Whether something was answered already, or the information sheet was agreed to."""


class PausedPage(RespondentPage, frozen=True, kw_only=True):
    """What was answered is kept."""

    template: ClassVar[str] = "respondent/paused.html"

    survey: SurveyHead
    """The survey."""

    next: int | None
    """The first page with something open; ``None``: everything is answered."""


class GroupLine(msgspec.Struct, frozen=True, kw_only=True):
    """A page of questions, as the last look shows it."""

    step: int
    """Its place, from 1."""

    title: str
    """What it is about."""

    href: str
    """Where it is."""

    total: int
    """Questions."""

    answered: int
    """Questions with an answer."""

    id: str
    """What the summary of errors leads to."""


class ReviewPage(RespondentPage, frozen=True, kw_only=True):
    """The last look before sending."""

    template: ClassVar[str] = "respondent/review.html"

    groups: tuple[GroupLine, ...]
    """Pages in order."""

    errors: tuple[FormError, ...]
    """Pages with something open."""

    content: str
    """Names what is shown, so that a second click is known to be the same."""

    last: str
    """The last page of questions."""


class ReceiptPage(RespondentPage, frozen=True, kw_only=True):
    """The response is stored."""

    template: ClassVar[str] = "respondent/receipt.html"

    survey: SurveyHead
    """The survey."""

    code: str | None
    """Only for the browser that sent the response."""

    scored: int
    """Scored questions."""

    about: bool
    """Whether questions about the respondent were asked."""


class InformationPage(RespondentPage, frozen=True, kw_only=True):
    """The information sheet."""

    template: ClassVar[str] = "respondent/information.html"

    survey: SurveyHead
    """The survey."""


class WithdrawPage(RespondentPage, frozen=True, kw_only=True):
    """Taking consent back."""

    template: ClassVar[str] = "respondent/withdraw.html"

    typed: str
    """What was typed."""

    errors: tuple[FormError, ...]
    """Why nothing was withdrawn."""

    draft: bool
    """Whether answers are kept that were not sent."""


class WithdrawnPage(RespondentPage, frozen=True, kw_only=True):
    """The answers are erased."""

    template: ClassVar[str] = "respondent/withdrawn.html"


def consent_of(session: Session) -> Consent:
    """What the respondent of a session agrees to."""
    return Consent(
        version=session.round.information,
        href=url("/survey/information"),
        least=session.round.min_n,
        withdraw=url("/survey/withdraw"),
    )


def survey_of(session: Session, lang: Language) -> SurveyHead:
    """The survey of a session."""
    place, groups = session.place, session.form.groups
    return SurveyHead(
        title=session.round.title(lang),
        agency=(place.agency_en or place.agency_vi) if lang == "en" else place.agency_vi,
        until=session.round.closes_on,
        minutes=form_fields.minutes_of(session.layout, session.form),
        steps=len(groups),
        questions=sum(len(session.layout.groups[code].items) for code in groups),
    )


def start_page(session: Session, lang: Language) -> StartPage:
    """The first page of a visit."""
    return StartPage(
        consent=consent_of(session),
        contact=session.round.contact,
        survey=survey_of(session, lang),
        begun=session.visit.agreed or session.draft.answers != session.layout.blank(),
    )


def paused_page(session: Session, lang: Language) -> PausedPage:
    """The page after *stop here*."""
    return PausedPage(
        consent=consent_of(session),
        contact=session.round.contact,
        survey=survey_of(session, lang),
        next=next_step(session),
    )


def review_page(session: Session, open_steps: Iterable[int], content: str, lang: Language) -> ReviewPage:
    """The last look.

    Args:
        session: The visit.
        open_steps: Pages with something open, which is told.
        content: Names what is shown.
        lang: The reader's language.
    """
    _ = translator(lang)
    groups = tuple(_line(session, step, code, lang) for step, code in enumerate(session.form.groups, 1))
    return ReviewPage(
        consent=consent_of(session),
        contact=session.round.contact,
        groups=groups,
        errors=tuple(
            FormError(
                id=groups[step - 1].id,
                message=_("Phần %(step)s: %(title)s", step=step, title=groups[step - 1].title),
            )
            for step in dict.fromkeys(open_steps)
        ),
        content=content,
        last=url(f"/survey/{len(groups)}"),
    )


def _line(session: Session, step: int, code: str, lang: Language) -> GroupLine:
    group = session.layout.groups[code]
    return GroupLine(
        step=step,
        title=words(group.title, lang),
        href=url(f"/survey/{step}"),
        total=len(group.items),
        answered=form_fields.answered_items(session.layout, group, session.draft.answers),
        id=f"group-{step}",
    )


def receipt_page(session: Session, lang: Language) -> ReceiptPage:
    """The receipt of a visit."""
    asked = session.form.groups
    return ReceiptPage(
        consent=consent_of(session),
        contact=session.round.contact,
        survey=survey_of(session, lang),
        code=receipts.spaced(session.receipt) if session.visit.sent else None,
        scored=sum(place.group.code in asked for place in session.layout.scored),
        about=any(session.layout.groups[code].area is None for code in asked),
    )


def information_page(session: Session, lang: Language) -> InformationPage:
    """The information sheet of a visit."""
    return InformationPage(consent=consent_of(session), contact=session.round.contact, survey=survey_of(session, lang))


def withdraw_page(session: Session | None, typed: str, errors: tuple[FormError, ...]) -> WithdrawPage:
    """The page on which consent is taken back, with or without a visit."""
    if session is None:
        return WithdrawPage(consent=None, contact=None, typed=typed, errors=errors, draft=False)
    return WithdrawPage(
        consent=consent_of(session),
        contact=session.round.contact,
        typed=typed,
        errors=errors,
        draft=not session.used and session.draft.answers != session.layout.blank(),
    )


def next_step(session: Session) -> int | None:
    """The first page with something open; ``None`` when everything is answered."""
    return next((step for step, _ in form_fields.open_items(session.layout, session.form, session.draft.answers)), None)
