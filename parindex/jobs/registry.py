"""What this installation can do: kinds with their handlers, schedules, and who is told of events."""

from __future__ import annotations

import types
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from parindex.jobs.cron import Cron
from parindex.jobs.model import SMALL, Code, Deliverer, Delivery, JobKind, Payload, Schedule

if typing.TYPE_CHECKING:
    from parindex.jobs.job_context import Running

Handler: TypeAlias = "Callable[[Running, Any], Awaitable[Mapping[str, Any] | None]]"
"""Does a job and gives back what a page may say of it, in small values."""

_EMPTY: Final = (type(None),)


class Registry:
    """Put together once by the composition root."""

    def __init__(
        self,
        handlers: Mapping[JobKind[Any], Handler],
        *,
        schedules: Iterable[Schedule] = (),
        deliverers: Iterable[Deliverer] = (),
    ) -> None:
        """Take handlers by kind.

        Raises:
            ValueError: two kinds of one name, a payload that could hold more than ids and small values, a schedule or
                deliverer without its handler, or a calendar that cannot be read.
        """
        self.kinds: dict[str, JobKind[Any]] = {}
        self.handlers: dict[str, Handler] = {}
        for kind, handler in handlers.items():
            if kind.name in self.kinds:
                raise ValueError(f"two kinds are named {kind.name}")
            if names := unfit_fields(kind.payload):
                raise ValueError(f"{kind.name}: a payload holds ids and small values, not {', '.join(names)}")
            self.kinds[kind.name] = kind
            self.handlers[kind.name] = handler
        self.schedules = {schedule: Cron.read(schedule.cron) for schedule in schedules}
        self.deliverers = tuple(deliverers)
        for needed in (*(s.kind for s in self.schedules), *(d.kind for d in self.deliverers)):
            if needed.name not in self.kinds:
                raise ValueError(f"{needed.name} has no handler")
        if wrong := [d.kind.name for d in self.deliverers if d.kind.payload is not Delivery]:
            raise ValueError(f"a deliverer is given a Delivery: {', '.join(wrong)}")

    @property
    def names(self) -> list[str]:
        """Names of all kinds."""
        return list(self.kinds)

    def wanting(self, event: str) -> list[Deliverer]:
        """Who is told of an event."""
        return [deliverer for deliverer in self.deliverers if event in deliverer.events]


def unfit_fields(payload: type[Payload]) -> list[str]:
    """Fields that could hold more than ids and small values.

    >>> class Letter(Payload, frozen=True, kw_only=True):
    ...     to: str
    ...     pages: int
    >>> unfit_fields(Letter)
    ['to']
    """
    return [field.name for field in msgspec.structs.fields(payload) if not _small(field.type)]


def _small(kind: Any) -> bool:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return all(part in _EMPTY or _small(part) for part in typing.get_args(kind))
    return typing.get_origin(kind) is typing.Literal or kind == Code or kind in SMALL
