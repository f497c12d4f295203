"""Before what cannot be undone: what looks wrong is told, does not pass with one click, and nothing is done unseen."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest
from httpx import AsyncClient

from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.assessments.cycles import closing, deadlines, steps
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring
from parindex.rankings import years
from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.text import TIME_ZONE
from tests.api.work.sheets.test_declaring import PDF, upload
from tests.assessments.conftest import EARLY, Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in, submit
from tests.assessments.years_of_provinces import surveyed
from tests.conftest import post_checked, post_form, ticked
from tests.publication.published_years import computed, person
from tests.rankings import small_year
from tests.surveys.survey_fields import Field, submission

SignIn = Callable[..., Awaitable[UUID]]
TODAY = datetime.now(TIME_ZONE).date()
DECIDED = {"number": "12/QĐ-HĐ", "date": f"{TODAY:%d/%m/%Y}", "reason": "Hội đồng họp sớm"}
PUBLISHED = {"number": "214/QĐ-CCHC", "date": f"{TODAY:%d/%m/%Y}", "signer": "Lê Văn Minh"}


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def computed_year(services: Services, **given: object) -> str:
    """A year that lies with the approver."""
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        sources = msgspec.structs.replace(small_year.given(), **given)
        cycle_id = await computed(connection, sources)
        await years.submit(connection, person(tenant.id, "secretary"), cycle_id)
    return f"/work/years/{cycle_id}"


def keys(page: str) -> dict[str, str]:
    """The lines that need a tick: key by the name of the line."""
    return {key.rpartition("-")[0]: key for key in re.findall(r'name="confirm" value="([\w-]+)"', page)}


async def test_a_ranking_of_no_agencies_is_told_and_not_published_with_one_click(
    client: AsyncClient, services: Services, signed_in: SignIn
) -> None:
    nobody = tuple(msgspec.structs.replace(one, ranked=False) for one in small_year.given().agencies)
    path = await computed_year(services, agencies=nobody)
    await signed_in("approver")
    asked = (await client.get(f"{path}/publish")).text
    assert "Bảng xếp hạng có 0 đơn vị" in asked
    shown = ticked(asked)["shown"]
    refused = await post_form(client, f"{path}/publish", **PUBLISHED, shown=shown)
    assert refused.status_code == 422
    assert "Điều này chưa được xác nhận" in refused.text
    assert (await client.get("/editions/2025-province.1")).status_code == 404
    assert (await post_checked(client, f"{path}/publish", **PUBLISHED)).headers[
        "location"
    ] == "/editions/2025-province.1"


async def test_a_year_in_which_nobody_handed_in_is_not_computed_with_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    secretary = year.people["secretary"]
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, secretary, year.cycle, EARLY)
        await closing.close_appraisal(connection, secretary, year.cycle)
        await surveyed(connection, year)
    await signed_in("secretary")
    path = f"/work/years/{year.cycle}/compute"
    asked = (await client.get(path)).text
    assert "0 trong 3 đơn vị có thể được xếp hạng" in asked
    assert set(keys(asked)) == {"nobody_ranked", "no_submission"}
    assert f'href="/work/cycles/{year.cycle}"' in asked
    assert (await post_form(client, path, shown=ticked(asked)["shown"])).status_code == 422


async def test_a_survey_of_less_than_one_percent_is_not_locked_with_one_click(
    client: AsyncClient, signed_in: SignIn, field: Field, intake: Intake, db: Database
) -> None:
    await intake.submit(field.tenant_id, field.round.id, submission(field, 0))
    await signed_in("secretary")
    path = f"/work/surveys/{field.round.id}/lock"
    asked = (await client.get(path)).text
    assert "Mới thu 0,6% số phiếu của mẫu." in asked
    assert {"few_answers", "below_least"} <= set(keys(asked))
    refused = await post_form(client, path, **DECIDED, shown=ticked(asked)["shown"])
    assert refused.status_code == 422
    assert DECIDED["reason"] in refused.text
    async with db.transaction(field.tenant_id) as connection:
        assert await connection.fetchval("select state from survey_rounds where id = $1", field.round.id) == "open"


async def test_self_assessment_that_is_closed_53_days_early_is_told_so_and_not_closed_with_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    closes = deadlines.end_of(TODAY + timedelta(days=52))
    async with year.db.transaction(year.tenant) as connection:
        await cycle_queries.set_times(connection, year.cycle, closes, closes)
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    asked = (await client.get(path)).text
    assert "Sớm 53 ngày: phiếu còn được nhận đến hết ngày" in asked
    assert set(keys(asked)) == {"closed_early", "unsent", "no_submission"}
    refused = await post_form(client, path, **DECIDED, shown=ticked(asked)["shown"])
    assert (refused.status_code, refused.text.count("Điều này chưa được xác nhận")) == (422, 3)
    assert (await post_checked(client, path, **DECIDED)).status_code == 303


async def test_appraisal_that_nobody_did_is_not_closed_with_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-appraisal"
    asked = (await client.get(path)).text
    assert set(keys(asked)) == {"nothing_appraised", "appraisal_early", "no_submission"}
    assert (await post_form(client, path, shown=ticked(asked)["shown"])).status_code == 422
    assert (await post_checked(client, path)).status_code == 303


async def test_a_decision_dated_before_the_computation_does_not_publish_with_one_click(
    client: AsyncClient, services: Services, signed_in: SignIn
) -> None:
    path = await computed_year(services)
    await signed_in("approver")
    asked = ticked((await client.get(f"{path}/publish")).text)
    before = PUBLISHED | {"date": f"{TODAY - timedelta(days=1):%d/%m/%Y}"}
    refused = await post_form(client, f"{path}/publish", **before, **asked)
    assert refused.status_code == 422
    assert "trước ngày tính kết quả" in refused.text
    assert (await client.get("/editions/2025-province.1")).status_code == 404
    on_the_day = await post_form(client, f"{path}/publish", **PUBLISHED, **asked)
    assert on_the_day.headers["location"] == "/editions/2025-province.1"


async def test_a_signer_of_one_word_does_not_publish_with_one_click_and_a_tick_holds_for_that_name_alone(
    client: AsyncClient, services: Services, signed_in: SignIn
) -> None:
    path = await computed_year(services)
    await signed_in("approver")
    asked = ticked((await client.get(f"{path}/publish")).text)
    refused = await post_form(client, f"{path}/publish", **PUBLISHED | {"signer": "Bùi"}, **asked)
    assert refused.status_code == 422
    assert "Người ký chỉ có một từ" in refused.text
    assert 'value="Bùi"' in refused.text
    other = await post_form(client, f"{path}/publish", **PUBLISHED | {"signer": "An"}, **ticked(refused.text))
    assert other.status_code == 422
    again = await post_form(client, f"{path}/publish", **PUBLISHED | {"signer": "Bùi"}, **ticked(refused.text))
    assert again.headers["location"] == "/editions/2025-province.1"


async def test_a_deed_is_refused_when_what_was_shown_changed_in_between(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    asked = ticked((await client.get(path)).text)
    specialist = await year.person("specialist", agency="HL")
    async with year.db.transaction(year.tenant) as connection:
        declaration = Declaration(code="1.1", facts={"1.1.issued": "true"})
        await declaring.save(connection, specialist, year.sheets["HL"], [declaration])
    refused = await post_form(client, path, **DECIDED, **asked)
    assert refused.status_code == 409
    assert "Nội dung đã thay đổi sau khi trang được mở" in refused.text
    assert '<b class="num">2</b> đơn vị chưa bắt đầu' in refused.text
    assert (await post_form(client, path, **DECIDED, **ticked(refused.text))).status_code == 303


async def test_what_moves_while_people_work_does_not_hold_a_deed_up(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    specialist = await year.person("specialist", agency="HL")

    async def declare(code: str, **facts: str) -> None:
        async with year.db.transaction(year.tenant) as connection:
            await declaring.save(connection, specialist, year.sheets["HL"], [Declaration(code=code, facts=facts)])

    await declare("1.1", **{"1.1.issued": "true"})
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    asked = ticked((await client.get(path)).text)
    await declare("1.3", **{"1.3.ports": "3"})
    assert (await post_form(client, path, **DECIDED, **asked)).status_code == 303


async def test_what_is_impossible_is_refused_whoever_ticks_it(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await hand_in(year, await complete(year, "TH"), "TH")
    await submit(year, await year.person("leader", agency="TH"), "TH")
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-appraisal"
    asked = (await client.get(path)).text
    assert "Phải xử lý trước khi làm" in asked
    assert "Còn 6 mục chưa quyết định: TP Tân Hải 1.1" in asked
    assert ">Đóng thẩm định</button>" not in asked
    assert (await post_checked(client, path)).status_code == 409


async def test_opening_a_year_tells_who_is_left_out_and_that_time_is_over(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database
) -> None:
    async with db.transaction(year.tenant) as connection:
        known = await steps.locked(connection, year.cycle)
        drafted = await steps.create(
            connection, family="par-index", year=2027, tier="province", criteria_set_id=known.criteria_set_id,
            participants=[steps.Participant(agency_id=year.agencies["HL"], attributes={"has_ports": "true"})],
            bodies=dict.fromkeys(("home-affairs", "government-office"), (year.agencies["BNV"], year.agencies["BTP"])),
            last_day=date(2026, 1, 20), by="system",
        )  # fmt: skip
    await signed_in("secretary")
    path = f"/work/cycles/{drafted}/open"
    asked = (await client.get(path)).text
    unready = {"nobody_declares", "nobody_sends", "nobody_appraises", "survey_missing"}
    assert set(keys(asked)) == {"one_agency", "left_out", "deadline_over", *unready}
    assert "2 đơn vị cùng cấp trong danh mục không tham gia: TP Tân Hải, Ngọc Lũng." in asked
    assert (await post_form(client, path, shown=ticked(asked)["shown"])).status_code == 422
    assert (await post_checked(client, path)).headers["location"] == f"/work/cycles/{drafted}"


async def test_a_year_without_appraising_bodies_is_not_opened(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database
) -> None:
    async with db.transaction(year.tenant) as connection:
        known = await steps.locked(connection, year.cycle)
        drafted = await steps.create(
            connection, family="par-index", year=2027, tier="province", criteria_set_id=known.criteria_set_id,
            participants=[], bodies={}, by="system",
        )  # fmt: skip
    await signed_in("secretary")
    asked = (await client.get(f"/work/cycles/{drafted}/open")).text
    assert "Chưa chỉ định cơ quan thẩm định và cơ quan thay thế cho các mục: 1, 2, B1." in asked
    assert "Chưa có đơn vị nào tham gia." in asked
    assert (await post_checked(client, f"/work/cycles/{drafted}/open")).status_code == 409


async def test_a_sheet_with_every_point_is_not_sent_with_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    specialist = await complete(year, "NL")
    best = {"1.2": {"1.2.judged": "3"}, "2.1.1": {"2.1.1.on_time": "100"}, "2.1.2": {"2.1.2.online": "100"}}
    async with year.db.transaction(year.tenant) as connection:
        declarations = [Declaration(code=code, facts={"dossiers": "100", **facts} if code > "2" else facts, row_version=2,
                                    explanation="Theo báo cáo năm.")
                        for code, facts in best.items()]  # fmt: skip
        await declaring.save(connection, specialist, year.sheets["NL"], declarations)
    await hand_in(year, specialist, "NL")
    await signed_in("leader", agency_id=year.agencies["NL"])
    path = f"/work/sheets/{year.sheets['NL']}/submit"
    asked = (await client.get(path)).text
    assert "Mọi tiêu chí đều tự chấm điểm tối đa." in asked
    assert (await post_form(client, path, shown=ticked(asked)["shown"])).status_code == 422
    assert (await post_checked(client, path)).headers["location"].endswith("/receipt")


async def test_what_may_cost_points_is_told_before_a_sheet_is_sent(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    specialist = await complete(year, "NL")
    sheet = f"/work/sheets/{year.sheets['NL']}"
    await signed_in("specialist", agency_id=year.agencies["NL"])
    for number, day in (("98/BC-UBND", "31/12/2025"), ("99/BC-UBND", "01/01/2026")):
        taken = await upload(
            client,
            f"{sheet}/1.1/evidence",
            PDF,
            number=number,
            issued_on=day,
            issuer="UBND tỉnh",
            abstract="Báo cáo năm",
        )
        assert taken.status_code in (200, 303), taken.text
    await hand_in(year, specialist, "NL")
    await signed_in("leader", agency_id=year.agencies["NL"])
    asked = (await client.get(f"{sheet}/submit")).text
    assert "Tiêu chí 1.1: tài liệu 98/BC-UBND ban hành ngoài thời gian được tính." in asked
    assert "cùng một tệp đứng tên nhiều số, ký hiệu: 98/BC-UBND, 99/BC-UBND." in asked
    assert (await post_form(client, f"{sheet}/submit", shown=ticked(asked)["shown"])).status_code == 422
    assert (await post_checked(client, f"{sheet}/submit")).headers["location"].endswith("/receipt")


async def test_the_rest_of_a_leaf_without_evidence_is_not_accepted_with_one_click(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    for code in ("TH", "HL"):
        await hand_in(year, await complete(year, code), code)
        await submit(year, await year.person("leader", agency=code), code)
    await signed_in("appraiser", agency_id=year.agencies["BNV"])
    path = f"/work/appraisals/{year.cycle}/1.1/rest"
    asked = (await client.get(path)).text
    assert "2 đơn vị không có tài liệu kiểm chứng cho tiêu chí này: TP Tân Hải, Hòa Lâm." in asked
    assert f'href="/work/appraisals/{year.cycle}/1.1?agency=TH"' in asked
    assert (await post_form(client, path, shown=ticked(asked)["shown"])).status_code == 422
    assert (await post_checked(client, path)).status_code == 303


async def test_what_was_confirmed_is_put_on_record_as_it_was_shown(
    client: AsyncClient, year: Year, signed_in: SignIn, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    actor = await signed_in("secretary")
    path = f"/work/cycles/{year.cycle}/close-self-assessment"
    shown = ticked((await client.get(path)).text)["shown"]
    await post_checked(client, path, **DECIDED)
    row = await owner.fetchrow("select actor, subject, after from audit_rows where tag = 'office:deed:confirm'")
    assert row is not None
    kept = msgspec.json.decode(row["after"])
    assert (row["actor"], row["subject"], kept["digest"]) == (str(actor), str(year.cycle), shown)
    assert [line["code"] for line in kept["confirmed"]] == ["closed_early", "unsent", "no_submission"]
    assert kept["decision"]["number"] == "12/QĐ-HĐ"
    assert [number["value"] for number in kept["numbers"]] == [0, 3]
    assert kept["numbers"][1]["names"] == ["TP Tân Hải", "Hòa Lâm", "Ngọc Lũng"]


async def test_the_page_is_read_again_after_the_deed_as_it_was_confirmed(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("secretary")
    await post_checked(client, f"/work/cycles/{year.cycle}/close-self-assessment", **DECIDED)
    await signed_in("council_member")
    kept = (await client.get(f"/work/cycles/{year.cycle}/confirmed")).text
    for told in ("Đóng tự đánh giá trước hạn", "Quyết định 12/QĐ-HĐ", "3 trong 3 đơn vị chưa gửi phiếu",
                 "phiếu còn được nhận đến hết ngày 20/01/2099", "TP Tân Hải, Hòa Lâm, Ngọc Lũng"):  # fmt: skip
        assert told in kept
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await client.get(f"/work/cycles/{year.cycle}/confirmed")).status_code == 403


async def test_the_page_before_a_deed_is_not_for_others(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    paths = [f"/work/cycles/{year.cycle}/close-self-assessment", f"/work/years/{year.cycle}/publish"]
    for path in paths:
        asked = await client.get(path, headers={"accept": "text/html"})
        assert asked.headers["location"].startswith("/sign-in")
    await signed_in("council_member")
    for path in paths:
        assert (await client.get(path)).status_code == 403
