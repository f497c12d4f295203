"""A questionnaire is uploaded, mended, seen as respondents see it, approved by a second person and published."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

import asyncpg
import msgspec
import pytest
from httpx import AsyncClient

from parindex.errors import Refused
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id
from parindex.surveys.instruments import drafts
from parindex.surveys.instruments.comparison import compare
from parindex.surveys.questionnaire import loading
from parindex.surveys.rounds import opening
from tests.api.work.criteria.set_drafts import person
from tests.api.work.criteria.set_uploads import post_with_file
from tests.api.work.instruments.instrument_drafts import given, sipas
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

DECIDED = {"number": "15/QĐ-UBND", "date": "02/11/2026"}


async def with_base(db: Database, tenant: UUID) -> UUID:
    async with db.transaction(tenant) as connection:
        found, source = loading.bundled("sipas", "2026")
        return await opening.publish(connection, found, source, actor="system")


async def begun(client: AsyncClient, text: str, name: str = "sipas.yaml") -> str:
    """The path of a draft begun with a file."""
    answer = await post_with_file(client, "/work/instruments", name, text.encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_questionnaire_goes_from_a_file_to_publication_by_two_people(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager", name="Vũ Thị Mai Lan")
    path = await begun(client, sipas("2027"))
    text = (await client.get(path)).text
    assert "Thay đổi so với bản sipas 2026" in text
    assert re.search(r"<del>18-24;</del>\s*<ins>15-24;</ins>", text), "answers that changed"
    assert "Câu hỏi tính điểm và cách tính điểm giữ nguyên." in text
    assert "Vũ Thị Mai Lan" in text
    preview = (await client.get(f"{path}/preview?form=short")).text
    assert "Phiếu rút gọn" in preview
    assert 'type="radio"' in preview
    assert " checked" not in preview, "nothing is chosen"
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    assert "Chờ phê duyệt" in (await client.get("/work/instruments")).text
    assert (await post_with_file(client, f"{path}/upload", "x.yaml", sipas("2027").encode())).status_code == 409
    await signed_in("approver", name="Đặng Quốc Tuấn")
    assert (await post_checked(client, f"{path}/approve")).status_code == 303
    done = await post_checked(client, f"{path}/publish", **DECIDED)
    assert done.status_code == 303, done.text
    office = (await client.get(done.headers["location"])).text
    assert "15/QĐ-UBND ngày 02/11/2026" in office
    assert "Đặng Quốc Tuấn" in office
    assert "Chưa có đợt khảo sát nào dùng bộ câu hỏi này." in office
    again = await post_form(client, f"{path}/publish", **DECIDED)
    assert (again.status_code, again.headers["location"]) == (303, done.headers["location"])
    source = await client.get(done.headers["location"] + "/source.yaml")
    assert source.text == sipas("2027")


async def test_what_is_wrong_stands_under_its_question_and_a_further_file_mends_it(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client, sipas("2027").replace("scale: satisfaction", "scale: khong-co", 1))
    text = (await client.get(path)).text
    assert "Còn 1 lỗi" in text
    assert re.search(r'scope="row" class="name">.*?“khong-co”', text, re.DOTALL)
    assert (await client.get(f"{path}/preview")).status_code == 409
    assert (await post_checked(client, f"{path}/submit")).status_code == 409
    wrong = await post_with_file(client, f"{path}/upload", "x.yaml", sipas("2028").encode())
    assert wrong.status_code == 422
    assert "Tệp này là của bộ hoặc phiên bản khác" in wrong.text
    assert (await post_with_file(client, f"{path}/upload", "x.yaml", sipas("2027").encode())).status_code == 303
    text = (await client.get(path)).text
    assert "bản 2" in text
    assert "Còn 1 lỗi" not in text


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"- just\n- a list\n", b"instrument: sipas\n", b"PK\x03\x04"]
)
async def test_bytes_that_are_no_questionnaire_are_refused_and_nothing_is_kept(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn, content: bytes
) -> None:
    await signed_in("index_manager")
    answer = await post_with_file(client, "/work/instruments", "sipas.yaml", content)
    assert answer.status_code == 422
    async with db.transaction(tenant) as connection:
        assert await connection.fetchval("select count(*) from instrument_drafts") == 0


async def test_a_version_that_was_published_or_is_under_way_is_not_begun_again(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("index_manager")
    assert (await post_with_file(client, "/work/instruments", "x.yaml", sipas("2026").encode())).status_code == 409
    path = await begun(client, sipas("2027"))
    assert (await post_with_file(client, "/work/instruments", "x.yaml", sipas("2027").encode())).status_code == 409
    assert (await post_form(client, f"{path}/withdraw", reason="Nhầm năm.")).status_code == 303
    assert await begun(client, sipas("2027")) != path


async def test_nobody_approves_a_questionnaire_that_they_drafted(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager", "approver")
    path = await begun(client, sipas("2027"))
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    answer = await client.get(f"{path}/approve")
    assert answer.status_code == 403
    assert "Không phê duyệt bản do chính mình soạn" in answer.text


async def test_one_sent_back_says_why_and_a_decision_before_the_approval_is_asked_about(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = await begun(client, sipas("2027"))
    await post_checked(client, f"{path}/submit")
    await signed_in("approver")
    assert (await post_form(client, f"{path}/return", reason="")).status_code == 422
    assert (await post_form(client, f"{path}/return", reason="Câu 5 còn dài.")).status_code == 303
    assert "Câu 5 còn dài." in (await client.get(path)).text
    assert (await client.get(f"{path}/publish")).status_code == 409


async def test_who_may_not_draft_may_read_and_who_has_no_business_may_not(
    client: AsyncClient, db: Database, tenant: UUID, signed_in: SignIn
) -> None:
    await with_base(db, tenant)
    await signed_in("secretary")
    assert (await client.get("/work/instruments")).status_code == 200
    assert (await post_with_file(client, "/work/instruments", "x.yaml", sipas("2027").encode())).status_code == 403
    await signed_in("specialist")
    assert (await client.get("/work/instruments")).status_code == 403


async def begun_here(connection: Connection) -> tuple[UUID, str]:
    drafter = await person(connection, "soan", "index_manager")
    return await drafts.begin(connection, drafter, given(sipas("2027"))), drafter.actor


async def test_the_database_itself_lets_nobody_approve_their_own_and_keeps_versions(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        draft_id, actor = await begun_here(connection)
        drafter = await person(connection, "khac", "index_manager")
        await drafts.submit(connection, drafter, draft_id)
        with pytest.raises(asyncpg.CheckViolationError, match="nobody approves"):
            await connection.execute(
                """insert into instrument_draft_steps (tenant_id, id, draft_id, revision, from_state, to_state, by_person)
                values (current_setting('parindex.tenant')::uuid, $1, $2, 1, 'submitted', 'approved', $3)""",
                new_id(), draft_id, actor,
            )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="by a step that says so"):
        async with db.transaction(tenant) as connection:
            draft_id, _ = await begun_here_again(connection)
            await connection.execute("update instrument_drafts set state = 'approved' where id = $1", draft_id)


async def begun_here_again(connection: Connection) -> tuple[UUID, str]:
    drafter = await person(connection, "ba", "index_manager")
    return await drafts.begin(connection, drafter, given(sipas("2028"))), drafter.actor


async def test_a_draft_is_of_its_tenant_alone(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        drafter = await person(connection, "soan", "index_manager")
        draft_id = await drafts.begin(connection, drafter, given(sipas("2027")))
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await drafts.opened(connection, drafter, draft_id)


async def test_the_record_says_who_approved_it_and_that_nobody_approved_one_from_files(
    db: Database, tenant: UUID
) -> None:
    await with_base(db, tenant)
    async with db.transaction(tenant) as connection:
        drafter, approver = (
            await person(connection, "soan", "index_manager"),
            await person(connection, "duyet", "approver"),
        )
        draft_id = await drafts.begin(connection, drafter, given(sipas("2027")))
        await drafts.submit(connection, drafter, draft_id)
        await drafts.approve(connection, approver, draft_id)
        await drafts.publish(connection, drafter, draft_id, "15/QĐ-UBND", date(2026, 11, 2))
        rows = await connection.fetch(
            "select after from audit_rows where tag = 'surveys:instrument:publish' order by id"
        )
    told = [msgspec.json.decode(row["after"])["approval"] for row in rows]
    assert told[0] is None
    assert (told[1]["approved_by"], told[1]["decision_number"]) == (approver.actor, "15/QĐ-UBND")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("minutes: 9", "minutes: chín"),
        ("minutes: 9", 'minutes: {"a.b[0]": 1}'),
        ("score: {share_of: [4, 5]}", "score: [4, 5]"),
        ("{code: 1, text:", "{code: một, text:"),
        ("forms:", 'forms:\n  "x.[": []'),
        ("years: [2027]", 'years: ["2027"]'),
    ],
)
def test_a_value_of_another_shape_anywhere_in_a_file_is_told_and_reading_ends(old: str, new: str) -> None:
    assert old in sipas("2027")
    read = given(sipas("2027").replace(old, new, 1))
    assert read.instrument is None
    assert read.faults


def test_questions_are_the_same_by_their_code_and_each_change_is_told_once() -> None:
    older, _ = loading.bundled("sipas", "2026")
    newer = given(sipas("2027")).instrument
    assert newer is not None
    found = compare(older, newer)
    assert (found.count("added"), found.count("removed"), found.count("moved")) == (0, 0, 0)
    assert [pair.code for pair in found.pairs if "answers" in pair.kinds] == ["A.3"]
    assert not found.score
    fewer = msgspec.structs.replace(older, groups=older.groups[:-1])
    assert compare(older, fewer).count("removed") == len(older.groups[-1].items)
    assert compare(fewer, older).count("added") == len(older.groups[-1].items)
    scored = msgspec.structs.replace(older, score=msgspec.structs.replace(older.score, share_of=(5,)))
    assert compare(older, scored).score
    group = older.groups[0]
    first, rest = group.items[0], group.items[1:]
    shifted = msgspec.structs.replace(
        older,
        groups=(msgspec.structs.replace(group, items=rest),
                msgspec.structs.replace(older.groups[1], items=(*older.groups[1].items, first)), *older.groups[2:]),
    )  # fmt: skip
    assert [pair.code for pair in compare(older, shifted).pairs if "moved" in pair.kinds] == [first.code]
