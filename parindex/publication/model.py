"""An edition (ấn bản công bố): a computed year with its decision, frozen and signed."""

from __future__ import annotations

import datetime
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.errors import N_
from parindex.rankings.model import Computation, Double, Exact

Format: TypeAlias = Literal["parindex-edition/1", "parindex-edition/2"]

Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]

CellKind: TypeAlias = Literal[
    "fact", "estimate", "points", "status", "total", "max", "appraised", "survey", "bonus", "penalty", "index", "class",
    "rank", "group_rank", "interval", "rank_set", "group_rank_set",
]  # fmt: skip
"""What a cell of an edition holds; what is not ``fact``, ``estimate`` or ``points`` is of the agency as a whole."""

FORMAT: Final = "parindex-edition/2"
"""What is written now: the year names its methods."""

FIRST_FORMAT: Final = "parindex-edition/1"
"""What is read for ever: a year that names none was computed by the rules of that day."""

TAGS: Final[dict[str, str]] = {
    "publication:edition:publish": N_("Công bố kết quả"),
    "publication:edition:import": N_("Nhập kết quả đã công bố ở nơi khác"),
    "publication:edition:retract": N_("Thu hồi một ấn bản"),
    "publication:key:make": N_("Tạo khóa ký"),
}
"""Tags that this room records."""


class _EditionPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every part of an edition is: immutable, closed, built by keyword."""


class EditionDecision(_EditionPart, frozen=True):
    """The decision that publishes, or that retracts."""

    number: str | None
    """Số, ký hiệu, such as ``214/QĐ-CCHC``; null where an imported year's source does not tell."""

    date: datetime.date
    """Ngày ban hành."""

    signer: str | None
    """Người ký; null where an imported year's source does not tell."""


class TenantDocument(_EditionPart, frozen=True):
    """Who publishes."""

    code: str
    """Code in addresses."""

    name_vi: str
    """Vietnamese name."""

    name_en: str | None
    """English name."""


class EditionChange(_EditionPart, frozen=True):
    """One agency against the edition before."""

    agency: str
    """Code."""

    index: Exact | None
    """Difference of the printed indices, in percentage points; null where the two cannot be compared."""

    rank: int | None
    """Places gained (positive) or lost."""

    se: Double | None
    """Standard error of the difference, the two years' samples being independent."""

    beyond_error: bool | None
    """Whether the difference exceeds its error at the level, all agencies asked together (Holm 1979); null where an
    error is not known."""


class Previous(_EditionPart, frozen=True):
    """The edition that changes are counted from."""

    number: str
    """Its number."""

    year: int
    """Its year."""

    digest: str
    """Its digest."""

    comparable: bool
    """False: the criteria set differs and no crosswalk joins the two, so the series breaks here."""


class AuditHead(_EditionPart, frozen=True):
    """The newest sealed block of the audit record when the edition was made."""

    block: int
    """Number of the block; 0 before the first."""

    hash: str
    """Its hash."""


class CorrectionDecision(_EditionPart, frozen=True):
    """The decision under which a published year was reopened."""

    number: str
    """Số, ký hiệu."""

    date: datetime.date
    """Ngày ban hành."""

    reason: str
    """Why; the public reads it."""


class CorrectedCell(_EditionPart, frozen=True):
    """One thing that the edition before says otherwise."""

    agency: str
    """Code."""

    kind: CellKind
    """What: a fact, an estimate, the points of a node, or something of the agency as a whole."""

    name: str | None
    """Of a fact or estimate its full name, of points the code of the node; null: the agency as a whole."""

    old: str | None
    """What stood there; null: nothing, or sealed because the edition was retracted."""

    new: str | None
    """What stands there now; null: nothing."""

    reason: str | None
    """Why it was corrected; null where it follows from what was."""


class Superseded(_EditionPart, frozen=True):
    """The edition of the same year that another takes the place of."""

    number: str
    """Its number."""

    digest: Digest
    """Its digest."""

    retracted: bool
    """Whether its content was sealed; then the cells tell nothing of what stood there."""

    decision: CorrectionDecision | None
    """By which the year was reopened; null where it was published again without one."""

    cells: tuple[CorrectedCell, ...]
    """Every cell that changed: agencies in the order of the results."""


