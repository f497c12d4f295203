"""Answers not yet sent: kept until they are sent, or until the lock."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.answers import queries
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.rounds import queries as round_queries


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a respondent has answered so far."""

    answers: list[int | None]
    """In the instrument's item order; NULL is not answered yet."""

    texts: dict[str, str] = {}
    """Written answers by item code."""


async def get(connection: Connection, round_id: UUID, invitation_id: UUID, layout: AnswerLayout) -> Draft:
    """The draft of an invitation; a blank one where nothing was answered yet."""
    row = await queries.draft(connection, round_id, invitation_id)
    if row is None:
        return Draft(answers=layout.blank())
    return Draft(answers=list(row["answers"]), texts=msgspec.json.decode(row["texts"], type=dict[str, str]))


async def save(
    connection: Connection,
    round_id: UUID,
    invitation_id: UUID,
    answers: list[int | None],
    texts: Mapping[str, str],
) -> None:
    """Keep a draft.

    Raises:
        Refused: ``round_closed`` after the lock, ``invitation_used`` after the response was sent.
    """
    await round_queries.share_gate(connection, round_id)
    found = await queries.gate(connection, round_id)
    if not found or found[0]["state"] != "open":
        raise Refused("round_closed")
    words = msgspec.json.encode(dict(texts)).decode()
    if not await queries.save_draft(connection, round_id, invitation_id, answers, words):
        raise Refused("invitation_used")


async def drop(connection: Connection, round_id: UUID, invitation_id: UUID) -> None:
    """Forget a draft: the respondent takes the consent back before anything was sent."""
    await queries.delete_draft(connection, round_id, invitation_id)
