"""An agency that is added to a year after its plan was issued: by which decision, and whether it is ranked."""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table cycle_joinings (
            tenant_id uuid not null,
            cycle_id uuid not null,
            agency_id uuid not null,
            ranked boolean not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            at timestamptz not null default clock_timestamp(),
            by_person text not null,
            constraint pk_cycle_joinings primary key (tenant_id, cycle_id, agency_id),
            constraint fk_cycle_joinings_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_cycle_joinings_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id)
        )""",
    )
    isolate("cycle_joinings", "select, insert")
    freeze("cycle_joinings")
    run("select watch_table('cycle_joinings')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
