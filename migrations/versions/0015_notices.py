"""What happened, as the start page of the house shows it."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    run(
        """create table notices (
            tenant_id uuid not null,
            event_id uuid not null,
            kind text not null,
            payload jsonb not null,
            at timestamptz not null,
            constraint pk_notices primary key (tenant_id, event_id),
            constraint fk_notices_tenant foreign key (tenant_id) references tenants (id)
        )""",
        "create index ix_notices_at on notices (tenant_id, at desc)",
    )
    isolate("notices", "select, insert, delete")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
