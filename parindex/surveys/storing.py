"""Storing a batch of responses of one round in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys import queries, receipts
from parindex.surveys.model import Outcome, Receipt, Submission


async def store(
    connection: Connection, round_id: UUID, submissions: Sequence[Submission], *, today: date
) -> list[Outcome]:
    """Store what is new, use up its invitations, and say what became of each submission.

    The answers have been checked against the instrument. Client ids and tokens are distinct within the batch.

    Args:
        connection: In a transaction that has its tenant; nothing is durable before it commits.
        round_id: The round that all were sent to.
        submissions: At most some thousands.
        today: In the tenant's zone.

    Returns:
        A receipt for what is stored now or was stored before; otherwise a refusal: ``survey_round_unknown``,
        ``round_closed``, ``invitation_unknown``, ``invitation_used`` or ``response_differs``.
    """
    await queries.share_gate(connection, round_id)
    found = await queries.gate(connection, round_id)
    if found is None:
        return [Refused("survey_round_unknown") for _ in submissions]
    secret: bytes | None = found["secret"]
    if found["state"] != "open" or secret is None:
        return [Refused("round_closed") for _ in submissions]
    codes = [receipts.receipt_code(secret, submission.client_id) for submission in submissions]
    accepting = found["opens_on"] <= today <= found["closes_on"]
    stored = await _insert(connection, round_id, secret, submissions, codes) if accepting else set()
    outcomes: list[Outcome] = [Receipt(code=code, repeated=False) for code in codes]
    left = [place for place in range(len(submissions)) if place not in stored]
    if left:
        known = await queries.known_submissions(
            connection, round_id, [submissions[i].client_id for i in left], [submissions[i].token_hash for i in left]
        )
        for place, row in zip(left, known, strict=True):
            outcomes[place] = _outcome(submissions[place], row, codes[place], accepting)
    return outcomes


async def _insert(
    connection: Connection, round_id: UUID, secret: bytes, submissions: Sequence[Submission], codes: Sequence[str]
) -> set[int]:
    """Insert and write the batch's audit row; the places of what was stored."""
    ids = [uuid4() for _ in submissions]
    contents = [submission.content for submission in submissions]
    columns: list[list[Any]] = [
        ids,
        [s.client_id for s in submissions],
        contents,
        [s.day for s in submissions],
        [s.channel for s in submissions],
        [s.sample_unit for s in submissions],
        [_array(s.answers) for s in submissions],
        [s.token_hash for s in submissions],
        [receipts.receipt_digest(secret, code) for code in codes],
    ]
    found = await queries.insert_responses(connection, round_id, columns)
    stored = {place for place, response_id in enumerate(ids) if response_id in found}
    texts = [(ids[i], item, words) for i in sorted(stored) for item, words in submissions[i].texts.items()]
    if texts:
        await queries.insert_texts(connection, round_id, texts)
    if stored:
        digest = receipts.batch_digest(secret, sorted(contents[place] for place in stored))
        await audit.record(
            connection, actor="respondent", tag="surveys:responses:store", subject=str(round_id),
            after={"count": len(stored), "digest": digest},
        )  # fmt: skip
    return stored


def _outcome(submission: Submission, known: Any, code: str, accepting: bool) -> Outcome:
    if known["content"] is not None:
        if known["content"] == submission.content:
            return Receipt(code=code, repeated=True)
        return Refused("response_differs")
    if submission.token_hash is not None and not known["invited"]:
        return Refused("invitation_unknown")
    if known["used"]:
        return Refused("invitation_used")
    if not accepting:
        return Refused("round_closed")
    return Refused("response_refused")


def _array(answers: Sequence[int | None]) -> str:
    return "{" + ",".join("null" if value is None else str(value) for value in answers) + "}"
