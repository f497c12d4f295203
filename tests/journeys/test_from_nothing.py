"""From an empty installation to open years of two tiers, in the browser alone: no shell after ``parindex serve``."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest_asyncio
from playwright.async_api import Page, expect

from parindex.criteria_workbook.writing import workbook_of
from parindex.places import data_folder
from parindex.reading.tables import read_table
from parindex.scoring import load_bytes
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles
from parindex.text import local_day
from tests import databases
from tests.assessments.conftest import SET
from tests.browsing import Visitor
from tests.installations import answer, database_settings, free_port, serving
from tests.journeys import deeds

PHRASE: Final = "sáu con vịt qua cầu tre"
LINK: Final = re.compile(r"http://127\.0\.0\.1:\d+/first/[\w-]+")
OPENS: Final = local_day(datetime.now(UTC))
YEAR: Final = OPENS.year
DAYS: Final = {
    "opens_on": OPENS, "last_day": OPENS + timedelta(days=60), "appraisal_last_day": OPENS + timedelta(days=120),
}  # fmt: skip

STAFF: Final = """Họ tên,Tên đăng nhập,Vai trò
Đặng Lan Anh,lananh,Quản trị bộ chỉ số
Phạm Hoài An,hoaian,Thư ký Hội đồng
Bùi Thanh Sơn,thanhson,Người phê duyệt công bố
"""

AGENCIES: Final = """code,name_vi,short_name,tier,parent,official_order
H88,Tỉnh Hòa Lâm,Hòa Lâm,province,,1
H88.01,Sở Nội vụ tỉnh Hòa Lâm,Sở Nội vụ,department,H88,1
H88.02,Sở Tư pháp tỉnh Hòa Lâm,Sở Tư pháp,department,H88,2
H88.03,Văn phòng Ủy ban nhân dân tỉnh Hòa Lâm,Văn phòng UBND,department,H88,3
H88.11,Xã Tân Hòa,Tân Hòa,commune,H88,1
H88.12,Xã Phú Khê,Phú Khê,commune,H88,2
H88.13,Xã Ia Đrông,Ia Đrông,commune,H88,3
"""

LEADERS: Final = """Họ tên,Tên đăng nhập,Mã đơn vị,Vai trò
Lâm Văn Phúc,phuc,H88.01,Lãnh đạo đơn vị
Ksor H'Liên,lien,H88.01,Thành viên tổ thẩm định
Vi Thị Mỷ,my,H88.03,Thành viên tổ thẩm định
Cao Văn Tú,tu,H88.11,Chuyên viên
Cao Văn Tú,tu,H88.11,Lãnh đạo đơn vị
Trịnh Thu Trang,trang,H88.12,Chuyên viên
"""


def set_of(tier: str) -> str:
    """A set for a tier of this year, without the criteria that a survey scores."""
    text = SET.replace("set: minh-hoa", f"set: minh-hoa-{tier}").replace("tier: province", f"tier: {tier}")
    text = text.replace('"2026.1"', f'"{YEAR}.1"').replace("[2026]", f"[{YEAR}]")
    return text.replace(
        "rule: {survey: {instrument: sipas, measure: index}, as: share}}", "rule: {judged: true}}"
    ).replace('title: {vi: "Tác động"}', 'title: {vi: "Tác động"}\n    appraiser: home-affairs')


@dataclass
class Installation:
    """A server that nobody has used yet."""

    url: str
    link: str
    """Of the first administrator, as it was printed."""


@pytest_asyncio.fixture(loop_scope="session")
async def installation(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Installation]:
    name = f"nothing_{os.getpid()}"
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}"')
    await admin.close()
    inside = await asyncpg.connect(server.url("postgres", name))
    await create_roles(inside, name)
    await inside.close()
    port = free_port()
    settings = {
        **database_settings(server, name), "PARINDEX_DATA": str(tmp_path / "data"), "PORT": str(port),
        "PARINDEX_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    try:
        with serving(tmp_path, **settings) as process:
            await asyncio.to_thread(answer, port, "/readyz", of=process)
            while not (found := LINK.search((tmp_path / "said").read_text())):
                assert process.poll() is None, (tmp_path / "said").read_text()
                await asyncio.sleep(0.05)
            yield Installation(url=f"http://127.0.0.1:{port}", link=found[0])
    finally:
        await databases.drop(server, name)


async def test_an_office_sets_up_two_tiers_of_a_year_from_an_empty_installation(
    installation: Installation, visit: Any, tmp_path: Path
) -> None:
    administrator, manager, secretary, approver, specialist = [await visit(installation) for _ in range(5)]
    await makes_the_first_administrator(administrator, installation.link)
    await lets_in(await adds_people(administrator, tmp_path, "nhan-su.csv", STAFF), {
        "lananh": manager, "hoaian": secretary, "thanhson": approver,
    })  # fmt: skip
    await enters_agencies(manager, tmp_path)
    links = await adds_people(administrator, tmp_path, "don-vi.csv", LEADERS)
    await lets_in({"tu": links["tu"]}, {"tu": specialist})
    for tier in ("department", "commune"):
        await drafts_a_set(manager, tmp_path, tier)
        await approves(approver, tier)
        await publishes(manager, tier)
    await publish_a_questionnaire(manager, approver)
    for tier in ("department", "commune"):
        await makes_a_year(secretary, tier)
    communes = await names_bodies_and_opens(secretary)
    await specialist.open("/work")
    await expect(
        specialist.page.get_by_role("link", name=f"Phiếu tự đánh giá năm {YEAR} · Xã Tân Hòa").first
    ).to_be_visible()
    await two_communes_merge(manager)
    await secretary.open(communes)
    await expect(secretary.page.locator(".matrix")).to_contain_text("Đã bàn giao cho cơ quan kế thừa")
    await expect(secretary.page.locator(".matrix")).to_contain_text("Phú Đrông")
    await somebody_leaves(administrator)
    for visitor in (administrator, manager, secretary, approver, specialist):
        assert visitor.foreign == []
        assert visitor.faults == []


async def makes_the_first_administrator(visitor: Visitor, link: str) -> None:
    page = await visitor.open(link)
    typed = {"owner": "Ủy ban nhân dân tỉnh Hòa Lâm", "name": "Ngô Quang Huy", "login": "huy"}
    for name, text in {**typed, "password": PHRASE, "again": PHRASE}.items():
        await page.fill(f"[name={name}]", text)
    await page.get_by_role("button", name="Tạo quản trị hệ thống").click()
    await visitor.sign_in("huy", PHRASE)
    await expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()
    assert await visitor.flaws() == []


async def adds_people(visitor: Visitor, folder: Path, name: str, rows: str) -> dict[str, str]:
    """From a sheet; the links of those who are new by login."""
    page = await visitor.open("/work/people/import")
    await choose(page, "sheet", folder / name, rows.encode())
    await page.get_by_role("button", name="Xem trước").click()
    await expect(page.locator(".lede")).to_contain_text("0 dòng chưa nhận được")
    await page.get_by_role("button", name=re.compile(r"Ghi \d+ dòng")).click()
    await expect(page.get_by_text("Người mới chưa có mật khẩu")).to_be_visible(timeout=30_000)
    async with page.expect_download() as told:
        await page.get_by_role("button", name="Tệp trộn thư (CSV)").click()
    table = read_table(Path(await (await told.value).path()).read_bytes())
    return {row.cells["Tên đăng nhập"]: row.cells["Địa chỉ"] for row in table.rows}


async def lets_in(links: dict[str, str], visitors: dict[str, Visitor]) -> None:
    assert set(links) == set(visitors)
    for login, visitor in visitors.items():
        page = await visitor.open(links[login])
        await page.fill("[name=password]", PHRASE)
        await page.fill("[name=again]", PHRASE)
        await page.get_by_role("button", name="Đặt mật khẩu").click()
        await visitor.sign_in(login, PHRASE)
        await expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()


async def choose(page: Page, field: str, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    await page.set_input_files(f"input[name={field}]", file)


async def enters_agencies(visitor: Visitor, folder: Path) -> None:
    page = await visitor.open("/work/agencies/import")
    await choose(page, "file", folder / "co-quan.csv", AGENCIES.encode())
    await page.get_by_role("button", name="Kiểm tra tệp").click()
    await page.get_by_role("button", name="Ghi 7 dòng vào danh mục").click()
    await expect(page.get_by_text("Danh mục đã đúng như tệp")).to_be_visible()
    await visitor.open("/work/agencies?tier=commune")
    await expect(page.locator("main")).to_contain_text("Xã Ia Đrông")
    assert await visitor.flaws() == []


async def drafts_a_set(visitor: Visitor, folder: Path, tier: str) -> None:
    """A workbook for departments, YAML for communes."""
    page = await visitor.open("/work/criteria/new")
    text = set_of(tier).encode()
    name, content = f"{tier}.yaml", text
    if tier == "department":
        name, content = f"{tier}.xlsx", workbook_of(load_bytes(text, f"{tier}.yaml"))
    await choose(page, "file", folder / name, content)
    await page.get_by_role("button", name="Tải lên").click()
    await expect(page.get_by_role("link", name="Trình phê duyệt")).to_be_visible()
    assert await visitor.flaws() == []
    await page.get_by_role("link", name="Trình phê duyệt").click()
    await deeds.go_through(page, "Trình phê duyệt")


async def opens_the_draft(visitor: Visitor, tier: str) -> Page:
    page = await visitor.open("/work/criteria")
    await (
        page.locator("main a", has_text=f"minh-hoa-{tier}")
        .or_(page.locator("main li, main tr", has_text=f"minh-hoa-{tier}").locator("a"))
        .first.click()
    )
    return page


async def approves(visitor: Visitor, tier: str) -> None:
    page = await opens_the_draft(visitor, tier)
    draft = page.url
    await page.get_by_role("link", name="Đọc từng dòng").first.click()
    areas = await page.locator("nav.tabs a, .tabs a").evaluate_all("all => all.map(one => one.href)")
    for area in areas or [page.url]:
        await visitor.open(area)
        boxes = await page.locator("input[name=read]").all()
        for box in boxes:
            await box.check()
        if boxes:
            async with page.expect_navigation():  # else opening the next area ends the form on its way
                await page.get_by_role("button", name="Ghi các dòng đã xem").click()
    await visitor.open(draft)
    await page.get_by_role("link", name="Phê duyệt").click()
    await deeds.go_through(page, "Phê duyệt")


async def publishes(visitor: Visitor, tier: str) -> None:
    page = await opens_the_draft(visitor, tier)
    await page.get_by_role("link", name="Ban hành", exact=True).click()
    await deeds.go_through(page, "Ban hành", number="15/QĐ-UBND", date=OPENS.strftime("%d/%m/%Y"))


async def publish_a_questionnaire(manager: Visitor, approver: Visitor) -> None:
    """The shipped one of satisfaction; the second person looks at it as those asked will see it."""
    page = await manager.open("/work/instruments")
    source = next((data_folder("instruments") / "sipas").glob("*.yaml"))
    await page.set_input_files("input[name=file]", source)
    await page.get_by_role("button", name="Tải lên").click()
    await page.get_by_role("link", name="Trình phê duyệt").click()
    await deeds.go_through(page, "Trình phê duyệt")
    draft = page.url
    page = await approver.open(draft)
    await page.get_by_role("link", name="Xem như người trả lời thấy").click()
    assert await approver.flaws() == []
    await approver.open(draft)
    await page.get_by_role("link", name="Phê duyệt", exact=True).click()
    await deeds.go_through(page, "Phê duyệt")
    page = await manager.open(draft)
    await page.get_by_role("link", name="Ban hành", exact=True).click()
    await deeds.go_through(page, "Ban hành", number="16/QĐ-UBND", date=OPENS.strftime("%d/%m/%Y"))
    await manager.open("/work/instruments")
    await expect(page.locator("main")).to_contain_text("16/QĐ-UBND")


async def makes_a_year(visitor: Visitor, tier: str) -> None:
    page = await visitor.open("/work/years/new")
    await page.fill("[name=year]", str(YEAR))
    await page.locator("input[name=source][value=other]").check()
    option = page.locator("select[name='set:other'] option", has_text=f"minh-hoa-{tier}")
    await page.select_option("select[name='set:other']", await option.get_attribute("value"))
    await page.fill("[name=family]", "par-index")
    for name, day in DAYS.items():
        await page.fill(f"[name={name}]", day.strftime("%d/%m/%Y"))
    await page.get_by_role("button", name="Lập bản nháp").click()
    await expect(page.locator("main")).to_contain_text("trước khi mở kỳ")


async def names_bodies_and_opens(visitor: Visitor) -> str:
    """Of both tiers; the address of the communes' matrix."""
    for title in (f"Các sở, ban, ngành năm {YEAR}", f"Cấp xã năm {YEAR}"):
        page = await visitor.open("/work/years")
        await page.get_by_role("link", name=title).first.click()
        for body, agency, substitute in (
            ("home-affairs", "H88.01", "H88.02"), ("government-office", "H88.03", "H88.02"),
        ):  # fmt: skip
            await page.fill(f"[name='body:{body}']", agency)
            await page.fill(f"[name='substitute:{body}']", substitute)
        await page.get_by_role("button", name="Lưu cơ quan thẩm định").click()
        await expect(page.get_by_text("Đã lưu cơ quan thẩm định.")).to_be_visible()
        for box in await page.locator("#members input[name=member]").all():
            await box.check()
        await page.get_by_role("button", name="Lưu trang này").click()
        assert await visitor.flaws() == []
        await page.get_by_role("link", name="Mở tự đánh giá").click()
        await deeds.go_through(page, "Mở tự đánh giá")
        await expect(page.locator(".matrix")).to_be_visible()
    return page.url


