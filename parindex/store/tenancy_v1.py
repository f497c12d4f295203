"""What every migration says the same way: tenant isolation, append-only tables, grants."""

from alembic import op

TENANT = "(select nullif(current_setting('parindex.tenant', true), '')::uuid)"


def run(*statements: str) -> None:
    """Execute statements one by one: the driver takes a single statement a call."""
    for statement in statements:
        op.execute(statement)


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
