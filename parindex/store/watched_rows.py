"""The tables beside the record: what each row became is told by its trigger (migration 0020), and compared here.

A row ``store:rows:write`` names a table and holds, by the key of each row that changed, a digest of what it is now; the
newest one of a key says what the table has to hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

import msgspec

from parindex.store.database import Connection, enter

WRITE: Final = "store:rows:write"
"""The tag by which a trigger tells what rows became."""

WATCHED: Final = (
    "account_invitations", "agencies", "agency_periods", "agency_successors", "amendment_orders", "answers_to_appraisals", "appraisals", "code_list_versions", "criteria_draft_steps",
    "criteria_drafts", "criteria_files", "criteria_readings", "criteria_remarks", "criteria_revisions", "criteria_set_decisions",
    "criteria_sets",
    "cycle_agencies", "cycle_bodies", "cycle_joinings", "cycle_mergers", "cycle_transitions", "cycles", "deadline_changes", "delegations", "documents",
    "edition_retractions", "editions", "entries", "entry_documents", "entry_points", "estimate_covariances",
    "estimate_runs", "evidence_files", "fieldwork_counts", "first_links", "grants", "handovers", "instrument_decisions",
    "instrument_draft_steps", "instrument_drafts", "instrument_readings", "instrument_remarks",
    "instrument_revisions", "instruments", "leaf_assignments", "leaf_hand_ins", "leaf_owner_moves", "leaf_owners", "people", "publication_orders", "registry_deeds", "rights_reviews", "round_extensions",
    "sample_units", "set_amendments", "sheet_inputs", "sheet_transitions", "sheets", "signing_keys", "superseded_entries", "survey_estimates", "survey_locks",
    "survey_rounds", "tenant_settings", "tenants", "year_computations", "year_corrections",
)  # fmt: skip
"""Tables that tell the record of every row."""

PASSING: Final = (
    "contact.people", "form_drafts", "job_progress", "job_schedules", "jobs", "kept_file_pieces", "kept_files", "notices",
    "outbox_events", "people_imports", "person_traces", "response_drafts", "response_links", "response_paradata", "sessions", "sign_in_failures",
    "survey_round_secrets",
)  # fmt: skip
"""Tables of what passes by or what a lock destroys; no deed rests on them once they are gone."""

COUNTED: Final = ("invitations", "response_texts", "responses")
"""Tables of a survey, compared by count and digest only."""

SHOWN: Final = 20
"""Rows named of a table; more are counted."""

RowFault: TypeAlias = Literal["changed", "missing", "added"]


class TableDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a table that are not what the record says."""

    table: str
    """The table."""

    why: RowFault
    """``changed``; ``missing``: the record has it, the table has not; ``added``: the other way round."""

    count: int
    """How many."""

    keys: tuple[str, ...]
    """The first of them."""


class Deedless(msgspec.Struct, frozen=True, kw_only=True):
    """A change that reached a table through its trigger, and no deed in its transaction says why."""

    table: str
    """The table."""

    role: str
    """The database's role that wrote it."""

    at: datetime
    """When the first of them was written."""

    count: int
    """How many statements."""


async def differences(owner: Connection, tenant_id: UUID, tables: Sequence[str] = WATCHED) -> list[TableDifference]:
    """Tables of a tenant beside the record.

    Args:
        owner: As the owner of the tables, in a transaction that sees one moment.
        tenant_id: Whose.
        tables: Which.
    """
    await enter(owner, tenant_id)
    for setting, value in (
        ("timezone", "UTC"), ("datestyle", "ISO, YMD"), ("extra_float_digits", "1"), ("work_mem", "64MB"),
    ):  # fmt: skip
        await owner.execute("select set_config($1, $2, true)", setting, value)
    found = []
    for table in tables:
        key = await owner.fetchval("select row_key($1::regclass)", table)
        digest = await owner.fetchval("select row_digest($1::regclass)", table)
        whose = "r.id" if table == "tenants" else "r.tenant_id"
        rows = await owner.fetch(
            f"""with told as (
                select distinct on (w.key) w.key, w.value as digest
                from audit_rows a cross join jsonb_each_text(a.after -> 'rows') w
                where a.tenant_id = $1 and a.subject = $2 and a.tag = '{WRITE}'
                order by w.key, (a.after ->> 'number')::bigint desc
            ), held as (
                select {key} as key, {digest} as digest
                from {table} r cross join (select secret as k from row_secret) s where {whose} = $1
            ), different as (
                select key, case when held.digest is null then 'missing' when told.digest is null then 'added'
                    else 'changed' end as why
                from told full join held using (key) where told.digest is distinct from held.digest
            )
            select why, count(*) as count, (array_agg(key order by key))[:{SHOWN}] as keys
            from different group by why order by why""",  # noqa: S608 - constant names, expressions of the database's own
            tenant_id, table,
        )  # fmt: skip
        found += [
            TableDifference(
                table=table, why=cast(RowFault, row["why"]), count=row["count"],
                keys=tuple(row["keys"]),
            )
            for row in rows
        ]  # fmt: skip
    return found


async def deedless(owner: Connection, tenant_id: UUID) -> list[Deedless]:
    """Changes of a tenant's tables without a deed in their transaction.

    Numbers of transactions begin anew in a restored cluster, so the deed has to be of the same day or so, too.
    """
    await enter(owner, tenant_id)
    rows = await owner.fetch(
        f"""select w.subject as table, w.actor as role, min(w.at) as at, count(*) as count from audit_rows w
        where w.tenant_id = $1 and w.tag = '{WRITE}' and not exists (
            select from audit_rows d where d.tenant_id = w.tenant_id and d.transaction = w.transaction
            and d.tag <> '{WRITE}' and d.at between w.at - interval '1 day' and w.at + interval '1 day')
        group by 1, 2 order by 1, 2""",  # noqa: S608 - a constant
        tenant_id,
    )
    return [Deedless(**dict(row)) for row in rows]
