"""The sample data of the demonstration: a real year, a practice year published, and one in full work.

The accounts come last. Until they exist nobody can have entered anything, so a load that was cut short is thrown
away and begun anew.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from parindex.access import tenants
from parindex.access.tenants import Tenant
from parindex.api.shared.services import Services
from parindex.app import compose
from parindex.messages import N_
from parindex.practice import accounts, agencies, ministries, responses, sheets
from parindex.publication import publish
from parindex.publication.model import EditionDecision
from parindex.rankings import years
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.text import Language, number, translator

NAME_VI: Final = "Vụ Cải cách hành chính (mô phỏng)"
NAME_EN: Final = "Department of Administrative Reform (simulated)"
RESPONDENTS: Final = 36_525
SEED: Final = 20_251_231

STAYS_2026: Final[Mapping[str, str]] = {
    "P03": "drafting",
    "P05": "with_leader",
    "P15": "drafting",
    "P17": "not_started",
    "P18": "drafting",
    "P21": "not_started",
    "P28": "with_leader",
}
"""Where sheets of the open year stand; the others are submitted."""

WAITING_2026: Final = ("P07", "P09", "P12", "P30")
"""Submitted sheets of the open year that wait for appraisal."""


class Progress:
    """Tells on stderr how far the load is."""

    def __init__(self, lang: Language) -> None:
        self.started = time.monotonic()
        self.lang = lang

    def step(self, what: str, **values: object) -> None:
        """A new step begins."""
        told = translator(self.lang)(what, **values)
        print(f"  {time.monotonic() - self.started:5.1f} s  {told}", file=sys.stderr, flush=True)

    def counted(self, what: str, every: int, **values: object) -> sheets.Told:
        """A function (done, total) that tells every so often."""

        def told(done: int, total: int) -> None:
            if done % every == 0 and done < total:
                self.step(what, done=done, total=total, **values)

        return told


async def half_loaded(database: Database, tenant: str) -> bool:
    """Whether an earlier load was cut short."""
    found = await tenants.by_code(database, tenant)
    if found is None:
        return False
    async with database.transaction(found.id) as connection:
        return not await accounts.exist(connection)


async def loaded(database: Database, tenant: str) -> bool:
    """Whether everything is there."""
    found = await tenants.by_code(database, tenant)
    return found is not None and not await half_loaded(database, tenant)


async def load(settings: Settings, lang: Language) -> None:
    """Load everything into the database that the settings name; does nothing where it is there already.

    Raises:
        Refused: ``database_unavailable``.
    """
    assert settings.database_url is not None
    services = await compose(settings, settings.database_url, owner_url=settings.database_migrator_url)
    try:
        known = await tenants.by_code(services.db, settings.tenant)
        if known is None:
            await _load(services, settings, Progress(lang))
    finally:
        await services.close()


async def _load(services: Services, settings: Settings, progress: Progress) -> None:
    db = services.db
    async with db.transaction(None) as connection:
        tenant_id = await tenants.add(connection, code=settings.tenant, name_vi=NAME_VI, name_en=NAME_EN)
    tenant = await tenants.by_code(db, settings.tenant)
    assert tenant is not None
    progress.step(N_("2023: các bộ, theo kết quả đã công bố"))
    async with db.transaction(tenant_id) as connection:
        await ministries.load(connection, tenant, services.keys)
    async with db.transaction(tenant_id) as connection:
        provinces = await agencies.seed_provinces(connection)
        bodies = await agencies.seed_bodies(connection)
        staff = await sheets.seed_staff(connection, provinces, bodies)
    await practice_year(services, settings, tenant, staff, provinces, bodies, progress)
    await _open_year(services, tenant, staff, provinces, bodies, progress)
    async with db.transaction(tenant_id) as connection:
        await accounts.add(connection, {**provinces, **bodies})


async def practice_year(
    services: Services, settings: Settings, tenant: Tenant, staff: sheets.Staff, provinces: Mapping[str, UUID],
    bodies: Mapping[str, UUID], progress: Progress, *, respondents: int = RESPONDENTS,
) -> None:  # fmt: skip
    """The year that is published: sheets, appraisal, a locked survey of people, leaders' ratings, edition."""
    db, year = services.db, 2025
    progress.step(N_("%(year)s: phiếu của %(n)s tỉnh hư cấu"), year=year, n=len(provinces))
    async with db.transaction(tenant.id) as connection:
        cycle_id = await sheets.draft_year(
            connection, year=year, version=f"{year}.1", provinces=provinces, bodies=bodies, staff=staff,
            opens_on=date(2025, 11, 1), last_day=date(2026, 1, 20), appraisal_last_day=date(2026, 2, 20),
        )  # fmt: skip
    leave = {sheets.SILENT: "not_started", **dict.fromkeys(sheets.UNFINISHED, "drafting")}
    async with db.at(sheets.HANDED_IN_2025) as past:
        await sheets.fill_year(
            past, tenant.id, services.evidence, cycle_id, staff, seed=SEED, year=year, leave=leave,
            told=progress.counted(N_("%(year)s: phiếu: %(done)s/%(total)s"), 12, year=year),
        )  # fmt: skip
        await analyse(settings)
        past.clock = sheets.CLOSED_2025
        await sheets.close_year(past, tenant.id, cycle_id, staff, step="self_assessment")
        progress.step(N_("%(year)s: thẩm định"), year=year)
        await sheets.appraise_year(
            past, tenant.id, cycle_id, staff, seed=SEED,
            told=progress.counted(N_("%(year)s: phiếu đã thẩm định: %(done)s/%(total)s"), 12, year=year),
        )  # fmt: skip
        await sheets.close_year(past, tenant.id, cycle_id, staff, step="appraisal")
    people = number(respondents, None, progress.lang)
    progress.step(N_("%(year)s: khảo sát %(n)s người dân mô phỏng"), year=year, n=people)
    await responses.seed_round(
        db, tenant.id, cycle_id, provinces, seed=SEED, respondents=respondents, year=year,
        told=progress.counted(N_("%(year)s: câu trả lời: %(done)s/%(total)s"), 12_000, year=year),
    )  # fmt: skip
    await responses.seed_leaders(db, tenant.id, cycle_id, provinces, seed=SEED + 1, year=year)
    progress.step(N_("%(year)s: đã tính, xếp hạng, công bố"), year=year)
    await publish_year(
        services, tenant, cycle_id, staff, publish.decision("214/QĐ-CCHC (mô phỏng)", "06/04/2026", staff.approver.name,
                                                            today=date(2026, 4, 6)),
    )  # fmt: skip


