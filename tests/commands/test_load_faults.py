"""``parindex load``: everything that is wrong in any of the files is told at once, each with its place."""

from __future__ import annotations

import asyncpg
import pytest
import xlsxwriter

from parindex.access import tenants
from parindex.assessments.cycles import steps
from parindex.commands.loading.entering import NotStored, storing
from parindex.commands.loading.year_reading import read_year


async def nothing_entered(db):
    return await tenants.by_code(db, "hoa-lac") is None


async def test_all_faults_of_all_files_come_at_once_with_file_and_line(load, db, edit):
    edit(
        "year.yaml",
        ("login: pheduyet", "login: THUKY"),
        ("roles: [leader], agency: SNV", "roles: [leder], agency: SNX"),
        ("substitute: STC", "substitute: STX"),
        ("last_day: 2027-01-20", "last_day: 20/10/2026"),
        ("form: short", "form: shortest"),
        ("closes_on: 2026-12-15", "closes_on: 2026-13-15"),
    )
    edit("agencies.csv", ("STC,Sở Tài chính,department,2", "STC,Sở Tài chính,departmant,2"))
    edit("sample.csv", ("640", "nhiều"), ("T2,Thôn 2,40,12,0.31", "T2,Thôn 2,40,12,3.1"))
    edit("dung-han/2026.1.yaml", ("floor:", "flor:"))
    edit("sipas-2026.yaml", ("weights: items", "wieghts: items"))
    done = await load()
    assert (done.returncode, done.stdout) == (1, "")
    for told in (
        "year.yaml:4:5: people: tên đăng nhập “THUKY” đã có ở dòng 3",
        "year.yaml:8:57",
        "leder",
        "cycle.last_day (2026-10-20) phải sau cycle.opens_on (2026-11-01)",
        "2026-13-15",
        "agencies.csv: Dòng 3, cột tier: cấp “departmant”",
        "dung-han/2026.1.yaml:23:11",
        "sipas-2026.yaml:",
        "sample.csv: Dòng 2, cột population",
        "sample.csv: Dòng 3, cột psu_probability",
    ):
        assert told in done.stderr, told
    assert await nothing_entered(db)


async def test_faults_beside_what_stands_come_with_those_of_the_files(load, db, edit):
    edit(
        "year.yaml",
        ("substitute: STC", "substitute: STX"),
        ("agency: SNV}\n  - {login: snv.lanhdao", "agency: SNX}\n  - {login: snv.lanhdao"),
    )
    edit("sample.csv", ("SNV,SNV,X01,Xã An Bình,T2", "SNY,SNV,X01,Xã An Bình,T2"), ("640", "0"))
    done = await load(lang="en")
    assert done.returncode == 1
    assert (
        "year.yaml:14:57: cycle.bodies.government-office.substitute: the registry has no agency with the code “STX”"
        in done.stderr
    )
    assert "year.yaml:7:5: snv.chuyenvien: agency: the registry has no agency with the code “SNX”" in done.stderr
    assert "sample.csv: Row 2, column population" in done.stderr
    assert await nothing_entered(db)


@pytest.mark.parametrize(
    ("file", "old", "new", "told", "code"),
    [
        ("year.yaml", "code: hoa-lac", "code: Hoa_Lạc", "year.yaml:1:16",1),
        ("year.yaml", "code: hoa-lac", f"code: {'a' * 64}", "63",1),
        ("year.yaml", "year: 2026", "year: 1999", "2000",1),
        ("year.yaml", "year: 2026", "year: 2101", "2100",1),
        ("year.yaml", "tier: department", "tier: Department", "department",1),
        ("year.yaml", "  tier: department", "  tier: department\n  family: PAR Index", "PAR Index",1),
        ("year.yaml", "substitute: STC", "substitute: SNV", "cycle.bodies.government-office",1),
        ("year.yaml", "form: short", "form: short\n  min_n: 1", "≥ 2",1),
        ("year.yaml", "form: short", "form: short\n  min_n: 99999999999", "≤ 2147483647",1),
        ("year.yaml", 'name: "Phạm Hoài An"', 'name: "Phạm\\0Hoài An"', "U+0000",1),
        ("year.yaml", 'name: "Phạm Hoài An"', 'name: ""', "year.yaml:3:26",1),
        ("year.yaml", "opens_on: 2026-11-01\n  last", "opens_on: 0026-11-01\n  last", "1900",1),
        ("year.yaml", "bodies: {government-office: {agency: SNV, substitute: STC}}", "bodies: {}", "government-office", 1),
        ("year.yaml", "criteria: dung-han/2026.1.yaml", "criteria: dung-han", "cycle.criteria", 2),
        ("year.yaml", "criteria: dung-han/2026.1.yaml", "criteria:", "year.yaml:13:12",1),
        ("agencies.csv", "SYT,", "syt,", "Quyết định 20/2020", 1),
        ("agencies.csv", "SYT,Sở Y tế,department,3", "SYT,Sở Y tế,department,3\nSYT,Sở Y,department,4", "Dòng 5, cột code: mã SYT đã có ở dòng 4", 1),
        ("dung-han/2026.1.yaml", "    appraiser: government-office\n", "", "dung-han/2026.1.yaml:11:11", 1),
    ],
)  # fmt: skip
async def test_what_the_database_would_refuse_is_told_before_with_its_place(load, db, edit, file, old, new, told, code):
    edit(file, (old, new))
    done = await load()
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr
    assert "Lỗi ngoài dự kiến" not in done.stderr
    assert "Error" not in done.stderr
    assert await nothing_entered(db)


