"""Constraints of 0007 are validated, writers filled in and indexes built beside running work; can be run again."""

from parindex.store.tenancy_v2 import index, limits, run, unlocked

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FILL = """do $$
    declare
        tenant record;
    begin
        for tenant in select id from tenants loop
            perform set_config('parindex.tenant', tenant.id::text, true);
            update {table} set updated_by = updated_by where updated_by_id is null and updated_by ~ '^[0-9a-f]{{8}}-';
            commit;
        end loop;
    end $$"""
"""Tenant by tenant, each in a transaction: row-level security holds the owner of the tables too."""


def upgrade() -> None:
    limits(lock="3s", statement="30min")
    with unlocked():
        run("alter table grants validate constraint ck_grants_role")
        run(*(FILL.format(table=table) for table in ("entries", "sheet_inputs")))
        index("ix_entries_updated_by", "entries (tenant_id, updated_by_id)")
        index("ix_sheet_inputs_updated_by", "sheet_inputs (tenant_id, updated_by_id)")
        index("ix_audit_rows_id", "audit_rows (id)")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
