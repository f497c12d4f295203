"""From a late sheet over an extension, a second closing and publication to a found error and edition ``.2``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from playwright.async_api import expect

from parindex.assessments.cycles import closing
from parindex.practice import sheets as practice
from parindex.store.database import enter
from parindex.text import TIME_ZONE
from tests.browser import small_platform
from tests.journeys import deeds

PLATFORM: Final = {"past": False, "stays": {"P03": "drafting", "P17": "not_started"}, "blank": {"P03": ()}}
"""P03 has declared everything and handed in nothing."""

FIRST, SECOND = "2026-province.1", "2026-province.2"


async def test_a_late_sheet_is_extended_published_found_wrong_and_corrected_in_edition_2(site, platform, visit):
    agency, council, chair, anyone = [await visit(site) for _ in range(4)]
    site.call(days_pass(site, platform, 61))
    site.call(lock_what_is_over(site, platform))
    await secretary_extends(council, platform)
    site.call(days_pass(site, platform, 4))
    await specialist_hands_in(agency)
    await leader_sends_late(agency)
    await secretary_closes_again(council, platform)
    site.call(
        practice.appraise_year(
            site.services.db, site.tenant, platform.cycle, platform.staff, seed=small_platform.SEED
        )
    )  # fmt: skip
    await deeds.finish(council, platform)
    await deeds.sign_out(council)
    await approver_publishes(council, "77/QĐ-CCHC", FIRST)
    before = await points_of(anyone, FIRST)
    await secretary_reopens(council)
    await chair_corrects(chair)
    await secretary_computes_again(council)
    await approver_publishes(council, "91/QĐ-CCHC", SECOND)
    await anyone_reads_both(anyone, before)
    for visitor in (agency, council, chair, anyone):
        assert visitor.foreign == []
        assert visitor.faults == []


async def days_pass(site, platform, days: int) -> None:
    """As if so many days had passed: every deadline of the year lies further back."""
    async with site.services.db.as_owner() as owner, owner.transaction():
        await enter(owner, site.tenant)
        await owner.execute("select set_config('parindex.clock', '2020-01-01T00:00:00+07:00', true)")
        gone = timedelta(days=days)
        await owner.execute(
            """update cycles set opens_at = opens_at - $2::interval, deadline = deadline - $2::interval,
                closes = closes - $2::interval where id = $1""",
            platform.cycle, gone,
        )  # fmt: skip
        await owner.execute(
            "update sheets set due = due - $2::interval, closes = closes - $2::interval where cycle_id = $1",
            platform.cycle, gone,
        )  # fmt: skip


async def lock_what_is_over(site, platform) -> None:
    """What the clock does at 24:00 of the last day."""
    async with site.services.db.transaction(site.tenant) as connection:
        await closing.lock_what_is_over(connection, platform.cycle)


async def secretary_extends(visitor, platform) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "thuky", "Thư ký")
    await visitor.open(f"/work/cycles/{platform.cycle}")
    await expect(page.locator(".matrix")).to_contain_text("chốt tự động, chưa ký")
    await visitor.open(f"/work/cycles/{platform.cycle}/extend")
    await page.locator("label.pick", has_text="Hòa Lâm").locator("input").check()
    typed = {
        "last_day": f"{datetime.now(TIME_ZONE) + timedelta(days=2):%d/%m/%Y}",
        "closing_day": f"{datetime.now(TIME_ZONE) + timedelta(days=10):%d/%m/%Y}",
        "number": "15/QĐ-HĐ", "date": deeds.TODAY, "reason": "Bão số 9, tỉnh mất điện diện rộng.",
    }  # fmt: skip
    for name, text in typed.items():
        await page.locator(f"[name={name}]").fill(text)
    await page.get_by_role("button", name="Gia hạn").click()
    await expect(page.locator("#main")).to_contain_text("15/QĐ-HĐ")


async def specialist_hands_in(visitor) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "chuyenvien", "Chuyên viên")
    await page.get_by_role("link", name="Kê khai tiếp").click()
    await page.get_by_role("link", name="Trình lãnh đạo duyệt").first.click()
    await page.get_by_role("button", name="Trình lãnh đạo duyệt").click()
    await expect(page.locator("#main")).to_contain_text("Chờ lãnh đạo duyệt")
    await deeds.sign_out(visitor)


async def leader_sends_late(visitor) -> None:
    """Two days after the extended day: told before, told on the receipt."""
    page = visitor.page
    await deeds.sign_in(visitor, "lanhdao", "Lãnh đạo")
    await page.locator("#main").get_by_role("link", name="Duyệt phiếu").first.click()
    await page.get_by_role("link", name="Duyệt và gửi thẩm định").click()
    await expect(page.locator(".deed-odd")).to_contain_text("Nộp chậm 2 ngày")
    await page.get_by_role("button", name="Duyệt và gửi thẩm định").click()
    await expect(page.locator(".errs")).to_contain_text("Nộp chậm 2 ngày")
    await deeds.go_through(page, "Duyệt và gửi thẩm định")
    await expect(page.locator("#main")).to_contain_text("Mã biên nhận")
    await expect(page.locator("#main")).to_contain_text("Nộp chậm 2 ngày")
    await deeds.sign_out(visitor)


async def secretary_closes_again(visitor, platform) -> None:
    page = visitor.page
    await visitor.open(f"/work/cycles/{platform.cycle}")
    await page.get_by_role("link", name="Đóng tự đánh giá").click()
    await expect(page.locator(".deed-headline")).to_contain_text("Không còn phiếu nào phải chốt tự động")
    await deeds.go_through(page, "Đóng tự đánh giá")
    await expect(page.locator(".matrix")).to_be_visible()


async def approver_publishes(visitor, decision: str, edition: str) -> None:
    await deeds.sign_in(visitor, "pheduyet", "phê duyệt")
    await deeds.publish(visitor, decision, edition)
    await deeds.sign_out(visitor)


async def points_of(visitor, edition: str) -> str:
    """The index of Hòa Lâm in an edition, as a program reads it."""
    answer = await visitor.page.request.get(f"{visitor.base}/editions/{edition}.json")
    results = (await answer.json())["edition"]["computation"]["results"]
    return next(result["index_printed"] for result in results if result["agency"] == "P03")


async def secretary_reopens(visitor) -> None:
    """An error was found; the edition stays readable while it is mended."""
    page = visitor.page
    await deeds.sign_in(visitor, "thuky", "Thư ký")
    await visitor.open("/work/years")
    await page.get_by_role("link", name="Cấp tỉnh năm 2026", exact=True).click()
    await page.get_by_role("link", name="Mở lại để đính chính").click()
    decided = {"number": "88/QĐ-HĐ", "date": deeds.TODAY, "reason": "Hòa Lâm kê khai nhầm số nhiệm vụ."}
    await deeds.go_through(page, "Mở lại để đính chính", **decided)
    await expect(page.get_by_role("heading", name="Đang đính chính")).to_be_visible()
    await deeds.sign_out(visitor)


async def chair_corrects(visitor) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "chutich", "Chủ tịch")
    await page.get_by_role("link", name="Mở danh sách sửa").click()
    await page.locator("ul.queue a", has=page.locator("b:text-is('1.1.3')")).click()
    await page.locator(".side-list a", has_text="Hòa Lâm").click()
    decision = page.locator(".decision")
    await decision.get_by_label("Đặt điểm, có lý do").check()
    await decision.get_by_label("Điểm", exact=True).fill("0,1")
    await decision.locator("textarea[name='reason:set_points']").fill("Chỉ 10 nhiệm vụ có sản phẩm.")
    await decision.get_by_role("button", name="Ghi đính chính").click()
    await expect(page.locator(".aside")).to_contain_text("Chỉ 10 nhiệm vụ có sản phẩm.")
    await deeds.sign_out(visitor)


async def secretary_computes_again(visitor) -> None:
    await deeds.sign_in(visitor, "thuky", "Thư ký")
    await deeds.compute(visitor, "Tính lại kết quả")
    await deeds.sign_out(visitor)


async def anyone_reads_both(visitor, before: str) -> None:
    """The first edition as it was, with a notice; the second with what changed and why."""
    page = visitor.page
    assert await points_of(visitor, FIRST) == before
    assert await points_of(visitor, SECOND) != before
    await visitor.open(f"/editions/{FIRST}")
    assert visitor.status == 200
    await expect(page.locator("#main")).to_contain_text(f"thay thế bởi {SECOND}")
    await page.get_by_role("link", name=f"Xem ấn bản {SECOND}").click()
    await expect(page.get_by_role("heading", name=f"Ấn bản {SECOND}")).to_be_visible()
    changed = page.locator("#corrections")
    await expect(changed).to_contain_text("Tỉnh Hòa Lâm")
    await expect(changed).to_contain_text("Chỉ 10 nhiệm vụ có sản phẩm.")
    await visitor.open("/rankings/2026/province")
    await expect(page.locator("#main")).to_contain_text("Bản đính chính: thay thế ấn bản 2026-province.1")
