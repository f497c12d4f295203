"""What is typed is kept as it is typed: the newest holds, its writer alone sees it, and it is bounded."""

from __future__ import annotations

from uuid import UUID

import pytest

from parindex.access import Person, form_drafts, people, queries
from parindex.errors import Refused
from parindex.store.database import Database

FORM = "/work/sheets/0190/1.1.1"


@pytest.fixture
async def writers(db: Database, tenant: UUID) -> list[Person]:
    async with db.transaction(tenant) as connection:
        ids = [
            await people.add_person(connection, login=login, name=login, roles=["specialist"], password_hash=None)
            for login in ("hanh", "minh")
        ]
        found = [await queries.person_by_id(connection, one) for one in ids]
    return [person for person in found if person is not None]


async def test_the_newest_draft_of_a_form_holds_and_its_writer_alone_reads_it(
    db: Database, tenant: UUID, writers: list[Person]
) -> None:
    hanh, minh = writers
    async with db.transaction(tenant) as connection:
        await form_drafts.keep(connection, hanh, FORM, {"explanation": "Theo báo"})
        await form_drafts.keep(connection, hanh, FORM, {"explanation": "Theo báo cáo\r\nsố 12", "fact:x": ""})
        await form_drafts.keep(connection, minh, FORM, {"explanation": "Khác"})
        kept = await form_drafts.of_form(connection, hanh, FORM)
        assert kept is not None
        assert kept.fields == {"explanation": "Theo báo cáo\r\nsố 12", "fact:x": ""}
        await form_drafts.drop(connection, hanh, FORM)
        assert await form_drafts.of_form(connection, hanh, FORM) is None
        assert await form_drafts.of_form(connection, minh, FORM) is not None


async def test_a_page_asks_for_its_forms_and_gets_those_that_hold_something(
    db: Database, tenant: UUID, writers: list[Person]
) -> None:
    hanh, minh = writers
    async with db.transaction(tenant) as connection:
        await form_drafts.keep(connection, hanh, "/work/people/new", {"name": "Trần"})
        await form_drafts.keep(connection, hanh, FORM, {"explanation": "Khác"})
        await form_drafts.keep(connection, minh, "/work/people/new", {"name": "Của Minh"})
        asked = ("/work/people/new", "/work/people/import", "https://elsewhere.example", "\0")
        found = await form_drafts.of_forms(connection, hanh, asked)
    assert {form: one.fields for form, one in found.items()} == {"/work/people/new": {"name": "Trần"}}


async def test_a_draft_is_on_no_record(db: Database, tenant: UUID, writers: list[Person]) -> None:
    async with db.transaction(tenant) as connection:
        before = await connection.fetchval("select count(*) from audit_rows")
        await form_drafts.keep(connection, writers[0], FORM, {"explanation": "x"})
        await form_drafts.drop(connection, writers[0], FORM)
        assert await connection.fetchval("select count(*) from audit_rows") == before


@pytest.mark.parametrize(
    ("form", "fields", "code"),
    [
        ("/work/sheets/0190/1.1.1", {"a": "x" * (form_drafts.LONGEST - 1)}, None),
        ("/work/sheets/0190/1.1.1", {"a": "x" * form_drafts.LONGEST}, "draft_too_long"),
        ("/work/sheets/0190/1.1.1", {"a": "\0"}, "bad_request"),
        ("/work/appraisals/0190/1.1?agency=H15.50", {}, None),
        ("/work/people/0190/roles/end?grant=0190&page=2", {}, None),
        ("/work/people/0190/roles/end?grant=0190#top", {}, "bad_request"),
        ("/work/people?" + "x" * 130, {}, None),
        ("/work/people?" + "x" * 131, {}, "bad_request"),
        ("https://elsewhere.example/work/x", {}, "bad_request"),
        ("/rankings", {}, "bad_request"),
        ("/work/" + "x" * 260, {}, None),
        ("/work/" + "x" * 261, {}, "bad_request"),
    ],
)
async def test_what_is_kept_is_bounded_on_both_sides(
    db: Database, tenant: UUID, writers: list[Person], form: str, fields: dict[str, str], code: str | None
) -> None:
    async with db.transaction(tenant) as connection:
        if code is None:
            await form_drafts.keep(connection, writers[0], form, fields)
            assert await form_drafts.of_form(connection, writers[0], form) is not None
        else:
            with pytest.raises(Refused) as refused:
                await form_drafts.keep(connection, writers[0], form, fields)
            assert refused.value.code == code


async def test_one_form_too_many_is_refused_and_an_old_draft_makes_room(
    db: Database, tenant: UUID, writers: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_drafts, "MOST", 2)
    hanh = writers[0]
    async with db.transaction(tenant) as connection:
        await form_drafts.keep(connection, hanh, "/work/a", {})
        await form_drafts.keep(connection, hanh, "/work/b", {})
        with pytest.raises(Refused) as refused:
            await form_drafts.keep(connection, hanh, "/work/c", {})
        assert refused.value.code == "drafts_full"
        await form_drafts.keep(connection, hanh, "/work/b", {"x": "1"})
        for days, made in ((form_drafts.KEPT_DAYS - 1, False), (form_drafts.KEPT_DAYS + 1, True)):
            await connection.execute(
                "update form_drafts set kept_at = now() - make_interval(days => $1) where form = '/work/a'", days
            )
            if made:
                await form_drafts.keep(connection, hanh, "/work/c", {})
                assert await form_drafts.of_form(connection, hanh, "/work/a") is None
            else:
                with pytest.raises(Refused):
                    await form_drafts.keep(connection, hanh, "/work/c", {})
