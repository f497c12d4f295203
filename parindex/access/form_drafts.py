"""What a person has typed into a form and not yet saved, kept by the server as it is typed.

A draft is its writer's alone: it makes no points, stands on no record, and meets nobody else's work. The newest one of
a form holds. Saving the form is what ends it; ``Lưu`` is the deed, a draft is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from parindex.access import queries
from parindex.access.model import Person
from parindex.errors import Refused
from parindex.reading.text import keepable
from parindex.store.database import Connection

MOST: Final = 5_000
"""Forms of a person that may hold a draft."""

LONGEST: Final = 150_000
"""Characters of all names and values of a form: an explanation may have 20,000."""

KEPT_DAYS: Final = 400
"""After that a draft is forgotten, at the next one of the same person: longer than a year of the index."""

NAME: Final = r"/work/[\w/.%~-]{1,260}(\?[\w.%~=&+*-]{1,130})?"
"""What a form is called: where it is sent, and what it hides besides."""

_FORM: Final = re.compile(NAME)


class FormDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed into a form."""

    fields: Mapping[str, str]
    """Text by name of the field."""

    kept_at: datetime
    """When it came."""


async def keep(connection: Connection, person: Person, form: str, fields: Mapping[str, str]) -> None:
    """Keep what was typed into a form; what stood there before is gone.

    Args:
        connection: Within the tenant.
        person: Who types.
        form: Address of the form within the tenant, such as ``/work/sheets/<id>/1.1.1``.
        fields: Text by name; several values of one name are its lines.

    Raises:
        Refused: ``bad_request`` for what no page of ours sends, ``draft_too_long``, ``drafts_full``.
    """
    _check(form)
    if not all(keepable(name + text) for name, text in fields.items()):
        raise Refused("bad_request")
    if sum(len(name) + len(text) for name, text in fields.items()) > LONGEST:
        raise Refused("draft_too_long")
    kept = msgspec.json.encode(fields).decode()
    if await queries.update_draft(connection, person.id, form, kept):
        return
    await queries.delete_old_drafts(connection, person.id, KEPT_DAYS)
    if await queries.count_drafts(connection, person.id) >= MOST:
        raise Refused("drafts_full", limit=MOST)
    await queries.insert_draft(connection, person.id, form, kept)


async def of_forms(connection: Connection, person: Person, forms: Sequence[str]) -> dict[str, FormDraft]:
    """What the person typed into some forms and did not save, by form; a name that no page of ours has holds nothing."""
    rows = await queries.drafts(connection, person.id, [form for form in forms if _FORM.fullmatch(form)])
    return {
        row["form"]: FormDraft(
            fields=msgspec.json.decode(row["fields"], type=dict[str, str]), kept_at=row["kept_at"]
        )
        for row in rows
    }  # fmt: skip


async def of_form(connection: Connection, person: Person, form: str) -> FormDraft | None:
    """What the person typed into a form and did not save."""
    return (await of_forms(connection, person, [form])).get(form)


async def drop(connection: Connection, person: Person, form: str) -> None:
    """Forget it: it was saved, or is not wanted.

    Raises:
        Refused: ``bad_request`` for what no page of ours sends.
    """
    _check(form)
    await queries.delete_draft(connection, person.id, form)


def _check(form: str) -> None:
    if not _FORM.fullmatch(form):
        raise Refused("bad_request")
