"""A set is uploaded, mended, read by a second person, approved and published, all in the browser."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from httpx import AsyncClient, Response

from parindex.assessments.criteria import published_sets
from parindex.scoring import digest
from parindex.store.database import Database
from tests.api.work.criteria.set_uploads import post_with_file
from tests.assessments.conftest import SET, small_set
from tests.conftest import post_checked, post_form
from tests.scoring.law.test_frameworks import ADDED, FRAMEWORK, framework

SignIn = Callable[..., Awaitable[UUID]]

NEXT = SET.replace('"2026.1"', '"2027.1"').replace("years: [2026]", "years: [2027]")
DECIDED = {"number": "12/QĐ-UBND", "date": "01/11/2026"}


async def begun(client: AsyncClient, text: str = NEXT, name: str = "minh-hoa.yaml") -> str:
    """The path of a draft begun with a file."""
    answer = await post_with_file(client, "/work/criteria/new", name, text.encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def with_base(db: Database, tenant: UUID) -> UUID:
    async with db.transaction(tenant) as connection:
        return await published_sets.publish(connection, small_set(), source=SET, by="system")


async def test_a_set_goes_from_a_file_to_publication_by_two_people(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager", name="Vũ Thị Mai Lan")
    changed = NEXT.replace("Ban hành kế hoạch", "Ban hành kế hoạch đúng hạn").replace("max: 3,", "max: 4,")
    path = await begun(client, changed)
    text = (await client.get(path)).text
    assert "Thay đổi so với bộ minh-hoa 2026.1" in text
    assert "<ins>đúng hạn</ins>" in text
    assert "3,00 → 4,00" in text
    assert "Vũ Thị Mai Lan" in text
    preview = (await client.get(f"{path}/preview")).text
    assert "Ban hành kế hoạch đúng hạn" in preview
    assert "Phải có tài liệu kiểm chứng" in preview
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    assert "Chờ phê duyệt" in (await client.get("/work/criteria")).text
    assert (await post_with_file(client, f"{path}/upload", "x.yaml", NEXT.encode())).status_code == 409
    await signed_in("approver", name="Đặng Quốc Tuấn")
    lines = (await client.get(f"{path}/lines")).text
    assert "Đã xem 0 trên 8 dòng." in lines
    assert (await post_form(client, f"{path}/lines", read=["1.1", "1.2"])).status_code == 303
    assert "Đặng Quốc Tuấn đã xem 2 trên 8 dòng" in (await client.get(path)).text
    asked = (await client.get(f"{path}/approve")).text
    assert "Mới xem 2 trên 8 dòng" in asked
    assert (await post_checked(client, f"{path}/approve")).status_code == 303
    done = await post_checked(client, f"{path}/publish", **DECIDED)
    assert done.status_code == 303, done.text
    office = (await client.get(done.headers["location"])).text
    assert "12/QĐ-UBND ngày 01/11/2026" in office
    assert "Đặng Quốc Tuấn" in office
    assert (await client.get("/criteria/minh-hoa/2027.1")).status_code == 200
    again = await post_form(client, f"{path}/publish", **DECIDED)
    assert (again.status_code, again.headers["location"]) == (303, done.headers["location"])


async def test_what_is_wrong_stands_under_its_row_and_a_further_file_mends_it(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager")
    path = await begun(client, NEXT.replace("max: 5, needs", "max: năm, needs"))
    text = (await client.get(path)).text
    assert "Còn 1 lỗi" in text
    assert "“năm”" in text
    assert re.search(r"1\.3.*Cảng.*“năm”", text, re.DOTALL)
    assert (await client.get(f"{path}/preview")).status_code == 409
    refused = await post_checked(client, f"{path}/submit")
    assert refused.status_code == 409
    mended = await post_with_file(client, f"{path}/upload", "minh-hoa.yaml", NEXT.encode())
    assert mended.status_code == 303
    text = (await client.get(path)).text
    assert "bản 2" in text
    assert "Còn 1 lỗi" not in text


async def test_a_file_of_another_set_does_not_mend_a_draft(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    answer = await post_with_file(client, f"{path}/upload", "x.yaml", NEXT.replace("2027.1", "2028.1").encode())
    assert answer.status_code == 422
    assert "Tệp này là của bộ hoặc phiên bản khác" in answer.text
    assert "bản 1" in answer.text


async def test_nobody_approves_a_set_that_they_drafted(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager", "approver")
    path = await begun(client)
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    answer = await client.get(f"{path}/approve")
    assert answer.status_code == 403
    assert "Không phê duyệt bản do chính mình soạn" in answer.text


async def test_a_dispute_keeps_the_set_until_it_is_answered(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    await post_checked(client, f"{path}/submit")
    await signed_in("approver", name="Đặng Quốc Tuấn")
    said = {"code": "2.2", "kind": "dispute", "said": "Ngưỡng 50% dựa vào đâu?"}
    assert (await post_form(client, f"{path}/remarks", **said)).status_code == 303
    text = (await client.get(path)).text
    assert "Ngưỡng 50% dựa vào đâu?" in text
    assert "Còn 1 ý kiến chưa đồng ý chờ trả lời." in (await client.get(f"{path}/approve")).text
    remark = re.search(r"remark-([0-9a-f-]{36})", text)
    assert remark
    assert (await post_form(client, f"{path}/remarks/{remark[1]}", answer="")).status_code == 422
    assert (await post_form(client, f"{path}/remarks/{remark[1]}", answer="Theo kế hoạch năm 2026.")).status_code == 303
    assert (await post_checked(client, f"{path}/approve")).status_code == 303


async def test_a_set_sent_back_says_why_and_is_mended(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    await post_checked(client, f"{path}/submit")
    await signed_in("approver")
    assert (await post_form(client, f"{path}/return", reason="")).status_code == 422
    assert (await post_form(client, f"{path}/return", reason="Bổ sung căn cứ cho 2.2.")).status_code == 303
    assert "Bổ sung căn cứ cho 2.2." in (await client.get(path)).text
    await signed_in("index_manager")
    assert (await post_with_file(client, f"{path}/upload", "x.yaml", NEXT.encode())).status_code == 303


async def test_last_years_set_is_copied_for_the_next(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    set_id = await with_base(db, tenant)
    await signed_in("index_manager")
    form = {"set": str(set_id), "clone_version": "2027.1", "clone_year": "2027"}
    wrong = await post_form(client, "/work/criteria/clone", **{**form, "clone_version": "2027 / 1"})
    assert wrong.status_code == 422
    done = await post_form(client, "/work/criteria/clone", **form)
    assert done.status_code == 303
    text = (await client.get(done.headers["location"])).text
    assert "Giữ nguyên" in text
    again = await post_form(client, "/work/criteria/clone", **form)
    assert again.status_code == 409


async def test_worked_cases_are_run_and_one_that_fails_stands_under_its_row(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    wrong = '- name: đã ban hành\n  facts: {1.1.issued: true}\n  expect: {"1.1": 1}\n'
    assert (await post_form(client, f"{path}/cases", cases=wrong)).status_code == 303
    assert "1 ví dụ lệch với quy tắc" in (await client.get(f"{path}/cases")).text
    assert "Ví dụ tính: 0 trên 1 đúng" in (await client.get(path)).text
    assert (await post_checked(client, f"{path}/submit")).status_code == 409
    assert (await post_form(client, f"{path}/cases", cases=wrong.replace(": 1}", ": 2}"))).status_code == 303
    assert "1 ví dụ đều đúng" in (await client.get(f"{path}/cases")).text
    assert (await post_checked(client, f"{path}/submit")).status_code == 303


async def test_a_target_becomes_a_rule_that_is_tried_before_it_is_written(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    page = (await client.get(f"{path}/rules/1.2")).text
    assert "Do thẩm định quyết định" in page
    form = {"choice": "share", "label": "Sáng kiến áp dụng", "whole": "Tổng số sáng kiến", "threshold": "80"}
    tried = await post_form(
        client, f"{path}/rules/1.2", **form, **{"try:1.2.done": "4", "try:1.2.total": "10"}, deed="try"
    )
    assert tried.status_code == 200, tried.text
    assert "1,50" in tried.text
    assert (
        await post_form(client, f"{path}/rules/1.2", **{**form, "threshold": "1.234"}, deed="try")
    ).status_code == 422
    assert (await post_form(client, f"{path}/rules/1.2", **form, deed="save")).status_code == 303
    assert "bản 2" in (await client.get(path)).text
    assert "Tổng số sáng kiến" in (await client.get(f"{path}/preview")).text
    broken = await post_form(client, f"{path}/rules/1.2", choice="yaml", yaml="rule: {yes_no: nobody}", deed="try")
    assert broken.status_code == 422
    assert "Quy tắc này chưa dùng được" in broken.text or "nobody" in broken.text


async def test_files_of_a_draft_come_back_the_same(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    assert (await client.get(f"{path}/source")).content == NEXT.encode()
    book: Response = await client.get(f"{path}/set.xlsx")
    again = await post_with_file(client, f"{path}/upload", "minh-hoa.xlsx", book.content)
    assert again.status_code == 303
    text = (await client.get(path)).text
    assert "bản 2" in text
    assert (await client.get(f"{path}/khong-co")).status_code == 404


async def test_a_draft_of_another_tenant_is_not_there(
    client: AsyncClient, db: Database, other_tenant: UUID, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    assert (await client.get(f"/t/khac{path}")).status_code in (303, 404)


async def test_the_bridge_says_which_criterion_comes_from_which_and_what_can_be_compared(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager")
    changed = NEXT.replace("max: 3,", "max: 4,").replace("{from: 50, points: 2}", "{from: 70, points: 2}")
    changed = changed.replace(
        'code: "1.1", title: {vi: "Ban hành kế hoạch"}', 'code: "1.5", title: {vi: "Họp báo hằng quý"}'
    )
    path = await begun(client, changed)
    text = (await client.get(path)).text
    assert "So sánh được hai năm: 26,00 trên 30,00 điểm của bộ trước, 27,00 trên 31,00 điểm của bộ mới." in text
    bridge = (await client.get(f"{path}/bridge")).text
    assert "So sánh được theo tỷ lệ của điểm tối đa." in bridge
    assert re.search(r"2\.2.*Không so sánh được:", bridge, re.DOTALL)
    assert re.search(r"1\.5</span> Họp báo hằng quý.*Chưa có năm trước\.", bridge, re.DOTALL)
    crosswalk = (await client.get(f"{path}/crosswalk.yaml")).text
    assert '{reworded: "1.2"}' in crosswalk
    assert '{dropped: "2.2"}' in crosswalk


async def test_a_draft_without_a_set_before_or_with_errors_has_no_bridge(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    assert (await client.get(f"{path}/bridge")).status_code == 404
    await with_base(db, tenant)
    broken = await begun(client, NEXT.replace("2027.1", "2027.2").replace("max: 5, needs", "max: năm, needs"))
    assert (await client.get(f"{broken}/bridge")).status_code == 404


async def test_a_commune_adds_criteria_to_the_framework_that_its_province_has_published(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await signed_in("index_manager", name="Vũ Thị Mai Lan")
    early = await begun(client, ADDED, "xa.yaml")
    assert "khung-cap-tinh 2026.1" in (await client.get(early)).text
    assert (await post_form(client, f"{early}/withdraw", reason="Chờ bộ khung.")).status_code == 303
    async with db.transaction(tenant) as connection:
        await published_sets.publish(connection, framework(), source=FRAMEWORK, by="system")
    path = await begun(client, ADDED, "xa.yaml")
    text = (await client.get(path)).text
    assert "bổ sung cho bộ khung khung-cap-tinh 2026.1" in text
    assert "set.xlsx" in text
    assert "Họp dân" in (await client.get(f"{path}/preview")).text
    assert "Kế hoạch" in (await client.get(f"{path}/preview")).text
    assert (await client.get(f"{path}/set.xlsx")).status_code == 200
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    await signed_in("approver")
    assert (await post_checked(client, f"{path}/approve")).status_code == 303
    done = await post_checked(client, f"{path}/publish", **DECIDED)
    office = (await client.get(done.headers["location"])).text
    assert digest(framework()) in office
    assert (await client.get("/criteria/xa-hoa-binh/2026.1.yaml")).text == ADDED


async def test_what_is_typed_of_a_draft_is_kept_until_it_is_sent(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = await begun(client)
    await post_checked(client, f"{path}/submit")
    await signed_in("approver")
    for step, fields in (
        ("remarks", {"said": "Mốc này lấy từ đâu?", "code": "2.2"}),
        ("return", {"reason": "Bổ sung căn cứ."}),
    ):
        assert (await post_form(client, "/work/drafts", _form=f"{path}/{step}", **fields)).status_code == 204
    text = (await client.get(path)).text
    assert "Mốc này lấy từ đâu?" in text
    assert "Bổ sung căn cứ." in text
    assert (await post_form(client, f"{path}/remarks", said="Mốc này lấy từ đâu?", code="2.2")).status_code == 303
    dropped = await post_form(client, "/work/drafts/drop", _form=f"{path}/return")
    assert dropped.headers["location"] == path
    text = (await client.get(path)).text
    assert "Nhập dở lúc" not in text
    assert "Bổ sung căn cứ." not in text


async def test_while_the_newest_file_is_broken_the_last_whole_one_is_compared(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager")
    changed = NEXT.replace("max: 3,", "max: 4,")
    path = await begun(client, changed)
    assert "bản gần nhất không lỗi" not in (await client.get(path)).text
    broken = changed.replace("max: 5, needs", "max: năm, needs")
    assert (await post_with_file(client, f"{path}/upload", "x.yaml", broken.encode())).status_code == 303
    text = (await client.get(path)).text
    assert "Thay đổi so với bộ minh-hoa 2026.1 ở bản 1, bản gần nhất không lỗi" in text
    assert "3,00 → 4,00" in text
    assert "“năm”" in text
    first = await begun(client, broken.replace("2027.1", "2027.2"))
    assert "bản gần nhất không lỗi" not in (await client.get(first)).text
