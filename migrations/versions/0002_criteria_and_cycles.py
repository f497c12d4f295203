"""Published criteria sets and instruments, cycles and who appraises in them."""

from parindex.store.tenancy_v1 import freeze, isolate, run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        """create table criteria_sets (
            tenant_id uuid not null,
            id uuid not null,
            family text not null,
            version text not null,
            digest text not null,
            document text not null,
            source text not null,
            published_at timestamptz not null default now(),
            published_by text not null,
            constraint pk_criteria_sets primary key (tenant_id, id),
            constraint fk_criteria_sets_tenant foreign key (tenant_id) references tenants (id),
            constraint uq_criteria_sets_version unique (tenant_id, family, version),
            constraint ck_criteria_sets_digest check (digest ~ '^[0-9a-f]{64}$')
        )""",
        """create table instruments (
            tenant_id uuid not null,
            id uuid not null,
            code text not null,
            version text not null,
            digest text not null,
            document text not null,
            source text not null,
            published_at timestamptz not null default now(),
            published_by text not null,
            constraint pk_instruments primary key (tenant_id, id),
            constraint fk_instruments_tenant foreign key (tenant_id) references tenants (id),
            constraint uq_instruments_version unique (tenant_id, code, version),
            constraint ck_instruments_digest check (digest ~ '^[0-9a-f]{64}$')
        )""",
        """create table cycles (
            tenant_id uuid not null,
            id uuid not null,
            family text not null,
            year smallint not null,
            tier text not null,
            criteria_set_id uuid not null,
            state text not null default 'draft',
            marked text,
            opens_at timestamptz,
            deadline timestamptz,
            appraisal_deadline timestamptz,
            created_at timestamptz not null default now(),
            constraint pk_cycles primary key (tenant_id, id),
            constraint fk_cycles_criteria_set foreign key (tenant_id, criteria_set_id)
                references criteria_sets (tenant_id, id),
            constraint uq_cycles_year unique (tenant_id, family, year, tier),
            constraint ck_cycles_family check (family ~ '^[a-z0-9][a-z0-9-]*$'),
            constraint ck_cycles_year check (year between 2000 and 2100),
            constraint ck_cycles_tier check (tier in ('ministry', 'province', 'department', 'district', 'commune')),
            constraint ck_cycles_marked check (marked in ('illustrative', 'simulated', 'imported')),
            constraint ck_cycles_state check (state in ('draft', 'issued', 'self_assessment', 'appraisal_1',
                'explanation', 'appraisal_2', 'council', 'consolidation', 'approval', 'published', 'archived',
                'paused', 'cancelled')),
            constraint ck_cycles_deadline check (deadline > opens_at)
        )""",
        """create table cycle_transitions (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            from_state text not null,
            to_state text not null,
            at timestamptz not null default now(),
            by_person text not null,
            reason text,
            constraint pk_cycle_transitions primary key (tenant_id, id),
            constraint fk_cycle_transitions_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id)
        )""",
        """create table cycle_agencies (
            tenant_id uuid not null,
            cycle_id uuid not null,
            agency_id uuid not null,
            ranked boolean not null default true,
            attributes jsonb not null default '{}',
            constraint pk_cycle_agencies primary key (tenant_id, cycle_id, agency_id),
            constraint fk_cycle_agencies_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_cycle_agencies_agency foreign key (tenant_id, agency_id)
                references agencies (tenant_id, id)
        )""",
        """create table cycle_bodies (
            tenant_id uuid not null,
            cycle_id uuid not null,
            body text not null,
            agency_id uuid not null,
            substitute_id uuid not null,
            constraint pk_cycle_bodies primary key (tenant_id, cycle_id, body),
            constraint fk_cycle_bodies_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_cycle_bodies_agency foreign key (tenant_id, agency_id) references agencies (tenant_id, id),
            constraint fk_cycle_bodies_substitute foreign key (tenant_id, substitute_id)
                references agencies (tenant_id, id),
            constraint ck_cycle_bodies_substitute check (substitute_id <> agency_id)
        )""",
    )
    for table in ("criteria_sets", "instruments"):
        isolate(table, "select, insert")
        freeze(table)
    isolate("cycles", "select, insert, update")
    isolate("cycle_transitions", "select, insert")
    freeze("cycle_transitions")
    isolate("cycle_agencies", "select, insert, update, delete")
    isolate("cycle_bodies", "select, insert, update, delete")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