class Edition(_EditionPart, frozen=True, omit_defaults=True):
    """What is published. Its bytes and digest follow from this and nothing else."""

    format: Format
    """Format of the document: the second where the year names its methods, else the first."""

    tenant: TenantDocument
    """Who publishes."""

    number: str
    """``<year>-<tier>.<n>``; of another family ``<family>-<year>-<tier>.<n>``."""

    decision: EditionDecision
    """Số, ngày, người ký."""

    published_on: datetime.date
    """The day of publication, in the tenant's time."""

    computation: Computation
    """The year."""

    previous: Previous | None
    """The edition of the year before, of the same family and tier."""

    changes: tuple[EditionChange, ...]
    """In the order of the results; empty without a previous edition."""

    audit: AuditHead
    """Head of the audit record."""

    software: str
    """Name and version of what computed."""

    supersedes: Superseded | None = None
    """The edition that this one corrects; absent from the first of a year."""


class Signature(_EditionPart, frozen=True):
    """Whose key signed the digest."""

    algorithm: Literal["Ed25519"]
    """Always Ed25519 (RFC 8032)."""

    key_id: str
    """First 16 hex digits of the SHA-256 of the public key."""

    public_key: str
    """The public key in base64; whether it is the publisher's is for the reader to know."""

    value: str
    """The 64 bytes of the signature in base64."""


class SignedEdition(_EditionPart, frozen=True):
    """An edition as it travels."""

    edition: Edition
    """The content."""

    digest: Digest
    """SHA-256 of the content's canonical bytes, hexadecimal."""

    signature: Signature
    """Over the digest."""


class Retraction(_EditionPart, frozen=True):
    """Why an edition is no longer shown."""

    decision: EditionDecision
    """The decision."""

    reason: str
    """In a sentence."""

    digest: Digest
    """Digest of what was retracted."""

    successor: str | None
    """Number of the edition that takes its place."""


class EditionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What lists of editions show."""

    id: UUID
    """UUIDv7."""

    number: str
    """Number of the edition."""

    cycle_id: UUID
    """Its cycle."""

    computation_id: UUID
    """The computation that it publishes."""

    family: str
    """Family of the ranking."""

    year: int
    """Year measured."""

    tier: str
    """Tier of the agencies."""

    serial: int
    """1, 2 … of the same family, year and tier."""

    digest: str
    """SHA-256 of the content."""

    key_id: str
    """The key that signed."""

    decision_number: str | None
    """Số, ký hiệu."""

    decision_date: datetime.date
    """Ngày ban hành."""

    decision_signer: str | None
    """Người ký."""

    published_at: datetime.datetime
    """When."""

    published_on: datetime.date
    """The day, in the tenant's time."""

    marked: str | None
    """Mark of the data."""

    retracted: bool
    """Whether its content is sealed."""


class RetractionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A retraction as it is stored."""

    decision_number: str | None
    """Số, ký hiệu."""

    decision_date: datetime.date
    """Ngày ban hành."""

    decision_signer: str | None
    """Người ký."""

    reason: str
    """Why."""

    digest: str
    """Digest of what was retracted."""

    successor: str | None
    """Number of the edition in its place."""

    retracted_at: datetime.datetime
    """When."""


class NewEdition(msgspec.Struct, frozen=True, kw_only=True):
    """A row to store."""

    id: UUID
    """UUIDv7."""

    number: str
    """Number."""

    cycle_id: UUID
    """The cycle."""

    computation_id: UUID
    """The computation."""

    family: str
    """Family."""

    year: int
    """Year."""

    tier: str
    """Tier."""

    serial: int
    """Serial."""

    content: bytes
    """The signed file, byte for byte."""

    digest: str
    """Digest of the edition in it."""

    key_id: str
    """Signing key."""

    signature: bytes
    """64 bytes."""

    decision_number: str | None
    """Số, ký hiệu."""

    decision_date: datetime.date
    """Ngày ban hành."""

    decision_signer: str | None
    """Người ký."""

    published_at: datetime.datetime
    """When."""

    published_by: str
    """Person id, or ``system``."""

    audit_block: int
    """Head of the audit record."""

    audit_hash: str
    """Its hash."""

    previous_id: UUID | None
    """The edition that changes are counted from."""
