"""Shapes of a year: cycle, sheet, entry, evidence, decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

import msgspec

from parindex.assessments.assignments.model import Assignments
from parindex.errors import N_

SheetState = Literal["not_started", "drafting", "with_leader", "submitted", "auto_locked", "no_submission", "appraisal_1",
    "closed", "handed_over"]  # fmt: skip
PointsStage = Literal["self", "round1", "round2", "final"]
DecisionKind = Literal["accept", "change_facts", "set_points", "ask"]

CYCLE_STATES: Final[dict[str, str]] = {
    "draft": N_("Nháp"), "issued": N_("Đã ban hành"), "self_assessment": N_("Đang tự đánh giá"),
    "appraisal_1": N_("Đang thẩm định lần 1"), "explanation": N_("Đang giải trình, bổ sung"),
    "appraisal_2": N_("Đang thẩm định lần 2"), "council": N_("Họp Hội đồng"), "consolidation": N_("Đang tổng hợp"),
    "approval": N_("Trình phê duyệt"), "published": N_("Đã công bố"), "correction": N_("Đang đính chính"),
    "archived": N_("Lưu trữ"), "paused": N_("Tạm dừng"), "cancelled": N_("Đã hủy"),
}  # fmt: skip
"""States of a cycle and their names."""

SHEET_STATES: Final[dict[str, str]] = {
    "not_started": N_("Chưa bắt đầu"), "drafting": N_("Đang nhập"), "with_leader": N_("Chờ lãnh đạo duyệt"),
    "submitted": N_("Đã gửi"), "auto_locked": N_("Chốt tự động, chưa ký"), "no_submission": N_("Chưa nộp phiếu"),
    "appraisal_1": N_("Đang thẩm định"), "closed": N_("Đã chốt"),
    "handed_over": N_("Đã bàn giao cho cơ quan kế thừa"),
}  # fmt: skip
"""States of a sheet and their names."""

ENTRY_STATES: Final[dict[str, str]] = {
    "open": N_("Chưa xem"),
    "reopened": N_("Mở lại để kê khai"),
    "asked": N_("Yêu cầu giải trình"),
    "answered": N_("Đã bổ sung"),
    "agreed": N_("Thống nhất"),
    "changed": N_("Điều chỉnh"),
}
"""What the appraisers have made of an entry, and its name."""

DECISION_KINDS: Final[dict[str, str]] = {
    "accept": N_("Đồng ý với số liệu kê khai"),
    "change_facts": N_("Điều chỉnh số liệu, có lý do"),
    "set_points": N_("Đặt điểm, có lý do"),
    "ask": N_("Yêu cầu giải trình"),
}
"""What an appraiser may decide, and its name."""

WITH_AGENCIES: Final = ("not_started", "drafting", "with_leader")
"""States in which a sheet lies with its agency."""
WITH_APPRAISERS: Final = ("submitted", "auto_locked", "appraisal_1")
"""States in which a sheet lies with the appraisers."""
SENT: Final = (*WITH_APPRAISERS, "closed")
"""States of a sheet that lies, or lay, with the appraisers."""


class _Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every value of this room is."""


class Cycle(_Frozen, frozen=True):
    """A family's year for one tier of agencies."""

    id: UUID
    """Its id."""

    family: str
    """The index, such as ``par-index``."""

    year: int
    """The year that is assessed."""

    tier: str
    """The tier of its agencies."""

    criteria_set_id: UUID
    """The published version that its sheets answer, for ever."""

    state: str
    """One of :data:`CYCLE_STATES`."""

    marked: str | None
    """``illustrative``, ``simulated``, ``imported``, or ``None`` for real data."""

    opens_at: datetime | None
    """When self-assessment begins."""

    due: datetime | None
    """The first moment that is late for a sheet (24:00 of the last day): lateness counts from here."""

    closes: datetime | None
    """The first moment at which no sheet is taken any more; ``None``: it is closed by hand."""

    appraisal_due: datetime | None
    """The first moment that is late for an appraisal."""

    withdrawals: int = 1
    """How often an agency may take back a sheet that nobody has opened."""

    group_by: str | None = None
    """The attribute within whose values agencies are also ranked: ``region`` or one of the set; ``None``: no groups."""


