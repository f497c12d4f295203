"""A list of codes is read row by row, issued whole or not at all, and comes back as it left."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from parindex.agencies.code_lists import issuing
from parindex.agencies.code_lists.model import CodeEntry
from parindex.agencies.code_lists.reading_lists import LIMIT, MOST, CodesRead, read_codes
from parindex.agencies.model import Basis
from parindex.api.work.agencies import registry_files
from parindex.errors import Refused
from parindex.store.database import Database

BASIS = Basis(number="12/QĐ-SNV", date=date(2026, 1, 5))
KINDS = "code,name_vi,name_en,parent,note\nVB,Văn bản,,,\nKH,Kế hoạch,Plan,VB,\nBC,Báo cáo,Report,VB,Định kỳ\n"


def read(text: str) -> CodesRead:
    return read_codes(text.encode())


def told(found: CodesRead) -> list[tuple[int, str, str]]:
    return [(int(one.values["row"]), one.code, str(one.values.get("column", ""))) for one in found.defects]


def test_a_good_list_is_read_as_it_stands() -> None:
    found = read(KINDS)
    assert found.defects == ()
    assert found.entries[1] == CodeEntry(code="KH", name_vi="Kế hoạch", name_en="Plan", parent="VB")


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("A,Một,\nA,Hai,\n", [(3, "code_twice", "code")]),
        ("A,Một,\na,Hai,\n", []),
        (",Một,\nB,,\n", [(2, "value_missing", "code"), (3, "value_missing", "name_vi")]),
        ("A,Một,Z\n", [(2, "code_parent_unknown", "parent")]),
        ("A,Một,A\n", [(2, "code_parent_circle", "parent")]),
        ("A,Một,B\nB,Hai,A\nC,Ba,A\n", [(2, "code_parent_circle", "parent"), (3, "code_parent_circle", "parent")]),
        (f"{'A' * 35},{'m' * 300},\n", []),
        (f"{'A' * 36},{'m' * 301},\n", [(2, "code_text_long", "code"), (2, "code_text_long", "name_vi")]),
        ("", [(1, "codes_no_rows", "")]),
    ],
)
def test_every_row_that_is_wrong_is_told_with_its_column(rows: str, faults: list[tuple[int, str, str]]) -> None:
    assert told(read("code,name_vi,parent\n" + rows)) == faults


def test_a_file_of_something_else_is_refused_whole() -> None:
    with pytest.raises(Refused, match="codes_broken"):
        read("Mã;Tên\nA;Một\n")
    with pytest.raises(Refused, match="codes_broken"):
        read_codes(b"\xff\xfe\x00code")
    with pytest.raises(Refused, match="too_large"):
        read_codes(b"x" * (LIMIT + 1))
    head = "code,name_vi\n"
    assert len(read(head + "".join(f"{n},x\n" for n in range(MOST))).entries) == MOST
    with pytest.raises(Refused, match="codes_too_many"):
        read(head + "".join(f"{n},x\n" for n in range(MOST + 1)))


async def test_versions_follow_each_other_and_those_before_stay(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        assert await issuing.held(connection, "document_types") is None
        assert await issuing.issue(connection, "document_types", read(KINDS), basis=BASIS, by="x") == 1
        second = KINDS.replace("Kế hoạch", "Kế hoạch công tác").replace(
            "BC,Báo cáo,Report,VB,Định kỳ\n", "TTr,Tờ trình,,VB,\n"
        )
        before = await issuing.held(connection, "document_types")
        found = issuing.changes(before, read(second).entries)
        assert ([one.code for one in found.new], [one.code for one in found.gone]) == (["TTr"], ["BC"])
        assert [(old.name_vi, new.name_vi) for old, new in found.changed] == [("Kế hoạch", "Kế hoạch công tác")]
        assert (found.same, found.moved) == (1, False)
        assert await issuing.issue(connection, "document_types", read(second), basis=BASIS, by="x") == 2
        assert await issuing.issue(connection, "fields", read(KINDS), basis=BASIS, by="x") == 1
        first = await issuing.held(connection, "document_types", 1)
        newest = await issuing.held(connection, "document_types")
        assert first is not None
        assert newest is not None
        assert (first.entries, newest.held.version, newest.held.basis_number) == (read(KINDS).entries, 2, BASIS.number)
        assert [one.version for one in await issuing.versions(connection, "document_types")] == [2, 1]
        rows = await connection.fetch("select subject from audit_rows where tag = 'registry:codes:issue' order by id")
        assert [row["subject"] for row in rows] == ["document_types", "document_types", "fields"]


async def test_nothing_is_issued_from_a_list_with_a_wrong_row_or_without_a_change(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        await issuing.issue(connection, "fields", read(KINDS), basis=BASIS, by="x")
    for text, code in ((KINDS + "KH,Hai lần,,,\n", "codes_broken"), (KINDS, "codes_same")):
        with pytest.raises(Refused, match=code):
            async with db.transaction(tenant) as connection:
                await issuing.issue(connection, "fields", read(text), basis=BASIS, by="x")
    async with db.transaction(tenant) as connection:
        moved = "code,name_vi,name_en,parent,note\nVB,Văn bản,,,\nBC,Báo cáo,Report,VB,Định kỳ\nKH,Kế hoạch,Plan,VB,\n"
        assert await issuing.issue(connection, "fields", read(moved), basis=BASIS, by="x") == 2
        for name, version in (("agencies", None), ("fields", 3), ("fields", 0)):
            with pytest.raises(Refused, match="not_found"):
                await issuing.held(connection, name, version)


@pytest.mark.parametrize(
    "statement",
    [
        "update code_list_versions set basis_number = 'x'",
        "delete from code_list_versions",
        "insert into code_list_versions select tenant_id, list, 7, '[]', digest, basis_number, basis_date, at, by_person from code_list_versions",
        "insert into code_list_versions select tenant_id, 'else', 7, entries, digest, basis_number, basis_date, at, by_person from code_list_versions",
    ],
)
async def test_a_version_never_changes_and_the_database_takes_no_other_list(
    db: Database, tenant: UUID, statement: str
) -> None:
    async with db.transaction(tenant) as connection:
        await issuing.issue(connection, "fields", read(KINDS), basis=BASIS, by="x")
    with pytest.raises(asyncpg.PostgresError):
        async with db.transaction(tenant) as connection:
            await connection.execute(statement)


def test_what_leaves_comes_back_the_same() -> None:
    entries = read(KINDS).entries
    assert read_codes(registry_files.codes_csv(issuing.rows(entries))).entries == entries
    workbook = registry_files.codes_workbook("Loại văn bản", issuing.rows(entries), "vi")
    assert read_codes(workbook).entries == entries
    assert read_codes(workbook).head == ("code", "name_vi", "name_en", "parent", "note")
