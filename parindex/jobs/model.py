"""What is asked for, what becomes of it, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from parindex.errors import N_

JobState: TypeAlias = Literal["waiting", "running", "done", "failed", "cancelled"]

STATES: Final[Mapping[JobState, str]] = {
    "waiting": N_("Chờ xử lý"),
    "running": N_("Đang xử lý"),
    "done": N_("Đã xong"),
    "failed": N_("Không thực hiện được"),
    "cancelled": N_("Đã hủy"),
}
"""States of a job and their names."""

LOST: Final = "job_lost"
"""Code of the failure of a job whose worker vanished at its last attempt."""

Code: TypeAlias = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[a-z0-9][a-z0-9._:@/-]*$")]
"""A short name out of an alphabet of programs: the only text that a payload may hold."""

SMALL: Final = (UUID, int, bool, datetime, Code)
"""What a payload may hold: ids and small values. A person's name, an address, a reason stay in the tables of their room."""

TAGS: Final[dict[str, str]] = {
    "jobs:job:retry": N_("Cho một việc chạy lại"),
    "jobs:job:cancel": N_("Hủy một việc"),
}
"""Tags that this room records."""


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a job is about; each kind has its own, made of :data:`SMALL`."""


About = TypeVar("About", bound=Payload)


class JobKind(msgspec.Struct, Generic[About], frozen=True, kw_only=True):
    """One kind of job."""

    name: str
    """``room:subject:deed``."""

    payload: type[About]
    """Its payload."""

    title: str
    """What it does, a message id."""

    attempts: int = 3
    """How often it is tried before it counts as failed."""

    backoff: float = 10
    """Seconds before the second attempt; each further one waits twice as long, up to an hour."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be done once the transaction that asks for it has committed."""

    kind: JobKind[Any]
    """What."""

    payload: Payload
    """Of what."""

    by: str
    """Who asks: a person's id or ``system``."""

    unique_key: str | None = None
    """Of its kind only one with this key waits or runs at a time."""

    line: str | None = None
    """Jobs of one line run one after the other, as they were asked for."""

    run_after: datetime | None = None
    """Not before; ``None`` is at once."""

    priority: int = 0
    """Higher ones first."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was given to this worker."""

    tenant_id: UUID
    """Whose job."""

    id: UUID
    """The job."""

    kind: str
    """Name of its kind."""

    payload: str
    """JSON of its payload."""

    fence: int
    """How often it was given out: what an earlier holder does is refused."""

    attempts: int
    """Which attempt this is."""

    asked_by: str
    """Who asked."""


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job with how far it is."""

    id: UUID
    """UUIDv7."""

    kind: str
    """Name of its kind."""

    payload: str
    """JSON of its payload."""

    state: JobState
    """Where it stands."""

    attempts: int
    """How often it was begun."""

    most_attempts: int
    """How often it may be."""

    cancel_asked: bool
    """Whether a running job was asked to stop."""

    asked_by: str
    """Who asked for it."""

    asked_at: datetime
    """When."""

    run_after: datetime
    """Not before."""

    started_at: datetime | None
    """When it was begun the last time."""

    ended_at: datetime | None
    """When it was done, failed or cancelled."""

    outcome: str | None
    """JSON of what the handler gave back."""

    error_code: str | None
    """Why the last attempt failed: a code of the catalogue of errors."""

    error_values: str | None
    """JSON of what its sentence names."""

    trace: str | None
    """Kind of failure and the lines it came through, without any value."""

    done: int | None
    """Parts done."""

    total: int | None
    """Of so many."""

    words: str | None
    """What is being done, a message id."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.ended_at is not None

    def about(self, kind: JobKind[About]) -> About:
        """Its payload, of a kind that is known."""
        return msgspec.json.decode(self.payload, type=kind.payload)

    def told(self) -> Mapping[str, Any]:
        """What the handler gave back."""
        told: dict[str, Any] = msgspec.json.decode(self.outcome) if self.outcome else {}
        return told

    def values(self) -> dict[str, Any]:
        """What the sentence of the failure names."""
        values: dict[str, Any] = msgspec.json.decode(self.error_values) if self.error_values else {}
        return values


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is asked for by the clock of each tenant."""

    name: str
    """Unique among schedules."""

    cron: str
    """Minute, hour, day, month, weekday, as :mod:`parindex.jobs.cron` reads them."""

    kind: JobKind[Any]
    """What is asked for, with an empty payload."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, for whoever wants to be told."""

    kind: str
    """``subject.happened``."""

    aggregate: str
    """What it happened to: its events are delivered in order."""

    payload: Payload
    """Ids and small values."""


class Delivery(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One event on its way to one deliverer."""

    event: UUID
    """The event."""


class Deliverer(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever wants to be told: each event becomes a job of its kind."""

    kind: JobKind[Delivery]
    """The job that tells; its payload is :class:`Delivery`."""

    events: frozenset[str]
    """Kinds of events that it wants."""
