"""What happened is told to whoever wants it: all of it, once it committed, in the order of each thing."""

from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex import jobs
from parindex.jobs import outbox, queries
from parindex.jobs.model import Code, Delivery, JobKind, Payload
from parindex.jobs.worker import Pace, claim
from parindex.store.database import Connection, Database

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class Moved(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A thing was moved."""

    number: int
    to: Code = "there"


MAIL = JobKind(name="test:mail:send", payload=Delivery, title="", attempts=2, backoff=0)
BOARD = JobKind(name="test:board:hang", payload=Delivery, title="", attempts=2, backoff=0)
ALL = frozenset({"thing.moved"})


class Heard:
    """Deliverers that remember what they told, and fail where they are told to."""

    def __init__(self, **failing: int) -> None:
        self.told: list[tuple[str, str, int]] = []
        self.failing = failing
        self.registry = jobs.Registry(
            {MAIL: self._by("mail"), BOARD: self._by("board")},
            deliverers=[jobs.Deliverer(kind=MAIL, events=ALL), jobs.Deliverer(kind=BOARD, events=ALL)],
        )

    def _by(self, name: str) -> jobs.registry.Handler:
        async def deliver(running: jobs.Running, payload: Delivery) -> None:
            async with running.transaction() as connection:
                event = await queries.event(connection, payload.event)
            assert event is not None
            if self.failing.get(name, 0):
                self.failing[name] -= 1
                raise ConnectionError
            number = msgspec.json.decode(event["payload"], type=Moved).number
            self.told.append((name, event["aggregate"], number))

        return deliver

    def of(self, name: str, aggregate: str) -> list[int]:
        return [number for by, of, number in self.told if (by, of) == (name, aggregate)]


async def move(connection: Connection, number: int, thing: str = "a") -> UUID:
    return await jobs.publish(connection, jobs.Event(kind="thing.moved", aggregate=thing, payload=Moved(number=number)))


async def test_every_deliverer_is_told_once_and_only_of_what_committed(db: Database, tenant: UUID) -> None:
    heard = Heard()
    async with db.transaction(tenant) as connection:
        await move(connection, 1)
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(tenant) as connection:
            await move(connection, 2)
            raise ZeroDivisionError
    await jobs.run_until_idle(db, heard.registry)
    await jobs.run_until_idle(db, heard.registry)
    assert sorted(heard.told) == [("board", "a", 1), ("mail", "a", 1)]


async def test_an_event_of_an_old_open_transaction_is_told_though_younger_ones_were(db: Database, tenant: UUID) -> None:
    heard = Heard()
    async with db.transaction(tenant) as late:
        old = await move(late, 1, "old")
        async with db.transaction(tenant) as connection:
            young = await move(connection, 2, "young")
        await jobs.run_until_idle(db, heard.registry)
        assert heard.of("mail", "young") == [2]
        assert old < young
    await jobs.run_until_idle(db, heard.registry)
    assert heard.of("mail", "old") == [1]


async def test_events_of_one_thing_keep_their_order_when_one_must_be_told_again(db: Database, tenant: UUID) -> None:
    heard = Heard(mail=1)
    async with db.transaction(tenant) as connection:
        for number in range(6):
            await move(connection, number, "ab"[number % 2])
    await jobs.run_until_idle(db, heard.registry)
    assert heard.of("mail", "a") == [0, 2, 4]
    assert heard.of("mail", "b") == [1, 3, 5]
    assert heard.of("board", "a") == [0, 2, 4]


async def test_a_deliverer_that_fails_holds_up_no_other(db: Database, tenant: UUID, owner: Owner) -> None:
    heard = Heard(mail=99)
    async with db.transaction(tenant) as connection:
        await move(connection, 1)
    await jobs.run_until_idle(db, heard.registry)
    assert heard.told == [("board", "a", 1)]
    assert await owner.fetchval("select error_code from jobs where state = 'failed'") == "database_unavailable"


async def test_two_jobs_of_one_line_never_run_side_by_side(db: Database, tenant: UUID) -> None:
    heard = Heard()
    async with db.transaction(tenant) as connection:
        await move(connection, 1)
        await move(connection, 2)
        await move(connection, 3, "b")
    await outbox.hand_on(db, jobs.Registry({MAIL: heard._by("mail")}, deliverers=heard.registry.deliverers[:1]))

    first, second = [await claim(db, heard.registry, "w", Pace()) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert await claim(db, heard.registry, "w", Pace()) is None
    async with jobs.Running(db, first).finishing():
        pass
    third = await claim(db, heard.registry, "w", Pace())
    assert third is not None
    assert len({first.id, second.id, third.id}) == 3


async def test_while_one_worker_hands_on_another_does_not(db: Database, tenant: UUID) -> None:
    heard = Heard()
    async with db.transaction(tenant) as connection:
        await move(connection, 1)
    async with db.transaction(tenant) as connection:
        assert await queries.only_hander(connection, tenant)
        assert await outbox.hand_on(db, heard.registry) == 0
    assert await outbox.hand_on(db, heard.registry) == 1


async def test_an_event_that_nobody_wants_is_handed_on_to_nobody(db: Database, tenant: UUID, owner: Owner) -> None:
    async with db.transaction(tenant) as connection:
        await move(connection, 1)
    assert await outbox.hand_on(db, jobs.Registry({})) == 1
    assert await owner.fetchval("select count(*) from jobs") == 0
    assert await outbox.hand_on(db, jobs.Registry({})) == 0


async def test_no_tenant_sees_the_events_of_another(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        event = await move(connection, 1)
    async with db.transaction(other_tenant) as connection:
        assert await queries.event(connection, event) is None
