"""What a page knows of a form that keeps what is typed into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec

from parindex.access.form_drafts import FormDraft
from parindex.access.model import Person

_ANSWER: Final = "/answer"

TYPED_STEPS: Final = ("remarks", "return", "withdraw")
"""Forms on the page of a draft of a set or a questionnaire into which somebody types."""


class KeptForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed into a form and not saved, for the page that asks for it."""

    form: str
    """The form that was asked for."""

    fields: Mapping[str, str]
    """Text by name; several values of one name are its lines."""

    at: datetime
    """When it came."""


class DraftMark(msgspec.Struct, frozen=True, kw_only=True):
    """A form that keeps what is typed into it."""

    form: str
    """Its address within the tenant."""

    owner: UUID
    """Who types: what a browser keeps is given back to nobody else."""

    typed: Mapping[str, str] | None
    """What was typed and not saved."""

    kept_at: datetime | None
    """When that came."""


def declaration_form(sheet_id: UUID, code: str) -> str:
    """The form that declares a leaf."""
    return f"/work/sheets/{sheet_id}/{quote(code)}"


def answer_form(sheet_id: UUID, code: str) -> str:
    """The form that answers a request."""
    return declaration_form(sheet_id, code) + _ANSWER


def decision_form(cycle_id: UUID, code: str, agency: str) -> str:
    """The form of a decision on an agency's leaf."""
    return f"/work/appraisals/{cycle_id}/{quote(code)}?{urlencode({'agency': agency})}"


def step_form(draft: str, step: str) -> str:
    """A form of :data:`TYPED_STEPS` on the page of a draft."""
    return f"{draft}/{step}"


def page_of(form: str) -> str:
    """The page that a form stands on."""
    for step in TYPED_STEPS:
        if form.endswith(f"/{step}"):
            return form.removesuffix(f"/{step}")
    return form.removesuffix(_ANSWER)


def mark(person: Person, form: str, draft: FormDraft | None, stands: Mapping[str, str]) -> DraftMark:
    """A form with its draft; one that says what stands already is none.

    Args:
        person: Who reads the page.
        form: Address of the form.
        draft: What the person typed into it.
        stands: What its fields hold otherwise, by name.
    """
    differs = draft is not None and any(
        draft.fields.get(name, "").splitlines() != text.splitlines() for name, text in stands.items()
    )
    return DraftMark(
        form=form,
        owner=person.id,
        typed=draft.fields if draft and differs else None,
        kept_at=draft.kept_at if draft and differs else None,
    )
