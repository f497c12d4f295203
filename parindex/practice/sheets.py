"""Simulated sheets and appraisals: everything goes in through the functions that the pages call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec
import numpy as np

from parindex import scoring
from parindex.access import Person, people
from parindex.access import queries as access_queries
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.criteria import published_sets
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.cycles import closing, steps
from parindex.assessments.evidence import register
from parindex.assessments.evidence.register import Attachment, Record
from parindex.assessments.model import Declaration, Sheet
from parindex.assessments.sheets import declaring, submission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import Board, board_of
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.places import data_folder
from parindex.practice import facts, papers
from parindex.practice.agencies import NAMES, attributes
from parindex.store.database import Connection, Database
from parindex.store.evidence_files import EvidenceStore
from parindex.text import TIME_ZONE

FAMILY: Final = "par-index"
SET: Final = "minh-hoa-cap-tinh"
SILENT: Final = "P17"
"""The agency that hands in nothing."""

UNFINISHED: Final = ("P15", "P18")
"""Agencies whose sheets are locked by the deadline, incomplete and unsigned."""

PAPERS: Final = (
    ("{n}/BC-UBND", "Báo cáo kết quả công tác cải cách hành chính năm {year}", 12, 20),
    ("{n}/KH-UBND", "Kế hoạch cải cách hành chính năm {year}", 1, 15),
    ("{n}/BC-VP", "Báo cáo kết quả giải quyết thủ tục hành chính năm {year}", 12, 15),
    ("{n}/QĐ-UBND", "Quyết định phê duyệt kết quả rà soát, đơn giản hóa thủ tục hành chính", 9, 10),
    ("{n}/BC-SNV", "Báo cáo tổng hợp về tổ chức bộ máy và chế độ công vụ năm {year}", 12, 10),
)
"""Number, title, month and day of the papers that prove a sheet."""

NEWEST_PAPER: Final = date(2026, 11, 10)
"""No paper of the open year is dated later: the register takes none from the future."""

HANDED_IN_2025: Final = datetime(2026, 1, 16, 15, 30, tzinfo=TIME_ZONE)
CLOSED_2025: Final = datetime(2026, 1, 21, 8, 0, tzinfo=TIME_ZONE)
"""When the sheets of the practice year were handed in, and when its self-assessment was closed."""

REASONS: Final = (
    "Số liệu trong tài liệu kiểm chứng thấp hơn số kê khai; lấy theo tài liệu.",
    "Một phần kết quả phát sinh sau ngày 31/12 nên không tính vào kỳ đánh giá.",
    "Đối chiếu với số liệu theo dõi của cơ quan thẩm định, số đúng là số đã điều chỉnh.",
)

Told = Callable[[int, int], None]
"""Called with done and total."""


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """The people who act in a practice year."""

    specialists: Mapping[UUID, Person]
    """By agency."""

    leaders: Mapping[UUID, Person]
    """By agency."""

    appraisers: Mapping[str, Person]
    """By body."""

    secretary: Person
    """Opens and closes."""

    approver: Person
    """Publishes."""


async def seed_staff(connection: Connection, provinces: Mapping[str, UUID], bodies: Mapping[str, UUID]) -> Staff:
    """People without a password: they act in the simulation and cannot sign in."""
    specialists = {
        agency: await _person(connection, f"cv-{code.lower()}", f"Chuyên viên {NAMES[code]}", "specialist", agency)
        for code, agency in provinces.items()
    }
    leaders = {
        agency: await _person(connection, f"ld-{code.lower()}", f"Lãnh đạo {NAMES[code]}", "leader", agency)
        for code, agency in provinces.items()
    }
    appraisers = {
        body: await _person(connection, f"td-{body}", "Thành viên tổ thẩm định", "appraiser", agency)
        for body, agency in bodies.items()
    }
    return Staff(
        specialists=specialists,
        leaders=leaders,
        appraisers=appraisers,
        secretary=await _person(connection, "tk-mo-phong", "Thư ký Hội đồng (mô phỏng)", "secretary", None),
        approver=await _person(connection, "pd-mo-phong", "Người phê duyệt (mô phỏng)", "approver", None),
    )


async def _person(connection: Connection, login: str, name: str, role: str, agency: UUID | None) -> Person:
    person_id = await people.add_person(connection, login=login, name=name, roles=[role], agency_id=agency)
    person = await access_queries.person_by_id(connection, person_id)
    assert person is not None
    return person


async def draft_year(
    connection: Connection, *, year: int, version: str, provinces: Mapping[str, UUID],
    bodies: Mapping[str, UUID], staff: Staff, opens_on: date, last_day: date, appraisal_last_day: date,
) -> UUID:  # fmt: skip
    """Publish the set, draft the year and open it.

    Args:
        connection: In the tenant's transaction.
        year: The year assessed.
        version: Of the illustrative set.
        provinces: Agencies by code.
        bodies: Appraising bodies by the name that the set uses; each is substitute of the one before.
        staff: The people who act.
        opens_on: First day of self-assessment.
        last_day: Its last day.
        appraisal_last_day: Last day of appraisal.
    """
    path = data_folder("criteria") / SET / f"{version}.yaml"
    set_id = await published_sets.publish(
        connection, scoring.load(path), source=path.read_text(encoding="utf-8"), by=staff.secretary.actor
    )
    names = list(bodies)
    cycle_id = await steps.create(
        connection, family=FAMILY, year=year, tier="province", criteria_set_id=set_id, marked="simulated",
        participants=[
            steps.Participant(agency_id=agency_id, attributes=attributes(code))
            for code, agency_id in provinces.items()
        ],
        bodies={body: (bodies[body], bodies[names[place - 1]]) for place, body in enumerate(names)},
        opens_on=opens_on, last_day=last_day, appraisal_last_day=appraisal_last_day, by=staff.secretary.actor,
    )  # fmt: skip
    await steps.open_year(connection, staff.secretary, cycle_id)
    return cycle_id


async def fill_year(
    db: Database, tenant_id: UUID, store: EvidenceStore, cycle_id: UUID, staff: Staff, *,
    seed: int, year: int, leave: Mapping[str, str] | None = None, blank: Mapping[str, Collection[str]] | None = None,
    told: Told | None = None,
) -> None:  # fmt: skip
    """Declare, prove and submit the sheets of a year.

    Args:
        db: The application's database.
        tenant_id: Tenant of the year.
        store: Evidence files.
        cycle_id: An open year.
        staff: The people who act.
        seed: Of the generator; an agency's facts do not depend on the others'.
        year: The year assessed.
        leave: By agency code, where its sheet stays: ``not_started``, ``drafting`` or ``with_leader``;
            all others are submitted. A sheet that is left drafting is declared to two thirds.
        blank: By agency code, the leaves that stay empty in a sheet that is left drafting; all its others are
            declared.
        told: Told how many sheets are done.
    """
    async with db.transaction(tenant_id) as connection:
        all_sheets = await sheet_queries.of_cycle(connection, cycle_id)
        board = await board_of(connection, all_sheets[0])
    for place, sheet in enumerate(all_sheets, start=1):
        stays = (leave or {}).get(sheet.agency_code, "submitted")
        if stays != "not_started" and sheet.state == "not_started":
            random = np.random.default_rng([seed, int(sheet.agency_code.lstrip("P"))])
            empty = (blank or {}).get(sheet.agency_code)
            await _fill(db, tenant_id, store, board.published, sheet, staff, stays, empty, random, year)
        if told:
            told(place, len(all_sheets))


async def _fill(
    db: Database, tenant_id: UUID, store: EvidenceStore, known: Published, sheet: Sheet, staff: Staff, stays: str,
    blank: Collection[str] | None, random: np.random.Generator, year: int,
) -> None:  # fmt: skip
    quality = float(np.clip(random.normal(0.885, 0.055), 0.74, 0.98))
    drawn = facts.declare(known.criteria_set, sheet.attributes, quality, random)
    asked = [place.code for place in known.leaves if place.code in drawn]
    if blank is not None:
        given = [code for code in asked if code not in blank]
    else:
        given = asked if stays != "drafting" else asked[: len(asked) * 2 // 3]
    specialist, leader = staff.specialists[sheet.agency_id], staff.leaders[sheet.agency_id]
    kept = [await store.keep(tenant_id, papers.letter(_lines(sheet, title, year))) for _, title, _, _ in PAPERS]
    async with db.transaction(tenant_id) as connection:
        documents = [
            await register.register(connection, specialist, _record(sheet, paper, year, random), file)
            for paper, file in zip(PAPERS, kept, strict=True)
        ]
        await declaring.save(connection, specialist, sheet.id, _declarations(known, given, drawn))
        await register.attach(connection, specialist, sheet.id, _attachments(known, given, documents, random))
        if stays != "drafting":
            await submission.hand_in(connection, specialist, sheet.id)
        if stays == "submitted":
            await submission.submit(connection, leader, sheet.id)


def _declarations(known: Published, codes: Sequence[str], drawn: Mapping[str, Mapping[str, str]]) -> list[Declaration]:
    """One for each leaf; a shared fact stands at the first leaf that takes it."""
    seen: set[str] = set()
    made = []
    for code in codes:
        own = {name: text for name, text in drawn[code].items() if name not in seen}
        shared = {name: 0 for name in own if name in known.criteria_set.inputs}
        seen |= set(shared)
        made.append(Declaration(code=code, facts=own, shared_versions=shared))
    return made


def _attachments(
    known: Published, codes: Sequence[str], documents: Sequence[UUID], random: np.random.Generator
) -> list[Attachment]:
    proved = [code for code in codes if published_sets.criterion_of(known.places[code]).evidence == "required"]
    return [
        Attachment(
            code=code, document_id=documents[int(random.integers(0, len(documents)))],
            pages=f"trang {int(random.integers(1, 19))}",
        )
        for code in proved
    ]  # fmt: skip


def _record(sheet: Sheet, paper: tuple[str, str, int, int], year: int, random: np.random.Generator) -> Record:
    number, title, month, day = paper
    return Record(
        number=number.format(n=int(random.integers(20, 480))),
        issued_on=min(date(year, month, day), NEWEST_PAPER),
        issuer=f"UBND {sheet.agency_name}",
        abstract=title.format(year=year) + " (mô phỏng)",
        file_name=f"{number.split('/')[1].lower()}.docx",
        not_secret=True,
    )


def _lines(sheet: Sheet, title: str, year: int) -> list[str]:
    return [
        "VĂN BẢN MÔ PHỎNG: đơn vị và nội dung là hư cấu",
        f"ỦY BAN NHÂN DÂN {sheet.agency_name.upper()}",
        title.format(year=year).upper(),
        "Văn bản này chỉ dùng để thực hành chấm điểm; không phải tài liệu của cơ quan nào.",
    ]


async def appraise_year(
    db: Database, tenant_id: UUID, cycle_id: UUID, staff: Staff, *,
    seed: int, leave: Sequence[str] = (), told: Told | None = None,
) -> None:  # fmt: skip
    """Decide every entry that waits: most are accepted, some facts are changed, a few points are set.

    Args:
        db: The application's database.
        tenant_id: Tenant of the year.
        cycle_id: A year with sheets at the appraisers.
        staff: The people who act.
        seed: Of the generator.
        leave: Codes of agencies whose sheets wait.
        told: Told how many sheets are done.
    """
    async with db.transaction(tenant_id) as connection:
        waiting = await sheet_queries.of_cycle(connection, cycle_id)
    waiting = [s for s in waiting if s.state in ("submitted", "auto_locked") and s.agency_code not in leave]
    for place, sheet in enumerate(waiting, start=1):
        random = np.random.default_rng([seed, 7, int(sheet.agency_code.lstrip("P"))])
        async with db.transaction(tenant_id) as connection:
            board = await board_of(connection, sheet)
            for body, rulings in _rulings(board, random).items():
                await deciding.decide(connection, staff.appraisers[body], sheet.id, rulings)
        if told:
            told(place, len(waiting))


def _rulings(board: Board, random: np.random.Generator) -> dict[str, list[Ruling]]:
    """By appraising body."""
    made: dict[str, list[Ruling]] = {}
    for place in board.published.leaves:
        leaf, body = board.points_now.leaves[place.code], place.appraiser
        if body is not None and leaf.known and not leaf.excluded:
            made.setdefault(body, []).append(_ruling(board, place.code, random))
    return made


def _ruling(board: Board, code: str, random: np.random.Generator) -> Ruling:
    chance = float(random.random())
    lower = _lower_facts(board, code, random) if chance < 0.07 else {}
    if lower:
        return Ruling(code=code, kind="change_facts", facts=lower, reason=str(random.choice(list(REASONS))))
    points = board.points_now.leaves[code].points
    if chance > 0.985 and points:
        half = (points / 2).quantize(Decimal("0.01"))
        reason = "Kết quả mới đạt một phần yêu cầu của tiêu chí; quy tắc không thể hiện được mức này."
        return Ruling(code=code, kind="set_points", points=half, reason=reason)
    return Ruling(code=code, kind="accept")


def _lower_facts(board: Board, code: str, random: np.random.Generator) -> dict[str, str]:
    """A lower count of the leaf's own, if that costs points and the rule takes it."""
    own = board.entries[code].facts
    for name, text in own.items():
        if not text.isdigit() or int(text) < 10:
            continue
        changed = {**own, name: str(int(int(text) * float(random.uniform(0.9, 0.97))))}
        known = scoring_facts(board) | changed
        values = {n: scoring.parse_value(board.published.criteria_set, n, t) for n, t in known.items()}
        try:
            after = scoring.score_leaf(board.published.criteria_set, code, values).points
        except scoring.RefusedFacts:
            continue
        before = board.points_now.leaves[code].points
        if after is not None and before is not None and after < before:
            return {name: changed[name]}
    return {}


def scoring_facts(board: Board) -> dict[str, str]:
    """Attributes and shared facts of a sheet."""
    attributes = {f"@{name}": text for name, text in board.sheet.attributes.items()}
    return attributes | {name: fact.value for name, fact in board.shared.items() if fact.value is not None}


async def close_year(
    db: Database, tenant_id: UUID, cycle_id: UUID, staff: Staff, *, step: str, decided: ReasonedDecision | None = None
) -> None:
    """Close ``self_assessment``, before its time under a decision, or ``appraisal``."""
    async with db.transaction(tenant_id) as connection:
        if step == "self_assessment":
            await closing.close_self_assessment(connection, staff.secretary, cycle_id, decided)
        else:
            await closing.close_appraisal(connection, staff.secretary, cycle_id)
