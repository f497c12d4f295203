"""What may cost a leaf its points is found in its own documents, explanation and facts, at both sides of each bound."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from parindex import scoring
from parindex.assessments.criteria.published_sets import Published, criterion_of
from parindex.assessments.model import Document
from parindex.assessments.risks.finding import numbers_by_file, of_leaf
from parindex.assessments.risks.model import LeafAtRisk
from parindex.assessments.sheets.points_now import LeafNow
from tests.assessments.conftest import SET

CODE = "1.1"
LEAF = LeafNow(code=CODE, points=Decimal(1), max=Decimal(1), state="scored", reason=None)
DOCUMENT = Document(
    id=UUID(int=1), agency_id=UUID(int=2), number="12/KH-UBND", issued_on=date(2026, 6, 1), issuer="UBND tỉnh",
    abstract="Kế hoạch", sha256="aa", file_name="ke-hoach.pdf", media_type="application/pdf", size=1,
    registered_at=datetime(2026, 6, 2, tzinfo=UTC), withdrawn_at=None, uses=1,
)  # fmt: skip


def found(*documents: Document, explanation: str = "", leaf: LeafNow = LEAF) -> LeafAtRisk | None:
    criteria_set = scoring.load_bytes(SET.encode(), "minh-hoa/2026.1.yaml")
    criterion = criterion_of(Published(UUID(int=0), scoring.digest(criteria_set), criteria_set).leaf(CODE))
    criterion = msgspec.structs.replace(criterion, evidence="required")
    return of_leaf(criterion, 2026, leaf, documents, explanation, numbers_by_file(documents))


def kinds(risk: LeafAtRisk | None) -> list[str]:
    return [] if risk is None else [one.kind for one in risk.risks]


@pytest.mark.parametrize(
    ("day", "outside"),
    [
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
    ],
)
def test_a_document_of_another_year_may_cost_the_points(day: date, outside: bool) -> None:
    risk = found(msgspec.structs.replace(DOCUMENT, issued_on=day))
    assert kinds(risk) == (["document_outside_period", "no_explanation"] if outside else [])


@pytest.mark.parametrize(("number", "without"), [("Không số", True), ("", True), ("5", False)])
def test_a_number_has_a_digit(number: str, without: bool) -> None:
    risk = found(msgspec.structs.replace(DOCUMENT, number=number), explanation="Công văn hỏa tốc.")
    assert kinds(risk) == (["document_without_number"] if without else [])


def test_two_documents_without_a_number_are_told_once() -> None:
    without = [msgspec.structs.replace(DOCUMENT, id=UUID(int=n), number="Không số", sha256=f"{n}") for n in (3, 4)]
    assert kinds(found(*without, explanation="Công văn hỏa tốc.")) == ["document_without_number"]


def test_a_document_that_holds_keeps_the_points_beside_one_that_does_not() -> None:
    risk = found(DOCUMENT, msgspec.structs.replace(DOCUMENT, number=" "))
    assert risk is not None
    assert "document_without_number" in kinds(risk)
    assert risk.difference == 0


def test_without_a_document_that_holds_an_explanation_keeps_the_points() -> None:
    late = msgspec.structs.replace(DOCUMENT, issued_on=date(2027, 1, 1))
    bare, told = found(late), found(late, explanation="Ban hành chậm do sắp xếp.")
    assert bare is not None
    assert bare.difference == 1
    assert told is not None
    assert told.difference == 0


def test_one_file_under_two_numbers_names_both_and_under_one_is_nothing() -> None:
    risk = found(DOCUMENT, msgspec.structs.replace(DOCUMENT, number="11/KH-UBND"))
    assert risk is not None
    assert [one.about for one in risk.risks] == ["11/KH-UBND, 12/KH-UBND"]
    assert found(DOCUMENT, DOCUMENT) is None


@pytest.mark.parametrize("flag", ["over_whole", "waived"])
def test_what_scoring_flags_is_told_and_no_points_are_guessed(flag: str) -> None:
    risk = found(DOCUMENT, leaf=msgspec.structs.replace(LEAF, flags=(flag,)))
    assert risk is not None
    assert (kinds(risk), risk.difference) == ([flag], None)


def test_a_leaf_that_is_not_declared_yet_lacks_no_proof() -> None:
    late = msgspec.structs.replace(DOCUMENT, number="Không số")
    assert "no_explanation" in kinds(found(late))
    assert "no_explanation" not in kinds(found(late, leaf=msgspec.structs.replace(LEAF, points=None, state="unknown")))
