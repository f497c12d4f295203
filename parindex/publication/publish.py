"""Publishing a computed year, and retracting an edition: each one transaction, each by a decision."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import msgspec

from parindex import __version__, access, audit, jobs
from parindex.access import Person
from parindex.access.tenants import Tenant
from parindex.assessments.cycles import steps
from parindex.assessments.model import Cycle
from parindex.audit.queries import newest_block
from parindex.errors import FieldError, Refused
from parindex.jobs.model import Code, Payload
from parindex.publication import changes, corrections, edition_cache, known_keys, queries
from parindex.publication.edition import format_of, read, signed_bytes
from parindex.publication.keys import SigningKey, SigningKeys
from parindex.publication.model import (
    AuditHead,
    Edition,
    EditionDecision,
    EditionRow,
    NewEdition,
    TenantDocument,
)
from parindex.rankings import years
from parindex.rankings.stored import StoredComputation
from parindex.reading import dates
from parindex.reading.complaint import Complaint
from parindex.store.database import Connection
from parindex.store.ids import new_id

FAMILY: Final = "par-index"
"""The family whose editions are numbered by year and tier alone."""

LONGEST: Final = 200
"""Characters of a decision's number or signer."""


DONE: Final = ("published", "archived")
"""States of a year whose newest computation is published."""

PUBLISHED: Final = "edition.published"
"""The event of :class:`EditionPublished`."""