class LeafOwner(_Frozen, frozen=True):
    """A body below an agency that declares a leaf of its sheet, beside the agency itself."""

    id: UUID
    """The body."""

    name: str
    """Its name."""


class Sheet(_Frozen, frozen=True):
    """One agency in one cycle."""

    id: UUID
    """Its id."""

    cycle_id: UUID
    """Its cycle."""

    agency_id: UUID
    """Whose it is."""

    agency_code: str
    """Official code."""

    agency_name: str
    """Vietnamese name."""

    agency_short: str
    """Name for narrow columns."""

    region: str | None
    """Region of the agency."""

    attributes: Mapping[str, str]
    """What the criteria set asks of the agency itself, canonical text by name."""

    ranked: bool
    """False: scored, not ranked."""

    state: SheetState
    """One of :data:`SHEET_STATES`."""

    declared: int
    """Leaves whose points can be told (or that do not apply)."""

    applicable: int
    """Leaves that the agency declares."""

    points_now: Decimal | None
    """Known points of what is declared, without bonus and penalty."""

    max_now: Decimal | None
    """Maximum of what is declared by the agency and applies."""

    receipt: str | None
    """Mã biên nhận of the last submission."""

    withdrawals: int
    """How often it was withdrawn: 0 or 1."""

    return_reason: str | None
    """Why the leader sent it back, while it is being mended."""

    formal_fault: str | None
    """Why the council's office gave it back, while it is being mended."""

    changed_at: datetime
    """When its state changed last."""

    row_version: int
    """Counts changes."""

    due: datetime | None = None
    """The first moment that is late for this sheet: of its year, or of its own extension."""

    closes: datetime | None = None
    """The first moment at which it is not taken any more."""

    extended: bool = False
    """Whether it has an extension of its own."""

    shut: bool = False
    """Whether that moment has come, by the clock of the database."""

    days_late: int = 0
    """Days after it was due, until it was handed in or locked, else until now; 0 in time."""

    owners: Mapping[str, LeafOwner] = {}
    """Owner bodies by the leaf that each declares; none of a leaf that the agency declares alone."""

    assignments: Assignments = Assignments()
    """Who has which leaf; of a sheet that was read alone, empty in lists."""


class SheetEntry(_Frozen, frozen=True):
    """One leaf of a sheet."""

    id: UUID
    """Its id."""

    sheet_id: UUID
    """Its sheet."""

    code: str
    """Code of the leaf in the criteria set."""

    max: Decimal
    """Maximum of the leaf."""

    facts: Mapping[str, str]
    """Declared facts of this leaf alone, canonical text by full name."""

    judged: Decimal | None
    """Points proposed where the rule is a judgement."""

    inapplicable: bool
    """The agency proposes that the leaf does not apply."""

    explanation: str
    """Giải trình."""

    state: str
    """One of :data:`ENTRY_STATES`."""

    row_version: int
    """Counts changes; a form names the one it was made from."""

    updated_by: str | None
    """Person who changed it last."""

    updated_by_name: str | None
    """Name of that person."""

    updated_at: datetime | None
    """When."""

    reopen_closes: datetime | None = None
    """The first moment at which it is not declared anew any more, where a corrected set has opened it again."""

    reopen_shut: bool = False
    """Whether that moment has come, by the clock of the database."""

    @property
    def reopened(self) -> bool:
        """Whether it lies with its agency again although its sheet was sent."""
        return self.state == "reopened" and not self.reopen_shut


