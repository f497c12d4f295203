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


async def choose(page: Page, value: str, most: int = 20) -> None:
    """Press the arrow until the list that has the focus stands at a value."""
    for _ in range(most):
        if await page.evaluate("document.activeElement.value") == value:
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow never came to {value}")


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


async def test_an_account_is_made_given_a_role_invited_reset_and_its_session_ended_without_a_mouse(
    site, platform, visit
):
    visitor = await visit(site)
    await visitor.sign_in("quantri", PASSWORD)
    await expect(visitor.page.get_by_role("heading", name="Việc cần làm")).to_be_visible()
    page = await visitor.open("/work/people/new")
    await tab_to(page, name="name")
    await page.keyboard.type("Đinh Thị Tơ")
    await tab_to(page, name="login", most=4)
    await page.keyboard.type("to.dt")
    await tab_to(page, name="role", most=4)
    await choose(page, "secretary")
    await tab_to(page, text="Thêm người", most=4)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Đinh Thị Tơ")
    person = page.url
    await tab_to(page, name="role")
    await choose(page, "index_manager")
    await tab_to(page, text="Giao", most=4)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("rowheader", name="Quản trị bộ chỉ số")).to_be_visible()
    await tab_to(page, text="Lập thư mời")
    await page.keyboard.press("Enter")
    invitation = await page.locator(".link-text").inner_text()
    guest = await visit(site)
    theirs = await guest.open(invitation)
    await tab_to(theirs, name="password")
    await theirs.keyboard.type("sáu con vịt qua cầu tre")
    await tab_to(theirs, name="again", most=4)
    await theirs.keyboard.type("sáu con vịt qua cầu tre")
    await theirs.keyboard.press("Enter")
    await theirs.wait_for_url("**/sign-in**")
    await guest.sign_in("to.dt", "sáu con vịt qua cầu tre")
    await expect(theirs.get_by_role("heading", name="Việc cần làm")).to_be_visible()
    page = await visitor.open(person)
    await tab_to(page, text="Kết thúc")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Kết thúc một phiên đăng nhập")).to_be_visible()
    await guest.open("/work")
    assert "/sign-in" in theirs.url, "the session was ended"
    await tab_to(page, text="Đặt lại mật khẩu")
    await page.keyboard.press("Enter")
    await expect(page.locator(".link-text")).to_be_visible()
    assert await page.locator(".link-text").inner_text() != invitation