class EditionPublished(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A year was published."""

    number: Code
    """Number of its edition."""


def decision(number: str, day: str, signer: str, *, today: date) -> EditionDecision:
    """A decision from what was typed.

    Raises:
        Refused: ``invalid_fields`` with each field that cannot be taken.
    """
    faults = []
    for field, value in (("number", number.strip()), ("signer", signer.strip())):
        if not value:
            faults.append(FieldError(field=field, code="field_empty"))
        elif len(value) > LONGEST:
            faults.append(FieldError(field=field, code="field_too_long", values={"limit": LONGEST}))
    parsed = _date(day)
    if parsed is None:
        faults.append(FieldError(field="date", code="date_unreadable"))
    elif parsed > today:
        faults.append(FieldError(field="date", code="decision_in_future"))
    if faults or parsed is None:
        raise Refused("invalid_fields", fields=tuple(faults))
    return EditionDecision(number=number.strip(), date=parsed, signer=signer.strip())


def _date(text: str) -> date | None:
    try:
        return dates.day(text)
    except Complaint:
        return None


async def unpublished(
    connection: Connection, person: Person | None, cycle_id: UUID
) -> EditionRow | tuple[Cycle, StoredComputation, str]:
    """A cycle, its newest computation and who publishes it; the edition where it is published already.

    Raises:
        Refused: ``not_allowed``, ``not_found``, ``no_computation``; of a year that is corrected what
            :func:`years.submit` tells.
    """
    cycle = await steps.locked(connection, cycle_id)
    computation = await years.latest(connection, cycle_id)
    if cycle.state in DONE and computation is not None:
        done = await queries.by_computation(connection, computation.id)
        if done is not None:
            access.require(person, "edition:publish", state="approval")
            return done
    actor = steps.require(person, "edition:publish", cycle).actor
    await years.require_computed(connection, cycle)
    assert computation is not None
    return cycle, computation, actor


async def publish(
    connection: Connection,
    tenant: Tenant,
    keys: SigningKeys,
    *,
    cycle_id: UUID,
    decided: EditionDecision,
    person: Person | None,
    told: jobs.StageTold = jobs.nobody,
) -> EditionRow:
    """Publish the newest computation of a cycle; a second call gives the same edition.

    Args:
        connection: In a transaction.
        tenant: Who publishes.
        keys: Of the installation.
        cycle_id: The cycle.
        decided: By which decision.
        person: Who asks.
        told: Told after each of three stages: read, compared, signed.

    Raises:
        Refused: ``not_allowed``, ``not_found``, ``no_computation``, ``nothing_corrected``.
    """
    waiting = await unpublished(connection, person, cycle_id)
    if isinstance(waiting, EditionRow):
        return waiting
    cycle, computation, actor = waiting
    row = await store(
        connection, tenant, await known_keys.signing(connection, keys, tenant), computation, decided, by=actor,
        tag="publication:edition:publish", told=told,
    )  # fmt: skip
    await steps.step(connection, cycle, "published", by=actor)
    told_of = EditionPublished(number=row.number)
    await jobs.publish(connection, jobs.Event(kind=PUBLISHED, aggregate=f"edition/{row.id}", payload=told_of))
    return row


async def store(
    connection: Connection,
    tenant: Tenant,
    key: SigningKey,
    stored: StoredComputation,
    decided: EditionDecision,
    *,
    by: str,
    tag: str,
    told: jobs.StageTold = jobs.nobody,
) -> EditionRow:
    """Make, sign and store the edition of a computation, with its audit row."""
    computation = await asyncio.to_thread(years.decoded, stored)
    await told(1)
    given = computation.given
    serial = await queries.next_serial(connection, given.family, given.year, given.tier)
    corrected = await corrections.superseded(connection, stored.cycle_id, computation)
    if corrected is not None and not corrected.cells:
        raise Refused("nothing_corrected")
    head = await newest_block(connection)
    now = datetime.now(UTC)
    before = await queries.newest(connection, given.family, given.tier, given.year)
    reference, changed = (
        changes.since(await edition_cache.opened(connection, before), before.digest, computation)
        if before
        else (None, ())
    )
    edition = Edition(
        format=format_of(computation),
        tenant=TenantDocument(code=tenant.code, name_vi=tenant.name_vi, name_en=tenant.name_en),
        number=number_of(given.family, given.year, given.tier, serial),
        decision=decided,
        published_on=now.astimezone(tenant.zone).date(),
        computation=computation,
        previous=reference,
        changes=changed,
        audit=AuditHead(block=head.number, hash=head.hash),
        software=f"parindex {__version__}",
        supersedes=corrected,
    )
    await told(2)
    content = await asyncio.to_thread(signed_bytes, edition, key)
    signed = await asyncio.to_thread(read, content)
    await told(3)
    new = NewEdition(
        id=new_id(), number=edition.number, cycle_id=stored.cycle_id, computation_id=stored.id,
        family=given.family, year=given.year, tier=given.tier, serial=serial, content=content,
        digest=signed.digest, key_id=signed.signature.key_id, signature=base64.b64decode(signed.signature.value),
        decision_number=decided.number, decision_date=decided.date, decision_signer=decided.signer,
        published_at=now, published_by=by, audit_block=head.number, audit_hash=head.hash, previous_id=before.id if before else None,
    )  # fmt: skip
    await queries.insert(connection, new)
    await queries.keep_key(connection, key.public)
    await audit.record(
        connection, actor=by, tag=tag, subject=str(new.id),
        after={"number": new.number, "digest": new.digest, "key": new.key_id, "decision": decided.number,
               "computation": str(stored.id), **({"supersedes": corrected.number} if corrected else {})},
    )  # fmt: skip
    row = await queries.by_number(connection, new.number)
    assert row is not None
    return row


def number_of(family: str, year: int, tier: str, serial: int) -> str:
    """The number of an edition.

    >>> number_of("par-index", 2025, "province", 1), number_of("dti", 2025, "province", 2)
    ('2025-province.1', 'dti-2025-province.2')
    """
    plain = f"{year}-{tier}.{serial}"
    return plain if family == FAMILY else f"{family}-{plain}"


async def retract(
    connection: Connection,
    *,
    number: str,
    decided: EditionDecision,
    reason: str,
    successor: str | None,
    person: Person | None,
) -> None:
    """Seal an edition's content; its address then answers 410 with the decision, digest and successor.

    Raises:
        Refused: ``not_allowed``, ``not_found``, ``already_retracted``, ``invalid_fields``.
    """
    actor = access.require(person, "edition:retract").actor
    row = await edition_cache.by_number(connection, number)
    if row.retracted:
        raise Refused("already_retracted", number=number)
    if not reason.strip():
        raise Refused("invalid_fields", fields=(FieldError(field="reason", code="field_empty"),))
    follower = await edition_cache.by_number(connection, successor) if successor else None
    if follower is not None and (follower.retracted or follower.id == row.id):
        raise Refused("invalid_fields", fields=(FieldError(field="successor", code="not_found"),))
    await queries.insert_retraction(
        connection, new_id(), row.id, row.digest, msgspec.structs.astuple(decided), reason.strip(),
        follower.id if follower else None, actor,
    )  # fmt: skip
    await audit.record(
        connection, actor=actor, tag="publication:edition:retract", subject=str(row.id),
        before={"number": row.number, "digest": row.digest},
        after={"decision": decided.number, "successor": successor},
    )  # fmt: skip