async def publish_year(
    services: Services, tenant: Tenant, cycle_id: UUID, staff: sheets.Staff, decided: EditionDecision
) -> str:
    """Compute, put before the approver and publish; gives the number of the edition."""
    async with services.db.transaction(tenant.id) as connection:
        await years.compute_year(connection, staff.secretary, cycle_id)
        await years.submit(connection, staff.secretary, cycle_id)
        edition = await publish.publish(
            connection, tenant, services.keys, cycle_id=cycle_id, decided=decided, person=staff.approver
        )
    return edition.number


async def _open_year(
    services: Services, tenant: Tenant, staff: sheets.Staff, provinces: Mapping[str, UUID],
    bodies: Mapping[str, UUID], progress: Progress,
) -> None:  # fmt: skip
    db, year = services.db, 2026
    progress.step(N_("%(year)s: một năm đang làm việc"), year=year)
    async with db.transaction(tenant.id) as connection:
        cycle_id = await sheets.draft_year(
            connection, year=year, version=f"{year}.1", provinces=provinces, bodies=bodies, staff=staff,
            opens_on=date(2026, 11, 1), last_day=date(2027, 1, 20), appraisal_last_day=date(2027, 2, 20),
        )  # fmt: skip
    await sheets.fill_year(
        db, tenant.id, services.evidence, cycle_id, staff, seed=SEED + 2, year=year, leave=STAYS_2026
    )
    await sheets.appraise_year(db, tenant.id, cycle_id, staff, seed=SEED + 2, leave=WAITING_2026)
    _, tokens = await responses.seed_open_round(
        db, tenant.id, cycle_id, provinces, seed=SEED + 3, year=year, opens_on=date(2026, 11, 1),
        closes_on=date(2027, 1, 31),
    )  # fmt: skip
    await responses.seed_leaders(db, tenant.id, cycle_id, provinces, seed=SEED + 4, year=year)
    links = services.settings.data / "survey-links.txt"
    links.touch(mode=0o600)
    links.write_text("".join(f"/s/{token}\n" for token in tokens), encoding="utf-8")


async def analyse(settings: Settings) -> None:
    """Let the database see what lies in tables that were just filled; only their owner may."""
    owner = await asyncpg.connect(settings.database_migrator_url)
    try:
        await owner.execute("analyze")
    finally:
        await owner.close()
