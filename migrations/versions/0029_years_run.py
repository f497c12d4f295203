"""A year is issued under its plan, stands still, goes on where it stood, or is given up: each by its decision.

A year that was given up makes room for another of the same index and tier. The index that takes the constraint's place
is there before the constraint goes: a process of the last release goes on serving, but drafts no year any more. How often a
sheet may be taken back is empty for the years that are there, which means once: a row that says no more stays as recorded.
"""

from parindex.store.tenancy_v2 import limits, run, unlocked

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STEPS = (
    ("draft", "issued"),
    ("draft", "self_assessment"),
    ("issued", "self_assessment"),
    ("self_assessment", "appraisal_1"),
    ("appraisal_1", "self_assessment"),
    ("appraisal_1", "consolidation"),
    ("consolidation", "approval"),
    ("approval", "consolidation"),
    ("approval", "published"),
    ("published", "archived"),
)
"""What a year may become from what it is."""

CORRECTION_STEPS = (
    ("published", "correction"),
    ("correction", "approval"),
    ("approval", "correction"),
    ("correction", "published"),
)
"""The same, where a decision has reopened it since its last edition."""

STOPPABLE = ("issued", "self_assessment", "appraisal_1", "consolidation", "approval")
"""What may stand still or be given up."""

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
)
"""What a sheet may become from what it is."""


def upgrade() -> None:
    limits(lock="3s", statement="60s")
    with unlocked():
        run(
            "drop index concurrently if exists uq_cycles_year_kept",
            """create unique index concurrently uq_cycles_year_kept on cycles (tenant_id, family, year, tier)
                where state <> 'cancelled'""",
            "alter table cycles drop constraint if exists uq_cycles_year",
            "alter table cycles add column if not exists withdrawals smallint",
            "alter table cycle_transitions add column if not exists decision_number text",
            "alter table cycle_transitions add column if not exists decided_on date",
            "alter table sheets drop constraint if exists ck_sheets_withdrawals",
            "alter table sheets add constraint ck_sheets_withdrawals check (withdrawals between 0 and 9) not valid",
            "alter table sheets validate constraint ck_sheets_withdrawals",
            "alter table cycles drop constraint if exists ck_cycles_withdrawals",
            "alter table cycles add constraint ck_cycles_withdrawals check (withdrawals between 0 and 9) not valid",
            "alter table cycles validate constraint ck_cycles_withdrawals",
            "alter table cycle_transitions drop constraint if exists ck_cycle_transitions_decision",
            """alter table cycle_transitions add constraint ck_cycle_transitions_decision check (
                (decision_number is null) = (decided_on is null) and length(decision_number) between 1 and 200) not valid""",
            "alter table cycle_transitions validate constraint ck_cycle_transitions_decision",
            years(),
            sheets(),
            declarations(),
            "select watch_table('cycles')",
            "select watch_table('cycle_transitions')",
        )


def years() -> str:
    steps, corrected = (
        ", ".join(f"('{before}', '{after}')" for before, after in pairs) for pairs in (STEPS, CORRECTION_STEPS)
    )
    stoppable = ", ".join(f"'{state}'" for state in STOPPABLE)
    return f"""create or replace function check_cycle_change() returns trigger language plpgsql as $$
        begin
            if (old.state, new.state) in ({steps})
                or (old.marked = 'imported' and (old.state, new.state) = ('draft', 'consolidation'))
                or ((old.state, new.state) in ({corrected}) and exists (
                    select from year_corrections c
                    join editions s on s.tenant_id = c.tenant_id and s.id = c.edition_id
                    where c.tenant_id = new.tenant_id and c.cycle_id = new.id and not exists (
                        select from editions e where e.tenant_id = c.tenant_id and e.cycle_id = c.cycle_id
                        and e.serial > s.serial)))
                or (old.state in ({stoppable}) and new.state in ('paused', 'cancelled'))
                or (old.state = 'paused' and new.state = 'cancelled')
                or (old.state = 'paused' and new.state = (
                    select t.from_state from cycle_transitions t
                    where t.tenant_id = new.tenant_id and t.cycle_id = new.id and t.to_state = 'paused'
                    order by t.at desc, t.id desc limit 1))
            then
                return new;
            end if;
            raise exception 'a year cannot go from % to %', old.state, new.state
                using errcode = 'check_violation', constraint = 'ck_cycles_change';
        end $$"""


def sheets() -> str:
    changes = ", ".join(f"('{before}', '{after}')" for before, after in CHANGES)
    return f"""create or replace function check_sheet_change() returns trigger language plpgsql as $$
        declare
            shut timestamptz;
            stands text;
        begin
            if (old.state, new.state) not in ({changes}) then
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
        end $$"""


def declarations() -> str:
    return """create or replace function check_entry_open() returns trigger language plpgsql as $$
        declare
            sheet record;
        begin
            select s.state, sheet_closes(y.closes, s.closes) as shut, y.state as year into sheet from sheets s
                join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
                where s.tenant_id = new.tenant_id and s.id = new.sheet_id;
            if sheet.state is distinct from 'drafting' then
                raise exception 'a declaration changes only while its sheet is being drafted'
                    using errcode = 'check_violation', constraint = 'ck_entries_open';
            end if;
            if sheet.year in ('paused', 'cancelled') then
                raise exception 'nothing of a year moves while it is %', sheet.year
                    using errcode = 'check_violation', constraint = 'ck_entries_year_runs';
            end if;
            if sheet.shut <= parindex_now() then
                raise exception 'a declaration is taken until %', sheet.shut
                    using errcode = 'check_violation', constraint = 'ck_entries_in_time';
            end if;
            return new;
        end $$"""


def downgrade() -> None:
    raise NotImplementedError("the platform moves forward: restore a backup instead")
