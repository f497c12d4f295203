"""The registry on pages: looked through by whoever works here, changed by the index manager, each deed after a check."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.agencies import NewAgency, add_all, find, importing, listed, queries
from parindex.store.database import Database
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

BASIS = {"number": "12/NQ-HĐND", "date": "03/02/2026"}
DAY = date(2026, 3, 1)


@pytest.fixture
async def ids(db: Database, tenant: UUID) -> dict[str, UUID]:
    new = [
        NewAgency(code="H15", name_vi="Tỉnh Hòa Lâm", tier="province", official_order=1),
        NewAgency(code="H15.50", name_vi="Sở Nội vụ", tier="department", parent="H15", official_order=1),
        NewAgency(code="H15.60", name_vi="Xã Đông Hà", tier="commune", parent="H15", population=9000),
        NewAgency(code="H15.61", name_vi="Xã Tây Hà", tier="commune", parent="H15", population=8000),
    ]
    async with db.transaction(tenant) as connection:
        return dict(zip((one.code for one in new), await add_all(connection, new, by="system"), strict=True))


def at(code: str, deed: str, /, **typed: str) -> str:
    return f"/work/agencies/{code}/{deed}/check?" + urlencode({"day": "01/03/2026", **BASIS, **typed})


async def test_the_tree_is_walked_branch_by_branch_and_searched_without_marks(
    client: AsyncClient, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("auditor")
    answer = await client.get("/work/agencies")
    assert answer.status_code == 200, answer.text[2000:4000]
    top = answer.text
    assert "Tỉnh Hòa Lâm" in top
    assert "Sở Nội vụ" not in top
    assert "Thêm cơ quan" not in top
    assert "under=H15" in top
    branch = (await client.get("/work/agencies?under=H15")).text
    assert "Sở Nội vụ" in branch
    assert "Xã Đông Hà" in branch
    found = (await client.get("/work/agencies?q=dong ha")).text
    assert "Xã Đông Hà" in found
    assert "Xã Tây Hà" not in found
    assert "Sở Nội vụ" in (await client.get("/work/agencies?tier=department")).text
    nobody = (await client.get("/work/agencies?day=30/06/2025")).text
    assert "Danh mục chưa có cơ quan nào vào ngày này" in nobody
    assert "không phải một ngày" in (await client.get("/work/agencies?day=31/02/2026")).text
    assert len(ids) == 4


@pytest.mark.parametrize("path", ["", "?q=xa", "?under=H15", "?state=ended"])
async def test_a_page_of_the_registry_asks_the_same_of_the_database_however_many_there_are(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn,
    count_queries: Callable[[], int], path: str,
) -> None:  # fmt: skip
    await signed_in("index_manager")
    await client.get(f"/work/agencies{path}")
    before = count_queries()
    await client.get(f"/work/agencies{path}")
    few = count_queries() - before
    new = [NewAgency(code=f"X{n}", name_vi=f"Xã {n}", tier="commune", parent="H15") for n in range(150)]
    async with db.transaction(tenant) as connection:
        await add_all(connection, new, by="system")
    before = count_queries()
    page = await client.get(f"/work/agencies{path}")
    assert page.status_code == 200
    assert count_queries() - before == few
    assert page.text.count('<tr role="row">') <= 101
    assert len(ids) == 4


async def test_who_does_not_keep_the_registry_reads_and_changes_nothing(
    client: AsyncClient, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    for role in ("secretary", "approver", "administrator"):
        await signed_in(role)
        assert (await client.get("/work/agencies/H15.60")).status_code == 200
        assert (await client.get("/work/agencies/new")).status_code == 403
        assert (await client.get(at("H15.60", "close"))).status_code == 403
        assert (await client.get("/work/agencies/import")).status_code == 403
        assert (await post_form(client, "/work/agencies/new", code="X")).status_code == 403
    assert (await client.get("/work/agencies/KHONG")).status_code == 404
    assert len(ids) == 4


async def test_an_agency_is_entered_and_taken_back_on_the_same_day(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    typed = {"code": "H15.70", "name_vi": "Xã Mới", "tier": "commune", "parent": "H15", "day": "01/03/2026", **BASIS}
    wrong = await post_form(client, "/work/agencies/new", **{**typed, "code": "h15", "name_vi": ""})
    assert wrong.status_code == 422
    assert "Xã Mới" not in wrong.text
    assert "H15.70" not in wrong.text
    assert (await post_form(client, "/work/agencies/new", **{**typed, "parent": "KHONG"})).status_code == 422
    done = await post_form(client, "/work/agencies/new", **typed)
    assert done.status_code == 303
    page = (await client.get(done.headers["location"])).text
    assert "Xã Mới" in page
    assert "12/NQ-HĐND" in page
    deed = re.search(r'name="deed" value="([\w-]+)"', page)
    assert deed is not None
    assert (await post_form(client, "/work/agencies/H15.70/take-back", deed=deed[1])).status_code == 303
    async with db.transaction(tenant) as connection:
        assert await queries.by_code(connection, "H15.70", DAY) is None
    assert (await post_form(client, "/work/agencies/new", **typed)).status_code == 303
    assert len(ids) == 4


async def test_a_name_of_a_later_day_is_checked_and_holds_from_it(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    form = (await client.get("/work/agencies/H15.60/change")).text
    assert 'value="Xã Đông Hà"' in form
    typed = {"name_vi": "Phường Đông Hà", "parent": "H15", "population": "9000"}
    asked = (await client.get(at("H15.60", "change", **typed))).text
    assert "Xã Đông Hà → Phường Đông Hà" in asked
    async with db.transaction(tenant) as connection:
        assert (await find(connection, "H15.60", DAY)).name_vi == "Xã Đông Hà"
    assert (await post_checked(client, at("H15.60", "change", **typed))).status_code == 303
    async with db.transaction(tenant) as connection:
        assert (await find(connection, "H15.60", DAY)).name_vi == "Phường Đông Hà"
        assert (await find(connection, "H15.60", date(2026, 2, 28))).name_vi == "Xã Đông Hà"
        assert (await find(connection, "H15.60", DAY)).parent_id == ids["H15"]
    again = await client.get(at("H15.60", "change", **typed))
    assert "Phải xử lý trước khi làm" in again.text


async def test_a_merger_is_checked_done_and_told_on_both_sides(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = at("H15.60", "merge", others="H15.61", code="H15.60", name_vi="Xã Hà")
    asked = (await client.get(path)).text
    assert "Xã Đông Hà, Xã Tây Hà thành Xã Hà (H15.60)" in asked
    done = await post_checked(client, path)
    assert done.status_code == 303
    page = (await client.get(done.headers["location"])).text
    assert "Xã Hà" in page
    assert "Cơ quan tiền thân" in page
    assert "17.000" in page
    before = (await client.get("/work/agencies/H15.61")).text
    assert "Cơ quan kế thừa" in before
    async with db.transaction(tenant) as connection:
        assert {one.code for one in await listed(connection, tier="commune", day=DAY)} == {"H15.60"}
    assert len(ids) == 4


async def test_what_cannot_be_is_told_before_it_is_done(
    client: AsyncClient, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    asked = await client.get(at("H15.60", "merge", others="H15.50", code="H15.99", name_vi="Xã Hà"))
    assert "không cùng cấp" in asked.text
    assert "Phải xử lý trước khi làm" in asked.text
    late = await client.get(at("H15.60", "split", parts="H15.62"))
    assert late.status_code == 422
    assert "Mỗi dòng gồm mã" in late.text
    unsigned = await client.get(at("H15.60", "close", number=""))
    assert unsigned.status_code == 422
    assert (await client.get("/work/agencies/H15.60/burn")).status_code == 404
    assert len(ids) == 4


async def test_one_is_split_from_a_page(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = at("H15.60", "split", parts="H15.62 Xã Một\r\nH15.63 Xã Hai")
    assert (await post_checked(client, path)).status_code == 303
    async with db.transaction(tenant) as connection:
        found = await listed(connection, tier="commune", day=DAY)
        assert {(one.code, one.parent) for one in found} == {("H15.61", "H15"), ("H15.62", "H15"), ("H15.63", "H15")}
    assert len(ids) == 4


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_registry_of_a_day_comes_back_the_same(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn, kind: str
) -> None:
    await signed_in("index_manager")
    file = await client.get(f"/work/agencies.{kind}")
    rows = importing.read_csv(file.content)
    async with db.transaction(tenant) as connection:
        kept = await listed(connection)
    assert [(one.code, one.name_vi, one.parent, one.population, one.valid_from) for one in rows] == [
        (one.code, one.name_vi, one.parent, one.population, one.valid_from) for one in kept
    ]
    report = await upload(client, file.content)
    assert "0 dòng mới, 0 dòng sửa, 4 dòng đã đúng, 0 dòng lỗi" in report
    assert len(ids) == 4


async def upload(client: AsyncClient, content: bytes) -> str:
    """The report of a list."""
    await client.get("/work/agencies/import")
    token = client.cookies["csrftoken"]
    sent = await client.post(
        "/work/agencies/import", data={"_csrf_token": token}, files={"file": ("agencies.csv", content)}
    )
    return (await client.get(sent.headers["location"])).text if sent.status_code == 303 else sent.text


async def test_every_row_of_a_list_is_told_the_good_are_written_and_the_bad_taken_home(
    client: AsyncClient, db: Database, tenant: UUID, ids: dict[str, UUID], signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    text = (
        "code,name_vi,tier,parent,population\nH15.80,Xã Tám,commune,H15,100\nH15.60,Xã Đông Hà Mới,commune,,\n"
        "h15.81,Xã Chín,commune,H15,x\nH15.61,Xã Tây Hà,department,,\nH15.82,Xã Mười,commune,KHONG,\n"
    )
    report = await upload(client, text.encode())
    assert "1 dòng mới, 1 dòng sửa, 0 dòng đã đúng, 3 dòng lỗi" in report
    assert "Dòng 4, cột code" in report
    assert "Dòng 5, cột tier" in report
    assert "Dòng 6, cột parent" in report
    async with db.transaction(tenant) as connection:
        assert len(await listed(connection)) == 4
    action = re.search(r'action="(/work/agencies/import/[\w-]+)"', report)
    assert action is not None
    assert (await post_form(client, action[1])).status_code == 303
    async with db.transaction(tenant) as connection:
        assert (await find(connection, "H15.80")).parent == "H15"
        assert (await find(connection, "H15.60")).name_vi == "Xã Đông Hà Mới"
        assert len(await listed(connection)) == 5
    after = (await client.get(action[1])).text
    assert "0 dòng mới, 0 dòng sửa, 2 dòng đã đúng, 3 dòng lỗi" in after
    left = (await client.get(f"{action[1]}/left.csv")).content.decode("utf-8-sig").splitlines()
    assert len(left) == 4
    assert left[1].startswith("h15.81,Xã Chín,commune,H15,x,")
    assert len(ids) == 4


async def test_a_file_that_is_no_list_says_so(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    assert "cột" in await upload(client, b"a,b\n1,2\n")
    assert "chưa có cơ quan nào" in await upload(client, b"code,name_vi,tier\n")
