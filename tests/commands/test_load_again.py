"""``parindex load`` a second time: what differs is named, changed where it may change and refused where not."""

from __future__ import annotations

import msgspec
import pytest

from parindex.access import people, tenants
from parindex.assessments.cycles import steps
from parindex.surveys.rounds import opening
from tests.publication.published_years import person


async def inside(db, code="hoa-lac"):
    tenant = await tenants.by_code(db, code)
    return db.transaction(tenant.id)


async def opened(db):
    """The year is opened by its secretary."""
    async with await inside(db) as connection:
        tenant_id = await connection.fetchval("select current_setting('parindex.tenant')::uuid")
        await steps.open_year(
            connection, person(tenant_id, "secretary"), await connection.fetchval("select id from cycles")
        )


async def audited(db, tag):
    async with await inside(db) as connection:
        rows = await connection.fetch("select before, after from audit_rows where tag = $1 order by id", tag)
        return [
            tuple(msgspec.json.decode(row[name]) if row[name] else None for name in ("before", "after")) for row in rows
        ]


@pytest.mark.parametrize(
    ("file", "old", "new", "told", "tag"),
    [
        ("year.yaml", "last_day: 2027-01-20", "last_day: 2027-01-25",
         "year.yaml:16: đã đổi cycle.last_day: 20/01/2027 → 25/01/2027", "cycle:cycle:change"),
        ("year.yaml", "opens_on: 2026-11-01\n  last_day", "opens_on: 2/11/2026\n  last_day",
         "cycle.opens_on: 01/11/2026 → 02/11/2026", "cycle:cycle:change"),
        ("year.yaml", "substitute: STC", "substitute: SYT",
         "cycle.bodies.government-office: SNV, STC → SNV, SYT", "cycle:cycle:change"),
        ("year.yaml", 'name_en: "People\'s Committee of Hoa Lac"', 'name_en: "Hoa Lac"',
         "tenant.name_en", "tenant:tenant:change"),
        ("year.yaml", 'name: "Phạm Hoài An"', 'name: "Phạm Hoài Ân"',
         "thuky: name: “Phạm Hoài An” → “Phạm Hoài Ân”", "access:person:change"),
        ("year.yaml", "roles: [secretary]", "roles: [secretary, council_member]",
         "thuky: roles: secretary → council_member, secretary", "access:grant:add"),
        ("year.yaml", "roles: [specialist], agency: SNV", "roles: [focal_point], agency: STC",
         "snv.chuyenvien: roles: specialist → focal_point", "access:grant:end"),
        ("agencies.csv", "SYT,Sở Y tế,department,3", "SYT,Sở Y tế và Dân số,department,4",
         "agencies.csv:4: đã đổi SYT: name_vi: “Sở Y tế” → “Sở Y tế và Dân số”", "registry:agency:change"),
        ("agencies.csv", "SYT,Sở Y tế,department,3", "SYT,Sở Y tế,department,3\nSCT,Sở Công Thương,department,4",
         "agencies: – → SCT", "cycle:cycle:change"),
        ("year.yaml", "closes_on: 2026-12-15", "closes_on: 2026-12-20",
         "survey.closes_on: 15/12/2026 → 20/12/2026", "surveys:round:change"),
    ],
)  # fmt: skip
async def test_what_differs_from_a_draft_is_named_and_changed_with_its_audit_row(
    load, db, edit, file, old, new, told, tag
):
    assert (await load()).returncode == 0
    before = await audited(db, tag)
    edit(file, (old, new))
    done = await load()
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert told in done.stderr
    rows = await audited(db, tag)
    assert len(rows) == len(before) + 1
    assert rows[-1][0] != rows[-1][1]
    third = await load()
    assert (third.returncode, third.stderr) == (0, ""), "a third time there is nothing to change"
    assert len(await audited(db, tag)) == len(rows)


