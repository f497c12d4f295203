"""Questionnaires are read question by question and disputed as criteria sets are; a draft may be a copy of a version."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table instrument_remarks (
            tenant_id uuid not null,
            id uuid not null,
            draft_id uuid not null,
            revision integer not null,
            code text not null,
            kind text not null,
            said text not null,
            by_person text not null,
            at timestamptz not null default clock_timestamp(),
            answer text,
            answered_by text,
            answered_at timestamptz,
            constraint pk_instrument_remarks primary key (tenant_id, id),
            constraint fk_instrument_remarks_revision foreign key (tenant_id, draft_id, revision)
                references instrument_revisions (tenant_id, draft_id, number),
            constraint ck_instrument_remarks_kind check (kind in ('comment', 'dispute')),
            constraint ck_instrument_remarks_said check (said <> '' and length(said) <= 4000 and length(code) <= 60),
            constraint ck_instrument_remarks_answer check ((answer is null) = (answered_by is null)
                and (answer is null) = (answered_at is null) and answer <> '' and length(answer) <= 4000)
        )""",
        "create index ix_instrument_remarks_draft on instrument_remarks (tenant_id, draft_id, at)",
        """create table instrument_readings (
            tenant_id uuid not null,
            draft_id uuid not null,
            person_id uuid not null,
            code text not null,
            line_digest text not null,
            at timestamptz not null default clock_timestamp(),
            constraint pk_instrument_readings primary key (tenant_id, draft_id, person_id, code),
            constraint fk_instrument_readings_draft foreign key (tenant_id, draft_id)
                references instrument_drafts (tenant_id, id),
            constraint fk_instrument_readings_person foreign key (tenant_id, person_id) references people (tenant_id, id),
            constraint ck_instrument_readings_digest check (line_digest ~ '^[0-9a-f]{64}$' and length(code) <= 60)
        )""",
        "alter table instrument_revisions add column way text",
    )
    for table in ("instrument_remarks", "instrument_readings"):
        isolate(table, "select, insert, update")
    for table in ("instrument_remarks", "instrument_readings", "instrument_revisions"):
        run(f"select watch_table('{table}')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
