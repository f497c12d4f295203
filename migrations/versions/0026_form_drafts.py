"""What a person has typed into a form and not yet saved: it is theirs alone, counts for nothing and is not on record."""

from parindex.store.tenancy_v2 import isolate, limits, run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    run(
        """create table form_drafts (
            tenant_id uuid not null,
            person_id uuid not null,
            form text not null,
            fields jsonb not null,
            kept_at timestamptz not null default clock_timestamp(),
            constraint pk_form_drafts primary key (tenant_id, person_id, form),
            constraint fk_form_drafts_person foreign key (tenant_id, person_id) references people (tenant_id, id),
            constraint ck_form_drafts_form check (char_length(form) <= 400),
            constraint ck_form_drafts_fields check (octet_length(fields::text) <= 600000)
        )""",
    )
    isolate("form_drafts")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
