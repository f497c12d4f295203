"""Lists of codes of a tenant (levels, fields, kinds of documents): each version whole, for ever, with the document that issued it."""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table code_list_versions (
            tenant_id uuid not null,
            list text not null,
            version integer not null,
            entries jsonb not null,
            digest text not null,
            basis_number text not null,
            basis_date date not null,
            at timestamptz not null default clock_timestamp(),
            by_person text not null,
            constraint pk_code_list_versions primary key (tenant_id, list, version),
            constraint fk_code_list_versions_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_code_list_versions_list check (list in ('levels', 'fields', 'document_types')),
            constraint ck_code_list_versions_version check (version > 0),
            constraint ck_code_list_versions_entries check (
                case when jsonb_typeof(entries) = 'array' then jsonb_array_length(entries) > 0 else false end),
            constraint ck_code_list_versions_digest check (digest ~ '^[0-9a-f]{64}$')
        )""",
    )
    isolate("code_list_versions", "select, insert")
    freeze("code_list_versions")
    run("select watch_table('code_list_versions')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
