"""Two years of 100 agencies × 150 leaves, entered through the functions that the pages call.

The first is published with its rank sets; the second is in full work: most sheets lie with the appraisers, some
are being declared. Leaves are those of the illustrative provincial set, four of whose areas stand twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from parindex import agencies, scoring
from parindex.access import Person, people, sessions, tenants
from parindex.access import queries as access_queries
from parindex.agencies import NewAgency
from parindex.api.shared.services import Services
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.places import data_folder
from parindex.practice import agencies as practice_agencies
from parindex.practice import demo, responses, sheets
from parindex.publication import publish

TENANT: Final = "demo"
PASSWORD: Final = "mật khẩu của phép đo"
AGENCIES: Final = 100
LEAVES: Final = 150
TWICE: Final = {"1": "11", "3": "13", "5": "15", "7": "17"}
"""Areas that stand a second time, under these codes."""

SEED: Final = 20_260_101
EARLY: Final = ReasonedDecision(number="1/QĐ-HĐ (mô phỏng)", date=date(2026, 1, 20), reason="Mọi đơn vị đã gửi phiếu")
"""By which the published year is closed before its time."""

REGIONS: Final = ("north", "central", "south")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who uses the pages."""

    login: str
    """Their login."""

    role: str
    """Their role."""

    token: str = ""
    """Of their session."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor of the pages needs to know of the installation."""

    cycle: str
    """The year in work."""

    drafting: list[str]
    """Its sheets that are being declared, in the order of ``specialists``."""

    appraised: list[str]
    """Agency codes whose sheets lie with the appraisers."""

    leaves: list[str]
    """Leaves that agencies declare."""

    codes: list[str]
    """All agencies by code."""

    specialists: list[Account]
    """One of each agency that is still declaring."""

    appraiser: Account
    """Of the first area."""

    secretary: Account
    """Of the council."""


def large_set(version: str, year: int, areas: Mapping[str, str] = TWICE) -> scoring.CriteriaSet:
    """The illustrative provincial set with some areas twice: 150 leaves."""
    path = data_folder("criteria") / sheets.SET / "2025.1.yaml"
    document: dict[str, Any] = scoring.to_document(scoring.load(path))
    copies = [renamed(area, areas[area["code"]]) for area in document["areas"] if area["code"] in areas]
    document |= {"set": "do-lon", "version": version, "years": [year], "areas": document["areas"] + copies}
    document.pop("supersedes", None)
    return scoring.from_document(document)


def renamed(node: dict[str, Any], code: str) -> dict[str, Any]:
    """An area or criterion under another code, and all below it."""
    own = node["code"]
    parts = [renamed(part, code + part["code"].removeprefix(own)) for part in node.get("criteria", ())]
    return {**node, "code": code} | ({"criteria": parts} if parts else {})


