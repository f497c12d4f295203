"""What a deed over all agencies asks of the database does not grow with agencies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex.access import Person, tenants
from parindex.assessments.appraisal import accepting, deciding
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.cycles import closing
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import board_of
from parindex.publication import publish, publish_job
from parindex.publication.keys import SigningKeys
from parindex.rankings import compute_job, years
from parindex.store.database import Connection, Database
from tests.assessments.conftest import EARLY, Year
from tests.assessments.years_of_provinces import LEAVES, counted, surveyed, year_of
from tests.publication.published_years import DECISION

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def costs(year: Year, keys: SigningKeys) -> dict[str, int]:
    """Statements of each deed on the way of a year from declaring to consolidation."""
    found: dict[str, int] = {}
    secretary = year.people["secretary"]
    async with year.db.transaction(year.tenant) as connection:
        with counted(connection) as sent:
            await closing.close_self_assessment(connection, secretary, year.cycle, EARLY)
        found["close self-assessment"] = len(sent)
        for leaf in LEAVES:
            with counted(connection) as sent:
                await accepting.accept_rest(connection, year.people["BNV" if leaf < "2" else "BTP"], year.cycle, leaf)
            found.setdefault("accept the rest, first leaf" if leaf == "1.1" else "accept the rest", len(sent))
        with counted(connection) as sent:
            await closing.close_appraisal(connection, secretary, year.cycle)
        found["close appraisal"] = len(sent)
        with counted(connection) as sent:
            await surveyed(connection, year)
        found["bring estimates"] = len(sent)
    return found | await costs_of_the_end(year, keys)


async def costs_of_the_end(year: Year, keys: SigningKeys) -> dict[str, int]:
    """Statements of computing a year, of handing it to the approver and of publishing it."""
    found: dict[str, int] = {}
    secretary, approver = year.people["secretary"], await year.person("approver")
    async with year.db.transaction(year.tenant) as connection:
        tenant = await tenants.by_id(connection, year.tenant)
        with counted(connection) as sent:
            await compute_job.ask(connection, secretary, year.cycle)
        found["ask for the computation"] = len(sent)
        with counted(connection) as sent:
            await years.compute_year(connection, secretary, year.cycle)
        found["compute"] = len(sent)
        with counted(connection) as sent:
            await years.submit(connection, secretary, year.cycle)
        found["submit"] = len(sent)
        with counted(connection) as sent:
            await publish_job.ask(connection, approver, year.cycle, DECISION)
        found["ask for the edition"] = len(sent)
        with counted(connection) as sent:
            await publish.publish(connection, tenant, keys, cycle_id=year.cycle, decided=DECISION, person=approver)
        found["publish"] = len(sent)
    return found


async def test_a_deed_over_all_agencies_asks_as_much_of_25_as_of_5(
    db: Database, tenant: UUID, other_tenant: UUID, tmp_path: Path
) -> None:
    keys = SigningKeys(tmp_path)
    for code in ("demo", "khac"):
        keys.made(code)
    small = await costs(await year_of(db, tenant, 5), keys)
    large = await costs(await year_of(db, other_tenant, 25), keys)
    assert large == small
    assert max(small.values()) <= 28


async def test_begun_sheets_are_closed_some_at_a_time_with_the_same_end(
    db: Database, tenant: UUID, other_tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for where, size in ((tenant, 500), (other_tenant, 2)):
        monkeypatch.setattr(closing, "AT_A_TIME", size)
        year = await year_of(db, where, 8)
        async with db.transaction(where) as connection:
            await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
        rows = await owner.fetch(
            """select a.code, s.state, e.code as leaf, p.points, p.state as points_state, p.reason::text
            from sheets s join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
            join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
            left join entry_points p on p.tenant_id = e.tenant_id and p.entry_id = e.id
            where s.tenant_id = $1 order by 1, 3""",
            where,
        )
        ends.append([tuple(row) for row in rows])
    assert ends[0] == ends[1]
    assert {row[1] for row in ends[0]} == {"no_submission", "auto_locked"}


async def traces(owner: Owner, tenant: UUID) -> list[tuple[Any, ...]]:
    """Everything that decisions leave: states, decisions, points, steps, and what the record tells."""
    rows = await owner.fetch(
        """select a.code, s.state, e.code, e.state, e.row_version, d.kind, d.inapplicable, d.reason, d.max, d.round,
            d.facts::text, p.stage, p.points, p.state, p.reason::text,
            (select count(*) from sheet_transitions t where t.tenant_id = s.tenant_id and t.sheet_id = s.id),
            (select array_agg(r.before::text || r.after::text order by r.id) from audit_rows r
                where r.tenant_id = e.tenant_id and r.subject = e.id::text and r.tag like 'appraisal:%')
        from sheets s join agencies a on a.tenant_id = s.tenant_id and a.id = s.agency_id
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        left join appraisals d on d.tenant_id = e.tenant_id and d.entry_id = e.id
        left join entry_points p on p.tenant_id = e.tenant_id and p.entry_id = e.id
        where s.tenant_id = $1 order by 1, 3, p.stage""",
        tenant,
    )
    return [tuple(row) for row in rows]


async def test_accepting_the_rest_leaves_what_accepting_each_would(
    db: Database, tenant: UUID, other_tenant: UUID, owner: Owner
) -> None:
    for where, together in ((tenant, True), (other_tenant, False)):
        year = await year_of(db, where, 6)
        async with db.transaction(where) as connection:
            await closing.close_self_assessment(connection, year.people["secretary"], year.cycle, EARLY)
            changed = Ruling(code="2.1.1", kind="change_facts", facts={"dossiers": "120"}, reason="Thiếu hồ sơ.")
            await deciding.decide(connection, year.people["BTP"], year.sheets["T01"], [changed])
            for leaf in LEAVES:
                person = year.people["BNV" if leaf < "2" else "BTP"]
                if together:
                    await accepting.accept_rest(connection, person, year.cycle, leaf)
                else:
                    await each(connection, year, person, leaf)
    assert await traces(owner, tenant) == await traces(owner, other_tenant)


async def each(connection: Connection, year: Year, person: Person, leaf: str) -> None:
    for sheet in await sheet_queries.of_cycle(connection, year.cycle):
        if sheet.state not in ("auto_locked", "appraisal_1"):
            continue
        board = await board_of(connection, sheet)
        now = board.points_now.leaves[leaf]
        if now.known and not now.excluded and board.entries[leaf].state == "open":
            await deciding.decide(connection, person, sheet.id, [Ruling(code=leaf, kind="accept")])
