"""Drafts of questionnaires."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.approvals.model import DraftRemark, DraftStep, LineFault, OutlineLine
from parindex.surveys.questionnaire.instrument import Instrument


class InstrumentDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a questionnaire on its way to be published."""

    id: UUID
    """UUIDv7."""

    family: str
    """Code of the questionnaire."""

    version: str
    """The version that it will be."""

    base_id: UUID | None
    """The published version that it is compared with."""

    published_id: UUID | None
    """What it was published as."""

    state: str
    """Of ``DRAFT_STATES``."""


class InstrumentRevision(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a draft; it never changes."""

    number: int
    """From 1."""

    way: Literal["file", "clone"]
    """How it came to be: from a file, or as a copy of a published version."""

    file_name: str
    """Of the file, or of the copy."""

    source: str
    """The text of the file."""

    document: str | None
    """The canonical questionnaire as JSON; ``None`` while something is wrong with it."""

    digest: str | None
    """SHA-256 of the document."""

    outline: tuple[OutlineLine, ...]
    """Its pages and questions."""

    faults: tuple[LineFault, ...]
    """Everything that is wrong."""

    by_person: str
    """Who made it."""

    by_name: str | None
    """Their name; ``None`` for a command."""

    at: datetime
    """When."""

    @property
    def errors(self) -> tuple[LineFault, ...]:
        """What keeps it from being handed over."""
        return self.faults


class InstrumentVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A published version in a list."""

    id: UUID
    """UUIDv7."""

    code: str
    """Code of the questionnaire."""

    version: str
    """Its version."""

    digest: str
    """SHA-256 of its document."""

    published_at: datetime
    """When."""

    rounds: int
    """Survey rounds that ask it."""


class OpenedInstrument(msgspec.Struct, frozen=True, kw_only=True):
    """A draft with its newest version and everything that was done about it."""

    draft: InstrumentDraft
    """The draft."""

    revision: InstrumentRevision
    """Its newest version."""

    instrument: Instrument | None
    """That version as a questionnaire; ``None`` while it is none."""

    base: Instrument | None
    """The published version that it is compared with."""

    steps: tuple[DraftStep, ...]
    """What was done with it, oldest first."""

    remarks: tuple[DraftRemark, ...]
    """What was said of it, newest first."""

    drafters: frozenset[str]
    """Everybody who made a version of it."""

    def drafted_by(self, person: Person) -> bool:
        """Whether some version of it is a person's own."""
        return person.actor in self.drafters
