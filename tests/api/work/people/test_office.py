"""The office's pages of people: added, invited, reset, imported, delegated, reviewed; and who may not."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import people
from parindex.access.staff import queries
from parindex.agencies import NewAgency, add
from parindex.assessments.model import Declaration
from parindex.reading.tables import read_table
from parindex.store.database import Database
from parindex.text import local_day
from tests.assessments.conftest import FACTS, open_year
from tests.assessments.sheets.test_declaring import hand_in, save
from tests.conftest import PASSWORD, post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]
NEW = "sáu con vịt qua cầu tre"
LINK = re.compile(r"http://parindex\.test/invitations/([\w-]+)")


@pytest.fixture
async def agency(db: Database, tenant: UUID) -> UUID:
    async with db.transaction(tenant) as connection:
        return await add(connection, NewAgency(code="H1", name_vi="Tỉnh Ia Đrông", tier="province"), by="system")


@pytest.fixture
async def other_agency(db: Database, tenant: UUID) -> UUID:
    async with db.transaction(tenant) as connection:
        return await add(connection, NewAgency(code="H2", name_vi="Tỉnh Hòa Lâm", tier="province"), by="system")


async def test_one_person_is_added_invited_forgets_the_password_and_leaves(
    client: AsyncClient, signed_in: SignIn, agency: UUID, db: Database, tenant: UUID
) -> None:
    await signed_in("administrator")
    answer = await post_form(
        client, "/work/people/new", name="Ksor H'Liên", email="lien@coquan.example", agency="h1", role="leader"
    )
    assert answer.status_code == 303, answer.text
    page = answer.headers["location"]
    lien = UUID(page.rpartition("/")[2])
    sheet = await post_form(client, f"{page}/link")
    token = LINK.search(sheet.text)
    assert token is not None
    assert "<svg" in sheet.text
    assert sheet.headers["cache-control"] == "no-store"
    assert token[1] not in (await client.get(page)).text, "shown once"
    client.cookies.clear()
    assert (await post_form(client, f"/invitations/{token[1]}", password=NEW, again=NEW)).status_code == 303
    assert (await post_form(client, "/sign-in", login="lien@coquan.example", password=NEW)).status_code == 303
    assert "Lãnh đạo đơn vị" in (await client.get("/work/account")).text
    client.cookies.clear()
    await signed_in("administrator")
    listed = (await client.get("/work/people?search=ksor+h&agency=ia+drong&role=leader")).text
    assert "Ksor H" in listed
    assert "1–1 trong 1" in listed
    reset = LINK.search((await post_form(client, f"{page}/link")).text)
    assert reset is not None
    asked = (await client.get(f"{page}/leave")).text
    assert "Không còn ai khác ở Tỉnh Ia Đrông giữ vai trò Lãnh đạo đơn vị." in asked
    refused = await post_checked(client, f"{page}/leave", reason="")
    assert refused.status_code == 422
    assert (await post_checked(client, f"{page}/leave", reason="chuyển công tác")).status_code == 303
    shown = (await client.get(page)).text
    assert "chuyển công tác" in shown
    assert (await client.get(f"/invitations/{reset[1]}")).status_code == 410
    assert (await post_form(client, f"{page}/return")).status_code == 303
    async with db.transaction(tenant) as connection:
        (known,) = await queries.of_ids(connection, [lien])
    assert known.state == "invited"


async def test_work_is_handed_over_on_leaving_or_by_itself_and_both_see_it(
    client: AsyncClient, signed_in: SignIn, agency: UUID, db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        phuc, lien, khoa = [
            await people.add_person(connection, login=login, name=name, roles=[role], agency_id=agency, password_hash="x")
            for login, name, role in (
                ("phuc", "Lê Phúc", "leader"), ("lien", "Ksor Liên", "specialist"), ("khoa", "Võ Khoa", "specialist"),
            )
        ]  # fmt: skip
    await signed_in("administrator")
    asked = (await client.get(f"/work/people/{phuc}/hand-over")).text
    assert "Ksor Liên" in asked
    assert "vai trò được chuyển" in asked
    wrong = await post_checked(client, f"/work/people/{phuc}/hand-over", to_person="", reason="Chuyển công tác")
    assert wrong.status_code == 422
    assert "Chuyển công tác" in wrong.text, "nothing typed is lost"
    done = await post_checked(client, f"/work/people/{phuc}/hand-over", to_person=str(lien), reason="Chuyển công tác")
    assert (done.status_code, done.headers["location"]) == (303, f"/work/people/{phuc}")
    for one in (phuc, lien):
        assert "Lê Phúc bàn giao cho Ksor Liên: Lãnh đạo đơn vị" in (await client.get(f"/work/people/{one}")).text
    left = await post_checked(client, f"/work/people/{lien}/leave", to_person=str(khoa), reason="Nghỉ hưu")
    assert left.status_code == 303
    shown = (await client.get(f"/work/people/{khoa}")).text
    assert "Ksor Liên bàn giao cho Võ Khoa: Lãnh đạo đơn vị, Chuyên viên" in shown
    assert "Võ Khoa" not in (await client.get(f"/work/people/{phuc}/leave")).text, "who has no role hands nothing over"


async def test_what_nobody_can_do_has_a_page_and_a_line_on_the_work_list(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    year = await open_year(db, tenant)
    await signed_in("administrator")
    assert "loại việc đang chờ mà không còn ai giữ vai trò" in (await client.get("/work")).text
    shown = (await client.get("/work/people/unheld")).text
    assert "Phiếu đang mở, không còn ai kê khai" in shown
    assert 'href="/work/people?agency=HL"' in shown
    await signed_in("focal_point", agency_id=year.agencies["HL"])
    shown = (await client.get("/work/people/unheld")).text
    assert "Phiếu đang mở, không còn lãnh đạo để duyệt và gửi" in shown
    assert "không còn ai kê khai" not in shown
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await client.get("/work/people/unheld")).status_code == 403


async def test_whoever_declared_is_told_on_the_check_page_that_another_leader_approves(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    year = await open_year(db, tenant)
    await signed_in("administrator")
    assert (await post_form(client, "/work/people/review/choices", leaders_apart="true")).status_code == 303
    assert 'name="leaders_apart" value="true" checked' in (await client.get("/work/people/review")).text
    both = await signed_in("specialist", "leader", agency_id=year.agencies["HL"])
    async with db.transaction(tenant) as connection:
        person = await people.by_actor(connection, str(both))
    assert person is not None
    declared = (Declaration(code=code, facts=facts, explanation="Theo báo cáo năm.") for code, facts in FACTS.items())
    await save(year, person, "HL", *declared)
    await hand_in(year, person, "HL")
    shown = (await client.get(f"/work/sheets/{year.sheets['HL']}/submit")).text
    assert "7 nội dung của phiếu do chính anh/chị kê khai" in shown


async def test_what_is_wrong_with_a_form_comes_back_at_its_field(client: AsyncClient, signed_in: SignIn) -> None:
    me = await signed_in("administrator")
    answer = await post_form(
        client, "/work/people/new", name="Lan", login="lan", agency="Không Có", role="leader", first="1/1/2020"
    )
    assert answer.status_code == 422
    assert 'href="#agency"' in answer.text
    answer = await post_form(client, f"/work/people/{me}/roles", role="auditor", first="31/2/2027")
    assert answer.status_code == 422
    assert "không phải một ngày" in answer.text
    async_roles = await post_form(client, f"/work/people/{me}/roles", role="vua")
    assert async_roles.status_code == 422


async def test_a_sheet_is_looked_at_then_written_then_invited_by_a_mail_merge(
    client: AsyncClient, signed_in: SignIn, agency: UUID
) -> None:
    await signed_in("administrator")
    template = await client.get("/work/people/import/template.xlsx")
    heads = read_table(template.content, needed=["Họ tên", "Vai trò"], faults_of_rows=[]).head
    assert heads == ("Họ tên", "Tên đăng nhập", "Thư điện tử", "Mã đơn vị", "Vai trò", "Từ ngày", "Đến ngày")
    rows = [
        ",".join(heads),
        "Trương Mỹ Duyên,duyen,,H1,Chuyên viên,,",
        "Phan Văn Lực,luc,,H1,Chuyên viên,,30/2/2099",
        "=1+1,cong,,,Vua,,",
    ]
    await client.get("/work/people/import")
    sent = await client.post(
        "/work/people/import", data={"_csrf_token": client.cookies["csrftoken"]},
        files={"sheet": ("nhân sự.csv", io.BytesIO("\n".join(rows).encode()), "text/csv")},
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    report = sent.headers["location"]
    shown = (await client.get(report)).text
    assert "1 người được thêm" in shown
    assert "“30/2/2099” không phải một ngày" in shown
    bad = await client.get(f"{report}/bad.xlsx")
    again = read_table(bad.content, needed=["Họ tên"], faults_of_rows=[])
    assert [row.cells["Họ tên"] for row in again.rows] == ["Phan Văn Lực", "=1+1"]
    done = await post_form(client, report)
    assert done.status_code == 303
    assert done.headers["location"] == report
    shown = (await client.get(report)).text
    made = re.findall(r'name="person" value="([0-9a-f-]+)"', shown)
    assert len(made) == 1
    merged = await post_form(client, "/work/people/invitations", form="csv", person=made)
    (row,) = read_table(merged.content).rows
    assert LINK.fullmatch(row.cells["Địa chỉ"])
    first = row.cells["Địa chỉ"]
    printed = await post_form(client, "/work/people/invitations", form="print")
    assert printed.text.count('class="invitation-sheet"') == 1
    assert (await client.get(first)).status_code == 410, "a new link kills the one before"
    assert (
        await post_form(
            client, "/work/people/invitations", form="xlsx", person=["00000000-0000-0000-0000-000000000001"]
        )
    ).status_code == 409


async def test_a_leader_delegates_the_deputy_sees_it_and_it_is_taken_back(
    client: AsyncClient, signed_in: SignIn, agency: UUID
) -> None:
    deputy = await signed_in("specialist", agency_id=agency, name="Ksor H'Liên")
    leader = await signed_in("leader", agency_id=agency, name="Lâm Văn Phúc")
    assert "Ksor H" in (await client.get("/work/people/delegations/new")).text
    last = (local_day(datetime.now(UTC)) + timedelta(days=16)).strftime("%d/%m/%Y")
    fields = {
        "kind": "approve_sheet",
        "to_person": str(deputy),
        "first": local_day(datetime.now(UTC)).strftime("%d/%m/%Y"),
        "last": last,
    }
    refused = await post_form(client, f"/work/people/delegations/new/{leader}", **fields)
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    answer = await post_form(
        client, f"/work/people/delegations/new/{leader}", **fields, reason="Nghỉ phép", basis="03/GUQ"
    )
    assert answer.status_code == 303
    shown = (await client.get("/work/people/delegations")).text
    assert "03/GUQ · Nghỉ phép" in shown
    assert (await post_form(client, f"/work/people/delegations/new/{deputy}", **fields, reason="x")).status_code == 403
    revoke = re.search(r"/work/people/delegations/[0-9a-f-]+/revoke", shown)
    assert revoke is not None
    assert (await post_form(client, revoke[0])).status_code == 303
    assert "Hiện không có ủy quyền nào." in (await client.get("/work/people/delegations")).text
    await signed_in("administrator")
    assert "thu lại lúc" in (await client.get("/work/people/delegations")).text


async def test_one_s_own_account_changes_its_password_and_ends_its_sessions(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("specialist")
    wrong = await post_form(client, "/work/account/password", current="sai", password=NEW, again=NEW)
    assert wrong.status_code == 422
    assert 'href="#current"' in wrong.text
    assert NEW not in wrong.text
    differ = await post_form(client, "/work/account/password", current=PASSWORD, password=NEW, again=NEW + "x")
    assert 'href="#again"' in differ.text
    done = await post_form(client, "/work/account/password", current=PASSWORD, password=NEW, again=NEW)
    assert done.status_code == 303
    assert "Đã đổi mật khẩu" in (await client.get(done.headers["location"])).text


async def test_the_review_counts_names_and_is_put_on_record(
    client: AsyncClient, signed_in: SignIn, agency: UUID
) -> None:
    await signed_in("leader", agency_id=agency, name="=cmd")
    await signed_in("administrator")
    page = (await client.get("/work/people/review")).text
    assert "Lãnh đạo đơn vị" in page
    table = await client.get("/work/people/review/rights.csv")
    assert "'=cmd" in table.text
    assert (await client.get("/work/people/review/rights.xlsx")).status_code == 200
    assert (await client.get("/work/people/review/khac.csv")).status_code == 404
    assert (await post_form(client, "/work/people/review", note="Đã bỏ 2 vai trò")).status_code == 303
    assert "Đã bỏ 2 vai trò" in (await client.get("/work/people/review")).text


async def test_a_focal_point_manages_the_own_agency_where_the_tenant_allows_and_nobody_else(
    client: AsyncClient, signed_in: SignIn, agency: UUID, other_agency: UUID, db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        mine, theirs, appraiser = [
            await people.add_person(connection, login=login, name=login, roles=[role], agency_id=where)
            for login, role, where in (
                ("cua-minh", "specialist", agency), ("noi-khac", "specialist", other_agency), ("td", "appraiser", agency),
            )
        ]  # fmt: skip
    await signed_in("focal_point", agency_id=agency)
    assert (await client.get("/work/people")).status_code == 403
    await signed_in("administrator")
    assert (await post_form(client, "/work/people/review/choices", focal_points="true")).status_code == 303
    await signed_in("focal_point", agency_id=agency)
    listed = (await client.get("/work/people")).text
    assert "cua-minh" in listed
    assert "noi-khac" not in listed
    assert (await client.get(f"/work/people/{theirs}")).status_code == 404
    for path, fields in (
        (f"/work/people/{theirs}/link", {}), (f"/work/people/{theirs}/roles", {"role": "leader"}),
        (f"/work/people/{theirs}/return", {}), (f"/work/people/{appraiser}/link", {}),
        (f"/work/people/{mine}/roles", {"role": "appraiser"}), (f"/work/people/{mine}/roles", {"role": "administrator"}),
        ("/work/people/review", {}), ("/work/people/review/choices", {}),
    ):  # fmt: skip
        assert (await post_form(client, path, **fields)).status_code == 403, path
    assert (await client.get("/work/people/import")).status_code == 403
    assert (await post_form(client, f"/work/people/{mine}/roles", role="leader")).status_code == 303
    added = await post_form(client, "/work/people/new", name="Mới", login="moi", agency="H2", role="specialist")
    assert added.status_code == 303
    async with db.transaction(tenant) as connection:
        (known,) = await queries.of_ids(connection, [UUID(added.headers["location"].rpartition("/")[2])])
    assert known.agency_id == agency, "whatever was typed, it is the own agency"


@pytest.mark.parametrize(
    "role", ["specialist", "leader", "secretary", "council_chair", "approver", "index_manager", "auditor"]
)
async def test_nobody_but_the_administrator_changes_an_account(
    client: AsyncClient, signed_in: SignIn, role: str, db: Database, tenant: UUID
) -> None:
    async with db.transaction(tenant) as connection:
        other = await people.add_person(connection, login="khac", name="Khác", roles=["specialist"])
    me = await signed_in(role)
    for whom in (me, other):
        for path in ("", "/roles", "/roles/end", "/link", "/return", "/keep", "/sessions/end"):
            fields = {"name": "x", "role": "administrator", "grant": str(me), "session": "x"}
            assert (await post_form(client, f"/work/people/{whom}{path}", **fields)).status_code in (403, 404, 422)
    async with db.transaction(tenant) as connection:
        roles = await connection.fetch("select distinct role from grants order by role")
    assert [row["role"] for row in roles] == sorted({"specialist", role})


async def test_people_of_another_tenant_are_not_there(
    client: AsyncClient, signed_in: SignIn, db: Database, other_tenant: UUID
) -> None:
    async with db.transaction(other_tenant) as connection:
        foreign = await people.add_person(connection, login="ngoai", name="Người ngoài", roles=["leader"])
    await signed_in("administrator")
    assert "Người ngoài" not in (await client.get("/work/people")).text
    assert (await client.get(f"/work/people/{foreign}")).status_code == 404
    for path in ("/link", "/return", "/keep"):
        assert (await post_form(client, f"/work/people/{foreign}{path}")).status_code == 404


async def test_the_list_asks_as_many_queries_for_sixty_people_as_for_two(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, count_queries: Callable[[], int]
) -> None:
    await signed_in("administrator")

    async def cost() -> int:
        before = count_queries()
        assert (await client.get("/work/people")).status_code == 200
        return count_queries() - before

    await cost()
    small = await cost()
    async with db.transaction(tenant) as connection:
        for number in range(60):
            await people.add_person(
                connection, login=f"n{number}", name=f"Người {number}", roles=["specialist", "leader"]
            )
    assert await cost() == small
    assert "Trang 1 trong 2" in (await client.get("/work/people")).text
