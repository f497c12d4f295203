"""Drafts of criteria sets: what was uploaded, what is wrong with it, who read, disputed and approved it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.errors import N_

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
"""``error``: it is no set; ``case``: a worked case does not hold; ``note``: something to look at."""

RevisionWay: TypeAlias = Literal["file", "clone", "rule", "cases", "appraisers"]
"""How a version of a draft came to be."""


class LineFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with what was uploaded, as it was told then."""

    level: FaultLevel
    """How bad it is."""

    code: str | None
    """The criterion that it stands at; ``None`` where it is about the file."""

    vi: str
    """Place, what was found and how to mend it."""

    en: str
    """The same in English."""


class OutlineLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of what was uploaded, also where it is no set."""

    code: str
    """As written."""

    title: str
    """As written."""

    max: str
    """As written; empty on a sum."""

    depth: int
    """1 lĩnh vực, 2 tiêu chí, 3 and deeper tiêu chí thành phần."""

    leaf: bool
    """Whether it has no parts."""


class DraftRevision(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a draft; it never changes."""

    number: int
    """From 1."""

    way: RevisionWay
    """How it came to be."""

    file_name: str
    """Of the file that the draft comes from."""

    file_sha256: str | None
    """That file's content; ``None`` where there was none."""

    document: str | None
    """The canonical set as JSON; ``None`` while something is wrong with it."""

    digest: str | None
    """SHA-256 of the document."""

    outline: tuple[OutlineLine, ...]
    """Its rows."""

    faults: tuple[LineFault, ...]
    """Everything that is wrong or to be looked at."""

    cases: str
    """Its worked cases as YAML; empty for none."""

    case_count: int
    """How many there are."""

    by_person: str
    """Who made it."""

    by_name: str | None
    """Their name; ``None`` for a command."""

    at: datetime
    """When."""

    @property
    def errors(self) -> tuple[LineFault, ...]:
        """What keeps it from being handed over."""
        return tuple(fault for fault in self.faults if fault.level != "note")


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


class DraftRemark(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of a line."""

    id: UUID
    """UUIDv7."""

    revision: int
    """The version that it was said of."""

    code: str
    """The criterion; empty: the whole set."""

    kind: Literal["comment", "dispute"]
    """A dispute keeps the set from being handed over and approved until it is answered."""

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


class CriteriaDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a set on its way to be published."""

    id: UUID
    """UUIDv7."""

    family: str
    """Its family."""

    version: str
    """The version that it will be."""

    tier: str
    """Tier of the agencies."""

    base_id: UUID | None
    """The published set that it is compared with."""

    published_id: UUID | None
    """What it was published as."""

    state: str
    """Of :data:`DRAFT_STATES`."""


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in the list."""

    id: UUID
    """The draft."""

    family: str
    """Its family."""

    version: str
    """The version that it will be."""

    tier: str
    """Tier of the agencies."""

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


class SetDecision(msgspec.Struct, frozen=True, kw_only=True):
    """How a published set was approved and under which decision."""

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


class SetUse(msgspec.Struct, frozen=True, kw_only=True):
    """A year that is bound to a published set."""

    cycle_id: UUID
    """The year's cycle."""

    criteria_set_id: UUID
    """The set."""

    family: str
    """The index."""

    year: int
    """The year that is assessed."""

    tier: str
    """The tier of its agencies."""

    state: str
    """Its state."""
