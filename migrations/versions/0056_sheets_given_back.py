"""A sheet under appraisal on which nothing is decided may go back to its agency for a formal fault."""

from parindex.store.tenancy_v2 import limits, run

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

CHANGES = (
    ("not_started", "drafting"),
    ("not_started", "no_submission"),
    ("drafting", "with_leader"),
    ("drafting", "auto_locked"),
    ("drafting", "no_submission"),
    ("with_leader", "drafting"),
    ("with_leader", "submitted"),
    ("with_leader", "auto_locked"),
    ("submitted", "drafting"),
    ("submitted", "appraisal_1"),
    ("auto_locked", "appraisal_1"),
    ("auto_locked", "drafting"),
    ("appraisal_1", "drafting"),
    ("no_submission", "not_started"),
    ("appraisal_1", "closed"),
    ("submitted", "closed"),
    ("auto_locked", "closed"),
    ("not_started", "handed_over"),
    ("drafting", "handed_over"),
    ("with_leader", "handed_over"),
    ("submitted", "handed_over"),
    ("auto_locked", "handed_over"),
    ("no_submission", "handed_over"),
)
"""What a sheet may become from what it is; one that is being appraised goes back only while nothing on it is decided."""


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in CHANGES)
    run(
        "alter table sheets add column formal_fault text",
        f"""create or replace function check_sheet_change() returns trigger language plpgsql as $$
        declare
            shut timestamptz;
            stands text;
        begin
            if (old.state, new.state) not in ({pairs}) then
                raise exception 'a sheet cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_sheets_change';
            end if;
            if old.state = 'appraisal_1' and new.state = 'drafting' and exists (select from appraisals a
                where a.tenant_id = new.tenant_id and a.sheet_id = new.id) then
                raise exception 'a sheet on which something was decided does not go back'
                    using errcode = 'check_violation', constraint = 'ck_sheets_decided';
            end if;
            select sheet_closes(y.closes, new.closes), y.state into shut, stands from cycles y
                where y.tenant_id = new.tenant_id and y.id = new.cycle_id;
            if stands in ('paused', 'cancelled') then
                raise exception 'nothing of a year moves while it is %', stands
                    using errcode = 'check_violation', constraint = 'ck_sheets_year_runs';
            end if;
            if new.state in ('not_started', 'drafting', 'with_leader', 'submitted') and shut <= parindex_now() then
                raise exception 'a sheet of this year is taken until %', shut
                    using errcode = 'check_violation', constraint = 'ck_sheets_in_time';
            end if;
            if new.state in ('auto_locked', 'no_submission') and shut > parindex_now() then
                raise exception 'a sheet of this year is not locked before %', shut
                    using errcode = 'check_violation', constraint = 'ck_sheets_locked_early';
            end if;
            return new;
        end $$""",
        "select watch_table('sheets')",
    )


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
