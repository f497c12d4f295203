"""What guards the tables is what the migrations made; whatever is taken away or opened is named."""

from __future__ import annotations

import os
from typing import TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.places import data_folder
from parindex.store import catalogue
from parindex.store.database import Database
from parindex.surveys.rounds import lock
from tests.surveys.survey_fields import a_field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

FILE = data_folder("migrations") / "catalogue.json"


@pytest.fixture
async def rounds(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    """A round that is open and one that is locked."""
    await a_field(db, tenant)
    field = await a_field(db, other_tenant)
    await lock.lock(db, other_tenant, field.round.id, decision="1", reason="x", actor="system")


async def told(owner: Owner) -> list[str]:
    found = catalogue.deviations(await catalogue.read(owner), catalogue.expected())
    return [f"{'missing' if each.missing else 'extra'} {each.kind} {each.of}: {each.line}" for each in found]


async def test_the_file_is_what_the_migrations_make(owner: Owner, rounds: None) -> None:
    """``PARINDEX_WRITE_CATALOGUE=1`` writes it, after a migration was added."""
    made = await catalogue.read(owner)
    if os.environ.get("PARINDEX_WRITE_CATALOGUE"):
        FILE.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    assert catalogue.expected() == made
    assert await told(owner) == []


ATTACKS = [
    "drop trigger audit_rows_frozen on audit_rows",
    "alter table audit_rows disable trigger audit_rows_frozen",
    "alter table audit_blocks disable trigger all",
    "drop trigger entries_updated on entries",
    "alter table sheets disable trigger sheets_change",
    "alter table editions enable replica trigger editions_frozen",
    "create trigger spy before update on entries for each row execute function refuse_change()",
    "create policy open on people using (true)",
    "alter policy people_tenant on people using (true)",
    "drop policy audit_rows_tenant on audit_rows",
    "alter table agencies no force row level security",
    "alter table agencies disable row level security",
    "alter table agencies owner to parindex_app",
    "grant delete on audit_rows to parindex_app",
    "grant select on people to public",
    "grant select on contact.people to parindex_app",
    "revoke select on agencies from parindex_app",
    "grant update (used, token_hash) on invitations to parindex_app",
    "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$",
    "create or replace function parindex_now() returns timestamptz language sql stable as 'select now()'",
    "alter function record_rows(text, uuid[], text[], text[]) security invoker",
    "grant execute on function record_rows(text, uuid[], text[], text[]) to parindex_app",
    "create rule quiet as on delete to entries do instead nothing",
    "alter table entry_points drop constraint ck_entry_points_points",
    "drop index uq_entry_documents_attached",
    "alter table people alter column login drop not null",
    "create function tell() returns event_trigger language plpgsql as $$ begin end $$;"
    " create event trigger teller on ddl_command_end execute function tell()",
]


@pytest.mark.parametrize("attack", ATTACKS)
async def test_what_was_opened_or_taken_away_is_named(owner: Owner, attack: str) -> None:
    await owner.execute(attack)
    assert await told(owner) != []


@pytest.mark.parametrize(
    "attack",
    [
        "drop policy {open} on {open}",
        "alter table {open} disable row level security",
        "grant select on {open} to public",
        "drop trigger locked on {locked}",
        "alter table {locked} disable trigger locked_whole",
    ],
)
async def test_a_partition_of_a_round_that_was_opened_is_named(owner: Owner, rounds: None, attack: str) -> None:
    names = {
        state: await owner.fetchval(
            "select 'responses_' || replace(id::text, '-', '') from survey_rounds where state = $1", state
        )
        for state in ("open", "locked")
    }
    await owner.execute(attack.format(**names))
    assert [line for line in await told(owner) if "responses_*" in line] != []


async def test_a_year_of_the_record_whose_trigger_was_dropped_is_named(owner: Owner) -> None:
    year = await owner.fetchval("select max(relname) from pg_class where relname ~ '^audit_rows_[0-9]{4}$'")
    await owner.execute(f"drop trigger audit_rows_kept on {year}")
    assert [line for line in await told(owner) if "audit_rows_*" in line] != []


async def test_tables_and_functions_beside_ours_are_nobodys_fault(owner: Owner) -> None:
    await owner.execute("create table notes_of_the_office (id integer primary key)")
    await owner.execute("create function mine() returns integer language sql as 'select 1'")
    assert await told(owner) == []


async def test_a_setting_that_switches_guards_off_is_named(owner: Owner, database_name: str) -> None:
    await owner.execute(f'alter database "{database_name}" set session_replication_role = replica')
    assert await told(owner) == ["extra setting all: session_replication_role=replica"]