ATTRIBUTES = """\
attributes:
  size: {type: choice, options: [large, small], label: {vi: "Quy mô"}}
  has_counter: {type: boolean, label: {vi: "Có một cửa"}}
areas:
"""


@pytest.fixture
def with_attributes(year, edit):
    edit(
        "dung-han/2026.1.yaml",
        ("areas:\n", ATTRIBUTES),
        ("        max: 20", "        max: 20\n        needs: has_counter"),
    )
    edit(
        "year.yaml",
        ("  opens_on: 2026-11-01\n  last_day", "  attributes: attributes.csv\n  opens_on: 2026-11-01\n  last_day"),
    )

    def write(*rows):
        (year.parent / "attributes.csv").write_text("\n".join(["agency,name,value", *rows, ""]), encoding="utf-8")

    return write


async def test_attributes_are_checked_row_by_row_and_those_that_are_needed_and_absent_are_noted(
    load, db, with_attributes
):
    with_attributes("SNV,@sise,large", "SNV,@size,huge", "STC,@has_counter,co", "SNX,@size,large", "SNV,2.1.on_time,3")
    done = await load()
    assert done.returncode == 1, done.stderr
    for told in (
        "dòng 2, SNV, @sise",
        "dòng 3, SNV, @size",
        "large, small",
        "dòng 4, STC, @has_counter",
        "dòng 6, SNV",
    ):
        assert f"attributes.csv: {told}" in done.stderr or told in done.stderr, told
    assert await nothing_entered(db)
    with_attributes("SNX,@size,large")
    unknown = await load()
    assert unknown.returncode == 1
    assert "attributes.csv:2: agency: danh mục không có cơ quan mã “SNX”" in unknown.stderr
    with_attributes("SNV,@size,large", "SNV,@has_counter,true", "SYT,@ranked,false")
    good = await load()
    assert good.returncode == 0, good.stderr
    assert "@has_counter mà bộ tiêu chí cần chưa có ở 2 cơ quan: STC, SYT" in good.stderr
    tenant = await tenants.by_code(db, "hoa-lac")
    async with db.transaction(tenant.id) as connection:
        rows = await connection.fetch(
            "select a.code, c.ranked, c.attributes::text from cycle_agencies c join agencies a on a.id = c.agency_id order by 1"
        )
    assert [tuple(row) for row in rows] == [
        ("SNV", True, '{"size": "large", "has_counter": "true"}'), ("STC", True, "{}"), ("SYT", False, "{}"),
    ]  # fmt: skip


async def test_what_the_database_still_refuses_is_told_by_the_file_that_was_being_stored(load, db, monkeypatch):
    async def broken(connection, **_):
        await connection.execute("insert into tenants (id, code, name_vi) values (gen_random_uuid(), 'A B', 'x')")

    monkeypatch.setattr(steps, "create", broken)
    done = await load(lang="en")
    assert done.returncode == 1
    assert done.stderr.startswith("year.yaml: the database did not take cycle (")
    assert "Unexpected" not in done.stderr
    assert await nothing_entered(db)


async def test_a_failure_of_the_driver_is_told_like_one_of_the_database():
    with pytest.raises(NotStored) as told:
        async with storing("agencies.csv", "SNV (2)"):
            raise asyncpg.InterfaceError("value out of int32 range")
    assert told.value.values["file"] == "agencies.csv"
    assert "SNV (2)" in str(told.value)


def test_days_are_read_as_everywhere(tmp_path):
    text = (
        "tenant: {code: a, name_vi: A}\ncycle:\n  {year: 2026, tier: province, criteria: a, bodies: {}, opens_on: 1.11.2026,"
        " last_day: 20/1/2027, appraisal_last_day: 2027-02-20}\n"
    )
    read = read_year(tmp_path / "year.yaml", text.encode())
    assert read.faults == ()
    assert str(read.year.cycle.opens_on) == "2026-11-01"
    assert str(read.year.cycle.last_day) == "2027-01-20"


async def test_a_body_that_only_confirms_may_be_named(load, edit):
    edit("dung-han/2026.1.yaml", ("        max: 20", "        max: 20\n        confirmed_by: finance"))
    edit("year.yaml", ("substitute: STC}}", "substitute: STC}, finance: {agency: STC, substitute: SYT}}"))
    done = await load()
    assert done.returncode == 0, done.stderr
    edit("year.yaml", ("finance: {", "finances: {"))
    assert "finances" in (await load()).stderr


async def test_a_name_of_which_nothing_is_seen_is_none(load, edit):
    edit("year.yaml", ('name: "Phạm Hoài An"', 'name: "\N{ZERO WIDTH SPACE}\N{LEFT-TO-RIGHT MARK}"'))
    done = await load()
    assert done.returncode == 1
    assert "year.yaml:3:26" in done.stderr


async def test_a_list_of_agencies_as_a_workbook_is_told_by_sheet_and_cell(load, year, edit):
    with xlsxwriter.Workbook(year.parent / "agencies.xlsx") as book:
        sheet = book.add_worksheet("Danh mục")
        rows = (["code", "name_vi", "tier"], ["SNV", "Sở Nội vụ", "department"], ["stc", "Sở Tài chính", "sở"])
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    edit("year.yaml", ("agencies: agencies.csv", "agencies: agencies.xlsx"))
    done = await load()
    assert done.returncode == 1, done.stderr
    assert "agencies.xlsx: sheet “Danh mục”, ô A3: Dòng 3, cột code" in done.stderr
    assert "ô C3" in done.stderr