async def two_communes_merge(visitor: Visitor) -> None:
    """In July, found out now: their sheets are handed over, and the successor declares."""
    page = await visitor.open("/work/agencies/merge")
    day = min(date(YEAR, 7, 1), OPENS).strftime("%d/%m/%Y")
    typed = {
        "others": "H88.12\nH88.13", "code": "H88.14", "name_vi": "Xã Phú Đrông", "day": day, "number": "7/NQ-HĐND", "date": day,
    }  # fmt: skip
    for name, text in typed.items():
        await page.fill(f"[name={name}]", text)
    await page.get_by_role("button", name="Kiểm tra trước khi ghi").click()
    await expect(page.locator("main")).to_contain_text(f"2 phiếu của kỳ năm {YEAR}")
    assert await visitor.flaws() == []
    for choice in await page.locator("main select").all():
        await choice.select_option("inherit")
    for choice in await page.locator("main input[type=radio][value=inherit]").all():
        await choice.check()
    await expect(page.locator(".draft-status").first).to_contain_text("Đã giữ nội dung đang nhập lúc")
    await page.reload()
    await expect(page.get_by_text("Chưa lưu, nhập lúc").first).to_be_visible()
    await expect(page.locator("main select")).to_have_value("inherit")
    await deeds.go_through(page, "Sáp nhập, hợp nhất")
    await visitor.open("/work/agencies/H88.14")
    await expect(page.locator("main")).to_contain_text("Xã Phú Đrông")
    assert await visitor.flaws() == []


async def somebody_leaves(visitor: Visitor) -> None:
    """A specialist of a commune that is no more; whoever holds a role alone is named before."""
    page = await visitor.open("/work/people?search=trang")
    await page.get_by_role("link", name="Trịnh Thu Trang").first.click()
    await page.get_by_role("link", name="Đã nghỉ", exact=True).click()
    await deeds.go_through(page, "Ghi đã nghỉ", reason="Nghỉ hưu")
    await visitor.open("/work/people?tab=left")
    await expect(page.locator("main")).to_contain_text("Trịnh Thu Trang")
