"""Years of any number of provinces, brought as far as a test needs them, and what each deed asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from parindex.agencies import NewAgency, add_all
from parindex.assessments.appraisal import accepting
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import closing, steps
from parindex.assessments.model import Declaration
from parindex.assessments.sheets import declaring
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Connection, Database
from parindex.surveys.results import estimates
from parindex.surveys.rounds import opening
from tests.assessments.conftest import EARLY, FACTS, SET, Year, registry, small_set

LEAVES = ("1.1", "1.2", "1.3", "2.1.1", "2.1.2", "2.2")


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """The statements that a connection is given; what the driver asks once of each new type is none of ours."""
    sent: list[str] = []

    def note(record: Any) -> None:
        if "typeinfo_tree" not in record.query and "'jit'" not in record.query:
            sent.append(record.query)

    connection.add_query_logger(note)
    try:
        yield sent
    finally:
        connection.remove_query_logger(note)


async def year_of(db: Database, tenant: UUID, count: int) -> Year:
    """A year of so many provinces, whose bodies are ministries; every sheet was begun, every fifth is untouched."""
    async with db.transaction(tenant) as connection:
        bodies = await registry(connection)
        new = [NewAgency(code=f"T{n:02}", name_vi=f"Tỉnh {n}", tier="province", official_order=n) for n in range(count)]
        agencies = dict(zip((one.code for one in new), await add_all(connection, new, by="system"), strict=True))
        set_id = await published_sets.publish(connection, small_set(), source=SET, by="system")
        cycle = await steps.create(
            connection, family="par-index", year=2026, tier="province", criteria_set_id=set_id,
            participants=[
                steps.Participant(agency_id=agency, attributes={"has_ports": "true" if n % 2 else "false"})
                for n, agency in enumerate(agencies.values())
            ],
            bodies={
                "home-affairs": (bodies["BNV"], bodies["BTP"]), "government-office": (bodies["BTP"], bodies["BNV"]),
            },
            opens_on=date(2026, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10),
            marked="simulated", by="system",
        )  # fmt: skip
    year = Year(db=db, tenant=tenant, cycle=cycle, agencies={**bodies, **agencies}, sheets={})
    year.people["secretary"] = await year.person("secretary")
    async with db.transaction(tenant) as connection:
        await steps.open_year(connection, year.people["secretary"], cycle)
        year.sheets = {s.agency_code: s.id for s in await sheet_queries.of_cycle(connection, cycle)}
    for number, code in enumerate(agencies):
        if number % 5:
            person = await year.person("specialist", agency=code)
            async with db.transaction(tenant) as connection:
                declarations = [Declaration(code=leaf, facts=FACTS[leaf]) for leaf in LEAVES]
                await declaring.save(connection, person, year.sheets[code], declarations)
    year.people["BNV"] = await year.person("appraiser", agency="BNV")
    year.people["BTP"] = await year.person("appraiser", agency="BTP")
    return year


async def appraised(year: Year) -> None:
    """Bring a year to consolidation, with a survey that was computed elsewhere."""
    secretary = year.people["secretary"]
    async with year.db.transaction(year.tenant) as connection:
        await closing.close_self_assessment(connection, secretary, year.cycle, EARLY)
        for leaf in LEAVES:
            await accepting.accept_rest(connection, year.people["BNV" if leaf < "2" else "BTP"], year.cycle, leaf)
        await closing.close_appraisal(connection, secretary, year.cycle)
        await surveyed(connection, year)


async def surveyed(connection: Connection, year: Year) -> None:
    """Estimates of the satisfaction of every province, each with a covariance block of its own."""
    held = await opening.open_imported(
        connection, cycle_id=year.cycle, instrument_code="sipas", title_vi="Khảo sát", opens_on=date(2026, 9, 1),
        closes_on=date(2026, 10, 1), actor="system",
    )  # fmt: skip
    rows: list[estimates.Row] = []
    blocks = []
    for place, code in enumerate(sorted(year.sheets)):
        value, se = Decimal(80 + place % 7) / 100, 0.01 + place / 10_000
        rows.append((year.agencies[code], "index", value, se, 40, 300, 280.0, False))
        blocks.append(estimates.Covariance(cells=((code, "index"),), matrix=((se * se,),)))
    await estimates.bring(connection, held.id, rows, method={}, responses=300, covariances=blocks, actor="system")
