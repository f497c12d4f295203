"""What an appraiser has to look at is told on the pages, and stays out of what is accepted together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient

from parindex.assessments.evidence.window import window_of
from parindex.scoring import Criterion, Text
from parindex.store.database import Database
from parindex.wording.evidence_asked import FLAGS, flag_text, proof_text
from tests.assessments.appraisal.test_flags import CODE, sent_with
from tests.assessments.conftest import Year, open_year

SignIn = Callable[..., Awaitable[UUID]]
OVER = "Tử số lớn hơn mẫu số"
WAIVED = "Mẫu số kê khai bằng 0"


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """TH had no dossiers, HL settled more than it had."""
    made = await open_year(db, tenant)
    await sent_with(made, "TH", facts={"dossiers": "0", "2.1.1.on_time": "0", "2.1.2.online": "0"})
    await sent_with(made, "HL", facts={"2.1.2.online": "110"})
    return made


def page(year: Year, code: str, rest: str) -> str:
    return f"/work/appraisals/{year.cycle}/{code}{rest}"


async def test_a_flag_is_told_where_the_leaf_is_decided(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("appraiser", agency_id=year.agencies["HL"])
    shown = (await client.get(page(year, CODE, "?agency=TH"))).text
    assert WAIVED in shown
    assert "Chấp thuận không áp dụng" in shown
    assert "Cần xem riêng" in shown
    plain = (await client.get(page(year, "2.2", "?agency=TH"))).text
    assert WAIVED not in plain
    assert "Cần xem riêng" not in plain


async def test_the_question_before_the_rest_names_no_flagged_agency(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("appraiser", agency_id=year.agencies["HL"])
    assert "Không còn đơn vị nào chờ quyết định" in (await client.get(page(year, CODE, "/rest"))).text
    assert "Thành phố Tân Hải" in (await client.get(page(year, "2.2", "/rest"))).text


@pytest.mark.parametrize(("agency", "said", "silent"), [("HL", OVER, WAIVED), ("TH", WAIVED, OVER)])
async def test_an_agency_reads_the_flag_on_its_own_leaf(
    client: AsyncClient, year: Year, signed_in: SignIn, agency: str, said: str, silent: str
) -> None:
    await signed_in("specialist", agency_id=year.agencies[agency])
    shown = (await client.get(f"/work/sheets/{year.sheets[agency]}/{CODE}")).text
    assert said in shown
    assert silent not in shown


async def test_an_accepted_waiver_is_a_decision(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: asyncpg.Connection
) -> None:
    from tests.api.work.appraisal.test_deciding import decide

    await signed_in("appraiser", agency_id=year.agencies["HL"])
    assert (await decide(client, year, CODE, "TH", kind="accept")).status_code == 303
    state = await owner.fetchval("select state from entries where sheet_id = $1 and code = $2", year.sheets["TH"], CODE)
    assert state == "agreed"


def test_flags_are_told_in_both_languages() -> None:
    for flag in FLAGS:
        assert flag_text(flag, "vi") != flag_text(flag, "en")


def criterion(**more: object) -> Criterion:
    from decimal import Decimal

    return Criterion(code="1.1", title=Text(vi="a"), max=Decimal(1), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "inside", "outside"),
    [
        ({}, (date(2026, 1, 1), date(2026, 12, 31)), (date(2025, 12, 31), date(2027, 1, 1))),
        ({"evidence_from": date(2025, 12, 1)}, (date(2025, 12, 1), date(2026, 12, 31)), (date(2025, 11, 30),)),
        ({"evidence_to": date(2027, 1, 15)}, (date(2026, 1, 1), date(2027, 1, 15)), (date(2027, 1, 16),)),
    ],
)
def test_evidence_counts_from_its_first_day_to_its_last(
    more: dict[str, date], inside: tuple[date, ...], outside: tuple[date, ...]
) -> None:
    window = window_of(criterion(**more), 2026)
    assert window.given is bool(more)
    assert not any(map(window.misses, inside))
    assert all(map(window.misses, outside))


def test_what_a_leaf_asks_beside_its_facts_is_told() -> None:
    first, last = date(2026, 1, 1), date(2027, 1, 15)
    assert proof_text(criterion(), None, "vi") == ""
    assert proof_text(criterion(evidence_from=first, evidence_to=last), None, "vi") == (
        "Tài liệu ban hành từ 01/01/2026 đến 15/01/2027."
    )
    assert proof_text(criterion(evidence_to=last), None, "en") == "Evidence issued by 15/01/2027."
    assert proof_text(criterion(evidence_from=first), None, "en") == "Evidence issued from 01/01/2026."
    assert proof_text(criterion(confirmed_by="finance"), "Sở Tài chính", "vi") == "Số liệu do Sở Tài chính xác nhận."
    assert proof_text(criterion(confirmed_by="finance"), None, "en") == "Facts confirmed by finance."
