"""Work that was handed over: from whom to whom, with which roles, why."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table handovers (
            tenant_id uuid not null,
            id uuid not null,
            from_person uuid not null,
            to_person uuid not null,
            roles text[] not null,
            reason text not null,
            recorded_by text not null,
            recorded_at timestamptz not null default now(),
            constraint pk_handovers primary key (tenant_id, id),
            constraint fk_handovers_from foreign key (tenant_id, from_person) references people (tenant_id, id),
            constraint fk_handovers_to foreign key (tenant_id, to_person) references people (tenant_id, id),
            constraint ck_handovers_other check (from_person <> to_person),
            constraint ck_handovers_reason check (length(btrim(reason)) between 1 and 500)
        )""",
        "create index ix_handovers_from on handovers (tenant_id, from_person)",
        "create index ix_handovers_to on handovers (tenant_id, to_person)",
    )
    isolate("handovers")
    run("select watch_table('handovers')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
