"""A year of four provinces in its first edition, reopened and corrected through the functions that the pages call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from parindex.access import Person, tenants
from parindex.access.tenants import Tenant
from parindex.assessments.appraisal import correcting
from parindex.assessments.appraisal.deciding import Ruling
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.publication import corrections, edition_cache, publish
from parindex.publication.keys import SigningKeys
from parindex.publication.model import Edition, EditionDecision, EditionRow
from parindex.rankings import years
from parindex.store.database import Database
from tests.assessments.conftest import Year
from tests.assessments.years_of_provinces import appraised, year_of

DECIDED = EditionDecision(number="214/QĐ-CCHC", date=date(2026, 4, 6), signer="Lê Văn Minh")
REOPENED = ReasonedDecision(number="30/QĐ-HĐ", date=date(2026, 5, 4), reason="Tỉnh 1 chưa ban hành kế hoạch.")
WRONG = Ruling(code="1.1", kind="change_facts", facts={"1.1.issued": "false"}, reason="Kế hoạch không có trong hồ sơ.")


@dataclass
class Published:
    """A year of three provinces in its first edition, and who works on it."""

    year: Year
    tenant: Tenant
    keys: SigningKeys
    secretary: Person
    approver: Person
    first: EditionRow

    async def reopen(self, person: Person | None = None) -> EditionRow:
        async with self.year.db.transaction(self.tenant.id) as connection:
            return await corrections.reopen(connection, person or self.approver, self.year.cycle, REOPENED)

    async def correct(self, ruling: Ruling = WRONG, person: Person | None = None, agency: str = "T01") -> None:
        async with self.year.db.transaction(self.tenant.id) as connection:
            who = person or self.year.people["BNV"]
            await correcting.correct(connection, who, self.year.sheets[agency], ruling)

    async def compute(self) -> None:
        async with self.year.db.transaction(self.tenant.id) as connection:
            await years.compute_year(connection, self.secretary, self.year.cycle)

    async def submit(self) -> None:
        async with self.year.db.transaction(self.tenant.id) as connection:
            await years.submit(connection, self.secretary, self.year.cycle)

    async def publish(self) -> EditionRow:
        async with self.year.db.transaction(self.tenant.id) as connection:
            return await publish.publish(
                connection, self.tenant, self.keys, cycle_id=self.year.cycle, decided=DECIDED, person=self.approver
            )

    async def again(self) -> EditionRow:
        await self.compute()
        await self.submit()
        return await self.publish()

    async def retract(self, number: str) -> None:
        async with self.year.db.transaction(self.tenant.id) as connection:
            await publish.retract(
                connection, number=number, decided=DECIDED, reason="Sai số liệu nguồn.", successor=None,
                person=self.approver,
            )  # fmt: skip

    async def opened(self, row: EditionRow) -> Edition:
        async with self.year.db.transaction(self.tenant.id) as connection:
            return await edition_cache.opened(connection, row)

    async def state(self) -> str:
        async with self.year.db.transaction(self.tenant.id) as connection:
            return str(await connection.fetchval("select state from cycles where id = $1", self.year.cycle))

    async def audited(self, tag: str) -> list[Mapping[str, Any]]:
        async with self.year.db.transaction(self.tenant.id) as connection:
            return [
                dict(row)
                for row in await connection.fetch(
                    "select at, actor, after->>'decision' as decision, before->>'final' as old, after->>'final' as new"
                    " from audit_rows where tag = $1 order by id",
                    tag,
                )
            ]


async def first_edition(db: Database, keys: SigningKeys) -> Published:
    """The year in its first edition: T00 handed nothing in, T01 to T03 declared the same."""
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    keys.made(tenant.code)
    year = await year_of(db, tenant.id, 4)
    await appraised(year)
    held = Published(
        year=year, tenant=tenant, keys=keys, secretary=year.people["secretary"],
        approver=await year.person("approver"), first=None,  # type: ignore[arg-type]
    )  # fmt: skip
    held.first = await held.again()
    return held
