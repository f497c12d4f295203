"""One year from the first fact to the checked edition, each step by a person in a browser, in Vietnamese."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.async_api import expect

from parindex.assessments.appraisal import deciding
from parindex.assessments.sheets import declaring
from parindex.assessments.sheets.board import board_of
from parindex.practice import sheets as practice
from tests.browser import small_platform
from tests.journeys import deeds

LEFT_TO_PEOPLE = ("1.1.1", "1.1.2", "1.1.3")


PLATFORM: Final = {
    "stays": {"P03": "drafting", "P07": "drafting", "P17": "not_started"},
    "blank": {"P03": LEFT_TO_PEOPLE, "P07": ("1.1.1",)},
}
"""How the small platform of this module is loaded."""


async def test_the_sheet_works_without_javascript(site, platform, visit, tmp_path):
    visitor = await visit(site, javascript=False)
    await deeds.sign_in(visitor, "chuyenvien7", "Chuyên viên")
    await visitor.page.get_by_role("link", name="Kê khai tiếp").click()
    await deeds.open_leaf(visitor.page, "1.1.1")
    await deeds.declare_plan(visitor.page, tmp_path)
    assert visitor.foreign == []


async def test_the_survey_works_without_javascript_on_a_phone(site, platform, visit):
    visitor = await visit(site, size="360", javascript=False)
    receipt, _ = await deeds.answer_survey(visitor, platform.tokens[1])
    assert receipt
    assert visitor.foreign == []


async def test_a_year_goes_from_the_first_fact_to_an_edition_that_anyone_can_check(site, platform, visit, tmp_path):
    visitors = [await visit(site) for _ in range(4)]
    agency, body, council, citizen = visitors
    await specialist_declares(agency, tmp_path)
    await leader_approves(agency)
    await appraiser_decides(body)
    site.call(decide_the_rest(site, platform))
    receipt, _ = await deeds.answer_survey(citizen, platform.tokens[0])
    assert len(receipt.replace("–", "").replace(" ", "")) == 12
    await secretary_closes_and_computes(council, site, platform)
    edition = await approver_publishes(council)
    await agency_reads_the_decision(agency)
    await anyone_reads_and_checks(citizen, edition, tmp_path)
    await anyone_reads_in_english(citizen)
    for visitor in visitors:
        assert visitor.foreign == []
        assert visitor.faults == []


async def specialist_declares(visitor, folder: Path) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "chuyenvien", "Chuyên viên")
    await page.get_by_role("link", name="Kê khai tiếp").click()
    await expect(page.get_by_role("heading", name="Còn 3 tiêu chí thành phần chưa đủ")).to_be_visible()
    await deeds.open_leaf(page, "1.1.1")
    await deeds.declare_plan(page, folder)
    await deeds.go_on(page, "1.1.2")
    for select in await page.locator(".fact select").all():
        await select.select_option(label="Có")
    await deeds.save(page)
    await expect(page.locator(".middle .score").first).to_contain_text("0,50")
    await deeds.attach_known(page, "1.1.2", "312/QĐ-UBND")
    await deeds.go_on(page, "1.1.3")
    await page.get_by_label("Số nhiệm vụ đã hoàn thành").fill("90")
    await page.get_by_label("Số nhiệm vụ trong kế hoạch").fill("100")
    await page.get_by_role("textbox", name="Giải trình").fill(
        "Theo báo cáo tổng kết năm; còn 10 nhiệm vụ chuyển sang quý I."
    )
    await deeds.save(page)
    score = page.locator(".middle .score").first
    await expect(score).to_contain_text("0,90")
    await expect(score).to_contain_text("90")
    await expect(score).to_contain_text("100")
    await page.get_by_role("link", name="Trình lãnh đạo duyệt").click()
    await page.get_by_role("button", name="Trình lãnh đạo duyệt").click()
    await expect(page.locator("#main")).to_contain_text("Chờ lãnh đạo duyệt")
    await deeds.sign_out(visitor)


async def leader_approves(visitor) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "lanhdao", "Lãnh đạo")
    await page.locator("#main").get_by_role("link", name="Duyệt phiếu").first.click()
    await page.get_by_role("link", name="Duyệt và gửi thẩm định").click()
    await deeds.go_through(page, "Duyệt và gửi thẩm định")
    await expect(page.locator("#main")).to_contain_text("Mã biên nhận")
    await deeds.sign_out(visitor)


async def appraiser_decides(visitor) -> None:
    """Accepts one entry, changes a fact of another, sets the points of a third."""
    page = visitor.page
    await deeds.sign_in(visitor, "thamdinh", "thẩm định")
    await page.get_by_role("link", name="Thẩm định: Cấp tỉnh").first.click()
    for code in LEFT_TO_PEOPLE:
        await page.locator("ul.queue a", has=page.locator(f"b:text-is('{code}')")).click()
        await page.locator(".side-list a", has_text="Hòa Lâm").click()
        await expect(page.locator(".middle h2").first).to_contain_text("Tỉnh Hòa Lâm")
        assert await page.locator(".decision input:checked").count() == 0
        decision = page.locator(".decision")
        if code == "1.1.1":
            await decision.get_by_label("Đồng ý với số liệu kê khai").check()
        elif code == "1.1.3":
            await decision.get_by_label("Điều chỉnh số liệu, có lý do").check()
            await decision.get_by_label("Số nhiệm vụ đã hoàn thành").fill("85")
            await _reason(decision, "change_facts", "Năm nhiệm vụ hoàn thành sau ngày 31/12.")
        else:
            await decision.get_by_label("Đặt điểm, có lý do").check()
            await decision.get_by_label("Điểm", exact=True).fill("0,25")
            await _reason(decision, "set_points", "Kế hoạch nêu sản phẩm nhưng chưa rõ chỉ tiêu.")
        await decision.get_by_role("button", name="Ghi quyết định").click()
        await expect(page.locator(".decision .errs")).to_have_count(0)
        await page.locator(".side-list a", has_text="Hòa Lâm").click()
        kind = {"1.1.1": "Đồng ý", "1.1.2": "Đặt điểm", "1.1.3": "Điều chỉnh số liệu"}[code]
        await expect(page.locator(".aside")).to_contain_text(kind)
        if code == "1.1.3":
            await expect(page.locator(".middle .score").nth(1)).to_contain_text("0,85")
        await page.locator(".status").get_by_role("link", name="Thẩm định lần 1").click()
    await deeds.sign_out(visitor)


async def _reason(decision, kind: str, text: str) -> None:
    await decision.locator(f"textarea[name='reason:{kind}']").fill(text)


async def decide_the_rest(site, platform) -> None:
    """The other bodies and entries, through the function that the page calls."""
    db = site.services.db
    async with db.transaction(site.tenant) as connection:
        sheet = platform.sheets["P03"]
        board = await board_of(connection, await declaring.locked(connection, sheet.id))
        for place in board.published.leaves:
            leaf = board.points_now.leaves[place.code]
            if place.appraiser is None or place.code in LEFT_TO_PEOPLE or leaf.excluded or not leaf.known:
                continue
            ruling = deciding.Ruling(code=place.code, kind="accept")
            await deciding.decide(connection, platform.staff.appraisers[place.appraiser], sheet.id, [ruling])


async def secretary_closes_and_computes(visitor, site, platform) -> None:
    page = visitor.page
    await deeds.sign_in(visitor, "thuky", "Thư ký")
    await visitor.open(f"/work/cycles/{platform.cycle}")
    await page.get_by_role("link", name="Đóng tự đánh giá").click()
    await expect(page.locator(".deed-odd")).to_contain_text("Sớm")
    decided = {"number": "12/QĐ-HĐ", "date": deeds.TODAY, "reason": "Mọi đơn vị đã gửi phiếu"}
    await deeds.go_through(page, "Đóng tự đánh giá trước hạn", **decided)
    site.call(
        practice.appraise_year(
            site.services.db, site.tenant, platform.cycle, platform.staff, seed=small_platform.SEED
        )
    )  # fmt: skip
    await deeds.finish(visitor, platform)
    await deeds.sign_out(visitor)


async def approver_publishes(visitor) -> str:
    """Gives the number of the edition; a decision without a number is refused first."""
    page = visitor.page
    await deeds.sign_in(visitor, "pheduyet", "phê duyệt")
    await visitor.open("/work/years")
    await page.get_by_role("link", name="Cấp tỉnh năm 2026", exact=True).click()
    await page.get_by_role("link", name="Công bố", exact=True).click()
    await deeds.go_through(page, "Công bố", number="", date=deeds.TODAY, signer="Bùi Thanh Sơn")
    await expect(page.locator(".errs")).to_be_visible()
    assert await page.get_by_label("Người ký").input_value() == "Bùi Thanh Sơn"
    await deeds.go_through(page, "Công bố", number="77/QĐ-CCHC")
    await expect(page.get_by_role("heading", name="Ấn bản 2026-province.1")).to_be_visible()
    await deeds.sign_out(visitor)
    return "2026-province.1"


async def agency_reads_the_decision(visitor) -> None:
    """Self-assessed and appraised points side by side, with the reason."""
    page = visitor.page
    await deeds.sign_in(visitor, "chuyenvien", "Chuyên viên")
    await page.get_by_role("link", name="Phiếu tự đánh giá năm 2026").click()
    await page.locator(".tree summary", has_text="Công tác chỉ đạo, điều hành").click()
    await page.locator(".tree a", has_text="Mức độ hoàn thành kế hoạch").click()
    aside = page.locator(".aside")
    for text in ("Năm nhiệm vụ hoàn thành sau ngày 31/12.", "0,90", "0,85"):
        await expect(aside).to_contain_text(text)
    await deeds.sign_out(visitor)


async def anyone_reads_and_checks(visitor, edition: str, folder: Path) -> None:
    page = visitor.page
    await visitor.open("/rankings/2026/province")
    table = page.locator("table").first
    await expect(table).to_contain_text("Tỉnh Hòa Lâm")
    for title in ("Điểm thẩm định", "Chỉ số", "Xếp loại", "Xếp hạng", "Khoảng hạng"):
        await expect(table).to_contain_text(title)
    await expect(page.locator("#main")).to_contain_text("77/QĐ-CCHC")
    await expect(page.locator("#main")).to_contain_text("Tỉnh Ngọc Lũng")
    ranking = await (await page.request.get(visitor.base + "/rankings/2026/province.json")).json()
    assert (ranking["edition"], ranking["decision"]["number"], ranking["marked"]) == (
        edition,
        "77/QĐ-CCHC",
        "simulated",
    )
    rows = {row["agency"]: row for row in ranking["agencies"]}
    assert rows["P03"]["rank_set"][0] <= rows["P03"]["rank"] <= rows["P03"]["rank_set"][1]
    assert rows["P17"]["rank"] is None
    csv = await (await page.request.get(visitor.base + "/rankings/2026/province.csv")).text()
    assert csv.startswith("\ufeff")
    assert "Tỉnh Hòa Lâm" in csv
    sheet = await page.request.get(visitor.base + "/rankings/2026/province.xlsx")
    assert (await sheet.body()).startswith(b"PK")
    await page.get_by_role("link", name="Tỉnh Hòa Lâm").first.click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Tỉnh Hòa Lâm")
    await page.get_by_role("link", name=re.compile("Mức độ hoàn thành kế hoạch")).click()
    await expect(page.locator(".score").first).to_contain_text("0,85")
    changed = page.locator(".facts-table tr", has_text="Số nhiệm vụ đã hoàn thành")
    await expect(changed).to_contain_text("90")
    await expect(changed).to_contain_text("85")
    await expect(page.locator("#main")).to_contain_text("Năm nhiệm vụ hoàn thành sau ngày 31/12.")
    await the_edition_is_checked(visitor, edition, folder)


async def the_edition_is_checked(visitor, edition: str, folder: Path) -> None:
    page = visitor.page
    await visitor.open(f"/editions/{edition}")
    signed = folder / "edition.json"
    async with page.expect_download() as coming:
        await page.locator("table.files a").first.click()
    await (await coming.value).save_as(signed)
    await visitor.open("/keys")
    keys = folder / "keys.json"
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Tải tất cả khóa").click()
    await (await coming.value).save_as(keys)
    accepted = await verify(signed, keys)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    content = bytearray(signed.read_bytes())
    place = content.index("Hòa Lâm".encode())
    content[place] ^= 1
    signed.write_bytes(content)
    refused = await verify(signed, keys)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    await visitor.open("/verify")


async def verify(edition: Path, keys: Path) -> subprocess.CompletedProcess[str]:
    """The command on another machine: no database, no network."""
    command = [sys.executable, "-m", "parindex", "--lang", "vi", "verify", str(edition), "--key", str(keys)]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)


async def anyone_reads_in_english(visitor) -> None:
    page = visitor.page
    await visitor.open("/rankings/2026/province")
    await page.locator("header .lang a[hreflang=en]").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("table").first).to_contain_text("Rank")
    await page.get_by_role("link", name="Tỉnh Hòa Lâm").first.click()
    await page.get_by_role("link", name=re.compile("Completion of the plan")).click()
    await expect(page.locator(".facts-table tr", has_text="Tasks completed")).to_contain_text("85")
    for path in ("/editions/2026-province.1", "/verify", "/keys"):
        await visitor.open(path)
        await expect(page.locator("html")).to_have_attribute("lang", "en")
