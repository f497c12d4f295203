"""The sheet's pages, without JavaScript: every step by forms."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from parindex.assessments.appraisal import accepting, deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import closing
from parindex.errors import Refused
from parindex.store.database import Database
from tests.assessments import conftest
from tests.assessments.conftest import EARLY, FACTS, Year, open_year
from tests.assessments.sheets import test_declaring as submitting
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]
NOBODY_APPLIES = re.sub(r"(\}, max: \d+)(?!\d*, needs)", r"\1, needs: has_ports", conftest.SET)
"""The small set, every leaf of which is for agencies with ports."""

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def declare(client: AsyncClient, year: Year, agency: str, code: str, **changes: str) -> Response:
    """Fill in a leaf as its page shows it and save."""
    path = f"/work/sheets/{year.sheets[agency]}/{code}"
    shown = await client.get(path)
    hidden = dict(
        re.findall(r'<input type="hidden" name="((?:row_version|version:)[^"]*)" value="([^"]*)"', shown.text)
    )
    facts = {"judged" if name.endswith(".judged") else f"fact:{name}": value for name, value in FACTS[code].items()}
    return await post_form(client, path, **{**hidden, **facts, "explanation": "Theo báo cáo.", **changes})


async def test_a_specialist_sees_points_computed_by_the_server_with_the_reason(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    saved = await declare(client, year, "HL", "2.1.1", then="next")
    assert (saved.status_code, saved.headers["location"]) == (303, f"/work/sheets/{year.sheets['HL']}/2.1.2")
    page = await client.get(f"/work/sheets/{year.sheets['HL']}/2.1.1")
    assert "<b>3,60</b> / 4,00" in page.text
    assert "Đúng hạn" in page.text
    assert "Dùng chung cho 2 tiêu chí" in page.text
    assert "Đã lưu lúc" in page.text
    assert 'value="90"' in page.text


async def test_the_whole_way_to_a_receipt(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    sheet = f"/work/sheets/{year.sheets['HL']}"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await declare(client, year, "HL", "1.1")
    refused = await post_form(client, sheet + "/hand-in")
    assert refused.status_code == 409
    assert "Chưa gửi được phiếu: còn 5 tiêu chí thành phần chưa đủ" in refused.text
    for code in FACTS:
        assert (await declare(client, year, "HL", code)).status_code == 303
    assert "Trình phiếu để lãnh đạo duyệt" in (await client.get(sheet + "/hand-in")).text
    assert (await post_form(client, sheet + "/hand-in")).status_code == 303
    await signed_in("leader", agency_id=year.agencies["HL"])
    assert "Duyệt phiếu" in (await client.get("/work")).text
    no_reason = await post_form(client, sheet + "/return", reason="")
    assert no_reason.status_code == 422
    sent = await post_checked(client, sheet + "/submit")
    assert sent.headers["location"] == sheet + "/receipt"
    assert "Mã biên nhận HL-2026-0001" in (await client.get(sheet + "/receipt")).text
    again = await post_form(client, sheet + "/submit")
    assert again.headers["location"] == sheet + "/receipt"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("abc", "không phải"), ("1,5", "số nguyên"), ("-3", "nhỏ hơn 0"), ("24,650", "số nguyên")],
)
async def test_what_cannot_be_read_comes_back_as_typed(
    client: AsyncClient, year: Year, signed_in: SignIn, typed: str, told: str
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    refused = await declare(client, year, "HL", "2.1.1", **{"fact:2.1.1.on_time": typed})
    assert refused.status_code == 422
    assert f'value="{typed}"' in refused.text
    assert 'href="#fact:2-1-1-on_time"' in refused.text
    assert "Theo báo cáo." in refused.text
    clean = await client.get(f"/work/sheets/{year.sheets['HL']}/2.1.1")
    assert f'value="{typed}"' not in clean.text


async def test_a_number_that_can_be_read_two_ways_is_refused_with_both(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    refused = await declare(client, year, "HL", "1.2", judged="1.234")
    assert (
        "“1.234” có thể là một nghìn hai trăm ba mươi tư hoặc 1,2340. Đề nghị nhập lại: 1234 hoặc 1,2340."
        in refused.text
    )


async def test_a_stale_form_shows_both_values_and_overwrites_nothing(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.2"
    await signed_in("specialist", agency_id=year.agencies["HL"], name="Trần Quốc Bảo")
    assert (await post_form(client, path, judged="2", row_version="1")).status_code == 303
    await signed_in("specialist", agency_id=year.agencies["HL"])
    stale = await post_form(client, path, judged="3", row_version="1")
    assert stale.status_code == 409
    assert "Trần Quốc Bảo vừa sửa mục này lúc" in stale.text
    assert "<td>2</td><td><b>3</b></td>" in stale.text
    assert 'value="2"' in (await client.get(path)).text
    version = re.search(r'name="row_version" value="(\d+)"', stale.text)
    assert version is not None
    assert (await post_form(client, path, judged="3", row_version=version[1])).status_code == 303


async def test_a_second_click_is_told_that_it_succeeded(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.2"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    for _ in range(2):
        assert (await post_form(client, path, judged="2", row_version="1")).status_code == 303


async def test_drafts_of_others_are_not_there(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    path = f"/work/sheets/{year.sheets['HL']}"
    assert "/sign-in" in (await client.get(path)).headers["location"]
    for roles, agency in (("specialist", "TH"), ("appraiser", "BNV"), ("secretary", None), ("administrator", None)):
        await signed_in(roles, agency_id=year.agencies[agency] if agency else None)
        assert (await client.get(path)).status_code == 404
        assert (await client.get(path + "/1.1")).status_code == 404
        assert (await post_form(client, path + "/1.1", row_version="1")).status_code == 404


async def test_a_sheet_of_another_tenant_is_not_there(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    elsewhere = await client.get(f"/t/khac/work/sheets/{year.sheets['HL']}")
    assert "/t/khac/sign-in" in elsewhere.headers["location"]


async def test_saving_after_the_leader_has_it_says_what_happened(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await declare(client, year, "HL", "1.1")
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
    late = await post_form(client, f"/work/sheets/{year.sheets['HL']}/1.2", judged="1", row_version="1")
    assert late.status_code == 409
    assert "Phiếu đã chuyển sang bước khác" in late.text


async def upload(client: AsyncClient, path: str, content: bytes, name: str = "Báo cáo.pdf", **fields: str) -> Response:
    if "csrftoken" not in client.cookies:
        await client.get("/sign-in")
    given = {
        "_csrf_token": client.cookies["csrftoken"], "number": "318/BC-VP", "issued_on": "2026-01-08",
        "issuer": "Văn phòng UBND tỉnh", "abstract": "Báo cáo kết quả năm", "pages": "trang 2", "not_secret": "true",
        "separate": "true",
    }  # fmt: skip
    return await client.post(path, data={**given, **fields}, files={"file": (name, content)} if name else None)


async def test_a_file_goes_in_once_is_reused_and_comes_out_as_an_attachment(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    sheet = f"/work/sheets/{year.sheets['HL']}"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    assert (await upload(client, sheet + "/1.1/evidence", PDF)).headers["location"] == sheet + "/1.1"
    page = (await client.get(sheet + "/1.1")).text
    assert "318/BC-VP" in page
    assert "trang 2" in page
    href = re.search(r'href="(/work/documents/[^"]+/file)"', page)
    assert href is not None
    file = await client.get(href[1])
    assert file.content == PDF
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''B%C3%A1o")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    chooser = (await client.get(sheet + "/1.3/evidence?search=bao+cao")).text
    document = re.search(r'name="document" value="([^"]+)"', chooser)
    assert document is not None
    for _ in range(2):
        again = await post_form(client, sheet + "/1.3/attach", document=document[1], pages="")
        assert again.status_code == 303
    assert "đang dùng cho 2 tiêu chí" in (await client.get(sheet + "/1.3")).text
    attachment = re.search(r'name="attachment"\s+value="([^"]+)"', (await client.get(sheet + "/1.3")).text)
    assert attachment is not None
    assert (await post_form(client, sheet + "/1.3/detach", attachment=attachment[1])).status_code == 303
    assert "Chưa có tài liệu nào cho tiêu chí 1.3" in (await client.get(sheet + "/1.3")).text
    await signed_in("specialist", agency_id=year.agencies["TH"])
    assert (await client.get(href[1])).status_code == 404


@pytest.mark.parametrize(
    ("content", "fields", "status", "told"),
    [
        (b"chi la chu", {}, 415, "Nội dung tệp không phải một trong các loại: PDF"),
        (b"%PDF-1.7" + b"x" * 2_000_000, {}, 413, "Giới hạn là 1,0 MB một tệp"),
        (b"", {}, 422, "Tệp không có nội dung"),
        (PDF, {"number": ""}, 422, "Đề nghị điền mục này"),
        (PDF, {"issued_on": ""}, 422, "Đề nghị điền mục này"),
        (PDF, {"not_secret": ""}, 422, "bí mật nhà nước không được đưa lên"),
    ],
)
async def test_a_document_that_is_refused_says_why_and_keeps_what_was_typed(
    client: AsyncClient,
    year: Year,
    signed_in: SignIn,
    services: object,
    content: bytes,
    fields: dict[str, str],
    status: int,
    told: str,
) -> None:
    import msgspec

    services.settings = msgspec.structs.replace(services.settings, evidence_limit=1_000_000)  # type: ignore[attr-defined]
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    refused = await upload(client, path, content, **fields)
    assert refused.status_code == status
    assert told in refused.text
    assert "Báo cáo kết quả năm" in refused.text
    assert "318/BC-VP" not in (await client.get(f"/work/sheets/{year.sheets['HL']}/1.1")).text


async def test_an_upload_without_the_forms_token_is_refused(client: AsyncClient, year: Year, signed_in: SignIn) -> None:
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    await signed_in("specialist", agency_id=year.agencies["HL"])
    await client.get(path)
    for token in ("", "x" * 128):
        assert (await upload(client, path, PDF, _csrf_token=token)).status_code == 403
    broken = await client.post(
        path, content=b"--x\r\nnonsense", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code in (400, 403)


async def test_pages_make_a_fixed_number_of_queries(
    client: AsyncClient, year: Year, signed_in: SignIn, count_queries: Callable[[], int]
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"])
    sheet = f"/work/sheets/{year.sheets['HL']}"
    paths = [sheet, sheet + "/2.1.1", sheet + "/hand-in", "/work", "/work/documents"]
    before = []
    first, *others = FACTS
    await declare(client, year, "HL", first)
    await upload(client, f"{sheet}/{first}/evidence", PDF, number=f"{first}/BC")
    for path in paths:
        await client.get(path)
        start = count_queries()
        await client.get(path)
        before.append(count_queries() - start)
    for code in others:
        await declare(client, year, "HL", code)
        await upload(client, f"{sheet}/{code}/evidence", PDF, number=f"{code}/BC")
    after = []
    for path in paths:
        start = count_queries()
        await client.get(path)
        after.append(count_queries() - start)
    assert after == before
    assert max(after) <= 20


async def test_a_sheet_of_which_nothing_applies_is_shown(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "SET", NOBODY_APPLIES)
    year = await conftest.open_year(db, tenant)
    await signed_in("specialist", agency_id=year.agencies["NL"])
    page = await client.get(f"/work/sheets/{year.sheets['NL']}")
    assert page.status_code == 200
    assert "0/0 tiêu chí" in page.text


async def test_the_history_names_documents_and_quotes_what_was_written(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("specialist", agency_id=year.agencies["HL"], name="Phạm Văn Minh")
    await declare(client, year, "HL", "2.1.1", explanation="Theo báo cáo số 12/BC-SNV")
    await declare(client, year, "HL", "2.1.1", explanation="")
    page = (await client.get(f"/work/sheets/{year.sheets['HL']}/2.1.1")).text
    assert "Phạm Văn Minh: " in page
    assert "sửa giải trình: “Theo báo cáo số 12/BC-SNV”" in page
    assert "xóa giải trình" in page
    leaf = f"/work/sheets/{year.sheets['HL']}/2.1.1"
    assert (await upload(client, leaf + "/evidence", PDF)).status_code == 303
    page = (await client.get(leaf)).text
    assert "gắn tài liệu 318/BC-VP" in page
    attachment = re.search(r'name="attachment"\s+value="([^"]+)"', page)
    assert attachment is not None
    await post_form(client, leaf + "/detach", attachment=attachment[1])
    assert "gỡ tài liệu 318/BC-VP" in (await client.get(leaf)).text


async def test_a_closed_sheet_leads_with_its_final_points_and_what_was_changed_and_why(
    client: AsyncClient, year: Year, signed_in: SignIn, db: Database
) -> None:
    await submitting.hand_in(year, await submitting.complete(year, "NL"), "NL")
    await submitting.submit(year, await year.person("leader", agency="NL"), "NL")
    secretary = year.people["secretary"]
    async with db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, secretary, year.cycle, EARLY)
    lowered = Ruling(
        code="1.2", kind="set_points", points=Decimal("1.5"), reason="Kế hoạch ban hành muộn.", row_version=2
    )
    for body in ("BNV", "HL"):
        appraiser = await year.person("appraiser", agency=body)
        async with db.transaction(year.tenant) as connection:
            if body == "BNV":
                await deciding.decide(connection, appraiser, year.sheets["NL"], [lowered])
            for code in FACTS:
                with contextlib.suppress(Refused):
                    await accepting.accept_rest(connection, appraiser, year.cycle, code)
    async with db.transaction(year.tenant) as connection:
        await closing.close_appraisal(connection, secretary, year.cycle)
    await signed_in("specialist", agency_id=year.agencies["NL"])
    page = (await client.get(f"/work/sheets/{year.sheets['NL']}")).text
    opening, told = page.split("<h2>", 2)[1:]
    assert opening.startswith("Kết quả thẩm định: ")
    assert "1 tiêu chí thành phần được điều chỉnh" in told
    row = told.split('<b class="num">1.2</b>', 1)[1].split("</tr>", 1)[0]
    assert (">2,50<" in row, ">1,50<" in row, "Kế hoạch ban hành muộn." in row) == (True, True, True)


async def test_a_refused_upload_names_its_fields_and_can_be_sent_again(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    """The page that comes back holds the token of its form: it was empty once, and a second try was refused."""
    await signed_in("specialist", agency_id=year.agencies["HL"])
    path = f"/work/sheets/{year.sheets['HL']}/1.1/evidence"
    refused = await upload(client, path, PDF, number="", issued_on="32/01/2026")
    assert refused.status_code == 422
    assert "Số, ký hiệu: " in refused.text
    assert "Ngày ban hành: " in refused.text
    tokens = set(re.findall(r'name="_csrf_token" value="([^"]*)"', refused.text))
    assert tokens == {client.cookies["csrftoken"]}
