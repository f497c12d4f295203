"""Steps, faults and rows of what is drafted, whatever it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.errors import N_
from parindex.store.database import Connection

DRAFT_STATES: Final[Mapping[str, str]] = {
    "drafting": N_("Đang soạn"),
    "submitted": N_("Chờ phê duyệt"),
    "returned": N_("Trả lại để sửa"),
    "approved": N_("Đã phê duyệt, chờ ban hành"),
    "published": N_("Đã ban hành"),
    "withdrawn": N_("Thôi dùng"),
}
"""States of a draft and their names."""

OPEN_STATES: Final = ("drafting", "returned")
"""States in which a draft is changed."""

FaultLevel: TypeAlias = Literal["error", "case", "note"]
"""``error``: it is not whole; ``case``: a worked case does not hold; ``note``: something to look at."""


class LineFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with what was uploaded, as it was told then."""

    level: FaultLevel
    """How bad it is."""

    code: str | None
    """The row that it stands at; ``None`` where it is about the file."""

    vi: str
    """Place, what was found and how to mend it."""

    en: str
    """The same in English."""


class OutlineLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of what was uploaded, also where it is not whole."""

    code: str
    """As written."""

    title: str
    """As written."""

    max: str
    """Points as written; empty on a sum and on a question."""

    depth: int
    """1 lĩnh vực or a page of questions, 2 and deeper what stands below."""

    leaf: bool
    """Whether it has no parts."""


class DraftStep(msgspec.Struct, frozen=True, kw_only=True):
    """A draft went on or back."""

    from_state: str
    """What it was."""

    to_state: str
    """What it became."""

    revision: int
    """With which version."""

    by_person: str
    """Who did it."""

    by_name: str | None
    """Their name."""

    at: datetime
    """When."""

    reason: str | None
    """Why, where it went back."""

    decision_number: str | None
    """Of the decision that it was published under."""

    decided_on: date | None
    """The day of that decision."""


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in the list."""

    id: UUID
    """The draft."""

    family: str
    """Its family: the name of a set, the code of a questionnaire."""

    version: str
    """The version that it will be."""

    tier: str
    """Tier of the agencies; empty for a questionnaire."""

    state: str
    """Of :data:`DRAFT_STATES`."""

    number: int
    """Of its newest version."""

    errors: int
    """What keeps it from being handed over."""

    by_name: str | None
    """Who made its newest version."""

    at: datetime
    """When."""


class DraftRemark(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of a line."""

    id: UUID
    """UUIDv7."""

    revision: int
    """The version that it was said of."""

    code: str
    """The line; empty: the whole."""

    kind: Literal["comment", "dispute"]
    """A dispute keeps the draft from being handed over and approved until it is answered."""

    said: str
    """What."""

    by_person: str
    """Who."""

    by_name: str | None
    """Their name."""

    at: datetime
    """When."""

    answer: str | None
    """What was answered."""

    answered_name: str | None
    """By whom."""

    answered_at: datetime | None
    """When."""


class ReadingSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has read a draft as it is now."""

    person_id: UUID
    """Who."""

    name: str
    """Their name."""

    codes: frozenset[str]
    """Lines that were read as they are; one that changed since is not of them."""

    last: datetime
    """When they read last."""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """By whom something was approved before it was published, and under which decision."""

    draft_id: UUID
    """The draft that it comes from."""

    revision: int
    """Which version of it."""

    approved_by: str
    """Who approved it."""

    decision_number: str
    """Số, ký hiệu."""

    decided_on: date
    """Its day."""


class PublishingDecision(msgspec.Struct, frozen=True, kw_only=True):
    """How something published was approved and under which decision, with names."""

    draft_id: UUID
    """The draft that it comes from."""

    revision: int
    """Which version of it."""

    decision_number: str
    """Số, ký hiệu."""

    decided_on: date
    """Its day."""

    approved_name: str | None
    """Who approved it."""

    by_name: str | None
    """Who published it."""

    at: datetime
    """When."""


class StandingDraft(Protocol):
    """What every draft is."""

    @property
    def id(self) -> UUID:
        """UUIDv7."""

    @property
    def family(self) -> str:
        """Its family."""

    @property
    def version(self) -> str:
        """The version that it will be."""

    @property
    def state(self) -> str:
        """Of :data:`DRAFT_STATES`."""

    @property
    def published_id(self) -> UUID | None:
        """What it was published as."""


class Revision(Protocol):
    """What every version of a draft is."""

    @property
    def number(self) -> int:
        """From 1."""

    @property
    def digest(self) -> str | None:
        """Of its document; ``None`` while something is wrong with it."""

    @property
    def outline(self) -> Collection[OutlineLine]:
        """Its rows."""

    @property
    def faults(self) -> Collection[LineFault]:
        """Everything that is wrong or to be looked at."""

    @property
    def errors(self) -> Collection[LineFault]:
        """What keeps it from being handed over."""

    @property
    def by_name(self) -> str | None:
        """Who made it; ``None`` for a command."""

    @property
    def at(self) -> datetime:
        """When."""


class Opened(Protocol):
    """A draft with its newest version."""

    @property
    def draft(self) -> StandingDraft:
        """The draft."""

    @property
    def revision(self) -> Revision:
        """Its newest version."""

    @property
    def steps(self) -> tuple[DraftStep, ...]:
        """What was done with it, oldest first."""

    @property
    def remarks(self) -> tuple[DraftRemark, ...]:
        """What was said of it, newest first."""

    def drafted_by(self, person: Person) -> bool:
        """Whether some version of it is a person's own."""


class Drafted(Protocol):
    """A kind of thing that is drafted."""

    @property
    def thing(self) -> str:
        """The thing of the policy table: ``criteria_set``, ``instrument``."""

    @property
    def tables(self) -> str:
        """How its tables begin: ``criteria``, ``instrument``."""

    @property
    def told(self) -> str:
        """How the audit tags of its drafts begin: ``criteria:draft``, ``surveys:instrument_draft``."""

    def lines(self, held: Opened) -> Mapping[str, str]:
        """What each line of a draft says, by code, as a digest: who has read it has read this; none while it is not whole."""

    async def opened(self, connection: Connection, person: Person | None, draft_id: UUID, *, hold: bool) -> Opened:
        """A draft to be read; ``hold``: nobody changes it until the transaction ends."""

    async def publish(self, connection: Connection, held: Opened, approval: Approval, by: str) -> UUID:
        """Publish what was approved. Gives the id of what was published."""


StepValues: TypeAlias = Mapping[str, Any]
"""Columns of a row."""
