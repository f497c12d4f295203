"""``parindex load``: groups, bodies above, owner bodies and mergers of the ministry's year of ``docs/loading.md``."""

from __future__ import annotations

import pytest

from parindex.access import tenants
from parindex.assessments.cycles import steps
from tests.publication.published_years import person

OTHERS = "agency,leaf,owner\nH01,2.1,H01.STC\n"


@pytest.fixture
def ministry(year, monkeypatch):
    """The folder of the second example, with the set of the first one made for provinces."""
    folder = year.parent / "ministry"
    text = (year.parent / "dung-han" / "2026.1.yaml").read_text(encoding="utf-8")
    assert "tier: department" in text
    (folder / "set.yaml").write_text(text.replace("tier: department", "tier: province"), encoding="utf-8")
    return folder


@pytest.fixture
def enter(load, ministry, monkeypatch):
    """The command from the folder of the ministry."""

    async def run(*arguments, lang="vi"):
        monkeypatch.chdir(ministry)
        return await load(*arguments, lang=lang)

    return run


def mend(folder, file, *pairs):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


async def inside(db):
    tenant = await tenants.by_code(db, "bo-hoa-lac")
    return None if tenant is None else db.transaction(tenant.id)


async def entered(db):
    """What the tenant's year is, by codes; none where there is no tenant."""
    transaction = await inside(db)
    if transaction is None:
        return None
    async with transaction as connection:
        return {
            "year": dict(await connection.fetchrow("select state, group_by, withdrawals from cycles")),
            "bodies": [tuple(row) for row in await connection.fetch(
                """select b.body, a.code, s.code, coalesce(b.above, false) from cycle_bodies b
                join agencies a on a.id = b.agency_id join agencies s on s.id = b.substitute_id order by 1"""
            )],
            "members": [tuple(row) for row in await connection.fetch(
                """select a.code, a.name_vi, c.ranked from cycle_agencies c join agencies a on a.id = c.agency_id
                order by 1, 2"""
            )],
            "owners": [tuple(row) for row in await connection.fetch(
                """select a.code, o.code, w.code from leaf_owners o join agencies a on a.id = o.agency_id
                join agencies w on w.id = o.owner_id order by 1, 2"""
            )],
            "mergers": [tuple(row) for row in await connection.fetch(
                "select treatment, weighted_by, decision, cardinality(predecessors) from cycle_mergers"
            )],
            "succeeded": await connection.fetchval("select count(*) from agency_successors"),
        }  # fmt: skip


WHOLE = {
    "year": {"state": "draft", "group_by": "region", "withdrawals": 2},
    "bodies": [("government-office", "VP", "TTR", True)],
    "members": [("H01", "Tỉnh Hòa Lâm", True), ("H03", "Tỉnh Tân Ngọc", True)],
    "owners": [("H01", "2.1", "H01.SNV")],
    "mergers": [],
    "succeeded": 2,
}


async def test_the_ministrys_year_of_the_document_is_entered_and_a_second_time_changes_nothing(enter, db):
    first = await enter()
    assert (first.returncode, first.stderr) == (0, "")
    assert await entered(db) == WHOLE
    async with await inside(db) as connection:
        before = await connection.fetchval("select count(*) from audit_rows")
    second = await enter()
    assert (second.returncode, second.stderr) == (0, "")
    assert await entered(db) == WHOLE
    async with await inside(db) as connection:
        assert await connection.fetchval("select count(*) from audit_rows") == before


async def test_every_fault_is_told_with_its_file_key_and_line_and_nothing_is_entered(enter, ministry, db):
    mend(
        ministry, "year.yaml", ("group_by: region", "group_by: dialect"), ("withdrawals: 2", "withdrawals: 10"),
        ("above: true", "above: maybe"), ("from: [H02, H03]", "from: [H02, H09]"), ("weighted_population", "halved"),
    )  # fmt: skip
    (ministry / "owners.csv").write_text(
        "agency,leaf,owner\nH01,2.1,H01.SNV\nH01,2.1,H01.STC\nH09,2.1,H01.SNV\nH01,9.9,H01.SNV\nH02,2.1,H01.SNV\nH01,2.1.x,VP\n",
        encoding="utf-8",
    )
    done = await enter()
    assert done.returncode == 1
    assert await entered(db) is None
    said = done.stderr
    assert "year.yaml:7:68: có “maybe”" in said
    assert "year.yaml:11:13: cycle.group_by: bộ tiêu chí không chia nhóm theo “dialect”" in said
    assert "year.yaml:12:16: 10 nằm ngoài khoảng cho phép" in said
    assert "year.yaml:15:11: mergers[0].from: danh mục không có cơ quan mã “H09”" in said
    assert "year.yaml:20:29: “halved” không hợp lệ" in said
    assert "owners.csv: Dòng 3, cột leaf: tiêu chí 2.1 của H01 đã có ở dòng 2." in said


