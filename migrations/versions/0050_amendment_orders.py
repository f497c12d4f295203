"""Decisions under which a year is to go on with a further version of its set: a job names one, and holds none of its words."""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    run(
        """create table amendment_orders (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            set_id uuid not null,
            decision_number text not null,
            decided_on date not null,
            reason text not null,
            last_day date not null,
            asked_by text not null,
            asked_at timestamptz not null default clock_timestamp(),
            constraint pk_amendment_orders primary key (tenant_id, id),
            constraint fk_amendment_orders_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_amendment_orders_set foreign key (tenant_id, set_id) references criteria_sets (tenant_id, id),
            constraint ck_amendment_orders_decision check (
                length(decision_number) between 1 and 200 and length(reason) between 1 and 2000)
        )"""
    )
    isolate("amendment_orders", "select, insert")
    freeze("amendment_orders")
    run("select watch_table('amendment_orders')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
