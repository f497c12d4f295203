"""A questionnaire is read question by question, disputed, answered, and copied for another year: as criteria sets are."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from httpx import AsyncClient

from parindex.errors import Refused
from parindex.places import data_folder
from parindex.store.database import Database
from parindex.surveys.instruments import drafts
from parindex.surveys.instruments.given_instruments import read_given, renewed
from parindex.surveys.questionnaire import loading
from tests.api.work.criteria.set_drafts import person
from tests.api.work.instruments.instrument_drafts import given, sipas
from tests.api.work.instruments.test_instruments import begun, with_base
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

OFFERED = [question.code for group in loading.bundled("sipas", "2026")[0].groups for question in group.items]


async def handed_over(client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn) -> str:
    """The path of a draft that waits for its approval, read by its approver."""
    await with_base(db, tenant)
    await signed_in("index_manager", name="Vũ Thị Mai Lan")
    path = await begun(client, sipas("2027"))
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    await signed_in("approver", name="Đỗ Minh Quân")
    return path


async def test_whoever_approves_reads_page_by_page_and_what_was_read_is_counted(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    path = await handed_over(client, db, tenant, signed_in)
    assert f'href="{path}/lines"' in (await client.get(path)).text
    first = (await client.get(f"{path}/lines")).text
    assert f"Đã xem 0 trên {len(OFFERED)} dòng." in first
    assert "Chọn một: Nam; Nữ" in first
    codes = re.findall(r'name="read" value="([^"]+)"', first)
    assert codes
    assert codes == OFFERED[: len(codes)]
    assert (await post_form(client, f"{path}/lines", read=codes)).status_code == 303
    then = (await client.get(f"{path}/lines")).text
    assert f"Đã xem {len(codes)} trên {len(OFFERED)} dòng." in then
    assert f'id="line-{codes[0]}"' not in then, "the next page that is left"
    assert f"Đỗ Minh Quân đã xem {len(codes)} trên {len(OFFERED)} dòng" in (await client.get(path)).text
    check = (await client.get(f"{path}/approve")).text
    assert f"Mới xem {len(codes)} trên {len(OFFERED)} dòng ở nội dung hiện tại." in check


async def test_a_dispute_keeps_it_until_it_is_answered(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    path = await handed_over(client, db, tenant, signed_in)
    empty = await post_form(client, f"{path}/remarks", code=OFFERED[0], kind="dispute", said="")
    assert empty.status_code == 422
    said = {"code": OFFERED[0], "kind": "dispute", "said": "Câu này hỏi hai điều."}
    assert (await post_form(client, f"{path}/remarks", **said)).status_code == 303
    assert "Câu này hỏi hai điều." in (await client.get(f"{path}/lines")).text
    assert "Còn 1 ý kiến chưa đồng ý chờ trả lời." in (await client.get(f"{path}/approve")).text
    refused = await post_checked(client, f"{path}/approve")
    assert refused.status_code == 409
    await signed_in("index_manager")
    shown = (await client.get(path)).text
    answer = re.search(rf'action="({path}/remarks/[0-9a-f-]+)"', shown)
    assert answer
    assert (await post_form(client, answer[1], answer="Tách ở năm sau.")).status_code == 303
    assert (await post_form(client, answer[1], answer="Lần nữa.")).status_code == 404
    assert "Tách ở năm sau." in (await client.get(path)).text
    await signed_in("approver")
    assert "chưa đồng ý" not in (await client.get(f"{path}/approve")).text
    assert (await post_checked(client, f"{path}/approve")).status_code == 303


async def test_others_read_and_say_nothing(client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn) -> None:
    path = await handed_over(client, db, tenant, signed_in)
    for role in ("secretary", "auditor"):
        await signed_in(role)
        shown = (await client.get(f"{path}/lines")).text
        assert 'name="read"' not in shown
        assert 'name="said"' not in shown
        assert (await post_form(client, f"{path}/lines", read=OFFERED[0])).status_code == 403
        assert (await post_form(client, f"{path}/remarks", said="x")).status_code == 403
    await signed_in("specialist")
    assert (await client.get(f"{path}/lines")).status_code == 403


async def test_a_question_that_changed_since_has_to_be_read_again(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        drafter = await person(connection, "soan", "index_manager")
        approver = await person(connection, "duyet", "approver")
        draft_id = await drafts.begin(connection, drafter, given(sipas("2027")))
        await drafts.submit(connection, drafter, draft_id)
        assert await drafts.mark_read(connection, approver, draft_id, [*OFFERED[:3], "khong-co"]) == 3
        (reading,) = await drafts.readings(connection, await drafts.opened(connection, approver, draft_id))
        assert reading.codes == frozenset(OFFERED[:3])
        with pytest.raises(Refused, match="not_allowed"):
            await drafts.mark_read(connection, drafter, draft_id, OFFERED)
        await drafts.send_back(connection, approver, draft_id, "Đổi phương án trả lời")
        text = sipas("2027").replace('"Nam", en: "Male"', '"Nam giới", en: "Male"')
        await drafts.upload(connection, drafter, draft_id, given(text))
        (reading,) = await drafts.readings(connection, await drafts.opened(connection, approver, draft_id))
        assert reading.codes == frozenset(OFFERED[1:3]), "A.1 has another answer"


async def test_last_years_questionnaire_is_copied_for_another_year(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    base = await with_base(db, tenant)
    await signed_in("index_manager")
    assert "Chép thành bản soạn" in (await client.get("/work/instruments")).text
    fields = {"set": str(base), "clone_version": "2027.1", "clone_year": "2027"}
    for wrong in ({"clone_version": "../x"}, {"clone_year": "hai"}, {"clone_version": ""}):
        refused = await post_form(client, "/work/instruments/clone", **{**fields, **wrong})
        assert refused.status_code == 422
        assert "Phiên bản" in refused.text
    done = await post_form(client, "/work/instruments/clone", **fields)
    assert done.status_code == 303
    shown = (await client.get(done.headers["location"])).text
    assert "2027.1, bản 1" in shown
    assert "chép từ bộ trước" in shown
    assert "Thay đổi so với bản sipas 2026" in shown
    source = (await client.get(f"{done.headers['location']}/source")).text
    assert source.startswith("# The satisfaction questionnaire of 2026"), "with its comments"
    assert 'version: "2027.1"' in source
    again = await post_form(client, "/work/instruments/clone", **fields)
    assert again.status_code == 409
    assert (
        await post_form(client, "/work/instruments/clone", **{**fields, "set": str(UUID(int=1))})
    ).status_code == 404
    await signed_in("approver")
    assert (await post_form(client, "/work/instruments/clone", **fields)).status_code == 403


@pytest.mark.parametrize("path", sorted(data_folder("instruments").glob("*/*.yaml")), ids=lambda path: path.parent.name)
def test_a_copy_says_what_the_version_said_but_for_version_and_year(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    older = loading.load(path.name, text)
    copy = renewed(older, text, "2031.1", 2031)
    assert copy.instrument == msgspec.structs.replace(older, version="2031.1", years=(2031,))
    assert copy.source.splitlines()[0] == text.splitlines()[0]


def test_a_text_that_says_its_years_otherwise_is_written_anew() -> None:
    text = sipas("2027").replace("years: [2027]", "years:\n  - 2027")
    older = loading.load("x.yaml", text)
    copy = renewed(older, text, "2028", 2028)
    assert copy.instrument == msgspec.structs.replace(older, version="2028", years=(2028,))
    assert read_given(copy.source.encode(), "x.yaml").instrument == copy.instrument