async def test_every_row_of_owner_bodies_is_held_to_the_year(enter, ministry, db):
    (ministry / "owners.csv").write_text(
        "agency,leaf,owner\nH09,2.1,H01.SNV\nH01,9.9,H01.SNV\nH02,2.1,H01.SNV\nH01,2.1,VP\n", encoding="utf-8"
    )
    mend(ministry, "agencies.csv", ("VP,Văn phòng Bộ,ministry,,", "VP,Văn phòng Bộ,ministry,H01,"))
    done = await enter()
    assert done.returncode == 1
    assert await entered(db) is None
    assert [line.split("owners.csv: ")[1].split(":")[0] for line in done.stderr.splitlines()] == [
        "Dòng 2, cột agency", "Dòng 3, cột leaf", "Dòng 4, cột owner", "Dòng 5, cột owner",
    ]  # fmt: skip
    assert "VP thẩm định hoặc thẩm định thay" in done.stderr


async def test_a_draft_takes_other_groups_bodies_and_owners_and_an_opened_year_none(enter, ministry, db):
    assert (await enter()).returncode == 0
    mend(
        ministry, "year.yaml", ("group_by: region", 'group_by: ""'), ("withdrawals: 2", "withdrawals: 0"),
        (", above: true", ", above: false"),
    )  # fmt: skip
    (ministry / "owners.csv").write_text(OTHERS, encoding="utf-8")
    done = await enter()
    assert done.returncode == 0, done.stderr
    assert "đã đổi H01 2.1: owner: “H01.SNV” → “H01.STC”" in done.stderr
    changed = {
        **WHOLE, "year": {"state": "draft", "group_by": None, "withdrawals": 0},
        "bodies": [("government-office", "VP", "TTR", False)], "owners": [("H01", "2.1", "H01.STC")],
    }  # fmt: skip
    assert await entered(db) == changed
    await opened(db)
    mend(ministry, "year.yaml", ('group_by: ""', "group_by: region"), ("withdrawals: 0", "withdrawals: 1"))
    (ministry / "owners.csv").write_text("agency,leaf,owner\nH01,2.1,\n", encoding="utf-8")
    refused = await enter()
    assert refused.returncode == 1
    for name in ("cycle.group_by", "cycle.withdrawals", "H01 2.1: owner"):
        assert any(name in line and "Năm này đã mở" in line for line in refused.stderr.splitlines()), name
    assert (await entered(db))["owners"] == changed["owners"]


async def opened(db):
    async with await inside(db) as connection:
        tenant_id = await connection.fetchval("select current_setting('parindex.tenant')::uuid")
        secretary = person(tenant_id, "secretary")
        await steps.open_year(connection, secretary, await connection.fetchval("select id from cycles"))


async def test_a_merger_in_an_open_year_needs_a_word_for_its_sheets_and_stays_when_entered(enter, ministry, db):
    text = (ministry / "year.yaml").read_text(encoding="utf-8")
    mergers = text[text.index("mergers:") :]
    (ministry / "year.yaml").write_text(text.removesuffix(mergers), encoding="utf-8")
    assert (await enter()).returncode == 0
    await opened(db)
    (ministry / "year.yaml").write_text(text.replace("2026-province: weighted", "2025-province: weighted"), "utf-8")
    unsaid = await enter()
    assert unsaid.returncode == 1
    assert "year.yaml:20:" in unsaid.stderr
    assert "mergers[0].sheets: Kỳ năm 2026: chọn một cách xử lý phiếu" in unsaid.stderr
    assert (await entered(db))["succeeded"] == 0
    (ministry / "year.yaml").write_text(text, encoding="utf-8")
    done = await enter()
    assert done.returncode == 0, done.stderr
    held = await entered(db)
    assert held["mergers"] == [("weighted", "population", "12/NQ-HĐND", 2)]
    assert held["members"] == [
        ("H01", "Tỉnh Hòa Lâm", True), ("H02", "Tỉnh Tân Hải", False), ("H03", "Tỉnh Ngọc Lũng", False),
        ("H03", "Tỉnh Tân Ngọc", True),
    ]  # fmt: skip
    assert (await enter()).returncode == 0
    assert await entered(db) == held
    mend(ministry, "year.yaml", ("weighted_population", "alone"), ("12/NQ-HĐND", "13/NQ-HĐND"))
    mend(ministry, "year.yaml", ("into: {code: H03", "into: {code: H04"))
    other = await enter()
    assert other.returncode == 1
    for name in ("mergers[0].into", "mergers[0].number", "mergers[0].sheets.2026-province"):
        assert any(name in line and "đã được ghi" in line for line in other.stderr.splitlines()), name
    assert await entered(db) == held


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("from: [H02, H03]", "from: [H02]", 15, "mergers[0]"),
        ("from: [H02, H03]", "from: [H02, H01.SNV]", 15, "mergers[0]"),
        ("date: 2026-02-03", "date: 2099-02-03", 19, "mergers[0].date"),
        ("code: H03, name_vi", "code: H01, name_vi", 15, "mergers[0]"),
        ("into: {code: H03, name_vi: \"Tỉnh Tân Ngọc\", short_name: \"Tân Ngọc\"}", "into: H09", 16, "mergers[0].into"),
    ],
)  # fmt: skip
async def test_a_merger_that_the_registry_refuses_is_told_at_its_line(enter, ministry, db, old, new, line, told):
    mend(ministry, "year.yaml", (old, new))
    done = await enter()
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith(f"year.yaml:{line}:")
    assert f" {told}: " in done.stderr
    assert await entered(db) is None
