"""Computed years and published editions."""

from parindex.store.tenancy_v1 import freeze, isolate, run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    computations()
    editions()


def computations() -> None:
    run(
        """create table year_computations (
            tenant_id uuid not null,
            id uuid not null,
            cycle_id uuid not null,
            at timestamptz not null default now(),
            by_person text not null,
            digest text not null,
            document bytea not null,
            constraint pk_year_computations primary key (tenant_id, id),
            constraint fk_year_computations_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint ck_year_computations_digest check (digest ~ '^[0-9a-f]{64}$'),
            constraint ck_year_computations_content check (digest = encode(sha256(document), 'hex'))
        )""",
        "create index ix_year_computations_cycle on year_computations (tenant_id, cycle_id, id)",
    )
    isolate("year_computations", "select, insert")
    freeze("year_computations")


def editions() -> None:
    run(
        """create table editions (
            tenant_id uuid not null,
            id uuid not null,
            number text not null,
            cycle_id uuid not null,
            computation_id uuid not null,
            family text not null,
            year smallint not null,
            tier text not null,
            serial integer not null,
            content bytea not null,
            digest text not null,
            key_id text not null,
            signature bytea not null,
            decision_number text,
            decision_date date not null,
            decision_signer text,
            published_at timestamptz not null default now(),
            published_by text not null,
            audit_block bigint not null,
            audit_hash text not null,
            previous_id uuid,
            constraint pk_editions primary key (tenant_id, id),
            constraint fk_editions_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_editions_computation foreign key (tenant_id, computation_id)
                references year_computations (tenant_id, id),
            constraint fk_editions_previous foreign key (tenant_id, previous_id) references editions (tenant_id, id),
            constraint uq_editions_number unique (tenant_id, number),
            constraint uq_editions_serial unique (tenant_id, family, year, tier, serial),
            constraint uq_editions_computation unique (tenant_id, computation_id),
            constraint ck_editions_serial check (serial >= 1),
            constraint ck_editions_digest check (digest ~ '^[0-9a-f]{64}$'),
            constraint ck_editions_key check (key_id ~ '^[0-9a-f]{16}$'),
            constraint ck_editions_signature check (length(signature) = 64),
            constraint ck_editions_decision check (decision_number <> '' and decision_signer <> '')
        )""",
        """create table edition_retractions (
            tenant_id uuid not null,
            id uuid not null,
            edition_id uuid not null,
            digest text not null,
            decision_number text not null,
            decision_date date not null,
            decision_signer text not null,
            reason text not null,
            successor_id uuid,
            retracted_at timestamptz not null default now(),
            retracted_by text not null,
            constraint pk_edition_retractions primary key (tenant_id, id),
            constraint fk_edition_retractions_edition foreign key (tenant_id, edition_id)
                references editions (tenant_id, id),
            constraint fk_edition_retractions_successor foreign key (tenant_id, successor_id)
                references editions (tenant_id, id),
            constraint uq_edition_retractions_edition unique (tenant_id, edition_id),
            constraint ck_edition_retractions_successor check (successor_id <> edition_id),
            constraint ck_edition_retractions_decision
                check (decision_number <> '' and decision_signer <> '' and reason <> '')
        )""",
    )
    for table in ("editions", "edition_retractions"):
        isolate(table, "select, insert")
        freeze(table)


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