async def test_roles_that_the_file_no_longer_names_hold_no_more(load, db, edit):
    assert (await load()).returncode == 0
    edit("year.yaml", ("roles: [specialist], agency: SNV", "roles: [focal_point], agency: STC"))
    assert (await load()).returncode == 0
    async with await inside(db) as connection:
        accounts = {account.login: account for account in await people.accounts(connection)}
    assert accounts["snv.chuyenvien"].roles == ("focal_point",)
    assert accounts["snv.chuyenvien"].agency == "STC"
    assert accounts["snv.lanhdao"].roles == ("leader",)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("year.yaml", "last_day: 2027-01-20", "last_day: 2027-01-25",
         "year.yaml:16:13: cycle.last_day đang là 20/01/2027, tệp ghi 25/01/2027. Năm này đã mở"),
        ("year.yaml", "substitute: STC", "substitute: SYT", "cycle.bodies.government-office đang là SNV, STC"),
        ("year.yaml", "closes_on: 2026-12-15", "closes_on: 2026-12-20", "survey.closes_on đang là 15/12/2026"),
        ("dung-han/2026.1.yaml", "max: 20", "max: 21", "SHA-256"),
        ("year.yaml", "form: short", "form: full", "survey.form"),
    ],
)  # fmt: skip
async def test_what_may_not_change_in_an_opened_year_is_refused_with_both_values_and_why(
    load, db, edit, file, old, new, told
):
    assert (await load()).returncode == 0
    await opened(db)
    assert (await load()).returncode == 0, "the same files again are fine"
    edit(file, (old, new))
    edit("year.yaml", ('name: "Phạm Hoài An"', 'name: "Phạm Hoài Ân"'))
    done = await load()
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert told in done.stderr
    assert "đã đổi" not in done.stderr
    async with await inside(db) as connection:
        assert await connection.fetchval("select name from people where login = 'thuky'") == "Phạm Hoài An"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("dung-han/2026.1.yaml", "max: 20", "max: 21", "Phiên bản đã ban hành không đổi nữa"),
        ("agencies.csv", "SYT,Sở Y tế,department", "SYT,Sở Y tế,province", "SYT: tier đang là “department”, tệp ghi “province”"),
        ("sample.csv", "640", "641", "SNV, X01, T1: population đang là 640, tệp ghi 641"),
        ("sample.csv", "SNV,SNV,X01,Xã An Bình,T2", "SNV,SNV,X01,Xã An Bình,T3", "--delete-draft 2026-department"),
        ("year.yaml", "criteria: dung-han/2026.1.yaml", "criteria: dung-han/2027.1.yaml", "--delete-draft 2026-department"),
    ],
)  # fmt: skip
async def test_what_never_changes_is_refused_in_a_draft_too_with_what_to_do(load, year, edit, file, old, new, told):
    text = (year.parent / "dung-han" / "2026.1.yaml").read_text(encoding="utf-8")
    (year.parent / "dung-han" / "2027.1.yaml").write_text(text.replace("2026.1", "2027.1"), encoding="utf-8")
    assert (await load()).returncode == 0
    edit(file, (old, new))
    done = await load()
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert told in done.stderr


async def test_an_account_that_is_no_longer_used_is_told_and_not_entered_twice(load, db):
    assert (await load()).returncode == 0
    async with await inside(db) as connection:
        await connection.execute("update people set disabled_at = now() where login = 'thuky'")
    done = await load()
    assert done.returncode == 1, done.stderr
    assert "year.yaml:3:5" in done.stderr
    assert "“thuky” đã ngừng sử dụng" in done.stderr


async def test_a_survey_comes_with_a_longer_file(load, db, year):
    whole = year.read_text(encoding="utf-8")
    year.write_text(whole.partition("survey:")[0], encoding="utf-8")
    assert (await load()).returncode == 0
    year.write_text(whole, encoding="utf-8")
    assert (await load()).returncode == 0
    async with await inside(db) as connection:
        cycle_id = await connection.fetchval("select id from cycles")
        (held,) = await opening.of_cycle(connection, cycle_id)
        assert len(await opening.progress(connection, held.id)) == 2


async def test_an_agency_that_comes_after_the_opening_is_noted_and_takes_no_part(load, db, edit):
    assert (await load()).returncode == 0
    await opened(db)
    edit("agencies.csv", ("SYT,", "SCT,Sở Công Thương,department,4\nSYT,"))
    done = await load()
    assert done.returncode == 0, done.stderr
    assert "không tham gia: SCT" in done.stderr
    async with await inside(db) as connection:
        assert await connection.fetchval("select count(*) from cycle_agencies") == 3
        assert await connection.fetchval("select count(*) from agencies") == 4


async def test_a_closing_day_that_stands_apart_is_kept_or_named(load, db, edit):
    edit("year.yaml", ("last_day: 2027-01-20", "last_day: 2027-01-20\n  closing_day: 2027-02-05"))
    assert (await load()).returncode == 0
    edit("year.yaml", ("last_day: 2027-01-20", "last_day: 2027-01-25"))
    moved = await load()
    assert "cycle.last_day: 20/01/2027 → 25/01/2027" in moved.stderr
    assert "closing_day" not in moved.stderr
    assert (await load()).stderr == "", "the closing day stayed where it was"
    edit("year.yaml", ("last_day: 2027-01-25\n  closing_day: 2027-02-05", "last_day: 2027-01-26"))
    both = await load()
    assert "cycle.closing_day: 05/02/2027 → 26/01/2027" in both.stderr
    assert (await load()).stderr == ""
    async with await inside(db) as connection:
        days = await connection.fetchrow("select deadline, closes from cycles")
    assert days["deadline"] == days["closes"]