class SharedFact(_Frozen, frozen=True):
    """A fact of the sheet that several leaves take."""

    name: str
    """Name in the criteria set."""

    value: str | None
    """Declared, canonical text."""

    accepted: str | None
    """Set by an appraiser in place of what was declared."""

    accepted_from: UUID | None
    """The entry whose appraisal set it."""

    row_version: int
    """Counts changes."""

    updated_by_name: str | None
    """Who changed it last."""

    updated_at: datetime
    """When."""

    @property
    def effective(self) -> str | None:
        """What holds after appraisal."""
        return self.value if self.accepted is None else self.accepted


class Declaration(_Frozen, frozen=True):
    """What a person has entered for one leaf, read and typed."""

    code: str
    """The leaf."""

    facts: Mapping[str, str] = {}
    """Canonical text by full name; shared facts by bare name, a judgement as ``3.3.judged``."""

    inapplicable: bool = False
    """Proposes that the leaf does not apply."""

    explanation: str = ""
    """Giải trình."""

    row_version: int = 1
    """The version that the form was made from."""

    shared_versions: Mapping[str, int] = {}
    """The same for each shared fact; 0 where none was stored yet."""


class Document(_Frozen, frozen=True):
    """A record of the evidence register."""

    id: UUID
    """Its id."""

    agency_id: UUID
    """Who registered it."""

    number: str
    """Số, ký hiệu."""

    issued_on: date
    """Ngày ban hành."""

    issuer: str
    """Cơ quan ban hành."""

    abstract: str
    """Trích yếu."""

    sha256: str
    """Content of the file."""

    file_name: str
    """Name that the file came under; never a path."""

    media_type: str
    """Found from the content."""

    size: int
    """Bytes."""

    registered_at: datetime
    """When."""

    withdrawn_at: datetime | None
    """When it was withdrawn; it stays readable where it is attached."""

    uses: int
    """Entries of open or closed sheets that it is attached to."""


class Attached(_Frozen, frozen=True):
    """A document that proves an entry."""

    id: UUID
    """Of the attachment."""

    entry_id: UUID
    """The entry."""

    document: Document
    """The record."""

    pages: str
    """Where to look, such as ``trang 4–6``."""


class AppraisalDecision(_Frozen, frozen=True):
    """What an appraiser decided on an entry; never changed, only followed by another."""

    id: UUID
    """Its id."""

    entry_id: UUID
    """The entry."""

    round: int
    """1 or 2."""

    kind: DecisionKind
    """What was decided."""

    facts: Mapping[str, str]
    """Accepted in place of the declared, canonical text by full name."""

    points: Decimal | None
    """Set, where no rule can say it."""

    inapplicable: bool
    """The proposal that the leaf does not apply was accepted."""

    reason: str
    """What the agency reads."""

    decided_by: str
    """Person."""

    decided_by_name: str | None
    """Name of that person."""

    at: datetime
    """When."""

    answer: str | None
    """What the agency answered to a request."""

    answered_at: datetime | None
    """When."""

    for_name: str | None = None
    """Name of the person in whose place it was decided."""

    superseded: bool = False
    """Whether a corrected set has opened the entry again since."""


class StagePoints(_Frozen, frozen=True):
    """Points of an entry at one stage; the stages are kept side by side."""

    stage: PointsStage
    """Which stage."""

    points: Decimal | None
    """``None`` unless scored."""

    max: Decimal
    """Maximum of the leaf."""

    state: str
    """``scored``, ``not_applicable``, ``unknown`` or ``none``."""

    reason: Mapping[str, object]
    """Why, as scoring told it, with its flags where there are any."""

    @property
    def waived(self) -> bool:
        """Whether it left the maximum for a denominator of 0, which an appraiser has to accept."""
        return self.state == "not_applicable" and self.reason.get("why") == "when_zero"

    @property
    def flagged(self) -> bool:
        """Whether it is never accepted together with others."""
        return self.waived or bool(self.reason.get("flags"))
