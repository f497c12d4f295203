"""A small year: three provinces, two bodies that appraise, nine leaves of every kind that matters here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest

from parindex import scoring
from parindex.access import Person, people
from parindex.access import queries as people_queries
from parindex.agencies import NewAgency, add_all
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.store.database import Database

SET = """
set: minh-hoa
version: "2026.1"
title: {vi: "Bộ tiêu chí minh họa"}
status: illustrative
tier: province
years: [2026]
classes: [{name: A, from: 80}, {name: B, from: 0}]
attributes: {has_ports: {type: boolean, label: {vi: "Có cảng biển"}}}
inputs:
  dossiers: {type: count, label: {vi: "Tổng số hồ sơ"}, unit: {vi: "hồ sơ"}}
areas:
  - code: "1"
    title: {vi: "Chỉ đạo, điều hành"}
    appraiser: home-affairs
    criteria:
      - {code: "1.1", title: {vi: "Ban hành kế hoạch"}, max: 2, inputs: {issued: {type: boolean, label: {vi: "Đã ban hành"}}},
         rule: {yes_no: issued}}
      - {code: "1.2", title: {vi: "Sáng kiến"}, max: 3, evidence: optional, rule: {judged: true}}
      - {code: "1.3", title: {vi: "Cảng"}, max: 5, needs: has_ports, inputs: {ports: {type: count, label: {vi: "Số cảng"}}},
         rule: {each: ports, points: 1}}
  - code: "2"
    title: {vi: "Thủ tục hành chính"}
    appraiser: government-office
    criteria:
      - code: "2.1"
        title: {vi: "Kết quả giải quyết"}
        criteria:
          - {code: "2.1.1", title: {vi: "Đúng hạn"}, max: 4, inputs: {on_time: {type: count, label: {vi: "Đúng hạn"}}},
             rule: {formula: [{when: "dossiers == 0", points: "max"}, {points: "max * on_time / dossiers"}]}}
          - {code: "2.1.2", title: {vi: "Trực tuyến"}, max: 4, inputs: {online: {type: count, label: {vi: "Trực tuyến"}}},
             rule: {ratio: [online, dossiers], when_zero: not_applicable}}
      - {code: "2.2", title: {vi: "Liên thông"}, max: 2, may_be_inapplicable: true,
         inputs: {share: {type: percent, label: {vi: "Tỷ lệ"}}}, rule: {bands: share, steps: [{from: 50, points: 2}]}}
  - code: "3"
    title: {vi: "Tác động"}
    criteria:
      - {code: "3.1", title: {vi: "Hài lòng"}, max: 10, rule: {survey: {instrument: sipas, measure: index}, as: share}}
adjustments:
  bonus: {cap: 1, items: [{code: B1, title: {vi: "Giải thưởng"}, max: 1, appraiser: home-affairs, inputs: {prizes: {type: count}},
    rule: {each: prizes, points: 0.5}}]}
"""

FACTS = {
    "1.1": {"1.1.issued": "true"},
    "1.2": {"1.2.judged": "2.5"},
    "1.3": {"1.3.ports": "3"},
    "2.1.1": {"dossiers": "100", "2.1.1.on_time": "90"},
    "2.1.2": {"dossiers": "100", "2.1.2.online": "50"},
    "2.2": {"2.2.share": "60"},
}
"""A complete declaration by leaf."""

EARLY = ReasonedDecision(number="12/QĐ-HĐ", date=date(2026, 11, 2), reason="Mọi đơn vị đã gửi phiếu")
"""By which a year is closed before its time."""


@dataclass
class Year:
    """A year that tests work on."""

    db: Database
    tenant: UUID
    cycle: UUID
    agencies: dict[str, UUID]
    sheets: dict[str, UUID]
    people: dict[str, Person] = field(default_factory=dict)

    async def person(self, *roles: str, agency: str | None = None, name: str = "Nguyễn Thu Hạnh") -> Person:
        """A new account with these roles."""
        async with self.db.transaction(self.tenant) as connection:
            person_id = await people.add_person(
                connection,
                login=f"tai-khoan-{len(self.people)}",
                name=name,
                roles=roles,
                agency_id=self.agencies[agency] if agency else None,
            )
            person = await people_queries.person_by_id(connection, person_id)
        assert person is not None
        self.people[person.login] = person
        return person


def small_set(version: str = "2026.1") -> scoring.CriteriaSet:
    return scoring.load_bytes(SET.replace('"2026.1"', f'"{version}"').encode(), f"minh-hoa/{version}.yaml")


@pytest.fixture
def open_small_year() -> Callable[[Database, UUID], Awaitable[Year]]:
    """Opens the small year in any database."""
    return open_year


async def open_year(db: Database, tenant: UUID) -> Year:
    async with db.transaction(tenant) as connection:
        agencies = await registry(connection)
        set_id = await published_sets.publish(connection, small_set(), source=SET, by="system")
        cycle = await steps.create(
            connection, family="par-index", year=2026, tier="province", criteria_set_id=set_id,
            participants=[
                steps.Participant(agency_id=agencies[code], attributes={"has_ports": ports})
                for code, ports in (("HL", "true"), ("TH", "true"), ("NL", "false"))
            ],
            bodies={
                "home-affairs": (agencies["BNV"], agencies["BTP"]),
                "government-office": (agencies["HL"], agencies["BTP"]),
            },
            opens_on=date(2026, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 3, 10),
            marked="simulated", by="system",
        )  # fmt: skip
        year = Year(db=db, tenant=tenant, cycle=cycle, agencies=agencies, sheets={})
    secretary = await year.person("secretary", name="Phạm Hoài An")
    async with db.transaction(tenant) as connection:
        await steps.open_year(connection, secretary, cycle)
        for sheet in await sheet_queries.of_cycle(connection, cycle):
            year.sheets[sheet.agency_code] = sheet.id
    year.people["secretary"] = secretary
    return year


async def registry(connection: object) -> dict[str, UUID]:
    new = [
        NewAgency(code="HL", name_vi="Tỉnh Hòa Lâm", short_name="Hòa Lâm", tier="province", official_order=2),
        NewAgency(code="TH", name_vi="Thành phố Tân Hải", short_name="TP Tân Hải", tier="province", official_order=1),
        NewAgency(code="NL", name_vi="Tỉnh Ngọc Lũng", short_name="Ngọc Lũng", tier="province", official_order=3),
        NewAgency(code="BNV", name_vi="Bộ Nội vụ (mô phỏng)", tier="ministry"),
        NewAgency(code="BTP", name_vi="Bộ Tư pháp (mô phỏng)", tier="ministry"),
    ]
    ids = await add_all(connection, new, by="system")  # type: ignore[arg-type]
    return {agency.code: agency_id for agency, agency_id in zip(new, ids, strict=True)}


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """The small year, open for self-assessment."""
    return await open_year(db, tenant)
