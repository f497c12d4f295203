"""Who declares which leaf of a sheet, from when to when, and what was handed in of it.

An assignment ends, it is never deleted: "who has what, since when" is read from here. A leaf that was handed in is so
until its entry changes or it is given back.
"""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table leaf_assignments (
            tenant_id uuid not null,
            id uuid not null,
            sheet_id uuid not null,
            code text not null,
            person_id uuid not null,
            part text not null,
            since timestamptz not null default clock_timestamp(),
            ended_at timestamptz,
            constraint pk_leaf_assignments primary key (tenant_id, id),
            constraint fk_leaf_assignments_entry foreign key (tenant_id, sheet_id, code)
                references entries (tenant_id, sheet_id, code),
            constraint fk_leaf_assignments_person foreign key (tenant_id, person_id) references people (tenant_id, id),
            constraint ck_leaf_assignments_part check (part in ('owner', 'contributor', 'monitor')),
            constraint ck_leaf_assignments_period check (ended_at >= since)
        )""",
        """create unique index uq_leaf_assignments_person on leaf_assignments (tenant_id, sheet_id, code, person_id)
            where ended_at is null""",
        """create unique index uq_leaf_assignments_owner on leaf_assignments (tenant_id, sheet_id, code)
            where part = 'owner' and ended_at is null""",
        "create index ix_leaf_assignments_holder on leaf_assignments (tenant_id, person_id) where ended_at is null",
        """create table leaf_hand_ins (
            tenant_id uuid not null,
            id uuid not null,
            entry_id uuid not null,
            row_version integer not null,
            person_id uuid not null,
            at timestamptz not null default clock_timestamp(),
            given_back_at timestamptz,
            given_back_by uuid,
            reason text,
            constraint pk_leaf_hand_ins primary key (tenant_id, id),
            constraint fk_leaf_hand_ins_entry foreign key (tenant_id, entry_id) references entries (tenant_id, id),
            constraint fk_leaf_hand_ins_person foreign key (tenant_id, person_id) references people (tenant_id, id),
            constraint fk_leaf_hand_ins_giver foreign key (tenant_id, given_back_by) references people (tenant_id, id),
            constraint ck_leaf_hand_ins_given_back check (
                (given_back_at is null) = (given_back_by is null) and (given_back_at is null) = (reason is null))
        )""",
        "create index ix_leaf_hand_ins_entry on leaf_hand_ins (tenant_id, entry_id)",
    )
    for table in ("leaf_assignments", "leaf_hand_ins"):
        isolate(table, grants="select, insert, update")
        run(f"select watch_table('{table}')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
