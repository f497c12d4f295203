"""A sheet of people from its arrival to its writing: kept for some days, looked at, written by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import access, audit, jobs
from parindex.access import people
from parindex.access.imports import queries
from parindex.access.imports.model import HeldImport, ImportPlan, PlannedPerson
from parindex.access.imports.plan import ImportGround, planned
from parindex.access.imports.reading import read_people
from parindex.access.model import Person
from parindex.access.people import login_name
from parindex.access.staff import grants
from parindex.access.staff.model import RoleDays
from parindex.access.tenants import by_id as tenant_by_id
from parindex.errors import N_, Refused
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

KEPT: Final = timedelta(days=7)
"""How long a sheet is kept."""

PART: Final = 25
"""Rows after which it is told how many are written."""

WRITING: Final = N_("Ghi từng dòng của bảng tính")


class SheetToWrite(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sheet that was sent."""

    sheet: UUID
    """The sheet."""


KIND: Final = jobs.JobKind(name="access:people:import", payload=SheetToWrite, title=N_("Nhập người dùng từ bảng tính"))


async def receive(connection: Connection, person: Person | None, file_name: str, content: bytes) -> UUID:
    """Keep a sheet that can be read.

    Raises:
        Refused: ``not_allowed``, ``import_unreadable``, ``import_too_long``, ``too_large``.
    """
    actor = access.require(person, "person:import")
    read_people(content)
    import_id = new_id()
    await queries.insert(connection, import_id, actor.id, file_name[:200], content)
    return import_id


async def looked_at(
    connection: Connection, person: Person | None, import_id: UUID, zone: ZoneInfo
) -> tuple[HeldImport, ImportPlan]:
    """A sheet of one's own with what would become of each row now.

    Raises:
        Refused: ``not_allowed``, ``not_found``.
    """
    actor = access.require(person, "person:import")
    held = await queries.by_id(connection, import_id, actor.id)
    if held is None:
        raise Refused("not_found")
    return held, await _plan(connection, held.content, zone)


async def ask(connection: Connection, person: Person | None, import_id: UUID) -> UUID:
    """Ask for the good rows to be written.

    Raises:
        Refused: ``not_allowed``, ``not_found``.
    """
    actor = access.require(person, "person:import")
    if await queries.by_id(connection, import_id, actor.id) is None:
        raise Refused("not_found")
    job = jobs.Job(kind=KIND, payload=SheetToWrite(sheet=import_id), by=actor.actor, unique_key=str(import_id))
    return await jobs.enqueue(connection, job)


async def drop(connection: Connection, person: Person | None, import_id: UUID) -> None:
    """Forget a sheet of one's own; what it wrote stays."""
    actor = access.require(person, "person:import")
    await queries.drop(connection, import_id, actor.id)


async def write(running: jobs.Running, payload: SheetToWrite) -> Mapping[str, Any] | None:
    """Write the good rows, all or none of them; asked for again, it writes nothing."""
    outcome: dict[str, Any] = {"people": 0, "roles": 0, "bad": 0}
    async with running.finishing(outcome) as connection:
        person = await people.by_actor(connection, running.by)
        actor = access.require(person, "person:import")
        held = await queries.by_id(connection, payload.sheet, actor.id)
        if held is not None and await queries.hold(connection, payload.sheet):
            tenant = await tenant_by_id(connection, actor.tenant_id)
            plan = await _plan(connection, held.content, tenant.zone)
            made = await _write(running, connection, actor, plan, tenant.zone)
            await queries.mark_written(connection, payload.sheet, made)
            outcome |= {"people": len(made), "roles": len(plan.of("new", "role")), "bad": len(plan.of("bad"))}
            await audit.record(
                connection, actor=actor.actor, tag="access:people:import", subject=str(payload.sheet), after=outcome
            )
    return outcome


async def _write(
    running: jobs.Running, connection: Connection, actor: Person, plan: ImportPlan, zone: ZoneInfo
) -> list[UUID]:
    good = plan.of("new", "role")
    logins = [row.login for row in good]
    known = {login: one.id for login, one in (await queries.accounts(connection, logins)).items()}
    made: list[UUID] = []
    for number, row in enumerate(good):
        if number % PART == 0:
            await running.progress(number, len(good), WRITING)
        if row.login not in known:
            known[row.login] = await _add(connection, actor, row)
            made.append(known[row.login])
        first = row.first or datetime.now(zone).date()
        await grants.give_held(
            connection, actor, known[row.login], RoleDays(role=row.role, first=first, last=row.last), zone
        )
    return made


async def _add(connection: Connection, actor: Person, row: PlannedPerson) -> UUID:
    return await people.add_person(
        connection, login=row.login, name=row.cells["name"], roles=(), email=row.cells.get("email") or None,
        agency_id=row.agency.id if row.agency else None, by=actor.actor,
    )  # fmt: skip


async def _plan(connection: Connection, content: bytes, zone: ZoneInfo) -> ImportPlan:
    read = read_people(content)
    logins = {login_name(row.cells.get("login") or row.cells.get("email", "")) for row in read.rows}
    ground = ImportGround(
        agencies=await queries.agencies(connection),
        accounts=await queries.accounts(connection, sorted(logins)),
        today=datetime.now(zone).date(),
        zone=zone,
    )
    return planned(read, ground)
