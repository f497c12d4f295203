"""An office makes its years, says who appraises and who takes part, and sees what is missing before it opens them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.work.years import drafting
from parindex.assessments.council import opening_job
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import listing, members
from parindex.assessments.model import Cycle
from parindex.jobs import job_requests
from parindex.scoring import load_bytes
from parindex.store.database import Database
from parindex.surveys.rounds import opening
from tests.assessments.conftest import SET, Year, open_year
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

NEXT = SET.replace('"2026.1"', '"2027.1"').replace("[2026]", "[2027]")
COMMUNES = NEXT.replace("set: minh-hoa", "set: cap-xa").replace("tier: province", "tier: commune")
DAYS = {"opens_on": "01/11/2027", "last_day": "20/01/2028", "closing_day": "", "appraisal_last_day": "10/03/2028"}


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    held = await open_year(db, tenant)
    async with db.transaction(tenant) as connection:
        for source in (NEXT, COMMUNES):
            await published_sets.publish(connection, load_bytes(source.encode(), "s.yaml"), source=source, by="system")
    return held


async def set_id(year: Year, family: str) -> str:
    async with year.db.transaction(year.tenant) as connection:
        found = await published_sets.version_id(connection, family, "2027.1")
    assert found is not None
    return str(found)


async def drafts(year: Year) -> list[Cycle]:
    async with year.db.transaction(year.tenant) as connection:
        return [cycle for cycle in await listing.every(connection) if cycle.state == "draft"]


async def drafted(client: AsyncClient, year: Year) -> str:
    """The address of a draft made from the year that runs."""
    chosen = {f"set:{year.cycle}": await set_id(year, "minh-hoa")}
    done = await post_form(client, "/work/years/new", source=[str(year.cycle)], year="2027", **DAYS, **chosen)
    assert done.status_code == 303, done.text
    return str(done.headers["location"])


async def test_the_form_proposes_last_years_days_one_year_on_and_the_set_of_the_year(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    shown = (await client.get("/work/years/new")).text
    assert 'name="year"' in shown
    assert 'value="2027"' in shown
    assert 'value="01/11/2027"' in shown
    assert 'value="20/01/2100"' in shown
    assert f'value="{await set_id(year, "minh-hoa")}" selected' in shown


async def test_two_tiers_are_made_at_once_or_neither(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    both = {
        "source": [str(year.cycle), "other"], f"set:{year.cycle}": await set_id(year, "minh-hoa"), "year": "2027",
    }  # fmt: skip
    half = await post_form(client, "/work/years/new", **both, **DAYS)
    assert half.status_code == 422
    assert "Mục này chưa có nội dung" in half.text
    assert await drafts(year) == []
    done = await post_form(client, "/work/years/new", **both, **DAYS, **{"set:other": await set_id(year, "cap-xa")})
    assert done.headers["location"] == "/work/years"
    assert {cycle.tier for cycle in await drafts(year)} == {"province", "commune"}
    shown = (await client.get("/work/years")).text
    assert "Cấp xã năm 2027" in shown
    assert "Chưa mở" in shown


async def test_every_fault_of_the_form_is_told_and_what_was_typed_stays(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    del year
    await signed_in("index_manager")
    refused = await post_form(client, "/work/years/new", year="20xx", **{**DAYS, "last_day": "31/02/2028"})
    assert refused.status_code == 422
    assert 'value="31/02/2028"' in refused.text
    assert 'value="20xx"' in refused.text
    assert 'href="#last_day"' in refused.text


async def test_set_days_and_withdrawals_are_changed_and_told_to_be_saved(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    given = {**DAYS, "last_day": "25/01/2028", "withdrawals": "2", "criteria_set": await set_id(year, "minh-hoa")}
    done = await post_form(client, f"{path}/days", **given)
    assert done.headers["location"] == f"{path}?saved=days#days"
    assert "Đã lưu bộ tiêu chí và các ngày." in (await client.get(f"{path}?saved=days")).text
    (cycle,) = await drafts(year)
    assert cycle.withdrawals == 2
    early = await post_form(client, f"{path}/days", **{**given, "last_day": "31/10/2027"})
    assert early.status_code == 422
    assert "Ngày này trước ngày bắt đầu tự đánh giá." in early.text
    assert 'value="31/10/2027"' in early.text


async def test_bodies_are_named_by_code_or_name_and_nobody_appraises_itself(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = await drafted(client, year)
    named = {
        "body:home-affairs": "bnv", "substitute:home-affairs": "Bộ Tư pháp (mô phỏng)",
        "body:government-office": "HL", "substitute:government-office": "hl",
    }  # fmt: skip
    refused = await post_form(client, f"{path}/bodies", **named)
    assert refused.status_code == 422
    assert "không đơn vị nào thẩm định phiếu của chính mình" in refused.text
    unknown = await post_form(client, f"{path}/bodies", **{**named, "substitute:government-office": "Bộ Nào đó"})
    assert "“Bộ Nào đó” không phải mã hoặc tên" in unknown.text
    half = await post_form(client, f"{path}/bodies", **{**named, "substitute:government-office": ""})
    assert half.status_code == 422
    await post_form(client, f"{path}/bodies", **{**named, "substitute:government-office": "TH"})
    (cycle,) = await drafts(year)
    async with year.db.transaction(year.tenant) as connection:
        found = await members.bodies(connection, cycle.id)
    assert (found["home-affairs"].agency, found["home-affairs"].substitute) == (
        "Bộ Nội vụ (mô phỏng)", "Bộ Tư pháp (mô phỏng)",
    )  # fmt: skip
    assert found["government-office"].substitute == "Thành phố Tân Hải"


async def test_who_takes_part_is_said_a_page_at_a_time(
    client: AsyncClient, year: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    monkeypatch.setattr(drafting, "SHOWN", 2)
    shown = (await client.get(path)).text
    assert "Thành phố Tân Hải" in shown
    assert "Trang 1 trong 2" in shown
    th, hl, nl = (year.agencies[code] for code in ("TH", "HL", "NL"))
    given = {"shown": [str(th), str(hl)], "member": [str(hl)], "ranked": [], f"attribute:{hl}:has_ports": "false"}
    await post_form(client, f"{path}/members", **given)
    (cycle,) = await drafts(year)
    async with year.db.transaction(year.tenant) as connection:
        found = await members.of_cycle(connection, cycle.id)
    assert set(found) == {hl, nl}
    assert (found[hl].ranked, dict(found[hl].attributes)) == (False, {"has_ports": "false"})
    assert (found[nl].ranked, dict(found[nl].attributes)) == (True, {"has_ports": "false"})
    assert "Ngọc Lũng" in (await client.get(f"{path}?q=ngoc lung")).text
    assert "Tân Hải" not in (await client.get(f"{path}?q=ngoc lung")).text.split('id="members"')[1]


async def test_an_agency_of_another_tier_is_not_taken_in(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    stranger = year.agencies["BNV"]
    await post_form(client, f"{path}/members", shown=[str(stranger)], member=[str(stranger)])
    (cycle,) = await drafts(year)
    async with year.db.transaction(year.tenant) as connection:
        assert stranger not in await members.of_cycle(connection, cycle.id)


async def test_what_is_missing_is_named_with_where_it_is_mended(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = await drafted(client, year)
    shown = (await client.get(path)).text
    assert "3 đơn vị chưa có tài khoản kê khai" in shown
    assert 'href="/work/people"' in shown
    assert "Chưa có đợt khảo sát mà bộ tiêu chí lấy kết quả: sipas." in shown
    await post_form(client, f"{path}/bodies")
    emptied = (await client.get(path)).text
    assert "Bắt buộc:" in emptied
    assert "Chưa chỉ định cơ quan thẩm định và cơ quan thay thế" in emptied


async def test_a_draft_is_deleted_after_it_was_looked_at(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    path = (await drafted(client, year)).removesuffix("/draft")
    assert "3" in (await client.get(f"{path}/delete")).text
    done = await post_checked(client, f"{path}/delete")
    assert done.headers["location"] == "/work/years"
    assert await drafts(year) == []
    assert (await client.get(f"{path}/draft")).status_code == 404


async def test_a_year_that_runs_has_no_draft(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("secretary")
    assert (await client.get(f"/work/years/{year.cycle}/draft")).status_code == 409


@pytest.mark.parametrize("role", ["auditor", "approver", "council_member"])
async def test_who_may_only_read_sees_no_button_and_changes_nothing(
    client: AsyncClient, year: Year, signed_in: SignIn, role: str
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    await signed_in(role)
    shown = (await client.get(path)).text
    assert "<button" not in shown.split('id="bodies"')[1].split("</form>")[0]
    assert (await post_form(client, f"{path}/bodies")).status_code == 403
    assert (await client.get("/work/years/new")).status_code == 403


async def test_survey_rounds_come_along_a_year_later_and_take_other_days(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    (cycle,) = await drafts(year)
    async with year.db.transaction(year.tenant) as connection:
        assert await opening.of_cycle(connection, cycle.id) == []
    assert "Kỳ này chưa có đợt khảo sát." in (await client.get(path)).text


async def test_groups_are_chosen_on_the_draft_and_what_the_set_does_not_ask_makes_none(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    shown = (await client.get(path)).text
    assert '<option value="region">Vùng</option>' in shown
    assert '<option value="has_ports">Có cảng biển</option>' in shown
    given = {**DAYS, "withdrawals": "1", "criteria_set": await set_id(year, "minh-hoa")}
    done = await post_form(client, f"{path}/days", **given, group_by="has_ports")
    assert done.status_code == 303, done.text
    (cycle,) = await drafts(year)
    assert cycle.group_by == "has_ports"
    assert '<option value="has_ports" selected>' in (await client.get(path)).text
    refused = await post_form(client, f"{path}/days", **given, group_by="ranked")
    assert refused.status_code == 422
    assert "Bộ tiêu chí không chia nhóm theo thuộc tính này." in refused.text
    assert (await drafts(year))[0].group_by == "has_ports"


async def test_a_year_of_many_sheets_is_opened_by_a_job_whose_page_leads_to_the_year(
    client: AsyncClient, year: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_job, "AT_ONCE", 0)
    await signed_in("index_manager", "secretary")
    path = await drafted(client, year)
    cycle = path.split("/")[3]
    answer = await post_checked(client, f"/work/cycles/{cycle}/open")
    assert answer.headers["location"] == f"/work/cycles/{cycle}"
    async with year.db.transaction(year.tenant) as connection:
        (job,) = await job_requests.listed(connection, ("done",), 10)
    assert (job.kind, str(job.about(opening_job.KIND).cycle)) == (opening_job.KIND.name, cycle)
    assert await drafts(year) == []


async def test_the_agency_above_is_chosen_for_a_body_and_stays_ticked_when_the_form_is_refused(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await drafted(client, year)
    given = {"body:home-affairs": "BNV", "substitute:home-affairs": "BTP", "above:home-affairs": "1"}
    refused = await post_form(client, f"{path}/bodies", **{**given, "substitute:home-affairs": "BNV"})
    assert refused.status_code == 422
    assert 'name="above:home-affairs" value="1" checked' in refused.text
    assert (await post_form(client, f"{path}/bodies", **given)).status_code == 303
    assert 'name="above:home-affairs" value="1" checked' in (await client.get(path)).text
    del given["above:home-affairs"]
    assert (await post_form(client, f"{path}/bodies", **given)).status_code == 303
    assert 'name="above:home-affairs" value="1" checked' not in (await client.get(path)).text
