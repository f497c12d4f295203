"""A year that was made on the pages and the same year from files: the same rows."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from parindex.access import tenants
from parindex.assessments.criteria import published_sets
from parindex.scoring import load_bytes
from tests.api.work.agencies.test_registry_pages import upload
from tests.commands.test_load_ministry import enter, ministry  # noqa: F401 - fixtures
from tests.conftest import post_checked, post_form

DAYS = {"opens_on": "01/11/2026", "last_day": "20/01/2027", "appraisal_last_day": "20/02/2027", "closing_day": ""}
MERGER = {
    "day": "01/07/2026", "number": "12/NQ-HĐND", "date": "03/02/2026", "others": "H02\nH03", "code": "H03",
    "name_vi": "Tỉnh Tân Ngọc", "short_name": "Tân Ngọc",
}  # fmt: skip

QUERIES = {
    "cycles": """select y.family, y.year, y.tier, y.state, y.marked, y.opens_at, y.deadline, y.closes, y.appraisal_deadline,
        y.withdrawals, y.group_by, s.digest from cycles y join criteria_sets s on s.id = y.criteria_set_id""",
    "agencies": """select a.code, a.name_vi, a.name_en, a.short_name, a.tier, p.code, a.region, a.official_order, a.has_one_stop,
        a.population, a.valid_from, a.valid_to from agencies a left join agencies p on p.id = a.parent_id""",
    "periods": """select a.code, p.name_vi, p.region, p.population, p.valid_from, p.valid_to
        from agency_periods p join agencies a on a.id = p.agency_id""",
    "members": """select a.code, a.valid_from, c.attributes, c.ranked
        from cycle_agencies c join agencies a on a.id = c.agency_id""",
    "bodies": """select b.body, a.code, s.code, coalesce(b.above, false)
        from cycle_bodies b join agencies a on a.id = b.agency_id join agencies s on s.id = b.substitute_id""",
    "owners": """select a.code, o.code, w.code
        from leaf_owners o join agencies a on a.id = o.agency_id join agencies w on w.id = o.owner_id""",
    "deeds": """select d.kind, d.effective_on, d.basis_number, d.basis_date, cardinality(d.agency_ids)
        from registry_deeds d where d.kind = 'merge'""",
    "successors": """select p.code, p.valid_from, n.code, n.valid_from, s.decision, s.effective_on
        from agency_successors s join agencies p on p.id = s.predecessor_id join agencies n on n.id = s.successor_id""",
}  # fmt: skip


async def settings(db, tenant_id):
    """All that was given, without ids and times of entry."""
    async with db.transaction(tenant_id) as connection:
        return {
            name: sorted(tuple(map(str, row)) for row in await connection.fetch(query))
            for name, query in QUERIES.items()
        }


async def test_a_year_made_on_pages_and_from_files_is_the_same(enter, ministry, db, tenant, client, signed_in):  # noqa: F811
    done = await enter()
    assert done.returncode == 0, done.stderr
    await signed_in("index_manager")
    listed = re.sub(r"\n+$", "\n", (ministry / "agencies.csv").read_text(encoding="utf-8"))
    assert "7 dòng mới" in await upload(client, listed.encode())
    where = re.search(r'action="(/work/agencies/import/[\w-]+)"', await upload(client, listed.encode()))
    assert (await post_form(client, where[1])).status_code == 303
    source = (ministry / "set.yaml").read_text(encoding="utf-8")
    async with db.transaction(tenant) as connection:
        law = load_bytes(source.encode(), "set.yaml")
        set_id = str(await published_sets.publish(connection, law, source=source, by="system"))
        ids = {row["code"]: str(row["id"]) for row in await connection.fetch("select code, id from agencies")}
    made = await post_form(
        client, "/work/years/new", source=["other"], year="2026", family="par-index", **DAYS, **{"set:other": set_id}
    )
    path = made.headers["location"]
    given = {**DAYS, "criteria_set": set_id, "withdrawals": "2", "group_by": "region"}
    assert (await post_form(client, f"{path}/days", **given)).status_code == 303
    body = "government-office"
    named = {f"body:{body}": "VP", f"substitute:{body}": "TTR", f"above:{body}": "1"}
    assert (await post_form(client, f"{path}/bodies", **named)).status_code == 303
    owned = {"agency": ids["H01"], "owner:2.1": ids["H01.SNV"]}
    assert (await post_form(client, path.replace("/draft", "/owners"), **owned)).status_code == 303
    merged = await post_checked(client, "/work/agencies/merge/merge/check?" + urlencode(MERGER))
    assert merged.status_code == 303, merged.text
    ours = await tenants.by_code(db, "bo-hoa-lac")
    of_files, of_pages = await settings(db, ours.id), await settings(db, tenant)
    assert all(of_files.values())
    assert of_pages == of_files
