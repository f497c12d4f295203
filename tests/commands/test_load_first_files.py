"""``parindex load``: files as an office first writes them; every defect of every part is told at once, with its place."""

from __future__ import annotations

import gzip

import pytest

from parindex.access import tenants
from parindex.commands.loading.sample_file import sample_read
from parindex.reading.csv_rows import TableFault

OFFICE = """\
tenant: {code: HoaLac, name_vi: UBND tỉnh Hòa Lạc}
people:
  - login: thuky
    name: Phạm Hoài An
    roles: thư ký
  - {login: a.b, name: "", roles: [appraiser], agency: SXX}
agencies: agencies.csv
cycle:
  year: "2026"
  tier: sở
  criteria: dung-han/2026.1.yaml
  bodies: {government-office: {agency: SNX, substitute: SNV}, other: {agency: ABC}}
  opens_on: 01/11/2026
  last_day: 20-1-2027
  appraisal_last_day: ngày 20 tháng 2
survey:
  instrument: sipas-2026.yaml
  form: ngắn
  title_vi: Khảo sát
  opens_on: 11/2026
  closes_on: 15/12/2026
  sample: sample.csv
"""


async def test_a_year_as_an_office_first_writes_it_is_told_whole_with_file_row_and_column(load, db, year, edit):
    year.write_text(OFFICE, encoding="utf-8")
    edit("sample.csv", ("640", "0,5"), ("SNV,SNV,X01,Xã An Bình,T2", "SNY,SNV,X01,Xã An Bình,T2"), ("410", "410.0"))
    done = await load()
    assert (done.returncode, done.stdout) == (1, "")
    places = [line.split(": ")[0] for line in done.stderr.splitlines() if line.startswith("year.yaml")]
    assert places == [
        "year.yaml:1:16",  # the code of the tenant
        "year.yaml:5:12",  # roles that are no list
        "year.yaml:6:24",  # a name that is empty
        "year.yaml:6:56",  # an agency that the list does not have, of a person who cannot be taken
        "year.yaml:9:9",  # a year in quotes
        "year.yaml:10:9",  # a tier that is none
        "year.yaml:12:40",  # agencies of bodies
        "year.yaml:12:63",  # a body that the set does not name
        "year.yaml:12:70",
        "year.yaml:12:79",
        "year.yaml:15:23",  # days
        "year.yaml:18:9",  # a form that the questionnaire does not have
        "year.yaml:20:13",
    ]
    assert "sample.csv: Dòng 2 có 15 ô" in done.stderr
    assert "sample.csv: Dòng 3, cột population" in done.stderr
    assert "sample.csv: Dòng 3, cột agency: không có cơ quan nào mang mã “SNY”" in done.stderr
    assert await tenants.by_code(db, "hoa-lac") is None


@pytest.mark.parametrize(
    ("old", "new", "place", "fits"),
    [
        ("tier: department", "tier: province", "year.yaml:12:9", "tier: department"),
        ("year: 2026", "year: 2027", "year.yaml:11:9", "năm 2026"),
        ("year: 2026", "year: 2025", "year.yaml:11:9", "năm 2026"),
    ],
)
async def test_a_tier_or_year_that_the_set_is_not_of_is_refused_with_what_fits(load, db, edit, old, new, place, fits):
    edit("year.yaml", (old, new))
    done = await load()
    assert (done.returncode, done.stdout) == (1, "")
    assert place in done.stderr
    assert fits in done.stderr
    assert "dung-han/2026.1.yaml" in done.stderr
    assert await tenants.by_code(db, "hoa-lac") is None


async def test_a_set_of_several_years_fits_each_of_them(load, edit):
    edit("dung-han/2026.1.yaml", ("years: [2026]", "years: [2025, 2026]"))
    assert (await load()).returncode == 0


async def test_a_year_that_was_opened_with_another_set_is_still_loaded_again(load, db, edit, monkeypatch):
    from parindex.commands.loading import comparing_year

    edit("year.yaml", ("tier: department", "tier: province"))
    with monkeypatch.context() as as_before:
        as_before.setattr(comparing_year, "_check_set", lambda *_: None)
        assert (await load()).returncode == 0
    assert (await load()).returncode == 1
    tenant = await tenants.by_code(db, "hoa-lac")
    async with db.transaction(tenant.id) as connection:
        await connection.execute("update cycles set state = 'self_assessment'")
    done = await load()
    assert "cycle.tier" not in done.stderr


async def test_a_list_of_no_agencies_is_refused_and_one_without_the_tier_is_noted(load, db, year, edit):
    path = year.parent / "agencies.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.splitlines()[0] + "\n", encoding="utf-8")
    done = await load()
    assert (done.returncode, done.stdout) == (1, "")
    assert "agencies.csv: Danh sách chưa có cơ quan nào" in done.stderr
    assert await tenants.by_code(db, "hoa-lac") is None
    path.write_text(text.replace("department", "province"), encoding="utf-8")
    done = await load()
    assert done.returncode == 0
    assert "chưa có cơ quan nào thuộc cấp department" in done.stderr


async def test_a_year_without_agencies_at_all_names_every_agency_that_it_needs(load, db, edit):
    edit("year.yaml", ("agencies: agencies.csv\n", ""))
    done = await load()
    assert (done.returncode, done.stdout) == (1, "")
    for told in (
        "year.yaml:13:40",
        "year.yaml:13:57",
        "snv.thamdinh: agency",
        "sample.csv: Dòng 2",
        "sample.csv: Dòng 3",
    ):
        assert told in done.stderr, told
    assert await tenants.by_code(db, "hoa-lac") is None


