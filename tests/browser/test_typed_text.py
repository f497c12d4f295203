"""Nothing typed is lost: on the way to another page, without the server, after the session, at the button."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page, expect

from tests.conftest import PASSWORD

PLATFORM: Final = {
    "past": False,
    "waiting": ("P02",),
    "stays": {"P03": "drafting", "P17": "not_started"},
    "blank": {"P03": ("1.1.2",)},
}
"""How the small platform of this module is loaded."""

EXPLANATION: Final = "#explanation"
STATUS: Final = '.draft-status[data-form="declare"]'


async def at_leaf(visitor, platform, code: str = "1.1.2") -> Page:
    await visitor.sign_in("chuyenvien", PASSWORD)
    return await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/{code}")


async def copies(page: Page) -> list[str]:
    """What this browser keeps of forms, once the page and its scripts stand."""
    await page.wait_for_load_state()
    return [key for key in await page.evaluate("Object.keys(localStorage)") if key.startswith("parindex-draft:")]


async def test_a_link_is_clicked_and_what_was_typed_is_there_again(site, platform, visit):
    visitor = await visit(site)
    page = await at_leaf(visitor, platform)
    await page.locator(EXPLANATION).press_sequentially("Theo báo cáo số 12")
    await expect(page.locator(STATUS)).to_contain_text("Đã giữ nội dung đang nhập lúc")
    assert await visitor.flaws() == []
    await visitor.open("/work")
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/1.1.2")
    await expect(page.locator(EXPLANATION)).to_have_value("Theo báo cáo số 12")
    await expect(page.get_by_text("Nhập dở lúc")).to_be_visible()
    assert await visitor.flaws() == []
    await page.get_by_role("button", name="Bỏ nội dung chưa lưu").click()
    await expect(page.locator(EXPLANATION)).to_have_value("")
    await expect(page.get_by_text("Nhập dở lúc")).to_have_count(0)


async def test_a_page_that_is_left_at_once_sends_what_was_typed(site, platform, visit):
    visitor = await visit(site)
    page = await at_leaf(visitor, platform, "1.1.1")
    await page.fill(EXPLANATION, "Gõ xong đóng ngay")
    await page.get_by_role("link", name="Phiếu tự đánh giá năm 2026").click()
    await expect(page.locator("h1")).to_contain_text("Phiếu tự đánh giá")
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/1.1.1")
    await expect(page.locator(EXPLANATION)).to_have_value("Gõ xong đóng ngay")


async def test_without_the_server_the_browser_keeps_it_and_the_button_waits(site, platform, visit):
    visitor = await visit(site)
    page = await at_leaf(visitor, platform, "1.1.3")
    await visitor.context.set_offline(True)
    await page.fill(EXPLANATION, "Mạng đứt giữa chừng")
    await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.locator(STATUS)).to_contain_text("được giữ trong trình duyệt này")
    await expect(page.locator(EXPLANATION)).to_have_value("Mạng đứt giữa chừng")
    await visitor.context.set_offline(False)
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/1.1.3")
    await expect(page.locator(EXPLANATION)).to_have_value("Mạng đứt giữa chừng")
    await expect(page.locator(STATUS)).to_contain_text("được lấy lại từ trình duyệt này")
    await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    await expect(page.locator(EXPLANATION)).to_have_value("Mạng đứt giữa chừng")
    await expect(page.get_by_text("Nhập dở lúc")).to_have_count(0)


async def test_a_session_that_ends_gives_the_text_back_after_signing_in_again(site, platform, visit):
    visitor = await visit(site)
    page = await at_leaf(visitor, platform, "1.4.1")
    await visitor.context.clear_cookies()
    await page.locator(EXPLANATION).press_sequentially("Hết phiên")
    await expect(page.locator(STATUS)).to_contain_text("Phiên làm việc đã hết hạn")
    await page.locator(STATUS).get_by_role("link", name="Đăng nhập lại").click()
    await page.fill("[name=login]", "chuyenvien")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button[type=submit]")
    await expect(page.locator("h2.leaf-title")).to_contain_text("1.4.1")
    await expect(page.locator(EXPLANATION)).to_have_value("Hết phiên")


async def test_without_scripts_a_form_of_an_ended_session_is_sent_after_signing_in_again(site, platform, visit):
    visitor = await visit(site, javascript=False)
    page = await at_leaf(visitor, platform, "3.3.1")
    await page.fill(EXPLANATION, "Không có JavaScript")
    cookies = [one for one in await visitor.context.cookies() if one["name"] != "csrftoken"]
    await visitor.context.clear_cookies(name=cookies[0]["name"])
    await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.get_by_text("Phiên làm việc đã hết hạn")).to_be_visible()
    await page.fill("[name=login]", "chuyenvien")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button[type=submit]")
    await expect(page.get_by_text("Không có JavaScript")).to_be_visible()
    await page.get_by_role("button", name="Gửi tiếp").click()
    await expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    await expect(page.locator(EXPLANATION)).to_have_value("Không có JavaScript")


async def test_what_is_sent_after_signing_in_again_leaves_nothing_in_the_browser(site, platform, visit):
    visitor = await visit(site)
    page = await at_leaf(visitor, platform, "3.1.1")
    name = next(one["name"] for one in await visitor.context.cookies() if one["name"] != "csrftoken")
    await visitor.context.clear_cookies(name=name)
    await page.fill(EXPLANATION, "Dòng một\nDòng hai")
    await page.get_by_role("button", name="Lưu", exact=True).click()
    await expect(page.locator("[name=login]")).to_be_visible()  # the page that answered, not the line about the draft
    await expect(page.locator("main")).to_contain_text("Phiên làm việc đã hết hạn")
    assert await copies(page) != []
    await page.fill("[name=login]", "chuyenvien")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button[type=submit]")
    await page.get_by_role("button", name="Gửi tiếp").click()
    await expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    assert await copies(page) == []
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/3.1.1")
    await expect(page.locator(EXPLANATION)).to_have_value("Dòng một\nDòng hai")
    await expect(page.get_by_text("Nhập dở lúc")).to_have_count(0)


async def test_a_decision_that_was_begun_is_there_again(site, platform, visit):
    visitor = await visit(site)
    await visitor.sign_in("thamdinh", PASSWORD)
    path = f"/work/appraisals/{platform.cycle}/1.1.3?agency=P02"
    page = await visitor.open(path)
    await page.get_by_text("Yêu cầu giải trình").last.click()
    await page.fill('[name="reason:ask"]', "Đề nghị gửi báo cáo quý IV")
    await expect(page.locator(".draft-status")).to_contain_text("Đã giữ")
    page = await visitor.open(path)
    await expect(page.locator('[name="reason:ask"]')).to_have_value("Đề nghị gửi báo cáo quý IV")
    assert await page.locator('[name="kind"][value="ask"]').is_checked()
    assert await visitor.flaws() == []


async def test_any_form_gives_back_what_was_typed_until_it_is_dropped_or_taken(site, platform, visit):
    visitor = await visit(site)
    await visitor.sign_in("quantri", PASSWORD)
    page = await visitor.open("/work/people/new")
    await page.locator("[name=name]").press_sequentially("Trần Văn Bình")
    await page.select_option("[name=role]", "secretary")
    await expect(page.locator(".draft-status")).to_contain_text("Đã giữ nội dung đang nhập lúc")
    assert await visitor.flaws() == []
    await visitor.open("/work")
    page = await visitor.open("/work/people/new")
    await expect(page.get_by_text("Chưa lưu, nhập lúc")).to_be_visible()
    await expect(page.locator("[name=name]")).to_have_value("Trần Văn Bình")
    await expect(page.locator("[name=role]")).to_have_value("secretary")
    assert await visitor.flaws() == []
    await page.get_by_role("button", name="Bỏ nội dung chưa lưu").click()
    await expect(page.locator("[name=name]")).to_have_value("")
    await page.fill("[name=name]", "Trần Văn Bình")
    await page.fill("[name=login]", "binh.tv")
    await page.get_by_role("button", name="Thêm người").click()
    await expect(page.locator("main .errs")).to_be_visible()  # no role yet: nothing typed is lost, nothing comes twice
    await expect(page.get_by_text("Chưa lưu, nhập lúc")).to_have_count(0)
    await page.select_option("[name=role]", "secretary")
    await page.get_by_role("button", name="Thêm người").click()
    await expect(page.locator("h1")).to_have_text("Trần Văn Bình")
    page = await visitor.open("/work/people/new")
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_text("Chưa lưu, nhập lúc")).to_have_count(0)
    await expect(page.locator("[name=name]")).to_have_value("")
    assert await copies(page) == []


async def test_a_refused_upload_keeps_the_chosen_file_and_what_was_typed(site, platform, visit, tmp_path):
    visitor = await visit(site)
    await at_leaf(visitor, platform)
    file = tmp_path / "bao-cao-12.pdf"
    file.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/1.1.2/evidence")
    await page.fill("[name=number]", "12/BC-UBND")
    await page.fill("[name=issuer]", "UBND tỉnh")
    await page.set_input_files("[name=file]", file)
    await page.get_by_role("button", name="Đăng ký và gắn vào").click()
    await expect(page.locator("main .errs")).to_be_visible()
    assert await page.locator("[name=file]").evaluate("one => one.files[0]?.name") == "bao-cao-12.pdf"
    assert await page.locator("[name=number]").input_value() == "12/BC-UBND"
    assert await visitor.flaws() == []
    await page.fill("[name=issued_on]", "15/05/2026")
    await page.fill("[name=abstract]", "Báo cáo cải cách hành chính")
    await page.check("[name=not_secret]")
    await visitor.context.set_offline(True)
    await page.get_by_role("button", name="Đăng ký và gắn vào").click()
    await expect(page.locator("[data-told]")).to_contain_text("nội dung và tệp vẫn còn ở trang này")
    await visitor.context.set_offline(False)
    await page.get_by_role("button", name="Đăng ký và gắn vào").click()
    await page.wait_for_url("**/1.1.2")
    await expect(page.get_by_text("12/BC-UBND").first).to_be_visible()


async def test_an_upload_that_a_proxy_refuses_says_so_and_can_be_sent_again(site, platform, visit, tmp_path):
    visitor = await visit(site)
    await at_leaf(visitor, platform)
    file = tmp_path / "bao-cao-14.pdf"
    file.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    page = await visitor.open(f"/work/sheets/{platform.sheets['P03'].id}/1.1.2/evidence")
    await page.fill("[name=number]", "14/BC-UBND")
    await page.set_input_files("[name=file]", file)
    refused = "<html><body><center><h1>502 Bad Gateway</h1></center></body></html>"

    async def answer(route):
        if route.request.method == "POST":
            await route.fulfill(status=502, content_type="text/html", body=refused)
        else:
            await route.continue_()

    await page.route("**/*", answer)
    button = page.get_by_role("button", name="Đăng ký và gắn vào")
    await button.click()
    await expect(page.locator("[data-told]")).to_contain_text("nội dung và tệp vẫn còn ở trang này")
    await expect(button).to_be_enabled()
    assert await page.locator("[name=number]").input_value() == "14/BC-UBND"
    visitor.faults.clear()  # the refusal itself
