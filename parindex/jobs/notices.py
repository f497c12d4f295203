"""Notices: the deliverer of this house, which has no mail. What happened stands on the start page for some days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from parindex.errors import N_
from parindex.jobs import queries
from parindex.jobs.job_context import Running
from parindex.jobs.model import Code, Deliverer, Delivery, JobKind, Payload
from parindex.store.database import Connection

SHOWN: Final = timedelta(days=14)
"""How long a notice is shown."""

MOST: Final = 30
"""Notices that are read for a page, newest first."""

About = TypeVar("About", bound=Payload)


class JobFailed(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A job failed for good."""

    job: UUID
    """The job."""

    of: Code
    """Name of its kind."""

    asked_by: Code
    """Who asked for it."""


FAILED: Final = "job.failed"
"""The event of :class:`JobFailed`."""

KIND: Final = JobKind(name="jobs:notice:hang", payload=Delivery, title=N_("Đưa thông báo lên trang việc cần làm"))


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened."""

    kind: str
    """Kind of the event."""

    payload: str
    """JSON of its payload."""

    at: datetime
    """When."""

    def about(self, payload: type[About]) -> About:
        """What it is about."""
        return msgspec.json.decode(self.payload, type=payload)


def deliverer(*events: str) -> Deliverer:
    """Who puts these kinds of events up."""
    return Deliverer(kind=KIND, events=frozenset(events))


async def hang(running: Running, payload: Delivery) -> None:
    """Put an event up; one that hangs already stays as it is."""
    async with running.finishing() as connection:
        await queries.insert_notice(connection, payload.event)


async def put_up(connection: Connection, name: UUID, kind: str, payload: Payload) -> None:
    """Put a notice up at once, in the caller's transaction; one of its name that hangs stays as it is.

    One whose payload has a ``person`` concerns nobody else.
    """
    await queries.insert_told(connection, name, kind, msgspec.json.encode(payload).decode())


async def recent(connection: Connection, person_id: UUID) -> list[Notice]:
    """What happened in the last days, newest first, without what concerns other persons."""
    return [Notice(**dict(row)) for row in await queries.notices(connection, SHOWN, MOST, person_id)]
