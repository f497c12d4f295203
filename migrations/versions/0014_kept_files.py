"""Files that a job made and that wait a few days for whoever may take them, in pieces."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    run(
        """create table kept_files (
            tenant_id uuid not null,
            id uuid not null,
            kind text not null,
            subject uuid not null,
            size bigint not null,
            counts jsonb not null,
            made_at timestamptz not null default clock_timestamp(),
            expires_at timestamptz not null,
            constraint pk_kept_files primary key (tenant_id, id),
            constraint fk_kept_files_tenant foreign key (tenant_id) references tenants (id),
            constraint ck_kept_files_size check (size >= 0),
            constraint ck_kept_files_expiry check (expires_at > made_at)
        )""",
        "create index ix_kept_files_subject on kept_files (tenant_id, kind, subject, made_at)",
        "create index ix_kept_files_expiry on kept_files (tenant_id, expires_at)",
        """create table kept_file_pieces (
            tenant_id uuid not null,
            file_id uuid not null,
            number integer not null,
            content bytea not null,
            constraint pk_kept_file_pieces primary key (tenant_id, file_id, number),
            constraint fk_kept_file_pieces_file foreign key (tenant_id, file_id) references kept_files (tenant_id, id)
                on delete cascade
        )""",
    )
    isolate("kept_files")
    isolate("kept_file_pieces", "select, insert, delete")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
