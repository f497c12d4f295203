"""SQL of what the record of changes tells about one entry."""

from __future__ import annotations

from collections.abc import Sequence

from parindex.store.database import Connection, Row


async def of_subjects(connection: Connection, subjects: Sequence[str], limit: int) -> list[Row]:
    """(at, name, tag, before, after) of the newest changes of some subjects, newest first."""
    return await connection.fetch(
        """select a.at, p.name, a.tag, a.before::text as before, a.after::text as after
        from audit_rows a left join people p on p.tenant_id = a.tenant_id and p.id::text = a.actor
        where a.subject = any($1::text[]) order by a.at desc, a.id desc limit $2""",
        list(subjects), limit,
    )  # fmt: skip
