"""What migrations from 0006 on say the same way. Frozen: what has to differ later is a new module beside this one.

Tenant isolation, append-only tables and grants; how long a version may wait; and statements that cannot stand in a
transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op

TENANT = "(select nullif(current_setting('parindex.tenant', true), '')::uuid)"


def run(*statements: str) -> None:
    """Execute statements one by one: the driver takes a single statement a call."""
    for statement in statements:
        op.execute(statement)


def limits(*, lock: str, statement: str) -> None:
    """How long this version may wait for a lock, and how long one of its statements may take.

    For the session, so that it holds in :func:`unlocked` too; ``parindex.store.migrate`` sets its own again before
    the next version.
    """
    run(f"set lock_timeout = '{lock}'", f"set statement_timeout = '{statement}'")


@contextmanager
def unlocked() -> Iterator[None]:
    """Outside of any transaction: what was done before is committed, and every statement commits by itself."""
    with op.get_context().autocommit_block():
        yield


def index(name: str, on: str) -> None:
    """Build an index beside running work; in :func:`unlocked`. What an interrupted build left is built again.

    Args:
        name: Of the index.
        on: Table and columns, such as ``people (tenant_id, login)``.
    """
    run(f"drop index concurrently if exists {name}", f"create index concurrently {name} on {on}")


def isolate(table: str, grants: str = "select, insert, update, delete") -> None:
    """Force row-level security by tenant on a table and grant the application its verbs."""
    name = table.rsplit(".", maxsplit=1)[-1]
    run(
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {name}_tenant on {table} using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})",
        f"grant {grants} on {table} to parindex_app",
    )


def freeze(table: str) -> None:
    """Refuse every update and delete: rows of this table are published or appended for ever."""
    name = table.rsplit(".", maxsplit=1)[-1]
    run(
        f"create trigger {name}_frozen before update or delete on {table} "
        "for each row execute function refuse_change()",
        f"create trigger {name}_kept before truncate on {table} for each statement execute function refuse_change()",
    )