async def build(services: Services, *, count: int = AGENCIES, areas: Mapping[str, str] = TWICE) -> Places:
    """Make both years in an empty installation.

    Args:
        services: The installation.
        count: Agencies.
        areas: Areas of the set that stand twice.
    """
    progress = demo.Progress("en")
    tenant = await tenants.by_code(services.db, TENANT)
    if tenant is None:
        async with services.db.transaction(None) as connection:
            await tenants.add(connection, code=TENANT, name_vi="Đơn vị đo (mô phỏng)")
        tenant = await tenants.by_code(services.db, TENANT)
    assert tenant is not None
    tenant_id = tenant.id
    async with services.db.transaction(tenant_id) as connection:
        provinces = await _provinces(connection, count)
        bodies = await practice_agencies.seed_bodies(connection)
        staff = await _staff(connection, provinces, bodies)
    published = await _open(services, tenant_id, 2025, provinces, bodies, staff, areas)
    progress.step("2025: sheets")
    await _fill(services, tenant_id, published, staff, 2025, {})
    await _analyse(services)
    await sheets.close_year(services.db, tenant_id, published, staff, step="self_assessment", decided=EARLY)
    await sheets.appraise_year(services.db, tenant_id, published, staff, seed=SEED)
    await sheets.close_year(services.db, tenant_id, published, staff, step="appraisal")
    progress.step("2025: surveys")
    await responses.seed_round(
        services.db, tenant_id, published, provinces, seed=SEED, respondents=count * 120, year=2025
    )
    await responses.seed_leaders(services.db, tenant_id, published, provinces, seed=SEED, year=2025)
    progress.step("2025: computed and published")
    decided = publish.decision("01/QĐ", "06/04/2026", "Người phê duyệt", today=date(2026, 4, 6))
    await demo.publish_year(services, tenant, published, staff, decided)
    progress.step("2026: sheets")
    working = await _open(services, tenant_id, 2026, provinces, bodies, staff, areas)
    drafting = list(provinces)[: max(1, count // 5)]
    await _fill(services, tenant_id, working, staff, 2026, dict.fromkeys(drafting, "drafting"))
    progress.step("2026: appraisal, half done")
    waiting = list(provinces)[count // 2 :]
    await sheets.appraise_year(services.db, tenant_id, working, staff, seed=SEED + 1, leave=waiting)
    return await _places(services, tenant_id, working, provinces, bodies, drafting)


async def _staff(connection: Any, provinces: Mapping[str, UUID], bodies: Mapping[str, UUID]) -> sheets.Staff:
    async def person(login: str, role: str, agency: UUID | None) -> Person:
        made = await people.add_person(connection, login=login, name=f"Người {login}", roles=[role], agency_id=agency)
        found = await access_queries.person_by_id(connection, made)
        assert found is not None
        return found

    return sheets.Staff(
        specialists={
            agency: await person(f"cv-{code.lower()}", "specialist", agency) for code, agency in provinces.items()
        },
        leaders={agency: await person(f"ld-{code.lower()}", "leader", agency) for code, agency in provinces.items()},
        appraisers={body: await person(f"td-{body}", "appraiser", agency) for body, agency in bodies.items()},
        secretary=await person("tk-mo-phong", "secretary", None),
        approver=await person("pd-mo-phong", "approver", None),
    )


async def _analyse(services: Services) -> None:
    if services.settings.database_migrator_url:
        await demo.analyse(services.settings)


async def _provinces(connection: Any, count: int) -> dict[str, UUID]:
    new = [
        NewAgency(
            code=f"P{place:03d}", name_vi=f"Tỉnh Số {place}", short_name=f"Số {place}", tier="province",
            region=REGIONS[place % 3], official_order=place, valid_from=date(2025, 1, 1),
        )
        for place in range(1, count + 1)
    ]  # fmt: skip
    return dict(zip((one.code for one in new), await agencies.add_all(connection, new, by="system"), strict=True))


async def _open(
    services: Services, tenant_id: UUID, year: int, provinces: dict[str, UUID], bodies: dict[str, UUID],
    staff: sheets.Staff, areas: Mapping[str, str],
) -> UUID:  # fmt: skip
    criteria_set = large_set(f"{year}.1", year, areas)
    names = list(bodies)
    async with services.db.transaction(tenant_id) as connection:
        source = json.dumps(scoring.to_document(criteria_set), ensure_ascii=False)
        set_id = await published_sets.publish(connection, criteria_set, source=source, by="system")
        cycle_id = await steps.create(
            connection, family=sheets.FAMILY, year=year, tier="province", criteria_set_id=set_id, marked="simulated",
            participants=[
                steps.Participant(
                    agency_id=agency,
                    attributes={"region": REGIONS[place % 3], "has_economic_zone": "true" if place % 5 else "false"},
                )
                for place, agency in enumerate(provinces.values())
            ],
            bodies={body: (bodies[body], bodies[names[place - 1]]) for place, body in enumerate(names)},
            opens_on=date(year, 11, 1), last_day=date(2099, 1, 20), appraisal_last_day=date(2099, 2, 20), by="system",
        )  # fmt: skip
        await steps.open_year(connection, staff.secretary, cycle_id)
    return cycle_id


async def _fill(
    services: Services, tenant_id: UUID, cycle_id: UUID, staff: sheets.Staff, year: int, leave: Mapping[str, str]
) -> None:
    await sheets.fill_year(
        services.db, tenant_id, services.evidence, cycle_id, staff, seed=SEED + year, year=year, leave=leave
    )


async def _places(
    services: Services, tenant_id: UUID, cycle_id: UUID, provinces: dict[str, UUID], bodies: dict[str, UUID],
    drafting: list[str],
) -> Places:  # fmt: skip
    from parindex.assessments.sheets import queries as sheet_queries

    secret = people.hash_password(PASSWORD)
    accounts = {
        **{f"cv-do-{code.lower()}": ("specialist", provinces[code]) for code in drafting},
        "td-do": ("appraiser", bodies["home-affairs"]),
        "tk-do": ("secretary", None),
    }
    async with services.db.transaction(tenant_id) as connection:
        for login, (role, agency) in accounts.items():
            await people.add_person(
                connection, login=login, name=f"Người đo {login}", roles=[role], agency_id=agency, password_hash=secret
            )
        all_sheets = {sheet.agency_code: sheet for sheet in await sheet_queries.of_cycle(connection, cycle_id)}
    made = [Account(login=login, role=role) for login, (role, _) in accounts.items()]
    return Places(
        cycle=str(cycle_id),
        drafting=[str(all_sheets[code].id) for code in drafting],
        appraised=[code for code in provinces if code not in drafting],
        leaves=[place.code for place in scoring.leaves(large_set("2026.1", 2026, {})) if place.area == "1"],
        codes=list(provinces),
        specialists=[account for account in made if account.role == "specialist"],
        appraiser=made[-2],
        secretary=made[-1],
    )


async def signed_in(services: Services, places: Places) -> Places:
    """The same with a session for everybody."""
    tenant = await tenants.by_code(services.db, TENANT)
    assert tenant is not None

    async def sign_in(account: Account) -> Account:
        token = await sessions.sign_in(services.db, tenant.id, account.login, PASSWORD)
        return msgspec.structs.replace(account, token=token)

    return msgspec.structs.replace(
        places,
        specialists=[await sign_in(account) for account in places.specialists],
        appraiser=await sign_in(places.appraiser),
        secretary=await sign_in(places.secretary),
    )