HEAD = (
    "agency,stratum,psu,psu_name,ssu,ssu_name,psu_population,psu_drawn,psu_probability,ssu_population,ssu_drawn,"
    "population,drawn,response_class"
)
ROW = "SNV,SNV,X01,Xã An Bình,T1,Thôn 1,40,12,0.31,9,2,640,25,rural"


def faults(*rows: str, head: str = HEAD) -> list[TableFault]:
    return list(sample_read("\n".join([head, *rows, ""]).encode()).faults)


@pytest.mark.parametrize(("chance", "good"), [("0", False), ("0.0001", True), ("1", True), ("1.0001", False)])
def test_a_chance_lies_above_0_and_reaches_1_and_the_refusal_says_so(chance, good):
    told = faults(ROW.replace("0.31", chance))
    assert [one.code for one in told] == ([] if good else ["number_outside"])
    assert good or told[0].values["range"].message == "lớn hơn 0, nhiều nhất 1"


def test_every_fault_of_a_sample_comes_at_once_also_beside_cells_that_cannot_be_taken():
    told = faults(
        ROW.replace("0.31", "0"),
        ROW.replace("T1", "T2").replace("640", "x").replace("0.31", "0.5"),
        ROW.replace(",40,", ",41,"),
        ROW.replace(",25,", ",0,").replace("T1", ""),
    )
    assert [(one.row, one.code, one.column) for one in told] == [
        (2, "number_outside", "psu_probability"),
        (3, "number_outside", "population"),
        (4, "rows_repeated", None),
        (4, "rows_differ", "psu_population"),
        (4, "rows_differ", "psu_probability"),
        (5, "number_outside", "drawn"),
        (5, "value_missing", "ssu"),
        (5, "rows_differ", "psu_probability"),
    ]


def test_cells_are_checked_also_where_a_column_is_missing_or_unknown():
    told = faults(ROW.replace("640", "0"), head=HEAD.replace("psu_name", "ten_xa"))
    assert [(one.row, one.code, one.column) for one in told] == [
        (1, "column_missing", "psu_name"),
        (1, "column_unknown", "ten_xa"),
        (2, "number_outside", "population"),
    ]


def test_a_table_of_something_else_is_told_by_its_head_alone():
    assert {one.code for one in faults("1,2", head="a,b")} == {"column_missing", "column_unknown"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (HEAD.replace(",", "|").encode(), "các ô cách nhau bằng “|”. Nhận dấu phẩy, dấu chấm phẩy hoặc tab"),
        (f"sep=|\n{HEAD}".replace(",", "|").encode(), "các ô cách nhau bằng “|”"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (gzip.compress(HEAD.encode(), mtime=0), "gzip"),
        (b"%PDF-1.7", "PDF"),
        (f"{HEAD}\n{ROW}".replace("X01", "X\0").encode(), "Dòng 2, cột psu: có ký tự U+0000"),
    ],
)
async def test_a_file_of_another_kind_is_told_with_what_is_taken(load, year, data, told):
    (year.parent / "sample.csv").write_bytes(data)
    done = await load()
    assert done.returncode in (1, 2)
    assert told in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1


async def test_an_instrument_in_another_encoding_is_told_as_every_file_is(load, year):
    path = year.parent / "sipas-2026.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    done = await load()
    assert done.returncode == 2
    assert "UTF-16" in done.stderr
    path.write_bytes(b"code: x\ntitle: \xe9\n")
    done = await load()
    assert done.returncode == 2
    assert "Dòng 2" in done.stderr
    assert "0xE9" in done.stderr


async def test_a_broken_set_is_judged_as_everywhere_and_a_file_that_is_no_text_is_unreadable(load, year, edit):
    edit("dung-han/2026.1.yaml", ("floor:", "flor:"))
    assert (await load()).returncode == 1
    path = year.parent / "dung-han" / "2026.1.yaml"
    path.write_bytes(path.read_bytes().decode().encode("utf-16"))
    done = await load()
    assert done.returncode == 2
    assert "UTF-16" in done.stderr


@pytest.mark.parametrize(("tier", "near"), [("departmant", "“department”"), ("sở", None)])
async def test_a_word_is_proposed_only_where_it_looks_like_what_is_written(load, edit, tier, near):
    edit("year.yaml", ("tier: department", f"tier: {tier}"))
    done = await load()
    assert "ministry, province, department, district, commune" in done.stderr
    assert ("Có phải" in done.stderr) == (near is not None)
    assert near is None or f"Có phải {near} không?" in done.stderr


async def test_a_head_below_a_title_is_told_once_and_not_row_by_row(load, year):
    path = year.parent / "agencies.csv"
    path.write_text("Danh sách cơ quan,,,\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    done = await load()
    assert done.returncode == 1
    assert {line.split(":")[1].strip() for line in done.stderr.splitlines()} == {"Dòng 1"}


async def test_a_column_that_stands_twice_is_told_and_its_cells_are_not(load, year):
    path = year.parent / "agencies.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head + ",code", *(row + ",X" for row in rows), ""]), encoding="utf-8")
    done = await load()
    assert done.returncode == 1
    assert done.stderr.startswith("agencies.csv: Dòng 1: có nhiều cột cùng tên code")
    assert len(done.stderr.splitlines()) == 1
