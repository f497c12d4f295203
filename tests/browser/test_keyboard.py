"""Without a mouse: sign in, declare an entry, answer a page of the survey; where one stands is always visible."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page, expect

from tests.conftest import PASSWORD

PLATFORM: Final = {"past": False, "stays": {"P03": "drafting", "P17": "not_started"}, "blank": {"P03": ("1.1.2",)}}
"""How the small platform of this module is loaded."""


FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), cell = at.closest('.cell, .pick, .segments label, .choice label');
  const outlined = [at, cell, at.nextElementSibling].filter(Boolean).map(each => getComputedStyle(each))
    .some(each => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) >= 2);
  return {tag: at.tagName, name: at.name || '', text: (at.textContent || at.value || '').trim().slice(0, 80), outlined,
          shadow: style.boxShadow !== 'none'};
}"""


async def tab_to(page: Page, *, name: str = "", text: str = "", most: int = 160) -> None:
    """Press Tab until that control has the focus; every stop on the way shows where one is."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        at = await page.evaluate(FOCUSED)
        if at["tag"] != "BODY":
            assert at["outlined"] or at["shadow"], f"the focus is not visible on {at}"
        if (name and at["name"] == name) or (text and text in at["text"] and at["tag"] in ("A", "BUTTON", "SUMMARY")):
            return
    raise AssertionError(f"Tab never came to {name or text}")


async def test_an_entry_is_declared_without_a_mouse(site, platform, visit):
    visitor = await visit(site)
    page = await visitor.open("/sign-in")
    await tab_to(page, name="login")
    await page.keyboard.type("chuyenvien")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()
    await tab_to(page, text="Kê khai tiếp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Còn 1 tiêu chí thành phần chưa đủ")).to_be_visible()
    await tab_to(page, text="Kê khai tiếp từ 1.1.2")
    await page.keyboard.press("Enter")
    await expect(page.locator("h2.leaf-title")).to_contain_text("1.1.2")
    for fact in ("all_contents", "owners", "products", "deadlines"):
        await tab_to(page, name=f"fact:1.1.2.{fact}")
        await page.keyboard.press("ArrowDown")
    await tab_to(page, name="explanation")
    await page.keyboard.type("Theo quyết định ban hành kế hoạch.")
    await tab_to(page, text="Lưu")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    await expect(page.locator(".middle .score").first).to_contain_text("0,50")


async def test_the_skip_link_leads_past_the_menu(site, platform, visit):
    visitor = await visit(site)
    page = await visitor.open("/sign-in")
    await page.keyboard.press("Tab")
    assert (await page.evaluate(FOCUSED))["text"] == "Đến nội dung chính"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    await tab_to(page, name="login", most=3)


async def test_a_page_of_the_survey_is_answered_without_a_mouse(site, platform, visit):
    visitor = await visit(site, size="360")
    page = await visitor.open(f"/s/{platform.tokens[0]}")
    await tab_to(page, text="Tôi đồng ý")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Phần 1 trong")).to_be_visible()
    for name in dict.fromkeys(await page.locator("fieldset.q input").evaluate_all("all => all.map(each => each.name)")):
        await tab_to(page, name=name)
        await page.keyboard.press("Space")
    await tab_to(page, text="Tiếp tục")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Phần 2 trong")).to_be_visible()
    await tab_to(page, text="Tiếp tục")
    await page.keyboard.press("Enter")
    summary = page.locator(".errs")
    await expect(summary).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.matches('fieldset.q')")


async def test_the_menu_of_a_phone_opens_and_closes_by_keys(site, platform, visit):
    visitor = await visit(site, size="360")
    page = await visitor.open("/sign-in")
    await tab_to(page, text="Menu")
    await page.keyboard.press("Enter")
    assert await page.locator("details.menu").get_attribute("open") is not None
    await page.keyboard.press("Escape")
    assert await page.locator("details.menu").get_attribute("open") is None
