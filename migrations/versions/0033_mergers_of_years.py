"""What becomes of the sheets of a year that is open when agencies are merged or split, chosen by the tenant.

A sheet whose agency handed it over to its successor goes no further: it is neither waited for nor computed.
"""

from parindex.store.tenancy_v2 import freeze, isolate, limits, run

revision = "0033"
down_revision = "0032"
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
"""What a sheet may become from what it is; one that is being appraised is not handed over any more."""

STATES = (
    "not_started", "drafting", "with_leader", "submitted", "auto_locked", "no_submission", "appraisal_1", "closed",
    "handed_over",
)  # fmt: skip


def upgrade() -> None:
    limits(lock="5s", statement="60s")
    sheets()
    mergers()


def sheets() -> None:
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in CHANGES)
    states = ", ".join(f"'{state}'" for state in STATES)
    run(
        "alter table sheets drop constraint ck_sheets_state",
        f"alter table sheets add constraint ck_sheets_state check (state in ({states})) not valid",
        f"""create or replace function check_sheet_change() returns trigger language plpgsql as $$
        declare
            shut timestamptz;
            stands text;
        begin
            if (old.state, new.state) not in ({pairs}) then
                raise exception 'a sheet cannot go from % to %', old.state, new.state
                    using errcode = 'check_violation', constraint = 'ck_sheets_change';
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
    )


def mergers() -> None:
    run(
        """create table cycle_mergers (
            tenant_id uuid not null,
            cycle_id uuid not null,
            deed_id uuid not null,
            treatment text not null,
            predecessors uuid[] not null,
            successors uuid[] not null,
            effective_on date not null,
            decision text not null,
            at timestamptz not null default clock_timestamp(),
            by_person text not null,
            constraint pk_cycle_mergers primary key (tenant_id, cycle_id, deed_id),
            constraint fk_cycle_mergers_cycle foreign key (tenant_id, cycle_id) references cycles (tenant_id, id),
            constraint fk_cycle_mergers_deed foreign key (tenant_id, deed_id) references registry_deeds (tenant_id, id),
            constraint ck_cycle_mergers_treatment check (treatment in ('inherit', 'alone')),
            constraint ck_cycle_mergers_predecessors check (cardinality(predecessors) > 0)
        )""",
    )
    isolate("cycle_mergers", "select, insert")
    freeze("cycle_mergers")
    run("select watch_table('cycle_mergers')")


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
