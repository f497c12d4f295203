"""Practice data small enough for a browser test: six invented provinces, a published year and one in full work."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import people, tenants
from parindex.api.shared.services import Services
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles import steps
from parindex.assessments.model import Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.practice import accounts, agencies, demo, ministries, responses, sheets
from parindex.publication import publish
from parindex.store.evidence_files import EvidenceStore
from parindex.text import local_day
from tests.conftest import PASSWORD
from tests.publication import published_years
from tests.rankings import small_year

PROVINCES: Final = ("P01", "P02", "P03", "P05", "P07", "P17")
"""P03 has the accounts of the demonstration; P17 hands in nothing."""

OTHERS: Final = (
    accounts.Account(login="chuyenvien7", name="Lê Thị Nhàn", role="specialist", agency="P07"),
    accounts.Account(login="lanhdao2", name="Võ Đình Thắng", role="leader", agency="P02"),
    accounts.Account(login="lanhdao5", name="Tô Văn Bền", role="leader", agency="P05"),
)
"""Besides the accounts of the demonstration: agencies whose sheets stand elsewhere."""

SEED: Final = 7


@dataclass
class Platform:
    """What was loaded, for addresses."""

    staff: sheets.Staff
    """Who acts in the simulation."""

    provinces: Mapping[str, UUID]
    """The six agencies by code."""

    bodies: Mapping[str, UUID]
    """Appraising bodies by name."""

    cycle: UUID
    """The open year, 2026."""

    sheets: Mapping[str, Sheet]
    """Sheets of the open year by code of the agency."""

    round: UUID
    """The survey round of the open year."""

    tokens: list[str] = field(default_factory=list)
    """Invitations that nobody has used."""


async def load(
    services: Services, tenant_id: UUID, *, stays: Mapping[str, str], waiting: Collection[str] = (),
    blank: Mapping[str, Collection[str]] | None = None, past: bool = True, store: EvidenceStore | None = None,
) -> Platform:  # fmt: skip
    """Everything that the pages show, through the functions that the pages call.

    Args:
        services: Of the running site.
        tenant_id: The site's tenant.
        stays: By code, where a sheet of the open year stays; the others are submitted.
        waiting: Submitted sheets of the open year that nobody has appraised.
        blank: By code, leaves that stay empty in a sheet that stays drafting.
        past: Whether 2023 and 2025 are loaded and published.
        store: Where evidence goes; the site's own unless named.
    """
    db, evidence = services.db, store or services.evidence
    async with db.transaction(tenant_id) as connection:
        every = await agencies.seed_provinces(connection)
        provinces = {code: every[code] for code in PROVINCES}
        bodies = await agencies.seed_bodies(connection)
        staff = await sheets.seed_staff(connection, provinces, bodies)
        await _accounts(connection, {**provinces, **bodies})
    if past:
        await _past(services, tenant_id, staff, provinces, bodies)
    today = local_day(datetime.now(UTC))
    async with db.transaction(tenant_id) as connection:
        cycle_id = await sheets.draft_year(
            connection, year=2026, version="2026.1", provinces=provinces, bodies=bodies, staff=staff,
            opens_on=today - timedelta(days=20), last_day=today + timedelta(days=60),
            appraisal_last_day=today + timedelta(days=90),
        )  # fmt: skip
    await sheets.fill_year(db, tenant_id, evidence, cycle_id, staff, seed=SEED, year=2026, leave=stays, blank=blank)
    await sheets.appraise_year(db, tenant_id, cycle_id, staff, seed=SEED, leave=tuple(waiting))
    round_id, tokens = await responses.seed_open_round(
        db, tenant_id, cycle_id, provinces, seed=SEED, year=2026, answered=600, links=6,
        opens_on=today - timedelta(days=20), closes_on=today + timedelta(days=60),
    )  # fmt: skip
    await responses.seed_leaders(db, tenant_id, cycle_id, provinces, seed=SEED, year=2026)
    async with db.transaction(tenant_id) as connection:
        found = {sheet.agency_code: sheet for sheet in await sheet_queries.of_cycle(connection, cycle_id)}
    return Platform(
        staff=staff, provinces=provinces, bodies=bodies, cycle=cycle_id, sheets=found, round=round_id, tokens=tokens
    )


async def _accounts(connection, known: Mapping[str, UUID]) -> None:
    """One account a role, and one a body, with the password of the tests."""
    secret = people.hash_password(PASSWORD)
    for account in (*accounts.ACCOUNTS, *OTHERS):
        await people.add_person(
            connection, login=account.login, name=account.name, roles=[account.role], password_hash=secret,
            agency_id=known[account.agency] if account.agency else None,
        )  # fmt: skip


async def _past(services: Services, tenant_id: UUID, staff: sheets.Staff, provinces, bodies) -> None:
    """2023 as published by the ministry, 2025 as practice."""
    db = services.db
    tenant = await tenants.by_code(db, "demo")
    assert tenant is not None
    async with db.transaction(tenant_id) as connection:
        await ministries.load(connection, tenant, services.keys)
    async with db.transaction(tenant_id) as connection:
        cycle_id = await sheets.draft_year(
            connection, year=2025, version="2025.1", provinces=provinces, bodies=bodies, staff=staff,
            opens_on=date(2025, 11, 1), last_day=date(2026, 1, 20), appraisal_last_day=date(2026, 2, 20),
        )  # fmt: skip
    leave = {"P17": "not_started", "P07": "drafting"}
    async with db.at(sheets.HANDED_IN_2025) as past:
        await sheets.fill_year(past, tenant_id, services.evidence, cycle_id, staff, seed=SEED, year=2025, leave=leave)
        past.clock = sheets.CLOSED_2025
        await sheets.close_year(past, tenant_id, cycle_id, staff, step="self_assessment")
        await sheets.appraise_year(past, tenant_id, cycle_id, staff, seed=SEED)
        await sheets.close_year(past, tenant_id, cycle_id, staff, step="appraisal")
    await responses.seed_round(db, tenant_id, cycle_id, provinces, seed=SEED, respondents=600, year=2025)
    await responses.seed_leaders(db, tenant_id, cycle_id, provinces, seed=SEED, year=2025)
    decided = publish.decision("214/QĐ-CCHC (mô phỏng)", "06/04/2026", staff.approver.name, today=date(2026, 4, 6))
    await demo.publish_year(services, tenant, cycle_id, staff, decided)


async def other_years(services: Services, tenant_id: UUID, platform: Platform) -> dict[str, UUID]:
    """Years in the steps that the practice years have passed or not reached: draft, issued, appraisal, paused, computed,
    approval."""
    made: dict[str, UUID] = {}
    async with services.db.transaction(tenant_id) as connection:
        known = await cycle_queries.by_id(connection, platform.cycle)
        assert known is not None
        for name, year in (("draft", 2027), ("appraising", 2028), ("paused", 2029), ("issued", 2030)):
            made[name] = await steps.create(
                connection, family=known.family, year=year, tier=known.tier, criteria_set_id=known.criteria_set_id,
                participants=[steps.Participant(agency_id=platform.provinces["P01"])], bodies={}, marked="simulated",
                by="system",
            )  # fmt: skip
        cycle = await steps.locked(connection, made["appraising"])
        for state in ("self_assessment", "appraisal_1"):
            cycle = await steps.step(connection, cycle, state, by="system")
        await steps.step(connection, await steps.locked(connection, made["issued"]), "issued", by="system")
        cycle = await steps.locked(connection, made["paused"])
        for state in ("self_assessment", "paused"):
            cycle = await steps.step(connection, cycle, state, by="system")
    for name in ("computed", "approval"):
        async with services.db.transaction(tenant_id) as connection:
            given = msgspec.structs.replace(small_year.given(), family=f"thu-{name}")
            made[name] = await published_years.computed(connection, given)
            if name == "approval":
                cycle = await steps.locked(connection, made[name])
                await steps.step(connection, cycle, "approval", by="system")
    return made
