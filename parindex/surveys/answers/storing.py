"""Storing a batch of responses of one round in one transaction; see :mod:`parindex.surveys.answers.group_commit`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.answers import queries, receipts
from parindex.surveys.model import IntakeOutcome, Receipt, Submission
from parindex.surveys.rounds import opening
from parindex.surveys.rounds import queries as round_queries


async def store(connection: Connection, round_id: UUID, submissions: Sequence[Submission]) -> list[IntakeOutcome]:
    """Store what is new, use up its invitations, and say what became of each submission.

    The answers have been checked against the instrument. Client ids and tokens are distinct within the batch.

    Args:
        connection: In a transaction that has its tenant; nothing is durable before it commits.
        round_id: The round that all were sent to.
        submissions: At most some thousands.

    Returns:
        A receipt for what is stored now or was stored before; otherwise a refusal: ``survey_round_unknown``,
        ``round_closed``, ``round_not_open``, ``round_over``, ``invitation_unknown``, ``invitation_used`` or
        ``response_differs``.
    """
    await round_queries.share_gate(connection, round_id)
    return await behind_gate(connection, round_id, submissions)


async def behind_gate(connection: Connection, round_id: UUID, submissions: Sequence[Submission]) -> list[IntakeOutcome]:
    """:func:`store` in a transaction that already holds off the lock of the round."""
    hashes = [submission.token_hash for submission in submissions if submission.token_hash is not None]
    found = await queries.gate(connection, round_id, hashes)
    if not found:
        return [Refused("survey_round_unknown") for _ in submissions]
    gate, secret = found[0], found[0]["secret"]
    if gate["state"] != "open" or secret is None:
        return [Refused("round_closed") for _ in submissions]
    codes = [receipts.receipt_code(secret, submission.client_id) for submission in submissions]
    untimely = opening.out_of_time(gate["today"], gate["opens_on"], gate["closes_on"])
    invited = {row["token_hash"]: row for row in found if row["token_hash"] is not None and not row["used"]}
    stored = await _insert(connection, round_id, secret, submissions, codes, invited) if untimely is None else set()
    outcomes: list[IntakeOutcome] = [Receipt(code=code, repeated=False) for code in codes]
    left = [place for place in range(len(submissions)) if place not in stored]
    if left:
        known = await queries.known_submissions(
            connection, round_id, [submissions[i].client_id for i in left], [submissions[i].token_hash for i in left]
        )
        for place, row in zip(left, known, strict=True):
            outcomes[place] = _outcome(submissions[place], row, codes[place], untimely)
    return outcomes


async def _insert(
    connection: Connection,
    round_id: UUID,
    secret: bytes,
    submissions: Sequence[Submission],
    codes: Sequence[str],
    invited: Mapping[bytes | None, Any],
) -> set[int]:
    """Insert what may be stored, its links and the batch's audit row; the places of what was stored."""
    units = [_unit(submission, invited) for submission in submissions]
    places = [place for place, unit in enumerate(units) if unit is not None]
    if not places:
        return set()
    names = _random_ids(len(places))
    rows = [
        _Row(name, submissions[place], submissions[place].content) for name, place in zip(names, places, strict=True)
    ]
    uses = [invited.get(row.submission.token_hash) for row in rows]
    columns = [
        *_columns(rows, [units[place] for place in places]),
        [use["id"] if use is not None else None for use in uses],
        [receipts.receipt_digest(secret, codes[place]) for place in places],
    ]
    stored_ids = await queries.insert_responses(connection, round_id, columns)
    stored = {place: row for place, row in zip(places, rows, strict=True) if row.id in stored_ids}
    if not stored:
        return set()
    texts = [(row.id, item, words) for row in stored.values() for item, words in row.submission.texts.items()]
    if texts:
        await queries.insert_texts(connection, round_id, texts)
    digest = receipts.batch_digest(secret, sorted(row.content for row in stored.values()))
    await audit.record(
        connection, actor="respondent", tag="surveys:responses:store", subject=str(round_id),
        after={"count": len(stored), "digest": digest},
    )  # fmt: skip
    return set(stored)


class _Row(NamedTuple):
    """A response on its way."""

    id: UUID
    """Random."""

    submission: Submission
    """What was sent."""

    content: bytes
    """Its digest."""


def _unit(submission: Submission, invited: Mapping[bytes | None, Any]) -> UUID | None:
    """Where a response belongs; ``None`` where it may not be stored."""
    if submission.token_hash is None:
        return submission.sample_unit
    invitation = invited.get(submission.token_hash)
    unit: UUID | None = None if invitation is None else invitation["sample_unit"]
    return unit


def _columns(rows: Sequence[_Row], units: Sequence[UUID | None]) -> list[list[Any]]:
    return [
        [row.id for row in rows],
        [row.submission.client_id for row in rows],
        [row.content for row in rows],
        [row.submission.day for row in rows],
        [row.submission.channel for row in rows],
        list(units),
        [_array(row.submission.answers) for row in rows],
    ]


def _outcome(submission: Submission, known: Any, code: str, untimely: Refused | None) -> IntakeOutcome:
    if known["content"] is not None:
        if known["content"] == submission.content:
            return Receipt(code=code, repeated=True)
        return Refused("response_differs")
    if submission.token_hash is not None and not known["invited"]:
        return Refused("invitation_unknown")
    if known["used"]:
        return Refused("invitation_used")
    return untimely or Refused("response_refused")


def _array(answers: Sequence[int | None]) -> str:
    return "{" + msgspec.json.encode(answers)[1:-1].decode() + "}"


def _random_ids(count: int) -> list[UUID]:
    """UUIDv4 for a batch from one call of the system."""
    random = os.urandom(16 * count)
    return [UUID(bytes=random[16 * place : 16 * place + 16], version=4) for place in range(count)]
