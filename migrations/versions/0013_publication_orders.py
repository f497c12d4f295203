"""Decisions under which a year is to be published: a job names one, and holds none of its words."""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    run(
        """create table publication_orders (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            decision_number text not null,
            decision_date date not null,
            decision_signer text not null,
            asked_by text not null,
            asked_at timestamptz not null default clock_timestamp(),
            constraint pk_publication_orders primary key (tenant_id, id),
            constraint fk_publication_orders_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint ck_publication_orders_decision check (decision_number <> '' and decision_signer <> '')
        )"""
    )
    isolate("publication_orders", "select, insert")
    freeze("publication_orders")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
