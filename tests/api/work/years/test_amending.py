"""A set is corrected within its year from a page that says what it touches; agencies read of it and declare it anew."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.api.work import reopened_items
from parindex.assessments.amendments import amending_job
from parindex.jobs import job_requests
from tests.assessments.amendments.test_amending import STRICTER, WIDER, amend, newer
from tests.assessments.appraisal.test_deciding import sent
from tests.assessments.conftest import Year, year
from tests.conftest import post_checked, post_form

__all__ = ["sent", "year"]

SignIn = Callable[..., Awaitable[UUID]]

PAPER = {
    "number": "77/QĐ-UBND", "date": "20/11/2026", "reason": "Sửa mốc của tiêu chí 2.2", "last_day": "01/02/2099",
}  # fmt: skip


async def test_a_set_is_corrected_declared_anew_and_sent(client: AsyncClient, sent: Year, signed_in: SignIn) -> None:
    set_id = await newer(sent, STRICTER)
    path = f"/work/years/{sent.cycle}/amend/{set_id}"
    await signed_in("secretary")
    assert path in (await client.get(f"/work/criteria/sets/{set_id}")).text
    asked = (await client.get(path)).text
    assert "Từ minh-hoa 2026.1 sang minh-hoa 2026.2" in asked
    assert "phiếu đã gửi" in asked
    assert (await post_form(client, path, **{**PAPER, "last_day": ""})).status_code in (409, 422)
    done = await post_checked(client, path, **PAPER)
    assert (done.status_code, done.headers["location"]) == (303, f"/work/cycles/{sent.cycle}")
    async with sent.db.transaction(sent.tenant) as connection:
        (job,) = await job_requests.listed(connection, ("done",), 10)
    assert (job.kind, job.about(amending_job.KIND).set) == (amending_job.KIND.name, set_id)
    again = await post_form(client, path, **PAPER)
    assert (again.status_code, again.headers["location"]) == (303, f"/work/cycles/{sent.cycle}")
    assert "77/QĐ-UBND" in (await client.get(f"/work/cycles/{sent.cycle}/confirmed")).text
    sheet = f"/work/sheets/{sent.sheets['TH']}"
    await signed_in("specialist", agency_id=sent.agencies["TH"])
    told = (await client.get("/work")).text
    assert "Kê khai lại 2.2 Liên thông · TP Tân Hải" in told
    assert f'href="{sheet}/2.2"' in told
    assert "Gửi lại tiêu chí" not in told
    assert "Bộ tiêu chí của kỳ được sửa theo quyết định 77/QĐ-UBND" in told
    shown = (await client.get(sheet)).text
    assert "1 tiêu chí được mở lại để kê khai" in shown
    assert "Từ minh-hoa 2026.1 sang minh-hoa 2026.2" in shown
    leaf = (await client.get(f"{sheet}/2.2")).text
    assert 'id="declare"' in leaf
    assert 'id="declare"' not in (await client.get(f"{sheet}/1.1")).text
    assert (await client.get(f"{sheet}/2.2/evidence")).status_code == 200
    assert (await client.get(f"{sheet}/1.1/evidence")).status_code == 409
    assert (await client.get(f"{sheet}/resend")).status_code == 403
    await signed_in("leader", agency_id=sent.agencies["TH"])
    assert f"{sheet}/resend" in (await client.get(sheet)).text
    told = (await client.get("/work")).text
    assert "Gửi lại tiêu chí được mở lại: 2.2 · TP Tân Hải" in told
    assert "0/1 tiêu chí thành phần đã kê khai lại" in told
    assert "Kê khai lại 2.2" not in told
    assert (await post_checked(client, f"{sheet}/resend")).status_code == 303
    assert "Gửi lại tiêu chí" not in (await client.get("/work")).text
    await signed_in("focal_point", agency_id=sent.agencies["TH"])
    assert "Kê khai lại 2.2" not in (await client.get("/work")).text, "it was handed in again"
    await signed_in("leader", agency_id=sent.agencies["TH"])
    assert "được mở lại để kê khai" not in (await client.get(sheet)).text
    assert (await client.get(f"{sheet}/resend")).status_code == 409


async def test_others_neither_ask_nor_correct(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    path = f"/work/years/{year.cycle}/amend/{await newer(year, WIDER)}"
    for role in ("index_manager", "approver", "council_chair", "specialist"):
        await signed_in(role, agency_id=year.agencies["TH"] if role == "specialist" else None)
        assert (await client.get(path)).status_code == 403
        assert (await post_form(client, path, **PAPER)).status_code == 403


async def test_what_had_been_declared_stands_beside_what_is_declared_for_the_agency_and_its_appraiser(
    client: AsyncClient, sent: Year, signed_in: SignIn
) -> None:
    leaf = f"/work/sheets/{sent.sheets['TH']}/2.2"
    await signed_in("specialist", agency_id=sent.agencies["TH"])
    assert "Đã kê khai theo" not in (await client.get(leaf)).text
    await amend(sent, await newer(sent, STRICTER))
    shown = (await client.get(leaf)).text
    version = re.search(r'name="row_version" value="(\d+)"', shown)
    assert version
    fields = {"fact:2.2.share": "75", "explanation": "Số liệu cả năm.", "row_version": version[1], "then": "stay"}
    assert (await post_form(client, leaf, **fields)).status_code == 303
    await signed_in("leader", agency_id=sent.agencies["TH"])
    assert (await post_checked(client, f"/work/sheets/{sent.sheets['TH']}/resend")).status_code == 303
    pages = [(await client.get(leaf)).text]
    await signed_in("appraiser", agency_id=sent.agencies["HL"])
    pages.append((await client.get(f"/work/appraisals/{sent.cycle}/2.2?agency=TH")).text)
    for told in pages:
        (card,) = re.findall(r'<section class="block superseded">.*?</section>', told, re.DOTALL)
        assert "Đã kê khai theo minh-hoa 2026.1" in card
        assert "77/QĐ-UBND · Nguyễn Thu Hạnh" in " ".join(card.split())
        cells = [
            " ".join(text.split()) for text in re.findall(r"<t[hd] role=.(?:rowheader|cell).[^>]*>(.*?)</t[hd]>", card)
        ]
        assert cells == [
            "Tỷ lệ", "60%", "<b>75%</b>", "Giải trình", "Theo báo cáo năm.", "<b>Số liệu cả năm.</b>",
            "Điểm tự đánh giá", "2,00/2,00", "2,00/2,00",
        ]  # fmt: skip


async def test_a_set_that_was_turned_over_has_one_row_for_what_is_beyond_some(
    client: AsyncClient, sent: Year, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await amend(sent, await newer(sent, WIDER))
    await signed_in("specialist", agency_id=sent.agencies["TH"])
    for most, rows, more in ((3, 3, 0), (2, 2, 1)):
        monkeypatch.setattr(reopened_items, "MOST", most)
        told = (await client.get("/work")).text
        assert len(re.findall(r"<b>Kê khai lại \d\.\d ", told)) == rows
        assert told.count("Kê khai lại 1 tiêu chí thành phần khác") == 2 * more
