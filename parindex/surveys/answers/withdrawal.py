"""Taking a response back, which is possible until the lock."""

from __future__ import annotations

from uuid import UUID

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.answers import queries, receipts
from parindex.surveys.rounds import queries as round_queries


async def withdraw(connection: Connection, round_id: UUID, typed: str) -> None:
    """Erase the response that a receipt code stands for; its invitation stays used.

    Raises:
        Refused: ``round_closed`` after the lock, ``receipt_unknown``.
    """
    await round_queries.share_gate(connection, round_id)
    found = await queries.gate(connection, round_id)
    if not found:
        raise Refused("survey_round_unknown")
    secret: bytes | None = found[0]["secret"]
    if found[0]["state"] != "open" or secret is None:
        raise Refused("round_closed")
    digest = receipts.receipt_digest(secret, receipts.plain_code(typed))
    content = await queries.delete_by_receipt(connection, round_id, digest)
    if content is None:
        raise Refused("receipt_unknown")
    await audit.record(
        connection, actor="respondent", tag="surveys:response:withdraw", subject=str(round_id),
        before={"digest": receipts.batch_digest(secret, [content])},
    )  # fmt: skip
