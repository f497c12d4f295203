"""What each person does, by the words on the page: everything here works with and without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from parindex.practice.papers import letter
from parindex.text import TIME_ZONE
from tests.browser.small_platform import Platform
from tests.browsing import Visitor
from tests.conftest import PASSWORD

TODAY: Final = f"{datetime.now(TIME_ZONE):%d/%m/%Y}"


@dataclass(frozen=True)
class Paper:
    """A document that a specialist registers."""

    number: str = "312/QĐ-UBND"
    day: str = "2025-12-30"
    issuer: str = "UBND Tỉnh Hòa Lâm"
    abstract: str = "Quyết định ban hành kế hoạch cải cách hành chính năm 2026"
    pages: str = "trang 1–4"


async def sign_in(visitor: Visitor, login: str, role: str) -> None:
    """Through the form; the worklist is where one lands."""
    await visitor.sign_in(login, PASSWORD)
    await visitor.open("/work")
    await expect(visitor.page.locator("header .who")).to_contain_text(role)


async def sign_out(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="Đăng xuất").first.click()
    await expect(visitor.page.locator("header .who")).to_have_count(0)


async def open_leaf(page: Page, code: str) -> None:
    """From the overview of the sheet to a leaf that is not complete."""
    await page.locator(".gap-list a", has=page.locator(f"b:text-is('{code}')")).click()
    await expect(page.locator("h2.leaf-title")).to_contain_text(code)


async def save(page: Page) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.get_by_text(re.compile(r"Đã lưu lúc \d\d:\d\d"))).to_be_visible()


async def go_on(page: Page, code: str) -> None:
    """Save and go to the next leaf."""
    await page.get_by_role("button", name=f"Xong, sang {code}").click()
    await expect(page.locator("h2.leaf-title")).to_contain_text(code)


async def attach_new(page: Page, folder: Path, code: str, paper: Paper) -> None:
    """Register a document with its file at a leaf."""
    file = folder / "ke-hoach.docx"
    file.write_bytes(letter([paper.abstract, "Điều 1. Ban hành kế hoạch."]))
    await page.get_by_role("link", name="Thêm tài liệu").click()
    await page.get_by_label("Số, ký hiệu").fill(paper.number)
    await page.get_by_label("Ngày ban hành").fill(paper.day)
    await page.get_by_label("Cơ quan ban hành", exact=True).fill(paper.issuer)
    await page.get_by_label("Trích yếu", exact=True).fill(paper.abstract)
    await page.get_by_label("Nội dung ở trang").fill(paper.pages)
    await page.get_by_label("không thuộc danh mục bí mật nhà nước").check()
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name=f"Đăng ký và gắn vào {code}").click()
    await expect(page.locator("h2.leaf-title")).to_contain_text(code)
    await expect(page.get_by_text(paper.number).first).to_be_visible()


async def attach_known(page: Page, code: str, number: str) -> None:
    """Put a document of the register to a leaf."""
    await page.get_by_role("link", name="Thêm tài liệu").click()
    await page.get_by_role("button", name=f"Gắn vào {code} {number}").click()
    await expect(page.locator("h2.leaf-title")).to_contain_text(code)


async def declare_plan(page: Page, folder: Path, code: str = "1.1.1") -> None:
    """A date, which the server turns into points with a reason, and the decision that proves it."""
    await page.get_by_label("Ngày ban hành kế hoạch").fill("2025-12-30")
    await save(page)
    score = page.locator(".middle .score").first
    await expect(score).to_contain_text("0,50")
    await expect(score).to_contain_text("30/12/2025")
    await attach_new(page, folder, code, Paper())


async def answer_survey(visitor: Visitor, token: str, *, look: bool = False) -> tuple[str, list[str]]:
    """From the link to the receipt; nothing is chosen before the person chooses.

    Returns:
        The receipt's code, and what is wrong with the pages when ``look``.
    """
    page, flaws = visitor.page, []

    async def looked() -> None:
        if look:
            flaws.extend(f"{page.url}: {flaw}" for flaw in await visitor.flaws())

    await visitor.open(f"/s/{token}")
    assert token not in page.url
    await looked()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Tôi đồng ý, bắt đầu trả lời").click()
    asked = 0
    while "/survey/review" not in page.url:
        assert await page.locator("input:checked").count() == 0
        await looked()
        asked += await answer_group(page)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Tiếp tục").click()
        assert asked < 500
    await looked()
    await page.get_by_role("button", name="Gửi phiếu").click()
    await expect(page.get_by_role("heading", name="Đã nhận phiếu trả lời")).to_be_visible()
    await looked()
    return (await page.locator(".receipt-code").inner_text()).strip(), flaws


async def answer_group(page: Page) -> int:
    """Choose an answer to every question of the page: the fourth of a scale, else the first."""
    questions = page.locator("fieldset.q")
    count = await questions.count()
    for place in range(count):
        cells = questions.nth(place).locator("label.cell")
        await cells.nth(
            min(3, await cells.count() - 1) if await questions.nth(place).locator(".scale").count() else 0
        ).click()
    return count


async def go_through(page: Page, button: str, **typed: str) -> None:
    """The page before a deed: every line ticked, the decision typed, the deed done."""
    for box in await page.locator("input[name=confirm]").all():
        await box.check()
    for name, text in typed.items():
        await page.locator(f"[name={name}]").fill(text)
    async with page.expect_navigation():
        await page.get_by_role("button", name=button, exact=True).click()


async def finish(visitor: Visitor, platform: Platform) -> None:
    """The secretary closes appraisal, locks and estimates the survey, computes the year and hands it over."""
    page = visitor.page
    await visitor.open(f"/work/cycles/{platform.cycle}")
    await page.get_by_role("link", name="Đóng thẩm định").click()
    await go_through(page, "Đóng thẩm định")
    await expect(page.locator(".matrix")).to_be_visible()
    await visitor.open(f"/work/surveys/{platform.round}")
    await page.get_by_role("link", name="Khóa đợt khảo sát").click()
    decided = {"number": "12/QĐ-KS", "date": TODAY, "reason": "Hết thời hạn thu phiếu."}
    await go_through(page, "Khóa đợt khảo sát", **decided)
    await page.get_by_role("button", name="Tính kết quả").click()
    await expect(page.get_by_role("heading", name="Kết quả", exact=True)).to_be_visible(timeout=30_000)
    await expect(page.locator("#main")).to_contain_text("Sai số chuẩn")
    await compute(visitor, "Tính kết quả")


async def compute(visitor: Visitor, link: str) -> None:
    """The secretary computes the year and hands it over."""
    page = visitor.page
    await visitor.open("/work/years")
    await page.get_by_role("link", name="Cấp tỉnh năm 2026", exact=True).click()
    await page.get_by_role("link", name=link).click()
    await go_through(page, "Tính kết quả")
    await expect(page.get_by_role("heading", name="Kết quả đã tính")).to_be_visible(timeout=30_000)
    await page.get_by_role("link", name="Trình phê duyệt").click()
    await go_through(page, "Trình phê duyệt")
    await expect(page.locator("#main")).to_contain_text(re.compile("phê duyệt", re.IGNORECASE))


async def publish(visitor: Visitor, decision: str, edition: str) -> None:
    """The approver publishes; half a name for a signer does not pass with one click."""
    page = visitor.page
    await visitor.open("/work/years")
    await page.get_by_role("link", name="Cấp tỉnh năm 2026", exact=True).click()
    await page.get_by_role("link", name="Công bố", exact=True).click()
    await go_through(page, "Công bố", number=decision, date=TODAY, signer="Bùi")
    await expect(page.locator(".deed-odd")).to_contain_text("Người ký chỉ có một từ")
    await go_through(page, "Công bố", signer="Bùi Thanh Sơn")
    await expect(page.get_by_role("heading", name=f"Ấn bản {edition}")).to_be_visible(timeout=30_000)
